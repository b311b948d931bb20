package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// askView is a question of a step: its label, and options or a field.
type askView struct {
	id      string
	chosen  string // option
	echo    echo   // of chosen
	p       *flowPanel
	n       int
	label   *para
	must    *canvas.Text
	options *options
	field   *entry
	err     *para
	box     *fyne.Container
}

// leastAsk is the room a question has in the smallest window.
const leastAsk = 380

func newAskView(p *flowPanel, n int, m present.Ask) *askView {
	k := p.k
	a := &askView{
		id: m.ID, p: p, n: n, label: newPara(k, sizeBody, present.Plain), must: k.text(sizeCaption, false),
		err: newPara(k, sizeCaption, present.Danger),
	}
	a.label.bold = true
	var answer fyne.CanvasObject
	if len(m.Options) == 0 {
		a.field = newEntry(p.w, a.edited)
		a.field.compose = p.w.compose
		a.field.enter = func() { p.enterIn(n) }
		a.field.escape = p.w.leave
		a.field.gained = func() { p.reveal(a) }
		answer = sized(a.field, 200)
	} else {
		a.options = newOptions(a)
		answer = a.options
	}
	a.box = newColumn(space1, &fyne.Container{Objects: []fyne.CanvasObject{a.label, a.must}, Layout: asking{}}, answer, a.err)
	return a
}

// asking puts the word for an answer that is wanted behind a question, which is broken into lines where it is too
// long for one.
type asking struct{}

func (asking) room(o []fyne.CanvasObject, width float32) float32 {
	q, _ := o[0].(*para)
	room := width
	if must := o[1].MinSize().Width; must > 0 {
		room -= must + space2
	}
	return min(q.k.width(q.text, q.size, q.bold)+1, room)
}

func (l asking) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return heightOf(o[0], l.room(o, width))
}

// MinSize implements fyne.Layout.
func (asking) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

// Layout implements fyne.Layout.
func (l asking) Layout(o []fyne.CanvasObject, s fyne.Size) {
	room := l.room(o, s.Width)
	at(o[0], 0, 0, room, heightOf(o[0], room))
	q, _ := o[0].(*para)
	m := o[1].MinSize()
	at(o[1], room+space2, (q.lineHeight()-m.Height)/2, max(s.Width-room-space2, m.Width), m.Height)
}

// focusable is what takes the focus for the question.
func (a *askView) focusable() fyne.Focusable {
	if a.field != nil {
		return a.field
	}
	return a.options
}

// edited tells the desk what stands here, so that it is kept also while it is not answered.
func (a *askView) edited(text string) {
	a.p.w.send(desk.AskEdited{Draft: a.p.shown.Draft, Ask: a.id, Text: text})
}

// choose takes an option; where it is not answered with at once, the desk is told of it.
func (a *askView) choose(id string, tell bool) {
	a.chosen = id
	a.echo.edited(id)
	if tell {
		a.edited(id)
	}
}

// value is what the question is answered with, sent or not.
func (a *askView) value() string {
	if a.field != nil {
		return a.field.Text
	}
	return a.chosen
}

// take brings the answer that the state knows.
func (a *askView) take(m present.Ask, place string) {
	if a.field != nil {
		a.field.show(place, m.Value)
	} else if news, _ := a.echo.comes(place, m.Value, a.chosen); news {
		a.chosen = m.Value
	}
}

// set shows the question; keyed tells that digits answer it.
func (a *askView) set(m present.Ask, keyed bool) {
	c := a.p.k.pal
	a.label.set(m.Label, present.Plain)
	must, beside, below := c.muted, m.Required, ""
	if m.Error != "" {
		must, beside, below = c.danger, m.Error, ""
		room := max(a.box.Size().Width, leastAsk) - a.p.k.width(m.Label, sizeBody, true) - space2
		if a.p.k.width(m.Error, sizeCaption, false) > room { // else nothing below moves
			beside, below = m.Required, m.Error
		}
	}
	setText(a.must, beside, must)
	a.err.set(below, present.Danger)
	if a.field != nil {
		a.field.SetPlaceHolder(m.Prompt)
		return
	}
	a.options.set(m, keyed)
}

// stepDots shows how far the talk is: ──●──○──○
type stepDots struct {
	widget.BaseWidget
	k    *kit
	n, x int
	box  *fyne.Container
}

const maxDots = 9

func newStepDots(k *kit) *stepDots {
	d := &stepDots{k: k, box: newRow(5)}
	d.ExtendBaseWidget(d)
	return d
}

func (d *stepDots) set(m present.FlowPanel) {
	n, x := m.Length, m.Position
	if m.Kind != present.FlowStep || n > maxDots {
		n = 0
	}
	if n == d.n && x == d.x {
		return
	}
	d.n, d.x = n, x
	d.box.Objects = nil
	for i := 1; i <= n; i++ {
		c, width := d.k.pal.accent, float32(7)
		if i == x {
			width = 18
		} else if i > x {
			c = tint(d.k.pal.card, d.k.pal.muted, 0.35)
		}
		dot := &canvas.Rectangle{FillColor: c, CornerRadius: 3.5}
		dot.SetMinSize(fyne.NewSize(width, 7))
		d.box.Add(dot)
	}
	d.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (d *stepDots) CreateRenderer() fyne.WidgetRenderer { return rendererOf(d, d.box) }
