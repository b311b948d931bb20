package ui

import (
	"bytes"
	"fmt"
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/ui/present"
)

// sign is an icon of assets in a colour. Fyne's own image of an SVG reads the file anew with each refresh of anything
// around it: that was a quarter of the time of Fyne's goroutine, and two fifths of all garbage. Here a picture is made once for
// each icon, colour and size.
type sign struct {
	pic   *canvas.Raster // what is put into a container
	shape present.Shape
	paint paint
}

// pictureKey names a picture of an icon.
type pictureKey struct {
	name   string
	colour color.NRGBA
	side   int // in pixels
}

// maxPictures bounds the pictures that are kept; a window in one scheme and size needs some 60.
const maxPictures = 300

// sign is a fresh icon of a given side; setIcon fills it.
func (k *kit) sign(side float32) *sign {
	s := &sign{}
	s.pic = canvas.NewRaster(func(w, h int) image.Image { return k.drawn(s, w, h) })
	s.pic.SetMinSize(fyne.NewSquareSize(side))
	s.pic.Resize(fyne.NewSquareSize(side))
	return s
}

func (k *kit) setIcon(s *sign, shape present.Shape, c paint) {
	if shape == present.NoShape {
		s.pic.Hide()
		return
	}
	if s.shape != shape || s.paint != c {
		s.shape, s.paint = shape, c
		s.pic.Refresh()
	}
	s.pic.Show()
}

// drawn is a sign in so many pixels and the colour of now: in the middle, where they are no square.
func (k *kit) drawn(s *sign, w, h int) image.Image {
	c := s.paint.NRGBA
	if s.paint.how != nil {
		c = s.paint.how.colour()
	}
	side := min(w, h)
	img := k.picture(string(s.shape), c, side)
	if w == side && h == side {
		return img
	}
	wide := image.NewRGBA(image.Rect(0, 0, w, h))
	left, top := (w-side)/2, (h-side)/2
	for y := range side {
		copy(wide.Pix[(top+y)*wide.Stride+4*left:], img.Pix[y*img.Stride:][:4*side])
	}
	return wide
}

// picture is an icon of assets in a colour; empty for a name that does not ship. It must not be changed.
func (k *kit) picture(name string, c color.NRGBA, side int) *image.RGBA {
	key := pictureKey{name, c, side}
	if img, ok := k.pictures[key]; ok {
		return img
	}
	img := drawIcon(name, c, side)
	if len(k.pictures) >= maxPictures { // several schemes and sizes: begin anew
		clear(k.pictures)
	}
	k.pictures[key] = img
	return img
}

func drawIcon(name string, c color.NRGBA, side int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	svg := assets.Icon(name)
	if svg == nil || side == 0 {
		return img
	}
	shape, err := oksvg.ReadReplacingCurrentColor(bytes.NewReader(svg), fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B))
	if err != nil {
		panic("ui: icon " + name + ": " + err.Error()) // it ships
	}
	shape.SetTarget(0, 0, float64(side), float64(side))
	shape.Draw(rasterx.NewDasher(side, side, rasterx.NewScannerGV(side, side, img, img.Bounds())), 1)
	return img
}
