//go:build !nowindow

package app

import (
	"fyne.io/fyne/v2/driver"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// placeCandidates tells an X11 input method the spot below which its candidates belong: the caret's foot. On Wayland
// there is no input method to tell (see preferX11).
func placeCandidates(window any, x, y, height int) {
	if w, ok := window.(driver.X11WindowContext); ok {
		glfw.PlaceCandidates(w.WindowHandle, x, y+height)
	}
}
