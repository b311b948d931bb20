package ui

import (
	"regexp"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

func TestEveryKeyThatIsShownWorks(t *testing.T) {
	named := regexp.MustCompile(`Ctrl\+Shift\+\w|Ctrl\+\w+|Alt\+←|F\d+|Enter`)
	b := newBench(t, desk.ZhHans)
	for _, name := range race.Some(gallery.Names()) {
		s := screen(name, desk.ZhHans)
		keys := named.FindAllString(s.Status.Hints, -1)
		note := func(b present.Button) {
			if b.Shown() && b.Enabled && b.Key != "" && b.Key != s.Top.DialDo.Key {
				keys = append(keys, b.Key)
			}
		}
		for _, l := range s.Top.Lines {
			for _, b := range l.Buttons {
				note(b)
			}
		}
		for _, b := range []present.Button{s.Flow.Next, s.Flow.Back, s.Note.Save, s.Note.Finish, s.Customer.Back} {
			note(b)
		}
		if s.View == "board" {
			keys = slices.DeleteFunc(keys, func(k string) bool { return k != "Ctrl+B" })
		}
		for _, key := range keys {
			b.w.leave()
			b.w.keypad.close()
			b.show(s)
			b.took()
			if key == "Alt+←" {
				if !s.Flow.Back.Enabled {
					continue
				}
				key = "Alt+Left"
			}
			b.press(key)
			if len(b.took()) == 0 && b.w.focused() == nil {
				t.Errorf("%s: %s does nothing", name, key)
			}
		}
	}
}

func TestEscLeadsBackFromACustomerLookedUp(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("browsing", desk.ZhHans))
	b.press("Ctrl+N")
	b.press("Esc")
	if got := b.took(); len(got) != 0 {
		t.Errorf("Esc in the note sent %#v", got)
	}
	b.press("Esc")
	b.wants(desk.BrowseClosed{}, "Esc")
	b.show(screen("talking", desk.ZhHans))
	b.press("Esc")
	if got := b.took(); len(got) != 0 {
		t.Errorf("Esc with nobody looked up sent %#v", got)
	}
}

func TestTonesAreTypedIntoACall(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	b.press("Ctrl+D")
	b.typed("12 3x#")
	b.press("Enter")
	b.wants(desk.DigitsPressed{Call: "call1", Digits: "123#"}, "Enter in the keypad")
	if b.w.focused() != b.w.keypad.field || b.w.keypad.field.Text != "" {
		t.Errorf("after Enter the keypad holds %q", b.w.keypad.field.Text)
	}
	b.press("Enter")
	b.press("Esc")
	if got := b.took(); len(got) != 0 || b.w.keypad.content.Visible() || b.w.focused() != nil {
		t.Errorf("Esc left the keypad open or sent %#v", got)
	}
	b.press("Ctrl+N", "Ctrl+D")
	b.typed("1")
	b.press("Enter", "Esc")
	b.wants(desk.DigitsPressed{Call: "call1", Digits: "1"}, "Enter in the keypad")
	if b.w.focused() != b.w.note.text {
		t.Errorf("Esc in the keypad does not lead back to the note, but to %T", b.w.focused())
	}
	b.w.top.lines[0].buttons[2].Tapped(&fyne.PointEvent{})
	b.typed("9")
	b.show(screen("wrapup", desk.ZhHans))
	if b.w.keypad.content.Visible() || b.w.keypad.field.Text != "" {
		t.Error("the keypad outlives its call")
	}
	if b.w.focused() != nil {
		t.Error("the digits that follow go into another field when the call ends")
	}
	b.press("Ctrl+D")
	if b.w.keypad.content.Visible() || b.w.focused() != b.w.top.dial {
		t.Error("without a call Ctrl+D does not lead to the dial field")
	}
}

func TestAButtonThatWasNotNeededComesBack(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	for _, name := range []string{"talking", "held", "talking"} {
		s := screen(name, desk.ZhHans)
		b.show(s)
		for i, want := range s.Top.Lines[0].Buttons {
			if o := b.w.top.lines[0].buttons[i]; !o.Visible() || o.label.Text != want.Text {
				t.Errorf("%s: button %s is not shown", name, want.Text)
			}
		}
	}
}

func TestAChoiceTakesNoLetterFromWhoeverTypes(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("unknown", desk.ZhHans))
	b.w.focus(b.w.customer.name)
	b.typed("王")
	b.took()
	b.show(screen("perhaps", desk.ZhHans)) // the look-up answers late
	if b.w.focused() != b.w.customer.name {
		t.Fatal("the choice took the focus from the name")
	}
	b.typed("12")
	for _, e := range b.took() {
		if _, ok := e.(desk.NewNameEdited); !ok {
			t.Errorf("digits typed into the name sent %#v", e)
		}
	}
	b.press("Ctrl+N")
	b.typed("34")
	for _, e := range b.took() {
		if _, ok := e.(desk.NoteEdited); !ok {
			t.Errorf("digits typed into the note sent %#v", e)
		}
	}
	b.press("Ctrl+Shift+2")
	b.wants(desk.CustomerChosen{Draft: "d1", Customer: "p华信物流"}, "Ctrl+Shift+2 in the note")
	b.press("Ctrl+Shift+0")
	b.wants(desk.CustomerChosen{Draft: "d1"}, "Ctrl+Shift+0 in the note")
}

func TestCtrlZTakesBackWhatWasDoneButNotWhileTyping(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("released", desk.ZhHans))
	b.took()
	b.press("Ctrl+Z")
	b.wants(desk.UndoPressed{}, "Ctrl+Z")
	b.press("Ctrl+K")
	b.typed("a")
	b.took()
	b.press("Ctrl+Z")
	if got := b.took(); slices.Contains(got, desk.Event(desk.UndoPressed{})) {
		t.Errorf("Ctrl+Z in a field took back what was done: %v", got)
	}
}
