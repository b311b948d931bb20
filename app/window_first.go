//go:build !nowindow

package app

import (
	"errors"
	"path/filepath"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// screenKind is what a window begins with.
type screenKind int

const (
	showDesk screenKind = iota
	showLock
	showFirstRun
	showStop
)

// first is what a window begins with, and what it says.
type first struct {
	screen  screenKind
	problem string            // of the first-run screen
	stop    present.StopState // where there is no desk
	lang    desk.Language     // of a wiped desk
}

// firstScreen decides from what lies in the profile. A store that is there is never hidden behind a first-run
// screen that looks as if there were none: what opens it is missing, and that is said.
func firstScreen(dir string, set settings, known bool, marks []wipeMark, keyring error) first {
	for _, m := range marks {
		if !known || m.User == set.User {
			return first{screen: showStop, stop: present.StopState{Code: "wiped", Lost: m.Lost}, lang: m.Lang}
		}
	}
	if !known {
		if stores, err := filesLike(dir, "desk-", ".db"); err == nil && len(stores) > 0 {
			return first{screen: showFirstRun, problem: "store_kept"}
		}
		return first{screen: showFirstRun}
	}
	store := storePath(dir, set.User)
	switch there := exists(store); {
	case set.Sealed && exists(filepath.Join(dir, sealedFile)):
		return first{screen: showLock}
	case set.Sealed && there:
		return first{screen: showStop, stop: present.StopState{Code: "no_sealed", File: store}}
	case set.Sealed:
		return first{screen: showFirstRun}
	case keyring != nil && there:
		return first{screen: showStop, stop: present.StopState{Code: "keyring", File: store}}
	case keyring != nil: // joining again finds the key where it was, once the keyring is unlocked
		return first{screen: showFirstRun, problem: "keyring"}
	}
	return first{screen: showDesk}
}

// stopCode is the code of an error that keeps the desk from opening.
func stopCode(err error) string {
	switch {
	case errors.Is(err, errNoKey), errors.Is(err, host.ErrNoSecret):
		return "no_key"
	case errors.Is(err, desk.ErrWrongKey):
		return "wrong_key"
	case errors.Is(err, desk.ErrDiskFull):
		return "disk_full"
	case errors.Is(err, desk.ErrNewer):
		return "newer"
	case errors.Is(err, desk.ErrConflict):
		return "other_user"
	}
	return "store"
}
