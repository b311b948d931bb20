package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/software"

	"github.com/callbench/callbench/ui/present"
)

// Icon draws a state's shape in its colour on nothing, so many pixels high and wide, for the system's tray. On Fyne's
// goroutine.
func (w *Window) Icon(shape present.Shape, tone present.Tone, side float32) image.Image {
	img := canvas.NewImageFromResource(w.kit.icon(string(shape), w.kit.pal.tone(tone)))
	c := software.NewTransparentCanvas()
	c.SetPadded(false)
	c.SetContent(img)
	c.Resize(fyne.NewSquareSize(side))
	return c.Capture()
}
