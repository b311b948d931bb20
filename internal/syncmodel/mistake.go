package syncmodel

import "iter"

// Mistake is a rule of the protocol that is left out or got wrong on purpose.
type Mistake int

// The mistakes. None is the protocol as it is.
const (
	None Mistake = iota

	// Ops and pages.

	AckEmptiesOutbox   // an acknowledgement takes ops out of the outbox, before their rows have come back
	EveryPageReleases  // ops are released by any page of a checkpoint, not by the last
	NumbersForgotten   // central does not remember what it took: an op sent twice is applied twice
	GapTaken           // central takes n+2 without n+1
	CursorUnchecked    // a page applies wherever the cursor stands
	LateResetTaken     // a page that begins a snapshot applies wherever the cursor stands
	CursorBeforeRows   // the cursor is saved before the rows
	SeqBeforeCommit    // a number is handed out before its change can be read
	PoisonBlocks       // an op that can never be applied is tried for ever
	RefusalUntold      // a refused op is left out without a word
	NeedsForgotten     // renumbering forgets that an op needs one that was refused
	HalfOp             // an op is applied up to the change that is refused
	IfUnchecked        // preconditions are not looked at
	LoserForgotten     // a value that is replaced unseen leaves no conflict record
	ConflictWhereSeen  // bases are not looked at: what the author saw counts as unseen
	PendingGoesWithRow // pending ops go when their row leaves the disk
	RemovedComesBack   // an op for a removed row makes it again

	// Scopes and snapshots.

	LeavingUntold      // a row that leaves a scope is not told to those who held it
	ChildrenStay       // what belongs to a customer does not follow when the customer moves
	ScopeWithoutReset  // the cursor of another scope goes on
	FloorIgnored       // cursors below the floor go on
	SweptEarly         // what a snapshot has not named goes with its first page
	SweptNever         // what a snapshot has not named stays
	StagingReused      // a second snapshot counts what the first one named
	BaseMoves          // removals while a snapshot runs are not told
	DueOnlyOnce        // what was named first because it is due is not named again
	PoolLapsesSilently // who was in the pool for long becomes a stub without a new number

	// Copies, backups, roll-backs.

	CloneUnseen       // central does not compare what came under a number
	CloneKeepsNumbers // a new desk id goes on with the old numbers
	BeforeUnnamed     // a push does not name the op before its first
	LastUnnamed       // a page does not name the last op that it releases
	IDsForgotten      // central does not know an op again under another desk id
	AckedIgnored      // central releases what it has, whoever wrote it
	AckedBelieved     // a desk goes on believing an acknowledgement that a page shows to be void
	KeptNotSentAgain  // what central lost with its disk stays lost
	KeptByNumber      // what to send again is told by number only
	KeptByDesk        // … and only what the present desk id wrote
	KeptInWrongOrder  // … and comes after what is pending
	RefusedSentAgain  // what was refused in the lost time is sent again
	NewestBackupOnly  // desks forget what only the newest backup holds
	NoJump            // a restored central counts on where the backup was
	BasesTrusted      // after a roll-back bases of the lost time count
	RollBackUnseen    // cursors do not prove a roll-back
	EachDeskAnEpoch   // each desk of a time that is lost makes central begin an epoch again
	PushUnproved      // … in a pull only
	ErasureUndone     // a restore brings back what was erased after the backup

	// Leases and users.

	LeaseFromArrival  // a lease counts from when the answer came
	LeaseAfterRestore // a restored central grants what it may have granted before
	LateRelease       // giving back frees whatever lease there is
	SentAsAnother     // the outbox of an absent user goes up in the name of the one present
	mistakes
)

// String gives the mistake's name.
func (m Mistake) String() string {
	return [...]string{
		"None", "AckEmptiesOutbox", "EveryPageReleases", "NumbersForgotten", "GapTaken", "CursorUnchecked",
		"LateResetTaken", "CursorBeforeRows", "SeqBeforeCommit", "PoisonBlocks", "RefusalUntold", "NeedsForgotten",
		"HalfOp", "IfUnchecked", "LoserForgotten", "ConflictWhereSeen", "PendingGoesWithRow", "RemovedComesBack",
		"LeavingUntold", "ChildrenStay", "ScopeWithoutReset", "FloorIgnored", "SweptEarly", "SweptNever",
		"StagingReused", "BaseMoves", "DueOnlyOnce", "PoolLapsesSilently", "CloneUnseen", "CloneKeepsNumbers",
		"BeforeUnnamed", "LastUnnamed", "IDsForgotten", "AckedIgnored", "AckedBelieved", "KeptNotSentAgain", "KeptByNumber",
		"KeptByDesk", "KeptInWrongOrder", "RefusedSentAgain", "NewestBackupOnly", "NoJump", "BasesTrusted",
		"RollBackUnseen", "EachDeskAnEpoch", "PushUnproved", "ErasureUndone", "LeaseFromArrival", "LeaseAfterRestore",
		"LateRelease", "SentAsAnother",
	}[m]
}

// Mistakes gives all but None.
func Mistakes() iter.Seq[Mistake] {
	return func(yield func(Mistake) bool) {
		for m := None + 1; m < mistakes && yield(m); m++ {
		}
	}
}
