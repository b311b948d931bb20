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
	detail  *canvas.Text
	buttons []*button
	box     *fyne.Container
	k       *kit
	keys    keys
	pressed func(present.Button)
}

func newLineView(k *kit, ks keys, pressed func(present.Button)) *lineView {
	l := &lineView{
		k: k, keys: ks, pressed: pressed, chip: newChip(k, sizeBody), number: k.text(sizeStep, true),
		who: k.text(sizeStep, false), detail: k.text(sizeBody, false),
	}
	l.box = newRow(space3, atLeast(112, l.chip), atLeast(108, l.number), l.who, l.detail)
	return l
}

func (l *lineView) set(m present.Line) {
	p := l.k.pal
	l.chip.set(m.Chip)
	setText(l.number, m.Number, p.text)
	setText(l.who, l.k.fit(m.Who, sizeStep, false, 150), p.text)
	setText(l.detail, l.k.fit(m.Detail, sizeBody, false, 110), p.muted)
	for len(l.buttons) < len(m.Buttons) {
		b := newButton(l.k, l.keys, l.pressed)
		b.height = heightLine
		l.buttons = append(l.buttons, b)
		l.box.Add(b)
	}
	for i, b := range l.buttons {
		if i < len(m.Buttons) {
			b.set(m.Buttons[i])
		} else {
			b.Hide()
		}
	}
	l.box.Show()
	l.box.Refresh()
}

// topPanel is the phone bar: the agent's state, the calls or the dial field, the queues, the search.
type topPanel struct {
	k       *kit
	w       *Window
	agent   *chip
	after   *canvas.Text
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
}

const (
	heightTop  = 64
	heightLine = 28
)

func newTopPanel(w *Window) *topPanel {
	k := w.kit
	t := &topPanel{k: k, w: w, agent: newChip(k, sizeStep), after: k.text(sizeCaption, false), more: k.text(sizeCaption, false)}
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
	ground := &canvas.Rectangle{FillColor: k.pal.card}
	t.content = &fyne.Container{
		Objects: []fyne.CanvasObject{ground, k.rule(), t.agent, t.after, t.calls, t.dialBox, t.more, t.queue, t.search},
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

// pressed does what a button of a call stands for; the one without an event opens the keypad.
func (t *topPanel) pressed(b present.Button) {
	if b.Do == nil {
		t.w.keypad.open()
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

const (
	widthSearch    = 250
	minWidthSearch = 90 // beside the buttons of a call in a narrow window
)

func (t *topPanel) place(objects []fyne.CanvasObject, s fyne.Size) {
	at(objects[0], 0, 0, s.Width, s.Height)
	at(objects[1], 0, s.Height-1, s.Width, 1)
	mid := func(o fyne.CanvasObject, x float32) {
		m := o.MinSize()
		at(o, x, (s.Height-1-m.Height)/2, m.Width, m.Height)
	}
	const left = space4
	m := t.agent.MinSize()
	width := max(m.Width, 150)
	if t.after.Text == "" {
		at(t.agent, left, (s.Height-1-34)/2, width, 34)
	} else {
		at(t.agent, left, 7, width, 30)
		at(t.after, left+2, 40, width+40, 16)
	}
	x := left + width + space5
	mid(t.calls, x)
	mid(t.dialBox, x)
	width = max(min(s.Width-space4-x-t.calls.MinSize().Width-space3, widthSearch), minWidthSearch)
	right := s.Width - space4 - width
	at(t.search, right, (s.Height-1-32)/2, width, 32)
	if t.queue.Visible() && t.queue.m.Text != "" {
		right -= t.queue.MinSize().Width + space4
		mid(t.queue, right)
	}
	if t.more.Text != "" {
		mid(t.more, right-t.more.MinSize().Width-space3)
	}
}

func (t *topPanel) set(m present.TopBar, search present.Field) {
	p := t.k.pal
	t.agent.set(m.Agent)
	setText(t.after, m.After, p.muted)
	setText(t.more, m.More, p.muted)
	for i, l := range t.lines {
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
	t.queue.set(m.Queue)
	if search.Prompt != "" {
		t.search.SetPlaceHolder(search.Prompt + "  Ctrl+K")
	}
	t.search.show("search", search.Value)
	t.shown = m
	t.content.Refresh()
}
