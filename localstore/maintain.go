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
	name string
	step func(context.Context) (more bool, err error)
}

func (s *Store) chores() []chore {
	return []chore{
		{"fold the log", s.fold},
		{"drop copies", s.dropCopies},
		{"reseal", s.reseal},
		{"derive anew", s.rederive},
		{"merge words", s.mergeWords},
	}
}

// Maintain does what nobody waits for, step by step, until ctx ends: writers and readers go on meanwhile. Its
// owner starts it once after Open and waits for it before Close. A chore that fails is logged and tried again
// later; none of them is needed for what Commit acknowledged.
func (s *Store) Maintain(ctx context.Context) error {
	tick := time.NewTicker(choreEvery)
	defer tick.Stop()
	for {
		if s.chore(ctx) {
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
func (s *Store) Settle(ctx context.Context) bool { return !s.chore(ctx) && ctx.Err() == nil }

// chore runs every chore to its end and reports whether one failed.
func (s *Store) chore(ctx context.Context) (failed bool) {
	for _, c := range s.chores() {
		for more := true; more && ctx.Err() == nil; {
			var err error
			if more, err = c.step(ctx); err != nil && !errors.Is(err, context.Canceled) {
				s.cfg.Log.WarnContext(ctx, "store: chore failed", slog.String("chore", c.name), slog.Any("error", err))
				failed, more = true, false
			}
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
