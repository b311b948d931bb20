package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// picks is a row of words of which one is chosen. Tab comes to it, the arrow keys choose.
type picks struct {
	widget.BaseWidget
	k       *kit
	keys    keys
	send    func(desk.Event)
	list    []present.Pick
	words   []*pick
	line    *fyne.Container
	ring    *canvas.Rectangle
	focused bool
}

func newPicks(k *kit, ks keys, send func(desk.Event)) *picks {
	p := &picks{k: k, keys: ks, send: send, line: newFlowing(space1)}
	p.ring = &canvas.Rectangle{CornerRadius: cornerField, StrokeWidth: 0}
	p.ExtendBaseWidget(p)
	return p
}

func (p *picks) set(list []present.Pick) {
	p.list = list
	for len(p.words) < len(list) {
		p.words = append(p.words, newPick(p.k))
		p.line.Add(p.words[len(p.words)-1])
	}
	for i, w := range p.words {
		if i >= len(list) {
			w.Hide()
			continue
		}
		do := list[i].Do
		w.set(list[i], func() { p.send(do) })
		w.Show()
	}
	p.line.Refresh()
}

// squeeze takes the room at the sides of the words away where they would need a second line.
func (p *picks) squeeze(width float32) {
	for _, room := range []float32{sidePick, sidePick / 2, sidePick / 5} {
		for _, o := range p.words {
			o.side = room
		}
		if p.oneLine() <= width {
			return
		}
	}
}

// oneLine is how wide the words are beside one another.
func (p *picks) oneLine() float32 {
	w := float32(-space1)
	for _, o := range p.words {
		if o.Visible() {
			w += o.MinSize().Width + space1
		}
	}
	return w
}

// wide is the width of the words in one line.
func (p *picks) wide() float32 {
	w := float32(0)
	for _, o := range p.words {
		if o.Visible() {
			w += o.MinSize().Width + space1
		}
	}
	return w
}

// CreateRenderer implements fyne.Widget.
func (p *picks) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(p, newCard(p.ring, 0, 0, p.line))
}

// HeightFor implements flexible.
func (p *picks) HeightFor(width float32) float32 { return heightOf(p.line, width) }

// FocusGained implements fyne.Focusable.
func (p *picks) FocusGained() { p.focus(true) }

// FocusLost implements fyne.Focusable.
func (p *picks) FocusLost() { p.focus(false) }

func (p *picks) focus(on bool) {
	p.focused = on
	p.ring.StrokeColor, p.ring.StrokeWidth = p.k.pal.accent, 0
	if on {
		p.ring.StrokeWidth = 1
	}
	p.ring.Refresh()
}

// TypedRune implements fyne.Focusable.
func (p *picks) TypedRune(r rune) { p.keys.typedRune(r) }

// TypedKey implements fyne.Focusable.
func (p *picks) TypedKey(e *fyne.KeyEvent) {
	step, arrow := map[fyne.KeyName]int{fyne.KeyRight: 1, fyne.KeyDown: 1, fyne.KeyLeft: -1, fyne.KeyUp: -1}[e.Name]
	if !arrow {
		p.keys.typedKey(e)
		return
	}
	now := -1
	for i, w := range p.list {
		if w.Chosen {
			now = i
		}
	}
	next := now + step
	if now < 0 {
		next = 0
	}
	if next >= 0 && next < len(p.list) && p.list[next].Do != nil {
		p.send(p.list[next].Do)
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (p *picks) TypedShortcut(s fyne.Shortcut) { p.keys.shortcut(s) }

// sidePick is the room beside the words of a pick, heightPick how high it is.
const (
	sidePick   = 10
	heightPick = 26
)

// pick is one word of a row.
type pick struct {
	widget.BaseWidget
	k      *kit
	m      present.Pick
	tap    func()
	side   float32 // room beside the word
	ground *canvas.Rectangle
	label  *canvas.Text
}

func newPick(k *kit) *pick {
	w := &pick{k: k, side: sidePick, ground: &canvas.Rectangle{CornerRadius: 13, StrokeWidth: 1}, label: k.text(sizeBody, false)}
	w.label.Alignment = fyne.TextAlignCenter
	w.ExtendBaseWidget(w)
	return w
}

func (w *pick) set(m present.Pick, tap func()) {
	w.tap = tap
	p := w.k.pal
	w.ground.FillColor, w.ground.StrokeColor = p.card, p.edge
	if m.Chosen {
		w.ground.FillColor, w.ground.StrokeColor = p.chosen(), p.accent
	}
	same := w.m.Text == m.Text && w.m.Chosen == m.Chosen
	w.m = m
	setText(w.label, m.Text, p.text)
	if !same {
		w.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (w *pick) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(w, newCard(w.ground, 0, 0, w.label))
}

// MinSize implements fyne.CanvasObject.
func (w *pick) MinSize() fyne.Size { return fyne.NewSize(w.label.MinSize().Width+2*w.side, heightPick) }

// Tapped implements fyne.Tappable.
func (w *pick) Tapped(*fyne.PointEvent) {
	if w.tap != nil {
		w.tap()
	}
}
