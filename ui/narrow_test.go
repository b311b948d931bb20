package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
)

func TestTheNameOfACallerIsSeenInANarrowBar(t *testing.T) {
	for _, lang := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English} {
		b := newBench(t, lang)
		for _, size := range []fyne.Size{fyne.NewSize(960, 540), fyne.NewSize(1040, 560), fyne.NewSize(1050, 590), fyne.NewSize(1366, 768)} {
			b.show(screen("talking", lang))
			b.p.c.Resize(size)
			l := b.w.top.lines[0]
			if l.who.Text+l.below.Text != "陈怡君 VIP" {
				t.Errorf("%s %v: the bar names %q %q", lang, size, l.who.Text, l.below.Text)
			}
			stacked, hangUp := l.below.Text != "", l.buttons[3].Position().X
			b.w.Show(screen("second", lang))
			b.p.c.Resize(size)
			if l.who.Text == "" && l.below.Text == "" {
				t.Errorf("%s %v: with another call the bar does not name the first", lang, size)
			}
			if got := l.buttons[3].Position().X; stacked && got != hangUp {
				t.Errorf("%s %v: another call moves the button that hangs up from %.0f to %.0f", lang, size, hangUp, got)
			}
			if h := b.w.top.calls.MinSize().Height; h >= heightTop {
				t.Errorf("%s %v: two calls need %.0f of the bar's %d", lang, size, h, heightTop)
			}
			b.picture(fmt.Sprintf("narrow-%s-%.0f", lang, size.Width))
			checkFit(t, string(lang), b.w.top.content, size)
		}
	}
}
