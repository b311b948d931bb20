package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
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
	if ask.must.Color != b.w.kit.pal.danger || ask.must.Text == "" || ask.err.text == "" {
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

