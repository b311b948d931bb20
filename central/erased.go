package central

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/callbench/callbench/desk"
)

// erasedName is the list of what was taken away for good, beside the data and not in it: a backup of before an
// erasure would bring back what nobody may have any more. It has a line of JSON a row, without any text of it, in the order of
// the erasures. counter.erased says how many of them the data knows of; after a restore that is none.
const erasedName = "erased.jsonl"

// erasure is a line of the list.
type erasure struct {
	Org   string      `json:"org"`
	Table desk.Table  `json:"table"`
	Key   string      `json:"key"`
	At    desk.Millis `json:"at"` // central's clock
}

// maxErasureLine bounds a line of the list.
const maxErasureLine = 4 << 10

// erasures reads the list. A last line that was cut short is no erasure: Remove had not returned.
func (c *Central) erasures() ([]erasure, error) {
	f, err := os.Open(filepath.Join(c.cfg.Dir, erasedName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read
	var list []erasure
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxErasureLine)
	for lines.Scan() {
		var e erasure
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			e = erasure{} // the next one begins on a line of its own
		}
		list = append(list, e)
	}
	return list, lines.Err()
}

// noteErased adds a row to the list and makes that durable, as the last step before the transaction that erases it is
// committed: what is on the list and not erased is erased at the next start, the other way round it could come back.
func (c *Central) noteErased(ctx context.Context, w *writer, t desk.Table, key string) error {
	line, err := json.Marshal(erasure{Org: c.org, Table: t, Key: key, At: w.now})
	if err != nil {
		return err
	}
	path := filepath.Join(c.cfg.Dir, erasedName)
	_, err = os.Stat(path)
	fresh := errors.Is(err, os.ErrNotExist)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	if err := endLine(f); err != nil {
		return errors.Join(err, f.Close())
	}
	_, err = f.Write(append(line, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if fresh {
		if err := syncDir(c.cfg.Dir); err != nil {
			return err
		}
	}
	list, err := c.erasures()
	if err != nil {
		return err
	}
	_, err = w.q.ExecContext(ctx, "UPDATE counter SET erased = ? WHERE org = ?", len(list), w.org)
	return err
}

// endLine ends a last line that was cut short.
func endLine(f *os.File) error {
	at, err := f.Stat()
	if err != nil || at.Size() == 0 {
		return err
	}
	var last [1]byte
	if _, err := f.ReadAt(last[:], at.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = f.Write([]byte{'\n'})
	return err
}

// eraseAgain erases what the list has and the data does not know of: after a restore, a roll-back, or a
// commit that failed. What is not in the data is noted as gone, since a desk may bring it back.
func (c *Central) eraseAgain(ctx context.Context) error {
	list, err := c.erasures()
	if err != nil {
		return err
	}
	var known int
	err = c.db.read(ctx, func(q queryer) error {
		return q.QueryRowContext(ctx, "SELECT erased FROM counter WHERE org = ?", c.org).Scan(&known)
	})
	if err != nil || known == len(list) {
		return err
	}
	if known > len(list) {
		known = 0 // another list than the data has seen
	}
	var w *writer
	err = c.db.write(ctx, func(q queryer) error {
		var err error
		if w, err = c.newWriter(ctx, q, User{Role: desk.RoleAdmin}, ""); err != nil {
			return err
		}
		for _, e := range list[known:] {
			if e.Org != c.org || !e.Table.Valid() || e.Table == desk.TableConflict || !validID(e.Key) {
				continue
			}
			if err := w.bury(ctx, e.Table, e.Key); err != nil {
				return err
			}
		}
		w.touched.all = true
		if _, err := q.ExecContext(ctx, "UPDATE counter SET erased = ? WHERE org = ?", len(list), c.org); err != nil {
			return err
		}
		return w.save(ctx)
	})
	if err != nil {
		return fmt.Errorf("erase again what had been erased: %w", err)
	}
	c.hub.publish(w.seq, w.touched)
	return nil
}

// bury erases a row, or makes the mark that it is gone where it is not there.
func (w *writer) bury(ctx context.Context, t desk.Table, key string) error {
	old, err := w.load(ctx, t, key)
	if err != nil || old.removed {
		return err
	}
	if !old.found {
		w.seq++
		_, err := w.q.ExecContext(ctx, "INSERT INTO record (org, tbl, key, seq, removed, body, changed) VALUES (?, ?, ?, ?, 1, '{}', ?)",
			w.org, t, key, w.seq, w.now)
		return err
	}
	return w.remove(ctx, t, key)
}
