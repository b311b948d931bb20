//go:build !windows

package localstore

import "syscall"

// freeBytes is what this user may still write to the disk that dir is on.
func freeBytes(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:gosec,unconvert // not negative; the types differ between systems
}
