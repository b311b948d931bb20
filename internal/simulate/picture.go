package simulate

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
)

// picture is what stands in central's file, read by the simulator's own statements: nothing here asks the code that is
// being tried what it thinks it did.
type picture struct {
	version  int64 // SQLite's data_version: it changes with the file
	epoch    string
	seq      int64
	policy   central.Policy
	ops      map[string][]taken // by id, in central's order
	rows     map[place]held
	replaced map[place][]central.Replaced // filled by replacedAt
	users    map[string]user
}

// taken is an op as central remembers it; it may come again under another desk's number.
type taken struct {
	desk string
	n    int64
	code string // why it was refused; empty: it was applied
	seq  int64  // the counter then

	received desk.Millis // central's clock
}

// held is a row of central.
type held struct {
	seq            int64
	removed        bool
	group, authors string // the group it is in, and that of who made it
	owner, author  string
	customer       string
	shown          bool // of the pool: everyone holds it in full
	body           json.RawMessage
}

type user struct {
	role     desk.Role
	group    string
	disabled bool
}

// look reads central's file, unless it has not changed.
func (w *world) look() *picture {
	var version int64
	if err := w.server.book.QueryRowContext(w.ctx, "PRAGMA data_version").Scan(&version); !w.ok(err) {
		return &picture{}
	}
	if w.seen == nil || w.seen.version != version {
		p := &picture{version: version}
		w.ok(p.read(w.ctx, w.server.book))
		w.seen = p
	}
	return w.seen
}

func (p *picture) read(ctx context.Context, db *sql.DB) error {
	p.ops, p.rows, p.replaced, p.users = map[string][]taken{}, map[place]held{}, map[place][]central.Replaced{}, map[string]user{}
	return errors.Join(
		db.QueryRowContext(ctx, "SELECT epoch, seq, policy FROM counter").Scan(&p.epoch, &p.seq, &p.policy),
		each(ctx, db, "SELECT id, desk, n, code, seq, received FROM op ORDER BY seq, desk, n", func(scan scan) error {
			var id string
			var t taken
			err := scan(&id, &t.desk, &t.n, &t.code, &t.seq, &t.received)
			p.ops[id] = append(p.ops[id], t)
			return err
		}),
		each(ctx, db, "SELECT tbl, key, seq, removed, grp, authors, owner, author, customer, shown, body FROM record", func(scan scan) error {
			var at place
			var h held
			err := scan(&at.table, &at.key, &h.seq, &h.removed, &h.group, &h.authors, &h.owner, &h.author, &h.customer, &h.shown, (*[]byte)(&h.body))
			p.rows[at] = h
			return err
		}),
		each(ctx, db, "SELECT name, role, grp, disabled FROM user", func(scan scan) error {
			var name string
			var u user
			err := scan(&name, &u.role, &u.group, &u.disabled)
			p.users[name] = u
			return err
		}),
	)
}

// replacedAt gives the values that are no longer in a row.
func (w *world) replacedAt(at place) []central.Replaced {
	p := w.look()
	list, known := p.replaced[at]
	if !known {
		var err error
		list, err = w.server.central.Replaced(w.ctx, at.table, at.key)
		w.ok(err)
		p.replaced[at] = list
	}
	return list
}

type scan func(...any) error

func each(ctx context.Context, db *sql.DB, query string, f func(scan) error) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// scope gives what a user's desks are to hold, row by row.
func (p *picture) scope(name string) map[place]json.RawMessage {
	u, out := p.users[name], map[place]json.RawMessage{}
	agent := u.role == desk.RoleAgent
	all := u.role == desk.RoleAdmin || agent && p.policy == central.PolicyAll
	mine := func(group, owner string) bool {
		if all {
			return true
		}
		if agent && p.policy == central.PolicyOwn {
			return owner == name
		}
		return group == u.group && group != ""
	}
	for at, r := range p.rows {
		if r.removed {
			continue
		}
		of := p.rows[place{desk.TableCustomer, r.customer}]
		switch {
		case mine(r.group, r.owner), at.table == desk.TableCustomer && r.shown:
			out[at] = r.body
		case at.table == desk.TableCustomer:
			out[at] = stub(r.body)
		case mine(r.authors, r.author), r.customer != "" && mine(of.group, of.owner):
			out[at] = r.body
		}
	}
	return out
}

// stub is what everyone may see of a customer.
func stub(body json.RawMessage) json.RawMessage {
	all := members(body)
	few := map[string]json.RawMessage{"stub": json.RawMessage("true")}
	for _, name := range []string{"id", "number", "name", "level", "tier", "owner", "group", "phones", "pooled_at"} {
		if v, ok := all[name]; ok {
			few[name] = v
		}
	}
	text, err := json.Marshal(few)
	if err != nil {
		panic(err) // it was JSON before
	}
	return text
}

func members(body json.RawMessage) map[string]json.RawMessage {
	m := map[string]json.RawMessage{}
	_ = json.Unmarshal(body, &m) // what is no object has no members
	return m
}

// same compares two bodies as JSON. Members that say nothing may be missing.
func same(a, b json.RawMessage) bool {
	x, y := members(a), members(b)
	for _, m := range []map[string]json.RawMessage{x, y} {
		for name, v := range m {
			if s := string(v); s == `""` || s == "0" || s == "null" || s == "false" {
				delete(m, name)
			}
		}
	}
	if len(x) != len(y) {
		return false
	}
	for name, v := range x {
		if string(v) != string(y[name]) {
			return false
		}
	}
	return true
}
