//go:build !mistakes

package mistake

// Made reports whether m is made: never.
func Made(Mistake) bool { return false }
