//go:build linux || freebsd || openbsd || netbsd

package host

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// HotKeys holds keys of the whole computer until ctx ends: those that the newest list of want names, written as
// Ctrl+Alt+Enter. Told is given each list that was tried, and those of it that cannot be had: another program has them, or the
// keyboard lacks them. Pressed is told of a press, not of the repeats of a key that is held down. Neither may block.
func HotKeys(ctx context.Context, want <-chan []string, told func(tried, refused []string), pressed func(chord string)) error {
	d, err := OpenDisplay()
	if err != nil {
		return err
	}
	k := &xKeys{d: d, held: map[string]grab{}, released: map[xproto.Keycode]xproto.Timestamp{}}
	gone := make(chan struct{})
	mapped := make(chan struct{}, 1) // room for one: the keyboard has another layout
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(gone)
		k.read(pressed, mapped)
	})
	defer reader.Wait()
	defer d.Close() // gives every key back
	var list []string
	for {
		select {
		case list = <-want:
			told(list, k.hold(list))
		case <-mapped:
			k.drop()
			told(list, k.hold(list))
		case <-gone:
			return ctx.Err() //nolint:wrapcheck // nil where the display went first
		case <-ctx.Done():
			return ctx.Err() //nolint:wrapcheck // the caller ended it
		}
	}
}

// grab is a chord as the server knows it.
type grab struct {
	code xproto.Keycode
	mods uint16
}

type xKeys struct {
	d *Display

	mu       sync.Mutex
	held     map[string]grab
	released map[xproto.Keycode]xproto.Timestamp // when a key was let go
}

// locks are the modifiers that must not matter: caps lock and num lock.
func locks() []uint16 {
	return []uint16{0, xproto.ModMaskLock, xproto.ModMask2, xproto.ModMaskLock | xproto.ModMask2}
}

const allLocks = xproto.ModMaskLock | xproto.ModMask2

func (k *xKeys) read(pressed func(string), mapped chan<- struct{}) {
	for {
		e, err := k.d.conn.WaitForEvent()
		if e == nil && err == nil {
			return // closed
		}
		switch e := e.(type) {
		case xproto.KeyPressEvent:
			if chord := k.press(e); chord != "" {
				pressed(chord)
			}
		case xproto.KeyReleaseEvent:
			k.mu.Lock()
			k.released[e.Detail] = e.Time // bounded: there are 248 keys
			k.mu.Unlock()
		case xproto.MappingNotifyEvent:
			select {
			case mapped <- struct{}{}:
			default:
			}
		}
	}
}

// repeat is how soon after its release a press is one of a key that is held down: the server tells of a repeat as a
// release and a press at the same moment. In milliseconds.
const repeat = 15

func (k *xKeys) press(e xproto.KeyPressEvent) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if at, ok := k.released[e.Detail]; ok && e.Time-at < repeat {
		return ""
	}
	for chord, g := range k.held {
		if g.code == e.Detail && g.mods == e.State&0xFF&^allLocks {
			return chord
		}
	}
	return ""
}

// hold gives back what is not in the list, takes what is new, and tells what cannot be had.
func (k *xKeys) hold(list []string) (refused []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for chord, g := range k.held {
		if !slices.Contains(list, chord) {
			k.release(g)
			delete(k.held, chord)
		}
	}
	for _, chord := range list {
		if _, has := k.held[chord]; has {
			continue
		}
		g, ok := k.find(chord)
		if !ok || k.take(g) != nil {
			refused = append(refused, chord)
			continue
		}
		k.held[chord] = g
	}
	return refused
}

func (k *xKeys) drop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for chord, g := range k.held {
		k.release(g)
		delete(k.held, chord)
	}
}

// take grabs a key, all or nothing. A grab that another program has is refused with BadAccess.
func (k *xKeys) take(g grab) error {
	for _, l := range locks() {
		err := xproto.GrabKeyChecked(k.d.conn, false, k.d.root, g.mods|l, g.code, xproto.GrabModeAsync, xproto.GrabModeAsync).Check()
		if err != nil {
			k.release(g)
			return fmt.Errorf("grab key: %w", err)
		}
	}
	return nil
}

func (k *xKeys) release(g grab) {
	for _, l := range locks() {
		xproto.UngrabKey(k.d.conn, g.code, k.d.root, g.mods|l) // what is not held is nobody's loss
	}
}

// find is the key of a chord on the keyboard as it is now.
func (k *xKeys) find(chord string) (grab, bool) {
	mods, key, ok := split(chord)
	sym, known := keysym(key)
	if !ok || !known {
		return grab{}, false
	}
	code, ok := keycode(k.d.conn, sym)
	g := grab{code: code}
	for bit, mask := range map[int]uint16{
		modCtrl: xproto.ModMaskControl, modAlt: xproto.ModMask1, modShift: xproto.ModMaskShift, modSuper: xproto.ModMask4,
	} {
		if mods&bit != 0 {
			g.mods |= mask
		}
	}
	return g, ok
}

// keysym is the X11 name of a key as a number (X11 protocol, appendix A).
func keysym(key string) (xproto.Keysym, bool) {
	if n, ok := functionKey(key); ok {
		return xproto.Keysym(0xFFBE + n - 1), true //nolint:gosec // n is 1 to 12
	}
	if len(key) == 1 && key[0] >= 'A' && key[0] <= 'Z' {
		return xproto.Keysym(key[0] - 'A' + 'a'), true
	}
	if len(key) == 1 && key[0] > ' ' && key[0] < 0x7F {
		return xproto.Keysym(key[0]), true
	}
	sym, ok := map[string]xproto.Keysym{
		"Enter": 0xFF0D, "Space": 0x20, "Insert": 0xFF63, "Delete": 0xFFFF, "Home": 0xFF50, "End": 0xFF57, "BackSpace": 0xFF08,
		"Up": 0xFF52, "Down": 0xFF54, "Left": 0xFF51, "Right": 0xFF53, "PageUp": 0xFF55, "PageDown": 0xFF56,
	}[key]
	return sym, ok
}

// keycode finds the key that bears a sign by itself, without Shift.
func keycode(conn *xgb.Conn, sym xproto.Keysym) (xproto.Keycode, bool) {
	s := xproto.Setup(conn)
	n := s.MaxKeycode - s.MinKeycode + 1
	m, err := xproto.GetKeyboardMapping(conn, s.MinKeycode, byte(n)).Reply()
	if err != nil || m.KeysymsPerKeycode == 0 {
		return 0, false
	}
	per := int(m.KeysymsPerKeycode)
	for i := 0; i < int(n) && (i+1)*per <= len(m.Keysyms); i++ {
		if m.Keysyms[i*per] == sym {
			return s.MinKeycode + xproto.Keycode(i), true
		}
	}
	return 0, false
}
