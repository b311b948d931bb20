package ui

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// customerPanel tells who is on the line. Its parts are rebuilt only where the screen differs; the name
// field stays the same object, so that typing goes on.
type customerPanel struct {
	k       *kit
	w       *Window
	shown   present.CustomerPanel
	drawn   bool
	head    *fyne.Container // everything above the history
	over    *scroller       // of the head, where the window is too low for it
	name    *entry
	rows    *fyne.Container
	scroll  *scroller
	title   *canvas.Text
	count   *canvas.Text
	empty   *para
	kinds   *picks
	since   *sinceLine
	history *fyne.Container
	foot    *fyne.Container // below a choice: the way out of it
	content fyne.CanvasObject
}

func newCustomerPanel(w *Window) *customerPanel {
	k := w.kit
	p := &customerPanel{k: k, w: w, title: k.text(sizeBody, true), count: k.text(sizeCaption, false)}
	p.head = newColumn(space2)
	p.name = newEntry(w, func(s string) { w.send(desk.NewNameEdited{Draft: p.shown.Draft, Name: s}) })
	p.name.escape, p.name.enter = w.leave, w.leave
	p.rows = newColumn(0)
	p.scroll = newScroller(p.rows)
	p.empty = newPara(k, sizeBody, present.Muted)
	p.kinds = newPicks(k, w, w.send)
	p.over = newScroller(&fyne.Container{Layout: inset{1, 1, 1, 1}, Objects: []fyne.CanvasObject{p.head}})
	head := &fyne.Container{Objects: []fyne.CanvasObject{p.title, p.count, p.kinds}, Layout: historyHead{p}}
	p.since = newSinceLine(k, w.send)
	p.history = newColumn(space2, head, k.rule(), p.since, p.empty)
	p.foot = newColumn(space2)
	all := &fyne.Container{
		Objects: []fyne.CanvasObject{p.over, p.history, p.scroll, p.foot},
		Layout:  placed{least: fyne.NewSize(320, 200), put: p.place},
	}
	p.content = k.surface(all)
	return p
}

// leastHistory is what is always seen of the history: its newest entries.
const leastHistory = 96

// place puts the history below the head, and the way out of a choice at the bottom. Where the window is too
// low for the whole head, it scrolls.
func (p *customerPanel) place(_ []fyne.CanvasObject, s fyne.Size) {
	t, f, keep := heightOf(p.history, s.Width), heightOf(p.foot, s.Width), float32(0)
	if !p.history.Visible() {
		t = 0
	}
	if p.scroll.Visible() {
		keep = min(leastHistory, p.rows.MinSize().Height)
	}
	at(p.foot, 0, s.Height-f, s.Width, f)
	if f > 0 {
		f += space3
	}
	h := min(heightOf(p.head, s.Width), max(s.Height-space4-t-f-keep, 0))
	at(p.over, -1, -1, s.Width+2, h+2) // borders reach beyond their objects by a fraction
	y := h + space4
	at(p.history, 0, y, s.Width, t)
	y += t
	at(p.scroll, 0, y, s.Width, max(s.Height-y-f, 0))
}

func (p *customerPanel) set(m present.CustomerPanel) {
	if p.drawn && reflect.DeepEqual(m, p.shown) {
		return
	}
	old := p.shown
	p.shown, p.drawn = m, true
	p.name.SetPlaceHolder(m.NewName.Prompt)
	p.name.show(m.Draft, m.NewName.Value)
	sameHistory := p.drawn && reflect.DeepEqual(m.History, old.History) && m.HistoryEmpty == old.HistoryEmpty
	m.NewName.Value, old.NewName.Value = "", ""
	if m.Since != old.Since || !reflect.DeepEqual(m.Kinds, old.Kinds) || !reflect.DeepEqual(m.Choices, old.Choices) || m.More != old.More || m.Kind != old.Kind || !reflect.DeepEqual(m.Recent, old.Recent) {
		sameHistory = false
	}
	m.Recent, old.Recent = nil, nil
	m.History, old.History = nil, nil
	if !reflect.DeepEqual(m, old) || len(p.head.Objects) == 0 {
		p.fillHead(m)
	}
	if m.Draft != old.Draft || m.Title != old.Title {
		p.over.ScrollToTop()
	}
	if !sameHistory || len(p.rows.Objects) == 0 {
		p.fillHistory(p.shown)
	}
	p.content.Refresh()
}

func (p *customerPanel) fillHead(m present.CustomerPanel) {
	k := p.k
	var list []fyne.CanvasObject
	add := func(o ...fyne.CanvasObject) { list = append(list, o...) }
	if m.Back.Shown() {
		add(p.beside(m))
	}
	if m.Ringing != "" {
		number := k.text(sizeBig, true)
		setText(number, m.Ringing, k.pal.text)
		add(number)
		if m.RingingFrom != "" {
			add(p.para(m.RingingFrom, sizeBody, present.Muted))
		}
	}
	switch m.Kind {
	case present.CustomerIdle:
		add(p.emptyState(m)...)
	case present.CustomerLooking:
		add(p.para(m.Title, sizeBody, present.Muted))
	case present.CustomerUnknown:
		add(p.heading(m.Title, nil), p.para(m.How, sizeBody, present.Muted))
		if m.Ringing == "" {
			add(p.phones(m))
		}
		add(p.label(m.NewName.Label), sized(p.name, 100))
	case present.CustomerSeveral:
		add(p.heading(m.Title, nil), p.para(m.How, sizeBody, present.Muted))
	case present.CustomerKnown:
		add(p.who(m)...)
	}
	if p.w.focused() == p.name && m.Kind != present.CustomerUnknown && m.Kind != present.CustomerSeveral {
		p.w.leave()
	}
	p.head.Objects = list
	p.head.Refresh()
	p.over.Refresh()
	p.fillFoot(m)
}

// beside tells that the one shown is not the one on the line, and leads back to that one.
func (p *customerPanel) beside(m present.CustomerPanel) fyne.CanvasObject {
	back := newButton(p.k, p.w, send(p.w.send))
	back.set(m.Back)
	pool := newButton(p.k, p.w, send(p.w.send))
	pool.set(m.Pool)
	pool.Hidden = !m.Pool.Shown()
	line := newFlowing(space2)
	line.Objects = []fyne.CanvasObject{pool, back}
	if m.Browse.Text == "" {
		return line
	}
	return newColumn(space2, p.warning(m.Browse), line)
}

func (p *customerPanel) para(text string, size float32, tone present.Tone) *para {
	o := newPara(p.k, size, tone)
	o.set(text, tone)
	return o
}

func (p *customerPanel) label(text string) *canvas.Text {
	t := p.k.text(sizeCaption, false)
	setText(t, text, p.k.pal.muted)
	return t
}

func (p *customerPanel) heading(text string, chips []present.Chip) fyne.CanvasObject {
	name := newPara(p.k, sizeHeading, present.Plain)
	name.bold, name.maxLines = true, 2
	name.set(text, present.Plain)
	if len(chips) == 0 {
		return name
	}
	t := p.k.text(sizeHeading, true)
	setText(t, p.k.fit(text, sizeHeading, true, 230), p.k.pal.text)
	line := newRow(space2, t)
	for _, c := range chips {
		o := newChip(p.k, sizeCaption)
		o.set(c)
		line.Add(o)
	}
	return line
}

func (p *customerPanel) emptyState(m present.CustomerPanel) []fyne.CanvasObject {
	return []fyne.CanvasObject{p.heading(m.Title, nil), p.para(m.How, sizeBody, present.Muted)}
}

func (p *customerPanel) who(m present.CustomerPanel) []fyne.CanvasObject {
	list := []fyne.CanvasObject{p.heading(m.Title, m.Chips)}
	if m.Work != "" {
		work := p.para(m.Work, sizeBody, present.Plain)
		work.maxLines = 2
		list = append(list, work)
	}
	if len(m.Phones) > 0 {
		list = append(list, p.phones(m))
	}
	if m.Facts != "" {
		list = append(list, p.para(m.Facts, sizeCaption, present.Muted))
	}
	list = append(list, p.choices(m)...)
	for _, w := range m.Warnings {
		list = append(list, p.warning(w))
	}
	if m.Play != "" {
		bar := &canvas.Rectangle{FillColor: p.k.pal.accent, CornerRadius: 1.5}
		words := newColumn(2, p.label(m.PlayTitle), p.para(m.Play, sizeBody, present.Plain))
		list = append(list, newBarred(bar, words))
	}
	return list
}

// newBarred is an object with a bar at its left.
func newBarred(bar, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Objects: []fyne.CanvasObject{bar, o}, Layout: barred{}}
}

type barred struct{}

func (barred) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return heightOf(o[1], width-space3)
}

func (barred) MinSize(o []fyne.CanvasObject) fyne.Size {
	return o[1].MinSize().AddWidthHeight(space3, 0)
}

func (barred) Layout(o []fyne.CanvasObject, s fyne.Size) {
	at(o[0], 0, 2, 3, max(s.Height-4, 0))
	at(o[1], space3, 0, s.Width-space3, s.Height)
}

func (p *customerPanel) warning(m present.Message) fyne.CanvasObject {
	ground := &canvas.Rectangle{FillColor: p.k.pal.tinted(m.Tone), StrokeColor: p.k.pal.rim(m.Tone), StrokeWidth: 1, CornerRadius: cornerField}
	return newCard(ground, 5, space2, p.k.signed(m, sizeBody))
}

// signed is a sentence with its sign before it.
func (k *kit) signed(m present.Message, size float32) *fyne.Container {
	icon := k.sign(size + 1)
	k.setIcon(icon, m.Shape, k.pal.tone(m.Tone))
	words := newPara(k, size, present.Plain)
	tone := present.Plain
	if m.Tone == present.Muted {
		tone = present.Muted
	}
	words.set(m.Text, tone)
	return &fyne.Container{Objects: []fyne.CanvasObject{icon.pic, words}, Layout: signed{size}}
}

type signed struct{ size float32 }

func (l signed) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return heightOf(o[1], width-l.size-1-space2)
}

func (l signed) MinSize(o []fyne.CanvasObject) fyne.Size {
	return o[1].MinSize().AddWidthHeight(l.size+1+space2, 0)
}

func (l signed) Layout(o []fyne.CanvasObject, s fyne.Size) {
	side := l.size + 1
	at(o[0], 0, (l.size*1.45-side)/2, side, side)
	at(o[1], side+space2, 0, s.Width-side-space2, s.Height)
}

func (p *customerPanel) phones(m present.CustomerPanel) fyne.CanvasObject {
	line := newFlowing(space3)
	for _, ph := range m.Phones {
		b := newButton(p.k, p.w, send(p.w.send))
		b.small, b.flat, b.height = true, true, 24
		b.set(present.Button{Text: ph.Text, Key: ph.Label, Shape: present.ShapePhone, Tone: present.Muted, Enabled: true, Do: ph.Do})
		line.Add(b)
	}
	return line
}
