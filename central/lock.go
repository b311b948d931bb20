package central

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"github.com/callbench/callbench/desk"
)

// lockName is an empty database whose write lock says that a server is running on the directory. The
// operating system drops the lock with the process, on every system SQLite runs on.
const lockName = "serve.lock"

// lockDir takes the directory for one server, or tells that it is taken (desk.ErrConflict wrapped).
func lockDir(ctx context.Context, dir string) (release func(), err error) {
	// The driver would make the file readable for others. One that is there is left alone: to close it here
	// would drop a lock that this process has on it.
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil && !errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	path := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(filepath.Join(dir, lockName))}).EscapedPath()}
	path.RawQuery = "_pragma=busy_timeout(0)&_pragma=journal_mode(MEMORY)&_txlock=exclusive"
	db, err := sql.Open("sqlite", path.String())
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	db.SetMaxOpenConns(1)
	// The lock outlives ctx: it is let go by release, after everything else has stopped.
	tx, err := db.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("another server runs on %s: %w", dir, desk.ErrConflict), db.Close())
	}
	return func() {
		_ = tx.Rollback()
		_ = db.Close()
	}, nil
}
