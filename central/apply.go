package central

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/callbench/callbench/desk"
)

// stamp tells who wrote a member of a row last.
type stamp struct {
	Seq  int64  `json:"s"`
	Desk string `json:"d"`
	User string `json:"u"`
}

// record is a row as it stands.
type record struct {
	found    bool
	removed  bool
	seq      int64
	group    string
	authors  string
	customer string
	body     json.RawMessage
	fields   map[string]stamp
}

// load reads a row; a missing one has found false.
func (w *writer) load(ctx context.Context, t desk.Table, key string) (record, error) {
	r := record{fields: map[string]stamp{}}
	var body, fields string
	err := w.q.QueryRowContext(ctx, `SELECT seq, grp, authors, customer, removed, body, fields FROM record
		WHERE org = ? AND tbl = ? AND key = ?`, w.org, t, key).
		Scan(&r.seq, &r.group, &r.authors, &r.customer, &r.removed, &body, &fields)
	if errors.Is(err, sql.ErrNoRows) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r.found, r.body = true, json.RawMessage(body)
	return r, json.Unmarshal([]byte(fields), &r.fields)
}

// applyAll applies the changes of one op; the first refusal undoes them all.
func (w *writer) applyAll(ctx context.Context, changes []desk.Change) error {
	for _, ch := range changes {
		if err := w.apply(ctx, ch); err != nil {
			return err
		}
	}
	return nil
}

// apply lays one change over its row.
func (w *writer) apply(ctx context.Context, ch desk.Change) error {
	if !ch.Table.Valid() {
		return refuse(refuseInvalid, "table")
	}
	if !validID(ch.Key) {
		return refuse(refuseInvalid, "key")
	}
	old, err := w.load(ctx, ch.Table, ch.Key)
	if err != nil {
		return err
	}
	if old.removed {
		return refuse(refuseGone, string(ch.Table))
	}
	fields, err := clean(ch)
	if err != nil {
		return err
	}
	if err := w.rule(ctx, ch, old, fields); err != nil {
		return err
	}
	next := old
	if next.body, err = merge(old.body, fields); err != nil {
		return refuse(refuseInvalid, "fields")
	}
	if json.Unmarshal(next.body, rowType(ch.Table)) != nil {
		return refuse(refuseInvalid, string(ch.Table))
	}
	w.seq++
	if err := w.keepReplaced(ctx, ch, old, fields); err != nil {
		return err
	}
	next.fields = maps.Clone(old.fields)
	for name := range fields {
		next.fields[name] = stamp{Seq: w.seq, Desk: w.desk, User: w.user.Name}
	}
	next.seq = w.seq
	if !old.found {
		next.authors = w.user.Group
	}
	return w.store(ctx, ch.Table, ch.Key, old, next)
}

func merge(body json.RawMessage, fields map[string]json.RawMessage) (json.RawMessage, error) {
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	return desk.Merge(body, text)
}

// clean gives the members that a desk may set: known ones, without those that central or the desk
// itself derives.
func clean(ch desk.Change) (map[string]json.RawMessage, error) {
	fields := members(ch.Fields)
	if fields == nil {
		return nil, refuse(refuseInvalid, "fields")
	}
	known := fieldNames(ch.Table)
	for name, value := range fields {
		if !known[name] {
			return nil, refuse(refuseInvalid, "unknown field of "+string(ch.Table))
		}
		if words := oneOf(ch.Table, name); words != nil && string(value) != "null" {
			var s string
			if json.Unmarshal(value, &s) != nil || s != "" && !slices.Contains(words, s) {
				return nil, refuse(refuseInvalid, string(ch.Table)+"."+name)
			}
		}
	}
	if id, given := fields["id"]; given && string(id) != string(quoted(ch.Key)) {
		return nil, refuse(refuseInvalid, string(ch.Table)+".id")
	}
	fields["id"] = quoted(ch.Key)
	if ch.Table == desk.TableCustomer {
		delete(fields, "stub")
	}
	if ch.Table == desk.TableTicket {
		delete(fields, "number")
	}
	return fields, nil
}

// unremarkable members leave no history: they follow from other rows or only count.
func unremarkable(name string) bool {
	return name == "id" || name == "last_contact_at" || name == "attempts"
}

// keepReplaced keeps the values that the change replaces: as history where the author had seen them,
// as a conflict where another desk had written them meanwhile.
func (w *writer) keepReplaced(ctx context.Context, ch desk.Change, old record, fields map[string]json.RawMessage) error {
	if !old.found {
		return nil
	}
	was := members(old.body)
	for name, value := range fields {
		before, had := was[name]
		if !had || string(before) == string(value) || unremarkable(name) {
			continue
		}
		author := old.fields[name]
		statement := "INSERT INTO history (org, tbl, key, field, seq, value, user, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
		conflict := author.Seq > ch.Base && author.Desk != w.desk
		if conflict {
			statement = "INSERT INTO conflict (org, tbl, key, field, seq, value, user, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
		}
		_, err := w.q.ExecContext(ctx, statement, w.org, ch.Table, ch.Key, name, w.seq, string(before), author.User, w.now)
		if err != nil {
			return err
		}
		if err := w.sealKept(ctx, ch.Table, ch.Key, name, string(before), author.User, conflict); err != nil {
			return err
		}
	}
	return nil
}

// store writes a row under w.seq and places it with the groups that hold it.
func (w *writer) store(ctx context.Context, t desk.Table, key string, old, next record) error {
	m := members(next.body)
	next.group, next.customer = text(m, "group"), ""
	if t != desk.TableCustomer {
		next.customer = text(m, "customer")
	}
	stamps, err := json.Marshal(next.fields)
	if err != nil {
		return err
	}
	_, err = w.q.ExecContext(ctx, `INSERT INTO record (org, tbl, key, seq, grp, authors, customer, removed, body, fields, changed)
		VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?) ON CONFLICT (org, tbl, key) DO UPDATE SET seq = excluded.seq, grp = excluded.grp,
		authors = excluded.authors, customer = excluded.customer, body = excluded.body, fields = excluded.fields,
		changed = excluded.changed`,
		w.org, t, key, next.seq, next.group, next.authors, next.customer, string(next.body), string(stamps), w.now)
	if err != nil {
		return err
	}
	if err := w.sealRow(ctx, t, key, old, next, string(stamps)); err != nil {
		return err
	}
	if t != desk.TableCustomer {
		return w.place(ctx, t, key, next)
	}
	w.touched.all = true
	if old.found && old.group != next.group {
		return w.follow(ctx, key)
	}
	return nil
}

// place says which groups hold a row: its own, its author's, and its customer's.
func (w *writer) place(ctx context.Context, t desk.Table, key string, r record) error {
	groups := map[string]bool{r.group: true, r.authors: true}
	if r.customer != "" {
		var group string
		err := w.q.QueryRowContext(ctx, "SELECT grp FROM record WHERE org = ? AND tbl = ? AND key = ?", w.org, desk.TableCustomer, r.customer).
			Scan(&group)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		groups[group] = true
	}
	delete(groups, "")
	held, err := w.column(ctx, "SELECT grp FROM placing WHERE org = ? AND tbl = ? AND key = ? AND gone = 0", w.org, t, key)
	if err != nil {
		return err
	}
	for _, group := range held {
		if groups[group] {
			continue
		}
		w.touched.groups[group] = true
		_, err := w.q.ExecContext(ctx, "UPDATE placing SET gone = 1, seq = ?, changed = ? WHERE org = ? AND grp = ? AND tbl = ? AND key = ?",
			r.seq, w.now, w.org, group, t, key)
		if err != nil {
			return err
		}
	}
	for group := range groups {
		w.touched.groups[group] = true
		_, err := w.q.ExecContext(ctx, `INSERT INTO placing (org, grp, tbl, key, seq, gone, changed) VALUES (?, ?, ?, ?, ?, 0, ?)
			ON CONFLICT (org, grp, tbl, key) DO UPDATE SET seq = excluded.seq, gone = 0, changed = excluded.changed`,
			w.org, group, t, key, r.seq, w.now)
		if err != nil {
			return err
		}
	}
	return nil
}

// follow moves everything that belongs to a customer to the groups that hold it now.
func (w *writer) follow(ctx context.Context, customer string) error {
	for _, t := range []desk.Table{desk.TableContact, desk.TableCallback, desk.TableTicket} {
		keys, err := w.column(ctx, "SELECT key FROM record WHERE org = ? AND customer = ? AND tbl = ? AND removed = 0", w.org, customer, t)
		if err != nil {
			return err
		}
		for _, key := range keys {
			r, err := w.load(ctx, t, key)
			if err != nil {
				return err
			}
			w.seq++
			r.seq = w.seq
			_, err = w.q.ExecContext(ctx, "UPDATE record SET seq = ?, changed = ? WHERE org = ? AND tbl = ? AND key = ?", w.seq, w.now, w.org, t, key)
			if err != nil {
				return err
			}
			if err := w.place(ctx, t, key, r); err != nil {
				return err
			}
			if err := w.sealOld(ctx, t, key, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// column reads one text column.
func (w *writer) column(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := w.q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}
