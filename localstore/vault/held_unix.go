//go:build !windows

package vault

import "syscall"

// Held reports that a file could not be used because another program has it.
func Held(e syscall.Errno) bool {
	return e == syscall.EAGAIN || e == syscall.EBUSY || e == syscall.ETXTBSY
}
