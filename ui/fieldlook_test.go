package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/callbench/callbench/desk"
)

// Each rectangle with round corners as large as a field is worked out pixel by pixel in every frame.
func TestAFieldIsDrawnFromPicturesInFynesColours(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	e := b.w.note.text
	f, is := test.WidgetRenderer(e).(*fieldLook)
	if !is {
		t.Fatalf("a %T draws the note", test.WidgetRenderer(e))
	}
	look := func(when string, stroke, fill paint) {
		t.Helper()
		for _, o := range f.Objects() {
			if r, is := o.(*canvas.Rectangle); is && r.Visible() && r.Size().Width > e.Size().Width/2 {
				t.Errorf("%s: a rectangle of %v is drawn", when, r.Size())
			}
		}
		if f.slab.rect.StrokeColor != stroke || f.slab.rect.FillColor != fill {
			t.Errorf("%s: border %v in place of %v, ground %v in place of %v", when, f.slab.rect.StrokeColor, stroke, f.slab.rect.FillColor, fill)
		}
		if w := f.slab.mid; w.Hidden || w.Size().Width != e.Size().Width || f.slab.edge.Position().Y+f.slab.edge.Size().Height != e.Size().Height {
			t.Errorf("%s: the pieces do not fill %v", when, e.Size())
		}
	}
	p := b.w.kit.pal
	look("at rest", p.edge, p.field)
	b.press("Ctrl+N")
	if b.w.focused() != e {
		t.Fatal("the note has not the focus")
	}
	look("with the focus", p.accent, p.field)
	b.w.leave()
	look("without it", p.edge, p.field)
	s := screen("talking", desk.ZhHans)
	s.Style.Scheme = "dark"
	b.show(s)
	look("in the dark", p.edge, p.field)
	e.Resize(fyne.NewSize(e.Size().Width, e.Size().Height+40))
	look("higher", p.edge, p.field)
}
