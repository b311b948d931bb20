package storebench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/callbench/callbench/localstore"
)

// OpenOnce opens a store as in says, asks it for a number, and prints how many milliseconds that took from the
// moment at which the key was in hand.
func OpenOnce(ctx context.Context, in io.Reader, out io.Writer) error {
	var o struct {
		Store struct {
			Path      string
			Key       [32]byte
			Org, User string
		}
		Text string
	}
	if err := json.NewDecoder(in).Decode(&o); err != nil {
		return fmt.Errorf("what to open: %w", err)
	}
	began := time.Now()
	s, err := localstore.Open(ctx, localstore.Config{Path: o.Store.Path, Key: o.Store.Key, Org: o.Store.Org, User: o.Store.User})
	if err != nil {
		return err //nolint:wrapcheck // it says what was done
	}
	found, err := s.FindByNumber(ctx, o.Text)
	took := time.Since(began)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("the first answer was nobody")
	}
	if err == nil {
		_, err = fmt.Fprintf(out, "%.3f\n", float64(took.Microseconds())/1000)
	}
	if cerr := s.Close(); err == nil {
		err = cerr
	}
	return err //nolint:wrapcheck // it says what was done
}

// reopen measures open to first answer in processes of their own.
func (b *bench) reopen(ctx context.Context) error {
	if len(b.cfg.Self) == 0 {
		return nil
	}
	var took []float64
	for i := range b.cfg.Opens {
		in, err := json.Marshal(map[string]any{
			"Store": map[string]any{"Path": b.stock.sealed.Path, "Key": b.stock.sealed.Key, "Org": b.stock.sealed.Org, "User": b.stock.sealed.User},
			"Text":  b.asks["number"][i%(missEvery-1)].text,
		})
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, b.cfg.Self[0], b.cfg.Self[1:]...) //nolint:gosec // our own program
		cmd.Stdin, cmd.Stderr, cmd.Env = bytes.NewReader(in), b.cfg.Tell, os.Environ()
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("open in a new process: %w", err)
		}
		var ms float64
		if _, err := fmt.Sscan(string(out), &ms); err != nil {
			return fmt.Errorf("open in a new process: %w", err)
		}
		took = append(took, ms)
	}
	slices.Sort(took)
	b.r.OpenMS = took[len(took)/2]
	b.tell("%-10s %6d processes: %.1f to %.1f ms", "open", len(took), took[0], took[len(took)-1])
	return nil
}
