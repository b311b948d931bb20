//go:build mistakes

package simulate_test

import (
	"context"
	"flag"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/callbench/callbench/internal/mistake"
	"github.com/callbench/callbench/internal/simulate"
)

var only = flag.Int("mistake", 0, "make this one only")

// foundWithin is how long the simulator may look for a mistake.
const foundWithin = time.Minute

// TestEachPlantedMistakeIsFound makes one protocol mistake after the other and plays histories until one fails.
func TestEachPlantedMistakeIsFound(t *testing.T) {
	dir := scratch(t)
	template, err := simulate.Prepare(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer mistake.Make(mistake.None)
	for m := mistake.None + 1; int(m) < mistake.Count; m++ {
		if *only != 0 && *only != int(m) {
			continue
		}
		t.Run(m.String(), func(t *testing.T) {
			mistake.Make(m)
			ctx, found := context.WithTimeout(t.Context(), foundWithin)
			defer found()
			began := time.Now()
			var next atomic.Uint64
			var workers sync.WaitGroup
			var once sync.Once
			for range runtime.GOMAXPROCS(0) {
				workers.Go(func() {
					for ctx.Err() == nil {
						i := next.Add(1)
						failure, err := template.Play(t.Context(), dir, *first+i-1, simulate.Options{})
						if err != nil {
							t.Error(err)
						}
						if failure != nil {
							once.Do(func() {
								t.Logf("found after %v, in history %d: %s", time.Since(began).Round(time.Millisecond), i, failure.What)
								found()
							})
						}
					}
				})
			}
			workers.Wait()
			if t.Context().Err() == nil && ctx.Err() == context.DeadlineExceeded { //nolint:errorlint // it is set as it is
				t.Error("not found")
			}
		})
	}
}
