package central

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// A grant lasts grantFor by central's clock: a call with what is written after it; asked again during the same call
// it is the same one. A user gets maxGrants in grantWindow, far more than there are calls, far fewer than there are customers.
const (
	grantFor    = time.Hour
	grantWindow = time.Hour
	maxGrants   = 60
	maxCallID   = 256  // bytes of a call's identity
	openedFrom  = 2000 // newest rows of a customer that the ones shown are chosen from
)

// inCall reports whether an agent has to do with a caller now, by desk and phone.
func inCall(state desk.AgentStatus) bool {
	switch state {
	case desk.AgentRinging, desk.AgentOnCall, desk.AgentHold, desk.AgentWrapUp:
		return true
	case desk.AgentOffline, desk.AgentReady, desk.AgentNotReady:
	}
	return false
}

// stateOf is what an agent does, as the board shows it.
func (b *board) stateOf(u User, now desk.Millis) desk.AgentStatus {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.agent(person{user: u, ext: extensionOf(u.AOR)}, now).State
}

// open gives a user the whole record of a customer during a call, and logs that it did. What the user's desks
// hold anyway needs no grant.
func (c *Central) open(ctx context.Context, s session, in wire.Open) (*wire.Opened, error) {
	if !validID(in.Desk) || !validID(in.Customer) || in.Call == "" || len(in.Call) > maxCallID {
		return nil, fault(wire.CodeInvalid, "", "desk, customer or call")
	}
	if s.scope() == scopeNone {
		return nil, fault(wire.CodeForbidden, "", "this role has no business data")
	}
	state := c.board.stateOf(s.user, c.now())
	out := &wire.Opened{}
	granted := false
	err := c.db.write(ctx, func(q queryer) error {
		w := &writer{q: q, db: c.db, org: c.org, now: c.now(), user: s.user, policy: s.rule}
		r, err := w.load(ctx, desk.TableCustomer, in.Customer)
		if err != nil {
			return err
		}
		if !r.found || r.removed {
			return fault(wire.CodePrecondition, "", "there is no such customer")
		}
		out.Until = w.now + millisOf(grantFor)
		if !holdsWhole(s.scope(), r.group, r.owner, false) { // of one in the pool everyone has the customer, not what belongs to it
			if !inCall(state) {
				return fault(wire.CodeForbidden, "", "the agent is in no call")
			}
			if out.Until, granted, err = w.grant(ctx, in, state); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = c.db.read(ctx, func(q queryer) error {
			var err error
			out.Rows, err = (&writer{q: q, org: c.org}).recordOf(ctx, in.Customer)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	if granted {
		c.log.InfoContext(ctx, "a customer of others was opened", "user", s.user.Name, "desk", in.Desk, "customer", in.Customer, "call", in.Call)
	}
	return out, nil
}

// grantEnd is a moment that no grant reaches but one of before the clock was set back by long: such a one is over, and
// does not count.
func grantEnd(now desk.Millis) desk.Millis { return now + 2*millisOf(grantFor) }

// grant writes a grant into the log and tells until when it lasts; one that lasts for the same call stays.
func (w *writer) grant(ctx context.Context, in wire.Open, state desk.AgentStatus) (until desk.Millis, fresh bool, err error) {
	err = w.q.QueryRowContext(ctx, "SELECT coalesce(max(until), 0) FROM grant_log WHERE org = ? AND customer = ? AND user = ? AND until > ? AND until <= ? AND call = ?",
		w.org, in.Customer, w.user.Name, w.now, grantEnd(w.now), in.Call).Scan(&until)
	if err != nil || until > 0 {
		return until, false, err
	}
	var count int
	var oldest sql.NullInt64
	err = w.q.QueryRowContext(ctx, "SELECT count(*), min(at) FROM grant_log WHERE org = ? AND user = ? AND at > ? AND at <= ?",
		w.org, w.user.Name, w.now-millisOf(grantWindow), w.now+millisOf(grantWindow)).Scan(&count, &oldest)
	if err != nil {
		return 0, false, err
	}
	if count >= maxGrants {
		f := fault(wire.CodeExhausted, "", "too many customers of others were opened")
		f.Retry = int((desk.Millis(oldest.Int64)+millisOf(grantWindow)-w.now)/1000) + 1
		return 0, false, f
	}
	until = w.now + millisOf(grantFor)
	_, err = w.q.ExecContext(ctx, "INSERT INTO grant_log (org, user, at, until, desk, customer, call, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		w.org, w.user.Name, w.now, until, in.Desk, in.Customer, in.Call, state)
	return until, true, err
}

// granted reports whether the author was let into a customer, and still is.
func (w *writer) granted(ctx context.Context, customer string) (bool, error) {
	if customer == "" {
		return false, nil
	}
	var one int
	err := w.q.QueryRowContext(ctx, "SELECT 1 FROM grant_log WHERE org = ? AND customer = ? AND user = ? AND until > ? AND until <= ? LIMIT 1",
		w.org, customer, w.user.Name, w.now, grantEnd(w.now)).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// recordOf gives a customer and the newest of what belongs to it, by when it took place.
func (w *writer) recordOf(ctx context.Context, key string) ([]desk.Row, error) {
	customer, err := w.load(ctx, desk.TableCustomer, key)
	if err != nil || customer.removed {
		return nil, err
	}
	rows, err := w.q.QueryContext(ctx, `SELECT tbl, key, seq, body FROM record
		WHERE org = ? AND customer = ? AND tbl IN ('contact', 'callback', 'ticket') AND removed = 0 ORDER BY seq DESC LIMIT ?`,
		w.org, key, openedFrom)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var list []desk.Row
	at := map[string]desk.Millis{}
	for rows.Next() {
		var r desk.Row
		var body []byte
		if err := rows.Scan(&r.Table, &r.Key, &r.Seq, &body); err != nil {
			return nil, err
		}
		var when struct {
			At        desk.Millis `json:"at"`
			CreatedAt desk.Millis `json:"created_at"`
		}
		if err := json.Unmarshal(body, &when); err != nil {
			return nil, err
		}
		r.Body = body
		list, at[r.Key] = append(list, r), cmp.Or(when.At, when.CreatedAt)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(list, func(a, b desk.Row) int { return cmp.Compare(at[b.Key], at[a.Key]) })
	list = list[:min(len(list), wire.MaxOpenedRows-1)]
	return append([]desk.Row{{Table: desk.TableCustomer, Key: key, Seq: customer.seq, Body: customer.body}}, list...), nil
}

// Grant is leave that a user got to open a customer of others: for which call, from when until when, and what
// central knew of the agent then.
type Grant struct {
	User     string           `json:"user"`
	At       desk.Millis      `json:"at"` // central's clock
	Until    desk.Millis      `json:"until"`
	Desk     string           `json:"desk"`
	Customer string           `json:"customer"`
	Call     string           `json:"call"`
	State    desk.AgentStatus `json:"state"`
}

// maxGrantsListed bounds what Grants gives at once; the older ones are asked for by until.
const maxGrantsListed = 10000

// Grants lists grants, the newest first: of one user or (empty) of all, given from since (inclusive) to until
// (exclusive; 0: now). It gives at most maxGrantsListed.
func (c *Central) Grants(ctx context.Context, user string, since, until desk.Millis) ([]Grant, error) {
	var list []Grant
	err := c.db.read(ctx, func(q queryer) error {
		rows, err := q.QueryContext(ctx, `SELECT user, at, until, desk, customer, call, state FROM grant_log
			WHERE org = ? AND (? = '' OR user = ?) AND at >= ? AND (? = 0 OR at < ?)
			ORDER BY at DESC, rowid DESC LIMIT ?`, c.org, user, user, since, until, until, maxGrantsListed)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		for rows.Next() {
			var g Grant
			if err := rows.Scan(&g.User, &g.At, &g.Until, &g.Desk, &g.Customer, &g.Call, &g.State); err != nil {
				return err
			}
			list = append(list, g)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("list grants: %w", err)
	}
	return list, nil
}
