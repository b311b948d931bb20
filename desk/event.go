package desk

import "github.com/callbench/callbench/desk/flow"

// Stamp is what Update may know of the world at an event: the desk's clock and one fresh random
// UUIDv7, from which ID makes as many more as are needed, always the same ones for the same stamp.
type Stamp struct {
	At     Millis
	Offset int    // minutes east of UTC at the desk
	Zone   string // IANA name of the desk's zone
	Fresh  string // a UUIDv7 made for this event
}

// Event is something that happened: outside (a call, an answer of the store) or at the desk (a key).
// Events are past tense. The set is closed.
//
//sumtype:decl
type Event interface{ event() }

// Events from the phone.
type (
	// CallChanged carries a call as it stands now; the first one of a new ID announces it.
	CallChanged struct{ Call Call }
	// RegistrationChanged tells an account's state at its registrar.
	RegistrationChanged struct{ Registration Registration }
	// AccountsChanged tells which phone accounts there are from now on; others are gone. Direct: there is one without a
	// registrar beside them, which dials full addresses at once.
	AccountsChanged struct {
		AORs   []string
		Direct bool
	}
	// AudioChanged tells which sound devices are in use.
	AudioChanged struct{ Audio Audio }
	// CallPlaced tells which call a dialled draft became.
	CallPlaced struct{ Draft, Call string }
	// CallNotPlaced tells that dialling was not possible: not_registered, too_many_calls, bad_number.
	CallNotPlaced struct{ Draft, Problem string }
)

// Events from the store.
type (
	// CustomerFound answers FindCustomer. A draft that is gone drops it.
	CustomerFound struct {
		Draft     string
		Number    string
		Customers []Customer       // best first
		About     map[string]Offer // by customer ID; one who is not there certainly has the number
		Failed    bool             // nothing could be read: nobody knows who it is
	}
	// HistoryLoaded answers LoadHistory.
	HistoryLoaded struct {
		Seq      int    // of the LoadHistory it answers; an older one than the newest asked is dropped
		Draft    string // empty: the browsed customer
		Customer Customer
		History  History
	}
	// SearchAnswered answers SearchCustomers; an older Seq is dropped.
	SearchAnswered struct {
		Seq    int
		Hits   []Hit
		Failed bool // nothing could be read
	}
	// DraftKept tells that a draft as of Changed is durable.
	DraftKept struct {
		Draft   string
		Changed Millis
	}
	// DraftNotKept tells that a draft could not be written; the text stays on screen.
	DraftNotKept struct {
		Draft   string
		Problem string
	}
	// WorkCommitted tells that an intent is durable on this disk.
	WorkCommitted struct {
		Draft     string // empty: no draft was finished
		Committed Committed
		Contact   *Contact
	}
	// WorkNotCommitted tells that nothing of the intent was written.
	WorkNotCommitted struct {
		Intent  string
		Draft   string
		Problem string // disk_full, read_only, held, invalid, store
	}
	// DraftsRestored carries the drafts found on disk at start.
	DraftsRestored struct{ Drafts []Draft }
	// ChangesLoaded answers LoadChanges; an older Seq is dropped.
	ChangesLoaded struct {
		Seq     int
		Changes OpenChanges
	}
	// OutboxChanged tells what waits and was refused after something other than a checkpoint changed it.
	OutboxChanged struct{ Outbox Outbox }
)

// Events from the link to central.
type (
	// LinkChanged tells a new state of the link; Outbox is left alone.
	LinkChanged struct {
		State   CentralState
		Reason  string
		NextTry Millis
	}
	// UploadHeld tells why the outbox does not get shorter.
	UploadHeld struct{ Held Held }
	// Fetching tells how a first sync comes along; Synced ends it. Paused: it waits for FetchPaused.
	Fetching struct {
		Rows   int
		Paused bool
	}
	// RowsSkipped tells how many rows only a newer program can take.
	RowsSkipped struct{ Rows int }
	// OthersSeen tells which other users of this computer have work waiting.
	OthersSeen struct{ Others []Other }
	// SignedIn tells who central says we are.
	SignedIn struct {
		Session Session
		Phone   bool   // this desk has a phone account, its own or central's
		Skew    Millis // central's clock less the desk's
	}
	// Synced tells the outbox after a checkpoint or push.
	Synced struct {
		Outbox Outbox
		Cursor string
		Rows   int // rows that changed here
	}
	// RecordOpened carries the whole record of a stub's customer, by leave of central.
	RecordOpened struct {
		Draft   string
		Granted Granted
	}
	// RecordNotOpened tells why there is none: offline, forbidden, too_many.
	RecordNotOpened struct{ Draft, Customer, Problem string }
	// LeaseAnswered tells whose a callback is. Known is false where central did not answer in time; else Mine, or
	// By (a user, Name to people) has it until Until (central's clock).
	LeaseAnswered struct {
		Seq         int
		Known, Mine bool
		By, Name    string
		Until       Millis
	}
	// BoardSeen carries a lead's board.
	BoardSeen struct{ Board Board }
	// WipeOrdered tells that everything this desk keeps is to be destroyed: from then on State holds nothing about
	// customers, and only calls that are live go on.
	WipeOrdered struct{}
)

// Events from the agent: the window, a shortcut or the automation port.
type (
	// AnswerPressed answers a ringing call; empty: the oldest ringing one.
	AnswerPressed struct{ Call string }
	// DeclinePressed declines a ringing call.
	DeclinePressed struct{ Call string }
	// HangUpPressed ends a call; empty: the current one.
	HangUpPressed struct{ Call string }
	// HoldPressed puts a call on hold, or takes it back when On is false.
	HoldPressed struct {
		Call string
		On   bool
	}
	// TransferPressed hands a call over to a number, unannounced.
	TransferPressed struct{ Call, To string }
	// ConsultPressed holds a call and dials whom it may be handed over to.
	ConsultPressed struct{ Call, To string }
	// CompletePressed joins a call with the one that was made to ask there.
	CompletePressed struct{ Call, Consult string }
	// MutePressed mutes or unmutes the microphone for a call.
	MutePressed struct {
		Call string
		On   bool
	}
	// DigitsPressed sends DTMF digits into a call.
	DigitsPressed struct{ Call, Digits string }
	// DialEdited tells what stands in the dial field.
	DialEdited struct{ Text string }
	// DialPressed dials To; Account and Customer may be empty.
	DialPressed struct{ To, Account, Customer string }
	// StateChosen asks for an agent state: ready or not_ready with a reason.
	StateChosen struct {
		State  AgentStatus
		Reason NotReadyReason
		Cause  Cause
	}
	// SearchEdited tells what stands in the search box.
	SearchEdited struct{ Text string }
	// CustomerOpened opens a customer found by a search, in the active draft's place if there is none. Contact is the
	// one whose note was found; empty: the customer itself was.
	CustomerOpened struct{ Customer, Contact string }
	// CustomerChosen says whom the draft is about; no customer: none of those who are offered.
	CustomerChosen struct{ Draft, Customer string }
	// NewNameEdited names an unknown caller; saving makes the customer.
	NewNameEdited struct{ Draft, Name string }
	// NoteEdited tells the note's text. Subject nil leaves the subject alone.
	NoteEdited struct {
		Draft   string
		Subject *string
		Content *string
	}
	// ReasonChosen classifies the contact.
	ReasonChosen struct {
		Draft  string
		Reason Reason
	}
	// OutcomeChosen says how the contact ended.
	OutcomeChosen struct {
		Draft   string
		Outcome Outcome
	}
	// FlowStarted begins a flow in a draft; Draft empty: the active one.
	FlowStarted struct{ Draft, Flow string }
	// AskEdited tells what stands in the field of a step's question, before it is answered.
	AskEdited struct{ Draft, Ask, Text string }
	// FlowAnswered answers the step of a draft's flow and goes on.
	FlowAnswered struct {
		Draft   string
		Answers map[string]string
	}
	// FlowBack goes back one step.
	FlowBack struct{ Draft string }
	// SavePressed saves the draft as a contact; Ready also makes the agent ready.
	SavePressed struct {
		Draft string
		Ready bool
	}
	// DraftOpened begins a record without a call, such as a talk at the counter.
	DraftOpened struct{ Customer string }
	// BrowseClosed puts a customer opened from a search away.
	BrowseClosed struct{}
	// DraftChosen puts a draft on screen.
	DraftChosen struct{ Draft string }
	// CallbackPromised promises a callback to a customer.
	CallbackPromised struct {
		Customer, Wall, Zone, Note string
		At                         Millis
	}
	// CustomerEdited saves a customer's fields; Key empty makes one.
	CustomerEdited struct {
		Key    string
		Base   int64
		Fields []byte // JSON object
	}
	// ContactWritten saves a contact that the automation port wrote, or corrects one (Contact.ID).
	// Contact is the whole record, Given only what the port named of customer, reason and outcome: where
	// the record is open on screen, the rest stays as the agent has it. Subject and Content that are nil
	// are left as they are.
	ContactWritten struct {
		Contact Contact
		Given   Contact
		Subject *string
		Content *string
	}
	// SyncPressed asks for a checkpoint now; one that is paused goes on.
	SyncPressed struct{}
	// FetchPaused pauses a first sync where it is (On), or lets it go on.
	FetchPaused struct{ On bool }
	// ViewChosen switches between the work area, the changes and the board.
	ViewChosen struct{ View string }
	// ChangeChosen looks at one of the open changes.
	ChangeChosen struct{ ID string }
	// ChangeSettled says what becomes of an open change.
	ChangeSettled struct {
		ID  string
		How Settling
	}
	// ReleasePressed puts a customer who is on screen into the pool; UndoPressed takes it back.
	ReleasePressed struct{ Customer string }
	// ClaimPressed takes a customer out of the pool for this user. Who comes first at central has it.
	ClaimPressed struct {
		Customer string
		PooledAt Millis // as it was seen
	}
	// SwitchPressed lets another user sign in at this window.
	SwitchPressed struct{}
	// LanguageChosen switches the interface language.
	LanguageChosen struct{ Language Language }
	// NoticeDismissed takes a notice away.
	NoticeDismissed struct{ ID string }
)

// Events of the program itself.
type (
	// Started begins a State: who, which flows, which language.
	Started struct {
		Version  string
		Language Language
		Session  Session
		Flows    []*flow.Flow
		Routes   map[string]string // queue name → ID of the flow that its calls begin with
		Central  bool              // the profile has a central
		Phone    bool              // the profile has a phone account, or central may bring one
		SignIn   bool              // a new password for central can be typed at the desk
		Switch   bool              // another user can sign in at the window
		Account  bool              // a phone account can be typed at the window

		Books map[Language][]Phrase // the team's phrase book in each language; never altered
	}
	// PasswordTried tells how a password that was typed at the desk fares: Busy while central is asked, then
	// Problem (State.SignIn) or Taken. The password itself is in no event.
	PasswordTried struct {
		Busy    bool
		Problem string
		Taken   bool
	}
	// Ticked comes once a second: a draft that could not be kept is tried again, old notices go.
	Ticked struct{}
	// NoticeRaised tells the agent something.
	NoticeRaised struct{ Notice Notice }
	// HintChanged sets the demo's hint line.
	HintChanged struct{ Code string }
	// StoreFailed tells that the store could not read or write; code as in State.StoreProblem.
	StoreFailed struct{ Problem string }
)

func (CallChanged) event()         {}
func (RegistrationChanged) event() {}
func (AccountsChanged) event()     {}
func (AudioChanged) event()        {}
func (CallPlaced) event()          {}
func (CallNotPlaced) event()       {}
func (CustomerFound) event()       {}
func (HistoryLoaded) event()       {}
func (SearchAnswered) event()      {}
func (DraftKept) event()           {}
func (DraftNotKept) event()        {}
func (WorkCommitted) event()       {}
func (WorkNotCommitted) event()    {}
func (DraftsRestored) event()      {}
func (ChangesLoaded) event()       {}
func (OutboxChanged) event()       {}
func (LinkChanged) event()         {}
func (UploadHeld) event()          {}
func (Fetching) event()            {}
func (RowsSkipped) event()         {}
func (OthersSeen) event()          {}
func (SignedIn) event()            {}
func (Synced) event()              {}
func (RecordOpened) event()        {}
func (RecordNotOpened) event()     {}
func (LeaseAnswered) event()       {}
func (BoardSeen) event()           {}
func (WipeOrdered) event()         {}
func (AnswerPressed) event()       {}
func (DeclinePressed) event()      {}
func (HangUpPressed) event()       {}
func (HoldPressed) event()         {}
func (TransferPressed) event()     {}
func (ConsultPressed) event()      {}
func (CompletePressed) event()     {}
func (MutePressed) event()         {}
func (DigitsPressed) event()       {}
func (DialEdited) event()          {}
func (DialPressed) event()         {}
func (StateChosen) event()         {}
func (SearchEdited) event()        {}
func (CustomerOpened) event()      {}
func (CustomerChosen) event()      {}
func (NewNameEdited) event()       {}
func (NoteEdited) event()          {}
func (ReasonChosen) event()        {}
func (OutcomeChosen) event()       {}
func (FlowStarted) event()         {}
func (AskEdited) event()           {}
func (FlowAnswered) event()        {}
func (FlowBack) event()            {}
func (SavePressed) event()         {}
func (DraftOpened) event()         {}
func (BrowseClosed) event()        {}
func (DraftChosen) event()         {}
func (CallbackPromised) event()    {}
func (CustomerEdited) event()      {}
func (ContactWritten) event()      {}
func (SyncPressed) event()         {}
func (FetchPaused) event()         {}
func (ViewChosen) event()          {}
func (ChangeChosen) event()        {}
func (ChangeSettled) event()       {}
func (ReleasePressed) event()      {}
func (ClaimPressed) event()        {}
func (SwitchPressed) event()       {}
func (LanguageChosen) event()      {}
func (NoticeDismissed) event()     {}
func (Started) event()             {}
func (PasswordTried) event()       {}
func (Ticked) event()              {}
func (NoticeRaised) event()        {}
func (HintChanged) event()         {}
func (StoreFailed) event()         {}

// Command is something Update wants done. Commands are imperative; app carries them out and tells
// the outcome as an event. The set is closed.
//
//sumtype:decl
type Command interface{ command() }

// Commands to the phone.
type (
	// AnswerCall answers a ringing call.
	AnswerCall struct{ Call string }
	// HangUpCall ends, declines or cancels a call.
	HangUpCall struct{ Call string }
	// HoldCall puts on hold (On) or resumes.
	HoldCall struct {
		Call string
		On   bool
	}
	// TransferCall hands a call over, unannounced.
	TransferCall struct{ Call, To string }
	// ConsultCall holds a call and dials whom it may be handed over to.
	ConsultCall struct{ Call, To string }
	// CompleteTransfer joins a call with the one of ConsultCall; the phone ends both here.
	CompleteTransfer struct{ Call, Consult string }
	// MuteCall mutes (On) or unmutes.
	MuteCall struct {
		Call string
		On   bool
	}
	// SendDigits sends DTMF digits.
	SendDigits struct{ Call, Digits string }
	// PlaceCall dials. Draft is the ID of the draft made for it.
	PlaceCall struct{ To, Account, Draft string }
)

// Commands to the store.
type (
	// FindCustomer looks a number up for a draft.
	FindCustomer struct{ Draft, Number string }
	// LoadHistory loads a customer and what happened with it. Draft empty: for browsing.
	LoadHistory struct {
		Seq             int
		Draft, Customer string
		Contact         string // one that the history has to hold, however old it is; empty: none
	}
	// SearchCustomers answers the search box.
	SearchCustomers struct {
		Seq  int
		Text string
	}
	// LoadChanges reads the changes that are open.
	LoadChanges struct{ Seq int }
	// PutAway takes a refused op out of the open changes: somebody has read it. It stays on disk.
	PutAway struct{ Op string }
	// SendAgain puts a refused op away and commits its changes anew, under the id As, on the rows as they stand.
	SendAgain struct {
		Op, As string
		At     Millis
		Offset int
	}
	// KeepDraft makes a draft durable. At once: false allows to gather typing for up to 250 ms.
	KeepDraft struct {
		Draft Draft
		Now   bool
	}
	// ForgetDraft drops a draft that came to nothing.
	ForgetDraft struct{ Draft string }
	// CommitWork commits an intent and drops its draft.
	CommitWork struct {
		Intent  Intent
		Draft   string // the draft it is about, also where the draft stays; empty: none
		Contact *Contact
	}
)

// Other commands.
type (
	// PublishAgent tells central the agent's state.
	PublishAgent struct{ Agent Agent }
	// SyncNow starts a checkpoint.
	SyncNow struct{}
	// PauseFetch lets what comes down from central wait (On), or go on.
	PauseFetch struct{ On bool }
	// SwitchUser ends this desk and lets another user sign in.
	SwitchUser struct{}
	// OpenRecord asks central for the whole record of a customer whom this desk holds as a stub, during a call
	// with that customer (Call.Linked).
	OpenRecord struct{ Draft, Customer, Call string }
	// AskLease asks central for a callback, within a bounded time; Seq 0 only prolongs what is held.
	AskLease struct {
		Seq      int
		Callback string
	}
	// DropLease gives a callback back.
	DropLease struct{ Callback string }
	// AlertAgent starts or stops the ringing sound and the notification.
	AlertAgent struct {
		On   bool
		Call Call
	}
)

func (AnswerCall) command()       {}
func (HangUpCall) command()       {}
func (HoldCall) command()         {}
func (TransferCall) command()     {}
func (ConsultCall) command()      {}
func (CompleteTransfer) command() {}
func (MuteCall) command()         {}
func (SendDigits) command()       {}
func (PlaceCall) command()        {}
func (FindCustomer) command()     {}
func (LoadHistory) command()      {}
func (SearchCustomers) command()  {}
func (LoadChanges) command()      {}
func (PutAway) command()          {}
func (SendAgain) command()        {}
func (KeepDraft) command()        {}
func (ForgetDraft) command()      {}
func (CommitWork) command()       {}
func (PublishAgent) command()     {}
func (SyncNow) command()          {}
func (PauseFetch) command()       {}
func (SwitchUser) command()       {}
func (OpenRecord) command()       {}
func (AskLease) command()         {}
func (DropLease) command()        {}
func (AlertAgent) command()       {}
