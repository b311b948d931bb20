//go:build !linux && !freebsd && !openbsd && !netbsd && !windows

package host

import "context"

// HotKeys gives ErrNoDisplay: this system has no such keys that we know to ask for.
func HotKeys(context.Context, <-chan []string, func(tried, refused []string), func(chord string)) error {
	return ErrNoDisplay
}
