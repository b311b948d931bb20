package desk_test

import (
	"encoding/json"
	"testing"

	"github.com/callbench/callbench/desk"
)

// crash kills the desk and starts it again: what the last kept draft says is all that is left.
func (b *bench) crash(after desk.Millis) {
	b.t.Helper()
	var kept desk.Draft
	for _, c := range b.out {
		if k, ok := c.(desk.KeepDraft); ok {
			kept = k.Draft
		}
	}
	body, err := json.Marshal(kept)
	if err != nil {
		b.t.Fatal(err)
	}
	var d desk.Draft
	if err := json.Unmarshal(body, &d); err != nil {
		b.t.Fatal(err)
	}
	b.now += after
	old := b.s
	b.s, b.out = desk.State{}, nil
	b.do(desk.Started{Version: "test", Language: desk.ZhHans, Session: old.Session, Flows: old.Flows, Routes: old.Routes, Central: true})
	b.do(desk.DraftsRestored{Drafts: []desk.Draft{d}})
}

func TestACrashInMidCallComesBackToTheSameStepAndMoments(t *testing.T) {
	b := newBench(t)
	b.talk(chen)
	b.answerStep()
	text := "写到一半"
	b.do(desk.NoteEdited{Content: &text})
	before := b.active()
	b.now += 60_000
	b.do(desk.Ticked{})
	seen := b.now
	b.crash(30_000)
	after := b.active()
	if after.ID != before.ID || after.Content != text || after.Customer != "c1" || after.Run == nil || after.Run.Step != before.Run.Step || len(after.Run.Answers) != len(before.Run.Answers) {
		t.Fatalf("before %+v\nafter %+v", before, after)
	}
	if after.At != before.At || after.Answered != before.Answered || !after.CallGone || after.Call != "" {
		t.Fatalf("moments: %+v", after)
	}
	if after.Ended != seen {
		t.Fatalf("the call was alive at %d, and is said to have ended at %d", seen, after.Ended)
	}
	b.agent(desk.AgentWrapUp)
	if b.s.Agent.Since != after.Ended {
		t.Fatalf("wrap-up runs since %d, the call ended at %d", b.s.Agent.Since, after.Ended)
	}
}

func TestACrashInWrapUpLetsItsTimerRunOn(t *testing.T) {
	b := newBench(t)
	b.talkAndEnd()
	ended := b.active().Ended
	b.crash(45_000)
	if d := b.active(); d.Ended != ended || b.s.Agent.State != desk.AgentWrapUp || b.s.Agent.Since != ended {
		t.Fatalf("ended %d, after the crash %d, wrap-up since %d", ended, d.Ended, b.s.Agent.Since)
	}
}

func TestALiveCallIsWrittenDownNowAndThen(t *testing.T) {
	b := newBench(t)
	b.talk(chen)
	b.out = nil
	for range 300 { // half a minute: bench lets 100 ms pass at each event
		b.do(desk.Ticked{})
	}
	n := 0
	for _, c := range b.out {
		if _, ok := c.(desk.KeepDraft); ok {
			n++
		}
	}
	if n < 2 || n > 3 {
		t.Fatalf("kept %d times in 30 s", n)
	}
	if d := b.active(); d.Kept > d.Changed {
		t.Fatal("it looks like typing")
	}
}

func TestACallThatRangDuringACrashIsAMissedOne(t *testing.T) {
	b := newBench(t)
	b.rings(nil, chen)
	b.crash(10_000)
	if len(b.s.Drafts) != 0 || !hasCommand[desk.ForgetDraft](b.out) || b.s.Agent.State == desk.AgentWrapUp {
		t.Fatalf("%+v, agent %s", b.s.Drafts, b.s.Agent.State)
	}
	if n := b.s.Notices; len(n) != 1 || n[0].Code != "missed_call" {
		t.Fatalf("%+v", n)
	}
}

func TestACallThatWasDialledDuringACrashWasNotAnswered(t *testing.T) {
	b := newBench(t)
	place := command[desk.PlaceCall](t, b.do(desk.DialPressed{To: "13900139000"}))
	b.do(desk.CallPlaced{Draft: place.Draft, Call: "o"})
	b.crash(10_000)
	if d := b.active(); d.Outcome != desk.OutcomeNoAnswer || d.Number != "13900139000" {
		t.Fatalf("%+v", d)
	}
}

func TestAChoiceSurvivesACrash(t *testing.T) {
	b := newBench(t)
	id := b.rings(nil, chen, liu)
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
	b.do(desk.CustomerChosen{Draft: id})
	b.crash(1000)
	find := command[desk.FindCustomer](t, b.out)
	b.do(desk.CustomerFound{Draft: id, Number: find.Number, Customers: []desk.Customer{chen}})
	if d := b.active(); d.Customer != "" || !d.Nobody {
		t.Fatalf("%+v", d)
	}
}
