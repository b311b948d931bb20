//go:build !linux && !nowindow

package app

// keepHeapSmall has nothing to do: these systems give large pieces back on their own.
func keepHeapSmall() {}

func trimHeap() {}

func letGo([]byte) {}
