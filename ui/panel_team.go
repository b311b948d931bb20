package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/ui/present"
)

const (
	widthMember  = 300
	heightMember = 62
)

// teamPanel is the user's group as cards that stay where they are: only their states change.
type teamPanel struct {
	k       *kit
	w       *Window
	title   *canvas.Text
	live    *chip
	counts  *fyne.Container
	chips   []*chip
	members []*memberCard
	grid    *fyne.Container
	empty   *para
	content *fyne.Container
}

func newTeamPanel(w *Window) *teamPanel {
	k := w.kit
	p := &teamPanel{k: k, w: w, title: k.text(sizeHeading, true), live: newChip(k, sizeCaption), counts: newRow(space2), grid: newFlowing(space2), empty: newPara(k, sizeBody, present.Muted)}
	head := newColumn(space3, newSpread(space3, 1, p.title, k.text(sizeBody, false), p.live), p.counts, p.empty)
	p.content = k.surface(pane(head, newScroller(p.grid)))
	return p
}

func (p *teamPanel) set(m present.TeamPanel) {
	setText(p.title, m.Title, p.k.pal.text)
	p.live.set(m.Live)
	p.chips = fill(p.counts, p.chips, m.Counts, func() *chip { return newChip(p.k, sizeCaption) })
	p.empty.set(m.Empty, present.Muted)
	p.members = fillFixed(p.grid, p.members, m.Members, func() *memberCard { return newMemberCard(p.w) })
}

// memberCard is a colleague: name and extension above the state, the button that dials at the right.
type memberCard struct {
	widget.BaseWidget
	k      *kit
	m      present.TeamRow
	ground *canvas.Rectangle
	name   *canvas.Text
	detail *canvas.Text
	chip   *chip
	dial   *button
}

func newMemberCard(w *Window) *memberCard {
	k := w.kit
	c := &memberCard{
		k: k, ground: &canvas.Rectangle{CornerRadius: cornerField, StrokeColor: k.pal.line, StrokeWidth: 1, FillColor: k.pal.card},
		name: k.text(sizeStep, true), detail: k.text(sizeCaption, false), chip: newChip(k, sizeCaption), dial: newButton(k, w, send(w.send)),
	}
	c.ExtendBaseWidget(c)
	return c
}

func (c *memberCard) set(m present.TeamRow) {
	if c.m == m {
		return
	}
	named := c.m.Name != m.Name || c.m.Detail != m.Detail || c.m.Dial != m.Dial
	wide := len(c.m.Chip.Timer) != len(m.Chip.Timer) || c.m.Chip.Text != m.Chip.Text
	c.m = m
	c.chip.set(m.Chip)
	if named {
		setText(c.name, c.k.fit(m.Name, sizeStep, true, 120), c.k.pal.text)
		setText(c.detail, c.k.fit(m.Detail, sizeCaption, false, 130), c.k.pal.muted)
		c.dial.set(m.Dial)
		c.dial.Hidden = !m.Dial.Shown()
	}
	if named || wide { // else only the timer runs
		c.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (c *memberCard) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(c, &fyne.Container{
		Objects: []fyne.CanvasObject{c.ground, c.name, c.detail, c.chip, c.dial},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			at(c.ground, 0, 0, s.Width, s.Height)
			at(c.name, space3, 7, 130, 22)
			d := c.detail.MinSize().Width
			at(c.detail, space3+c.name.MinSize().Width+space2, 9, d, 20)
			chip := c.chip.MinSize()
			at(c.chip, space3, 33, chip.Width, chip.Height)
			b := c.dial.MinSize()
			at(c.dial, s.Width-space2-b.Width, s.Height-space2-b.Height+2, b.Width, b.Height)
		}},
	})
}

// MinSize implements fyne.CanvasObject.
func (c *memberCard) MinSize() fyne.Size { return fyne.NewSize(widthMember, heightMember) }
