//go:build sqlite_fts5

// Command bench does with SQLite's own C code (mattn/go-sqlite3, not encrypted) what callbench store bench has
// written down, and prints what each line took as JSON:
//
//	bench PLAIN.db QUERIES.jsonl
//
// It is a module of its own so that Callbench itself neither links nor needs it. It prepares each statement once,
// reads all rows and columns, and makes values of the records among them, as the store does for its callers.
package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	_ "github.com/mattn/go-sqlite3"
)

type asked struct {
	Name       string `json:"name"`
	Statements []struct {
		SQL  string `json:"sql"`
		Args []any  `json:"args"`
		Rows int    `json:"rows"` // as many are read; 0: all
	} `json:"statements"`
}

type line struct {
	N   int     `json:"n"`
	P50 float64 `json:"p50_us"`
	P95 float64 `json:"p95_us"`
	P99 float64 `json:"p99_us"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: bench PLAIN.db QUERIES.jsonl")
	}
	list, err := read(args[1])
	if err != nil {
		return err
	}
	ctx := context.Background()
	// As a desk's store sets them, but for the log: it folds its own beside the commits.
	db, err := sql.Open("sqlite3", "file:"+args[0]+"?mode=rw&_journal_mode=WAL&_synchronous=FULL&_busy_timeout=5000&_cache_size=-32768")
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, pragma := range []string{"PRAGMA temp_store = MEMORY", "PRAGMA wal_autocheckpoint = 16384"} {
		if _, err := conn.ExecContext(ctx, pragma); err != nil {
			return err
		}
	}
	player := &player{conn: conn, prepared: map[string]*sql.Stmt{}}
	warm := map[string]int{}
	for _, a := range list { // what is only read is asked before it is timed, as the store was
		if warm[a.Name]++; warm[a.Name] <= 100 && !writes(a) {
			if err := player.play(ctx, a); err != nil {
				return fmt.Errorf("%s: %w", a.Name, err)
			}
		}
	}
	took := map[string][]time.Duration{}
	for _, a := range list {
		began := time.Now()
		if err := player.play(ctx, a); err != nil {
			return fmt.Errorf("%s: %w", a.Name, err)
		}
		took[a.Name] = append(took[a.Name], time.Since(began))
	}
	out := map[string]line{}
	for name, t := range took {
		slices.Sort(t)
		at := func(percent int) float64 { return float64(t[min(len(t)*percent/100, len(t)-1)].Nanoseconds()/100) / 10 }
		out[name] = line{len(t), at(50), at(95), at(99)}
	}
	return json.NewEncoder(os.Stdout).Encode(out)
}

func read(path string) ([]asked, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	dec := json.NewDecoder(bufio.NewReader(f))
	dec.UseNumber()
	var list []asked
	for {
		var a asked
		if err := dec.Decode(&a); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		for i := range a.Statements {
			for j, arg := range a.Statements[i].Args {
				if a.Statements[i].Args[j], err = valueOfArg(arg); err != nil {
					return nil, err
				}
			}
		}
		list = append(list, a)
	}
}

// valueOfArg makes of JSON what SQLite is given.
func valueOfArg(arg any) (any, error) {
	switch v := arg.(type) {
	case json.Number:
		return v.Int64()
	case map[string]any:
		text, _ := v["blob"].(string)
		return base64.StdEncoding.DecodeString(text)
	}
	return arg, nil
}

func writes(a asked) bool {
	for _, s := range a.Statements {
		if !strings.HasPrefix(strings.TrimSpace(s.SQL), "SELECT") && !strings.HasPrefix(strings.TrimSpace(s.SQL), "WITH") {
			return true
		}
	}
	return false
}

type player struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
}

func (p *player) play(ctx context.Context, a asked) error {
	for _, s := range a.Statements {
		st, ok := p.prepared[s.SQL]
		if !ok {
			var err error
			if st, err = p.conn.PrepareContext(ctx, s.SQL); err != nil {
				return err
			}
			p.prepared[s.SQL] = st
		}
		rows, err := st.QueryContext(ctx, s.Args...)
		if err != nil {
			return err
		}
		if err := drain(rows, s.SQL, a.Name != "save", s.Rows); err != nil {
			return err
		}
	}
	return nil
}

// drain reads to the end; records are made of bodies, but for what a save looks up.
func drain(rows *sql.Rows, query string, records bool, most int) error {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	cells := make([]sql.RawBytes, len(columns))
	into := make([]any, len(columns))
	body := -1
	for i := range cells {
		into[i] = &cells[i]
		if columns[i] == "body" && records {
			body = i
		}
	}
	var made []any
	for n := 0; (most == 0 || n < most) && rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if body < 0 {
			continue
		}
		v, err := valueOf(query, cells[body])
		if err != nil {
			return err
		}
		made = append(made, v)
	}
	return rows.Err()
}
