package desk

import (
	"encoding/json"
	"slices"
)

// Settling is what becomes of an open change.
type Settling string

// The ways to settle an open change.
const (
	SettlePutAway Settling = "put_away" // a refused one has been read: it is listed no more
	SettleAgain   Settling = "again"    // a refused one is done anew: a contact as a draft, another change as it was
	SettleMine    Settling = "mine"     // the value that lost is put back
	SettleTheirs  Settling = "theirs"   // the value that stands is right
)

// view goes to a view; that of changes reads them anew.
func (u *step) view(name string) {
	u.s.View = name
	u.s.Figure = Figure{}
	u.s.Changes, u.s.ChangesRead = OpenChanges{}, false // other people's screens pass by: they are not kept
	u.loadChanges()
	switch name {
	case "customers":
		u.openCustomers()
	case "tasks":
		u.askTasks()
	case "import":
		u.openTable()
	}
}

// loadChanges has the open changes read while they are on screen.
func (u *step) loadChanges() {
	if u.s.View != "changes" {
		return
	}
	u.s.ChangesLoad++
	u.do(LoadChanges{Seq: u.s.ChangesLoad})
}

func (u *step) atChanges(e Event) {
	switch e := e.(type) {
	case ChangesLoaded:
		if e.Seq == u.s.ChangesLoad && u.s.View == "changes" {
			u.s.Change = nextChange(u.s.Changes.List, e.Changes.List, u.s.Change)
			u.s.Figure = Figure{}
			u.s.Changes, u.s.ChangesRead = e.Changes, true
		}
	case OutboxChanged:
		u.s.Link.Outbox = e.Outbox
		u.loadChanges()
	case ChangeChosen:
		if _, ok := u.openChange(e.ID); ok {
			u.s.Change = e.ID
		}
	case ChangeSettled:
		if c, ok := u.openChange(e.ID); ok {
			u.settleChange(c, e.How)
		}
	default: // the others are not for this function
	}
}

// nextChange is the change to look at in a new list: the one that was looked at, else the one that has taken
// its place, so that a list is worked off by one key.
func nextChange(old, list []OpenChange, chosen string) string {
	is := func(id string) func(OpenChange) bool { return func(c OpenChange) bool { return c.ID() == id } }
	if slices.ContainsFunc(list, is(chosen)) {
		return chosen
	}
	if len(list) == 0 {
		return ""
	}
	for _, c := range old[max(0, slices.IndexFunc(old, is(chosen))):] {
		if slices.ContainsFunc(list, is(c.ID())) {
			return c.ID()
		}
	}
	return list[0].ID()
}

func (u *step) openChange(id string) (OpenChange, bool) {
	i := slices.IndexFunc(u.s.Changes.List, func(c OpenChange) bool { return c.ID() == id })
	if i < 0 {
		return OpenChange{}, false
	}
	return u.s.Changes.List[i], true
}

func (u *step) settleChange(c OpenChange, how Settling) {
	switch {
	case how == SettlePutAway && c.State == ChangeRefused:
		u.do(PutAway{Op: c.Op.ID})
	case how == SettleAgain && c.State == ChangeRefused:
		u.again(c)
	case how == SettleMine && c.State == ChangeConflict:
		value, err := json.Marshal(map[string]json.RawMessage{c.Conflict.Field: c.Conflict.Value})
		if err != nil {
			return // the row came without a value; keeping theirs is still there
		}
		u.commit(string(c.Conflict.Table)+".save", nil, Change{Table: c.Conflict.Table, Key: c.Conflict.Key, Fields: value}, u.seen(c))
	case how == SettleTheirs && c.State == ChangeConflict:
		u.commit("conflict.seen", nil, u.seen(c))
	}
}

func (u *step) seen(c OpenChange) Change {
	return Change{Table: TableConflict, Key: c.Conflict.ID, Fields: fields(map[string]string{"seen_by": u.s.Session.User})}
}

// again does what was refused anew. What was said in a talk becomes a draft, so that the agent can give it to
// another customer, and stays listed until it is put away; another change is made as it was, on the row as it stands now.
func (u *step) again(c OpenChange) {
	i := slices.IndexFunc(c.Op.Changes, func(ch Change) bool { return ch.Table == TableContact })
	if i >= 0 {
		u.againAsDraft(c, c.Op.Changes[i])
		return
	}
	u.do(SendAgain{Op: c.Op.ID, As: u.at.ID(0), At: u.at.At, Offset: u.at.Offset})
}

func (u *step) againAsDraft(c OpenChange, ch Change) {
	var was Contact
	if json.Unmarshal(ch.Fields, &was) != nil {
		return // nothing to be read in it but what is on screen
	}
	if len(u.s.Drafts) >= MaxDrafts {
		u.warn("too_many_drafts")
		return
	}
	d := Draft{
		ID: u.at.ID(0), Linked: was.Call, Number: was.Number, Direction: was.Direction, Customer: was.Customer,
		Subject: was.Subject, SubjectTyped: was.Subject != "", Content: was.Content, Typed: was.Content != "",
		Reason: was.Reason, ReasonPicked: was.Reason != "", Outcome: was.Outcome, Chosen: was.Outcome != "",
		At: was.At, Offset: was.Offset, Looked: was.Customer != "",
	}
	if d.At == 0 { // a correction, which does not tell the time of the talk
		d.At, d.Offset = c.Op.At, c.Op.Offset
	}
	if d.Direction == "" {
		d.Direction = Inbound
	}
	if was.Seconds > 0 {
		d.Answered, d.Ended = d.At, d.At+Millis(was.Seconds)*1000
	}
	u.edit(d, true)
	u.show(d.ID)
	u.view("work")
	if d.Customer != "" {
		u.load(d.ID, d.Customer)
	} else if d.Number != "" {
		u.lookUp(d)
	}
}
