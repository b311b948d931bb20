package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

var stopCodes = []string{"no_key", "wrong_key", "no_sealed", "keyring", "newer", "other_user", "disk_full", "store", "wiped"}

func TestWhyThereIsNoDeskFitsAndIsAnsweredByKeys(t *testing.T) {
	for _, lang := range words.Languages() {
		for _, code := range race.Some(stopCodes) {
			pressed := ""
			s := NewStop(Options{Lang: lang}, func() { pressed += "again " }, func() { pressed += "quit " })
			s.Show(present.Stop(present.StopState{Code: code, File: "/home/lin/.config/callbench/desk-lin.db", Lost: 3}, words.For(lang)))
			win := test.NewTempWindow(t, s.Content())
			s.Attach(win)
			win.Resize(fyne.NewSize(1366, 768))
			checkFit(t, lang+" "+code, s.Content(), win.Canvas().Size())
			if s.title.HeightFor(widthStop-2*space5) == 0 || len(s.title.lines) > 2 {
				t.Errorf("%s %s: the title takes %d lines", lang, code, len(s.title.lines))
			}
			win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyReturn})
			win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
			if pressed != "again quit " {
				t.Errorf("%s %s: Enter and Esc did %q", lang, code, pressed)
			}
		}
	}
}

func TestTheLockDoesNotMoveWhenAPassphraseIsWrong(t *testing.T) {
	for _, lang := range words.Languages() {
		w := words.For(lang)
		u := NewUnlock(Options{Lang: lang}, func(string) {})
		u.Show(present.Unlock(w, "", false))
		win := test.NewTempWindow(t, u.Content())
		u.Attach(win)
		win.Resize(fyne.NewSize(1366, 768))
		place := func() fyne.Position { return fyne.CurrentApp().Driver().AbsolutePositionForObject(u.button) }
		before := place()
		test.Type(u.field, "wrong")
		u.Show(present.Unlock(w, "wrong_passphrase", false))
		test.Type(u.field, "right")
		if u.field.Text != "right" {
			t.Errorf("%s: the next try makes it %q", lang, u.field.Text)
		}
		if after := place(); after != before || before.IsZero() {
			t.Errorf("%s: the button moved from %v to %v", lang, before, after)
		}
		if !strings.Contains(u.problem.text, "callbench store recover") {
			t.Errorf("%s: %q does not say what is left", lang, u.problem.text)
		}
		checkFit(t, lang+" lock", u.Content(), win.Canvas().Size())
	}
}
