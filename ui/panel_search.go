package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

const (
	heightHit = 46
	widthHits = 460
	seenHits  = 9 // at once; the list scrolls through the others
)

// hitView is a found customer: name and tier above why it was found.
type hitView struct {
	widget.BaseWidget
	k      *kit
	m      present.HitRow
	tap    func()
	ground *canvas.Rectangle
	name   *canvas.Text
	chips  *canvas.Text
	detail *canvas.Text
	why    *canvas.Text
}

func newHitView(k *kit) *hitView {
	h := &hitView{
		k: k, ground: &canvas.Rectangle{CornerRadius: cornerField}, name: k.text(sizeStep, true),
		chips: k.text(sizeCaption, false), detail: k.text(sizeBody, false), why: k.text(sizeCaption, false),
	}
	h.why.Alignment = fyne.TextAlignTrailing
	h.ExtendBaseWidget(h)
	return h
}

func (h *hitView) set(m present.HitRow, on bool, tap func()) {
	h.m, h.tap = m, tap
	p := h.k.pal
	h.ground.FillColor = p.card
	if on {
		h.ground.FillColor = tint(p.card, p.accent, 0.12)
	}
	h.ground.Refresh()
	words := make([]string, len(m.Chips))
	for i, c := range m.Chips {
		words[i] = c.Text
	}
	setText(h.name, h.k.fit(m.Name, sizeStep, true, 180), p.text)
	setText(h.chips, strings.Join(words, " · "), p.muted)
	setText(h.detail, h.k.fit(m.Detail, sizeBody, false, widthHits-40), p.muted)
	setText(h.why, h.k.fit(m.Why, sizeCaption, false, 180), p.muted)
}

// CreateRenderer implements fyne.Widget.
func (h *hitView) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(h, &fyne.Container{
		Objects: []fyne.CanvasObject{h.ground, h.name, h.chips, h.detail, h.why},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(h.ground, 0, 0, s.Width, s.Height)
			at(h.name, space3, 2, 190, 23)
			at(h.chips, space3+h.name.MinSize().Width+space2, 4, 120, 20)
			at(h.detail, space3, 24, s.Width-2*space3, 20)
			at(h.why, s.Width-space3-190, 4, 190, 20)
		}},
	})
}

// MinSize implements fyne.CanvasObject.
func (h *hitView) MinSize() fyne.Size { return fyne.NewSize(widthHits, heightHit) }

// Tapped implements fyne.Tappable.
func (h *hitView) Tapped(*fyne.PointEvent) {
	if h.tap != nil {
		h.tap()
	}
}

// MouseIn implements desktop.Hoverable, so that clicks do not fall through.
func (h *hitView) MouseIn(*desktop.MouseEvent) {}

// MouseMoved implements desktop.Hoverable.
func (h *hitView) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (h *hitView) MouseOut() {}

// searchPanel is the list that drops down from the search box while it is being typed into.
type searchPanel struct {
	k       *kit
	w       *Window
	shown   present.SearchBox
	at      int
	pending bool           // Enter was pressed before the answer to what was typed came
	before  fyne.Focusable // what had the focus when the box was gone to by its key
	note    *para
	hits    []*hitView // as many as were ever found at once, at most present.MaxHits
	list    *fyne.Container
	scroll  *scroller
	content *fyne.Container
}

func newSearchPanel(w *Window) *searchPanel {
	p := &searchPanel{k: w.kit, w: w, note: newPara(w.kit, sizeCaption, present.Muted)}
	p.list = newColumn(0)
	p.scroll = newScroller(p.list)
	note := newInset(space1, space3, p.note)
	all := &fyne.Container{Objects: []fyne.CanvasObject{p.scroll, note}, Layout: placed{
		put: func(_ []fyne.CanvasObject, s fyne.Size) {
			h := heightOf(note, s.Width)
			at(p.scroll, 0, 0, s.Width, max(s.Height-h, 0))
			at(note, 0, s.Height-h, s.Width, h)
		},
	}}
	p.content = newCard(w.kit.card(), space2, space2, all)
	p.content.Hide()
	return p
}

func (p *searchPanel) set(m present.SearchBox) {
	if m.Field.Value != p.shown.Field.Value {
		p.at = 0
	}
	p.shown = m
	if p.at >= len(p.rows()) {
		p.at = 0
	}
	p.draw()
	if p.pending && p.answered() {
		p.pending = false
		p.open(p.at)
	}
}

// rows are what was found or, before anything is typed, what is offered.
func (p *searchPanel) rows() []present.HitRow {
	if p.shown.Field.Value == "" {
		return p.shown.Offers
	}
	return p.shown.Hits
}

// answered reports whether what is shown answers what stands in the box.
func (p *searchPanel) answered() bool {
	return !p.shown.Busy && p.shown.Field.Value == p.w.top.search.Text
}

func (p *searchPanel) draw() {
	rows := p.rows()
	open := p.w.top != nil && p.w.focused() == p.w.top.search && (p.shown.Field.Value != "" || len(rows) > 0)
	if !open {
		p.content.Hide()
		p.pending = false
		return
	}
	for len(p.hits) < len(rows) {
		h := newHitView(p.k)
		p.hits = append(p.hits, h)
		p.list.Add(h)
	}
	for i, h := range p.hits {
		if i >= len(rows) {
			h.Hide()
			continue
		}
		h.set(rows[i], i == p.at, func() { p.open(i) })
		h.Show()
	}
	p.list.Refresh()
	p.note.set(p.shown.Note, present.Muted)
	p.content.Show()
	p.content.Refresh()
	p.w.layer.Refresh()
	p.scroll.Refresh()
	p.reveal()
}

// height is what the list takes up in a window of a height.
func (p *searchPanel) height(room float32) float32 {
	n := float32(min(len(p.rows()), seenHits))
	note := p.note.HeightFor(widthHits - 2*space3)
	return min(n*heightHit+note+2*space1+2*space2, room)
}

// reveal scrolls as little as it takes to show the hit that Enter opens.
func (p *searchPanel) reveal() {
	top := float32(p.at) * heightHit
	y := max(p.scroll.Offset.Y, top+heightHit-p.scroll.Size().Height)
	p.scroll.ScrollToOffset(fyne.NewPos(0, max(min(y, top), 0)))
}

func (p *searchPanel) move(down bool) bool {
	n := len(p.rows())
	if n == 0 {
		return false
	}
	if down {
		p.at = (p.at + 1) % n
	} else {
		p.at = (p.at + n - 1) % n
	}
	p.draw()
	return true
}

// enter opens the row that is marked, as soon as the rows answer what was typed: who types fast must not get what
// was found for half of it.
func (p *searchPanel) enter() {
	if p.answered() {
		p.open(p.at)
		return
	}
	p.pending = true
}

// open does what a row stands for. The focus goes back to where it was before an action, which may lead elsewhere.
func (p *searchPanel) open(i int) {
	rows := p.rows()
	if i >= len(rows) {
		return
	}
	row := rows[i]
	if row.Action == "" {
		if row.Do != nil { // else the note tells why it cannot be opened now
			p.w.send(row.Do)
			p.before = nil
			p.w.closeSearch()
		}
		return
	}
	a, ok := p.w.shown.Action(row.Action)
	p.w.closeSearch()
	if ok && a.Enabled {
		p.w.send(desk.ActionUsed{ID: a.ID})
		p.w.do(a)
	}
}

// menuPanel is the list of agent states that drops down from the state chip.
type menuPanel struct {
	k       *kit
	w       *Window
	choices []present.Button
	buttons []*button
	list    *fyne.Container
	before  fyne.Focusable // what had the focus when it was opened, and has it again once it is closed
	content *fyne.Container
}

func newMenuPanel(w *Window) *menuPanel {
	p := &menuPanel{k: w.kit, w: w, list: newColumn(2)}
	p.content = newCard(w.kit.card(), space2, space2, p.list)
	p.content.Hide()
	return p
}

func (p *menuPanel) set(choices []present.Button) {
	p.choices = choices
	for len(p.buttons) < len(choices) {
		b := newButton(p.k, p.w, func(b present.Button) { p.choose(b.Do) })
		b.small = true
		p.buttons = append(p.buttons, b)
		p.list.Add(b)
	}
	for i, b := range p.buttons {
		if i < len(choices) {
			c := choices[i]
			c.Key = p.k.count(i + 1)
			b.set(c)
		}
	}
}

func (p *menuPanel) choose(e desk.Event) {
	p.close()
	p.w.send(e)
}

// close hides the list and puts the focus back where it was.
func (p *menuPanel) close() {
	if !p.content.Visible() {
		return
	}
	inside := p.at() >= 0
	p.content.Hide()
	switch {
	case inside && p.before != nil:
		p.w.focus(p.before)
	case inside:
		p.w.leave()
	}
	p.before = nil
}

// at is the choice that has the focus; -1: none.
func (p *menuPanel) at() int {
	return slices.IndexFunc(p.buttons, func(b *button) bool { return p.w.focused() == b })
}

// walk moves the focus along the choices, to the one that holds now if it is on none yet, and tells whether the
// list is open.
func (p *menuPanel) walk(step int) bool {
	n := min(len(p.choices), len(p.buttons))
	if !p.content.Visible() || n == 0 {
		return p.content.Visible()
	}
	i := p.at()
	if i < 0 {
		i = max(slices.IndexFunc(p.choices, func(b present.Button) bool { return b.On }), 0)
	} else {
		i = (i + step + n) % n
	}
	p.w.focus(p.buttons[i])
	return true
}

// press chooses by a digit while the list is open.
func (p *menuPanel) press(digit rune) bool {
	i := int(digit - '1')
	if !p.content.Visible() || i < 0 || i >= len(p.choices) {
		return false
	}
	p.choose(p.choices[i].Do)
	return true
}
