package central

import (
	"context"
	"fmt"

	"github.com/callbench/callbench/desk"
)

// placeBatch is how many rows are placed, or taken out, in one transaction while the policy changes: desks push
// between two of them.
const placeBatch = 500

// Policy is what the desks of agents hold in full.
func (c *Central) Policy(ctx context.Context) (Policy, error) {
	var p Policy
	err := c.db.read(ctx, func(q queryer) error {
		return q.QueryRowContext(ctx, "SELECT policy FROM counter WHERE org = ?", c.org).Scan(&p)
	})
	if err != nil {
		return p, fmt.Errorf("policy: %w", err)
	}
	return p, nil
}

// SetPolicy changes what the desks of agents hold in full, also while serve runs, and gives how many rows were placed
// or taken out for it. Every desk then begins a fresh snapshot of what it may hold; what waits in an outbox is kept.
// Cut short, the old policy holds, or the new one with some of the old one's placings left: the same call again goes
// through. Errors, wrapped: desk.ErrInvalid; desk.ErrConflict where another change of the policy came between.
func (c *Central) SetPolicy(ctx context.Context, p Policy) (int, error) {
	if !p.Valid() {
		return 0, fmt.Errorf("set policy: own, group or all: %w", desk.ErrInvalid)
	}
	rows, err := 0, error(nil)
	if p == PolicyOwn {
		rows, err = c.placeUsers(ctx)
	}
	if err == nil {
		err = c.decide(ctx, p)
	}
	if err == nil && p != PolicyOwn {
		rows, err = c.unplaceUsers(ctx)
	}
	if err != nil {
		return rows, fmt.Errorf("set policy %s: %w", p, err)
	}
	return rows, nil
}

// decide puts a policy into force. Cursors from before it lie below the floor: also that of a desk which slept
// through the policy's going and coming back, and was not told of what left meanwhile.
func (c *Central) decide(ctx context.Context, p Policy) error {
	var w *writer
	err := c.db.write(ctx, func(q queryer) error {
		var err error
		if w, err = c.newWriter(ctx, q, User{Role: desk.RoleAdmin}, ""); err != nil {
			return err
		}
		if p == PolicyOwn && !w.users {
			return desk.ErrConflict
		}
		if w.policy != p {
			w.seq++
			w.touched.all = true
			if _, err := q.ExecContext(ctx, "UPDATE counter SET floor = ? WHERE org = ?", w.seq, c.org); err != nil {
				return err
			}
		}
		if _, err := q.ExecContext(ctx, "UPDATE counter SET policy = ?, users = ? WHERE org = ?", p, p == PolicyOwn, c.org); err != nil {
			return err
		}
		return w.save(ctx)
	})
	if err == nil {
		c.hub.publish(w.seq, w.touched)
	}
	return err
}

// placeUsers places every row with its users besides its groups. From its first transaction on everything that is
// written is placed like that.
func (c *Central) placeUsers(ctx context.Context) (int, error) {
	err := c.db.write(ctx, func(q queryer) error {
		_, err := q.ExecContext(ctx, "UPDATE counter SET users = 1 WHERE org = ?", c.org)
		return err
	})
	if err != nil {
		return 0, err
	}
	total := 0
	for _, t := range []desk.Table{desk.TableContact, desk.TableCallback, desk.TableTicket, desk.TableConflict} {
		for last, more := "", true; more; {
			err := c.db.write(ctx, func(q queryer) error {
				w, err := c.newWriter(ctx, q, User{Role: desk.RoleAdmin}, "")
				if err != nil {
					return err
				}
				keys, err := w.column(ctx, "SELECT key FROM record WHERE org = ? AND tbl = ? AND key > ? AND removed = 0 ORDER BY key LIMIT ?",
					c.org, t, last, placeBatch)
				if err != nil {
					return err
				}
				for _, key := range keys {
					r, err := w.load(ctx, t, key)
					if err != nil {
						return err
					}
					if err := w.place(ctx, t, key, r); err != nil {
						return err
					}
					last = key
				}
				total += len(keys)
				more = len(keys) == placeBatch
				return nil // nobody holds more yet: no new place in central's order, no news
			})
			if err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

// unplaceUsers takes the placings with users out, unless a change back to own has begun meanwhile.
func (c *Central) unplaceUsers(ctx context.Context) (int, error) {
	total := 0
	for {
		var n int64
		err := c.db.write(ctx, func(q queryer) error {
			res, err := q.ExecContext(ctx, `DELETE FROM placing WHERE (org, tbl, key, scope) IN (SELECT p.org, p.tbl, p.key, p.scope FROM placing p
				JOIN counter c ON c.org = p.org AND c.users = 0 WHERE p.org = ? AND p.scope >= 'o:' AND p.scope < 'o;' LIMIT ?)`, c.org, placeBatch)
			if err == nil {
				n, err = res.RowsAffected()
			}
			return err
		})
		total += int(n)
		if err != nil || n == 0 {
			return total, err
		}
	}
}
