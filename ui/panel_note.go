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
	form     *fyne.Container
	content  fyne.CanvasObject
}

const heightNote = 226

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
	p.subject.enter = func() { w.focus(p.text) }
	p.save = newButton(k, w, send(w.send))
	p.finish = newButton(k, w, send(w.send))
	p.form = &fyne.Container{
		Objects: []fyne.CanvasObject{p.text, p.rTitle, p.reasons, p.oTitle, p.outcomes, p.save, p.finish, p.problem},
		Layout:  placed{least: fyne.NewSize(420, 160), put: p.placeForm},
	}
	p.field = sized(p.subject, 120)
	head := newSpread(space3, 1, p.title, p.field, p.kept)
	all := &fyne.Container{
		Objects: []fyne.CanvasObject{head, p.empty, p.form},
		Layout: placed{least: fyne.NewSize(420, 200), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			y := float32(heightButton + space2)
			at(head, 0, 0, s.Width, heightButton)
			at(p.empty, 0, y, s.Width, s.Height-y)
			at(p.form, 0, y, s.Width, s.Height-y)
		}},
	}
	p.content = newCard(k.card(), space3, space4, all)
	return p
}

func (p *notePanel) placeForm(_ []fyne.CanvasObject, s fyne.Size) {
	y := s.Height - heightButton
	f := p.finish.MinSize()
	at(p.finish, s.Width-f.Width, y, f.Width, heightButton)
	v := p.save.MinSize()
	at(p.save, s.Width-f.Width-space2-v.Width, y, v.Width, heightButton)
	label := max(p.rTitle.MinSize().Width, p.oTitle.MinSize().Width)
	room := s.Width - f.Width - v.Width - 2*space2 - label - space2
	at(p.oTitle, 0, y+2, label, 26)
	h := p.outcomes.HeightFor(room) // more than a line where words are long and the window small
	y -= h - 26
	at(p.outcomes, label+space2, y+2, room, h)
	room = s.Width - label - space2
	h = p.reasons.HeightFor(room)
	y -= h + space2
	at(p.rTitle, 0, y, label, 26)
	at(p.reasons, label+space2, y, room, h)
	y -= space2
	if p.problem.text != "" {
		h := p.problem.HeightFor(s.Width)
		y -= h
		at(p.problem, 0, y, s.Width, h)
		y -= space1
	}
	at(p.text, 0, 0, s.Width, max(y, heightButton))
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
