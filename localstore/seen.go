package localstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/callbench/callbench/desk"
)

const (
	seenEach  = 2      // kept of each customer: the talk under way, and the one before
	seenAll   = 20_000 // kept of all, the newest; of a customer beyond that nothing is known to compare with
	seenLooks = 50     // rows of each kind that are read to make one
)

// remember keeps how the customers stand whom an op's contacts are about, after the op was laid over the rows.
func (t *tx) remember(changes []desk.Change) error {
	for _, ch := range changes {
		if ch.Table != desk.TableContact {
			continue
		}
		row, there, err := t.find(place{desk.TableContact, ch.Key})
		if err != nil {
			return err
		}
		var k desk.Contact
		if !there || json.Unmarshal(row.body, &k) != nil || k.Customer == "" || k.ID == "" {
			continue
		}
		if err := t.rememberOf(k); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) rememberOf(k desk.Contact) error {
	var newer bool
	if err := t.row(`SELECT EXISTS (SELECT 1 FROM seen WHERE customer = ? AND at > ?)`, k.Customer, int64(k.At)).Scan(&newer); err != nil || newer {
		return err // an older record was corrected
	}
	row, there, err := t.find(place{desk.TableCustomer, k.Customer})
	if err != nil || !there {
		return err
	}
	c, there := held(row.body)
	if !there || c.Stub {
		return nil
	}
	var h desk.History
	err = errors.Join(
		bodies(t, &h.Contacts, `SELECT body FROM contact WHERE customer = ? ORDER BY at DESC LIMIT ?`, k.Customer),
		bodies(t, &h.Tickets, `SELECT body FROM ticket WHERE customer = ? ORDER BY created_at DESC LIMIT ?`, k.Customer),
		bodies(t, &h.Callbacks, `SELECT body FROM callback WHERE customer = ? ORDER BY done, at LIMIT ?`, k.Customer),
	)
	if err != nil {
		return err
	}
	text, err := json.Marshal(desk.SeenOf(k, c, h))
	if err != nil {
		return err
	}
	err = t.exec(`INSERT INTO seen (customer, contact, at, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (customer, contact) DO UPDATE SET at = excluded.at, body = excluded.body`, k.Customer, k.ID, int64(k.At), string(text))
	if err != nil {
		return err
	}
	return t.exec(`DELETE FROM seen WHERE customer = ?1 AND contact NOT IN (SELECT contact FROM seen WHERE customer = ?1 ORDER BY at DESC LIMIT ?2)`,
		k.Customer, seenEach)
}

// bodies reads rows of one body each; one that is malformed is left out.
func bodies[T any](t *tx, into *[]T, query, customer string) error {
	return t.each(query, func(r scanner) error {
		var body []byte
		if err := r.Scan(&body); err != nil {
			return err
		}
		var v T
		if json.Unmarshal(body, &v) == nil {
			*into = append(*into, v)
		}
		return nil
	}, customer, seenLooks)
}

func (t *tx) forgetSeen(customer string) error {
	return t.exec(`DELETE FROM seen WHERE customer = ?`, customer)
}

// Seen gives how a customer stood when this file's user last saved a talk, other than the one whose record is except.
// desk.ErrNotFound: there is none, or it is too long ago.
func (s *Store) Seen(ctx context.Context, customer, except string) (desk.Seen, error) {
	var seen desk.Seen
	var body []byte
	err := s.one(ctx, `SELECT body FROM seen WHERE customer = ? AND contact <> ? ORDER BY at DESC LIMIT 1`, customer, except).Scan(&body)
	if err == nil && json.Unmarshal(body, &seen) != nil {
		err = fmt.Errorf("malformed row: %w", desk.ErrInvalid)
	}
	return seen, wrap("read how a customer stood", err)
}

// forgetOld drops what is beyond the bound, a step a call.
func (s *Store) forgetOld(ctx context.Context) (more bool, err error) {
	var edge int64
	err = s.one(ctx, `SELECT at FROM seen ORDER BY at DESC LIMIT 1 OFFSET ?`, seenAll).Scan(&edge)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	const atOnce = 200
	err = s.write.in(ctx, func(t *tx) error {
		result, err := t.affected(`DELETE FROM seen WHERE (customer, contact) IN (SELECT customer, contact FROM seen WHERE at <= ? LIMIT ?)`, edge, atOnce)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		more = n == atOnce
		return err
	})
	return more, err
}
