package ui

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// slab is a surface with a border and rounded corners, drawn once at each size and kept as pictures. Fyne's rectangle works
// out distance, rim and shadow for each of its pixels in each frame: where there is no graphics card, surfaces were most of
// what a frame took. What lies between its upper and lower edge is one row of pixels, stretched: a picture of all of it was 14
// MB in a large window, for each view that had been on screen, and as much garbage at each change of the size.
type slab struct {
	rect           canvas.Rectangle // what it looks like
	size           fyne.Size
	top, mid, edge *canvas.Raster
}

// How far the pieces of a slab reach: an edge beyond its corners, and the middle into the edges, so that no rounding to
// pixels leaves a line open between them.
const (
	slabBeyond = 4
	slabOver   = 3
)

func newSlab(rect canvas.Rectangle) *slab {
	s := &slab{rect: rect}
	s.top = canvas.NewRaster(func(w, h int) image.Image { return s.draw(w, h, false) })
	s.edge = canvas.NewRaster(func(w, h int) image.Image { return s.draw(w, h, true) })
	s.mid = canvas.NewRaster(func(w, _ int) image.Image {
		img := image.NewRGBA(image.Rect(0, 0, w, min(w, 1)))
		s.row(img.Pix, math.Inf(1), w)
		return img
	})
	for _, r := range []*canvas.Raster{s.top, s.mid, s.edge} {
		r.ScaleMode = canvas.ImageScalePixels // pixel for pixel, or rows that are all the same
	}
	return s
}

func (s *slab) objects() []fyne.CanvasObject { return []fyne.CanvasObject{s.top, s.mid, s.edge} }

// strip is how high an edge is.
func (s *slab) strip() float32 { return max(s.rect.CornerRadius, s.rect.StrokeWidth) + slabBeyond }

// Layout implements fyne.Layout.
func (s *slab) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	s.size = size
	strip := s.strip()
	s.mid.Hidden = s.low()
	s.edge.Hidden = s.mid.Hidden
	if s.mid.Hidden {
		at(s.top, 0, 0, size.Width, size.Height)
		return
	}
	at(s.top, 0, 0, size.Width, strip)
	at(s.mid, 0, strip-slabOver, size.Width, size.Height-2*(strip-slabOver))
	at(s.edge, 0, size.Height-strip, size.Width, strip)
}

// low reports whether there is no middle: the upper piece is all of it.
func (s *slab) low() bool { return s.size.Height < 2*s.strip()+slabOver }

// MinSize implements fyne.Layout.
func (s *slab) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func (s *slab) refresh() {
	for _, o := range s.objects() {
		o.Refresh()
	}
}

// draw draws an edge w pixels wide and h high, or the whole of a low slab.
func (s *slab) draw(w, h int, lower bool) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		away := float64(y) + 0.5 // from the edge
		switch {
		case lower:
			away = float64(h-y) - 0.5
		case s.low():
			away = min(away, float64(h-y)-0.5)
		}
		s.row(img.Pix[y*img.Stride:][:4*w], away, h)
	}
	return img
}

// row draws the pixels at a distance of y from the edge; h is how high the piece is.
func (s *slab) row(pix []uint8, y float64, h int) {
	w := len(pix) / 4
	if w == 0 || s.size.Width == 0 {
		return
	}
	scale := float64(w) / float64(s.size.Width)
	pixels := func(v float32) float64 { return math.Round(float64(v) * scale) }
	rim, corner := pixels(s.rect.StrokeWidth), min(pixels(s.rect.CornerRadius), float64(w)/2)
	if s.low() {
		corner = min(corner, float64(h)/2)
	}
	fill, edge := premultiplied(s.rect.FillColor), premultiplied(s.rect.StrokeColor)
	ends := min(int(math.Ceil(max(corner, rim)))+1, (w+1)/2)
	for i := range ends {
		x := float64(i) + 0.5
		inside := min(x, y) // the distance from the edge
		if x < corner && y < corner {
			inside = corner - math.Hypot(corner-x, corner-y)
		}
		whole, inner := min(max(inside+0.5, 0), 1), min(max(inside-rim+0.5, 0), 1)
		for c := range fill {
			pix[4*i+c] = uint8(whole*(inner*fill[c]+(1-inner)*edge[c]) + 0.5)
		}
		copy(pix[4*(w-1-i):][:4], pix[4*i:])
	}
	for i := ends; i < w-ends; i++ { // nothing changes between the ends
		copy(pix[4*i:][:4], pix[4*(ends-1):])
	}
}

// premultiplied is a colour as a picture keeps it.
func premultiplied(c color.Color) [4]float64 {
	if c == nil {
		return [4]float64{}
	}
	r, g, b, a := c.RGBA()
	return [4]float64{float64(r >> 8), float64(g >> 8), float64(b >> 8), float64(a >> 8)}
}
