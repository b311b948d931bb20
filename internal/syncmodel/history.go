package syncmodel

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// History is what happens in a world.
type History struct {
	Seed     uint64
	OwnOnly  bool // the organisation's policy
	Focus    int  // the disk that most steps are about; -1: none
	Building bool // most ops make rows, and others build on those
	Steps    []Step
}

// usual is how often each step comes where nothing special goes on.
func usual() [stepKinds]int {
	return [stepKinds]int{
		stepWrite: 30, stepPush: 20, stepPull: 24, stepStream: 8, stepLate: 10, stepTick: 3, stepCrash: 3, stepSwitch: 3,
		stepMove: 4, stepTransfer: 2, stepErase: 1, stepCompact: 2, stepSettle: 2, stepLapsePool: 2, stepLease: 2, stepGiveBack: 1,
		stepKeepDisk: 1, stepRestoreDisk: 1, stepClone: 1, stepBackup: 2, stepRestore: 1, stepSnapshot: 1, stepRollBack: 1,
		stepRestartCentral: 1,
	}
}

// theme is what some histories are about: rules protect against things that come together. More come much oftener, fewer
// hardly.
type theme struct{ more, fewer []int }

func themes() []theme {
	past := []int{stepKeepDisk, stepRestoreDisk, stepClone, stepRestore, stepRollBack}
	disks := []int{stepKeepDisk, stepRestoreDisk, stepClone, stepSwitch, stepCrash}
	quiet := []int{stepMove, stepTransfer, stepErase, stepCompact, stepSettle, stepLapsePool, stepLease, stepGiveBack}
	return []theme{
		{fewer: past},
		{more: []int{stepMove, stepTransfer, stepCompact, stepStream}, fewer: past},
		{more: []int{stepWrite, stepMove, stepLapsePool, stepTick}, fewer: past},
		{more: []int{stepSwitch, stepCrash, stepLate}},
		{more: []int{stepKeepDisk, stepRestoreDisk, stepClone, stepPush}},
		{more: []int{stepBackup, stepRestore, stepPush}},
		{more: []int{stepWrite, stepPush, stepStream, stepClone}, fewer: slices.Concat(quiet, []int{stepBackup, stepRestore, stepSnapshot, stepRollBack})},
		{more: []int{stepBackup, stepRestore, stepMove, stepStream, stepPush}, fewer: slices.Concat(disks, []int{stepRollBack, stepLease, stepGiveBack, stepErase, stepCompact, stepTransfer})},
		{more: []int{stepBackup, stepRestore, stepClone, stepWrite, stepPush, stepStream}, fewer: quiet},
		{more: []int{stepBackup, stepRestore, stepKeepDisk, stepRestoreDisk, stepPush, stepStream}, fewer: quiet},
		{more: []int{stepSnapshot, stepRollBack, stepPush}},
		{more: []int{stepSnapshot, stepRollBack, stepWrite, stepPush, stepStream, stepStream}, fewer: slices.Concat(quiet, disks, []int{stepRestore, stepPull})},
		{more: []int{stepLease, stepGiveBack, stepLate, stepTick}, fewer: []int{stepWrite, stepPush, stepPull, stepStream, stepClone, stepRestoreDisk}},
		{more: []int{stepLease, stepGiveBack, stepRestore, stepBackup}, fewer: []int{stepWrite, stepPush, stepPull, stepClone, stepRestoreDisk}},
	}
}

// Make makes the history of a seed.
func Make(seed uint64) History {
	dice := rand.New(rand.NewPCG(seed, 0x5ca11ab1e)) //nolint:gosec // a test's dice, repeatable
	weights := usual()
	list := themes()
	about := list[seed%uint64(len(list))]
	for _, k := range about.more {
		weights[k] = weights[k]*2 + 8
	}
	for _, k := range about.fewer {
		weights[k] /= 8
	}
	sum := 0
	for _, n := range weights {
		sum += n
	}
	h := History{Seed: seed, OwnOnly: dice.IntN(4) == 0, Focus: dice.IntN(8), Building: dice.IntN(4) == 0}
	if h.Focus > 3 {
		h.Focus = -1
	}
	for range 20 + dice.IntN(180) {
		n, k := dice.IntN(sum), 0
		for n >= weights[k] {
			n -= weights[k]
			k++
		}
		h.Steps = append(h.Steps, Step{uint8(k), uint8(dice.IntN(256)), uint8(dice.IntN(256)), uint8(dice.IntN(256)), uint8(dice.IntN(256))}) //nolint:gosec // below 256
	}
	return h
}

// Run plays h with a mistake and gives the first invariant that broke; nil: all hold.
func Run(h History, m Mistake) *BrokenError {
	w := newWorld(m, h)
	for i, s := range h.Steps {
		w.play(s)
		if w.broken != nil {
			w.broken.Step = i
			return w.broken
		}
	}
	w.heal()
	if w.broken != nil {
		w.broken.Step = len(h.Steps)
	}
	return w.broken
}

// Shrink leaves out of h what is not needed to break the invariant that h breaks.
func Shrink(h History, m Mistake) History {
	first := Run(h, m)
	if first == nil {
		return h
	}
	for size := len(h.Steps) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(h.Steps); {
			fewer := h
			fewer.Steps = slices.Delete(slices.Clone(h.Steps), at, at+size)
			if b := Run(fewer, m); b != nil && b.Invariant == first.Invariant {
				h = fewer
				continue
			}
			at += size
		}
	}
	return h
}

// String lists the steps of h.
func (h History) String() string {
	names := [...]string{
		"write", "push", "pull", "stream", "late", "tick", "crash", "switch user", "move customer", "transfer user", "erase", "compact",
		"settle", "pool lapses", "lease", "give back", "keep disk", "restore disk", "clone", "backup", "restore", "snapshot", "roll back",
		"restart central",
	}
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d, own only %v, focus %d, building %v\n", h.Seed, h.OwnOnly, h.Focus, h.Building)
	for i, s := range h.Steps {
		fmt.Fprintf(&b, "%3d %-15s %3d %3d %3d %3d\n", i, names[s.Kind], s.A, s.B, s.C, s.D)
	}
	return b.String()
}
