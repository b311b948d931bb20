package central

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// planned is an engine that looks at the plan of every statement: one that reads a table from end to end, or sorts
// what it read, takes the longer the more rows there are.
type planned struct {
	engine
	t    *testing.T
	seen map[string]bool
}

func (p *planned) read(ctx context.Context, f func(q queryer) error) error {
	return p.engine.read(ctx, func(q queryer) error { return f(&plannedQueryer{q, p}) })
}

func (p *planned) write(ctx context.Context, f func(q queryer) error) error {
	return p.engine.write(ctx, func(q queryer) error { return f(&plannedQueryer{q, p}) })
}

type plannedQueryer struct {
	queryer
	p *planned
}

func (q *plannedQueryer) look(ctx context.Context, query string, args []any) {
	verb, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	if q.p.seen[query] || !slices.Contains([]string{"SELECT", "INSERT", "UPDATE", "DELETE"}, verb) {
		return
	}
	q.p.seen[query] = true
	rows, err := q.queryer.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		q.p.t.Errorf("%s: %v", query, err)
		return
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var line string
		if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
			q.p.t.Error(err)
		}
		if strings.Contains(query, "UNION") && strings.Contains(line, "TEMP B-TREE") {
			continue // writer.placeRange sorts the rows of one batch
		}
		if words := strings.Fields(line); words[0] == "SEARCH" && words[len(words)-1] == "(org=?)" && // all of the organisation's
			slices.Contains([]string{"record", "r", "placing", "p", "op", "history", "queue_event", "seal", "chain_text", "lease"}, words[1]) {
			q.p.t.Errorf("%s\nby: %s", query, line)
		}
		if strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "CONSTANT ROW") || strings.Contains(line, "TEMP B-TREE") {
			q.p.t.Errorf("%s\nby: %s", query, line)
		}
	}
	if err := rows.Err(); err != nil {
		q.p.t.Error(err)
	}
}

func (q *plannedQueryer) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	q.look(ctx, query, args)
	return q.queryer.ExecContext(ctx, query, args...)
}

func (q *plannedQueryer) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	q.look(ctx, query, args)
	return q.queryer.QueryContext(ctx, query, args...)
}

func (q *plannedQueryer) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	q.look(ctx, query, args)
	return q.queryer.QueryRowContext(ctx, query, args...)
}

func TestPushPullAndPoolReadByIndexWhateverTheScope(t *testing.T) {
	c, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, u := range []User{{Name: "li", Role: desk.RoleAgent, Group: "sales"}, {Name: "chen", Role: desk.RoleLead, Group: "sales"}, {Name: "root", Role: desk.RoleAdmin}} {
		if err := c.AddUser(t.Context(), u, "correct horse"); err != nil {
			t.Fatal(err)
		}
	}
	spy := &planned{engine: c.db, t: t, seen: map[string]bool{}}
	c.db = spy
	set := func(table desk.Table, key, fields, condition string) desk.Change {
		return desk.Change{Table: table, Key: key, Fields: json.RawMessage(fields), If: json.RawMessage(condition)}
	}
	desks := 0
	push := func(u User, changes ...desk.Change) {
		t.Helper()
		desks++
		id := fmt.Sprintf("desk-%08d", desks)
		out, err := c.push(t.Context(), session{user: u, rule: PolicyGroup}, wire.Push{Desk: id, Ops: []desk.Op{{ID: id + "-op", N: 1, Kind: "test", Version: 1, Changes: changes}}})
		if err != nil || len(out.Refused) > 0 {
			t.Fatalf("%+v, %v", out, err)
		}
	}
	li, chen, root := User{Name: "li", Role: desk.RoleAgent, Group: "sales"}, User{Name: "chen", Role: desk.RoleLead, Group: "sales"}, User{Name: "root", Role: desk.RoleAdmin}
	for _, policy := range []Policy{PolicyGroup, PolicyOwn, PolicyAll} {
		if _, err := c.SetPolicy(t.Context(), policy); err != nil {
			t.Fatal(err)
		}
		a, b := "cust-"+string(policy)+"-1", "cust-"+string(policy)+"-2"
		push(li, set(desk.TableCustomer, a, `{"name":"a"}`, ""), set(desk.TableCustomer, b, `{"name":"b"}`, ""),
			set(desk.TableContact, "cont-"+string(policy), `{"customer":"`+a+`","at":1}`, ""),
			set(desk.TableCallback, "call-"+string(policy), `{"customer":"`+a+`","at":1}`, ""),
			set(desk.TableTicket, "tick-"+string(policy), `{"customer":"`+a+`","kind":"fault"}`, ""))
		push(chen, set(desk.TableTicket, "tick-"+string(policy), `{"state":"assigned","kind":"other"}`, `{"state":"accepted"}`)) // kind is a conflict
		push(li, set(desk.TableCustomer, a, `{"pooled_at":1}`, ""))
		push(chen, set(desk.TableCustomer, a, `{"pooled_at":null}`, ""))
		push(li, set(desk.TableCustomer, b, `{"pooled_at":1}`, ""))
		for _, u := range []User{li, chen, root} {
			s := session{user: u, rule: policy}
			in := wire.Pull{Desk: "desk-pulling", Acked: 1, Limit: 3}
			for last := false; !last; {
				page, err := c.pull(t.Context(), s, in)
				if err != nil {
					t.Fatal(err)
				}
				in.Cursor, in.Epoch, last = page.To, page.Epoch, page.Last
			}
			if _, err := c.pool(t.Context(), s, wire.Pool{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := c.AgePool(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Place(t.Context(), User{Name: "li", Role: desk.RoleAgent, Group: "repair"}); err != nil {
		t.Fatal(err)
	}
	if err := c.Remove(t.Context(), desk.TableTicket, "tick-own"); err != nil {
		t.Fatal(err)
	}
	if err := c.Compact(t.Context(), c.now()+1); err != nil {
		t.Fatal(err)
	}
	if err := c.lapse(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(spy.seen) < 30 {
		t.Errorf("only %d statements were looked at", len(spy.seen))
	}
}
