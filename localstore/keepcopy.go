package localstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/callbench/callbench/desk"
)

// A copy of the file is kept before it is migrated: PATH.before-schema-N, where N is the version it came from. It is
// sealed as the file was, with the key the file had. There is one at most; Maintain removes it when it has not been
// needed for a week, or when that key is forgotten. With the older program, it is put back by renaming it to PATH, without PATH-wal.
const (
	copyEnding = ".before-schema-"
	copyKept   = 7 * 24 * time.Hour
)

// keepCopy makes the copy of a file of schema version. A disk without room for it, and for a migration that
// writes as much again, is desk.ErrDiskFull, and the file is left as it is.
func (s *Store) keepCopy(ctx context.Context, version int) error {
	if err := foldWhole(ctx, s.write.conn); err != nil {
		return err
	}
	// Nobody of this process may have the file open: closing it here would take their locks away (POSIX).
	err := s.write.close()
	if s.write = nil; err != nil {
		return err
	}
	info, err := os.Stat(s.cfg.Path)
	if err != nil {
		return err
	}
	if free, err := s.cfg.dir.Free(filepath.Dir(s.cfg.Path)); err == nil && free < 2*info.Size() {
		return fmt.Errorf("%d bytes are free, a copy before the migration and the migration need %d: %w", free, 2*info.Size(), desk.ErrDiskFull)
	}
	older, err := s.copies()
	if err != nil {
		return err
	}
	to := fmt.Sprintf("%s%s%d", s.cfg.Path, copyEnding, version)
	err = replaceFile(s.cfg.dir, to, func(w io.Writer) error {
		f, err := os.Open(s.cfg.Path)
		if err != nil {
			return err
		}
		_, err = io.Copy(w, f)
		return errors.Join(err, f.Close())
	})
	if err != nil {
		return fmt.Errorf("copy before the migration: %w", err)
	}
	s.cfg.Log.InfoContext(ctx, "store: copy kept before the migration", slog.Int("schema", version), slog.Int64("bytes", info.Size()))
	for _, name := range older {
		if name != to {
			err = errors.Join(err, clearAway(s.cfg.dir, name))
		}
	}
	return err
}

// copies gives the paths of the copies there are, half-made ones too.
func (s *Store) copies() ([]string, error) {
	dir, prefix := filepath.Dir(s.cfg.Path), filepath.Base(s.cfg.Path)+copyEnding
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, nil
}

// dropCopies is a chore: it removes the copies that were not needed.
func (s *Store) dropCopies(context.Context) (more bool, err error) {
	paths, err := s.copies()
	if err != nil {
		return false, err
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil && s.cfg.Now().Sub(info.ModTime()) > copyKept {
			err = clearAway(s.cfg.dir, path)
		}
		if err != nil {
			return false, err
		}
	}
	return false, nil
}
