package localstore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/callbench/callbench/desk"
)

// Migrations go forward only. Each file of schema is named NNNN_what.sql and brings a file of version
// NNNN−1 to NNNN in one transaction. A file that shipped is never edited.
//
//go:embed schema/*.sql
var schema embed.FS

const applicationID = 0x43426473 // "CBds", for file(1)

func migrate(ctx context.Context, w *writer) error {
	names, err := fs.Glob(schema, "schema/*.sql") // sorted
	if err != nil {
		return err
	}
	var version int
	if err := w.conn.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return err
	}
	if version > len(names) {
		return fmt.Errorf("schema %d, this program knows %d: %w", version, len(names), desk.ErrNewer)
	}
	for i, name := range names {
		if i < version {
			continue
		}
		if n, _, _ := strings.Cut(strings.TrimPrefix(name, "schema/"), "_"); n != fmt.Sprintf("%04d", i+1) {
			return fmt.Errorf("migration %s is out of order", name)
		}
		text, err := schema.ReadFile(name)
		if err != nil {
			return err
		}
		err = w.in(ctx, func(t *tx) error {
			// Not through prepared: a migration is many statements and runs once.
			_, err := w.conn.ExecContext(t.ctx, string(text)+
				";PRAGMA user_version = "+strconv.Itoa(i+1)+";PRAGMA application_id = "+strconv.Itoa(applicationID))
			return err
		})
		if err != nil {
			return fmt.Errorf("migration %d: %w", i+1, err)
		}
	}
	return nil
}
