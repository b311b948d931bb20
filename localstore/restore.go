package localstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore/vault"
)

// maxNamed bounds the changes that a restore names one by one; the others are counted.
const maxNamed = 100

// RestoreOptions says how a backup is restored.
type RestoreOptions struct {
	FromKey  [32]byte                            // of the backup; zeros: the same as the store's
	Progress func(stage string, done, all int64) // as of a backup; may be nil
}

// What became of the file that was in the place.
const (
	OldNone       = "none"       // there was none
	OldRead       = "read"       // it was read: Lost… say what the backup lacks
	OldUnreadable = "unreadable" // it could not be read; Why says why. What it held beyond the backup is not known
)

// RestoreReport says what a restore did and what of the old file it did not bring back.
type RestoreReport struct {
	BackupReport
	Old         string   `json:"old"`            // one of the words above
	Kept        string   `json:"kept,omitempty"` // where the old file is now; empty: there was none
	Why         string   `json:"why,omitempty"`
	LostPending int      `json:"lost_pending"` // changes that central had not acknowledged and that the backup lacks
	LostRefused int      `json:"lost_refused"` // refused ones, with the text that was kept of them
	LostDrafts  int      `json:"lost_drafts"`  // drafts that are missing or older in the backup
	Lost        []LostOp `json:"lost"`         // the first of LostPending, by number
}

// LostOp names a change that waits in the old file only.
type LostOp struct {
	N    int64       `json:"n"`
	ID   string      `json:"id"`
	Kind string      `json:"kind"`
	At   desk.Millis `json:"at"`
}

// Restore puts the backup at from in the place of the store at cfg.Path, which no program may have open. The
// backup is read and copied beside the place, sealed anew by cfg.Key, opened and verified as a backup is; only
// then the old file is renamed to PATH.before-restore-DATE-TIME, with its log folded in, or beside it
// if it does not open. Until the last rename the store is what it was; after every error, too. What waits in
// the old file and is not in the backup is counted and named.
//
// The restored file has the desk's id and the number it had when the backup was made. Central knows
// later numbers of it then: sync sees that when it meets central, and the store takes a new id (NewDesk), its
// pending changes with it. desk.ErrWrongKey: the backup is of another key; desk.ErrConflict: of another user.
func Restore(ctx context.Context, from string, cfg Config, o RestoreOptions) (RestoreReport, error) {
	r, err := restore(ctx, from, cfg, o)
	return r, wrap("restore store", err)
}

func restore(ctx context.Context, from string, cfg Config, o RestoreOptions) (r RestoreReport, err error) {
	began := time.Now()
	if cfg.Path, err = filepath.Abs(cfg.Path); err != nil {
		return r, err
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.dir == nil {
		cfg.dir = platform{}
	}
	src, err := openBackup(ctx, from, cfg, o.FromKey)
	if err != nil {
		return r, err
	}
	defer src.close() //nolint:errcheck // it only read
	fresh := cfg.Path + ".restoring"
	leftovers := []string{fresh, fresh + "-journal", fresh + "-wal", fresh + "-shm"}
	if err := removeAll(leftovers...); err != nil { // of a restore that was cut: nobody else is here
		return r, err
	}
	defer func() {
		if err != nil {
			r, err = RestoreReport{}, errors.Join(err, removeAll(leftovers...))
		}
	}()
	// Epochs only grow: whoever keeps envelopes by epoch (central) takes the highest for the newest.
	epoch := src.Epoch()
	if old, _, err := keysOf(ctx, cfg.Path, cfg.Key, cfg.Log); err == nil {
		epoch = max(epoch, old.Epoch())
	}
	v, err := cfg.openVault(vault.NewRing(epoch, cfg.Key))
	if err != nil {
		return r, err
	}
	defer v.Close()
	if err := makeEmpty(cfg.dir, fresh); err != nil {
		return r, err
	}
	if r.BackupReport, err = src.copyVerified(ctx, fresh, v, BackupOptions{Progress: o.Progress}.progress); err != nil {
		return r, err
	}
	if err := r.compare(ctx, src, cfg); err != nil {
		return r, err
	}
	if err := ctx.Err(); err != nil { // the last moment to change one's mind
		return r, err
	}
	if err := r.replace(fresh, cfg); err != nil { //nolint:contextcheck // finished once it began
		return r, err
	}
	r.Path, r.Took = cfg.Path, time.Since(began)
	return r, nil
}

// openBackup opens the file at from, which is nobody's store at work.
func openBackup(ctx context.Context, from string, cfg Config, key [32]byte) (*Store, error) {
	own, err := os.Stat(cfg.Path)
	if there, ferr := os.Stat(from); err == nil && ferr == nil && os.SameFile(own, there) {
		return nil, fmt.Errorf("from the store itself: %w", desk.ErrInvalid)
	}
	if key == [32]byte{} {
		key = cfg.Key
	}
	src, err := inspect(ctx, Config{Path: from, Key: key, Log: cfg.Log, Now: cfg.Now}, true)
	if err != nil {
		return nil, err
	}
	r, err := src.Replica(ctx)
	if err == nil && (clash(r.Org, cfg.Org) || clash(r.User, cfg.User)) {
		err = fmt.Errorf("the backup belongs to another user: %w", desk.ErrConflict)
	}
	if err != nil {
		return nil, errors.Join(err, src.close())
	}
	return src, nil
}

// compare finds what the old file has and the backup lacks. That the old file cannot be read is told, not an
// error: a backup is restored because of that.
func (r *RestoreReport) compare(ctx context.Context, src *Store, cfg Config) error {
	r.Lost = []LostOp{}
	if _, err := os.Stat(cfg.Path); errors.Is(err, fs.ErrNotExist) {
		r.Old = OldNone
		return nil
	}
	r.Old = OldRead
	old, err := inspect(ctx, cfg, false)
	if err == nil {
		err = r.compareWith(ctx, src, old)
		err = errors.Join(err, old.close())
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		r.Old, r.Why = OldUnreadable, wrap("read the old file", err).Error()
		r.LostPending, r.LostRefused, r.LostDrafts, r.Lost = 0, 0, 0, []LostOp{}
	}
	return nil
}

func (r *RestoreReport) compareWith(ctx context.Context, src, old *Store) error {
	known, err := src.read.PrepareContext(ctx, `SELECT EXISTS (SELECT 1 FROM op WHERE id = ?)`)
	if err != nil {
		return err
	}
	defer known.Close() //nolint:errcheck // it only read
	rows, err := old.read.QueryContext(ctx, `SELECT n, id, kind, at, state FROM op WHERE state <> 1 ORDER BY n`)
	err = eachRow(rows, err, func(row scanner) error {
		var op LostOp
		var state int
		var there bool
		if err := row.Scan(&op.N, &op.ID, &op.Kind, &op.At, &state); err != nil {
			return err
		}
		if err := known.QueryRowContext(ctx, op.ID).Scan(&there); err != nil || there {
			return err
		}
		if state == opRefused {
			r.LostRefused++
			return nil
		}
		if r.LostPending++; len(r.Lost) < maxNamed {
			r.Lost = append(r.Lost, op)
		}
		return nil
	})
	if err != nil {
		return err
	}
	rows, err = old.read.QueryContext(ctx, `SELECT id, changed FROM draft`)
	return eachRow(rows, err, func(row scanner) error {
		var id string
		var changed, kept int64
		if err := row.Scan(&id, &changed); err != nil {
			return err
		}
		err := src.read.QueryRowContext(ctx, `SELECT changed FROM draft WHERE id = ?`, id).Scan(&kept)
		if errors.Is(err, sql.ErrNoRows) || err == nil && kept < changed {
			r.LostDrafts++
			return nil
		}
		return err
	})
}

// replace puts fresh in the store's place and keeps what was there. The old log is gone durably before: a power cut
// that let it outlive the rename would have it laid over the new database.
func (r *RestoreReport) replace(fresh string, cfg Config) error {
	if err := syncFile(fresh); err != nil {
		return err
	}
	if r.Old == OldNone {
		if err := clearAway(cfg.dir, cfg.Path+"-wal", cfg.Path+"-shm"); err != nil {
			return err
		}
	} else if err := r.keepOld(cfg); err != nil {
		return err
	}
	if err := cfg.dir.Rename(fresh, cfg.Path); err != nil {
		return err
	}
	return cfg.dir.SyncDir(filepath.Dir(cfg.Path))
}

// keepOld gives the old file a second name, with everything that was acknowledged: if it opens its log is
// folded in first, so that the store in its place stays whole until the last rename; else the log goes along.
func (r *RestoreReport) keepOld(cfg Config) error {
	var err error
	if r.Kept, err = freeName(cfg.Path + ".before-restore-" + cfg.Now().Format("20060102-150405")); err != nil {
		return err
	}
	if r.Old == OldRead {
		if err := foldLog(cfg); err != nil {
			return err
		}
	}
	log, err := fileSize(cfg.Path + "-wal")
	if err != nil {
		return err
	}
	if err := alsoNamed(cfg.Path, r.Kept); err != nil {
		return err
	}
	if log > 0 {
		if err := alsoNamed(cfg.Path+"-wal", r.Kept+"-wal"); err != nil {
			return err
		}
	}
	if err := cfg.dir.SyncDir(filepath.Dir(cfg.Path)); err != nil { // the names are on disk before anything goes
		return err
	}
	return clearAway(cfg.dir, cfg.Path+"-wal", cfg.Path+"-shm")
}

// freeName gives name, or with a number behind it what no file is called yet.
func freeName(name string) (string, error) {
	for n := 2; ; n++ {
		free := true
		for _, side := range []string{"", "-wal"} {
			if _, err := os.Lstat(name + side); err == nil {
				free = false
			} else if !errors.Is(err, fs.ErrNotExist) {
				return "", err
			}
		}
		if free {
			return name, nil
		}
		if n > 100 { // restored so often within one second
			return "", fmt.Errorf("%s is there already: %w", filepath.Base(name), fs.ErrExist)
		}
		name = strings.TrimSuffix(name, fmt.Sprintf("-%d", n-1)) + fmt.Sprintf("-%d", n)
	}
}

// foldLog brings the log of a file that nobody has open into its database.
func foldLog(cfg Config) (err error) {
	ctx := context.Background() // it is finished once it began
	ring, _, err := keysOf(ctx, cfg.Path, cfg.Key, cfg.Log)
	if err != nil {
		return err
	}
	v, err := cfg.openVault(ring)
	if err != nil {
		return err
	}
	defer v.Close()
	db, err := sql.Open("sqlite", source(cfg.Path, v))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var busy, frames, folded int
	if err := db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &folded); err != nil {
		return err
	}
	if busy != 0 {
		return fmt.Errorf("another program has the store open: %w", desk.ErrConflict)
	}
	return nil
}

// alsoNamed gives a file a second name; where the file system knows no links it is renamed.
func alsoNamed(path, name string) error {
	if err := os.Link(path, name); err == nil {
		return nil
	}
	return os.Rename(path, name)
}
