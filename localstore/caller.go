package localstore

import (
	"cmp"
	"context"
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
)

// maxEndings bounds the customers who are judged because their numbers end alike: of a million some dozen do.
const maxEndings = 100

// FindCaller gives the customers who have, or may have, the number of a call: those who certainly have it
// first, then those the desk knows in full, then the one spoken to last. There are at most as many as a
// screen can offer. No customer, and a caller without number, are no error.
func (s *Store) FindCaller(ctx context.Context, raw string, at number.Dialling) ([]desk.Candidate, error) {
	var list []desk.Candidate
	seen := map[string]bool{}
	for _, r := range number.Candidates(raw, at) {
		found, err := s.withKey(ctx, r)
		if err != nil {
			return nil, wrap("find caller", err)
		}
		for _, c := range found {
			if seen[c.ID] {
				continue
			}
			seen[c.ID] = true
			if offer, ok := desk.OfferOf(c, raw, at); ok {
				list = append(list, desk.Candidate{Customer: c, Offer: offer})
			}
		}
	}
	if len(list) > 1 { // a choice: what tells one from the other
		for i := range list {
			if err := s.tellApart(ctx, &list[i]); err != nil {
				return nil, wrap("find caller", err)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b desk.Candidate) int {
		return cmp.Or(
			cmp.Compare(doubtful(a), doubtful(b)), cmp.Compare(stub(a), stub(b)),
			cmp.Compare(b.Customer.LastContactAt, a.Customer.LastContactAt),
		)
	})
	return list[:min(len(list), maxSameNumber)], nil
}

func doubtful(c desk.Candidate) int {
	if c.Offer.Doubt != number.NoDoubt {
		return 1
	}
	return 0
}

func stub(c desk.Candidate) int {
	if c.Customer.Stub {
		return 1
	}
	return 0
}

// withKey gives the customers who have a number with a key, or one that ends so.
func (s *Store) withKey(ctx context.Context, r number.Reading) ([]desk.Customer, error) {
	rev := reverse(r.Key)
	if r.Ends {
		rows, err := s.read.QueryContext(ctx, `SELECT customer.body FROM phone JOIN customer ON customer.rid = phone.customer
			WHERE phone.rev >= ? AND phone.rev < ? LIMIT ?`, rev, after(rev), maxEndings)
		return documents[desk.Customer](rows, err)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT customer.body FROM phone JOIN customer ON customer.rid = phone.customer WHERE phone.rev = ?
		ORDER BY coalesce(json_extract(body, '$.stub'), 0), json_extract(body, '$.last_contact_at') DESC, customer.rid LIMIT ?`, rev, maxSameNumber)
	return documents[desk.Customer](rows, err)
}

// tellApart adds what a person chooses by: when the customer was spoken to last, and how many tickets are open.
func (s *Store) tellApart(ctx context.Context, c *desk.Candidate) error {
	var last int64
	err := s.read.QueryRowContext(ctx, `SELECT coalesce(max(at), 0),
			(SELECT count(*) FROM ticket WHERE customer = ?1 AND json_extract(body, '$.state') NOT IN (?2, ?3, ?4))
		FROM contact WHERE customer = ?1`,
		c.Customer.ID, string(desk.TicketResolved), string(desk.TicketCustomerTold), string(desk.TicketClosed)).Scan(&last, &c.Offer.Tickets)
	c.Customer.LastContactAt = max(c.Customer.LastContactAt, desk.Millis(last))
	return err
}
