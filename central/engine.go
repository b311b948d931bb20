package central

import (
	"context"
	"database/sql"
)

// queryer is what both a read and a write transaction offer. Statements use ? and the part of SQL
// that SQLite and PostgreSQL share.
type queryer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// engine is what central needs of a database. All methods may be called from any goroutine.
type engine interface {
	// read runs f on one consistent picture of the data.
	read(ctx context.Context, f func(q queryer) error) error
	// write runs f in the one write transaction there is at a time; when write returns nil the
	// changes have survived a power cut. An error of f undoes all.
	write(ctx context.Context, f func(q queryer) error) error
	// try runs f inside a write transaction and undoes only what f did when it fails.
	try(ctx context.Context, q queryer, f func() error) error
	// backup writes a whole and consistent copy into a file that must not exist yet.
	backup(ctx context.Context, file string) error
	// check reads everything and compares; nil: the data is sound.
	check(ctx context.Context) error
	close() error
}
