package central

import (
	"context"
	"fmt"
	"slices"

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
	was, err := c.Policy(ctx)
	if err != nil {
		return 0, err
	}
	rows := 0
	if p == PolicyOwn && was != PolicyOwn {
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
// written is placed like that. Nobody holds more for it yet: the rows keep their place in central's order.
func (c *Central) placeUsers(ctx context.Context) (int, error) {
	if _, err := c.unplaceUsers(ctx); err != nil { // what an earlier change left, and nobody has kept right since
		return 0, err
	}
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
				w := &writer{q: q, org: c.org, now: c.now()}
				keys, err := w.column(ctx, "SELECT key FROM record WHERE org = ? AND tbl = ? AND key > ? ORDER BY key LIMIT ?", c.org, t, last, placeBatch)
				if more = len(keys) == placeBatch; err != nil || len(keys) == 0 {
					return err
				}
				from := last
				last = keys[len(keys)-1]
				total += len(keys)
				return w.placeRange(ctx, t, from, last)
			})
			if err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

// placeRange places the rows with keys above from and up to last with the users that writer.scopes names.
func (w *writer) placeRange(ctx context.Context, t desk.Table, from, last string) error {
	const rows = " FROM record r WHERE r.org = ? AND r.tbl = ? AND r.key > ? AND r.key <= ? AND r.removed = 0"
	const placing = ", r.tbl, r.key, r.seq, 0, ?, r.due"
	args := []any{w.now, w.org, t, from, last}
	_, err := w.q.ExecContext(ctx, `INSERT INTO placing (org, scope, tbl, key, seq, gone, changed, due)
		SELECT r.org, 'o:' || r.owner`+placing+rows+` AND r.owner <> ''
		UNION SELECT r.org, 'o:' || r.author`+placing+rows+` AND r.author <> ''
		UNION SELECT r.org, 'o:' || c.owner`+placing+` FROM record r
			JOIN record c ON c.org = r.org AND c.tbl = 'customer' AND c.key = r.customer AND c.owner <> ''
			WHERE r.org = ? AND r.tbl = ? AND r.key > ? AND r.key <= ? AND r.removed = 0
		ON CONFLICT (org, tbl, key, scope) DO UPDATE SET seq = excluded.seq, gone = 0, changed = excluded.changed, due = excluded.due`,
		slices.Concat(args, args, args)...)
	return err
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
