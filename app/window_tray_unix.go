//go:build !nowindow && !windows

package app

import (
	"bytes"
	"image"
)

// encodeTrayIcon writes an icon as the tray takes it.
func encodeTrayIcon(w *bytes.Buffer, img image.Image) error { return encodePNG(w, img) }
