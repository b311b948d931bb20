package ui

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// The pieces of a surface, put where the driver puts them, are the surface as one picture would be; at no scale is a line open
// between them.
func TestThePiecesOfASlabAreOneSurface(t *testing.T) {
	for _, scale := range []float32{0.8, 1, 1.25, 1.3, 1.5, 2} {
		for _, size := range []fyne.Size{fyne.NewSize(300, 200), fyne.NewSize(123.4, 77.7), fyne.NewSize(60, 20), fyne.NewSize(331, 27), fyne.NewSize(40, 28.5)} {
			for _, from := range []fyne.Position{{}, fyne.NewPos(7.3, 13.7)} {
				s := newSlab(canvas.Rectangle{
					FillColor: color.NRGBA{R: 250, G: 250, B: 250, A: 255}, StrokeColor: color.NRGBA{R: 10, G: 20, B: 30, A: 255}, StrokeWidth: 1, CornerRadius: 8,
				})
				s.Layout(nil, size)
				px := func(v float32) int { return int(math.Round(float64(v * scale))) }
				board := image.NewRGBA(image.Rect(0, 0, px(size.Width), px(from.Y+s.edge.Position().Y)-px(from.Y)+px(s.edge.Size().Height)))
				for _, o := range []*canvas.Raster{s.top, s.mid, s.edge} {
					if o.Hidden {
						continue
					}
					w, h := px(o.Size().Width), px(o.Size().Height)
					img := o.Generator(w, h)
					top := px(from.Y+o.Position().Y) - px(from.Y)
					for y := range h { // a row of pixels is stretched
						draw.Draw(board, image.Rect(0, top+y, w, top+y+1), img, image.Pt(0, y*img.Bounds().Dy()/h), draw.Src)
					}
				}
				w, h := board.Rect.Dx(), board.Rect.Dy()
				if s.low() {
					continue
				}
				if off := h - px(size.Height); off < -1 || off > 1 { // two places are rounded
					t.Fatalf("scale %v, %v: %d pixels too high", scale, size, off)
				}
				whole := newSlab(s.rect)
				whole.size = fyne.NewSize(size.Width, 2*whole.strip()) // as one picture
				want := whole.draw(w, h, false)
				for _, y := range []int{0, 1, 2, 5, 8, h / 4, h / 2, h - 9, h - 6} {
					for x := range w {
						if got, want := board.RGBAAt(x, y), want.At(x, y); got != want {
							t.Fatalf("scale %v, %v: %v at %d,%d in place of %v", scale, size, got, x, y, want)
						}
					}
				}
				for y := range h {
					if board.RGBAAt(w/2, y).A != 255 {
						t.Fatalf("scale %v, %v: a line is open at %d", scale, size, y)
					}
				}
			}
		}
	}
}

// A picture of a whole pane was 14 MB in a large window.
func TestALargeSlabTakesLittle(t *testing.T) {
	s := newSlab(canvas.Rectangle{FillColor: color.White, CornerRadius: 8})
	s.Layout(nil, fyne.NewSize(2560, 1440))
	n := 0
	for _, o := range []*canvas.Raster{s.top, s.mid, s.edge} {
		img, ok := o.Generator(int(o.Size().Width), int(o.Size().Height)).(*image.RGBA)
		if !ok {
			t.Fatal("not a picture that the driver takes as it is")
		}
		n += len(img.Pix)
	}
	if n > 300_000 {
		t.Errorf("%d bytes", n)
	}
}
