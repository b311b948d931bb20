package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/callbench/callbench/internal/monkey"
)

type monkeyCommand struct {
	Seed   uint64 `default:"1" help:"Draws the script; it is printed."`
	Moves  int    `default:"10000" help:"Moves of the script."`
	Script string `type:"existingfile" placeholder:"FILE" help:"Play this script instead: a failing one, or a part of it."`
	Keep   string `type:"path" placeholder:"FILE" help:"Write the script there."`
	Lang   string `enum:"zh-Hans,zh-Hant,en" default:"zh-Hans" help:"Language to begin with: zh-Hans, zh-Hant or en."`
	Prof   string `type:"path" placeholder:"FILE" help:"Write the processor's profile there, and the memory's beside it."`
	JSON   bool   `help:"Print JSON."`
}

// Run plays a script on the real window: its keys and clicks go through the X server, calls through the floor, the
// network is cut at central's door. Exit 1 where a draft was lost, the window froze or ended. It takes keyboard and
// mouse of the display, so it is for one of its own (scripts/xvfb.sh).
func (c monkeyCommand) Run(ctx context.Context, p *program) error {
	if c.Moves < 1 {
		return &usageError{fmt.Errorf("at least one move is needed")}
	}
	script := monkeyZoo().Script(c.Seed, c.Moves)
	if c.Script != "" {
		f, err := os.Open(c.Script)
		if err != nil {
			return &usageError{fmt.Errorf("script %s: %s", c.Script, pathless(err))}
		}
		defer f.Close() //nolint:errcheck // only read
		if script, err = monkey.Parse(f); err != nil {
			return &usageError{err}
		}
	}
	var text strings.Builder
	if err := monkey.Write(&text, script); err != nil {
		return err //nolint:wrapcheck // it says what was done
	}
	if c.Keep != "" {
		if err := os.WriteFile(filepath.Clean(c.Keep), []byte(text.String()), 0o600); err != nil {
			return fmt.Errorf("keep script: %w", err)
		}
	}
	_, _ = fmt.Fprintf(p.stderr, "seed %d, %d moves\n", c.Seed, len(script)) // nobody needs it
	b := &windowBench{p: p, cmd: windowBenchCommand{Lang: c.Lang, Seed: 1, JSON: c.JSON, Prof: c.Prof}, script: text.String()}
	err := b.inWorld(ctx, func(ctx context.Context) error { return b.window(ctx, demoAgent, []string{"monkey"}) })
	if err != nil {
		return err
	}
	return b.tellReport()
}
