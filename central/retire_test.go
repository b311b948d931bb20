package central_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

func TestWhatADisabledUserHasWaitingArrivesAndThenTheDeskIsWiped(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	r.user("wang", desk.RoleAgent, "sales")
	token, others := r.signIn("li", deskA).Token, r.signIn("wang", deskB).Token
	if err := r.central.Retire(t.Context(), "li"); err != nil {
		t.Fatal(err)
	}
	if err := r.central.Retire(t.Context(), "nobody"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	// Whatever the desk calls, and also where it first asks for a new token, it hears the order.
	f := refused(r, wire.MethodPull, token, wire.Pull{Desk: deskA})
	if f.Cause != wire.CauseWiped || f.Wipe == nil || f.Wipe.User != "li" || !f.Wipe.Drain {
		t.Fatalf("%+v", f)
	}
	f = refused(r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: password, Desk: deskA, Last: token})
	if f.Cause != wire.CauseWiped || f.Wipe == nil || !f.Wipe.Drain {
		t.Fatalf("%+v", f)
	}
	var ops []desk.Op
	for n := range int64(20) {
		ops = append(ops, op(n+1, fmt.Sprintf("op-%08d", n), set(desk.TableContact, fmt.Sprintf("contact-%02d", n), `{"at":1000,"content":"一"}`)))
	}
	for i := 0; i < len(ops); i += 5 { // with an answer lost now and then
		for range 1 + i%2 {
			if codes := r.push(token, deskA, ops[i:i+5]...); len(codes) != 0 {
				t.Fatalf("refused: %v", codes)
			}
		}
	}
	for n := range ops {
		if c, err := r.central.Contact(t.Context(), fmt.Sprintf("contact-%02d", n)); err != nil || c.Agent != "li" {
			t.Errorf("contact %d: %+v, %v", n, c, err)
		}
	}
	call[wire.Done](r, wire.MethodTellWiped, token, wire.TellWiped{Desk: deskA})
	list, err := r.central.Desks(t.Context(), "li")
	if err != nil || len(list) != 1 || list[0].Wiped == 0 || list[0].Told == 0 || list[0].LastN != 20 || list[0].Lost != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	call[wire.SignedIn](r, wire.MethodSession, others, wire.Session{})

	// The user comes back: the order goes with it, but not one that was given by itself.
	if err := r.central.Disable(t.Context(), "li", false); err != nil {
		t.Fatal(err)
	}
	r.signIn("li", "desk-cccccccc")
	if err := errors.Join(r.central.Retire(t.Context(), "li"), r.central.Wipe(t.Context(), "", "li", true), r.central.Disable(t.Context(), "li", false)); err != nil {
		t.Fatal(err)
	}
	if f := refused(r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: password, Desk: deskA}); f.Cause != wire.CauseWiped {
		t.Errorf("an order given by itself went with the user's return: %+v", f)
	}
}

func TestTheLeaseOfAUserWhoIsRetiredLapses(t *testing.T) {
	r, tokens, at := promised(t)
	r.run()
	if !r.lease(tokens["li"], deskA, "lease-0001", false).Mine {
		t.Fatal("no lease")
	}
	if err := r.central.Retire(t.Context(), "li"); err != nil {
		t.Fatal(err)
	}
	if f := refused(r, wire.MethodLease, tokens["li"], wire.Lease{Desk: deskA, Callback: "callback-1"}); f.Code == "" {
		t.Errorf("%+v", f)
	}
	at.forward(10 * time.Minute)
	eventually(t, "the lease lapses", func() bool { return r.callback("callback-1").ClaimedBy == "" })
}
