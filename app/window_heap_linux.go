//go:build linux && !nowindow

package app

/*
#include <malloc.h>

// Without a limit of its own glibc puts the pictures of the software driver, megabytes each, between small things of its heap as
// soon as one of them has been freed, and the heap never becomes smaller: a window that had been large once kept 100 MB.
static void callbenchKeepHeapSmall(void) {
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
	mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
	mallopt(M_ARENA_MAX, 2);
#endif
}

static void callbenchTrimHeap(void) {
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}
*/
import "C"

import (
	"os"
	"syscall"
	"unsafe"
)

// keepHeapSmall makes the C part of the program give back what it no longer needs.
func keepHeapSmall() { C.callbenchKeepHeapSmall() }

// trimHeap gives back the pages in the middle of the C heap that hold nothing: small pictures of the driver lie between what stays.
func trimHeap() { C.callbenchTrimHeap() }

// letGo tells the system that the program's own bytes are not needed for now. They are read from its file again when they are.
func letGo(b []byte) {
	page := os.Getpagesize()
	if len(b) < 2*page {
		return
	}
	from := -int(uintptr(unsafe.Pointer(&b[0]))) & (page - 1)
	syscall.Madvise(b[from:][:(len(b)-from)&^(page-1)], syscall.MADV_DONTNEED) //nolint:errcheck // it stays, then
}
