package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// Whoever presses a button twice must not press another one with the second.
func TestHoldingAndMutingMoveNoButton(t *testing.T) {
	for _, lang := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English} {
		b := newBench(t, lang)
		b.show(screen("talking", lang))
		want := map[int]float32{}
		for i, o := range b.w.top.lines[0].buttons {
			if o.Visible() {
				want[i] = o.Position().X
			}
		}
		for _, c := range []struct {
			name        string
			held, muted bool
		}{{"held", true, false}, {"muted", false, true}, {"both", true, true}} {
			s := gallery.State("talking", lang)
			s.Calls[0].Muted = c.muted
			if c.held {
				s.Calls[0].State, s.Calls[0].HeldBy = desk.CallHeld, desk.HeldByMe
			}
			b.show(present.Of(s, catalogueOf(lang), gallery.Now()))
			for i, x := range want {
				if o := b.w.top.lines[0].buttons[i]; !o.Visible() || o.Position().X != x {
					t.Errorf("%s, %s: %s stands at %.0f, was at %.0f", lang, c.name, o.b.Text, o.Position().X, x)
				}
			}
			if muted := b.w.top.lines[0].tail.Text != ""; muted != c.muted {
				t.Errorf("%s, %s: muted is said: %v", lang, c.name, muted)
			}
		}
	}
}

func TestAMissingAnswerMovesNoQuestion(t *testing.T) {
	for _, lang := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English} {
		b := newBench(t, lang)
		b.show(firstStepIn(lang))
		var want []float32
		for _, a := range b.w.flow.asks {
			want = append(want, a.box.Position().Y)
		}
		s := firstStepIn(lang)
		for i := range s.Flow.Asks {
			if s.Flow.Asks[i].Required != "" {
				s.Flow.Asks[i].Error = catalogueOf(lang).Say(words.BadUnchosen)
				break
			}
		}
		b.show(s)
		told := false
		for i, a := range b.w.flow.asks {
			if a.box.Position().Y != want[i] {
				t.Errorf("%s: question %d went from %.0f to %.0f", lang, i, want[i], a.box.Position().Y)
			}
			told = told || a.must.Text == catalogueOf(lang).Say(words.BadUnchosen)
		}
		if !told {
			t.Errorf("%s: nothing is said of the missing answer", lang)
		}
	}
}

// A number that is cut cannot be told from another one.
func TestNoNumberIsCutInTheSmallestWindow(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := screen("customers", desk.ZhHans)
	for i := range s.Customers.Rows {
		s.Customers.Rows[i].Cells[s.Customers.Numbers] = "+886 912 345 678"
	}
	b.show(s)
	for _, size := range []fyne.Size{{Width: 960, Height: 540}, {Width: 1366, Height: 768}, {Width: 2560, Height: 1440}} {
		b.p.c.Resize(size)
		for _, r := range b.w.customers.rows {
			if !r.Visible() || len(r.m.Cells) == 0 {
				continue
			}
			if got := r.cells[s.Customers.Numbers].Text; got != "+886 912 345 678" {
				t.Fatalf("%v: the number reads %q", size, got)
			}
			last := len(r.m.Cells) - 1
			if end := r.cells[last].Position().X + r.cells[last].Size().Width; end > r.Size().Width {
				t.Errorf("%v: the columns end at %.0f of %.0f", size, end, r.Size().Width)
			}
		}
	}
}

func TestArrowsGoThroughThePartsOfTheSettings(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	b.show(screen("settings", desk.ZhHans))
	if b.w.focused() != b.w.settings.parts[0] {
		t.Fatalf("the settings begin with the focus at %T", b.w.focused())
	}
	b.took()
	b.press("Down")
	b.wants(desk.SettingsOpened{Part: desk.SettingsSound}, "Down in the parts")
	b.show(screen("settings-sound", desk.ZhHans))
	if b.w.focused() != b.w.settings.parts[1] {
		t.Errorf("after Down the focus is at %T", b.w.focused())
	}
	b.press("Up")
	b.wants(desk.SettingsOpened{Part: desk.SettingsDisplay}, "Up in the parts")
}

// In the note digits and Enter are text: a hint that says otherwise would have a digit land in it.
func TestTheHintsOfTheNoteAreThoseOfTyping(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := firstStep()
	b.show(s)
	b.w.focus(b.w.note.text)
	if b.w.status.keys != s.Status.InNote || s.Status.InNote == "" {
		t.Errorf("in the note the hints are %q", b.w.status.keys)
	}
	b.show(s)
	if b.w.status.keys != s.Status.InNote {
		t.Errorf("a new screen brings the hints %q", b.w.status.keys)
	}
	b.w.leave()
	if b.w.status.keys != s.Status.Hints {
		t.Errorf("outside of the note the hints are %q", b.w.status.keys)
	}
}

func catalogueOf(lang desk.Language) *words.Catalogue {
	return words.For(string(lang)).In(gallery.Zone())
}
