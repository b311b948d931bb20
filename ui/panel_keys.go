package ui

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/ui/present"
)

const (
	heightKeyRow  = 24
	widthKeyRow   = 330
	widthKeyCap   = 138
	columnsOfKeys = 3
)

// keysPanel is the sheet of all keys. It lies over the work until Esc, or the key that opened it; what had the focus
// has it again afterwards.
type keysPanel struct {
	k       *kit
	w       *Window
	shown   present.KeySheet
	drawn   bool
	before  fyne.Focusable
	title   *canvas.Text
	change  *button
	close   *button
	columns [columnsOfKeys]*fyne.Container
	scroll  *scroller
	content *fyne.Container
}

func newKeysPanel(w *Window) *keysPanel {
	k := w.kit
	p := &keysPanel{k: k, w: w, title: k.text(sizeHeading, true)}
	p.close = newButton(k, w, func(present.Button) { p.hide() })
	p.change = newButton(k, w, func(b present.Button) {
		p.hide()
		w.send(b.Do)
	})
	row := &fyne.Container{Layout: beside{}}
	for i := range p.columns {
		p.columns[i] = newColumn(0)
		row.Add(p.columns[i])
	}
	p.scroll = newScroller(row)
	head := newSpread(space2, 1, p.title, k.text(sizeBody, false), p.change, p.close)
	p.content = newCard(k.card(), space4, space5, pane(head, p.scroll))
	p.content.Hide()
	return p
}

// beside puts columns of one width beside each other.
type beside struct{}

// MinSize implements fyne.Layout.
func (beside) MinSize(o []fyne.CanvasObject) fyne.Size {
	var h float32
	for _, c := range o {
		h = max(h, c.MinSize().Height)
	}
	return fyne.NewSize(float32(len(o))*widthKeyRow, h)
}

// Layout implements fyne.Layout.
func (beside) Layout(o []fyne.CanvasObject, s fyne.Size) {
	width := s.Width / float32(len(o))
	for i, c := range o {
		at(c, float32(i)*width, 0, width-space5, c.MinSize().Height)
	}
}

func (p *keysPanel) set(m present.KeySheet) {
	if p.drawn && reflect.DeepEqual(m, p.shown) {
		return
	}
	p.shown, p.drawn = m, p.content.Visible()
	if !p.drawn { // it is filled when it is asked for
		return
	}
	p.fill()
}

func (p *keysPanel) fill() {
	m := p.shown
	setText(p.title, m.Title, p.k.pal.text)
	p.change.set(m.Change)
	p.close.set(m.Close)
	total := 0
	for _, g := range m.Groups {
		total += len(g.Rows) + 2
	}
	for _, c := range p.columns {
		c.Objects = nil
	}
	at, filled := 0, 0
	for _, g := range m.Groups {
		if filled > 0 && filled+len(g.Rows)/2 > total/columnsOfKeys && at < columnsOfKeys-1 {
			at, filled = at+1, 0
		}
		filled += len(g.Rows) + 2
		name := p.k.text(sizeBody, true)
		setText(name, g.Name, p.k.pal.accent)
		p.columns[at].Add(newInset(space2, 0, name))
		for _, r := range g.Rows {
			p.columns[at].Add(p.row(r))
		}
	}
	p.content.Refresh()
	p.scroll.Refresh()
}

// row is a key in its cap and what it does; what it does not do in this moment is fainter.
func (p *keysPanel) row(m present.KeyRow) fyne.CanvasObject {
	c := p.k.pal
	key, name := p.k.text(sizeCaption, false), p.k.text(sizeBody, false)
	text := c.text
	if !m.Now {
		text = c.muted
	}
	setText(key, p.k.fit(m.Key, sizeCaption, false, widthKeyCap-2*space2), c.text)
	setText(name, m.Name, text)
	cap := &canvas.Rectangle{CornerRadius: cornerField, StrokeWidth: 1, FillColor: tint(c.card, c.muted, 0.06), StrokeColor: c.line}
	return &fyne.Container{Objects: []fyne.CanvasObject{cap, key, name}, Layout: placed{
		least: fyne.NewSize(widthKeyRow-space5, heightKeyRow),
		put: func(_ []fyne.CanvasObject, s fyne.Size) {
			w := key.MinSize().Width + 2*space2
			at(cap, 0, 2, w, heightKeyRow-4)
			at(key, space2, 0, w, heightKeyRow)
			setText(name, p.k.fit(m.Name, sizeBody, false, s.Width-widthKeyCap), text)
			at(name, widthKeyCap, 0, s.Width-widthKeyCap, heightKeyRow)
		},
	}}
}

// toggle opens the sheet, or closes it.
func (p *keysPanel) toggle() {
	if p.content.Visible() {
		p.hide()
		return
	}
	p.before = p.w.focused()
	p.w.leave()
	p.content.Show()
	p.drawn = true
	p.fill()
	p.scroll.ScrollToTop()
	p.w.layer.Refresh()
}

func (p *keysPanel) hide() {
	p.content.Hide()
	f := p.w.focused()
	if p.before != nil && (f == nil || f == p.change || f == p.close) {
		p.w.focus(p.before)
	} else if f == p.change || f == p.close {
		p.w.leave()
	}
	p.before = nil
}
