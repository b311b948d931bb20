package ui

import (
	"image"
	"image/color"
	"math"
)

// draw draws it w pixels wide and h high.
func (g *ground) draw(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	size := g.Size()
	if w == 0 || h == 0 || size.Width == 0 {
		return img
	}
	scale := float64(w) / float64(size.Width)
	pixels := func(v float32) float64 { return math.Round(float64(v) * scale) }
	rim, corner := pixels(g.rect.StrokeWidth), min(pixels(g.rect.CornerRadius), float64(w)/2, float64(h)/2)
	top := min(int(math.Ceil(max(corner, rim))), h)
	for y := range top {
		g.row(img.Pix[y*img.Stride:][:4*w], float64(y)+0.5, rim, corner)
	}
	for y := top; y < h-top; y++ {
		if y == top {
			g.row(img.Pix[y*img.Stride:][:4*w], float64(h)/2, rim, corner)
			continue
		}
		copy(img.Pix[y*img.Stride:][:4*w], img.Pix[top*img.Stride:])
	}
	for y := max(h-top, top); y < h; y++ { // the lower edge is the upper one in a mirror
		copy(img.Pix[y*img.Stride:][:4*w], img.Pix[(h-1-y)*img.Stride:])
	}
	return img
}

// row draws the pixels at a distance of y from the edge.
func (g *ground) row(pix []uint8, y, rim, corner float64) {
	w := len(pix) / 4
	fill, edge := premultiplied(g.rect.FillColor), premultiplied(g.rect.StrokeColor)
	for i := range w {
		x := min(float64(i), float64(w-1-i)) + 0.5
		inside := min(x, y) // the distance from the edge
		if x < corner && y < corner {
			inside = corner - math.Hypot(corner-x, corner-y)
		}
		whole, inner := min(max(inside+0.5, 0), 1), min(max(inside-rim+0.5, 0), 1)
		for c := range fill {
			pix[4*i+c] = uint8(whole*(inner*fill[c]+(1-inner)*edge[c]) + 0.5)
		}
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
