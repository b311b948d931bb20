package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
)

// practiceDesk is a desk that the window works on, with the view of knowledge open.
func practiceDesk() desk.State {
	s := gallery.State("knowledge", desk.ZhHans)
	s.Drafts, s.Active, s.WrapFor, s.Calls, s.Agent.State = nil, "", "", nil, desk.AgentReady
	return s
}

// play lets the desk answer what the window sent, until it sends nothing more; it gives the commands.
func (b *bench) play(s *desk.State) (out []desk.Command) {
	b.t.Helper()
	for range 50 {
		events := b.took()
		if len(events) == 0 {
			break
		}
		for _, e := range events {
			var list []desk.Command
			*s, list = desk.Update(*s, desk.Stamp{At: gallery.Now(), Offset: 480, Fresh: "01890000-0000-7000-8000-000000000001"}, e)
			out = append(out, list...)
		}
		b.show(worded(*s))
	}
	return out
}

func TestAFlowIsPractisedByKeysFromThePageOfKnowledge(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := practiceDesk()
	b.show(worded(s))
	var out []desk.Command
	for range 40 { // Tab to the button, as it is seen
		if f, ok := b.w.focused().(*button); ok && f.b.Do == (desk.PracticeStarted{Flow: "complaint", Name: "王女士"}) {
			break
		}
		b.tab(false)
	}
	b.press("Enter")
	out = append(out, b.play(&s)...)
	if _, on := s.Practises(); !on || b.w.shown.View != "work" {
		t.Fatal("the button under the title does not begin it")
	}
	for range 30 { // digits choose, what is typed is typed, Enter goes on
		d, on := s.Practises()
		if !on || d.Run.Done {
			break
		}
		for i, a := range b.w.shown.Flow.Asks {
			if len(a.Options) > 0 {
				b.w.leave()
				b.w.flow.choose(i, a.Options[0].ID)
			} else {
				b.w.focus(b.w.flow.asks[i].field)
				b.typed(map[bool]string{true: "2026-11-23 15:00", false: "199"}[a.Type == "date"])
			}
			out = append(out, b.play(&s)...)
		}
		b.w.leave()
		if d2, _ := s.Practises(); d2.Run.Step == d.Run.Step {
			b.press("Enter")
		}
		out = append(out, b.play(&s)...)
	}
	d, _ := s.Practises()
	if d.Run == nil || !d.Run.Done {
		t.Fatalf("keys do not lead to its end: %+v", d.Run)
	}
	b.w.leave()
	b.press("1") // once more
	out = append(out, b.play(&s)...)
	if d, on := s.Practises(); !on || d.Run.Done || len(d.Run.Path) != 0 {
		t.Error("it is not begun anew")
	}
	b.press("Esc")
	out = append(out, b.play(&s)...)
	if s.Practice != nil {
		t.Error("Esc does not end it")
	}
	if len(out) != 0 || len(s.Drafts) != 0 {
		t.Errorf("a practice gives commands: %#v", out)
	}
}

func TestACallThatComesGetsNothingOfWhatIsPractised(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	for what, part := range map[string]func() fyne.Focusable{
		"the note":         func() fyne.Focusable { return b.w.note.text },
		"its subject":      func() fyne.Focusable { return b.w.note.subject },
		"the button":       func() fyne.Focusable { return b.w.note.finish },
		"no field, so far": func() fyne.Focusable { return nil },
	} {
		s := practiceDesk()
		s, _ = desk.Update(s, desk.Stamp{At: gallery.Now(), Fresh: "01890000-0000-7000-8000-000000000001"}, desk.PracticeStarted{Flow: "complaint", Name: "王女士"})
		b.show(worded(s))
		if f := part(); f != nil {
			b.w.focus(f)
			b.typed("练")
		}
		b.play(&s)
		call := desk.Call{ID: "call1", State: desk.CallRinging, Direction: desk.Inbound, Number: "13800138000", StartedAt: gallery.Now()}
		s, _ = desk.Update(s, desk.Stamp{At: gallery.Now(), Fresh: "01890000-0000-7000-8000-000000000002"}, desk.CallChanged{Call: call})
		b.show(worded(s))
		b.took()
		b.typed("字 1")
		b.press("Enter")
		if got := b.took(); len(got) != 0 {
			t.Errorf("%s: typing on sends %#v", what, got)
		}
		if b.w.shown.Customer.Ringing == "" || b.w.note.text.Text != "" {
			t.Errorf("%s: the caller is not on screen, or not alone", what)
		}
		b.press("Ctrl+Enter")
		b.wants(desk.AnswerPressed{Call: "call1"}, what)
	}
}
