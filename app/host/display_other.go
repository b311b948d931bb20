//go:build !linux && !freebsd && !openbsd && !netbsd && !windows

package host

import "context"

// Display is not there on this system: OpenDisplay says so, and nothing else is called.
type Display struct{}

// OpenDisplay gives ErrNoDisplay.
func OpenDisplay() (*Display, error) { return nil, ErrNoDisplay }

// Close does nothing.
func (*Display) Close() {}

// Float gives ErrNoDisplay.
func (*Display) Float(uintptr) error { return ErrNoDisplay }

// Pointer is not known.
func (*Display) Pointer() (x, y int, ok bool) { return 0, 0, false }

// Place is not known.
func (*Display) Place(uintptr) (Rect, bool) { return Rect{}, false }

// Area is not known.
func (*Display) Area() Rect { return Rect{0, 0, 1024, 640} }

// Attention gives ErrNoDisplay.
func (*Display) Attention(uintptr, bool) error { return ErrNoDisplay }

// Caret is not known.
func (*Display) Caret() (Rect, bool) { return Rect{}, false }

// Restore does nothing.
func (*Display) Restore(uintptr) {}

// Watch gives ErrNoDisplay.
func (*Display) Watch(context.Context, uintptr, func(Sight)) error { return ErrNoDisplay }
