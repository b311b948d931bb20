// Package race tells tests whether the race detector watches them. A test that goes through everything there is, on one
// goroutine, would take minutes under it and show nothing more than a few of the cases do: there it plays these, and all
// of them in the stage whole of make test, which finds such tests by their import of this package.
//
// Only tests import it.
package race

// Some are all cases, or a few of them spread over the whole where the race detector watches.
func Some[T any](all []T) []T {
	if !On || len(all) <= few {
		return all
	}
	some := make([]T, few)
	for i := range some {
		some[i] = all[i*(len(all)-1)/(few-1)]
	}
	return some
}

// few is how many cases the race detector looks at: the first, the last and some between.
const few = 5

// Fewer is how many of something a test plays: all of them, or as many as are enough where the race detector watches.
func Fewer(all, enough int) int {
	if On {
		return enough
	}
	return all
}
