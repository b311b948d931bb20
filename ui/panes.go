package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// area is a pane that can be seen: its ground, and the card with all that lies on it.
type area struct {
	ground *ground
	card   *fyne.Container
}

// areas are the panes of the view on screen, in the order of Tab. What drops down over them is not among them.
func (w *Window) areas() []area {
	var list []area
	var walk func(o fyne.CanvasObject)
	walk = func(o fyne.CanvasObject) {
		c, ok := o.(*fyne.Container)
		if !ok || !c.Visible() || c == w.layer {
			return
		}
		if len(c.Objects) > 0 {
			if g, ok := c.Objects[0].(*ground); ok && g.Visible() {
				list = append(list, area{ground: g, card: c})
			}
		}
		for _, o := range c.Objects {
			walk(o)
		}
	}
	walk(w.content)
	return list
}

// nextArea puts the focus on the pane after the one that has it or holds what has it; the first where none does.
func (w *Window) nextArea(step int) {
	list := w.areas()
	if len(list) == 0 {
		return
	}
	now := w.areaOf(list, w.focused())
	switch {
	case now < 0 && step < 0:
		now = len(list) - 1
	case now < 0:
		now = 0
	default:
		now = (now + step + len(list)) % len(list)
	}
	list[now].ground.enter(w)
}

// areaOf finds the pane that is, or holds, what has the focus; -1: none does.
func (w *Window) areaOf(list []area, f fyne.Focusable) int {
	o, ok := f.(fyne.CanvasObject)
	if !ok {
		return -1
	}
	for i, a := range list {
		if holds(a.card, o) {
			return i
		}
	}
	return -1
}

// holds reports whether an object is, or is drawn by, another.
func holds(in, o fyne.CanvasObject) bool {
	if in == o {
		return true
	}
	for _, c := range within(in) {
		if holds(c, o) {
			return true
		}
	}
	return false
}

func within(o fyne.CanvasObject) []fyne.CanvasObject {
	switch v := o.(type) {
	case *fyne.Container:
		return v.Objects
	case *scroller:
		return []fyne.CanvasObject{v.Content}
	case fyne.Widget:
		return test.WidgetRenderer(v).Objects()
	}
	return nil
}

// stepScroll is how far an arrow key moves what scrolls.
const stepScroll = 40

// scroll moves what scrolls in the pane that has the focus, or in the first pane that has something to scroll.
func (w *Window) scroll(key fyne.KeyName) {
	list := w.areas()
	if i := w.areaOf(list, w.focused()); i >= 0 {
		list = list[i : i+1]
	}
	for _, a := range list {
		if s := scrolls(a.card); s != nil {
			scrollBy(s, key)
			return
		}
	}
}

// scrolls finds what can be scrolled in an object.
func scrolls(o fyne.CanvasObject) *scroller {
	if !o.Visible() {
		return nil
	}
	if s, ok := o.(*scroller); ok {
		if s.Content.MinSize().Height > s.Size().Height {
			return s
		}
		return nil
	}
	c, ok := o.(*fyne.Container)
	if !ok {
		return nil
	}
	for _, o := range c.Objects {
		if s := scrolls(o); s != nil {
			return s
		}
	}
	return nil
}

func scrollBy(s *scroller, key fyne.KeyName) {
	page := max(s.Size().Height-stepScroll, stepScroll)
	y, end := s.Offset.Y, s.Content.MinSize().Height
	by := map[fyne.KeyName]float32{ // the others scroll nothing
		fyne.KeyUp: -stepScroll, fyne.KeyDown: stepScroll, fyne.KeyPageUp: -page, fyne.KeyPageDown: page, fyne.KeyHome: -y, fyne.KeyEnd: end,
	}
	y = max(min(y+by[key], end-s.Size().Height), 0)
	s.ScrollToOffset(fyne.NewPos(s.Offset.X, y))
}
