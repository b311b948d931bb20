package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/callbench/callbench/internal/syncbench"
)

type benchCommand struct {
	Sync   syncBenchCommand   `cmd:"" help:"Measure the link to central, with a central and desks of its own."`
	Window windowBenchCommand `cmd:"" help:"Measure the window on the display at hand, with a contact centre of its own."`
	Monkey monkeyCommand      `cmd:"" help:"Let a random monkey loose on the window, on a display of its own: keys, clicks, calls, cuts of the network."`
}

type syncBenchCommand struct {
	Only      []string `arg:"" optional:"" help:"Of first, cut, slow, queue, return; without it all."`
	Customers int      `default:"20000" help:"Customers of the first sync."`
	Desks     int      `default:"50" help:"Desks that come back."`
	Calls     int      `default:"200" help:"Calls of each of them."`
	Cuts      int      `default:"200" help:"Cuts of the connection."`
	Seed      uint64   `default:"1" help:"Picks the cuts."`
	Dir       string   `type:"path" placeholder:"DIR" help:"Folder of the stores; central's data of an earlier run is used again. Without it a temporary one."`
	JSON      bool     `help:"Print JSON."`
	Serve     bool     `hidden:"" help:"Be the central of a measurement, as stdin says."`
}

// Run measures with made-up customers; exit 1 where a figure is above its limit. No profile is touched.
func (c syncBenchCommand) Run(ctx context.Context, p *program) (err error) {
	if c.Serve {
		return syncbench.Serve(ctx, p.stdin, p.stdout) //nolint:wrapcheck // it says what was done
	}
	for _, name := range c.Only {
		if !slices.Contains(syncbench.Names(), name) {
			return &usageError{fmt.Errorf("%q is not measured", name)}
		}
	}
	if c.Customers < 1000 || c.Desks < 1 || c.Calls < 1 || c.Cuts < 0 {
		return &usageError{fmt.Errorf("at least 1000 customers, one desk and one call are needed")}
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	if c.Dir == "" {
		if c.Dir, err = os.MkdirTemp("", "callbench-bench-"); err != nil {
			return fmt.Errorf("make a folder: %w", err)
		}
		defer os.RemoveAll(filepath.Clean(c.Dir)) //nolint:errcheck // made-up customers
	}
	r, err := syncbench.Run(ctx, syncbench.Config{
		Dir: c.Dir, Only: c.Only, Customers: c.Customers, Desks: c.Desks, Calls: c.Calls, Cuts: c.Cuts, Seed: c.Seed,
		Self: []string{self, "bench", "sync", "--serve"}, Tell: p.stderr,
	})
	if err != nil {
		return err //nolint:wrapcheck // it says what was done
	}
	if c.JSON {
		err = p.printJSON(r)
	} else {
		err = p.print(r.Text())
	}
	if err == nil && !r.Held() {
		return silent{exitNo}
	}
	return err
}
