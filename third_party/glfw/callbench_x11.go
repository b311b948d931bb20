//go:build (linux || freebsd || netbsd || openbsd) && ((!x11 && !wayland) || x11)

// Changes of what lies below glfw/src, of which the compiler does not learn until this package changes too: 3.

package glfw

//void callbenchPlaceCandidates(unsigned long handle, int x, int y);
import "C"

// PlaceCandidates tells the input method where the caret is in the X11 window with that handle, in pixels from its
// upper left corner, so that the candidates stand there. A handle that is no window of this program is left alone. It
// must be called from the main thread. This is Callbench's own addition.
func PlaceCandidates(handle uintptr, x, y int) {
	C.callbenchPlaceCandidates(C.ulong(handle), C.int(x), C.int(y))
}
