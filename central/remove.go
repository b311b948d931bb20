package central

import (
	"context"
	"fmt"

	"github.com/callbench/callbench/desk"
)

// Remove takes a row away for good: its text is erased here, every desk that holds it drops it, and an
// op that comes for it later is refused; a backup that is restored does not bring it back (erased.go). The values of it that lost in a conflict go with it. The chains hold without
// the text, and the ledger tells of it. Errors, wrapped: desk.ErrNotFound where it is not there, desk.ErrInvalid for a
// conflict, which goes with its row only.
func (c *Central) Remove(ctx context.Context, t desk.Table, key string) error {
	if !t.Valid() || t == desk.TableConflict {
		return fmt.Errorf("remove %s %s: %w", t, key, desk.ErrInvalid)
	}
	var w *writer
	err := c.db.write(ctx, func(q queryer) error {
		var err error
		if w, err = c.newWriter(ctx, q, User{Role: desk.RoleAdmin}, ""); err != nil {
			return err
		}
		if err := w.remove(ctx, t, key); err != nil {
			return err
		}
		w.touched.all = true
		if err := w.save(ctx); err != nil {
			return err
		}
		return c.noteErased(ctx, w, t, key)
	})
	if err != nil {
		return fmt.Errorf("remove %s %s: %w", t, key, err)
	}
	c.hub.publish(w.seq, w.touched)
	return nil
}

// remove erases a row and what lost in conflicts about it.
func (w *writer) remove(ctx context.Context, t desk.Table, key string) error {
	if err := w.wipe(ctx, t, key); err != nil {
		return err
	}
	lost, err := w.conflictsOf(ctx, t, key)
	if err != nil {
		return err
	}
	for _, id := range lost {
		if err := w.wipe(ctx, desk.TableConflict, id); err != nil {
			return err
		}
	}
	for _, table := range []string{"history", "lost"} {
		if _, err := w.q.ExecContext(ctx, "DELETE FROM "+table+" WHERE org = ? AND tbl = ? AND key = ?", w.org, t, key); err != nil {
			return err
		}
	}
	return w.eraseText(ctx, t, key)
}

// wipe takes a row's text away and tells everyone who holds it.
func (w *writer) wipe(ctx context.Context, t desk.Table, key string) error {
	w.seq++
	res, err := w.q.ExecContext(ctx, `UPDATE record SET removed = 1, seq = ?, pooled = 0, shown = 0, due = 0, body = '{}', fields = '{}', changed = ?
		WHERE org = ? AND tbl = ? AND key = ? AND removed = 0`, w.seq, w.now, w.org, t, key)
	if err != nil {
		return err
	}
	if err := oneRow(res, desk.ErrNotFound); err != nil {
		return err
	}
	_, err = w.q.ExecContext(ctx, "UPDATE placing SET gone = 1, due = 0, seq = ?, changed = ? WHERE org = ? AND tbl = ? AND key = ? AND gone = 0",
		w.seq, w.now, w.org, t, key)
	return err
}

// Compact forgets which rows left a group's desks before a moment and raises the floor, so that a desk
// whose cursor is older begins with a fresh snapshot instead of keeping what is gone. What was removed
// for good stays known, without its text: nothing brings it back.
func (c *Central) Compact(ctx context.Context, before desk.Millis) error {
	for _, forget := range []func(context.Context, queryer, desk.Millis) (int64, error){c.forgetLeft, c.forgetQueue} {
		for n := int64(forgetBatch); n == forgetBatch; {
			err := c.db.write(ctx, func(q queryer) error {
				var err error
				n, err = forget(ctx, q, before)
				return err
			})
			if err != nil {
				return fmt.Errorf("compact: %w", err)
			}
		}
	}
	return nil
}

// forgetBatch is how much is forgotten in one transaction; desks push between two of them.
const forgetBatch = 1000

// forgetLeft forgets rows that left a scope before a moment, the oldest first, and raises the floor above them.
func (c *Central) forgetLeft(ctx context.Context, q queryer, before desk.Millis) (int64, error) {
	const left = " FROM placing WHERE org = ? AND gone = 1 AND changed < ? ORDER BY changed LIMIT ?"
	_, err := q.ExecContext(ctx, "UPDATE counter SET floor = max(floor, coalesce((SELECT max(seq) FROM (SELECT seq"+left+")), 0)) WHERE org = ?",
		c.org, before, forgetBatch, c.org)
	if err != nil {
		return 0, err
	}
	res, err := q.ExecContext(ctx, "DELETE FROM placing WHERE (org, tbl, key, scope) IN (SELECT org, tbl, key, scope"+left+")", c.org, before, forgetBatch)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// forgetQueue forgets what the PBX told before a moment.
func (c *Central) forgetQueue(ctx context.Context, q queryer, before desk.Millis) (int64, error) {
	res, err := q.ExecContext(ctx, "DELETE FROM queue_event WHERE rowid IN (SELECT rowid FROM queue_event WHERE org = ? AND at < ? LIMIT ?)",
		c.org, before, forgetBatch)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
