package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// sinceLine tells above a history what changed since the last talk. A click shows all of it; by keys the row of kinds
// leads there.
type sinceLine struct {
	widget.BaseWidget
	hovering
	k     *kit
	send  func(desk.Event)
	m     present.Button
	icon  *sign
	words *para
	body  *fyne.Container
}

func newSinceLine(k *kit, send func(desk.Event)) *sinceLine {
	l := &sinceLine{k: k, send: send, icon: k.sign(sizeBody + 1), words: newPara(k, sizeBody, present.Plain)}
	l.words.maxLines = 2
	l.hovering = hovering{ground: &canvas.Rectangle{CornerRadius: cornerField}, paint: l.colour}
	l.body = newCard(l.ground, 5, space2, &fyne.Container{Objects: []fyne.CanvasObject{l.icon.pic, l.words}, Layout: signed{sizeBody}})
	l.ExtendBaseWidget(l)
	return l
}

func (l *sinceLine) colour() {
	p := l.k.pal
	l.ground.FillColor = p.tinted(present.Accent)
	if l.hover {
		l.ground.FillColor = tint(p.card, p.accent, 0.2)
	}
}

func (l *sinceLine) set(m present.Button) {
	l.m = m
	l.Hidden = !m.Shown()
	l.colour()
	l.k.setIcon(l.icon, m.Shape, l.k.pal.accent)
	l.words.set(m.Text, present.Plain)
	l.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (l *sinceLine) CreateRenderer() fyne.WidgetRenderer { return rendererOf(l, l.body) }

// HeightFor implements flexible.
func (l *sinceLine) HeightFor(width float32) float32 { return heightOf(l.body, width) }

// Tapped implements fyne.Tappable.
func (l *sinceLine) Tapped(*fyne.PointEvent) {
	if l.m.Do != nil {
		l.send(l.m.Do)
	}
}
