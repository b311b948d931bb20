package localstore

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/callbench/callbench/desk"
)

// checkAtOnce bounds the rows that are in memory while derived forms are compared.
const checkAtOnce = 500

// lookups are the columns that a table's columns.of gives, in its order.
//
//nolint:gochecknoglobals // constant in all but name
var lookups = map[desk.Table]string{
	desk.TableCustomer: "number, name",
	desk.TableContact:  "customer, at",
	desk.TableCallback: "customer, owner, done, at",
	desk.TableTicket:   "customer, created_at",
	desk.TableConflict: "about, loser, seen, at",
}

// checkedRow is a row with its lookup columns.
type checkedRow struct {
	rid    int64
	key    string
	body   json.RawMessage
	lookup []any
}

// derived makes what is derived of each record once more and compares it with what is kept. Forms of an older
// program, which Maintain is still to make anew, are not looked at.
func (c *check) derived(ctx context.Context, conn *sql.Conn) error {
	var version int
	if err := conn.QueryRowContext(ctx, `SELECT deriver FROM replica`).Scan(&version); err != nil {
		return err
	}
	if version != deriverVersion {
		c.skip(fmt.Sprintf("the search forms are of version %d, this program makes %d", version, deriverVersion), PartDerived)
		return nil
	}
	for _, table := range tablesInOrder() {
		if table == desk.TableConflict && c.r.Schema < countedSchema {
			continue
		}
		if err := c.derivedTable(ctx, conn, table); err != nil {
			return err
		}
	}
	return c.leftovers(ctx, conn)
}

func (c *check) derivedTable(ctx context.Context, conn *sql.Conn, table desk.Table) error {
	// The texts are this package's own.
	query := `SELECT rid, key, body, ` + lookups[table] + ` FROM ` + string(table) + ` WHERE rid > ? ORDER BY rid LIMIT ?` //nolint:gosec // constants
	columns := len(bytes.Split([]byte(lookups[table]), []byte(",")))
	for last, more := int64(0), true; more; {
		var list []checkedRow
		rows, err := conn.QueryContext(ctx, query, last, checkAtOnce)
		err = eachRow(rows, err, func(r scanner) error {
			one := checkedRow{lookup: make([]any, columns)}
			into := []any{&one.rid, &one.key, (*[]byte)(&one.body)}
			for i := range one.lookup {
				into = append(into, &one.lookup[i])
			}
			err := r.Scan(into...)
			list = append(list, one)
			return err
		})
		if err != nil {
			return err
		}
		for _, one := range list {
			if err := c.derivedRow(ctx, conn, table, one); err != nil {
				return err
			}
			last = one.rid
		}
		c.r.Checked[string(table)] += int64(len(list))
		more = len(list) == checkAtOnce
	}
	return nil
}

func (c *check) derivedRow(ctx context.Context, conn *sql.Conn, table desk.Table, one checkedRow) error {
	at := where(place{table, one.key})
	want, err := tables[table].of(one.body)
	if err != nil {
		c.r.found(PartDerived, "the record is malformed", at)
		return nil //nolint:nilerr // told as a finding
	}
	for i, v := range want {
		if n, ok := v.(int); ok {
			v = int64(n)
		}
		if !reflect.DeepEqual(v, one.lookup[i]) {
			c.r.found(PartDerived, "its look-up columns are not what the record says", at)
			break
		}
	}
	if table != desk.TableCustomer {
		return nil
	}
	missing, err := missingForms(ctx, conn, one)
	if err != nil {
		return err
	}
	if missing {
		c.r.found(PartDerived, "its search forms are not what the record says", at)
	}
	return nil
}

// missingForms reports whether a form by which the customer must be found is not there.
func missingForms(ctx context.Context, conn *sql.Conn, one checkedRow) (bool, error) {
	var found int
	for _, form := range formsOf(held(one.body)).rows {
		if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM form WHERE form = ? AND customer = ?`, form, one.rid).Scan(&found); err != nil || found == 0 {
			return true, err
		}
	}
	err := conn.QueryRowContext(ctx, `SELECT count(*) FROM gram WHERE rowid = ?`, one.rid).Scan(&found)
	return found == 0, err
}

// leftovers finds search forms of records that are gone.
func (c *check) leftovers(ctx context.Context, conn *sql.Conn) error {
	leftovers := map[string]string{
		"form": `SELECT count(*) FROM form WHERE customer NOT IN (SELECT rid FROM customer)`,
		"near": `SELECT count(*) FROM near WHERE customer NOT IN (SELECT rid FROM customer)`,
		"gram": `SELECT count(*) FROM gram WHERE rowid NOT IN (SELECT rid FROM customer)`,
	}
	if c.r.Schema >= talkSchema {
		leftovers["listed"] = `SELECT count(*) FROM listed WHERE customer NOT IN (SELECT rid FROM customer)`
		leftovers["visited"] = `SELECT count(*) FROM visited WHERE contact NOT IN (SELECT rid FROM contact)`
		leftovers["ticket_open"] = `SELECT count(*) FROM ticket_open WHERE ticket NOT IN (SELECT rid FROM ticket)`
		leftovers["seen"] = `SELECT count(*) FROM seen WHERE customer NOT IN (SELECT key FROM customer)`
		leftovers["talk"] = `SELECT count(*) FROM talk WHERE rowid NOT IN (SELECT rid FROM contact)`
	}
	for table, query := range leftovers {
		var n int
		if err := conn.QueryRowContext(ctx, query).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			c.r.found(PartDerived, fmt.Sprintf("%d search forms of records that are not there", n), table)
		}
	}
	return nil
}

// sameDocument compares two JSON documents; how they are written does not matter.
func sameDocument(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}
