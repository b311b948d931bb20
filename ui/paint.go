package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/callbench/callbench/ui/present"
)

// paint is a colour together with how it came about, so that what stands on screen can be painted anew
// in another scheme without being built anew: no focus, caret or place in a list is lost. The zero paint
// is transparent and stays so.
type paint struct {
	color.NRGBA
	how *mix
}

// mix is a recipe: a role of the palette, a tone, the ground or the rim of a tone, or a share of one recipe laid
// over another. Equal recipes are one pointer, so that paints can be compared.
type mix struct {
	kind    mixKind
	role    role
	tone    present.Tone
	surface *mix
	over    *mix
	share   float64
	pal     *palette
}

type mixKind int

const (
	mixRole mixKind = iota
	mixTone
	mixGround
	mixRim
	mixTint
)

// of is the recipe as a paint of the palette as it is now. The set of recipes is bounded by the code:
// shares are constants.
func (p *palette) of(m mix) paint {
	m.pal = p
	how, ok := p.mixes[m]
	if !ok {
		how = &m
		p.mixes[m] = how
	}
	return paint{how.colour(), how}
}

// colour mixes anew.
func (m *mix) colour() color.NRGBA {
	switch m.kind {
	case mixRole:
		return m.pal.roles[m.role]
	case mixTone:
		return m.pal.toneColour(m.tone)
	case mixGround:
		return m.pal.groundColour(m.tone)
	case mixRim:
		return m.pal.rimColour(m.tone)
	case mixTint:
	}
	return blend(m.surface.colour(), m.over.colour(), m.share)
}

// tint is a share of a colour laid over a surface, opaque.
func tint(surface, c paint, share float64) paint {
	if surface.how == nil || c.how == nil {
		return paint{blend(surface.NRGBA, c.NRGBA, share), nil}
	}
	return surface.how.pal.of(mix{kind: mixTint, surface: surface.how, over: c.how, share: share})
}

func blend(surface, c color.NRGBA, share float64) color.NRGBA {
	part := func(a, b uint8) uint8 { return uint8(float64(a)*(1-share) + float64(b)*share + 0.5) }
	return color.NRGBA{R: part(surface.R, c.R), G: part(surface.G, c.G), B: part(surface.B, c.B), A: 0xFF}
}

// again is the same colour in the scheme of now.
func again(c color.Color) color.Color {
	if p, ok := c.(paint); ok && p.how != nil {
		return paint{p.how.colour(), p.how}
	}
	return c
}

// restyler is a widget that keeps more of its look than the objects it is made of.
type restyler interface {
	fyne.Widget
	restyled(k *kit)
}

// repaint brings everything below an object to the colours and sizes of now. test.WidgetRenderer is the
// one door that Fyne has to the parts of a widget.
func (k *kit) repaint(o fyne.CanvasObject) {
	switch v := o.(type) {
	case nil:
		return
	case *fyne.Container:
		if views, is := v.Layout.(*stacked); is {
			views.repaint(v.Objects)
		} else {
			for _, c := range v.Objects {
				k.repaint(c)
			}
		}
		if v.Layout != nil {
			v.Layout.Layout(v.Objects, v.Size())
		}
		return
	case fyne.Widget:
		if own, ok := v.(restyler); ok {
			own.restyled(k)
		}
		r := test.WidgetRenderer(v)
		for _, c := range r.Objects() {
			k.repaint(c)
		}
		r.Layout(v.Size())
	case *canvas.Text:
		v.Color = again(v.Color)
		v.TextStyle.TabWidth = k.look.style(false).TabWidth
	case *canvas.Rectangle:
		v.FillColor, v.StrokeColor = again(v.FillColor), again(v.StrokeColor)
	case *canvas.Line:
		v.StrokeColor = again(v.StrokeColor)
	case *canvas.Circle:
		v.FillColor, v.StrokeColor = again(v.FillColor), again(v.StrokeColor)
	case *canvas.Polygon:
		v.FillColor, v.StrokeColor = again(v.FillColor), again(v.StrokeColor)
	}
	o.Refresh()
}
