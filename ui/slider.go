package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// slider sets a level: Tab comes to it, the arrow keys and the mouse move it by steps.
type slider struct {
	widget.BaseWidget
	k       *kit
	keys    keys
	send    func(desk.Event)
	m       present.LevelRow
	groove  *canvas.Rectangle
	filled  *canvas.Rectangle
	usual   *canvas.Rectangle // marks 100 %
	knob    *canvas.Circle
	text    *canvas.Text
	focused bool
}

const (
	widthSlider  = 320
	heightSlider = 28
	sideKnob     = 16
	widthPercent = 56
)

func newSlider(k *kit, ks keys, send func(desk.Event)) *slider {
	s := &slider{
		k: k, keys: ks, send: send, groove: &canvas.Rectangle{CornerRadius: 2}, filled: &canvas.Rectangle{CornerRadius: 2},
		usual: &canvas.Rectangle{}, knob: &canvas.Circle{StrokeWidth: 2}, text: k.text(sizeBody, false),
	}
	s.text.Alignment = fyne.TextAlignTrailing
	s.ExtendBaseWidget(s)
	return s
}

func (s *slider) set(m present.LevelRow) {
	if s.m == m && s.text.Text != "" {
		return
	}
	s.m = m
	s.paint()
	s.Refresh()
}

func (s *slider) paint() {
	p := s.k.pal
	s.groove.FillColor, s.filled.FillColor, s.usual.FillColor = tint(p.card, p.muted, 0.35), p.accent, p.muted
	s.knob.FillColor, s.knob.StrokeColor = p.card, p.accent
	if s.focused {
		s.knob.FillColor = p.accent
	}
	setText(s.text, s.m.Text, p.text)
}

// CreateRenderer implements fyne.Widget.
func (s *slider) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(s, &fyne.Container{
		Objects: []fyne.CanvasObject{s.groove, s.usual, s.filled, s.knob, s.text},
		Layout: placed{put: func(_ []fyne.CanvasObject, size fyne.Size) {
			room := s.room(size.Width)
			mid, share := size.Height/2, float32(0)
			if s.m.Max > 0 {
				share = float32(s.m.Percent) / float32(s.m.Max)
				at(s.usual, sideKnob/2+room*100/float32(s.m.Max), mid-6, 1, 12)
			}
			at(s.groove, sideKnob/2, mid-2, room, 4)
			at(s.filled, sideKnob/2, mid-2, room*share, 4)
			at(s.knob, room*share, mid-sideKnob/2, sideKnob, sideKnob)
			at(s.text, size.Width-widthPercent, 0, widthPercent, size.Height)
		}},
	})
}

// room is how far the knob moves.
func (s *slider) room(width float32) float32 { return width - widthPercent - sideKnob }

// MinSize implements fyne.CanvasObject.
func (s *slider) MinSize() fyne.Size { return fyne.NewSize(widthSlider, heightSlider) }

// moveTo tells the desk of the step nearest to a percentage.
func (s *slider) moveTo(percent int) {
	step := max(s.m.Step, 1)
	percent = min(max((percent+step/2)/step*step, 0), s.m.Max)
	if percent != s.m.Percent {
		s.send(desk.LevelChosen{Side: s.m.Side, Percent: percent})
	}
}

func (s *slider) pointed(x float32) {
	if room := s.room(s.Size().Width); room > 0 {
		s.moveTo(int((x - sideKnob/2) / room * float32(s.m.Max)))
	}
}

// Tapped implements fyne.Tappable.
func (s *slider) Tapped(e *fyne.PointEvent) { s.pointed(e.Position.X) }

// Dragged implements fyne.Draggable.
func (s *slider) Dragged(e *fyne.DragEvent) { s.pointed(e.Position.X) }

// DragEnd implements fyne.Draggable.
func (s *slider) DragEnd() {}

// FocusGained implements fyne.Focusable.
func (s *slider) FocusGained() { s.focus(true) }

// FocusLost implements fyne.Focusable.
func (s *slider) FocusLost() { s.focus(false) }

func (s *slider) focus(on bool) {
	s.focused = on
	s.paint()
	s.knob.Refresh()
}

// TypedRune implements fyne.Focusable.
func (s *slider) TypedRune(r rune) { s.keys.typedRune(r) }

// TypedKey implements fyne.Focusable.
func (s *slider) TypedKey(e *fyne.KeyEvent) {
	step, arrow := map[fyne.KeyName]int{fyne.KeyRight: 1, fyne.KeyUp: 1, fyne.KeyLeft: -1, fyne.KeyDown: -1}[e.Name]
	if !arrow {
		s.keys.typedKey(e)
		return
	}
	s.moveTo(s.m.Percent + step*s.m.Step)
}

// TypedShortcut implements fyne.Shortcutable.
func (s *slider) TypedShortcut(c fyne.Shortcut) { s.keys.shortcut(c) }

// meter is a bar that shows how loud it is.
type meter struct {
	widget.BaseWidget
	k      *kit
	m      present.Meter
	ground *canvas.Rectangle
	bar    *canvas.Rectangle
}

const heightMeter = 8

func newMeter(k *kit) *meter {
	m := &meter{k: k, ground: &canvas.Rectangle{CornerRadius: heightMeter / 2}, bar: &canvas.Rectangle{CornerRadius: heightMeter / 2}}
	m.ExtendBaseWidget(m)
	return m
}

func (m *meter) set(v present.Meter) {
	if m.m == v {
		return
	}
	m.m = v
	m.ground.FillColor = tint(m.k.pal.card, m.k.pal.muted, 0.18)
	m.bar.FillColor = m.k.pal.tone(v.Tone)
	m.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (m *meter) CreateRenderer() fyne.WidgetRenderer {
	return rendererOf(m, &fyne.Container{
		Objects: []fyne.CanvasObject{m.ground, m.bar},
		Layout: placed{put: func(_ []fyne.CanvasObject, s fyne.Size) {
			width := min(s.Width, widthSlider)
			at(m.ground, 0, (s.Height-heightMeter)/2, width, heightMeter)
			at(m.bar, 0, (s.Height-heightMeter)/2, width*float32(m.m.Share), heightMeter)
		}},
	})
}

// MinSize implements fyne.CanvasObject.
func (m *meter) MinSize() fyne.Size { return fyne.NewSize(widthSlider, heightMeter+space1) }
