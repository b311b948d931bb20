package localstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/callbench/callbench/desk"
)

// States of an op.
const (
	opPending  = 0
	opReleased = 1
	opRefused  = 2
	opAway     = 3 // refused, and put away by the agent
)

// Commit makes an intent durable: in one transaction it gets the next number, is laid over the rows that
// are shown, goes into the outbox, and its draft is dropped. An intent whose ID was committed before
// changes nothing and gives what it gave then, so that a caller who does not know may ask again.
//
// A change's Base, where it is 0, is filled with the version of the row that is shown. A contact that is
// made here gets the members desk and n. desk.ErrInvalid: no or too many changes, an op above
// desk.MaxOpBytes, a change that would leave a malformed row.
func (s *Store) Commit(ctx context.Context, in desk.Intent) (desk.Committed, error) {
	var done desk.Committed
	err := s.write.in(ctx, func(t *tx) error {
		done = desk.Committed{ID: in.ID}
		again, err := t.committed(in.ID, &done)
		if err != nil || again {
			return err
		}
		if err := t.commit(in, &done); err != nil {
			return err
		}
		return t.countPending(&done.Pending)
	})
	if err != nil {
		return desk.Committed{}, wrap("commit "+in.Kind+" "+in.ID, err)
	}
	done.At = s.now()
	return done, nil
}

func (t *tx) committed(id string, done *desk.Committed) (bool, error) {
	err := t.row(`SELECT n, (SELECT pending FROM replica) FROM op WHERE id = ?`, id).Scan(&done.N, &done.Pending)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func (t *tx) commit(in desk.Intent, done *desk.Committed) error {
	if in.ID == "" || in.Kind == "" || len(in.Changes) == 0 || len(in.Changes) > desk.MaxOpChanges {
		return fmt.Errorf("%d changes: %w", len(in.Changes), desk.ErrInvalid)
	}
	op := desk.Op{ID: in.ID, Kind: in.Kind, Version: desk.OpVersion, At: in.At, Offset: in.Offset}
	var deskID string
	var end chainEnd
	err := t.row(`SELECT desk, org, next_n, life, link, link_hash FROM replica`).Scan(&deskID, &op.Org, &op.N, &end.life, &end.n, &end.hash)
	if err != nil {
		return err
	}
	var made int64
	var needed maker
	for i, c := range in.Changes {
		c, makes, needs, err := t.complete(c, deskID, op.N)
		if err != nil {
			return err
		}
		if makes {
			made |= 1 << i
		}
		if op.Changes = append(op.Changes, c); needs.rid > needed.rid {
			needed = needs
		}
	}
	op.Needs = needed.n
	link, err := t.extend(&op, deskID, &end)
	if err != nil {
		return err
	}
	err = t.exec(`UPDATE replica SET pending = pending + 1, next_n = ?, life = ?, link = ?, link_hash = ?`, op.N+1, end.life, end.n, end.hash)
	if err != nil {
		return err
	}
	if whole, err := json.Marshal(op); err != nil || len(whole) > desk.MaxOpBytes {
		return fmt.Errorf("op of %d bytes: %w", len(whole), desk.ErrInvalid)
	}
	rid, err := t.putOp(deskID, op, in.Draft, made, link)
	if err != nil {
		return err
	}
	for _, c := range op.Changes {
		if err := t.lay(c, rid); err != nil {
			return err
		}
	}
	if err := t.remember(op.Changes); err != nil {
		return err
	}
	if in.Draft != "" {
		if err := t.exec(`DELETE FROM draft WHERE id = ?`, in.Draft); err != nil {
			return err
		}
	}
	done.N = op.N
	return nil
}

// countPending gives how many ops wait, as counted when each came or ended: 62,500 of them, a million customers just
// imported, are a millisecond to count.
func (t *tx) countPending(n *int) error {
	return t.row(`SELECT pending FROM replica`).Scan(n)
}

// maker is a pending op that made a row. n is negative while ops are numbered anew, where it is the new number already.
type maker struct{ rid, n int64 }

// complete checks a change and fills in what only the store knows: the version of the row that is shown,
// and whose op a new contact is. It reports whether the change makes the row; needs is the newest pending op that
// made a row this change builds on.
func (t *tx) complete(c desk.Change, deskID string, n int64) (_ desk.Change, makes bool, needs maker, err error) {
	if !c.Table.Valid() || c.Key == "" {
		return c, false, needs, fmt.Errorf("change of %q: %w", c.Table, desk.ErrInvalid)
	}
	p := place{c.Table, c.Key}
	if _, err := desk.Merge(nil, c.Fields); err != nil { // not an object
		return c, false, needs, err
	}
	row, there, err := t.find(p)
	if err != nil {
		return c, false, needs, err
	}
	makes = !there && c.Base == 0
	if there && c.Base == 0 {
		c.Base = row.seq
	}
	if c.Base, err = t.seen(p, c); err != nil {
		return c, false, needs, err
	}
	if makes && c.Table == desk.TableContact {
		whose, err := json.Marshal(map[string]any{"desk": deskID, "n": n})
		if err != nil {
			return c, false, needs, err
		}
		if c.Fields, err = desk.Merge(c.Fields, whose); err != nil {
			return c, false, needs, err
		}
	}
	var refs struct {
		Customer string `json:"customer"`
		Contact  string `json:"contact"`
	}
	_ = json.Unmarshal(c.Fields, &refs) // a member of another type is refused when the row is put
	for _, on := range []place{p, {desk.TableCustomer, refs.Customer}, {desk.TableContact, refs.Contact}} {
		if on.key == "" {
			continue
		}
		var one maker
		err := t.row(`SELECT op.rid, iif(op.desk = ?, op.n, -op.n) FROM base JOIN op_row USING (tab, key) JOIN op ON op.rid = op_row.op
			WHERE base.tab = ? AND base.key = ? AND base.state = 0 ORDER BY op_row.op LIMIT 1`, deskID, string(on.table), on.key).
			Scan(&one.rid, &one.n)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return c, false, needs, err
		}
		if one.rid > needs.rid {
			needs = one
		}
	}
	return c, makes, needs, nil
}

// seen gives the version of a row that the author of a change has seen for certain. Where a pending op of this desk
// set one of its members before, that value was on the screen and hid what has come from central since: then it is the
// version which that op's author had seen. The change's other members may have been seen in a later one; that costs a
// conflict too many at worst.
func (t *tx) seen(p place, c desk.Change) (int64, error) {
	set := map[string]json.RawMessage{}
	if err := json.Unmarshal(c.Fields, &set); err != nil {
		return 0, fmt.Errorf("fields are not an object: %w", desk.ErrInvalid)
	}
	base := c.Base
	err := t.each(`SELECT op.changes FROM op_row JOIN op ON op.rid = op_row.op WHERE op_row.tab = ? AND op_row.key = ?`, func(r scanner) error {
		var changes string
		if err := r.Scan(&changes); err != nil {
			return err
		}
		var list []desk.Change
		if err := json.Unmarshal([]byte(changes), &list); err != nil {
			return fmt.Errorf("op on %s %s: %w", p.table, p.key, err)
		}
		for _, before := range list {
			var hidden map[string]json.RawMessage
			if before.Table != p.table || before.Key != p.key || before.Base >= base || json.Unmarshal(before.Fields, &hidden) != nil {
				continue
			}
			for name := range hidden {
				if _, again := set[name]; again && name != "id" {
					base = before.Base
				}
			}
		}
		return nil
	}, string(p.table), p.key)
	return base, err
}

func (t *tx) putOp(deskID string, op desk.Op, draft string, made int64, link link) (rid int64, err error) {
	changes, err := json.Marshal(op.Changes)
	if err != nil {
		return 0, err
	}
	result, err := t.affected(`INSERT INTO op (desk, n, id, kind, version, at, east, needs, changes, draft, made, life, link)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		deskID, op.N, op.ID, op.Kind, op.Version, int64(op.At), op.Offset, op.Needs, string(changes), draft, made, link.life, link.n)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// lay puts a pending op's change on top of what is shown.
func (t *tx) lay(c desk.Change, op int64) error {
	p := place{c.Table, c.Key}
	absent := base{}
	if c.Base != 0 { // its author saw a row that has left the desk since: the op goes out, nothing comes back
		absent.state = baseRemoved
	}
	b, row, err := t.mark(p, op, absent)
	if err != nil || b.state == baseRemoved {
		return err
	}
	body, err := desk.Merge(row.body, c.Fields)
	if err != nil {
		return err
	}
	return t.put(p, b.seq, b.gen, body)
}
