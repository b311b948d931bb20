package localstore

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/callbench/callbench/desk"
)

// Stats says how much is in a store, and nothing of what is in it.
type Stats struct {
	Schema    int    `json:"schema"`
	Deriver   int    `json:"deriver"`    // of the code that made the search forms
	KeyEpoch  uint32 `json:"key_epoch"`  // of the key that seals; 0: none
	SizeBytes int64  `json:"size_bytes"` // of the database
	LogBytes  int64  `json:"log_bytes"`  // of the write-ahead log
	FreeBytes int64  `json:"free_bytes"` // of the database, in pages that hold nothing

	Pending  int         `json:"pending"`
	Oldest   desk.Millis `json:"oldest_pending"` // 0: none is pending
	Refused  int         `json:"refused"`
	Lost     int         `json:"lost"` // values that lost in a conflict and that nobody has put away
	Released int         `json:"released"`
	Drafts   int         `json:"drafts"`
	NextN    int64       `json:"next_n"`
	SyncedAt desk.Millis `json:"synced_at"` // 0: never

	Tables []TableStats `json:"tables"` // by size, the largest first
}

// TableStats is one table, or one index of it.
type TableStats struct {
	Name  string `json:"name"`
	Index string `json:"index,omitempty"` // empty: the table itself
	Rows  int64  `json:"rows"`            // of a table; -1: of an index or of a search table's own parts
	Bytes int64  `json:"bytes"`
}

// Stats counts rows and pages. It reads the whole file: some seconds for a million customers.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	st, err := s.stats(ctx)
	return st, wrap("store stats", err)
}

func (s *Store) stats(ctx context.Context) (st Stats, err error) {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // every figure of one moment
	if err != nil {
		return st, err
	}
	defer tx.Rollback() //nolint:errcheck // it only read
	if ring := s.vault.Ring(); ring != nil {
		st.KeyEpoch = ring.Epoch()
	}
	if st.SizeBytes, err = fileSize(s.cfg.Path); err != nil {
		return st, err
	}
	if st.LogBytes, err = fileSize(s.cfg.Path + "-wal"); err != nil {
		return st, err
	}
	var free, page int64
	for _, one := range []struct {
		query string
		into  []any
	}{
		{`PRAGMA user_version`, []any{&st.Schema}},
		{`PRAGMA freelist_count`, []any{&free}},
		{`PRAGMA page_size`, []any{&page}},
		{`SELECT deriver, next_n, synced_at FROM replica`, []any{&st.Deriver, &st.NextN, &st.SyncedAt}},
		{
			`SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1), count(*) FILTER (WHERE state = 2),
			coalesce(min(at) FILTER (WHERE state = 0), 0) FROM op`, []any{&st.Pending, &st.Released, &st.Refused, &st.Oldest},
		},
		{`SELECT count(*) FROM draft`, []any{&st.Drafts}},
	} {
		if err := tx.QueryRowContext(ctx, one.query).Scan(one.into...); err != nil {
			return st, err
		}
	}
	if st.Schema >= countedSchema {
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM conflict WHERE seen = 0`).Scan(&st.Lost); err != nil {
			return st, err
		}
	}
	st.FreeBytes = free * page
	st.Tables, err = tableStats(ctx, tx)
	return st, err
}

// tableStats measures tables and indexes by dbstat and counts the rows of tables.
func tableStats(ctx context.Context, tx *sql.Tx) ([]TableStats, error) {
	var list []TableStats
	rows, err := tx.QueryContext(ctx, `SELECT s.tbl_name, iif(s.type = 'index', s.name, ''), d.pgsize,
			s.type = 'table' AND s.name NOT GLOB 'sqlite_*' AND NOT EXISTS (
				SELECT 1 FROM sqlite_schema v WHERE v.sql LIKE 'CREATE VIRTUAL%' AND s.name GLOB v.name || '_*')
		FROM sqlite_schema s JOIN dbstat d ON d.name = s.name AND d.aggregate = TRUE ORDER BY d.pgsize DESC`)
	counted := map[string]bool{}
	err = eachRow(rows, err, func(r scanner) error {
		one := TableStats{Rows: -1}
		var count bool
		err := r.Scan(&one.Name, &one.Index, &one.Bytes, &count)
		list, counted[one.Name+"\x00"+one.Index] = append(list, one), count
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, one := range list {
		if !counted[one.Name+"\x00"+one.Index] {
			continue
		}
		// The name is the schema's own, not anybody's input.
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM "`+one.Name+`"`).Scan(&list[i].Rows); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b TableStats) int { return int(b.Bytes - a.Bytes) })
	return list, nil
}

// fileSize is 0 for a file that is not there.
func fileSize(path string) (int64, error) {
	st, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

// Versions gives the schema and the version of search forms that this program makes files of.
func Versions() (schemaVersion, deriver int) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		panic(err) // only a malformed pattern can do this
	}
	return len(names), deriverVersion
}
