package desk

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Table names what a row is; the names are part of the wire and of the store.
type Table string

// The synchronised tables.
const (
	TableCustomer Table = "customer"
	TableContact  Table = "contact"
	TableCallback Table = "callback"
	TableTicket   Table = "ticket"
	TableConflict Table = "conflict" // central makes its rows; desks only mark them as seen
)

// Valid reports whether t is a table that this version knows.
func (t Table) Valid() bool {
	switch t {
	case TableCustomer, TableContact, TableCallback, TableTicket, TableConflict:
		return true
	}
	return false
}

// Limits of an op. The desk refuses to make a larger one; central refuses to take it.
const (
	MaxOpBytes   = 64 << 10 // of the marshalled op
	MaxOpChanges = 16
	MaxPageRows  = 500
)

// Change sets fields of one row. Fields is a JSON object; each of its members replaces the member of
// the same name (null removes it). A row that is not there yet is made. If is a JSON object of members
// that the row must have as central applies the change (null: must not have); else the op is refused.
type Change struct {
	Table  Table           `json:"table"`
	Key    string          `json:"key"`
	Base   int64           `json:"base,omitempty"` // row version the author saw; 0: none
	If     json.RawMessage `json:"if,omitempty"`
	Fields json.RawMessage `json:"fields"`
}

// Op is an intent that left a desk: all of its changes happen or none. N counts 1, 2, 3 … within a
// replica (desk and user); central takes N only after N−1 and remembers each, so that an op sent
// twice is applied once.
type Op struct {
	ID      string   `json:"id"` // UUIDv7
	N       int64    `json:"n"`
	Kind    string   `json:"kind"` // contact.save, customer.save, callback.schedule
	Version int      `json:"version"`
	Org     string   `json:"org"`
	At      Millis   `json:"at"`     // desk clock, for display only
	Offset  int      `json:"offset"` // minutes east of UTC at the desk
	Needs   int64    `json:"needs,omitempty"`
	Changes []Change `json:"changes"`

	// The op's place in its desk's chain (desk/chain), where its changes are covered: the salt of the
	// commitment, the commitment, and the entry's hash. They are not part of what the op says.
	Salt       []byte `json:"salt,omitempty"`
	Commitment []byte `json:"commitment,omitempty"`
	Link       []byte `json:"link,omitempty"`
}

// OpVersion is the version of ops this program writes. Version 2 says with Change.If in which state it leaves a
// callback or ticket whose state it changes. A desk sends an op in the version it was written in; central brings
// it up to its own (central/upcast.go), and lets wait what is of a newer one.
const OpVersion = 2

// Intent is what the loop asks the store to commit: the store numbers it, applies it to what the
// desk shows, puts it into the outbox and drops the draft it came from, in one transaction.
type Intent struct {
	ID      string
	Kind    string
	At      Millis
	Offset  int
	Changes []Change
	Draft   string // ID of the draft this finishes; empty: none
}

// Committed tells that an intent is durable on this disk.
type Committed struct {
	ID      string
	N       int64
	At      Millis // desk clock when the transaction had been synced to disk
	Pending int    // ops in the outbox now
}

// Row is a row as central gives it down. Seq is its version and its place in central's order.
// Removed means that the desk must not hold it any more: deleted, or out of scope. Erased means that nobody may hold
// it: what the desk's own ops said of it goes, too.
type Row struct {
	Table   Table           `json:"table"`
	Key     string          `json:"key"`
	Seq     int64           `json:"seq"`
	Removed bool            `json:"removed,omitempty"`
	Erased  bool            `json:"erased,omitempty"`
	Body    json.RawMessage `json:"body,omitempty"`
}

// Refusal tells that central will never apply an op; its text stays on the desk.
type Refusal struct {
	N      int64  `json:"n"`
	Code   string `json:"code"` // forbidden, conflict, invalid, needs_refused, gone
	Detail string `json:"detail,omitempty"`
}

// Page is one transaction's worth of a pull: at most MaxPageRows rows. It applies only where From
// equals the desk's cursor and Epoch the desk's epoch (or Reset is set). Only the last page of a
// checkpoint (Last) releases ops: those with N ≤ LastN leave the outbox, if LastN is LastID here too (empty: central
// does not know any more); else the numbers are another's work. Reset begins a fresh
// snapshot: rows that no page up to the next Last names are gone. TakenN and TakenID come with Reset: number and id of
// the last op that this central has of the asking desk id (0 and empty: none). A central restored from a backup may lack
// ops that it had released: the desk has kept them, and those written after TakenID wait in its outbox again,
// under a new desk id. BackedUpN comes with Last: ops up to it lie in a backup of central and need not be kept.
type Page struct {
	Epoch   string    `json:"epoch"`
	From    string    `json:"from"`
	To      string    `json:"to"`
	Reset   bool      `json:"reset,omitempty"`
	Rows    []Row     `json:"rows,omitempty"`
	Last    bool      `json:"last"`
	LastN   int64     `json:"last_n,omitempty"`
	LastID  string    `json:"last_id,omitempty"`
	Refused []Refusal `json:"refused,omitempty"`

	TakenN    int64  `json:"taken_n,omitempty"`
	TakenID   string `json:"taken_id,omitempty"`
	BackedUpN int64  `json:"backed_up_n,omitempty"`

	Checkpoint *Checkpoint `json:"checkpoint,omitempty"` // with Last only: of the asking desk's chain
}

// Checkpoint is central's signature under entry N of a desk's chain (desk/chain).
type Checkpoint struct {
	N    int64  `json:"n"`
	Hash []byte `json:"hash"`
	At   Millis `json:"at"`
	Key  string `json:"key"` // id of the key that signed
	Sig  []byte `json:"sig"`
}

// ChainKey is a public key that central signs checkpoints with. Sig is the word of the key before it in the
// list for this one; the first has none.
type ChainKey struct {
	Public []byte `json:"public"`
	Sig    []byte `json:"sig,omitempty"`
}

// Conflict is a value that lost: two people changed one member of a row without knowing of each other, the
// later arrival stands, and this is what the earlier one had put there. Value is the member as JSON. Winner wrote over
// it. The row is for who lost and for those who lead the group; SeenBy says who of them put it away.
type Conflict struct {
	ID       string          `json:"id"`
	Table    Table           `json:"table"` // of the row …
	Key      string          `json:"key"`
	Field    string          `json:"field"` // … and its member
	Value    json.RawMessage `json:"value"`
	User     string          `json:"user"` // whose value it was
	Winner   string          `json:"winner"`
	At       Millis          `json:"at"` // central's clock
	Customer string          `json:"customer,omitempty"`
	Group    string          `json:"group,omitempty"`
	SeenBy   string          `json:"seen_by,omitempty"`
}

// Replica is what a store knows of itself: one installation and one user.
type Replica struct {
	Desk   string // random, made with the file
	Org    string
	User   string
	Cursor string // opaque, central's
	Epoch  string // central's incarnation
	NextN  int64  // number the next op gets
}

// Outbox is the state of what waits for central.
type Outbox struct {
	Pending  int
	Oldest   Millis // when the oldest pending op was saved
	OldestN  int64  // its number; 0: nothing waits
	Refused  []RefusedOp
	Lost     int    // values of this user's that lost in a conflict and were not put away
	SyncedAt Millis // when the last checkpoint was complete
}

// RefusedOp is an op that central refused, with the text it carried.
type RefusedOp struct {
	Op      Op
	Refusal Refusal
}

// Merge lays fields over body: each member of fields replaces body's, null removes it. An empty body
// counts as {}. Both must be JSON objects; the result's members are sorted by name.
func Merge(body, fields json.RawMessage) (json.RawMessage, error) {
	dst := map[string]json.RawMessage{}
	if len(bytes.TrimSpace(body)) > 0 {
		if err := json.Unmarshal(body, &dst); err != nil {
			return nil, fmt.Errorf("row is not an object: %w", ErrInvalid)
		}
	}
	var src map[string]json.RawMessage
	if err := json.Unmarshal(fields, &src); err != nil || src == nil {
		return nil, fmt.Errorf("fields are not an object: %w", ErrInvalid)
	}
	if dst == nil {
		dst = map[string]json.RawMessage{}
	}
	for name, value := range src {
		if string(value) == "null" {
			delete(dst, name)
			continue
		}
		dst[name] = value
	}
	out, err := json.Marshal(dst)
	if err != nil {
		return nil, fmt.Errorf("merge: %w", ErrInvalid)
	}
	return out, nil
}
