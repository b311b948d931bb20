//go:build !race

package race

// On is whether the race detector watches: it does not.
const On = false
