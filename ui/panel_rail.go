package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

const widthRail = 76

// railItem is a view to go to or an open note: shape above a short word. It takes the focus by Tab only.
type railItem struct {
	widget.BaseWidget
	hovering
	keys    keys
	focused bool
	k       *kit
	chip    present.Chip
	on      bool
	do      desk.Event
	send    func(desk.Event)
	bar     *canvas.Rectangle
	icon    *sign
	label   *canvas.Text
}

func newRailItem(k *kit, ks keys, send func(desk.Event)) *railItem {
	r := &railItem{
		k: k, keys: ks, send: send, bar: &canvas.Rectangle{CornerRadius: 2}, icon: k.sign(20), label: k.text(sizeCaption, false),
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
	r.ground.StrokeColor, r.ground.StrokeWidth = p.accent, 0
	if r.focused {
		r.ground.StrokeWidth = 2
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
		Objects: []fyne.CanvasObject{r.ground, r.bar, r.icon.pic, r.label},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(r.ground, 0, 0, s.Width, s.Height)
			at(r.bar, 0, 9, 3, s.Height-18)
			at(r.icon.pic, (s.Width-20)/2, 5, 20, 20)
			at(r.label, 0, 26, s.Width, 18)
		}},
	})
}

// MinSize implements fyne.CanvasObject.
func (r *railItem) MinSize() fyne.Size { return fyne.NewSize(widthRail-8, 47) }

// Tapped implements fyne.Tappable.
func (r *railItem) Tapped(*fyne.PointEvent) { r.press() }

func (r *railItem) press() {
	if r.do != nil {
		r.send(r.do)
	}
}

// FocusGained implements fyne.Focusable.
func (r *railItem) FocusGained() { r.focus(true) }

// FocusLost implements fyne.Focusable.
func (r *railItem) FocusLost() { r.focus(false) }

func (r *railItem) focus(on bool) {
	r.focused = on
	r.paint()
	r.ground.Refresh()
}

// TypedRune implements fyne.Focusable.
func (r *railItem) TypedRune(c rune) {
	if c != ' ' {
		r.keys.typedRune(c)
	}
}

// TypedKey implements fyne.Focusable.
func (r *railItem) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeySpace || isEnter(e.Name) {
		r.press()
		return
	}
	r.keys.typedKey(e)
}

// TypedShortcut implements fyne.Shortcutable.
func (r *railItem) TypedShortcut(s fyne.Shortcut) { r.keys.shortcut(s) }

// railPanel is the way between the views, and between them and the settings at its foot the open notes while there
// are several. Notes that find no room are reached by scrolling, and by their key.
type railPanel struct {
	k       *kit
	keys    keys
	send    func(desk.Event)
	views   []*railItem
	foot    []*railItem
	tabs    []*railItem
	rule    *canvas.Rectangle
	top     *fyne.Container
	notes   *fyne.Container
	scroll  *scroller
	bottom  *fyne.Container
	content fyne.CanvasObject
}

func newRailPanel(w *Window) *railPanel {
	k := w.kit
	r := &railPanel{k: k, keys: w, send: w.send, rule: k.rule(), top: newColumn(2), notes: newColumn(2), bottom: newColumn(2)}
	r.scroll = newScroller(r.notes)
	r.rule.Hide()
	r.content = &fyne.Container{
		Objects: []fyne.CanvasObject{r.top, r.rule, r.scroll, r.bottom},
		Layout:  placed{least: fyne.NewSize(widthRail, 100), put: r.place},
	}
	return r
}

func (r *railPanel) place(_ []fyne.CanvasObject, s fyne.Size) {
	width := s.Width - 2*space1
	y, end := float32(space2), s.Height-space1
	h := heightOf(r.top, width)
	at(r.top, space1, y, width, h)
	y += h + space1
	h = heightOf(r.bottom, width)
	at(r.bottom, space1, end-h, width, h)
	end -= h + space1
	at(r.rule, space3, y, s.Width-2*space3, 1)
	y += space1 + 1
	at(r.scroll, space1, y, width, max(end-y, 0))
}

func (r *railPanel) set(m present.Rail) {
	view := func(b present.Button) railMark {
		return railMark{present.Chip{Shape: b.Shape, Tone: b.Tone, Text: b.Text}, b.On, b.Do}
	}
	r.views = r.fill(r.top, r.views, marks(m.Views, view))
	r.foot = r.fill(r.bottom, r.foot, marks(m.Foot, view))
	tabs := len(r.tabs)
	r.tabs = r.fill(r.notes, r.tabs, marks(m.Tabs, func(t present.Tab) railMark { return railMark{t.Chip, t.Active, t.Do} }))
	r.rule.Hidden = len(m.Tabs) == 0
	if tabs != len(r.tabs) {
		r.content.Refresh()
	}
}

// railMark is what an item of the rail shows.
type railMark struct {
	chip present.Chip
	on   bool
	do   desk.Event
}

func marks[M any](list []M, mark func(M) railMark) []railMark {
	out := make([]railMark, len(list))
	for i, m := range list {
		out[i] = mark(m)
	}
	return out
}

// fill shows marks in the items of a box; one more or less is added or taken away at the end.
func (r *railPanel) fill(box *fyne.Container, items []*railItem, list []railMark) []*railItem {
	same := len(items) == len(list)
	for len(items) < len(list) {
		items = append(items, newRailItem(r.k, r.keys, r.send))
	}
	items = items[:len(list)]
	for i, m := range list {
		items[i].set(m.chip, m.on, m.do)
	}
	if same {
		return items
	}
	box.Objects = nil
	for _, o := range items {
		box.Objects = append(box.Objects, o)
	}
	box.Refresh()
	r.content.Refresh()
	return items
}
