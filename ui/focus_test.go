package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

func worded(s desk.State) present.Screen {
	return present.Of(s, words.For("zh-Hans").In(gallery.Zone()), gallery.Now())
}

func (b *bench) tab(back bool) {
	if back {
		b.p.c.(fyne.Canvas).FocusPrevious()
	} else {
		b.p.c.(fyne.Canvas).FocusNext()
	}
}

func TestTypingNeverGoesOnIntoAnotherRecord(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	second := gallery.State("second", desk.ZhHans)
	second.Active = "d2"
	for _, c := range []struct {
		name string
		next present.Screen
	}{
		{"another draft", worded(second)}, {"saved", screen("saved", desk.ZhHans)}, {"nothing", screen("idle", desk.ZhHans)},
	} {
		for _, part := range []func() fyne.Focusable{
			func() fyne.Focusable { return b.w.note.text },
			func() fyne.Focusable { return b.w.note.subject },
			func() fyne.Focusable { return b.w.note.reasons },
			func() fyne.Focusable { return b.w.note.finish },
			func() fyne.Focusable { return b.w.flow.asks[0].focusable() },
			func() fyne.Focusable { return b.w.flow.asks[1].focusable() },
		} {
			b.show(typing(nil))
			b.w.focus(part())
			if b.w.focused() != part() {
				t.Fatalf("%s: %T cannot have the focus", c.name, part())
			}
			b.show(c.next)
			b.took()
			b.typed("x 1")
			if got := b.took(); b.w.focused() != nil || len(got) > 0 {
				t.Errorf("%s: the focus stays in %T, typing sent %#v", c.name, b.w.focused(), got)
			}
		}
	}
	for key, next := range map[string]string{"Ctrl+K": "popped", "Ctrl+D": "wrapup"} { // a call takes the place of the dial field
		b.show(screen("idle", desk.ZhHans))
		b.press(key)
		had := b.w.focused()
		b.show(screen(next, desk.ZhHans))
		if had == nil || b.w.focused() != had {
			t.Errorf("%s takes the focus of %s", next, key)
		}
		b.w.leave()
	}
}

func TestTabGoesThroughTheQuestionsInOrder(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(typing(nil))
	for i := range b.w.flow.asks {
		b.tab(false)
		if b.w.focused() != b.w.flow.asks[i].focusable() {
			t.Fatalf("Tab %d leads to %T", i+1, b.w.focused())
		}
	}
	b.took()
	b.typed("2")
	ask := b.w.flow.shown.Asks[2]
	b.wants(desk.AskEdited{Draft: "d1", Ask: ask.ID, Text: ask.Options[1].ID}, "a digit at the third question")
	b.tab(true)
	if b.w.focused() != b.w.flow.asks[1].focusable() {
		t.Fatalf("Shift+Tab leads to %T", b.w.focused())
	}
	b.typed("1")
	if got := b.w.flow.asks[1].field.Text; got != "1" {
		t.Errorf("a digit in the field made it %q", got)
	}
	b.press("Esc")
	b.took()
	b.typed("1")
	ask = b.w.flow.shown.Asks[0]
	b.wants(desk.AskEdited{Draft: "d1", Ask: ask.ID, Text: ask.Options[0].ID}, "a digit after Esc")
}

func TestADigitNeverLandsInAFieldWhileAChoiceIsOpen(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(typing(nil))
	b.typed("1")
	if b.w.focused() != nil {
		t.Fatalf("with a choice still open the focus went to %T", b.w.focused())
	}
	b.typed("1")
	if b.w.focused() != b.w.flow.asks[1].field {
		t.Fatal("with all chosen the caret is not in the field that is left")
	}
	b.typed("三天没到账")
	b.took()
	b.press("Enter")
	if got := b.took(); len(got) != 1 {
		t.Fatalf("Enter sent %#v", got)
	} else if a := got[0].(desk.FlowAnswered).Answers; len(a) != 3 || a[b.w.flow.asks[1].id] != "三天没到账" {
		t.Errorf("answered %v", a)
	}
}

func TestARequiredQuestionLeftOpenIsShown(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.w.Show(typing(nil))
	b.p.c.Resize(fyne.NewSize(1024, 640))
	ask := b.w.flow.asks[2]
	s := gallery.State("talking", desk.ZhHans)
	d := s.Drafts[0]
	run := *d.Run
	run.Step, run.Path, run.Answers = run.Path[0], nil, nil
	d.Run, d.FieldErr = &run, &desk.AnswerErr{Ask: ask.id, Code: "required"}
	s.Drafts = []desk.Draft{d}
	b.w.Show(worded(s))
	want := worded(s).Flow.Asks[2].Error
	if ask.must.Color != b.w.kit.pal.danger || want == "" || ask.must.Text != want && ask.err.text != want {
		t.Errorf("the question is marked %q, told %q", ask.must.Text, ask.err.text)
	}
	if b.w.focused() != ask.options {
		t.Errorf("the focus is at %T", b.w.focused())
	}
	top, end := ask.box.Position().Y-b.w.flow.scroll.Offset.Y, b.w.flow.scroll.Size().Height
	if top < 0 || top+ask.box.Size().Height > end {
		t.Errorf("the question stands at %.0f to %.0f of %.0f", top, top+ask.box.Size().Height, end)
	}
	b.typed("1")
	d.Unsent = map[string]string{ask.id: ask.chosen}
	s.Drafts = []desk.Draft{d}
	b.w.Show(worded(s))
	if ask.err.text != "" || ask.must.Color == b.w.kit.pal.danger {
		t.Error("a question that has its answer is still complained of")
	}
}

func TestEnterPressesWhatHasTheFocusAndNeverEndsACall(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	for _, name := range []string{"popped", "talking", "held", "dialling", "second"} {
		b.w.leave()
		b.show(screen(name, desk.ZhHans))
		for range 60 {
			b.tab(false)
			f, ok := b.w.focused().(*button)
			if !ok {
				continue
			}
			_, declines := f.b.Do.(desk.DeclinePressed)
			if f.b.Kind == present.KindDanger || declines {
				t.Fatalf("%s: Tab leads to %s", name, f.b.Text)
			}
		}
	}
	b.show(screen("talking", desk.ZhHans))
	hold := b.w.top.lines[0].buttons[0]
	b.w.focus(hold)
	b.took()
	b.press("Enter")
	b.wants(desk.HoldPressed{Call: "call1", On: true}, "Enter on the button with the focus")
	b.w.focus(hold)
	b.show(screen("dialling", desk.ZhHans)) // now it is the one that hangs up
	if hold.b.Kind != present.KindDanger {
		t.Fatalf("%s is in the place of the button that hangs up", hold.b.Text)
	}
	b.took()
	b.press("Enter", "Space")
	if got := b.took(); len(got) > 0 {
		t.Errorf("Enter on %s sent %#v", hold.b.Text, got)
	}
}

func TestAllThatWasFoundIsWalkedByKeys(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("idle", desk.ZhHans))
	b.press("Ctrl+K")
	b.typed("chen")
	s := gallery.State("search", desk.ZhHans)
	hit := s.Search.Hits[0]
	s.Search.Hits = nil
	for i := range present.MaxHits {
		hit.Customer.ID = fmt.Sprint("c", i)
		s.Search.Hits = append(s.Search.Hits, hit)
	}
	s.Search.Text = b.w.top.search.Text
	b.show(worded(s))
	if note := b.w.search.note.text; note != "前 50 位，请再输入" {
		t.Errorf("fifty are told as %q", note)
	}
	for range 30 {
		b.press("Down")
	}
	p := b.w.search
	top := p.hits[30].Position().Y - p.scroll.Offset.Y
	if top < 0 || top+heightHit > p.scroll.Size().Height {
		t.Errorf("the 31st stands at %.0f of %.0f", top, p.scroll.Size().Height)
	}
	if end := p.content.Position().Y + p.content.Size().Height; end > 768 {
		t.Errorf("the list ends at %.0f", end)
	}
	b.took()
	b.press("Enter")
	if got := b.took(); len(got) == 0 || got[0] != (desk.CustomerOpened{Customer: "c30"}) {
		t.Errorf("Enter sent %#v", got)
	}
}

func TestWhileACallRingsASearchIsNotThrownAway(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("popped", desk.ZhHans))
	b.press("Ctrl+K")
	b.typed("chen")
	b.took()
	s := gallery.State("popped", desk.ZhHans)
	s.Search = gallery.State("search", desk.ZhHans).Search
	s.Search.Text = "chen"
	b.show(worded(s))
	b.press("Enter")
	if got := b.took(); len(got) > 0 || !b.w.search.content.Visible() || b.w.top.search.Text != "chen" {
		t.Errorf("Enter sent %#v and left %q", got, b.w.top.search.Text)
	}
	if b.w.search.note.text == "" {
		t.Error("nobody says why")
	}
}

func TestAStepWithMoreQuestionsComesWhileAChoiceHasTheFocus(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := screen("talking", desk.ZhHans)
	choice := present.Ask{ID: "one", Type: flow.Choice, Label: "一", Options: []present.Option{{Key: "1", ID: "a", Label: "甲"}, {Key: "2", ID: "b", Label: "乙"}}}
	s.Flow.Step, s.Flow.Asks, s.Flow.Early = "first", []present.Ask{choice}, false
	b.show(s)
	b.w.focus(b.w.flow.asks[0].focusable())
	other := choice
	other.ID = "two"
	s.Flow.Step, s.Flow.Asks = "second", []present.Ask{other, choice}
	b.show(s)
	if n := len(b.w.flow.asks); n != 2 {
		t.Errorf("%d questions on screen", n)
	}
}
