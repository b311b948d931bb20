// Package wire is the messages between a desk and central, version 1.
//
// It owns what they say, their forms on the wire, and their limits: no I/O, no goroutine; anyone may call it from
// anywhere. Sync and central work with its types; each has a Proto that makes the message of package callbenchv1 of
// it, and a function XOf that reads it from there. Calls are Connect's; docs/PROTOCOL.md, "On the wire", has the rest.
package wire

import "github.com/callbench/callbench/desk"

// Path is what every method's address begins with.
const Path = "/callbench.v1.Desk/"

// The versions of this protocol that this program speaks. Header tells them on every answer of central, as MIN-MAX:
// an answer without it is not central's.
const (
	ProtocolMin = 1
	ProtocolMax = 1
	Header      = "Callbench-Protocol"
)

// The methods. All but SignIn want the header Authorization: Bearer TOKEN. The message that a method takes is called
// like it, XRequest in package callbenchv1.
const (
	MethodSignIn   = "SignIn"   // SignIn → SignedIn
	MethodSignOut  = "SignOut"  // SignOut → Done
	MethodSession  = "Session"  // Session → SignedIn without a token
	MethodPush     = "Push"     // Push → Pushed
	MethodPull     = "Pull"     // Pull → desk.Page
	MethodWatch    = "Watch"    // Watch → lines of Hint
	MethodSetAgent = "SetAgent" // SetAgent → Done

	MethodSnapshot = "Snapshot" // Pull → stream of desk.Page, each following the one before, up to and with the last
	MethodPoll     = "Poll"     // Poll → Hint; what Watch is, where streams do not get through
	MethodOpen     = "Open"     // Open → Opened
	MethodLease    = "Lease"    // Lease → Leased
	MethodPool     = "Pool"     // Pool → Pooled

	MethodKeepEnvelope = "KeepEnvelope" // KeepEnvelope → Done
	MethodTellWiped    = "TellWiped"    // TellWiped → Done; the one method that a wipe order leaves open
)

// Limits of messages. A longer one is refused.
const (
	MaxSmallBytes = 16 << 10 // request of SignIn, SignOut, Session, Pull, Watch, SetAgent
	MaxPushBytes  = 2 << 20  // request of Push
	MaxPushOps    = 200
	MaxPageBytes  = 1 << 20  // rows of one page; a single longer row still goes through
	MaxAnswer     = 64 << 20 // what a desk reads of an answer at most
	MaxEnvelope   = 4 << 10  // bytes of an envelope
)

// SignIn asks for a token. Desk is the replica's id, empty where only the password is checked. Last is the
// token that the desk had before, good or not any more: it proves which desk asks even where the password
// has been changed meanwhile, so that a stolen desk hears of its wiping.
type SignIn struct {
	User     string      `json:"user"`
	Password string      `json:"password"`
	Desk     string      `json:"desk,omitempty"`
	Version  string      `json:"version,omitempty"` // of the program
	Now      desk.Millis `json:"now,omitempty"`     // desk clock
	Last     string      `json:"last,omitempty"`

	// The versions of this protocol that the desk speaks.
	ProtocolMin int `json:"protocol_min,omitempty"`
	ProtocolMax int `json:"protocol_max,omitempty"`
}

// SignedIn tells who the user is. Phone is nil where central has no phone account for the user.
type SignedIn struct {
	Token   string        `json:"token,omitempty"`
	Expires desk.Millis   `json:"expires,omitempty"` // central's clock
	User    string        `json:"user"`
	Name    string        `json:"name,omitempty"`
	Role    desk.Role     `json:"role"`
	Group   string        `json:"group,omitempty"`
	Level   string        `json:"level,omitempty"`
	Org     string        `json:"org"`
	Phone   *PhoneAccount `json:"phone,omitempty"`
	Now     desk.Millis   `json:"now"` // central's clock; a desk only shows the difference

	// ChainKeys are the public keys of the checkpoints that pages bring, oldest first.
	ChainKeys []desk.ChainKey `json:"chain_keys,omitempty"`

	Recovery *RecoveryKey `json:"recovery,omitempty"` // nil: the organisation has none

	// The versions of this protocol that central speaks, and of its program.
	ProtocolMin int    `json:"protocol_min,omitempty"`
	ProtocolMax int    `json:"protocol_max,omitempty"`
	Version     string `json:"version,omitempty"`
}

// RecoveryKey is the public half of the organisation's recovery key, X25519 (RFC 7748): desks seal the key of
// their store to it. ID tells one from the next.
type RecoveryKey struct {
	ID     string `json:"id"`
	Public []byte `json:"public"`
}

// KeepEnvelope hands the key of the desk's store, sealed to the recovery key KeyID, to central. Central keeps
// the newest of each Epoch of the store's keys.
type KeepEnvelope struct {
	Desk     string `json:"desk"`
	Epoch    int64  `json:"epoch"`
	KeyID    string `json:"key_id"`
	Envelope []byte `json:"envelope"`
}

// WipeOrder goes with CauseWiped: everything that the desk keeps is to be destroyed. Desk or User says whom
// it is about: a desk obeys only what names it. TellWiped is still taken. With Drain central still takes Push, and the desk first
// brings up what waits, for a bounded time.
type WipeOrder struct {
	Desk  string      `json:"desk,omitempty"`
	User  string      `json:"user,omitempty"`
	Drain bool        `json:"drain,omitempty"`
	Token string      `json:"token,omitempty"` // to a desk that proved itself by password: for these calls only
	At    desk.Millis `json:"at"`              // central's clock
}

// TellWiped reports an order as carried out. Lost is how many ops went with the store. At is the desk's clock.
type TellWiped struct {
	Desk string      `json:"desk"`
	At   desk.Millis `json:"at"`
	Lost int         `json:"lost"`
}

// PhoneAccount is what a desk needs to register a phone (RFC 3261 section 10).
type PhoneAccount struct {
	AOR        string   `json:"aor"`        // sip:1001@pbx.example
	Registrars []string `json:"registrars"` // in order of preference, sip:host:port;transport=tcp
	AuthUser   string   `json:"auth_user,omitempty"`
	Password   string   `json:"password,omitempty"`
	SRTP       string   `json:"srtp,omitempty"`        // off, optional, required
	AutoAnswer string   `json:"auto_answer,omitempty"` // off, header, always
	Codecs     []string `json:"codecs,omitempty"`
}

// SignOut takes the token back.
type SignOut struct{}

// Session asks who the token belongs to.
type Session struct{}

// Done is the empty answer.
type Done struct {
	Now desk.Millis `json:"now"`
}

// Push brings ops up, in order and without holes: each N is one more than the one before. Cursor is the store's: a
// central that was set back recognises by it that it was, before it takes an op that builds on rows of the lost time.
// BeforeID is the op before the first, empty where there is none or the store does not know any more: what central has
// of a desk must be the beginning of what that desk did, not of what a copy of it did.
type Push struct {
	Desk     string    `json:"desk"`
	Ops      []desk.Op `json:"ops"`
	Cursor   string    `json:"cursor,omitempty"`
	BeforeID string    `json:"before_id,omitempty"`
}

// Pushed tells that central has durably taken every op up to LastN. It is no reason to drop one:
// a Page releases ops. Refused tells early which of the ops just sent will never be applied.
type Pushed struct {
	LastN   int64          `json:"last_n"`
	Refused []desk.Refusal `json:"refused,omitempty"`
	Now     desk.Millis    `json:"now"`
}

// Pull asks for the page after Cursor. Acked is the highest N that central acknowledged to this
// running desk: a page releases no later op, so that a desk whose file came back from a backup never
// drops work for a number that central knows from an earlier life of the desk.
type Pull struct {
	Desk   string `json:"desk"`
	Cursor string `json:"cursor,omitempty"`
	Epoch  string `json:"epoch,omitempty"`
	Acked  int64  `json:"acked"`
	Limit  int    `json:"limit,omitempty"` // rows; 0: desk.MaxPageRows
}

// Watch opens the stream of hints. It ends by itself within WatchSeconds; the desk opens the next.
type Watch struct {
	Desk   string `json:"desk"`
	Glance bool   `json:"glance,omitempty"` // who does not see the board gets a glance at it
}

// WatchSeconds is how long a stream lives: proxies cut streams at a minute.
const WatchSeconds = 50

// Times of a stream of hints.
const (
	BeatSeconds      = 15 // a stream is silent for so long at most …
	BoardBeatSeconds = 1  // … and one that brings a lead's board for so long
	GlanceSeconds    = 5  // a glance changes so often at most
)

// Hint is one message of the stream. Seq grows when something in the user's scope changed; it is never truth, only a
// reason to pull. Board is there for leads and admins, and for those who asked for a glance (the queues they serve, their
// group, of callers only since when they wait), where it changed; else BoardStands says that the board of a hint before
// stands, but for the time and staleness that come with it.
type Hint struct {
	Seq         int64       `json:"seq"`
	Now         desk.Millis `json:"now"`
	Board       *desk.Board `json:"board,omitempty"`
	BoardStands bool        `json:"board_stands,omitempty"`
	BoardAsOf   desk.Millis `json:"board_as_of,omitempty"`
	BoardStale  bool        `json:"board_stale,omitempty"`
	BoardEvery  int         `json:"board_seconds,omitempty"` // seconds within which the next word of it comes; 0: BoardBeatSeconds
}

// BoardAfter is the board as it stands after h, where before is the one that stood; nil: none.
func (h Hint) BoardAfter(before *desk.Board) *desk.Board {
	if h.Board != nil || !h.BoardStands || before == nil {
		return h.Board
	}
	b := *before
	b.AsOf, b.Stale = h.BoardAsOf, h.BoardStale
	return &b
}

// Poll asks for a hint as soon as there is one newer than Seq, within PollSeconds in any case.
type Poll struct {
	Desk   string `json:"desk"`
	Seq    int64  `json:"seq"`
	Glance bool   `json:"glance,omitempty"`
}

// PollSeconds is how long a Poll is held open at most.
const PollSeconds = 25

// Open asks for the whole record of a customer whom this desk holds as a stub, during Call with that customer.
// Central grants it for a time, and logs that it did.
type Open struct {
	Desk     string `json:"desk"`
	Customer string `json:"customer"`
	Call     string `json:"call"` // Call.Linked
}

// Opened is the record: the customer, and the newest contacts, callbacks and tickets, MaxOpenedRows in all. They are
// to be shown and not to be kept. Until is when the grant ends, by central's clock.
type Opened struct {
	Rows  []desk.Row  `json:"rows"`
	Until desk.Millis `json:"until"`
}

// MaxOpenedRows bounds an Opened.
const MaxOpenedRows = 200

// Lease asks for a callback, so that nobody else dials its customer meanwhile; asked again it is prolonged.
// Release gives it back. ID is made at random by the desk for one holding and stays the same when that is prolonged or
// given back: a late Release frees nothing that was taken again since.
type Lease struct {
	Desk     string `json:"desk"`
	ID       string `json:"id"`
	Callback string `json:"callback"`
	Release  bool   `json:"release,omitempty"`
}

// Leased tells whose the callback is now. Mine is false where somebody else was first. Until and Now are central's
// clock: the holder counts Until less Now from the moment when it asked, on its own.
type Leased struct {
	Mine  bool        `json:"mine"`
	By    string      `json:"by,omitempty"`   // user
	Name  string      `json:"name,omitempty"` // as people call them
	Until desk.Millis `json:"until,omitempty"`
	Now   desk.Millis `json:"now"`
}

// Pool asks for customers in the pool who were released within [From, To), newest first. Cursor is empty or
// the Next of the page before.
type Pool struct {
	Desk   string      `json:"desk"`
	From   desk.Millis `json:"from,omitempty"`
	To     desk.Millis `json:"to,omitempty"` // 0: now
	Cursor string      `json:"cursor,omitempty"`
	Limit  int         `json:"limit,omitempty"` // 0: 10; at most 100
}

// Pooled is a page of the pool, in full, to be shown and not to be kept.
type Pooled struct {
	Customers []desk.Customer `json:"customers"`
	Next      string          `json:"next,omitempty"` // empty: that was all
	Total     int             `json:"total"`
}

// SetAgent tells the state of the agent at this desk. Now is the desk's clock, by which central
// translates Agent.Since to its own.
type SetAgent struct {
	Desk  string      `json:"desk"`
	Agent desk.Agent  `json:"agent"`
	Now   desk.Millis `json:"now"`
}
