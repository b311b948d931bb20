package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/ui/gallery"
)

func TestTheKeyForPanesStopsAtEachPaneOnceAndComesRound(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	for _, name := range race.Some(gallery.Names()) {
		b.w.leave()
		b.show(screen(name, desk.ZhHans))
		areas := b.w.areas()
		if len(areas) < 1 {
			t.Fatalf("%s has %d panes", name, len(areas))
		}
		var seen []fyne.Focusable
		for range areas {
			b.press("Ctrl+Tab")
			g, ok := b.w.focused().(*ground)
			if !ok || slices.Contains(seen, fyne.Focusable(g)) || !g.focused || g.slab.rect.StrokeWidth < 2 {
				t.Fatalf("%s: after %d panes the focus is at %T", name, len(seen), b.w.focused())
			}
			seen = append(seen, g)
		}
		b.press("Ctrl+Tab")
		if b.w.focused() != seen[0] {
			t.Errorf("%s: the key for panes does not come round", name)
		}
		b.press("Ctrl+Shift+Tab")
		if b.w.focused() != seen[len(seen)-1] {
			t.Errorf("%s: the way back is another one", name)
		}
		b.took()
		b.press("Esc")
		if b.w.focused() != nil || len(b.took()) > 0 || areas[len(areas)-1].ground.slab.rect.StrokeWidth > 1 {
			t.Errorf("%s: Esc does not leave the pane", name)
		}
	}
}

// From a pane Tab enters it, so that no part of the window is far away.
func TestTabEntersThePaneThatHasTheFocus(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	for _, a := range b.w.areas() {
		a.ground.enter(b.w)
		b.tab(false)
		if b.w.areaOf([]area{a}, b.w.focused()) < 0 {
			t.Errorf("Tab leads out of the pane, to %T", b.w.focused())
		}
	}
	b.w.note.text.FocusGained()
	b.w.focus(b.w.note.text)
	b.press("Ctrl+Tab")
	if g, ok := b.w.focused().(*ground); !ok || b.w.areaOf(b.w.areas(), g) != 2 {
		t.Errorf("from the note the key for panes leads to %T", b.w.focused())
	}
}

func TestWhatScrollsIsScrolledByKeys(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := gallery.State("talking", desk.ZhHans)
	d := s.Drafts[0]
	for range 5 {
		d.History.Contacts = append(d.History.Contacts, d.History.Contacts...)
	}
	s.Drafts = []desk.Draft{d}
	b.show(worded(s))
	var a area
	for _, a = range b.w.areas() {
		if a.card == b.w.customer.content {
			break
		}
	}
	a.ground.enter(b.w)
	scroll := scrolls(a.card)
	if scroll == nil {
		t.Fatal("a long history does not scroll")
	}
	for _, c := range []struct {
		key  string
		down bool
	}{{"PageDown", true}, {"Down", true}, {"Up", false}, {"End", true}, {"PageUp", false}, {"Home", false}} {
		was := scroll.Offset.Y
		b.press(c.key)
		if y := scroll.Offset.Y; y == was || y > was != c.down {
			t.Errorf("%s moved the history from %.0f to %.0f", c.key, was, y)
		}
	}
	b.press("Up")
	if got := b.took(); scroll.Offset.Y != 0 || len(got) > 0 {
		t.Errorf("at the top Up led to %.0f and sent %#v", scroll.Offset.Y, got)
	}
}

func TestTheStatesAreChosenByKeysAndTheFocusComesBack(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	b.press("Ctrl+N", "Ctrl+F2")
	if b.w.menu.at() != 0 {
		t.Fatalf("the list of states begins at %d", b.w.menu.at())
	}
	b.press("Down", "Down", "Up")
	b.took()
	b.press("Enter")
	b.wants(desk.StateChosen{State: desk.AgentNotReady, Reason: desk.ReasonBreak, Cause: desk.CauseSelf}, "Enter on the second state")
	if b.w.menu.content.Visible() || b.w.focused() != b.w.note.text {
		t.Errorf("afterwards the focus is at %T", b.w.focused())
	}
	b.press("Ctrl+F2", "3")
	b.wants(desk.StateChosen{State: desk.AgentNotReady, Reason: desk.ReasonMeal, Cause: desk.CauseSelf}, "a digit in the list of states")
	b.press("Ctrl+F2", "Esc")
	if got := b.took(); b.w.menu.content.Visible() || b.w.focused() != b.w.note.text || len(got) > 0 {
		t.Error("Esc does not lead back to the note")
	}
}

func TestTheNoteIsReachedFromAnotherView(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := gallery.State("talking", desk.ZhHans)
	s.View = "changes"
	b.show(worded(s))
	b.press("Ctrl+N")
	b.wants(desk.ViewChosen{View: "work"}, "Ctrl+N among the changes")
	s.View = "work"
	b.show(worded(s))
	if b.w.focused() != b.w.note.text {
		t.Errorf("the focus is at %T", b.w.focused())
	}
}

func TestTheRailIsWalkedByTab(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("board", desk.ZhHans))
	for range 80 {
		b.tab(false)
		if i, ok := b.w.focused().(*railItem); ok && i == b.w.rail.views[0] {
			b.took()
			b.press("Enter")
			b.wants(desk.ViewChosen{View: "work"}, "Enter in the rail")
			return
		}
	}
	t.Error("Tab does not lead to the rail")
}
