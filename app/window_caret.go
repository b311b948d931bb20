//go:build !nowindow

package app

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
)

// placeCandidates tells the input method where the caret is, so that what it offers stands there and not at the
// window's corner. On Fyne's goroutine, as the systems want it: the thread that made the window.
func (s *windowSession) placeCandidates(at fyne.Position, line float32) {
	native, ok := s.win.(driver.NativeWindow)
	if !ok {
		return
	}
	scale := s.win.Canvas().Scale()
	x, y, height := int(at.X*scale), int(at.Y*scale), int(line*scale)
	native.RunNative(func(window any) { placeCandidates(window, x, y, height) })
}
