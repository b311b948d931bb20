package windowbench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Spent is the processor time that this process has had, in all its threads.
func Spent() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Resident and Peak are the memory that this process has now, and the most it has had, in MB.
func Resident() float64 { return status("VmRSS:") }

// Peak is the most memory that this process has had, in MB.
func Peak() float64 { return status("VmHWM:") }

func status(field string) float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	var kb float64
	_, rest, _ := strings.Cut(string(text), field)
	_, _ = fmt.Sscan(rest, &kb)
	return kb / 1024
}

// Load is how many processes of this computer wanted a processor, on average over the last minute.
func Load() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	var load float64
	_, _ = fmt.Sscan(string(text), &load)
	return load
}

// delays is how long each thread of this process has been ready to run while others had the processors, by thread.
func delays() map[string]time.Duration {
	files, err := filepath.Glob("/proc/self/task/*/schedstat")
	if err != nil {
		return nil
	}
	out := map[string]time.Duration{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has ended
		}
		var ran, waited int64
		_, _ = fmt.Sscan(string(text), &ran, &waited)
		out[file] = time.Duration(waited)
	}
	return out
}
