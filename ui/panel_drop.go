package ui

import "fyne.io/fyne/v2"

// dropField is a field that drops down from the phone bar for something that is typed into a call.
type dropField struct {
	w       *Window
	before  fyne.Focusable // had the focus when it was opened
	field   *entry
	content *fyne.Container
}

// newDropField makes one, closed; enter is what Enter in it does, beside are the buttons behind it.
func newDropField(w *Window, enter func(), beside ...fyne.CanvasObject) *dropField {
	p := &dropField{w: w, field: newEntry(w, nil)}
	p.field.enter, p.field.escape = enter, p.leave
	p.content = newCard(w.kit.card(), space3, space3, newRow(space2, append([]fyne.CanvasObject{sized(p.field, 210)}, beside...)...))
	p.content.Hide()
	return p
}

// open shows it and puts the caret into it.
func (p *dropField) open() {
	if f := p.w.focused(); f != p.field {
		p.before = f
	}
	p.content.Show()
	p.w.layer.Refresh()
	p.w.focus(p.field)
}

// leave closes it for who has typed enough: the focus goes back to where it was, so that the note is written on.
func (p *dropField) leave() {
	before := p.before
	p.close()
	if before != nil {
		p.w.focus(before)
	}
}

// close closes it where its call is over, too: what is still being typed then must not land in the note.
func (p *dropField) close() {
	p.before = nil
	if !p.content.Visible() {
		return
	}
	p.field.SetText("")
	if p.w.focused() == p.field {
		p.w.leave()
	}
	p.content.Hide()
}
