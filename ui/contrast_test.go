package ui

import (
	"fmt"
	"image/color"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// painted is what lies in one place of a window, in the order in which it is drawn.
type painted struct {
	x0, y0, x1, y1 float32
	fill           color.NRGBA
}

// reader walks a window as it is drawn and measures each text against the ground that really lies under
// it. What cannot be used now is left out (WCAG 2.1, 1.4.3).
type reader struct {
	grounds []painted
	pairs   map[string]float64 // text and ground → contrast
	checked int
}

func opaque(c color.Color) (color.NRGBA, bool) {
	if c == nil {
		return color.NRGBA{}, false
	}
	n, ok := color.NRGBAModel.Convert(c).(color.NRGBA)
	return n, ok && n.A == 0xFF
}

func (r *reader) under(x, y float32) (color.NRGBA, bool) {
	for _, g := range slices.Backward(r.grounds) {
		if x >= g.x0 && x <= g.x1 && y >= g.y0 && y <= g.y1 {
			return g.fill, true
		}
	}
	return color.NRGBA{}, false
}

func (r *reader) read(o fyne.CanvasObject, at fyne.Position) {
	if !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	switch v := o.(type) {
	case *canvas.Rectangle:
		if c, ok := opaque(v.FillColor); ok {
			r.grounds = append(r.grounds, painted{at.X, at.Y, at.X + v.Size().Width, at.Y + v.Size().Height, c})
		}
	case *ground:
		if c, ok := opaque(v.slab.rect.FillColor); ok {
			r.grounds = append(r.grounds, painted{at.X, at.Y, at.X + v.Size().Width, at.Y + v.Size().Height, c})
		}
	case *canvas.Text:
		r.text(v, at)
	case *scroller:
		r.read(v.Content, at)
	case *button:
		if v.b.Enabled || v.b.Kind == present.KindDanger && v.b.Enabled {
			r.parts(v, at)
		}
	case *option:
		if !v.o.Dim {
			r.parts(v, at)
		}
	case *fyne.Container:
		for _, c := range v.Objects {
			r.read(c, at)
		}
	case fyne.Widget:
		r.parts(v, at)
	}
}

func (r *reader) parts(w fyne.Widget, at fyne.Position) {
	for _, c := range test.WidgetRenderer(w).Objects() {
		r.read(c, at)
	}
}

func (r *reader) text(t *canvas.Text, at fyne.Position) {
	word, ok := opaque(t.Color)
	if t.Text == "" || !ok {
		return
	}
	m := t.MinSize()
	x := at.X + m.Width/2
	switch t.Alignment {
	case fyne.TextAlignCenter:
		x = at.X + t.Size().Width/2
	case fyne.TextAlignTrailing:
		x = at.X + t.Size().Width - m.Width/2
	case fyne.TextAlignLeading:
	}
	ground, ok := r.under(x, at.Y+t.Size().Height/2)
	if !ok {
		return
	}
	r.checked++
	r.pairs[fmt.Sprintf("%q #%02X%02X%02X on #%02X%02X%02X", t.Text, word.R, word.G, word.B, ground.R, ground.G, ground.B)] = contrast(word, ground)
}

// TestEveryTextOnScreenStandsOutOfItsGround measures what is really on screen: each text of each screen
// against what was drawn below it, in each scheme, and the sheet of components besides.
func TestEveryTextOnScreenStandsOutOfItsGround(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	total := 0
	check := func(what string, o fyne.CanvasObject, grounds ...painted) {
		r := &reader{pairs: map[string]float64{}, grounds: grounds}
		r.read(o, fyne.NewPos(0, 0))
		for pair, c := range r.pairs {
			if c < 4.5 {
				t.Errorf("%s: %s: %.2f", what, pair, c)
			}
		}
		total += r.checked
	}
	var sheetOf []present.Screen
	for _, name := range []string{"talking", "popped", "board", "stale", "offline", "trouble"} {
		sheetOf = append(sheetOf, screen(name, desk.ZhHans))
	}
	for _, scheme := range desk.Schemes() {
		for _, name := range race.Some(gallery.Names()) {
			s := screen(name, desk.ZhHans)
			s.Style.Scheme = scheme
			b.show(s)
			check(scheme+" "+name, b.w.content, painted{0, 0, 1366, 768, b.w.kit.pal.page.NRGBA})
		}
		sheet := newSheet(b.w.kit)
		sheet.set(present.SheetOf(words.For("zh-Hans"), sheetOf...))
		sheet.content.Resize(fyne.NewSize(1366, 2000))
		check(scheme+" sheet", sheet.content, painted{0, 0, 1366, 4000, b.w.kit.pal.page.NRGBA})
	}
	if total < race.Fewer(5000, 500) {
		t.Errorf("only %d texts were measured", total)
	}
	t.Logf("%d texts measured", total)
}
