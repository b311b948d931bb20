//go:build nowindow

package app

import "fmt"

// homeFromSettings: profiles that the window made have their keys where only the window's program looks.
func (f storeProfileFlags) homeFromSettings(_ *program, at *keyHome) error {
	return &usageError{fmt.Errorf("%s has no profile.toml; the store of a window's profile is for callbench, not callbench-cli", at.dir)}
}
