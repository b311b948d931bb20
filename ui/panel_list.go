package ui

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

const (
	widthNav    = 160
	widestNav   = 240
	widthLooked = 372
	leastLooked = 300
)

// listPanel is a view of a list: what leads to other lists at the left, the rows, and at the right who is looked at.
// Rows are kept and only change their words, so that nothing moves while a list is read anew.
type listPanel struct {
	k       *kit
	w       *Window
	sought  func(string) desk.Event // what is typed into the field; nil: there is none
	drawn   bool
	shown   present.ListPanel
	groups  []*canvas.Text
	navs    [][]*button
	nav     *fyne.Container
	navCard *fyne.Container
	title   *canvas.Text
	search  *entry
	field   *fyne.Container
	filters []*picks
	count   *canvas.Text
	note    *fyne.Container
	busy    *progressLine
	head    *listRow
	rows    []*listRow
	list    *fyne.Container
	scroll  *scroller
	empty   *emptyView
	page    *canvas.Text
	prev    *button
	next    *button
	foot    *fyne.Container
	buttons []*button
	actions *fyne.Container
	choices *picks
	nobody  *para
	vacant  *fyne.Container // its card
	detail  *customerPanel
	right   *fyne.Container
	content *fyne.Container
}

func newListPanel(w *Window, sought func(string) desk.Event) *listPanel {
	k := w.kit
	p := &listPanel{
		k: k, w: w, sought: sought, title: k.text(sizeHeading, true), count: k.text(sizeCaption, false), note: newColumn(0),
		busy: newProgressLine(w), head: newListRow(k, nil), empty: newEmptyView(w), page: k.text(sizeCaption, false),
		choices: newPicks(k, w, w.send), nobody: newPara(k, sizeBody, present.Muted), detail: newCustomerPanel(w),
	}
	p.search = newEntry(w, func(s string) {
		if p.sought != nil {
			w.send(p.sought(s))
		}
	})
	p.search.escape, p.search.enter = w.leave, w.leave
	p.search.move = func(down bool) bool {
		if down {
			return w.pressed(string(fyne.KeyDown))
		}
		return w.pressed(string(fyne.KeyUp))
	}
	p.field = sized(p.search, 100)
	p.prev, p.next = newButton(k, w, send(w.send)), newButton(k, w, send(w.send))
	p.filters = []*picks{newPicks(k, w, w.send), newPicks(k, w, w.send)}
	p.nav, p.list, p.actions = newColumn(2), newColumn(0), newFlowing(space2)
	p.head.head = true
	p.scroll = newScroller(p.list)
	p.foot = newRow(space2, p.prev, p.page, p.next)
	middle := k.surface(&fyne.Container{
		Objects: []fyne.CanvasObject{p.title, p.count, p.field, p.filters[0], p.filters[1], p.note, p.head, p.scroll, p.empty, p.busy, p.foot},
		Layout:  placed{least: fyne.NewSize(320, 200), put: p.placeList},
	})
	p.navCard = k.surface(newScroller(&fyne.Container{Objects: []fyne.CanvasObject{p.nav}, Layout: inset{1, space2, 1, 1}})) // room for the bar
	p.vacant = k.surface(p.nobody)
	p.right = &fyne.Container{
		Objects: []fyne.CanvasObject{p.actions, p.choices, p.detail.content, p.vacant},
		Layout:  placed{least: fyne.NewSize(leastLooked, 200), put: p.placeRight},
	}
	p.content = &fyne.Container{
		Objects: []fyne.CanvasObject{middle, p.right, p.navCard}, // in the order of Tab
		Layout: placed{least: fyne.NewSize(860, 400), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			x := float32(0)
			if p.navCard.Visible() {
				w := min(max(p.nav.MinSize().Width+2*k.d.pad+space3, widthNav), widestNav)
				at(p.navCard, 0, 0, w, s.Height)
				x = w + k.d.gap
			}
			right := min(max((s.Width-x)*0.32, leastLooked), widthLooked)
			at(middle, x, 0, s.Width-x-right-k.d.gap, s.Height)
			at(p.right, s.Width-right, 0, right, s.Height)
		}},
	}
	p.content.Hide()
	return p
}

// placeList puts the parts of the middle: what the list is of, its rows, and what leads on.
func (p *listPanel) placeList(_ []fyne.CanvasObject, s fyne.Size) {
	t := p.title.MinSize()
	line := max(t.Height, p.k.d.button)
	at(p.title, 0, (line-t.Height)/2, t.Width, t.Height)
	c := p.count.MinSize()
	at(p.count, t.Width+space3, (line-c.Height)/2+2, c.Width, c.Height)
	if p.field.Visible() {
		x := t.Width + space3 + c.Width + space4
		w := min(max(s.Width-x, 160), 320)
		at(p.field, s.Width-w, 0, w, line)
	}
	y := line + space2
	x, tall := float32(0), float32(0)
	for _, f := range p.filters {
		if !f.Visible() {
			continue
		}
		if x > 0 && x+f.wide() > s.Width { // below the one before
			x, y = 0, y+tall+space1
		}
		w := min(f.wide(), s.Width)
		tall = f.HeightFor(w)
		at(f, x, y, w, tall)
		x += w + space4
	}
	if tall > 0 {
		y += tall + space2
	}
	if h := heightOf(p.note, s.Width); p.note.Visible() && h > 0 {
		at(p.note, 0, y, s.Width, h)
		y += h + space2
	}
	at(p.head, 0, y, s.Width, 26)
	y += 26
	bottom := s.Height - p.k.d.button // always kept free, so that nothing moves when something comes there
	x = 0
	if p.foot.Visible() {
		w := p.foot.MinSize().Width
		at(p.foot, 0, bottom, w, p.k.d.button)
		x = w + space4
	}
	at(p.busy, x, bottom, max(s.Width-x, 0), p.k.d.button)
	bottom -= space1
	at(p.scroll, 0, y, s.Width, max(bottom-y, 0))
	at(p.empty, 0, y, s.Width, max(bottom-y, 0))
}

func (p *listPanel) placeRight(_ []fyne.CanvasObject, s fyne.Size) {
	y := float32(0)
	for _, o := range []fyne.CanvasObject{p.actions, p.choices} {
		if h := heightOf(o, s.Width); o.Visible() && h > 0 {
			at(o, 0, y, s.Width, h)
			y += h + space2
		}
	}
	at(p.detail.content, 0, y, s.Width, max(s.Height-y, 0))
	at(p.vacant, 0, y, s.Width, max(s.Height-y, 0))
}

func (p *listPanel) set(m present.ListPanel) {
	if p.drawn && reflect.DeepEqual(m, p.shown) {
		return
	}
	moved := !p.drawn || chosenLine(m) != chosenLine(p.shown) || m.Page != p.shown.Page
	p.shown, p.drawn = m, true
	pal := p.k.pal
	p.setNav(m.Nav)
	setText(p.title, m.Title, pal.text)
	setText(p.count, m.Count, pal.muted)
	p.field.Hidden = m.Search.Prompt == ""
	p.search.SetPlaceHolder(m.Search.Prompt)
	p.search.show(m.Title, m.Search.Value)
	for i, f := range p.filters {
		f.Hidden = i >= len(m.Filters)
		if !f.Hidden {
			f.set(m.Filters[i])
		}
	}
	p.note.Hidden = m.Note.Text == ""
	if !p.note.Hidden {
		p.note.Objects = []fyne.CanvasObject{p.detail.warning(m.Note)}
	}
	p.busy.set(m.Progress)
	p.head.shares, p.head.numbers, p.head.Hidden = m.Shares, m.Numbers, len(m.Rows) == 0
	p.head.set(present.ListLine{Cells: m.Head})
	p.rows = fill(p.list, p.rows, m.Rows, func() *listRow { return newListRow(p.k, p.w.send) })
	for _, r := range p.rows {
		r.shares, r.numbers = m.Shares, m.Numbers
	}
	p.empty.set(m.Empty)
	p.prev.set(m.Prev)
	p.next.set(m.Next)
	setText(p.page, m.Page, pal.muted)
	p.foot.Hidden = m.Page == ""
	p.buttons = fill(p.actions, p.buttons, m.Actions, func() *button { return newButton(p.k, p.w, send(p.w.send)) })
	p.actions.Hidden = len(m.Actions) == 0
	p.choices.Hidden = len(m.Choices) == 0
	p.choices.set(m.Choices)
	known := m.Detail.Kind != ""
	if known {
		p.detail.set(m.Detail)
		p.detail.content.Show()
	} else {
		p.detail.content.Hide()
	}
	p.vacant.Hidden = known
	p.nobody.set(m.Nobody, present.Muted)
	p.content.Refresh()
	if moved {
		p.reveal()
	}
}

func chosenLine(m present.ListPanel) string {
	for _, r := range m.Rows {
		if r.On {
			return r.ID
		}
	}
	return ""
}

// setNav shows the ways to other lists.
func (p *listPanel) setNav(nav []present.NavGroup) {
	p.navCard.Hidden = len(nav) == 0
	for len(p.groups) < len(nav) {
		p.groups = append(p.groups, p.k.text(sizeCaption, false))
		p.navs = append(p.navs, nil)
	}
	var all []fyne.CanvasObject
	for i, g := range nav {
		setText(p.groups[i], g.Title, p.k.pal.muted)
		all = append(all, newInset(space1, 0, p.groups[i]))
		for j, item := range g.Items {
			if j == len(p.navs[i]) {
				b := newButton(p.k, p.w, send(p.w.send))
				b.small, b.height = true, 28
				p.navs[i] = append(p.navs[i], b)
			}
			b := p.navs[i][j]
			b.set(present.Button{Text: item.Text, On: item.Chosen, Enabled: true, Do: item.Do})
			b.paint() // it may have been away while the scheme changed
			all = append(all, p.navs[i][j])
		}
	}
	p.nav.Objects = all
	p.nav.Refresh()
}

// reveal scrolls to the row that is looked at.
func (p *listPanel) reveal() {
	y := float32(0)
	for i, m := range p.shown.Rows {
		h := p.rows[i].MinSize().Height
		if m.On {
			room := p.scroll.Size().Height
			top := min(max(p.scroll.Offset.Y, y+h-room), max(y-sectionRoom, 0))
			p.scroll.ScrollToOffset(fyne.NewPos(0, max(top, 0)))
			return
		}
		y += h
	}
	p.scroll.ScrollToTop()
}

// sectionRoom is left above the row that is looked at: its heading may stand there.
const sectionRoom = 28
