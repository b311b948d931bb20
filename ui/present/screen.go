// Package present turns a desk's state into what its window shows: every word, colour role and
// enabled flag, as plain values.
//
// Of and the wording functions are pure and may be called from any goroutine; nothing has to be
// stopped. All wording of errors for people is here. A button, row or key carries the event it stands
// for, so that a widget decides nothing.
package present

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
)

// Tone is a colour role; ui/tokens.go gives it a colour in each theme.
type Tone string

// The colour roles.
const (
	Plain  Tone = ""       // text
	Muted  Tone = "muted"  // secondary text, stale figures
	Accent Tone = "accent" // what to press next
	Good   Tone = "good"   // ready, synced
	Ring   Tone = "ring"
	Talk   Tone = "talk"
	Held   Tone = "held"
	Wrap   Tone = "wrap"
	Away   Tone = "away"
	Off    Tone = "off"
	Warn   Tone = "warn"
	Danger Tone = "danger" // hanging up, breach, loss
)

// Shape names an icon of assets, so that a state is told by more than its colour.
type Shape string

// The shapes in use.
const (
	NoShape     Shape = ""
	ShapeReady  Shape = "ready"
	ShapeRing   Shape = "ringing"
	ShapeTalk   Shape = "talking"
	ShapeHeld   Shape = "held"
	ShapeWrap   Shape = "wrapup"
	ShapeAway   Shape = "notready"
	ShapeOff    Shape = "offline"
	ShapeWarn   Shape = "warning"
	ShapePhone  Shape = "phone"
	ShapeOK     Shape = "ok"
	ShapeInfo   Shape = "info"
	ShapeIn     Shape = "callin"
	ShapeOut    Shape = "callout"
	ShapeTicket Shape = "ticket"
	ShapeClock  Shape = "callback"
	ShapeVisit  Shape = "visit"
	ShapeSync   Shape = "sync"
	ShapeCut    Shape = "unlinked"
	ShapeSound  Shape = "sound"
	ShapeSilent Shape = "nosound"
	ShapePerson Shape = "person"
	ShapeMuted  Shape = "muted"
	ShapeHint   Shape = "hint"
	ShapeBoard  Shape = "board"

	ShapeStale     Shape = "stale"
	ShapeMissed    Shape = "missed"
	ShapeCustomers Shape = "customers"
	ShapeTasks     Shape = "tasks"
	ShapeKnowledge Shape = "knowledge"
	ShapeTeam      Shape = "team"
	ShapeSettings  Shape = "settings"
	ShapeDisplay   Shape = "display"
	ShapeKeys      Shape = "keys"
	ShapeServer    Shape = "server"
)

// Chip is a state: shape, word and, where it runs, a timer.
type Chip struct {
	Shape Shape
	Tone  Tone
	Text  string
	Timer string
}

// Kind is how much a button asks to be pressed.
type Kind string

// The kinds of buttons.
const (
	KindPlain   Kind = ""
	KindPrimary Kind = "primary" // at most one on screen
	KindDanger  Kind = "danger"
)

// Button is something to press. Do is nil where the window itself acts (focus, next step).
type Button struct {
	Text    string
	Room    string // the other text of a toggle: it is as wide as the wider one, so that what follows does not move
	Key     string // the chord of its action, as printed on it: F7, Ctrl+Enter
	Kind    Kind
	On      bool // a toggle that is on
	Enabled bool
	Spare   bool // left out where there is little room: its key and the palette do it as well
	Shape   Shape
	Tone    Tone
	Do      desk.Event
	Window  Deed // what the window does by itself, where there is no Do
}

// Shown reports whether the button is there at all.
func (b Button) Shown() bool { return b.Text != "" }

// Field is an entry.
type Field struct {
	Label  string
	Value  string
	Prompt string
	Error  string
}

// Message is something said to the agent in a sentence.
type Message struct {
	ID      string
	Shape   Shape
	Tone    Tone
	Text    string
	Look    Button // what can be done about it: see it, take it back
	Dismiss Button
}

// Line is a call in the phone bar.
type Line struct {
	Call    string
	Chip    Chip
	Who     string // name with level and tier, where known
	Number  string
	Detail  string // queue, why it ended
	Tail    string // muted: behind the buttons, so that none of them moves
	Buttons []Button
}

// TopBar is the phone bar. Dial stands where the lines would be while there is no call.
type TopBar struct {
	Keypad     Keypad
	HandOver   HandOver
	Agent      Chip
	Under      string   // below the state: the wish that is taken after the call, else who works here
	Choices    []Button // states to choose from
	Lines      []Line
	More       string // calls beyond MaxLines
	Dial       Field
	DialDo     Button
	Queue      Chip // who waits; empty text: not known to this user
	QueueBrief Chip // the same in a few signs
}

// Keypad is where tones are typed into a call; without a call there is none.
type Keypad struct {
	Call  string
	Field Field
	Send  Button
}

// HandOver is where is typed to whom a call goes; without a call that can go there is none. Now sends it there
// unannounced, Ask dials there first.
type HandOver struct {
	Call  string
	Field Field
	Now   Button
	Ask   Button
}

// MaxLines bounds the calls shown in the phone bar.
const MaxLines = 2

// Phone is a number that can be dialled.
type Phone struct {
	Label string
	Text  string
	Do    desk.Event
}

// Choice is a customer to choose among several who have, or may have, the same number.
type Choice struct {
	Key     string
	Name    string
	Perhaps Chip   // the number is not certainly this customer's; else empty
	Why     string // what tells this one from the others
	Reason  string // why the customer is offered
	Detail  string
	Do      desk.Event
}

// MaxChoices bounds the customers offered at once: they must fit beside each other, and have a key each.
const MaxChoices = 6

// maxBeside bounds them while one is chosen.
const maxBeside = 2

// Row is an entry of the history.
type Row struct {
	ID      string
	When    string
	Kind    string
	Shape   Shape
	Text    string
	State   string
	Who     string
	Tone    Tone
	Pending string // not synced yet
	Found   bool   // its note was searched for: it stands on top and shows the note
}

// CustomerKind tells which of its faces the customer panel shows.
type CustomerKind string

// The faces of the customer panel.
const (
	CustomerIdle    CustomerKind = "idle"
	CustomerLooking CustomerKind = "looking"
	CustomerUnknown CustomerKind = "unknown"
	CustomerSeveral CustomerKind = "several"
	CustomerKnown   CustomerKind = "known"
)

// CustomerPanel tells who is on the line and what happened with them.
type CustomerPanel struct {
	Kind         CustomerKind
	Draft        string
	Browse       Message // whom the call or note is about, while someone else is shown
	Back         Button  // to them; Esc does it where no field has the focus
	Pool         Button  // releases to the pool, or claims out of it
	Ringing      string  // number of the call that rings, set large
	RingingFrom  string  // its queue
	Title        string
	Chips        []Chip
	Work         string // company and job title
	Phones       []Phone
	Facts        string // number, owner, last contact
	Warnings     []Message
	PlayTitle    string
	Play         string
	How          string
	Choices      []Choice
	More         string // customers beyond MaxChoices
	None         Button // none of the choices
	NewName      Field
	Recent       []RecentRow // while nobody is on the line
	HistoryTitle string
	Kinds        []Pick // of entries to show; empty: there is nothing to choose
	Since        Button // what changed since the last talk, and the way to all of it; empty: nothing did
	HistoryEmpty string
	History      []Row
}

// FlowKind tells which of its faces the flow panel shows.
type FlowKind string

// The faces of the flow panel.
const (
	FlowNone   FlowKind = "none"
	FlowChoose FlowKind = "choose"
	FlowStep   FlowKind = "step"
	FlowDone   FlowKind = "done"
)

// Option is an answer of a choice.
type Option struct {
	Key    string
	ID     string
	Label  string
	Chosen bool
	Dim    bool // its key answers another question now
}

// Ask is a question of the step.
type Ask struct {
	ID       string
	Type     flow.AskType
	Label    string
	Required string // the word for it, empty: optional
	Options  []Option
	Value    string
	Prompt   string
	Error    string
}

// FlowPanel leads through the talk.
type FlowPanel struct {
	Kind      FlowKind
	Draft     string
	Run       string
	Step      string
	Title     string
	Version   string
	Name      string
	Progress  string
	Position  int
	Length    int
	Say       []string
	Hint      string
	HintAll   string // shows the whole of a hint that is folded
	HintLess  string // folds it again
	Asks      []Ask
	Single    bool // its one question is a choice: choosing goes on at once
	Early     bool // nobody has answered yet: to read ahead, not to be answered
	Choices   []Button
	Next      Button
	Back      Button
	NoteTitle string
	Note      string
	How       string
	Mark      Chip // practised only; else empty
}

// Pick is one of a row of words to choose from.
type Pick struct {
	ID     string
	Text   string
	Chosen bool
	Do     desk.Event
}

// NotePanel is what is written down of the talk.
type NotePanel struct {
	Shown        bool
	Draft        string
	Title        string
	Empty        string
	Kept         Chip
	Problem      string // the text is not on disk, and what to do
	Subject      Field
	Content      Field
	ReasonTitle  string
	Reasons      []Pick
	OutcomeTitle string
	Outcomes     []Pick
	Save         Button
	Finish       Button
}

// Tab is an open note while there are several.
type Tab struct {
	ID     string
	Chip   Chip
	Active bool
	Do     desk.Event
}

// StatusBar is the truth about the system.
type StatusBar struct {
	Link   Chip
	LinkDo desk.Event // what the chip leads to: the open changes
	Phone  Chip
	Sound  Chip
	Clock  Chip // the desk's clock goes wrong; else empty
	Hints  string
	InNote string // the hints while the note is being typed into: digits and Enter are text there
	More   string // how many sentences wait behind the one that is shown
}

// HitRow is a customer found by the search, or something that can be done.
type HitRow struct {
	ID     string
	Name   string
	Chips  []Chip
	Why    string
	Detail string
	Do     desk.Event
	Action string // ID of what can be done; empty: a customer
}

// SearchBox is the search and what it found.
type SearchBox struct {
	Field  Field
	Note   string // busy, nothing found, how many
	Busy   bool   // the answer to what stands in the field has not come yet
	Hits   []HitRow
	Offers []HitRow // what can be done, while the field is empty
}

// QueueRow is a queue of the board.
type QueueRow struct {
	ID, Name                                             string
	Waiting, Longest, Offered, Answered, Abandoned, Rate string
	Free                                                 string
	Tone                                                 Tone // of waiting and longest

	At int                      // the column that is pointed at, from 1; 0: none
	Do [queueFigures]desk.Event // a click on each of the columns from 1
}

// Formula explains a figure of the board: what it is made of in words, and with the numbers of now.
type Formula struct {
	Title   string // the figure and its queue; empty: nothing is explained
	Words   string
	Numbers string
	Note    string
	Close   Button
}

// AgentCell is an agent of the board.
type AgentCell struct {
	User string
	Name string
	Chip Chip
}

// CallerRow is a waiting caller of the board.
type CallerRow struct {
	ID    string
	Who   string
	Tier  string
	Queue string
	Wait  string
	Tone  Tone
}

// BoardPanel is the lead's board.
type BoardPanel struct {
	Title        string
	Live         Chip
	Stale        bool
	QueuesTitle  string
	Head         []string // of the queue columns
	Queues       []QueueRow
	NoQueues     string
	AgentsTitle  string
	Agents       []AgentCell
	NoAgents     string
	CallersTitle string
	Callers      []CallerRow
	NoCallers    string
	Load         Chart   // who waited in the last two hours
	Formula      Formula // in the place of Load while it is asked for
}

// Rail is the way between the views.
type Rail struct {
	Views     []Button
	Foot      []Button // at the bottom
	TabsTitle string
	Tabs      []Tab // empty unless several notes are open
}

// Style is how the window looks, as the agent chose: the scheme of colours (empty: the system's), the
// density (empty: the ordinary one), and the size of everything in percent (0: 100).
type Style struct {
	Scheme  string
	Density string
	Zoom    int
}

// Screen is everything the window shows.
type Screen struct {
	Lang     string
	Style    Style
	Title    string             // of the window
	View     string             // a row of views
	Panes    map[string]float64 // divider → share, where the user has put it; never altered in place
	Rail     Rail
	Top      TopBar
	Search   SearchBox
	Phrases  Phrases
	Customer CustomerPanel
	Flow     FlowPanel
	Note     NotePanel
	Day      DayPanel
	Board    BoardPanel
	Team     TeamPanel
	Changes  ChangesPanel
	Settings SettingsPanel
	Setup    SetupPanel

	Customers, Tasks, Table ListPanel

	Status   StatusBar
	Mini     MiniBar
	Tray     Tray
	Hot      HotKeys
	Alert    CallNote
	Messages []Message // most important first
	Password PasswordForm
	Hint     Message       // the demo's; its strip stays once shown
	Dismiss  string        // word for "seen"
	Sheet    KeySheet      // all keys; the window opens it
	Trial    desk.KeyTrial // the action that gets the chord that is pressed next; empty: none
	Actions  []Action      // all that there is to do, and the chords for it

	Knowledge KnowledgePanel // of its view
}
