package desk_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestADeskToBeWipedShowsNothingAboutCustomersAtOnceAndKeepsItsTalk(t *testing.T) {
	b := newBench(t)
	note := "客户投诉退款"
	talk := desk.Call{ID: "c1", Linked: "l1", State: desk.CallTalking, Direction: desk.Inbound, Number: "13800138000", E164: "+8613800138000", Name: "陈怡君", Queue: "投诉", AnsweredAt: 1}
	rings := desk.Call{ID: "c2", Linked: "l2", State: desk.CallRinging, Direction: desk.Inbound, Number: "13900139000"}
	b.do(desk.CallChanged{Call: talk})
	b.do(desk.CallChanged{Call: rings})
	b.do(desk.NoteEdited{Content: &note})
	b.do(desk.BoardSeen{Board: desk.Board{Agents: []desk.Agent{{User: "wang"}}}})
	b.out = nil
	b.do(desk.WipeOrdered{})
	if !slices.Contains(b.out, desk.Command(desk.HangUpCall{Call: "c2"})) || slices.Contains(b.out, desk.Command(desk.HangUpCall{Call: "c1"})) {
		t.Errorf("commands %v: the ringing call is declined, the talk goes on", b.out)
	}
	nothing := func() {
		t.Helper()
		text, err := json.Marshal(b.s)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"1380013", "1390013", "陈怡君", "退款", "wang"} {
			if strings.Contains(string(text), secret) {
				t.Errorf("the state still holds %q: %s", secret, text)
			}
		}
	}
	nothing()
	rings.State = desk.CallEnded
	b.do(desk.CallChanged{Call: rings})
	nothing()
	talk.Muted = true
	b.out = nil
	for _, e := range []desk.Event{
		desk.CallChanged{Call: talk},
		desk.CustomerFound{Number: "13800138000", Customers: []desk.Customer{{ID: "k", Name: "陈怡君"}}},
		desk.SearchEdited{Text: "陈怡君"},
		desk.NoteEdited{Content: &note},
		desk.DialEdited{Text: "13900139000"},
		desk.StateChosen{State: desk.AgentReady},
		desk.DialPressed{},
		desk.SavePressed{},
		desk.SyncPressed{},
		desk.Ticked{},
		desk.WipeOrdered{},
	} {
		b.do(e)
	}
	nothing()
	for _, c := range b.out {
		if _, ok := c.(desk.PublishAgent); !ok {
			t.Errorf("command %#v of a desk that is being wiped", c)
		}
	}
	if c, ok := b.s.Current(); !ok || c.ID != "c1" || !c.Muted || b.s.Agent.State != desk.AgentOnCall {
		t.Errorf("the talk is %+v, the agent %s", c, b.s.Agent.State)
	}
	b.out = nil
	b.do(desk.HangUpPressed{})
	if !slices.Contains(b.out, desk.Command(desk.HangUpCall{Call: "c1"})) {
		t.Errorf("hanging up gives %v", b.out)
	}
	talk.State = desk.CallEnded
	b.do(desk.CallChanged{Call: talk})
	if _, live := b.s.Current(); live || b.s.Agent.State != desk.AgentNotReady {
		t.Errorf("after the talk: live %v, agent %s", live, b.s.Agent.State)
	}
}
