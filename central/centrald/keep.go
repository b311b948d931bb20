package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
)

type seedCommand struct {
	dirFlag
	Customers int    `required:"" help:"How many."`
	Group     string `required:"" help:"Whose."`
	Seed      int64  `default:"1" help:"The same seed gives the same customers (${default})."`
}

// maxSeed bounds seed.
const maxSeed = 10_000_000

// Run fills customers and their history in.
func (s seedCommand) Run(w *world) error {
	if s.Customers < 1 || s.Customers > maxSeed {
		return fmt.Errorf("--customers is 1 to %d: %w", maxSeed, errUse)
	}
	return s.with(w, true, func(ctx context.Context, c *central.Central) error {
		rows, err := c.Import(ctx, s.rows(desk.MillisOf(time.Now())))
		if err != nil {
			return err
		}
		return w.print(map[string]int{"customers": s.Customers, "rows": rows}, "%d customers, %d rows with their history", s.Customers, rows)
	})
}

// rows gives each customer followed by its history.
func (s seedCommand) rows(now desk.Millis) iter.Seq[desk.Row] {
	return func(yield func(desk.Row) bool) {
		row := func(table desk.Table, key string, body any) bool {
			text, err := json.Marshal(body)
			return err == nil && yield(desk.Row{Table: table, Key: key, Body: text})
		}
		for customer := range sample.Customers(s.Seed, s.Customers, s.Group, now) {
			if !row(desk.TableCustomer, customer.ID, customer) {
				return
			}
			for _, x := range sample.Contacts(s.Seed, customer, now) {
				if !row(desk.TableContact, x.ID, x) {
					return
				}
			}
			for _, x := range sample.Callbacks(s.Seed, customer, now) {
				if !row(desk.TableCallback, x.ID, x) {
					return
				}
			}
			for _, x := range sample.Tickets(s.Seed, customer, now) {
				if !row(desk.TableTicket, x.ID, x) {
					return
				}
			}
		}
	}
}

type backupCommand struct {
	dirFlag
	File string `arg:"" type:"path" help:"New file."`
	Away bool   `help:"FILE lies where it survives the loss of this machine: backed-up at once."`
}

// Run writes a backup.
func (b backupCommand) Run(w *world) error {
	return b.with(w, false, func(ctx context.Context, c *central.Central) error {
		if err := c.Backup(ctx, b.File); err != nil {
			return err
		}
		if !b.Away {
			return w.print(map[string]string{"file": b.File}, "backup in %s", b.File)
		}
		desks, err := c.BackedUp(ctx, b.File)
		if err != nil {
			return err
		}
		return w.print(counts{File: b.File, Desks: desks}, "backup in %s; %s", b.File, counts{Desks: desks})
	})
}

type backedUpCommand struct {
	dirFlag
	File string `arg:"" type:"existingfile" help:"Backup, where it lies now: not on this machine's disks."`
}

// Run counts a backup that has been copied away.
func (b backedUpCommand) Run(w *world) error {
	return b.with(w, false, func(ctx context.Context, c *central.Central) error {
		desks, err := c.BackedUp(ctx, b.File)
		if err != nil {
			return err
		}
		return w.print(counts{File: b.File, Desks: desks}, "%s is sound; %s", b.File, counts{Desks: desks})
	})
}

// counts tells what came of counting a backup: Desks may forget what lies in the two newest.
type counts struct {
	File  string `json:"file"`
	Desks int    `json:"desks"`
}

func (c counts) String() string {
	if c.Desks == 0 {
		return "desks keep what they have handed over until a second one is counted"
	}
	return "what lies in the two newest that were counted need not be kept by " + counted(c.Desks, "desk")
}

type restoreCommand struct {
	dirFlag
	File string `arg:"" type:"existingfile" help:"Backup."`
}

// Run restores a backup.
func (r restoreCommand) Run(w *world) error {
	kept, err := central.Restore(w.ctx(), r.Data, r.File, time.Now())
	if errors.Is(err, desk.ErrConflict) {
		return fmt.Errorf("centrald serve is running on %s: stop it first", r.Data)
	}
	if err != nil {
		return err
	}
	text := "restored"
	if kept != "" {
		text += "; what was there is kept in " + kept
	}
	return w.print(map[string]string{"file": r.File, "kept": kept}, "%s", text)
}

type verifyCommand struct{ dirFlag }

// faultLines lists the first faults of the chains, one a line.
func faultLines(found central.ChainVerified) string {
	var lines []string
	for _, f := range found.Faults {
		lines = append(lines, central.FaultText(f))
	}
	if more := found.Count - int64(len(lines)); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// Run verifies.
func (v verifyCommand) Run(w *world) error {
	return v.with(w, false, func(ctx context.Context, c *central.Central) error {
		found, err := c.Verify(ctx)
		if err != nil && found.Chain.Count > 0 { // the answer is no, and this is it
			return errors.Join(err, w.print(found, "%s", faultLines(found.Chain)))
		}
		if err != nil {
			return err
		}
		return w.print(found, "sound: %d customers, %d contacts, %d callbacks, %d tickets, %d ops, %d users\n"+
			"chains: %d desks, %d entries, %d of them in the ledger, %d signed, %d texts read again, %d erased",
			found.Customers, found.Contacts, found.Callbacks, found.Tickets, found.Ops, found.Users,
			found.Chain.Desks, found.Chain.Entries, found.Chain.Ledger, found.Chain.Signed, found.Chain.Texts, found.Chain.Erased)
	})
}

type chainKeyCommand struct{ dirFlag }

// Run makes the next key that signs checkpoints.
func (k chainKeyCommand) Run(w *world) error {
	return k.with(w, false, func(ctx context.Context, c *central.Central) error {
		id, err := c.RenewChainKey(ctx)
		if err != nil {
			return err
		}
		return w.print(map[string]string{"key": id}, "key %s signs from the next start of serve on", id)
	})
}
