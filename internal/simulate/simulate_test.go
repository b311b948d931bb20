package simulate_test

import (
	"flag"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/callbench/callbench/internal/simulate"
)

var (
	histories = flag.Int("histories", 20, "how many to play")
	seed      = flag.Uint64("seed", 0, "play this one only")
	first     = flag.Uint64("first", 1, "seed of the first")
)

// scratch is a directory in memory where there is one: the disks here lose their power by themselves.
func scratch(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "callbench-simulate-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestNothingIsLostOrDoubled(t *testing.T) {
	dir := scratch(t)
	template, err := simulate.Prepare(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if *seed != 0 {
		*first, *histories = *seed, 1
	}
	began := time.Now()
	var next, failed atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for {
				i := next.Add(1) - 1
				if i >= int64(*histories) || failed.Load() > 3 {
					return
				}
				f, err := template.Play(t.Context(), dir, *first+uint64(i), simulate.Options{})
				if err != nil {
					t.Error(err)
				}
				if f != nil {
					failed.Add(1)
					t.Error(f)
				}
			}
		})
	}
	workers.Wait()
	t.Logf("%d histories in %v", *histories, time.Since(began))
}
