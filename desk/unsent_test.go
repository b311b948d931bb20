package desk_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
)

// threeQuestions is a talk at a step that wants a choice, a text and a date; only the last two are typed, and not sent.
func threeQuestions(t *testing.T, date string) *bench {
	t.Helper()
	f, problems := flow.Parse("three.flow", []byte(`format 1
flow three
  zh-Hans: 三问
version 1
languages zh-Hans
for enquiry
subject
  zh-Hans: 三问

step first
  zh-Hans: 三问
  say
    zh-Hans: 您好
  ask kind choice required
    zh-Hans: 哪一种？
    option a
      zh-Hans: 甲种
    option b
      zh-Hans: 乙种
  ask what text required
    zh-Hans: 什么事？
  ask due date
    zh-Hans: 何时答复？
  note
    zh-Hans: 客户说：{what}。
  goto done

end done
  zh-Hans: 结束
  outcome resolved
`))
	if flow.Failed(problems) {
		t.Fatal(problems)
	}
	b := newBench(t)
	b.s.Flows = []*flow.Flow{f}
	b.talk(chen)
	b.do(desk.FlowStarted{Flow: "three"})
	b.do(desk.AskEdited{Ask: "what", Text: "三天没有到账"})
	b.do(desk.AskEdited{Ask: "due", Text: date})
	return b
}

func TestWhatIsTypedAndNotSentIsConfirmedInTheFlowsOwnWords(t *testing.T) {
	b := threeQuestions(t, "2026-11-23 15:00")
	before := b.active()
	c := command[desk.CommitWork](t, b.do(desk.SavePressed{}))
	if got := c.Contact.Content; got != "客户说：三天没有到账。\n何时答复？2026年11月23日 15:00" {
		t.Errorf("the note is %q", got)
	}
	if a := c.Contact.Answers; a["what"] != "三天没有到账" || a["due"] == "" || a["kind"] != "" {
		t.Errorf("the answers are %v", a)
	}
	after := b.active() // the talk goes on
	if !maps.Equal(after.Unsent, before.Unsent) || after.Content != before.Content || after.Typed || after.Run.Step != before.Run.Step || len(after.Run.Path) != 0 {
		t.Errorf("a save in mid-call changes what stands on screen: %+v", after)
	}
}

func TestWhatIsTypedAndNotSentIsNotPutIntoTheAgentsOwnWords(t *testing.T) {
	b := threeQuestions(t, "后天不行就再说")
	words := "我写的小结"
	b.do(desk.NoteEdited{Content: &words})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	c := command[desk.CommitWork](t, b.do(desk.SavePressed{Ready: true}))
	if c.Contact.Answers["what"] != "三天没有到账" || strings.Contains(c.Contact.Content, "到账") {
		t.Errorf("%q, answers %v", c.Contact.Content, c.Contact.Answers)
	}
	if got := c.Contact.Content; got != words+"\n何时答复？后天不行就再说" {
		t.Errorf("what the question cannot take is lost, or not alone: %q", got)
	}
}

func TestASaveInMidCallLeavesTheStepWhereTheAgentTypes(t *testing.T) {
	for name, save := range map[string]func(d desk.Draft) desk.Event{
		"in the window": func(d desk.Draft) desk.Event { return desk.SavePressed{Draft: d.ID} },
		"by the port":   func(d desk.Draft) desk.Event { return desk.ContactWritten{Contact: desk.Contact{ID: d.ID}} },
	} {
		t.Run(name, func(t *testing.T) {
			b := threeQuestions(t, "2026-11-23 15:00")
			b.do(desk.AskEdited{Ask: "kind", Text: "a"}) // now the step has all it wants
			before := b.active()
			c := command[desk.CommitWork](t, b.do(save(before)))
			if a := c.Contact.Answers; a["kind"] != "a" || a["what"] == "" || a["due"] == "" {
				t.Errorf("the answers are %v", a)
			}
			if d := b.active(); d.Run.Step != before.Run.Step || d.Run.Done || !maps.Equal(d.Unsent, before.Unsent) {
				t.Errorf("the step goes from under the caret: %+v", d)
			}
		})
	}
	b := threeQuestions(t, "2026-11-23 15:00")
	b.do(desk.AskEdited{Ask: "kind", Text: "a"})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	b.do(desk.ContactWritten{Contact: desk.Contact{ID: b.active().ID}})
	if d := b.active(); d.Run.Done {
		t.Error("the port moves a step in wrap-up, while the agent types")
	}
}

func TestAnAnswerThatWasClearedIsNotConfirmed(t *testing.T) {
	for _, ask := range []string{"due", "what"} { // one that may be left out, one that may not
		b := threeQuestions(t, "")
		b.do(desk.FlowAnswered{Answers: map[string]string{"kind": "a", "what": "三天没有到账", "due": "2026-11-23 15:00"}})
		b.do(desk.FlowBack{})
		b.do(desk.AskEdited{Ask: ask, Text: ""})
		b.do(desk.AskEdited{Ask: "kind", Text: "b"})
		b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
		c := command[desk.CommitWork](t, b.do(desk.SavePressed{}))
		if got, there := c.Contact.Answers[ask]; there {
			t.Errorf("%s was emptied and is recorded as %q", ask, got)
		}
		if ask == "what" && strings.Contains(c.Contact.Content, "到账") {
			t.Errorf("the note is %q", c.Contact.Content)
		}
	}
}

func TestAnAnswerIsInTheNoteThoughAnotherOneLooksLikeIt(t *testing.T) {
	b := threeQuestions(t, "2026-11-23 15:00")
	b.do(desk.AskEdited{Ask: "what", Text: "2026年11月23日 15:00 以前"})
	c := command[desk.CommitWork](t, b.do(desk.SavePressed{}))
	if got := c.Contact.Content; got != "客户说：2026年11月23日 15:00 以前。\n何时答复？2026年11月23日 15:00" {
		t.Errorf("the note is %q", got)
	}
}
