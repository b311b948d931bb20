// Package softphone is the telephone of the desk: it registers accounts, receives, dials, answers,
// holds and ends calls. It knows numbers and never customers.
//
// It owns the SIP endpoint of each account, the calls on it and their media sessions; the sound
// devices are given to it. A call is one state machine that lives on the mailbox of its Call-ID (see
// package dispatch), so its state has one goroutine and no lock; the other goroutines see copies.
//
// Every method may be called from any goroutine and never waits for the network: it checks what it
// can, hands the wish to the call's mailbox and returns; what became of it comes as an event. Events go to
// Config.Emit one after the other, those of one call in the order in which they happened.
//
// It stops when the context of Run ends: calls are ended, each account's own contact is removed at its
// registrar, both within farewell, and then every goroutine of the package has ended.
package softphone

import (
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"github.com/callbench/callbench/softphone/media"
)

// Errors of the methods. They come wrapped.
var (
	ErrNoCall        = errors.New("no such call")
	ErrNotNow        = errors.New("not possible in this state of the call")
	ErrNoAccount     = errors.New("no such account")
	ErrNotRegistered = errors.New("the account is not registered")
	ErrLines         = errors.New("all lines are in use")
	ErrNumber        = errors.New("not a number or address that can be dialled")
)

// maxLines is the number of calls at a time; an INVITE beyond it gets 486.
const maxLines = 6

// farewell is how long the end of Run waits for answers to BYE and to the un-REGISTER.
const farewell = 2 * time.Second

// Auto-answer modes of an account.
const (
	AutoAnswerOff    = "off"
	AutoAnswerHeader = "header" // when the caller asks for it (RFC 5373, Call-Info, Alert-Info)
	AutoAnswerAlways = "always"
)

// Sound is what the phone wants of the devices; *audio.Devices is one.
type Sound interface {
	// Attach joins a stream to microphone and headphones until detach.
	Attach(s media.Stream) (detach func())
	// Ring rings while on.
	Ring(on bool)
}

// Config is what Open needs.
type Config struct {
	Accounts  []Account
	UserAgent string
	IP        netip.Addr // of the SIP sockets; invalid: all
	Audio     Sound
	Emit      func(Event) // must not block for long: at eventQueue waiting events calls begin to wait
	Log       *slog.Logger

	wrap       func(net.PacketConn) net.PacketConn // tests: between SIP and its UDP socket
	resolver   *net.Resolver                       // tests: of names; nil: the system's
	watchEvery time.Duration                       // tests: how often registrars are asked; 0: watchEvery
}

// Account is one address of record and where it registers.
type Account struct {
	AOR string // "sip:101@example.com"

	// Registrars in order of preference: "sip:host:port;transport=tcp". None: the account does not
	// register, dials full addresses only and takes calls from anybody.
	Registrars []string

	AuthUser, Password string         // AuthUser empty: the user of the AOR
	AutoAnswer         string         // AutoAnswerOff (also empty), AutoAnswerHeader, AutoAnswerAlways
	SRTP               string         // off; others come with a later issue
	FollowRefer        bool           // calls whom the other side of a call says (REFER); for PBXs that move calls by it
	Codecs             []string       // empty: those of package media
	RootCAs            *x509.CertPool // of the registrar's TLS; nil: the system's
	Expires            time.Duration  // wanted; 0: two minutes
}

// Event is RegistrationChanged or CallChanged.
type Event interface{ event() }

// RegistrationChanged tells an account's state: registering, registered, failed, unregistered. Reason of a
// failure: wrong_password, not_found, forbidden, timeout, unreachable, tls, dns, server_error.
type RegistrationChanged struct{ AOR, State, Reason, Registrar string }

// CallChanged tells a call as it is now.
type CallChanged struct{ Call Call }

func (RegistrationChanged) event() {}
func (CallChanged) event()         {}

// States of a call.
const (
	StateRinging  = "ringing"
	StateDialling = "dialling"
	StateEarly    = "early"
	StateTalking  = "talking"
	StateHeld     = "held"
	StateEnded    = "ended"
)

// Directions of a call.
const (
	DirectionIn  = "in"
	DirectionOut = "out"
)

// Who holds a call.
const (
	HeldByNone = "none"
	HeldByMe   = "me"
	HeldByThem = "them"
	HeldByBoth = "both"
)

// Call is a call as it is seen from outside.
type Call struct {
	ID        string
	Linked    string // the PBX's linked id (X-Linked-ID), else the Call-ID
	State     string
	Direction string
	Number    string // as it came or was dialled
	Name      string // as the other side calls itself
	Account   string // AOR
	Queue     string // X-Queue-Name
	HeldBy    string
	Codec     string
	Transport string // udp, tcp, tls
	Muted     bool
	SRTP      bool

	Transfer     string // TransferNone, TransferAsked, TransferRinging, TransferFailed
	TransferTo   string // to whom, as it was dialled
	TransferCode int    // SIP status of a failed transfer; 0: none came
	Consults     string // ID of the call that this one was made for, to ask whether it may be handed over
	Referred     bool   // the other side of an earlier call had us make it

	StartedAt, AnsweredAt, EndedAt time.Time

	EndCode   int    // SIP status as it came; 0: none
	EndReason string // answered, busy, no_answer, cancelled, elsewhere, rejected, failed, hung_up, lost, transferred
	EndedBy   string // me, them, network
}
