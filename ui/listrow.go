package ui

import (
	"reflect"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// listRow is a row of a list, its head, or a heading within it. A click looks at it, another one goes to it.
type listRow struct {
	widget.BaseWidget
	hovering
	k       *kit
	send    func(desk.Event)
	head    bool
	m       present.ListLine
	shares  []float32
	numbers int // as present.ListPanel has it
	chip    *chip
	cells   []*canvas.Text
	line    *canvas.Rectangle
	box     *fyne.Container
}

func newListRow(k *kit, send func(desk.Event)) *listRow {
	r := &listRow{k: k, send: send, chip: newBareChip(k), line: k.rule()}
	r.hovering = hovering{ground: &canvas.Rectangle{CornerRadius: cornerField}, paint: r.colour}
	r.box = &fyne.Container{Objects: []fyne.CanvasObject{r.ground, r.chip, r.line}, Layout: placed{put: r.place}}
	r.ExtendBaseWidget(r)
	return r
}

func (r *listRow) colour() {
	p := r.k.pal
	r.ground.FillColor = p.card
	switch {
	case r.m.On:
		r.ground.FillColor = tint(p.card, p.accent, 0.12)
	case r.hover && r.m.Do != nil:
		r.ground.FillColor = tint(p.card, p.muted, 0.10)
	}
}

func (r *listRow) set(m present.ListLine) {
	if reflect.DeepEqual(m, r.m) && len(r.cells) > 0 {
		return
	}
	r.m = m
	n := max(len(m.Cells), 1)
	for len(r.cells) < n {
		size := float32(sizeBody)
		if r.head {
			size = sizeCaption
		}
		r.cells = append(r.cells, r.k.text(size, false))
		r.box.Objects = append(r.box.Objects, r.cells[len(r.cells)-1]) // placed by the refresh below
	}
	r.colour()
	r.chip.set(m.Chip)
	r.Refresh()
}

func (r *listRow) place(_ []fyne.CanvasObject, s fyne.Size) {
	p := r.k.pal
	at(r.ground, 0, 0, s.Width, s.Height)
	at(r.line, space2, s.Height-1, s.Width-2*space2, 1)
	for i, c := range r.cells {
		c.Hidden = i >= len(r.m.Cells) && (i > 0 || r.m.Section == "")
	}
	if r.m.Section != "" {
		c := r.cells[0]
		c.TextStyle.Bold = true
		setText(c, r.m.Section, p.muted)
		at(c, space2, s.Height-22, s.Width-2*space2, 20)
		return
	}
	x := float32(space2)
	for i, text := range r.m.Cells {
		w := r.column(i, s.Width-2*space2)
		c, tone := r.cells[i], present.Plain
		c.TextStyle.Bold = false
		if r.head || i == len(r.m.Cells)-1 {
			tone = present.Muted
		}
		if i == 0 && r.chip.Visible() && r.m.Chip.Text != "" {
			h := r.chip.MinSize()
			at(r.chip, x, (s.Height-h.Height)/2, min(h.Width, w-space2), h.Height)
		}
		setText(c, r.k.fit(text, c.TextSize, false, w-space2), p.word(tone))
		h := c.MinSize().Height
		at(c, x, (s.Height-h)/2, w-space2, h)
		x += w
	}
}

// widthNumber is the room that a number in its longest writing takes: +886 912 345 678.
const widthNumber = 122

// column is how wide a column is, of so much. A number that is cut cannot be told from another one: what it lacks
// the others give, each its share.
func (r *listRow) column(i int, width float32) float32 {
	share := func(i int) float32 {
		if i < len(r.shares) {
			return r.shares[i]
		}
		return 1 / float32(len(r.m.Cells))
	}
	own := width * share(r.numbers)
	switch {
	case r.numbers == 0 || own >= widthNumber:
		return width * share(i)
	case i == r.numbers:
		return widthNumber
	}
	return (width - widthNumber) * share(i) / (1 - share(r.numbers))
}

// CreateRenderer implements fyne.Widget.
func (r *listRow) CreateRenderer() fyne.WidgetRenderer { return rendererOf(r, r.box) }

// MinSize implements fyne.CanvasObject.
func (r *listRow) MinSize() fyne.Size {
	switch {
	case r.head:
		return fyne.NewSize(300, 26)
	case r.m.Section != "":
		return fyne.NewSize(300, 32)
	}
	return fyne.NewSize(300, r.k.d.line)
}

// Tapped implements fyne.Tappable.
func (r *listRow) Tapped(*fyne.PointEvent) {
	switch {
	case r.send == nil:
	case r.m.On && r.m.Open != nil:
		r.send(r.m.Open)
	case r.m.Do != nil:
		r.send(r.m.Do)
	}
}
