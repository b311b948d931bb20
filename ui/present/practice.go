package present

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
	"github.com/callbench/callbench/ui/words"
)

// practising reports whether a practice stands in the place of a talk.
func (m maker) practising() bool {
	_, on := m.s.Practises()
	return on
}

// practiceMark says on every pane that nothing there is real.
func (m maker) practiceMark(text string) Chip {
	return Chip{Shape: ShapeHint, Tone: Wrap, Text: text}
}

func (m maker) endPractice(key string) Button {
	return Button{Text: m.say(words.PracticeEnd), Key: key, Enabled: true, Do: desk.PracticeEnded{}}
}

// practiceCustomer stands where a customer would: what a practice does not do, how it is gone through, the way out.
func (m maker) practiceCustomer(d desk.Draft) CustomerPanel {
	return CustomerPanel{
		Kind: CustomerKnown, Draft: d.ID, Title: m.draftName(d), Chips: []Chip{m.practiceMark(m.say(words.Practice))},
		Browse: Message{ID: "practice", Shape: ShapeHint, Tone: Wrap, Text: m.say(words.PracticeIs)},
		Back:   m.endPractice("Esc"), PlayTitle: m.say(words.PracticeHowTitle), Play: m.say(words.PracticeHow),
		HistoryTitle: m.say(words.HistoryTitle), HistoryEmpty: m.say(words.PracticeNoHistory),
	}
}

// practiceFlow marks the flow of a practice; at its end it tells what a real talk would have brought about.
func (m maker) practiceFlow(p *FlowPanel, d desk.Draft) {
	p.Mark = m.practiceMark(m.say(words.Practice))
	f := m.s.Flow(d.Run.Hash)
	if p.Kind != FlowDone || f == nil {
		return
	}
	res, gap, ticket, callback := flow.Finish(f, *d.Run, m.w.Lang()), "", "", ""
	if m.w.Lang() == "en" {
		gap = " "
	}
	if res.Ticket != nil {
		ticket = m.say(words.PracticeTicket)
	}
	if res.Callback != nil {
		callback = m.say(words.PracticeCallback)
	}
	p.How = join(gap, m.say(words.PracticeDone), ticket, callback)
	p.Choices = []Button{
		{Text: m.say(words.PracticeAgain), Key: digit(0), Enabled: true, Do: desk.FlowStarted{Draft: d.ID, Flow: d.Run.Flow}},
		{Text: m.say(words.PracticeEnd), Key: digit(1), Enabled: true, Do: desk.PracticeEnded{}},
	}
}

// practiceNote marks the note of a practice: it is written as ever, and not kept.
func (m maker) practiceNote(p *NotePanel, d desk.Draft) {
	p.Kept = m.practiceMark(m.say(words.PracticeNotKept))
	p.Save, p.Finish = Button{}, m.endPractice(m.chord(ActFinish))
	p.Finish.Do = desk.SavePressed{Draft: d.ID, Ready: true}
	if d.Run.Done {
		p.Finish.Kind = KindPrimary
	}
}

// offersPractice reports whether a practice can be asked for: not beside a call. In wrap-up, which is over soon, a press
// says why it cannot begin.
func (m maker) offersPractice() bool {
	_, busy := m.s.Current()
	return !busy && !m.s.Wiping
}

// practise begins to practise a flow.
func (m maker) practise(f *flow.Flow) Button {
	return Button{
		Text: m.say(words.PracticeThis), Shape: ShapeHint, Enabled: m.offersPractice(),
		Do: desk.PracticeStarted{Flow: f.ID(), Name: m.say(words.PracticeName)},
	}
}

// resumePractice goes on with a practice that was put aside; there is no button where there is none.
func (m maker) resumePractice() Button {
	p := m.s.Practice
	if p == nil || !p.Aside || m.s.Flow(p.Draft.Run.Hash) == nil {
		return Button{}
	}
	return Button{Text: m.say(words.PracticeResume), Shape: ShapeHint, Enabled: m.offersPractice(), Do: desk.PracticeResumed{}}
}

// practiceButtons stand above a flow that is read: to practise it, and to go on with one that was put aside.
func (m maker) practiceButtons(f *flow.Flow) []Button {
	list := []Button{m.practise(f)}
	if b := m.resumePractice(); b.Shown() && m.s.Practice.Draft.Run.Flow == f.ID() {
		list = append(list, b)
	}
	return list
}

// practiceActions are what the palette offers of it.
func (m maker) practiceActions() []Action {
	var list []Action
	add := func(id, name string, b Button) {
		list = append(list, Action{ID: id, Name: name, Group: m.say(words.GroupFlow), Enabled: b.Enabled, Do: b.Do})
	}
	for _, f := range m.s.Flows {
		b := m.practise(f)
		add("practice.start."+f.ID(), m.w.Fill(words.ActOf, "what", m.say(words.Practice), "which", f.Title(m.w.Lang())), b)
	}
	if b := m.resumePractice(); b.Shown() {
		add("practice.resume", b.Text, b)
	}
	if m.practising() {
		b := m.endPractice("")
		add("practice.end", b.Text, b)
	}
	return list
}
