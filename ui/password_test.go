package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// refused is a talk while central refuses the desk's password, with what change makes of it.
func refused(lang desk.Language, change func(*desk.State)) present.Screen {
	s := gallery.State("talking", lang)
	s.Link.State, s.Link.Reason = desk.CentralRefused, "wrong_password"
	change(&s)
	return offered(s, lang)
}

// offered is a state of a desk that takes a password.
func offered(s desk.State, lang desk.Language) present.Screen {
	s.SignIn.Offered = true
	return present.Of(s, words.For(string(lang)).In(gallery.Zone()), gallery.Now())
}

func asIs(*desk.State) {}

func TestANewPasswordIsTypedBesideTheTalk(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	var tried []string
	b.w.signIn = func(password string) { tried = append(tried, password) }
	form := b.w.password
	b.press("Ctrl+P")
	b.show(screen("talking", desk.ZhHans))
	b.press("Ctrl+P")
	if form.content.Visible() || b.w.focused() != nil {
		t.Fatal("a password is asked for while the link is up")
	}
	b.press("Ctrl+N")
	b.typed("记")
	b.took()
	b.show(refused(desk.ZhHans, asIs))
	if form.content.Visible() || b.w.focused() != b.w.note.text {
		t.Fatal("a refused password takes the caret from the note")
	}
	b.w.status.signIn.Tapped(&fyne.PointEvent{})
	if !form.content.Visible() || b.w.focused() != form.field || !form.field.Password {
		t.Fatal("the button opens no form with hidden letters")
	}
	b.press("Enter")
	b.typed("12 geheim")
	b.press("Enter")
	if got := b.took(); len(got) != 0 || len(tried) != 1 || tried[0] != "12 geheim" {
		t.Fatalf("tried %d, sent %#v", len(tried), got)
	}
	b.show(refused(desk.ZhHans, func(s *desk.State) { s.SignIn.Busy = true }))
	b.press("Enter")
	if len(tried) != 1 {
		t.Error("a second password is tried while the first is")
	}
	b.show(offered(gallery.State("second", desk.ZhHans), desk.ZhHans)) // a call comes in meanwhile, and the link comes back by itself
	if !form.content.Visible() || b.w.focused() != form.field {
		t.Error("a call takes the caret from the password")
	}
	b.show(refused(desk.ZhHans, func(s *desk.State) { s.SignIn.Problem = "wrong_password" }))
	b.typed("neu")
	if form.field.Text != "neu" {
		t.Errorf("the next try goes behind what was wrong: %d letters", len(form.field.Text))
	}
	b.show(screenOf(refused(desk.ZhHans, asIs), 1))
	if form.content.Visible() || form.field.Text != "" || b.w.focused() != nil {
		t.Error("a password that was taken leaves its form behind")
	}
	b.press("Ctrl+P")
	b.typed("x")
	b.press("Esc")
	if form.content.Visible() || form.field.Text != "" || b.w.focused() != nil || len(b.took()) != 0 {
		t.Error("Esc does not close the form, or does more")
	}
}

// screenOf is a screen after a number of passwords that were taken.
func screenOf(s present.Screen, taken int) present.Screen {
	s.Password.Taken = taken
	return s
}

func TestThePasswordFormFitsAndDoesNotMoveWhenOneIsWrong(t *testing.T) {
	for _, lang := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English} {
		b := newBench(t, lang)
		b.show(refused(lang, asIs))
		b.press("Ctrl+P")
		form := b.w.password
		place := func() [2]float32 { return [2]float32{form.content.Position().Y, form.content.Size().Height} }
		before := place()
		for _, code := range []string{"wrong_password", "too_many_attempts", "unreachable", "not_kept"} {
			b.show(refused(lang, func(s *desk.State) { s.SignIn.Problem = code }))
			if after := place(); after != before {
				t.Errorf("%s %s: the form changed from %v to %v", lang, code, before, after)
			}
			checkFit(t, string(lang)+" password "+code, form.content, fyne.NewSize(1366, 768))
		}
		if size := form.content.Size(); size.Height < form.content.MinSize().Height {
			t.Errorf("%s: the form is %v high and needs %v", lang, size.Height, form.content.MinSize().Height)
		}
		b.press("Esc")
		checkFit(t, string(lang)+" refused", b.w.content, fyne.NewSize(1366, 768))
	}
}
