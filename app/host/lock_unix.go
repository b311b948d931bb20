//go:build unix

package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
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
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close() //nolint:errcheck,gosec // nothing was written
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, ErrInUse
		}
		return nil, fmt.Errorf("lock profile: %w", err)
	}
	return &Lock{f}, nil
}

// Close gives the profile free.
func (l *Lock) Close() error { return l.f.Close() }
