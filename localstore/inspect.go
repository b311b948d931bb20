package localstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore/vault"
)

// inspectors bounds the connections of a store that is open for reading only: one answers, one beside it
// looks things up.
const inspectors = 2

// Inspect opens the file at cfg.Path for reading only: it is neither made, migrated, claimed nor folded, and
// another program may have it open and write meanwhile. Whatever wants to write on the Store it gives is
// desk.ErrReadOnly. Of side files SQLite may make an empty log and its index, where they are missing; where
// the folder cannot be written it does without, if no log waits to be folded.
//
// It must not be called in a program that has the same file open by Open: closing a file that was read to
// prove the key would let go of that one's locks (POSIX).
func Inspect(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s, err := inspect(ctx, cfg, false)
	if err != nil {
		return nil, wrap("inspect store", err)
	}
	return s, nil
}

// inspect does it; still says that no program has the file open, so that without a log no side file is made.
func inspect(ctx context.Context, cfg Config, still bool) (_ *Store, err error) {
	if cfg.Key == [32]byte{} {
		return nil, fmt.Errorf("no key: %w", desk.ErrInvalid)
	}
	if cfg.Path, err = filepath.Abs(cfg.Path); err != nil {
		return nil, err
	}
	if _, err := os.Stat(cfg.Path); err != nil {
		return nil, err
	}
	ring, t, err := keysOf(ctx, cfg.Path, cfg.Key, cfg.Log)
	if err != nil {
		return nil, err
	}
	v, err := vault.Open(ring)
	if err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, vault: v, due: make(chan struct{}, 1)}
	s.turning.Store(t)
	log, err := fileSize(cfg.Path + "-wal")
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	db, err := readOnly(source(cfg.Path, v, "query_only(1)", fmt.Sprintf("cache_size(-%d)", readerCache)), still && log == 0)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.read = &reader{db, cfg.Measure.trace()}
	var version int
	err = s.read.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version)
	if err == nil {
		var known []string
		known, err = fs.Glob(schema, "schema/*.sql")
		if err == nil && version > len(known) {
			err = fmt.Errorf("schema %d, this program knows %d: %w", version, len(known), desk.ErrNewer)
		}
	}
	if err != nil {
		err = errors.Join(err, s.close())
		if !still && log == 0 && cannotMake(err) && noIndex(cfg.Path) {
			return inspect(ctx, cfg, true)
		}
		return nil, err
	}
	return s, nil
}

// cannotMake reports that SQLite could not make the side files that reading takes: the folder cannot be written.
func cannotMake(err error) bool {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return false
	}
	code := failure.Code()
	return code == sqlite3.SQLITE_IOERR_SHMOPEN || code&0xff == sqlite3.SQLITE_CANTOPEN || code&0xff == sqlite3.SQLITE_READONLY
}

// noIndex reports that there is no index of a log: no desk has the file open, which would have made one.
func noIndex(path string) bool {
	_, err := os.Stat(path + "-shm")
	return errors.Is(err, fs.ErrNotExist)
}
