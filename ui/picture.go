package ui

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// Painter draws screens without a display, for the demo's pictures and for tests. It makes Fyne's test
// app the current one: a process that opens a real window must not make a Painter. It belongs to one
// goroutine.
type Painter struct {
	w *Window
	c software.WindowlessCanvas
}

// NewPainter makes a painter.
func NewPainter(o Options) *Painter {
	test.NewApp()
	w := New(func(desk.Event) {}, o)
	p := &Painter{w: w, c: software.NewCanvas()}
	p.c.SetPadded(false)
	p.c.SetContent(w.Content())
	w.listen(p.c)
	return p
}

// Window is the window that is drawn, to press its keys in a test.
func (p *Painter) Window() *Window { return p.w }

// Render draws a screen at a size in device-independent units; scale is pixels a unit.
func (p *Painter) Render(s present.Screen, size fyne.Size, scale float32) image.Image {
	p.c.SetScale(scale)
	if s.Search.Field.Value != "" { // its list is there while it has the focus
		p.w.focus(p.w.top.search)
	} else {
		p.w.leave()
	}
	p.w.Show(s)
	p.c.Resize(size)
	p.w.flow.cut()
	return p.c.Capture()
}

// Snapshot draws any content once, such as the first-run screen; the same holds for it as for a
// Painter.
func Snapshot(content fyne.CanvasObject, look fyne.Theme, size fyne.Size, scale float32) image.Image {
	test.NewApp().Settings().SetTheme(look)
	c := software.NewCanvas()
	c.SetPadded(false)
	c.SetContent(content)
	c.SetScale(scale)
	c.Resize(size)
	return c.Capture()
}

// SheetPainter draws the sheet of components without a display; the same holds for it as for a Painter.
type SheetPainter struct {
	k *kit
	s *sheet
	c software.WindowlessCanvas
}

// NewSheetPainter makes one.
func NewSheetPainter(o Options) *SheetPainter {
	test.NewApp()
	k := newKit(o.Scheme, o.Lang)
	p := &SheetPainter{k: k, s: newSheet(k), c: software.NewCanvas()}
	page := &canvas.Rectangle{FillColor: k.pal.page}
	p.c.SetPadded(false)
	p.c.SetContent(container.NewStack(page, p.s.content))
	return p
}

// Render draws the whole sheet at a width in device-independent units; scale is pixels a unit.
func (p *SheetPainter) Render(m present.Sheet, style present.Style, width, scale float32) image.Image {
	if m.Lang != p.k.look.lang {
		p.k.speak(m.Lang)
	}
	p.k.restyle(style)
	p.s.set(m)
	p.c.SetScale(scale)
	p.c.Resize(fyne.NewSize(width, p.s.height(width)))
	p.k.repaint(p.c.Content())
	return p.c.Capture()
}
