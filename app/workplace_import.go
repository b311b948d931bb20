package app

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/callbench/callbench/app/host"
	tables "github.com/callbench/callbench/app/sheet"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/intake"
	"github.com/callbench/callbench/ui/words"
)

const (
	maxTableFiles   = 12  // that are offered
	maxTableColumns = 100 // that are shown; those behind them are taken as they are guessed
)

// table does what the view of an import asks for.
func (w *workplace) table(ctx context.Context, c desk.Command) {
	switch c := c.(type) {
	case desk.FindTables:
		w.loop.send(desk.TablesFound{Files: findTables()})
	case desk.PreviewTable:
		if w.loop.current().Table.Seq > c.Seq {
			return // another one is wanted by now
		}
		preview, err := w.previewTable(ctx, c)
		w.loop.send(desk.TablePreviewed{Seq: c.Seq, Preview: preview, Problem: tableProblem(err)})
	default: // the others are not for this function
	}
}

// findTables are the newest tables in the folders in which people keep files.
func findTables() []desk.TableFile {
	type found struct {
		path string
		at   time.Time
	}
	var dirs []string
	if dir, err := host.Downloads(); err == nil {
		dirs = append(dirs, dir)
	}
	if home, err := os.UserHomeDir(); err == nil {
		for _, name := range []string{"Documents", "Desktop"} {
			dirs = append(dirs, filepath.Join(home, name))
		}
	}
	var all []found
	slices.Sort(dirs)
	for _, dir := range slices.Compact(dirs) {
		entries, _ := os.ReadDir(dir) // a folder that is not there has none
		for _, e := range entries {
			if _, ok := tables.FormatOf(e.Name()); !ok || e.IsDir() || strings.HasPrefix(e.Name(), ".") || strings.HasPrefix(e.Name(), "~$") {
				continue
			}
			if st, err := e.Info(); err == nil {
				all = append(all, found{filepath.Join(dir, e.Name()), st.ModTime()})
			}
		}
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(a.path, b.path)) })
	var list []desk.TableFile
	for _, f := range all[:min(len(all), maxTableFiles)] {
		list = append(list, desk.TableFile{Path: f.path, Name: filepath.Base(f.path)})
	}
	return list
}

// tableJob is an import as the window orders it. An agent works in the same store.
func (w *workplace) tableJob(order desk.TableOrder, lang desk.Language) importJob {
	job := importJob{
		File: order.Path, Duplicates: string(order.Duplicates), Store: w.store, Words: words.For(string(lang)), Now: w.cfg.Now, Gentle: true,
	}
	for _, f := range order.Fields {
		job.Fields = append(job.Fields, intake.Field(f))
	}
	return job
}

func (w *workplace) previewTable(ctx context.Context, c desk.PreviewTable) (p desk.TablePreview, err error) {
	if _, err := os.Stat(c.Order.Path); err != nil {
		return p, err //nolint:wrapcheck // tableProblem looks at it
	}
	im, err := openImport(ctx, w.tableJob(c.Order, c.Language))
	if err != nil {
		return p, err
	}
	defer im.close() //nolint:errcheck // only read
	plan, err := im.Preview(ctx)
	if err != nil {
		return p, err
	}
	p = desk.TablePreview{
		Encoding: string(plan.Encoding), Guessed: plan.Guessed, Named: plan.Named, Rows: plan.Would.Rows, In: plan.Would.In, Known: plan.Would.Known,
		Merged: plan.Would.Merged, Skipped: plan.Would.Skipped, Bad: plan.Would.Bad, Whole: plan.Whole, Back: plan.Back,
	}
	for i, col := range plan.Columns[:min(len(plan.Columns), maxTableColumns)] {
		shown := desk.TableColumn{Heading: cmp.Or(strings.TrimSpace(col.Heading), columnName(i)), Field: string(col.Field)}
		for _, row := range plan.Rows {
			if i < len(row) && row[i] != "" {
				shown.Cells = append(shown.Cells, row[i])
			}
		}
		p.Columns = append(p.Columns, shown)
	}
	return p, nil
}

// tableProblem is the code of why a table cannot be read; empty: it can.
func tableProblem(err error) string {
	for of, code := range map[error]string{
		tables.ErrEncrypted: "encrypted", tables.ErrOldExcel: "old_excel", tables.ErrNotSheet: "not_table", tables.ErrMalformed: "not_table",
		tables.ErrTooLarge: "too_large", errEmptyTable: "empty", os.ErrNotExist: "missing",
	} {
		if errors.Is(err, of) {
			return code
		}
	}
	if err != nil {
		return "unreadable"
	}
	return ""
}

// runImport imports a table. What is in is in, however it ends.
func (w *workplace) runImport(ctx context.Context, c desk.StartJob, told func(done int)) desk.JobEnded {
	ended := desk.JobEnded{ID: c.ID, Code: "done"}
	job := w.tableJob(*c.Table, c.Language)
	job.Progress = func(at importProgress) { told(at.Rows) }
	report, err := importReport{}, error(nil)
	if im, openErr := openImport(ctx, job); openErr == nil {
		report, err = im.Run(ctx)
		err = errors.Join(err, im.close())
	} else {
		err = openErr
	}
	if w.link != nil {
		w.link.Nudge()
	}
	w.settled(context.WithoutCancel(ctx), nil) // what waits now
	n := func(i int) string { return job.Words.Number(i) }
	ended.Args = map[string]string{
		"in": n(report.In), "merged": n(report.Merged), "skipped": n(report.Skipped), "known": n(report.Known), "bad": n(report.Bad),
		"rows": strconv.Itoa(report.Rows), "file": report.BadFile,
	}
	switch {
	case report.Cancelled, ctx.Err() != nil:
		ended.Code = "stopped"
	case err != nil:
		ended.Code = "failed"
		w.ended("job import", errors.New(tableProblem(err))) // the error itself may name the file and what is in it
	case report.Bad > 0:
		ended.Code = "back"
	}
	return ended
}
