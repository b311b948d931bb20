package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// Times of wiping a desk.
const (
	drainWithin = 2 * time.Minute // without anything going up though central answers, where the order lets it
	drainLook   = 100 * time.Millisecond
	countIn     = time.Second     // for counting what will be lost, before the keys go
	tellWithin  = 5 * time.Second // for the report to central
)

// obey begins to carry out central's order: nothing about customers is shown from here on, and unless the
// outbox is to be drained first the keys go at once. On the link's goroutine.
func (w *workplace) obey(o wire.WipeOrder) {
	w.loop.send(desk.WipeOrdered{})
	if !o.Drain {
		w.bind(context.Background()) // the end of the program does not take it back
	}
	select {
	case w.ordered <- o:
	default: // it is being carried out
	}
}

// bind makes the order binding and destroys the keys.
func (w *workplace) bind(ctx context.Context) {
	w.wiping.Store(true)
	if w.cfg.Eraser == nil { // a desk that keeps nothing but its store
		return
	}
	limit, stop := context.WithTimeout(ctx, countIn)
	defer stop()
	lost, err := w.link.Waiting(limit)
	w.ended("outbox", err)
	if err := w.cfg.Eraser.order(w.cfg.Now(), lost); err != nil {
		w.log.ErrorContext(ctx, "the order to wipe is not on disk", slog.Any("error", err))
	}
	if err := w.cfg.Eraser.forget(); err != nil {
		w.log.ErrorContext(ctx, "not every secret is destroyed yet", slog.Any("error", err))
	}
}

// awaitWipe waits for an order, then for the outbox where it is to be drained, then for the calls that are
// live: nothing ends a talk. Then it lets run end.
func (w *workplace) awaitWipe(ctx context.Context) {
	var o wire.WipeOrder
	select {
	case <-ctx.Done():
		return
	case o = <-w.ordered:
	}
	if o.Drain {
		if w.awaitDrained(ctx) {
			limit := time.NewTimer(drainWithin)
			defer limit.Stop()
			w.bringLate(ctx, limit.C)
		}
		if ctx.Err() != nil {
			return // central says it again at the next start
		}
		w.bind(ctx)
	}
	// One turn of the loop later the state is that of a desk to be wiped.
	if _, err := w.port.tell(ctx, desk.Ticked{}); err != nil {
		return
	}
	for w.busy() {
		select {
		case <-ctx.Done():
			return
		case <-w.hush:
		}
	}
	close(w.wipeNow)
}

// awaitDrained waits until central has all that waits. It gives up once central has answered for drainWithin and taken
// nothing: as long as the line is down or slow, what was written is not given up, and the sealed desk shows none of it.
func (w *workplace) awaitDrained(ctx context.Context) bool {
	look := time.NewTicker(time.Second)
	defer look.Stop()
	least, since := -1, time.Now()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-w.drained:
			return true
		case <-look.C:
		}
		n, err := w.link.Waiting(ctx)
		w.ended("outbox", err)
		answers := w.loop.current().Link.State != desk.CentralUnreachable
		if !answers || err == nil && (least < 0 || n < least) {
			least, since = n, time.Now()
			w.link.Nudge()
		}
		if time.Since(since) > drainWithin {
			w.log.WarnContext(ctx, "what waits is not taken by central; it goes with the desk", slog.Int("lost", n))
			return false
		}
	}
}

// bringLate brings up what was being saved when the order came: it has reached the outbox since.
func (w *workplace) bringLate(ctx context.Context, limit <-chan time.Time) {
	if _, err := w.port.tell(ctx, desk.Ticked{}); err != nil { // behind it nothing more is handed to the writer
		return
	}
	select {
	case <-ctx.Done():
		return
	case <-limit:
		return
	case <-w.writer.settled():
	}
	look := time.NewTicker(drainLook)
	defer look.Stop()
	for {
		n, err := w.link.Waiting(ctx)
		if err != nil || n == 0 {
			w.ended("outbox", err)
			return
		}
		w.link.Nudge()
		select {
		case <-ctx.Done():
			return
		case <-limit:
			w.log.WarnContext(ctx, "what was saved last could not be brought up in time; it goes with the desk")
			return
		case <-look.C:
		}
	}
}

// erase destroys what is left after the store has been closed, and reports it to central.
func (w *workplace) erase(ctx context.Context, deskID string, lost int) error {
	gone := &wipedError{wipeMark{User: w.cfg.User, State: wipeDone, Store: w.cfg.StorePath, Lost: lost}}
	if e := w.cfg.Eraser; e != nil {
		if err := e.finish(lost); err != nil {
			w.log.ErrorContext(ctx, "the desk is not wiped whole; the next start goes on", slog.Any("error", err))
		}
		gone.mark = e.mark
		gone.mark.Lost = lost
	}
	if w.link != nil {
		limit, stop := context.WithTimeout(ctx, tellWithin)
		defer stop()
		if err := w.link.TellWiped(limit, deskID, lost); err != nil {
			w.log.WarnContext(ctx, "central was not told that the desk is wiped", slog.Any("error", err))
		}
	}
	return gone
}
