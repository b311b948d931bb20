package localstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore/vault"
)

const (
	backupStep = 1024 // pages copied between two looks at the context: 4 MiB
	partSuffix = ".part"
)

// BackupOptions says how a backup is written.
type BackupOptions struct {
	Replace  bool                                // an older file of that name
	Progress func(stage string, done, all int64) // may be nil; stage is "copy" (pages) or "verify" (0 of 1, then 1 of 1)
}

// BackupReport says what a backup holds.
type BackupReport struct {
	Path      string           `json:"path"`
	SizeBytes int64            `json:"size_bytes"`
	Rows      map[string]int64 `json:"rows"`    // by table
	NextN     int64            `json:"next_n"`  // number that the desk's next change gets
	Pending   int64            `json:"pending"` // changes that central had not acknowledged
	Took      time.Duration    `json:"took_ns"`
}

// Backup copies the store as it is at one moment to a file of its own, sealed page by page with the store's
// newest key; commits and searches go on meanwhile (the log is not folded until the copy is complete). The copy
// is written beside its place, opened again, checked by SQLite and compared with the original's rows and last
// change; only then it takes its name. The envelope of the key (Path+".keys"), where there is one, goes
// along. Nothing plain is written anywhere.
//
// After an error, or when ctx ends, nothing is left but an older file of that name. What a backup left that was
// killed is replaced. fs.ErrExist: there is an older one and Replace is not set, or another backup to this place
// is under way (its path ends in .part).
func (s *Store) Backup(ctx context.Context, to string, o BackupOptions) (BackupReport, error) {
	r, err := s.backup(ctx, to, o)
	return r, wrap("back up store", err)
}

func (s *Store) backup(ctx context.Context, to string, o BackupOptions) (r BackupReport, err error) {
	began := time.Now()
	if to, err = s.backupPlace(to, o.Replace); err != nil {
		return r, err
	}
	part := to + partSuffix
	leave, err := holdPart(part)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, leave()) }()
	if err := removeAll(part, part+"-journal", part+"-wal", part+"-shm"); err != nil { // of one that was killed
		return r, err
	}
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return r, err
	}
	if err = f.Close(); err == nil {
		r, err = s.copySealed(ctx, part, o.progress)
	}
	if err == nil {
		err = s.finishBackup(ctx, part, to, o.Replace)
	}
	if err != nil {
		return BackupReport{}, errors.Join(err, removeAll(part, part+"-journal", part+"-wal", part+"-shm"))
	}
	r.Path, r.Took = to, time.Since(began)
	return r, nil
}

// holdPart takes the right to write a part, by a lock on a file beside it: on the part itself SQLite has its own.
// fs.ErrExist: another backup has it.
func holdPart(part string) (leave func() error, err error) {
	path := part + ".lock"
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	taken, err := take(f)
	if err == nil && taken { // of the file that is there, not of one that its last holder has just removed
		var mine, there fs.FileInfo
		if mine, err = f.Stat(); err == nil {
			there, err = os.Stat(path)
			taken = err == nil && os.SameFile(mine, there)
		}
	}
	if !taken {
		err = errors.Join(err, f.Close(), &fs.PathError{Op: "create", Path: part, Err: fs.ErrExist})
		return nil, err
	}
	return func() error {
		gone := os.Remove(path)
		err := f.Close()
		if gone != nil { // Windows removes no open file
			gone = removeAll(path)
		}
		return errors.Join(err, gone)
	}, nil
}

// copySealed copies with the keys in use. It has a vault of its own: a disk that fails under the copy must not
// make the store's own vault careful with its file.
func (s *Store) copySealed(ctx context.Context, part string, progress func(string, int64, int64)) (BackupReport, error) {
	v, err := s.cfg.openVault(s.vault.Ring())
	if err != nil {
		return BackupReport{}, err
	}
	defer v.Close()
	r, err := s.copyVerified(ctx, part, v, progress)
	if now, then := s.vault.Ring(), v.Ring(); err == nil && now != nil && now.Epoch() != then.Epoch() {
		err = fmt.Errorf("the store got a new key meanwhile: %w", desk.ErrConflict)
	}
	return r, err
}

func (o BackupOptions) progress(stage string, done, all int64) {
	if o.Progress != nil {
		o.Progress(stage, done, all)
	}
}

// backupPlace makes to absolute and sees that nothing is lost there.
func (s *Store) backupPlace(to string, replace bool) (string, error) {
	to, err := filepath.Abs(to)
	if err != nil {
		return "", err
	}
	there, err := os.Stat(to)
	if errors.Is(err, fs.ErrNotExist) {
		return to, nil
	}
	if err != nil {
		return "", err
	}
	if own, err := os.Stat(s.cfg.Path); err == nil && os.SameFile(own, there) {
		return "", fmt.Errorf("onto the store itself: %w", desk.ErrInvalid)
	}
	if !replace || there.IsDir() {
		return "", &fs.PathError{Op: "create", Path: to, Err: fs.ErrExist}
	}
	return to, nil
}

// copyVerified copies one moment of the store to part, an empty file that v seals, and looks whether it is all
// there.
func (s *Store) copyVerified(ctx context.Context, part string, v *vault.VFS, progress func(string, int64, int64)) (r BackupReport, err error) {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return r, err
	}
	defer conn.Close() //nolint:errcheck // it only read
	// The transaction keeps the moment: without it every commit would make the copy begin again.
	if _, err := conn.ExecContext(ctx, `BEGIN`); err != nil {
		return r, err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`) //nolint:errcheck // it only read
	want, err := witness(ctx, conn)
	if err != nil {
		return r, err
	}
	if err := copyPages(ctx, conn, part, v, progress); err != nil {
		return r, err
	}
	progress("verify", 0, 1)
	got, err := verifyCopy(ctx, part, v)
	if err != nil {
		return r, fmt.Errorf("verify the copy: %w", err)
	}
	if !want.same(got) {
		return r, errors.New("the copy does not hold what the store holds")
	}
	progress("verify", 1, 1)
	r.Rows, r.NextN, r.Pending = got.rows, got.nextN, got.pending
	r.SizeBytes, err = fileSize(part)
	return r, err
}

// copyPages copies every page that conn's transaction sees to the file at path.
func copyPages(ctx context.Context, conn *sql.Conn, path string, v *vault.VFS, progress func(string, int64, int64)) error {
	// A journal in memory: the vault refuses those on disk, and a copy that is cut is thrown away.
	to := source(path, v, vault.ReservePragma, fmt.Sprintf("page_size(%d)", vault.PageSize), "journal_mode(MEMORY)",
		fmt.Sprintf("cache_size(-%d)", readerCache))
	return conn.Raw(func(driver any) (err error) {
		from, ok := driver.(interface {
			NewBackup(dst string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("this driver copies no databases")
		}
		b, err := from.NewBackup(to)
		if err != nil {
			return err
		}
		defer func() {
			if ended := b.Finish(); err == nil { // after a step that failed it says the same once more
				err = ended
			}
		}()
		for more := true; more; {
			if err := ctx.Err(); err != nil {
				return err
			}
			if more, err = b.Step(backupStep); err != nil {
				return err
			}
			progress("copy", int64(b.PageCount()-b.Remaining()), int64(b.PageCount()))
		}
		return nil
	})
}

// verifyCopy opens a closed copy, without a log, and lets SQLite check it.
func verifyCopy(ctx context.Context, path string, v *vault.VFS) (witnessed, error) {
	db, err := readOnly(source(path, v, "query_only(1)", fmt.Sprintf("cache_size(-%d)", readerCache)), true)
	if err != nil {
		return witnessed{}, err
	}
	defer db.Close() //nolint:errcheck // it only read
	conn, err := db.Conn(ctx)
	if err != nil {
		return witnessed{}, err
	}
	defer conn.Close() //nolint:errcheck // it only read
	faults := 0
	rows, err := conn.QueryContext(ctx, `PRAGMA integrity_check(1)`)
	err = eachRow(rows, err, func(r scanner) error {
		var verdict string
		if err := r.Scan(&verdict); err != nil {
			return err
		}
		if verdict != "ok" {
			faults++
		}
		return nil
	})
	if err == nil && faults > 0 {
		err = errors.New("SQLite finds it damaged")
	}
	if err != nil {
		return witnessed{}, err
	}
	return witness(ctx, conn)
}

// witnessed is what two copies of one moment have in common.
type witnessed struct {
	schema         int
	rows           map[string]int64
	lastOp, head   string // desk and ID of the newest change
	nextN, pending int64
	cursor         string
}

func (w witnessed) same(o witnessed) bool {
	return w.schema == o.schema && maps.Equal(w.rows, o.rows) && w.lastOp == o.lastOp && w.head == o.head &&
		w.nextN == o.nextN && w.pending == o.pending && w.cursor == o.cursor
}

func witness(ctx context.Context, conn *sql.Conn) (w witnessed, err error) {
	var names []string
	rows, err := conn.QueryContext(ctx, `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name`)
	err = eachRow(rows, err, func(r scanner) error {
		var name string
		err := r.Scan(&name)
		names = append(names, name)
		return err
	})
	if err != nil {
		return w, err
	}
	w.rows = map[string]int64{}
	for _, name := range names {
		var n int64
		if err := conn.QueryRowContext(ctx, `SELECT count(*) FROM "`+name+`"`).Scan(&n); err != nil {
			return w, err
		}
		w.rows[name] = n
	}
	if err := conn.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&w.schema); err != nil {
		return w, err
	}
	err = conn.QueryRowContext(ctx, `SELECT coalesce((SELECT id FROM op ORDER BY rid DESC LIMIT 1), ''),
		coalesce((SELECT desk || ' ' || n FROM op ORDER BY rid DESC LIMIT 1), ''),
		next_n, (SELECT count(*) FROM op WHERE state = 0), cursor FROM replica`).
		Scan(&w.lastOp, &w.head, &w.nextN, &w.pending, &w.cursor)
	return w, err
}

// finishBackup gives a verified copy its name, its envelope first: a backup without one can be mended from
// the store's, an envelope without a backup harms nothing.
func (s *Store) finishBackup(ctx context.Context, part, to string, replace bool) error {
	if err := syncFile(part); err != nil {
		return err
	}
	if err := s.copyEnvelope(ctx, to); err != nil {
		return err
	}
	if _, err := s.backupPlace(to, replace); err != nil { // somebody put one there meanwhile
		return err
	}
	if err := os.Rename(part, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

// copyEnvelope copies the sealed key that lies beside a store, if there is one. During a rotation the backup has
// the key that seals: the envelope is made of that one, and the record stays behind, since by it whoever has the old
// key would get the new one out of a backup years later.
func (s *Store) copyEnvelope(ctx context.Context, to string) error {
	file, err := readKeys(s.cfg.Path)
	if err != nil { // nothing in it is needed to open the backup
		s.cfg.Log.WarnContext(ctx, "store: backup goes without the envelope of its key", slog.Any("error", err))
		file = keysFile{}
	}
	file.Rotation = nil
	if t := s.turning.Load(); t != nil && t.kept {
		if err := s.resealEnvelope(ctx, &file, t); err != nil {
			return err
		}
	}
	return file.write(platform{}, to)
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func removeAll(paths ...string) error {
	var errs []error
	for _, path := range paths {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// readOnly opens connections to a source that may not write to the file. Still says that nobody writes to it
// and that it has no log: then no side file is made, and it may lie on a disk that cannot be written.
func readOnly(source string, still bool) (*sql.DB, error) {
	u, err := url.Parse(source)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	q.Set("mode", "ro")
	if still {
		q.Set("immutable", "1")
	}
	u.RawQuery = q.Encode()
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(inspectors)
	db.SetMaxIdleConns(inspectors)
	return db, nil
}
