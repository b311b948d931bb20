package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/ui/present"
)

// chip shows a state: coloured shape, word, timer, on a ground tinted with the colour.
type chip struct {
	widget.BaseWidget
	k     *kit
	m     present.Chip
	bare  bool // no ground, as in the status bar
	tap   func()
	limit float32 // greatest width; 0: none

	ground *canvas.Rectangle
	icon   *sign
	label  *canvas.Text
	timer  *canvas.Text
}

func newChip(k *kit, size float32) *chip {
	c := &chip{
		k: k, ground: &canvas.Rectangle{CornerRadius: cornerField, StrokeWidth: 1}, icon: k.sign(size - 1),
		label: k.text(size, false), timer: k.text(size, false),
	}
	c.ExtendBaseWidget(c)
	return c
}

func newBareChip(k *kit) *chip {
	c := newChip(k, sizeCaption)
	c.bare = true
	c.icon.pic.SetMinSize(fyne.NewSquareSize(14))
	return c
}

// set shows another state. One without text and shape hides.
func (c *chip) set(m present.Chip) {
	if c.m == m && c.label.Text != "" {
		return
	}
	c.m = m
	if m.Text == "" && m.Shape == present.NoShape {
		c.Hide()
		return
	}
	c.Show()
	p := c.k.pal
	c.ground.FillColor, c.ground.StrokeColor = p.tinted(m.Tone), p.rim(m.Tone)
	if c.bare {
		c.ground.Hide()
	}
	c.k.setIcon(c.icon, m.Shape, p.tone(m.Tone))
	word := p.text
	if m.Tone == present.Muted || c.bare && m.Tone != present.Danger {
		word = p.muted
	}
	setText(c.label, c.fitted(), word)
	setText(c.timer, m.Timer, p.muted)
	c.Refresh()
}

// fitted is the word in the room it may take.
func (c *chip) fitted() string {
	if c.limit > 0 {
		return c.k.fit(c.m.Text, c.label.TextSize, false, c.limit)
	}
	return c.m.Text
}

// squeeze gives the word another room; 0: as much as it takes.
func (c *chip) squeeze(limit float32) {
	if c.limit != limit {
		c.limit = limit
		setText(c.label, c.fitted(), c.label.Color)
	}
}

// CreateRenderer implements fyne.Widget.
func (c *chip) CreateRenderer() fyne.WidgetRenderer {
	side := float32(8)
	if c.bare {
		side = 0
	}
	return rendererOf(c, newCard(c.ground, 0, side, newRow(6, c.icon.pic, c.label, c.timer)))
}

// MinSize implements fyne.CanvasObject.
func (c *chip) MinSize() fyne.Size {
	w := c.label.MinSize().Width
	if c.m.Shape != present.NoShape {
		w += c.icon.pic.MinSize().Width + 6
	}
	if c.m.Timer != "" {
		w += c.timer.MinSize().Width + 6
	}
	h := c.label.TextSize*1.45 + 5
	if !c.bare {
		w += 16
	}
	return fyne.NewSize(w, h)
}

// Tapped implements fyne.Tappable.
func (c *chip) Tapped(*fyne.PointEvent) {
	if c.tap != nil {
		c.tap()
	}
}
