//go:build race

package syncmodel_test

// raceDetector: everything is some ten times slower.
const raceDetector = true
