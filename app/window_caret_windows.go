//go:build !nowindow

package app

import (
	"fyne.io/fyne/v2/driver"

	"github.com/callbench/callbench/app/host"
)

// placeCandidates tells the input method of Windows where the caret is.
func placeCandidates(window any, x, y, height int) {
	if w, ok := window.(driver.WindowsWindowContext); ok {
		host.PlaceComposition(w.HWND, x, y, height)
	}
}
