package localstore

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore/vault"
)

// Measure is how internal/storebench looks into a store. The program leaves it nil.
type Measure struct {
	// Plain makes and opens a file that is not sealed, to measure what sealing costs. It goes only without a
	// key, so that no desk gets a plain file by accident.
	Plain bool
	// Trace is told each statement that a search, a look-up or a commit runs, before it runs, from whichever
	// goroutine does that. Statements of BEGIN and COMMIT are among them.
	Trace func(query string, args []any)
	// Enough is told that of the statement asked last no rows are read beyond so many.
	Enough func(rows int)
}

func (m *Measure) plain() bool { return m != nil && m.Plain }

func (m *Measure) enough(rows int) {
	if m != nil && m.Enough != nil {
		m.Enough(rows)
	}
}

func (m *Measure) trace() func(string, []any) {
	if m == nil || m.Trace == nil {
		return func(string, []any) {}
	}
	return m.Trace
}

// checkKey sees that there is a key, or that none is wanted.
func (cfg Config) checkKey() error {
	if (cfg.Key == [32]byte{}) != cfg.Measure.plain() {
		return fmt.Errorf("no key: %w", desk.ErrInvalid)
	}
	return nil
}

// openVault gives the VFS for a new file, or for one that key opens.
func (cfg Config) openVault(ring *vault.Ring) (*vault.VFS, error) {
	if cfg.Measure.plain() {
		return vault.Open(nil, vault.Plain(), vault.Over(cfg.disk))
	}
	return vault.Open(ring, vault.Over(cfg.disk))
}

// reader is the pool that answers; what it is asked can be traced.
type reader struct {
	*sql.DB
	trace func(string, []any)
}

func (r *reader) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	r.trace(query, args)
	return r.DB.QueryContext(ctx, query, args...)
}

func (r *reader) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	r.trace(query, args)
	return r.DB.QueryRowContext(ctx, query, args...)
}
