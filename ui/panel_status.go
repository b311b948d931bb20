package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

const (
	heightStatus  = 28
	heightMessage = 28
	heightHint    = 34
)

// statusPanel is the truth about the system: the bar at the bottom, always there, and above it one
// line for the most important sentence, always reserved so that nothing moves when one comes.
type statusPanel struct {
	k       *kit
	w       *Window
	shown   present.Message
	link    *chip
	linkDo  desk.Event
	phone   *chip
	sound   *chip
	clock   *chip
	hints   *canvas.Text
	keys    string // what the hints say in full
	hinted  present.StatusBar
	sign    *sign
	text    *canvas.Text
	count   *canvas.Text
	ground  *canvas.Rectangle
	dismiss *button
	signIn  *button // beside whatever sentence is the most important
	line    *fyne.Container
	bar     *fyne.Container
}

func newStatusPanel(w *Window) *statusPanel {
	k := w.kit
	p := &statusPanel{
		k: k, w: w, link: newBareChip(k), phone: newBareChip(k), sound: newBareChip(k), clock: newBareChip(k), hints: k.text(sizeCaption, false),
		sign: k.sign(15), text: k.text(sizeBody, false), count: k.text(sizeCaption, false),
		ground: &canvas.Rectangle{CornerRadius: cornerField, StrokeWidth: 1},
	}
	p.link.tap = func() { w.send(p.linkDo) }
	p.dismiss = newButton(k, w, send(w.send))
	p.dismiss.small = true
	p.signIn = newButton(k, w, func(present.Button) { w.password.open() })
	p.signIn.height = heightMessage - 4
	p.line = &fyne.Container{
		Objects: []fyne.CanvasObject{p.ground, p.sign.pic, p.text, p.count, p.dismiss, p.signIn},
		Layout:  placed{least: fyne.NewSize(400, heightMessage), put: p.placeLine},
	}
	ground := &canvas.Rectangle{FillColor: k.pal.card}
	p.bar = &fyne.Container{
		Objects: []fyne.CanvasObject{ground, k.rule(), p.link, p.phone, p.sound, p.clock, p.hints},
		Layout: placed{least: fyne.NewSize(600, heightStatus), put: func(o []fyne.CanvasObject, s fyne.Size) {
			at(o[0], 0, 0, s.Width, s.Height)
			at(o[1], 0, 0, s.Width, 1)
			p.placeBar([]*chip{p.link, p.phone, p.sound, p.clock}, s)
		}},
	}
	return p
}

// placeBar puts the chips beside one another and the hints into the room that is left: as many whole ones as
// fit. Where not even the chips fit, the longest gives way.
func (p *statusPanel) placeBar(chips []*chip, s fyne.Size) {
	total := func() (width float32, longest *chip) {
		for _, c := range chips {
			if c.Visible() && c.m.Text != "" {
				width += c.MinSize().Width + space5
				if longest == nil || c.label.MinSize().Width > longest.label.MinSize().Width {
					longest = c
				}
			}
		}
		return width, longest
	}
	for _, c := range chips {
		c.squeeze(0)
	}
	p.sound.squeeze(220)
	room := s.Width - 2*space4
	for range chips { // each gives way once at most
		if width, longest := total(); width-space5 > room && longest != nil {
			longest.squeeze(max(longest.label.MinSize().Width-(width-space5-room), 80))
		}
	}
	x := float32(space4)
	for _, c := range chips {
		if m := c.MinSize(); c.Visible() && c.m.Text != "" {
			at(c, x, (s.Height+1-m.Height)/2, m.Width, m.Height)
			x += m.Width + space5
		}
	}
	setText(p.hints, p.wholeHints(s.Width-space4-x), p.k.pal.muted)
	m := p.hints.MinSize()
	at(p.hints, s.Width-space4-m.Width, (s.Height+1-m.Height)/2, m.Width, m.Height)
}

// hintFor shows the hints that hold while something has the focus.
func (p *statusPanel) hintFor(f fyne.Focusable) {
	p.keys = p.hinted.Hints
	if f != nil && f == fyne.Focusable(p.w.note.text) {
		p.keys = p.hinted.InNote
	}
	p.bar.Refresh()
}

// wholeHints are as many of the hints as fit, from the first.
func (p *statusPanel) wholeHints(room float32) string {
	text := p.keys
	for p.k.width(text, sizeCaption, false) > room {
		i := strings.LastIndex(text, " · ")
		if i < 0 {
			return ""
		}
		text = text[:i]
	}
	return text
}

func (p *statusPanel) placeLine(_ []fyne.CanvasObject, s fyne.Size) {
	at(p.ground, 0, 0, s.Width, s.Height)
	at(p.sign.pic, space3, (s.Height-15)/2, 15, 15)
	right := s.Width - space1
	if p.dismiss.Visible() {
		m := p.dismiss.MinSize()
		right -= m.Width
		at(p.dismiss, right, 1, m.Width, s.Height-2)
	}
	if p.signIn.Visible() {
		m := p.signIn.MinSize()
		right -= m.Width + space1
		at(p.signIn, right, 2, m.Width, s.Height-4)
	}
	c := p.count.MinSize()
	right -= c.Width + space2
	at(p.count, right, (s.Height-c.Height)/2, c.Width, c.Height)
	x := float32(space3 + 15 + space2)
	setText(p.text, p.k.fit(p.shown.Text, sizeBody, false, right-x-space2), p.k.pal.text)
	at(p.text, x, 0, right-x, s.Height)
}

func (p *statusPanel) set(m present.StatusBar, messages []present.Message, signIn present.Button) {
	p.link.set(m.Link)
	p.linkDo = m.LinkDo
	p.phone.set(m.Phone)
	p.sound.set(m.Sound)
	p.clock.set(m.Clock)
	p.hinted = m
	p.hintFor(p.w.focused())
	if len(messages) == 0 {
		p.shown = present.Message{}
		p.line.Hide()
		return
	}
	p.shown = messages[0]
	p.ground.FillColor, p.ground.StrokeColor = p.k.pal.tinted(p.shown.Tone), p.k.pal.rim(p.shown.Tone)
	p.k.setIcon(p.sign, p.shown.Shape, p.k.pal.tone(p.shown.Tone))
	setText(p.count, m.More, p.k.pal.muted)
	act := p.shown.Dismiss
	if p.shown.Look.Shown() {
		act = p.shown.Look
	}
	p.dismiss.set(act)
	p.signIn.set(signIn)
	p.line.Show()
	p.line.Refresh()
}

// hintPanel is the demo's line that says what to press next.
type hintPanel struct {
	k       *kit
	ground  *canvas.Rectangle
	sign    *sign
	text    *canvas.Text
	seen    bool
	content *fyne.Container
}

func newHintPanel(k *kit) *hintPanel {
	p := &hintPanel{k: k, ground: &canvas.Rectangle{FillColor: tint(k.pal.page, k.pal.accent, 0.12)}, sign: k.sign(16), text: k.text(sizeStep-1, false)}
	p.content = &fyne.Container{
		Objects: []fyne.CanvasObject{p.ground, p.sign.pic, p.text},
		Layout: placed{least: fyne.NewSize(400, heightHint), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(p.ground, 0, 0, s.Width, s.Height)
			at(p.sign.pic, space4, (s.Height-16)/2, 16, 16)
			at(p.text, space4+16+space2, 0, s.Width-2*space4-24, s.Height)
		}},
	}
	p.content.Hide()
	return p
}

// set shows the hint and tells whether the strip has come into being; once there it stays, so that
// nothing moves between two hints.
func (p *hintPanel) set(m present.Message) bool {
	fresh := !p.seen && m.Text != ""
	p.seen = p.seen || m.Text != ""
	if !p.seen {
		return false
	}
	p.k.setIcon(p.sign, m.Shape, p.k.pal.accent)
	setText(p.text, m.Text, p.k.pal.text)
	p.ground.Hidden = m.Text == ""
	p.ground.Refresh()
	p.content.Show()
	return fresh
}
