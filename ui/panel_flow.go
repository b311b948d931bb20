package ui

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// flowPanel leads through the talk.
type flowPanel struct {
	k     *kit
	w     *Window
	shown present.FlowPanel
	drawn bool
	at    string // draft, run and step of the questions below
	acted bool   // the agent has moved the flow: the next step may take the focus

	mark     *chip // practised only
	title    *canvas.Text
	name     *canvas.Text
	progress *canvas.Text
	version  *canvas.Text
	dots     *stepDots
	body     *fyne.Container
	scroll   *scroller
	back     *button
	next     *button
	asks     []*askView
	hint     *para // of the step; nil: none
	more     *chip // shows the whole of a hint that is folded, and folds it again
	whole    bool  // the agent wants to read all of it
	content  fyne.CanvasObject
}

// edgeFlow is the room around the questions, for their borders and rings.
const edgeFlow = 4

func newFlowPanel(w *Window) *flowPanel {
	k := w.kit
	p := &flowPanel{
		k: k, w: w, mark: newChip(k, sizeCaption), title: k.text(sizeHeading, true), name: k.text(sizeStep, false),
		progress: k.text(sizeCaption, false), version: k.text(sizeCaption, false), dots: newStepDots(k),
	}
	p.body = newColumn(10)
	// Borders reach beyond their objects by a fraction: the room at the edges keeps them whole.
	const edge = edgeFlow
	p.scroll = newScroller(&fyne.Container{Layout: inset{edge, space4, edge, edge}, Objects: []fyne.CanvasObject{p.body}})
	p.more = newBareChip(k)
	p.more.tap = p.unfold
	p.back = newButton(k, w, p.pressBack)
	p.next = newButton(k, w, func(present.Button) { p.goOn() })
	head := newSpread(space3, 6, p.mark, p.title, p.name, p.dots, p.progress, p.version, k.text(sizeBody, false), p.back, p.next)
	all := &fyne.Container{
		Objects: []fyne.CanvasObject{p.scroll, head}, // the questions first for Tab
		Layout: placed{least: fyne.NewSize(420, 160), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			p.squeeze(head, s.Width)
			at(head, 0, 0, s.Width, k.d.button)
			y := k.d.button + space2
			width, height := s.Width+edge+space2, max(s.Height-y+space2, 0)
			p.fold(width-edge-space4, height-2*edge)
			at(p.scroll, -edge, y, width, height)
		}},
	}
	p.content = k.surface(all)
	return p
}

func (p *flowPanel) set(m present.FlowPanel) {
	if p.drawn && reflect.DeepEqual(m, p.shown) {
		return
	}
	old := p.shown
	p.shown, p.drawn = m, true
	place := m.Draft + "/" + m.Run + "/" + m.Step
	fresh := place != p.at
	p.at = place
	c := p.k.pal
	p.mark.set(m.Mark)
	p.mark.Hidden = m.Mark.Text == ""
	setText(p.title, m.Title, c.text)
	setText(p.name, m.Name, c.text)
	setText(p.progress, m.Progress, c.muted)
	setText(p.version, m.Version, c.muted)
	p.dots.set(m)
	p.back.set(m.Back)
	p.next.set(m.Next)
	if !m.Back.Enabled {
		p.back.Hide()
	}
	p.fill(m, fresh)
	p.content.Refresh()
	if fresh {
		p.scroll.ScrollToTop()
		if len(p.asks) > 0 {
			p.reveal(p.asks[max(p.current(), 0)])
		}
		p.takeFocus(m)
	}
	p.complain(old, m)
}

func (p *flowPanel) fill(m present.FlowPanel, fresh bool) {
	k := p.k
	var list []fyne.CanvasObject
	words := func(text string, size float32, tone present.Tone) *para {
		o := newPara(k, size, tone)
		o.set(text, tone)
		return o
	}
	if len(m.Say) > 0 {
		say := newColumn(space2)
		for _, s := range m.Say {
			say.Add(words(s, sizeStep+1, present.Plain))
		}
		bar := &canvas.Rectangle{FillColor: k.pal.accent, CornerRadius: 1.5}
		list = append(list, newBarred(bar, say))
	}
	p.hint = nil
	p.whole = p.whole && !fresh
	if m.Hint != "" {
		line := k.signed(present.Message{Shape: present.ShapeHint, Tone: present.Muted, Text: m.Hint}, sizeBody)
		p.hint, _ = line.Objects[1].(*para)
		list = append(list, &fyne.Container{Objects: []fyne.CanvasObject{line, p.more}, Layout: folding{p.hint}})
	}
	if m.How != "" {
		list = append(list, words(m.How, sizeBody, present.Muted))
	}
	if len(m.Choices) > 0 {
		line := newFlowing(space2)
		for _, b := range m.Choices {
			o := newOption(k)
			o.set(present.Option{Key: b.Key, Label: b.Text}, func() { p.act(b.Do) })
			line.Add(o)
		}
		list = append(list, line)
	}
	p.fillAsks(m, fresh)
	for _, a := range p.asks {
		list = append(list, a.box)
	}
	if m.Note != "" && m.Kind == present.FlowStep {
		title := k.text(sizeCaption, false)
		setText(title, m.NoteTitle, k.pal.muted)
		list = append(list, k.rule(), newColumn(2, title, words(m.Note, sizeBody, present.Muted)))
	}
	p.body.Objects = list
	p.body.Refresh()
	p.scroll.Refresh()
}

// fillAsks keeps the views of a step as long as the step stays, so that a field being typed into is
// never replaced.
func (p *flowPanel) fillAsks(m present.FlowPanel, fresh bool) {
	same := !fresh && len(p.asks) == len(m.Asks)
	for i := range m.Asks {
		same = same && p.asks[i].id == m.Asks[i].ID
	}
	if !same {
		p.dropFocus()
		p.asks = nil
		for i := range m.Asks {
			p.asks = append(p.asks, newAskView(p, i, m.Asks[i]))
		}
	}
	p.showAsks()
}

func (p *flowPanel) showAsks() {
	for i, a := range p.shown.Asks {
		p.asks[i].take(a, p.at)
	}
	p.paintAsks()
}

func (p *flowPanel) paintAsks() {
	keys := p.current()
	for i, view := range p.asks {
		if i < len(p.shown.Asks) && p.shown.Asks[i].ID == view.id { // else it goes, and says so by losing the focus
			view.set(p.shown.Asks[i], i == keys && !p.shown.Early)
		}
	}
}

// act sends a move of the flow; the step that follows may take the focus, since the agent asked for
// it.
func (p *flowPanel) act(e desk.Event) {
	if e == nil {
		return
	}
	p.acted = true
	p.w.send(e)
}

func (p *flowPanel) pressBack(b present.Button) { p.act(b.Do) }

// current is the question that digits answer: the choice that has the focus, else the first one still
// open, else the last one; -1 where the step has none.
func (p *flowPanel) current() int {
	last := -1
	for i, a := range p.asks {
		if a.options != nil && p.w.focused() == a.options {
			return i
		}
	}
	for i, a := range p.shown.Asks {
		if len(a.Options) == 0 {
			continue
		}
		if p.asks[i].value() == "" {
			return i
		}
		last = i
	}
	return last
}

// choose takes an option; where it is the step's only question, the talk goes on at once.
func (p *flowPanel) choose(ask int, id string) {
	if ask >= len(p.shown.Asks) || p.shown.Early {
		return
	}
	p.asks[ask].choose(id, !p.shown.Single)
	if p.shown.Single {
		p.goOn()
		return
	}
	p.paintAsks()
	switch p.w.focused() {
	case p.asks[ask].options:
		p.advance(ask)
	case nil:
		p.afterChoice()
	}
}

// afterChoice puts the caret into the first field still empty, but not before every choice is made: a
// digit that answers the next one must not land in a field.
func (p *flowPanel) afterChoice() {
	i := p.current()
	if i >= 0 && p.asks[i].value() == "" {
		p.reveal(p.asks[i])
		return
	}
	for _, a := range p.asks {
		if a.field != nil && a.field.Text == "" {
			p.w.focus(a.field)
			return
		}
	}
}

// press chooses by a digit: a flow to begin with, else an option of the current question.
func (p *flowPanel) press(key string) bool {
	if p.shown.Early {
		return false
	}
	for _, c := range p.shown.Choices {
		if c.Key == key {
			p.act(c.Do)
			return true
		}
	}
	i := p.current()
	if i < 0 {
		return false
	}
	for _, o := range p.shown.Asks[i].Options {
		if o.Key == key {
			p.choose(i, o.ID)
			return true
		}
	}
	return false
}

// goOn answers the step with what stands in it.
func (p *flowPanel) goOn() {
	m := p.shown
	if m.Kind != present.FlowStep || m.Early {
		return
	}
	answers := map[string]string{}
	for _, a := range p.asks {
		answers[a.id] = a.value()
	}
	p.act(desk.FlowAnswered{Draft: m.Draft, Answers: answers})
}

// enterIn goes from a field to the next question still open, from the last one on to the next step.
func (p *flowPanel) enterIn(ask int) {
	if !p.advance(ask) {
		p.goOn()
	}
}

// advance goes to the next question still open.
func (p *flowPanel) advance(from int) bool {
	for _, a := range p.asks[from+1:] {
		if a.value() == "" {
			p.w.focus(a.focusable())
			return true
		}
	}
	return false
}

// inFlow reports whether the focus is nowhere or at a question, so that moving it takes nothing from
// another part of the window.
func (p *flowPanel) inFlow() bool {
	f := p.w.focused()
	for _, a := range p.asks {
		if f == a.focusable() {
			return true
		}
	}
	return f == nil
}

// reveal scrolls as little as it takes to show a question whole.
func (p *flowPanel) reveal(a *askView) {
	top, height := a.box.Position().Y, a.box.Size().Height
	room := p.scroll.Size().Height
	y := p.scroll.Offset.Y
	y = max(y, top+height+2*edgeFlow-room)
	y = max(min(y, top), 0)
	p.scroll.ScrollToOffset(fyne.NewPos(0, y))
}

// complain shows a question whose answer was refused; the focus goes there unless it is elsewhere in the
// window.
func (p *flowPanel) complain(old, m present.FlowPanel) {
	for i, a := range m.Asks {
		if a.Error == "" || i < len(old.Asks) && old.Asks[i].Error == a.Error && old.Step == m.Step {
			continue
		}
		p.reveal(p.asks[i])
		if p.inFlow() {
			p.w.focus(p.asks[i].focusable())
		}
		return
	}
}

// takeFocus puts the caret into the first field of a step that the agent has come to by a key in the
// flow; it takes the focus from nobody else.
func (p *flowPanel) takeFocus(m present.FlowPanel) {
	acted := p.acted
	p.acted = false
	if !acted || p.w.focused() != nil {
		return
	}
	for i, a := range m.Asks {
		if len(a.Options) > 0 {
			return
		}
		if p.asks[i].field != nil {
			p.w.focus(p.asks[i].field)
			return
		}
	}
}

func (p *flowPanel) dropFocus() {
	for _, a := range p.asks {
		if p.w.focused() == a.focusable() {
			p.w.leave()
		}
	}
}

// cut hides the fields that scrolling has put out of sight: Fyne's software painter, unlike the real
// one, would draw what is inside them outside the pane.
func (p *flowPanel) cut() {
	for _, a := range p.asks {
		if a.field == nil {
			continue
		}
		end := a.box.Position().Y + a.box.Size().Height - p.scroll.Offset.Y
		if end > p.scroll.Size().Height || a.box.Position().Y < p.scroll.Offset.Y {
			a.field.Hide()
		} else {
			a.field.Show()
		}
	}
}
