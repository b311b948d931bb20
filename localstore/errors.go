package localstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore/vault"
)

// wrap says what was done and which of the desk's errors it met. SQLite's own text names tables and
// columns at most, never values.
func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	if kind := meaning(err); kind != nil && !errors.Is(err, kind) {
		return fmt.Errorf("%s: %w (%w)", what, kind, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

func meaning(err error) error {
	var failure *sqlite.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return nil
	case errors.As(err, &failure) && meaningOfCode(failure.Code()) != nil:
		return meaningOfCode(failure.Code())
	case errors.Is(err, sql.ErrNoRows):
		return desk.ErrNotFound
	case errors.Is(err, vault.ErrKey):
		return desk.ErrWrongKey
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		return desk.ErrDiskFull
	case heldErr(err):
		return desk.ErrHeld
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return desk.ErrReadOnly
	}
	return nil
}

// whyNot adds to an error of opening a store, where SQLite only says that it cannot, why nothing can be made in its
// folder.
func whyNot(d directory, path string, err error) error {
	var failure *sqlite.Error
	if !errors.As(err, &failure) || failure.Code()&0xff != sqlite3.SQLITE_CANTOPEN {
		return err
	}
	probe := path + ".probe"
	f, tried := d.Create(probe)
	if tried == nil {
		tried = errors.Join(f.Close(), d.Remove(probe))
	}
	if tried == nil { // the folder is not why
		tried = desk.ErrHeld
		if f, err := os.OpenFile(path, os.O_RDWR, 0); err != nil {
			tried = err
		} else if err := f.Close(); err != nil {
			tried = err
		}
	}
	return errors.Join(err, tried)
}

func heldErr(err error) bool {
	var e syscall.Errno
	return errors.As(err, &e) && vault.Held(e)
}

// meaningOfCode reads an extended result code, https://sqlite.org/rescode.html.
func meaningOfCode(code int) error {
	switch code {
	case sqlite3.SQLITE_IOERR_SHMSIZE: // the shared index could not grow
		return desk.ErrDiskFull
	case sqlite3.SQLITE_IOERR_LOCK: // see vault.Held
		return desk.ErrHeld
	case sqlite3.SQLITE_IOERR_SHMOPEN:
		return desk.ErrReadOnly
	case sqlite3.SQLITE_IOERR_DATA: // the vault's: a page does not open
		return desk.ErrDamaged
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return desk.ErrDiskFull
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL: // the last after ten seconds
		return desk.ErrHeld
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return desk.ErrReadOnly
	case sqlite3.SQLITE_CORRUPT:
		return desk.ErrDamaged
	case sqlite3.SQLITE_NOTADB:
		return desk.ErrWrongKey
	}
	return nil
}
