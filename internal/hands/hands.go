// Package hands is a person at an X server: it presses keys, moves the mouse and looks at the screen, for the
// measurement of the window and for the random monkey. It speaks the X protocol itself: no program beside it.
//
// Open connects to a display and Close leaves it. A Hands belongs to one goroutine. There are two ways of
// pressing: Send gives a key to one window, wherever the focus is, so that a measurement on somebody's own
// desktop types into no other program; Press, Click and Move are the XTEST extension's, which the server
// takes for the real keyboard and mouse, and are for a display of their own.
//
// A key is named as the window prints it on a button: F7, Ctrl+Enter, Alt+Left; or it is one sign of ASCII.
package hands

import (
	"fmt"
	"io"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"
)

// Hands is one connection to an X server.
type Hands struct {
	x     *xgb.Conn
	root  xproto.Window
	codes map[xproto.Keysym]stroke
	time  xproto.Timestamp // of the newest key sent: the driver drops one that is not later
	test  bool
	down  []byte // keys held through XTEST, newest last
}

// stroke is where a sign lies on the keyboard.
type stroke struct {
	code  xproto.Keycode
	shift bool
}

// Open connects to a display, such as ":5"; empty: the one that DISPLAY names.
func Open(display string) (*Hands, error) {
	xgb.Logger.SetOutput(io.Discard) // it tells of displays without a password, which is no fault
	x, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("connect to the X server: %w", err)
	}
	h := &Hands{x: x, root: xproto.Setup(x).DefaultScreen(x).Root, codes: map[xproto.Keysym]stroke{}, time: 1000}
	if err := h.learn(); err != nil {
		x.Close()
		return nil, err
	}
	h.test = xtest.Init(x) == nil
	return h, nil
}

// Close leaves the display; keys that are still held are let go.
func (h *Hands) Close() {
	for len(h.down) > 0 {
		_ = h.fake(xproto.KeyRelease, h.down[len(h.down)-1]) // the connection ends anyway
		h.down = h.down[:len(h.down)-1]
	}
	h.x.Close()
}

// learn reads which key bears which sign.
func (h *Hands) learn() error {
	setup := xproto.Setup(h.x)
	first, n := setup.MinKeycode, setup.MaxKeycode-setup.MinKeycode+1
	m, err := xproto.GetKeyboardMapping(h.x, first, byte(n)).Reply()
	if err != nil {
		return fmt.Errorf("read the keyboard: %w", err)
	}
	per := int(m.KeysymsPerKeycode)
	for level := 1; level >= 0; level-- { // signs without Shift win
		for i := range int(n) {
			if level >= per {
				continue
			}
			if sym := m.Keysyms[i*per+level]; sym != 0 {
				h.codes[sym] = stroke{first + xproto.Keycode(i), level == 1}
			}
		}
	}
	return nil
}

// find gives the strokes of a named key: its modifiers' and its own.
func (h *Hands) find(name string) (mods []xproto.Keysym, mask uint16, key stroke, err error) {
	mods, sym, ok := parse(name)
	if !ok {
		return nil, 0, key, fmt.Errorf("no key is called %q", name)
	}
	key, ok = h.codes[sym]
	if !ok {
		return nil, 0, key, fmt.Errorf("this keyboard has no %q", name)
	}
	if key.shift {
		mods = append(mods, symShift)
	}
	for _, m := range mods {
		mask |= maskOf(m)
	}
	return mods, mask, key, nil
}

// Knows reports whether the keyboard has a key of that name.
func (h *Hands) Knows(name string) bool {
	_, _, _, err := h.find(name)
	return err == nil
}

// Send gives a key, pressed and let go, to a window of this display.
func (h *Hands) Send(window uint32, name string) error {
	_, mask, key, err := h.find(name)
	if err != nil {
		return err
	}
	e := xproto.KeyPressEvent{
		Detail: key.code, Root: h.root, Event: xproto.Window(window), State: mask, SameScreen: true,
	}
	h.time += 20
	e.Time = h.time
	if err := xproto.SendEventChecked(h.x, false, e.Event, xproto.EventMaskKeyPress, string(e.Bytes())).Check(); err != nil {
		return fmt.Errorf("send %s: %w", name, err)
	}
	h.time += 10
	up := xproto.KeyReleaseEvent(e)
	up.Time = h.time
	if err := xproto.SendEventChecked(h.x, false, e.Event, xproto.EventMaskKeyRelease, string(up.Bytes())).Check(); err != nil {
		return fmt.Errorf("send %s: %w", name, err)
	}
	return nil
}

// Press presses and lets go a key as the keyboard does: it goes to the window that has the focus.
func (h *Hands) Press(name string) error {
	mods, _, key, err := h.find(name)
	if err != nil {
		return err
	}
	for _, m := range mods {
		s, ok := h.codes[m]
		if !ok {
			return fmt.Errorf("this keyboard has no modifier for %q", name)
		}
		h.down = append(h.down, byte(s.code))
		if err := h.fake(xproto.KeyPress, byte(s.code)); err != nil {
			return err
		}
	}
	if err := h.fake(xproto.KeyPress, byte(key.code)); err != nil {
		return err
	}
	if err := h.fake(xproto.KeyRelease, byte(key.code)); err != nil {
		return err
	}
	for len(h.down) > 0 {
		last := h.down[len(h.down)-1]
		h.down = h.down[:len(h.down)-1]
		if err := h.fake(xproto.KeyRelease, last); err != nil {
			return err
		}
	}
	return nil
}

// Click presses a mouse button (1 left, 2 middle, 3 right, 4 and 5 the wheel) at a place of the screen, in pixels.
func (h *Hands) Click(x, y int, button byte) error {
	if err := h.Move(x, y); err != nil {
		return err
	}
	if err := h.fake(xproto.ButtonPress, button); err != nil {
		return err
	}
	return h.fake(xproto.ButtonRelease, button)
}

// Drag presses the left button at one place and lets it go at another.
func (h *Hands) Drag(x, y, toX, toY int) error {
	if err := h.Move(x, y); err != nil {
		return err
	}
	if err := h.fake(xproto.ButtonPress, 1); err != nil {
		return err
	}
	if err := h.Move((x+toX)/2, (y+toY)/2); err != nil {
		return err
	}
	if err := h.Move(toX, toY); err != nil {
		return err
	}
	return h.fake(xproto.ButtonRelease, 1)
}

// Move moves the mouse.
func (h *Hands) Move(x, y int) error {
	err := h.need()
	if err == nil {
		err = xtest.FakeInputChecked(h.x, xproto.MotionNotify, 0, 0, h.root, int16(x), int16(y), 0).Check() //nolint:gosec // places of a screen
	}
	if err != nil {
		return fmt.Errorf("move the mouse: %w", err)
	}
	return nil
}

func (h *Hands) fake(kind, detail byte) error {
	err := h.need()
	if err == nil {
		err = xtest.FakeInputChecked(h.x, kind, detail, 0, h.root, 0, 0, 0).Check()
	}
	if err != nil {
		return fmt.Errorf("fake input %d: %w", kind, err)
	}
	return nil
}

func (h *Hands) need() error {
	if !h.test {
		return fmt.Errorf("the X server has no XTEST extension")
	}
	return nil
}
