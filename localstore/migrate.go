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

// versions gives the schema of a file and the newest that this program knows. A newer one is desk.ErrNewer.
func versions(ctx context.Context, w *writer) (is, newest int, err error) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return 0, 0, err
	}
	if err := w.conn.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&is); err != nil {
		return 0, 0, err
	}
	if is > len(names) {
		return 0, 0, fmt.Errorf("schema %d, this program knows %d: %w", is, len(names), desk.ErrNewer)
	}
	return is, len(names), nil
}

func migrate(ctx context.Context, w *writer) error {
	version, _, err := versions(ctx, w)
	if err != nil {
		return err
	}
	names, err := fs.Glob(schema, "schema/*.sql") // sorted
	if err != nil {
		return err
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
