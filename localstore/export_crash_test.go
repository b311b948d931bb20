package localstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/callbench/callbench/internal/powercut"
)

// FoldAt is how long the log may become before Maintain folds it.
const FoldAt = foldAt

// LogBytes is how far the log reaches.
func (s *Store) LogBytes() int64 { return s.vault.LogBytes() }

// MostChanged gives how many rows the largest transaction wrote while f ran.
func (s *Store) MostChanged(ctx context.Context, f func()) (most int64, err error) {
	var before int64
	if err := s.write.conn.QueryRowContext(ctx, `SELECT total_changes()`).Scan(&before); err != nil {
		return 0, err
	}
	wrote := s.write.committed
	defer func() { s.write.committed = wrote }()
	s.write.committed = func(t *tx) {
		var now int64
		err = errors.Join(err, t.row(`SELECT total_changes()`).Scan(&now))
		most, before = max(most, now-before), now
		wrote(t)
	}
	f()
	return most, err
}

// On lays a store over a disk that records and fails.
func (c Config) On(d *powercut.Disk) Config {
	return c.OnDisk(recorded{d})
}

type recorded struct{ *powercut.Disk }

func (r recorded) Free(dir string) (int64, error) { return freeBytes(dir) }

func (r recorded) Create(path string) (DiskFile, error) { return r.Disk.Create(path) }

// Fold runs the chore of that name once, whatever the length of the log.
func (s *Store) Fold(ctx context.Context) error {
	if s.folder == nil {
		s.folder = openFolder(s.cfg.Path, s.vault)
	}
	_, err := s.foldOnce(ctx)
	return wrap("fold", err)
}

// SyncLess makes the writer's commits lose their sync, as synchronous=NORMAL does.
func (s *Store) SyncLess(ctx context.Context) error {
	_, err := s.write.conn.ExecContext(ctx, `PRAGMA synchronous = NORMAL`)
	return err
}

// Flush syncs the database as fold does before the writer has to wait.
func (s *Store) Flush(ctx context.Context) error {
	_, err := s.folder.ExecContext(ctx, flushNow)
	return wrap("flush", err)
}

// WhileRead runs f while a reader keeps what it sees in the log.
func (s *Store) WhileRead(ctx context.Context, f func()) error {
	t, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback() // nothing was written
	var n int
	if err := t.QueryRowContext(ctx, `SELECT count(*) FROM op`).Scan(&n); err != nil {
		return err
	}
	f()
	return nil
}

// Crowded gives a folder that has this much room left.
func (c Config) Crowded(free int64) Config {
	c.dir = crowded{platform{}, free}
	return c
}

type crowded struct {
	platform
	free int64
}

func (c crowded) Free(string) (int64, error) { return c.free, nil }

// DropCopies runs the chore of that name.
func (s *Store) DropCopies(ctx context.Context) error {
	_, err := s.dropCopies(ctx)
	return err
}

// Patience is how long a save waits for another process.
func (s *Store) Patience(ctx context.Context, d time.Duration) error {
	_, err := s.write.conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA busy_timeout = %d`, d.Milliseconds()))
	return err
}

// WhileWriting runs f in the middle of a write.
func (s *Store) WhileWriting(ctx context.Context, f func()) error {
	return s.write.in(ctx, func(*tx) error {
		f()
		return nil
	})
}

// Hurry makes pages give the writer back after every few rows.
func (s *Store) Hurry() { s.pageTime = 1 }

// TakeTurns runs chores as Maintain does: one that always has its turn, a long one, and one that fails at once.
func (s *Store) TakeTurns(ctx context.Context, always, long, fails func() (more bool, err error)) (failed bool) {
	step := func(f func() (bool, error)) func(context.Context) (bool, error) {
		return func(context.Context) (bool, error) { return f() }
	}
	return s.chore(ctx, []chore{{"always", step(always), true}, {"long", step(long), false}, {"fails", step(fails), false}})
}
