package ui

import (
	"image"

	"github.com/callbench/callbench/ui/present"
)

// Icon draws a state's shape in its colour on nothing, so many pixels high and wide, for the system's tray. On Fyne's
// goroutine.
func (w *Window) Icon(shape present.Shape, tone present.Tone, side float32) image.Image {
	return w.kit.picture(string(shape), w.kit.pal.tone(tone).NRGBA, int(side))
}
