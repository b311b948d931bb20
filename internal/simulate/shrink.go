package simulate

import (
	"context"
	"slices"
	"time"
)

// Shrink leaves out what a history need not do to fail, in the order of delta debugging: halves, quarters, single steps.
// It stops after a while and gives the shortest history that still fails.
func (t *Template) Shrink(ctx context.Context, dir string, f *Failure, within time.Duration) *Failure {
	end := time.Now().Add(within)
	for size := max(1, len(f.kept)/2); ; size = max(1, size/2) {
		shorter := false
		for from := 0; from < len(f.kept); {
			if time.Now().After(end) || ctx.Err() != nil {
				return f
			}
			fewer := slices.Delete(slices.Clone(f.kept), from, min(from+size, len(f.kept)))
			again, err := t.Play(ctx, dir, f.Seed, Options{Keep: fewer})
			if err != nil || again == nil {
				from += size
				continue
			}
			f, shorter = again, true
		}
		if size == 1 && !shorter {
			return f
		}
	}
}

// Kept are the numbers of the steps that were done: Options.Keep for the same history again.
func (f *Failure) Kept() []int { return f.kept }
