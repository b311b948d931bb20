package desk

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/callbench/callbench/desk/flow"
)

// save turns a draft into ONE intent: the contact, a customer made for it, and the ticket and the
// callback its flow calls for. Saving again before the record is finished corrects it.
func (u *step) save(e SavePressed) {
	d, ok := u.draft(e.Draft)
	if !ok || d.Saving {
		return
	}
	if d.Answered == 0 && u.live(d) { // still ringing: there is nothing to record yet
		u.warn("not_answered_yet")
		return
	}
	var changes []Change
	rec := d // as it is written; the draft itself changes only when that has become durable
	if d.Customer == "" && d.NewName != "" {
		c := u.newCustomer(d)
		rec.Customer = c.ID
		changes = append(changes, Change{Table: TableCustomer, Key: c.ID, Fields: fields(c)})
	}
	contact := u.contactOf(rec)
	changes = append(changes, Change{Table: TableContact, Key: contact.ID, Fields: fields(contact)})
	if d.Run != nil && d.Run.Done {
		if f := u.s.Flow(d.Run.Hash); f != nil {
			res := flow.Finish(f, *d.Run, string(u.s.Language))
			d, changes = u.consequences(d, contact, res, changes)
		}
	}
	d.Changed = max(u.at.At, d.Changed) // what is typed from now on is newer than the intent
	d.Saving, d.ThenReady, d.Problem, d.SavingAs = true, e.Ready, "", d.Changed
	u.put(d)
	drops := d.ID
	if u.live(d) {
		drops = ""
	}
	in := Intent{ID: u.at.ID(0), Kind: "contact.save", At: d.Changed, Offset: u.at.Offset, Changes: changes, Draft: drops}
	u.do(CommitWork{Intent: in, Draft: d.ID, Contact: &contact})
}

func (u *step) newCustomer(d Draft) Customer {
	c := Customer{
		ID: u.at.ID(1), Name: d.NewName, Status: StatusInterested, Level: LevelNormal, Tier: TierPotential,
		Owner: u.s.Session.User, Group: u.s.Session.Group, CreatedAt: u.at.At,
	}
	if d.Number != "" {
		p := Phone{Raw: d.Number}
		if call, ok := u.s.Call(d.Call); ok {
			p.E164 = call.E164
		}
		c.Phones = []Phone{p}
	}
	return c
}

func (u *step) contactOf(d Draft) Contact {
	c := Contact{
		ID: d.ID, Customer: d.Customer, Call: d.Linked, Number: d.Number, At: d.At, Offset: d.Offset,
		Agent: u.s.Session.User, Group: u.s.Session.Group, Channel: ChannelPhone, Direction: d.Direction,
		Subject: d.Subject, Content: d.Content, Reason: d.Reason, Outcome: d.Outcome, Desk: u.s.Session.Desk,
	}
	if d.Answered != 0 && d.Ended > d.Answered {
		c.Seconds = int(d.Ended.Sub(d.Answered) / time.Second)
	}
	if d.Run != nil {
		c.Flow = d.Run.Flow + "@" + d.Run.Hash
		if f := u.s.Flow(d.Run.Hash); f != nil {
			c.Answers = flow.Finish(f, *d.Run, string(u.s.Language)).Answers
		}
	}
	return c
}

// consequences adds the ticket and the callback of a finished flow, each once: their IDs stay with
// the draft, so that saving again corrects them.
func (u *step) consequences(d Draft, c Contact, res flow.Result, changes []Change) (Draft, []Change) {
	if t := res.Ticket; t != nil && !d.TicketDone {
		if d.Ticket == "" {
			d.Ticket = u.at.ID(4)
		}
		ticket := Ticket{
			ID: d.Ticket, Customer: c.Customer, Contact: c.ID, Kind: t.Kind, Subject: t.Subject, Detail: t.Detail,
			Amount: t.Amount, Currency: t.Currency, Approval: t.Approval, Department: t.Department,
			State: TicketAccepted, CreatedAt: u.at.At, Owner: c.Agent, Group: c.Group,
		}
		changes = append(changes, Change{Table: TableTicket, Key: ticket.ID, Fields: fields(ticket)})
	}
	if p := res.Callback; p != nil && !d.PromiseDone && c.Customer != "" {
		if d.Promise == "" {
			d.Promise = u.at.ID(5)
		}
		cb := Callback{
			ID: d.Promise, Customer: c.Customer, Wall: p.Wall, Zone: u.at.Zone, At: wallAt(p.Wall, u.at),
			Owner: c.Agent, Group: c.Group, Note: p.Note, State: CallbackOpen,
		}
		changes = append(changes, Change{Table: TableCallback, Key: cb.ID, Fields: fields(cb)})
	}
	return d, changes
}

// wallLayout is how wall times are written: callbacks, and the time a flow reckons with.
const wallLayout = "2006-01-02T15:04"

// wallAt is the moment of a wall time at the desk's present offset; 0 for a time it cannot read.
// The wall time and the zone are the promise; this is for sorting.
func wallAt(wall string, at Stamp) Millis {
	t, err := time.Parse(wallLayout, wall)
	if err != nil {
		return 0
	}
	return MillisOf(t.Add(-time.Duration(at.Offset) * time.Minute))
}

// commit asks for an intent that finishes no draft.
func (u *step) commit(kind, draft string, contact *Contact, changes ...Change) {
	in := Intent{ID: u.at.ID(0), Kind: kind, At: u.at.At, Offset: u.at.Offset, Changes: changes, Draft: draft}
	u.do(CommitWork{Intent: in, Draft: draft, Contact: contact})
}

// fields is a record as the JSON object a change carries.
func fields(record any) []byte {
	b, err := json.Marshal(record)
	if err != nil { // records hold only strings, numbers and maps of strings
		return []byte("{}")
	}
	return b
}

func answerErr(err error) *AnswerErr {
	if e, ok := errors.AsType[*flow.AnswerError](err); ok {
		return &AnswerErr{Ask: e.Ask, Code: e.Code}
	}
	return &AnswerErr{Code: "invalid"}
}
