package flow

// Limits of a flow (docs/FLOWS.md, Limits). A file beyond one of them is refused with too_big,
// too_long or too_many; nothing is cut silently but the note and facts in texts, as said there.
const (
	MaxBytes         = 256 << 10 // of a file
	MaxLine          = 1000      // characters
	MaxSteps         = 60
	MaxEnds          = 20
	MaxAsks          = 6  // questions in a step
	MaxAsksInAll     = 32 // questions in a flow
	MaxOptions       = 9  // keys 1 to 9
	MaxStatements    = 12 // of one kind (say, hint, note, goto) in a step
	MaxParagraphs    = 6
	MaxText          = 400 // characters of a paragraph or note
	MaxName          = 30  // characters of a step's or end's name
	MaxLabel         = 60  // characters of a title, label, option or subject
	MaxTests         = 60
	MaxComparisons   = 16 // in a condition
	MaxNesting       = 8  // of parentheses and nots in a condition
	MaxAnswer        = 300
	MaxNote          = 4000 // characters of a talk's note
	MaxFact          = 100  // characters of a fact in a text
	MaxSubject       = 120  // characters of a record's or ticket's subject, then cut
	MaxProblems      = 100
	maxID            = 32
	maxIntegerDigits = 12
	maxDecimals      = 6
)
