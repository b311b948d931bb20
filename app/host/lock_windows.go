package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// ErrInUse tells that another program has this profile open.
var ErrInUse = errors.New("profile in use")

// Lock keeps a second program away from a profile for as long as it is open; the system releases it
// when the program dies.
type Lock struct{ f *os.File }

// LockProfile takes the lock of a profile folder; ErrInUse if another program has it.
func LockProfile(dir string) (*Lock, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock profile: %w", err)
	}
	const mode = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	if err := windows.LockFileEx(windows.Handle(f.Fd()), mode, 0, 1, 0, &windows.Overlapped{}); err != nil {
		f.Close()
		if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
			return nil, ErrInUse
		}
		return nil, fmt.Errorf("lock profile: %w", err)
	}
	return &Lock{f}, nil
}

// Close gives the profile free.
func (l *Lock) Close() error { return l.f.Close() }
