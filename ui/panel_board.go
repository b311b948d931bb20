package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/ui/present"
)

const (
	heightLoad = 160 // of the chart
	widthCell  = 176
	moreCell   = 4   // that a cell is higher than a row
	widthQueue = 108 // of the queue beside a waiting caller
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
	load      *chart
	heads     [3]string // what stands where a list is empty
	rows      int       // queues
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
	top := k.surface(newColumn(0, queues, p.table))
	agents := k.surface(pane(newColumn(space3, p.agents, p.noAgents), newScroller(p.grid)))
	p.load = newChart(k)
	waiting := pane(newColumn(space3, p.callers, p.noCallers), newScroller(p.list))
	callers := k.surface(&fyne.Container{Objects: []fyne.CanvasObject{waiting, p.load.content}, Layout: placed{
		least: fyne.NewSize(200, 120), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			h := float32(heightLoad)
			p.load.content.Hidden = s.Height < heightLoad+140 // who waits now comes first
			if p.load.content.Hidden {
				h = -space4
			}
			at(waiting, 0, 0, s.Width, s.Height-h-space4)
			at(p.load.content, 0, s.Height-h, s.Width, max(h, 0))
		},
	}})
	below := newSplit(w, split{
		id: "board.callers", upright: true, last: true, first: agents, second: callers, least: 300, rest: 400,
		usual: func(width float32) float32 { return max(width*0.34, 360) },
	}, agents, callers)
	p.content = newSplit(w, split{
		id: "board.queues", first: top, second: below, least: 140, rest: 160,
		usual: func(height float32) float32 { return min(heightOf(top, top.Size().Width), height/2) },
	}, top, below)
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
	queues := p.rows
	p.rows = len(m.Queues)
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
	p.cells = fillFixed(p.grid, p.cells, m.Agents, func() *agentCell { return newAgentCell(p.k) })
	setText(p.callers, m.CallersTitle, c.text)
	p.noCallers.set(empty(len(m.Callers), m.NoCallers), present.Muted)
	p.waiting = fillFixed(p.list, p.waiting, m.Callers, func() *callerRow { return newCallerRow(p.k) })
	p.load.set(m.Load)
	if heads := [3]string{p.noQueues.text, p.noAgents.text, p.noCallers.text}; queues != len(m.Queues) || heads != p.heads {
		p.heads = heads
		p.content.Refresh() // else nothing has another size: only the words that differ are drawn
	}
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

// fillFixed is fill for rows whose size never changes: the box is laid out anew only where there is another number of
// them. With hundreds of rows twice a second only those that differ are drawn.
func fillFixed[M any, R shows[M]](box *fyne.Container, rows []R, list []M, fresh func() R) []R {
	anew := len(rows) < len(list)
	for len(rows) < len(list) {
		r := fresh()
		rows = append(rows, r)
		box.Objects = append(box.Objects, r)
	}
	for i, r := range rows {
		there := i < len(list)
		if there {
			r.set(list[i])
		}
		if r.Visible() != there {
			anew = true
			if there {
				r.Show()
			} else {
				r.Hide()
			}
		}
	}
	if anew {
		box.Refresh()
	}
	return rows
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
	words []string // in full
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
			r.fit(t, i, first-space2)
			at(t, 0, 0, first, s.Height)
			continue
		}
		r.fit(t, i, w-space2)
		at(t, x, 0, w-space2, s.Height)
	}
}

// fit shortens a word to its column.
func (r *tableRow) fit(t *canvas.Text, i int, width float32) {
	if width > 0 && i < len(r.words) {
		setText(t, r.k.fit(r.words[i], t.TextSize, t.TextStyle.Bold, width), t.Color)
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
		if i < len(r.words) && r.words[i] == s && r.texts[i].Color == c {
			continue // also where it stands shortened
		}
		setText(r.texts[i], s, c)
	}
	r.words = slices.Clone(words)
	r.place(r.box.Objects, r.box.Size())
}

// CreateRenderer implements fyne.Widget.
func (r *tableRow) CreateRenderer() fyne.WidgetRenderer { return rendererOf(r, r.box) }

// MinSize implements fyne.CanvasObject.
func (r *tableRow) MinSize() fyne.Size {
	if r.head {
		return fyne.NewSize(600, 24)
	}
	return fyne.NewSize(600, r.k.d.figure)
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
		k: k, ground: &canvas.Rectangle{CornerRadius: cornerField, StrokeWidth: 1}, icon: k.image(12),
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
	c.ground.FillColor, c.ground.StrokeColor = p.tinted(m.Chip.Tone), p.rim(m.Chip.Tone)
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
			y := (s.Height - 41) / 2
			at(c.name, space2, y, s.Width-2*space2, 21)
			at(c.icon, space2, y+26, 12, 12)
			at(c.state, space2+18, y+22, s.Width-80, 19)
			at(c.timer, s.Width-space2-60, y+22, 60, 19)
		}},
	})
}

// MinSize implements fyne.CanvasObject.
func (c *agentCell) MinSize() fyne.Size { return fyne.NewSize(widthCell, c.k.d.row+moreCell) }

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
func (c *callerRow) MinSize() fyne.Size { return fyne.NewSize(300, c.k.d.line) }
