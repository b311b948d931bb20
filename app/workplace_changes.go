package app

import (
	"context"
	"errors"

	"github.com/callbench/callbench/desk"
)

// openChanges reads the open changes and settles refused ones.
func (w *workplace) openChanges(ctx context.Context, c desk.Command) {
	switch c := c.(type) {
	case desk.LoadChanges:
		list, err := w.store.OpenChanges(ctx)
		if err != nil {
			w.readFailed(err)
			return
		}
		w.loop.send(desk.ChangesLoaded{Seq: c.Seq, Changes: list})
	case desk.PutAway:
		w.settled(ctx, w.store.PutAway(ctx, c.Op))
	case desk.SendAgain:
		done, err := w.store.SendAgain(ctx, c.Op, c.As, c.At, c.Offset)
		if err == nil {
			w.loop.send(desk.WorkCommitted{Committed: done})
		}
		w.settled(ctx, err)
	default: // the others are not for this function
	}
}

// settled tells the outbox after a refused op has been settled. One that was settled already is no trouble.
func (w *workplace) settled(ctx context.Context, err error) {
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		w.loop.send(desk.WorkNotCommitted{Problem: storeProblem(err)})
		return
	}
	out, err := w.store.Outbox(ctx)
	if err != nil {
		w.readFailed(err)
		return
	}
	w.loop.send(desk.OutboxChanged{Outbox: out})
}
