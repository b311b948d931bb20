package localstore

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Wipe removes the store at path and everything that belongs to it: its side file of keys first, then the
// database, log, index, copies and backups beside it (Path.…) and folders of sealed files of that name. The
// caller has closed the store, and takes the key out of the keyring before: without it the rest is noise,
// also where the disk keeps what was overwritten (flash does).
//
// Only the side file is overwritten before it goes: it alone holds keys. Wipe goes on after an error and tells
// all of them; done again it finishes what was left. Nothing there is no error.
func Wipe(path string) error {
	var errs []error
	if dir, err := filepath.Abs(path); err == nil {
		path = dir
	}
	for _, name := range []string{path + keysEnding, path + keysEnding + ".new"} {
		errs = append(errs, overwrite(name), remove(name))
	}
	errs = append(errs, remove(path), remove(path+"-wal"), remove(path+"-shm"), remove(path+"-journal"))
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		errs = append(errs, err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), filepath.Base(path)+".") {
			errs = append(errs, os.RemoveAll(filepath.Join(filepath.Dir(path), e.Name())))
		}
	}
	if err := syncDir(filepath.Dir(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		errs = append(errs, err)
	}
	return wrap("wipe store", errors.Join(errs...))
}

func remove(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// overwrite writes zeros over a file where it lies and syncs it.
func overwrite(name string) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		_, err = io.CopyN(f, blank{}, info.Size())
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// blank reads as zeros for ever.
type blank struct{}

func (blank) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
