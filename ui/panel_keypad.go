package ui

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// keypadPanel is the field that drops down from the phone bar to type tones into a call, as the menus of
// other centres ask for. What is typed is sent by Enter, so that a slip can be mended, and is then gone.
type keypadPanel struct {
	w       *Window
	before  fyne.Focusable // had the focus when it was opened
	shown   present.Keypad
	field   *entry
	send    *button
	content *fyne.Container
}

func newKeypadPanel(w *Window) *keypadPanel {
	p := &keypadPanel{w: w, field: newEntry(w, nil)}
	p.field.enter, p.field.escape = p.press, p.leave
	p.send = newButton(w.kit, w, func(present.Button) { p.press() })
	p.content = newCard(w.kit.card(), space3, space3, newRow(space2, sized(p.field, 210), p.send))
	p.content.Hide()
	return p
}

// set closes the keypad with its call; another one begins empty.
func (p *keypadPanel) set(m present.Keypad) {
	if p.shown.Call != m.Call {
		p.close()
	}
	p.shown = m
	p.field.SetPlaceHolder(m.Field.Prompt)
	p.send.set(m.Send)
}

// open shows the keypad and puts the caret into it.
func (p *keypadPanel) open() {
	if p.shown.Call == "" {
		return
	}
	if f := p.w.focused(); f != p.field {
		p.before = f
	}
	p.content.Show()
	p.w.layer.Refresh()
	p.w.focus(p.field)
}

// leave closes it for who has typed enough: the focus goes back to where it was, so that the note is written on.
func (p *keypadPanel) leave() {
	before := p.before
	p.close()
	if before != nil {
		p.w.focus(before)
	}
}

// close closes it where its call is over, too: what is still being typed then must not land in the note.
func (p *keypadPanel) close() {
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

// press sends what stands in the field, without what is no tone.
func (p *keypadPanel) press() {
	tones := strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789*#ABCD", r) {
			return r
		}
		return -1
	}, strings.ToUpper(p.field.Text))
	if tones != "" && p.shown.Call != "" {
		p.w.send(desk.DigitsPressed{Call: p.shown.Call, Digits: tones})
	}
	p.field.SetText("")
}
