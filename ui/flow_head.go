package ui

import (
	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/ui/present"
)

// squeeze has the head of the flow fit: what is least needed goes first, then the end of the flow's name, then that of
// the step's.
func (p *flowPanel) squeeze(head fyne.CanvasObject, width float32) {
	title, name := p.k.width(p.shown.Title, sizeHeading, true), p.k.width(p.shown.Name, sizeStep, false)
	parts := []fyne.CanvasObject{p.version, p.dots, p.progress}
	for _, o := range parts {
		o.Show()
	}
	over := func() float32 {
		return head.MinSize().Width - p.title.MinSize().Width - p.name.MinSize().Width + title + name - width
	}
	for _, o := range parts {
		if over() > 0 {
			o.Hide()
		}
	}
	const least = 60
	cutTitle, cutName := p.shown.Title, p.shown.Name
	if o := over(); o > 0 {
		room := max(title-o-1, least)
		cutTitle = p.k.fit(cutTitle, sizeHeading, true, room)
		if o -= title - room; o > 0 {
			cutName = p.k.fit(cutName, sizeStep, false, max(name-o-1, least))
		}
	}
	setText(p.title, cutTitle, p.k.pal.text)
	setText(p.name, cutName, p.k.pal.text)
}

// fold shortens the hint to a line where it would push the questions out of sight, unless the agent has asked for the
// whole of it.
func (p *flowPanel) fold(width, room float32) {
	if p.hint == nil {
		return
	}
	shown := p.more.Visible()
	p.more.Hide()
	p.hint.limit(0)
	if len(p.asks) == 0 || heightOf(p.body, width) <= room || len(p.hint.lines) < 2 {
		return
	}
	p.more.Show()
	word := p.shown.HintAll
	if p.whole {
		word = p.shown.HintLess
	} else {
		p.hint.limit(1)
	}
	if !shown { // the scheme may have changed meanwhile
		p.more.m = present.Chip{}
	}
	p.more.set(present.Chip{Tone: present.Plain, Text: word})
}

// unfold shows the whole hint, or folds it again.
func (p *flowPanel) unfold() {
	if p.hint == nil || !p.more.Visible() {
		return
	}
	p.whole = !p.whole
	p.content.Refresh()
	p.scroll.ScrollToTop()
}

// folding puts the word that unfolds a hint behind its first line.
type folding struct{ hint *para }

func (folding) room(o []fyne.CanvasObject, width float32) float32 {
	if o[1].Visible() {
		return width - o[1].MinSize().Width - space3
	}
	return width
}

func (l folding) heightFor(o []fyne.CanvasObject, width float32) float32 {
	return heightOf(o[0], l.room(o, width))
}

// MinSize implements fyne.Layout.
func (folding) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }

// Layout implements fyne.Layout.
func (l folding) Layout(o []fyne.CanvasObject, s fyne.Size) {
	room := l.room(o, s.Width)
	at(o[0], 0, 0, room, s.Height)
	m := o[1].MinSize()
	at(o[1], room+space3, (l.hint.lineHeight()-m.Height)/2, m.Width, m.Height)
}
