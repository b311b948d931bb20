package app

import (
	"context"
	"errors"
	"time"

	"github.com/callbench/callbench/desk"
)

// draftDelay is how long typing is gathered before it is written: with the write itself it stays
// within the promised 250 ms.
const draftDelay = 150 * time.Millisecond

// writerBound is how many commits may wait for the disk. A person makes one in minutes; the
// automation port waits for each. Were it full, the loop would wait, and no event be lost.
const writerBound = 256

// deskWriter is what the writer needs of the store.
type deskWriter interface {
	KeepDraft(ctx context.Context, d desk.Draft) error
	DropDraft(ctx context.Context, id string) error
	Commit(ctx context.Context, in desk.Intent) (desk.Committed, error)
}

// writer carries out the writes of one desk in order, on one goroutine: drafts, the newest state of
// each only, and commits. It is fed by the loop alone.
type writer struct {
	store deskWriter
	send  func(desk.Event)
	queue chan desk.Command
}

func newWriter(store deskWriter, send func(desk.Event)) *writer {
	return &writer{store: store, send: send, queue: make(chan desk.Command, writerBound)}
}

// run writes until ctx ends, and then what still waits, so that closing the window loses nothing.
func (w *writer) run(until context.Context) {
	ctx := context.WithoutCancel(until) // a write that was begun is finished, whatever else is ending
	waiting := map[string]desk.Draft{}  // bounded by desk.MaxDrafts
	var due <-chan time.Time
	for {
		select {
		case c := <-w.queue:
			if w.take(ctx, c, waiting) && due == nil {
				due = time.After(draftDelay)
			}
		case <-due:
			due = nil
			w.flush(ctx, waiting)
		case <-until.Done():
			for {
				select {
				case c := <-w.queue:
					w.take(ctx, c, waiting)
				default:
					w.flush(ctx, waiting)
					return
				}
			}
		}
	}
}

// take carries a command out, or lays a draft aside (true) until draftDelay is over.
func (w *writer) take(ctx context.Context, c desk.Command, waiting map[string]desk.Draft) bool {
	switch c := c.(type) {
	case desk.KeepDraft:
		if !c.Now {
			waiting[c.Draft.ID] = c.Draft
			return true
		}
		delete(waiting, c.Draft.ID)
		w.keep(ctx, c.Draft)
	case desk.ForgetDraft:
		delete(waiting, c.Draft)
		if err := w.store.DropDraft(ctx, c.Draft); err != nil && !errors.Is(err, desk.ErrNotFound) {
			w.send(desk.StoreFailed{Problem: storeProblem(err)})
		}
	case desk.CommitWork:
		if c.Intent.Draft != "" {
			delete(waiting, c.Intent.Draft)
		}
		w.commit(ctx, c)
	default: // the others are not for this function
	}
	return false
}

func (w *writer) flush(ctx context.Context, waiting map[string]desk.Draft) {
	for id, d := range waiting {
		delete(waiting, id)
		w.keep(ctx, d)
	}
}

func (w *writer) keep(ctx context.Context, d desk.Draft) {
	if err := w.store.KeepDraft(ctx, d); err != nil {
		w.send(desk.DraftNotKept{Draft: d.ID, Problem: storeProblem(err)})
		return
	}
	w.send(desk.DraftKept{Draft: d.ID, Changed: d.Changed})
}

func (w *writer) commit(ctx context.Context, c desk.CommitWork) {
	done, err := w.store.Commit(ctx, c.Intent)
	if err != nil {
		w.send(desk.WorkNotCommitted{Intent: c.Intent.ID, Draft: c.Draft, Problem: storeProblem(err)})
		return
	}
	w.send(desk.WorkCommitted{Draft: c.Draft, Committed: done, Contact: c.Contact})
}

// storeProblem is the code of a store's error that ui/present words.
func storeProblem(err error) string {
	switch {
	case errors.Is(err, desk.ErrDiskFull):
		return "disk_full"
	case errors.Is(err, desk.ErrReadOnly):
		return "read_only"
	case errors.Is(err, desk.ErrInvalid):
		return "invalid"
	case errors.Is(err, desk.ErrNotFound):
		return "not_found"
	}
	return "store"
}
