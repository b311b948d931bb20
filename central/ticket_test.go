package central_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestATicketGoesRoundItsLoopAndLeadsTakeItAnywhere(t *testing.T) {
	r, tokens := staffed(t)
	const accepted, assigned, progress = desk.TicketAccepted, desk.TicketAssigned, desk.TicketInProgress
	const resolved, told, closed = desk.TicketResolved, desk.TicketCustomerTold, desk.TicketClosed
	states := []desk.TicketState{accepted, assigned, progress, resolved, told, closed}
	allowed := map[desk.TicketState]string{
		accepted: "assigned in_progress", assigned: "accepted in_progress", progress: "assigned resolved",
		resolved: "in_progress customer_told", told: "in_progress closed", closed: "assigned in_progress",
	}
	n := 0
	for _, from := range states {
		got := ""
		for _, to := range states {
			for _, user := range []string{"li", "chen"} {
				n++
				key := fmt.Sprintf("ticket-%04d", n)
				put(t, r, desk.TableTicket, key, desk.Ticket{Kind: "fault", Group: "sales", State: from})
				ch := set(desk.TableTicket, key, fmt.Sprintf(`{"state":%q}`, to))
				ch.If = json.RawMessage(fmt.Sprintf(`{"state":%q}`, from))
				codes := r.push(tokens[user], "desk-"+key, op(1, "op-"+key, ch))
				switch {
				case codes[1] != "" && (user == "chen" || from == to):
					t.Errorf("%s from %s to %s: %v", user, from, to, codes)
				case codes[1] == "" && user == "li" && from != to:
					if got != "" {
						got += " "
					}
					got += string(to)
				}
			}
		}
		if got != allowed[from] {
			t.Errorf("an agent takes a ticket from %s to %q, want %q", from, got, allowed[from])
		}
	}
	for i, c := range []struct{ user, state, code string }{
		{"li", "in_progress", ""},
		{"li", "closed", "forbidden"},
		{"li", "customer_told", "forbidden"},
		{"chen", "closed", ""},
	} {
		key := fmt.Sprintf("ticket-new-%d", i)
		codes := r.push(tokens[c.user], "desk-"+key, op(1, "op-"+key, set(desk.TableTicket, key, `{"kind":"fault","state":"`+c.state+`"}`)))
		if codes[1] != c.code {
			t.Errorf("%s begins a ticket as %s: %v, want %q", c.user, c.state, codes, c.code)
		}
	}
}

func TestTwoWhoTakeATicketOnFromOneStateDoNotBothDoSo(t *testing.T) {
	r, tokens := staffed(t)
	put(t, r, desk.TableTicket, "ticket-11", desk.Ticket{Kind: "fault", Group: "sales", State: desk.TicketResolved})
	on := func(to string) desk.Change {
		ch := set(desk.TableTicket, "ticket-11", `{"state":"`+to+`"}`)
		ch.If = json.RawMessage(`{"state":"resolved"}`)
		return ch
	}
	if codes := r.push(tokens["li"], deskA, op(1, "op-00000001", on("customer_told"))); codes[1] != "" {
		t.Fatal(codes)
	}
	r.push(tokens["wang"], deskB, op(1, "op-00000002", on("in_progress")))
	page := r.pull(tokens["wang"], deskB, "", "", 1)
	if len(page.Refused) != 1 || page.Refused[0].Code != "conflict" || page.Refused[0].Detail != "ticket.state" {
		t.Errorf("the second: %+v", page.Refused)
	}
}

func TestOnlyALeadApproves(t *testing.T) {
	r, tokens := staffed(t)
	approval := func(key string) string {
		t.Helper()
		var ticket desk.Ticket
		row, err := r.central.Row(t.Context(), desk.TableTicket, key)
		if err != nil || json.Unmarshal(row.Body, &ticket) != nil {
			t.Fatalf("%s, %v", row.Body, err)
		}
		return ticket.Approval
	}
	for i, c := range []struct{ user, was, fields, code, is string }{
		{"li", "", `{"approval":"none"}`, "", "none"},
		{"li", "", `{"approval":"pending"}`, "", "pending"},
		{"li", "pending", `{"approval":"none"}`, "", "none"},
		{"li", "pending", `{"approval":"approved"}`, "forbidden", "pending"},
		{"li", "pending", `{"approval":"refused"}`, "forbidden", "pending"},
		{"li", "pending", `{"approval":"given"}`, "invalid", "pending"},
		{"li", "refused", `{"approval":"none"}`, "forbidden", "refused"},
		{"li", "refused", `{"approval":null}`, "forbidden", "refused"},
		{"li", "refused", `{"approval":"pending","amount":"5"}`, "", "pending"},
		{"li", "approved", `{"subject":"x"}`, "", "approved"},
		{"li", "approved", `{"amount":"10","approval":"approved"}`, "", "approved"},
		{"li", "approved", `{"amount":"99999"}`, "", "pending"},
		{"li", "approved", `{"amount":"99999","approval":"approved"}`, "", "pending"},
		{"li", "approved", `{"currency":"EUR"}`, "", "pending"},
		{"chen", "pending", `{"approval":"approved"}`, "", "approved"},
		{"chen", "approved", `{"amount":"20"}`, "", "approved"},
	} {
		key := fmt.Sprintf("ticket-%04d", i)
		put(t, r, desk.TableTicket, key, desk.Ticket{Kind: "complaint", Group: "sales", State: desk.TicketAccepted, Approval: c.was, Amount: "10", Currency: "CNY"})
		codes := r.push(tokens[c.user], "desk-"+key, op(1, "op-"+key, set(desk.TableTicket, key, c.fields)))
		if codes[1] != c.code || approval(key) != c.is {
			t.Errorf("%s sets %s of %q: %v, approval %q; want %q, %q", c.user, c.fields, c.was, codes, approval(key), c.code, c.is)
		}
	}
	for user, code := range map[string]string{"li": "forbidden", "chen": ""} {
		key := "ticket-by-" + user
		codes := r.push(tokens[user], "desk-"+key, op(1, "op-"+key, set(desk.TableTicket, key, `{"kind":"complaint","approval":"approved"}`)))
		if codes[1] != code {
			t.Errorf("%s makes an approved ticket: %v", user, codes)
		}
	}
}
