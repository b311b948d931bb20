package central

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/callbench/callbench/desk"
)

// Backup writes a whole copy of the data into a new file, mode 0600, while everything goes on. The copy
// has been read back and found sound when Backup returns nil; until then it has another name.
func (c *Central) Backup(ctx context.Context, file string) error {
	if err := c.backup(ctx, file); err != nil {
		return fmt.Errorf("backup to %s: %w", file, err)
	}
	return nil
}

func (c *Central) backup(ctx context.Context, file string) error {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("the file exists: %w", desk.ErrConflict)
	}
	part := file + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	// The database engine fills an empty file it finds; made here, nobody else can read it.
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := c.db.backup(ctx, part); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if err := c.packKey(ctx, part); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if err := soundBackup(ctx, part); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	if err := syncFile(part); err != nil {
		return err
	}
	if err := os.Rename(part, file); err != nil {
		return err
	}
	return syncDir(filepath.Dir(file))
}

// packKey puts the key that signs checkpoints into a copy of the data: without it a restored server could not
// go on with the desks' trust.
func (c *Central) packKey(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(file)}).EscapedPath()}).String())
	if err != nil {
		return err
	}
	private := c.signing.Load().private
	_, err = db.ExecContext(ctx, "UPDATE chain_key SET private = ? WHERE org = ? AND public = ?", private.Seed(), c.org, []byte(private[ed25519.SeedSize:]))
	return errors.Join(err, db.Close())
}

// soundBackup opens a copy read-only and checks that it is one of ours, whole and not from the future.
func soundBackup(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", dsnReadOnly(file))
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	known, err := schemaVersion()
	if err != nil {
		return err
	}
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return foreign(err)
	}
	if version > known {
		return fmt.Errorf("schema %d, this program knows %d: %w", version, known, desk.ErrNewer)
	}
	var orgs int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM counter").Scan(&orgs); err != nil {
		return foreign(err)
	}
	if orgs == 0 {
		return notBackupError{}
	}
	s := &sqlite{reading: db}
	return s.check(ctx)
}

// notBackupError says that a file is something else. Its text is whole; errors.Is finds desk.ErrInvalid.
type notBackupError struct{}

func (notBackupError) Error() string { return "not a backup of centrald" }
func (notBackupError) Unwrap() error { return desk.ErrInvalid }

// foreign turns "not a database" and "no such table" into notBackupError; a file that cannot be read, or is
// damaged, is another matter.
func foreign(err error) error {
	var failure *driver.Error
	if errors.As(err, &failure) && (failure.Code() == lib.SQLITE_NOTADB || failure.Code() == lib.SQLITE_ERROR) {
		return notBackupError{}
	}
	return err
}

// syncFile makes a file's bytes durable.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncDir makes renames durable. Windows has no such thing to ask for.
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

// Restore puts a backup in the place of the data in dir; no server may run there. What was there is kept
// beside it under the name that Restore returns ("" where there was nothing). The data begins a new epoch,
// so that every desk begins with a fresh snapshot, its outbox kept, and brings again what the backup lacks;
// all tokens are void.
func Restore(ctx context.Context, dir, file string, now time.Time) (kept string, err error) {
	kept, err = restore(ctx, dir, file, now)
	if err != nil {
		return "", fmt.Errorf("restore %s: %w", file, err)
	}
	return kept, nil
}

func restore(ctx context.Context, dir, file string, now time.Time) (string, error) {
	if err := soundBackup(ctx, file); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	release, err := lockDir(ctx, dir)
	if err != nil {
		return "", err
	}
	defer release()
	fresh := filepath.Join(dir, dbName+".new")
	if err := copyFile(fresh, file); err != nil {
		return "", err
	}
	path := filepath.Join(dir, dbName)
	if err := renew(ctx, fresh, lastSeen(ctx, path), desk.MillisOf(now)); err != nil {
		return "", err
	}
	kept, err := setAside(path, now)
	if err != nil {
		return "", err
	}
	if err := os.Rename(fresh, path); err != nil {
		return "", err
	}
	return kept, syncDir(dir)
}

// keptMark stands in the names of data that a restore has set aside.
const keptMark = ".before-"

// setAside moves the data at path away with what belongs to it and tells where. Where a restore was cut
// short before, what it left follows the data it had moved: SQLite would read it into the new data.
func setAside(path string, now time.Time) (string, error) {
	kept := path + keptMark + now.UTC().Format("20060102-150405")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		kept = ""
		older, err := filepath.Glob(path + keptMark + "*-[0-9][0-9][0-9][0-9][0-9][0-9]")
		if err != nil {
			return "", err
		}
		if len(older) > 0 {
			kept = slices.Max(older)
		}
	} else if err != nil {
		return "", err
	}
	for _, part := range []string{"", "-wal", "-shm"} {
		to := kept + part
		if kept == "" {
			to = path + keptMark + "nothing" + part // a log without its data
		}
		if err := os.Rename(path+part, to); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	return kept, nil
}

// errHalfRestored says that the data is not where it belongs. New data must not begin beside it.
var errHalfRestored = fmt.Errorf("a restore was cut short: run it again, or move %s%s… back to %s: %w", dbName, keptMark, dbName, desk.ErrNotFound)

// Begun reports whether dir holds data of central. Errors, wrapped: desk.ErrNotFound where a restore that
// was cut short has taken it away.
func Begun(dir string) (bool, error) {
	if err := halfRestored(dir); err != nil {
		return false, fmt.Errorf("data in %s: %w", dir, err)
	}
	_, err := os.Stat(filepath.Join(dir, dbName))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, fmt.Errorf("data in %s: %w", dir, err)
	}
	return err == nil, nil
}

// halfRestored is errHalfRestored where a restore has taken the data away and put none in its place.
func halfRestored(dir string) error {
	path := filepath.Join(dir, dbName)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, pattern := range []string{path + keptMark + "*", path + ".new"} {
		if found, err := filepath.Glob(pattern); err != nil || len(found) > 0 {
			return errors.Join(errHalfRestored, err)
		}
	}
	return nil
}

// lastSeen is how far the counters of the data that is to be replaced have been. Data that is missing or cannot
// be read says nothing, and is no reason not to restore: the leap and the clock have to do then.
func lastSeen(ctx context.Context, path string) map[string]seen {
	if _, err := os.Stat(path); err != nil {
		return nil // opening would make it
	}
	address := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: "mode=ro"}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil
	}
	defer db.Close() //nolint:errcheck // nothing was written
	rows, err := db.QueryContext(ctx, "SELECT org, seq, ticket FROM counter")
	if err != nil {
		return nil
	}
	defer rows.Close() //nolint:errcheck // it was only read
	found := map[string]seen{}
	for rows.Next() {
		var org string
		var s seen
		if rows.Scan(&org, &s.seq, &s.ticket) != nil {
			return nil
		}
		found[org] = s
	}
	if rows.Err() != nil {
		return nil
	}
	return found
}

// renew begins a new epoch in copied data, after lost, and leaves it in one file.
func renew(ctx context.Context, path string, lost map[string]seen, now desk.Millis) error {
	s, err := openSQLite(ctx, path, "")
	if err != nil {
		return err
	}
	err = s.write(ctx, func(q queryer) error {
		orgs, err := (&writer{q: q}).column(ctx, "SELECT org FROM counter")
		if err != nil {
			return err
		}
		for _, org := range orgs {
			if _, err := beginEpoch(ctx, q, org, whyRestore, lost[org], now); err != nil {
				return err
			}
		}
		_, err = q.ExecContext(ctx, "UPDATE token SET expires = 0") // a desk can still be told to wipe itself
		return err
	})
	if err == nil {
		_, err = s.writer.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	if err := errors.Join(err, s.close()); err != nil {
		return err
	}
	return syncFile(path)
}

func copyFile(to, from string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()                                    //nolint:errcheck // it was only read
	for _, part := range []string{"", "-wal", "-shm"} { // of a copy that was cut short
		if err := os.Remove(to + part); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Sync()
}

// Verified is what Verify found.
type Verified struct {
	Org       string `json:"org"`
	Epoch     string `json:"epoch"`
	Seq       int64  `json:"seq"`
	Customers int    `json:"customers"`
	Contacts  int    `json:"contacts"`
	Callbacks int    `json:"callbacks"`
	Tickets   int    `json:"tickets"`
	Ops       int    `json:"ops"`
	Users     int    `json:"users"`

	Chain ChainVerified `json:"chain"`
}

// Verify reads all the data and compares: the file itself, and that each desk's ops have no holes and no
// row lies beyond the counter; and the chains against each other, against what was signed and against every text
// that is still here. Where they are not in order the error is desk.ErrConflict, wrapped, and Chain tells.
func (c *Central) Verify(ctx context.Context) (Verified, error) {
	v := Verified{Org: c.org}
	if err := c.db.check(ctx); err != nil {
		return v, fmt.Errorf("verify: %w", err)
	}
	err := c.db.read(ctx, func(q queryer) error {
		if err := q.QueryRowContext(ctx, "SELECT epoch, seq FROM counter WHERE org = ?", c.org).Scan(&v.Epoch, &v.Seq); err != nil {
			return err
		}
		for t, n := range map[desk.Table]*int{
			desk.TableCustomer: &v.Customers, desk.TableContact: &v.Contacts, desk.TableCallback: &v.Callbacks, desk.TableTicket: &v.Tickets,
		} {
			err := q.QueryRowContext(ctx, "SELECT count(*) FROM record WHERE org = ? AND tbl = ? AND removed = 0", c.org, t).Scan(n)
			if err != nil {
				return err
			}
		}
		if err := q.QueryRowContext(ctx, "SELECT count(*) FROM op WHERE org = ?", c.org).Scan(&v.Ops); err != nil {
			return err
		}
		if err := q.QueryRowContext(ctx, "SELECT count(*) FROM user WHERE org = ?", c.org).Scan(&v.Users); err != nil {
			return err
		}
		var holes, beyond int
		err := q.QueryRowContext(ctx, `SELECT count(*) FROM replica r WHERE org = ? AND last_n <>
			(SELECT count(*) FROM op WHERE op.org = r.org AND op.desk = r.desk)`, c.org).Scan(&holes)
		if err != nil {
			return err
		}
		if err := q.QueryRowContext(ctx, "SELECT count(*) FROM record WHERE org = ? AND seq > ?", c.org, v.Seq).Scan(&beyond); err != nil {
			return err
		}
		if holes > 0 || beyond > 0 {
			return fmt.Errorf("%d desks with missing ops, %d rows beyond the counter", holes, beyond)
		}
		if v.Chain, err = c.verifyChains(ctx, q); err == nil && v.Chain.Count > 0 {
			err = chainFaultsError{v.Chain}
		}
		return err
	})
	if err != nil {
		return v, fmt.Errorf("verify: %w", err)
	}
	return v, nil
}
