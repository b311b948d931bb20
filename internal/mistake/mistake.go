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
	PoisonBlocks       // sync: an op that central cannot read is sent again for ever
	GapGivesUp         // sync: central lacks older ops, and the desk goes on from where central stands
	PoisonDropped      // localstore: a refused op is released like any other
	NoCursorCheck      // localstore: a page is applied whatever the cursor is
	CursorBeforeRows   // localstore: the cursor moves in a transaction before the rows'
	SweptTooEarly      // localstore: the first page of a snapshot takes away what it does not name
	SnapshotNotSwept   // localstore: what a snapshot did not name stays
	PendingNotOnTop    // localstore: a row that comes down hides the desk's pending ops on it
	NewDeskDropsOps    // localstore: a desk that takes a new id forgets what waits
	NoDedup            // central: an op that comes twice is applied twice
	GapAccepted        // central: op n+2 is taken without n+1
	CloneNotNoticed    // central: a number with other work behind it counts as known
	LastNAheadOfPage   // central: every page of a checkpoint releases ops
	FloorIgnored       // central: a cursor from before the floor is followed
	LeavingTellsNobody // central: a row that leaves a group is not told to it
	ScopeNotInCursor   // central: a cursor of another scope is followed
	LosingValueThrown  // central: the value that a later arrival replaces is thrown away
	HalfApplied        // central: the changes before the one that is refused stay
	NeedsIgnored       // central: an op that builds on a refused one is applied
	RemovedComesBack   // central: an op on a row that was removed brings it back
	IfIgnored          // central: a precondition is not looked at
	EpochIgnored       // central: a cursor of another epoch is followed
	NoJumpAtRestore    // central: a restored counter goes on where the backup was
	KeptNotSentAgain   // localstore: ops that a restored central lacks stay released
	RollbackUnnoticed  // central: a cursor that proves a rolled back file is answered as any other

	Count int = iota
)
