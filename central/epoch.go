package central

import (
	"context"
	"database/sql"
	"errors"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// How far the counters leap in a new epoch (schema/0004_sync.sql says why).
const (
	seqLeap    = 1 << 32
	ticketLeap = 1000
)

// The counter never falls behind the clock: a millisecond is worth 1<<clockBits versions, more than a disk writes,
// counted from clockEra (2025-01-01 UTC). So an epoch that follows a lost one goes on above it even before anybody
// can know that it was lost. Up to maxClock, which is reached in 2059, every version is a number that JSON holds exactly (2^53).
// A clock that is wrong costs nothing: the counter only grows.
const (
	clockBits = 12
	clockEra  = 1735689600000
	maxClock  = 1 << 52
)

// clockSeq is the least version that is given at a moment.
func clockSeq(now desk.Millis) int64 {
	return min(max(int64(now)-clockEra, 0), maxClock>>clockBits) << clockBits
}

// Why an epoch began (epoch.why).
const (
	whyFirst    = "first"
	whyRestore  = "restore"
	whyRollback = "rollback"
	whyLost     = "lost" // not ours: a desk has told of it
)

// seen is how far the counters of an epoch that is lost are known to have been.
type seen struct{ seq, ticket int64 }

// beginEpoch gives the data of an organisation a new epoch and lets the counters leap, above lost too. It gives the counter.
func beginEpoch(ctx context.Context, q queryer, org, why string, lost seen, now desk.Millis) (int64, error) {
	var here seen
	if err := q.QueryRowContext(ctx, "SELECT seq, ticket FROM counter WHERE org = ?", org).Scan(&here.seq, &here.ticket); err != nil {
		return 0, err
	}
	epoch := newEpoch()
	seq := max(max(here.seq, lost.seq)+seqLeap, clockSeq(now))
	_, err := q.ExecContext(ctx, "UPDATE counter SET epoch = ?, seq = ?, ticket = ?, erased = 0 WHERE org = ?",
		epoch, seq, max(here.ticket, lost.ticket)+ticketLeap, org)
	if err != nil {
		return 0, err
	}
	trusted := int64(0) // where nobody said how far back the data went
	if why == whyRestore {
		trusted = here.seq
	}
	_, err = q.ExecContext(ctx, "INSERT INTO epoch (org, epoch, why, seq, trusted, at) VALUES (?, ?, ?, ?, ?, ?)", org, epoch, why, seq, trusted, now)
	return seq, err
}

// noteEpoch remembers an epoch; one that is known stays as it is.
func noteEpoch(ctx context.Context, q queryer, org, epoch, why string, seq int64, now desk.Millis) error {
	_, err := q.ExecContext(ctx, "INSERT INTO epoch (org, epoch, why, seq, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		org, epoch, why, seq, now)
	return err
}

// rolledBackError carries a cursor that proves that the data has been rolled back.
type rolledBackError struct{ cursor cursor }

func (*rolledBackError) Error() string { return "the data has been rolled back" }

// afterRollback begins a new epoch where err says that the data has been rolled back, and reports whether the
// caller shall try again. Of many desks that prove it at once the first does; the log gets one line.
func (c *Central) afterRollback(ctx context.Context, err error) (again bool, failed error) {
	var proof *rolledBackError
	if !errors.As(err, &proof) {
		return false, err
	}
	cur := proof.cursor
	var seq, was int64
	err = c.db.write(ctx, func(q queryer) error {
		was = 0
		var epoch string
		if err := q.QueryRowContext(ctx, "SELECT seq, epoch FROM counter WHERE org = ?", c.org).Scan(&seq, &epoch); err != nil {
			return err
		}
		lost, err := c.contradicts(ctx, q, cur, epoch, seq)
		if err != nil || !lost {
			return err // another desk came first
		}
		was = seq
		if err := noteEpoch(ctx, q, c.org, cur.Epoch, whyLost, cur.Seq, c.now()); err != nil {
			return err
		}
		seq, err = beginEpoch(ctx, q, c.org, whyRollback, seen{seq: max(cur.Seq, cur.Base)}, c.now())
		return err
	})
	if err != nil {
		return false, err
	}
	if was > 0 {
		c.log.ErrorContext(ctx, "the data is older than what a desk has had from it: it was rolled back without restore. "+
			"Desks bring back what they keep", "desk", cur.Desk, "had", cur.Seq, "here", was)
		c.hub.publish(seq, touched{all: true})
	}
	return true, c.eraseAgain(ctx)
}

// errOtherEpoch lets no op in from a desk that has rows of another epoch: it pulls first, and what it kept goes before.
var errOtherEpoch error = fault(wire.CodePrecondition, wire.CauseEpoch, "the desk's rows are of another epoch: pull first")

// upToDate holds the cursor of a desk that pushes against the data. One that is empty, or that central did not make,
// says nothing: such a desk gets everything anew with its next pull.
func (c *Central) upToDate(ctx context.Context, q queryer, text string) error {
	cur, known := c.openCursor(text)
	if !known {
		return nil
	}
	var seq int64
	var epoch string
	if err := q.QueryRowContext(ctx, "SELECT seq, epoch FROM counter WHERE org = ?", c.org).Scan(&seq, &epoch); err != nil {
		return err
	}
	lost, err := c.contradicts(ctx, q, cur, epoch, seq)
	switch {
	case err != nil:
		return err
	case lost:
		return &rolledBackError{cursor: cur}
	case cur.Epoch != epoch:
		return errOtherEpoch
	}
	return nil
}

// maxRollbacks bounds how often one call begins again: a cursor is refuted once, and after that its epoch is known.
const maxRollbacks = 3

// taken is number and id of the last op that is here of a user's desk; 0 and empty for none. Another user's desk is none.
func (c *Central) taken(ctx context.Context, q queryer, deskID, user string) (n int64, id string, err error) {
	err = q.QueryRowContext(ctx, `SELECT r.last_n, coalesce(o.id, '') FROM replica r
		LEFT JOIN op o ON o.org = r.org AND o.desk = r.desk AND o.n = r.last_n WHERE r.org = ? AND r.desk = ? AND r.user = ?`,
		c.org, deskID, user).Scan(&n, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, "", nil
	}
	return n, id, err
}

// brokenOff is where an epoch followed one that was lost: of the versions below at only those up to trusted have
// the content here that they had when a desk saw them.
type brokenOff struct{ at, trusted int64 }

// readBreaks reads where the data went on after a restore or a roll-back: a few rows.
func (w *writer) readBreaks(ctx context.Context) error {
	rows, err := w.q.QueryContext(ctx, "SELECT seq, trusted FROM epoch WHERE org = ? AND why IN ('restore', 'rollback')", w.org)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var b brokenOff
		if err := rows.Scan(&b.at, &b.trusted); err != nil {
			return err
		}
		w.breaksOff = append(w.breaksOff, b)
	}
	return rows.Err()
}

// seenUpTo is the version of a row that the author of a change has seen for certain: a base from before a restore or
// a roll-back may count versions that are lost, and others carry their numbers now.
func (w *writer) seenUpTo(base int64) int64 {
	for _, b := range w.breaksOff {
		if base < b.at {
			base = min(base, b.trusted)
		}
	}
	return base
}

// Epochs lists the epochs of the data, oldest first.
func (c *Central) Epochs(ctx context.Context) ([]Epoch, error) {
	var list []Epoch
	err := c.db.read(ctx, func(q queryer) error {
		rows, err := q.QueryContext(ctx, "SELECT epoch, why, seq, at FROM epoch WHERE org = ? ORDER BY seq, at", c.org)
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		for rows.Next() {
			var e Epoch
			if err := rows.Scan(&e.Name, &e.Why, &e.Seq, &e.At); err != nil {
				return err
			}
			list = append(list, e)
		}
		return rows.Err()
	})
	return list, err
}

// Epoch is an incarnation of the data: from its beginning, a restore or a roll-back on. Why: first, restore, rollback,
// lost (a desk has told of it, the data is not here).
type Epoch struct {
	Name string      `json:"epoch"`
	Why  string      `json:"why"`
	Seq  int64       `json:"seq"`
	At   desk.Millis `json:"at"`
}
