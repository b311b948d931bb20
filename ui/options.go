package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/ui/present"
)

// options are the answers of a choice. Tab comes to them; then digits and arrows choose among these and
// no others, and Enter goes on.
type options struct {
	widget.BaseWidget
	a    *askView
	list []*option
	line *fyne.Container
	ring *canvas.Rectangle
}

func newOptions(a *askView) *options {
	o := &options{a: a, line: newFlowing(space2), ring: &canvas.Rectangle{CornerRadius: cornerField}}
	o.ExtendBaseWidget(o)
	return o
}

func (o *options) set(m present.Ask, keyed bool) {
	for len(o.list) < len(m.Options) {
		one := newOption(o.a.p.k)
		o.list = append(o.list, one)
		o.line.Add(one)
	}
	for i, one := range m.Options {
		one.Chosen = one.ID == o.a.chosen
		one.Dim = !keyed
		o.list[i].set(one, func() { o.a.p.choose(o.a.n, one.ID) })
	}
}

// CreateRenderer implements fyne.Widget. The ring lies around the options, in the room between the parts.
func (o *options) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(o, &fyne.Container{Objects: []fyne.CanvasObject{o.ring, o.line}, Layout: ringed{}})
}

// HeightFor implements flexible.
func (o *options) HeightFor(width float32) float32 { return heightOf(o.line, width) }

// ringed puts its first object a little around the second, which fills everything.
type ringed struct{}

// MinSize implements fyne.Layout.
func (ringed) MinSize(o []fyne.CanvasObject) fyne.Size { return o[1].MinSize() }

// Layout implements fyne.Layout.
func (ringed) Layout(o []fyne.CanvasObject, s fyne.Size) {
	const out = 3
	at(o[0], -out, -out, s.Width+2*out, s.Height+2*out)
	at(o[1], 0, 0, s.Width, s.Height)
}

// FocusGained implements fyne.Focusable.
func (o *options) FocusGained() {
	o.ring.StrokeColor, o.ring.StrokeWidth = o.a.p.k.pal.accent, 1
	o.ring.Refresh()
	o.a.p.paintAsks()
	o.a.p.reveal(o.a)
}

// FocusLost implements fyne.Focusable.
func (o *options) FocusLost() {
	o.ring.StrokeWidth = 0
	o.ring.Refresh()
	o.a.p.paintAsks()
}

// TypedRune implements fyne.Focusable.
func (o *options) TypedRune(r rune) { o.a.p.w.typedRune(r) }

// TypedKey implements fyne.Focusable.
func (o *options) TypedKey(e *fyne.KeyEvent) {
	step, arrow := map[fyne.KeyName]int{fyne.KeyRight: 1, fyne.KeyDown: 1, fyne.KeyLeft: -1, fyne.KeyUp: -1}[e.Name]
	switch {
	case isEnter(e.Name):
		o.a.p.enterIn(o.a.n)
	case arrow:
		o.walk(step)
	default:
		o.a.p.w.typedKey(e)
	}
}

// walk chooses the option beside the chosen one. Where choosing goes on to the next step, arrows do
// nothing: they would run away with the talk.
func (o *options) walk(step int) {
	m := o.a.p.shown
	if m.Single || m.Early {
		return
	}
	list := m.Asks[o.a.n].Options
	now := slices.IndexFunc(list, func(one present.Option) bool { return one.ID == o.a.chosen })
	next := max(now+step, 0)
	if next < len(list) && next != now {
		o.a.choose(list[next].ID, true)
		o.a.p.paintAsks()
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (o *options) TypedShortcut(s fyne.Shortcut) { o.a.p.w.shortcut(s) }
