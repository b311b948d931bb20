package host

import (
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// compositionForm is COMPOSITIONFORM of imm.h.
type compositionForm struct {
	style uint32
	at    struct{ x, y int32 }
	area  struct{ left, top, right, bottom int32 }
}

// candidateForm is CANDIDATEFORM of imm.h.
type candidateForm struct {
	index uint32
	style uint32
	at    struct{ x, y int32 }
	area  struct{ left, top, right, bottom int32 }
}

const (
	cfsPoint   = 0x0002 // CFS_POINT
	cfsExclude = 0x0080 // CFS_EXCLUDE
)

//nolint:gochecknoglobals // constant in all but name
var imm = sync.OnceValue(func() *windows.LazyDLL { return windows.NewLazySystemDLL("imm32.dll") })

// PlaceComposition tells the input method of a window where the caret is, in pixels from the upper left corner of what
// the window shows, and how high the line is: what is being composed is written there (ImmSetCompositionWindow), and the
// candidates stand below or above that line (ImmSetCandidateWindow), never over it. It must be called on the thread that
// made the window. A window without an input method is left alone.
func PlaceComposition(window uintptr, x, y, height int) {
	dll := imm()
	context, release := dll.NewProc("ImmGetContext"), dll.NewProc("ImmReleaseContext")
	composition, candidates := dll.NewProc("ImmSetCompositionWindow"), dll.NewProc("ImmSetCandidateWindow")
	for _, p := range []*windows.LazyProc{context, release, composition, candidates} {
		if p.Find() != nil { // a system without input methods
			return
		}
	}
	himc, _, _ := context.Call(window)
	if himc == 0 {
		return
	}
	defer release.Call(window, himc) //nolint:errcheck // there is nothing to do about it
	var form compositionForm
	form.style, form.at.x, form.at.y = cfsPoint, int32(x), int32(y) //nolint:gosec // of a screen
	composition.Call(himc, uintptr(unsafe.Pointer(&form)))          //nolint:errcheck,gosec // as Windows wants it
	var list candidateForm
	list.style, list.at.x, list.at.y = cfsExclude, int32(x), int32(y+height) //nolint:gosec // of a screen
	list.area.left, list.area.top = int32(x), int32(y)                       //nolint:gosec // of a screen
	list.area.right, list.area.bottom = int32(x+1), int32(y+height)          //nolint:gosec // of a screen
	candidates.Call(himc, uintptr(unsafe.Pointer(&list)))                    //nolint:errcheck,gosec // as Windows wants it
}
