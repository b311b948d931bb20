package app

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/callbench/callbench/desk"
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
		out = append(out, toPortCustomer(h.Customer, &h.Match))
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

func (p *port) saveCustomer(ctx context.Context, in struct {
	Customer map[string]json.RawMessage `json:"customer"`
},
) (map[string]any, error) {
	var id string
	if raw, ok := in.Customer["id"]; ok {
		if err := json.Unmarshal(raw, &id); err != nil {
			return nil, &rpcError{Code: codeParams, Message: "params: customer.id must be a string"}
		}
		delete(in.Customer, "id")
	}
	for name := range in.Customer {
		if !slices.Contains(editable(), name) {
			return nil, &rpcError{Code: codeParams, Message: "params: customer." + name + " cannot be set"}
		}
	}
	fields, err := json.Marshal(in.Customer)
	if err != nil {
		return nil, &rpcError{Code: codeParams, Message: "params: customer"}
	}
	var shape desk.Customer
	if err := json.Unmarshal(fields, &shape); err != nil {
		return nil, &rpcError{Code: codeParams, Message: "params: customer: " + err.Error()}
	}
	if id != "" {
		if _, err := p.store.Customer(ctx, id); err != nil {
			return nil, err
		}
	} else if shape.Name == "" {
		return nil, &rpcError{Code: codeParams, Message: "params: customer.name is missing"}
	}
	done, key, err := p.editCustomer(ctx, id, fields)
	if err != nil {
		return nil, err
	}
	c, err := p.store.Customer(ctx, key)
	if err != nil {
		return nil, err
	}
	return map[string]any{"customer": toPortCustomer(c, nil), "saved_at": stamp(done.Committed.At)}, nil
}

func (p *port) editCustomer(ctx context.Context, id string, fields []byte) (desk.WorkCommitted, string, error) {
	key := id
	var done desk.WorkCommitted
	e := desk.CustomerEdited{Key: id, Fields: fields}
	done, err := p.commit(ctx, e)
	if err != nil {
		return done, "", err
	}
	if key == "" {
		key = (desk.Stamp{Fresh: done.Committed.ID}).ID(1) // the intent's ID is its stamp's: see desk.Update
	}
	return done, key, nil
}

type contactSave struct {
	Contact  string `json:"contact"`
	Customer string `json:"customer"`
	Call     string `json:"call"`
	Channel  string `json:"channel"`
	Subject  string `json:"subject"`
	Content  string `json:"content"`
	Reason   string `json:"reason"`
	Outcome  string `json:"outcome"`
}

// saveContact writes a contact, or corrects one, and answers when that is durable on this disk.
func (p *port) saveContact(ctx context.Context, in contactSave) (map[string]any, error) {
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
	set := func(dst *string, v string) {
		if v != "" {
			*dst = v
		}
	}
	set(&c.Call, in.Call)
	set(&c.Subject, in.Subject)
	set(&c.Content, in.Content)
	set((*string)(&c.Channel), in.Channel)
	set((*string)(&c.Reason), in.Reason)
	set((*string)(&c.Outcome), in.Outcome)
	done, err := p.commit(ctx, desk.ContactWritten{Contact: c})
	if err != nil {
		return nil, err
	}
	out := c
	if done.Contact != nil {
		out = *done.Contact
	}
	out.N = done.Committed.N
	return map[string]any{"contact": toPortContact(out), "saved_at": stamp(done.Committed.At)}, nil
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
			return nil, &rpcError{Code: codeParams, Message: "params: since must be RFC 3339"}
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
		return nil, &rpcError{Code: codeParams, Message: "params: at must be RFC 3339"}
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
