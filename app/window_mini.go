//go:build !nowindow

package app

import (
	"context"
	"errors"
	"log/slog"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/driver/desktop"
	"github.com/go-gl/glfw/v3.4/glfw"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// overlay is the window of the mini bar and the watch over what is seen of the main one. It stands above all programs, has no frame and never takes the keyboard; it
// is made when it is first needed. All of it belongs to Fyne's goroutine.
type overlay struct {
	s       *windowSession
	ctx     context.Context //nolint:containedctx // of the desk that the bar belongs to
	watched bool
	display *host.Display // nil: the system gives none, and there is no bar
	win     fyne.Window   // nil: not made yet
	floats  bool          // the system has been told how to treat it, since it was last shown
	shown   bool
}

// point is a place on the display in its pixels.
type point struct{ x, y int }

// overlay makes the mini bar of a desk. Without a display to ask there is none: the notification has to do.
func (s *windowSession) overlay(ctx context.Context) *overlay {
	display, err := host.OpenDisplay()
	if err != nil {
		s.p.log.WarnContext(ctx, "there is no mini bar", slog.Any("error", err))
	}
	return &overlay{s: s, ctx: ctx, display: display}
}

// raise brings the window before all others.
func (s *windowSession) raise() {
	if s.away {
		s.away = false
		s.win.Show()
	}
	if window := nativeOf(s.win); window != 0 && s.mini.display != nil {
		s.mini.display.Restore(window)
	}
	s.win.RequestFocus()
}

// deskless shows that there is no desk: the window comes back from the tray, whose icon tells nobody's state any more. On
// Fyne's goroutine, once the desk has ended.
func (s *windowSession) deskless(lang desk.Language) {
	s.tray.follow(present.TrayAlone(words.For(string(lang))), nil)
	if s.away {
		s.away = false
		s.win.Show()
	}
}

// hide takes the window away; the tray brings it back.
func (s *windowSession) hide() {
	s.away = true
	s.win.Hide()
}

// begin watches what the agent sees of the window, once there is one to be watched.
func (o *overlay) begin() {
	if o.watched || o.display == nil {
		return
	}
	window := nativeOf(o.s.win)
	if window == 0 {
		return
	}
	o.watched = true
	send, ctx := o.s.desk.loop.send, o.ctx
	o.s.start(func() {
		err := o.display.Watch(ctx, window, func(s host.Sight) { send(desk.SightChanged{Sight: sightOf(s)}) })
		if err != nil && !errors.Is(err, context.Canceled) {
			o.s.p.log.WarnContext(ctx, "nothing is known of what the window shows", slog.Any("error", err))
		}
	})
}

func sightOf(s host.Sight) desk.Sight {
	switch s {
	case host.Behind:
		return desk.SightBehind
	case host.Hidden:
		return desk.SightHidden
	case host.Front:
	}
	return desk.SightFront
}

// nativeOf is the system's handle of a window that has been made; 0 where there is none that host knows.
func nativeOf(w fyne.Window) uintptr {
	var handle uintptr
	if n, ok := w.(driver.NativeWindow); ok {
		n.RunNative(func(c any) {
			switch c := c.(type) {
			case driver.X11WindowContext:
				handle = c.WindowHandle
			case driver.WindowsWindowContext:
				handle = c.HWND
			}
		})
	}
	return handle
}

// attention makes the window stand out in the system's list of windows while a call rings that the agent does not see.
func (o *overlay) attention(on bool) {
	if o.display == nil || on && o.s.desk.loop.current().Sight == desk.SightFront {
		return
	}
	if window := nativeOf(o.s.win); window != 0 {
		if err := o.display.Attention(window, on); err != nil {
			o.s.p.log.Warn("the window does not ask for attention", slog.Any("error", err))
		}
	}
}

// follow shows or hides the bar.
func (o *overlay) follow(m present.MiniBar) {
	o.begin()
	if o.display == nil || m.Shown() == o.shown {
		return
	}
	o.shown = m.Shown()
	if !o.shown {
		if o.win != nil {
			o.win.Hide()
		}
		return
	}
	if o.win == nil {
		o.make(m.Title)
	}
	o.floats = false
	o.float() // a window that is hidden is forgotten by the window manager
	o.place()
	glfw.WindowHint(glfw.FocusOnShow, glfw.False) // else the driver asks for the keyboard when it shows it
	o.win.Show()
	glfw.WindowHint(glfw.FocusOnShow, glfw.True)
}

func (o *overlay) make(title string) {
	o.win = o.s.fy.NewWindow(title)
	o.win.SetPadded(false)
	if w, ok := o.win.(desktop.Window); ok {
		w.RequestAlwaysOnTop()
	}
	bar := o.s.ui.MiniBar(o.dragged)
	o.win.SetContent(&fyne.Container{Objects: []fyne.CanvasObject{bar}, Layout: beforeShown{o}})
	o.win.SetFixedSize(true)
	o.win.SetCloseIntercept(func() {}) // it goes with its call
}

// beforeShown fills a window with one object. The driver asks for its least size after it has made the window and
// before it shows it: the one moment in which the system can be told how to treat it.
type beforeShown struct{ o *overlay }

// MinSize implements fyne.Layout.
func (b beforeShown) MinSize(objects []fyne.CanvasObject) fyne.Size {
	b.o.float()
	return objects[0].MinSize()
}

// Layout implements fyne.Layout.
func (b beforeShown) Layout(objects []fyne.CanvasObject, size fyne.Size) { objects[0].Resize(size) }

func (o *overlay) float() {
	if o.floats || o.win == nil {
		return
	}
	handle := nativeOf(o.win)
	if handle == 0 {
		return
	}
	o.floats = true
	if err := o.display.Float(handle); err != nil {
		o.s.p.log.Warn("the mini bar may take the keyboard", slog.Any("error", err))
	}
}

// place puts the bar where the agent left it, else at the upper edge in the middle: what is written there are the
// titles of windows, not what somebody types.
func (o *overlay) place() {
	w, ok := o.win.(desktop.Window)
	if !ok {
		return
	}
	area, size := o.display.Area(), o.size()
	free := point{max(area.W-size.x, 0), max(area.H-size.y, 0)}
	at := point{area.X + free.x/2, area.Y}
	panes := o.s.desk.loop.current().Settings.Panes
	if x, put := panes[paneMiniX]; put {
		at = point{area.X + int(x*float64(free.x)), area.Y + int(panes[paneMiniY]*float64(free.y))}
	}
	// Where the text cursor of another program is known, the bar goes to the edge that is farther from it.
	bar := host.Rect{X: at.x, Y: at.y, W: size.x, H: size.y}
	if caret, known := o.display.Caret(); known && bar.Has(caret.X, caret.Y) {
		at.y = area.Y
		if caret.Y < area.Y+area.H/2 {
			at.y = area.Y + free.y
		}
	}
	w.RequestPosition(max(at.x, 1), max(at.y, 1)) // the driver takes 0,0 for "anywhere"
}

// size is the bar's in pixels of the display.
func (o *overlay) size() point {
	m, scale := o.win.Content().MinSize(), o.s.win.Canvas().Scale()
	return point{int(m.Width * scale), int(m.Height * scale)}
}

// dragged moves the bar with the mouse, which holds it by grip.
func (o *overlay) dragged(grip fyne.Position, done bool) {
	w, ok := o.win.(desktop.Window)
	x, y, known := o.display.Pointer()
	if !ok || !known {
		return
	}
	scale := o.win.Canvas().Scale()
	at := point{x - int(grip.X*scale), y - int(grip.Y*scale)}
	w.RequestPosition(at.x, at.y)
	if !done {
		return
	}
	area, size := o.display.Area(), o.size()
	share := func(at, from, free int) float64 { return min(max(float64(at-from)/float64(max(free, 1)), 0), 1) }
	send := o.s.desk.loop.send
	send(desk.PaneMoved{Pane: paneMiniX, Share: share(at.x, area.X, area.W-size.x)})
	send(desk.PaneMoved{Pane: paneMiniY, Share: share(at.y, area.Y, area.H-size.y)})
}

// Where the settings keep the place of the bar, as shares of the room it has.
const (
	paneMiniX = "mini.x"
	paneMiniY = "mini.y"
)

// close takes the bar away for good.
func (o *overlay) close() {
	if o.win != nil {
		o.win.Close()
		o.win = nil
	}
	o.shown = false
	if o.display != nil {
		o.display.Close()
		o.display = nil
	}
}
