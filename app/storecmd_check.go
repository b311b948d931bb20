package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/callbench/callbench/localstore"
)

type storeCheckCommand struct {
	storeProfileFlags
	File string `type:"path" placeholder:"FILE" help:"Check this file, such as a backup, with the profile's key."`
}

// Run looks at everything in the store and changes nothing, also while a desk works on it; exit code 1 if
// something is wrong.
func (c storeCheckCommand) Run(ctx context.Context, p *program) error {
	at, err := c.find(p)
	if err != nil {
		return err
	}
	if c.File != "" {
		at.cfg.Path = c.File
	}
	if !exists(at.cfg.Path) {
		return &usageError{fmt.Errorf("there is no store %s", at.cfg.Path)}
	}
	r, err := localstore.Check(ctx, at.cfg, func(part string) {
		if !c.JSON {
			_, _ = fmt.Fprintln(p.stderr, "checking", part) // who does not read it loses nothing
		}
	})
	if errors.Is(err, os.ErrNotExist) {
		return &usageError{err}
	}
	if err != nil {
		return err //nolint:wrapcheck // it says what was done
	}
	if c.JSON {
		err = p.printJSON(r)
	} else {
		err = p.print(verdictText(r))
	}
	if err == nil && !r.Good {
		return silent{code: exitNo}
	}
	return err
}

func verdictText(r localstore.CheckReport) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s: %s", f.Part, f.What)
		if f.Where != "" {
			fmt.Fprintf(&b, ": %s", f.Where)
		}
		b.WriteByte('\n')
	}
	for _, part := range slices.Sorted(maps.Keys(r.Counts)) {
		fmt.Fprintf(&b, "%s: %d faults in all\n", part, r.Counts[part])
	}
	for _, part := range slices.Sorted(maps.Keys(r.Skipped)) {
		fmt.Fprintf(&b, "%s: not looked at: %s\n", part, r.Skipped[part])
	}
	if r.Good {
		entries := int64(0)
		if r.Chain != nil {
			entries = r.Chain.Entries
		}
		fmt.Fprintf(&b, "%s is whole: %d pages, %d in the log, %d customers, %d contacts, %d entries of the chain, in %s\n", r.Path,
			r.Pages.Pages, r.Pages.Frames, r.Checked["customer"], r.Checked["contact"], entries, r.Took.Round(time.Millisecond))
	}
	return b.String()
}
