package desk

import (
	"maps"
	"strings"
	"time"

	"github.com/callbench/callbench/desk/flow"
)

// Bounds of what is typed into a draft; what is beyond is cut, so that an op always fits its limit.
const (
	MaxSubject = 200  // runes
	MaxContent = 8000 // runes
	MaxName    = 100  // runes
	maxDetail  = 2000 // runes of a ticket's detail; the contact has the whole
	maxUnsent  = 100  // questions with an answer that was not given yet; further ones are not kept
)

func (u *step) atWork(e Event) {
	switch e := e.(type) {
	case SearchEdited:
		u.s.Search = Search{Text: e.Text, Seq: u.s.Search.Seq + 1, Busy: e.Text != "", Hits: u.s.Search.Hits}
		if _, only := OnlyActions(e.Text); only || e.Text == "" {
			u.s.Search.Busy, u.s.Search.Hits = false, nil
			return
		}
		u.do(SearchCustomers{Seq: u.s.Search.Seq, Text: e.Text})
	case CustomerOpened:
		u.opened(e)
	case CustomerChosen:
		u.choose(e.Draft, e.Customer)
	case FlowStarted:
		if d, ok := u.draft(e.Draft); ok {
			d.Run = nil
			u.put(d)
			u.beginFlow(d.ID, e.Flow)
		}
	case FlowAnswered:
		u.flowAnswered(e)
	case FlowBack:
		u.flowBack(e.Draft)
	case SavePressed:
		u.save(e, false)
	case BrowseClosed:
		u.closeBrowse()
	case DraftOpened:
		u.openDraft(e.Customer)
	case DraftChosen:
		if _, ok := u.s.Draft(e.Draft); ok {
			u.show(e.Draft)
		}
	default:
		u.typed(e)
	}
}

// OnlyActions reports whether what stands in the search box asks for actions and not for customers, because it begins
// with > (also as an input method for Chinese writes it), and gives it without that sign.
func OnlyActions(text string) (string, bool) {
	for _, sign := range []string{">", "＞", "》"} {
		if rest, ok := strings.CutPrefix(text, sign); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return text, false
}

// typed answers the events that only change the writing of a draft.
func (u *step) typed(e Event) {
	_, reason := e.(ReasonChosen)
	_, outcome := e.(OutcomeChosen)
	now := reason || outcome
	if d, ok := u.draft(draftOfEvent(e)); ok {
		if d, ok = rewrite(d, e); ok {
			u.edit(d, now)
		}
	}
}

// rewrite is a draft with what the agent has typed or chosen; false: it takes nothing of the kind now.
func rewrite(d Draft, e Event) (Draft, bool) {
	switch e := e.(type) {
	case NewNameEdited:
		if d.Customer != "" {
			return d, false
		}
		d.NewName = cut(e.Name, MaxName)
	case NoteEdited:
		if e.Subject != nil {
			d.Subject = cut(*e.Subject, MaxSubject)
			d.SubjectTyped = d.Subject != ""
		}
		if e.Content != nil {
			d.Content = cut(*e.Content, MaxContent)
			d.Typed = d.Content != ""
		}
	case ReasonChosen:
		d.Reason, d.ReasonPicked = e.Reason, true
	case AskEdited:
		if d.Run == nil || len(d.Unsent) >= maxUnsent {
			return d, false
		}
		d.Unsent = maps.Clone(d.Unsent)
		if d.Unsent == nil {
			d.Unsent = map[string]string{}
		}
		d.Unsent[e.Ask] = cut(e.Text, flow.MaxAnswer)
	case OutcomeChosen:
		d.Outcome, d.Chosen = e.Outcome, true
	default: // the others do not change the writing
		return d, false
	}
	return d, true
}

func cut(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}

// openDraft begins a record without a call.
func (u *step) openDraft(customer string) {
	if len(u.s.Drafts) >= MaxDrafts {
		u.warn("too_many_drafts")
		return
	}
	d := Draft{ID: u.at.ID(0), Customer: customer, Direction: Inbound, At: u.at.At, Offset: u.at.Offset, Looked: true}
	u.edit(d, true)
	u.show(d.ID)
	if customer != "" {
		u.load(d.ID, customer)
	}
}

// opened shows a customer found by a search: as the caller of an unidentified draft, else beside it.
func (u *step) opened(e CustomerOpened) {
	u.s.Search = Search{Seq: u.s.Search.Seq + 1}
	u.view("work")
	_, practising := u.s.Practises()
	u.putPracticeAside()
	if d, ok := u.draft(""); ok && !practising && d.Customer == "" && d.NewName == "" {
		u.choose(d.ID, e.Customer)
		return
	}
	u.s.BrowseID, u.s.Found = e.Customer, e.Contact
	u.load("", e.Customer)
}

func (u *step) choose(draft, customer string) {
	d, ok := u.draft(draft)
	if !ok {
		u.chosenLate(draft, customer)
		return
	}
	if nobody := customer == ""; d.Customer == customer && d.Nobody == nobody {
		return
	}
	// A name that was written stays in the draft: it counts again where none of those offered is the one.
	d.Customer, d.Picked, d.Nobody, d.Made = customer, true, customer == "", false
	d.History, d.Reaches = History{}, ""
	u.edit(d, true)
	if customer != "" {
		u.load(d.ID, customer)
	}
	u.retell(d.ID)
}

// beginFlow starts a flow in a draft that has none: the named one, else the one its queue leads to,
// else the first that fits its direction.
func (u *step) beginFlow(draft, id string) {
	d, ok := u.draft(draft)
	if !ok || d.Run != nil || d.Saving {
		return
	}
	if id == "" {
		id = u.s.Routes[d.Queue]
	}
	f := u.flowFor(id, d.Direction)
	if f == nil {
		return
	}
	r := flow.Start(f, u.at.ID(3), u.facts(d))
	d.Run, d.FieldErr = &r, nil
	u.edit(u.propose(d), true)
}

// flowFor finds a flow by ID, else, where nobody asked for one or it is not there, the first that fits.
func (u *step) flowFor(id string, dir Direction) *flow.Flow {
	var fits *flow.Flow
	for _, f := range u.s.Flows {
		if f.ID() == id {
			return f
		}
		if _, d := f.For(); fits == nil && (d == "" || d == string(dir)) {
			fits = f
		}
	}
	return fits
}

// facts are what a flow's texts may mention.
func (u *step) facts(d Draft) flow.Facts {
	f := flow.Facts{"number": d.Number, "agent.name": u.s.Session.Name, "now": u.wallNow(d)}
	for _, c := range d.Matches {
		if c.ID == d.Customer {
			f["customer.name"], f["customer.company"] = c.Name, c.Company
			f["customer.tier"], f["customer.level"] = string(c.Tier), string(c.Level)
		}
	}
	return f
}

// wallNow is the wall time a flow reckons with ("tomorrow at three"): that of the moment it began, so
// that going through it again gives the same.
func (u *step) wallNow(d Draft) string {
	if d.Run != nil && d.Run.Facts["now"] != "" {
		return d.Run.Facts["now"]
	}
	return u.at.At.Time().Add(time.Duration(u.at.Offset) * time.Minute).Format(wallLayout)
}

// retell gives a running flow the facts as they are now known.
func (u *step) retell(draft string) {
	d, ok := u.s.Draft(draft)
	if !ok || d.Run == nil || d.Run.Done || d.Saving { // what is being saved is no longer told anew
		return
	}
	facts := u.facts(d)
	if maps.Equal(facts, d.Run.Facts) {
		return
	}
	r := *d.Run
	r.Facts = facts
	d.Run = &r
	u.edit(u.propose(d), true)
}

func (u *step) flowAnswered(e FlowAnswered) {
	d, ok := u.draft(e.Draft)
	if !ok || d.Run == nil || d.Run.Done {
		return
	}
	if u.s.Flow(d.Run.Hash) == nil {
		u.warn("flow_unknown")
		return
	}
	if d, ok = u.stepAnswered(d, e.Answers); ok {
		u.edit(d, true)
	} else {
		u.put(d)
	}
}

// stepAnswered is a draft whose flow has gone on; false: it stays, with the answer that it could not take.
func (u *step) stepAnswered(d Draft, answers map[string]string) (Draft, bool) {
	if d.Run == nil || d.Run.Done {
		return d, false
	}
	f := u.s.Flow(d.Run.Hash)
	if f == nil {
		return d, false
	}
	r, err := flow.Answer(f, *d.Run, answers)
	if err != nil {
		d.FieldErr = answerErr(err)
		return d, false
	}
	d.Unsent = maps.Clone(d.Unsent)
	for _, a := range flow.Show(f, *d.Run, string(u.s.Language)).Ask {
		delete(d.Unsent, a.ID)
	}
	d.Run, d.FieldErr = &r, nil
	return u.propose(d), true
}

func (u *step) flowBack(draft string) {
	if d, ok := u.draft(draft); ok {
		if d, ok = u.stepBack(d); ok {
			u.edit(d, true)
		}
	}
}

// stepBack is a draft whose flow has gone back; false: it stands at the first step, where the button is grey.
func (u *step) stepBack(d Draft) (Draft, bool) {
	if d.Run == nil {
		return d, false
	}
	f := u.s.Flow(d.Run.Hash)
	if f == nil {
		return d, false
	}
	r, err := flow.Back(f, *d.Run)
	if err != nil {
		return d, false
	}
	d.Run, d.FieldErr = &r, nil
	if !d.Chosen {
		d.Outcome = "" // it was the end's that has been left
	}
	return u.propose(d), true
}

// propose fills in what the flow has found out, except where the agent has written or chosen.
func (u *step) propose(d Draft) Draft {
	if d.Run == nil {
		return d
	}
	f := u.s.Flow(d.Run.Hash)
	if f == nil {
		return d
	}
	res := flow.Finish(f, *d.Run, string(u.s.Language))
	if res.Subject != "" && !d.SubjectTyped {
		d.Subject = cut(res.Subject, MaxSubject)
	}
	if !d.Typed {
		d.Content = cut(res.Content, MaxContent)
	}
	if res.Reason != "" && !d.ReasonPicked {
		d.Reason = Reason(res.Reason)
	}
	if res.Outcome != "" && !d.Chosen && (d.Answered != 0 || d.Direction == Inbound) {
		d.Outcome = Outcome(res.Outcome)
	}
	return d
}
