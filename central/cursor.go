package central

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"github.com/callbench/callbench/desk/chain"
	"github.com/callbench/callbench/internal/mistake"
)

// cursor is what a desk gives back unread. Ledger and Hash are a witness: the newest entry of the ledger in the
// data that the page was read from. Every transaction that writes rows adds an entry, so that data which does not
// contain the witness is not the data that the desk has seen.
type cursor struct {
	Epoch  string `json:"e"`
	Scope  string `json:"s"`
	Seq    int64  `json:"q"`           // everything up to here is on the desk
	Base   int64  `json:"b,omitempty"` // in a snapshot: the counter when it began
	Due    int    `json:"u,omitempty"` // in the part of a snapshot that names what is due: the next of it, from 1
	Desk   string `json:"d"`           // whose N is meant
	N      int64  `json:"n,omitempty"` // refusals up to here have been told
	Ledger int64  `json:"l,omitempty"`
	Hash   string `json:"h,omitempty"` // its first bytes, hex
}

// Sizes of what a cursor carries, in bytes.
const (
	cursorSecret = 32
	cursorMark   = 16 // of the HMAC-SHA256
	witnessBytes = 8  // of the ledger's hash
)

// loadSecret reads the key of the cursors' marks, or makes it. It lies in the database and comes back with a backup: marks
// of an epoch that is lost must still be good.
func (c *Central) loadSecret(ctx context.Context, q queryer) error {
	err := q.QueryRowContext(ctx, "SELECT secret FROM counter WHERE org = ?", c.org).Scan(&c.secret)
	if err != nil || len(c.secret) == cursorSecret {
		return err
	}
	c.secret = make([]byte, cursorSecret)
	_, _ = rand.Read(c.secret) // never fails (crypto/rand)
	_, err = q.ExecContext(ctx, "UPDATE counter SET secret = ? WHERE org = ?", c.secret, c.org)
	return err
}

// mark proves that central made a cursor.
func (c *Central) mark(text []byte) []byte {
	h := hmac.New(sha256.New, c.secret)
	_, _ = h.Write([]byte("callbench cursor\x00" + c.org + "\x00")) // never fails (hash.Hash)
	_, _ = h.Write(text)
	return h.Sum(nil)[:cursorMark]
}

// sealCursor gives a cursor as it travels: its JSON and its mark, in base64url.
func (c *Central) sealCursor(cur cursor) string {
	text, _ := json.Marshal(cur) // strings and numbers: never fails
	return base64.RawURLEncoding.EncodeToString(text) + "." + base64.RawURLEncoding.EncodeToString(c.mark(text))
}

// openCursor reads a cursor; one that is empty, garbled or not of our making gives false.
func (c *Central) openCursor(text string) (cursor, bool) {
	var cur cursor
	body, mark, _ := strings.Cut(text, ".")
	raw, e1 := base64.RawURLEncoding.DecodeString(body)
	given, e2 := base64.RawURLEncoding.DecodeString(mark)
	if e1 != nil || e2 != nil || !hmac.Equal(given, c.mark(raw)) {
		return cursor{}, false
	}
	if json.Unmarshal(raw, &cur) != nil || cur.Scope == "" || cur.Seq < 0 {
		return cursor{}, false
	}
	return cur, true
}

// witness puts the newest entry of the ledger into a cursor.
func (c *Central) witness(ctx context.Context, q queryer, cur *cursor) error {
	var hash []byte
	cur.Ledger, cur.Hash = 0, ""
	err := q.QueryRowContext(ctx, "SELECT n, hash FROM chain_head WHERE org = ? AND desk = ''", c.org).Scan(&cur.Ledger, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // nothing has been written since the ledger began
	}
	if len(hash) == chain.HashSize {
		cur.Hash = hex.EncodeToString(hash[:witnessBytes])
	}
	return err
}

// contradicts reports whether a cursor of our making tells of something that this data, of epoch and up to seq, lacks: then
// the data has been rolled back since. One look-up in an index.
func (c *Central) contradicts(ctx context.Context, q queryer, cur cursor, epoch string, seq int64) (bool, error) {
	if mistake.Made(mistake.RollbackUnnoticed) {
		return false, nil
	}
	if cur.Epoch != epoch {
		var known bool
		err := q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM epoch WHERE org = ? AND epoch = ?)", c.org, cur.Epoch).Scan(&known)
		return !known, err
	}
	if cur.Seq > seq || cur.Base > seq {
		return true, nil
	}
	if cur.Ledger == 0 || cur.Hash == "" {
		return false, nil
	}
	var hash []byte
	err := q.QueryRowContext(ctx, "SELECT hash FROM ledger WHERE org = ? AND n = ?", c.org, cur.Ledger).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	return err == nil && (len(hash) < witnessBytes || hex.EncodeToString(hash[:witnessBytes]) != cur.Hash), err
}
