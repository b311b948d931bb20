//go:build race

package app

// listRows: a table takes sixteen times longer to read under the race detector; all rows are in the stage crash of
// make test.
const listRows = 4000
