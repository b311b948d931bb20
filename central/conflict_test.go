package central_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
)

const deskC, deskD = "desk-cccccccc", "desk-dddddddd"

// conflicts gives the conflicts among rows.
func conflicts(t *testing.T, rows map[string]desk.Row) []desk.Conflict {
	t.Helper()
	var list []desk.Conflict
	for _, row := range rows {
		if row.Table != desk.TableConflict || row.Removed {
			continue
		}
		var c desk.Conflict
		if err := json.Unmarshal(row.Body, &c); err != nil || c.ID != row.Key {
			t.Fatalf("%s, %v", row.Body, err)
		}
		list = append(list, c)
	}
	return list
}

// quarrel makes wang overwrite what li has put into a ticket, and gives the conflict.
func quarrel(t *testing.T, r *rig, tokens map[string]string) desk.Conflict {
	t.Helper()
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Group: "sales"})
	r.push(tokens["li"], deskA, op(1, "op-00000001", set(desk.TableTicket, "ticket-11", `{"kind":"fault","customer":"customer-1","subject":"一"}`)))
	row, err := r.central.Row(t.Context(), desk.TableTicket, "ticket-11")
	if err != nil {
		t.Fatal(err)
	}
	r.push(tokens["li"], deskA, op(2, "op-00000002", set(desk.TableTicket, "ticket-11", `{"subject":"二"}`)))
	late := set(desk.TableTicket, "ticket-11", `{"subject":"三"}`)
	late.Base = row.Seq
	r.push(tokens["wang"], deskB, op(1, "op-00000003", late))
	rows, _ := r.all(tokens["li"], 500)
	list := conflicts(t, rows)
	if len(list) != 1 {
		t.Fatalf("conflicts %+v", list)
	}
	return list[0]
}

func TestAValueThatLostComesDownAsARowToTheLoserAndTheGroup(t *testing.T) {
	r, tokens := staffed(t)
	c := quarrel(t, r, tokens)
	if c.Table != desk.TableTicket || c.Key != "ticket-11" || c.Field != "subject" || string(c.Value) != `"二"` || c.User != "li" || c.Winner != "wang" ||
		c.Customer != "customer-1" || c.Group != "sales" || c.SeenBy != "" || c.At == 0 {
		t.Errorf("conflict %+v", c)
	}
	for user, want := range map[string]int{"li": 1, "wang": 1, "chen": 1, "root": 1, "zhao": 0, "tech": 0} {
		rows, _ := r.all(tokens[user], 500)
		if got := conflicts(t, rows); len(got) != want {
			t.Errorf("%s holds %d conflicts, want %d", user, len(got), want)
		}
	}
	if v, err := r.central.Verify(t.Context()); err != nil {
		t.Errorf("%+v, %v", v.Chain, err)
	}
}

func TestOnlyTheLoserOrALeadMarksAConflictAsSeenAndNothingElseOfIt(t *testing.T) {
	r, tokens := staffed(t)
	c := quarrel(t, r, tokens)
	seen := func(who string) desk.Change { return set(desk.TableConflict, c.ID, `{"seen_by":"`+who+`"}`) }
	for i, refusal := range []struct {
		user, code string
		change     desk.Change
	}{
		{"wang", "forbidden", seen("wang")},
		{"zhao", "forbidden", seen("zhao")},
		{"li", "forbidden", set(desk.TableConflict, c.ID, `{"value":"x"}`)},
		{"li", "forbidden", set(desk.TableConflict, c.ID, `{"seen_by":"li","winner":"li"}`)},
		{"li", "invalid", set(desk.TableConflict, c.ID, `{"seen_by":null}`)},
		{"li", "invalid", set(desk.TableConflict, "conflict-1", `{"seen_by":"li"}`)},
		{"root", "invalid", set(desk.TableConflict, "conflict-2", `{"table":"ticket","key":"ticket-11","field":"subject","seen_by":"root"}`)},
	} {
		id := fmt.Sprintf("desk-refused-%d", i)
		if codes := r.push(tokens[refusal.user], id, op(1, id+"-op", refusal.change)); codes[1] != refusal.code {
			t.Errorf("%s %s: %v, want %s", refusal.user, refusal.change.Fields, codes, refusal.code)
		}
	}
	r.push(tokens["li"], deskA, op(3, "op-00000004", seen("somebody")))
	rows, _ := r.all(tokens["chen"], 500)
	if list := conflicts(t, rows); len(list) != 1 || list[0].SeenBy != "li" || string(list[0].Value) != `"二"` {
		t.Errorf("after the loser saw it: %+v", list)
	}
	r.push(tokens["chen"], deskC, op(1, "op-00000005", seen("chen")))
	rows, _ = r.all(tokens["li"], 500)
	if list := conflicts(t, rows); len(list) != 1 || list[0].SeenBy != "chen" {
		t.Errorf("after the lead saw it: %+v", list)
	}
	if _, err := r.central.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAConflictGoesWithItsRowAndStaysWithTheLoser(t *testing.T) {
	r, tokens := staffed(t)
	c := quarrel(t, r, tokens)
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Group: "repair"})
	ticket := desk.Ticket{Customer: "customer-1", Group: "repair", Kind: "fault", Number: "T1", State: desk.TicketAccepted}
	put(t, r, desk.TableTicket, "ticket-11", ticket)
	held := func(user string) int {
		rows, _ := r.all(tokens[user], 500)
		return len(conflicts(t, rows))
	}
	if held("zhao") != 1 || held("li") != 1 {
		t.Errorf("after the row moved: the new group holds %d, the loser %d", held("zhao"), held("li"))
	}
	// The loser moves: what was lost comes along, while the new group of the row keeps it.
	if err := r.central.Place(t.Context(), central.User{Name: "li", Role: desk.RoleAgent, Group: "billing"}); err != nil {
		t.Fatal(err)
	}
	if held("li") != 1 || held("zhao") != 1 || held("wang") != 0 {
		t.Errorf("after the loser moved: loser %d, row's group %d, loser's old group %d", held("li"), held("zhao"), held("wang"))
	}
	_, page := r.all(tokens["li"], 500)
	if err := r.central.Remove(t.Context(), desk.TableConflict, c.ID); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("a conflict alone was removed: %v", err)
	}
	if err := r.central.Remove(t.Context(), desk.TableTicket, "ticket-11"); err != nil {
		t.Fatal(err)
	}
	told := r.pull(tokens["li"], deskA, page.To, page.Epoch, 0)
	erased := false
	for _, row := range told.Rows {
		erased = erased || row.Key == c.ID && row.Removed && row.Erased && row.Body == nil
	}
	if !erased {
		t.Errorf("the value of an erased row stays with the loser: %+v", told.Rows)
	}
	if n, err := r.central.Tamper(t.Context(), `UPDATE record SET body = body WHERE body LIKE '%二%'`); err != nil || n != 0 {
		t.Errorf("%d rows still tell what was erased, %v", n, err)
	}
	if codes := r.push(tokens["li"], deskA, op(3, "op-00000009", set(desk.TableConflict, c.ID, `{"seen_by":"li"}`))); codes[3] != "gone" {
		t.Errorf("an op for an erased conflict: %v", codes)
	}
	if _, err := r.central.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAChangeAppliesOnlyWhileItsRowIsAsItsAuthorSawIt(t *testing.T) {
	r, tokens := staffed(t)
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Group: "sales", Phones: []desk.Phone{{Raw: "1", Label: "手机"}}, Attributes: map[string]string{"b": "2", "a": "1"}})
	for i, c := range []struct{ condition, code, detail string }{
		{`{"name":"张三"}`, "", ""},
		{`{"name":"\u5f20\u4e09"}`, "", ""},
		{` { "attributes" : {"a":"1", "b":"2"}, "phones":[{"raw":"1","label":"手机"}], "group":"sales" }`, "", ""},
		{`{"company":null,"pooled_at":null}`, "", ""},
		{`null`, "", ""},
		{`{"name":"李四"}`, "conflict", "customer.name"},
		{`{"name":null}`, "conflict", "customer.name"},
		{`{"company":"甲"}`, "conflict", "customer.company"},
		{`{"name":"张三","company":"甲","group":"repair"}`, "conflict", "customer.company"},
		{`{"attributes":{"a":"1"}}`, "conflict", "customer.attributes"},
		{`{"secret":"张三"}`, "invalid", "unknown field of customer"},
		{`["张三"]`, "invalid", "if"},
	} {
		ch := set(desk.TableCustomer, "customer-1", fmt.Sprintf(`{"email":"a%d@example.com"}`, i))
		ch.If = json.RawMessage(c.condition)
		id := fmt.Sprintf("desk-if-%06d", i)
		r.push(tokens["li"], id, op(1, id+"-op", ch))
		page := r.pull(tokens["li"], id, "", "", 1)
		var got desk.Refusal
		if len(page.Refused) == 1 {
			got = page.Refused[0]
		}
		if got.Code != c.code || got.Detail != c.detail {
			t.Errorf("%s: refused %+v, want %s %s", c.condition, got, c.code, c.detail)
		}
		row, err := r.central.Row(t.Context(), desk.TableCustomer, "customer-1")
		if applied := strings.Contains(string(row.Body), fmt.Sprintf("a%d@", i)); err != nil || applied != (c.code == "") {
			t.Errorf("%s: applied %v, %v", c.condition, applied, err)
		}
	}
	ch := set(desk.TableCustomer, "customer-9", `{"name":"新"}`)
	ch.If = json.RawMessage(`{"name":"旧"}`)
	if codes := r.push(tokens["li"], deskA, op(1, "op-00000001", ch)); codes[1] != "conflict" {
		t.Errorf("a condition on a row that is not there: %v", codes)
	}
}
