package localstore

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/callbench/callbench/desk"
)

// What lists of customers and tasks are made from: a row of listed for each customer held in full, one of visited for
// each visit, one of ticket_open for each ticket that is not done. They are derived with the record; those of a file
// that an older program wrote are made by a chore, and a list says so until it is through.

// listing is a customer's row of listed.
type listing struct {
	owner, group, status, name string
	created, visit, pooled     int64
}

// listingOf gives the row; false: there is none, since the desk holds a stub or nobody.
func listingOf(c desk.Customer, there bool) (listing, bool) {
	if !there || c.Stub {
		return listing{}, false
	}
	return listing{
		owner: c.Owner, group: c.Group, status: string(c.Status), name: fold(c.Name),
		created: int64(c.CreatedAt), visit: int64(c.NextVisitAt), pooled: int64(c.PooledAt),
	}, true
}

// listCustomer brings a customer's row from old to what c says. A customer who is not held in full any more is not
// remembered either (seen.go).
func (t *tx) listCustomer(rid int64, key string, old json.RawMessage, c desk.Customer, there bool) error {
	if t.listsLater && old == nil {
		later, err := t.relistedAfter(rid)
		if err != nil || later {
			return err
		}
	}
	is, listed := listingOf(c, there)
	if old != nil {
		was, before := listingOf(held(old))
		if !listed {
			if err := t.forgetSeen(key); err != nil {
				return err
			}
		}
		if was == is && before == listed && t.relisted() {
			return nil
		}
		if err := t.exec(`DELETE FROM listed WHERE customer = ?`, rid); err != nil {
			return err
		}
	}
	if !listed {
		return nil
	}
	return t.putListing(rid, is)
}

func (t *tx) putListing(rid int64, is listing) error {
	return t.exec(`INSERT INTO listed (customer, owner, grp, status, name, created, visit, pooled) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		rid, is.owner, is.group, is.status, is.name, is.created, is.visit, is.pooled)
}

// listContact keeps visited as a contact says.
func (t *tx) listContact(rid int64, old, body json.RawMessage) error {
	if mayBeVisit(old) {
		if err := t.exec(`DELETE FROM visited WHERE contact = ?`, rid); err != nil {
			return err
		}
	}
	var is desk.Contact
	if !mayBeVisit(body) || json.Unmarshal(body, &is) != nil || is.Channel != desk.ChannelVisit {
		return nil //nolint:nilerr // malformed: no visit
	}
	return t.exec(`INSERT INTO visited (contact, customer, at) VALUES (?, ?, ?)`, rid, is.Customer, int64(is.At))
}

// mayBeVisit is a quick look: most contacts are none, and to read all of one takes time.
func mayBeVisit(body json.RawMessage) bool { return bytes.Contains(body, []byte(desk.ChannelVisit)) }

// noDue stands for a ticket without a deadline: behind all that have one.
const noDue = 1 << 53

// listTicket keeps ticket_open as a ticket says.
func (t *tx) listTicket(rid int64, old, body json.RawMessage) error {
	if old != nil {
		if err := t.exec(`DELETE FROM ticket_open WHERE ticket = ?`, rid); err != nil {
			return err
		}
	}
	var is desk.Ticket
	if body == nil || json.Unmarshal(body, &is) != nil || is.State.Done() {
		return nil //nolint:nilerr // malformed: nobody can work on it
	}
	due := int64(is.DueAt)
	if due == 0 {
		due = noDue
	}
	return t.exec(`INSERT INTO ticket_open (ticket, owner, grp, due) VALUES (?, ?, ?, ?)`, rid, is.Owner, is.Group, due)
}

// relisted reports whether every record of this file has its rows: then an unchanged one need not be touched.
func (t *tx) relisted() bool {
	if t.listedAll == nil {
		var n int
		all := t.row(`SELECT count(*) FROM relisting`).Scan(&n) == nil && n == 0
		t.listedAll = &all
	}
	return *t.listedAll
}

// listLater has relist make the rows of the customers whom a snapshot brings: those of a million are a third of what
// it costs, and nobody waits for a list as for a caller.
func (t *tx) listLater() error {
	return errors.Join(
		t.exec(`INSERT INTO relisting (step, rid) SELECT 'customer', coalesce((SELECT max(rid) FROM customer), 0) WHERE NOT EXISTS (SELECT 1 FROM relisting)`),
		t.exec(`UPDATE relisting SET step = 'customer', rid = coalesce((SELECT max(rid) FROM customer), 0) WHERE step <> 'customer'`))
}

// relistedAfter reports whether relist has yet to come by the customer.
func (t *tx) relistedAfter(rid int64) (bool, error) {
	if t.relisting == nil {
		at := int64(noneKept)
		err := t.row(`SELECT rid FROM relisting WHERE step = 'customer'`).Scan(&at)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return false, err
		}
		t.relisting = &at
	}
	return rid > *t.relisting, nil
}

// snapshotRest is how long after a page of a snapshot work that can wait does not begin.
const snapshotRest = 2 * time.Second

// snapshotComes reports whether a snapshot's pages come at the moment.
func (s *Store) snapshotComes() bool {
	return time.Since(time.Unix(0, s.paged.Load())) < snapshotRest
}

const (
	relistFor    = 12 * time.Millisecond // of the writer, a step; its commit comes on top
	relistAtOnce = 20
)

// relistSteps are the tables that are gone through, in their order, as relisting.step names them.
//
//nolint:gochecknoglobals // constant in all but name
var relistSteps = [...]struct{ step, query string }{
	{"customer", `SELECT rid, body FROM customer WHERE rid > ? ORDER BY rid LIMIT ?`},
	{"ticket", `SELECT rid, body FROM ticket WHERE rid > ? ORDER BY rid LIMIT ?`},
	{"contact", `SELECT rid, body FROM contact WHERE rid > ? ORDER BY rid LIMIT ?`},
}

// relist makes the rows of a file that an older program wrote: a bounded step a call, each one transaction with how far
// it has come, so that it goes on where it was cut.
func (s *Store) relist(ctx context.Context) (more bool, err error) {
	if more, err = s.incomplete(ctx); err != nil || !more || s.snapshotComes() {
		return false, err
	}
	err = s.write.in(ctx, func(t *tx) error {
		var step string
		var rid int64
		err := t.row(`SELECT step, rid FROM relisting`).Scan(&step, &rid)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		more = true
		at := 0
		for at < len(relistSteps)-1 && relistSteps[at].step != step {
			at++
		}
		through := false
		for begun, first := time.Now(), true; err == nil && !through && (first || time.Since(begun) < relistFor); first = false {
			through, err = t.relistSome(relistSteps[at].step, relistSteps[at].query, &rid)
		}
		if err != nil {
			return err
		}
		if !through {
			return t.exec(`UPDATE relisting SET rid = ?`, rid)
		}
		if at+1 < len(relistSteps) {
			return t.exec(`UPDATE relisting SET step = ?, rid = 0`, relistSteps[at+1].step)
		}
		more = false
		return t.exec(`DELETE FROM relisting`)
	})
	return more, err
}

// relistSome does the next rows behind rid and reports whether those were the last.
func (t *tx) relistSome(step, query string, rid *int64) (through bool, err error) {
	var rids []int64
	var bodies []json.RawMessage
	err = t.each(query, func(r scanner) error {
		var one int64
		var body []byte
		err := r.Scan(&one, &body)
		rids, bodies = append(rids, one), append(bodies, body)
		return err
	}, *rid, relistAtOnce)
	if err != nil {
		return false, err
	}
	for i, one := range rids {
		switch step {
		case "customer":
			is, listed := listingOf(held(bodies[i]))
			if err = t.exec(`DELETE FROM listed WHERE customer = ?`, one); err == nil && listed {
				err = t.putListing(one, is)
			}
		case "ticket":
			err = t.listTicket(one, bodies[i], bodies[i])
		default:
			err = t.listContact(one, bodies[i], bodies[i])
		}
		if err != nil {
			return false, err
		}
		*rid = one
	}
	return len(rids) < relistAtOnce, nil
}

// incomplete reports whether lists still lack records.
func (s *Store) incomplete(ctx context.Context) (bool, error) {
	var n int
	err := s.one(ctx, `SELECT count(*) FROM relisting`).Scan(&n)
	return n > 0, err
}
