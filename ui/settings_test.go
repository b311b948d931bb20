package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
)

// last is the newest event that the window has sent.
func (b *bench) last() desk.Event {
	if len(b.events) == 0 {
		return nil
	}
	return b.events[len(b.events)-1]
}

// tabTo presses Tab until something of a kind has the focus that is also the one meant.
func tabTo[F fyne.Focusable](t *testing.T, b *bench, fits func(F) bool) F {
	t.Helper()
	for range 60 {
		b.tab(false)
		if f, ok := b.w.focused().(F); ok && fits(f) {
			return f
		}
	}
	t.Fatal("Tab does not come to it")
	var none F
	return none
}

func TestTheSettingsAreReachedAndChangedByKeys(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("settings", desk.ZhHans))
	tabTo(t, b, func(p *picks) bool { return len(p.list) == 5 })
	b.press("Right")
	if b.last() != (desk.SettingChosen{Which: desk.SettingScheme, Value: "light"}) {
		t.Fatalf("sent %+v", b.last())
	}
	b.show(screen("settings-sound", desk.ZhHans))
	if b.w.focused() != nil {
		t.Error("the focus stays on a row that is gone")
	}
	s := tabTo(t, b, func(s *slider) bool { return s.m.Side == desk.SoundOut })
	b.press("Right")
	if c, ok := b.last().(desk.LevelChosen); !ok || c != (desk.LevelChosen{Side: desk.SoundOut, Percent: 130}) {
		t.Fatalf("sent %+v", b.last())
	}
	s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(-50, 5)}})
	if c, ok := b.last().(desk.LevelChosen); !ok || c.Percent != 0 {
		t.Fatalf("sent %+v", b.last())
	}
	tabTo(t, b, func(o *button) bool { return o.b.Do == desk.SoundTestPressed{} })
	b.press("Space")
	if _, ok := b.last().(desk.SoundTestPressed); !ok {
		t.Fatalf("sent %+v", b.last())
	}
	focus := b.w.focused()
	b.show(screen("settings-sound", desk.ZhHans)) // the peaks come ten times a second
	if b.w.focused() != focus {
		t.Error("a new peak takes the focus away")
	}
}
