package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/ui/present"
)

// choices are the customers to choose from. While nobody is chosen they take the room of the history, and
// scroll.
func (p *customerPanel) choices(m present.CustomerPanel) []fyne.CanvasObject {
	var list []fyne.CanvasObject
	for _, c := range m.Choices {
		list = append(list, p.choice(c))
	}
	if m.More != "" {
		list = append(list, newInset(space2, 0, p.label(m.More)))
	}
	return list
}

// Room that a choice takes.
const (
	widthChoice = 136 // of its button
	heightFirst = 22  // of its first line
	heightNext  = 17  // of each further line
)

// choice is one of them: name and key to press, beside it what tells this one from the others, why it is
// offered, and when it was spoken to last.
func (p *customerPanel) choice(c present.Choice) fyne.CanvasObject {
	k := p.k
	if c.Why == "" {
		c.Why, c.Reason = c.Reason, ""
	}
	b := newButton(k, p.w, send(p.w.send))
	chip := newChip(k, sizeCaption)
	chip.set(c.Perhaps)
	why, line := k.text(sizeBody, false), k.rule()
	objects := []fyne.CanvasObject{b, why, line}
	if c.Perhaps.Text != "" {
		objects = append(objects, chip)
	}
	first := float32(0)
	if c.Why != "" || c.Perhaps.Text != "" {
		first = heightFirst
	}
	var below []string
	var texts []*canvas.Text
	for _, text := range []string{c.Reason, c.Detail} {
		if text != "" {
			t := p.label(text)
			below, texts, objects = append(below, text), append(texts, t), append(objects, t)
		}
	}
	height := max(first+heightNext*float32(len(below)), 30) + space2 + 1
	put := func(_ []fyne.CanvasObject, s fyne.Size) {
		const left = widthChoice + space2
		b.set(present.Button{Text: k.fit(c.Name, sizeBody, false, widthChoice-76), Key: c.Key, Enabled: true, Do: c.Do})
		at(b, 0, space1, widthChoice, b.MinSize().Height)
		x := float32(left)
		if c.Perhaps.Text != "" {
			at(chip, x, space1, chip.MinSize().Width, heightFirst-2)
			x += chip.MinSize().Width + space2
		}
		setText(why, k.fit(c.Why, sizeBody, false, s.Width-x), k.pal.text)
		at(why, x, space1, s.Width-x, heightFirst-2)
		for i, o := range texts {
			setText(o, k.fit(below[i], sizeCaption, false, s.Width-left), k.pal.muted)
			at(o, left, space1+first+heightNext*float32(i), s.Width-left, heightNext)
		}
		at(line, 0, s.Height-1, s.Width, 1)
	}
	return &fyne.Container{Objects: objects, Layout: placed{least: fyne.NewSize(200, height), put: put}}
}

// fillFoot is the way out of a choice: nobody of them, and the new customer's name.
func (p *customerPanel) fillFoot(m present.CustomerPanel) {
	p.foot.Objects = nil
	if m.Kind == present.CustomerSeveral {
		b := newButton(p.k, p.w, send(p.w.send))
		b.set(m.None)
		p.foot.Objects = []fyne.CanvasObject{newRow(space2, b), p.label(m.NewName.Label), sized(p.name, 100)}
	}
	p.foot.Refresh()
}
