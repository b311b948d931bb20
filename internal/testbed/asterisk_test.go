package testbed

import "testing"

// Two tests that start Asterisk at the same time, in one process or in two, get ports of their own.
func TestAPrefixIsTakenOnce(t *testing.T) {
	taken := map[int]bool{}
	for range 4 {
		p := takePrefix(t)
		if taken[p] {
			t.Fatalf("prefix %d is given to two", p)
		}
		taken[p] = true
	}
}
