package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/callbench/callbench/desk"
)

// This file is a person at a Painter's window: keys and mouse, as Fyne's driver brings them to a real one.

// Hear sends what is done in the window to emit.
func (p *Painter) Hear(emit func(desk.Event)) { p.w.emit = emit }

// Press presses a key or chord, named as the window prints it on a button.
func (p *Painter) Press(name string) {
	parts := strings.Split(name, "+")
	key := keyNamed(parts[len(parts)-1])
	var mod fyne.KeyModifier
	for _, part := range parts[:len(parts)-1] {
		mod |= map[string]fyne.KeyModifier{
			"Ctrl": fyne.KeyModifierControl, "Alt": fyne.KeyModifierAlt, "Shift": fyne.KeyModifierShift, "Super": fyne.KeyModifierSuper,
		}[part]
	}
	focused := p.c.Focused()
	if key == fyne.KeyTab && mod&^fyne.KeyModifierShift == 0 {
		if t, ok := focused.(fyne.Tabbable); !ok || !t.AcceptsTab() {
			if mod == 0 {
				p.c.FocusNext()
			} else {
				p.c.FocusPrevious()
			}
			return
		}
	}
	if s := shortcutOf(key, mod); s != nil {
		if f, ok := focused.(fyne.Shortcutable); ok {
			f.TypedShortcut(s)
		} else if c, ok := p.c.(fyne.Shortcutable); ok {
			c.TypedShortcut(s)
		}
		return
	}
	if focused != nil {
		focused.TypedKey(&fyne.KeyEvent{Name: key})
	} else if typed := p.c.OnTypedKey(); typed != nil {
		typed(&fyne.KeyEvent{Name: key})
	}
	if len(name) == 1 {
		p.Type(name)
	}
}

// keyNamed is Fyne's name of a key.
func keyNamed(name string) fyne.KeyName {
	switch name {
	case "Enter":
		return fyne.KeyReturn
	case "Esc":
		return fyne.KeyEscape
	case "PageUp":
		return fyne.KeyPageUp
	case "PageDown":
		return fyne.KeyPageDown
	}
	if len(name) == 1 {
		return fyne.KeyName(strings.ToUpper(name))
	}
	return fyne.KeyName(name)
}

// shortcutOf is what the driver makes of a chord; nil: it is no chord.
func shortcutOf(key fyne.KeyName, mod fyne.KeyModifier) fyne.Shortcut {
	if mod == 0 || mod == fyne.KeyModifierShift {
		return nil
	}
	clips := test.NewClipboard()
	known, is := map[fyne.KeyName]fyne.Shortcut{
		fyne.KeyA: &fyne.ShortcutSelectAll{}, fyne.KeyC: &fyne.ShortcutCopy{Clipboard: clips}, fyne.KeyX: &fyne.ShortcutCut{Clipboard: clips},
		fyne.KeyV: &fyne.ShortcutPaste{Clipboard: clips}, fyne.KeyZ: &fyne.ShortcutUndo{}, fyne.KeyY: &fyne.ShortcutRedo{},
	}[key]
	if is && mod == fyne.KeyModifierControl {
		return known
	}
	return &desktop.CustomShortcut{KeyName: key, Modifier: mod}
}

// Type types as the driver does: signs to what has the focus, else to the window.
func (p *Painter) Type(text string) {
	for _, r := range text {
		if f := p.c.Focused(); f != nil {
			f.TypedRune(r)
		} else if typed := p.c.OnTypedRune(); typed != nil {
			typed(r)
		}
	}
}

// Resize makes the window another size, in units.
func (p *Painter) Resize(size fyne.Size) { p.c.Resize(size) }

// Size is the size of the window, in units.
func (p *Painter) Size() fyne.Size { return p.c.Size() }

// Click presses a button of the mouse at a place, in units.
func (p *Painter) Click(at fyne.Position, secondary, twice bool) {
	o, inside := p.find(at, func(o fyne.CanvasObject) bool {
		switch o.(type) {
		case fyne.Tappable, fyne.SecondaryTappable, fyne.DoubleTappable, fyne.Focusable, desktop.Mouseable:
			return true
		}
		return false
	})
	if o == nil {
		p.c.Unfocus()
		return
	}
	point := fyne.PointEvent{AbsolutePosition: at, Position: inside}
	button := desktop.MouseButtonPrimary
	if secondary {
		button = desktop.MouseButtonSecondary
	}
	if f, ok := o.(fyne.Focusable); !ok || f != p.c.Focused() {
		p.c.Unfocus()
	}
	if m, ok := o.(desktop.Mouseable); ok {
		m.MouseDown(&desktop.MouseEvent{PointEvent: point, Button: button})
		m.MouseUp(&desktop.MouseEvent{PointEvent: point, Button: button})
	}
	d, double := o.(fyne.DoubleTappable)
	switch t, ok := o.(fyne.Tappable); {
	case secondary:
		if s, ok := o.(fyne.SecondaryTappable); ok {
			s.TappedSecondary(&point)
		}
	case twice && double:
		d.DoubleTapped(&point)
	case ok:
		t.Tapped(&point)
	}
}

// Drag draws what lies at a place to another one.
func (p *Painter) Drag(from, to fyne.Position) {
	test.Drag(p.c, from, to.X-from.X, to.Y-from.Y)
}

// Wheel turns the wheel at a place.
func (p *Painter) Wheel(at fyne.Position, down bool) {
	step := float32(40)
	if down {
		step = -40
	}
	test.Scroll(p.c, at, 0, step)
}

// Hover moves the mouse to a place.
func (p *Painter) Hover(at fyne.Position) { test.MoveMouse(p.c, at) }

// Draw draws the window as it stands.
func (p *Painter) Draw() { p.c.Capture() }

// find gives the uppermost thing at a place that is of a kind, and where in it the place is.
func (p *Painter) find(at fyne.Position, is func(fyne.CanvasObject) bool) (fyne.CanvasObject, fyne.Position) {
	root := p.c.Content()
	if top := p.c.Overlays().Top(); top != nil {
		root = top
	}
	var found fyne.CanvasObject
	var inside fyne.Position
	var walk func(o fyne.CanvasObject, pos, low, high fyne.Position)
	walk = func(o fyne.CanvasObject, pos, low, high fyne.Position) {
		if !o.Visible() {
			return
		}
		pos = pos.Add(o.Position())
		end := pos.AddXY(o.Size().Width, o.Size().Height)
		if at.X >= max(pos.X, low.X) && at.Y >= max(pos.Y, low.Y) && at.X < min(end.X, high.X) && at.Y < min(end.Y, high.Y) && is(o) {
			found, inside = o, at.Subtract(pos)
		}
		if _, clips := o.(*scroller); clips {
			low = fyne.NewPos(max(low.X, pos.X), max(low.Y, pos.Y))
			high = fyne.NewPos(min(high.X, end.X), min(high.Y, end.Y))
		}
		for _, child := range parts(o) {
			walk(child, pos, low, high)
		}
	}
	size := p.c.Size()
	walk(root, fyne.Position{}, fyne.Position{}, fyne.NewPos(size.Width, size.Height))
	return found, inside
}

// parts are what an object is made of.
func parts(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case fyne.Widget:
		return test.WidgetRenderer(o).Objects()
	}
	return nil
}
