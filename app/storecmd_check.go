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
		err = p.print(verdictText(r, c.File != ""))
	}
	if err == nil && !r.Good {
		return silent{code: exitNo}
	}
	return err
}

// verdictText words a report; the last line says how the file is and what to do. other: it is not the profile's store.
func verdictText(r localstore.CheckReport, other bool) string {
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
	if !r.Good {
		fmt.Fprintf(&b, "%s %s\n", r.Path, adviceText(r, other))
	} else {
		entries := int64(0)
		if r.Chain != nil {
			entries = r.Chain.Entries
		}
		fmt.Fprintf(&b, "%s is whole: %d pages, %d in the log, %d customers, %d contacts, %d entries of the chain, in %s\n", r.Path,
			r.Pages.Pages, r.Pages.Frames, r.Checked["customer"], r.Checked["contact"], entries, r.Took.Round(time.Millisecond))
	}
	return b.String()
}

// adviceText says what is wrong with the file as a whole, and what to do.
func adviceText(r localstore.CheckReport, other bool) string {
	switch {
	case r.Counts["key"] > 0 && other:
		return "does not open with the profile's key; nothing was changed. A backup from before a rotation has the key of its day (store restore --key-file or --recovery-key)."
	case r.Counts["key"] > 0:
		return "does not open with this key; nothing was changed. Put the right key back, or have callbench store recover do it."
	case r.Counts["pages"]+r.Counts["sqlite"] > 0 && other:
		return "is damaged; nothing was changed. Use another backup."
	case r.Counts["pages"]+r.Counts["sqlite"] > 0:
		return "is damaged; nothing was changed. callbench store restore puts a backup in its place and keeps this file beside it."
	}
	return "is not as the program wrote it; nothing was changed. Keep the file as it is and tell the administrator."
}
