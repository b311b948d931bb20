package ui

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// beacon is a point that is drawn anew with the first screen and each other customer, to tell a measurement that a frame with it is on its way.
func beacon(painted func()) *canvas.Raster {
	point := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	point.SetNRGBA(0, 0, color.NRGBA{})
	r := canvas.NewRaster(func(int, int) image.Image {
		painted()
		return point
	})
	r.Resize(fyne.NewSize(1, 1))
	return r
}

// NoteField is where the field of the note lies in the canvas, for a measurement that looks at it. On Fyne's goroutine.
func (w *Window) NoteField() (fyne.Position, fyne.Size) {
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(w.note.text), w.note.text.Size()
}

// Written is the note that stands in the window now, and the draft it belongs to: what a test compares with the state.
func (w *Window) Written() (draft, subject, content string) {
	return w.note.shown.Draft, w.note.subject.Text, w.note.text.Text
}
