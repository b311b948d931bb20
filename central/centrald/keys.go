package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
)

type recoveryKeyCommand struct {
	dirFlag
	Out string `required:"" type:"path" placeholder:"FILE" help:"New file for the private half. It is kept nowhere else: bring it to a safe."`
}

// Run makes a recovery key.
func (k recoveryKeyCommand) Run(w *world) error {
	return k.with(w, false, func(ctx context.Context, c *central.Central) error {
		key, err := c.NewRecoveryKey(ctx, k.Out)
		if errors.Is(err, desk.ErrConflict) {
			return fmt.Errorf("%s is there already: give a new file", k.Out)
		}
		if err != nil {
			return err
		}
		return w.print(key, "recovery key %s: the private half is in %s and nowhere else; desks seal to it from their next sign-in on", key.ID, k.Out)
	})
}

type envelopeCommand struct {
	dirFlag
	Desk string `required:"" placeholder:"ID" help:"Desk, as centrald desks lists it."`
	Out  string `required:"" type:"path" placeholder:"FILE" help:"New file."`
}

// Run writes an envelope.
func (e envelopeCommand) Run(w *world) error {
	return e.with(w, false, func(ctx context.Context, c *central.Central) error {
		got, err := c.SaveEnvelope(ctx, e.Desk, e.Out)
		if errors.Is(err, desk.ErrNotFound) {
			return fmt.Errorf("desk %s has handed in no envelope", e.Desk)
		}
		if errors.Is(err, desk.ErrConflict) {
			return fmt.Errorf("%s is there already: give a new file", e.Out)
		}
		if err != nil {
			return err
		}
		return w.print(got, "envelope of desk %s of %s in %s; recovery key %s opens it", got.Desk, got.User, e.Out, got.KeyID)
	})
}

type wipeCommand struct {
	dirFlag
	User  string `placeholder:"NAME" xor:"whom" required:"" help:"All desks of this user."`
	Desk  string `placeholder:"ID" xor:"whom" required:"" help:"One desk, as centrald desks lists it."`
	Drain bool   `xor:"way" help:"Take what waits in the desk's outbox first. For a desk in good hands."`
	Undo  bool   `xor:"way" help:"Take the order back. What has been wiped stays so."`
}

// Run orders, or takes the order back.
func (o wipeCommand) Run(w *world) error {
	return o.with(w, false, func(ctx context.Context, c *central.Central) error {
		whom := "desk " + o.Desk
		if o.User != "" {
			whom = "user " + o.User
		}
		if o.Undo {
			if err := c.WipeUndo(ctx, o.Desk, o.User); err != nil {
				if errors.Is(err, desk.ErrNotFound) {
					return fmt.Errorf("there is no order to wipe %s", whom)
				}
				return err
			}
			return w.print(map[string]string{"user": o.User, "desk": o.Desk, "done": "undone"}, "%s: the order is taken back", whom)
		}
		if err := c.Wipe(ctx, o.Desk, o.User, o.Drain); err != nil {
			if errors.Is(err, desk.ErrNotFound) {
				return fmt.Errorf("there is no %s", whom)
			}
			return err
		}
		return w.print(map[string]string{"user": o.User, "desk": o.Desk, "done": "ordered"},
			"%s: is wiped as soon as it reaches this server; centrald desks tells when", whom)
	})
}

type desksCommand struct {
	dirFlag
	User string `placeholder:"NAME" help:"Only this user's."`
}

// Run lists desks.
func (d desksCommand) Run(w *world) error {
	return d.with(w, false, func(ctx context.Context, c *central.Central) error {
		if d.User != "" {
			users, err := c.Users(ctx)
			if err != nil {
				return err
			}
			if !slices.ContainsFunc(users, func(u central.User) bool { return u.Name == d.User }) {
				return fmt.Errorf("%w %s", errNobody, d.User)
			}
		}
		desks, err := c.Desks(ctx, d.User)
		if err != nil {
			return err
		}
		if desks == nil {
			desks = []central.Desk{} // JSON: a list, never null
		}
		var text strings.Builder
		table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprint(table, "DESK\tUSER\tVERSION\tSEEN\tENVELOPE\tWIPE")
		for _, one := range desks {
			_, _ = fmt.Fprintf(table, "\n%s\t%s\t%s\t%s\t%s\t%s", one.Desk, one.User, dash(one.Version), when(one.Seen), dash(one.KeyID), wipeText(one))
		}
		_ = table.Flush() // a strings.Builder takes everything
		return w.print(desks, "%s", text.String())
	})
}

func dash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func when(at desk.Millis) string { return at.Time().UTC().Format(time.RFC3339) }

// wipeText tells how far the wiping of a desk is.
func wipeText(d central.Desk) string {
	switch {
	case d.Wiped != 0:
		return fmt.Sprintf("wiped %s, %d changes lost", when(d.Wiped), d.Lost)
	case d.Ordered != 0 && d.Told != 0:
		return "told " + when(d.Told)
	case d.Ordered != 0:
		return "ordered " + when(d.Ordered)
	}
	return "-"
}
