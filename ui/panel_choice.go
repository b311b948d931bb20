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

// Heights of the further lines of a choice: what tells it from the others, and what is less needed.
const (
	heightWhy  = 21
	heightNext = 17
)

// choice is one of them: name and key to press, and below it what tells this one from the others, why it is
// offered, and when it was spoken to last.
func (p *customerPanel) choice(c present.Choice) fyne.CanvasObject {
	k := p.k
	if c.Why == "" {
		c.Why, c.Reason = c.Reason, ""
	}
	b := newButton(k, p.w, send(p.w.send))
	b.set(present.Button{Text: c.Name, Key: c.Key, Enabled: true, Do: c.Do})
	chip := newChip(k, sizeCaption)
	chip.set(c.Perhaps)
	line := k.rule()
	objects := []fyne.CanvasObject{b, chip, line}
	var below []string
	var texts []*canvas.Text
	for _, text := range []string{c.Why, c.Reason, c.Detail} {
		t := k.text(sizeCaption, false)
		if len(texts) == 0 {
			t.TextSize = sizeBody
		}
		if text != "" {
			below, texts, objects = append(below, text), append(texts, t), append(objects, t)
		}
	}
	more := float32(0)
	if len(below) > 0 {
		more = heightWhy + heightNext*float32(len(below)-1) + 2
	}
	put := func(_ []fyne.CanvasObject, s fyne.Size) {
		room := s.Width
		if chip.Visible() {
			m := chip.MinSize()
			room -= m.Width + space2
			at(chip, s.Width-m.Width, space1+(b.MinSize().Height-m.Height)/2, m.Width, m.Height)
		}
		at(b, 0, space1, min(b.MinSize().Width, room), b.MinSize().Height)
		y := space1 + b.MinSize().Height + 2
		for i, o := range texts {
			high, tone := float32(heightNext), k.pal.muted
			if i == 0 {
				high, tone = heightWhy, k.pal.text
			}
			setText(o, k.fit(below[i], o.TextSize, false, s.Width-space1), tone)
			at(o, space1, y, s.Width-space1, high)
			y += high
		}
		at(line, 0, s.Height-1, s.Width, 1)
	}
	return &fyne.Container{Objects: objects, Layout: tall{func() fyne.Size {
		return fyne.NewSize(200, space1+b.MinSize().Height+more+space2+1)
	}, put}}
}

// tall is a layout made of one function, whose least size follows the density.
type tall struct {
	least func() fyne.Size
	put   func(objects []fyne.CanvasObject, size fyne.Size)
}

// MinSize implements fyne.Layout.
func (t tall) MinSize([]fyne.CanvasObject) fyne.Size { return t.least() }

// Layout implements fyne.Layout.
func (t tall) Layout(o []fyne.CanvasObject, s fyne.Size) { t.put(o, s) }

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
