//go:build race

package race

// On: the race detector watches; everything is ten times slower, SQLite sixteen times.
const On = true
