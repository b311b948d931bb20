package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/ui/present"
)

const (
	widthSetup = 760
	heightMark = 34
)

// setupPanel is a step of the walk from install to the first call. It lies where the work is: the phone bar stays, so
// that a call is answered as ever.
type setupPanel struct {
	w       *Window
	shown   present.SetupPanel
	marks   *setupMarks
	title   *canvas.Text
	count   *canvas.Text
	lead    *para
	rows    map[string]*settingView
	column  *fyne.Container
	form    *accountForm
	back    *button
	next    *button
	scroll  *scroller
	content *fyne.Container
}

func newSetupPanel(w *Window, try func(Form)) *setupPanel {
	k := w.kit
	p := &setupPanel{
		w: w, marks: newSetupMarks(k), title: k.text(sizeHeading, true), count: k.text(sizeCaption, false),
		lead: newPara(k, sizeBody, present.Muted), rows: map[string]*settingView{}, column: newColumn(space5),
	}
	p.form = newAccountForm(w, try)
	p.back, p.next = newButton(k, w, send(w.send)), newButton(k, w, func(present.Button) { p.goOn() })
	p.scroll = newScroller(newColumn(space5, p.column, p.form.box))
	head := newColumn(space3, p.marks.box, newSpread(space2, 0, p.title, p.count), p.lead)
	foot := newSpread(space2, 0, k.text(sizeBody, false), p.back, p.next)
	card := newCard(k.card(), space5, space5, &fyne.Container{
		Objects: []fyne.CanvasObject{head, p.scroll, foot},
		Layout: placed{least: fyne.NewSize(400, 300), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			h, f := heightOf(head, s.Width), foot.MinSize().Height
			at(head, 0, 0, s.Width, h)
			at(p.scroll, 0, h+space4, s.Width, max(s.Height-h-f-2*space4, 0))
			at(foot, 0, s.Height-f, s.Width, f)
		}},
	})
	p.content = &fyne.Container{
		Objects: []fyne.CanvasObject{card},
		Layout: placed{least: fyne.NewSize(500, 400), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			width, height := min(s.Width, widthSetup+2*space5), min(s.Height, 600)
			at(card, (s.Width-width)/2, min((s.Height-height)/2.4, 40), width, height)
		}},
	}
	p.content.Hide()
	return p
}

func (p *setupPanel) set(m present.SetupPanel) {
	c := p.w.kit.pal
	moved := p.shown.Count != m.Count
	p.shown = m
	p.marks.set(m.Marks)
	setText(p.title, m.Title, c.text)
	setText(p.count, m.Count, c.muted)
	p.lead.set(m.Lead, present.Muted)
	var rows []fyne.CanvasObject
	for _, r := range m.Rows {
		v := p.rows[r.ID]
		if v == nil {
			v = newSettingView(p.w)
			p.rows[r.ID] = v
		}
		v.set(r)
		rows = append(rows, v.box)
	}
	p.column.Objects = rows
	p.form.set(m.Form)
	p.back.set(m.Back)
	p.next.set(m.Next)
	if moved {
		p.scroll.ScrollToTop()
		p.w.leave()
	}
	p.content.Refresh()
}

// goOn does what the last button says; Enter does the same where nothing else takes it.
func (p *setupPanel) goOn() {
	if p.shown.Next.Enabled {
		p.w.send(p.shown.Next.Do)
	}
}

// setupMarks are the four steps above a step: shape, word, and a line under the one on screen.
type setupMarks struct {
	k     *kit
	list  []present.SetupMark
	icons []*sign
	words []*canvas.Text
	lines []*canvas.Rectangle
	box   *fyne.Container
}

func newSetupMarks(k *kit) *setupMarks {
	m := &setupMarks{k: k}
	m.box = &fyne.Container{Layout: placed{least: fyne.NewSize(400, heightMark), put: func(_ []fyne.CanvasObject, s fyne.Size) {
		width := s.Width / float32(max(len(m.list), 1))
		for i := range m.list {
			x := width * float32(i)
			at(m.icons[i].pic, x, 5, 16, 16)
			at(m.words[i], x+16+space2, 2, width-16-2*space2, 22)
			at(m.lines[i], x, heightMark-4, width-space2, 3)
		}
	}}}
	return m
}

func (m *setupMarks) set(list []present.SetupMark) {
	for len(m.icons) < len(list) {
		icon, word, line := m.k.sign(16), m.k.text(sizeBody, false), &canvas.Rectangle{CornerRadius: 1.5}
		m.icons, m.words, m.lines = append(m.icons, icon), append(m.words, word), append(m.lines, line)
		m.box.Objects = append(m.box.Objects, icon.pic, word, line)
	}
	m.list = list
	p := m.k.pal
	for i, one := range list {
		colour := p.muted
		if one.On {
			colour = p.text
		}
		m.words[i].TextStyle.Bold = one.On
		setText(m.words[i], one.Text, colour)
		m.k.setIcon(m.icons[i], one.Shape, p.tone(one.Tone))
		m.lines[i].FillColor = tint(p.card, p.muted, 0.25)
		if one.On {
			m.lines[i].FillColor = p.accent
		}
	}
	m.box.Refresh()
}

// accountForm is where a phone account is typed. What stands in it is kept nowhere until it is tried.
type accountForm struct {
	w       *Window
	try     func(Form)
	shown   present.AccountForm
	fields  [4]*entry
	labels  [4]*canvas.Text
	problem *para
	button  *button
	close   *button
	box     *fyne.Container
}

func newAccountForm(w *Window, try func(Form)) *accountForm {
	k := w.kit
	f := &accountForm{w: w, try: try, problem: newPara(k, sizeBody, present.Danger)}
	var boxes [4]fyne.CanvasObject
	for i := range f.fields {
		e := newEntry(w, nil)
		e.Password = i == 3
		e.enter = func() { f.enter(i) }
		f.fields[i], f.labels[i] = e, k.text(sizeCaption, false)
		boxes[i] = newColumn(2, f.labels[i], sized(e, 100))
	}
	f.button = newButton(k, w, func(present.Button) { f.submit() })
	f.close = newButton(k, w, send(w.send))
	f.box = newColumn(
		space3, newPair(boxes[0], boxes[1]), newPair(boxes[2], boxes[3]), newReserved(1, f.problem),
		newSpread(space2, 0, k.text(sizeBody, false), f.close, f.button),
	)
	f.box.Hide()
	return f
}

func (f *accountForm) set(m present.AccountForm) {
	opened := m.Number.Label != "" && f.shown.Number.Label == ""
	if m.Number.Label == "" && f.shown.Number.Label != "" {
		f.fields[3].SetText("") // no longer than it is needed
	}
	f.shown = m
	f.box.Hidden = m.Number.Label == ""
	for i, v := range []present.Field{m.Number, m.Server, m.User, m.Password} {
		setText(f.labels[i], v.Label, f.w.kit.pal.muted)
		f.fields[i].SetPlaceHolder(v.Prompt)
	}
	f.problem.set(m.Problem, present.Danger)
	f.button.set(m.Try)
	f.close.set(m.Close)
	if opened && f.w.focused() != nil { // whoever opened it by its button wants to type; a call would have taken it away
		f.w.focus(f.fields[0])
	}
}

// enter goes to the next field, from the last one to the button.
func (f *accountForm) enter(i int) {
	if i+1 < len(f.fields) {
		f.w.focus(f.fields[i+1])
		return
	}
	f.submit()
}

func (f *accountForm) submit() {
	if f.try != nil && f.shown.Try.Enabled {
		f.try(Form{ByHand: true, Extension: f.fields[0].Text, Server: f.fields[1].Text, PhoneUser: f.fields[2].Text, PhonePassword: f.fields[3].Text})
	}
}
