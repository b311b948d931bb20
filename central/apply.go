package central

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
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
	authors  string // group of the author
	customer string
	owner    string      // of a contact: the agent; of a conflict: who lost
	author   string      // who made it
	pooled   desk.Millis // since when a customer is in the pool
	shown    bool        // everyone holds the customer in full
	due      desk.Millis // of what is open: a callback, a ticket, a conflict nobody has seen
	body     json.RawMessage
	fields   map[string]stamp
}

// load reads a row; a missing one has found false.
func (w *writer) load(ctx context.Context, t desk.Table, key string) (record, error) {
	r := record{fields: map[string]stamp{}}
	var body, fields string
	err := w.q.QueryRowContext(ctx, `SELECT seq, grp, authors, customer, removed, owner, author, pooled, shown, due, body, fields
		FROM record WHERE org = ? AND tbl = ? AND key = ?`, w.org, t, key).
		Scan(&r.seq, &r.group, &r.authors, &r.customer, &r.removed, &r.owner, &r.author, &r.pooled, &r.shown, &r.due, &body, &fields)
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
	if old.removed && !mistake.Made(mistake.RemovedComesBack) {
		return refuse(refuseGone, string(ch.Table))
	}
	fields, err := clean(ch)
	if err != nil {
		return err
	}
	if err := w.met(ctx, ch, old); err != nil {
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
	lost, err := w.keepReplaced(ctx, ch, old, fields)
	if err != nil {
		return err
	}
	next.fields = maps.Clone(old.fields)
	for name := range fields {
		next.fields[name] = stamp{Seq: w.seq, Desk: w.desk, User: w.user.Name}
	}
	next.seq = w.seq
	if !old.found {
		next.authors, next.author = w.user.Group, w.user.Name
	}
	if next, err = w.store(ctx, ch.Table, ch.Key, old, next); err != nil {
		return err
	}
	return w.keepLost(ctx, ch, next, lost)
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
	return name == "id" || name == "last_contact_at" || name == "attempts" || name == "claimed_by" || name == "claimed_until"
}

// keepReplaced keeps the values that the change replaces: as history where the author had seen them; those that
// another desk had written meanwhile have lost, and it gives them for keepLost.
func (w *writer) keepReplaced(ctx context.Context, ch desk.Change, old record, fields map[string]json.RawMessage) ([]loser, error) {
	if !old.found || ch.Table == desk.TableConflict || mistake.Made(mistake.LosingValueThrown) {
		return nil, nil
	}
	var lost []loser
	was := members(old.body)
	for name, value := range fields {
		before, had := was[name]
		if !had || string(before) == string(value) || unremarkable(name) {
			continue
		}
		author := old.fields[name]
		// A callback's state goes where the rules and its lease let it, and nowhere else: nobody loses one.
		guarded := ch.Table == desk.TableCallback && name == "state"
		conflict := !guarded && author.Seq > w.seenUpTo(ch.Base) && author.Desk != w.desk
		if conflict {
			lost = append(lost, loser{field: name, value: before, user: author.User, seq: w.seq})
		} else {
			_, err := w.q.ExecContext(ctx, "INSERT INTO history (org, tbl, key, field, seq, value, user, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
				w.org, ch.Table, ch.Key, name, w.seq, string(before), author.User, w.now)
			if err != nil {
				return nil, err
			}
		}
		if err := w.sealKept(ctx, ch.Table, ch.Key, name, string(before), author.User, conflict); err != nil {
			return nil, err
		}
	}
	return lost, nil
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
