package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/callbench/callbench/desk/flow"
)

// save turns a draft into ONE intent: the contact, a customer made for it, and the ticket and the
// callback its flow calls for. Saving again before the record is finished corrects it. stay: it is not the agent who
// saves, and who may be typing meanwhile: no step is left by it.
func (u *step) save(e SavePressed, stay bool) {
	d, ok := u.draft(e.Draft)
	if !ok {
		return
	}
	if d.Saving {
		u.warn("saving")
		return
	}
	if d.Answered == 0 && u.live(d) { // still ringing: there is nothing to record yet
		u.warn("not_answered_yet")
		return
	}
	d, left := u.answerUnsent(d, stay || u.live(d))
	var changes []Change
	made := false
	rec := u.withLeft(d, left) // as it is written; the draft itself changes only when that has become durable
	if d.Customer == "" && (d.NewName != "" || u.promises(d)) {
		c := u.newCustomer(d)
		rec.Customer, made = c.ID, true
		changes = append(changes, Change{Table: TableCustomer, Key: c.ID, Fields: fields(c)})
	}
	contact := u.contactOf(rec)
	contact.Identified = rec.identified(made)
	changes = append(changes, Change{Table: TableContact, Key: contact.ID, Fields: contactFields(contact, d.SavedAt != 0)})
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
	u.promiseKept(d)
}

func (u *step) newCustomer(d Draft) Customer {
	name := d.NewName
	if name == "" {
		name = d.Number // someone who was promised a call must be somebody
	}
	c := Customer{
		ID: u.at.ID(1), Name: name, Status: StatusInterested, Level: LevelNormal, Tier: TierPotential,
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

// answerUnsent gives the step what stands in its fields, as Enter would. Where the step cannot be left so, since
// another answer is missing, or must stay, since the agent may be typing in it, it stays as it is: those answers are left
// for the record. A field that has been emptied takes its answer away.
func (u *step) answerUnsent(d Draft, stay bool) (Draft, map[string]string) {
	if len(d.Unsent) == 0 || d.Run == nil {
		return d, nil
	}
	f := u.s.Flow(d.Run.Hash)
	if f == nil {
		return d, nil
	}
	here, tells := map[string]string{}, false
	for _, a := range flow.Show(f, *d.Run, string(u.s.Language)).Ask {
		if text, there := d.Unsent[a.ID]; there {
			here[a.ID] = text
			tells = tells || text != "" || a.Value != ""
		}
	}
	if !tells {
		return d, nil
	}
	if stay {
		return d, here
	}
	if next, ok := u.stepAnswered(d, here); ok {
		return next, nil
	}
	return d, here
}

// withLeft is a draft as its record is written while answers stand in the fields of a step that is not done with. Each
// that its question can take counts as answered: the flow writes it down in its own words. What it does not write, or
// cannot take, stands behind its question in the note, so that nothing typed is lost; but an answer that was taken
// is not put into words of the agent's own.
func (u *step) withLeft(d Draft, left map[string]string) Draft {
	if len(left) == 0 {
		return d
	}
	f := u.s.Flow(d.Run.Hash)
	run, refused := flow.Leave(f, *d.Run, left)
	view := flow.Show(f, *d.Run, string(u.s.Language))
	d.Run = &run
	own := d.Typed
	d = u.propose(d)
	var lines strings.Builder
	for _, a := range view.Ask {
		text, given := left[a.ID]
		if !given || strings.TrimSpace(text) == "" {
			continue
		}
		if !slices.Contains(refused, a.ID) {
			if own || u.noted(f, run, a.ID) {
				continue
			}
			text = flow.Shown(f, run, a.ID, string(u.s.Language))
		}
		lines.WriteString("\n" + labelled(a.Label, text))
	}
	d.Content = cut(strings.TrimLeft(d.Content+lines.String(), "\n"), MaxContent)
	return d
}

// noted reports whether the flow writes an answer down: without it the note is another one.
func (u *step) noted(f *flow.Flow, run flow.Run, ask string) bool {
	without := run
	without.Answers = maps.Clone(run.Answers)
	delete(without.Answers, ask)
	lang := string(u.s.Language)
	return flow.Finish(f, run, lang).Content != flow.Finish(f, without, lang).Content
}

// labelled is an answer behind its question, as the question's language writes it.
func labelled(label, text string) string {
	switch last, _ := utf8.DecodeLastRuneInString(label); {
	case strings.ContainsRune("？：", last):
		return label + text
	case strings.ContainsRune("?:", last):
		return label + " " + text
	case last > unicode.MaxLatin1:
		return label + "：" + text
	}
	return label + ": " + text
}

// promises reports whether the flow promised a call that has not been written down yet.
func (u *step) promises(d Draft) bool {
	if d.Run == nil || !d.Run.Done || d.PromiseDone || d.Number == "" {
		return false
	}
	f := u.s.Flow(d.Run.Hash)
	return f != nil && flow.Finish(f, *d.Run, string(u.s.Language)).Callback != nil
}

// consequences adds the ticket and the callback of a finished flow. Their IDs stay with the draft: saving
// again corrects what the flow decides of them and leaves alone what others do with them meanwhile.
func (u *step) consequences(d Draft, c Contact, res flow.Result, changes []Change) (Draft, []Change) {
	if t := res.Ticket; t != nil {
		if d.Ticket == "" {
			d.Ticket = u.at.ID(4)
		}
		decided := map[string]any{
			"customer": c.Customer, "contact": c.ID, "kind": t.Kind, "subject": t.Subject, "detail": cut(t.Detail, maxDetail),
			"amount": t.Amount, "currency": t.Currency, "approval": t.Approval, "department": t.Department,
		}
		if !d.TicketDone {
			decided["state"], decided["created_at"], decided["owner"], decided["group"] = TicketAccepted, u.at.At, c.Agent, c.Group
		}
		changes = append(changes, Change{Table: TableTicket, Key: d.Ticket, Fields: withID(decided, d.Ticket)})
	}
	if p := res.Callback; p != nil && c.Customer != "" {
		if d.Promise == "" {
			d.Promise = u.at.ID(5)
		}
		decided := map[string]any{
			"customer": c.Customer, "wall": p.Wall, "zone": u.at.Zone, "at": wallAt(p.Wall, u.at), "note": p.Note,
		}
		if !d.PromiseDone {
			decided["state"], decided["owner"], decided["group"] = CallbackOpen, c.Agent, c.Group
		}
		changes = append(changes, Change{Table: TableCallback, Key: d.Promise, Fields: withID(decided, d.Promise)})
	}
	return d, changes
}

// withID is a change's fields with the row's ID among them.
func withID(m map[string]any, id string) []byte {
	m["id"] = id
	return fields(m)
}

// contactFields are a contact as a change carries it. A correction names what is empty now: a member
// left out would stay as it was.
func contactFields(c Contact, correction bool) []byte {
	b := fields(c)
	if !correction {
		return b
	}
	var m map[string]any
	if json.Unmarshal(b, &m) != nil {
		return b
	}
	for _, name := range []string{"customer", "identified", "subject", "content", "reason", "outcome", "answers", "flow"} {
		if _, there := m[name]; !there {
			m[name] = nil
		}
	}
	return fields(m)
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
func (u *step) commit(kind string, contact *Contact, changes ...Change) {
	in := Intent{ID: u.at.ID(0), Kind: kind, At: u.at.At, Offset: u.at.Offset, Changes: changes}
	u.do(CommitWork{Intent: in, Contact: contact})
}

// fields is a record as the JSON object a change carries, with signs such as < as they are: escaped they
// would take six times the room.
func fields(record any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(record); err != nil { // records hold only strings, numbers and maps of strings
		return []byte("{}")
	}
	return bytes.TrimSpace(b.Bytes())
}

func answerErr(err error) *AnswerErr {
	if e, ok := errors.AsType[*flow.AnswerError](err); ok {
		return &AnswerErr{Ask: e.Ask, Code: e.Code}
	}
	return &AnswerErr{Code: "invalid"}
}
