// Package host is what the operating system gives a desk: a place for secrets, folders, the lock that
// keeps a second program away from a profile, and the local socket of the automation port.
//
// Functions may be called from any goroutine and hold nothing but what they return; a Lock is released
// by its Close. Nothing here knows customers or calls.
package host

import (
	"fmt"
	"os"
	"path/filepath"
)

// ProfileDir is the folder of the window's profile, made if absent (mode 0700).
func ProfileDir() (string, error) {
	base, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("profile folder: %w", err)
	}
	dir := filepath.Join(base, "callbench")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("profile folder: %w", err)
	}
	return dir, nil
}
