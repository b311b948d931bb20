package central

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// A lease of a callback lasts leaseFor by central's clock and is prolonged for the asking; one that was written within
// prolongAfter is told as it is, so that a desk that asks often makes no rows. A user holds maxLeases at a time:
// whoever wants more gives one back first.
const (
	leaseFor     = 10 * time.Minute
	prolongAfter = time.Minute
	maxLeases    = 20
	lapseBatch   = 200 // leases that lapse in one transaction
)

func millisOf(d time.Duration) desk.Millis { return desk.Millis(d / time.Millisecond) }

// holding is who has a callback now; by is empty where nobody does.
type holding struct {
	by    string
	until desk.Millis
}

// holderOf reads the holding out of a callback as it stands. One that is over counts as none, whether it has lapsed in
// the row or not.
func holderOf(body json.RawMessage, now desk.Millis) holding {
	var b desk.Callback
	if json.Unmarshal(body, &b) != nil || b.State != desk.CallbackClaimed || b.ClaimedUntil <= now {
		return holding{}
	}
	return holding{by: b.ClaimedBy, until: b.ClaimedUntil}
}

// lease reserves a callback for a user, so that nobody else dials its customer meanwhile, prolongs that, or gives it back.
func (c *Central) lease(ctx context.Context, s session, in wire.Lease) (*wire.Leased, error) {
	if !validID(in.Desk) || !validID(in.Callback) || in.ID != "" && !validID(in.ID) {
		return nil, fault(wire.CodeInvalid, "", "desk, callback or lease id")
	}
	if s.scope() == scopeNone {
		return nil, fault(wire.CodeForbidden, "", "this role has no business data")
	}
	var out *wire.Leased
	var w *writer
	err := c.db.write(ctx, func(q queryer) error {
		var err error
		if w, err = c.newWriter(ctx, q, s.user, ""); err != nil {
			return err
		}
		if err := w.noLeaseYet(ctx); err != nil {
			return err
		}
		held, err := w.leased(ctx, in)
		if err != nil {
			return err
		}
		out = &wire.Leased{Mine: held.by == s.user.Name, By: held.by, Until: held.until, Now: w.now}
		if held.by != "" {
			err = q.QueryRowContext(ctx, "SELECT display FROM user WHERE org = ? AND name = ?", w.org, held.by).Scan(&out.Name)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		return w.save(ctx)
	})
	if err != nil {
		return nil, err
	}
	c.hub.publish(w.seq, w.touched)
	return out, nil
}

// noLeaseYet refuses for one lease length after a restore or a roll-back: central may have given leases that it does
// not know of any more. The desk then works as it does without central.
func (w *writer) noLeaseYet(ctx context.Context) error {
	var since desk.Millis
	err := w.q.QueryRowContext(ctx, "SELECT coalesce(max(at), 0) FROM epoch WHERE org = ? AND why IN ('restore', 'rollback')", w.org).Scan(&since)
	if err != nil {
		return err
	}
	if wait := since + millisOf(leaseFor) - w.now; since > 0 && wait > 0 {
		f := fault(wire.CodeUnavailable, "", "leases of before a restore may still be held")
		f.Retry = int(wait/1000) + 1
		return f
	}
	return nil
}

// leased carries out what is asked and gives the holding after it.
func (w *writer) leased(ctx context.Context, in wire.Lease) (holding, error) {
	old, err := w.load(ctx, desk.TableCallback, in.Callback)
	if err != nil {
		return holding{}, err
	}
	held := false
	if old.found && !old.removed {
		if held, _, err = w.holds(ctx, desk.TableCallback, in.Callback, old); err != nil {
			return holding{}, err
		}
	}
	if !held { // nor does anybody learn whether it is there
		return holding{}, fault(wire.CodeForbidden, "", "the callback is not one that this desk holds")
	}
	now := holderOf(old.body, w.now)
	if now.by != "" && now.by != w.user.Name {
		return now, nil
	}
	if in.Release {
		return w.released(ctx, in, old, now)
	}
	state := desk.CallbackState(text(members(old.body), "state"))
	if state == desk.CallbackDone || state == desk.CallbackCancelled {
		return holding{}, nil // nobody has to call any more
	}
	if now.by == "" {
		var count int
		err := w.q.QueryRowContext(ctx, "SELECT count(*) FROM lease WHERE org = ? AND user = ? AND until > ?", w.org, w.user.Name, w.now).Scan(&count)
		if err != nil {
			return holding{}, err
		}
		if count >= maxLeases {
			return holding{}, fault(wire.CodeExhausted, "", fmt.Sprintf("%d callbacks are held already", count))
		}
	}
	until := w.now + millisOf(leaseFor)
	if until-now.until >= millisOf(prolongAfter) {
		now = holding{by: w.user.Name, until: until}
		if err := w.setClaim(ctx, in.Callback, old, in.Desk, claimFields(w.user.Name, until)); err != nil {
			return holding{}, err
		}
	}
	_, err = w.q.ExecContext(ctx, "UPDATE lease SET id = ? WHERE org = ? AND callback = ?", in.ID, w.org, in.Callback)
	return now, err
}

// released gives a lease back where it is still the one that is meant: a release that comes late frees nothing that was
// taken again.
func (w *writer) released(ctx context.Context, in wire.Lease, old record, now holding) (holding, error) {
	if now.by == "" {
		return holding{}, nil
	}
	var id string
	err := w.q.QueryRowContext(ctx, "SELECT id FROM lease WHERE org = ? AND callback = ?", w.org, in.Callback).Scan(&id)
	if err != nil && !errors.Is(err, sql.ErrNoRows) || id != in.ID {
		return now, err
	}
	return holding{}, w.setClaim(ctx, in.Callback, old, in.Desk, claimFields("", 0))
}

// claimFields are the members of a callback that is claimed; of one that is open again where by is empty.
func claimFields(by string, until desk.Millis) map[string]json.RawMessage {
	if by == "" {
		return map[string]json.RawMessage{
			"state": quoted(string(desk.CallbackOpen)), "claimed_by": json.RawMessage("null"), "claimed_until": json.RawMessage("null"),
		}
	}
	return map[string]json.RawMessage{
		"state": quoted(string(desk.CallbackClaimed)), "claimed_by": quoted(by), "claimed_until": json.RawMessage(fmt.Sprint(until)),
	}
}

// setClaim writes a new version of a callback. deskID is whose work it counts as: a desk that goes on with its own
// lease has overwritten nobody.
func (w *writer) setClaim(ctx context.Context, key string, old record, deskID string, fields map[string]json.RawMessage) error {
	next := old
	var err error
	if next.body, err = merge(old.body, fields); err != nil {
		return err
	}
	w.seq++
	next.seq, next.fields = w.seq, maps.Clone(old.fields)
	for name := range fields {
		next.fields[name] = stamp{Seq: w.seq, Desk: deskID, User: w.user.Name}
	}
	_, err = w.store(ctx, desk.TableCallback, key, old, next)
	return err
}

// keepLease brings the list of leases in line with a callback that was written.
func (w *writer) keepLease(ctx context.Context, key string, body json.RawMessage) error {
	held := holderOf(body, 0)
	if held.by == "" {
		_, err := w.q.ExecContext(ctx, "DELETE FROM lease WHERE org = ? AND callback = ?", w.org, key)
		return err
	}
	_, err := w.q.ExecContext(ctx, `INSERT INTO lease (org, callback, user, until) VALUES (?, ?, ?, ?)
		ON CONFLICT (org, callback) DO UPDATE SET user = excluded.user, until = excluded.until`, w.org, key, held.by, held.until)
	return err
}

// leaseRule holds an op that moves a callback's state against the lease: while it lasts only its holder's does. An op
// that claims (from a desk that was offline) takes a lease from now on; one that ends the claim gives it back. When
// it ends is central's to say, and so is whose it is.
func (w *writer) leaseRule(old record, fields map[string]json.RawMessage) error {
	delete(fields, "claimed_by")
	delete(fields, "claimed_until")
	next := desk.CallbackState(text(fields, "state"))
	if next == "" {
		return nil
	}
	if now := holderOf(old.body, w.now); now.by != "" && now.by != w.user.Name {
		return refuse(refuseConflict, "callback.claimed_by")
	}
	switch {
	case next == desk.CallbackClaimed:
		maps.Copy(fields, claimFields(w.user.Name, w.now+millisOf(leaseFor)))
	case old.found:
		fields["claimed_by"], fields["claimed_until"] = json.RawMessage("null"), json.RawMessage("null")
	}
	return nil
}

// claimAside reports whether a callback is in the state its author saw but for a claim: open and claimed are one to a
// precondition, since the author's own lease made the one of the other, or it has lapsed. Somebody else's is
// leaseRule's to refuse.
func claimAside(t desk.Table, name string, is, want json.RawMessage) bool {
	if t != desk.TableCallback || name != "state" {
		return false
	}
	open, claimed := string(quoted(string(desk.CallbackOpen))), string(quoted(string(desk.CallbackClaimed)))
	a, b := string(is), string(want)
	return (a == open || a == claimed) && (b == open || b == claimed)
}

// tooFar is a moment that no lease reaches, unless the clock has been set back since.
func tooFar(now desk.Millis) desk.Millis { return now + millisOf(leaseFor+prolongAfter) }

// lapse opens the callbacks again whose lease is over, and shortens those that a clock which went wrong made endless.
func (c *Central) lapse(ctx context.Context) error {
	if err := c.restoredNow(ctx); err != nil {
		return err
	}
	for more := true; more; {
		var due []string
		err := c.db.read(ctx, func(q queryer) error {
			w := &writer{q: q}
			over, err := w.column(ctx, "SELECT callback FROM lease WHERE org = ? AND until <= ? ORDER BY until LIMIT ?", c.org, c.now(), lapseBatch)
			if err != nil {
				return err
			}
			far, err := w.column(ctx, "SELECT callback FROM lease WHERE org = ? AND until > ? ORDER BY until LIMIT ?", c.org, tooFar(c.now()), lapseBatch-len(over))
			due = append(over, far...)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		more = len(due) == lapseBatch
		var w *writer
		err = c.db.write(ctx, func(q queryer) error {
			var err error
			if w, err = c.newWriter(ctx, q, User{Role: desk.RoleAdmin}, ""); err != nil {
				return err
			}
			for _, key := range due {
				if err := w.lapsed(ctx, key); err != nil {
					return err
				}
			}
			return w.save(ctx)
		})
		if err != nil {
			return fmt.Errorf("open callbacks whose lease is over: %w", err)
		}
		c.hub.publish(w.seq, w.touched)
	}
	return nil
}

// lapsed opens one callback, if it is still as the list says.
func (w *writer) lapsed(ctx context.Context, key string) error {
	old, err := w.load(ctx, desk.TableCallback, key)
	if err != nil {
		return err
	}
	if !old.found || old.removed || holderOf(old.body, 0).by == "" {
		return w.keepLease(ctx, key, json.RawMessage(`{}`))
	}
	holder := old.fields["state"]
	w.user.Name = holder.User // it is the end of the holder's doing, and nobody's news to overwrite
	now := holderOf(old.body, w.now)
	if now.by == "" {
		return w.setClaim(ctx, key, old, holder.Desk, claimFields("", 0))
	}
	if now.until > tooFar(w.now) { // no earlier than the holder counts: that asked before now
		return w.setClaim(ctx, key, old, holder.Desk, claimFields(now.by, w.now+millisOf(leaseFor)))
	}
	return nil // prolonged meanwhile
}

// restoredNow takes a restore that lies ahead, since the clock has been set back, for one of now: else no lease would be
// given until then (noLeaseYet).
func (c *Central) restoredNow(ctx context.Context) error {
	var ahead bool
	err := c.db.read(ctx, func(q queryer) error {
		return q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM epoch WHERE org = ? AND at > ?)", c.org, c.now()).Scan(&ahead)
	})
	if err != nil || !ahead {
		return err
	}
	return c.db.write(ctx, func(q queryer) error {
		_, err := q.ExecContext(ctx, "UPDATE epoch SET at = ? WHERE org = ? AND at > ?", c.now(), c.org, c.now())
		return err
	})
}
