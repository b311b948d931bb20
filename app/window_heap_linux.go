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
*/
import "C"

// keepHeapSmall makes the C part of the program give back what it no longer needs.
func keepHeapSmall() { C.callbenchKeepHeapSmall() }
