// Package syncmodel is an executable model of how desks and central synchronise (docs/PROTOCOL.md).
//
// It owns a small world: central, some disks with a replica each, and a network that loses, doubles, delays, tears and
// reorders what they say. A History is a list of steps made from a seed; Run plays it, heals the world at the end and
// gives the first invariant that broke. The same history can be played with a Mistake, a rule left out on purpose:
// that shows which harm the rule keeps away, and that the invariants see it.
//
// The model knows no SQL, HTTP or JSON; internal/simulate plays the real client, store and server. A change of the
// protocol is made here first. Everything is pure and of one goroutine; any number of histories may run side by side.
package syncmodel

// Bounds of the world. A step that would pass one does nothing.
const (
	maxOps   = 192 // ops of a history
	maxFiles = 8   // disks, clones counted
	maxKept  = 2   // backups that may still be restored
	maxLate  = 24  // messages that the network holds back; the oldest goes first

	leaseLong = 10      // ticks
	jumpWidth = 1 << 32 // what central's counter jumps when its past has become uncertain
)

// ops is a set of ops: a row carries those that made it what it is, which is how the checks know what somebody saw.
type ops [maxOps/64 + 1]uint64

func (s *ops) add(id int)      { s[id>>6] |= 1 << (id & 63) }
func (s *ops) has(id int) bool { return s[id>>6]&(1<<(id&63)) != 0 }

// kind is what a row is.
type kind uint8

const (
	customer kind = iota
	contact
	callback
	ticket
	conflict
)

// field is a member of a row.
type field uint8

const (
	name   field = iota // of a customer; what everyone may see
	text                // free text
	state               // of a callback or ticket; 0 is open
	group               // whose row it is; -1: nobody's, in the pool
	owner               // user; -1: nobody
	pooled              // when the customer was released to the pool; 0: is not in it
	fields
)

// stamp tells who wrote a member last.
type stamp struct {
	seq        int
	desk, user int32
}

// row is a row as central or a disk holds it.
type row struct {
	there, removed, stub bool

	kind    kind
	parent  int  // key of its customer; -1: none
	author  int  // user who made it
	authors int  // that user's group then
	ver     int  // central's order
	shown   bool // in the pool and shown in full to everybody
	of      [fields]int
	by      [text + 1]stamp // of texts only: states are guarded by preconditions
	made    ops             // everything that it shows
}

// change sets members of one row. Texts are the number of the op that wrote them, so that none is written twice.
type change struct {
	key    int
	create bool
	as     row // kind and parent of what is made
	base   int
	sets   [fields]bool
	to     [fields]int

	expects bool // If: member asked has the value want
	asked   field
	want    int

	saw ops // for the checks: what the author saw of the row
}

// op is what an agent wrote: its content, which never changes. before is known to the checks only.
type op struct {
	id, author int
	changes    []change
	poison     bool // central can never apply it
	needs      int  // op that made a row this one builds on; 0: none
	before     int  // op written before it on the same disk; 0: none
}

// sent is an op on its way: its number and what it needs are of one desk id.
type sent struct {
	op, n, needs int
	before       int // the op numbered n-1; 0: this disk does not know
}

// scope says what a replica may hold: everything, one group's rows, or one user's.
type scope int

const (
	scopeAll  scope = -1
	scopeUser scope = 100 // + user; below it: group
)
