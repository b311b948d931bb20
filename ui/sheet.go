package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// sheet shows one of every component in every state. It is built anew for other words; colours and
// density change where they stand.
type sheet struct {
	k       *kit
	body    *fyne.Container
	scroll  *scroller
	content fyne.CanvasObject
}

func newSheet(k *kit) *sheet {
	s := &sheet{k: k, body: newColumn(space3)}
	s.scroll = newScroller(&fyne.Container{Layout: inset{space4, space4, space4, space4}, Objects: []fyne.CanvasObject{s.body}})
	s.content = s.scroll
	return s
}

// deaf is where keys go that a component of the sheet has no use for: nowhere.
type deaf struct{}

func (deaf) typedKey(*fyne.KeyEvent)     {}
func (deaf) typedRune(rune)              {}
func (deaf) shortcut(fyne.Shortcut) bool { return false }

func (s *sheet) set(m present.Sheet) {
	s.body.Objects = []fyne.CanvasObject{
		newPair(s.section(m.Colours, s.swatches(m)), s.section(m.Type, s.sizes(m))),
		newPair(s.section(m.States, s.states(m)), s.section(m.Icons, s.icons())),
		newPair(s.section(m.Buttons, s.buttons(m)), s.section(m.Fields, s.fields(m))),
		newPair(s.section(m.Choices, s.choices(m)), s.section(m.Messages, s.messages(m))),
		s.section(m.Rows, newPair(s.history(m), s.agents(m))),
	}
	s.body.Refresh()
}

func (s *sheet) section(title string, o fyne.CanvasObject) fyne.CanvasObject {
	t := s.k.text(sizeStep, true)
	setText(t, title, s.k.pal.text)
	return s.k.surface(newColumn(space3, t, o))
}

func (s *sheet) caption(text string) *canvas.Text {
	t := s.k.text(sizeCaption, false)
	setText(t, text, s.k.pal.muted)
	return t
}

// swatches are the colours by their roles, each with its value.
func (s *sheet) swatches(m present.Sheet) fyne.CanvasObject {
	p := s.k.pal
	line := newFlowing(space2)
	for i, role := range []paint{p.page, p.card, p.field, p.line, p.edge, p.text, p.muted, p.accent, p.onAccent, p.danger} {
		box := &canvas.Rectangle{FillColor: role, StrokeColor: p.edge, StrokeWidth: 1, CornerRadius: cornerField}
		name := s.k.text(sizeCaption, false)
		setText(name, m.Swatches[i].Name, p.text)
		value := s.caption(fmt.Sprintf("#%02X%02X%02X", role.R, role.G, role.B))
		line.Add(&fyne.Container{Objects: []fyne.CanvasObject{box, name, value}, Layout: placed{
			least: fyne.NewSize(112, 84),
			put: func(_ []fyne.CanvasObject, size fyne.Size) {
				at(box, 1, 1, size.Width-2, 40)
				at(name, 2, 44, size.Width, 20)
				at(value, 2, 62, size.Width, 18)
			},
		}})
	}
	return line
}

// sizes is the scale of type in both weights.
func (s *sheet) sizes(m present.Sheet) fyne.CanvasObject {
	list := newColumn(space1)
	for _, size := range []float32{sizeBig, sizeHeading, sizeStep, sizeBody, sizeCaption} {
		for _, bold := range []bool{false, true} {
			if bold && size == sizeCaption {
				continue
			}
			t := newPara(s.k, size, present.Plain)
			t.bold, t.maxLines = bold, 1
			t.set(m.Sample, present.Plain)
			list.Add(newSpread(space3, 1, atLeast(28, s.caption(fmt.Sprint(size))), t))
		}
	}
	return list
}

func (s *sheet) states(m present.Sheet) fyne.CanvasObject {
	large, small, bare := newFlowing(space2), newFlowing(space2), newFlowing(space4)
	for _, c := range append(m.Chips, m.Stale) {
		for _, one := range []struct {
			line *fyne.Container
			chip *chip
		}{{large, newChip(s.k, sizeStep)}, {small, newChip(s.k, sizeCaption)}, {bare, newBareChip(s.k)}} {
			one.chip.set(c)
			one.line.Add(one.chip)
		}
	}
	return newColumn(space3, large, small, bare)
}

func (s *sheet) icons() fyne.CanvasObject {
	line := newFlowing(space2)
	for _, name := range assets.Icons() {
		if name == "callbench" { // the program's own, in its own colours
			continue
		}
		img := s.k.sign(20)
		s.k.setIcon(img, present.Shape(name), s.k.pal.text)
		label := s.k.text(sizeCaption-1, false)
		setText(label, name, s.k.pal.muted)
		label.Alignment = fyne.TextAlignCenter
		line.Add(&fyne.Container{Objects: []fyne.CanvasObject{img.pic, label}, Layout: placed{
			least: fyne.NewSize(68, 44),
			put: func(_ []fyne.CanvasObject, size fyne.Size) {
				at(img.pic, (size.Width-20)/2, 2, 20, 20)
				at(label, 0, 25, size.Width, 16)
			},
		}})
	}
	return line
}

// buttons is a row for each kind and a column for each state.
func (s *sheet) buttons(m present.Sheet) fyne.CanvasObject {
	const width = 112
	grid := newColumn(space2)
	head := newRow(space2)
	for _, c := range m.Columns {
		head.Add(atLeast(width, s.caption(c)))
	}
	grid.Add(head)
	for _, kind := range m.Kinds {
		line := newRow(space2)
		for i := range m.Columns {
			b := newButton(s.k, deaf{}, func(present.Button) {})
			one := kind
			one.Enabled, one.On = i != 4, i == 3
			b.hover, b.focused = i == 1, i == 2
			b.set(one)
			line.Add(atLeast(width, b))
		}
		grid.Add(line)
	}
	return grid
}

func (s *sheet) fields(m present.Sheet) fyne.CanvasObject {
	list := newColumn(space2)
	for _, f := range []present.Field{m.Empty, m.Filled} {
		e := newEntry(deaf{}, nil)
		e.SetPlaceHolder(f.Prompt)
		e.show("", f.Value)
		list.Add(sized(e, 200))
	}
	off := newEntry(deaf{}, nil)
	off.show("", m.Filled.Value)
	off.Disable()
	list.Add(sized(off, 200))
	text := newTextEntry(deaf{}, nil)
	text.show("", m.Text.Value)
	list.Add(&fyne.Container{Objects: []fyne.CanvasObject{text}, Layout: placed{
		least: fyne.NewSize(200, 64), put: func(_ []fyne.CanvasObject, size fyne.Size) { at(text, 0, 0, size.Width, size.Height) },
	}})
	return list
}

func (s *sheet) choices(m present.Sheet) fyne.CanvasObject {
	line := newFlowing(space2)
	for i, o := range m.Options {
		o.Dim = i == len(m.Options)-1
		one := newOption(s.k)
		one.set(o, nil)
		line.Add(one)
	}
	words := newPicks(s.k, deaf{}, func(desk.Event) {})
	words.set(m.Picks)
	dots := newStepDots(s.k)
	dots.set(present.FlowPanel{Kind: present.FlowStep, Length: 6, Position: 3})
	return newColumn(space3, line, words, newRow(0, dots))
}

func (s *sheet) messages(m present.Sheet) fyne.CanvasObject {
	list := newColumn(space2)
	for _, said := range m.Said {
		ground := &canvas.Rectangle{FillColor: s.k.pal.tinted(said.Tone), StrokeColor: s.k.pal.rim(said.Tone), StrokeWidth: 1, CornerRadius: cornerField}
		list.Add(newCard(ground, 5, space2, s.k.signed(said, sizeBody)))
	}
	return list
}

func (s *sheet) history(m present.Sheet) fyne.CanvasObject {
	list := newColumn(0)
	for _, r := range m.History {
		list.Add(s.k.historyRow(r))
	}
	return list
}

func (s *sheet) agents(m present.Sheet) fyne.CanvasObject {
	grid := newFlowing(space2)
	for _, a := range m.Agents {
		c := newAgentCell(s.k)
		c.set(a)
		grid.Add(c)
	}
	return grid
}

// height is how much the whole sheet takes at a width.
func (s *sheet) height(width float32) float32 { return heightOf(s.body, width-2*space4) + 2*space4 }
