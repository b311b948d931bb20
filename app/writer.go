package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/callbench/callbench/desk"
)

const (
	// draftPromise is how soon what was typed is durable.
	draftPromise = 250 * time.Millisecond
	// draftDelay is how long typing is gathered before it is written, at most: the sum of a disk's other work
	// stays small, and a person who stops typing has not yet looked away.
	draftDelay = 150 * time.Millisecond
	// draftSlack is left for the loop and the scheduler.
	draftSlack = 30 * time.Millisecond
)

// deskWriter is what the writer needs of the store.
type deskWriter interface {
	KeepDraft(ctx context.Context, d desk.Draft) error
	DropDraft(ctx context.Context, id string) error
	Commit(ctx context.Context, in desk.Intent) (desk.Committed, error)
	KeepCall(ctx context.Context, r desk.CallRecord) error
	SetSetting(ctx context.Context, key, value string) error
}

// writer carries out the writes of one desk, on one goroutine: drafts, the newest state of each only,
// and commits in order. The loop hands them over without waiting, however slow the disk is.
type writer struct {
	store deskWriter
	send  func(desk.Event)
	wake  chan struct{} // room for one: there is something to do at once

	mu      sync.Mutex
	drafts  map[string]desk.Draft // newest state that is not on disk; bounded by desk.MaxDrafts
	due     time.Time             // when the drafts are written; zero: nothing waits
	liking  *desk.Settings        // the newest settings that are not on disk; written with the drafts
	took    time.Duration         // a write of late, the slow ones remembered longest
	ordered []desk.Command        // commits and drops, oldest first; bounded by drafts and port clients, who wait for each
	waiting []chan struct{}       // closed when ordered is empty and carried out; awaitWipe alone waits, once
}

func newWriter(store deskWriter, send func(desk.Event)) *writer {
	return &writer{store: store, send: send, wake: make(chan struct{}, 1), drafts: map[string]desk.Draft{}}
}

// take takes a command over; it never waits.
func (w *writer) take(c desk.Command) {
	w.mu.Lock()
	now := false
	switch c := c.(type) {
	case desk.KeepDraft:
		w.drafts[c.Draft.ID] = c.Draft
		if now = c.Now; now {
			w.due = time.Now()
		} else {
			now = w.gather()
		}
	case desk.KeepSettings:
		w.liking, now = &c.Settings, w.gather()
	case desk.ForgetDraft:
		delete(w.drafts, c.Draft)
		w.ordered, now = append(w.ordered, c), true
	case desk.CommitWork, desk.KeepCall:
		w.ordered, now = append(w.ordered, c), true
	default: // the others are not for this function
	}
	w.mu.Unlock()
	if now {
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// gather sets when what waits is written, unless that is set already, and tells whether run has to set its timer.
// w.mu is held.
func (w *writer) gather() bool {
	if !w.due.IsZero() {
		return false
	}
	w.due = time.Now().Add(w.delay())
	return true
}

// settled gives a channel that is closed when the commits taken over before have been carried out.
func (w *writer) settled() <-chan struct{} {
	c := make(chan struct{})
	w.mu.Lock()
	w.waiting = append(w.waiting, c)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
	return c
}

// delay is how long typing may be gathered: on a slow disk less, so that the promise is kept with the write itself
// and one before it. It holds up to 110 ms a write (70 where something is saved between); on a slower disk nothing is
// gathered, and what was typed is durable as soon as the writes before it are. w.mu is held.
func (w *writer) delay() time.Duration {
	return max(0, min(draftDelay, draftPromise-draftSlack-2*w.took))
}

// timed carries a write out and remembers how long the disk took.
func (w *writer) timed(write func()) {
	began := time.Now()
	write()
	took := time.Since(began)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.took = max(took, w.took*7/8)
}

// run writes until its context ends, and then what still waits, so that closing the window loses
// nothing. A write that was begun is finished, whatever else is ending.
func (w *writer) run(until context.Context) {
	ctx := context.WithoutCancel(until)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		wait := w.work(ctx, false)
		timer.Reset(wait)
		select {
		case <-w.wake:
		case <-timer.C:
		case <-until.Done():
			w.work(ctx, true)
			return
		}
	}
}

// work writes what is due, all of it at the end, and tells how long nothing will be.
func (w *writer) work(ctx context.Context, all bool) time.Duration {
	for {
		w.mu.Lock()
		if len(w.ordered) > 0 {
			c := w.ordered[0]
			w.ordered = w.ordered[1:]
			w.mu.Unlock()
			w.timed(func() { w.carryOut(ctx, c) })
			continue
		}
		for _, c := range w.waiting {
			close(c)
		}
		w.waiting = nil
		wait := time.Hour
		if !w.due.IsZero() {
			wait = time.Until(w.due)
		}
		if w.due.IsZero() || wait > 0 && !all {
			w.mu.Unlock()
			return wait
		}
		drafts, liking := w.drafts, w.liking
		w.drafts, w.liking, w.due = map[string]desk.Draft{}, nil, time.Time{}
		w.mu.Unlock()
		for _, d := range drafts {
			w.timed(func() { w.keep(ctx, d) })
		}
		if liking != nil {
			w.timed(func() { w.keepSettings(ctx, *liking) })
		}
	}
}

func (w *writer) carryOut(ctx context.Context, c desk.Command) {
	switch c := c.(type) {
	case desk.ForgetDraft:
		if err := w.store.DropDraft(ctx, c.Draft); err != nil && !errors.Is(err, desk.ErrNotFound) {
			w.send(desk.StoreFailed{Problem: storeProblem(err)})
		}
	case desk.CommitWork:
		w.commit(ctx, c)
	case desk.KeepCall: // it is on screen all the same, and no agent's work
		if err := w.store.KeepCall(ctx, c.Call); err != nil {
			w.send(desk.StoreFailed{Problem: storeProblem(err)})
		}
	default: // take puts nothing else here
	}
}

func (w *writer) keep(ctx context.Context, d desk.Draft) {
	if err := w.store.KeepDraft(ctx, d); err != nil {
		w.send(desk.DraftNotKept{Draft: d.ID, Problem: storeProblem(err)})
		return
	}
	w.send(desk.DraftKept{Draft: d.ID, Changed: d.Changed})
}

// commit commits an intent. The draft it finishes is not written again, unless it was typed on; one
// whose commit failed stays due.
func (w *writer) commit(ctx context.Context, c desk.CommitWork) {
	done, err := w.store.Commit(ctx, c.Intent)
	if err != nil {
		w.send(desk.WorkNotCommitted{Intent: c.Intent.ID, Draft: c.Draft, Problem: storeProblem(err)})
		return
	}
	w.mu.Lock()
	if d, ok := w.drafts[c.Intent.Draft]; ok && d.Changed <= c.Intent.At {
		delete(w.drafts, d.ID)
	}
	w.mu.Unlock()
	w.send(desk.WorkCommitted{Draft: c.Draft, Committed: done, Contact: c.Contact})
}

// storeProblem is the code of a store's error that ui/present words.
func storeProblem(err error) string {
	switch {
	case errors.Is(err, desk.ErrDiskFull):
		return "disk_full"
	case errors.Is(err, desk.ErrReadOnly):
		return "read_only"
	case errors.Is(err, desk.ErrHeld):
		return "held"
	case errors.Is(err, desk.ErrInvalid):
		return "invalid"
	case errors.Is(err, desk.ErrNotFound):
		return "not_found"
	}
	return "store"
}
