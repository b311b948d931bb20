package powercut

import (
	"sync"
	"testing"
)

// Registering writes into the VFSes that SQLite already lists, so the race detector judges this one.
func TestDisksComeAndGoAtOnce(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				d, err := New(t.TempDir())
				if err != nil {
					t.Error(err)
					return
				}
				d.Close()
			}
		})
	}
	wg.Wait()
}
