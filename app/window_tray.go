//go:build !nowindow

package app

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"log/slog"
	"reflect"
	"runtime"

	"fyne.io/systray"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui"
	"github.com/callbench/callbench/ui/present"
)

// trayTurn is what the tray shows next, for the desk that takes what is chosen in it; nil: there is none.
type trayTurn struct {
	tray present.Tray
	icon image.Image
	desk *workplace
}

// tray is the icon in the system's tray. The library under it is one for the process and starts once; so is this, for
// all desks of a window. All of it belongs to run, but for what is of Fyne's goroutine.
type tray struct {
	s     *windowSession
	turns chan trayTurn // room for one: the newest
	rows  []*systray.MenuItem
	shown present.Tray
	drawn *present.Tray // of Fyne's goroutine
	now   trayTurn
	icon  image.Image // of Fyne's goroutine, as drawn
	up    bool        // the library has been started
	stop  func()
}

// run keeps the icon until ctx ends. Without a tray there is none, until there is one.
func (t *tray) run(ctx context.Context) {
	there := make(chan bool, 4) // changes of a name on the bus: more do not wait
	t.s.start(func() {
		err := host.Tray(ctx, func(on bool) {
			select {
			case there <- on:
			case <-ctx.Done():
			}
		})
		if err != nil && !errors.Is(err, context.Canceled) {
			t.s.p.log.InfoContext(ctx, "no tray", slog.Any("error", err))
		}
	})
	clicks := make(chan int)
	known, has := false, false
	for {
		select {
		case has = <-there:
			known = true
			t.settle(ctx, has, clicks)
		case turn := <-t.turns:
			fresh := t.now.desk != turn.desk
			t.now = turn
			if known && fresh {
				t.settle(ctx, has, clicks)
			}
			t.show()
		case i := <-clicks:
			t.clicked(i)
		case <-ctx.Done():
			if t.up {
				t.stop()
			}
			return
		}
	}
}

// settle tells the desk whether there is a tray, and puts the icon into it the first time.
func (t *tray) settle(ctx context.Context, there bool, clicks chan<- int) {
	if t.now.desk == nil {
		return // the first turn of a desk comes back here
	}
	t.now.desk.loop.send(desk.TrayChanged{There: there})
	if !there || t.up {
		return
	}
	t.up = true
	ready := make(chan struct{})
	start, stop := systray.RunWithExternalLoop(func() { close(ready) }, func() {})
	t.stop = stop
	if runtime.GOOS == "windows" { // its window must belong to the thread that takes the messages
		t.stop = func() { ui.Cross(stop) }
		ui.Cross(start)
	} else {
		start()
	}
	select {
	case <-ready:
	case <-ctx.Done():
		return
	}
	systray.SetOnTapped(func() {
		select {
		case clicks <- 0: // the first row opens the window
		case <-ctx.Done():
		}
	})
	t.make(ctx, clicks)
	t.show()
}

func (t *tray) make(ctx context.Context, clicks chan<- int) {
	for i, r := range t.now.tray.Rows {
		if r.Rule {
			systray.AddSeparator()
		}
		add := systray.AddMenuItem
		if r.Check {
			add = func(title, tip string) *systray.MenuItem { return systray.AddMenuItemCheckbox(title, tip, r.On) }
		}
		item := add(r.Text, "")
		t.rows = append(t.rows, item)
		t.s.start(func() {
			for {
				select {
				case <-item.ClickedCh:
					select {
					case clicks <- i:
					case <-ctx.Done():
						return
					}
				case <-ctx.Done():
					return
				}
			}
		})
	}
	t.shown = present.Tray{}
}

// show brings icon and menu up to date, only where something differs.
func (t *tray) show() {
	if !t.up || len(t.rows) == 0 || len(t.rows) != len(t.now.tray.Rows) {
		return
	}
	m := t.now.tray
	if m.Tip != t.shown.Tip {
		systray.SetTooltip(m.Tip)
		systray.SetTitle(m.Tip)
	}
	if (m.Shape != t.shown.Shape || m.Tone != t.shown.Tone) && t.now.icon != nil {
		var buf bytes.Buffer
		if err := encodeTrayIcon(&buf, t.now.icon); err == nil {
			systray.SetIcon(buf.Bytes())
		}
	}
	for i, r := range m.Rows {
		if len(t.shown.Rows) == len(m.Rows) && reflect.DeepEqual(t.shown.Rows[i], r) {
			continue
		}
		item := t.rows[i]
		item.SetTitle(r.Text)
		if r.Enabled {
			item.Enable()
		} else {
			item.Disable()
		}
		if r.Check && r.On {
			item.Check()
		} else if r.Check {
			item.Uncheck()
		}
	}
	t.shown = m
}

// follow leaves the newest tray of a desk for run; nil: there is none now, and the tray shows nobody's state. On Fyne's
// goroutine, which draws the icon.
func (t *tray) follow(m present.Tray, of *workplace) {
	turn := trayTurn{tray: m, desk: of}
	if t.drawn == nil || t.drawn.Shape != m.Shape || t.drawn.Tone != m.Tone {
		t.icon = t.s.ui.Icon(m.Shape, m.Tone, trayIconSide)
	}
	turn.icon = t.icon // one that was not taken is not lost
	t.drawn = &m
	newest(t.turns, turn)
}

func (t *tray) clicked(i int) {
	rows := t.now.tray.Rows
	if i >= len(rows) || !rows[i].Enabled || rows[i].Do == nil {
		return
	}
	if t.now.desk != nil {
		t.now.desk.loop.send(rows[i].Do)
		return
	}
	switch rows[i].Do.(type) { // nobody else takes it
	case desk.WindowWanted:
		ui.Cross(t.s.raise)
	case desk.CloseWanted:
		t.s.stop()
	default: // the others need a desk
	}
}

// trayIconSide is the side of the icon in pixels; trays make it smaller.
const trayIconSide = 64

func encodePNG(w *bytes.Buffer, img image.Image) error { return png.Encode(w, img) } //nolint:wrapcheck // the caller leaves the old icon
