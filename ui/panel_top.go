package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// lineView is one call in the phone bar.
type lineView struct {
	chip    *chip
	number  *canvas.Text
	who     *canvas.Text
	below   *canvas.Text // the name, where it has no room beside the number: of the only call, and of the first of two
	first   bool         // of the calls
	alone   bool
	detail  *canvas.Text
	tail    *canvas.Text
	buttons []*button
	box     *fyne.Container
	k       *kit
	m       present.Line
	room    float32
	keys    keys
	pressed func(present.Button)
}

func newLineView(k *kit, ks keys, pressed func(present.Button)) *lineView {
	l := &lineView{
		k: k, keys: ks, pressed: pressed, chip: newChip(k, sizeBody), number: k.text(sizeStep, true),
		who: k.text(sizeStep, false), below: k.text(sizeBody, false), detail: k.text(sizeBody, false), tail: k.text(sizeBody, false),
	}
	l.box = newRow(space3, atLeast(124, l.chip), &fyne.Container{Objects: []fyne.CanvasObject{l.number, l.below}, Layout: numbered{l}}, l.who, l.detail, l.tail)
	return l
}

func (l *lineView) set(m present.Line) {
	p := l.k.pal
	l.m = m
	l.chip.set(m.Chip)
	setText(l.number, m.Number, p.text)
	for len(l.buttons) < len(m.Buttons) {
		b := newButton(l.k, l.keys, l.pressed)
		b.height = heightLine
		l.buttons = append(l.buttons, b)
		before := len(l.box.Objects) - 1 // what they say of a toggle stands behind all of them
		l.box.Objects = append(l.box.Objects[:before:before], b, l.tail)
	}
	for i, b := range l.buttons {
		if i < len(m.Buttons) {
			b.set(m.Buttons[i])
		} else {
			b.Hide()
		}
	}
	l.fit(l.room)
	l.box.Show()
	l.box.Refresh()
}

// fit gives the name what chip, number and buttons leave of the room, and the queue what the name leaves.
func (l *lineView) fit(room float32) {
	l.room = room
	l.spare(room)
	rest := room
	for _, o := range l.box.Objects {
		if m := o.MinSize().Width; o.Visible() && m > 0 && o != l.who && o != l.detail && o != l.tail {
			rest -= m + space3
		}
	}
	words := func(t *canvas.Text, s string, size, most float32) {
		width := l.k.width(s, size, false)
		if rest = rest - space3; s == "" || rest < min(width, 40) {
			setText(t, "", l.k.pal.text)
			return
		}
		s = l.k.fit(s, size, false, min(most, rest))
		rest -= min(width, most)
		c := l.k.pal.text
		if t != l.who {
			c = l.k.pal.muted
		}
		setText(t, s, c)
	}
	name := l.k.width(l.m.Who, sizeStep, false)
	setText(l.below, "", l.k.pal.text)
	who := l.m.Who
	if l.first && rest-space3 < min(name, widestName) {
		who = "" // with another call, too, whose coming moves no button
	}
	if who == "" {
		size := float32(sizeBody)
		if !l.alone { // two lines share the bar
			size = sizeCaption
		}
		l.below.TextSize = size
		setText(l.below, l.k.fit(l.m.Who, size, false, max(leastNumber, l.number.MinSize().Width)), l.k.pal.text)
	}
	tail := l.m.Tail
	if rest < min(name, widestName)+l.k.width(tail, sizeBody, false)+2*space3 {
		tail = "" // the button says so, too, and the name does not change with it
	}
	words(l.who, who, sizeStep, widestName)
	words(l.tail, tail, sizeBody, 120)
	words(l.detail, l.m.Detail, sizeBody, 120)
}

const (
	widestName  = 180
	leastNumber = 108
)

// numbered puts a name below its number, no wider than that, so that nothing beside it moves. Where two lines share the
// bar the name goes up into the room that figures leave below themselves: then both lines have theirs.
type numbered struct{ line *lineView }

// closer is how much nearer to the number a name stands in one of two lines; its own line is as much lower, too.
const closer = 4

// MinSize implements fyne.Layout.
func (l numbered) MinSize(o []fyne.CanvasObject) fyne.Size {
	m := leastWidth{leastNumber}.MinSize(o)
	if name, _ := o[1].(*canvas.Text); name.Text != "" {
		m.Height += name.MinSize().Height
		if !l.line.alone {
			m.Height -= 2 * closer
		}
	}
	return m
}

// Layout implements fyne.Layout.
func (l numbered) Layout(o []fyne.CanvasObject, s fyne.Size) {
	number, name := o[0].MinSize(), o[1].MinSize()
	y := (s.Height - l.MinSize(o).Height) / 2
	at(o[0], 0, y, number.Width, number.Height)
	if y += number.Height; !l.line.alone {
		y -= closer
	}
	at(o[1], 0, y, s.Width, name.Height)
}

// wordsOfLine is what the name and what is said behind the buttons need at least.
const wordsOfLine = 150

// spare leaves out the buttons that can be spared: the first where name and words would have no room beside all of them, a
// further one where the buttons themselves would have none. It goes by the room and the buttons alone, so that a call's
// state moves none of them.
func (l *lineView) spare(room float32) {
	buttons := l.buttons[:min(len(l.buttons), len(l.m.Buttons))]
	need := float32(124 + leastNumber + 2*space3)
	for _, b := range buttons {
		need += b.MinSize().Width + space3
	}
	words := float32(wordsOfLine)
	for i, b := range buttons {
		if !l.m.Buttons[i].Spare {
			continue
		}
		if room > 0 && need+words > room {
			b.Hide()
			need -= b.MinSize().Width + space3
		} else {
			b.Show()
		}
		words = 0
	}
}

// topPanel is the phone bar: the agent's state, the calls or the dial field, the queues, the search.
type topPanel struct {
	k       *kit
	w       *Window
	agent   *chip
	under   *canvas.Text
	lines   []*lineView
	calls   *fyne.Container
	more    *canvas.Text
	dial    *entry
	dialDo  *button
	dialBox *fyne.Container
	queue   *chip
	search  *entry
	content fyne.CanvasObject
	shown   present.TopBar
	prompt  string // of the search, as much of it as fits
}

const (
	heightTop  = 64
	heightLine = 28
)

func newTopPanel(w *Window) *topPanel {
	k := w.kit
	t := &topPanel{k: k, w: w, agent: newChip(k, sizeStep), under: k.text(sizeCaption, false), more: k.text(sizeCaption, false)}
	t.agent.tap = w.toggleMenu
	t.calls = newColumn(2)
	for range present.MaxLines {
		l := newLineView(k, w, t.pressed)
		l.box.Hide()
		t.lines = append(t.lines, l)
		t.calls.Add(l.box)
	}
	t.dial = newEntry(w, func(s string) { w.send(desk.DialEdited{Text: s}) })
	t.dial.enter = t.dialled
	t.dial.escape = w.leave
	t.dialDo = newButton(k, w, func(present.Button) { t.dialled() })
	t.dialBox = newRow(space2, sized(t.dial, 210), t.dialDo)
	t.queue = newBareChip(k)
	t.search = newEntry(w, w.searched)
	t.search.enter, t.search.move, t.search.escape = w.openHit, w.moveHit, w.closeSearch
	t.search.gained = func() { w.search.draw() }
	ground := &canvas.Rectangle{FillColor: k.pal.card}
	t.content = &fyne.Container{
		Objects: []fyne.CanvasObject{ground, k.rule(), t.agent, t.under, t.calls, t.dialBox, t.more, t.queue, t.search},
		Layout:  placed{least: fyne.NewSize(900, heightTop), put: t.place},
	}
	return t
}

// sized is an object of a fixed width.
func sized(o fyne.CanvasObject, width float32) *fyne.Container {
	return &fyne.Container{Objects: []fyne.CanvasObject{o}, Layout: placed{
		least: fyne.NewSize(width, heightButton),
		put:   func(_ []fyne.CanvasObject, s fyne.Size) { at(o, 0, 0, s.Width, s.Height) },
	}}
}

// atLeast is an object at the left of a room of at least a width, so that two lines stand in columns.
func atLeast(width float32, o fyne.CanvasObject) *fyne.Container {
	return &fyne.Container{Objects: []fyne.CanvasObject{o}, Layout: leastWidth{width}}
}

type leastWidth struct{ width float32 }

// MinSize implements fyne.Layout.
func (l leastWidth) MinSize(o []fyne.CanvasObject) fyne.Size {
	m := o[0].MinSize()
	return fyne.NewSize(max(m.Width, l.width), m.Height)
}

// Layout implements fyne.Layout.
func (l leastWidth) Layout(o []fyne.CanvasObject, s fyne.Size) {
	m := o[0].MinSize()
	at(o[0], 0, (s.Height-m.Height)/2, m.Width, m.Height)
}

// pressed does what a button of a call stands for.
func (t *topPanel) pressed(b present.Button) {
	if b.Do == nil {
		t.w.deed(b.Window)
		return
	}
	t.w.send(b.Do)
}

// dialled dials what stands in the field, also where the state has not heard of the last letter yet.
func (t *topPanel) dialled() {
	if t.dial.Text == "" {
		return
	}
	t.w.send(desk.DialPressed{To: t.dial.Text})
	t.w.leave()
}

// The bar is divided by the width of the window alone: nothing in it moves when a call comes or a state changes.
const (
	wideTop     = 1280 // from here on there is room for everything in full
	widthAgent  = 190
	lowAgent    = 168
	widthSearch = 250
	lowSearch   = 120
)

func (t *topPanel) place(objects []fyne.CanvasObject, s fyne.Size) {
	at(objects[0], 0, 0, s.Width, s.Height)
	at(objects[1], 0, s.Height-1, s.Width, 1)
	agent, search := float32(widthAgent), float32(widthSearch)
	wide := s.Width >= wideTop
	if !wide {
		agent, search = lowAgent, lowSearch
	}
	mid := func(o fyne.CanvasObject, x, width float32) {
		h := o.MinSize().Height
		at(o, x, (s.Height-1-h)/2, width, h)
	}
	at(t.agent, space4, 7, agent, 30)
	setText(t.under, t.k.fit(t.shown.Under, sizeCaption, false, agent), t.k.pal.muted)
	at(t.under, space4+2, 40, agent, 16)
	right := s.Width - space4 - search
	at(t.search, right, (s.Height-1-32)/2, search, 32)
	key := ""
	if a, ok := t.w.shown.Action(present.ActSearch); ok && a.Key != "" {
		key = "  " + a.Key
	}
	if prompt := t.k.fit(t.prompt, sizeBody, false, search-14-t.k.width(key, sizeBody, false)) + key; prompt != t.search.PlaceHolder {
		t.search.SetPlaceHolder(prompt)
	}
	queue := t.shown.QueueBrief
	if wide {
		queue = t.shown.Queue
	}
	t.queue.set(queue)
	if t.queue.Visible() {
		width := t.queue.MinSize().Width
		right -= width + space3
		mid(t.queue, right, width)
	}
	if t.more.Text != "" {
		width := t.more.MinSize().Width
		right -= width + space3
		mid(t.more, right, width)
	}
	x := space4 + agent + space4
	room := right - space3 - x
	for _, l := range t.lines {
		l.fit(room)
	}
	mid(t.calls, x, room)
	mid(t.dialBox, x, min(room, t.dialBox.MinSize().Width))
}

func (t *topPanel) set(m present.TopBar, search present.Field) {
	p := t.k.pal
	t.shown = m
	t.agent.set(m.Agent)
	setText(t.more, m.More, p.muted)
	for i, l := range t.lines {
		l.first, l.alone = i == 0, len(m.Lines) == 1
		if i < len(m.Lines) {
			l.set(m.Lines[i])
		} else {
			l.box.Hide()
		}
	}
	if len(m.Lines) > 0 {
		if t.w.focused() == t.dial {
			t.w.leave()
		}
		t.dialBox.Hide()
	} else {
		t.dialBox.Show()
	}
	t.dial.SetPlaceHolder(m.Dial.Prompt)
	t.dial.show("dial", m.Dial.Value)
	t.dialDo.set(m.DialDo)
	t.prompt = search.Prompt
	t.search.show("search", search.Value)
	t.content.Refresh()
}
