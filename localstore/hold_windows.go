package localstore

import (
	"errors"
	"os"

	sys "golang.org/x/sys/windows"
)

// take locks a file for as long as it is open; false: somebody else has it. The system lets go when the
// process dies.
func take(f *os.File) (bool, error) {
	const mode = sys.LOCKFILE_EXCLUSIVE_LOCK | sys.LOCKFILE_FAIL_IMMEDIATELY
	err := sys.LockFileEx(sys.Handle(f.Fd()), mode, 0, 1, 0, &sys.Overlapped{})
	if errors.Is(err, sys.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}
