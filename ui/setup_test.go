package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

func TestKeysAreLearnedWithoutDoingAnything(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("setup-keys", desk.ZhHans))
	for key, want := range map[string]string{"F7": "call.hold", "F10": "call.hang_up", "Ctrl+K": "search", "Ctrl+Enter": "call.answer", "F9": "note.finish", "F4": "?"} {
		b.press(key)
		b.wants(desk.SetupKeyPressed{Action: want}, key)
	}
	if b.w.focused() != nil {
		t.Error("a key that is learned moves the focus")
	}
	b.press("Enter")
	b.wants(desk.SetupStepChosen{}, "Enter")
	s := gallery.State("setup-keys", desk.ZhHans)
	ringing := gallery.State("ringing", desk.ZhHans)
	s.Calls, s.Drafts, s.Active = ringing.Calls, ringing.Drafts, ringing.Active
	b.show(present.Of(s, words.For("zh-Hans").In(gallery.Zone()), gallery.Now()))
	b.press("Ctrl+Enter")
	b.wants(desk.AnswerPressed{Call: s.Calls[0].ID}, "a call that rings meanwhile")
}

func TestAPhoneAccountIsTypedAndTriedAgain(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	var tried []Form
	b.w.setup.form.try = func(f Form) { tried = append(tried, f) }
	b.show(screen("setup-phone", desk.ZhHans))
	tabTo(t, b, func(o *button) bool { return o.b.Do == desk.SetupByHand{On: true} })
	b.press("Space")
	b.wants(desk.SetupByHand{On: true}, "Space")
	b.show(screen("setup-failed", desk.ZhHans))
	if b.w.focused() != b.w.setup.form.fields[0] {
		t.Fatalf("the caret is in %T", b.w.focused())
	}
	for _, text := range []string{"101", "pbx:5060", "", "secret"} {
		b.typed(text)
		b.press("Enter")
	}
	want := Form{ByHand: true, Extension: "101", Server: "pbx:5060", PhonePassword: "secret"}
	if len(tried) != 1 || tried[0] != want {
		t.Fatalf("tried %d times", len(tried))
	}
	b.show(screen("setup-failed", desk.ZhHans))
	if b.w.setup.form.fields[3].Text != "secret" {
		t.Error("what was typed is gone before it worked")
	}
	b.show(screen("setup-phone", desk.ZhHans))
	if b.w.setup.form.fields[3].Text != "" {
		t.Error("the password stays in the form")
	}
}

func TestTheFirstRunLooksAtTheAddressWhileTheRestIsTyped(t *testing.T) {
	f := NewFirstRun(Options{Lang: "zh-Hans"}, func(Form) {}, func(desk.Language) {})
	var looked [][2]string
	f.OnLook(func(url, code string) { looked = append(looked, [2]string{url, code}) })
	f.Show(firstRunScreen(present.FirstRunState{Keyring: true}))
	win := test.NewTempWindow(t, f.Content())
	f.Attach(win)
	win.Resize(fyne.NewSize(1366, 768))
	for _, r := range "central" {
		win.Canvas().Focused().TypedRune(r)
	}
	win.Canvas().FocusNext()
	win.Canvas().FocusNext()
	win.Canvas().FocusPrevious()
	if want := [][2]string{{"central", ""}}; !slices.Equal(looked, want) {
		t.Fatalf("looked at %v, want %v", looked, want)
	}
	before := f.button.Position()
	for _, reach := range []string{"looking", "good", "join", "open", "tls", "unreachable", "bad_join_code", "dns"} {
		m := firstRunScreen(present.FirstRunState{Keyring: true, Reach: reach})
		if m.Reach.Text == "" || m.Reach.Text == reach {
			t.Errorf("%s is not worded", reach)
		}
		f.Show(m)
		if f.button.Position() != before {
			t.Errorf("%s moves the form", reach)
		}
	}
	checkFit(t, "first run", f.Content(), win.Canvas().Size())
}
