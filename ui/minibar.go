package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/ui/present"
)

// The size of the mini bar. It does not follow what it says: nothing in it may jump, and it must fit the narrowest
// screen.
const (
	widthMini  = 860
	heightMini = 48
)

// miniBar is what stands above all programs while the window is not in front of the agent. The app puts it into a
// window of its own that never takes the keyboard.
type miniBar struct {
	widget.BaseWidget
	k        *kit
	w        *Window
	m        present.MiniBar
	since    time.Time // when its buttons became others
	moved    func(grip fyne.Position, done bool)
	grip     fyne.Position // where the mouse has taken hold of the bar
	dragging bool
	ground   *canvas.Rectangle
	edge     *canvas.Rectangle
	chip     *chip
	who      *canvas.Text
	chips    *fyne.Container
	why      *canvas.Text
	buttons  []*button
	open     *button
	right    *fyne.Container
	content  *fyne.Container
}

func newMiniBar(w *Window) *miniBar {
	k := w.kit
	b := &miniBar{
		k: k, w: w, ground: &canvas.Rectangle{StrokeWidth: 1}, edge: &canvas.Rectangle{}, chip: newChip(k, sizeBody),
		who: k.text(sizeStep, true), chips: newRow(space1), why: k.text(sizeBody, false),
	}
	b.chip.tap = b.wanted
	b.open = newButton(k, w, send(w.send))
	b.right = newRow(space2, b.open)
	b.content = &fyne.Container{
		Objects: []fyne.CanvasObject{b.ground, b.edge, b.chip, b.who, b.chips, b.why, b.right},
		Layout:  placed{least: fyne.NewSize(widthMini, heightMini), put: b.place},
	}
	b.ExtendBaseWidget(b)
	return b
}

func (b *miniBar) set(m present.MiniBar) {
	if !m.Shown() {
		b.m = m
		return
	}
	fresh := len(b.m.Buttons) != len(m.Buttons)
	if b.m.Call != m.Call || fresh {
		b.since = time.Now()
	}
	b.m = m
	p := b.k.pal
	b.ground.FillColor, b.ground.StrokeColor = p.card, tint(p.line, p.muted, 0.45)
	b.edge.FillColor = p.tone(m.Chip.Tone)
	b.chip.set(m.Chip)
	setText(b.who, b.k.fit(m.Who, sizeStep, true, 150), p.text)
	for len(b.chips.Objects) < len(m.Chips) {
		c := newChip(b.k, sizeCaption)
		c.tap = b.wanted
		b.chips.Add(c)
	}
	for i, o := range b.chips.Objects {
		c, ok := o.(*chip)
		switch {
		case !ok:
		case i < len(m.Chips):
			c.set(m.Chips[i])
		default:
			c.set(present.Chip{})
		}
	}
	for len(b.buttons) < len(m.Buttons) {
		b.buttons = append(b.buttons, newButton(b.k, b.w, b.pressed))
		fresh = true
	}
	for i, o := range b.buttons {
		if i < len(m.Buttons) {
			o.set(m.Buttons[i])
		} else {
			o.set(present.Button{})
		}
	}
	b.open.set(m.Open)
	if fresh {
		b.right.Objects = nil
		for _, o := range b.buttons {
			b.right.Objects = append(b.right.Objects, o)
		}
		b.right.Objects = append(b.right.Objects, b.open)
	}
	b.content.Refresh()
}

func (b *miniBar) place(_ []fyne.CanvasObject, s fyne.Size) {
	at(b.ground, 0, 0, s.Width, s.Height)
	at(b.edge, 0, 0, space1, s.Height)
	x := float32(space3 + space1)
	mid := func(o fyne.CanvasObject) {
		m := o.MinSize()
		at(o, x, (s.Height-m.Height)/2, m.Width, m.Height)
		x += m.Width + space3
	}
	mid(b.chip)
	x = max(x, space4+128) // a timer that grows a digit moves nothing
	mid(b.who)
	if len(b.m.Chips) > 0 {
		mid(b.chips)
	}
	m := b.right.MinSize()
	right := s.Width - space3 - m.Width
	at(b.right, right, (s.Height-m.Height)/2, m.Width, m.Height)
	colour := b.k.pal.muted
	if b.m.Urgent {
		colour = b.k.pal.word(present.Danger)
	}
	setText(b.why, b.k.fit(b.m.Why, sizeBody, false, max(right-space3-x, 0)), colour)
	h := b.why.MinSize().Height
	at(b.why, x, (s.Height-h)/2, max(right-space3-x, 0), h)
}

// CreateRenderer implements fyne.Widget.
func (b *miniBar) CreateRenderer() fyne.WidgetRenderer { return rendererOf(b, b.content) }

// MinSize implements fyne.CanvasObject.
func (b *miniBar) MinSize() fyne.Size { return fyne.NewSize(widthMini, heightMini) }

// Tapped implements fyne.Tappable: pressing the bar itself brings the window.
func (b *miniBar) Tapped(*fyne.PointEvent) { b.wanted() }

func (b *miniBar) wanted() { b.w.send(b.m.Open.Do) }

// startled is how long after a change of its buttons the bar takes no press: it was meant for the button that stood
// there before, such as the second click of a double click on "answer".
const startled = 400 * time.Millisecond

func (b *miniBar) pressed(m present.Button) {
	if time.Since(b.since) >= startled {
		b.w.send(m.Do)
	}
}

// Dragged implements fyne.Draggable. How far is for the app to find out: the bar moves under the mouse.
func (b *miniBar) Dragged(e *fyne.DragEvent) {
	if !b.dragging {
		b.dragging, b.grip = true, e.Position.SubtractXY(e.Dragged.DX, e.Dragged.DY)
	}
	b.drag(false)
}

// DragEnd implements fyne.Draggable.
func (b *miniBar) DragEnd() {
	b.dragging = false
	b.drag(true)
}

func (b *miniBar) drag(done bool) {
	if b.moved != nil {
		b.moved(b.grip, done)
	}
}

// MiniBar is the content for the window of the mini bar, on Fyne's goroutine. Moved is told that the agent drags it
// by a place in it, and at last that they let go.
func (w *Window) MiniBar(moved func(grip fyne.Position, done bool)) fyne.CanvasObject {
	w.mini.moved = moved
	return w.mini
}
