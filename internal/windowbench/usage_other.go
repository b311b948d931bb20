//go:build !linux

package windowbench

import (
	"runtime"
	"time"
)

// Spent is the processor time that this process has had; it is known on Linux only.
func Spent() time.Duration { return 0 }

// Resident is what the Go part of this process has from the system, in MB.
func Resident() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys-m.HeapReleased) / (1 << 20)
}

// Peak is known on Linux only.
func Peak() float64 { return 0 }

// Load is known on Linux only.
func Load() float64 { return 0 }

// threads are known on Linux only.
type threads struct{}

func (*threads) delays() map[string]time.Duration { return nil }
func (*threads) close()                           {}
