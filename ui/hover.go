package ui

import (
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
)

// hovering is the part of a widget that looks different under the mouse.
type hovering struct {
	hover  bool
	ground *canvas.Rectangle
	paint  func() // sets the colours; only those of ground follow the mouse
}

// MouseIn implements desktop.Hoverable.
func (h *hovering) MouseIn(*desktop.MouseEvent) { h.hovered(true) }

// MouseMoved implements desktop.Hoverable.
func (h *hovering) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (h *hovering) MouseOut() { h.hovered(false) }

func (h *hovering) hovered(on bool) {
	h.hover = on
	h.paint()
	h.ground.Refresh()
}
