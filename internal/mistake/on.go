//go:build mistakes

package mistake

import "sync/atomic"

//nolint:gochecknoglobals // a test sets it; the program is never built with this tag
var made atomic.Int32

// Make makes m from now on, and no other.
func Make(m Mistake) { made.Store(int32(m)) }

// Made reports whether m is made.
func Made(m Mistake) bool { return m != None && made.Load() == int32(m) }
