//go:build !nowindow

package app

import (
	"bytes"
	"crypto/sha256"
	"testing"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/internal/windowbench"
	"github.com/callbench/callbench/ui/words"
)

// The faces lie in the program itself, 20 MB of them, and stayed in memory beside Fyne's copies.
func TestTheBytesOfFacesAreLetGoAndStillThere(t *testing.T) {
	sums := func() (out [][32]byte) {
		for _, lang := range words.Languages() {
			out = append(out, sha256.Sum256(assets.Font(lang, false)), sha256.Sum256(assets.Font(lang, true)))
		}
		return out
	}
	before := sums()
	with := windowbench.Resident()
	letGoFaces()
	if without := windowbench.Resident(); with-without < 15 {
		t.Errorf("%.1f MB resident before, %.1f after", with, without)
	}
	for i, sum := range sums() {
		if !bytes.Equal(sum[:], before[i][:]) {
			t.Errorf("face %d is another one now", i)
		}
	}
}

// That free pages of the C heap go is seen in a real window only: the monkey tells the memory at its highest.
func TestGivingBackIsHarmless(t *testing.T) {
	for range 100 {
		trimHeap()
	}
	letGo(nil)
	letGo(make([]byte, 100))
}
