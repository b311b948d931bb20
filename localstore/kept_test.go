package localstore

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
)

// NewestSchema is the version of a file that this program has written.
func NewestSchema() int {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		panic(err)
	}
	return len(names)
}

// Kept gives everything a file keeps that cannot be derived from something else: what it is → its text, of
// long ones a hash. It reads what every schema since the first has.
func (s *Store) Kept(ctx context.Context) (map[string]string, error) {
	kept := map[string]string{}
	for table, query := range map[string]string{
		"replica":  `SELECT 'one', desk||' '||org||' '||user||' '||cursor||' '||epoch||' '||next_n||' '||generation||' '||staging, '' FROM replica`,
		"customer": `SELECT key, seq||' '||gen, body FROM customer`,
		"contact":  `SELECT key, seq||' '||gen||' '||customer||' '||at, body FROM contact`,
		"callback": `SELECT key, seq||' '||gen||' '||customer||' '||owner||' '||done||' '||at, body FROM callback`,
		"ticket":   `SELECT key, seq||' '||gen||' '||customer||' '||created_at, body FROM ticket`,
		"conflict": `SELECT key, seq||' '||gen||' '||about||' '||loser||' '||seen||' '||at, body FROM conflict`,
		"op":       `SELECT n, desk||' '||id||' '||kind||' '||version||' '||at||' '||east||' '||needs||' '||draft||' '||state||' '||code||' '||detail, changes FROM op`,
		"op_row":   `SELECT tab||' '||key||' '||op, 'there', '' FROM op_row`,
		"base":     `SELECT tab||' '||key, seq||' '||gen||' '||state, coalesce(body, 'none') FROM base`,
		"draft":    `SELECT id, changed, body FROM draft`,
		"setting":  `SELECT key, value, '' FROM setting`,
	} {
		rows, err := s.read.QueryContext(ctx, query)
		err = eachRow(rows, err, func(r scanner) error {
			var key, text, body string
			err := r.Scan(&key, &text, &body)
			if body != "" {
				text += fmt.Sprintf(" %x", sha256.Sum256([]byte(body)))[:17]
			}
			kept[table+" "+key] = text
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table, err)
		}
	}
	return kept, nil
}
