package desk

// CallState is where a call stands.
type CallState string

// The call states, with the names of the automation port.
const (
	CallRinging  CallState = "ringing"  // inbound, not answered yet
	CallDialling CallState = "dialling" // outbound, nothing heard yet
	CallEarly    CallState = "early"    // outbound, ringing there
	CallTalking  CallState = "talking"
	CallHeld     CallState = "held"
	CallEnded    CallState = "ended"
)

// HeldBy tells who put a call on hold.
type HeldBy string

// Who holds.
const (
	HeldByNone HeldBy = "none"
	HeldByMe   HeldBy = "me"
	HeldByThem HeldBy = "them"
	HeldByBoth HeldBy = "both"
)

// Call is one telephone call of this desk. Linked is the identity that contacts, recordings and
// figures hang on: the PBX's linked id where it sends one, else the Call-ID.
type Call struct {
	ID         string
	Linked     string
	State      CallState
	Direction  Direction
	Number     string // as it came or was dialled
	E164       string // normal form, empty where there is none
	Name       string // as the other side calls itself
	Account    string // AOR
	Queue      string // name of the queue it came through, where the PBX says so
	HeldBy     HeldBy
	Muted      bool
	Codec      string
	SRTP       bool
	Transport  string
	StartedAt  Millis
	AnsweredAt Millis
	EndedAt    Millis
	EndCode    int    // SIP code as it came; 0: none
	EndReason  string // answered, busy, no_answer, cancelled, elsewhere, rejected, failed, hung_up, lost, transferred
	EndedBy    string // me, them, network

	Transfer     Transfer
	TransferTo   string // to whom, as it was typed
	TransferCode int    // SIP code of a transfer that failed; 0: none came
	Consults     string // ID of the call that this one was made for, to ask whether it may be handed over
	Referred     bool   // the other side of an earlier call had us make it
}

// Transfer is how far a call is on its way to somebody else.
type Transfer string

// The steps of handing a call over, with the names of the automation port.
const (
	TransferNone    Transfer = ""
	TransferAsked   Transfer = "asked"
	TransferRinging Transfer = "ringing" // it rings where the call is to go
	TransferFailed  Transfer = "failed"  // the call is the agent's again, or has ended
)

// GoesAway reports whether the call is being handed over.
func (c Call) GoesAway() bool { return c.Transfer == TransferAsked || c.Transfer == TransferRinging }

// CanGo reports whether the call can be handed over now.
func (c Call) CanGo() bool { return (c.State == CallTalking || c.State == CallHeld) && !c.GoesAway() }

// Live reports whether the call still exists.
func (c Call) Live() bool { return c.ID != "" && c.State != CallEnded }

// RegistrationState is a phone account's state at its registrar.
type RegistrationState string

// The registration states.
const (
	Registering  RegistrationState = "registering"
	Registered   RegistrationState = "registered"
	RegFailed    RegistrationState = "failed"
	Unregistered RegistrationState = "unregistered"
)

// Registration is a phone account as it stands. Reason is a code that ui/present words:
// wrong_password, not_found, forbidden, timeout, unreachable, tls, dns, server_error.
type Registration struct {
	AOR       string            `json:"aor"`
	State     RegistrationState `json:"state"`
	Reason    string            `json:"reason,omitempty"`
	Registrar string            `json:"registrar,omitempty"`
}
