package central

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// Kinds of a wipe order.
const (
	wipeDesk = "desk"
	wipeUser = "user"
)

// whyDisabled marks an order that came with retiring its user (wipe_order.why).
const whyDisabled = "disabled"

// Wipe orders a desk, or every desk of a user, to destroy what it keeps; with drain it first hands over what
// waits in its outbox. The order stands for every call that proves to come from there, until WipeUndo takes it
// back. Exactly one of deskID and user is given. Errors: desk.ErrNotFound (no such user, or a desk that has
// never signed in), desk.ErrInvalid, wrapped.
func (c *Central) Wipe(ctx context.Context, deskID, user string, drain bool) error {
	kind, name, err := wipeOf(deskID, user)
	if err != nil {
		return fmt.Errorf("order wiping: %w", err)
	}
	err = c.db.write(ctx, func(q queryer) error {
		if err := c.known(ctx, q, kind, name); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, `INSERT INTO wipe_order (org, kind, name, drain, at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (org, kind, name) DO UPDATE SET drain = excluded.drain, why = ''`, c.org, kind, name, drain, c.now())
		return err
	})
	if err != nil {
		return fmt.Errorf("order wiping of %s %q: %w", kind, name, err)
	}
	return nil
}

// WipeUndo takes an order back. What has been wiped stays so. Errors: desk.ErrNotFound (there is no such
// order), desk.ErrInvalid, wrapped.
func (c *Central) WipeUndo(ctx context.Context, deskID, user string) error {
	kind, name, err := wipeOf(deskID, user)
	if err != nil {
		return fmt.Errorf("undo wiping: %w", err)
	}
	err = c.db.write(ctx, func(q queryer) error {
		res, err := q.ExecContext(ctx, "DELETE FROM wipe_order WHERE org = ? AND kind = ? AND name = ?", c.org, kind, name)
		if err != nil {
			return err
		}
		if err := oneRow(res, desk.ErrNotFound); err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, "UPDATE installation SET told = 0 WHERE org = ? AND wiped = 0 AND "+kind+" = ?", c.org, name)
		return err
	})
	if err != nil {
		return fmt.Errorf("undo wiping of %s %q: %w", kind, name, err)
	}
	return nil
}

func wipeOf(deskID, user string) (kind, name string, err error) {
	switch {
	case (deskID == "") == (user == ""):
		return "", "", fmt.Errorf("a desk or a user: %w", desk.ErrInvalid)
	case deskID != "":
		return wipeDesk, deskID, nil
	}
	return wipeUser, user, nil
}

// known gives desk.ErrNotFound for a name that is nobody's: a typing mistake is no order.
func (c *Central) known(ctx context.Context, q queryer, kind, name string) error {
	query := "SELECT count(*) FROM user WHERE org = ? AND name = ?"
	args := []any{c.org, name}
	if kind == wipeDesk {
		query = `SELECT (SELECT count(*) FROM installation WHERE org = ? AND desk = ?) +
			(SELECT count(*) FROM replica WHERE org = ? AND desk = ?)`
		args = append(args, args...)
	}
	var n int
	if err := q.QueryRowContext(ctx, query, args...).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		return desk.ErrNotFound
	}
	return nil
}

// order finds the order that a desk and its user stand under, nil for none. One for the desk comes first.
func (c *Central) order(ctx context.Context, q queryer, deskID, user string) (*wire.WipeOrder, error) {
	var kind string
	var o wire.WipeOrder
	err := q.QueryRowContext(ctx, `SELECT kind, drain, at FROM wipe_order WHERE org = ? AND (kind = 'desk' AND name = ? OR kind = 'user' AND name = ?)
		ORDER BY kind LIMIT 1`, c.org, deskID, user).Scan(&kind, &o.Drain, &o.At)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // no order is an answer
	}
	if o.Desk = deskID; kind == wipeUser {
		o.Desk, o.User = "", user
	}
	return &o, err
}

// orderFor looks for an order where the desk's own token did not name the desk.
func (c *Central) orderFor(ctx context.Context, deskID, user string) error {
	var o *wire.WipeOrder
	err := c.db.read(ctx, func(q queryer) error {
		var err error
		o, err = c.order(ctx, q, deskID, user)
		return err
	})
	if err != nil || o == nil {
		return err
	}
	return c.tell(ctx, o, deskID)
}

// tell makes the answer to a desk that is to wipe itself, and remembers that it was told.
func (c *Central) tell(ctx context.Context, o *wire.WipeOrder, deskID string) error {
	var told bool
	err := c.db.read(ctx, func(q queryer) error {
		return q.QueryRowContext(ctx, "SELECT count(*) = 0 FROM installation WHERE org = ? AND desk = ? AND told = 0", c.org, deskID).Scan(&told)
	})
	if err == nil && !told {
		err = c.db.write(ctx, func(q queryer) error {
			_, err := q.ExecContext(ctx, "UPDATE installation SET told = ? WHERE org = ? AND desk = ? AND told = 0", c.now(), c.org, deskID)
			return err
		})
	}
	if err != nil { // the list of desks is poorer, the order is no less one
		c.log.WarnContext(ctx, "not noted that a desk was told to wipe itself", "desk", deskID, "error", err)
	}
	f := fault(wire.CodeForbidden, wire.CauseWiped, "the desk is to be wiped")
	f.Wipe = o
	return f
}

// wiped takes a desk's report that it has carried the order out.
func (c *Central) wiped(ctx context.Context, s session, in wire.TellWiped) (*wire.Done, error) {
	if !validID(in.Desk) || s.order == nil {
		return nil, fault(wire.CodePrecondition, "", "the desk was not told to wipe itself")
	}
	err := c.db.write(ctx, func(q queryer) error {
		if err := c.noteDesk(ctx, q, s.user.Name, in.Desk, ""); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, "UPDATE installation SET wiped = ?, lost = ? WHERE org = ? AND desk = ? AND user = ?",
			c.now(), max(in.Lost, 0), c.org, in.Desk, s.user.Name)
		return err
	})
	if err != nil {
		return nil, err
	}
	c.log.InfoContext(ctx, "desk reports that it is wiped", "desk", in.Desk, "user", s.user.Name, "lost", in.Lost)
	return &wire.Done{Now: c.now()}, nil
}

// Desk is a desk that has signed in. Times are central's, zero: not yet.
type Desk struct {
	Desk     string      `json:"desk"`
	User     string      `json:"user"`
	Version  string      `json:"version,omitempty"`
	Seen     desk.Millis `json:"seen"`
	LastN    int64       `json:"last_n"`             // the last op taken from it
	KeyID    string      `json:"key_id,omitempty"`   // recovery key of its newest envelope
	Envelope desk.Millis `json:"envelope,omitempty"` // when that came
	Ordered  desk.Millis `json:"ordered,omitempty"`  // since when it is to wipe itself
	Told     desk.Millis `json:"told,omitempty"`
	Wiped    desk.Millis `json:"wiped,omitempty"`
	Lost     int         `json:"lost,omitempty"` // ops that went with the store
}

// Desks lists the desks that have signed in, of one user or (empty) of all, by user and then the newest first.
func (c *Central) Desks(ctx context.Context, user string) ([]Desk, error) {
	var list []Desk
	err := c.db.read(ctx, func(q queryer) error {
		rows, err := q.QueryContext(ctx, `SELECT i.desk, i.user, i.version, i.seen, i.told, i.wiped, i.lost,
			coalesce((SELECT last_n FROM replica r WHERE r.org = i.org AND r.desk = i.desk), 0),
			coalesce((SELECT key_id FROM envelope e WHERE e.org = i.org AND e.desk = i.desk ORDER BY epoch DESC LIMIT 1), ''),
			coalesce((SELECT received FROM envelope e WHERE e.org = i.org AND e.desk = i.desk ORDER BY epoch DESC LIMIT 1), 0),
			coalesce((SELECT min(at) FROM wipe_order w WHERE w.org = i.org AND
				(w.kind = 'desk' AND w.name = i.desk OR w.kind = 'user' AND w.name = i.user)), 0)
			FROM installation i WHERE i.org = ? AND (? = '' OR i.user = ?) ORDER BY i.user, i.seen DESC, i.desk`, c.org, user, user)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		for rows.Next() {
			var d Desk
			err := rows.Scan(&d.Desk, &d.User, &d.Version, &d.Seen, &d.Told, &d.Wiped, &d.Lost, &d.LastN, &d.KeyID, &d.Envelope, &d.Ordered)
			if err != nil {
				return err
			}
			d.Lost = max(d.Lost, 0)
			list = append(list, d)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list desks: %w", err)
	}
	return list, nil
}
