package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/layout"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

const (
	widthParts   = 200
	widthSetting = 150 // of the name of a setting
	widestRow    = 880 // a setting is not torn apart on a wide screen
)

// partPanel is what a part of the settings shows in place of rows.
type partPanel struct {
	content fyne.CanvasObject
	set     func(present.SettingsPanel)
}

// settingsPanel is the settings: parts at the left, the settings of the open one beside them. A part that has a panel
// of its own (own) shows that in place of rows. Rows are kept and only change their words, so that the focus stays.
type settingsPanel struct {
	k       *kit
	w       *Window
	title   *canvas.Text
	parts   []*button
	list    *fyne.Container
	heading *canvas.Text
	kept    *para
	rows    map[string]*settingView // by part and ID
	column  *fyne.Container
	shown   string // part whose rows are in column
	scroll  *scroller
	own     map[string]partPanel // part → its own panel, in place of rows
	phrases *phrasesPanel
	body    *fyne.Container
	content *fyne.Container
}

func newSettingsPanel(w *Window) *settingsPanel {
	k := w.kit
	p := &settingsPanel{
		k: k, w: w, title: k.text(sizeHeading, true), heading: k.text(sizeHeading, true), kept: newPara(k, sizeCaption, present.Muted),
		rows: map[string]*settingView{}, own: map[string]partPanel{},
	}
	p.list, p.column = newColumn(space1), newColumn(space5)
	p.scroll = newScroller(&fyne.Container{Objects: []fyne.CanvasObject{p.column}, Layout: narrow{}})
	left := newCard(k.card(), space4, space3, newColumn(space3, p.title, p.list))
	book := newPhrasesPanel(w)
	p.phrases = book
	p.own[desk.SettingsPhrases] = partPanel{book.content, func(m present.SettingsPanel) { book.set(m.Book) }}
	bodies := &fyne.Container{Objects: []fyne.CanvasObject{p.scroll}, Layout: layout.NewStackLayout()}
	for _, o := range p.own {
		o.content.Hide()
		bodies.Add(o.content)
	}
	p.body = pane(newColumn(space1, p.heading, p.kept), bodies)
	right := newCard(k.card(), space4, space5, p.body)
	p.content = &fyne.Container{
		Objects: []fyne.CanvasObject{left, right},
		Layout: placed{least: fyne.NewSize(700, 400), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(left, 0, 0, widthParts, s.Height)
			at(right, widthParts+space3, 0, s.Width-widthParts-space3, s.Height)
		}},
	}
	p.content.Hide()
	return p
}

func (p *settingsPanel) set(m present.SettingsPanel) {
	setText(p.title, m.Title, p.k.pal.text)
	p.kept.set(m.Kept, present.Muted)
	p.parts = fill(p.list, p.parts, m.Parts, func() *button {
		b := newButton(p.k, p.w, send(p.w.send))
		b.small, b.height = true, 34
		b.arrow = func(step int) { p.walk(b, step) }
		return b
	})
	for _, b := range m.Parts {
		if b.On {
			setText(p.heading, b.Text, p.k.pal.text)
		}
	}
	for part, o := range p.own {
		if part == m.Part {
			o.set(m)
			o.content.Show()
		} else {
			o.content.Hide()
		}
	}
	if p.own[m.Part].content != nil {
		p.scroll.Hide()
	} else {
		p.scroll.Show()
	}
	moved := p.shown != m.Part
	p.shown = m.Part
	var rows []fyne.CanvasObject
	for _, r := range m.Rows {
		v := p.rows[m.Part+"/"+r.ID]
		if v == nil {
			v = newSettingView(p.w)
			p.rows[m.Part+"/"+r.ID] = v
		}
		v.set(r)
		rows = append(rows, v.box)
	}
	if moved || len(rows) != len(p.column.Objects) {
		if moved {
			p.leaveRows()
		}
		p.column.Objects = rows
	}
	if moved {
		p.scroll.ScrollToTop()
	}
	p.content.Refresh()
}

// walk opens the part below or above one, and goes there.
func (p *settingsPanel) walk(from *button, step int) {
	if i := slices.Index(p.parts, from) + step; i >= 0 && i < len(p.parts) && p.parts[i].Visible() {
		p.w.focus(p.parts[i])
		p.parts[i].press()
	}
}

// enter puts the focus on the part that is open, so that the arrow keys go on from there.
func (p *settingsPanel) enter() {
	for _, b := range p.parts {
		if b.b.On && b.Visible() {
			p.w.focus(b)
			return
		}
	}
}

// leaveRows takes the focus away from a row that goes out of sight.
func (p *settingsPanel) leaveRows() {
	if _, part := p.w.focused().(*button); !part && p.content.Visible() {
		p.w.leave()
	}
}

// narrow is a column that does not get wider than widestRow.
type narrow struct{}

func (narrow) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return heightOf(o[0], min(width, widestRow)) + 2*space2
}

// MinSize implements fyne.Layout.
func (n narrow) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, n.heightFor(o, max(o[0].Size().Width, 1)))
}

// Layout implements fyne.Layout.
func (narrow) Layout(o []fyne.CanvasObject, s fyne.Size) {
	at(o[0], 2, space2, min(s.Width-4, widestRow), s.Height-2*space2)
}

// settingView is one row: its name, and beside it whatever it has.
type settingView struct {
	dyed    int // the scheme it was painted in, as kit.dyed counts
	w       *Window
	label   *para
	picks   *picks
	slider  *slider
	meter   *meter
	buttons []*button
	line    *fyne.Container
	facts   []*fieldLine
	lines   *fyne.Container
	note    *statement
	hint    *para
	right   *fyne.Container
	tried   []fyne.CanvasObject // the order of a row that is tried: what came of it stands below
	told    []fyne.CanvasObject // that of the others: what there is to know stands first
	box     *fyne.Container
}

func newSettingView(w *Window) *settingView {
	k := w.kit
	v := &settingView{
		w: w, label: newPara(k, sizeBody, present.Plain), picks: newPicks(k, w, w.send), slider: newSlider(k, w, w.send),
		meter: newMeter(k), line: newFlowing(space2), lines: newColumn(space2), note: newStatement(k), hint: newPara(k, sizeCaption, present.Muted),
	}
	v.label.bold = true
	level := sizedLeft(v.slider, widthSlider+widthPercent)
	v.tried = []fyne.CanvasObject{v.picks, level, v.lines, v.line, v.meter, v.note.box, v.hint}
	v.told = []fyne.CanvasObject{v.picks, level, v.note.box, v.lines, v.line, v.meter, v.hint}
	right := newColumn(space2, v.told...)
	v.right = right
	v.box = &fyne.Container{Objects: []fyne.CanvasObject{v.label, right}, Layout: named{}}
	return v
}

func (v *settingView) set(m present.SettingRow) {
	v.label.set(m.Label, present.Plain)
	v.picks.Hidden, v.slider.Hidden, v.meter.Hidden = len(m.Picks) == 0, m.Level.Max == 0, !m.Meter.Shown
	v.picks.set(m.Picks)
	if m.Level.Max > 0 {
		v.slider.set(m.Level)
	}
	v.meter.set(m.Meter)
	v.right.Objects = v.told
	if m.Meter.Shown {
		v.right.Objects = v.tried
	}
	v.buttons = fill(v.line, v.buttons, m.Buttons, func() *button { return newButton(v.w.kit, v.w, send(v.w.send)) })
	v.facts = fill(v.lines, v.facts, m.Facts, func() *fieldLine { return newFieldLine(v.w.kit) })
	v.line.Hidden, v.lines.Hidden = len(m.Buttons) == 0, len(m.Facts) == 0
	v.note.set(m.Note)
	v.hint.set(m.Hint, present.Muted)
	v.w.kit.freshen(v.box, &v.dyed)
}

// named puts a name of fixed width beside what it names.
type named struct{}

func (named) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return max(heightOf(o[0], widthSetting-space3), heightOf(o[1], width-widthSetting))
}

// MinSize implements fyne.Layout.
func (n named) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(widthSetting+200, n.heightFor(o, max(o[0].Size().Width+o[1].Size().Width+space3, widthSetting+200)))
}

// Layout implements fyne.Layout.
func (named) Layout(o []fyne.CanvasObject, s fyne.Size) {
	at(o[0], 0, 3, widthSetting-space3, s.Height)
	at(o[1], widthSetting, 0, s.Width-widthSetting, s.Height)
}

// sizedLeft keeps an object at a width, at the left of its room.
func sizedLeft(o fyne.CanvasObject, width float32) *fyne.Container {
	return &fyne.Container{Objects: []fyne.CanvasObject{o}, Layout: leftmost{width}}
}

type leftmost struct{ width float32 }

// MinSize implements fyne.Layout.
func (l leftmost) MinSize(o []fyne.CanvasObject) fyne.Size {
	if !o[0].Visible() {
		return fyne.Size{}
	}
	return fyne.NewSize(l.width, o[0].MinSize().Height)
}

// Layout implements fyne.Layout.
func (l leftmost) Layout(o []fyne.CanvasObject, s fyne.Size) {
	at(o[0], 0, 0, min(l.width, s.Width), s.Height)
}

// statement is a sentence with its shape before it, over as many lines as it needs.
type statement struct {
	k    *kit
	m    present.Chip
	icon *sign
	text *para
	box  *fyne.Container
}

func newStatement(k *kit) *statement {
	s := &statement{k: k, icon: k.sign(16), text: newPara(k, sizeBody, present.Plain)}
	s.box = &fyne.Container{Objects: []fyne.CanvasObject{s.icon.pic, s.text}, Layout: stated{}}
	s.box.Hide()
	return s
}

func (s *statement) set(m present.Chip) {
	if s.m == m {
		return
	}
	s.m = m
	s.box.Hidden = m.Text == ""
	s.k.setIcon(s.icon, m.Shape, s.k.pal.tone(m.Tone))
	tone := present.Plain
	if m.Tone == present.Muted || m.Tone == present.Danger {
		tone = m.Tone
	}
	s.text.set(m.Text, tone)
}

type stated struct{}

func (stated) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return heightOf(o[1], width-16-space2)
}

// MinSize implements fyne.Layout.
func (n stated) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(100, n.heightFor(o, max(o[1].Size().Width, 100)+16+space2))
}

// Layout implements fyne.Layout.
func (stated) Layout(o []fyne.CanvasObject, s fyne.Size) {
	at(o[0], 0, 2, 16, 16)
	at(o[1], 16+space2, 0, s.Width-16-space2, s.Height)
}
