package central_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

func TestAPreconditionTellsNothingOfARowThatTheDeskDoesNotHold(t *testing.T) {
	r, tokens, _ := promised(t)
	put(t, r, desk.TableCustomer, "customer-2", desk.Customer{Name: "李四", Group: "sales", Owner: "li", Company: "甲", Status: desk.StatusPaused})
	put(t, r, desk.TableTicket, "ticket-01", desk.Ticket{Customer: "customer-2", Group: "sales", State: desk.TicketAccepted, Approval: "pending"})
	for i, c := range []struct {
		table           desk.Table
		key, want, code string
	}{
		{desk.TableCustomer, "customer-2", `{"company":"甲"}`, "forbidden"},
		{desk.TableCustomer, "customer-2", `{"company":"乙"}`, "forbidden"},
		{desk.TableCustomer, "customer-2", `{"address":null}`, "forbidden"},
		{desk.TableCustomer, "customer-2", `{"owner":"wang"}`, "conflict"}, // a stub tells it
		{desk.TableCustomer, "customer-2", `{"pooled_at":5}`, "conflict"},  // a claim that came second
		{desk.TableTicket, "ticket-01", `{"approval":"pending"}`, "forbidden"},
		{desk.TableTicket, "ticket-01", `{"approval":"approved"}`, "forbidden"},
		{desk.TableCallback, "callback-1", `{"state":"done"}`, "forbidden"},
	} {
		ch := set(c.table, c.key, `{"last_contact_at":5}`)
		if c.table != desk.TableCustomer {
			ch = set(c.table, c.key, `{"note":"x"}`)
		}
		if c.table == desk.TableTicket {
			ch = set(c.table, c.key, `{"subject":"x"}`)
		}
		ch.If = json.RawMessage(c.want)
		id := fmt.Sprintf("desk-guess-%d", i)
		if codes := r.push(tokens["zhao"], id, op(1, id+"-op", ch)); codes[1] != c.code {
			t.Errorf("zhao guesses %s of %s: %v, want %q", c.want, c.key, codes, c.code)
		}
	}
}

func TestAGrantGivesNothingOfTheCustomerAway(t *testing.T) {
	r, tokens, _ := promised(t)
	put(t, r, desk.TableCustomer, "customer-9", desk.Customer{Name: "赵六", Group: "repair"})
	put(t, r, desk.TableTicket, "ticket-01", desk.Ticket{Customer: "customer-1", Group: "sales", Owner: "li", State: desk.TicketAccepted})
	r.does(tokens["zhao"], desk.AgentOnCall)
	call[wire.Opened](r, wire.MethodOpen, tokens["zhao"], wire.Open{Desk: deskA, Customer: "customer-1", Call: "linked-1"})
	for i, c := range []struct {
		table             desk.Table
		key, fields, code string
	}{
		{desk.TableTicket, "ticket-01", `{"group":"repair"}`, "forbidden"},
		{desk.TableTicket, "ticket-01", `{"owner":"zhao"}`, "forbidden"},
		{desk.TableTicket, "ticket-01", `{"customer":"customer-9"}`, "forbidden"},
		{desk.TableCallback, "callback-1", `{"group":"repair"}`, "forbidden"},
		{desk.TableCallback, "callback-1", `{"owner":"zhao"}`, "forbidden"},
		{desk.TableCallback, "callback-1", `{"customer":null}`, "forbidden"},
		{desk.TableTicket, "ticket-01", `{"subject":"heard","group":"sales","owner":"li"}`, ""}, // as they are
	} {
		id := fmt.Sprintf("desk-guest-%d", i)
		if codes := r.push(tokens["zhao"], id, op(1, id+"-op", set(c.table, c.key, c.fields))); codes[1] != c.code {
			t.Errorf("a guest sets %s of %s: %v, want %q", c.fields, c.key, codes, c.code)
		}
	}
}

func TestWhatBelongsToACustomerOfThePoolIsOpenedInACallOnly(t *testing.T) {
	r, tokens, at := promised(t)
	put(t, r, desk.TableCustomer, "customer-2", desk.Customer{Name: "李四", PooledAt: desk.MillisOf(at.Now()), PooledBy: "li"})
	put(t, r, desk.TableContact, "contact-1", desk.Contact{Customer: "customer-2", Group: "sales", Agent: "li", At: 1, Content: "private"})
	in := wire.Open{Desk: deskA, Customer: "customer-2", Call: "linked-1"}
	if f := refused(r, wire.MethodOpen, tokens["zhao"], in); f.Code != wire.CodeForbidden {
		t.Errorf("without a call: %+v", f)
	}
	r.does(tokens["zhao"], desk.AgentOnCall)
	if got := call[wire.Opened](r, wire.MethodOpen, tokens["zhao"], in); len(got.Rows) != 2 {
		t.Errorf("in a call: %d rows", len(got.Rows))
	}
	if list, err := r.central.Grants(t.Context(), "zhao", 0, 0); err != nil || len(list) != 1 {
		t.Errorf("the log: %+v, %v", list, err)
	}
}

func TestADeskIDThatIsAnothersTellsNothingOfItsOps(t *testing.T) {
	r, tokens, _ := promised(t)
	r.push(tokens["li"], deskA, op(1, "op-00000001", set(desk.TableCustomer, "customer-404", `{}`)))
	own := r.pull(tokens["li"], deskA, "", "", 1)
	if own.TakenID != "op-00000001" || own.LastN != 1 || own.LastID != "op-00000001" || len(own.Refused) != 1 {
		t.Fatalf("its user's: %+v", own)
	}
	other := r.pull(tokens["wang"], deskA, "", "", 1)
	if other.TakenN != 0 || other.TakenID != "" || other.LastN != 0 || other.LastID != "" || len(other.Refused) != 0 || other.Checkpoint != nil {
		t.Errorf("another's: %+v", other)
	}
}

func TestAClockThatWasAheadMakesNothingEndless(t *testing.T) {
	r, tokens, at := promised(t)
	const year = 365 * 24 * time.Hour
	at.forward(year)
	tokens["li"], tokens["zhao"] = r.token("li"), r.token("zhao")
	r.lease(tokens["li"], deskA, "lease-0001", false)
	r.does(tokens["zhao"], desk.AgentOnCall)
	call[wire.Opened](r, wire.MethodOpen, tokens["zhao"], wire.Open{Desk: deskC, Customer: "customer-1", Call: "linked-1"})
	change := func(n int64) string {
		return r.push(tokens["zhao"], deskC, op(n, fmt.Sprintf("op-%08d", n), set(desk.TableCustomer, "customer-1", `{"company":"A"}`)))[n]
	}
	if code := change(1); code != "" {
		t.Fatalf("with a grant: %s", code)
	}
	at.forward(-year)
	if code := change(2); code != "forbidden" {
		t.Errorf("the grant still lasts: %q", code)
	}
	r.run()
	most := desk.MillisOf(at.Now()) + 600_000
	eventually(t, "the lease is one of ten minutes", func() bool { return r.callback("callback-1").ClaimedUntil <= most })
	if b := r.callback("callback-1"); b.State != desk.CallbackClaimed || b.ClaimedBy != "li" || b.ClaimedUntil < most {
		t.Errorf("its holder may still count: %+v, want until %d", b, most)
	}
	at.forward(10 * time.Minute)
	eventually(t, "it lapses", func() bool { return r.callback("callback-1").State == desk.CallbackOpen })
}

func TestARestoreUnderAClockThatWasAheadHoldsLeasesUpForTenMinutesOnly(t *testing.T) {
	at := &clock{now: time.Now()}
	r := newRig(t, central.Config{Now: at.Now})
	r.user("li", desk.RoleAgent, "sales")
	put(t, r, desk.TableCallback, "callback-1", desk.Callback{At: 1000, Group: "sales", State: desk.CallbackOpen})
	dir, file := t.TempDir(), t.TempDir()+"/copy.db"
	if err := r.central.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if _, err := central.Restore(t.Context(), dir, file, at.Now().Add(365*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	r = newRig(t, central.Config{Dir: dir, Now: at.Now})
	r.run()
	token := r.token("li")
	in := wire.Lease{Desk: deskA, Callback: "callback-1", ID: "lease-0001"}
	eventually(t, "the restore counts as of now", func() bool {
		f := refused(r, wire.MethodLease, token, in)
		return f.Code == wire.CodeUnavailable && f.Retry <= 601
	})
	at.forward(10 * time.Minute)
	if l := call[wire.Leased](r, wire.MethodLease, token, in); !l.Mine {
		t.Errorf("%+v", l)
	}
}
