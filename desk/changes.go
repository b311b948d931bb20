package desk

import "encoding/json"

// ChangeState is where an open change stands.
type ChangeState string

// The states of an open change.
const (
	ChangePending  ChangeState = "pending"  // waits for central
	ChangeRefused  ChangeState = "refused"  // central will never apply it; its text is kept here
	ChangeConflict ChangeState = "conflict" // a value of this user's lost against a later one
)

// OpenChange is a change that somebody may have to know of: one that waits, was refused, or lost. Op is what
// waits or was refused (without its place in the chain), Refusal why; Conflict is the value that lost, Now the
// member as this desk shows it now, as JSON (empty: the row is not here). Customer is whom it is about, Name
// what that customer is called where the desk still knows it.
type OpenChange struct {
	State    ChangeState
	Op       Op
	Refusal  Refusal
	Conflict Conflict
	Now      json.RawMessage
	Customer string
	Name     string
}

// ID tells one open change from the others.
func (c OpenChange) ID() string {
	if c.State == ChangeConflict {
		return c.Conflict.ID
	}
	return c.Op.ID
}

// At is when the change was made, by the clock of whoever tells it: the desk's, of a conflict central's.
func (c OpenChange) At() Millis {
	if c.State == ChangeConflict {
		return c.Conflict.At
	}
	return c.Op.At
}

// MaxOpenChanges bounds OpenChanges.List.
const MaxOpenChanges = 200

// OpenChanges are the changes that are open, with how many there are of each state in all. The list holds
// conflicts first, then what was refused, each newest first and until somebody puts it away; then what waits,
// oldest first. It ends at MaxOpenChanges.
type OpenChanges struct {
	Pending, Refused, Conflicts int
	List                        []OpenChange
}
