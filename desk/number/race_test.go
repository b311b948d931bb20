//go:build race

package number_test

// oneOf: nothing here runs at once, so the race detector sees a few; the stage crash of make test asks all.
const oneOf = 20
