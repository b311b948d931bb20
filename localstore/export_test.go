package localstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/callbench/callbench/desk/pinyin"
)

// FillDisk lets the file grow by no more than pages; 0 lifts it. SQLite then fails as it does on a full disk.
func (s *Store) FillDisk(ctx context.Context, pages int) error {
	now := 1 << 30
	if pages > 0 {
		if err := s.write.conn.QueryRowContext(ctx, `PRAGMA page_count`).Scan(&now); err != nil {
			return err
		}
	}
	var got int
	return s.write.conn.QueryRowContext(ctx, fmt.Sprintf(`PRAGMA max_page_count = %d`, now+pages)).Scan(&got)
}

// MakeReadOnly makes the writer meet what it meets on a disk that has become read-only.
func (s *Store) MakeReadOnly(ctx context.Context, on bool) error {
	_, err := s.write.conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA query_only = %t`, on))
	return err
}

// SetVersion pretends that the file was written by another version of the program.
func (s *Store) SetVersion(ctx context.Context, version int) error {
	_, err := s.write.conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, version))
	return err
}

// Pragma reads one pragma of the writer and of a reader.
func (s *Store) Pragma(ctx context.Context, name string) (writer, reader string, err error) {
	if err := s.write.conn.QueryRowContext(ctx, `PRAGMA `+name).Scan(&writer); err != nil {
		return "", "", err
	}
	return writer, reader, s.read.QueryRowContext(ctx, `PRAGMA `+name).Scan(&reader)
}

// Check runs SQLite's own check of the file and looks for leftovers of rows that are gone.
func (s *Store) Check(ctx context.Context) error {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // it only read
	var n int
	var verdict string
	// SQLite's check takes the segments that a connection saw at its last query for those that are there.
	if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM gram WHERE gram MATCH 'n'`).Scan(&n); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, `PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		return fmt.Errorf("integrity: %s, %w", verdict, err)
	}
	for what, query := range map[string]string{
		"forms without a customer":       `SELECT count(*) FROM form WHERE customer NOT IN (SELECT rid FROM customer)`,
		"lists without a customer":       `SELECT count(*) FROM listed WHERE customer NOT IN (SELECT rid FROM customer)`,
		"visits without a contact":       `SELECT count(*) FROM visited WHERE contact NOT IN (SELECT rid FROM contact)`,
		"open tickets without a ticket":  `SELECT count(*) FROM ticket_open WHERE ticket NOT IN (SELECT rid FROM ticket)`,
		"seen without a customer":        `SELECT count(*) FROM seen WHERE customer NOT IN (SELECT key FROM customer)`,
		"near without a customer":        `SELECT count(*) FROM near WHERE customer NOT IN (SELECT rid FROM customer)`,
		"texts without a customer":       `SELECT count(*) FROM gram WHERE rowid NOT IN (SELECT rid FROM customer)`,
		"customers without a text":       `SELECT count(*) FROM customer WHERE rid NOT IN (SELECT rowid FROM gram) AND (SELECT deriver FROM replica) >= 3`,
		"numbers without a ticket":       `SELECT count(*) FROM ticket_number WHERE ticket NOT IN (SELECT rid FROM ticket)`,
		"bases without a pending op":     `SELECT count(*) FROM base WHERE NOT EXISTS (SELECT 1 FROM op_row JOIN op ON op.rid = op_row.op WHERE op_row.tab = base.tab AND op_row.key = base.key AND op.state = 0)`,
		"more or fewer ops than counted": `SELECT pending - (SELECT count(*) FROM op WHERE state = 0) FROM replica`,
		"listed rows without a base":     `SELECT count(*) FROM op_row WHERE NOT EXISTS (SELECT 1 FROM base WHERE base.tab = op_row.tab AND base.key = op_row.key)`,
		"listed ops that are not open":   `SELECT count(*) FROM op_row WHERE op NOT IN (SELECT rid FROM op WHERE state = 0)`,
	} {
		var n int
		if err := s.read.QueryRowContext(ctx, query).Scan(&n); err != nil || n != 0 {
			return fmt.Errorf("%d %s, %w", n, what, err)
		}
	}
	return nil
}

// Released gives the ids of the ops that are kept though central has them.
func (s *Store) Released(ctx context.Context) ([]string, error) {
	return s.ids(ctx, `SELECT id FROM op WHERE state = 1`)
}

// OpIDs gives the ids of all ops in the order written.
func (s *Store) OpIDs(ctx context.Context) ([]string, error) {
	return s.ids(ctx, `SELECT id FROM op ORDER BY rid`)
}

func (s *Store) ids(ctx context.Context, query string) (ids []string, err error) {
	rows, err := s.read.QueryContext(ctx, query)
	err = eachRow(rows, err, func(r scanner) error {
		var id string
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// SecondReadings is the table of that name.
func SecondReadings() map[rune]string { return pinyin.Seconds() }

// Outdate leaves the file as an older deriver would have: without search forms, or with others.
func (s *Store) Outdate(ctx context.Context) error {
	_, err := s.write.conn.ExecContext(ctx, `UPDATE replica SET deriver = 2; UPDATE customer SET name = 'x';
		DELETE FROM form WHERE form < 'f'; UPDATE form SET form = 'rold' || form, made = 2; DELETE FROM gram`)
	return err
}

// Spoil does to the file what no part of the program does.
func (s *Store) Spoil(ctx context.Context, sql string) error {
	_, err := s.write.conn.ExecContext(ctx, sql)
	return err
}

// DropForm takes away one search form of a customer.
const DropForm = `DELETE FROM form WHERE form LIKE 'n%' AND customer = 5`

// Rederive does the smallest step of deriving anew.
func (s *Store) Rederive(ctx context.Context) (bool, error) { return s.rederiveWithin(ctx, 0) }

// HasOlder reports whether tables of the first schema are there.
func (s *Store) HasOlder(ctx context.Context) (bool, error) { return s.hasOlder(ctx) }

// ReadingsOf are the readings of a name, syllables apart.
func ReadingsOf(name string) []string { return readingsOf(name) }

// ZhuyinOf is a pinyin syllable in zhuyin.
func ZhuyinOf(syllable string) string { return pinyin.Zhuyin(syllable) }

// Segments counts those of table gram.
func (s *Store) Segments(ctx context.Context) (n int, err error) {
	err = s.one(ctx, `SELECT count(DISTINCT segid) FROM gram_idx`).Scan(&n)
	return n, err
}

// Near gives how many customers are near, and when the first to go of them was spoken to.
func (s *Store) Near(ctx context.Context) (n, oldest int64, err error) {
	err = s.one(ctx, `SELECT count(*), min(at) FROM near`).Scan(&n, &oldest)
	return n, oldest, err
}

// PinyinOf is a syllable in zhuyin in pinyin.
func PinyinOf(zhuyin string) string { return allSounds().zhuyin[zhuyin] }

// Fold is the form in which texts are compared.
func Fold(s string) string { return fold(s) }

// MergeWords makes one segment of table gram.
func (s *Store) MergeWords(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = s.mergeWordsAbove(ctx, 1); err != nil {
			return err
		}
	}
	return nil
}

// TalkWords gives the words that table talk still has in its file, of gone contacts too.
func (s *Store) TalkWords(ctx context.Context) (string, error) {
	var words sql.NullString
	err := s.write.in(ctx, func(t *tx) error {
		if err := t.exec(`CREATE VIRTUAL TABLE temp.talk_terms USING fts5vocab('main', 'talk', 'row')`); err != nil {
			return err
		}
		err := t.row(`SELECT group_concat(term) FROM talk_terms`).Scan(&words)
		return errors.Join(err, t.exec(`DROP TABLE talk_terms`))
	})
	return words.String, err
}

// BeginNewDesk begins to take a new desk and is cut off after the first of the pending ops.
func (s *Store) BeginNewDesk(ctx context.Context) error {
	err := s.write.in(ctx, func(t *tx) error { return t.beginRenumbering(noneKept, "") })
	if err != nil {
		return err
	}
	whole := s.pageTime
	s.pageTime = 0
	defer func() { s.pageTime = whole }()
	_, err = s.renumberStep(ctx)
	return err
}
