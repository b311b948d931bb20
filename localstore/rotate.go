package localstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore/vault"
)

const (
	resealPages = 64 // in one transaction: some milliseconds of the writer
	truncateTry = 20 // milliseconds that the writer waits for readers of the log
)

// pass is how far resealing has come. It is not kept on disk: the pages say themselves whose they are, and
// looking at one costs little.
type pass struct {
	next  uint32 // page to look at next; 0: the first
	wrote bool   // something was stale in this pass
	clean bool   // the log was emptied before this pass, so that it sees every page as it is
	bad   int    // pages that do not open: they keep the old key alive
	stuck bool   // a clean pass has found bad ones only: there is no use in another
}

// Rotate begins to seal the store with a new key. keep must put it where Config.Key will come from at the next
// Open, durably; it runs while commits go on. From then on what is written is sealed with the new key, and
// Maintain reseals every page in steps, whatever happens in between: a store that is killed and opened again,
// with either key, goes on. When no page of the old key is left, in the log neither, the old key is forgotten.
//
// When keep fails the old key stays the one that seals and opens; since it may have kept the key all the same,
// the side file still holds what opens the store with either. Rotate again offers keep the same new key, also
// after a restart. desk.ErrConflict: a rotation is under way already.
func (s *Store) Rotate(ctx context.Context, keep func(key [32]byte) error) error {
	return wrap("rotate store key", s.rotate(ctx, keep))
}

func (s *Store) rotate(ctx context.Context, keep func(key [32]byte) error) error {
	if err := s.takeKeys(ctx); err != nil {
		return err
	}
	defer s.leaveKeys()
	t := s.turning.Load()
	if t != nil && t.kept {
		return fmt.Errorf("a rotation %s is under way: %w", t, desk.ErrConflict)
	}
	if t == nil {
		var err error
		if t, err = s.prepare(); err != nil {
			return err
		}
		s.turning.Store(t)
	}
	if err := keep(t.new); err != nil {
		return fmt.Errorf("keep the new key: %w", err)
	}
	kept := *t
	kept.kept = true
	if err := s.write.take(context.WithoutCancel(ctx)); err != nil { // the keyring has changed: no way back
		return err
	}
	s.vault.Use(s.vault.Ring().Sealing(t.to))
	s.write.leave()
	s.turning.Store(&kept)
	s.keys.key = t.new
	s.nudge()
	s.cfg.Log.InfoContext(ctx, "store: key rotation begun", slog.String("epochs", t.String()))
	return nil
}

// prepare makes a new key and puts both into the side file, each under the other. From here on either opens
// the store.
func (s *Store) prepare() (*turning, error) {
	from := s.vault.Ring().Epoch()
	t := &turning{from: from, to: from + 1, old: s.keys.key}
	rand.Read(t.new[:])
	file, err := readKeys(s.cfg.Path)
	if err != nil {
		return nil, err
	}
	file.Rotation = newRotationRecord(t)
	if err := file.write(s.cfg.dir, s.cfg.Path); err != nil {
		return nil, err
	}
	s.vault.Use(t.ring()) // the old one still seals: no need for the writer's turn
	return t, nil
}

// KeyTurn tells how far a rotation is.
func (s *Store) KeyTurn() KeyTurn {
	t := s.turning.Load()
	if t == nil {
		return KeyTurn{}
	}
	return KeyTurn{On: true, Waiting: !t.kept, Done: s.resealed.Load(), Pages: s.toReseal.Load()}
}

// FinishRotation does at once what Maintain would do in time, and returns when the old key is forgotten. It is
// for a command that does nothing else; it must not run beside Maintain. progress may be nil.
func (s *Store) FinishRotation(ctx context.Context, progress func(KeyTurn)) error {
	for more := true; more; {
		var err error
		if more, err = s.reseal(ctx); err != nil {
			return wrap("reseal store", err)
		}
		if progress != nil {
			progress(s.KeyTurn())
		}
		if err := ctx.Err(); err != nil {
			return wrap("reseal store", err)
		}
	}
	if t := s.turning.Load(); t != nil {
		return wrap("reseal store", fmt.Errorf("the rotation %s is not finished: %w", t, desk.ErrConflict))
	}
	return nil
}

// reseal is a chore: one step of a rotation.
func (s *Store) reseal(ctx context.Context) (more bool, err error) {
	t := s.turning.Load()
	p := &s.keys.pass
	if t == nil || !t.kept || p.stuck {
		return false, nil
	}
	list, next, err := vault.Stale(s.cfg.Path, t.to, p.next, resealPages)
	if err != nil {
		return false, err
	}
	if len(list) > 0 {
		if err := s.resealPages(ctx, list); err != nil {
			return false, err
		}
	}
	if _, err := s.fold(ctx); err != nil {
		return false, err
	}
	s.tellReseal(next)
	if p.next = next; next != 0 {
		return true, nil
	}
	return s.endPass(ctx, t)
}

// endPass looks at what a pass over all pages has found. A page may have been resealed in the log and be stale
// in the database until the log is folded, and old frames may lie in the log: so the last pass begins with an
// empty log, and finds nothing.
func (s *Store) endPass(ctx context.Context, t *turning) (more bool, err error) {
	p := &s.keys.pass
	switch {
	case p.clean && p.bad > 0 && !p.wrote:
		p.stuck = true
		return false, fmt.Errorf("%d pages do not open and cannot be resealed; the old key is kept: %w", p.bad, desk.ErrDamaged)
	case !p.clean || p.wrote:
		if err := s.emptyLog(ctx); err != nil {
			return false, err
		}
		*p = pass{clean: true}
		return true, nil
	}
	if only, err := vault.LogIsOnly(s.cfg.Path, t.to); err != nil || !only {
		*p = pass{}
		return err == nil, err
	}
	return false, s.forget(ctx, t)
}

// resealPages writes pages as they are. One that does not open is left out and counted.
func (s *Store) resealPages(ctx context.Context, list []uint32) error {
	write := func(pages []uint32) error {
		return s.write.in(ctx, func(t *tx) error {
			for _, page := range pages {
				done, err := t.affected(`UPDATE sqlite_dbpage SET data = data WHERE pgno = ?`, page)
				if err != nil {
					return err
				}
				if n, err := done.RowsAffected(); err != nil || n > 0 { // none: behind the end of the database
					s.keys.pass.wrote = true
				}
			}
			return nil
		})
	}
	err := write(list)
	if !unreadable(err) {
		return err
	}
	for _, page := range list {
		if err := write([]uint32{page}); unreadable(err) {
			s.keys.pass.bad++
		} else if err != nil {
			return err
		}
	}
	return nil
}

// unreadable reports that a page does not open, or holds what no page may.
func unreadable(err error) bool {
	var failure *sqlite.Error
	return errors.As(err, &failure) && (failure.Code() == sqlite3.SQLITE_IOERR_DATA || failure.Code()&0xff == sqlite3.SQLITE_CORRUPT)
}

// emptyLog brings all of the log into the database and cuts it to nothing. The writer waits for the last
// of it, and no longer than truncateTry for readers.
func (s *Store) emptyLog(ctx context.Context) error {
	if s.folder == nil {
		s.folder = openFolder(s.cfg.Path, s.vault)
	}
	if _, err := s.foldOnce(ctx); err != nil {
		return err
	}
	if err := s.write.take(ctx); err != nil {
		return err
	}
	defer s.write.leave()
	conn, err := s.folder.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // back to its pool
	if _, err := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA busy_timeout = %d`, truncateTry)); err != nil {
		return err
	}
	var busy, frames, done int64
	err = conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &done)
	_, back := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA busy_timeout = 0`)
	if err := errors.Join(err, back); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("the log is being read; the old key is kept for now")
	}
	s.folded = 0
	return nil
}

// forget ends a rotation: the side file loses the old key and gets an envelope of the new one, if there was
// one, and the ring keeps the new one only.
func (s *Store) forget(ctx context.Context, t *turning) error {
	if err := s.takeKeys(ctx); err != nil {
		return err
	}
	defer s.leaveKeys()
	file, err := readKeys(s.cfg.Path)
	if err != nil {
		return err
	}
	file.Rotation = nil
	if err := s.resealEnvelope(ctx, &file, t); err != nil {
		return err
	}
	if err := file.write(s.cfg.dir, s.cfg.Path); err != nil {
		return err
	}
	if err := s.write.take(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	s.vault.Use(s.vault.Ring().Only(t.to))
	s.write.leave()
	s.turning.Store(nil)
	s.keys.pass = pass{}
	// A copy from before a migration is sealed with the old key, which nobody has any more, or somebody should not have.
	if old, err := s.copies(); err == nil {
		err = clearAway(s.cfg.dir, old...)
		if err != nil {
			s.cfg.Log.WarnContext(ctx, "store: copy of the old key not removed", slog.Any("error", err))
		}
	}
	s.cfg.Log.InfoContext(ctx, "store: key rotated", slog.String("epochs", t.String()))
	return nil
}

// tellReseal notes for KeyTurn how far a pass is.
func (s *Store) tellReseal(next uint32) {
	info, err := os.Stat(s.cfg.Path)
	if err != nil {
		return // the next step tells
	}
	pages := info.Size() / vault.PageSize
	s.toReseal.Store(pages)
	if next == 0 {
		s.resealed.Store(pages)
		return
	}
	s.resealed.Store(int64(next) - 1)
}
