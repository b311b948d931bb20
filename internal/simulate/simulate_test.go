package simulate_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/callbench/callbench/internal/simulate"
)

var (
	histories = flag.Int("histories", 12, "how many to play")
	seed      = flag.Uint64("seed", 0, "play this one only")
	keep      = flag.String("keep", "", "of that one do only these steps: 3,7,9")
	shrink    = flag.Duration("shrink", 20*time.Second, "how long to look for a shorter history that fails, too")
	first     = flag.Uint64("first", 1, "seed of the first")
)

// TestMain lets garbage lie longer: histories are short, and each makes much of it.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	m.Run()
}

// scratch is a directory in memory where there is one: the disks here lose their power by themselves.
func scratch(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "callbench-simulate-") //nolint:usetesting // TempDir is on the disk
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// numbers is what -keep takes.
func numbers(list []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(list), "[]"), " ", ",")
}

// TestNothingIsLostOrDoubled plays histories; the first one that breaks a promise is made as short as it can be.
func TestNothingIsLostOrDoubled(t *testing.T) {
	dir := scratch(t)
	template, err := simulate.Prepare(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if *seed != 0 {
		*first, *histories = *seed, 1
	}
	var kept []int
	if *keep != "" {
		if err := json.Unmarshal([]byte("["+*keep+"]"), &kept); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	var next, played, failed atomic.Int64
	var workers sync.WaitGroup
	for range 2 * runtime.GOMAXPROCS(0) { // SQLite in Go waits for locks of its own
		workers.Go(func() {
			for {
				i := next.Add(1) - 1
				if i >= int64(*histories) || failed.Load() > 0 && *seed == 0 {
					return
				}
				f, err := template.Play(t.Context(), dir, *first+uint64(i), simulate.Options{Keep: kept})
				if err != nil {
					t.Error(err)
				}
				if n := played.Add(1); n%1000 == 0 {
					t.Logf("%d histories in %v", n, time.Since(began))
				}
				if f != nil {
					failed.Add(1)
					f = template.Shrink(t.Context(), dir, f, *shrink)
					t.Errorf("%v\nagain: go test ./internal/simulate -run %s -seed %d -keep %s", f, t.Name(), f.Seed, numbers(f.Kept()))
				}
			}
		})
	}
	workers.Wait()
	t.Logf("%d histories in %v", played.Load(), time.Since(began))
}
