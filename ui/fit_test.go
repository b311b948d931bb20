package ui

import (
	"fmt"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/ui/gallery"
)

// placedText is a text where it stands in the window: x0, y0, x1, y1 of its ink.
type placedText struct {
	text           string
	x0, y0, x1, y1 float32
}

// texts walks everything visible, down to each text. Entries are left out: they scroll. What a pane
// has scrolled out of sight is left out, too.
func texts(o fyne.CanvasObject, at fyne.Position, window [4]float32, found *[]placedText, problems *[]string) {
	if !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	switch v := o.(type) {
	case *canvas.Text:
		if v.Text == "" {
			return
		}
		m := v.MinSize()
		if m.Width > v.Size().Width+0.6 {
			*problems = append(*problems, fmt.Sprintf("%q is %.0f wide in a room of %.0f", v.Text, m.Width, v.Size().Width))
		}
		x := at.X
		switch v.Alignment {
		case fyne.TextAlignTrailing:
			x += v.Size().Width - m.Width
		case fyne.TextAlignCenter:
			x += (v.Size().Width - m.Width) / 2
		case fyne.TextAlignLeading:
		}
		mid := at.Y + v.Size().Height/2
		ink := v.TextSize * 0.45 // half of what the signs themselves take of the line
		t := placedText{v.Text, x, mid - ink, x + m.Width, mid + ink}
		if t.y0 > window[1] && t.y1 < window[3] {
			*found = append(*found, t)
			if t.x0 < window[0]-1 || t.x1 > window[2]+1 {
				*problems = append(*problems, fmt.Sprintf("%q reaches out of its pane: %.0f–%.0f of %.0f–%.0f", v.Text, t.x0, t.x1, window[0], window[2]))
			}
		}
	case *entry:
	case *scroller:
		s := v.Size()
		inner := [4]float32{at.X, max(at.Y, window[1]), at.X + s.Width, min(at.Y+s.Height, window[3])}
		texts(v.Content, at, inner, found, problems)
	case *fyne.Container:
		for _, c := range v.Objects {
			texts(c, at, window, found, problems)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(v).Objects() {
			texts(c, at, window, found, problems)
		}
	}
}

func checkFit(t *testing.T, what string, content fyne.CanvasObject, size fyne.Size) {
	t.Helper()
	var found []placedText
	var problems []string
	texts(content, fyne.NewPos(0, 0), [4]float32{0, 0, size.Width, size.Height}, &found, &problems)
	for i, a := range found {
		for _, b := range found[i+1:] {
			w := math.Min(float64(a.x1), float64(b.x1)) - math.Max(float64(a.x0), float64(b.x0))
			h := math.Min(float64(a.y1), float64(b.y1)) - math.Max(float64(a.y0), float64(b.y0))
			if w > 1 && h > 1 {
				problems = append(problems, fmt.Sprintf("%q and %q overlap", a.text, b.text))
			}
		}
	}
	if len(found) < 5 {
		problems = append(problems, fmt.Sprintf("only %d texts were found", len(found)))
	}
	for _, p := range problems {
		t.Errorf("%s: %s", what, p)
	}
}

func TestNoTextIsClippedOrOverlapsAnother(t *testing.T) {
	sizes := []fyne.Size{fyne.NewSize(1366, 768), fyne.NewSize(1024, 640), fyne.NewSize(1093, 614), fyne.NewSize(1040, 560), fyne.NewSize(1280, 720), fyne.NewSize(1920, 1080)}
	for _, lang := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English} {
		b := newBench(t, lang)
		for i, density := range desk.Densities() { // outside: each change has Fyne read its faces anew, 13 MB that it keeps
			for _, name := range race.Some(gallery.Names()) {
				b.w.leave()
				if name == "search" {
					b.press("Ctrl+K")
				}
				for j, size := range sizes {
					if j%2 == i {
						b.fits(name, lang, density, size)
					}
				}
			}
		}
	}
}

// fits shows a state at a size and checks that every text has its room.
func (b *bench) fits(name string, lang desk.Language, density string, size fyne.Size) {
	s := screen(name, lang)
	s.Style.Density = density
	b.w.Show(s)
	b.p.c.Resize(size)
	if name == "search" && !b.w.search.content.Visible() {
		b.t.Fatal("the search list is not shown")
	}
	if name == "search" { // it lies over the work on purpose
		checkFit(b.t, fmt.Sprint(lang, " search list ", size), b.w.search.content, size)
		return
	}
	checkFit(b.t, fmt.Sprintf("%s %s %s %.0f×%.0f", lang, name, density, size.Width, size.Height), b.w.content, size)
}

func TestInASmallWindowTheQuestionAndEveryKeyOfTheCallAreSeen(t *testing.T) {
	for _, lang := range []desk.Language{desk.English, desk.ZhHans} {
		b := newBench(t, lang)
		b.w.Show(screen("idle", lang))
		size := fyne.NewSize(1024, 640)
		b.p.c.Resize(size)
		b.w.Show(firstStepIn(lang))
		ask, pane := b.w.flow.asks[0], b.w.flow.scroll
		y := ask.box.Position().Y - pane.Offset.Y
		if end := y + ask.box.Size().Height; y < 0 || end > pane.Size().Height {
			t.Errorf("%s: the question stands at %.0f to %.0f of %.0f", lang, y, end, pane.Size().Height)
		}
		if n := len(b.w.flow.hint.lines); n != 1 {
			t.Errorf("%s: the hint takes %d lines from the questions", lang, n)
		}
		if cut := pane.Offset.Y; cut > 10 {
			t.Errorf("%s: %.0f of the script are scrolled away", lang, cut)
		}
		for _, words := range []*picks{b.w.note.reasons, b.w.note.outcomes} {
			if h := words.Size().Height; h != 26 {
				t.Errorf("%s: a row of words is %.0f high", lang, h)
			}
		}
		top := b.w.top
		for _, o := range top.lines[0].buttons {
			if end := top.calls.Position().X + o.Position().X + o.Size().Width; o.Visible() && end > top.search.Position().X {
				t.Errorf("%s: %s ends at %.0f, the search begins at %.0f", lang, o.label.Text, end, top.search.Position().X)
			}
		}
		b.w.Show(screen("talking", lang))
		for _, o := range []*button{b.w.flow.back, b.w.flow.next} {
			if end := o.Position().X + o.Size().Width; end > pane.Size().Width {
				t.Errorf("%s: %s ends at %.0f of %.0f", lang, o.label.Text, end, pane.Size().Width)
			}
		}
	}
}
