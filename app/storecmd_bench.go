package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/callbench/callbench/internal/storebench"
)

type storeBenchCommand struct {
	Customers int    `default:"1000000" help:"Customers in the store."`
	Contacts  int    `default:"5" help:"Contacts of each of them."`
	Dir       string `type:"path" placeholder:"DIR" help:"Folder of the stores; those of an earlier run are used again. Without it a temporary one."`
	Queries   int    `default:"1000" help:"Questions of each line."`
	Saves     int    `default:"10000" help:"Durable saves."`
	Seed      uint64 `default:"1" help:"Picks the questions."`
	Compare   string `type:"path" placeholder:"FILE" help:"Program of internal/bench, to set SQLite's C code beside it."`
	JSON      bool   `help:"Print JSON."`
	OpenOnce  bool   `hidden:"" help:"Open the store that stdin names, and print how long that took."`
}

// Run measures the store with made-up customers. No profile is touched.
func (c storeBenchCommand) Run(ctx context.Context, p *program) (err error) {
	if c.OpenOnce {
		return storebench.OpenOnce(ctx, p.stdin, p.stdout) //nolint:wrapcheck // it says what was done
	}
	if c.Customers < 100 || c.Contacts < 0 || c.Queries < 1 || c.Saves < 1 {
		return &usageError{fmt.Errorf("at least 100 customers, one query and one save are needed")}
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
	r, err := storebench.Run(ctx, storebench.Config{
		Dir: c.Dir, Customers: c.Customers, Contacts: c.Contacts, Seed: c.Seed, Queries: c.Queries, Saves: c.Saves,
		Compare: c.Compare, Self: []string{self, "store", "bench", "--open-once"}, Tell: p.stderr,
	})
	if err != nil {
		return err //nolint:wrapcheck // it says what was done
	}
	if c.JSON {
		return p.printJSON(r)
	}
	return p.print(r.Text())
}
