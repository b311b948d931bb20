package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/ui/present"
)

// option is an answer to choose: the key in a cap, then the words.
type option struct {
	widget.BaseWidget
	hovering
	k     *kit
	o     present.Option
	tap   func()
	cap   *canvas.Rectangle
	key   *canvas.Text
	label *para // over several lines where it is longer than the pane is wide
}

func newOption(k *kit) *option {
	o := &option{
		k: k, cap: &canvas.Rectangle{CornerRadius: 3}, key: k.text(sizeBody, true), label: newPara(k, sizeStep, present.Plain),
	}
	o.hovering = hovering{ground: &canvas.Rectangle{CornerRadius: cornerField, StrokeWidth: 1}, paint: o.colour}
	o.key.Alignment = fyne.TextAlignCenter
	o.ExtendBaseWidget(o)
	return o
}

func (o *option) set(m present.Option, tap func()) {
	o.tap = tap
	if o.o == m && o.label.text == m.Label {
		return
	}
	o.o = m
	o.paint()
	o.Refresh()
}

func (o *option) colour() {
	p := o.k.pal
	ground, border, cap, key := p.card, p.edge, tint(p.card, p.muted, 0.12), p.muted
	if o.o.Chosen {
		ground, border, cap, key = p.chosen(), p.accent, p.accent, p.onAccent
	} else if o.hover {
		ground, border = tint(p.card, p.accent, 0.05), p.accent
	}
	if o.o.Dim && !o.o.Chosen {
		cap, key = p.card, tint(p.card, p.muted, 0.6)
	}
	o.ground.FillColor, o.ground.StrokeColor, o.cap.FillColor = ground, border, cap
	setText(o.key, o.o.Key, key)
	o.label.set(o.o.Label, present.Plain)
	o.cap.Hidden = o.o.Key == ""
}

// CreateRenderer implements fyne.Widget.
func (o *option) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(o, &fyne.Container{
		Objects: []fyne.CanvasObject{o.ground, o.cap, o.key, o.label},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(o.ground, 0, 0, s.Width, s.Height)
			x := o.indent()
			if o.o.Key != "" {
				at(o.cap, 7, (s.Height-20)/2, 20, 20)
				at(o.key, 7, (s.Height-20)/2, 20, 20)
			}
			h := o.label.HeightFor(max(s.Width-x-space2, 0))
			at(o.label, x, (s.Height-h)/2, max(s.Width-x-space2, 0), h)
		}},
	})
}

// indent is where the words begin.
func (o *option) indent() float32 {
	if o.o.Key == "" {
		return space3
	}
	return 7 + 20 + space2
}

// MinSize implements fyne.CanvasObject: on one line.
func (o *option) MinSize() fyne.Size {
	return fyne.NewSize(o.k.width(o.o.Label, sizeStep, false)+o.indent()+space3, o.k.d.option)
}

// HeightFor implements flexible.
func (o *option) HeightFor(width float32) float32 {
	return max(o.k.d.option, o.label.HeightFor(width-o.indent()-space2)+space2)
}

// Tapped implements fyne.Tappable.
func (o *option) Tapped(*fyne.PointEvent) {
	if o.tap != nil {
		o.tap()
	}
}
