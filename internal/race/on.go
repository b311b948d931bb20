//go:build race

package race

// On is whether the race detector watches: everything is ten times slower then, SQLite sixteen times.
const On = true
