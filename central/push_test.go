package central_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

func staffed(t *testing.T) (*rig, map[string]string) {
	t.Helper()
	r := newRig(t, central.Config{})
	return r, staff(r)
}

// staff adds people of each role and signs them in.
func staff(r *rig) map[string]string {
	r.t.Helper()
	tokens := map[string]string{}
	for _, u := range []central.User{
		{Name: "li", Role: desk.RoleAgent, Group: "sales"},
		{Name: "wang", Role: desk.RoleAgent, Group: "sales"},
		{Name: "zhao", Role: desk.RoleAgent, Group: "repair"},
		{Name: "chen", Role: desk.RoleLead, Group: "sales"},
		{Name: "root", Role: desk.RoleAdmin},
		{Name: "tech", Role: desk.RoleMaintainer},
	} {
		r.user(u.Name, u.Role, u.Group)
		tokens[u.Name] = r.token(u.Name)
	}
	return tokens
}

func TestOpsAreTakenOnceInOrderAndACopiedDeskIsFound(t *testing.T) {
	r, tokens := staffed(t)
	one := op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1000,"content":"一"}`))
	two := op(2, "op-00000002", set(desk.TableContact, "contact-2", `{"at":2000,"content":"二"}`))
	if f := refused(r, wire.MethodPush, tokens["li"], wire.Push{Desk: deskA, Ops: []desk.Op{two}}); f.Cause != wire.CauseGap || f.LastN != 0 {
		t.Fatalf("op 2 without op 1: %+v", f)
	}
	r.push(tokens["li"], deskA, one)
	row, err := r.central.Row(t.Context(), desk.TableContact, "contact-1")
	if err != nil {
		t.Fatal(err)
	}
	r.push(tokens["li"], deskA, one, two) // the answer was lost
	again, err := r.central.Row(t.Context(), desk.TableContact, "contact-1")
	if err != nil || again.Seq != row.Seq {
		t.Errorf("op 1 was applied twice: seq %d then %d, %v", row.Seq, again.Seq, err)
	}
	other := op(2, "op-00000009", set(desk.TableContact, "contact-9", `{"at":9000}`))
	if f := refused(r, wire.MethodPush, tokens["li"], wire.Push{Desk: deskA, Ops: []desk.Op{other}}); f.Cause != wire.CauseCloned {
		t.Errorf("another op under number 2: %+v", f)
	}
	if f := refused(r, wire.MethodPush, tokens["wang"], wire.Push{Desk: deskA, Ops: []desk.Op{one}}); f.Cause != wire.CauseCloned {
		t.Errorf("another user under the desk id: %+v", f)
	}
	three := op(3, "op-00000003", set(desk.TableContact, "contact-3", `{"at":3000}`))
	copied := wire.Push{Desk: deskA, Ops: []desk.Op{three}, BeforeID: "op-00000009"}
	if f := refused(r, wire.MethodPush, tokens["li"], copied); f.Cause != wire.CauseCloned {
		t.Errorf("an op behind another op 2: %+v", f)
	}
	// Under its new id the desk sends what it does not know to be taken; central knows it by its id.
	moved := two
	moved.N = 1
	moved.Changes = []desk.Change{set(desk.TableContact, "contact-2", `{"n":1,"desk":"desk-bbbbbbbb","content":"二","at":2000}`)}
	r.push(tokens["li"], deskB, moved)
	c, err := r.central.Contact(t.Context(), "contact-2")
	if err != nil || c.Desk != deskA || c.N != 2 {
		t.Errorf("the op was applied again: %+v, %v", c, err)
	}
}

func TestABadOpIsRefusedWithItsCodeAndWhatNeedsItToo(t *testing.T) {
	big := strings.Repeat("长", desk.MaxOpBytes/3)
	many := make([]desk.Change, desk.MaxOpChanges+1)
	for i := range many {
		many[i] = set(desk.TableContact, "contact-x", `{"at":1}`)
	}
	none := op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1}`))
	none.Version = 0
	foreign := op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1}`))
	foreign.Org = "others"
	long := op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1}`))
	long.Kind = strings.Repeat("k", 65)
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	put(t, r, desk.TableCustomer, "customer-7", desk.Customer{Name: "王五", Group: "repair"})
	token := r.token("li")
	for name, c := range map[string]struct {
		op   desk.Op
		code string
	}{
		"no changes":          {op(1, "op-00000001"), "invalid"},
		"too many changes":    {op(1, "op-00000001", many...), "invalid"},
		"too long":            {op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1,"content":"`+big+`"}`)), "invalid"},
		"no id":               {op(1, "", set(desk.TableContact, "contact-1", `{"at":1}`)), "invalid"},
		"no version":          {none, "invalid"},
		"other organisation":  {foreign, "forbidden"},
		"unknown table":       {op(1, "op-00000001", set("user", "contact-1", `{"at":1}`)), "invalid"},
		"strange key":         {op(1, "op-00000001", set(desk.TableContact, "a b", `{"at":1}`)), "invalid"},
		"endless kind":        {long, "invalid"},
		"unknown field":       {op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1,"role":"admin"}`)), "invalid"},
		"fields not object":   {op(1, "op-00000001", set(desk.TableContact, "contact-1", `[1]`)), "invalid"},
		"wrong type":          {op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1,"content":7}`)), "invalid"},
		"unknown word":        {op(1, "op-00000001", set(desk.TableTicket, "ticket-11", `{"state":"exploded"}`)), "invalid"},
		"id of another row":   {op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1,"id":"contact-2"}`)), "invalid"},
		"contact at no time":  {op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"content":"x"}`)), "invalid"},
		"contact of others":   {op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1,"agent":"wang"}`)), "forbidden"},
		"unknown customer":    {op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1,"customer":"customer-404"}`)), "gone"},
		"customer of no name": {op(1, "op-00000001", set(desk.TableCustomer, "customer-1", `{"company":"x"}`)), "invalid"},
		"other group's":       {op(1, "op-00000001", set(desk.TableCustomer, "customer-7", `{"company":"x"}`)), "forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			deskID := "desk-" + strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), "'", "-")
			if c.op.ID != "" {
				c.op.ID = deskID + "-1"
			}
			needing := op(2, deskID+"-2", set(desk.TableContact, deskID+"-8", `{"at":1}`))
			needing.Needs = 1
			good := op(3, deskID+"-3", set(desk.TableContact, deskID+"-9", `{"at":1}`))
			codes := r.push(token, deskID, c.op, needing, good)
			if codes[1] != c.code || codes[2] != "needs_refused" || codes[3] != "" {
				t.Errorf("codes %v, want %s for op 1", codes, c.code)
			}
			again := r.push(token, deskID, c.op)
			if again[1] != c.code {
				t.Errorf("sent again: %v", again)
			}
			if _, err := r.central.Row(t.Context(), desk.TableContact, "contact-1"); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("a refused op left a row: %v", err)
			}
		})
	}
}

// put makes central hold a row.
func put(t *testing.T, r *rig, table desk.Table, key string, row any) {
	t.Helper()
	text, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.central.Import(t.Context(), slices.Values([]desk.Row{{Table: table, Key: key, Body: text}})); err != nil {
		t.Fatal(err)
	}
}

func TestAnOpHappensWholeOrNotAtAll(t *testing.T) {
	r, tokens := staffed(t)
	codes := r.push(tokens["li"], deskA, op(1, "op-00000001",
		set(desk.TableCustomer, "customer-1", `{"name":"张三"}`),
		set(desk.TableTicket, "ticket-11", `{"kind":"fault","customer":"customer-1"}`),
		set(desk.TableContact, "contact-1", `{"at":1,"agent":"root"}`)))
	if codes[1] != "forbidden" {
		t.Fatalf("codes %v", codes)
	}
	if _, err := r.central.Row(t.Context(), desk.TableCustomer, "customer-1"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("half of the op is there: %v", err)
	}
	r.push(tokens["li"], deskA, op(2, "op-00000002", set(desk.TableTicket, "ticket-22", `{"kind":"fault","number":"MINE"}`)))
	var ticket desk.Ticket
	row, err := r.central.Row(t.Context(), desk.TableTicket, "ticket-22")
	if err != nil || json.Unmarshal(row.Body, &ticket) != nil || ticket.Number != "T000001" || ticket.State != desk.TicketAccepted {
		t.Errorf("ticket %s, %v; want the first number, central's", row.Body, err)
	}
}

func TestContactsAppendAndOnlyTheirAuthorOrLeadCorrects(t *testing.T) {
	r, tokens := staffed(t)
	r.push(tokens["li"], deskA, op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1000,"content":"原文"}`)))
	if codes := r.push(tokens["wang"], deskB, op(1, "op-00000002", set(desk.TableContact, "contact-1", `{"content":"改"}`))); codes[1] != "forbidden" {
		t.Errorf("a colleague's change: %v", codes)
	}
	if codes := r.push(tokens["li"], deskA, op(2, "op-00000003", set(desk.TableContact, "contact-1", `{"at":2000}`))); codes[2] != "conflict" {
		t.Errorf("another time: %v", codes)
	}
	r.push(tokens["li"], deskA, op(3, "op-00000004", set(desk.TableContact, "contact-1", `{"content":"更正","at":1000}`)))
	r.push(tokens["chen"], "desk-cccccccc", op(1, "op-00000005", set(desk.TableContact, "contact-1", `{"content":"班长更正","agent":"chen"}`)))
	c, err := r.central.Contact(t.Context(), "contact-1")
	if err != nil || c.Content != "班长更正" || c.Agent != "li" || c.At != 1000 || c.N != 1 {
		t.Errorf("contact %+v, %v", c, err)
	}
	past, err := r.central.Replaced(t.Context(), desk.TableContact, "contact-1")
	if err != nil || len(past) != 2 || past[0].Value != `"原文"` || past[1].Value != `"更正"` || past[0].User != "li" {
		t.Errorf("history %+v, %v", past, err)
	}
}

func TestTheLaterArrivalWinsAndTheLoserIsKept(t *testing.T) {
	r, tokens := staffed(t)
	r.push(tokens["li"], deskA, op(1, "op-00000001", set(desk.TableTicket, "ticket-11", `{"kind":"fault","subject":"一","detail":"d"}`)))
	row, err := r.central.Row(t.Context(), desk.TableTicket, "ticket-11")
	if err != nil {
		t.Fatal(err)
	}
	seen := func(base int64, fields string) desk.Change {
		ch := set(desk.TableTicket, "ticket-11", fields)
		ch.Base = base
		return ch
	}
	r.push(tokens["li"], deskA, op(2, "op-00000002", seen(row.Seq, `{"subject":"二"}`)))
	r.push(tokens["wang"], deskB,
		op(1, "op-00000003", seen(row.Seq, `{"subject":"三","detail":"e"}`)),
		op(2, "op-00000004", seen(row.Seq, `{"subject":"四"}`))) // over the own one: no conflict
	past, err := r.central.Replaced(t.Context(), desk.TableTicket, "ticket-11")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, p := range past {
		got[p.Value] = p.Conflict
	}
	want := map[string]bool{`"一"`: false, `"二"`: true, `"三"`: false, `"d"`: false}
	for value, conflict := range want {
		if is, there := got[value]; !there || is != conflict {
			t.Errorf("%s: kept %v, conflict %v; want conflict %v", value, there, is, conflict)
		}
	}
}

func TestACallbackGoesOnlyWhereItMay(t *testing.T) {
	r, tokens := staffed(t)
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Group: "sales"})
	r.push(tokens["li"], deskA,
		op(1, "op-00000001", set(desk.TableCallback, "callback-1", `{"customer":"customer-1","wall":"2026-12-01T10:00","zone":"Asia/Shanghai","at":1}`)),
		op(2, "op-00000002", set(desk.TableCallback, "callback-1", `{"state":"done"}`)))
	if codes := r.push(tokens["wang"], deskB, op(1, "op-00000003", set(desk.TableCallback, "callback-1", `{"state":"open"}`))); codes[1] != "conflict" {
		t.Errorf("a done callback was opened again: %v", codes)
	}
	r.push(tokens["li"], deskA, op(3, "op-00000005",
		set(desk.TableCallback, "callback-2", `{"customer":"customer-1","wall":"2026-12-01T10:00","zone":"Asia/Shanghai","at":1}`),
		set(desk.TableCallback, "callback-2", `{"state":null,"note":"x"}`)))
	var left desk.Callback
	if row, err := r.central.Row(t.Context(), desk.TableCallback, "callback-2"); err != nil || json.Unmarshal(row.Body, &left) != nil ||
		left.State != desk.CallbackOpen || left.Note != "x" {
		t.Errorf("a callback whose state was cleared: %s, %v", row.Body, err)
	}
	if codes := r.push(tokens["zhao"], "desk-cccccccc", op(1, "op-00000004", set(desk.TableCallback, "callback-1", `{"note":"x"}`))); codes[1] != "forbidden" {
		t.Errorf("another group's callback was changed: %v", codes)
	}
}

// all pulls a first checkpoint and gives the rows as they stand at its end.
func (r *rig) all(token string, limit int) (map[string]desk.Row, desk.Page) {
	r.t.Helper()
	var page desk.Page
	rows := map[string]desk.Row{}
	for range 1000 {
		page = call[desk.Page](r, wire.MethodPull, token, wire.Pull{Desk: deskA, Cursor: page.To, Epoch: page.Epoch, Limit: limit})
		if page.Reset {
			clear(rows)
		}
		for _, row := range page.Rows {
			rows[row.Key] = row
		}
		if page.Last {
			return rows, page
		}
	}
	r.t.Fatal("a checkpoint without end")
	return nil, page
}

func TestEachRolePullsItsScope(t *testing.T) {
	r, tokens := staffed(t)
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Group: "sales", Company: "甲"})
	put(t, r, desk.TableCustomer, "customer-2", desk.Customer{Name: "李四", Group: "repair", Company: "乙"})
	put(t, r, desk.TableContact, "contact-1", desk.Contact{Customer: "customer-1", Group: "sales", At: 1})
	put(t, r, desk.TableContact, "contact-2", desk.Contact{Customer: "customer-2", Group: "repair", At: 1})
	for user, want := range map[string]string{
		"li": "contact-1 customer-1 customer-2(stub)", "zhao": "contact-2 customer-1(stub) customer-2",
		"chen": "contact-1 customer-1 customer-2(stub)", "root": "contact-1 contact-2 customer-1 customer-2", "tech": "",
	} {
		for _, limit := range []int{1, 2, 500} {
			rows, _ := r.all(tokens[user], limit)
			var got []string
			for key, row := range rows {
				if strings.Contains(string(row.Body), `"stub":true`) {
					key += "(stub)"
					if strings.Contains(string(row.Body), "company") {
						t.Errorf("%s: a stub tells %s", user, row.Body)
					}
				}
				got = append(got, key)
			}
			slices.Sort(got)
			if s := strings.Join(got, " "); s != want {
				t.Errorf("%s in pages of %d holds %q, want %q", user, limit, s, want)
			}
		}
	}
	if f := refused(r, wire.MethodPush, tokens["tech"], wire.Push{Desk: deskA, Ops: []desk.Op{op(1, "op-00000001")}}); f.Code != wire.CodeForbidden {
		t.Errorf("a maintainer pushes: %+v", f)
	}
}

func TestAnotherScopeFloorOrEpochIsAFreshSnapshot(t *testing.T) {
	r, tokens := staffed(t)
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Group: "sales"})
	put(t, r, desk.TableContact, "contact-1", desk.Contact{Customer: "customer-1", Group: "sales", At: 1})
	_, page := r.all(tokens["li"], 500)
	if next := r.pull(tokens["li"], deskA, page.To, page.Epoch, 0); next.Reset || len(next.Rows) != 0 || !next.Last {
		t.Fatalf("a second pull: %+v", next)
	}
	if next := r.pull(tokens["li"], deskA, page.To, "another", 0); !next.Reset {
		t.Error("another epoch is no reset")
	}
	if next := r.pull(tokens["li"], deskA, "garbage", page.Epoch, 0); !next.Reset {
		t.Error("a foreign cursor is no reset")
	}
	// The customer leaves for another group with its contacts: the desk is told, or starts afresh.
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Group: "repair"})
	put(t, r, desk.TableContact, "contact-1", desk.Contact{Customer: "customer-1", Group: "repair", At: 1})
	told := r.pull(tokens["li"], deskA, page.To, page.Epoch, 0)
	removed := slices.ContainsFunc(told.Rows, func(row desk.Row) bool {
		return row.Key == "contact-1" && row.Removed && !row.Erased && row.Body == nil
	})
	if told.Reset || !removed {
		t.Errorf("the row that left: %+v", told)
	}
	if err := r.central.Compact(t.Context(), desk.MillisOf(time.Now().Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	if next := r.pull(tokens["li"], deskA, page.To, page.Epoch, 0); !next.Reset {
		t.Error("a cursor below the floor is no reset")
	}
	if next := r.pull(tokens["li"], deskA, told.To, told.Epoch, 0); next.Reset {
		t.Error("a cursor above the floor is a reset")
	}
	if err := r.central.Place(t.Context(), central.User{Name: "li", Role: desk.RoleAgent, Group: "repair"}); err != nil {
		t.Fatal(err)
	}
	if next := r.pull(tokens["li"], deskA, told.To, told.Epoch, 0); !next.Reset {
		t.Error("another group is no reset")
	}
}

func TestOnlyTheLastPageReleasesAndNeverMoreThanAcknowledged(t *testing.T) {
	r, tokens := staffed(t)
	for i, key := range []string{"contact-1", "contact-2", "contact-3"} {
		r.push(tokens["li"], deskA, op(int64(i+1), "op-0000000"+key[8:], set(desk.TableContact, key, `{"at":1}`)))
	}
	page := call[desk.Page](r, wire.MethodPull, tokens["li"], wire.Pull{Desk: deskA, Acked: 3, Limit: 1})
	if page.Last || page.LastN != 0 {
		t.Errorf("the first of three pages: %+v", page)
	}
	if page := r.pull(tokens["li"], deskA, "", "", 2); page.LastN != 2 {
		t.Errorf("released up to %d of 2 acknowledged", page.LastN)
	}
	if page := r.pull(tokens["li"], deskA, "", "", 99); page.LastN != 3 {
		t.Errorf("released up to %d of 3 taken", page.LastN)
	}
	if page := r.pull(tokens["wang"], deskB, "", "", 99); page.LastN != 0 {
		t.Errorf("released %d of another desk", page.LastN)
	}
}

func TestWhatWasRemovedNeverComesBack(t *testing.T) {
	r, tokens := staffed(t)
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Group: "sales"})
	_, page := r.all(tokens["li"], 500)
	if err := r.central.Remove(t.Context(), desk.TableCustomer, "customer-1"); err != nil {
		t.Fatal(err)
	}
	next := r.pull(tokens["li"], deskA, page.To, page.Epoch, 0)
	if len(next.Rows) != 1 || !next.Rows[0].Removed || !next.Rows[0].Erased {
		t.Errorf("the removal is not told: %+v", next)
	}
	if err := r.central.Compact(t.Context(), desk.MillisOf(time.Now().Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	codes := r.push(tokens["li"], deskA, op(1, "op-00000001", set(desk.TableCustomer, "customer-1", `{"name":"张三"}`)))
	if codes[1] != "gone" {
		t.Errorf("an op for a removed row: %v", codes)
	}
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Group: "sales"})
	if rows, _ := r.all(tokens["li"], 500); len(rows) != 0 {
		t.Errorf("it came back: %v", rows)
	}
}

func TestATierIsComputedNotTyped(t *testing.T) {
	r, tokens := staffed(t)
	tier := func(key string) desk.Tier {
		t.Helper()
		var c desk.Customer
		row, err := r.central.Row(t.Context(), desk.TableCustomer, key)
		if err != nil || json.Unmarshal(row.Body, &c) != nil {
			t.Fatalf("%s, %v", row.Body, err)
		}
		return c.Tier
	}
	r.push(tokens["li"], deskA,
		op(1, "op-00000001", set(desk.TableCustomer, "customer-1", `{"name":"张三","tier":"potential"}`)),
		op(2, "op-00000002", set(desk.TableCustomer, "customer-2", `{"name":"李四","tier":"loyal"}`)),
		op(3, "op-00000003", set(desk.TableCustomer, "customer-1", `{"tier":"loyal"}`)))
	r.push(tokens["root"], deskB, op(1, "op-00000004", set(desk.TableCustomer, "customer-3", `{"name":"王五","tier":"loyal"}`)))
	for key, want := range map[string]desk.Tier{"customer-1": desk.TierPotential, "customer-2": "", "customer-3": desk.TierLoyal} {
		if got := tier(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}
