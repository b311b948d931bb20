package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func kept(out []desk.Command) (list []desk.CallRecord) {
	for _, c := range out {
		if k, ok := c.(desk.KeepCall); ok {
			list = append(list, k.Call)
		}
	}
	return list
}

func loads(out []desk.Command) (list []desk.LoadDay) {
	for _, c := range out {
		if l, ok := c.(desk.LoadDay); ok {
			list = append(list, l)
		}
	}
	return list
}

func TestEveryCallThatEndsIsKeptOnceWithWhatBecameOfIt(t *testing.T) {
	for name, c := range map[string]struct {
		call desk.Call
		want desk.CallEnd
	}{
		"talked":    {desk.Call{Direction: desk.Inbound, AnsweredAt: 5, EndReason: "answered", EndedBy: "them"}, desk.EndTalked},
		"missed":    {desk.Call{Direction: desk.Inbound, EndReason: "cancelled", EndedBy: "them"}, desk.EndMissed},
		"declined":  {desk.Call{Direction: desk.Inbound, EndReason: "rejected", EndedBy: "me"}, desk.EndDeclined},
		"elsewhere": {desk.Call{Direction: desk.Inbound, EndReason: "elsewhere", EndedBy: "them"}, desk.EndElsewhere},
		"no answer": {desk.Call{Direction: desk.Outbound, EndReason: "busy"}, desk.EndNoAnswer},
	} {
		b := newBench(t)
		b.out = nil
		c.call.ID, c.call.Number, c.call.State = "c1", "13800138000", desk.CallRinging
		b.do(desk.CallChanged{Call: c.call})
		if c.call.Direction == desk.Inbound {
			b.do(desk.CustomerFound{Draft: b.s.Active, Number: c.call.Number, Customers: []desk.Customer{{ID: "k1", Name: "陈怡君"}}})
		}
		c.call.State = desk.CallEnded
		b.do(desk.CallChanged{Call: c.call})
		b.do(desk.CallChanged{Call: c.call}) // told again
		list := kept(b.out)
		if len(list) != 1 || list[0].How != c.want || list[0].ID != "c1" || list[0].Started == 0 || list[0].Ended == 0 {
			t.Errorf("%s: kept %+v", name, list)
			continue
		}
		if c.call.Direction == desk.Inbound && (list[0].Customer != "k1" || list[0].CustomerName != "陈怡君") {
			t.Errorf("%s: not told whom it was: %+v", name, list[0])
		}
		if len(b.s.Day.Calls) != 1 {
			t.Errorf("%s: the day has %d calls", name, len(b.s.Day.Calls))
		}
	}
}

func TestTheDayIsReadSoonAndEveryMinuteAndBeginsAtMidnightHere(t *testing.T) {
	b := newBench(t)
	b.out = nil
	for range 130 {
		b.now += 900
		b.do(desk.Ticked{})
	}
	list := loads(b.out)
	if len(list) != 3 {
		t.Fatalf("in 130 s the day was read %d times", len(list))
	}
	l := list[0]
	if l.User != "lin" || l.Until-l.From != 24*60*60*1000 || (l.From+8*60*60*1000)%(24*60*60*1000) != 0 || l.From > b.now || l.Until < b.now {
		t.Errorf("at %d the day is %+v", b.now, l)
	}
	b.do(desk.DayLoaded{Seq: l.Seq, From: l.From, Kept: 9})
	if b.s.Day.Known {
		t.Error("a late answer is taken")
	}
	b.do(desk.DayLoaded{Seq: list[2].Seq, From: l.From, Due: 4, Kept: 3, Calls: []desk.CallRecord{{ID: "x", Ended: 5}}})
	if !b.s.Day.Known || b.s.Day.Kept != 3 || b.s.Day.Due != 4 || len(b.s.Day.Calls) != 1 {
		t.Errorf("the day is %+v", b.s.Day)
	}
}

func TestACallThatEndsWhileTheDayIsReadIsNotLost(t *testing.T) {
	b := newBench(t)
	b.out = nil
	b.do(desk.Ticked{})
	seq := loads(b.out)[0].Seq
	call := desk.Call{ID: "c1", Direction: desk.Inbound, Number: "1", State: desk.CallRinging}
	b.do(desk.CallChanged{Call: call})
	call.State, call.EndedBy = desk.CallEnded, "them"
	b.do(desk.CallChanged{Call: call})
	b.do(desk.DayLoaded{Seq: seq, Calls: []desk.CallRecord{{ID: "before", Ended: 5}}})
	if len(b.s.Day.Calls) != 2 || b.s.Day.Calls[0].ID != "c1" {
		t.Errorf("calls %+v", b.s.Day.Calls)
	}
}

func TestAWipedDeskForgetsItsCalls(t *testing.T) {
	b := newBench(t)
	call := desk.Call{ID: "c1", Direction: desk.Inbound, Number: "1", State: desk.CallRinging}
	b.do(desk.CallChanged{Call: call})
	call.State = desk.CallEnded
	b.do(desk.CallChanged{Call: call})
	b.do(desk.WipeOrdered{})
	if len(b.s.Day.Calls) != 0 {
		t.Errorf("after a wipe order %+v", b.s.Day.Calls)
	}
}
