package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// notePanel is what is written down of the talk. Its fields are the same objects for as long as the
// window lives.
type notePanel struct {
	k        *kit
	w        *Window
	shown    present.NotePanel
	title    *canvas.Text
	kept     *chip
	problem  *para
	subject  *entry
	field    *fyne.Container // holds the subject
	text     *entry
	reasons  *picks
	outcomes *picks
	rTitle   *canvas.Text
	oTitle   *canvas.Text
	save     *button
	finish   *button
	empty    *para
	head     *fyne.Container
	form     *fyne.Container
	content  fyne.CanvasObject
}

func newNotePanel(w *Window) *notePanel {
	k := w.kit
	p := &notePanel{
		k: k, w: w, title: k.text(sizeStep, true), kept: newBareChip(k), problem: newPara(k, sizeCaption, present.Danger),
		reasons: newPicks(k, w, w.send), outcomes: newPicks(k, w, w.send), rTitle: k.text(sizeCaption, false),
		oTitle: k.text(sizeCaption, false), empty: newPara(k, sizeBody, present.Muted),
	}
	p.problem.maxLines = 2
	p.subject = newEntry(w, func(s string) { w.send(desk.NoteEdited{Draft: p.shown.Draft, Subject: &s}) })
	p.text = newTextEntry(w, func(s string) { w.send(desk.NoteEdited{Draft: p.shown.Draft, Content: &s}) })
	p.subject.escape, p.text.escape = w.leave, w.leave
	p.text.gained = func() { w.status.hintFor(p.text) }
	p.text.lost = func() { w.status.hintFor(nil) }
	p.subject.compose, p.text.compose = w.compose, w.compose
	p.subject.enter = func() { w.focus(p.text) }
	p.save = newButton(k, w, send(w.send))
	p.finish = newButton(k, w, send(w.send))
	p.form = &fyne.Container{
		Objects: []fyne.CanvasObject{p.text, p.rTitle, p.reasons, p.oTitle, p.outcomes, p.problem},
		Layout:  placed{least: fyne.NewSize(420, 90), put: p.placeForm},
	}
	p.field = sized(p.subject, 120)
	p.head = newSpread(space3, 1, p.title, p.field, p.kept)
	all := &fyne.Container{
		Objects: []fyne.CanvasObject{p.head, p.empty, p.form, p.save, p.finish},
		Layout:  placed{least: fyne.NewSize(420, 130), put: p.place},
	}
	p.content = k.lowSurface(all)
	return p
}

// What the subject has at least, and how much of the word behind it is worth showing.
const (
	leastSubject = 180
	leastKept    = 48
)

// narrowNote is below which width the buttons stand beside the title, so that every row of words has the
// whole width.
const narrowNote = 640

// place puts the title row above the form. The least that is seen of the text is two lines.
func (p *notePanel) place(_ []fyne.CanvasObject, s fyne.Size) {
	f, v := p.finish.MinSize().Width, p.save.MinSize().Width
	buttons, y, title := f+v+2*space2, s.Height-p.k.d.button, s.Width
	if s.Width < narrowNote {
		y = 0
		if p.finish.Visible() {
			title -= buttons
		}
	}
	p.shareHead(title)
	at(p.head, 0, 0, title, p.k.d.button)
	at(p.finish, s.Width-f, y, f, p.k.d.button)
	at(p.save, s.Width-f-space2-v, y, v, p.k.d.button)
	below := p.k.d.button + space2
	at(p.empty, 0, below, s.Width, s.Height-below)
	at(p.form, 0, below, s.Width, s.Height-below)
}

// shareHead gives the subject the room it needs to be read; what is left of the row is the title's, then the word's
// that tells whether the note is kept, whose sign is enough where it is well.
func (p *notePanel) shareHead(width float32) {
	setText(p.title, p.shown.Title, p.k.pal.text)
	room := width - 2*space3 - p.kept.icon.pic.MinSize().Width - space2
	if !p.subject.Visible() {
		p.kept.squeeze(max(room-p.title.MinSize().Width, 60))
		return
	}
	room -= leastSubject
	setText(p.title, p.k.fit(p.shown.Title, sizeStep, true, room), p.k.pal.text)
	rest := room - p.title.MinSize().Width
	if rest < leastKept {
		rest = 1 // 0 would be as much as it takes
	}
	p.kept.squeeze(rest)
}

func (p *notePanel) placeForm(_ []fyne.CanvasObject, s fyne.Size) {
	label := max(p.rTitle.MinSize().Width, p.oTitle.MinSize().Width) + space2
	p.reasons.squeeze(s.Width - label)
	p.rTitle.Hidden = p.reasons.oneLine() > s.Width-label // a second line of words would lie over the note; they say what they are
	p.oTitle.Hidden = p.rTitle.Hidden
	if p.rTitle.Hidden {
		label = 0
	}
	y := s.Height + space1
	row := func(title fyne.CanvasObject, words *picks, room float32) {
		room -= label
		words.squeeze(room)
		h := words.HeightFor(room) // more than a line where words are long and the window small
		y -= h + space1
		at(title, 0, y, max(label-space2, 0), 26)
		at(words, label, y, room, h)
	}
	outcomes := s.Width
	if s.Width >= narrowNote {
		outcomes -= p.finish.MinSize().Width + p.save.MinSize().Width + 2*space2
	}
	row(p.oTitle, p.outcomes, outcomes)
	row(p.rTitle, p.reasons, s.Width)
	y -= space2
	if p.problem.text != "" {
		h := p.problem.HeightFor(s.Width)
		y -= h
		at(p.problem, 0, y, s.Width, h)
		y -= space1
	}
	at(p.text, 0, 0, s.Width, max(y, p.k.d.button))
}

func (p *notePanel) set(m present.NotePanel) {
	other := m.Draft != p.shown.Draft
	p.shown = m
	c := p.k.pal
	setText(p.title, m.Title, c.text)
	kept := m.Kept
	p.kept.set(kept)
	if !m.Shown {
		if f := p.w.focused(); f == p.subject || f == p.text || f == p.reasons || f == p.outcomes {
			p.w.leave()
		}
		p.empty.set(m.Empty, present.Muted)
		p.form.Hide()
		p.save.Hide()
		p.finish.Hide()
		p.subject.Hide()
		p.empty.Show()
		p.content.Refresh()
		return
	}
	p.empty.Hide()
	p.form.Show()
	p.subject.Show()
	p.problem.set(m.Problem, present.Danger)
	p.problem.Hidden = m.Problem == ""
	p.subject.SetPlaceHolder(m.Subject.Prompt)
	p.subject.show(m.Draft, m.Subject.Value)
	p.text.SetPlaceHolder(m.Content.Prompt)
	p.text.show(m.Draft, m.Content.Value)
	setText(p.rTitle, m.ReasonTitle, c.muted)
	setText(p.oTitle, m.OutcomeTitle, c.muted)
	p.reasons.set(m.Reasons)
	p.outcomes.set(m.Outcomes)
	p.save.set(m.Save)
	p.finish.set(m.Finish)
	if other {
		p.text.toEnd()
	}
	p.content.Refresh()
}

// open puts the caret behind the last word of the note.
func (p *notePanel) open() {
	if !p.shown.Shown {
		return
	}
	p.w.focus(p.text)
	p.text.toEnd()
}
