package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/ui/present"
)

// dayPanel is the agent's own day: figures above a chart of its hours. It stands where the flow stands in a call.
type dayPanel struct {
	k       *kit
	title   *canvas.Text
	figures []*figure
	row     *fyne.Container
	chart   *chart
	content *fyne.Container
}

func newDayPanel(w *Window) *dayPanel {
	k := w.kit
	p := &dayPanel{k: k, title: k.text(sizeHeading, true), chart: newChart(k)}
	p.row = &fyne.Container{Layout: placed{least: fyne.NewSize(420, heightFigure), put: func(o []fyne.CanvasObject, s fyne.Size) {
		if len(o) == 0 {
			return
		}
		width := s.Width / float32(len(o))
		for i, f := range o {
			at(f, float32(i)*width, 0, width-space3, s.Height)
		}
	}}}
	p.content = k.surface(&fyne.Container{Objects: []fyne.CanvasObject{p.title, p.row, p.chart.content}, Layout: placed{
		least: fyne.NewSize(420, 140), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(p.title, 0, 0, s.Width, 26)
			at(p.row, 0, 26+space2, s.Width, heightFigure)
			y := float32(26 + space2 + heightFigure + space4)
			room := s.Height - y
			p.chart.content.Hidden = room < 90 // in a low window the figures come first
			at(p.chart.content, 0, y, s.Width, min(max(room, 0), 260))
		},
	}})
	p.content.Hide()
	return p
}

func (p *dayPanel) set(m present.DayPanel) {
	if !m.Shown {
		return
	}
	setText(p.title, m.Title, p.k.pal.text)
	p.figures = fill(p.row, p.figures, m.Figures, func() *figure { return newFigure(p.k) })
	p.chart.set(m.Chart)
}

const heightFigure = 74

// figure is a number with its name above and what it is made of below.
type figure struct {
	widget.BaseWidget
	k                 *kit
	m                 present.Figure
	name, value, note *canvas.Text
}

func newFigure(k *kit) *figure {
	f := &figure{k: k, name: k.text(sizeCaption, false), value: k.text(sizeBig, true), note: k.text(sizeCaption, false)}
	f.ExtendBaseWidget(f)
	return f
}

// CreateRenderer implements fyne.Widget.
func (f *figure) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(f, &fyne.Container{Objects: []fyne.CanvasObject{f.name, f.value, f.note}, Layout: placed{
		put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(f.name, 0, 0, s.Width, 18)
			at(f.value, 0, 19, s.Width, 34)
			setText(f.note, f.k.fit(f.m.Note, sizeCaption, false, s.Width), f.k.pal.muted)
			at(f.note, 0, 54, s.Width, 18)
		},
	}})
}

// MinSize implements fyne.CanvasObject.
func (f *figure) MinSize() fyne.Size { return fyne.NewSize(90, heightFigure) }

func (f *figure) set(m present.Figure) {
	if f.m == m {
		return
	}
	f.m = m
	setText(f.name, m.Name, f.k.pal.muted)
	setText(f.value, m.Value, f.k.pal.word(m.Tone))
	f.Refresh()
}

const (
	widthCallBack = 92
	leftRecent    = 90 // of who it was
)

// recentRow is a call that was: when and what became of it, who it was, and the way to call back.
func (p *customerPanel) recentRow(m present.RecentRow) fyne.CanvasObject {
	k := p.k
	when, who, below, note, line := k.text(sizeCaption, false), k.text(sizeBody, false), k.text(sizeCaption, false), k.text(sizeCaption, false), k.rule()
	setText(when, m.When, k.pal.muted)
	setText(note, m.Note, k.pal.muted)
	note.Alignment = fyne.TextAlignTrailing
	chip := newBareChip(k)
	chip.limit = leftRecent - 30
	chip.set(m.Chip)
	back := newButton(k, p.w, send(p.w.send))
	back.set(m.Back)
	back.Hidden = !m.Back.Shown()
	return &fyne.Container{Objects: []fyne.CanvasObject{when, chip, who, below, note, back, line}, Layout: rows{
		k: k, least: 240, put: func(s fyne.Size) {
			const left = leftRecent
			right := s.Width - space2 - widthCallBack
			at(when, 0, 4, left-8, 18)
			at(chip, 0, 23, left-4, 18)
			noteWidth := note.MinSize().Width
			at(back, s.Width-space2-back.MinSize().Width, (s.Height-28)/2, back.MinSize().Width, 28)
			at(note, right-noteWidth-space2, 4, noteWidth, 18)
			setText(who, k.fit(m.Who, sizeBody, false, right-left-noteWidth-2*space2), k.pal.text)
			at(who, left, 3, right-left-noteWidth-2*space2, 20)
			setText(below, k.fit(m.Detail, sizeCaption, false, right-left-space2), k.pal.muted)
			at(below, left, 23, right-left-space2, 18)
			at(line, left, s.Height-1, s.Width-left, 1)
		},
	}}
}
