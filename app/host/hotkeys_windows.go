package host

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
	"unsafe"
)

// Values of winuser.h.
const (
	modNoRepeat = 0x4000
	wmHotKey    = 0x0312
	pmRemove    = 1
)

// lookKeys is how often the thread's messages are looked at.
const lookKeys = 40 * time.Millisecond

// HotKeys holds keys of the whole computer until ctx ends: those that the newest list of want names, written as
// Ctrl+Alt+Enter. Told is given each list that was tried, and those of it that cannot be had: another program has them, or they
// are no keys. Pressed is told of a press, not of its repeats. Neither may block. Windows gives keys to a thread: the
// caller's is kept for as long as this runs.
func HotKeys(ctx context.Context, want <-chan []string, told func(tried, refused []string), pressed func(chord string)) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	d, err := OpenDisplay()
	if err != nil {
		return err
	}
	var held []string // a key's ID is its place here, from 1; freed places are empty
	give := func(i int) {
		d.call("UnregisterHotKey", 0, uintptr(i+1))
		held[i] = ""
	}
	defer func() {
		for i := range held {
			give(i)
		}
	}()
	tick := time.NewTicker(lookKeys)
	defer tick.Stop()
	for {
		select {
		case list := <-want:
			for i, chord := range held {
				if chord != "" && !slices.Contains(list, chord) {
					give(i)
				}
			}
			var refused []string
			for _, chord := range list {
				if slices.Contains(held, chord) {
					continue
				}
				i := slices.Index(held, "")
				if i < 0 {
					held, i = append(held, ""), len(held)
				}
				mods, key, ok := virtual(chord)
				if !ok || d.call("RegisterHotKey", 0, uintptr(i+1), mods|modNoRepeat, key) == 0 {
					refused = append(refused, chord)
					continue
				}
				held[i] = chord
			}
			told(list, refused)
		case <-tick.C:
			for _, id := range d.hotKeyMessages() {
				if id >= 1 && id <= len(held) && held[id-1] != "" {
					pressed(held[id-1])
				}
			}
		case <-ctx.Done():
			return fmt.Errorf("hold keys: %w", ctx.Err())
		}
	}
}

// hotKeyMessages takes what has come to this thread.
func (d *Display) hotKeyMessages() (ids []int) {
	var msg struct {
		window         uintptr
		message        uint32
		wParam, lParam uintptr
		time           uint32
		pt             winPoint
		private        uint32
	}
	for d.call("PeekMessageW", uintptr(unsafe.Pointer(&msg)), 0, wmHotKey, wmHotKey, pmRemove) != 0 {
		ids = append(ids, int(msg.wParam))
	}
	return ids
}

// virtual is a chord as RegisterHotKey takes it.
func virtual(chord string) (mods, key uintptr, ok bool) {
	m, name, ok := split(chord)
	for bit, flag := range map[int]uintptr{modCtrl: 2, modAlt: 1, modShift: 4, modSuper: 8} {
		if m&bit != 0 {
			mods |= flag
		}
	}
	if n, is := functionKey(name); is {
		return mods, uintptr(0x70 + n - 1), ok
	}
	if len(name) == 1 && (name[0] >= 'A' && name[0] <= 'Z' || name[0] >= '0' && name[0] <= '9') {
		return mods, uintptr(name[0]), ok
	}
	code, known := map[string]uintptr{
		"Enter": 0x0D, "Space": 0x20, "Insert": 0x2D, "Delete": 0x2E, "Home": 0x24, "End": 0x23, "BackSpace": 0x08,
		"Up": 0x26, "Down": 0x28, "Left": 0x25, "Right": 0x27, "PageUp": 0x21, "PageDown": 0x22,
	}[name]
	return mods, code, ok && known
}
