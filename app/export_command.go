package app

import (
	"context"
	"fmt"
	"time"
)

// exportCommand writes customers or contacts of a desk's store into a table (docs/IMPORT.md).
type exportCommand struct {
	storeProfileFlags
	File  string `arg:"" type:"path" help:"New file: .xlsx or .csv."`
	What  string `enum:"customers,contacts" default:"customers" help:"customers or contacts."`
	Query string `placeholder:"TEXT" help:"Only rows that hold this text in some field."`
	Lang  string `enum:"auto,zh-Hans,zh-Hant,en" default:"auto" help:"Language of headings and words."`
}

// Run exports.
func (c exportCommand) Run(ctx context.Context, p *program) error {
	store, shut, err := c.openToRead(ctx, p)
	if err != nil {
		return err
	}
	defer shut()
	meter := p.meter("rows")
	report, err := export(ctx, exportJob{
		File: c.File, What: c.What, Query: c.Query, Store: store, Words: wordsOf(ctx, store, c.Lang), Zone: time.Local,
		Progress: func(n int) { meter(n, "") },
	})
	if err != nil {
		return err
	}
	if report.Rows > 0 {
		_, _ = fmt.Fprintln(p.stderr, "callbench: the file holds personal details in plain text, readable by whoever gets it; the store does not.")
	}
	if c.JSON {
		return p.printJSON(report)
	}
	return p.print(fmt.Sprintf("%d %s in %s\n", report.Rows, c.What, report.File))
}
