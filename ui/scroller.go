package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// scroller scrolls what is higher than the room it has.
type scroller struct{ container.Scroll }

func newScroller(content fyne.CanvasObject) *scroller {
	s := &scroller{container.Scroll{Direction: container.ScrollVerticalOnly, Content: content}}
	s.ExtendBaseWidget(s)
	return s
}

// CreateRenderer implements fyne.Widget.
func (s *scroller) CreateRenderer() fyne.WidgetRenderer {
	r := s.Scroll.CreateRenderer()
	r.Layout(s.Size()) // as rendererOf
	return r
}
