package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/ui/present"
)

// para is a text over several lines. Its height follows from its width: columns ask HeightFor.
type para struct {
	widget.BaseWidget
	k        *kit
	size     float32
	bold     bool
	maxLines int // 0: all; else the last one ends with an ellipsis
	tone     present.Tone
	text     string
	lines    []string
	width    float32
}

func newPara(k *kit, size float32, tone present.Tone) *para {
	p := &para{k: k, size: size, tone: tone}
	p.ExtendBaseWidget(p)
	return p
}

// set changes text and tone.
func (p *para) set(text string, tone present.Tone) {
	if p.text == text && p.tone == tone {
		return
	}
	p.text, p.tone = text, tone
	p.reflow()
	p.Refresh()
}

func (p *para) reflow() {
	if p.width <= 0 {
		p.lines = []string{p.text}
		return
	}
	p.lines = p.k.wrap(p.text, p.size, p.bold, p.width)
	if p.maxLines > 0 && len(p.lines) > p.maxLines {
		p.lines = p.lines[:p.maxLines]
		p.lines[p.maxLines-1] = p.k.fit(p.lines[p.maxLines-1]+"…", p.size, p.bold, p.width)
	}
}

// limit changes how many lines are shown; 0: all.
func (p *para) limit(lines int) {
	if p.maxLines != lines {
		p.maxLines = lines
		p.reflow()
		p.Refresh()
	}
}

func (p *para) lineHeight() float32 {
	return fyne.MeasureText("国", p.size, p.k.look.style(p.bold)).Height
}

// HeightFor is the height the text takes at a width.
func (p *para) HeightFor(width float32) float32 {
	if width != p.width {
		p.width = width
		p.reflow()
	}
	if p.text == "" {
		return 0
	}
	return float32(len(p.lines)) * p.lineHeight()
}

// Resize implements fyne.CanvasObject.
func (p *para) Resize(s fyne.Size) {
	p.HeightFor(s.Width)
	p.BaseWidget.Resize(s)
}

// MinSize implements fyne.CanvasObject.
func (p *para) MinSize() fyne.Size {
	if p.text == "" {
		return fyne.NewSize(0, 0)
	}
	return fyne.NewSize(10, float32(max(len(p.lines), 1))*p.lineHeight())
}

// CreateRenderer implements fyne.Widget.
func (p *para) CreateRenderer() fyne.WidgetRenderer {
	r := &paraLines{p: p}
	r.Layout(p.Size()) // as rendererOf
	return r
}

type paraLines struct {
	p     *para
	texts []*canvas.Text
	shown []fyne.CanvasObject
}

func (r *paraLines) Layout(s fyne.Size) {
	r.fill()
	h := r.p.lineHeight()
	for i, o := range r.shown {
		o.Move(fyne.NewPos(0, float32(i)*h))
		o.Resize(fyne.NewSize(s.Width, h))
	}
}

func (r *paraLines) fill() {
	for len(r.texts) < len(r.p.lines) {
		r.texts = append(r.texts, r.p.k.text(r.p.size, r.p.bold))
	}
	r.shown = r.shown[:0]
	for i, line := range r.p.lines {
		r.texts[i].TextStyle = r.p.k.look.style(r.p.bold) // it may have been away while the language changed
		setText(r.texts[i], line, r.p.k.pal.word(r.p.tone))
		r.shown = append(r.shown, r.texts[i])
	}
}

func (r *paraLines) MinSize() fyne.Size           { return r.p.MinSize() }
func (r *paraLines) Objects() []fyne.CanvasObject { return r.shown }
func (r *paraLines) Destroy()                     {}

func (r *paraLines) Refresh() {
	r.Layout(r.p.Size())
	for _, t := range r.shown {
		t.Refresh()
	}
}

// newReserved keeps the room of some lines for a text that is there at times, so that nothing moves when
// it comes.
func newReserved(lines int, p *para) *fyne.Container {
	return &fyne.Container{Objects: []fyne.CanvasObject{p}, Layout: reserved{lines}}
}

type reserved struct{ lines int }

func (r reserved) heightFor(o []fyne.CanvasObject, width float32) float32 {
	least := float32(0)
	if p, ok := o[0].(*para); ok {
		least = float32(r.lines) * p.lineHeight()
	}
	return max(heightOf(o[0], width), least)
}

// MinSize implements fyne.Layout.
func (r reserved) MinSize(o []fyne.CanvasObject) fyne.Size {
	m := o[0].MinSize()
	return fyne.NewSize(m.Width, r.heightFor(o, o[0].Size().Width))
}

// Layout implements fyne.Layout.
func (r reserved) Layout(o []fyne.CanvasObject, s fyne.Size) { at(o[0], 0, 0, s.Width, s.Height) }

// newReservedBox keeps the room of one line for a statement, so that nothing moves when it comes.
func newReservedBox(s *statement) *fyne.Container {
	return &fyne.Container{Objects: []fyne.CanvasObject{s.box}, Layout: reservedLine{s}}
}

type reservedLine struct{ s *statement }

func (r reservedLine) heightFor(_ []fyne.CanvasObject, width float32) float32 {
	return max(heightOf(r.s.box, width), r.s.text.lineHeight())
}

// MinSize implements fyne.Layout.
func (r reservedLine) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(100, r.heightFor(o, max(o[0].Size().Width, 100)))
}

// Layout implements fyne.Layout.
func (reservedLine) Layout(o []fyne.CanvasObject, s fyne.Size) { at(o[0], 0, 0, s.Width, s.Height) }
