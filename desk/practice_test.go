package desk_test

import (
	"reflect"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
)

// practise begins a practice on a bench.
func (b *bench) practise() {
	b.t.Helper()
	b.do(desk.PracticeStarted{Flow: b.s.Flows[0].ID(), Name: "王女士"})
	if _, on := b.s.Practises(); !on {
		b.t.Fatal("nothing is practised")
	}
}

// walked are answers to the step where a run stands.
func (b *bench) walked(d desk.Draft) map[string]string {
	b.t.Helper()
	answers := map[string]string{}
	for _, a := range flow.Show(b.s.Flow(d.Run.Hash), *d.Run, "zh-Hans").Ask {
		answers[a.ID] = firstAnswer(a)
	}
	return answers
}

func firstAnswer(a flow.Ask) string {
	if len(a.Options) > 0 {
		return a.Options[0].ID
	}
	return map[flow.AskType]string{flow.Number: "1", flow.Date: "2026-11-23 15:00", flow.Amount: "199", flow.Phone: "13800138000"}[a.Type] + map[bool]string{true: "退款三天没有到账"}[a.Type == flow.Text]
}

func TestAPracticeReachesTheEndOfAFlowAndWritesNothing(t *testing.T) {
	b := newBench(t)
	b.do(desk.Ticked{})
	before := b.s
	b.practise()
	var out []desk.Command
	subject, words := "我的主题", "我写的"
	for range 30 {
		d, on := b.s.Practises()
		if !on || d.Run.Done {
			break
		}
		out = append(out, b.do(desk.AskEdited{Draft: d.ID, Ask: "x", Text: "…"})...)
		out = append(out, b.do(desk.FlowAnswered{Draft: d.ID, Answers: b.walked(d)})...)
	}
	d, on := b.s.Practises()
	if !on || !d.Run.Done || d.Content == "" || d.Outcome == "" {
		t.Fatalf("it does not reach the end as a real talk does: %+v", d.Run)
	}
	for _, e := range []desk.Event{
		desk.FlowBack{Draft: d.ID},
		desk.NoteEdited{Draft: d.ID, Subject: &subject, Content: &words},
		desk.ReasonChosen{Draft: d.ID, Reason: desk.ReasonFault},
		desk.OutcomeChosen{Draft: d.ID, Outcome: desk.OutcomeFollowUp},
		desk.PhraseTaken{Draft: d.ID, Text: "您好"},
		desk.SavePressed{Draft: d.ID},
		desk.Ticked{},
		desk.CustomerChosen{Draft: d.ID, Customer: "c9"},
		desk.NewNameEdited{Draft: d.ID, Name: "李"},
	} {
		out = append(out, b.do(e)...)
	}
	d, _ = b.s.Practises()
	if d.Content != words+"您好" || d.Subject != subject || d.Reason != desk.ReasonFault {
		t.Errorf("what is written in a practice is not there: %+v", d)
	}
	out = append(out, b.do(desk.SavePressed{Draft: d.ID, Ready: true})...)
	if len(out) != 0 {
		t.Errorf("a practice gives commands: %#v", out)
	}
	if b.s.Practice != nil {
		t.Error("the key that finishes a note does not end it")
	}
	after := b.s
	after.Notices, after.Practice = before.Notices, before.Practice
	if !reflect.DeepEqual(after, before) {
		t.Errorf("a practice leaves something behind:\n%+v\n%+v", before, after)
	}
}

func TestACallTakesTheScreenFromAPractice(t *testing.T) {
	b := newBench(t)
	b.practise()
	before, _ := b.s.Practises()
	b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)})
	if _, on := b.s.Practises(); on || b.s.Active == "" || b.s.View != "work" {
		t.Fatalf("the caller is not on screen: %+v", b.s.Practice)
	}
	b.agent(desk.AgentRinging)
	// What the window still sends of the practice reaches nobody.
	real, words := b.active(), "不该出现"
	late := b.do(desk.FlowAnswered{Draft: desk.PracticeID, Answers: b.walked(before)})
	late = append(late, b.do(desk.NoteEdited{Draft: desk.PracticeID, Content: &words})...)
	late = append(late, b.do(desk.SavePressed{Draft: desk.PracticeID, Ready: true})...)
	if len(late) != 0 || !reflect.DeepEqual(real, b.active()) {
		t.Errorf("it reaches the call: %#v\n%+v", late, b.active())
	}
	// In the call there is none to begin, nor to go on with.
	b.do(desk.PracticeStarted{Flow: b.s.Flows[0].ID(), Name: "王女士"})
	b.do(desk.PracticeResumed{})
	if _, on := b.s.Practises(); on {
		t.Error("a practice begins beside a call")
	}
	// Afterwards it stands where it stood.
	end := b.call("a", desk.CallEnded)
	end.EndReason, end.EndedBy = "elsewhere", "them"
	b.do(desk.CallChanged{Call: end})
	b.do(desk.PracticeResumed{})
	if d, on := b.s.Practises(); !on || d.Run.Step != before.Run.Step {
		t.Errorf("it cannot be gone on with: %+v", b.s.Practice)
	}
}

func TestACallTakesTheScreenFromAPracticeAlsoWhileANoteIsOpen(t *testing.T) {
	b := newBench(t)
	b.s.Drafts, b.s.Active = []desk.Draft{{ID: "d", Looked: true, Answered: 1, Ended: 2}}, "d"
	b.practise()
	b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)})
	if _, on := b.s.Practises(); on {
		t.Error("the practice stays in front of it")
	}
	if d := b.active(); d.Call != "a" {
		t.Errorf("the old note comes up, and has the keys that were meant for the practice: %+v", d)
	}
	b.do(desk.PracticeEnded{}) // pressed in this instant
	if b.s.Practice == nil {
		t.Error("what the notice promises to keep is gone")
	}
	if n := b.s.Notices; len(n) != 1 || n[0].Code != "practice_aside" {
		t.Errorf("nothing says where it went: %+v", n)
	}
}

func TestACallBeyondTheNotesThatCanBeOpenBringsUpNoneOfThem(t *testing.T) {
	b := newBench(t)
	for range desk.MaxDrafts {
		b.do(desk.DraftOpened{})
	}
	b.practise()
	b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)})
	if _, on := b.s.Practises(); !on {
		t.Error("an old note has the keys that were meant for the practice")
	}
}

func TestNoPracticeStandsBesideADialledCallOrInWrapUp(t *testing.T) {
	b := newBench(t)
	b.do(desk.DialPressed{To: "10086"})
	b.practise() // the phone has not told of the call yet
	c := b.call("a", desk.CallDialling)
	c.Direction = desk.Outbound
	b.do(desk.CallChanged{Call: c})
	if _, on := b.s.Practises(); on {
		t.Error("it stays beside the call")
	}
	b = newBench(t)
	b.talkAndEnd()
	b.do(desk.PracticeStarted{Flow: b.s.Flows[0].ID(), Name: "王女士"})
	if _, on := b.s.Practises(); on || b.s.MayPractise() {
		t.Error("it begins while the time of the wrap-up counts")
	}
	if n := b.s.Notices; len(n) == 0 || n[len(n)-1].Code != "practice_in_wrap" {
		t.Errorf("nothing says why not: %+v", n)
	}
}

func TestAPhraseForThePracticeDoesNotReachTheNoteBehindIt(t *testing.T) {
	b := newBench(t)
	b.practise()
	b.do(desk.ViewChosen{View: "knowledge"})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)})
	b.do(desk.PhraseTaken{Draft: desk.PracticeID, Text: "您好"})
	if d := b.active(); d.Content != "" {
		t.Errorf("the note of the call is %q", d.Content)
	}
}

func TestWhatIsRealTakesTheScreenFromAPractice(t *testing.T) {
	for name, e := range map[string]desk.Event{
		"a number that is dialled":     desk.DialPressed{To: "10086"},
		"a customer who is looked up":  desk.CustomerOpened{Customer: "c1"},
		"a record without a call":      desk.DraftOpened{},
		"a note that is gone back to":  desk.DraftChosen{Draft: "d"},
		"a call that is answered":      desk.AnswerPressed{},
		"the end of it, by its button": desk.PracticeEnded{},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.s.Drafts = []desk.Draft{{ID: "d", Looked: true}}
			b.s.Active = "d"
			b.practise()
			if name == "a call that is answered" { // it rang before the practice could notice
				b.s.Calls = []desk.Call{b.call("a", desk.CallRinging)}
			}
			b.do(e)
			if _, on := b.s.Practises(); on {
				t.Error("the practice stays on screen")
			}
			if d, _ := b.s.Draft("d"); d.Customer != "" {
				t.Error("the note behind it is given a customer that nobody chose for it")
			}
		})
	}
}

func TestAPracticeEndsWhatTheScreenBeforeHadUnderWay(t *testing.T) {
	b := newBench(t)
	b.do(desk.ViewChosen{View: "knowledge"})
	b.practise()
	if b.s.View != "work" {
		t.Errorf("it is practised in %q", b.s.View)
	}
	b.do(desk.WipeOrdered{})
	if b.s.Practice != nil {
		t.Error("a desk that is wiped keeps it")
	}
}
