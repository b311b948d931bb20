//go:build race

package localstore_test

// raceDetector: SQLite is some sixteen times slower.
const raceDetector = true
