package vault

import "syscall"

// Held reports that a file could not be used because another program has it: it was opened without sharing, a
// part of it is locked, or, as scanners do it, access is denied for a while.
func Held(e syscall.Errno) bool {
	const sharingViolation, lockViolation = 32, 33
	return e == syscall.ERROR_ACCESS_DENIED || e == sharingViolation || e == lockViolation
}
