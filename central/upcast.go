package central

import "github.com/callbench/callbench/desk"

// An op is stored by a desk in the version of the program that wrote it, and goes up as it is, days or years later: its
// age is no reason to refuse it. Upcast makes of it what the newest version says, one step a version. A step is
// pure: it sees the op and nothing else, so that the same op means the same whenever it comes. What central
// remembers of an op, its hash and its place in the chain, is of what came.

// upcast brings an op to desk.OpVersion.
func upcast(op desk.Op) desk.Op {
	steps := []func(desk.Op) desk.Op{from1to2}
	for op.Version >= 1 && op.Version <= len(steps) {
		was := op.Version
		op = steps[was-1](op)
		op.Version = was + 1
	}
	return op
}

// from1to2: version 2 says with Change.If in which state a callback or ticket is left; version 1 knew no
// preconditions and meant its changes whatever the row had become. So they stay without, and members of that name are no words
// of version 1.
func from1to2(op desk.Op) desk.Op {
	changes := make([]desk.Change, len(op.Changes)) // the op that came is still needed
	for i, ch := range op.Changes {
		ch.If = nil
		changes[i] = ch
	}
	op.Changes = changes
	return op
}
