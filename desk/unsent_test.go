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
