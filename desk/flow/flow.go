// Package flow is the call-flow language: its format, linter, tester and runner (docs/FLOWS.md).
//
// A Flow is parsed once and never changed afterwards; a Run is a plain value that goes into the
// desk's state and into drafts as JSON. Every function here is pure and may be called from anywhere.
package flow

// Facts are what the caller of Start knows; texts may mention them as {customer.name} and so on.
// Keys in use: customer.name, customer.company, customer.tier, customer.level, agent.name, number,
// agent.limit (decimal: what this agent may promise alone) and now (the desk's wall time,
// 2006-01-02T15:04, so that "15:00" is understood as a date).
type Facts map[string]string

// Run is one walk through a flow. It pins the flow's content by Hash, so that a newer version never
// changes a talk in progress.
type Run struct {
	ID      string            `json:"id"`
	Flow    string            `json:"flow"`
	Hash    string            `json:"hash"`
	Step    string            `json:"step"`              // where the talk stands
	Path    []string          `json:"path,omitempty"`    // steps before it, oldest first
	Answers map[string]string `json:"answers,omitempty"` // ask ID → value
	Facts   Facts             `json:"facts,omitempty"`
	Done    bool              `json:"done,omitempty"`
	Outcome string            `json:"outcome,omitempty"`
}

// AskType is the kind of an answer.
type AskType string

// The kinds of answers, with the names of the automation port.
const (
	Choice AskType = "choice"
	Text   AskType = "text"
	Number AskType = "number"
	Date   AskType = "date"
	Amount AskType = "amount"
	Phone  AskType = "phone"
	Bool   AskType = "bool"
)

// Option is one answer of a choice. Key is what to press (1…9).
type Option struct {
	Key   string
	ID    string
	Label string
}

// Ask is a question as it is shown, in one language.
type Ask struct {
	ID       string
	Type     AskType
	Label    string
	Required bool
	Options  []Option
	Value    string
}

// View is a step as it is shown, in one language.
type View struct {
	Run       string
	Flow      string
	Title     string // of the flow
	Version   int
	Step      string // step ID
	Name      string // of the step
	Say       string // what to say, paragraphs separated by \n
	Hint      string // how to behave; not spoken
	Ask       []Ask
	CanGoBack bool
	NoteSoFar string
	Position  int // 1 for the first step of this run
	Length    int // steps of the longest way from here, plus Position
	Done      bool
	Outcome   string
}

// Result is what a run writes down: the proposals for the contact record, and what else shall happen.
type Result struct {
	Subject  string
	Content  string
	Reason   string            // desk.Reason
	Outcome  string            // desk.Outcome
	Answers  map[string]string // ask ID → value
	Ticket   *Ticket
	Callback *Callback
}

// Ticket is a ticket that the run calls for. Amount is a decimal string or empty.
type Ticket struct {
	Kind       string
	Subject    string
	Detail     string
	Amount     string
	Currency   string // ISO code of the flow's limit, empty where it names none
	Approval   string // "pending": the amount is over the authority limit; else empty
	Department string
	Priority   string
}

// Callback is a promise to call that the run made; Wall is 2006-01-02T15:04 in the desk's zone.
type Callback struct {
	Wall string
	Note string
}

// AnswerError tells which answer cannot be taken and why: required, not_a_number, not_a_date,
// not_an_amount, not_a_phone, not_an_option, too_long, no_such_question.
type AnswerError struct {
	Ask  string
	Code string
}

func (e *AnswerError) Error() string { return "answer " + e.Ask + ": " + e.Code }
