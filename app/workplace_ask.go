package app

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// What is asked of central while somebody waits for the answer.
const (
	asksBound   = 64 // questions that may wait; one more is answered with "offline" at once
	askers      = 2
	leaseWithin = 800 * time.Millisecond // an agent who dials does not wait longer
	openWithin  = 10 * time.Second
	openTries   = 4 // central may not have heard yet that the call was answered
	openPause   = 500 * time.Millisecond
)

// ask hands a question over; it never waits.
func (w *workplace) ask(c desk.Command) {
	if w.link != nil {
		select {
		case w.asks <- c:
			return
		default:
		}
	}
	w.unanswered(c)
}

// unanswered tells that a question has no answer.
func (w *workplace) unanswered(c desk.Command) {
	switch c := c.(type) {
	case desk.OpenRecord:
		w.loop.send(desk.RecordNotOpened{Draft: c.Draft, Customer: c.Customer, Problem: "offline"})
	case desk.AskLease:
		w.loop.send(desk.LeaseAnswered{Seq: c.Seq})
	case desk.ListPool: // without central, or with too many questions: a disk answers soon
		w.reads <- c
	default: // the others have no answer
	}
}

// runAsks asks until ctx ends.
func (w *workplace) runAsks(ctx context.Context) {
	for {
		select {
		case c := <-w.asks:
			w.askCentral(ctx, c)
		case <-ctx.Done():
			return
		}
	}
}

func (w *workplace) askCentral(ctx context.Context, c desk.Command) {
	switch c := c.(type) {
	case desk.OpenRecord:
		w.openRecord(ctx, c)
	case desk.ListPool:
		w.pool(ctx, c)
	case desk.AskLease:
		ctx, cancel := context.WithTimeout(ctx, leaseWithin)
		defer cancel()
		out, err := w.link.Lease(ctx, c.Callback, false)
		if err != nil {
			w.unanswered(c)
			return
		}
		w.loop.send(desk.LeaseAnswered{Seq: c.Seq, Known: true, Mine: out.Mine, By: out.By, Name: out.Name, Until: out.Until})
	case desk.DropLease: // one that is not given back lapses
		ctx, cancel := context.WithTimeout(ctx, openWithin)
		defer cancel()
		_, _ = w.link.Lease(ctx, c.Callback, true)
	default: // the others are not for this function
	}
}

func (w *workplace) openRecord(ctx context.Context, c desk.OpenRecord) {
	ctx, cancel := context.WithTimeout(ctx, openWithin)
	defer cancel()
	for n := 1; ; n++ {
		out, err := w.link.Open(ctx, c.Customer, c.Call)
		if err == nil {
			granted, ok := grantedOf(out)
			if !ok {
				err = desk.ErrNotFound
			} else {
				w.loop.send(desk.RecordOpened{Draft: c.Draft, Granted: granted})
				return
			}
		}
		early := errors.Is(err, desk.ErrConflict) || errors.Is(err, desk.ErrForbidden)
		if !early || n == openTries {
			w.loop.send(desk.RecordNotOpened{Draft: c.Draft, Customer: c.Customer, Problem: openProblem(err)})
			return
		}
		select {
		case <-ctx.Done():
			w.unanswered(c)
			return
		case <-time.After(openPause):
		}
	}
}

// openProblem is the code of why central did not open a record.
func openProblem(err error) string {
	var f *wire.FaultError
	switch {
	case errors.As(err, &f) && f.Code == wire.CodeExhausted:
		return "too_many"
	case errors.As(err, &f) && f.Code == wire.CodeNotThere:
		return "forbidden"
	case errors.Is(err, desk.ErrConflict), errors.Is(err, desk.ErrForbidden), errors.Is(err, desk.ErrNotFound):
		return "forbidden"
	}
	return "offline"
}

// grantedOf sorts the rows of an answer; false where the customer is not among them.
func grantedOf(out *wire.Opened) (desk.Granted, bool) {
	g := desk.Granted{Until: out.Until}
	for _, r := range out.Rows {
		var err error
		switch r.Table {
		case desk.TableCustomer:
			err = json.Unmarshal(r.Body, &g.Customer)
		case desk.TableContact:
			g.History.Contacts, err = with(g.History.Contacts, r.Body, func(c *desk.Contact) { c.Synced = true })
		case desk.TableCallback:
			g.History.Callbacks, err = with(g.History.Callbacks, r.Body, func(c *desk.Callback) { c.Synced = true })
		case desk.TableTicket:
			g.History.Tickets, err = with(g.History.Tickets, r.Body, func(t *desk.Ticket) { t.Synced = true })
		case desk.TableConflict:
		}
		if err != nil {
			return g, false
		}
	}
	return g, g.Customer.ID != ""
}

func with[R any](list []R, body []byte, synced func(*R)) ([]R, error) {
	var r R
	if err := json.Unmarshal(body, &r); err != nil {
		return list, err //nolint:wrapcheck // only looked at for nil
	}
	synced(&r)
	return append(list, r), nil
}
