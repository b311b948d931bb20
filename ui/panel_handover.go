package ui

import (
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// handOverPanel is where is typed to whom a call goes. Enter sends it there; the second button asks there first.
type handOverPanel struct {
	*dropField
	shown    present.HandOver
	now, ask *button
}

func newHandOverPanel(w *Window) *handOverPanel {
	p := &handOverPanel{}
	p.now = newButton(w.kit, w, func(present.Button) { p.press(false) })
	p.ask = newButton(w.kit, w, func(present.Button) { p.press(true) })
	p.dropField = newDropField(w, func() { p.press(false) }, p.now, p.ask)
	return p
}

// set closes the field with its call; another one begins empty.
func (p *handOverPanel) set(m present.HandOver) {
	if p.shown.Call != m.Call {
		p.close()
	}
	p.shown = m
	p.field.SetPlaceHolder(m.Field.Prompt)
	p.now.set(m.Now)
	p.ask.set(m.Ask)
}

// open shows the field, where there is a call to hand over.
func (p *handOverPanel) open() {
	if p.shown.Call != "" {
		p.w.keypad.close()
		p.dropField.open()
	}
}

// press hands the call over to what stands in the field.
func (p *handOverPanel) press(ask bool) {
	to := strings.TrimSpace(p.field.Text)
	if to == "" || p.shown.Call == "" {
		return
	}
	if ask {
		p.w.send(desk.ConsultPressed{Call: p.shown.Call, To: to})
	} else {
		p.w.send(desk.TransferPressed{Call: p.shown.Call, To: to})
	}
	p.leave()
}
