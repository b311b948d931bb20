package sync

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

// Central takes no batch with one of the bad ops in it. Each is found in a few pushes, goes alone and empty, and
// everything else goes as it is.
func TestOneBadOpIsFoundInAFewPushes(t *testing.T) {
	for _, bad := range [][]int64{{1}, {100}, {137}, {300}, {5, 6}, {1, 100, 101, 250}, {}} {
		var h hunt
		pushes, emptied := 0, []int64{}
		for n := int64(0); n < 300; {
			size := min(int64(h.batch(n)), 300-n)
			var ops []desk.Op
			blamed := false
			for i := range size {
				ops = append(ops, desk.Op{N: n + i + 1})
				for _, b := range bad {
					blamed = blamed || b == n+i+1
				}
			}
			if pushes++; pushes > 100 {
				t.Fatalf("%v: still at %d after %d pushes", bad, n, pushes)
			}
			if blamed && !h.empty {
				h.failed(ops)
				continue
			}
			if h.empty {
				if len(ops) != 1 {
					t.Fatalf("%v: %d ops were emptied", bad, len(ops))
				}
				emptied = append(emptied, ops[0].N)
			}
			n += size
			h.passed()
		}
		if len(emptied) != len(bad) {
			t.Errorf("%v: emptied %v", bad, emptied)
		}
		if most := 3 + 18*len(bad); pushes > most {
			t.Errorf("%v: %d pushes, at most %d", bad, pushes, most)
		}
	}
}
