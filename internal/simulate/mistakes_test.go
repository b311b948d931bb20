//go:build mistakes

package simulate_test

import (
	"flag"
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
			began := time.Now()
			for i := uint64(0); time.Since(began) < foundWithin; i++ {
				failure, err := template.Play(t.Context(), dir, *first+i, simulate.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if failure != nil {
					t.Logf("found after %v, in history %d: %s", time.Since(began).Round(time.Millisecond), i+1, failure.What)
					return
				}
			}
			t.Error("not found")
		})
	}
}
