package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

func TestTheSheetOfKeysComesAndGoesWithoutTakingTheFocusAway(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	b.press("Ctrl+N", "F1")
	if !b.w.sheet.content.Visible() || b.w.focused() != nil {
		t.Fatal("F1 does not show the keys")
	}
	rows := 0
	for _, c := range b.w.sheet.columns {
		rows += len(c.Objects)
	}
	want := 0
	for _, g := range b.w.shown.Sheet.Groups {
		want += len(g.Rows) + 1
	}
	if rows != want || want < 30 {
		t.Errorf("%d rows are drawn, there are %d", rows, want)
	}
	b.took()
	b.press("Esc")
	if got := b.took(); b.w.sheet.content.Visible() || b.w.focused() != b.w.note.text || len(got) > 0 {
		t.Errorf("Esc leaves the focus at %T and sent %#v", b.w.focused(), got)
	}
	b.press("Ctrl+/", "F7")
	b.wants(desk.HoldPressed{Call: "call1", On: true}, "F7 while the keys are shown")
	b.press("F1")
	if b.w.sheet.content.Visible() || b.w.focused() != b.w.note.text {
		t.Error("F1 does not take the sheet away")
	}
}

// keysOf are the settings of a desk's keys as they are after some events.
func keysOf(events ...desk.Event) (desk.State, present.Screen) {
	s := gallery.State("talking", desk.ZhHans)
	s.View, s.SettingsAt = "settings", desk.SettingsKeys
	for _, e := range events {
		s, _ = desk.Update(s, desk.Stamp{At: gallery.Now()}, e)
	}
	return s, worded(s)
}

func TestAnActionIsGivenAnotherKeyByPressingIt(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	_, first := keysOf()
	b.show(first)
	var mute *button
	for range 200 {
		b.tab(false)
		if f, ok := b.w.focused().(*button); ok && f.b.Do == (desk.KeyAsked{Action: present.ActMute}) {
			mute = f
			break
		}
	}
	if mute == nil {
		t.Fatal("Tab does not lead to the button of an action")
	}
	b.took()
	b.press("Enter")
	b.wants(desk.KeyAsked{Action: present.ActMute}, "Enter on an action")
	events := []desk.Event{desk.KeyAsked{Action: present.ActMute}}
	for _, key := range []string{"M", "Ctrl+C", "F7", "F10", "F11"} { // F10 must not hang up, Ctrl+C copies nothing
		_, s := keysOf(events...)
		b.show(s)
		b.took()
		if b.w.focused() != nil {
			t.Fatalf("before %s the focus is at %T", key, b.w.focused())
		}
		if key == "Ctrl+C" {
			b.w.shortcut(&fyne.ShortcutCopy{})
			continue
		}
		b.press(key)
		got := b.took()
		if len(got) != 1 {
			t.Fatalf("%s sent %#v", key, got)
		}
		events = append(events, got...)
	}
	state, s := keysOf(events...)
	b.show(s)
	if state.Settings.Keys[present.ActMute] != "F11" || b.w.focused() != mute {
		t.Errorf("the keys are %v, the focus is at %T", state.Settings.Keys, b.w.focused())
	}
	b.took()
	b.press("F11")
	b.wants(desk.MutePressed{Call: "call1", On: true}, "F11")
	b.press("F6")
	if got := b.took(); len(got) > 0 {
		t.Errorf("F6 still sent %#v", got)
	}
}
