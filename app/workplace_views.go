package app

import (
	"context"
	"errors"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// poolWithin is how long somebody who looks at the pool waits for central before this desk answers.
const poolWithin = 3 * time.Second

// history reads what happened with a customer, and what changed since the user's last talk with them. draft is the
// record of the talk under way, which is no news.
func (w *workplace) history(ctx context.Context, c desk.Customer, draft string) (desk.History, error) {
	h, err := w.store.History(ctx, c.ID, historyLimit)
	if err != nil {
		h.Failed = true
		return h, err //nolint:wrapcheck // it says what was done
	}
	seen, err := w.store.Seen(ctx, c.ID, draft)
	if errors.Is(err, desk.ErrNotFound) {
		return h, nil
	}
	h.Since = seen.Compare(c, h, draft)
	return h, err //nolint:wrapcheck // likewise
}

// listing answers what the views of customers and tasks ask of the store.
func (w *workplace) listing(ctx context.Context, c desk.Command) {
	switch c := c.(type) {
	case desk.ListCustomers:
		if w.loop.current().Customers.Seq > c.Seq {
			return // a newer question waits already
		}
		page, err := w.store.ListCustomers(ctx, c.Ask)
		w.readFailed(err)
		failed := err != nil
		var owners []string
		if c.Owners && err == nil {
			group := c.Ask.Group
			if c.Ask.Reach == desk.ReachAll {
				group = ""
			}
			owners, err = w.store.OwnersOf(ctx, group)
			w.readFailed(err)
		}
		w.loop.send(desk.CustomersListed{Seq: c.Seq, Page: page, Owners: owners, Failed: failed})
	case desk.LoadLooked:
		cust, err := w.store.Customer(ctx, c.Customer)
		if err != nil { // one of the pool may not be here
			w.readFailed(err)
			w.loop.send(desk.LookedLoaded{Load: c.Load, History: desk.History{Failed: !errors.Is(err, desk.ErrNotFound)}})
			return
		}
		h, err := w.history(ctx, cust, "")
		w.readFailed(err)
		w.loop.send(desk.LookedLoaded{Load: c.Load, Customer: cust, History: h})
	case desk.ListTasks:
		if w.loop.current().Tasks.Seq > c.Seq {
			return
		}
		list, err := w.store.Tasks(ctx, c.Ask)
		w.readFailed(err)
		w.loop.send(desk.TasksListed{Seq: c.Seq, List: list, Failed: err != nil})
	default: // the others are not for this function
	}
}

// pool lists the pool: as central has it, else as this desk holds it.
func (w *workplace) pool(ctx context.Context, c desk.ListPool) {
	if w.loop.current().Customers.Seq > c.Seq {
		return
	}
	if c.Ask.Text == "" && w.link != nil { // a text is sought among those that are here
		asked, cancel := context.WithTimeout(ctx, poolWithin)
		out, err := w.link.Pool(asked, wire.Pool{From: c.Ask.From, Cursor: c.Ask.After, Limit: c.Ask.Limit})
		cancel()
		if err == nil {
			page := desk.CustomerPage{Next: out.Next, Total: out.Total}
			for _, cust := range out.Customers {
				page.Rows = append(page.Rows, desk.ListedCustomer{Customer: cust, TalkedAt: cust.LastContactAt})
			}
			w.loop.send(desk.CustomersListed{Seq: c.Seq, Page: page})
			return
		}
	}
	w.poolHere(ctx, c)
}

// poolHere lists the pool as this desk holds it. A cursor of central's says nothing here: then it is the first page.
func (w *workplace) poolHere(ctx context.Context, c desk.ListPool) {
	page, err := w.store.ListCustomers(ctx, c.Ask)
	if errors.Is(err, desk.ErrInvalid) {
		c.Ask.After = ""
		page, err = w.store.ListCustomers(ctx, c.Ask)
	}
	w.readFailed(err)
	problem := "offline"
	if w.link == nil {
		problem = "alone"
	}
	if c.Ask.Text != "" {
		problem = "text"
	}
	w.loop.send(desk.CustomersListed{Seq: c.Seq, Page: page, Problem: problem, Failed: err != nil})
}
