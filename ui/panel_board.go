package ui

import (
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
	w         *Window
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
	formula   *formulaPanel // in the place of load while it is asked for
	scroll    *scroller     // of the queues
	heads     [3]string     // what stands where a list is empty
	rows      int           // queues
	top       *fyne.Container
	content   *fyne.Container
}

func newBoardPanel(w *Window) *boardPanel {
	k := w.kit
	p := &boardPanel{
		k: k, w: w, title: k.text(sizeHeading, true), live: newChip(k, sizeCaption), agents: k.text(sizeStep, true),
		callers: k.text(sizeStep, true), noQueues: newPara(k, sizeBody, present.Muted),
		noAgents: newPara(k, sizeBody, present.Muted), noCallers: newPara(k, sizeBody, present.Muted),
	}
	p.head = newTableRow(k, true)
	p.table = newColumn(0)
	p.grid = newFlowing(space2)
	p.list = newColumn(0)
	queues := newColumn(space2, newSpread(space3, 1, p.title, k.text(sizeBody, false), p.live), p.head, p.noQueues)
	p.scroll = newScroller(p.table)
	top := k.surface(&fyne.Container{Objects: []fyne.CanvasObject{queues, p.scroll}, Layout: topped{fyne.NewSize(200, 100)}})
	p.top = top
	agents := k.surface(pane(newColumn(space3, p.agents, p.noAgents), newScroller(p.grid)))
	p.load, p.formula = newChart(k), newFormulaPanel(w)
	waiting := pane(newColumn(space3, p.callers, p.noCallers), newScroller(p.list))
	callers := k.surface(&fyne.Container{Objects: []fyne.CanvasObject{waiting, p.load.content, p.formula.content}, Layout: placed{
		least: fyne.NewSize(200, 120), put: func(_ []fyne.CanvasObject, s fyne.Size) { p.placeCallers(waiting, s) },
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

// placeCallers puts who waits above the chart or, where it is asked for, the formula of a figure.
func (p *boardPanel) placeCallers(waiting fyne.CanvasObject, s fyne.Size) {
	below, h := fyne.CanvasObject(p.load.content), float32(heightLoad)
	explains := p.formula.shown.Title != ""
	p.formula.content.Hide()
	if explains {
		p.formula.content.Show()
		below, h = p.formula.content, min(max(heightOf(p.formula.lines, s.Width), heightLoad), s.Height-space4)
	}
	p.load.content.Hidden = explains || s.Height < heightLoad+140 // who waits now comes before the chart
	if !explains && p.load.content.Hidden {
		h = -space4
	}
	at(waiting, 0, 0, s.Width, s.Height-h-space4)
	at(below, 0, s.Height-h, s.Width, max(h, 0))
}

// topped is what stays above what scrolls.
type topped struct{ least fyne.Size }

func (topped) heightFor(o []fyne.CanvasObject, width float32) float32 {
	h := heightOf(o[0], width)
	if s, ok := o[1].(*scroller); ok {
		h += heightOf(s.Content, width)
	}
	return h
}

// MinSize implements fyne.Layout.
func (t topped) MinSize([]fyne.CanvasObject) fyne.Size { return t.least }

// Layout implements fyne.Layout.
func (topped) Layout(o []fyne.CanvasObject, s fyne.Size) {
	h := heightOf(o[0], s.Width)
	at(o[0], 0, 0, s.Width, h)
	at(o[1], 0, h, s.Width, s.Height-h)
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
	was := p.shown
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
		r.send = p.w.send
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
		r.point(q.At, q.Do[:])
		r.Show()
	}
	setText(p.agents, m.AgentsTitle, c.text)
	p.noAgents.set(empty(len(m.Agents), m.NoAgents), present.Muted)
	p.cells = fillFixed(p.grid, p.cells, m.Agents, func() *agentCell { return newAgentCell(p.k) })
	setText(p.callers, m.CallersTitle, c.text)
	p.noCallers.set(empty(len(m.Callers), m.NoCallers), present.Muted)
	p.waiting = fillFixed(p.list, p.waiting, m.Callers, func() *callerRow { return newCallerRow(p.k) })
	p.load.set(m.Load)
	p.formula.set(m.Formula)
	if heads := [3]string{p.noQueues.text, p.noAgents.text, p.noCallers.text}; queues != len(m.Queues) || heads != p.heads || was.Formula != m.Formula {
		p.heads = heads
		p.content.Refresh() // else nothing has another size: only the words that differ are drawn
	}
	if row, column := pointed(m); column > 0 {
		if r, c := pointed(was); r != row || c != column {
			p.reveal(row)
		}
	}
}

// pointed is the row, and the column from 1, of the figure that is pointed at; column 0: none is.
func pointed(m present.BoardPanel) (row, column int) {
	for i, q := range m.Queues {
		if q.At > 0 {
			return i, q.At
		}
	}
	return 0, 0
}

// reveal scrolls to a queue.
func (p *boardPanel) reveal(row int) {
	h := p.queues[row].MinSize().Height
	y, room := float32(row)*h, p.scroll.Size().Height
	p.scroll.ScrollToOffset(fyne.NewPos(0, min(max(p.scroll.Offset.Y, y+h-room), y)))
}

// chooses reports whether the arrow keys choose a figure: not while another pane than that of the queues has the focus,
// which they scroll then.
func (p *boardPanel) chooses() bool {
	g, on := p.w.focused().(*ground)
	return !on || holds(p.top, g)
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

// agentCell is an agent: name above state and timer, a bar of the state's colour at the left.
type agentCell struct {
	widget.BaseWidget
	k      *kit
	m      present.AgentCell
	ground *canvas.Rectangle
	icon   *sign
	name   *canvas.Text
	state  *canvas.Text
	timer  *canvas.Text
}

func newAgentCell(k *kit) *agentCell {
	c := &agentCell{
		k: k, ground: &canvas.Rectangle{CornerRadius: cornerField, StrokeWidth: 1}, icon: k.sign(12),
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
		Objects: []fyne.CanvasObject{c.ground, c.icon.pic, c.name, c.state, c.timer},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(c.ground, 0, 0, s.Width, s.Height)
			y := (s.Height - 41) / 2
			at(c.name, space2, y, s.Width-2*space2, 21)
			at(c.icon.pic, space2, y+26, 12, 12)
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
