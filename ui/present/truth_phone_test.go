package present_test

import (
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

func TestAPhoneThatDialsIsNotCalledNone(t *testing.T) {
	for _, lang := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English} {
		w := words.For(string(lang)).In(gallery.Zone())
		s := gallery.State("idle", lang)
		s.Registrations = nil
		chip := func(wanted, direct bool) string {
			s.PhoneWanted, s.PhoneDirect = wanted, direct
			return present.Of(s, w, gallery.Now()).Status.Phone.Text
		}
		none := w.Say(words.PhoneNone)
		if got := chip(false, false); got != none {
			t.Errorf("%s: without an account the bar says %q", lang, got)
		}
		direct, waits := chip(false, true), chip(true, false)
		if direct == none || waits == none || direct == waits {
			t.Errorf("%s: direct %q, waiting %q", lang, direct, waits)
		}
		s.PhoneWanted, s.PhoneDirect, s.View, s.Setup = false, true, "setup", desk.Setup{Step: desk.SetupPhone}
		set := present.Of(s, w, gallery.Now()).Setup
		if note := set.Rows[0].Note; note.Tone != present.Good || set.Marks[1].Tone != present.Good {
			t.Errorf("%s: the set-up says %q", lang, note.Text)
		}
	}
}

func TestADiskThatDoesNotWriteIsToldUnlessTheNoteOnScreenSaysSo(t *testing.T) {
	w := words.For("zh-Hans").In(gallery.Zone())
	told := func(s desk.State) bool {
		s.StoreProblem = "disk_full"
		list := present.Of(s, w, gallery.Now()).Messages
		return slices.ContainsFunc(list, func(m present.Message) bool { return m.ID == "store" })
	}
	s := gallery.State("wrapup", desk.ZhHans)
	if !told(s) {
		t.Error("a note is open that says nothing of it, and neither does the status bar")
	}
	s.Drafts = slices.Clone(s.Drafts)
	for i := range s.Drafts {
		s.Drafts[i].Problem = "disk_full"
	}
	if told(s) {
		t.Error("the note says it, and the bar again")
	}
	s.View = "tasks"
	if !told(s) {
		t.Error("in another view nothing says it")
	}
	s = gallery.State("idle", desk.ZhHans)
	s, _ = desk.Update(s, desk.Stamp{At: gallery.Now(), Fresh: "01890000-0000-7000-8000-000000000001"}, desk.PracticeStarted{Flow: "complaint", Name: "王女士"})
	if s.StoreProblem = "disk_full"; s.Practice == nil || !told(s) {
		t.Error("nothing says it while a flow is practised")
	}
}
