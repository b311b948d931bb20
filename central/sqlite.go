package central

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/mistake"
)

//go:embed schema/*.sql
var schema embed.FS

// readers bounds the read pool: each connection has its own page cache.
const readers = 4

// sqlite is the engine on one file: WAL, every commit synced, one writing connection, a read pool.
// Several processes may have the file open (user add while serve runs): a writer waits for another
// one up to busyMillis.
type sqlite struct {
	path    string
	vfs     string        // SQLite's name of the disk; empty: the platform's
	turn    chan struct{} // one writer at a time
	writer  *statements
	writing *sql.DB
	reading *sql.DB
}

const busyMillis = 10000

// dsn gives the address of a database file for the driver. An empty vfs is the platform's.
func dsn(path, vfs, access string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()}
	u.RawQuery = fmt.Sprintf("_pragma=busy_timeout(%d)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"+
		"&_pragma=temp_store(2)&%s", busyMillis, access)
	if vfs != "" {
		u.RawQuery += "&vfs=" + url.QueryEscape(vfs)
	}
	return u.String()
}

// dsnReadOnly is for a file that nobody writes to.
func dsnReadOnly(path string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: "mode=ro&immutable=1"}
	return u.String()
}

// openSQLite opens or makes the file and brings its schema up to date.
func openSQLite(ctx context.Context, path, vfs string) (*sqlite, error) {
	// The driver would make the file readable for others.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Close(); err != nil {
		return nil, err
	}
	writing, err := sql.Open("sqlite", dsn(path, vfs, "_txlock=immediate"))
	if err != nil {
		return nil, err
	}
	conn, err := writing.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, writing.Close())
	}
	s := &sqlite{
		path: path, vfs: vfs, turn: make(chan struct{}, 1), writing: writing,
		writer: &statements{conn: conn, made: map[string]*sql.Stmt{}},
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.writer.close(), writing.Close())
	}
	s.reading, err = sql.Open("sqlite", dsn(path, vfs, "_pragma=query_only(1)&_txlock=deferred"))
	if err != nil {
		return nil, errors.Join(err, s.writer.close(), writing.Close())
	}
	s.reading.SetMaxOpenConns(readers)
	s.reading.SetMaxIdleConns(readers)
	return s, nil
}

// schemaVersion is the newest schema this program knows.
func schemaVersion() (int, error) {
	files, err := fs.Glob(schema, "schema/*.sql")
	return len(files), err
}

// migrate runs the schema files that the file has not seen; their place in the list is the version.
func (s *sqlite) migrate(ctx context.Context) error {
	files, err := fs.Glob(schema, "schema/*.sql") // sorted by name
	if err != nil {
		return err
	}
	return s.write(ctx, func(q queryer) error {
		var version int
		if err := q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
			return err
		}
		if version > len(files) {
			return fmt.Errorf("schema %d, this program knows %d: %w", version, len(files), desk.ErrNewer)
		}
		for i := version; i < len(files); i++ {
			text, err := schema.ReadFile(files[i])
			if err != nil {
				return err
			}
			if _, err := q.ExecContext(ctx, string(text)); err != nil {
				return fmt.Errorf("%s: %w", files[i], err)
			}
		}
		_, err := q.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(files)))
		return err
	})
}

func (s *sqlite) read(ctx context.Context, f func(q queryer) error) error {
	tx, err := s.reading.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return f(tx)
}

// write takes turns on the one writing connection. A transaction that was begun is finished even if ctx
// ends meanwhile: it is short, and its outcome is known.
func (s *sqlite) write(ctx context.Context, f func(q queryer) error) (err error) {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case s.turn <- struct{}{}:
	}
	defer func() { <-s.turn }()
	if _, err := s.writer.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // also when f panics; SQLite may have rolled back by itself (disk full)
			_, undone := s.writer.ExecContext(ctx, "ROLLBACK")
			err = errors.Join(err, undone)
		}
	}()
	if err := f(s.writer); err != nil {
		return err
	}
	if _, err := s.writer.ExecContext(ctx, "COMMIT"); err != nil {
		return err
	}
	done = true
	return nil
}

// statements is the writing connection with its statements prepared once each: SQLite takes longer to
// understand most of ours than to carry them out. Their number is that of the texts in this package.
// Whoever has the turn uses it.
type statements struct {
	conn *sql.Conn
	made map[string]*sql.Stmt
}

func (p *statements) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if made := p.made[query]; made != nil {
		return made, nil
	}
	made, err := p.conn.PrepareContext(ctx, query)
	if err == nil {
		p.made[query] = made
	}
	return made, err
}

func (p *statements) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = context.WithoutCancel(ctx)
	made, err := p.prepare(ctx, query) //nolint:sqlclosecheck // kept; statements.close ends it
	if err != nil {
		return nil, err
	}
	return made.ExecContext(ctx, args...)
}

func (p *statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx = context.WithoutCancel(ctx)
	made, err := p.prepare(ctx, query) //nolint:sqlclosecheck // kept; statements.close ends it
	if err != nil {
		return nil, err
	}
	return made.QueryContext(ctx, args...)
}

func (p *statements) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	ctx = context.WithoutCancel(ctx)
	made, err := p.prepare(ctx, query) //nolint:sqlclosecheck // kept; statements.close ends it
	if err != nil {
		return p.conn.QueryRowContext(ctx, query, args...) // fails in the same way
	}
	return made.QueryRowContext(ctx, args...)
}

// close ends the statements and the connection.
func (p *statements) close() error {
	var errs []error
	for _, made := range p.made {
		errs = append(errs, made.Close())
	}
	return errors.Join(append(errs, p.conn.Close())...)
}

func (s *sqlite) try(ctx context.Context, q queryer, f func() error) error {
	if _, err := q.ExecContext(ctx, "SAVEPOINT try"); err != nil {
		return err
	}
	failed := f()
	if failed != nil && !mistake.Made(mistake.HalfApplied) {
		if _, err := q.ExecContext(ctx, "ROLLBACK TO try"); err != nil {
			return errors.Join(failed, err)
		}
	}
	if _, err := q.ExecContext(ctx, "RELEASE try"); err != nil {
		return errors.Join(failed, err)
	}
	return failed
}

// backup copies on a connection of its own: readers may not write, the writer shall not wait.
func (s *sqlite) backup(ctx context.Context, file string) error {
	db, err := sql.Open("sqlite", dsn(s.path, s.vfs, "_txlock=deferred"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", file)
	return errors.Join(err, db.Close())
}

func (s *sqlite) check(ctx context.Context) error {
	rows, err := s.reading.QueryContext(ctx, "PRAGMA integrity_check(10)")
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var found []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			found = append(found, line)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(found) > 0 {
		return fmt.Errorf("damaged: %s", strings.Join(found, "; "))
	}
	return nil
}

func (s *sqlite) close() error {
	return errors.Join(s.reading.Close(), s.writer.close(), s.writing.Close())
}
