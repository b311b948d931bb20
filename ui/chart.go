package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/ui/present"
)

// Sizes of a chart.
const (
	heightTick  = 18
	widthTop    = 28 // of the greatest number, at the left
	widestBar   = 26
	gapBar      = 2
	leastLabels = 26 // between two words below
)

// chart shows columns over time, drawn with the window's own face and colours: filled parts and hollow ones.
type chart struct {
	k       *kit
	shown   present.Chart
	title   *canvas.Text
	note    *canvas.Text
	top     *canvas.Text
	base    *canvas.Rectangle
	full    []*canvas.Rectangle
	hollow  []*canvas.Rectangle
	ticks   []*canvas.Text
	legend  *fyne.Container
	field   *fyne.Container
	content *fyne.Container
}

func newChart(k *kit) *chart {
	c := &chart{k: k, title: k.text(sizeStep, true), note: k.text(sizeCaption, false), top: k.text(sizeCaption, false), base: k.rule(), legend: newRow(space3)}
	c.top.Alignment = fyne.TextAlignTrailing
	c.field = &fyne.Container{Objects: []fyne.CanvasObject{c.base, c.top}, Layout: placed{least: fyne.NewSize(160, 60), put: c.place}}
	head := newSpread(space3, 1, c.title, k.text(sizeCaption, false), c.legend)
	c.content = &fyne.Container{Objects: []fyne.CanvasObject{head, c.note, c.field}, Layout: placed{
		least: fyne.NewSize(200, 100), put: func(_ []fyne.CanvasObject, s fyne.Size) {
			h := head.MinSize().Height
			at(head, 0, 0, s.Width, h)
			if c.shown.Note != "" {
				setText(c.note, c.k.fit(c.shown.Note, sizeCaption, false, s.Width), c.k.pal.muted)
				at(c.note, 0, h, s.Width, heightTick)
				h += heightTick
			}
			at(c.field, 0, h+space2, s.Width, max(s.Height-h-space2, 0))
		},
	}}
	return c
}

func (c *chart) set(m present.Chart) {
	old := c.shown
	c.shown = m
	p := c.k.pal
	setText(c.title, m.Title, p.text)
	if (old.Note == "") != (m.Note == "") || m.Note == "" {
		setText(c.note, "", p.muted)
	} else if old.Note != m.Note {
		setText(c.note, c.k.fit(m.Note, sizeCaption, false, c.content.Size().Width), p.muted)
	}
	setText(c.top, strconv.Itoa(m.Top), p.muted)
	if sameChart(old, m) {
		return
	}
	fresh := func() *canvas.Rectangle { return &canvas.Rectangle{} }
	c.full, c.hollow = c.rects(c.full, len(m.Columns), fresh), c.rects(c.hollow, len(m.Columns), fresh)
	for len(c.ticks) < len(m.Ticks) {
		t := c.k.text(sizeCaption, false)
		t.Alignment = fyne.TextAlignCenter
		c.ticks = append(c.ticks, t)
		c.field.Objects = append(c.field.Objects, t)
	}
	for i, t := range c.ticks {
		t.Hidden = i >= len(m.Ticks)
		if !t.Hidden {
			setText(t, m.Ticks[i].Text, p.muted)
		}
	}
	c.legend.Objects = nil
	for _, key := range m.Legend {
		mark := &canvas.Rectangle{FillColor: p.accent, CornerRadius: 2}
		if key.Hollow {
			mark = &canvas.Rectangle{StrokeColor: p.danger, StrokeWidth: 1.5, CornerRadius: 2}
		}
		mark.SetMinSize(fyne.NewSquareSize(10))
		word := c.k.text(sizeCaption, false)
		setText(word, key.Text, p.muted)
		c.legend.Objects = append(c.legend.Objects, newRow(5, mark, word))
	}
	c.content.Refresh()
	c.field.Refresh()
}

func sameChart(a, b present.Chart) bool {
	if (a.Note == "") != (b.Note == "") || a.Top != b.Top || len(a.Columns) != len(b.Columns) || len(a.Ticks) != len(b.Ticks) || len(a.Legend) != len(b.Legend) {
		return false
	}
	for i := range a.Columns {
		if a.Columns[i] != b.Columns[i] {
			return false
		}
	}
	for i := range a.Ticks {
		if a.Ticks[i] != b.Ticks[i] {
			return false
		}
	}
	for i := range a.Legend {
		if a.Legend[i] != b.Legend[i] {
			return false
		}
	}
	return true
}

// rects makes sure that there are enough columns; they are kept.
func (c *chart) rects(list []*canvas.Rectangle, n int, fresh func() *canvas.Rectangle) []*canvas.Rectangle {
	for len(list) < n {
		r := fresh()
		list = append(list, r)
		c.field.Objects = append(c.field.Objects, r)
	}
	for i, r := range list {
		r.Hidden = i >= n
	}
	return list
}

func (c *chart) place(_ []fyne.CanvasObject, s fyne.Size) {
	m, p := c.shown, c.k.pal
	height := max(s.Height-heightTick, 0)
	at(c.base, widthTop, height, s.Width-widthTop, 1)
	at(c.top, 0, 0, widthTop-6, 16)
	n := len(m.Columns)
	if n == 0 {
		return
	}
	step := (s.Width - widthTop) / float32(n)
	wide := max(min(step-min(gapBar, step*0.25), widestBar), 1)
	unit := (height - 4) / float32(max(m.Top, 1))
	for i, col := range m.Columns {
		x := widthTop + float32(i)*step + (step-wide)/2
		full, hollow := float32(col.Full)*unit, float32(col.Hollow)*unit
		r := c.full[i]
		r.FillColor, r.CornerRadius = p.accent, min(2, wide/2)
		if col.Late != present.Plain {
			r.FillColor = p.tone(col.Late)
		}
		at(r, x, height-full, wide, full)
		r.Hidden = full == 0
		h := c.hollow[i]
		h.StrokeColor, h.StrokeWidth, h.CornerRadius = p.danger, 1.5, 2
		at(h, x+1, height-full-hollow+1, max(wide-2, 1), max(hollow-2, 1))
		h.Hidden = hollow == 0
	}
	last := float32(-1000)
	for i, t := range m.Ticks {
		x := widthTop + (float32(t.Column)+0.5)*step
		c.ticks[i].Hidden = x-last < leastLabels
		if c.ticks[i].Hidden {
			continue
		}
		last = x
		half := c.ticks[i].MinSize().Width / 2
		at(c.ticks[i], min(x, s.Width-half)-half, height+2, 2*half, heightTick-2) // the last one ends with the chart
	}
}
