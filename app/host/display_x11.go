//go:build linux || freebsd || openbsd || netbsd

package host

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"sync"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// Display asks the X server about windows and tells it how to treat ours. Its methods may be called from any
// goroutine; each is a few round trips on a connection of its own, which Close ends.
type Display struct {
	conn *xgb.Conn
	root xproto.Window

	mu    sync.Mutex
	atoms map[string]xproto.Atom
}

// quietX keeps the X library's own remarks out of the log: what matters comes back as an error.
var quietX = sync.OnceFunc(func() { xgb.Logger = log.New(io.Discard, "", 0) }) //nolint:gochecknoglobals // once per process

// OpenDisplay connects to the display that DISPLAY names; ErrNoDisplay where there is none.
func OpenDisplay() (*Display, error) {
	quietX()
	conn, err := xgb.NewConn()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoDisplay, err)
	}
	return &Display{conn: conn, root: xproto.Setup(conn).DefaultScreen(conn).Root, atoms: map[string]xproto.Atom{}}, nil
}

// Close ends the connection.
func (d *Display) Close() { d.conn.Close() }

// xid is a window's number as the driver hands it out; X numbers have 29 bits.
func xid(window uintptr) xproto.Window { return xproto.Window(window) } //nolint:gosec // 29 bits

// atom is the number of a name; 0 where the server does not answer.
func (d *Display) atom(name string) xproto.Atom {
	d.mu.Lock()
	a, ok := d.atoms[name]
	d.mu.Unlock()
	if ok {
		return a
	}
	r, err := xproto.InternAtom(d.conn, false, uint16(len(name)), name).Reply() //nolint:gosec // our own short names
	if err != nil {
		return 0
	}
	d.mu.Lock()
	d.atoms[name] = r.Atom
	d.mu.Unlock()
	return r.Atom
}

// maxWords bounds what is read of a property: more windows than anyone has open.
const maxWords = 4096

// words are the 32-bit values of a property; nil where there is none.
func (d *Display) words(w xproto.Window, name string) []uint32 {
	r, err := xproto.GetProperty(d.conn, false, w, d.atom(name), xproto.GetPropertyTypeAny, 0, maxWords).Reply()
	if err != nil || r.Format != 32 {
		return nil
	}
	list := make([]uint32, 0, len(r.Value)/4)
	for v := r.Value; len(v) >= 4; v = v[4:] {
		list = append(list, binary.LittleEndian.Uint32(v))
	}
	return list
}

// put sets a property of 32-bit values.
func (d *Display) put(w xproto.Window, name string, kind xproto.Atom, values ...uint32) error {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	err := xproto.ChangePropertyChecked(d.conn, xproto.PropModeReplace, w, d.atom(name), kind, 32, uint32(len(values)), b).Check() //nolint:gosec // a few values
	if err != nil {
		return fmt.Errorf("set %s: %w", name, err)
	}
	return nil
}

// Float makes a window, which must not be shown yet, one that stands above the others on every workspace, without a
// frame and outside the list of windows, and that never has the keyboard: not when it appears and not when it is
// clicked (ICCCM 4.1.7: no input; EWMH _NET_WM_USER_TIME 0).
func (d *Display) Float(window uintptr) error {
	w := xid(window)
	atoms := func(names ...string) []uint32 {
		list := make([]uint32, 0, len(names))
		for _, n := range names {
			list = append(list, uint32(d.atom(n)))
		}
		return list
	}
	const (
		inputHint, stateHint = 1, 2 // flags of WM_HINTS
		normalState          = 1
		decorations          = 2 // flag of _MOTIF_WM_HINTS
		everyDesktop         = 0xFFFFFFFF
	)
	for _, p := range []struct {
		name   string
		kind   xproto.Atom
		values []uint32
	}{
		{"WM_HINTS", d.atom("WM_HINTS"), []uint32{inputHint | stateHint, 0, normalState, 0, 0, 0, 0, 0, 0}},
		{"_MOTIF_WM_HINTS", d.atom("_MOTIF_WM_HINTS"), []uint32{decorations, 0, 0, 0, 0}},
		{"_NET_WM_WINDOW_TYPE", xproto.AtomAtom, atoms("_NET_WM_WINDOW_TYPE_NOTIFICATION", "_NET_WM_WINDOW_TYPE_UTILITY")},
		{"_NET_WM_STATE", xproto.AtomAtom, atoms("_NET_WM_STATE_ABOVE", "_NET_WM_STATE_STICKY", "_NET_WM_STATE_SKIP_TASKBAR", "_NET_WM_STATE_SKIP_PAGER")},
		{"_NET_WM_DESKTOP", xproto.AtomCardinal, []uint32{everyDesktop}},
		{"_NET_WM_USER_TIME", xproto.AtomCardinal, []uint32{0}},
	} {
		if err := d.put(w, p.name, p.kind, p.values...); err != nil {
			return err
		}
	}
	return nil
}

// Pointer is where the mouse is.
func (d *Display) Pointer() (x, y int, ok bool) {
	r, err := xproto.QueryPointer(d.conn, d.root).Reply()
	if err != nil {
		return 0, 0, false
	}
	return int(r.RootX), int(r.RootY), true
}

// place is where a window is on the display.
func (d *Display) place(w xproto.Window) (Rect, bool) {
	g, err := xproto.GetGeometry(d.conn, xproto.Drawable(w)).Reply()
	if err != nil {
		return Rect{}, false
	}
	t, err := xproto.TranslateCoordinates(d.conn, w, d.root, 0, 0).Reply()
	if err != nil {
		return Rect{}, false
	}
	return Rect{int(t.DstX), int(t.DstY), int(g.Width), int(g.Height)}, true
}

// Place is where a window is; false where it is not known.
func (d *Display) Place(window uintptr) (Rect, bool) { return d.place(xid(window)) }

// Area is the part of the display that panels leave free (EWMH _NET_WORKAREA), else all of it.
func (d *Display) Area() Rect {
	s := xproto.Setup(d.conn).DefaultScreen(d.conn)
	area := Rect{0, 0, int(s.WidthInPixels), int(s.HeightInPixels)}
	if v := d.words(d.root, "_NET_WORKAREA"); len(v) >= 4 && v[2] > 0 && v[3] > 0 {
		area = Rect{int(v[0]), int(v[1]), int(v[2]), int(v[3])}
	}
	return area
}

// Attention asks for a look at a window: its entry in the list of windows blinks or stands out until it is looked at
// or on is false (EWMH _NET_WM_STATE_DEMANDS_ATTENTION).
func (d *Display) Attention(window uintptr, on bool) error {
	action := uint32(0)
	if on {
		action = 1
	}
	const fromApplication = 1
	e := xproto.ClientMessageEvent{
		Format: 32, Window: xid(window), Type: d.atom("_NET_WM_STATE"),
		Data: xproto.ClientMessageDataUnionData32New([]uint32{action, uint32(d.atom("_NET_WM_STATE_DEMANDS_ATTENTION")), 0, fromApplication, 0}),
	}
	const mask = xproto.EventMaskSubstructureRedirect | xproto.EventMaskSubstructureNotify
	if err := xproto.SendEventChecked(d.conn, false, d.root, mask, string(e.Bytes())).Check(); err != nil {
		return fmt.Errorf("ask for attention: %w", err)
	}
	return nil
}

// Caret is not told by X11: no program knows another's.
func (d *Display) Caret() (Rect, bool) { return Rect{}, false }

// Restore does nothing under X11: asking for the keyboard brings a minimised window back.
func (d *Display) Restore(uintptr) {}

// settleSight is how long a change may go on before it counts: windows that swap places are not two changes.
const settleSight = 80 * time.Millisecond

// Watch tells how much of a window is seen, at once and after each change, until ctx ends. Tell must not block. It
// returns early where the window or the display goes.
func (d *Display) Watch(ctx context.Context, window uintptr, tell func(Sight)) error {
	own, err := OpenDisplay() // its events are this watch's alone
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, own.Close)
	defer func() {
		if stop() {
			own.Close()
		}
	}()
	w := xid(window)
	// What happens to any window is told by the properties of the root; what happens to ours, by its own.
	for win, mask := range map[xproto.Window]uint32{
		own.root: xproto.EventMaskPropertyChange | xproto.EventMaskSubstructureNotify,
		w:        xproto.EventMaskPropertyChange | xproto.EventMaskStructureNotify | xproto.EventMaskFocusChange,
	} {
		if err := xproto.ChangeWindowAttributesChecked(own.conn, win, xproto.CwEventMask, []uint32{mask}).Check(); err != nil {
			return fmt.Errorf("watch window: %w", err)
		}
	}
	changed, gone := make(chan struct{}, 1), make(chan struct{}) // room for one: that something has changed
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(gone)
		for {
			e, err := own.conn.WaitForEvent()
			if e == nil && err == nil {
				return // closed
			}
			select {
			case changed <- struct{}{}:
			default:
			}
		}
	})
	defer reader.Wait()
	defer own.Close()
	return own.follow(ctx, w, tell, changed, gone)
}

func (d *Display) follow(ctx context.Context, w xproto.Window, tell func(Sight), changed, gone <-chan struct{}) error {
	last := d.sight(w)
	tell(last)
	settle := time.NewTimer(settleSight)
	defer settle.Stop()
	for {
		select {
		case <-changed:
			settle.Reset(settleSight)
		case <-settle.C:
			if now := d.sight(w); now != last {
				last = now
				tell(now)
			}
		case <-gone:
			return ctx.Err() //nolint:wrapcheck // nil where the display went first: there is nothing left to watch
		case <-ctx.Done():
			return ctx.Err() //nolint:wrapcheck // the caller ended it
		}
	}
}

// iconic is WM_STATE of a minimised window (ICCCM 4.1.3.1).
const iconic = 3

func (d *Display) sight(w xproto.Window) Sight {
	if v := d.words(w, "WM_STATE"); len(v) > 0 && v[0] == iconic {
		return Hidden
	}
	a, err := xproto.GetWindowAttributes(d.conn, w).Reply()
	if err != nil || a.MapState != xproto.MapStateViewable {
		return Hidden
	}
	if d.active(w) {
		return Front
	}
	r, ok := d.place(w)
	if !ok {
		return Hidden
	}
	above := d.above(w)
	s := xproto.Setup(d.conn).DefaultScreen(d.conn)
	screen := Rect{0, 0, int(s.WidthInPixels), int(s.HeightInPixels)}
	return seen(r, func(x, y int) bool {
		for _, o := range above {
			if o.Has(x, y) {
				return false
			}
		}
		return screen.Has(x, y)
	})
}

// active reports whether a window has the keyboard: as the window manager says, else as the server does.
func (d *Display) active(w xproto.Window) bool {
	if v := d.words(d.root, "_NET_ACTIVE_WINDOW"); len(v) > 0 && v[0] != 0 {
		return xproto.Window(v[0]) == w
	}
	f, err := xproto.GetInputFocus(d.conn).Reply()
	return err == nil && f.Focus == w
}

// above are the places of the windows that lie over one, as the window manager orders them. Those of this program
// that float are no hindrance: they are small, and speak of the same call.
func (d *Display) above(w xproto.Window) []Rect {
	var list []Rect
	over := false
	for _, v := range d.words(d.root, "_NET_CLIENT_LIST_STACKING") {
		o := xproto.Window(v)
		if o == w {
			over = true
			continue
		}
		if !over || d.floats(o) {
			continue
		}
		if a, err := xproto.GetWindowAttributes(d.conn, o).Reply(); err != nil || a.MapState != xproto.MapStateViewable {
			continue
		}
		if r, ok := d.place(o); ok {
			list = append(list, r)
		}
	}
	return list
}

func (d *Display) floats(w xproto.Window) bool {
	v := d.words(w, "_NET_WM_WINDOW_TYPE")
	return len(v) > 0 && xproto.Atom(v[0]) == d.atom("_NET_WM_WINDOW_TYPE_NOTIFICATION")
}
