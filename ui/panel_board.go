package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/ui/present"
)

const (
	heightQueue  = 38
	heightCaller = 34
	widthCell    = 176
	heightCell   = 50
)

// boardPanel is what a lead watches: queues as rows, agents as dense cells, waiting callers. Its rows
// and cells are kept and only change their words, so that it can be drawn twice a second.
type boardPanel struct {
	k         *kit
	shown     present.BoardPanel
	title     *canvas.Text
	live      *chip
	head      *tableRow
	queues    []*tableRow
	table     *fyne.Container
	noQueues  *para
	agents    *canvas.Text
	cells     []*agentCell
	grid      *fyne.Container
	noAgents  *para
	callers   *canvas.Text
	waiting   []*callerRow
	list      *fyne.Container
	noCallers *para
	content   *fyne.Container
}

func newBoardPanel(w *Window) *boardPanel {
	k := w.kit
	p := &boardPanel{
		k: k, title: k.text(sizeHeading, true), live: newChip(k, sizeCaption), agents: k.text(sizeStep, true),
		callers: k.text(sizeStep, true), noQueues: newPara(k, sizeBody, present.Muted),
		noAgents: newPara(k, sizeBody, present.Muted), noCallers: newPara(k, sizeBody, present.Muted),
	}
	p.head = newTableRow(k, true)
	p.table = newColumn(0)
	p.grid = newFlowing(space2)
	p.list = newColumn(0)
	queues := newColumn(space2, newSpread(space3, 1, p.title, k.text(sizeBody, false), p.live), p.head, p.noQueues)
	top := newCard(k.card(), space4, space4, newColumn(0, queues, p.table))
	agents := newCard(k.card(), space4, space4, pane(newColumn(space3, p.agents, p.noAgents), container.NewVScroll(p.grid)))
	callers := newCard(k.card(), space4, space4, pane(newColumn(space3, p.callers, p.noCallers), container.NewVScroll(p.list)))
	p.content = &fyne.Container{
		Objects: []fyne.CanvasObject{top, agents, callers},
		Layout: placed{least: fyne.NewSize(800, 400), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			h := min(heightOf(top, s.Width), s.Height/2)
			at(top, 0, 0, s.Width, h)
			y := h + space3
			side := max(s.Width*0.34, 360)
			at(agents, 0, y, s.Width-side-space3, s.Height-y)
			at(callers, s.Width-side, y, side, s.Height-y)
		}},
	}
	return p
}

// pane is a heading above something that scrolls.
func pane(head *fyne.Container, body fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{
		Objects: []fyne.CanvasObject{head, body},
		Layout: placed{least: fyne.NewSize(200, 120), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			h := heightOf(head, s.Width)
			at(head, 0, 0, s.Width, h)
			at(body, 0, h+space3, s.Width, max(s.Height-h-space3, 0))
		}},
	}
}

func (p *boardPanel) set(m present.BoardPanel) {
	p.shown = m
	c := p.k.pal
	setText(p.title, m.QueuesTitle, c.text)
	p.live.set(m.Live)
	p.head.set(m.Head, nil, present.Muted)
	p.noQueues.set(empty(len(m.Queues), m.NoQueues), present.Muted)
	for len(p.queues) < len(m.Queues) {
		r := newTableRow(p.k, false)
		p.queues = append(p.queues, r)
		p.table.Add(r)
	}
	for i, r := range p.queues {
		if i >= len(m.Queues) {
			r.Hide()
			continue
		}
		q := m.Queues[i]
		tone := present.Plain
		if m.Stale {
			tone = present.Muted
		}
		r.set([]string{q.Name, q.Waiting, q.Longest, q.Offered, q.Answered, q.Abandoned, q.Rate, q.Free},
			map[int]present.Tone{1: q.Tone, 2: q.Tone}, tone)
		r.Show()
	}
	setText(p.agents, m.AgentsTitle, c.text)
	p.noAgents.set(empty(len(m.Agents), m.NoAgents), present.Muted)
	p.cells = fill(p.grid, p.cells, m.Agents, func() *agentCell { return newAgentCell(p.k) })
	setText(p.callers, m.CallersTitle, c.text)
	p.noCallers.set(empty(len(m.Callers), m.NoCallers), present.Muted)
	p.waiting = fill(p.list, p.waiting, m.Callers, func() *callerRow { return newCallerRow(p.k) })
	p.content.Refresh()
}

func empty(n int, text string) string {
	if n > 0 {
		return ""
	}
	return text
}

// shows is one of many alike, each of which shows an M.
type shows[M any] interface {
	fyne.CanvasObject
	set(m M)
}

// fill shows a list in rows of a box. Rows are kept: what is not needed now is hidden.
func fill[M any, R shows[M]](box *fyne.Container, rows []R, list []M, fresh func() R) []R {
	for len(rows) < len(list) {
		r := fresh()
		rows = append(rows, r)
		box.Add(r)
	}
	for i, r := range rows {
		if i < len(list) {
			r.set(list[i])
			r.Show()
		} else {
			r.Hide()
		}
	}
	box.Refresh()
	return rows
}

// tableRow is a queue with its figures, or the head above them.
type tableRow struct {
	widget.BaseWidget
	k     *kit
	head  bool
	texts []*canvas.Text
	box   *fyne.Container
}

func newTableRow(k *kit, head bool) *tableRow {
	r := &tableRow{k: k, head: head}
	r.box = &fyne.Container{Layout: placed{put: r.place}}
	r.box.Objects = append(r.box.Objects, k.rule())
	r.ExtendBaseWidget(r)
	return r
}

func (r *tableRow) place(o []fyne.CanvasObject, s fyne.Size) {
	at(o[0], 0, s.Height-1, s.Width, 1)
	n := float32(len(r.texts))
	if n < 2 {
		return
	}
	first := s.Width * 0.26
	w := (s.Width - first) / (n - 1)
	for i, t := range r.texts {
		x := first + float32(i-1)*w
		if i == 0 {
			at(t, 0, 0, first, s.Height)
			continue
		}
		at(t, x, 0, w-space2, s.Height)
	}
}

func (r *tableRow) set(words []string, tones map[int]present.Tone, tone present.Tone) {
	for len(r.texts) < len(words) {
		size := float32(sizeHeading)
		if r.head {
			size = sizeCaption
		} else if len(r.texts) == 0 {
			size = sizeStep
		}
		t := r.k.text(size, !r.head && len(r.texts) > 0 && len(r.texts) < 3)
		if len(r.texts) > 0 {
			t.Alignment = fyne.TextAlignTrailing
		}
		r.texts = append(r.texts, t)
		r.box.Add(t)
	}
	for i, s := range words {
		c := r.k.pal.word(tone)
		if t, ok := tones[i]; ok && tone != present.Muted {
			c = r.k.pal.word(t)
		}
		setText(r.texts[i], s, c)
	}
}

// CreateRenderer implements fyne.Widget.
func (r *tableRow) CreateRenderer() fyne.WidgetRenderer { return rendererOf(r, r.box) }

// MinSize implements fyne.CanvasObject.
func (r *tableRow) MinSize() fyne.Size {
	if r.head {
		return fyne.NewSize(600, 24)
	}
	return fyne.NewSize(600, heightQueue)
}

// agentCell is an agent: name above state and timer, a bar of the state's colour at the left.
type agentCell struct {
	widget.BaseWidget
	k      *kit
	m      present.AgentCell
	ground *canvas.Rectangle
	icon   *canvas.Image
	name   *canvas.Text
	state  *canvas.Text
	timer  *canvas.Text
}

func newAgentCell(k *kit) *agentCell {
	c := &agentCell{
		k: k, ground: &canvas.Rectangle{CornerRadius: cornerField}, icon: k.image(12),
		name: k.text(sizeBody, true), state: k.text(sizeCaption, false), timer: k.text(sizeCaption, false),
	}
	c.timer.Alignment = fyne.TextAlignTrailing
	c.ExtendBaseWidget(c)
	return c
}

func (c *agentCell) set(m present.AgentCell) {
	if c.m == m {
		return
	}
	c.m = m
	p := c.k.pal
	c.ground.FillColor = p.tinted(m.Chip.Tone)
	c.ground.Refresh()
	c.k.setIcon(c.icon, m.Chip.Shape, p.tone(m.Chip.Tone))
	setText(c.name, c.k.fit(m.Name, sizeBody, true, widthCell-2*space2), p.text)
	setText(c.state, m.Chip.Text, p.text)
	setText(c.timer, m.Chip.Timer, p.muted)
}

// CreateRenderer implements fyne.Widget.
func (c *agentCell) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(c, &fyne.Container{
		Objects: []fyne.CanvasObject{c.ground, c.icon, c.name, c.state, c.timer},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(c.ground, 0, 0, s.Width, s.Height)
			at(c.name, space2, 4, s.Width-2*space2, 21)
			at(c.icon, space2, 30, 12, 12)
			at(c.state, space2+18, 26, s.Width-80, 19)
			at(c.timer, s.Width-space2-60, 26, 60, 19)
		}},
	})
}

// MinSize implements fyne.CanvasObject.
func (c *agentCell) MinSize() fyne.Size { return fyne.NewSize(widthCell, heightCell) }

// callerRow is someone who waits.
type callerRow struct {
	widget.BaseWidget
	k     *kit
	m     present.CallerRow
	words string // name, number and tier
	wait  *canvas.Text
	who   *canvas.Text
	queue *canvas.Text
	line  *canvas.Rectangle
}

func newCallerRow(k *kit) *callerRow {
	c := &callerRow{k: k, wait: k.text(sizeStep, true), who: k.text(sizeBody, false), queue: k.text(sizeCaption, false), line: k.rule()}
	c.queue.Alignment = fyne.TextAlignTrailing
	c.ExtendBaseWidget(c)
	return c
}

func (c *callerRow) set(m present.CallerRow) {
	c.m = m
	p := c.k.pal
	setText(c.wait, m.Wait, p.word(m.Tone))
	who := m.Who
	if m.Tier != "" {
		who += " · " + m.Tier
	}
	c.words = who
	c.fit()
	setText(c.queue, m.Queue, p.muted)
}

// fit shortens the name to the room between wait and queue.
func (c *callerRow) fit() {
	if room := c.Size().Width - 72 - 108; room > 0 {
		setText(c.who, c.k.fit(c.words, sizeBody, false, room), c.k.pal.text)
	}
}

// CreateRenderer implements fyne.Widget.
func (c *callerRow) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(c, &fyne.Container{
		Objects: []fyne.CanvasObject{c.wait, c.who, c.queue, c.line},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(c.wait, 0, 0, 64, s.Height)
			c.fit()
			at(c.who, 72, 0, s.Width-72-108, s.Height)
			at(c.queue, s.Width-108, 0, 100, s.Height)
			at(c.line, 0, s.Height-1, s.Width, 1)
		}},
	})
}

// MinSize implements fyne.CanvasObject.
func (c *callerRow) MinSize() fyne.Size { return fyne.NewSize(300, heightCaller) }
