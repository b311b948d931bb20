package app

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// localZone is the IANA name of this computer's zone, for promises that keep wall time. TZ wins, then
// /etc/localtime's target; where neither tells, UTC's fixed offset is named in the form Etc/GMT-8.
func localZone() string {
	if tz := strings.TrimPrefix(os.Getenv("TZ"), ":"); tz != "" {
		if _, err := time.LoadLocation(tz); err == nil {
			return tz
		}
	}
	if target, err := filepath.EvalSymlinks("/etc/localtime"); err == nil {
		if _, name, ok := strings.Cut(filepath.ToSlash(target), "/zoneinfo/"); ok {
			return name
		}
	}
	_, seconds := time.Now().Zone()
	hours := seconds / 3600
	if seconds%3600 != 0 || hours == 0 {
		return "UTC"
	}
	sign := "-" // POSIX counts westward
	if hours < 0 {
		sign, hours = "+", -hours
	}
	return "Etc/GMT" + sign + strconv.Itoa(hours)
}
