package ui

import (
	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/ui/present"
)

// passwordPanel is the form for a new password for central. It comes up over the customer's history, away from the
// talk and its buttons, and only when asked for: it never takes the caret from whoever types.
type passwordPanel struct {
	w       *Window
	shown   present.PasswordForm
	lead    *para
	field   *entry
	problem *para
	cancel  *button
	send    *button
	content *fyne.Container
}

func newPasswordPanel(w *Window) *passwordPanel {
	k := w.kit
	p := &passwordPanel{w: w, lead: newPara(k, sizeBody, present.Muted), problem: newPara(k, sizeBody, present.Danger), field: newEntry(w, nil)}
	p.field.Password = true
	p.field.enter, p.field.escape = p.submit, p.close
	p.send = newButton(k, w, func(present.Button) { p.submit() })
	p.cancel = newButton(k, w, func(present.Button) { p.close() })
	p.content = newCard(k.card(), space4, space4, newColumn(
		space3, p.lead, p.field, newReserved(2, p.problem), newSpread(space2, 0, k.text(sizeBody, false), p.cancel, p.send),
	))
	p.content.Hide()
	return p
}

// set closes the form once its password has been taken, or there is no central to sign in to. A link that has come
// back by itself leaves it to whoever is typing.
func (p *passwordPanel) set(m present.PasswordForm) {
	if m.Taken != p.shown.Taken || m.Lead == "" || m.Open.Text == "" && p.field.Text == "" {
		p.close()
	}
	news := m.Problem != p.shown.Problem || m.Send.Enabled != p.shown.Send.Enabled
	p.shown = m
	p.lead.set(m.Lead, present.Muted)
	p.field.SetPlaceHolder(m.Field.Prompt)
	p.problem.set(m.Problem, present.Danger)
	p.cancel.set(m.Close)
	p.send.set(m.Send)
	if !news || !p.content.Visible() {
		return
	}
	if m.Problem != "" && m.Send.Enabled { // the next try replaces what was wrong, and does not go behind it
		p.field.Entry.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
	p.w.layer.Refresh()
}

// open shows the form and puts the caret into it, where there is a password to type.
func (p *passwordPanel) open() {
	if !p.shown.Open.Enabled {
		return
	}
	p.content.Show()
	p.w.layer.Refresh()
	p.w.focus(p.field)
}

func (p *passwordPanel) close() {
	if !p.content.Visible() {
		return
	}
	p.field.SetText("")
	p.field.echo = echo{} // what was typed is not kept
	switch p.w.focused() {
	case p.field, p.send, p.cancel:
		p.w.leave()
	}
	p.content.Hide()
}

func (p *passwordPanel) submit() {
	if p.shown.Send.Enabled && p.field.Text != "" && p.w.signIn != nil {
		p.w.signIn(p.field.Text)
	}
}
