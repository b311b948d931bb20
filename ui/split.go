package ui

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// Steps and sizes of dividers.
const (
	stepSplit = 24 // a key moves a divider by so much
	gripSplit = 28 // length of the mark in its middle
)

// split puts two panes beside or below one another, with a divider between them that is moved by dragging it, by keys,
// and back to where it stands by itself by a double click. Where it has been put is remembered in the settings as a
// share of the whole, under id, so that it fits other windows, too.
type split struct {
	w             *Window
	id            string
	upright       bool // the divider is: first is left of second; else above it
	last          bool // the share is second's, and second keeps its size where nobody has chosen one
	first, second fyne.CanvasObject
	usual         func(whole float32) float32 // of the pane that has the share
	least, rest   float32                     // the least of that pane, and of the other one
	line          *divider
	box           *fyne.Container
}

// newSplit makes the panes a container; Tab goes through them in the order of tabs.
func newSplit(w *Window, s split, tabs ...fyne.CanvasObject) *fyne.Container {
	s.w = w
	s.line = newDivider(&s)
	s.box = &fyne.Container{Objects: append(tabs, s.line), Layout: &s}
	w.splits = append(w.splits, &s)
	return s.box
}

// MinSize implements fyne.Layout.
func (s *split) MinSize([]fyne.CanvasObject) fyne.Size {
	if s.upright {
		return fyne.NewSize(s.least+s.rest+s.gap(), 100)
	}
	return fyne.NewSize(100, s.least+s.rest+s.gap())
}

// Layout implements fyne.Layout.
func (s *split) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if s.upright {
		cut := s.cut(size.Width)
		at(s.first, 0, 0, cut, size.Height)
		at(s.line, cut, 0, s.gap(), size.Height)
		at(s.second, cut+s.gap(), 0, size.Width-cut-s.gap(), size.Height)
		return
	}
	cut := s.cut(size.Height)
	at(s.first, 0, 0, size.Width, cut)
	at(s.line, 0, cut, size.Width, s.gap())
	at(s.second, 0, cut+s.gap(), size.Width, size.Height-cut-s.gap())
}

// gap is the room between the panes: as wide as the divider that can be seized there.
func (s *split) gap() float32 { return s.w.kit.d.gap }

// cut is where first ends.
func (s *split) cut(whole float32) float32 {
	own := s.own(whole)
	if s.last {
		return max(whole-s.gap()-own, 0)
	}
	return own
}

// own is the size of the pane that has the share: the other one's least comes before its wish, its own least before
// that.
func (s *split) own(whole float32) float32 {
	size := s.usual(whole)
	if share, ok := s.w.share(s.id); ok {
		size = float32(share) * whole
	}
	return min(max(min(size, whole-s.gap()-s.rest), s.least), max(whole-s.gap(), 0))
}

func (s *split) whole() float32 {
	if s.upright {
		return s.box.Size().Width
	}
	return s.box.Size().Height
}

// move moves the divider, to the right or down where by is positive, as far as the panes allow.
func (s *split) move(by float32) {
	whole := s.whole()
	if whole <= 0 {
		return
	}
	if s.last {
		by = -by
	}
	share := math.Round(float64((s.own(whole)+by)/whole)*10000) / 10000
	s.w.held[s.id] = min(max(share, 0), 1)
	s.w.held[s.id] = math.Round(float64(s.own(whole)/whole)*10000) / 10000 // where it could go
	s.box.Refresh()
}

// keep has the place remembered.
func (s *split) keep() {
	if share, ok := s.w.held[s.id]; ok {
		s.w.send(desk.PaneMoved{Pane: s.id, Share: share})
	}
}

// back puts the divider where it stands by itself.
func (s *split) back() {
	delete(s.w.held, s.id)
	s.box.Refresh()
	s.w.send(desk.PaneMoved{Pane: s.id, Share: -1}) // no share: forgotten
}

// share is what a pane has of the whole; false: nobody has chosen.
func (w *Window) share(id string) (float64, bool) {
	if share, ok := w.held[id]; ok { // on its way to the settings
		return share, true
	}
	share, ok := w.shown.Panes[id]
	return share, ok
}

// settle forgets what the settings have taken over.
func (w *Window) settle() {
	for id, share := range w.held {
		if w.shown.Panes[id] == share {
			delete(w.held, id)
		}
	}
}

// moveDivider moves the first divider of the view on screen that lies across the direction.
func (w *Window) moveDivider(upright bool, by float32) {
	if s := w.divider(upright); s != nil {
		s.move(by)
		s.keep()
	}
}

// resetDividers puts the dividers of the view on screen back.
func (w *Window) resetDividers() {
	for _, s := range w.splits {
		if w.inView(s) {
			s.back()
		}
	}
}

func (w *Window) divider(upright bool) *split {
	for _, s := range w.splits {
		if s.upright == upright && w.inView(s) {
			return s
		}
	}
	return nil
}

// inView reports whether a split belongs to the view on screen, and both its panes are there.
func (w *Window) inView(s *split) bool {
	return s.view() == w.shown.View && s.first.Visible() && s.second.Visible()
}

// view is the first part of the id: work.note divides the view work.
func (s *split) view() string {
	for i, r := range s.id {
		if r == '.' {
			return s.id[:i]
		}
	}
	return s.id
}

// dividers does what a key means for them.
func (w *Window) dividers(d present.Deed) {
	ways := map[present.Deed]struct {
		upright bool
		by      float32
	}{
		present.DeedPaneLeft: {true, -stepSplit}, present.DeedPaneRight: {true, stepSplit},
		present.DeedPaneUp: {false, -stepSplit}, present.DeedPaneDown: {false, stepSplit},
	}
	if way, ok := ways[d]; ok {
		w.moveDivider(way.upright, way.by)
		return
	}
	w.resetDividers()
}

// divider is the room between two panes, with a mark that says that it can be moved.
type divider struct {
	widget.BaseWidget
	hovering
	s       *split
	grip    *canvas.Rectangle
	dragged bool
}

func newDivider(s *split) *divider {
	d := &divider{s: s, grip: &canvas.Rectangle{CornerRadius: 1}}
	d.hovering = hovering{ground: d.grip, paint: d.colour}
	d.colour()
	d.ExtendBaseWidget(d)
	return d
}

func (d *divider) colour() {
	p := d.s.w.kit.pal
	d.grip.FillColor = tint(p.page, p.muted, 0.35)
	if d.hover || d.dragged {
		d.grip.FillColor = p.accent
	}
}

// CreateRenderer implements fyne.Widget.
func (d *divider) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(d, &fyne.Container{
		Objects: []fyne.CanvasObject{d.grip},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			if d.s.upright {
				at(d.grip, (s.Width-2)/2, (s.Height-gripSplit)/2, 2, gripSplit)
			} else {
				at(d.grip, (s.Width-gripSplit)/2, (s.Height-2)/2, gripSplit, 2)
			}
		}},
	})
}

// MinSize implements fyne.CanvasObject.
func (d *divider) MinSize() fyne.Size { return fyne.NewSquareSize(d.s.gap()) }

// Cursor implements desktop.Cursorable.
func (d *divider) Cursor() desktop.Cursor {
	if d.s.upright {
		return desktop.HResizeCursor
	}
	return desktop.VResizeCursor
}

// Dragged implements fyne.Draggable.
func (d *divider) Dragged(e *fyne.DragEvent) {
	d.dragged = true
	by := e.Dragged.DY
	if d.s.upright {
		by = e.Dragged.DX
	}
	d.s.move(by)
}

// DragEnd implements fyne.Draggable.
func (d *divider) DragEnd() {
	d.dragged = false
	d.hovered(d.hover)
	d.s.keep()
}

// DoubleTapped implements fyne.DoubleTappable.
func (d *divider) DoubleTapped(*fyne.PointEvent) { d.s.back() }
