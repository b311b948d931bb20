package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/ui/present"
)

// Fyne forgets the renderer of what has not been drawn for a minute, such as a hidden board, and never
// lays out the new one at the same size: its icons would have no size, and drawing them would fail.
func TestARendererMadeAnewIsLaidOut(t *testing.T) {
	p := NewPainter(Options{})
	c := newChip(p.w.kit, sizeBody)
	c.set(present.Chip{Shape: present.ShapeReady, Text: "就绪", Timer: "00:12"})
	c.Resize(fyne.NewSize(120, 28))
	r := c.CreateRenderer()
	t.Cleanup(r.Destroy)
	if c.icon.Size().IsZero() || r.Objects()[0].Size() != c.Size() {
		t.Fatalf("icon %v, content %v of %v", c.icon.Size(), r.Objects()[0].Size(), c.Size())
	}
}
