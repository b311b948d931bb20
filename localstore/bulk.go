package localstore

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/callbench/callbench/desk"
)

// maxTogether bounds the intents of one transaction. With sixteen customers each it takes about 0.2 s: whoever
// shares the store with an agent asks for less at once.
const maxTogether = 64

// CommitAll makes several intents durable in one transaction, in their order, each as Commit does: one whose ID
// was committed before changes nothing. All of them happen or none. More than 64 are desk.ErrInvalid. Other
// writers have their turns between two calls.
func (s *Store) CommitAll(ctx context.Context, list []desk.Intent) ([]desk.Committed, error) {
	if len(list) > maxTogether {
		return nil, wrap("commit", fmt.Errorf("%d intents at once: %w", len(list), desk.ErrInvalid))
	}
	all := make([]desk.Committed, len(list))
	err := s.write.in(ctx, func(t *tx) error {
		for i, in := range list {
			all[i] = desk.Committed{ID: in.ID}
			again, err := t.committed(in.ID, &all[i])
			if err == nil && !again {
				err = t.commit(in, &all[i])
			}
			if err != nil {
				return fmt.Errorf("%s %s: %w", in.Kind, in.ID, err)
			}
		}
		var pending int
		if err := t.countPending(&pending); err != nil {
			return err
		}
		for i := range all {
			all[i].Pending = pending
		}
		return nil
	})
	if err != nil {
		return nil, wrap("commit", err)
	}
	for i := range all {
		all[i].At = s.now()
	}
	return all, nil
}

// Held gives those of the customers' IDs that the desk shows.
func (s *Store) Held(ctx context.Context, ids []string) (map[string]bool, error) {
	held := map[string]bool{}
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, wrap("look up customers", err)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT customer.key FROM json_each(?) CROSS JOIN customer ON customer.key = json_each.value`, string(list))
	err = eachRow(rows, err, func(r scanner) error {
		var id string
		err := r.Scan(&id)
		held[id] = true
		return err
	})
	return held, wrap("look up customers", err)
}

// maxHolders bounds the customers that are told for one number: who asks wants to know whether it is one.
const maxHolders = 3

// HoldersOf gives the IDs of the customers who have one of the phones (forms of number.Key) or one of the
// customer numbers (however written), at most three for each. Phones and numbers nobody has are missing.
func (s *Store) HoldersOf(ctx context.Context, phones, numbers []string) (byPhone, byNumber map[string][]string, err error) {
	reversed, back := make([]string, len(phones)), map[string]string{}
	for i, key := range phones {
		reversed[i] = formReversed + reverse(key)
		back[reversed[i]] = key
	}
	query := `SELECT json_each.value, customer.key FROM json_each(?1)
		CROSS JOIN form ON form.form = json_each.value CROSS JOIN customer ON customer.rid = form.customer`
	if s.older.Load() { // not everybody has forms yet
		query += ` UNION SELECT json_each.value, customer.key FROM json_each(?1)
			CROSS JOIN phone ON phone.rev = substr(json_each.value, 2) CROSS JOIN customer ON customer.rid = phone.customer`
	}
	byPhone, err = s.holders(ctx, query, reversed, back)
	if err != nil {
		return nil, nil, wrap("look up phones", err)
	}
	folded, back := make([]string, 0, len(numbers)), map[string]string{}
	for _, n := range numbers {
		if f := fold(n); f != "" {
			folded = append(folded, f)
			back[f] = n
		}
	}
	byNumber, err = s.holders(ctx, `SELECT json_each.value, customer.key FROM json_each(?)
		CROSS JOIN customer ON customer.number = json_each.value AND customer.number <> ''`, folded, back)
	return byPhone, byNumber, wrap("look up customer numbers", err)
}

func (s *Store) holders(ctx context.Context, query string, keys []string, back map[string]string) (map[string][]string, error) {
	found := map[string][]string{}
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, query, string(list))
	err = eachRow(rows, err, func(r scanner) error {
		var key, id string
		if err := r.Scan(&key, &id); err != nil {
			return err
		}
		if key = back[key]; len(found[key]) < maxHolders {
			found[key] = append(found[key], id)
		}
		return nil
	})
	return found, err
}

// eachAtOnce bounds the rows that Each… has in memory.
const eachAtOnce = 500

// EachCustomer calls f for every customer that the desk shows, in the order in which they came. It reads a page
// at a time, so that writers and the log's checkpoints go on; f may use the store. An error of f ends it and is
// given back as it is.
func (s *Store) EachCustomer(ctx context.Context, f func(desk.Customer) error) error {
	return s.eachPage(ctx, "read customers", `SELECT rid, body, NULL FROM customer WHERE rid > ? ORDER BY rid LIMIT ?`,
		func(body, _ []byte) error {
			var c desk.Customer
			if err := json.Unmarshal(body, &c); err != nil {
				return fmt.Errorf("malformed row: %w", desk.ErrInvalid)
			}
			return f(c)
		})
}

// EachContact does the same for contacts; f gets the customer each was with, as far as the desk shows one.
func (s *Store) EachContact(ctx context.Context, f func(desk.Contact, desk.Customer) error) error {
	return s.eachPage(ctx, "read contacts", `SELECT contact.rid, contact.body, customer.body FROM contact
		LEFT JOIN customer ON customer.key = contact.customer WHERE contact.rid > ? ORDER BY contact.rid LIMIT ?`,
		func(body, with []byte) error {
			var k desk.Contact
			var c desk.Customer
			if json.Unmarshal(body, &k) != nil || len(with) > 0 && json.Unmarshal(with, &c) != nil {
				return fmt.Errorf("malformed row: %w", desk.ErrInvalid)
			}
			return f(k, c)
		})
}

// EachRow calls f for every row that the desk shows, table by table: central's with the pending ops on top. Seq is the
// version that central gave the row, 0 where central has not seen it. It reads a page at a time.
func (s *Store) EachRow(ctx context.Context, f func(desk.Row) error) error {
	for _, table := range slices.Sorted(maps.Keys(tables)) {
		query := `SELECT rid, body, seq || ' ' || key FROM ` + string(table) + ` WHERE rid > ? ORDER BY rid LIMIT ?`
		err := s.eachPage(ctx, "read rows", query, func(body, with []byte) error {
			seq, key, _ := strings.Cut(string(with), " ")
			n, err := strconv.ParseInt(seq, 10, 64)
			if err != nil {
				return err
			}
			return f(desk.Row{Table: table, Key: key, Seq: n, Body: json.RawMessage(body)})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) eachPage(ctx context.Context, what, query string, f func(body, with []byte) error) error {
	for last, more := int64(0), true; more; {
		var list [][2][]byte
		rows, err := s.read.QueryContext(ctx, query, last, eachAtOnce)
		err = eachRow(rows, err, func(r scanner) error {
			var one [2][]byte
			err := r.Scan(&last, &one[0], &one[1])
			list = append(list, one)
			return err
		})
		if err != nil {
			return wrap(what, err)
		}
		for _, one := range list {
			if err := f(one[0], one[1]); err != nil {
				return err
			}
		}
		more = len(list) == eachAtOnce
	}
	return nil
}
