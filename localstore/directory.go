package localstore

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// directory is what the store does to its folder besides what SQLite does. Tests put a disk there that loses its
// power or fails (internal/powercut); whoever writes a file beside the store does it through this.
type directory interface {
	// Create makes a file for writing, for this user only, that must not be there yet.
	Create(path string) (DiskFile, error)
	Rename(from, to string) error
	Remove(path string) error
	// SyncDir makes durable what was created, renamed and removed in dir.
	SyncDir(dir string) error
	// Free is how many bytes may still be written to dir.
	Free(dir string) (int64, error)
}

// DiskFile is a new file of a directory.
type DiskFile interface {
	io.WriteCloser
	Sync() error
}

// Disk is another disk than the operating system's, for tests: one that loses its power or fails. VFS is its name among
// SQLite's; the rest is what the store does to its folder by itself.
type Disk interface {
	VFS() string
	Create(path string) (DiskFile, error)
	Rename(from, to string) error
	Remove(path string) error
	SyncDir(dir string) error
	Free(dir string) (int64, error)
}

// OnDisk gives the same store on another disk.
func (c Config) OnDisk(d Disk) Config {
	c.dir, c.disk = d, d.VFS()
	return c
}

// platform is the operating system's.
type platform struct{}

func (platform) Create(path string) (DiskFile, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
}
func (platform) Rename(from, to string) error { return os.Rename(from, to) }
func (platform) Remove(path string) error     { return os.Remove(path) }

func (platform) SyncDir(dir string) error { return syncDir(dir) }

func (platform) Free(dir string) (int64, error) { return freeBytes(dir) }

// syncDir makes a rename durable. Windows has no such thing to ask for.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// clearAway takes files away durably. That one is not there is no error.
func clearAway(d directory, paths ...string) error {
	gone := false
	for _, path := range paths {
		if err := d.Remove(path); err == nil {
			gone = true
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if !gone {
		return nil
	}
	return d.SyncDir(filepath.Dir(paths[0]))
}

// makeEmpty makes a file for SQLite to fill, for this user only.
func makeEmpty(d directory, path string) error {
	f, err := d.Create(path)
	if err != nil {
		return err
	}
	return f.Close()
}

// replaceFile makes path hold what write writes: all of it or, after a power cut, what it held before.
func replaceFile(d directory, path string, write func(io.Writer) error) error {
	fresh := path + ".new"
	if err := clearAway(d, fresh); err != nil {
		return err
	}
	f, err := d.Create(fresh)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, d.Remove(fresh))
	}
	if err := d.Rename(fresh, path); err != nil {
		return errors.Join(err, d.Remove(fresh))
	}
	return d.SyncDir(filepath.Dir(path))
}

// makeDir makes a folder with those above it, durably: a store is lost with the folder it is in.
func makeDir(d directory, dir string) error {
	if _, err := os.Stat(dir); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	above := filepath.Dir(dir)
	if err := makeDir(d, above); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return d.SyncDir(above)
}
