package app

import (
	"context"
	"sync"
	"time"

	"github.com/callbench/callbench/desk"
)

// lookout waits for states of a loop: a watcher for whoever drives a desk from outside.
type lookout struct {
	loop *loop

	mu    sync.Mutex
	waits map[*wait]bool // bounded by who waits: each wait has a goroutine of its own
}

type wait struct {
	ok  func(desk.State) bool
	got chan seen
}

// seen is a state and when the loop had made it.
type seen struct {
	state desk.State
	at    time.Time
}

func newLookout() *lookout { return &lookout{waits: map[*wait]bool{}} }

func (l *lookout) turn(t turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for w := range l.waits {
		if w.ok(t.after) {
			w.got <- seen{t.after, time.Now()}
			delete(l.waits, w)
		}
	}
}

// expect begins to wait for the first state, from the next turn on, for which ok is true. The moment
// it is made counts, however late come is called.
func (l *lookout) expect(ok func(desk.State) bool) *wait {
	w := &wait{ok: ok, got: make(chan seen, 1)}
	l.mu.Lock()
	l.waits[w] = true
	l.mu.Unlock()
	return w
}

// come gives the state that was expected, at most for as long as ctx lasts.
func (l *lookout) come(ctx context.Context, w *wait) (seen, error) {
	select {
	case s := <-w.got:
		return s, nil
	case <-ctx.Done():
		l.forget(w)
		return seen{state: l.loop.current()}, ctx.Err() //nolint:wrapcheck // the caller says what was waited for
	}
}

// until waits for the first state for which ok is true, the present one included.
func (l *lookout) until(ctx context.Context, ok func(desk.State) bool) (seen, error) {
	w := l.expect(ok)
	if s := l.loop.current(); ok(s) {
		l.forget(w)
		return seen{s, time.Now()}, nil
	}
	return l.come(ctx, w)
}

func (l *lookout) forget(w *wait) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.waits, w)
}
