package ui

import (
	"maps"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
)

const (
	widthCustomer    = 420
	minWidthCustomer = 330
	lowWork          = 520 // below this height the talk gets what the note can spare

	leastCustomer = 260
	leastTalk     = 480
	leastNote     = 150
	leastFlow     = 150
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
	gap := w.kit.d.gap
	y += gap
	bottom -= space1
	at(w.stack, widthRail, y, s.Width-widthRail-gap, bottom-y)
	at(w.layer, 0, 0, s.Width, s.Height)
}

// stacked is the layout of the views, which lie over one another. Only the one that is looked at is placed and painted: with
// those beside it, such as a team of 400, a change of size or colours took three times as long. The others follow when they come.
type stacked struct {
	k    *kit
	dyed map[fyne.CanvasObject]int // kit.dyed, when each was painted last
}

// newStack puts the views over one another; only the calls are visible at first.
func newStack(k *kit, views map[string]viewPanel) *fyne.Container {
	stack := &fyne.Container{Layout: &stacked{k: k, dyed: map[fyne.CanvasObject]int{}}}
	for _, id := range slices.Sorted(maps.Keys(views)) { // in an order that is always the same
		if id != "work" {
			views[id].content.Hide()
		}
		stack.Objects = append(stack.Objects, views[id].content)
	}
	return stack
}

// MinSize implements fyne.Layout.
func (*stacked) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout implements fyne.Layout.
func (*stacked) Layout(o []fyne.CanvasObject, s fyne.Size) {
	for _, v := range o {
		if v.Visible() {
			at(v, 0, 0, s.Width, s.Height)
		}
	}
}

// repaint paints the view that is looked at.
func (l *stacked) repaint(o []fyne.CanvasObject) {
	for _, v := range o {
		if v.Visible() {
			l.dyed[v] = l.k.dyed
			l.k.repaint(v)
		}
	}
}

// placeAgain places the parts of a container. Fyne's Refresh of it refreshes all that is within, views that nobody looks at
// included: with a team of 400 that took 160 ms, for a hint that came or went.
func placeAgain(c *fyne.Container) { c.Layout.Layout(c.Objects, c.Size()) }

// come brings a view in front, as the window is now.
func (l *stacked) come(v fyne.CanvasObject, s fyne.Size) {
	at(v, 0, 0, s.Width, s.Height)
	v.Show()
	if l.dyed[v] != l.k.dyed {
		l.repaint([]fyne.CanvasObject{v})
	}
}

// newWork is the view of the calls: who it is at the left, at the right what to do above what is written down. Its
// panes have the same place whatever happens, so that nothing moves under the hands when a call comes.
func newWork(w *Window) *fyne.Container {
	w.talk = &fyne.Container{Objects: []fyne.CanvasObject{w.flow.content, w.day.content}, Layout: placed{
		least: fyne.NewSize(420, 160), put: func(o []fyne.CanvasObject, s fyne.Size) {
			for _, one := range o {
				at(one, 0, 0, s.Width, s.Height)
			}
		},
	}}
	talk := newSplit(w, split{
		id: "work.note", last: true, first: w.talk, second: w.note.content, least: leastNote, rest: leastFlow,
		usual: func(height float32) float32 {
			if height < lowWork {
				return w.kit.d.lowNote
			}
			return w.kit.d.note
		},
	}, w.talk, w.note.content)
	return newSplit(w, split{
		id: "work.customer", upright: true, first: w.customer.content, second: talk, least: leastCustomer, rest: leastTalk,
		usual: func(width float32) float32 { return min(max(width*0.33, minWidthCustomer), widthCustomer) },
	}, talk, w.customer.content) // Tab goes to the talk first
}

func (w *Window) placeLayer(_ []fyne.CanvasObject, s fyne.Size) {
	w.compose.place(s)
	h := w.search.height(s.Height - heightTop - space3)
	at(w.search.content, s.Width-space4-widthHits-16, heightTop-space2, widthHits+16, h)
	m := w.menu.content.MinSize()
	at(w.menu.content, space4, heightTop-space3, max(m.Width, 190), m.Height)
	m = w.keypad.content.MinSize()
	at(w.keypad.content, w.top.calls.Position().X, heightTop-space3, m.Width, m.Height)
	m = w.handOver.content.MinSize()
	at(w.handOver.content, w.top.calls.Position().X, heightTop-space3, m.Width, m.Height)
	width := max(w.customer.content.Size().Width, minWidthCustomer)
	h = heightOf(w.password.content, width)
	at(w.password.content, widthRail, s.Height-heightStatus-heightMessage-space3-h, width, h)
	x, y := max((s.Width-columnsOfKeys*widthKeyRow-2*space5)/2, space4), float32(heightTop+space3)
	at(w.sheet.content, x, y, s.Width-2*x, s.Height-y-heightStatus-space3)
}

// toggleMenu opens the list of states and puts the focus on what holds now, or closes it.
func (w *Window) toggleMenu() {
	if w.menu.content.Visible() {
		w.menu.close()
		return
	}
	w.menu.before = w.focused()
	w.menu.content.Show()
	w.layer.Refresh()
	w.menu.walk(0)
}

func (w *Window) searched(text string) {
	w.search.pending = false
	w.send(desk.SearchEdited{Text: text})
}

func (w *Window) openHit() { w.search.enter() }

func (w *Window) moveHit(down bool) bool { return w.search.move(down) }

// openSearch goes to the search box; what is still in it is marked, so that typing replaces it.
func (w *Window) openSearch() {
	if f := w.focused(); f != w.top.search {
		w.search.before = f
	}
	w.focus(w.top.search)
	w.top.search.Entry.TypedShortcut(&fyne.ShortcutSelectAll{})
	w.search.draw()
}

// closeSearch empties the search box and goes back to where the focus was, so that typing goes on there.
func (w *Window) closeSearch() {
	if w.top.search.Text != "" {
		w.top.search.SetText("")
	}
	before := w.search.before
	w.search.before = nil
	w.leave()
	if before != nil {
		w.focus(before)
	}
	w.search.content.Hide()
}
