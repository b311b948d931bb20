package localstore

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
)

// FindCaller gives the customers who have, or may have, the number of a call: those who certainly have it
// first, then those the desk knows in full, of these the user's own, then the one spoken to last. There are
// at most maxSameNumber. No customer, and a caller without number, are no error.
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
	if len(list) < 2 {
		return list, nil
	}
	var user string
	if err := s.one(ctx, `SELECT user FROM replica`).Scan(&user); err != nil {
		return nil, wrap("find caller", err)
	}
	order := func(a, b desk.Candidate) int {
		return cmp.Or(
			compareBool(a.Offer.Doubt == number.NoDoubt, b.Offer.Doubt == number.NoDoubt),
			compareBool(b.Customer.Stub, a.Customer.Stub),
			compareBool(user != "" && a.Customer.Owner == user, user != "" && b.Customer.Owner == user),
			cmp.Compare(b.Customer.LastContactAt, a.Customer.LastContactAt),
			cmp.Compare(a.Customer.ID, b.Customer.ID),
		)
	}
	slices.SortFunc(list, order)
	list = list[:min(len(list), maxSameNumber)]
	for i := range list {
		if err := s.tellApart(ctx, &list[i]); err != nil {
			return nil, wrap("find caller", err)
		}
	}
	slices.SortFunc(list, order) // by the contacts, too
	return list, nil
}

// withKey gives the customers who have a number with a key, or one that ends so. A row may lead to one who no
// longer has it: who asks compares.
func (s *Store) withKey(ctx context.Context, r number.Reading) ([]desk.Customer, error) {
	from := formReversed + reverse(r.Key)
	to := from + "\x00" // itself only
	if r.Ends {
		to = after(from)
	}
	rows, err := s.rows(ctx, `SELECT body FROM form CROSS JOIN customer ON customer.rid = form.customer WHERE form >= ? AND form < ? LIMIT ?`, from, to, maxLooked)
	list, err := documents[desk.Customer](rows, err)
	if err == nil && len(list) == maxLooked { // among so many the user's own may be missing
		var near []desk.Customer
		near, err = s.nearWith(ctx, dialled(r.Key))
		list = append(list, near...)
	}
	if err != nil || !s.older.Load() { // not everybody has forms yet
		return list, err
	}
	kind := len(formReversed)
	rows, err = s.rows(ctx, `SELECT body FROM phone CROSS JOIN customer ON customer.rid = phone.customer WHERE rev >= ? AND rev < ? LIMIT ?`, from[kind:], to[kind:], maxLooked)
	more, err := documents[desk.Customer](rows, err)
	return append(list, more...), err
}

// nearWith gives the near customers who have these digits in a number.
func (s *Store) nearWith(ctx context.Context, digits string) ([]desk.Customer, error) {
	near, err := s.match(ctx, query{text: digits, digits: digits, begins: []string{digits}, runes: len(digits)})
	if err != nil {
		return nil, err
	}
	rids := make([]int64, 0, len(near)) // bounded as table near is
	for _, c := range near {
		rids = append(rids, c.rid)
	}
	asked, err := json.Marshal(rids)
	if err != nil {
		return nil, err
	}
	rows, err := s.rows(ctx, `SELECT body FROM json_each(?) AS asked CROSS JOIN customer ON customer.rid = asked.value`, string(asked))
	return documents[desk.Customer](rows, err)
}

// tellApart adds what a person chooses by: when the customer was spoken to last, and how many tickets are open.
func (s *Store) tellApart(ctx context.Context, c *desk.Candidate) error {
	var last int64
	err := s.one(ctx, `SELECT coalesce(max(at), 0),
			(SELECT count(*) FROM ticket WHERE customer = ?1 AND json_extract(body, '$.state') NOT IN (?2, ?3, ?4))
		FROM contact WHERE customer = ?1`,
		c.Customer.ID, string(desk.TicketResolved), string(desk.TicketCustomerTold), string(desk.TicketClosed)).Scan(&last, &c.Offer.Tickets)
	c.Customer.LastContactAt = max(c.Customer.LastContactAt, desk.Millis(last))
	return err
}
