package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	tables "github.com/callbench/callbench/app/sheet"
	"github.com/callbench/callbench/desk/intake"
	"github.com/callbench/callbench/ui/words"
)

const (
	previewRows  = 20_000 // rows that a preview decides about
	previewShown = 5      // of them, shown
)

// importPreview is what would happen. Nothing is written for it.
type importPreview struct {
	Format     tables.Format   `json:"format"`
	Encoding   tables.Encoding `json:"encoding,omitempty"`
	Guessed    bool            `json:"encoding_uncertain,omitempty"`
	Separator  string          `json:"separator,omitempty"`
	Sheet      string          `json:"sheet,omitempty"`
	Sheets     []string        `json:"sheets,omitempty"`
	HeadRow    int             `json:"heading_row,omitempty"`
	Columns    []intake.Column `json:"columns"`
	Remembered bool            `json:"remembered,omitempty"` // the columns are as they were chosen before
	Named      bool            `json:"named"`                // a column tells the name: without one nothing can be imported
	Rows       [][]string      `json:"rows"`                 // the first ones
	Would      importProgress  `json:"would"`                // of the rows that were looked at, in a run with the same policy
	Reasons    map[string]int  `json:"reasons,omitempty"`
	Back       []string        `json:"back,omitempty"` // the first rows that would come back, each with its reasons
	Whole      bool            `json:"whole"`          // Would is about the whole table
}

// Preview looks at the first rows.
func (im *importer) Preview(ctx context.Context) (importPreview, error) {
	p := importPreview{
		Format: im.file.Format, Encoding: im.file.Encoding, Guessed: im.file.Guessed, Sheet: im.file.Sheet, Sheets: im.file.Sheets,
		HeadRow: im.headRow, Columns: im.columns, Remembered: im.remembered, Named: im.named(),
	}
	if im.file.Separator != 0 {
		p.Separator = string(im.file.Separator)
	}
	seen := map[string]int{} // phones and numbers of the file → row
	var batch []importRow
	size := 0
	for p.Would.Rows < previewRows {
		row, problems, err := im.next()
		if errors.Is(err, io.EOF) {
			p.Whole = true
			break
		}
		if err != nil {
			return p, sheetFault(err)
		}
		p.Would.Rows++
		if len(p.Rows) < previewShown {
			p.Rows = append(p.Rows, row.cells)
		}
		earlier := false
		for _, k := range row.keys {
			earlier = earlier || seen[k] > 0
			seen[k] = row.n
		}
		switch {
		case len(problems) > 0:
			im.wouldBack(&p, row, problems...)
		case earlier && im.job.Duplicates == duplicatesReport:
			im.wouldBack(&p, row, intake.Problem{Code: intake.DuplicateRow})
		case earlier && im.job.Duplicates == duplicatesSkip:
			p.Would.Skipped++
		case earlier && im.job.Duplicates == duplicatesMerge:
			p.Would.Merged++
		default:
			batch, size = append(batch, row), size+row.bytes()
		}
		if len(batch) == importTogether || size > importBytes {
			if err := im.would(ctx, &p, batch); err != nil {
				return p, err
			}
			clear(batch)
			batch, size = batch[:0], 0
		}
	}
	err := im.would(ctx, &p, batch)
	p.Reasons = im.reasons
	return p, err
}

func (im *importer) would(ctx context.Context, p *importPreview, batch []importRow) error {
	d, err := im.decide(ctx, batch)
	if err != nil {
		return err
	}
	p.Would.In += len(d.fresh)
	p.Would.Known += d.known
	p.Would.Merged += d.merged
	p.Would.Skipped += d.skipped
	for _, b := range d.back {
		im.wouldBack(p, b.row, b.problem)
	}
	return nil
}

func (im *importer) wouldBack(p *importPreview, row importRow, problems ...intake.Problem) {
	p.Would.Bad++
	for _, problem := range problems {
		im.reasons[string(problem.Code)]++
	}
	if len(p.Back) < previewShown {
		p.Back = append(p.Back, im.bad.reason(row, problems))
	}
}

// text words a preview for a terminal.
func (p importPreview) text(say *words.Catalogue) string {
	var b strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	if p.Format == tables.XLSX {
		line("sheet %q of %q", p.Sheet, p.Sheets)
	} else {
		certain := ""
		if p.Guessed {
			certain = " (not certain: look at the rows below; --encoding says otherwise)"
		}
		line("CSV, %s%s, separator %q", p.Encoding, certain, p.Separator)
	}
	kind := "guessed"
	if p.Remembered {
		kind = "as chosen before"
	}
	line("columns, %s (--map COLUMN=FIELD changes one):", kind)
	for i, c := range p.Columns {
		line("  %s  %-20s %s %s", columnName(i), c.Heading, c.Field, c.Label)
	}
	if !p.Named {
		line("no column is the name of a customer: nothing can be imported before --map COLUMN=name")
	}
	for _, row := range p.Rows {
		for i, s := range row {
			if r := []rune(s); len(r) > 24 {
				row[i] = string(r[:23]) + "…"
			}
		}
		line("  | %s", strings.Join(row, " | "))
	}
	of := "rows"
	if !p.Whole {
		of = "rows, the first ones,"
	}
	line("of %d %s would go in %d, be merged %d, be left out %d, be in already %d, come back %d", p.Would.Rows, of, p.Would.In, p.Would.Merged,
		p.Would.Skipped, p.Would.Known, p.Would.Bad)
	if p.Would.Bad > 0 {
		line("%sof these:", reasonsText(p.Reasons, say))
	}
	for _, row := range p.Back {
		line("  %s", row)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}
