package ui

import (
	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

const (
	widthCustomer    = 420
	minWidthCustomer = 330
	lowWork          = 520 // below this height the talk gets what the note can spare
)

// place puts the parts of the window: the call on top, the views at the left, the truth about the
// system at the bottom, the work between them.
func (w *Window) place(o []fyne.CanvasObject, s fyne.Size) {
	at(o[0], 0, 0, s.Width, s.Height)
	y := float32(0)
	at(w.top.content, 0, y, s.Width, heightTop)
	y += heightTop
	if w.hint.seen {
		at(w.hint.content, 0, y, s.Width, heightHint)
		y += heightHint
	}
	bottom := s.Height - heightStatus
	at(w.status.bar, 0, bottom, s.Width, heightStatus)
	bottom -= heightMessage + space1
	at(w.status.line, widthRail, bottom, s.Width-widthRail-space3, heightMessage)
	at(w.rail.content, 0, y, widthRail, bottom-y+heightMessage)
	y += space3
	bottom -= space1
	for _, view := range []fyne.CanvasObject{w.work, w.changes.content, w.board.content} {
		at(view, widthRail, y, s.Width-widthRail-space3, bottom-y)
	}
	at(w.layer, 0, 0, s.Width, s.Height)
}

func (w *Window) placeWork(_ []fyne.CanvasObject, s fyne.Size) {
	left := min(max(s.Width*0.33, minWidthCustomer), widthCustomer)
	at(w.customer.content, 0, 0, left, s.Height)
	x := left + space3
	note := float32(heightNote)
	if s.Height < lowWork && w.shown.Flow.Kind == present.FlowStep {
		note = lowHeightNote
	}
	at(w.flow.content, x, 0, s.Width-x, s.Height-note-space3)
	at(w.note.content, x, s.Height-note, s.Width-x, note)
}

func (w *Window) placeLayer(_ []fyne.CanvasObject, s fyne.Size) {
	h := w.search.height(s.Height - heightTop - space3)
	at(w.search.content, s.Width-space4-widthHits-16, heightTop-space2, widthHits+16, h)
	m := w.menu.content.MinSize()
	at(w.menu.content, space4, heightTop-space3, max(m.Width, 190), m.Height)
	m = w.keypad.content.MinSize()
	at(w.keypad.content, w.top.calls.Position().X, heightTop-space3, m.Width, m.Height)
	width := max(w.customer.content.Size().Width, minWidthCustomer)
	h = heightOf(w.password.content, width)
	at(w.password.content, widthRail, s.Height-heightStatus-heightMessage-space3-h, width, h)
}

func (w *Window) toggleMenu() {
	if w.menu.content.Visible() {
		w.menu.content.Hide()
	} else {
		w.menu.content.Show()
	}
	w.layer.Refresh()
}

func (w *Window) searched(text string) {
	w.send(desk.SearchEdited{Text: text})
}

func (w *Window) openHit() { w.search.open(w.search.at) }

func (w *Window) moveHit(down bool) bool { return w.search.move(down) }

// closeSearch empties the search box and goes back to the work.
func (w *Window) closeSearch() {
	if w.top.search.Text != "" {
		w.top.search.SetText("")
	}
	w.leave()
	w.search.content.Hide()
}
