//go:build !race

package syncmodel_test

const raceDetector = false
