package localstore

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/callbench/callbench/desk"
)

const (
	maxListed = 200 // customers on a page
	maxOwners = 500 // owners that are told
)

// ListCustomers gives a page of customers held in full. It is a range of an index whatever the view, in the time of the
// page and not of the store; only a text is also sought in every field, of the first maxFields customers of the list
// (Cut tells that there were more). desk.ErrInvalid: an unknown view, or an After that this list did not give.
func (s *Store) ListCustomers(ctx context.Context, q desk.CustomerQuestion) (desk.CustomerPage, error) {
	page, err := s.listCustomers(ctx, q)
	return page, wrap("list customers", err)
}

func (s *Store) listCustomers(ctx context.Context, q desk.CustomerQuestion) (desk.CustomerPage, error) {
	var page desk.CustomerPage
	var err error
	if page.Incomplete, err = s.incomplete(ctx); err != nil {
		return page, err
	}
	limit := min(max(q.Limit, 1), maxListed)
	if strings.TrimSpace(q.Text) != "" {
		return page, s.listText(ctx, q, &page)
	}
	l, err := listOf(q)
	if err != nil {
		return page, err
	}
	rids, err := s.ridsOf(ctx, l, q.After, limit+1)
	if err != nil {
		return page, err
	}
	if len(rids) > limit {
		rids = rids[:limit]
		page.Next = rids[limit-1].String()
	}
	err = s.one(ctx, `SELECT count(*) FROM (SELECT 1 FROM `+l.from+` WHERE `+l.where+` LIMIT `+strconv.Itoa(desk.MaxCounted+1)+`)`, l.args...).Scan(&page.Total)
	if err != nil {
		return page, err
	}
	page.Rows, err = s.listedRows(ctx, rids)
	return page, err
}

// list is a range of an index: at and rid are what it is ordered by and where a page begins.
type list struct {
	from, where string
	args        []any
	at, rid     string
	who         string // the customer's rid; empty: rid is
	down        bool   // newest first
}

// listedAt is a place in a list and the customer (customer.rid) who stands there.
type listedAt struct {
	at       string
	rid, who int64
}

// String is the place as CustomerQuestion.After names it.
func (l listedAt) String() string { return l.at + "." + strconv.FormatInt(l.rid, 10) }

// ridsOf reads a page of a list.
func (s *Store) ridsOf(ctx context.Context, l list, after string, limit int) (rids []listedAt, err error) {
	order, than := ` ORDER BY `+l.at+`, `+l.rid, ` > `
	if l.down {
		order, than = ` ORDER BY `+l.at+` DESC, `+l.rid+` DESC`, ` < `
	}
	who := l.who
	if who == "" {
		who = l.rid
	}
	query, args := `SELECT `+l.at+`, `+l.rid+`, `+who+` FROM `+l.from+` WHERE `+l.where, l.args
	if after != "" {
		dot := strings.LastIndexByte(after, '.')
		rid, err := strconv.ParseInt(after[dot+1:], 10, 64)
		if dot < 0 || err != nil {
			return nil, fmt.Errorf("where a page begins: %w", desk.ErrInvalid)
		}
		var at any = after[:dot]
		if !strings.HasSuffix(l.at, "name") {
			if at, err = strconv.ParseInt(after[:dot], 10, 64); err != nil {
				return nil, fmt.Errorf("where a page begins: %w", desk.ErrInvalid)
			}
		}
		query += ` AND (` + l.at + `, ` + l.rid + `)` + than + `(?, ?)`
		args = append(slices.Clip(args), at, rid)
	}
	err = s.each(ctx, query+order+` LIMIT `+strconv.Itoa(limit), func(r scanner) error {
		var one listedAt
		err := r.Scan(&one.at, &one.rid, &one.who)
		rids = append(rids, one)
		return err
	}, args...)
	return rids, err
}

// listOf is the list of a question.
func listOf(q desk.CustomerQuestion) (list, error) {
	switch q.View {
	case desk.CustomersContactedToday:
		return talkedList(q, `contact x`, `x.at`, `x.rid`, `SELECT 1 FROM contact y WHERE y.customer = x.customer AND (y.at, y.rid) > (x.at, x.rid)`), nil
	case desk.CustomersVisitedWeek, desk.CustomersVisitedMonth:
		return talkedList(q, `visited v JOIN contact x ON x.rid = v.contact`, `v.at`, `v.contact`,
			`SELECT 1 FROM visited y WHERE y.customer = v.customer AND (y.at, y.contact) > (v.at, v.contact)`), nil
	case desk.CustomersPool:
		return list{from: `listed l INDEXED BY listed_pool`, where: `pooled > 0` + between(`pooled`, q), args: bounds(q), at: `pooled`, rid: `customer`, down: true}, nil
	case desk.CustomersToVisitToday, desk.CustomersToVisitWeek, desk.CustomersToVisitMonth:
		l := list{from: `listed l INDEXED BY listed_visit`, where: `pooled = 0 AND visit > 0` + between(`visit`, q), args: bounds(q), at: `visit`, rid: `customer`}
		return within(l, q), nil
	case desk.CustomersAll, desk.CustomersAddedToday, desk.CustomersAddedWeek, desk.CustomersAddedMonth:
		return ownedList(q, ""), nil
	case desk.CustomersCommitted:
		return ownedList(q, desk.StatusCommitted), nil
	case desk.CustomersInterested:
		return ownedList(q, desk.StatusInterested), nil
	case desk.CustomersPaused:
		return ownedList(q, desk.StatusPaused), nil
	}
	return list{}, fmt.Errorf("view %q: %w", q.View, desk.ErrInvalid)
}

// ownedList lists customers by when they were added, the newest first, or by name.
func ownedList(q desk.CustomerQuestion, status desk.CustomerStatus) list {
	l := list{from: `listed l INDEXED BY `, where: `pooled = 0`, at: `created`, rid: `customer`, down: true}
	switch {
	case q.ByName && (q.Owner != "" || q.Reach == desk.ReachMine):
		l.from, l.at, l.down = l.from+`listed_name`, `name`, false
	case q.ByName: // through everybody's names: most of them are the group's
		l.from, l.at, l.rid, l.down = `customer c INDEXED BY customer_name JOIN listed l ON l.customer = c.rid`, `c.name`, `c.rid`, false
	case q.Owner != "" || q.Reach == desk.ReachMine:
		l.from += `listed_owner`
	case q.Reach == desk.ReachGroup:
		l.from += `listed_group`
	case status != "":
		l.from += `listed_status`
	default:
		l.from += `listed_added`
	}
	l = within(l, q)
	l.where, l.args = l.where+between(`created`, q), append(l.args, bounds(q)...)
	if status != "" {
		l.where, l.args = l.where+` AND status <> '' AND status = ?`, append(l.args, string(status))
	}
	return l
}

// talkedList lists customers by their last talk of a kind. Mine are also those of somebody else whom the user spoke to.
func talkedList(q desk.CustomerQuestion, from, at, rid, newer string) list {
	l := list{
		from:  from + ` JOIN customer c ON c.key = x.customer LEFT JOIN listed l ON l.customer = c.rid`,
		where: `x.customer <> '' AND NOT EXISTS (` + newer + `)` + between(at, q), args: bounds(q), at: at, rid: rid, who: `c.rid`, down: true,
	}
	switch {
	case q.Owner != "" || q.Reach == desk.ReachGroup:
		return within(l, q)
	case q.Reach == desk.ReachMine:
		l.where, l.args = l.where+` AND (l.owner = ? OR x.body ->> '$.agent' = ?)`, append(l.args, q.User, q.User)
	}
	return l
}

// within keeps a list to whose customers it shows.
func within(l list, q desk.CustomerQuestion) list {
	switch {
	case q.Owner != "":
		l.where, l.args = l.where+` AND l.owner = ?`, append(l.args, q.Owner)
		if q.Reach == desk.ReachGroup {
			l.where, l.args = l.where+` AND l.grp = ?`, append(l.args, q.Group)
		}
	case q.Reach == desk.ReachMine:
		l.where, l.args = l.where+` AND l.owner = ?`, append(l.args, q.User)
	case q.Reach == desk.ReachGroup:
		l.where, l.args = l.where+` AND l.grp = ?`, append(l.args, q.Group)
	}
	return l
}

func between(column string, q desk.CustomerQuestion) string {
	text := ""
	if q.From != 0 {
		text += ` AND ` + column + ` >= ?`
	}
	if q.To != 0 {
		text += ` AND ` + column + ` < ?`
	}
	return text
}

func bounds(q desk.CustomerQuestion) (args []any) {
	if q.From != 0 {
		args = append(args, int64(q.From))
	}
	if q.To != 0 {
		args = append(args, int64(q.To))
	}
	return args
}

// OwnersOf gives who owns customers: of a group, of anybody where it is empty; at most maxOwners.
func (s *Store) OwnersOf(ctx context.Context, group string) ([]string, error) {
	var all []string
	last, more := "", true
	for more && len(all) < maxOwners {
		more = false
		err := s.each(ctx, `SELECT owner FROM listed INDEXED BY listed_owner WHERE pooled = 0 AND owner > ? ORDER BY owner LIMIT 1`, func(r scanner) error {
			more = true
			return r.Scan(&last)
		}, last)
		if err != nil {
			return nil, wrap("list owners", err)
		}
		if !more {
			break
		}
		there := true
		if group != "" {
			err = s.one(ctx, `SELECT EXISTS (SELECT 1 FROM listed INDEXED BY listed_owner WHERE pooled = 0 AND owner = ? AND grp = ?)`, last, group).Scan(&there)
			if err != nil {
				return nil, wrap("list owners", err)
			}
		}
		if there {
			all = append(all, last)
		}
	}
	return all, nil
}
