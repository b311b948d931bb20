package host

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Display asks Windows about windows and tells it how to treat ours. Its methods may be called from any goroutine.
type Display struct{ user32 *windows.LazyDLL }

// OpenDisplay is ready at once on Windows.
func OpenDisplay() (*Display, error) { return &Display{windows.NewLazySystemDLL("user32.dll")}, nil }

// Close has nothing to end on Windows.
func (d *Display) Close() {}

func (d *Display) call(name string, args ...uintptr) uintptr {
	r, _, _ := d.user32.NewProc(name).Call(args...) //nolint:errcheck // the result says what the last error would
	return r
}

// Values of winuser.h.
const (
	gwlStyle, gwlExStyle          = -16, -20
	wsPopup                       = 0x80000000
	wsFrame                       = 0x00CF0000 // WS_OVERLAPPEDWINDOW
	wsExNoActivate, wsExTopmost   = 0x08000000, 0x00000008
	wsExToolWindow, wsExAppWindow = 0x00000080, 0x00040000
	gaRoot                        = 2
	spiGetWorkArea                = 0x0030
	flashAll, flashUntilFront     = 3, 12
)

// Float makes a window, which must not be shown yet, one that stands above the others without a frame and outside the
// task bar, and that never becomes the active one, not when it appears and not when it is clicked (WS_EX_NOACTIVATE).
func (d *Display) Float(window uintptr) error {
	index := func(i int) uintptr { return uintptr(i) }
	style := d.call("GetWindowLongPtrW", window, index(gwlStyle))
	if style == 0 {
		return errors.New("float: no such window")
	}
	d.call("SetWindowLongPtrW", window, index(gwlStyle), style&^wsFrame|wsPopup)
	ex := d.call("GetWindowLongPtrW", window, index(gwlExStyle))
	d.call("SetWindowLongPtrW", window, index(gwlExStyle), ex&^wsExAppWindow|wsExNoActivate|wsExTopmost|wsExToolWindow)
	return nil
}

type winPoint struct{ x, y int32 }

type winRect struct{ left, top, right, bottom int32 }

func (r winRect) rect() Rect {
	return Rect{int(r.left), int(r.top), int(r.right - r.left), int(r.bottom - r.top)}
}

// Pointer is where the mouse is.
func (d *Display) Pointer() (x, y int, ok bool) {
	var p winPoint
	ok = d.call("GetCursorPos", uintptr(unsafe.Pointer(&p))) != 0
	return int(p.x), int(p.y), ok
}

// Place is where a window is; false where it is not known.
func (d *Display) Place(window uintptr) (Rect, bool) {
	var r winRect
	ok := d.call("GetWindowRect", window, uintptr(unsafe.Pointer(&r))) != 0
	return r.rect(), ok
}

// Area is the part of the main screen that the task bar leaves free.
func (d *Display) Area() Rect {
	var r winRect
	if d.call("SystemParametersInfoW", spiGetWorkArea, 0, uintptr(unsafe.Pointer(&r)), 0) == 0 {
		return Rect{0, 0, 1024, 640} // the smallest that we are made for
	}
	return r.rect()
}

// Attention asks for a look at a window: its entry in the task bar flashes until it is looked at or on is false.
func (d *Display) Attention(window uintptr, on bool) error {
	info := struct {
		size           uint32
		window         uintptr
		flags          uint32
		count, timeout uint32
	}{window: window}
	info.size = uint32(unsafe.Sizeof(info))
	if on {
		info.flags = flashAll | flashUntilFront
	}
	d.call("FlashWindowEx", uintptr(unsafe.Pointer(&info)))
	return nil
}

// Caret is where the text cursor of the program in front is, where it uses the system's.
func (d *Display) Caret() (Rect, bool) {
	info := struct {
		size, flags                                    uint32
		active, focus, capture, owner, moveSize, caret uintptr
		rect                                           winRect
	}{}
	info.size = uint32(unsafe.Sizeof(info))
	if d.call("GetGUIThreadInfo", 0, uintptr(unsafe.Pointer(&info))) == 0 || info.caret == 0 {
		return Rect{}, false
	}
	p := winPoint{info.rect.left, info.rect.top}
	if d.call("ClientToScreen", info.caret, uintptr(unsafe.Pointer(&p))) == 0 {
		return Rect{}, false
	}
	return Rect{int(p.x), int(p.y), int(info.rect.right - info.rect.left), int(info.rect.bottom - info.rect.top)}, true
}

// Restore brings a minimised window back.
func (d *Display) Restore(window uintptr) {
	const restore = 9 // SW_RESTORE
	if d.call("IsIconic", window) != 0 {
		d.call("ShowWindow", window, restore)
	}
}

// lookSight is how often Watch looks: Windows tells other programs' changes only to hooks.
const lookSight = 250 * time.Millisecond

// Watch tells how much of a window is seen, at once and after each change, until ctx ends. Tell must not block.
func (d *Display) Watch(ctx context.Context, window uintptr, tell func(Sight)) error {
	last := d.sight(window)
	tell(last)
	tick := time.NewTicker(lookSight)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if now := d.sight(window); now != last {
				last = now
				tell(now)
			}
		case <-ctx.Done():
			return fmt.Errorf("watch window: %w", ctx.Err())
		}
	}
}

func (d *Display) sight(window uintptr) Sight {
	if d.call("IsIconic", window) != 0 || d.call("IsWindowVisible", window) == 0 {
		return Hidden
	}
	if d.call("GetForegroundWindow") == window {
		return Front
	}
	r, ok := d.Place(window)
	if !ok {
		return Hidden
	}
	return seen(r, func(x, y int) bool {
		at := uintptr(uint32(int32(x))) | uintptr(uint32(int32(y)))<<32 // a POINT by value
		root := d.call("GetAncestor", d.call("WindowFromPoint", at), gaRoot)
		return root == window || d.ours(root)
	})
}

// ours reports whether a window is this program's: the mini bar is no hindrance.
func (d *Display) ours(window uintptr) bool {
	var pid uint32
	d.call("GetWindowThreadProcessId", window, uintptr(unsafe.Pointer(&pid)))
	return pid == windows.GetCurrentProcessId()
}
