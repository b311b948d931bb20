package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
)

type grantsCommand struct {
	dirFlag
	User  string `help:"Of this user only."`
	Since string `placeholder:"DATE" help:"From this day on, 2006-01-02, or moment, 2006-01-02T15:04:05Z07:00."`
	Until string `placeholder:"DATE" help:"Before this day or moment."`
}

// Run lists who was let into customers of others, the newest first.
func (g grantsCommand) Run(w *world) error {
	since, err := moment("--since", g.Since)
	if err != nil {
		return err
	}
	until, err := moment("--until", g.Until)
	if err != nil {
		return err
	}
	return g.with(w, false, func(ctx context.Context, c *central.Central) error {
		list, err := c.Grants(ctx, g.User, since, until)
		if err != nil {
			return err
		}
		if w.json {
			return w.print(append([]central.Grant{}, list...), "")
		}
		table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(table, "AT\tUSER\tCUSTOMER\tCALL\tSTATE\tUNTIL\tDESK")
		for _, one := range list {
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", one.At.Time().Local().Format(time.DateTime), one.User, one.Customer, one.Call,
				one.State, one.Until.Time().Local().Format(time.DateTime), one.Desk)
		}
		return table.Flush()
	})
}

// moment reads a day, which begins at midnight here, or a moment; empty is 0.
func moment(flag, text string) (desk.Millis, error) {
	if text == "" {
		return 0, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, text, time.Local)
	if err != nil {
		at, err = time.Parse(time.RFC3339, text)
	}
	if err != nil {
		return 0, fmt.Errorf("%s %s is no day and no moment: %w", flag, text, errUse)
	}
	return desk.MillisOf(at), nil
}
