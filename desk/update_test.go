package desk_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
)

// bench drives Update as the loop does and keeps the commands.
type bench struct {
	t   testing.TB
	s   desk.State
	now desk.Millis
	n   int
	out []desk.Command
}

func shipped(t testing.TB) []*flow.Flow {
	t.Helper()
	var out []*flow.Flow
	for _, name := range []string{"enquiry.flow", "complaint.flow"} {
		src, err := os.ReadFile("../assets/flows/" + name)
		if err != nil {
			t.Fatal(err)
		}
		f, problems := flow.Parse(name, src)
		if f == nil {
			t.Fatal(problems)
		}
		out = append(out, f)
	}
	return out
}

func newBench(t testing.TB) *bench {
	t.Helper()
	b := &bench{t: t, now: 1_700_000_000_000}
	b.do(desk.Started{
		Version: "test", Language: desk.ZhHans, Session: desk.Session{User: "lin", Name: "林小婷", Group: "north", Desk: "d1"},
		Flows: shipped(t), Routes: map[string]string{"投诉": "complaint"}, Central: true,
	})
	b.do(desk.RegistrationChanged{Registration: desk.Registration{AOR: "sip:101@x", State: desk.Registered}})
	b.do(desk.StateChosen{State: desk.AgentReady})
	return b
}

func (b *bench) stamp() desk.Stamp {
	b.n++
	b.now += 100
	return desk.Stamp{At: b.now, Offset: 480, Zone: "Asia/Shanghai", Fresh: fmt.Sprintf("01890000-0000-7000-8000-%012d", b.n)}
}

func (b *bench) do(e desk.Event) []desk.Command {
	var out []desk.Command
	b.s, out = desk.Update(b.s, b.stamp(), e)
	b.out = append(b.out, out...)
	return out
}

func command[C desk.Command](t testing.TB, list []desk.Command) C {
	t.Helper()
	for _, c := range list {
		if c, ok := c.(C); ok {
			return c
		}
	}
	t.Fatalf("no %v among %v", reflect.TypeFor[C](), list)
	panic("unreachable")
}

func hasCommand[C desk.Command](list []desk.Command) bool {
	return slices.ContainsFunc(list, func(c desk.Command) bool { _, ok := c.(C); return ok })
}

func (b *bench) active() desk.Draft {
	b.t.Helper()
	d, ok := b.s.Draft(b.s.Active)
	if !ok {
		b.t.Fatal("no active draft")
	}
	return d
}

func (b *bench) call(id string, state desk.CallState) desk.Call {
	c, ok := b.s.Call(id)
	if !ok {
		c = desk.Call{ID: id, Linked: "pbx-" + id, Direction: desk.Inbound, Number: "13800138000", Queue: "投诉", StartedAt: b.now}
	}
	if state == desk.CallTalking && c.AnsweredAt == 0 {
		c.AnsweredAt = b.now
	}
	if state == desk.CallEnded {
		c.EndedAt = b.now
	}
	c.State = state
	return c
}

func (b *bench) agent(want desk.AgentStatus) {
	b.t.Helper()
	if b.s.Agent.State != want {
		b.t.Fatalf("agent is %s, want %s", b.s.Agent.State, want)
	}
}

var chen = desk.Customer{ID: "c1", Name: "陈怡君", Tier: desk.TierLoyal}

func TestAnInboundCallIsLedFromTheRingToTheSavedRecord(t *testing.T) {
	b := newBench(t)
	b.agent(desk.AgentReady)
	out := b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)})
	find := command[desk.FindCustomer](t, out)
	if !command[desk.AlertAgent](t, out).On {
		t.Fatal("the desk does not ring")
	}
	b.agent(desk.AgentRinging)
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number, Customers: []desk.Customer{chen}})
	b.do(desk.HistoryLoaded{Draft: find.Draft, Customer: chen})
	d := b.active()
	if d.Customer != "c1" || d.Run == nil || d.Run.Flow != "complaint" {
		t.Fatalf("pop: %+v", d)
	}
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
	b.agent(desk.AgentOnCall)
	for i := 0; !b.active().Run.Done; i++ {
		if i > 30 {
			t.Fatalf("flow does not end: %+v", b.active().Run)
		}
		b.answerStep()
	}
	if !hasCommand[desk.HangUpCall](b.do(desk.HangUpPressed{})) {
		t.Fatal("hang up gives no command")
	}
	out = b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	b.agent(desk.AgentWrapUp)
	if command[desk.AlertAgent](t, b.out).On != true {
		t.Fatal("first alert must be on")
	}
	_ = out
	save := command[desk.CommitWork](t, b.do(desk.SavePressed{Ready: true}))
	var contact desk.Contact
	for _, c := range save.Intent.Changes {
		if c.Table == desk.TableContact {
			if err := json.Unmarshal(c.Fields, &contact); err != nil {
				t.Fatal(err)
			}
		}
	}
	if contact.ID != d.ID || contact.Customer != "c1" || contact.Content == "" || contact.Call != "pbx-a" || contact.Outcome == "" {
		t.Fatalf("contact: %+v", contact)
	}
	if save.Intent.Draft != d.ID {
		t.Fatal("a finished record must drop its draft in the same transaction")
	}
	b.do(desk.WorkCommitted{Draft: save.Draft, Committed: desk.Committed{ID: save.Intent.ID, N: 1, At: b.now, Pending: 1}, Contact: save.Contact})
	b.agent(desk.AgentReady)
	if len(b.s.Drafts) != 0 || b.s.Active != "" || b.s.Saved.Synced {
		t.Fatalf("after saving: %d drafts, %+v", len(b.s.Drafts), b.s.Saved)
	}
	b.do(desk.Synced{})
	if !b.s.Saved.Synced {
		t.Fatal("an empty outbox means that it is synced")
	}
}

// answerStep answers the flow's step with the first option, or something that fits.
func (b *bench) answerStep() {
	b.t.Helper()
	d := b.active()
	v := flow.Show(b.s.Flow(d.Run.Hash), *d.Run, "zh-Hans")
	answers := map[string]string{}
	for _, a := range v.Ask {
		switch a.Type {
		case flow.Choice:
			answers[a.ID] = a.Options[0].ID
		case flow.Bool:
			answers[a.ID] = "yes"
		case flow.Number, flow.Amount:
			answers[a.ID] = "100"
		case flow.Date:
			answers[a.ID] = "2026-11-23"
		case flow.Phone:
			answers[a.ID] = "13800138000"
		case flow.Text:
			answers[a.ID] = "退款"
		}
	}
	b.do(desk.FlowAnswered{Answers: answers})
	if e := b.active().FieldErr; e != nil {
		b.t.Fatalf("step %s: %+v", v.Step, e)
	}
}

func TestASaveThatFailsLosesNothing(t *testing.T) {
	b := newBench(t)
	b.talkAndEnd()
	text := "客户要求退款"
	b.do(desk.NoteEdited{Content: &text})
	save := command[desk.CommitWork](t, b.do(desk.SavePressed{Ready: true}))
	b.do(desk.WorkNotCommitted{Intent: save.Intent.ID, Draft: save.Draft, Problem: "disk_full"})
	d := b.active()
	if d.Content != text || d.Problem != "disk_full" || d.Saving {
		t.Fatalf("draft after a failed save: %+v", d)
	}
	b.agent(desk.AgentWrapUp)
	if !hasCommand[desk.CommitWork](b.do(desk.SavePressed{Ready: true})) {
		t.Fatal("a second try must be possible")
	}
}

func (b *bench) talkAndEnd() {
	b.t.Helper()
	out := b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)})
	find := command[desk.FindCustomer](b.t, out)
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number, Customers: []desk.Customer{chen}})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
}

func TestSeveralCustomersWithOneNumberAreOfferedNotGuessed(t *testing.T) {
	b := newBench(t)
	find := command[desk.FindCustomer](t, b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)}))
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number, Customers: []desk.Customer{chen, {ID: "c2", Name: "陈先生"}}})
	if d := b.active(); d.Customer != "" || len(d.Matches) != 2 {
		t.Fatalf("guessed: %+v", d)
	}
	if c := command[desk.LoadHistory](t, b.do(desk.CustomerChosen{Customer: "c2"})); c.Customer != "c2" {
		t.Fatal("the chosen one's history is not loaded")
	}
}

func TestACallThatNobodyAnsweredLeavesNothingBehind(t *testing.T) {
	b := newBench(t)
	b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)})
	out := b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	if !hasCommand[desk.ForgetDraft](out) || len(b.s.Drafts) != 0 {
		t.Fatal("the draft of a missed call stays")
	}
	if a := command[desk.AlertAgent](t, out); a.On {
		t.Fatal("it rings on")
	}
	b.agent(desk.AgentReady)
}

func TestASecondCallDoesNotTakeTheScreenFromWhatIsBeingWritten(t *testing.T) {
	b := newBench(t)
	b.talkAndEnd()
	first := b.s.Active
	b.do(desk.CallChanged{Call: b.call("b", desk.CallRinging)})
	if b.s.Active != first {
		t.Fatal("the ringing call took the screen")
	}
	b.do(desk.CallChanged{Call: b.call("b", desk.CallTalking)})
	if b.s.Active == first {
		t.Fatal("the answered call is not on screen")
	}
	if _, ok := b.s.Draft(first); !ok {
		t.Fatal("the first draft is lost")
	}
}

func TestAnsweringASecondCallHoldsTheFirst(t *testing.T) {
	b := newBench(t)
	b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
	b.do(desk.CallChanged{Call: b.call("b", desk.CallRinging)})
	out := b.do(desk.AnswerPressed{})
	if h := command[desk.HoldCall](t, out); h.Call != "a" || !h.On {
		t.Fatalf("hold: %+v", h)
	}
	if a := command[desk.AnswerCall](t, out); a.Call != "b" {
		t.Fatalf("answer: %+v", a)
	}
}

func TestWhatTheAgentTypedIsNotOverwrittenByTheFlow(t *testing.T) {
	b := newBench(t)
	find := command[desk.FindCustomer](t, b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)}))
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
	text := "我自己写的"
	b.do(desk.NoteEdited{Content: &text})
	b.answerStep()
	if got := b.active().Content; got != text {
		t.Fatalf("note is %q", got)
	}
}

func TestADraftFromBeforeACrashComesBackWithItsStep(t *testing.T) {
	b := newBench(t)
	find := command[desk.FindCustomer](t, b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)}))
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number, Customers: []desk.Customer{chen}})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
	b.answerStep()
	text := "写到一半"
	kept := command[desk.KeepDraft](t, b.do(desk.NoteEdited{Content: &text})).Draft
	raw, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	var back desk.Draft
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	again := newBench(t)
	out := again.do(desk.DraftsRestored{Drafts: []desk.Draft{back}})
	d := again.active()
	if d.Content != text || d.Customer != "c1" || d.Run.Step != kept.Run.Step || !d.CallGone {
		t.Fatalf("restored: %+v", d)
	}
	if command[desk.LoadHistory](t, out).Customer != "c1" {
		t.Fatal("the customer is not loaded")
	}
	again.agent(desk.AgentWrapUp)
}

func TestAnUnknownCallerWithANameBecomesACustomerInTheSameIntent(t *testing.T) {
	b := newBench(t)
	find := command[desk.FindCustomer](t, b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)}))
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
	b.do(desk.NewNameEdited{Name: "王先生"})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	save := command[desk.CommitWork](t, b.do(desk.SavePressed{}))
	if len(save.Intent.Changes) != 2 || save.Intent.Changes[0].Table != desk.TableCustomer {
		t.Fatalf("changes: %+v", save.Intent.Changes)
	}
	if save.Contact.Customer != save.Intent.Changes[0].Key {
		t.Fatal("the contact does not name the new customer")
	}
}

func TestAPhoneThatIsNotRegisteredMakesTheAgentOffline(t *testing.T) {
	b := newBench(t)
	out := b.do(desk.RegistrationChanged{Registration: desk.Registration{AOR: "sip:101@x", State: desk.RegFailed, Reason: "timeout"}})
	b.agent(desk.AgentOffline)
	if command[desk.PublishAgent](t, out).Agent.Cause != desk.CausePhone {
		t.Fatal("the cause is the phone")
	}
	if hasCommand[desk.PlaceCall](b.do(desk.DialPressed{To: "10086"})) {
		t.Fatal("dialled without a registration")
	}
	b.do(desk.RegistrationChanged{Registration: desk.Registration{AOR: "sip:101@x", State: desk.Registered}})
	b.agent(desk.AgentReady)
}

func TestADialledCallNobodyAnswersIsRecordedAsSuch(t *testing.T) {
	b := newBench(t)
	place := command[desk.PlaceCall](t, b.do(desk.DialPressed{To: "13900139000"}))
	c := desk.Call{ID: "o", Direction: desk.Outbound, Number: "13900139000", State: desk.CallDialling, StartedAt: b.now}
	b.do(desk.CallChanged{Call: c})
	b.do(desk.CallPlaced{Draft: place.Draft, Call: "o"})
	b.agent(desk.AgentOnCall)
	c.State, c.EndedAt, c.EndReason = desk.CallEnded, b.now, "no_answer"
	b.do(desk.CallChanged{Call: c})
	if d := b.active(); d.Outcome != desk.OutcomeNoAnswer {
		t.Fatalf("outcome %q", d.Outcome)
	}
	b.agent(desk.AgentWrapUp)
}

func TestSavingInMidCallKeepsTheDraftAndCorrectsLater(t *testing.T) {
	b := newBench(t)
	find := command[desk.FindCustomer](t, b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)}))
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number, Customers: []desk.Customer{chen}})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
	save := command[desk.CommitWork](t, b.do(desk.SavePressed{}))
	if save.Intent.Draft != "" {
		t.Fatal("the draft of a live call must stay on disk")
	}
	b.do(desk.WorkCommitted{Draft: save.Draft, Committed: desk.Committed{ID: save.Intent.ID, N: 1, At: b.now}, Contact: save.Contact})
	if b.active().ID != save.Draft {
		t.Fatal("the draft is gone in mid-call")
	}
	b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	again := command[desk.CommitWork](t, b.do(desk.SavePressed{}))
	if again.Contact.ID != save.Contact.ID {
		t.Fatal("saving again must correct the same record")
	}
}

func TestWhatIsTypedWhileSavingStaysOpenAndIsNewerThanTheIntent(t *testing.T) {
	b := newBench(t)
	b.talkAndEnd()
	save := command[desk.CommitWork](t, b.do(desk.SavePressed{Ready: true}))
	b.now -= 100 // in the same millisecond
	text := "一句补充"
	kept := command[desk.KeepDraft](t, b.do(desk.NoteEdited{Content: &text})).Draft
	if kept.Changed <= save.Intent.At {
		t.Fatalf("typed at %d, intent at %d", kept.Changed, save.Intent.At)
	}
	b.do(desk.WorkCommitted{Draft: save.Draft, Committed: desk.Committed{ID: save.Intent.ID, N: 1, At: b.now}, Contact: save.Contact})
	if d := b.active(); d.Content != text {
		t.Fatalf("lost: %+v", d)
	}
}

func TestUpdateNeverChangesAStateThatWasHandedOut(t *testing.T) {
	b := newBench(t)
	b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)})
	old := b.s
	before, err := json.Marshal(old)
	if err != nil {
		t.Fatal(err)
	}
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
	text := "x"
	b.do(desk.NoteEdited{Content: &text})
	b.do(desk.NoticeRaised{Notice: desk.Notice{Code: "n"}})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	after, err := json.Marshal(old)
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Fatal("an old state has changed")
	}
}

// Whatever happens in whatever order, the state stays one that can be shown and nothing typed is lost.
func TestAnyOrderOfEventsKeepsTheState(t *testing.T) {
	flows := shipped(t)
	rapid.Check(t, func(rt *rapid.T) {
		b := &bench{t: t, now: 1_700_000_000_000}
		b.do(desk.Started{Version: "t", Language: desk.ZhHans, Session: desk.Session{User: "lin"}, Flows: flows})
		states := []desk.CallState{desk.CallRinging, desk.CallTalking, desk.CallHeld, desk.CallEnded}
		id := func() string { return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "call") }
		rt.Repeat(map[string]func(*rapid.T){
			"call": func(*rapid.T) {
				b.do(desk.CallChanged{Call: b.call(id(), rapid.SampledFrom(states).Draw(rt, "state"))})
			},
			"found": func(*rapid.T) {
				for _, d := range b.s.Drafts {
					b.do(desk.CustomerFound{Draft: d.ID, Number: d.Number, Customers: []desk.Customer{chen}})
				}
			},
			"note": func(*rapid.T) {
				text := rapid.String().Draw(rt, "text")
				b.do(desk.NoteEdited{Content: &text})
			},
			"flow": func(*rapid.T) {
				b.do(desk.FlowAnswered{Answers: map[string]string{"topic": rapid.String().Draw(rt, "a")}})
				b.do(desk.FlowBack{})
			},
			"save": func(*rapid.T) { b.do(desk.SavePressed{Ready: rapid.Bool().Draw(rt, "ready")}) },
			"committed": func(*rapid.T) {
				for _, c := range b.out {
					if c, ok := c.(desk.CommitWork); ok {
						b.do(desk.WorkCommitted{Draft: c.Draft, Committed: desk.Committed{ID: c.Intent.ID, N: 1}, Contact: c.Contact})
					}
				}
				b.out = nil
			},
			"failed": func(*rapid.T) {
				for _, d := range b.s.Drafts {
					b.do(desk.WorkNotCommitted{Draft: d.ID, Problem: "disk_full"})
				}
			},
			"dial": func(*rapid.T) { b.do(desk.DialPressed{To: "10086"}) },
			"ready": func(*rapid.T) {
				b.do(desk.StateChosen{State: rapid.SampledFrom([]desk.AgentStatus{desk.AgentReady, desk.AgentNotReady}).Draw(rt, "s")})
			},
			"tick": func(*rapid.T) { b.do(desk.Ticked{}) },
			"": func(rt *rapid.T) {
				if _, ok := b.s.Draft(b.s.Active); !ok && b.s.Active != "" {
					rt.Fatal("the active draft does not exist")
				}
				if b.s.Active == "" && len(b.s.Drafts) > 0 {
					rt.Fatal("drafts, but none on screen")
				}
				if len(b.s.Drafts) > desk.MaxDrafts || len(b.s.Notices) > desk.MaxNotices {
					rt.Fatal("a bound is broken")
				}
				if cur, ok := b.s.Current(); ok && cur.State == desk.CallTalking && b.s.Agent.State != desk.AgentOnCall {
					rt.Fatalf("talking, but the agent is %s", b.s.Agent.State)
				}
			},
		})
	})
}

func TestWhoTakesOrBeginsACallSeesIt(t *testing.T) {
	for _, c := range []struct{ view, want string }{{"settings", "work"}, {"board", "work"}, {"work", "work"}, {"setup", "setup"}} {
		b := newBench(t)
		b.do(desk.ViewChosen{View: c.view})
		b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)})
		if b.s.View != c.view {
			t.Errorf("a call that rings leads from %s to %s", c.view, b.s.View)
		}
		b.do(desk.AnswerPressed{})
		if b.s.View != c.want {
			t.Errorf("answering in %s leads to %s", c.view, b.s.View)
		}
		b = newBench(t)
		b.do(desk.ViewChosen{View: c.view})
		b.do(desk.DialPressed{To: "10086"})
		if b.s.View != c.want {
			t.Errorf("dialling in %s leads to %s", c.view, b.s.View)
		}
	}
}

func TestAWarningGoesWhenItIsNoLongerTrue(t *testing.T) {
	b := newBench(t)
	b.talkAndEnd()
	save := command[desk.CommitWork](t, b.do(desk.SavePressed{Ready: true}))
	b.do(desk.SavePressed{Ready: true})
	if len(b.s.Notices) != 1 || b.s.Notices[0].Code != "saving" {
		t.Fatalf("pressed twice, it says %+v", b.s.Notices)
	}
	b.do(desk.WorkCommitted{Draft: save.Draft, Committed: desk.Committed{ID: save.Intent.ID, N: 1, At: b.now}, Contact: save.Contact})
	if len(b.s.Notices) != 0 {
		t.Errorf("once saved it still says %+v", b.s.Notices)
	}
	b.do(desk.RegistrationChanged{Registration: desk.Registration{AOR: "sip:101@x", State: desk.Unregistered}})
	b.do(desk.DialPressed{To: "10086"})
	if len(b.s.Notices) != 1 {
		t.Fatalf("without a phone it says %+v", b.s.Notices)
	}
	b.do(desk.RegistrationChanged{Registration: desk.Registration{AOR: "sip:101@x", State: desk.Registered}})
	if len(b.s.Notices) != 0 {
		t.Errorf("registered again it still says %+v", b.s.Notices)
	}
}
