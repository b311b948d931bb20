package app

import (
	"encoding/json"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
	"github.com/callbench/callbench/desk/number"
)

// The types of the automation port, as docs/AUTOMATION.md fixes them: ids are strings, times RFC 3339
// with zone, numbers E.164 where they can be. A field is always there: what is not known is "", 0, [] or
// {}. Fields are added, never renamed.

type portCall struct {
	ID         string `json:"id"`
	State      string `json:"state"`
	Direction  string `json:"direction"`
	Number     string `json:"number"`
	Name       string `json:"name"`
	Account    string `json:"account"`
	Queue      string `json:"queue"`
	HeldBy     string `json:"held_by"`
	Muted      bool   `json:"muted"`
	Codec      string `json:"codec"`
	SRTP       bool   `json:"srtp"`
	Transport  string `json:"transport"`
	StartedAt  string `json:"started_at"`
	AnsweredAt string `json:"answered_at"`
	EndedAt    string `json:"ended_at"`
	EndCode    int    `json:"end_code"`
	EndReason  string `json:"end_reason"`
	EndedBy    string `json:"ended_by"`

	Transfer     string `json:"transfer"`
	TransferTo   string `json:"transfer_to"`
	TransferCode int    `json:"transfer_code"`
	Consults     string `json:"consults"`
}

// stamp words a moment in the desk's zone; 0 gives "".
func stamp(m desk.Millis) string {
	if m == 0 {
		return ""
	}
	return m.Time().Local().Format("2006-01-02T15:04:05.000Z07:00")
}

// dialable is a number in its E.164 form where it has one, else as it came.
func dialable(raw string) string {
	if e := number.Normalise(raw, region); e != "" {
		return e
	}
	return raw
}

func toPortCall(c desk.Call) portCall {
	who := c.E164
	if who == "" {
		who = dialable(c.Number)
	}
	held := c.HeldBy
	if held == "" {
		held = desk.HeldByNone
	}
	return portCall{
		ID: c.ID, State: string(c.State), Direction: string(c.Direction), Number: who, Name: c.Name,
		Account: c.Account, Queue: c.Queue, HeldBy: string(held), Muted: c.Muted, Codec: c.Codec, SRTP: c.SRTP,
		Transport: c.Transport, StartedAt: stamp(c.StartedAt), AnsweredAt: stamp(c.AnsweredAt),
		EndedAt: stamp(c.EndedAt), EndCode: c.EndCode, EndReason: c.EndReason, EndedBy: c.EndedBy,
		Transfer: string(c.Transfer), TransferTo: c.TransferTo, TransferCode: c.TransferCode, Consults: c.Consults,
	}
}

type portRegistration struct {
	AOR       string `json:"aor"`
	State     string `json:"state"`
	Reason    string `json:"reason"`
	Registrar string `json:"registrar"`
}

func toPortRegistration(r desk.Registration) portRegistration {
	return portRegistration{AOR: r.AOR, State: string(r.State), Reason: r.Reason, Registrar: r.Registrar}
}

type portPhone struct {
	Label string `json:"label"`
	Raw   string `json:"raw"`
	E164  string `json:"e164"`
}

type portCustomer struct {
	ID            string            `json:"id"`
	Number        string            `json:"number"`
	Name          string            `json:"name"`
	Company       string            `json:"company"`
	Title         string            `json:"title"`
	Phones        []portPhone       `json:"phones"`
	Email         string            `json:"email"`
	Address       string            `json:"address"`
	Sex           string            `json:"sex"`
	Industry      string            `json:"industry"`
	Source        string            `json:"source"`
	Status        string            `json:"status"`
	Level         string            `json:"level"`
	Tier          string            `json:"tier"`
	Owner         string            `json:"owner"`
	Group         string            `json:"group"`
	CreatedAt     string            `json:"created_at"`
	LastContactAt string            `json:"last_contact_at"`
	NextVisitAt   string            `json:"next_visit_at"`
	Attributes    map[string]string `json:"attributes"`
	Stub          bool              `json:"stub"`
	Match         *desk.Match       `json:"match,omitempty"`
	Near          []string          `json:"near,omitempty"`
}

func toPortCustomer(c desk.Customer, m *desk.Match) portCustomer {
	phones := make([]portPhone, 0, len(c.Phones))
	for _, p := range c.Phones {
		if p.E164 == "" {
			p.E164 = number.Normalise(p.Raw, region)
		}
		phones = append(phones, portPhone(p))
	}
	attributes := c.Attributes
	if attributes == nil {
		attributes = map[string]string{}
	}
	return portCustomer{
		ID: c.ID, Number: c.Number, Name: c.Name, Company: c.Company, Title: c.Title, Phones: phones,
		Email: c.Email, Address: c.Address, Sex: c.Sex, Industry: c.Industry, Source: c.Source,
		Status: string(c.Status), Level: string(c.Level), Tier: string(c.Tier), Owner: c.Owner, Group: c.Group,
		CreatedAt: stamp(c.CreatedAt), LastContactAt: stamp(c.LastContactAt), NextVisitAt: stamp(c.NextVisitAt),
		Attributes: attributes, Stub: c.Stub, Match: m,
	}
}

func toPortCustomers(list []desk.Customer) []portCustomer {
	out := make([]portCustomer, 0, len(list))
	for _, c := range list {
		out = append(out, toPortCustomer(c, nil))
	}
	return out
}

type portContact struct {
	ID        string `json:"id"`
	Customer  string `json:"customer"`
	Call      string `json:"call"`
	At        string `json:"at"`
	Agent     string `json:"agent"`
	Channel   string `json:"channel"`
	Direction string `json:"direction"`
	Subject   string `json:"subject"`
	Content   string `json:"content"`
	Reason    string `json:"reason"`
	Outcome   string `json:"outcome"`
	Desk      string `json:"desk"`
	N         int64  `json:"n"`
	Synced    bool   `json:"synced"`
}

func toPortContact(c desk.Contact) portContact {
	return portContact{
		ID: c.ID, Customer: c.Customer, Call: c.Call, At: stamp(c.At), Agent: c.Agent, Channel: string(c.Channel),
		Direction: string(c.Direction), Subject: c.Subject, Content: c.Content, Reason: string(c.Reason),
		Outcome: string(c.Outcome), Desk: c.Desk, N: c.N, Synced: c.Synced,
	}
}

type portCallback struct {
	ID       string `json:"id"`
	Customer string `json:"customer"`
	At       string `json:"at"`
	Zone     string `json:"zone"`
	Owner    string `json:"owner"`
	Group    string `json:"group"`
	Note     string `json:"note"`
	State    string `json:"state"`
	Attempts int    `json:"attempts"`
	Synced   bool   `json:"synced"`
}

func toPortCallback(c desk.Callback) portCallback {
	at := stamp(c.At)
	if loc, err := time.LoadLocation(c.Zone); err == nil && c.At != 0 {
		at = c.At.Time().In(loc).Format("2006-01-02T15:04:05Z07:00")
	}
	return portCallback{
		ID: c.ID, Customer: c.Customer, At: at, Zone: c.Zone, Owner: c.Owner, Group: c.Group, Note: c.Note,
		State: string(c.State), Attempts: c.Attempts, Synced: c.Synced,
	}
}

// portEvent is one entry of a customer's timeline.
type portEvent struct {
	Kind     string        `json:"kind"` // contact, callback, ticket
	Contact  *portContact  `json:"contact,omitempty"`
	Callback *portCallback `json:"callback,omitempty"`
	Ticket   *portTicket   `json:"ticket,omitempty"`
}

type portTicket struct {
	ID        string `json:"id"`
	Number    string `json:"number"`
	Kind      string `json:"kind"`
	Subject   string `json:"subject"`
	Detail    string `json:"detail"`
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
	Approval  string `json:"approval"`
	State     string `json:"state"`
	CreatedAt string `json:"created_at"`
	DueAt     string `json:"due_at"`
	Synced    bool   `json:"synced"`
}

func toTimeline(h desk.History) []portEvent {
	out := make([]portEvent, 0, len(h.Contacts)+len(h.Callbacks)+len(h.Tickets))
	for _, c := range h.Contacts {
		p := toPortContact(c)
		out = append(out, portEvent{Kind: "contact", Contact: &p})
	}
	for _, c := range h.Callbacks {
		p := toPortCallback(c)
		out = append(out, portEvent{Kind: "callback", Callback: &p})
	}
	for _, t := range h.Tickets {
		out = append(out, portEvent{Kind: "ticket", Ticket: &portTicket{
			ID: t.ID, Number: t.Number, Kind: t.Kind, Subject: t.Subject, Detail: t.Detail, Amount: t.Amount,
			Currency: t.Currency, Approval: t.Approval, State: string(t.State), CreatedAt: stamp(t.CreatedAt),
			DueAt: stamp(t.DueAt), Synced: t.Synced,
		}})
	}
	return out
}

type portAgent struct {
	User    string `json:"user"`
	Name    string `json:"name"`
	Group   string `json:"group"`
	State   string `json:"state"`
	Reason  string `json:"reason"`
	Since   string `json:"since"`
	Cause   string `json:"cause"`
	Pending string `json:"pending"`
}

func toPortAgent(a desk.Agent) portAgent {
	return portAgent{
		User: a.User, Name: a.Name, Group: a.Group, State: string(a.State), Reason: string(a.Reason),
		Since: stamp(a.Since), Cause: string(a.Cause), Pending: string(a.Pending),
	}
}

type portWaiting struct {
	Number string `json:"number"`
	Name   string `json:"name"`
	Tier   string `json:"tier"`
	Since  string `json:"since"`
}

type portQueue struct {
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	Waiting      []portWaiting `json:"waiting"`
	LongestWaitS int           `json:"longest_wait_s"`
	Offered      int           `json:"offered"`
	Answered     int           `json:"answered"`
	Abandoned    int           `json:"abandoned"`
	Agents       []string      `json:"agents"`
}

type portBoard struct {
	Queues []portQueue `json:"queues"`
	Agents []portAgent `json:"agents"`
	AsOf   string      `json:"as_of"`
	Stale  bool        `json:"stale"`
}

func toPortBoard(b desk.Board) portBoard {
	out := portBoard{Queues: []portQueue{}, Agents: []portAgent{}, AsOf: stamp(b.AsOf), Stale: b.Stale}
	for _, q := range b.Queues {
		p := portQueue{
			ID: q.ID, Name: q.Name, Waiting: []portWaiting{}, Offered: q.Offered, Answered: q.Answered,
			Abandoned: q.Abandoned, Agents: append([]string{}, q.Agents...),
		}
		for _, w := range q.Waiting {
			p.Waiting = append(p.Waiting, portWaiting{Number: dialable(w.Number), Name: w.Name, Tier: string(w.Tier), Since: stamp(w.Since)})
			p.LongestWaitS = max(p.LongestWaitS, int(b.AsOf.Sub(w.Since)/time.Second))
		}
		out.Queues = append(out.Queues, p)
	}
	for _, a := range b.Agents {
		out.Agents = append(out.Agents, toPortAgent(a))
	}
	return out
}

type portOption struct {
	Key   string `json:"key"`
	ID    string `json:"id"`
	Label string `json:"label"`
}

type portAsk struct {
	ID       string       `json:"id"`
	Type     string       `json:"type"`
	Label    string       `json:"label"`
	Required bool         `json:"required"`
	Options  []portOption `json:"options"`
	Value    string       `json:"value"`
}

type portStep struct {
	Run       string    `json:"run"`
	ID        string    `json:"id"`
	Say       string    `json:"say"`
	Ask       []portAsk `json:"ask"`
	CanGoBack bool      `json:"can_go_back"`
	NoteSoFar string    `json:"note_so_far"`
}

func toPortStep(v flow.View) portStep {
	s := portStep{Run: v.Run, ID: v.Step, Say: v.Say, Ask: []portAsk{}, CanGoBack: v.CanGoBack, NoteSoFar: v.NoteSoFar}
	for _, a := range v.Ask {
		p := portAsk{ID: a.ID, Type: string(a.Type), Label: a.Label, Required: a.Required, Options: []portOption{}, Value: a.Value}
		for _, o := range a.Options {
			p.Options = append(p.Options, portOption(o))
		}
		s.Ask = append(s.Ask, p)
	}
	return s
}

// portLink is sync.status.
type portLink struct {
	Online     bool          `json:"online"`
	State      string        `json:"state"`
	Reason     string        `json:"reason"`
	Pending    int           `json:"pending"`
	LastSynced string        `json:"last_synced"`
	Cursor     string        `json:"cursor"`
	Refused    []portRefused `json:"refused"`

	Conflicts []portConflict `json:"conflicts"`
}

type portRefused struct {
	N      int64  `json:"n"`
	Kind   string `json:"kind"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// portConflict is a value that lost: who wrote it (user), who wrote over it (by), and what stands now.
type portConflict struct {
	ID    string          `json:"id"`
	Table string          `json:"table"`
	Key   string          `json:"key"`
	Field string          `json:"field"`
	Value json.RawMessage `json:"value"`
	Now   json.RawMessage `json:"now"`
	User  string          `json:"user"`
	By    string          `json:"by"`
	At    string          `json:"at"`
}

func toPortConflicts(open desk.OpenChanges) []portConflict {
	list := []portConflict{}
	for _, c := range open.List {
		if c.State != desk.ChangeConflict {
			continue
		}
		k := c.Conflict
		one := portConflict{
			ID: k.ID, Table: string(k.Table), Key: k.Key, Field: k.Field, Value: k.Value, Now: c.Now, User: k.User, By: k.Winner, At: stamp(k.At),
		}
		if len(one.Value) == 0 {
			one.Value = json.RawMessage("null")
		}
		if len(one.Now) == 0 {
			one.Now = json.RawMessage("null")
		}
		list = append(list, one)
	}
	return list
}

func toPortLink(l desk.Link) portLink {
	out := portLink{
		Online: l.State == desk.CentralOnline, State: string(l.State), Reason: l.Reason, Pending: l.Outbox.Pending,
		LastSynced: stamp(l.Outbox.SyncedAt), Cursor: l.Cursor, Refused: []portRefused{}, Conflicts: []portConflict{},
	}
	for _, r := range l.Outbox.Refused {
		out.Refused = append(out.Refused, portRefused{N: r.Op.N, Kind: r.Op.Kind, Code: r.Refusal.Code, Detail: r.Refusal.Detail})
	}
	return out
}
