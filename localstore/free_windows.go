package localstore

import (
	"syscall"
	"unsafe"
)

// freeBytes is what this user may still write to the disk that dir is on.
func freeBytes(dir string) (int64, error) {
	name, err := syscall.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	ask := syscall.NewLazyDLL("kernel32.dll").NewProc("GetDiskFreeSpaceExW")
	var free int64
	if ok, _, err := ask.Call(uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&free)), 0, 0); ok == 0 { //nolint:gosec // as the call wants it
		return 0, err
	}
	return free, nil
}
