package localstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore/vault"
)

const (
	writerCache = 32 << 10 // KiB of pages
	readerCache = 8 << 10  // KiB of pages, for each reader
	readers     = 4
	logLimit    = 64 << 20 // bytes of log from which commits fold it themselves; its file is cut back to them
	flushNow    = `PRAGMA ` + vault.FlushPragma
)

// source names a file and what each connection to it must have. FULL, since NORMAL loses acknowledged
// commits in a power cut; temporary tables in memory, since they would be plain text on disk.
func source(path string, v *vault.VFS, more ...string) string {
	q := url.Values{"vfs": {v.Name()}, "mode": {"rw"}, "_pragma": append([]string{
		"busy_timeout(5000)", "synchronous(FULL)", "temp_store(MEMORY)", "foreign_keys(0)",
		"trusted_schema(0)", "cell_size_check(1)", fmt.Sprintf("journal_size_limit(%d)", logLimit),
		"wal_autocheckpoint(0)",
	}, more...)}
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/… becomes file:///C:/…
	}
	u := url.URL{Scheme: "file", OmitHost: false, Path: slashed, RawQuery: q.Encode()}
	return u.String()
}

func openReaders(path string, v *vault.VFS) *sql.DB {
	db, err := sql.Open("sqlite", source(path, v, "query_only(1)", fmt.Sprintf("cache_size(-%d)", readerCache)))
	if err != nil {
		panic(err) // only an unregistered driver can do this
	}
	db.SetMaxOpenConns(readers) // a fifth reader waits for its turn
	db.SetMaxIdleConns(readers)
	return db
}

// openFolder gives the connection that brings the log into the database. It waits for nobody.
func openFolder(path string, v *vault.VFS) *sql.DB {
	db, err := sql.Open("sqlite", source(path, v, "busy_timeout(0)", "cache_size(-256)"))
	if err != nil {
		panic(err) // only an unregistered driver can do this
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	return db
}

// writer is the one connection that writes, with its prepared statements. Whoever holds turn uses it.
type writer struct {
	db        *sql.DB
	conn      *sql.Conn
	turn      chan struct{}
	waiting   atomic.Int32 // how many wait for it
	level     string       // syncFull or syncNext
	stmts     map[string]statement
	trace     func(query string, args []any) // see Measure
	committed func(*tx)                      // called after each commit; it must not wait
}

func openWriter(ctx context.Context, path string, v *vault.VFS) (*writer, error) {
	db, err := sql.Open("sqlite", source(path, v, fmt.Sprintf("cache_size(-%d)", writerCache)))
	if err != nil {
		return nil, err
	}
	w := &writer{db: db, turn: make(chan struct{}, 1), level: syncFull, stmts: map[string]statement{}, committed: func(*tx) {}, trace: (*Measure)(nil).trace()}
	if w.conn, err = db.Conn(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	var mode string
	if err := w.conn.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&mode); err != nil {
		return nil, errors.Join(err, w.close())
	}
	if mode != "wal" {
		return nil, errors.Join(fmt.Errorf("journal mode is %s", mode), w.close())
	}
	return w, nil
}

func (w *writer) close() error {
	var errs []error
	for _, st := range w.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.db.Close())...)
}

// take waits for the writer; who got it gives it back by leave.
func (w *writer) take(ctx context.Context) error {
	if w == nil { // Inspect gives no writer
		return fmt.Errorf("the file is open for reading: %w", desk.ErrReadOnly)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	w.waiting.Add(1)
	defer w.waiting.Add(-1)
	select {
	case w.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) leave() { <-w.turn }

// in runs f in one transaction of the writer: committed if f returns nil, else undone; what is committed survives a
// power cut. ctx bounds the wait for the turn only.
func (w *writer) in(ctx context.Context, f func(*tx) error) error { return w.inAt(ctx, syncFull, f) }

// How a commit is made durable: at once, or with the next one that is. What is committed but not durable yet is gone
// after a power cut as a whole, and nothing is there that was committed after it: the log is read up to its first gap.
const (
	syncFull = "PRAGMA synchronous = FULL"
	syncNext = "PRAGMA synchronous = NORMAL"
)

// inAt does the same at a level of durability. The file is opened at syncFull.
func (w *writer) inAt(ctx context.Context, level string, f func(*tx) error) error {
	if err := w.take(ctx); err != nil {
		return err
	}
	defer w.leave()
	ctx = context.WithoutCancel(ctx)
	if w.level != level {
		if _, err := w.conn.ExecContext(ctx, level); err != nil { // not prepared: this one acts when it is compiled
			return err
		}
		w.level = level
	}
	t := &tx{w: w, ctx: ctx}
	if err := t.exec(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // also when f panics; SQLite may have rolled back by itself (disk full)
			_, _ = w.conn.ExecContext(ctx, `ROLLBACK`)
		}
	}()
	if err := f(t); err != nil {
		return err
	}
	if err := t.flushForms(); err != nil {
		return err
	}
	if err := t.exec(`COMMIT`); err != nil {
		return err
	}
	done = true
	w.committed(t)
	return nil
}

// statement is prepared once and closed with the writer.
type statement struct{ *sql.Stmt }

// tx is a transaction of the writer. Its statements are the fixed texts of this package, prepared
// once; there are some dozens of them.
type tx struct {
	w   *writer
	ctx context.Context //nolint:containedctx // lives as long as one call of in

	user       *string               // whose file it is, once asked
	listedAll  *bool                 // see relisted
	waits      *bool                 // see anyWaits
	mostNew    bool                  // the row that was put last was not there before: the next one may not be, either
	gathered   gathered              // see flushForms
	listsLater bool                  // customers who are new get their rows of listed from relist
	relisting  *int64                // how far relist has come with customers, once asked
	near       []int64               // customers whose row of near it may have changed
	nearRoom   [nearDue + 1]nearRoom // of each class, once asked
}

func (t *tx) prepared(query string) (statement, error) {
	if st, ok := t.w.stmts[query]; ok {
		return st, nil
	}
	st, err := t.w.conn.PrepareContext(t.ctx, query)
	if err != nil {
		return statement{}, err
	}
	t.w.stmts[query] = statement{st}
	return statement{st}, nil
}

func (t *tx) exec(query string, args ...any) error {
	_, err := t.affected(query, args...)
	return err
}

func (t *tx) affected(query string, args ...any) (sql.Result, error) {
	st, err := t.prepared(query)
	if err != nil {
		return nil, err
	}
	t.w.trace(query, args)
	return st.ExecContext(t.ctx, args...)
}

type scanner interface{ Scan(dest ...any) error }

type failed struct{ err error }

func (f failed) Scan(...any) error { return f.err }

func (t *tx) row(query string, args ...any) scanner {
	st, err := t.prepared(query)
	if err != nil {
		return failed{err}
	}
	t.w.trace(query, args)
	return st.QueryRowContext(t.ctx, args...)
}

// each calls f for every row. f must not use the transaction.
func (t *tx) each(query string, f func(scanner) error, args ...any) error {
	st, err := t.prepared(query)
	if err != nil {
		return err
	}
	t.w.trace(query, args)
	rows, err := st.QueryContext(t.ctx, args...)
	return eachRow(rows, err, f)
}

func eachRow(rows *sql.Rows, err error, f func(scanner) error) error {
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// create makes a store beside path and renames it when it is complete, so that a power cut while it is
// made leaves none. Its first page is written with journal_mode=MEMORY, because the vault refuses
// rollback journals; from then on it is in WAL mode.
func create(ctx context.Context, cfg Config, v *vault.VFS) error {
	dir, fresh := filepath.Dir(cfg.Path), cfg.Path+".new"
	if err := makeDir(cfg.dir, dir); err != nil {
		return err
	}
	// Durably, since a log of an earlier store must not meet the new one.
	if err := clearAway(cfg.dir, fresh, fresh+"-wal", fresh+"-shm", cfg.Path+"-wal", cfg.Path+"-shm", cfg.Path+keysEnding); err != nil {
		return err
	}
	if err := makeEmpty(cfg.dir, fresh); err != nil { // SQLite gives its side files the same mode
		return err
	}
	if err := fill(ctx, fresh, v); err != nil {
		return err
	}
	if err := cfg.dir.Rename(fresh, cfg.Path); err != nil {
		return err
	}
	return cfg.dir.SyncDir(dir)
}

func fill(ctx context.Context, path string, v *vault.VFS) error {
	first := []string{fmt.Sprintf("page_size(%d)", vault.PageSize), "journal_mode(MEMORY)", "journal_mode(WAL)"}
	if v.Ring() != nil { // else it is plain
		first = append([]string{vault.ReservePragma}, first...)
	}
	db, err := sql.Open("sqlite", source(path, v, first...))
	if err != nil {
		return err
	}
	if err := db.PingContext(ctx); err != nil {
		return errors.Join(err, db.Close())
	}
	if err := db.Close(); err != nil {
		return err
	}
	w, err := openWriter(ctx, path, v)
	if err != nil {
		return err
	}
	return errors.Join(migrate(ctx, w), foldWhole(ctx, w.conn), w.close())
}

// foldWhole brings all of the log into the database, durably, and empties it: the file is then complete without it.
// That closing the last connection does the same is not enough, since it does not say when it could not.
func foldWhole(ctx context.Context, conn *sql.Conn) error {
	var busy, frames, done int
	if err := conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &done); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("the log is in use")
	}
	return nil
}
