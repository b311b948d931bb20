package app

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/callbench/callbench/localstore"
)

type storeStatsCommand struct {
	storeProfileFlags
}

// Run prints what the store holds: counts and sizes, no customer's data.
func (c storeStatsCommand) Run(ctx context.Context, p *program) (err error) {
	at, err := c.findStore(p)
	if err != nil {
		return err
	}
	s, err := localstore.Inspect(ctx, at.cfg)
	if err != nil {
		return unopened(err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	st, err := s.Stats(ctx)
	if err != nil {
		return unopened(err)
	}
	if c.JSON {
		return p.printJSON(st)
	}
	return p.print(statsText(st))
}

func statsText(st localstore.Stats) string {
	var b strings.Builder
	for _, line := range []struct{ what, value string }{
		{"database", fmt.Sprintf("%s, %s of it free", bytesText(st.SizeBytes), bytesText(st.FreeBytes))},
		{"log", bytesText(st.LogBytes)},
		{"schema", fmt.Sprintf("%d, search forms of version %d, key of epoch %d", st.Schema, st.Deriver, st.KeyEpoch)},
		{"waiting", waitingText(st)},
		{"refused", fmt.Sprint(st.Refused)},
		{"done", fmt.Sprintf("%d kept, the next is number %d", st.Released, st.NextN)},
		{"drafts", fmt.Sprint(st.Drafts)},
		{"in step since", sinceMillis(st.SyncedAt)},
	} {
		fmt.Fprintf(&b, "%-16s %s\n", line.what, line.value)
	}
	fmt.Fprintf(&b, "\n%-32s %12s %12s\n", "table or index", "rows", "size")
	for _, t := range st.Tables {
		name, rows := t.Name, "–"
		if t.Index != "" {
			name = "  " + t.Index
		}
		if t.Rows >= 0 {
			rows = fmt.Sprint(t.Rows)
		}
		fmt.Fprintf(&b, "%-32s %12s %12s\n", name, rows, bytesText(t.Bytes))
	}
	return b.String()
}

func waitingText(st localstore.Stats) string {
	if st.Pending == 0 {
		return "nothing"
	}
	return fmt.Sprintf("%d changes, the oldest of %s", st.Pending, sinceMillis(st.Oldest))
}

// bytesText words a size for people.
func bytesText(n int64) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	case n < 1<<30:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.2f GiB", float64(n)/(1<<30))
}
