package localstore

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

const (
	rederiveFor    = 12 * time.Millisecond // of the writer, a step; its commit comes on top
	rederiveAtOnce = 5                     // rows in memory, and between two looks at the clock
	sweepAtOnce    = 1000                  // rows of form looked through between two looks at the clock
	forgetAtOnce   = 200                   // rows of older tables that go between two looks at the clock
)

// Steps of deriving anew, in their order, as table derived names them.
const (
	stepCustomers = "customers"
	stepTickets   = "tickets"
	stepSweep     = "sweep"
	stepForget    = "forget"
)

// progress is how far it has come: the last row that is done, in a table or in form.
type progress struct {
	step string
	rid  int64
	form string
}

// rederive makes the search forms of a file anew that an older deriver has made: a bounded step of it a call,
// each one transaction with how far it has come, so that it goes on where it was cut. Meanwhile searches find by
// the new forms who is through and by the old ones the others; a customer who changes gets new forms at once.
func (s *Store) rederive(ctx context.Context) (more bool, err error) {
	return s.rederiveWithin(ctx, rederiveFor)
}

func (s *Store) rederiveWithin(ctx context.Context, limit time.Duration) (more bool, err error) {
	err = s.write.in(ctx, func(t *tx) error {
		var version int
		if err := t.row(`SELECT deriver FROM replica`).Scan(&version); err != nil || version >= deriverVersion {
			return err
		}
		more = true
		p := progress{step: stepCustomers}
		err := t.row(`SELECT step, rid, form FROM derived`).Scan(&p.step, &p.rid, &p.form)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		through, err := t.rederiveStep(&p, limit)
		if err != nil {
			return err
		}
		if through {
			next := map[string]string{stepCustomers: stepTickets, stepTickets: stepSweep, stepSweep: stepForget}[p.step]
			if next == "" {
				more = false
				if err := t.dropOlder(); err != nil {
					return err
				}
				return errors.Join(t.exec(`DELETE FROM derived`), t.exec(`UPDATE replica SET deriver = ?`, deriverVersion))
			}
			p = progress{step: next}
		}
		if p.step == stepForget {
			s.older.Store(false) // everybody is found by the new forms
		}
		return t.exec(`INSERT INTO derived (one, step, rid, form) VALUES (1, ?, ?, ?)
			ON CONFLICT (one) DO UPDATE SET step = excluded.step, rid = excluded.rid, form = excluded.form`, p.step, p.rid, p.form)
	})
	return more, err
}

// rederiveStep goes on until the limit and reports whether the step is through.
func (t *tx) rederiveStep(p *progress, limit time.Duration) (through bool, err error) {
	for begun, first := time.Now(), true; first || !through && err == nil && time.Since(begun) < limit; first = false {
		switch p.step {
		case stepCustomers:
			through, err = t.rederiveTable(p, `SELECT rid, key, body FROM customer WHERE rid > ? ORDER BY rid LIMIT ?`, t.rederiveCustomer)
		case stepTickets:
			through, err = t.rederiveTable(p, `SELECT rid, key, body FROM ticket WHERE rid > ? ORDER BY rid LIMIT ?`, t.rederiveTicket)
		case stepSweep:
			through, err = t.sweepForms(p)
		default:
			through, err = t.forgetOlder()
		}
	}
	return through, err
}

// rederiveTable does the next rows behind p and reports whether those were the last.
func (t *tx) rederiveTable(p *progress, query string, do func(stored, string) error) (through bool, err error) {
	var list []stored
	var keys []string
	err = t.each(query, func(r scanner) error {
		var one stored
		var key string
		err := r.Scan(&one.rid, &key, (*[]byte)(&one.body))
		list, keys = append(list, one), append(keys, key)
		return err
	}, p.rid, rederiveAtOnce)
	if err != nil {
		return false, err
	}
	for at, one := range list {
		if err := do(one, keys[at]); err != nil {
			return false, err
		}
		p.rid = one.rid
	}
	return len(list) < rederiveAtOnce, nil
}

func (t *tx) rederiveCustomer(one stored, key string) error {
	lookup, err := customerColumns(one.body)
	if err != nil {
		return err
	}
	if err := t.exec(`UPDATE customer SET number = ?, name = ? WHERE rid = ?`, append(lookup, one.rid)...); err != nil {
		return err
	}
	c, there := held(one.body)
	f := formsOf(c, there)
	if err := t.putForms(one.rid, f.rows); err != nil {
		return err
	}
	if err := t.putGrams(one.rid, f.grams, true); err != nil {
		return err
	}
	return t.approach(one.rid, key, c, f.subject, there, false)
}

func (t *tx) rederiveTicket(one stored, _ string) error {
	return t.numberTicket(one.rid, nil, one.body)
}

// sweepForms takes rows of form away that only an older deriver made.
func (t *tx) sweepForms(p *progress) (through bool, err error) {
	type row struct {
		form     string
		customer int64
	}
	var gone []row
	n := 0
	err = t.each(`SELECT form, customer, made FROM form WHERE (form, customer) > (?, ?) ORDER BY form, customer LIMIT ?`, func(r scanner) error {
		n++
		var made int
		if err := r.Scan(&p.form, &p.rid, &made); err != nil {
			return err
		}
		if made < deriverVersion {
			gone = append(gone, row{p.form, p.rid})
		}
		return nil
	}, p.form, p.rid, sweepAtOnce)
	if err != nil {
		return false, err
	}
	for _, g := range gone {
		if err := t.exec(`DELETE FROM form WHERE form = ? AND customer = ?`, g.form, g.customer); err != nil {
			return false, err
		}
	}
	return n < sweepAtOnce, nil
}

// olderTables are those that the first schema kept search forms in, with what empties them: to drop full ones
// at once would hold the writer for long.
//
//nolint:gochecknoglobals // constant in all but name
var olderTables = [...]struct{ name, drop, empty string }{
	{"phone", `DROP TABLE phone`, `DELETE FROM phone WHERE (rev, customer) IN (SELECT rev, customer FROM phone LIMIT ?)`},
	{"reading", `DROP TABLE reading`, `DELETE FROM reading WHERE (reading, customer) IN (SELECT reading, customer FROM reading LIMIT ?)`},
	{"customer_text_data", ``, `DELETE FROM customer_text_data WHERE id IN (SELECT id FROM customer_text_data LIMIT ?)`},
	{"customer_text_docsize", ``, `DELETE FROM customer_text_docsize WHERE id IN (SELECT id FROM customer_text_docsize LIMIT ?)`},
	{"customer_text", `DROP TABLE customer_text`, ``},
}

// forgetOlder empties these tables.
func (t *tx) forgetOlder() (through bool, err error) {
	for _, old := range olderTables {
		there, err := t.hasTable(old.name)
		if err != nil {
			return false, err
		}
		if old.empty == "" || !there {
			continue
		}
		result, err := t.affected(old.empty, forgetAtOnce)
		if err != nil {
			return false, err
		}
		if n, err := result.RowsAffected(); err != nil || n > 0 {
			return false, err
		}
	}
	return true, nil
}

func (t *tx) dropOlder() error {
	for _, old := range olderTables {
		there, err := t.hasTable(old.name)
		if err != nil {
			return err
		}
		if old.drop != "" && there {
			if err := t.exec(old.drop); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tx) hasTable(name string) (there bool, err error) {
	err = t.row(`SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)`, name).Scan(&there)
	return there, err
}
