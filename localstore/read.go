package localstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
)

const (
	defaultLimit  = 100
	maxLimit      = 1000
	maxSameNumber = 20  // customers shown for one number
	maxLooked     = 500 // customers with one number that are compared to choose these
)

// bounded is a limit within what one answer may hold; 0 asks for the default.
func bounded(limit int) int {
	if limit <= 0 {
		return defaultLimit
	}
	return min(limit, maxLimit)
}

// ContactFilter says which contacts to list: of a customer (empty: of all), since a moment.
type ContactFilter struct {
	Customer string
	Since    desk.Millis
	Limit    int
}

// CallbackFilter says which callbacks to list: of a customer, of an owner (empty: of all).
type CallbackFilter struct {
	Customer, Owner string
	Limit           int
}

// FindByNumber gives the customers with a number, however it is written: those the desk knows in full
// first, of these the user's own, then the one spoken to last. No customer is no error. Of a number that more
// than maxLooked customers have, those are looked at that the desk has had longest, and all near ones.
func (s *Store) FindByNumber(ctx context.Context, raw string) ([]desk.Customer, error) {
	list, err := s.findByNumber(ctx, raw)
	return list, wrap("find by number", err)
}

func (s *Store) findByNumber(ctx context.Context, raw string) ([]desk.Customer, error) {
	key := number.Key(raw, "")
	if key == "" {
		return nil, nil
	}
	f := search{query: query{key: key, number: dialled(key)}, s: s, ctx: ctx, limit: maxLooked, seen: map[int64]bool{}}
	for _, step := range []func() error{f.wholeNumber, f.olderNumber} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if len(f.hits) == maxLooked { // among so many the user's own may be missing
		var err error
		if f.near, err = s.match(ctx, f.query); err != nil {
			return nil, err
		}
		f.limit += len(f.near)
		if err := f.nearWhole(); err != nil {
			return nil, err
		}
	}
	var user string
	if err := s.one(ctx, `SELECT user FROM replica`).Scan(&user); err != nil {
		return nil, err
	}
	slices.SortStableFunc(f.hits, func(a, b desk.Hit) int {
		return cmp.Or(
			compareBool(b.Customer.Stub, a.Customer.Stub),
			compareBool(user != "" && a.Customer.Owner == user, user != "" && b.Customer.Owner == user),
			cmp.Compare(b.Customer.LastContactAt, a.Customer.LastContactAt),
			cmp.Compare(a.Customer.ID, b.Customer.ID),
		)
	})
	list := make([]desk.Customer, 0, min(len(f.hits), maxSameNumber))
	for _, h := range f.hits[:min(len(f.hits), maxSameNumber)] {
		list = append(list, h.Customer)
	}
	return list, nil
}

// compareBool has true first.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// Customer gives a customer by ID, or desk.ErrNotFound.
func (s *Store) Customer(ctx context.Context, id string) (desk.Customer, error) {
	var c desk.Customer
	var body []byte
	err := s.one(ctx, `SELECT body FROM customer WHERE key = ?`, id).Scan(&body)
	if err == nil {
		c, err = customerOf(body)
	}
	return c, wrap("read customer "+id, err)
}

func customerOf(body []byte) (desk.Customer, error) {
	var c desk.Customer
	if err := json.Unmarshal(body, &c); err != nil {
		return c, fmt.Errorf("malformed row: %w", desk.ErrInvalid)
	}
	return c, nil
}

const synced = `, NOT EXISTS (SELECT 1 FROM base WHERE tab = ? AND base.key = x.key)`

// History gives what happened with a customer: at most limit contacts and tickets, newest first, and
// callbacks, those that wait first.
func (s *Store) History(ctx context.Context, customer string, limit int) (desk.History, error) {
	var h desk.History
	var err error
	if h.Contacts, err = s.Contacts(ctx, ContactFilter{Customer: customer, Limit: limit}); err != nil {
		return h, err
	}
	if h.Callbacks, err = s.Callbacks(ctx, CallbackFilter{Customer: customer, Limit: limit}); err != nil {
		return h, err
	}
	rows, err := s.rows(ctx, `SELECT body`+synced+` FROM ticket x WHERE customer = ? ORDER BY created_at DESC LIMIT ?`,
		string(desk.TableTicket), customer, bounded(limit))
	h.Tickets, err = marked(rows, err, func(t *desk.Ticket) *bool { return &t.Synced })
	return h, wrap("read tickets", err)
}

// Contacts lists contacts, newest first. Synced is set on those whose ops central has applied.
func (s *Store) Contacts(ctx context.Context, f ContactFilter) ([]desk.Contact, error) {
	var rows *sql.Rows
	var err error
	if f.Customer != "" {
		rows, err = s.rows(ctx, `SELECT body`+synced+` FROM contact x WHERE customer = ? AND at >= ? ORDER BY at DESC LIMIT ?`,
			string(desk.TableContact), f.Customer, int64(f.Since), bounded(f.Limit))
	} else {
		rows, err = s.rows(ctx, `SELECT body`+synced+` FROM contact x WHERE at >= ? ORDER BY at DESC LIMIT ?`,
			string(desk.TableContact), int64(f.Since), bounded(f.Limit))
	}
	list, err := marked(rows, err, func(c *desk.Contact) *bool { return &c.Synced })
	return list, wrap("read contacts", err)
}

// Callbacks lists callbacks: those that wait, soonest first, then those that are over.
func (s *Store) Callbacks(ctx context.Context, f CallbackFilter) ([]desk.Callback, error) {
	const order = ` ORDER BY done, at LIMIT ?`
	var rows *sql.Rows
	var err error
	table, limit := string(desk.TableCallback), bounded(f.Limit)
	switch {
	case f.Customer != "" && f.Owner != "":
		rows, err = s.rows(ctx, `SELECT body`+synced+` FROM callback x WHERE customer = ? AND owner = ?`+order, table, f.Customer, f.Owner, limit)
	case f.Customer != "":
		rows, err = s.rows(ctx, `SELECT body`+synced+` FROM callback x WHERE customer = ?`+order, table, f.Customer, limit)
	case f.Owner != "":
		rows, err = s.rows(ctx, `SELECT body`+synced+` FROM callback x WHERE owner = ?`+order, table, f.Owner, limit)
	default:
		rows, err = s.rows(ctx, `SELECT body`+synced+` FROM callback x`+order, table, limit)
	}
	list, err := marked(rows, err, func(c *desk.Callback) *bool { return &c.Synced })
	return list, wrap("read callbacks", err)
}

// Count gives how many rows of each table the desk shows.
func (s *Store) Count(ctx context.Context) (map[desk.Table]int, error) {
	counts := map[desk.Table]int{}
	for table := range tables {
		var n int
		if err := s.read.QueryRowContext(ctx, `SELECT count(*) FROM `+string(table)).Scan(&n); err != nil {
			return nil, wrap("count", err)
		}
		counts[table] = n
	}
	return counts, nil
}

// documents reads rows of one body each.
func documents[T any](rows *sql.Rows, err error) ([]T, error) {
	var list []T
	err = eachRow(rows, err, func(r scanner) error {
		var body []byte
		if err := r.Scan(&body); err != nil {
			return err
		}
		var v T
		if err := json.Unmarshal(body, &v); err != nil {
			return fmt.Errorf("malformed row: %w", desk.ErrInvalid)
		}
		list = append(list, v)
		return nil
	})
	return list, err
}

// marked reads rows of a body and whether no op is pending on it.
func marked[T any](rows *sql.Rows, err error, mark func(*T) *bool) ([]T, error) {
	var list []T
	err = eachRow(rows, err, func(r scanner) error {
		var body []byte
		var isSynced bool
		if err := r.Scan(&body, &isSynced); err != nil {
			return err
		}
		var v T
		if err := json.Unmarshal(body, &v); err != nil {
			return fmt.Errorf("malformed row: %w", desk.ErrInvalid)
		}
		*mark(&v) = isSynced
		list = append(list, v)
		return nil
	})
	return list, err
}
