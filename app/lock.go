package app

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
)

// lockProfile is host.LockProfile; of a folder that cannot be written it says what is safe and what to do, and is
// desk.ErrReadOnly.
func lockProfile(dir string) (*host.Lock, error) {
	lock, err := host.LockProfile(dir)
	if errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("its folder cannot be written (%w); nothing was changed and all it holds is safe: make it writable, or copy it to "+
			"where it is; callbench export, store check and store backup read it as it is", desk.ErrReadOnly)
	}
	return lock, err //nolint:wrapcheck // who asks says whose
}
