package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// keys is where key presses go that a widget has no use for itself.
type keys interface {
	typedKey(e *fyne.KeyEvent)
	typedRune(r rune)
	shortcut(s fyne.Shortcut) bool
}

// button is something to press, with its key printed on it. It takes the focus by Tab only and is then
// pressed with Space or Enter. What ends a call is left out: Tab passes it by, so that neither key ever
// does it.
type button struct {
	widget.BaseWidget
	hovering
	k       *kit
	keys    keys
	act     func(present.Button)
	b       present.Button
	small   bool    // no border until hovered, as in a menu
	flat    bool    // no room at the sides: stands in a text
	height  float32 // 0: as the density has it
	focused bool
	arrow   func(step int) // up and down, where the button is one of a list; nil: it is not

	icon  *sign
	label *canvas.Text
	key   *canvas.Text
}

func newButton(k *kit, ks keys, act func(present.Button)) *button {
	b := &button{
		k: k, keys: ks, act: act,
		icon: k.sign(14), label: k.text(sizeBody, false), key: k.text(sizeCaption-1, false),
	}
	b.hovering = hovering{ground: &canvas.Rectangle{CornerRadius: cornerField, StrokeWidth: 1}, paint: b.colour}
	b.ExtendBaseWidget(b)
	return b
}

// send makes an act that sends the button's event.
func send(to func(desk.Event)) func(present.Button) {
	return func(b present.Button) {
		if b.Do != nil {
			to(b.Do)
		}
	}
}

// set shows another button; one without text hides.
func (b *button) set(m present.Button) {
	old, now := b.b, m
	old.Do, now.Do = nil, nil // an event may hold what cannot be compared
	b.b = m
	if old == now && b.label.Text != "" && b.Visible() == m.Shown() { // a row of buttons hides what it has no use for
		return
	}
	if !m.Shown() {
		b.Hide()
		return
	}
	b.Show()
	b.paint()
	b.Refresh()
}

func (b *button) colour() {
	p := b.k.pal
	ground, border, text, key := p.card, p.edge, p.text, p.muted
	switch {
	case b.b.Kind == present.KindPrimary && b.b.Enabled:
		ground, border, text, key = p.accent, p.accent, p.onAccent, tint(p.accent, p.onAccent, 0.82)
	case b.b.Kind == present.KindDanger:
		ground, border, text = tint(p.card, p.danger, 0.07), tint(p.card, p.danger, 0.35), p.danger
		key = p.danger
	case b.b.On:
		ground, border, text = tint(p.card, p.accent, 0.12), p.accent, p.text
	}
	if b.small && !b.b.On && b.b.Kind == present.KindPlain {
		ground, border = paint{}, paint{}
	}
	if !b.b.Enabled {
		text, key = tint(p.card, p.muted, 0.75), tint(p.card, p.muted, 0.6)
		ground = p.card
	} else if b.hover {
		ground = tint(over(ground, p.card), p.text, 0.06)
	}
	if b.focused {
		border = p.accent
		if ground == p.accent { // the ring has to stand out of the button, too
			border = p.text
		}
		b.ground.StrokeWidth = 2
	} else {
		b.ground.StrokeWidth = 1
	}
	b.ground.FillColor, b.ground.StrokeColor = ground, border
	shape := text
	if b.b.Tone != present.Plain {
		shape = p.tone(b.b.Tone)
	}
	b.k.setIcon(b.icon, b.b.Shape, shape)
	setText(b.label, b.b.Text, text)
	setText(b.key, present.Printed(b.b.Key), key)
}

func (b *button) side() float32 {
	if b.flat {
		return 0
	}
	return 10
}

func over(c, under paint) paint {
	if c.A == 0 {
		return under
	}
	return c
}

func (b *button) parts() []fyne.CanvasObject {
	return []fyne.CanvasObject{b.icon.pic, b.label, b.key}
}

// CreateRenderer implements fyne.Widget.
func (b *button) CreateRenderer() fyne.WidgetRenderer {
	line := newRow(6, b.parts()...)
	return rendererOf(b, &fyne.Container{Objects: []fyne.CanvasObject{b.ground, line}, Layout: placed{
		put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(b.ground, 0, 0, s.Width, s.Height)
			b.shorten(s.Width)
			side := b.side()
			if b.b.Room != "" { // the shorter one of two texts stands in the middle
				side = max((s.Width-line.MinSize().Width)/2, side)
			}
			at(line, side, 0, s.Width-2*side, s.Height)
		},
	}})
}

// shorten fits the words into a width that is less than they ask for.
func (b *button) shorten(width float32) {
	text := b.b.Text
	if short := b.MinSize().Width - width; short > 0.5 && width > 0 {
		text = b.k.fit(text, sizeBody, false, b.wide()-short)
	}
	setText(b.label, text, b.label.Color)
}

// wide is how much the whole text takes, or the other one that the button bears at times.
func (b *button) wide() float32 {
	width := fyne.MeasureText(b.b.Text, sizeBody, b.k.look.style(false)).Width
	if b.b.Room != "" {
		width = max(width, fyne.MeasureText(b.b.Room, sizeBody, b.k.look.style(false)).Width)
	}
	return width
}

// MinSize implements fyne.CanvasObject.
func (b *button) MinSize() fyne.Size {
	w := b.wide() + 2*b.side()
	if b.b.Key != "" {
		w += b.key.MinSize().Width + 6
	}
	if b.b.Shape != present.NoShape {
		w += 14 + 6
	}
	h := b.height
	if h == 0 {
		h = b.k.d.button
	}
	return fyne.NewSize(w, h)
}

// Tapped implements fyne.Tappable.
func (b *button) Tapped(*fyne.PointEvent) { b.press() }

// Disabled implements fyne.Disableable, which is how Tab passes a button by.
func (b *button) Disabled() bool {
	_, declines := b.b.Do.(desk.DeclinePressed)
	return b.b.Kind == present.KindDanger || declines || !b.b.Enabled
}

// Disable implements fyne.Disableable; what is enabled comes from the screen.
func (b *button) Disable() {}

// Enable implements fyne.Disableable.
func (b *button) Enable() {}

func (b *button) press() {
	if b.b.Enabled && b.Visible() {
		b.act(b.b)
	}
}

// FocusGained implements fyne.Focusable.
func (b *button) FocusGained() { b.focus(true) }

// FocusLost implements fyne.Focusable.
func (b *button) FocusLost() { b.focus(false) }

func (b *button) focus(on bool) {
	b.focused = on
	b.paint()
	b.ground.Refresh()
}

// TypedRune implements fyne.Focusable.
func (b *button) TypedRune(r rune) {
	if r != ' ' {
		b.keys.typedRune(r)
	}
}

// TypedKey implements fyne.Focusable.
func (b *button) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeySpace || isEnter(e.Name) {
		if !b.Disabled() { // the button that had the focus may have become one that ends the call
			b.press()
		}
		return
	}
	if step := map[fyne.KeyName]int{fyne.KeyDown: 1, fyne.KeyUp: -1}[e.Name]; step != 0 && b.arrow != nil {
		b.arrow(step)
		return
	}
	b.keys.typedKey(e)
}

// TypedShortcut implements fyne.Shortcutable.
func (b *button) TypedShortcut(s fyne.Shortcut) { b.keys.shortcut(s) }
