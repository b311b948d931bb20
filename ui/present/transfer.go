package present

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/words"
)

// handOver is for the call the phone bar acts on, unless somebody has been asked already whether to take it.
func (m maker) handOver() HandOver {
	c, ok := m.s.Current()
	if !ok || !c.CanGo() {
		return HandOver{}
	}
	if _, asked := m.pair(c); asked {
		return HandOver{}
	}
	return HandOver{
		Call: c.ID, Field: Field{Prompt: m.say(words.TransferPrompt)},
		Now: Button{Text: m.say(words.DoTransferNow), Key: "Enter", Enabled: true},
		Ask: Button{Text: m.say(words.DoConsult), Enabled: true},
	}
}

// pair finds the two calls that can be joined: that of a customer and the one that was made to ask whether somebody takes
// it; c is either.
func (m maker) pair(c desk.Call) (desk.CompletePressed, bool) {
	if first, ok := m.s.Call(c.Consults); ok && first.CanGo() {
		return desk.CompletePressed{Call: first.ID, Consult: c.ID}, true
	}
	for _, o := range m.s.Calls {
		if o.Consults == c.ID && o.Live() && c.CanGo() {
			return desk.CompletePressed{Call: c.ID, Consult: o.ID}, true
		}
	}
	return desk.CompletePressed{}, false
}

// complete joins the two; not shown where there are none.
func (m maker) complete(c desk.Call) Button {
	p, ok := m.pair(c)
	if !ok {
		return Button{}
	}
	return Button{Text: m.say(words.DoComplete), Key: m.chord(ActTransfer), Enabled: true, Do: p}
}

// doTransfer leads to where is typed to whom the call goes, or completes what was begun there.
func doTransfer(m maker, s *Screen, a *Action) {
	c, _ := m.s.Current()
	if p, ok := m.pair(c); ok {
		a.can(p)
		return
	}
	a.window(DeedTransfer, s.Top.HandOver.Call != "")
}
