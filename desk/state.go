package desk

import "github.com/callbench/callbench/desk/flow"

// Draft is work on one contact that is not saved yet: what the agent has typed, where the flow
// stands, whom it is about. It is kept on disk within 250 ms of each change and is what a desk comes
// back to after a crash. Its ID becomes the contact's ID.
type Draft struct {
	ID           string            `json:"id"`
	Call         string            `json:"call,omitempty"`   // Call.ID, while this run of the program lives
	Linked       string            `json:"linked,omitempty"` // Call.Linked
	Number       string            `json:"number,omitempty"`
	Queue        string            `json:"queue,omitempty"`
	Direction    Direction         `json:"direction,omitempty"`
	Customer     string            `json:"customer,omitempty"` // chosen customer's ID
	NewName      string            `json:"new_name,omitempty"` // name for a customer to be made
	Subject      string            `json:"subject,omitempty"`
	Content      string            `json:"content,omitempty"` // the agent's words; flow.Result adds to an empty one
	Typed        bool              `json:"typed,omitempty"`   // the agent has edited Content: flows leave it alone
	Reason       Reason            `json:"reason,omitempty"`
	Outcome      Outcome           `json:"outcome,omitempty"`
	SubjectTyped bool              `json:"subject_typed,omitempty"` // the agent has edited Subject: flows leave it alone
	ReasonPicked bool              `json:"reason_picked,omitempty"` // the agent chose Reason: flows leave it alone
	Picked       bool              `json:"picked,omitempty"`        // the agent chose Customer
	Nobody       bool              `json:"nobody,omitempty"`        // the agent said: none of Matches
	Made         bool              `json:"made,omitempty"`          // Customer was made for this record
	Unsent       map[string]string `json:"unsent,omitempty"`        // ask ID → what stands in its field, not answered yet; never altered in place
	Chosen       bool              `json:"chosen,omitempty"`        // the agent chose Outcome: flows leave it alone
	Ticket       string            `json:"ticket,omitempty"`        // ID of the ticket its flow calls for, once made
	Promise      string            `json:"promise,omitempty"`       // ID of the callback its flow promised, once made
	TicketDone   bool              `json:"ticket_done,omitempty"`   // it has been committed
	PromiseDone  bool              `json:"promise_done,omitempty"`  // likewise
	SavedAt      Millis            `json:"saved_at,omitempty"`      // when it was last committed (in mid-call)
	Run          *flow.Run         `json:"run,omitempty"`
	At           Millis            `json:"at"`     // when the talk began
	Offset       int               `json:"offset"` // minutes east of UTC at the desk
	Answered     Millis            `json:"answered,omitempty"`
	Ended        Millis            `json:"ended,omitempty"`
	Seen         Millis            `json:"seen,omitempty"`     // its call was alive then; kept every seenEvery
	Restored     bool              `json:"-"`                  // came from disk after a restart
	CallGone     bool              `json:"-"`                  // its call ended while the program was away
	ThenReady    bool              `json:"-"`                  // the agent wants to be ready once it is saved
	SavingAs     Millis            `json:"-"`                  // Changed as of the intent that is on its way
	Saving       bool              `json:"-"`                  // an intent is on its way to disk
	Problem      string            `json:"-"`                  // why the last save or keep failed: disk_full, read_only, …
	Kept         Millis            `json:"-"`                  // newest change known to be on disk
	Changed      Millis            `json:"changed"`            // newest change
	Matches      []Customer        `json:"-"`                  // customers who have this number or may have it, best first
	About        map[string]Offer  `json:"-"`                  // customer ID → why it is among Matches; never altered in place
	Looked       bool              `json:"-"`                  // the lookup has answered
	Unread       bool              `json:"-"`                  // it could not be read: the caller may well be known
	History      History           `json:"-"`                  // of the chosen customer
	Load         int               `json:"-"`                  // number of the newest LoadHistory for this draft
	Reaches      string            `json:"-"`                  // customer ID History belongs to
	FieldErr     *AnswerErr        `json:"-"`                  // the answer the flow could not take
	Callback     string            `json:"callback,omitempty"` // ID of the promise that this call keeps
	Asked        string            `json:"-"`                  // customer whose whole record central has been asked for
	NotOpened    string            `json:"-"`                  // code of why it did not open it: offline, forbidden, too_many
	Granted      *Granted          `json:"-"`                  // the whole record of a customer whom this desk holds as a stub
}

// Granted is the whole record of a customer of whom this desk holds a stub, shown by leave of central during a
// call with that customer. It is on screen only: nothing of it is kept. Until is when the leave ends, by
// central's clock.
type Granted struct {
	Customer Customer
	History  History
	Until    Millis
}

// written reports whether the agent has put anything into the draft.
func (d Draft) written() bool {
	return d.Typed || d.SubjectTyped || d.ReasonPicked || d.Chosen || d.Picked || d.NewName != "" || len(d.Unsent) > 0 || d.SavedAt != 0
}

// AnswerErr is a refused answer of a flow step (codes: flow.AnswerError).
type AnswerErr struct {
	Ask  string
	Code string
}

// Session is who works at this desk.
type Session struct {
	User  string
	Name  string
	Role  Role
	Group string
	Org   string
	Desk  string
}

// CentralState tells how the desk stands with central.
type CentralState string

// The states of the link to central.
const (
	CentralNone        CentralState = "none" // no central in this profile
	CentralConnecting  CentralState = "connecting"
	CentralOnline      CentralState = "online"
	CentralUnreachable CentralState = "unreachable"
	CentralRefused     CentralState = "refused" // wrong user or password, or disabled
)

// Link is the truth about sync that the status bar shows.
type Link struct {
	State  CentralState
	Reason string // code: refused, timeout, dns, tls, wrong_password, disabled, too_many_attempts, unreachable, disk_full, server_error
	Since  Millis
	Outbox Outbox
	Cursor string
	Skew   Millis // central's clock less the desk's, for showing central's times; nothing depends on it

	NextTry    Millis // when a link that is down is tried again; 0: not known
	Held       Held
	Fetching   int    // rows that a first sync, or one after a long time, has brought so far; 0: there is none under way
	FetchSince Millis // when that began
	Paused     bool   // it waits until the agent lets it go on
	Skipped    int    // rows that this program could not take: a newer one can
}

// Held is why the outbox does not get shorter though something waits. Why is a code as Link.Reason, or central_old
// (central's program does not know this kind of change yet) or invalid; empty: nothing holds it up. N is the first
// op that waits.
type Held struct {
	Why            string
	N              int64
	Since, NextTry Millis
}

// Other is another user's replica on this computer, with what waits in it.
type Other struct {
	User    string
	Pending int
	Problem string // code, as Link.Reason, of why it cannot be brought up now
}

// SignIn is where the agent types a new password for central, once the one the desk has is refused.
type SignIn struct {
	Offered bool   // this desk takes one and can keep it
	Busy    bool   // central is being asked
	Problem string // code of why the last one was not taken: as Link.Reason, unreachable, not_kept
	Taken   int    // how many have been taken so far
}

// Search is the search box.
type Search struct {
	Text string
	Seq  int // of the newest question; answers to older ones are dropped
	Busy bool
	Hits []Hit

	Failed bool // it could not be read: that is not the same as nobody
}

// NoticeLevel is how much a notice matters.
type NoticeLevel string

// The notice levels.
const (
	NoticeInfo    NoticeLevel = "info"
	NoticeWarning NoticeLevel = "warning"
	NoticeError   NoticeLevel = "error"
)

// Notice is something to tell the agent. Code is worded by ui/present; Args hold no customer data
// beyond what is on screen anyway.
type Notice struct {
	ID    string
	Level NoticeLevel
	Code  string
	Args  map[string]string
	At    Millis
}

// MaxNotices bounds State.Notices; the oldest goes first.
const MaxNotices = 20

// MaxDrafts bounds State.Drafts that a desk keeps open at once; a call beyond it still rings and is
// answered, but shares no screen until a draft is finished.
const MaxDrafts = 12

// Audio is the truth about the sound devices.
type Audio struct {
	In, Out string // names of the devices in use
	Null    bool   // no device was found: the null device stands in
	Problem string // code: none_found, stalled, lost
}

// State is everything a desk knows and shows. It is a value: Update makes the next one and never
// changes one that was handed out.
type State struct {
	Version       string
	Language      Language // in use now
	Settings      Settings // how the user likes the desk
	KeyTrial      KeyTrial // an action that is being given another chord
	ZoomRoom      int      // the largest zoom in percent that the screen holds; 0: not known
	SettingsAt    string   // the part of the settings on screen: SettingsDisplay, …; empty: the first
	Devices       SoundDevices
	SoundTest     SoundTest
	Setup         Setup
	Diagnostics   Diagnostics
	Session       Session
	Registrations []Registration
	PhoneWanted   bool // calls need a registration; without a phone account there is none to wait for
	PhoneDirect   bool // there is a phone account without a registrar: it dials full addresses
	Agent         Agent
	Calls         []Call // live ones, oldest first, and the newest ended one
	Drafts        []Draft
	Active        string    // ID of the draft on screen
	Practice      *Practice // a walk through a flow without a call; nil: none
	Dial          string    // what stands in the dial field
	Search        Search
	Browsing      *Customer // customer opened from a search, beside or without a draft
	BrowseID      string    // the customer that Browsing is, or will be when it has been read
	BrowseHistory History
	Found         string // ID of the contact of Browsing whose note was searched for
	Loads         int    // LoadHistory commands given so far; each carries its number
	BrowseLoad    int    // the newest for Browsing
	Link          Link
	SignIn        SignIn
	Board         Board
	BoardKnown    bool
	Figure        Figure // of the board that is pointed at
	Notices       []Notice
	Audio         Audio
	Sight         Sight  // how much of the window is in front of the agent
	SightKnown    bool   // the system tells that
	Tray          bool   // the session has a tray in which the program can stay
	InTray        bool   // the window is away, the program is in the tray
	ClosedAt      Millis // when closing the window was refused last, for a call
	GlobalKeys    GlobalKeys
	Flows         []*flow.Flow // shipped and central's; immutable
	Saved         *SavedWork   // what was saved last, for "已保存"
	View          string       // work, changes, board
	Others        []Other      // other users of this computer whose work still waits
	PhoneForm     bool         // a phone account can be typed at this window
	CanSwitch     bool         // another user can sign in at this window
	Job           *Job         // work under way that can be stopped; nil: none
	Customers     CustomerList // the view of customers
	Table         TableImport  // the view in which customers are imported
	Tasks         TaskView     // the view of tasks
	Timeline      Timeline     // which kinds of entries of a history are shown
	Undo          *Undo        // what was done last and can be taken back; nil: nothing
	Lease         LeaseWish    // the callback that central is asked for before its customer is dialled
	Changes       OpenChanges  // as read when ChangesLoad was answered, for the view of changes
	ChangesRead   bool         // they have been read since that view was opened
	ChangesLoad   int          // number of the newest LoadChanges
	Change        string       // the open change that is looked at
	Wish          AgentStatus  // what the agent wants to be when no call or wrap-up is in the way
	WishReason    NotReadyReason
	WrapFor       string            // ID of the draft the agent is wrapping up
	Routes        map[string]string // queue name → flow ID
	Hint          string            // code of the demo's hint line
	StoreProblem  string            // disk_full, read_only, …: what the store last said
	Load          []LoadSample      // of the board, of the last two hours; never altered in place
	Quality       Quality           // of the call that talks, or talked last
	Day           Day               // the user's own, and recent calls
	Wiping        bool              // central has ordered the desk to be wiped: only calls go on

	Books     map[Language][]Phrase // the team's phrase book in each language; never altered
	BookText  string                // the own one as it stands in the field of the settings; empty: as WritePhrases has it
	Knowledge Knowledge
}

// LeaseWish is a call that waits until central has said whose its callback is.
type LeaseWish struct {
	Seq      int // of the newest AskLease; answers to older ones are dropped
	Busy     bool
	Dial     DialPressed
	Callback string
	Refused  string // the callback that somebody else has: asked for again it is dialled all the same
}

// SavedWork is the newest committed contact.
type SavedWork struct {
	Contact  string
	Customer string
	N        int64
	At       Millis
	Synced   bool
}

// NoPhone reports whether this desk has no phone account, and none is on its way: no call comes in or goes out.
func (s State) NoPhone() bool {
	return !s.PhoneWanted && !s.PhoneDirect && len(s.Registrations) == 0
}

// Call finds a call by ID.
func (s State) Call(id string) (Call, bool) {
	for _, c := range s.Calls {
		if c.ID == id {
			return c, true
		}
	}
	return Call{}, false
}

// Draft finds a draft by ID.
func (s State) Draft(id string) (Draft, bool) {
	for _, d := range s.Drafts {
		if d.ID == id {
			return d, true
		}
	}
	return Draft{}, false
}

// Flow finds a flow by content hash, else nil.
func (s State) Flow(hash string) *flow.Flow {
	for _, f := range s.Flows {
		if f.Hash() == hash {
			return f
		}
	}
	return nil
}

// Ringing finds the oldest inbound call that nobody has answered.
func (s State) Ringing() (Call, bool) {
	for _, c := range s.Calls {
		if c.State == CallRinging {
			return c, true
		}
	}
	return Call{}, false
}

// Current finds the call that the phone bar acts on: the one that is talking, else the newest held,
// dialling or ringing one.
func (s State) Current() (Call, bool) {
	var best Call
	for _, c := range s.Calls {
		if !c.Live() {
			continue
		}
		if c.State == CallTalking {
			return c, true
		}
		if best.ID == "" || c.State != CallRinging {
			best = c
		}
	}
	return best, best.ID != ""
}
