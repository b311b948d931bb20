package central_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// clock is central's clock, put forward by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// promised is a central with a callback of sales, two agents of sales and one of another group.
func promised(t *testing.T) (*rig, map[string]string, *clock) {
	t.Helper()
	at := &clock{now: time.Now()}
	r := newRig(t, central.Config{Now: at.Now})
	tokens := map[string]string{}
	for name, group := range map[string]string{"li": "sales", "wang": "sales", "zhao": "repair"} {
		r.user(name, desk.RoleAgent, group)
		tokens[name] = r.token(name)
	}
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Group: "sales"})
	put(t, r, desk.TableCallback, "callback-1", desk.Callback{Customer: "customer-1", At: 1000, Group: "sales", State: desk.CallbackOpen})
	return r, tokens, at
}

func (r *rig) callback(key string) desk.Callback {
	r.t.Helper()
	row, err := r.central.Row(r.t.Context(), desk.TableCallback, key)
	if err != nil {
		r.t.Fatal(err)
	}
	var b desk.Callback
	if err := json.Unmarshal(row.Body, &b); err != nil {
		r.t.Fatal(err)
	}
	return b
}

func (r *rig) lease(token, deskID, id string, release bool) wire.Leased {
	r.t.Helper()
	return call[wire.Leased](r, wire.MethodLease, token, wire.Lease{Desk: deskID, Callback: "callback-1", ID: id, Release: release})
}

// eventually waits until something holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(within); !holds(); {
		select {
		case <-end:
			t.Fatalf("never: %s", what)
		case <-tick.C:
		}
	}
}

func TestOnlyOneOfManyGetsACallback(t *testing.T) {
	r, tokens, _ := promised(t)
	r.user("qian", desk.RoleAgent, "sales")
	tokens["qian"] = r.token("qian")
	got := make(chan wire.Leased, 9)
	for i := range cap(got) {
		name := []string{"li", "wang", "qian"}[i%3]
		go func() { got <- r.lease(tokens[name], fmt.Sprintf("desk-%08d", i), fmt.Sprintf("lease-%08d", i), false) }()
	}
	by := map[string]bool{}
	mine := 0
	for range cap(got) {
		l := <-got
		by[l.By] = true
		if l.Mine {
			mine++
		}
	}
	if len(by) != 1 || mine != 3 {
		t.Errorf("held by %v, %d were told that they have it", by, mine)
	}
}

func TestALeaseIsProlongedAndGivenBackAndLapses(t *testing.T) {
	r, tokens, at := promised(t)
	r.run()
	first := r.lease(tokens["li"], deskA, "lease-0001", false)
	if !first.Mine || first.By != "li" || first.Until-first.Now != 600_000 || first.Now != desk.MillisOf(at.Now()) {
		t.Fatalf("%+v", first)
	}
	if b := r.callback("callback-1"); b.State != desk.CallbackClaimed || b.ClaimedBy != "li" || b.ClaimedUntil != first.Until {
		t.Errorf("the row: %+v", b)
	}
	page := r.pull(tokens["wang"], deskB, "", "", 0)
	if other := r.lease(tokens["wang"], deskB, "lease-0002", false); other.Mine || other.By != "li" || other.Until != first.Until {
		t.Errorf("another asks: %+v", other)
	}
	if next := r.pull(tokens["wang"], deskB, page.To, page.Epoch, 0); len(next.Rows) != 0 {
		t.Errorf("asking in vain made rows: %+v", next.Rows)
	}
	at.forward(30 * time.Second)
	if again := r.lease(tokens["li"], deskA, "lease-0001", false); again.Until != first.Until || !again.Mine {
		t.Errorf("prolonged at once: %+v", again)
	}
	at.forward(9 * time.Minute)
	if again := r.lease(tokens["li"], deskA, "lease-0001", false); again.Until-again.Now != 600_000 {
		t.Errorf("prolonged: %+v", again)
	}
	if other := r.lease(tokens["wang"], deskB, "lease-0001", true); other.Mine || other.By != "li" {
		t.Errorf("another gives it back: %+v", other)
	}
	if late := r.lease(tokens["li"], deskA, "lease-0000", true); !late.Mine {
		t.Errorf("an old release frees the new lease: %+v", late)
	}
	if back := r.lease(tokens["li"], deskA, "lease-0001", true); back.Mine || back.By != "" {
		t.Errorf("given back: %+v", back)
	}
	if b := r.callback("callback-1"); b.State != desk.CallbackOpen || b.ClaimedBy != "" || b.ClaimedUntil != 0 {
		t.Errorf("the row after it: %+v", b)
	}
	if other := r.lease(tokens["wang"], deskB, "lease-0002", false); !other.Mine {
		t.Errorf("after it: %+v", other)
	}
	at.forward(10 * time.Minute) // wang's desk has crashed
	eventually(t, "the lease lapses in the row", func() bool { return r.callback("callback-1").State == desk.CallbackOpen })
	if list, err := r.central.Replaced(t.Context(), desk.TableCallback, "callback-1"); err != nil || len(list) != 0 {
		t.Errorf("leases left history: %+v, %v", list, err)
	}
}

func TestWhoMayNotSeeACallbackGetsNoLeaseOfIt(t *testing.T) {
	r, tokens, _ := promised(t)
	for name, in := range map[string]wire.Lease{
		"another group's": {Desk: "desk-cccccccc", Callback: "callback-1"},
		"none":            {Desk: "desk-cccccccc", Callback: "callback-404"},
	} {
		if f := refused(r, wire.MethodLease, tokens["zhao"], in); f.Code != wire.CodeForbidden {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if f := refused(r, wire.MethodLease, tokens["li"], wire.Lease{Desk: "x", Callback: "callback-1"}); f.Code != wire.CodeInvalid {
		t.Errorf("%+v", f)
	}
	for i := range 21 {
		key := fmt.Sprintf("callback-x%02d", i)
		put(t, r, desk.TableCallback, key, desk.Callback{Customer: "customer-1", At: 1, Group: "sales", State: desk.CallbackOpen})
		in := wire.Lease{Desk: deskA, Callback: key}
		if i < 20 {
			call[wire.Leased](r, wire.MethodLease, tokens["li"], in)
		} else if f := refused(r, wire.MethodLease, tokens["li"], in); f.Code != wire.CodeExhausted {
			t.Errorf("the last: %+v", f)
		}
	}
}

func state(n int64, deskID, from, to string) desk.Op {
	ch := set(desk.TableCallback, "callback-1", fmt.Sprintf(`{"state":%q}`, to))
	if from != "" {
		ch.If = json.RawMessage(fmt.Sprintf(`{"state":%q}`, from))
	}
	return op(n, fmt.Sprintf("op-%s-%d", deskID, n), ch)
}

func TestWhileALeaseLastsOnlyItsHolderMovesTheCallback(t *testing.T) {
	for name, c := range map[string]struct {
		lease, by, from, to string
		after               time.Duration
		code, detail        string
		want                desk.CallbackState
		holder              string
	}{
		"another does":                    {"li", "wang", "open", "done", 0, "conflict", "callback.claimed_by", desk.CallbackClaimed, "li"},
		"another cancels":                 {"li", "wang", "claimed", "cancelled", 0, "conflict", "callback.claimed_by", desk.CallbackClaimed, "li"},
		"another claims, from offline":    {"li", "wang", "open", "claimed", 0, "conflict", "callback.claimed_by", desk.CallbackClaimed, "li"},
		"the holder, who saw it open":     {"li", "li", "open", "done", 0, "", "", desk.CallbackDone, ""},
		"the holder, who saw the claim":   {"li", "li", "claimed", "done", 0, "", "", desk.CallbackDone, ""},
		"the holder, when it is over":     {"li", "li", "claimed", "done", time.Hour, "", "", desk.CallbackDone, ""},
		"another, when it is over":        {"li", "wang", "open", "claimed", time.Hour, "", "", desk.CallbackClaimed, "wang"},
		"a claim from offline, nobody's":  {"", "wang", "open", "claimed", 0, "", "", desk.CallbackClaimed, "wang"},
		"a claim of an old desk's":        {"", "wang", "", "claimed", 0, "", "", desk.CallbackClaimed, "wang"},
		"who saw it done":                 {"", "wang", "done", "open", 0, "conflict", "callback.state", desk.CallbackOpen, ""},
		"the holder gives it back":        {"li", "li", "claimed", "open", 0, "", "", desk.CallbackOpen, ""},
		"another does it, an old desk":    {"li", "wang", "", "done", 0, "conflict", "callback.claimed_by", desk.CallbackClaimed, "li"},
		"another's time runs, not theirs": {"li", "wang", "open", "done", 9 * time.Minute, "conflict", "callback.claimed_by", desk.CallbackClaimed, "li"},
	} {
		t.Run(name, func(t *testing.T) {
			r, tokens, at := promised(t)
			if c.lease != "" {
				r.lease(tokens[c.lease], deskA, "lease-0001", false)
			}
			at.forward(c.after)
			tokens["li"], tokens["wang"] = r.token("li"), r.token("wang")
			deskID := map[string]string{"li": deskA, "wang": deskB}[c.by]
			change := state(1, deskID, c.from, c.to)
			change.Changes[0].Fields = json.RawMessage(strings.TrimSuffix(string(change.Changes[0].Fields), "}") + `,"claimed_by":"zhao","claimed_until":99999999999999}`)
			out := call[wire.Pushed](r, wire.MethodPush, tokens[c.by], wire.Push{Desk: deskID, Ops: []desk.Op{change}})
			code, detail := "", ""
			if len(out.Refused) > 0 {
				code, detail = out.Refused[0].Code, out.Refused[0].Detail
			}
			b := r.callback("callback-1")
			if code != c.code || detail != c.detail || b.State != c.want || b.ClaimedBy != c.holder {
				t.Errorf("refused %q %q, the row %+v", code, detail, b)
			}
			if c.holder != "" && (b.ClaimedUntil <= desk.MillisOf(at.Now()) || b.ClaimedUntil > desk.MillisOf(at.Now())+600_000) {
				t.Errorf("claimed until %d at %d", b.ClaimedUntil, desk.MillisOf(at.Now()))
			}
			if c.holder == "" && b.ClaimedUntil != 0 {
				t.Errorf("nobody's until %d", b.ClaimedUntil)
			}
			list, err := r.central.Replaced(t.Context(), desk.TableCallback, "callback-1")
			for _, one := range list {
				if one.Conflict {
					t.Errorf("a conflict: %+v, %v", one, err)
				}
			}
			// Whatever happened, central's list and its rows agree: everything can be had in the end.
			at.forward(time.Hour)
			last := r.lease(r.token("wang"), deskB, "lease-0009", false)
			if last.Mine == (b.State == desk.CallbackDone || b.State == desk.CallbackCancelled) {
				t.Errorf("an hour later: %+v of %+v", last, r.callback("callback-1"))
			}
		})
	}
}

func TestAfterARestoreNoLeaseIsGivenForAsLongAsOneLasts(t *testing.T) {
	at := &clock{now: time.Now()}
	dir, file := t.TempDir(), t.TempDir()+"/backup.db"
	r := newRig(t, central.Config{Dir: dir, Now: at.Now})
	r.user("li", desk.RoleAgent, "sales")
	put(t, r, desk.TableCallback, "callback-1", desk.Callback{At: 1000, Group: "sales", State: desk.CallbackOpen})
	if err := r.central.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if !r.lease(r.token("li"), deskA, "lease-0001", false).Mine {
		t.Fatal("no lease before the restore")
	}
	if err := r.central.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := central.Restore(t.Context(), dir, file, at.Now()); err != nil {
		t.Fatal(err)
	}
	r = newRig(t, central.Config{Dir: dir, Now: at.Now})
	at.forward(9 * time.Minute)
	f := refused(r, wire.MethodLease, r.token("li"), wire.Lease{Desk: deskA, Callback: "callback-1", ID: "lease-0002"})
	if f.Code != wire.CodeUnavailable || f.Retry < 59 || f.Retry > 61 {
		t.Errorf("%+v", f)
	}
	at.forward(time.Minute)
	if !r.lease(r.token("li"), deskA, "lease-0002", false).Mine {
		t.Error("no lease when the others are over")
	}
}
