package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/callbench/callbench/app/host"
	tables "github.com/callbench/callbench/app/sheet"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/ui/words"
)

// importCommand brings customers of a table into a desk's store (docs/IMPORT.md).
type importCommand struct {
	storeProfileFlags
	File       string            `arg:"" type:"path" help:"Table: .xlsx or CSV."`
	Preview    bool              `help:"Show encoding, columns and first rows, and what would happen; write nothing."`
	Map        map[string]string `mapsep:"none" placeholder:"COLUMN=FIELD" help:"What a column holds; by heading, letter or number. Again for more."`
	Sheet      string            `placeholder:"NAME" help:"Sheet of an .xlsx; the first that is visible where none is named."`
	Encoding   string            `enum:"auto,utf-8,gbk,big5" default:"auto" help:"Of a CSV: auto, utf-8, gbk or big5."`
	Duplicates string            `enum:"report,merge,skip,new" default:"report" help:"Rows whose phone or number somebody has: report, merge, skip or new."`
	Bad        string            `type:"path" placeholder:"FILE" help:"Where rows that come back go; beside the table where none is named."`
	Lang       string            `enum:"auto,zh-Hans,zh-Hant,en" default:"auto" help:"Language of the reasons."`
}

// While tables are read or written the collector works harder, the more so above tableMemory: with the database's
// own memory, some 80 MB, the process stays below 200 MB.
const (
	tableMemory  = 80 << 20
	tableGarbage = 40 // percent of what is in use, for debug.SetGCPercent
)

// Run imports. Exit code 0: everything is in; 1: rows came back, or it was cut short; 2: the file or the flags
// are wrong.
func (c importCommand) Run(ctx context.Context, p *program) error {
	store, shut, err := c.open(ctx, p)
	if err != nil {
		return err
	}
	defer shut()
	job := importJob{
		File: c.File, Sheet: c.Sheet, Encoding: tables.Encoding(strings.TrimPrefix(c.Encoding, "auto")), Map: c.Map, Duplicates: c.Duplicates,
		Bad: c.Bad, Store: store, Words: wordsOf(ctx, store, c.Lang), Now: time.Now,
	}
	meter := p.meter("rows")
	job.Progress = func(at importProgress) {
		meter(at.Rows, fmt.Sprintf(": %d in, %d back", at.In, at.Bad))
	}
	im, err := openImport(ctx, job)
	if err != nil {
		return err
	}
	defer im.close() //nolint:errcheck // only read
	if c.Preview {
		plan, err := im.Preview(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return p.printJSON(plan)
		}
		return p.print(plan.text(job.Words))
	}
	report, err := im.Run(ctx)
	if perr := p.printImport(report, c.JSON, job.Words); perr != nil || err != nil {
		return errors.Join(err, perr)
	}
	if report.Bad > 0 || report.Cancelled {
		return silent{exitNo}
	}
	return nil
}

// open opens the profile's store for a command that nothing else may use it beside. A desk that has a profile but
// was never started gets its store made.
func (f storeProfileFlags) open(ctx context.Context, p *program) (*localstore.Store, func(), error) {
	if prof, err := readProfile(f.Profile); f.Profile != "" && err == nil {
		if _, err := p.fromProfile(prof); err != nil { // makes the key
			return nil, nil, err
		}
	}
	at, err := f.find(p)
	if err != nil {
		return nil, nil, err
	}
	lock, err := lockProfile(at.dir)
	if errors.Is(err, host.ErrInUse) {
		return nil, nil, fmt.Errorf("%s is open in another program: close Callbench's window first: %w", filepath.Base(at.dir), err)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("profile %s: %w", at.dir, err)
	}
	store, err := localstore.Open(ctx, at.cfg)
	if err != nil {
		return nil, nil, errors.Join(unopened(err), lock.Close())
	}
	limit, percent := debug.SetMemoryLimit(tableMemory), debug.SetGCPercent(tableGarbage)
	return store, func() {
		debug.SetMemoryLimit(limit)
		debug.SetGCPercent(percent)
		if err := errors.Join(store.Close(), lock.Close()); err != nil {
			p.log.ErrorContext(ctx, "close store", slog.Any("error", err))
		}
	}, nil
}

// openToRead is open for a command that only reads: of a profile whose folder cannot be written, it reads the store
// as it lies there.
func (f storeProfileFlags) openToRead(ctx context.Context, p *program) (*localstore.Store, func(), error) {
	store, shut, err := f.open(ctx, p)
	if !errors.Is(err, desk.ErrReadOnly) {
		return store, shut, err
	}
	at, err := f.findStore(p)
	if err != nil {
		return nil, nil, err
	}
	if store, err = localstore.Inspect(ctx, at.cfg); err != nil {
		return nil, nil, unopened(err)
	}
	return store, func() { store.Close() }, nil //nolint:errcheck,gosec // only read
}

// wordsOf gives the words of the language that was asked for, else of the one the desk remembers.
func wordsOf(ctx context.Context, store *localstore.Store, lang string) *words.Catalogue {
	if lang == "auto" {
		kept, err := store.Setting(ctx, "language")
		if err != nil {
			kept = ""
		}
		lang = kept // an unknown one is zh-Hans
	}
	return words.For(lang)
}

const meterEvery = 2 * time.Second

// meter says on stderr how far something is, every two seconds.
func (p *program) meter(what string) func(n int, more string) {
	start, last, before := time.Now(), time.Now(), 0
	return func(n int, more string) {
		now := time.Now()
		if now.Sub(last) < meterEvery {
			return
		}
		rate := float64(n-before) / now.Sub(last).Seconds()
		last, before = now, n
		_, _ = fmt.Fprintf(p.stderr, "%6.0f s  %d %s%s, %.0f a second\n", now.Sub(start).Seconds(), n, what, more, rate)
	}
}

func (p *program) printImport(r importReport, asJSON bool, say *words.Catalogue) error {
	if asJSON {
		return p.printJSON(r)
	}
	text := fmt.Sprintf("%d rows: %d in, %d merged, %d left out, %d were in already, %d came back\n", r.Rows, r.In, r.Merged, r.Skipped, r.Known, r.Bad)
	if r.BadFile != "" {
		text += reasonsText(r.Reasons, say) + "the rows that came back, with reasons: " + r.BadFile + "\n"
	}
	if r.Cut > 0 {
		text += fmt.Sprintf("%d of their cells are longer than an .xlsx holds and were cut there\n", r.Cut)
	}
	if r.Cancelled {
		text += "cancelled; the same command goes on where this ended\n"
	}
	return p.print(text)
}

// reasonsText says how many rows came back why, as the file of these rows words it.
func reasonsText(reasons map[string]int, say *words.Catalogue) string {
	var b strings.Builder
	for _, code := range slices.Sorted(maps.Keys(reasons)) {
		_, _ = fmt.Fprintf(&b, "  %6d %s\n", reasons[code], problemText(code, say))
	}
	return b.String()
}
