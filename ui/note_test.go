package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
)

func TestInANarrowNoteTheSubjectCanBeReadAndNothingLiesOverTheText(t *testing.T) {
	for _, lang := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English} {
		b := newBench(t, lang)
		for _, size := range []fyne.Size{fyne.NewSize(1040, 560), fyne.NewSize(1000, 600), fyne.NewSize(1050, 590), fyne.NewSize(1366, 768)} {
			b.show(screen("wrapup", lang))
			b.p.c.Resize(size)
			n := b.w.note
			if got := n.subject.Size().Width; got < leastSubject-1 {
				t.Errorf("%s %v: the subject is %.0f wide", lang, size, got)
			}
			if end, begins := n.text.Position().Y+n.text.Size().Height, n.reasons.Position().Y; end > begins {
				t.Errorf("%s %v: the note's text ends at %.0f, the reasons begin at %.0f", lang, size, end, begins)
			}
			checkFit(t, string(lang), n.content, size)
		}
	}
}
