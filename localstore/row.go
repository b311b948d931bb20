package localstore

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/callbench/callbench/desk"
)

// place names a row.
type place struct {
	table desk.Table
	key   string
}

// stored is a row as a table holds it.
type stored struct {
	rid, seq, gen int64
	body          json.RawMessage
}

// columns are a table's lookup columns and how they are taken from a body. The texts are built once,
// from constants.
type columns struct {
	find, insert, update, named, remove, sweep string
	of                                         func(json.RawMessage) ([]any, error)
}

// tables lists every table that holds visible rows.
//
//nolint:gochecknoglobals // constant in all but name
var tables = map[desk.Table]columns{
	desk.TableCustomer: {
		find:   `SELECT rid, seq, gen, body FROM customer WHERE key = ?`,
		insert: `INSERT INTO customer (key, seq, gen, body, number, name) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
		update: `UPDATE customer SET seq = ?, gen = ?, body = ?, number = ?, name = ? WHERE rid = ?`,
		named:  `UPDATE customer SET seq = ?, gen = ? WHERE rid = ?`,
		remove: `DELETE FROM customer WHERE rid = ?`,
		sweep:  `SELECT rid, key FROM customer WHERE rid > ? AND gen < ? ORDER BY rid LIMIT ?`,
		of:     customerColumns,
	},
	desk.TableContact: {
		find:   `SELECT rid, seq, gen, body FROM contact WHERE key = ?`,
		insert: `INSERT INTO contact (key, seq, gen, body, customer, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
		update: `UPDATE contact SET seq = ?, gen = ?, body = ?, customer = ?, at = ? WHERE rid = ?`,
		named:  `UPDATE contact SET seq = ?, gen = ? WHERE rid = ?`,
		remove: `DELETE FROM contact WHERE rid = ?`,
		sweep:  `SELECT rid, key FROM contact WHERE rid > ? AND gen < ? ORDER BY rid LIMIT ?`,
		of: func(body json.RawMessage) ([]any, error) {
			var c desk.Contact
			err := json.Unmarshal(body, &c)
			return []any{c.Customer, int64(c.At)}, err
		},
	},
	desk.TableCallback: {
		find:   `SELECT rid, seq, gen, body FROM callback WHERE key = ?`,
		insert: `INSERT INTO callback (key, seq, gen, body, customer, owner, done, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
		update: `UPDATE callback SET seq = ?, gen = ?, body = ?, customer = ?, owner = ?, done = ?, at = ? WHERE rid = ?`,
		named:  `UPDATE callback SET seq = ?, gen = ? WHERE rid = ?`,
		remove: `DELETE FROM callback WHERE rid = ?`,
		sweep:  `SELECT rid, key FROM callback WHERE rid > ? AND gen < ? ORDER BY rid LIMIT ?`,
		of: func(body json.RawMessage) ([]any, error) {
			var c desk.Callback
			err := json.Unmarshal(body, &c)
			done := 1
			if c.State == desk.CallbackOpen || c.State == desk.CallbackClaimed {
				done = 0
			}
			return []any{c.Customer, c.Owner, done, int64(c.At)}, err
		},
	},
	desk.TableTicket: {
		find:   `SELECT rid, seq, gen, body FROM ticket WHERE key = ?`,
		insert: `INSERT INTO ticket (key, seq, gen, body, customer, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
		update: `UPDATE ticket SET seq = ?, gen = ?, body = ?, customer = ?, created_at = ? WHERE rid = ?`,
		named:  `UPDATE ticket SET seq = ?, gen = ? WHERE rid = ?`,
		remove: `DELETE FROM ticket WHERE rid = ?`,
		sweep:  `SELECT rid, key FROM ticket WHERE rid > ? AND gen < ? ORDER BY rid LIMIT ?`,
		of: func(body json.RawMessage) ([]any, error) {
			var c desk.Ticket
			err := json.Unmarshal(body, &c)
			return []any{c.Customer, int64(c.CreatedAt)}, err
		},
	},
	desk.TableConflict: {
		find:   `SELECT rid, seq, gen, body FROM conflict WHERE key = ?`,
		insert: `INSERT INTO conflict (key, seq, gen, body, about, loser, seen, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING`,
		update: `UPDATE conflict SET seq = ?, gen = ?, body = ?, about = ?, loser = ?, seen = ?, at = ? WHERE rid = ?`,
		named:  `UPDATE conflict SET seq = ?, gen = ? WHERE rid = ?`,
		remove: `DELETE FROM conflict WHERE rid = ?`,
		sweep:  `SELECT rid, key FROM conflict WHERE rid > ? AND gen < ? ORDER BY rid LIMIT ?`,
		of: func(body json.RawMessage) ([]any, error) {
			var c desk.Conflict
			err := json.Unmarshal(body, &c)
			seen := 0
			if c.SeenBy != "" {
				seen = 1
			}
			return []any{c.Key, c.User, seen, int64(c.At)}, err
		},
	},
}

// find gives the visible row at p; false: there is none.
func (t *tx) find(p place) (stored, bool, error) {
	var r stored
	err := t.row(tables[p.table].find, p.key).Scan(&r.rid, &r.seq, &r.gen, (*[]byte)(&r.body))
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	return r, err == nil, err
}

// put makes the visible row at p be body, with everything that is derived from it. A body whose
// members do not have the table's types is desk.ErrInvalid.
func (t *tx) put(p place, seq, gen int64, body json.RawMessage) error {
	return t.putParsed(p, seq, gen, body, parse(p.table, body))
}

// putParsed does the same with what the body gives at hand.
func (t *tx) putParsed(p place, seq, gen int64, body json.RawMessage, is parsed) error {
	if is.err != nil {
		return malformed(p)
	}
	cols := tables[p.table]
	values := append([]any{p.key, seq, gen, string(body)}, is.lookup...)
	if t.mostNew {
		rid, made, err := t.insert(cols, values)
		if err != nil {
			return err
		}
		if made {
			return t.derive(p, rid, nil, body, is)
		}
	}
	old, there, err := t.find(p)
	if err != nil {
		return err
	}
	if there && bytes.Equal(old.body, body) { // what is derived of it is, too
		if old.seq == seq && old.gen == gen {
			return nil
		}
		return t.exec(cols.named, seq, gen, old.rid)
	}
	if t.mostNew = !there; there {
		err = t.exec(cols.update, append(values[1:], old.rid)...)
	} else {
		old.rid, _, err = t.insert(cols, values)
	}
	if err != nil {
		return err
	}
	return t.derive(p, old.rid, old.body, body, is)
}

// insert puts a row in unless its key is there.
func (t *tx) insert(cols columns, values []any) (rid int64, made bool, err error) {
	result, err := t.affected(cols.insert, values...)
	if err != nil {
		return 0, false, err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return 0, false, err
	}
	rid, err = result.LastInsertId()
	return rid, true, err
}

func malformed(p place) error {
	return fmt.Errorf("%s %s is malformed: %w", p.table, p.key, desk.ErrInvalid)
}

// drop takes the visible row at p away with everything that was derived from it.
func (t *tx) drop(p place) error {
	old, there, err := t.find(p)
	if err != nil || !there {
		return err
	}
	if err := t.exec(tables[p.table].remove, old.rid); err != nil {
		return err
	}
	if p.table == desk.TableContact {
		if err := t.unsettle(p.key); err != nil {
			return err
		}
	}
	return t.derive(p, old.rid, old.body, nil, parsed{})
}

// What central last said about a row that pending ops touch.
const (
	baseNew     = 0 // nothing yet
	baseHeld    = 1 // a body
	baseRemoved = 2 // the desk must not hold it
)

type base struct {
	seq, gen int64
	state    int
	body     json.RawMessage
}

func (t *tx) findBase(p place) (base, bool, error) {
	var b base
	err := t.row(`SELECT seq, gen, state, body FROM base WHERE tab = ? AND key = ?`, string(p.table), p.key).
		Scan(&b.seq, &b.gen, &b.state, (*[]byte)(&b.body))
	if errors.Is(err, sql.ErrNoRows) {
		return b, false, nil
	}
	return b, err == nil, err
}

func (t *tx) putBase(p place, b base) error {
	var body any
	if b.body != nil {
		body = string(b.body)
	}
	return t.exec(`INSERT INTO base (tab, key, seq, gen, state, body) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (tab, key) DO UPDATE SET seq = excluded.seq, gen = excluded.gen, state = excluded.state, body = excluded.body`,
		string(p.table), p.key, b.seq, b.gen, b.state, body)
}

// mark lists an op as waiting on a row and keeps the row that is shown as what central last said, where nothing
// waited on it before; absent is kept where no row is shown. It gives both.
func (t *tx) mark(p place, op int64, absent base) (b base, row stored, err error) {
	b, known, err := t.findBase(p)
	if err != nil {
		return b, row, err
	}
	row, there, err := t.find(p)
	if err != nil {
		return b, row, err
	}
	if !known {
		if b = absent; there {
			b = base{row.seq, row.gen, baseHeld, row.body}
		}
		if err := t.putBase(p, b); err != nil {
			return b, row, err
		}
	}
	// A second change of one op to one row finds the row listed.
	return b, row, t.exec(`INSERT OR IGNORE INTO op_row (tab, key, op) VALUES (?, ?, ?)`, string(p.table), p.key, op)
}

// refold makes the visible row at p be its base with the pending ops on top, and forgets the base when
// no op is pending any more.
func (t *tx) refold(p place) error {
	b, there, err := t.findBase(p)
	if err != nil || !there {
		return err
	}
	var pending []string
	err = t.each(`SELECT op.changes FROM op_row JOIN op ON op.rid = op_row.op WHERE op_row.tab = ? AND op_row.key = ? ORDER BY op_row.op`,
		func(r scanner) error {
			var changes string
			err := r.Scan(&changes)
			pending = append(pending, changes)
			return err
		}, string(p.table), p.key)
	if err != nil {
		return err
	}
	body := b.body
	for _, changes := range pending {
		if body, err = mergeChanges(body, changes, p); err != nil {
			return err
		}
	}
	if len(pending) == 0 {
		if err := t.exec(`DELETE FROM base WHERE tab = ? AND key = ?`, string(p.table), p.key); err != nil {
			return err
		}
	}
	if body == nil || b.state == baseRemoved {
		return t.drop(p)
	}
	return t.put(p, b.seq, b.gen, body)
}

func mergeChanges(body json.RawMessage, changes string, p place) (json.RawMessage, error) {
	var list []desk.Change
	if err := json.Unmarshal([]byte(changes), &list); err != nil {
		return nil, fmt.Errorf("op on %s %s: %w", p.table, p.key, err)
	}
	var err error
	for _, c := range list {
		if c.Table == p.table && c.Key == p.key {
			if body, err = desk.Merge(body, c.Fields); err != nil {
				return nil, err
			}
		}
	}
	return body, nil
}
