package app

import (
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// processStart is when the operating system started this process, so that the time the loader and the
// runtime take counts as well (proc(5): field 22 of stat, in ticks of 10 ms since boot).
func processStart() time.Time {
	now := time.Now()
	b, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return now
	}
	text := string(b)
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	var up unix.Timespec
	if len(fields) < 20 || unix.ClockGettime(unix.CLOCK_BOOTTIME, &up) != nil {
		return now
	}
	ticks, err := strconv.ParseInt(fields[19], 10, 64)
	if err != nil {
		return now
	}
	age := time.Duration(up.Nano()) - time.Duration(ticks)*10*time.Millisecond
	if age < 0 || age > time.Minute {
		return now
	}
	return now.Add(-age)
}
