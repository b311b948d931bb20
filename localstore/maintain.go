package localstore

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

const (
	choreEvery = time.Minute     // the longest that work nobody waits for lies about
	choreRest  = 5 * time.Second // after one that failed: a full or busy disk is not asked without pause
)

// chore is a piece of work that nobody waits for. It does one bounded step (≤ 25 ms of the writer) and reports
// whether there is more to do.
type chore struct {
	name   string
	step   func(context.Context) (more bool, err error)
	always bool // the others make work for it: it has its turn as long as one of them has more to do
}

func (s *Store) chores() []chore {
	return []chore{
		{"number anew", s.goOnRenumbering, false},
		{"fold the log", s.fold, true},
		{"drop copies", s.dropCopies, false},
		{"reseal", s.reseal, false},
		{"derive anew", s.rederive, false},
		{"merge words", s.mergeWords, false},
		{"read notes", s.readNotes, false},
		{"list", s.relist, false},
		{"forget how customers stood", s.forgetOld, false},
	}
}

// Maintain does what nobody waits for, step by step, until ctx ends: writers and readers go on meanwhile. Its
// owner starts it once after Open and waits for it before Close. A chore that fails is logged and tried again
// later; none of them is needed for what Commit acknowledged.
func (s *Store) Maintain(ctx context.Context) error {
	tick := time.NewTicker(choreEvery)
	defer tick.Stop()
	for {
		if s.chore(ctx, s.chores()) {
			tick.Reset(choreRest)
		} else {
			tick.Reset(choreEvery)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.due:
		case <-tick.C:
		}
	}
}

// Settle does what Maintain would do now, until nothing is left or one of it fails, and reports whether nothing
// failed: for those who have written much and go on at once (an import, a measurement). Maintain must not run
// meanwhile.
func (s *Store) Settle(ctx context.Context) bool {
	return !s.chore(ctx, s.chores()) && ctx.Err() == nil
}

// chore has each of all do a step, then in turns those that have more to do, until a round of all of them finds
// nothing; it reports whether one failed. One that takes minutes keeps no other from its turn, least of all the log
// from being folded. One that fails is out, and the others go on for choreRest: then it is tried again.
func (s *Store) chore(ctx context.Context, all []chore) (failed bool) {
	var end time.Time
	resting, out := make([]bool, len(all)), make([]bool, len(all))
	for worked := false; ctx.Err() == nil && (!failed || time.Now().Before(end)); {
		more := false
		for i, c := range all {
			if out[i] || resting[i] && !c.always || ctx.Err() != nil {
				continue
			}
			again, err := c.step(ctx)
			if err != nil && !errors.Is(err, context.Canceled) {
				s.cfg.Log.WarnContext(ctx, "store: chore failed", slog.String("chore", c.name), slog.Any("error", err))
				if !failed {
					failed, end = true, time.Now().Add(choreRest)
				}
			}
			out[i], resting[i] = err != nil, !again
			more = more || again && err == nil
		}
		if !more && !worked {
			return failed
		}
		if worked = more; !more { // what one did may be work for another
			clear(resting)
		}
	}
	return failed
}

// nudge tells Maintain that there may be work now; it never waits.
func (s *Store) nudge() {
	select {
	case s.due <- struct{}{}:
	default:
	}
}
