package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
)

func TestAHintThatIsFoldedCanBeReadAsAWhole(t *testing.T) {
	for _, lang := range []desk.Language{desk.ZhHans, desk.English} {
		b := newBench(t, lang)
		b.show(screen("longflow", lang))
		b.p.c.Resize(fyne.NewSize(1093, 614))
		f := b.w.flow
		if len(f.hint.lines) != 1 || !f.more.Visible() || f.more.label.Text != f.shown.HintAll {
			t.Fatalf("%s: %d lines, %q: it is not folded", lang, len(f.hint.lines), f.more.label.Text)
		}
		b.press("Alt+Down")
		if len(f.hint.lines) < 3 || f.more.label.Text != f.shown.HintLess {
			t.Errorf("%s: Alt+↓ shows %d lines of it", lang, len(f.hint.lines))
		}
		f.more.Tapped(&fyne.PointEvent{})
		if len(f.hint.lines) != 1 {
			t.Errorf("%s: a click does not fold it again", lang)
		}
		b.press("Alt+Down")
		b.show(screen("talking", lang))
		b.show(screen("longflow", lang))
		if len(f.hint.lines) != 1 {
			t.Errorf("%s: the next step begins with its whole hint", lang)
		}
		if got := b.took(); len(got) != 0 {
			t.Errorf("%s: reading sends %#v", lang, got)
		}
	}
}
