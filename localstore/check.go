package localstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore/vault"
)

// Parts of a store that Check looks at, in this order. A part that cannot be looked at because of what is wrong
// with an earlier one is among the skipped.
const (
	PartKey     = "key"     // the key opens the file
	PartPages   = "pages"   // every page opens at its place
	PartSQLite  = "sqlite"  // the database is whole as SQLite sees it
	PartDerived = "derived" // what searches and lists look up is what the records say
	PartOutbox  = "outbox"  // what is shown is central's row with the waiting changes on top
	PartChain   = "chain"   // nothing of what this desk wrote was edited, taken away or put elsewhere
)

const (
	chainSchema   = 3 // the first with a chain
	countedSchema = 4 // the first that counts what waits, and that knows conflicts
	talkSchema    = 5 // the first that finds notes
)

// maxFindings bounds what is named of each kind; beyond that findings are counted.
const maxFindings = 100

// Finding is one thing that is wrong. Where is a page, a table, or a table and a record's ID; it never is what
// a record says.
type Finding struct {
	Part  string `json:"part"`
	What  string `json:"what"`
	Where string `json:"where,omitempty"`
}

// CheckReport is the outcome of Check.
type CheckReport struct {
	Good     bool              `json:"good"`
	Path     string            `json:"path"`
	Schema   int               `json:"schema"`
	Pages    vault.Report      `json:"pages"`
	Chain    *ChainReport      `json:"chain,omitempty"`
	Checked  map[string]int64  `json:"checked"` // rows whose derived forms were compared, by table
	Counts   map[string]int64  `json:"counts"`  // findings by part, also those that are not named
	Skipped  map[string]string `json:"skipped"` // part to reason
	Findings []Finding         `json:"findings"`
	Took     time.Duration     `json:"took_ns"`
}

func (r *CheckReport) found(part, what, where string) {
	if r.Counts[part]++; r.Counts[part] <= maxFindings {
		r.Findings = append(r.Findings, Finding{part, what, where})
	}
}

// Check looks at everything in the store at cfg.Path and changes nothing; the file may be in use meanwhile. The
// error is nil whatever is found: it tells that there is no such file or that ctx ended. Progress is told each
// part that begins; it may be nil.
//
// It must not run in a program that has the same file open by Open.
func Check(ctx context.Context, cfg Config, progress func(part string)) (CheckReport, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if progress == nil {
		progress = func(string) {}
	}
	c := &check{cfg: cfg, progress: progress, r: CheckReport{
		Checked: map[string]int64{}, Counts: map[string]int64{}, Skipped: map[string]string{}, Findings: []Finding{},
	}}
	began := time.Now()
	if err := c.run(ctx); err != nil {
		return CheckReport{}, wrap("check store", err)
	}
	c.r.Good, c.r.Took = len(c.r.Counts) == 0, time.Since(began)
	return c.r, nil
}

// check is one check under way.
type check struct {
	cfg      Config
	progress func(string)
	r        CheckReport
}

func (c *check) run(ctx context.Context) (err error) {
	if c.cfg.Path, err = filepath.Abs(c.cfg.Path); err != nil {
		return err
	}
	c.r.Path = c.cfg.Path
	if _, err := os.Stat(c.cfg.Path); err != nil {
		return err
	}
	c.progress(PartKey)
	ring, _, err := keysOf(ctx, c.cfg.Path, c.cfg.Key, c.cfg.Log)
	if errors.Is(err, vault.ErrKey) {
		c.r.found(PartKey, "no page opens with this key: it is another key, or the file is no store", "")
		c.skip("the key does not open the file", PartPages, PartSQLite, PartDerived, PartOutbox, PartChain)
		return nil
	}
	if err != nil {
		return err
	}
	if err := c.pages(ctx, ring); err != nil {
		return err
	}
	s, err := inspect(ctx, c.cfg, false)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		c.r.found(PartSQLite, "the database does not open: "+wrap("open", err).Error(), "")
		c.skip("the database does not open", PartDerived, PartOutbox, PartChain)
		return nil
	}
	return errors.Join(c.inside(ctx, s), s.close())
}

func (c *check) skip(why string, parts ...string) {
	for _, part := range parts {
		c.r.Skipped[part] = why
	}
}

// pages opens every page and every frame of the log.
func (c *check) pages(ctx context.Context, ring *vault.Ring) error {
	c.progress(PartPages)
	r, err := vault.Examine(ctx, c.cfg.Path, ring)
	if errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c.r.found(PartPages, "the file cannot be read to its end: "+err.Error(), "")
	}
	c.r.Pages = r
	what := map[string]string{
		vault.FaultDamaged: "damaged: it is not what was written",
		vault.FaultMoved:   "moved: it was written for another place",
		vault.FaultKey:     "of a key that is not at hand",
	}
	named := map[string]int64{}
	for _, f := range r.Faults {
		if f.Kind == vault.FaultTorn {
			continue // the end of a log after a power cut: SQLite takes none of it
		}
		where := fmt.Sprintf("%s %d", f.File, f.Page)
		if f.From != "" {
			where += ", written as " + f.From
		}
		text := what[f.Kind]
		if text == "" {
			text = f.Kind
		}
		named[f.Kind]++
		c.r.found(PartPages, text, where)
	}
	for kind, n := range r.Counts {
		if rest := n - named[kind]; rest > 0 && kind != vault.FaultTorn {
			c.r.Counts[PartPages] += rest
		}
	}
	return nil
}

// inside looks into the database, all of it at one moment.
func (c *check) inside(ctx context.Context, s *Store) error {
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // it only read
	if _, err := conn.ExecContext(ctx, `BEGIN`); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`) //nolint:errcheck // it only read
	for _, part := range []struct {
		name string
		look func(context.Context, *sql.Conn) error
	}{{PartSQLite, c.sqlite}, {PartDerived, c.derived}, {PartOutbox, c.outbox}, {PartChain, c.chain}} {
		c.progress(part.name)
		err := part.look(ctx, conn)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil { // a page that does not open ends the look at what it is part of
			c.r.found(part.name, "cannot be read to its end: "+wrap("read", err).Error(), "")
		}
	}
	return nil
}

// sqlite has SQLite compare its trees, indexes and search tables with each other. Its words name tables,
// indexes and pages, no values.
func (c *check) sqlite(ctx context.Context, conn *sql.Conn) error {
	if err := conn.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&c.r.Schema); err != nil {
		return err
	}
	rows, err := conn.QueryContext(ctx, fmt.Sprintf(`PRAGMA integrity_check(%d)`, maxFindings))
	return eachRow(rows, err, func(r scanner) error {
		var verdict string
		if err := r.Scan(&verdict); err != nil {
			return err
		}
		if verdict != "ok" {
			c.r.found(PartSQLite, verdict, "")
		}
		return nil
	})
}

// chain checks the tamper-evident chain of this file; files of older schemas have none.
func (c *check) chain(ctx context.Context, conn *sql.Conn) error {
	if c.r.Schema < chainSchema {
		c.skip(fmt.Sprintf("a file of schema %d has no chain", c.r.Schema), PartChain)
		return nil
	}
	r, err := checkChain(ctx, conn)
	c.r.Chain = &r
	named := r.Count - int64(len(r.Faults))
	for _, f := range r.Faults {
		at := fmt.Sprintf("chain %s, entry %d", f.Chain, f.N)
		if f.Op != "" {
			at += ", change " + f.Op
		}
		text := string(f.Kind)
		if f.What != "" {
			text += ": " + f.What
		}
		c.r.found(PartChain, text, at)
	}
	if named > 0 {
		c.r.Counts[PartChain] += named
	}
	return err
}

// outbox compares the rows that waiting changes touch with what they come to.
func (c *check) outbox(ctx context.Context, conn *sql.Conn) error {
	for what, query := range map[string]string{
		"kept as central's although no change waits for it": `SELECT tab, key FROM base WHERE NOT EXISTS (
			SELECT 1 FROM op_row JOIN op ON op.rid = op_row.op WHERE op_row.tab = base.tab AND op_row.key = base.key AND op.state = 0)`,
		"touched by a waiting change, but central's version is not kept": `SELECT tab, key FROM op_row
			WHERE NOT EXISTS (SELECT 1 FROM base WHERE base.tab = op_row.tab AND base.key = op_row.key)`,
		"listed for a change that does not wait": `SELECT tab, key FROM op_row WHERE op NOT IN (SELECT rid FROM op WHERE state = 0)`,
	} {
		rows, err := conn.QueryContext(ctx, query)
		if err := eachRow(rows, err, func(r scanner) error {
			var p place
			err := r.Scan(&p.table, &p.key)
			c.r.found(PartOutbox, what, where(p))
			return err
		}); err != nil {
			return err
		}
	}
	if c.r.Schema >= countedSchema {
		var off int64
		if err := conn.QueryRowContext(ctx, `SELECT pending - (SELECT count(*) FROM op WHERE state = 0) FROM replica`).Scan(&off); err != nil {
			return err
		}
		if off != 0 {
			c.r.found(PartOutbox, fmt.Sprintf("the count of what waits is off by %d", off), "")
		}
	}
	return c.folded(ctx, conn)
}

// where names a row of a table that synchronises.
func where(p place) string { return string(p.table) + " " + p.key }

// folded lays the waiting changes over central's rows once more.
func (c *check) folded(ctx context.Context, conn *sql.Conn) error {
	list := []place{}
	rows, err := conn.QueryContext(ctx, `SELECT tab, key FROM base`)
	err = eachRow(rows, err, func(r scanner) error {
		var p place
		err := r.Scan(&p.table, &p.key)
		list = append(list, p)
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range list {
		if !p.table.Valid() {
			c.r.found(PartOutbox, "of a table that there is not", where(p))
			continue
		}
		if err := c.foldedOne(ctx, conn, p); err != nil {
			return err
		}
	}
	return nil
}

func (c *check) foldedOne(ctx context.Context, conn *sql.Conn, p place) error {
	var b base
	err := conn.QueryRowContext(ctx, `SELECT state, body FROM base WHERE tab = ? AND key = ?`, string(p.table), p.key).
		Scan(&b.state, (*[]byte)(&b.body))
	if err != nil {
		return err
	}
	body := b.body
	rows, err := conn.QueryContext(ctx, `SELECT op.changes FROM op_row JOIN op ON op.rid = op_row.op
		WHERE op_row.tab = ? AND op_row.key = ? ORDER BY op_row.op`, string(p.table), p.key)
	malformed := false
	err = eachRow(rows, err, func(r scanner) error {
		var changes string
		if err := r.Scan(&changes); err != nil {
			return err
		}
		merged, err := mergeChanges(body, changes, p)
		if err != nil {
			malformed = true
			return nil //nolint:nilerr // told as a finding
		}
		body = merged
		return nil
	})
	if err != nil {
		return err
	}
	var shown []byte
	err = conn.QueryRowContext(ctx, `SELECT body FROM `+string(p.table)+` WHERE key = ?`, p.key).Scan(&shown)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if b.state == baseRemoved {
		body = nil
	}
	switch {
	case malformed:
		c.r.found(PartOutbox, "a waiting change is malformed", where(p))
	case (body == nil) != (shown == nil) || body != nil && !sameDocument(body, shown):
		c.r.found(PartOutbox, "shown otherwise than central's row with the waiting changes on top", where(p))
	}
	return nil
}

// tablesInOrder lists the tables of visible rows.
func tablesInOrder() []desk.Table {
	return []desk.Table{desk.TableCustomer, desk.TableContact, desk.TableCallback, desk.TableTicket, desk.TableConflict}
}
