package central

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
)

// poolShown is how long everyone holds a customer of the pool in full (docs/PROTOCOL.md, "Pool").
const poolShown desk.Millis = 30 * 24 * 60 * 60 * 1000

// derive takes from the body what rows are looked up by.
func (r *record) derive(t desk.Table, now desk.Millis) error {
	var b struct {
		Group     string      `json:"group"`
		Customer  string      `json:"customer"`
		Owner     string      `json:"owner"`
		Agent     string      `json:"agent"`
		User      string      `json:"user"`
		State     string      `json:"state"`
		SeenBy    string      `json:"seen_by"`
		PooledAt  desk.Millis `json:"pooled_at"`
		At        desk.Millis `json:"at"`
		DueAt     desk.Millis `json:"due_at"`
		CreatedAt desk.Millis `json:"created_at"`
	}
	if err := json.Unmarshal(r.body, &b); err != nil {
		return err
	}
	r.group, r.customer, r.owner, r.pooled, r.shown, r.due = b.Group, b.Customer, b.Owner, 0, false, 0
	switch t {
	case desk.TableCustomer:
		r.customer, r.pooled = "", b.PooledAt
		r.shown = b.PooledAt > 0 && b.PooledAt > now-poolShown
	case desk.TableContact:
		r.owner = b.Agent
	case desk.TableCallback:
		if state := desk.CallbackState(b.State); state == desk.CallbackOpen || state == desk.CallbackClaimed {
			r.due = max(b.At, 1)
		}
	case desk.TableTicket:
		if r.due = max(b.DueAt, 0); r.due == 0 {
			r.due = max(b.CreatedAt, 1)
		}
		if desk.TicketState(b.State) == desk.TicketClosed {
			r.due = 0
		}
	case desk.TableConflict:
		if r.owner = b.User; b.SeenBy == "" {
			r.due = max(b.At, 1)
		}
	}
	return nil
}

// store writes a row under next.seq and places it with those who hold it. It gives the row with what was taken
// from the body.
func (w *writer) store(ctx context.Context, t desk.Table, key string, old, next record) (record, error) {
	if err := next.derive(t, w.now); err != nil {
		return next, err
	}
	stamps, err := json.Marshal(next.fields)
	if err != nil {
		return next, err
	}
	_, err = w.q.ExecContext(ctx, `INSERT INTO record (org, tbl, key, seq, grp, authors, customer, owner, author, pooled, shown, due,
		removed, body, fields, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)
		ON CONFLICT (org, tbl, key) DO UPDATE SET seq = excluded.seq, grp = excluded.grp, authors = excluded.authors,
		customer = excluded.customer, owner = excluded.owner, author = excluded.author, pooled = excluded.pooled,
		shown = excluded.shown, due = excluded.due, body = excluded.body, fields = excluded.fields, changed = excluded.changed`,
		w.org, t, key, next.seq, next.group, next.authors, next.customer, next.owner, next.author, next.pooled, next.shown, next.due,
		string(next.body), string(stamps), w.now)
	if err != nil {
		return next, err
	}
	next.found = true
	if t == desk.TableCallback {
		if err := w.keepLease(ctx, key, next.body); err != nil {
			return next, err
		}
	}
	if err := w.sealRow(ctx, t, key, old, next, string(stamps)); err != nil {
		return next, err
	}
	if old.found && old.group != next.group && t != desk.TableConflict {
		if err := w.regroup(ctx, t, key, next.group); err != nil {
			return next, err
		}
	}
	if t != desk.TableCustomer {
		return next, w.place(ctx, t, key, next)
	}
	w.touched.all = true
	if old.found && (old.group != next.group || w.users && old.owner != next.owner) {
		return next, w.follow(ctx, key)
	}
	return next, nil
}

// scopes lists the scopes that hold a row: those of its own group and user, its author's, and its customer's.
func (w *writer) scopes(ctx context.Context, r record) (map[string]bool, error) {
	list := map[string]bool{}
	add := func(group, user string) {
		if group != "" {
			list[scopeGroup+group] = true
		}
		if user != "" && w.users {
			list[scopeOwn+user] = true
		}
	}
	add(r.group, r.owner)
	add(r.authors, r.author)
	if r.customer == "" {
		return list, nil
	}
	var group, owner string
	err := w.q.QueryRowContext(ctx, "SELECT grp, owner FROM record WHERE org = ? AND tbl = ? AND key = ?", w.org, desk.TableCustomer, r.customer).
		Scan(&group, &owner)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	add(group, owner)
	return list, nil
}

// place says which scopes hold a row from r.seq on.
func (w *writer) place(ctx context.Context, t desk.Table, key string, r record) error {
	scopes, err := w.scopes(ctx, r)
	if err != nil {
		return err
	}
	held, err := w.column(ctx, "SELECT scope FROM placing WHERE org = ? AND tbl = ? AND key = ? AND gone = 0", w.org, t, key)
	if err != nil {
		return err
	}
	for _, scope := range held {
		if scopes[scope] {
			continue
		}
		if mistake.Made(mistake.LeavingTellsNobody) {
			continue
		}
		w.touched.scopes[scope] = true
		_, err := w.q.ExecContext(ctx, "UPDATE placing SET gone = 1, due = 0, seq = ?, changed = ? WHERE org = ? AND scope = ? AND tbl = ? AND key = ?",
			r.seq, w.now, w.org, scope, t, key)
		if err != nil {
			return err
		}
	}
	for scope := range scopes {
		w.touched.scopes[scope] = true
		_, err := w.q.ExecContext(ctx, `INSERT INTO placing (org, scope, tbl, key, seq, gone, changed, due) VALUES (?, ?, ?, ?, ?, 0, ?, ?)
			ON CONFLICT (org, tbl, key, scope) DO UPDATE SET seq = excluded.seq, gone = 0, changed = excluded.changed, due = excluded.due`,
			w.org, scope, t, key, r.seq, w.now, r.due)
		if err != nil {
			return err
		}
	}
	return nil
}

// follow moves everything that belongs to a customer to those who hold it now.
func (w *writer) follow(ctx context.Context, customer string) error {
	for _, t := range []desk.Table{desk.TableContact, desk.TableCallback, desk.TableTicket, desk.TableConflict} {
		keys, err := w.column(ctx, "SELECT key FROM record WHERE org = ? AND customer = ? AND tbl = ? AND removed = 0", w.org, customer, t)
		if err != nil {
			return err
		}
		for _, key := range keys {
			if err := w.resend(ctx, t, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// resend gives a row a new place in central's order, so that those who hold it now get it as they may see it.
// What it says stays.
func (w *writer) resend(ctx context.Context, t desk.Table, key string) error {
	r, err := w.load(ctx, t, key)
	if err != nil {
		return err
	}
	if err := r.derive(t, w.now); err != nil {
		return err
	}
	w.seq++
	r.seq = w.seq
	_, err = w.q.ExecContext(ctx, "UPDATE record SET seq = ?, shown = ?, changed = ? WHERE org = ? AND tbl = ? AND key = ?",
		r.seq, r.shown, w.now, w.org, t, key)
	if err != nil {
		return err
	}
	if t == desk.TableCustomer {
		w.touched.all = true
		return nil
	}
	if err := w.place(ctx, t, key, r); err != nil {
		return err
	}
	return w.sealOld(ctx, t, key, r)
}
