package localstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/callbench/callbench/desk"
)

// OpenChanges gives the changes that somebody may have to know of, of one moment.
func (s *Store) OpenChanges(ctx context.Context) (desk.OpenChanges, error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return desk.OpenChanges{}, wrap("read open changes", err)
	}
	defer tx.Rollback() //nolint:errcheck // it only read
	o, err := openChanges(ctx, tx)
	return o, wrap("read open changes", err)
}

func openChanges(ctx context.Context, q asker) (o desk.OpenChanges, err error) {
	err = q.QueryRowContext(ctx, `SELECT pending, (SELECT count(*) FROM op WHERE state = 2),
		(SELECT count(*) FROM conflict WHERE loser = replica.user AND seen = 0) FROM replica`).Scan(&o.Pending, &o.Refused, &o.Conflicts)
	if err != nil {
		return o, err
	}
	rows, err := q.QueryContext(ctx, `SELECT body FROM conflict WHERE loser = (SELECT user FROM replica) AND seen = 0
		ORDER BY at DESC, rid DESC LIMIT ?`, desk.MaxOpenChanges)
	err = eachRow(rows, err, func(r scanner) error {
		c := desk.OpenChange{State: desk.ChangeConflict}
		var body []byte
		if err := r.Scan(&body); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &c.Conflict); err != nil {
			return fmt.Errorf("malformed row: %w", desk.ErrInvalid)
		}
		o.List = append(o.List, c)
		return nil
	})
	if err != nil {
		return o, err
	}
	for _, part := range []struct {
		state desk.ChangeState
		query string
	}{
		{desk.ChangeRefused, `SELECT ` + opColumns + `, code, detail FROM op WHERE state = 2 ORDER BY rid DESC LIMIT ?`},
		{desk.ChangePending, `SELECT ` + opColumns + `, code, detail FROM op WHERE state = 0 ORDER BY n LIMIT ?`},
	} {
		rows, err := q.QueryContext(ctx, part.query, desk.MaxOpenChanges-len(o.List))
		err = eachRow(rows, err, func(r scanner) error {
			c := desk.OpenChange{State: part.state}
			var err error
			c.Op, err = scanOp(r, &c.Refusal.Code, &c.Refusal.Detail)
			if part.state == desk.ChangeRefused {
				c.Refusal.N = c.Op.N
			}
			o.List = append(o.List, c)
			return err
		})
		if err != nil {
			return o, err
		}
	}
	for i := range o.List {
		if err := about(ctx, q, &o.List[i]); err != nil {
			return o, err
		}
	}
	return o, nil
}

// about fills in whom an open change is about and, of a conflict, what is shown now.
func about(ctx context.Context, q asker, c *desk.OpenChange) (err error) {
	if c.State == desk.ChangeConflict {
		c.Customer = c.Conflict.Customer
		if c.Now, err = memberNow(ctx, q, place{c.Conflict.Table, c.Conflict.Key}, c.Conflict.Field); err != nil {
			return err
		}
	} else if c.Customer, c.Name, err = whom(ctx, q, c.Op.Changes); err != nil {
		return err
	}
	if c.Customer == "" {
		return nil
	}
	var held []byte
	err = q.QueryRowContext(ctx, `SELECT body FROM customer WHERE key = ?`, c.Customer).Scan(&held)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // the name that the op itself gave, if it did
	}
	if err != nil {
		return err
	}
	shown, err := customerOf(held)
	c.Name = shown.Name
	return err
}

// whom gives the customer that changes are about, and a name that they gave.
func whom(ctx context.Context, q asker, changes []desk.Change) (id, name string, err error) {
	for _, c := range changes {
		var said struct {
			Customer string `json:"customer"`
			Name     string `json:"name"`
		}
		_ = json.Unmarshal(c.Fields, &said) // what cannot be read names nobody
		switch {
		case c.Table == desk.TableCustomer:
			return c.Key, said.Name, nil
		case said.Customer != "" && id == "":
			id = said.Customer
		}
	}
	for _, c := range changes {
		if id != "" || !c.Table.Valid() {
			break
		}
		p := place{c.Table, c.Key}
		of, err := memberNow(ctx, q, p, "customer")
		if err != nil {
			return "", "", err
		}
		_ = json.Unmarshal(of, &id) // nothing: the row is not here
	}
	return id, "", nil
}

// memberNow gives a member of a row as it is shown, as JSON; nil: the row or the member is not there.
func memberNow(ctx context.Context, q asker, p place, member string) (json.RawMessage, error) {
	if !p.table.Valid() {
		return nil, nil
	}
	var body []byte
	err := q.QueryRowContext(ctx, `SELECT body FROM `+string(p.table)+` WHERE key = ?`, p.key).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, fmt.Errorf("malformed row: %w", desk.ErrInvalid)
	}
	return members[member], nil
}

// PutAway takes a refused op, named by its ID, from the lists of what is open; it stays on the disk as long as a released
// one, and in the chain for good. desk.ErrNotFound: no refused op has that ID. To put one away twice is no error.
func (s *Store) PutAway(ctx context.Context, op string) error {
	return wrap("put change "+op+" away", s.write.in(ctx, func(t *tx) error { return t.putAway(op, s.now()) }))
}

func (t *tx) putAway(op string, now desk.Millis) error {
	var state int
	err := t.row(`SELECT state FROM op WHERE id = ?`, op).Scan(&state)
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && state != opRefused && state != opAway:
		return desk.ErrNotFound
	case err != nil, state == opAway:
		return err
	}
	return t.exec(`UPDATE op SET state = 3, ended_at = ? WHERE id = ?`, int64(now), op)
}

// SendAgain commits what a refused op said as a new op with the given ID, on the rows as they are shown now, and puts the
// refused one away, in one transaction. Where the op had conditions (Change.If), the new ones ask for what is shown
// now: whoever sends it again has seen that. Asked again with the same ID it changes nothing. desk.ErrNotFound: no
// refused op has the ID refused; desk.ErrInvalid: its text was erased, or what Commit says.
func (s *Store) SendAgain(ctx context.Context, refused, id string, at desk.Millis, offset int) (desk.Committed, error) {
	done := desk.Committed{ID: id}
	err := s.write.in(ctx, func(t *tx) error {
		if again, err := t.committed(id, &done); err != nil || again {
			return err
		}
		if err := t.putAway(refused, s.now()); err != nil {
			return err
		}
		in := desk.Intent{ID: id, At: at, Offset: offset}
		var changes []byte
		if err := t.row(`SELECT kind, changes FROM op WHERE id = ?`, refused).Scan(&in.Kind, &changes); err != nil {
			return err
		}
		if err := json.Unmarshal(changes, &in.Changes); err != nil {
			return fmt.Errorf("op: %w", err)
		}
		for i := range in.Changes {
			if err := t.anew(&in.Changes[i]); err != nil {
				return err
			}
		}
		if err := t.commit(in, &done); err != nil {
			return err
		}
		return t.countPending(&done.Pending)
	})
	if err != nil {
		return desk.Committed{}, wrap("send change "+refused+" again", err)
	}
	done.At = s.now()
	return done, nil
}

// anew makes a change one of the row as it is shown now.
func (t *tx) anew(c *desk.Change) error {
	if string(c.Fields) == "{}" {
		return fmt.Errorf("the text was erased: %w", desk.ErrInvalid)
	}
	if !c.Table.Valid() {
		return fmt.Errorf("change of %q: %w", c.Table, desk.ErrInvalid)
	}
	row, there, err := t.find(place{c.Table, c.Key})
	if err != nil || !there { // its base tells that there was a row
		return err
	}
	c.Base = 0 // the one that is shown
	if len(c.If) == 0 {
		return nil
	}
	var asked, shown map[string]json.RawMessage
	if json.Unmarshal(c.If, &asked) != nil || json.Unmarshal(row.body, &shown) != nil {
		return fmt.Errorf("condition of %s %s: %w", c.Table, c.Key, desk.ErrInvalid)
	}
	for name := range asked {
		if asked[name] = shown[name]; asked[name] == nil {
			asked[name] = json.RawMessage("null")
		}
	}
	c.If, err = json.Marshal(asked)
	return err
}
