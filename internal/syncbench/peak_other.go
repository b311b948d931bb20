//go:build !linux

package syncbench

import "runtime"

// spent is not known of other systems.
func spent() float64 { return 0 }

func forgetPeak() {}

// peakMB is what Go has of memory: other systems are not asked.
func peakMB() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys) / (1 << 20)
}
