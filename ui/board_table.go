package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// tableRow is a queue with its figures, or the head above them.
type tableRow struct {
	widget.BaseWidget
	k     *kit
	head  bool
	send  func(desk.Event)
	at    int          // the column that is pointed at; 0: none
	do    []desk.Event // of the columns from 1
	mark  *canvas.Rectangle
	texts []*canvas.Text
	words []string // in full
	box   *fyne.Container
}

func newTableRow(k *kit, head bool) *tableRow {
	r := &tableRow{k: k, head: head, mark: &canvas.Rectangle{CornerRadius: cornerField, StrokeWidth: 2}}
	r.mark.Hide()
	r.box = &fyne.Container{Layout: placed{put: r.place}}
	r.box.Objects = append(r.box.Objects, k.rule(), r.mark)
	r.ExtendBaseWidget(r)
	return r
}

func (r *tableRow) place(o []fyne.CanvasObject, s fyne.Size) {
	at(o[0], 0, s.Height-1, s.Width, 1)
	n := float32(len(r.texts))
	if n < 2 {
		return
	}
	first, w := r.columns(s.Width)
	for i, t := range r.texts {
		x := first + float32(i-1)*w
		if i == 0 {
			r.fit(t, i, first-space2)
			at(t, 0, 0, first, s.Height)
			continue
		}
		r.fit(t, i, w-space2)
		at(t, x, 0, w-space2, s.Height)
		if i == r.at {
			at(r.mark, x, 2, w, s.Height-5)
		}
	}
}

// columns are the widths of the name and of each figure.
func (r *tableRow) columns(width float32) (name, figure float32) {
	name = width * 0.26
	return name, (width - name) / float32(max(len(r.texts)-1, 1))
}

// point shows which column is pointed at, and takes what a click on each does.
func (r *tableRow) point(column int, do []desk.Event) {
	r.do = do
	r.mark.StrokeColor, r.mark.FillColor = r.k.pal.accent, r.k.pal.card
	if r.at == column {
		return
	}
	r.at, r.mark.Hidden = column, column == 0
	r.place(r.box.Objects, r.box.Size())
	r.mark.Refresh()
}

// Tapped implements fyne.Tappable.
func (r *tableRow) Tapped(e *fyne.PointEvent) {
	name, figure := r.columns(r.Size().Width)
	if e.Position.X < name || figure <= 0 || r.send == nil {
		return
	}
	if i := int((e.Position.X - name) / figure); i < len(r.do) {
		r.send(r.do[i])
	}
}

// fit shortens a word to its column.
func (r *tableRow) fit(t *canvas.Text, i int, width float32) {
	if width > 0 && i < len(r.words) {
		setText(t, r.k.fit(r.words[i], t.TextSize, t.TextStyle.Bold, width), t.Color)
	}
}

func (r *tableRow) set(words []string, tones map[int]present.Tone, tone present.Tone) {
	for len(r.texts) < len(words) {
		size := float32(sizeHeading)
		if r.head {
			size = sizeCaption
		} else if len(r.texts) == 0 {
			size = sizeStep
		}
		t := r.k.text(size, !r.head && len(r.texts) > 0 && len(r.texts) < 3)
		if len(r.texts) > 0 {
			t.Alignment = fyne.TextAlignTrailing
		}
		r.texts = append(r.texts, t)
		r.box.Add(t)
	}
	for i, s := range words {
		c := r.k.pal.word(tone)
		if t, ok := tones[i]; ok && tone != present.Muted {
			c = r.k.pal.word(t)
		}
		if i < len(r.words) && r.words[i] == s && r.texts[i].Color == c {
			continue // also where it stands shortened
		}
		setText(r.texts[i], s, c)
	}
	r.words = slices.Clone(words)
	r.place(r.box.Objects, r.box.Size())
}

// CreateRenderer implements fyne.Widget.
func (r *tableRow) CreateRenderer() fyne.WidgetRenderer { return rendererOf(r, r.box) }

// MinSize implements fyne.CanvasObject.
func (r *tableRow) MinSize() fyne.Size {
	if r.head {
		return fyne.NewSize(600, 24)
	}
	return fyne.NewSize(600, r.k.d.figure)
}

// formulaPanel says what a figure of the board is made of.
type formulaPanel struct {
	k              *kit
	shown          present.Formula
	title          *canvas.Text
	words, numbers *para
	note           *para
	close          *button
	lines          *fyne.Container
	content        *scroller
}

func newFormulaPanel(w *Window) *formulaPanel {
	k := w.kit
	p := &formulaPanel{
		k: k, title: k.text(sizeStep, true), words: newPara(k, sizeBody, present.Plain), numbers: newPara(k, sizeStep, present.Plain),
		note: newPara(k, sizeCaption, present.Muted), close: newButton(k, w, send(w.send)),
	}
	p.numbers.bold = true
	p.close.small = true
	head := &fyne.Container{Objects: []fyne.CanvasObject{p.title, p.close}, Layout: placed{
		least: fyne.NewSize(120, k.d.button), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			c := p.close.MinSize()
			setText(p.title, k.fit(p.shown.Title, sizeStep, true, s.Width-c.Width-space2), k.pal.text)
			at(p.title, 0, 0, s.Width-c.Width-space2, s.Height)
			at(p.close, s.Width-c.Width, 0, c.Width, s.Height)
		},
	}}
	p.lines = newColumn(space2, head, p.words, p.numbers, p.note)
	p.content = newScroller(p.lines)
	p.content.Hide()
	return p
}

func (p *formulaPanel) set(m present.Formula) {
	if p.shown == m {
		return
	}
	p.shown = m
	setText(p.title, m.Title, p.k.pal.text)
	p.words.set(m.Words, present.Plain)
	p.numbers.set(m.Numbers, present.Plain)
	p.note.set(m.Note, present.Muted)
	p.close.set(m.Close)
	p.lines.Refresh()
}
