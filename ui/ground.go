package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// ground is the surface of a pane. Tab passes it by; the key that goes from pane to pane stops at it, shows a ring
// around the pane and then moves what scrolls there, so that all that can be read can be read without a mouse. No
// field has the focus meanwhile: digits choose, and Tab enters the pane.
type ground struct {
	widget.BaseWidget
	k        *kit
	keys     keys  // of the window that goes from pane to pane
	slab     *slab // what it looks like
	focused  bool
	entering bool
}

func newGround(k *kit, rect canvas.Rectangle) *ground {
	g := &ground{k: k, slab: newSlab(rect)}
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer implements fyne.Widget.
func (g *ground) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(g, &fyne.Container{Objects: g.slab.objects(), Layout: g.slab})
}

// restyled implements restyler.
func (g *ground) restyled(*kit) {
	g.slab.rect.FillColor, g.slab.rect.StrokeColor = again(g.slab.rect.FillColor), again(g.slab.rect.StrokeColor)
}

// enter takes the focus.
func (g *ground) enter(w *Window) {
	g.keys, g.entering = w, true
	w.focus(g)
	g.entering = false
}

// Disabled implements fyne.Disableable, which is how Tab passes it by.
func (g *ground) Disabled() bool { return !g.entering && !g.focused }

// Disable implements fyne.Disableable.
func (g *ground) Disable() {}

// Enable implements fyne.Disableable.
func (g *ground) Enable() {}

// FocusGained implements fyne.Focusable.
func (g *ground) FocusGained() {
	g.focused = true
	g.slab.rect.StrokeColor, g.slab.rect.StrokeWidth = g.k.pal.accent, 2
	g.slab.refresh()
}

// FocusLost implements fyne.Focusable.
func (g *ground) FocusLost() {
	g.focused = false
	g.slab.rect.StrokeColor, g.slab.rect.StrokeWidth = g.k.pal.line, 1
	g.slab.refresh()
}

// TypedRune implements fyne.Focusable.
func (g *ground) TypedRune(r rune) { g.keys.typedRune(r) }

// TypedKey implements fyne.Focusable.
func (g *ground) TypedKey(e *fyne.KeyEvent) { g.keys.typedKey(e) }

// TypedShortcut implements fyne.Shortcutable.
func (g *ground) TypedShortcut(s fyne.Shortcut) { g.keys.shortcut(s) }
