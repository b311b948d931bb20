package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

const widthRail = 68

// railItem is a view to go to or an open note: shape above a short word.
type railItem struct {
	widget.BaseWidget
	hovering
	k     *kit
	chip  present.Chip
	on    bool
	do    desk.Event
	send  func(desk.Event)
	bar   *canvas.Rectangle
	icon  *canvas.Image
	label *canvas.Text
}

func newRailItem(k *kit, send func(desk.Event)) *railItem {
	r := &railItem{
		k: k, send: send, bar: &canvas.Rectangle{CornerRadius: 2}, icon: k.image(20), label: k.text(sizeCaption, false),
	}
	r.hovering = hovering{ground: &canvas.Rectangle{CornerRadius: cornerField}, paint: r.colour}
	r.label.Alignment = fyne.TextAlignCenter
	r.ExtendBaseWidget(r)
	return r
}

func (r *railItem) set(c present.Chip, on bool, do desk.Event) {
	r.do = do
	if r.chip == c && r.on == on && r.label.Text != "" {
		return
	}
	r.chip, r.on = c, on
	r.paint()
	r.Refresh()
}

func (r *railItem) colour() {
	p := r.k.pal
	shape, word := p.muted, p.muted
	r.ground.FillColor = p.page
	if r.on {
		r.ground.FillColor, shape, word = tint(p.page, p.accent, 0.12), p.accent, p.text
	} else if r.hover {
		r.ground.FillColor = tint(p.page, p.muted, 0.10)
	}
	r.bar.FillColor = p.accent
	r.bar.Hidden = !r.on
	if r.chip.Tone != present.Plain {
		shape = p.tone(r.chip.Tone)
	}
	r.k.setIcon(r.icon, r.chip.Shape, shape)
	setText(r.label, r.k.fit(r.chip.Text, sizeCaption, false, widthRail-10), word)
}

// CreateRenderer implements fyne.Widget.
func (r *railItem) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(r, &fyne.Container{
		Objects: []fyne.CanvasObject{r.ground, r.bar, r.icon, r.label},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(r.ground, 0, 0, s.Width, s.Height)
			at(r.bar, 0, 10, 3, s.Height-20)
			at(r.icon, (s.Width-20)/2, 8, 20, 20)
			at(r.label, 0, 30, s.Width, 18)
		}},
	})
}

// MinSize implements fyne.CanvasObject.
func (r *railItem) MinSize() fyne.Size { return fyne.NewSize(widthRail-8, 54) }

// Tapped implements fyne.Tappable.
func (r *railItem) Tapped(*fyne.PointEvent) {
	if r.do != nil {
		r.send(r.do)
	}
}

// railPanel is the way between the views, and below it the open notes while there are several.
type railPanel struct {
	k       *kit
	send    func(desk.Event)
	views   []*railItem
	tabs    []*railItem
	rule    *canvas.Rectangle
	box     *fyne.Container
	content fyne.CanvasObject
}

func newRailPanel(w *Window) *railPanel {
	r := &railPanel{k: w.kit, send: w.send, rule: w.kit.rule()}
	r.box = newColumn(space1)
	r.content = &fyne.Container{
		Objects: []fyne.CanvasObject{r.box},
		Layout: placed{least: fyne.NewSize(widthRail, 100), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(r.box, space1, space3, s.Width-2*space1, s.Height-2*space3)
		}},
	}
	return r
}

func (r *railPanel) set(m present.Rail) {
	same := len(r.views) == len(m.Views) && len(r.tabs) == len(m.Tabs)
	for len(r.views) < len(m.Views) {
		r.views = append(r.views, newRailItem(r.k, r.send))
	}
	for len(r.tabs) < len(m.Tabs) {
		r.tabs = append(r.tabs, newRailItem(r.k, r.send))
	}
	r.views, r.tabs = r.views[:len(m.Views)], r.tabs[:len(m.Tabs)]
	for i, v := range m.Views {
		r.views[i].set(present.Chip{Shape: v.Shape, Tone: v.Tone, Text: v.Text}, v.On, v.Do)
	}
	for i, t := range m.Tabs {
		r.tabs[i].set(t.Chip, t.Active, t.Do)
	}
	if same {
		return
	}
	r.box.Objects = nil
	for _, v := range r.views {
		r.box.Objects = append(r.box.Objects, v)
	}
	if len(r.tabs) > 0 {
		r.box.Objects = append(r.box.Objects, newInset(space1, space2, r.rule))
	}
	for _, t := range r.tabs {
		r.box.Objects = append(r.box.Objects, t)
	}
	r.box.Refresh()
}
