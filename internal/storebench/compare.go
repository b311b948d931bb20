package storebench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"

	"github.com/callbench/callbench/localstore"
)

// compareSaves are replayed by the other program; as many as a p99 needs.
const compareSaves = 2000

// asked is one line of the file that the program of internal/bench reads: a question or a save, with the
// statements it came to.
type asked struct {
	Name       string      `json:"name"`
	Statements []statement `json:"statements"`
}

type statement struct {
	SQL  string `json:"sql"`
	Args []any  `json:"args"` // bytes as {"blob": "base64"}
	Rows int    `json:"rows"` // read before the store had enough; 0: all
}

// blob tells bytes from text in a file of JSON.
type blob struct {
	Bytes []byte `json:"blob"`
}

// recorder notes what a store asks SQLite.
type recorder struct {
	mu   sync.Mutex
	list []statement
}

func (r *recorder) note(sql string, args []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := statement{SQL: sql, Args: slices.Clone(args)}
	for i, arg := range s.Args {
		if b, ok := arg.([]byte); ok && b != nil {
			s.Args[i] = blob{b}
		} else if ok {
			s.Args[i] = nil
		}
	}
	r.list = append(r.list, s)
}

// enough notes that of what was asked last no more rows are wanted.
func (r *recorder) enough(rows int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.list) > 0 {
		r.list[len(r.list)-1].Rows = rows
	}
}

func (r *recorder) take() []statement {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.list
	r.list = nil
	return list
}

// compare has the other program do on the plain file what the sealed store does, and takes back what was saved.
func (b *bench) compare(ctx context.Context) error {
	if b.cfg.Compare != "" {
		file := filepath.Join(b.cfg.Dir, "queries.jsonl")
		if err := b.record(ctx, file); err != nil {
			return err
		}
		defer os.Remove(file) //nolint:errcheck // made up; the next run makes it anew
		if err := b.runOther(ctx, file); err != nil {
			return err
		}
	}
	p, err := b.stock.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(takeBack(ctx, p.sealed), takeBack(ctx, p.plain), p.close())
}

// record asks the sealed store everything once more and writes down the statements. Its saves have the numbers
// that come next in the plain file, too, for both have saved as much.
func (b *bench) record(ctx context.Context, file string) (err error) {
	var rec recorder
	cfg := b.stock.sealed
	cfg.Measure = &localstore.Measure{Trace: rec.note, Enough: rec.enough}
	s, err := localstore.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	f, err := os.OpenFile(file, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	rec.take()
	for _, name := range Names() {
		for _, a := range b.asks[name] {
			if _, err := a.of(ctx, s, a.text); err != nil {
				return err
			}
			if err := enc.Encode(asked{name, rec.take()}); err != nil {
				return err
			}
		}
	}
	for i := range min(compareSaves, b.cfg.Saves) {
		in, err := b.talk(i)
		if err != nil {
			return err
		}
		if _, err := s.Commit(ctx, in); err != nil {
			return err
		}
		if err := enc.Encode(asked{"save", rec.take()}); err != nil {
			return err
		}
	}
	return w.Flush()
}

func (b *bench) runOther(ctx context.Context, file string) error {
	cmd := exec.CommandContext(ctx, b.cfg.Compare, b.stock.plain.Path, file) //nolint:gosec // the user names it
	cmd.Stderr = b.cfg.Tell
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", b.cfg.Compare, err)
	}
	if err := json.NewDecoder(bytes.NewReader(out)).Decode(&b.r.Compare.SQLite); err != nil {
		return fmt.Errorf("%s: %w", b.cfg.Compare, err)
	}
	b.r.Compare.Ratios = map[string]float64{}
	for name, theirs := range b.r.Compare.SQLite {
		b.r.Compare.Ratios[name] = ratio(b.r.Queries[name].P50, theirs.P50)
	}
	return nil
}
