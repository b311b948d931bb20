package localstore

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/callbench/callbench/desk"
)

const (
	maxFields    = 3000 // customers whose every field is looked through for a text: some 0.1 s
	fieldsAtOnce = 250  // of them in memory
	maxTextHits  = 200  // customers that a text gives
)

// listedRows reads the customers of a page, in its order; one who left meanwhile is not in it.
func (s *Store) listedRows(ctx context.Context, at []listedAt) ([]desk.ListedCustomer, error) {
	rids := make([]int64, len(at))
	for i, one := range at {
		rids[i] = one.who
	}
	asked, err := json.Marshal(rids)
	if err != nil || len(rids) == 0 {
		return nil, err
	}
	list := make([]desk.ListedCustomer, 0, len(rids))
	err = s.each(ctx, `SELECT c.body, coalesce((SELECT max(at) FROM contact WHERE contact.customer = c.key), 0)
		FROM json_each(?) j CROSS JOIN customer c ON c.rid = j.value ORDER BY j.key`, func(r scanner) error {
		var body []byte
		var one desk.ListedCustomer
		if err := r.Scan(&body, (*int64)(&one.TalkedAt)); err != nil {
			return err
		}
		one.Customer, err = customerOf(body)
		one.TalkedAt = max(one.TalkedAt, one.Customer.LastContactAt)
		list = append(list, one)
		return err
	}, string(asked))
	return list, err
}

// listText finds by a text: whom a search finds, the best first, then who has it in any other field.
func (s *Store) listText(ctx context.Context, q desk.CustomerQuestion, page *desk.CustomerPage) error {
	hits, err := s.Search(ctx, q.Text, maxSearch)
	if err != nil {
		return err
	}
	page.Cut = len(hits) == maxSearch
	seen := map[string]bool{}
	var found []string
	for _, h := range hits {
		if belongs(h.Customer, q) {
			seen[h.Customer.ID] = true
			found = append(found, h.Customer.ID)
		}
	}
	text := fold(q.Text)
	err = s.everyField(ctx, q, page, func(c desk.Customer) bool {
		if !seen[c.ID] && belongs(c, q) && strings.Contains(fieldsOf(c), text) {
			found = append(found, c.ID)
		}
		return len(found) <= maxTextHits
	})
	if err != nil {
		return err
	}
	if len(found) > maxTextHits {
		page.Cut, found = true, found[:maxTextHits]
	}
	page.Total = len(found)
	page.Rows, err = s.listedKeys(ctx, found)
	return err
}

// everyField calls look for the customers of the list, in its order, until it wants no more.
func (s *Store) everyField(ctx context.Context, q desk.CustomerQuestion, page *desk.CustomerPage, look func(desk.Customer) bool) error {
	q.ByName, q.View, q.From, q.To = false, desk.CustomersAll, 0, 0
	l, err := listOf(q)
	if err != nil {
		return err
	}
	after, looked := "", 0
	for looked < maxFields {
		at, err := s.ridsOf(ctx, l, after, fieldsAtOnce)
		if err != nil {
			return err
		}
		rows, err := s.listedBodies(ctx, at)
		if err != nil {
			return err
		}
		for _, c := range rows {
			if !look(c) {
				return nil
			}
		}
		looked += len(at)
		if len(at) < fieldsAtOnce {
			return nil
		}
		after = at[len(at)-1].String()
	}
	page.Cut = true
	return nil
}

func (s *Store) listedBodies(ctx context.Context, at []listedAt) (list []desk.Customer, err error) {
	rids := make([]int64, len(at))
	for i, one := range at {
		rids[i] = one.who
	}
	asked, err := json.Marshal(rids)
	if err != nil {
		return nil, err
	}
	err = s.each(ctx, `SELECT c.body FROM json_each(?) j CROSS JOIN customer c ON c.rid = j.value ORDER BY j.key`, func(r scanner) error {
		var body []byte
		if err := r.Scan(&body); err != nil {
			return err
		}
		c, err := customerOf(body)
		list = append(list, c)
		return err
	}, string(asked))
	return list, err
}

// listedKeys reads customers by their IDs, in that order.
func (s *Store) listedKeys(ctx context.Context, ids []string) ([]desk.ListedCustomer, error) {
	asked, err := json.Marshal(ids)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var at []listedAt
	err = s.each(ctx, `SELECT c.rid FROM json_each(?) j CROSS JOIN customer c ON c.key = j.value ORDER BY j.key`, func(r scanner) error {
		var one listedAt
		err := r.Scan(&one.who)
		at = append(at, one)
		return err
	}, string(asked))
	if err != nil {
		return nil, err
	}
	return s.listedRows(ctx, at)
}

// fieldsOf is everything of a customer that a text may be part of, folded.
func fieldsOf(c desk.Customer) string {
	parts := []string{c.Name, c.Company, c.Title, c.Number, c.Email, c.Address, c.Industry, c.Source, c.Owner, c.Group}
	for _, p := range c.Phones {
		parts = append(parts, p.Label, p.Raw, p.E164)
	}
	keys := make([]string, 0, len(c.Attributes))
	for k := range c.Attributes {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		parts = append(parts, k, c.Attributes[k])
	}
	for i := range parts {
		parts[i] = fold(parts[i])
	}
	return strings.Join(parts, "\n")
}

// belongs reports whether a customer is one of those that a question is about, but for talks, which stand elsewhere.
func belongs(c desk.Customer, q desk.CustomerQuestion) bool {
	if c.Stub || q.Owner != "" && c.Owner != q.Owner || (c.PooledAt != 0) != (q.View == desk.CustomersPool) {
		return false
	}
	switch {
	case q.View == desk.CustomersPool: // anybody's
	case q.Reach == desk.ReachMine && q.Owner == "" && c.Owner != q.User, q.Reach == desk.ReachGroup && c.Group != q.Group:
		return false
	}
	in := func(at desk.Millis) bool { return at != 0 && at >= q.From && (q.To == 0 || at < q.To) }
	switch q.View {
	case desk.CustomersCommitted:
		return c.Status == desk.StatusCommitted
	case desk.CustomersInterested:
		return c.Status == desk.StatusInterested
	case desk.CustomersPaused:
		return c.Status == desk.StatusPaused
	case desk.CustomersAddedToday, desk.CustomersAddedWeek, desk.CustomersAddedMonth:
		return in(c.CreatedAt)
	case desk.CustomersToVisitToday, desk.CustomersToVisitWeek, desk.CustomersToVisitMonth:
		return in(c.NextVisitAt)
	case desk.CustomersAll, desk.CustomersContactedToday, desk.CustomersVisitedWeek, desk.CustomersVisitedMonth, desk.CustomersPool:
	}
	return true
}
