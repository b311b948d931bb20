//go:build !nowindow

package app

import (
	"bytes"
	"image"

	"github.com/fyne-io/image/ico"
)

// encodeTrayIcon writes an icon as the tray takes it.
func encodeTrayIcon(w *bytes.Buffer, img image.Image) error { return ico.Encode(w, img) } //nolint:wrapcheck // the caller leaves the old icon
