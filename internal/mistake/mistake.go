// Package mistake is the protocol mistakes that the simulator has to find (docs/PROTOCOL.md, "Planted mistakes").
// Each stands at one line of sync, localstore or central as `if mistake.Made(mistake.GapAccepted)`.
//
// Without the build tag "mistakes" Made is the constant false, and the compiler leaves nothing of such a line in the
// program. With it a test makes one mistake at a time by Make; any goroutine may ask.
package mistake

// Mistake is one of them.
type Mistake int32

// The mistakes, each with what goes wrong.
const (
	None Mistake = iota

	AckDropsOutbox     // sync: an acknowledged op leaves the outbox before its effect has come down
	AckedNotSent       // sync: a pull does not say what was acknowledged to this desk
	PoisonDropped      // localstore: a refused op is released like any other
	NoCursorCheck      // localstore: a page is applied whatever the cursor is
	CursorBeforeRows   // localstore: the cursor moves in a transaction before the rows'
	SnapshotNotSwept   // localstore: what a snapshot did not name stays
	PendingNotOnTop    // localstore: a row that comes down hides the desk's pending ops on it
	NewDeskDropsOps    // localstore: a desk that takes a new id forgets what waits
	KeptNotSentAgain   // localstore: ops that a restored central lacks stay released
	NoDedup            // central: an op that comes twice is applied twice
	OtherNumberDoubles // central: an op that comes again under another number is applied twice
	GapAccepted        // central: op n+2 is taken without n+1
	CloneNotNoticed    // central: a number with other work behind it counts as known
	PoisonBlocks       // central: an op that is refused takes the push with it
	RefusalsNotTold    // central: a page releases refused ops and does not say that they were refused
	LastNAheadOfPage   // central: every page of a checkpoint releases ops as if it were the last
	FloorIgnored       // central: a cursor from before the floor is followed
	LeavingTellsNobody // central: a row that leaves a group is not told to it
	ScopeNotInCursor   // central: a cursor of another scope is followed
	StubsInFull        // central: customers of others come down in full
	LosingValueThrown  // central: the value that a later arrival replaces is thrown away
	HalfApplied        // central: the changes before the one that is refused stay
	NeedsIgnored       // central: an op that builds on a refused one is applied
	RemovedComesBack   // central: an op on a row that was removed writes into it
	IfIgnored          // central: a precondition is not looked at
	RollbackUnnoticed  // central: a cursor that proves a rolled back file is answered as any other
	BackedUpTooEarly   // central: one backup in a safe place is enough for desks to forget what they keep

	Count int = iota
)

// String says where it stands and what goes wrong.
func (m Mistake) String() string {
	return [...]string{
		"none",
		"sync: an acknowledged op leaves the outbox before its effect has come down",
		"sync: a pull does not say what was acknowledged to this desk",
		"localstore: a refused op is released like any other",
		"localstore: a page is applied whatever the cursor is",
		"localstore: the cursor moves in a transaction before the rows'",
		"localstore: what a snapshot did not name stays",
		"localstore: a row that comes down hides the desk's pending ops on it",
		"localstore: a desk that takes a new id forgets what waits",
		"localstore: ops that a restored central lacks stay released",
		"central: an op that comes twice is applied twice",
		"central: an op that comes again under another number is applied twice",
		"central: op n+2 is taken without n+1",
		"central: a number with other work behind it counts as known",
		"central: an op that is refused takes the push with it",
		"central: a page releases refused ops and does not say that they were refused",
		"central: every page of a checkpoint releases ops as if it were the last",
		"central: a cursor from before the floor is followed",
		"central: a row that leaves a group is not told to it",
		"central: a cursor of another scope is followed",
		"central: customers of others come down in full",
		"central: the value that a later arrival replaces is thrown away",
		"central: the changes before the one that is refused stay",
		"central: an op that builds on a refused one is applied",
		"central: an op on a row that was removed writes into it",
		"central: a precondition is not looked at",
		"central: a cursor that proves a rolled back file is answered as any other",
		"central: one backup in a safe place is enough for desks to forget what they keep",
	}[m]
}
