package central_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// does tells central what an agent does; it counts for five seconds, since no stream is open.
func (r *rig) does(token string, state desk.AgentStatus) {
	r.t.Helper()
	call[wire.Done](r, wire.MethodSetAgent, token, wire.SetAgent{Desk: deskA, Agent: desk.Agent{State: state, Since: 1}, Now: 1})
}

func TestAStubIsOpenedDuringACallOnlyAndThatIsLogged(t *testing.T) {
	r, tokens, at := promised(t)
	body := func(i int) desk.Contact {
		return desk.Contact{Customer: "customer-1", At: desk.Millis(i + 1), Group: "sales", Content: fmt.Sprint("talk ", i)}
	}
	for i := range 205 { // not in the order of time
		put(t, r, desk.TableContact, fmt.Sprintf("contact-%03d", i), body((i*7)%205))
	}
	in := wire.Open{Desk: deskA, Customer: "customer-1", Call: "linked-1"}
	for _, state := range []desk.AgentStatus{"", desk.AgentReady, desk.AgentNotReady, desk.AgentOffline} {
		if state != "" {
			r.does(tokens["zhao"], state)
		}
		if f := refused(r, wire.MethodOpen, tokens["zhao"], in); f.Code != wire.CodeForbidden {
			t.Errorf("while %q: %+v", state, f)
		}
	}
	change := op(1, "op-00000001", set(desk.TableCustomer, "customer-1", `{"company":"of zhao"}`))
	if codes := r.push(tokens["zhao"], deskA, change); codes[1] != "forbidden" {
		t.Errorf("written without a grant: %v", codes)
	}
	for i, state := range []desk.AgentStatus{desk.AgentRinging, desk.AgentOnCall, desk.AgentHold, desk.AgentWrapUp} {
		r.does(tokens["zhao"], state)
		in.Call = fmt.Sprint("linked-", i)
		for range 2 { // the second is the same grant
			got := call[wire.Opened](r, wire.MethodOpen, tokens["zhao"], in)
			var c desk.Customer
			var newest desk.Contact
			if len(got.Rows) != wire.MaxOpenedRows || json.Unmarshal(got.Rows[0].Body, &c) != nil || json.Unmarshal(got.Rows[1].Body, &newest) != nil {
				t.Fatalf("%d rows", len(got.Rows))
			}
			if c.Name != "张三" || c.Stub || got.Rows[0].Seq == 0 || got.Until != desk.MillisOf(at.Now())+3_600_000 {
				t.Errorf("while %s: %+v until %d", state, c, got.Until)
			}
			if newest.At != 1000 && newest.At != 205 { // the callback is of 1000
				t.Errorf("the newest is of %d", newest.At)
			}
		}
	}
	list, err := r.central.Grants(t.Context(), "zhao", 0, 0)
	if err != nil || len(list) != 4 || list[0].Call != "linked-3" || list[0].State != desk.AgentWrapUp || list[3].Customer != "customer-1" || list[3].Desk != deskA {
		t.Errorf("the log: %+v, %v", list, err)
	}
	if strings.Contains(r.log.String(), "张三") || strings.Contains(r.log.String(), "talk") {
		t.Error("the log of the program has what the record says")
	}
	// Nothing of it comes down to stay.
	for _, row := range r.pull(tokens["zhao"], deskA, "", "", 1).Rows {
		if row.Table == desk.TableContact || row.Table == desk.TableCustomer && !strings.Contains(string(row.Body), `"stub":true`) {
			t.Errorf("in zhao's scope: %+v", row)
		}
	}
	if codes := r.push(tokens["zhao"], deskA,
		op(2, "op-00000002", set(desk.TableCustomer, "customer-1", `{"company":"of zhao"}`)),
		op(3, "op-00000003", set(desk.TableCallback, "callback-1", `{"note":"called"}`)),
		op(4, "op-00000004", set(desk.TableCustomer, "customer-1", `{"group":"repair"}`)),
		op(5, "op-00000005", set(desk.TableCustomer, "customer-1", `{"owner":"zhao"}`)),
	); codes[2]+codes[3] != "" || codes[4] != "forbidden" || codes[5] != "forbidden" {
		t.Errorf("with a grant: %v", codes)
	}
	at.forward(time.Hour)
	if codes := r.push(tokens["zhao"], deskA, op(6, "op-00000006", set(desk.TableCustomer, "customer-1", `{"company":"late"}`))); codes[6] != "forbidden" {
		t.Errorf("after the grant: %v", codes)
	}
}

func TestNobodyOpensCustomersWithoutEndOrThatAreNotThere(t *testing.T) {
	r, tokens, at := promised(t)
	r.user("tech", desk.RoleMaintainer, "")
	r.does(tokens["zhao"], desk.AgentOnCall)
	in := wire.Open{Desk: deskA, Customer: "customer-1", Call: "linked-1"}
	if f := refused(r, wire.MethodOpen, r.token("tech"), in); f.Code != wire.CodeForbidden {
		t.Errorf("a maintainer: %+v", f)
	}
	for name, c := range map[string]struct {
		in   wire.Open
		code wire.Code
	}{
		"no such customer": {wire.Open{Desk: deskA, Customer: "customer-404", Call: "1"}, wire.CodePrecondition},
		"no call":          {wire.Open{Desk: deskA, Customer: "customer-1"}, wire.CodeInvalid},
		"no desk":          {wire.Open{Customer: "customer-1", Call: "1"}, wire.CodeInvalid},
		"an endless call":  {wire.Open{Desk: deskA, Customer: "customer-1", Call: strings.Repeat("1", 257)}, wire.CodeInvalid},
	} {
		if f := refused(r, wire.MethodOpen, tokens["zhao"], c.in); f.Code != c.code {
			t.Errorf("%s: %+v", name, f)
		}
	}
	// The own group's needs no leave, and leaves no mark.
	if got := call[wire.Opened](r, wire.MethodOpen, tokens["li"], in); len(got.Rows) != 2 {
		t.Errorf("the own group's: %d rows", len(got.Rows))
	}
	if list, err := r.central.Grants(t.Context(), "", 0, 0); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	begin := at.Now()
	for i := range 60 {
		in.Call = fmt.Sprint("linked-", i)
		call[wire.Opened](r, wire.MethodOpen, tokens["zhao"], in)
		at.forward(10 * time.Second)
		r.does(tokens["zhao"], desk.AgentOnCall) // no stream is open
	}
	in.Call = "one more"
	f := refused(r, wire.MethodOpen, tokens["zhao"], in)
	if want := int(begin.Add(time.Hour).Sub(at.Now()) / time.Second); f.Code != wire.CodeExhausted || f.Retry < want || f.Retry > want+1 {
		t.Errorf("%+v, want a try in %d s", f, want)
	}
	in.Call = "linked-59" // one that lasts
	call[wire.Opened](r, wire.MethodOpen, tokens["zhao"], in)
	at.forward(time.Duration(f.Retry) * time.Second)
	in.Call = "one more"
	r.does(tokens["zhao"], desk.AgentOnCall)
	call[wire.Opened](r, wire.MethodOpen, tokens["zhao"], in)
	if list, err := r.central.Grants(t.Context(), "", desk.MillisOf(begin.Add(time.Second)), desk.MillisOf(at.Now())); err != nil || len(list) != 59 {
		t.Errorf("%d grants between, %v", len(list), err)
	}
}

func TestGrantsOutliveTheServer(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, central.Config{Dir: dir})
	r.user("zhao", desk.RoleAgent, "repair")
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Group: "sales"})
	token := r.token("zhao")
	r.does(token, desk.AgentOnCall)
	call[wire.Opened](r, wire.MethodOpen, token, wire.Open{Desk: deskA, Customer: "customer-1", Call: "linked-1"})
	if err := r.central.Close(); err != nil {
		t.Fatal(err)
	}
	r = newRig(t, central.Config{Dir: dir})
	if codes := r.push(token, deskA, op(1, "op-00000001", set(desk.TableCustomer, "customer-1", `{"company":"A"}`))); codes[1] != "" {
		t.Errorf("%v", codes)
	}
	if list, err := r.central.Grants(t.Context(), "", 0, 0); err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
}
