//go:build !windows

package localstore

import (
	"errors"
	"os"
	"syscall"
)

// take locks a file for as long as it is open; false: somebody else has it. The system lets go when the
// process dies.
func take(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
