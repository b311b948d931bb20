package ui

import (
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// keypadPanel is the field to type tones into a call, as the menus of other centres ask for. What is typed is sent by
// Enter, so that a slip can be mended, and is then gone.
type keypadPanel struct {
	*dropField
	shown present.Keypad
	send  *button
}

func newKeypadPanel(w *Window) *keypadPanel {
	p := &keypadPanel{}
	p.send = newButton(w.kit, w, func(present.Button) { p.press() })
	p.dropField = newDropField(w, p.press, p.send)
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

// open shows the keypad, where there is a call to type into.
func (p *keypadPanel) open() {
	if p.shown.Call != "" {
		p.w.handOver.close()
		p.dropField.open()
	}
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
