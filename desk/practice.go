package desk

import "github.com/callbench/callbench/desk/flow"

// Practice is a walk through a flow without a call. Its draft has the ID PracticeID and is never among
// State.Drafts: nothing of it is kept, saved, sent or counted.
type Practice struct {
	Draft Draft
	Aside bool // something real has taken its place; PracticeResumed goes on with it
}

// PracticeID is the ID of the draft that is practised on, and of the customer it is about.
const PracticeID = "practice"

// Events of practising.
type (
	// PracticeStarted begins to practise a flow, anew where it is practised already. Name is what the customer is
	// called in its texts.
	PracticeStarted struct{ Flow, Name string }
	// PracticeResumed goes on with the practice that was put aside.
	PracticeResumed struct{}
	// PracticeEnded ends it.
	PracticeEnded struct{}
)

func (PracticeStarted) event() {}
func (PracticeResumed) event() {}
func (PracticeEnded) event()   {}

// Practises is the practice that stands in the place of a talk.
func (s State) Practises() (Draft, bool) {
	if s.Practice == nil || s.Practice.Aside {
		return Draft{}, false
	}
	return s.Practice.Draft, true
}

// MayPractise reports whether a practice can begin or go on: never beside a call, nor in wrap-up, whose time counts.
func (s State) MayPractise() bool {
	_, busy := s.Current()
	return !busy && s.WrapFor == "" && !s.Wiping
}

// draftOfEvent is the ID of the draft that an event of the agent's is about; empty: the one on screen, or none.
func draftOfEvent(e Event) string {
	switch e := e.(type) {
	case NewNameEdited:
		return e.Draft
	case NoteEdited:
		return e.Draft
	case ReasonChosen:
		return e.Draft
	case OutcomeChosen:
		return e.Draft
	case AskEdited:
		return e.Draft
	case FlowStarted:
		return e.Draft
	case FlowAnswered:
		return e.Draft
	case FlowBack:
		return e.Draft
	case SavePressed:
		return e.Draft
	case CustomerChosen:
		return e.Draft
	case DraftChosen:
		return e.Draft
	case PhraseTaken:
		return e.Draft
	default: // the others are of no draft, or not the agent's
		return ""
	}
}

// atPractice takes what is done in a practice, and tells whether the event was one of those. What comes once it is
// over, or put aside, is dropped: it must not reach the draft that has taken its place.
func (u *step) atPractice(e Event) bool {
	switch e := e.(type) {
	case PracticeStarted:
		u.practise(e.Flow, e.Name)
	case PracticeResumed:
		u.resume()
	case PracticeEnded:
		if _, on := u.s.Practises(); on { // one that has been put aside in this instant is kept, as its notice says
			u.s.Practice = nil
		}
	default:
		if draftOfEvent(e) != PracticeID {
			return false
		}
		u.inPractice(e)
	}
	return true
}

// mayPractise reports whether there can be a practice now, and says why not.
func (u *step) mayPractise() bool {
	switch {
	case u.s.MayPractise():
		return true
	case u.s.WrapFor != "":
		u.warn("practice_in_wrap")
	default:
		u.warn("practice_in_call")
	}
	return false
}

// practise begins a practice. It takes the place of a talk on screen, never of one that goes on.
func (u *step) practise(id, name string) {
	if !u.mayPractise() {
		return
	}
	var f *flow.Flow
	for _, known := range u.s.Flows {
		if known.ID() == id {
			f = known
		}
	}
	if f == nil {
		return
	}
	_, dir := f.For()
	d := Draft{
		ID: PracticeID, Direction: Direction(dir), Customer: PracticeID, Matches: []Customer{{ID: PracticeID, Name: name}}, Looked: true,
		At: u.at.At, Offset: u.at.Offset, Answered: u.at.At,
	}
	r := flow.Start(f, u.at.ID(3), u.facts(d))
	d.Run = &r
	u.s.Practice = &Practice{Draft: u.propose(d)}
	u.closeBrowse()
	u.view("work")
}

func (u *step) resume() {
	switch p := u.s.Practice; {
	case p == nil:
	case !u.mayPractise():
	default:
		u.s.Practice = &Practice{Draft: p.Draft}
		u.closeBrowse()
		u.view("work")
	}
}

// putPracticeAside makes room for something real.
func (u *step) putPracticeAside() {
	if p := u.s.Practice; p != nil && !p.Aside {
		u.s.Practice = &Practice{Draft: p.Draft, Aside: true}
	}
}

// practiceGivesWay puts a practice aside for a call, and says so.
func (u *step) practiceGivesWay() {
	if _, on := u.s.Practises(); on {
		u.putPracticeAside()
		u.notice(Notice{Level: NoticeInfo, Code: "practice_aside"})
	}
}

// callerForPractice puts a practice aside for who calls, and shows them: the note that was open before comes up on no
// account, since the keys that are pressed now were meant for the practice. A call beyond MaxDrafts has no note to show,
// and leaves the practice where it is until it is answered.
func (u *step) callerForPractice(d Draft) {
	if _, on := u.s.Practises(); on {
		u.practiceGivesWay()
		u.show(d.ID)
	}
}

// inPractice changes what is practised on, and nothing else.
func (u *step) inPractice(e Event) {
	d, on := u.s.Practises()
	if !on {
		if _, chosen := e.(DraftChosen); chosen {
			u.resume()
		}
		return
	}
	switch e := e.(type) {
	case FlowStarted:
		u.practise(e.Flow, d.Matches[0].Name)
		return
	case FlowAnswered:
		d, _ = u.stepAnswered(d, e.Answers)
	case FlowBack:
		d, _ = u.stepBack(d)
	case PhraseTaken:
		d, _ = withPhrase(d, e.Text)
		u.view("work")
	case SavePressed: // there is nothing to save; the key that finishes a note ends the practice
		if e.Ready {
			u.notice(Notice{Level: NoticeInfo, Code: "practice_not_saved"})
			u.s.Practice = nil
			return
		}
	case CustomerChosen, DraftChosen:
	default:
		d, _ = rewrite(d, e)
	}
	u.s.Practice = &Practice{Draft: d}
}
