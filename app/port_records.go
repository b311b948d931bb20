package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/localstore"
)

// Bounds of what a list answers.
const (
	defaultLimit = 50
	maxLimit     = 500
)

func limited(n int) int {
	if n <= 0 {
		return defaultLimit
	}
	return min(n, maxLimit)
}

func (p *port) search(ctx context.Context, in struct {
	Text  string `json:"text"`
	Limit int    `json:"limit"`
},
) (map[string]any, error) {
	began := time.Now()
	hits, err := p.store.Search(ctx, in.Text, limited(in.Limit))
	if err != nil {
		return nil, err
	}
	took := time.Since(began)
	out := make([]portCustomer, 0, len(hits))
	for _, h := range hits {
		c := toPortCustomer(h.Customer, &h.Match)
		c.Near = h.Near
		out = append(out, c)
	}
	return map[string]any{"customers": out, "took_us": took.Microseconds()}, nil
}

func (p *port) customer(ctx context.Context, in struct {
	Customer string `json:"customer"`
},
) (map[string]any, error) {
	c, err := p.store.Customer(ctx, in.Customer)
	if err != nil {
		return nil, err
	}
	h, err := p.store.History(ctx, in.Customer, maxLimit)
	if err != nil {
		return nil, err
	}
	return map[string]any{"customer": toPortCustomer(c, nil), "timeline": toTimeline(h)}, nil
}

// editable are the customer's fields that the port may set, with the names of the record.
func editable() []string {
	return []string{
		"number", "name", "company", "title", "phones", "email", "address", "sex", "industry", "source",
		"status", "level", "attributes",
	}
}

// invalid is the answer to a parameter that cannot be taken.
func invalid(format string, args ...any) error {
	return &rpcError{Code: codeParams, Message: "params: " + fmt.Sprintf(format, args...)}
}

func (p *port) saveCustomer(ctx context.Context, in struct {
	Customer map[string]json.RawMessage `json:"customer"`
},
) (map[string]any, error) {
	var id string
	if raw, ok := in.Customer["id"]; ok {
		if err := json.Unmarshal(raw, &id); err != nil {
			return nil, invalid("customer.id must be a string")
		}
		delete(in.Customer, "id")
	}
	for name := range in.Customer {
		if !slices.Contains(editable(), name) {
			return nil, invalid("customer.%s cannot be set", name)
		}
	}
	fresh := ""
	if id == "" {
		id = p.loop.stamp().ID(1)
		fresh = id
	} else if _, err := p.store.Customer(ctx, id); err != nil {
		return nil, err
	}
	fields, err := p.customerFields(in.Customer, fresh)
	if err != nil {
		return nil, err
	}
	done, err := p.commit(ctx, desk.CustomerEdited{Key: id, Fields: fields})
	if err != nil {
		return nil, err
	}
	c, err := p.store.Customer(ctx, id)
	if err != nil {
		return nil, err
	}
	return map[string]any{"customer": toPortCustomer(c, nil), "saved_at": stamp(done.Committed.At)}, nil
}

// customerFields checks what a client sets, gives numbers their E.164 form, and a new customer (fresh is
// its ID, empty: it is none) what one made at the screen has, too.
func (p *port) customerFields(set map[string]json.RawMessage, fresh string) ([]byte, error) {
	fields, err := json.Marshal(set)
	if err != nil {
		return nil, invalid("customer")
	}
	var c desk.Customer
	if err := json.Unmarshal(fields, &c); err != nil {
		return nil, invalid("customer: %v", err)
	}
	_, named := set["name"]
	switch {
	case len(set) == 0:
		return nil, invalid("customer has nothing to set")
	case c.Name == "" && (fresh != "" || named):
		return nil, invalid("customer.name is missing")
	case !slices.Contains([]desk.CustomerStatus{"", desk.StatusInterested, desk.StatusCommitted, desk.StatusPaused}, c.Status):
		return nil, invalid("customer.status must be interested, committed or paused")
	case !slices.Contains([]desk.Level{"", desk.LevelNormal, desk.LevelVIP}, c.Level):
		return nil, invalid("customer.level must be normal or vip")
	}
	for i, ph := range c.Phones {
		if ph.E164 == "" {
			c.Phones[i].E164 = number.Normalise(ph.Raw, region)
		}
	}
	extra := map[string]any{}
	if len(c.Phones) > 0 {
		extra["phones"] = c.Phones
	}
	if fresh != "" {
		s := p.loop.current()
		extra["id"] = fresh
		extra["owner"], extra["group"], extra["tier"] = s.Session.User, s.Session.Group, desk.TierPotential
		extra["created_at"] = p.loop.stamp().At
		if c.Status == "" {
			extra["status"] = desk.StatusInterested
		}
		if c.Level == "" {
			extra["level"] = desk.LevelNormal
		}
	}
	more, err := json.Marshal(extra)
	if err != nil {
		return nil, invalid("customer")
	}
	return desk.Merge(fields, more) //nolint:wrapcheck // both are objects: it cannot fail
}

type contactSave struct {
	Contact  string  `json:"contact"`
	Customer string  `json:"customer"`
	Call     string  `json:"call"`
	Channel  string  `json:"channel"`
	Subject  *string `json:"subject"`
	Content  *string `json:"content"`
	Reason   string  `json:"reason"`
	Outcome  string  `json:"outcome"`
}

// check finds what cannot be taken.
func (in contactSave) check() error {
	if in.Contact == "" && in.Subject == nil && in.Content == nil {
		return invalid("subject and content are missing")
	}
	if !slices.Contains([]desk.Channel{"", desk.ChannelPhone, desk.ChannelCounter, desk.ChannelVisit}, desk.Channel(in.Channel)) {
		return invalid("channel must be phone, counter or visit")
	}
	if !outcomeKnown(in.Outcome) {
		return invalid("outcome must be resolved, follow_up, ticket, escalated or no_answer")
	}
	return checkText(in.Subject, in.Content)
}

func outcomeKnown(o string) bool {
	return slices.Contains([]desk.Outcome{
		"", desk.OutcomeResolved, desk.OutcomeFollowUp, desk.OutcomeTicket, desk.OutcomeEscalated, desk.OutcomeNoAnswer,
	}, desk.Outcome(o))
}

// checkText refuses a text that would be cut: a script shall know.
func checkText(subject, content *string) error {
	if subject != nil && utf8.RuneCountInString(*subject) > desk.MaxSubject {
		return invalid("subject has more than %d characters", desk.MaxSubject)
	}
	if content != nil && utf8.RuneCountInString(*content) > desk.MaxContent {
		return invalid("content has more than %d characters", desk.MaxContent)
	}
	return nil
}

// saveContact writes a contact, or corrects one, and answers when that is durable on this disk. What is
// not given stays as it is.
func (p *port) saveContact(ctx context.Context, in contactSave) (map[string]any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	c := desk.Contact{Channel: desk.ChannelPhone}
	if in.Contact != "" {
		var err error
		if c, err = p.store.Contact(ctx, in.Contact); err != nil {
			return nil, err
		}
	}
	if in.Customer != "" {
		if _, err := p.store.Customer(ctx, in.Customer); err != nil {
			return nil, err
		}
		c.Customer = in.Customer
	}
	if in.Call != "" && in.Contact == "" { // a written contact stays that of its call
		c = p.aboutCall(c, in.Call)
	}
	set := func(dst *string, v string) {
		if v != "" {
			*dst = v
		}
	}
	set((*string)(&c.Channel), in.Channel)
	set((*string)(&c.Reason), in.Reason)
	set((*string)(&c.Outcome), in.Outcome)
	done, err := p.commit(ctx, desk.ContactWritten{
		Contact: c, Subject: in.Subject, Content: in.Content,
		Given: desk.Contact{Customer: in.Customer, Reason: desk.Reason(in.Reason), Outcome: desk.Outcome(in.Outcome)},
	})
	if err != nil {
		return nil, err
	}
	if done.Contact != nil {
		c = *done.Contact
	}
	if c.N = done.Committed.N; in.Contact != "" {
		if kept, err := p.store.Contact(ctx, c.ID); err == nil {
			c = kept
		}
	}
	return map[string]any{"contact": toPortContact(c), "saved_at": stamp(done.Committed.At)}, nil
}

// aboutCall makes a contact one about a call: by the name that its record on screen is found by, else
// with the call's identity where the desk knows the call, else as the client names it.
func (p *port) aboutCall(c desk.Contact, call string) desk.Contact {
	s := p.loop.current()
	c.Call = call
	for _, d := range s.Drafts {
		if d.Call == call || d.Linked == call {
			return c
		}
	}
	if known, ok := s.Call(call); ok {
		c.Call, c.Number, c.Direction = known.Linked, known.Number, known.Direction
	}
	return c
}

func (p *port) contacts(ctx context.Context, in struct {
	Customer string `json:"customer"`
	Since    string `json:"since"`
	Limit    int    `json:"limit"`
},
) (map[string]any, error) {
	f := localstore.ContactFilter{Customer: in.Customer, Limit: limited(in.Limit)}
	if in.Since != "" {
		at, err := time.Parse(time.RFC3339, in.Since)
		if err != nil {
			return nil, invalid("since must be RFC 3339")
		}
		f.Since = desk.MillisOf(at)
	}
	list, err := p.store.Contacts(ctx, f)
	if err != nil {
		return nil, err
	}
	out := make([]portContact, 0, len(list))
	for _, c := range list {
		out = append(out, toPortContact(c))
	}
	return map[string]any{"contacts": out}, nil
}

func (p *port) schedule(ctx context.Context, in struct {
	Customer string `json:"customer"`
	At       string `json:"at"`
	Note     string `json:"note"`
},
) (map[string]any, error) {
	at, err := time.Parse(time.RFC3339, in.At)
	if err != nil {
		return nil, invalid("at must be RFC 3339")
	}
	if _, err := p.store.Customer(ctx, in.Customer); err != nil {
		return nil, err
	}
	local := at.Local()
	e := desk.CallbackPromised{
		Customer: in.Customer, Wall: local.Format("2006-01-02T15:04"), Zone: zoneName(local), At: desk.MillisOf(at), Note: in.Note,
	}
	done, err := p.commit(ctx, e)
	if err != nil {
		return nil, err
	}
	s := p.loop.current()
	cb := desk.Callback{
		ID: (desk.Stamp{Fresh: done.Committed.ID}).ID(1), Customer: e.Customer, Wall: e.Wall, Zone: e.Zone, At: e.At,
		Note: e.Note, Owner: s.Session.User, Group: s.Session.Group, State: desk.CallbackOpen,
	}
	return map[string]any{"callback": toPortCallback(cb), "saved_at": stamp(done.Committed.At)}, nil
}

// zoneName is the IANA name of a time's zone; a zone without one is named by its offset.
func zoneName(t time.Time) string {
	if name := t.Location().String(); name != "Local" && name != "" {
		return name
	}
	return localZone()
}

func (p *port) callbacks(ctx context.Context, in struct {
	Customer string `json:"customer"`
	Owner    string `json:"owner"`
	Limit    int    `json:"limit"`
},
) (map[string]any, error) {
	list, err := p.store.Callbacks(ctx, localstore.CallbackFilter{Customer: in.Customer, Owner: in.Owner, Limit: limited(in.Limit)})
	if err != nil {
		return nil, err
	}
	out := make([]portCallback, 0, len(list))
	for _, c := range list {
		out = append(out, toPortCallback(c))
	}
	return map[string]any{"callbacks": out}, nil
}
