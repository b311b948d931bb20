package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/ui/present"
)

// progressLine tells of work that takes longer than an eye waits, and stops it. Where nobody knows how long it takes
// there is no bar, and nothing moves.
type progressLine struct {
	widget.BaseWidget
	k      *kit
	m      present.Progress
	ground *canvas.Rectangle
	track  *canvas.Rectangle
	bar    *canvas.Rectangle
	icon   *sign
	text   *canvas.Text
	cancel *button
	box    *fyne.Container
}

func newProgressLine(w *Window) *progressLine {
	k := w.kit
	p := &progressLine{
		k: k, ground: &canvas.Rectangle{CornerRadius: cornerField}, track: &canvas.Rectangle{CornerRadius: 2}, bar: &canvas.Rectangle{CornerRadius: 2},
		icon: k.sign(sizeBody + 1), text: k.text(sizeBody, false), cancel: newButton(k, w, send(w.send)),
	}
	p.cancel.small = true
	p.box = &fyne.Container{Objects: []fyne.CanvasObject{p.ground, p.icon.pic, p.text, p.track, p.bar, p.cancel}, Layout: placed{put: p.place}}
	p.ExtendBaseWidget(p)
	p.Hide()
	return p
}

func (p *progressLine) set(m present.Progress) {
	if p.m == m && p.Visible() == m.Shown() {
		return
	}
	p.m = m
	if !m.Shown() {
		p.Hide()
		return
	}
	pal := p.k.pal
	p.ground.FillColor, p.track.FillColor, p.bar.FillColor = pal.tinted(present.Accent), pal.line, pal.accent
	p.k.setIcon(p.icon, present.ShapeSync, pal.accent)
	setText(p.text, m.Text, pal.text)
	p.cancel.set(m.Cancel)
	p.track.Hidden, p.bar.Hidden = m.Share < 0, m.Share < 0
	p.Show()
	p.Refresh()
}

func (p *progressLine) place(_ []fyne.CanvasObject, s fyne.Size) {
	at(p.ground, 0, 0, s.Width, s.Height)
	at(p.icon.pic, space2, (s.Height-sizeBody-1)/2, sizeBody+1, sizeBody+1)
	right := s.Width - space1
	if p.cancel.Visible() {
		c := p.cancel.MinSize()
		right -= c.Width
		at(p.cancel, right, (s.Height-c.Height)/2, c.Width, c.Height)
	}
	setText(p.text, p.k.fit(p.m.Text, sizeBody, false, right-space2-2*space2-sizeBody), p.k.pal.text)
	t := p.text.MinSize()
	at(p.text, 2*space2+sizeBody, (s.Height-t.Height)/2, t.Width, t.Height)
	if x := 3*space2 + sizeBody + t.Width; p.m.Share >= 0 && right-space3 > x {
		w := right - space3 - x
		at(p.track, x, s.Height/2-2, w, 4)
		at(p.bar, x, s.Height/2-2, w*float32(min(p.m.Share, 1)), 4)
	}
}

// CreateRenderer implements fyne.Widget.
func (p *progressLine) CreateRenderer() fyne.WidgetRenderer { return rendererOf(p, p.box) }

// MinSize implements fyne.CanvasObject.
func (p *progressLine) MinSize() fyne.Size { return fyne.NewSize(200, p.k.d.button+2) }

// emptyView stands in place of a list that has nothing to show.
type emptyView struct {
	widget.BaseWidget
	k     *kit
	icon  *sign
	title *canvas.Text
	how   *para
	do    *button
	box   *fyne.Container
}

const sideEmpty = 40 // of its shape

func newEmptyView(w *Window) *emptyView {
	k := w.kit
	e := &emptyView{k: k, icon: k.sign(sideEmpty), title: k.text(sizeStep, true), how: newPara(k, sizeBody, present.Muted), do: newButton(k, w, send(w.send))}
	e.box = &fyne.Container{Objects: []fyne.CanvasObject{e.icon.pic, e.title, e.how, e.do}, Layout: placed{put: e.place}}
	e.ExtendBaseWidget(e)
	e.Hide()
	return e
}

func (e *emptyView) set(m present.Empty) {
	if e.Hidden = !m.Shown(); e.Hidden {
		return
	}
	e.k.setIcon(e.icon, m.Shape, e.k.pal.muted)
	setText(e.title, m.Title, e.k.pal.text)
	e.how.set(m.How, present.Muted)
	e.do.set(m.Do)
	e.Refresh()
}

func (e *emptyView) place(_ []fyne.CanvasObject, s fyne.Size) {
	w := min(s.Width-2*space4, 420)
	x, y := (s.Width-w)/2, max(s.Height*0.22, space4)
	at(e.icon.pic, (s.Width-sideEmpty)/2, y, sideEmpty, sideEmpty)
	y += sideEmpty + space3
	t := e.title.MinSize()
	at(e.title, (s.Width-t.Width)/2, y, t.Width, t.Height)
	y += t.Height + space2
	line := e.k.width(e.how.text, sizeBody, false)
	if h := e.how.HeightFor(w); line < w { // one line is centred
		at(e.how, (s.Width-line)/2, y, line+1, h)
		y += h
	} else {
		at(e.how, x, y, w, h)
		y += h
	}
	if e.do.Visible() {
		m := e.do.MinSize()
		at(e.do, (s.Width-m.Width)/2, y+space4, m.Width, m.Height)
	}
}

// CreateRenderer implements fyne.Widget.
func (e *emptyView) CreateRenderer() fyne.WidgetRenderer { return rendererOf(e, e.box) }

// MinSize implements fyne.CanvasObject.
func (e *emptyView) MinSize() fyne.Size { return fyne.NewSize(200, 120) }
