//go:build !linux

package app

import "time"

// processStart is when this program began.
func processStart() time.Time { return time.Now() }
