package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestACallGoesToSomebodyElse(t *testing.T) {
	b := newBench(t)
	c := desk.Call{ID: "c1", State: desk.CallRinging, Direction: desk.Inbound, Number: "13800138000", StartedAt: b.now}
	b.do(desk.CallChanged{Call: c})
	if out := b.do(desk.TransferPressed{To: "8021"}); hasCommand[desk.TransferCall](out) {
		t.Error("a call that rings is handed over")
	}
	c.State, c.AnsweredAt = desk.CallTalking, b.now
	b.do(desk.CallChanged{Call: c})
	if out := b.do(desk.TransferPressed{Call: "c1"}); hasCommand[desk.TransferCall](out) {
		t.Error("it is handed over to nobody")
	}
	if got := command[desk.TransferCall](t, b.do(desk.TransferPressed{To: "8021"})); got != (desk.TransferCall{Call: "c1", To: "8021"}) {
		t.Errorf("%+v", got)
	}
	c.State, c.HeldBy, c.Transfer, c.TransferTo = desk.CallHeld, desk.HeldByMe, desk.TransferAsked, "8021"
	b.do(desk.CallChanged{Call: c})
	if out := b.do(desk.TransferPressed{Call: "c1", To: "8022"}); hasCommand[desk.TransferCall](out) {
		t.Error("it goes to two")
	}
	c.State, c.HeldBy, c.Transfer, c.TransferCode = desk.CallTalking, desk.HeldByNone, desk.TransferFailed, 486
	for range 2 {
		b.do(desk.CallChanged{Call: c})
	}
	var said []desk.Notice
	for _, n := range b.s.Notices {
		if n.Code == "transfer_failed" {
			said = append(said, n)
		}
	}
	if len(said) != 1 || said[0].Args["to"] != "8021" {
		t.Errorf("told of a transfer that failed: %+v", said)
	}
}

func TestWhoWasAskedTakesTheCall(t *testing.T) {
	b := newBench(t)
	c := desk.Call{ID: "c1", State: desk.CallRinging, Direction: desk.Inbound, Number: "13800138000", StartedAt: b.now}
	b.do(desk.CallChanged{Call: c})
	c.State, c.AnsweredAt = desk.CallTalking, b.now
	b.do(desk.CallChanged{Call: c})
	b.do(desk.NoteEdited{Content: new("转专家")})
	if got := command[desk.ConsultCall](t, b.do(desk.ConsultPressed{To: "8021"})); got != (desk.ConsultCall{Call: "c1", To: "8021"}) {
		t.Errorf("%+v", got)
	}
	c.State, c.HeldBy = desk.CallHeld, desk.HeldByMe
	second := desk.Call{ID: "c2", State: desk.CallDialling, Direction: desk.Outbound, Number: "8021", Consults: "c1", StartedAt: b.now}
	b.do(desk.CallChanged{Call: c})
	b.do(desk.CallChanged{Call: second})
	second.State, second.AnsweredAt = desk.CallTalking, b.now
	b.do(desk.CallChanged{Call: second})
	if len(b.s.Drafts) != 1 || b.s.Drafts[0].Call != "c1" {
		t.Fatalf("asking a colleague made a record: %+v", b.s.Drafts)
	}
	for _, wrong := range []desk.CompletePressed{{Call: "c1", Consult: "c1"}, {Call: "gone", Consult: "c2"}, {Call: "c1", Consult: "gone"}} {
		if out := b.do(wrong); hasCommand[desk.CompleteTransfer](out) {
			t.Errorf("%+v is done", wrong)
		}
	}
	if got := command[desk.CompleteTransfer](t, b.do(desk.CompletePressed{Call: "c1", Consult: "c2"})); got != (desk.CompleteTransfer{Call: "c1", Consult: "c2"}) {
		t.Errorf("%+v", got)
	}
	for _, o := range []desk.Call{c, second} {
		o.State, o.EndReason, o.EndedBy, o.EndedAt = desk.CallEnded, "transferred", "me", b.now
		b.do(desk.CallChanged{Call: o})
	}
	if d := b.s.Drafts[0]; d.Ended == 0 || d.Content != "转专家" || b.s.WrapFor != d.ID {
		t.Errorf("the customer's record is not wrapped up: %+v", d)
	}
}
