package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// A language that says everything 40 % longer than ours still fits: nothing is cut without an ellipsis and
// nothing covers another.
func TestTextsThatAreFortyPercentLongerFit(t *testing.T) {
	for _, lang := range []desk.Language{desk.ZhHans, desk.English} {
		b := newBench(t, lang)
		w := words.For(string(lang)).In(gallery.Zone()).Longer()
		for _, name := range race.Some(gallery.Names()) {
			b.w.leave()
			for i, size := range []fyne.Size{fyne.NewSize(1366, 768), fyne.NewSize(1093, 614), fyne.NewSize(1280, 720), fyne.NewSize(1920, 1080)} {
				s := present.Of(gallery.State(name, lang), w, gallery.Now())
				s.Style.Density = desk.Densities()[i%2]
				b.w.Show(s)
				b.p.c.Resize(size)
				checkFit(t, fmt.Sprintf("%s %s %.0f×%.0f", lang, name, size.Width, size.Height), b.w.content, size)
			}
		}
	}
}
