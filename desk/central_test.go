package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

// strangerCalls is a talk with a customer of whom the desk holds a stub.
func strangerCalls(t *testing.T) (*bench, desk.Draft) {
	t.Helper()
	b := newBench(t)
	b.do(desk.LinkChanged{State: desk.CentralOnline})
	c := desk.Call{ID: "call1", Linked: "L1", Direction: desk.Inbound, State: desk.CallRinging, Number: "13800138000", StartedAt: b.now}
	b.do(desk.CallChanged{Call: c})
	d, _ := b.s.Draft(b.s.Active)
	b.do(desk.CustomerFound{Draft: d.ID, Number: d.Number, Customers: []desk.Customer{{ID: "c9", Name: "赵敏", Owner: "chen", Stub: true}}})
	if _, asked := last[desk.OpenRecord](b); asked {
		t.Fatal("central is asked for a call that somebody else may take")
	}
	c.State, c.AnsweredAt = desk.CallTalking, b.now
	b.do(desk.CallChanged{Call: c})
	d, _ = b.s.Draft(d.ID)
	return b, d
}

func TestTheRecordOfAStubIsOpenedDuringTheCall(t *testing.T) {
	b, d := strangerCalls(t)
	ask, ok := last[desk.OpenRecord](b)
	if !ok || ask.Customer != "c9" || ask.Call != "L1" || ask.Draft != d.ID {
		t.Fatalf("%+v", b.out)
	}
	b.out = nil
	b.do(desk.HistoryLoaded{Seq: d.Load, Draft: d.ID, Customer: desk.Customer{ID: "c9", Stub: true}})
	if _, again := last[desk.OpenRecord](b); again {
		t.Error("asked twice")
	}
	b.do(desk.RecordOpened{Draft: d.ID, Granted: desk.Granted{Customer: desk.Customer{ID: "other"}, Until: b.now + 60_000}})
	if d, _ = b.s.Draft(d.ID); d.Granted != nil {
		t.Fatal("another customer's record")
	}
	b.do(desk.RecordOpened{Draft: d.ID, Granted: desk.Granted{Customer: desk.Customer{ID: "c9", Address: "人民路"}, Until: b.now + 60_000}})
	d, _ = b.s.Draft(d.ID)
	if d.Granted == nil || d.Granted.Customer.Address != "人民路" {
		t.Fatalf("%+v", d.Granted)
	}
	b.now += 61_000
	b.out = nil
	b.do(desk.Ticked{})
	if d, _ = b.s.Draft(d.ID); d.Granted != nil {
		t.Error("shown beyond its time")
	}
	if _, again := last[desk.OpenRecord](b); !again {
		t.Error("the talk goes on, and the record is not asked for again")
	}
}

func TestAStubOpensWhenTheLinkComesBack(t *testing.T) {
	b, d := strangerCalls(t)
	b.do(desk.RecordNotOpened{Draft: d.ID, Customer: "c9", Problem: "offline"})
	b.do(desk.LinkChanged{State: desk.CentralUnreachable})
	b.out = nil
	b.do(desk.LinkChanged{State: desk.CentralOnline})
	if _, ok := last[desk.OpenRecord](b); !ok {
		t.Error("not asked again")
	}
	b.do(desk.RecordNotOpened{Draft: d.ID, Customer: "c9", Problem: "forbidden"})
	b.out = nil
	b.do(desk.LinkChanged{State: desk.CentralUnreachable})
	b.do(desk.LinkChanged{State: desk.CentralOnline})
	if _, ok := last[desk.OpenRecord](b); ok {
		t.Error("a no is asked again")
	}
}

// promised is a desk that shows a customer with an open callback.
func promised(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	b.do(desk.LinkChanged{State: desk.CentralOnline})
	b.do(desk.CustomerOpened{Customer: "c1"})
	b.do(desk.HistoryLoaded{Seq: b.s.BrowseLoad, Customer: desk.Customer{ID: "c1"}, History: desk.History{Callbacks: []desk.Callback{
		{ID: "p0", At: 1, State: desk.CallbackDone}, {ID: "p2", At: 9, State: desk.CallbackOpen}, {ID: "p1", At: 5, State: desk.CallbackOpen},
	}}})
	b.out = nil
	return b
}

func TestCentralIsAskedBeforeAPromiseIsKept(t *testing.T) {
	b := promised(t)
	dial := desk.DialPressed{To: "13800138000", Customer: "c1"}
	b.do(dial)
	ask, ok := last[desk.AskLease](b)
	if _, dials := last[desk.PlaceCall](b); !ok || ask.Callback != "p1" || dials {
		t.Fatalf("%+v", b.out)
	}
	b.do(dial) // an impatient finger
	b.do(desk.LeaseAnswered{Seq: ask.Seq - 1, Known: true, Mine: true})
	if _, dials := last[desk.PlaceCall](b); dials {
		t.Fatal("an old answer dials")
	}
	b.do(desk.LeaseAnswered{Seq: ask.Seq, Known: true, Mine: true, Until: b.now + 600_000})
	call, ok := last[desk.PlaceCall](b)
	d, _ := b.s.Draft(call.Draft)
	if !ok || call.To != "13800138000" || d.Callback != "p1" || len(b.s.Drafts) != 1 {
		t.Fatalf("%+v %+v", call, d)
	}
	b.out = nil
	b.do(desk.CallPlaced{Draft: d.ID, Call: "call1"})
	c := desk.Call{ID: "call1", Linked: "L1", Direction: desk.Outbound, State: desk.CallTalking, AnsweredAt: b.now}
	b.do(desk.CallChanged{Call: c})
	c.State, c.EndedAt = desk.CallEnded, b.now+1000
	b.do(desk.CallChanged{Call: c})
	b.out = nil
	b.do(desk.SavePressed{Draft: d.ID})
	var kinds []string
	for _, o := range b.out {
		if w, is := o.(desk.CommitWork); is {
			kinds = append(kinds, w.Intent.Kind)
			if w.Intent.Kind == "callback.done" && (w.Intent.Changes[0].Key != "p1" || string(w.Intent.Changes[0].Fields) != `{"state":"done"}`) {
				t.Errorf("%+v", w.Intent)
			}
		}
	}
	if len(kinds) != 2 || kinds[0] != "contact.save" || kinds[1] != "callback.done" {
		t.Errorf("saved %v", kinds)
	}
}

func TestAPromiseThatSomebodyElseKeepsIsDialledOnlyWhenPressedAgain(t *testing.T) {
	b := promised(t)
	dial := desk.DialPressed{To: "13800138000", Customer: "c1"}
	b.do(dial)
	ask, _ := last[desk.AskLease](b)
	b.do(desk.LeaseAnswered{Seq: ask.Seq, Known: true, By: "chen", Name: "陈静"})
	if _, dials := last[desk.PlaceCall](b); dials || len(b.s.Notices) == 0 || b.s.Notices[0].Args["name"] != "陈静" {
		t.Fatalf("%+v", b.s.Notices)
	}
	b.do(dial)
	if _, dials := last[desk.PlaceCall](b); !dials {
		t.Error("the agent's word does not count")
	}
}

func TestAPromiseIsKeptWithoutCentralToo(t *testing.T) {
	b := promised(t)
	b.do(desk.DialPressed{To: "13800138000", Customer: "c1"})
	ask, _ := last[desk.AskLease](b)
	b.do(desk.LeaseAnswered{Seq: ask.Seq}) // it did not answer in time
	if _, dials := last[desk.PlaceCall](b); !dials {
		t.Error("a slow central keeps a call from being made")
	}
	b = promised(t)
	b.do(desk.LinkChanged{State: desk.CentralUnreachable})
	b.do(desk.DialPressed{To: "13800138000", Customer: "c1"})
	if _, dials := last[desk.PlaceCall](b); !dials {
		t.Error("a lost link keeps a call from being made")
	}
}
