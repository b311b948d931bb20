// Package storebench measures a desk's store: how fast it answers with many customers in it, what sealing
// costs, and how it compares with SQLite's own C code.
//
// It owns the folder it is given and makes up the customers (internal/sample). callbench store bench
// calls Run once; everything runs on its goroutine but the stores' own maintenance, and has ended when it returns.
// What is sealed and what is plain take turns in short blocks, so that a noisy machine is unfair to both alike.
//
// Figures are times of whole calls of localstore, as the desk makes them, with the JSON read into values.
package storebench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// Names of the lines, in the order of a report.
func Names() []string {
	return []string{
		"number", "last4", "last7", "id", "name1", "name2", "name3", "pinyin", "initials", "zhuyin", "keystroke", "timeline", "save",
	}
}

// Config says what to measure.
type Config struct {
	Dir       string // made if it is not there; the stores in it are used again if they are of the same make
	Customers int
	Contacts  int    // of each customer
	Seed      uint64 // of the questions
	Queries   int    // of each line; 0: 1000
	Saves     int    // 0: 10,000
	Opens     int    // processes that open the store; 0: 11
	Compare   string // program of internal/bench; empty: no comparison
	// Self is the command that does OpenOnce in a process of its own; empty: open_ms is not measured.
	Self []string
	Tell io.Writer // what is going on, for people; nil: nobody listens
}

// Line is what one line measured.
type Line struct {
	N   int     `json:"n"`
	P50 float64 `json:"p50_us"`
	P95 float64 `json:"p95_us"`
	P99 float64 `json:"p99_us"`
}

// Import is what filling the stores took. Reused says that it did so in an earlier run.
type Import struct {
	Rows          int     `json:"rows"`
	Seconds       float64 `json:"seconds"`
	RowsPerSecond float64 `json:"rows_per_s"`
	PlainSeconds  float64 `json:"plain_seconds"`
	Ratio         float64 `json:"ratio"` // sealed to plain, 1 is the same
	Reused        bool    `json:"reused"`
}

// Compare sets the sealed store against the plain one and against mattn/go-sqlite3 on the plain file.
type Compare struct {
	Plain          map[string]Line    `json:"plain"`
	PlainSizeBytes int64              `json:"plain_size_bytes"`
	SizeRatio      float64            `json:"size_ratio"`
	SaveRatio      float64            `json:"save_p50_ratio"`
	ImportRatio    float64            `json:"import_ratio"`
	SQLite         map[string]Line    `json:"mattn,omitempty"`
	Ratios         map[string]float64 `json:"mattn_p50_ratio,omitempty"` // sealed p50 to that of mattn/go-sqlite3
}

// Report is what a run found. Sizes are of closed files.
type Report struct {
	Customers int             `json:"customers"`
	Contacts  int             `json:"contacts"` // in all
	Encrypted bool            `json:"encrypted"`
	Queries   map[string]Line `json:"queries"`
	Import    Import          `json:"import"`
	OpenMS    float64         `json:"open_ms"` // open to first answer in a new process; the median of some
	SizeBytes int64           `json:"size_bytes"`
	Compare   Compare         `json:"compare"`
}

// now is the moment as of which customers are made up: the same stock on every day.
const now = desk.Millis(1_790_000_000_000)

// bench is one run.
type bench struct {
	cfg   Config
	stock *stock
	asks  map[string][]ask
	r     Report
}

// Run makes the stores if they are not there, measures, and leaves them as they were, for a next run: what it
// saved is taken back, only the ended changes stay in the outbox.
func Run(ctx context.Context, cfg Config) (Report, error) {
	r, err := run(ctx, cfg)
	if err != nil {
		return Report{}, fmt.Errorf("store bench: %w", err)
	}
	return r, nil
}

func run(ctx context.Context, cfg Config) (Report, error) {
	if cfg.Customers < minCustomers || cfg.Contacts < 0 || cfg.Dir == "" {
		return Report{}, fmt.Errorf("at least %d customers and a folder are needed: %w", minCustomers, desk.ErrInvalid)
	}
	if cfg.Queries <= 0 {
		cfg.Queries = 1000
	}
	if cfg.Saves <= 0 {
		cfg.Saves = 10_000
	}
	if cfg.Opens <= 0 {
		cfg.Opens = 11
	}
	if cfg.Tell == nil {
		cfg.Tell = io.Discard
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return Report{}, err //nolint:wrapcheck // wrapped by Run
	}
	b := &bench{cfg: cfg, r: Report{
		Customers: cfg.Customers, Contacts: cfg.Customers * cfg.Contacts, Encrypted: true, Queries: map[string]Line{},
		Compare: Compare{Plain: map[string]Line{}},
	}}
	for _, step := range []func(context.Context) error{b.fill, b.draw, b.reopen, b.measure, b.compare} {
		if err := step(ctx); err != nil {
			return Report{}, err
		}
	}
	b.r.SizeBytes, b.r.Compare.PlainSizeBytes = b.stock.mark.SizeBytes, b.stock.mark.PlainBytes
	b.r.Compare.SizeRatio = ratio(float64(b.r.SizeBytes), float64(b.r.Compare.PlainSizeBytes))
	return b.r, nil
}

func (b *bench) tell(format string, args ...any) {
	_, _ = fmt.Fprintf(b.cfg.Tell, format+"\n", args...) // nobody needs it
}

// measure asks and saves, sealed and plain in turn.
func (b *bench) measure(ctx context.Context) error {
	p, err := b.stock.open(ctx)
	if err != nil {
		return err
	}
	err = b.queries(ctx, p)
	if err == nil {
		err = b.saves(ctx, p)
	}
	return errors.Join(err, p.close())
}

// pair is the sealed and the plain store, open.
type pair struct{ sealed, plain *localstore.Store }

func (p pair) close() error { return errors.Join(p.sealed.Close(), p.plain.Close()) }

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return float64(int(a/b*1000+0.5)) / 1000
}
