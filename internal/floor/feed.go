package floor

import (
	"context"
	"sync"
	"time"

	"github.com/callbench/callbench/desk"
)

// aliveEvery is how often a feed without news says that it is there.
const aliveEvery = 500 * time.Millisecond

// feedLimit is how many events wait for a slow consumer. Beyond it they are thrown away, all of them,
// and the consumer gets a fresh snapshot instead: it misses what came and went in between, never what
// is.
const feedLimit = 1024

// Feed is the floor as a PBX's event source. Any number may run at once; each gets everything.
type Feed struct{ f *Floor }

// Feed makes an event source; it costs nothing until Run.
func (f *Floor) Feed() *Feed { return &Feed{f: f} }

// subscriber is the mailbox between the floor's loop, which puts, and one Feed.Run, which takes.
type subscriber struct {
	wake chan struct{} // holds one

	mu     sync.Mutex
	events []desk.QueueEvent
	lost   bool // events were thrown away; nothing is kept until the next snapshot
}

func newSubscriber() *subscriber { return &subscriber{wake: make(chan struct{}, 1)} }

// put is called by the floor's loop; it never blocks.
func (s *subscriber) put(e desk.QueueEvent) {
	s.mu.Lock()
	switch {
	case s.lost:
	case len(s.events) >= feedLimit:
		s.events, s.lost = nil, true
	default:
		s.events = append(s.events, e)
	}
	s.mu.Unlock()
	s.nudge()
}

// restart is called by the floor's loop: everything from here on follows this snapshot.
func (s *subscriber) restart(snapshot []desk.QueueEvent) {
	s.mu.Lock()
	s.events, s.lost = snapshot, false
	s.mu.Unlock()
	s.nudge()
}

func (s *subscriber) nudge() {
	select {
	case s.wake <- struct{}{}:
	default: // a wake-up is waiting already
	}
}

func (s *subscriber) take() (events []desk.QueueEvent, lost bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	events, s.events = s.events, nil
	return events, s.lost
}

// Run emits a snapshot, then every event as it happens and FeedAlive at least once a second, all on the
// caller's goroutine; emit may block (see feedLimit). It returns ctx's error when ctx ends and
// ErrStopped when the floor does; it waits for a floor that does not run yet.
func (d *Feed) Run(ctx context.Context, emit func(desk.QueueEvent)) error {
	s := newSubscriber()
	subscribe := func(l *loop) { l.subscribe(s) } //nolint:contextcheck // runs in the loop, not here
	if err := d.f.tell(ctx, subscribe); err != nil {
		return err
	}
	defer func() {
		// The floor forgets all feeds when it stops, so a refusal means there is nothing to undo.
		_ = d.f.tell(context.WithoutCancel(ctx), func(l *loop) { delete(l.feeds, s) })
	}()
	alive := time.NewTicker(aliveEvery)
	defer alive.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-d.f.stopped:
			return ErrStopped
		case <-alive.C:
			emit(desk.QueueEvent{At: desk.MillisOf(d.f.cfg.Now()), Kind: desk.FeedAlive})
		case <-s.wake:
			events, lost := s.take()
			if lost {
				if err := d.f.tell(ctx, subscribe); err != nil {
					return err
				}
				continue
			}
			for _, e := range events {
				emit(e)
			}
		}
	}
}
