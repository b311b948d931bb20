package app

import (
	"context"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
)

// portWork is a record that is not finished yet: what is on screen beside a call. Its id becomes the
// contact's. Kept tells whether its newest change is on disk.
type portWork struct {
	ID       string        `json:"id"`
	Active   bool          `json:"active"`
	Call     string        `json:"call"`
	CallGone bool          `json:"call_gone"`
	Number   string        `json:"number"`
	Customer *portCustomer `json:"customer"` // null: not identified

	Candidates []portCandidate `json:"candidates"` // who has the number, or may have it, best first
	Nobody     bool            `json:"nobody"`     // the agent said: none of them
	Subject    string          `json:"subject"`
	Content    string          `json:"content"`
	Reason     string          `json:"reason"`
	Outcome    string          `json:"outcome"`
	Flow       string          `json:"flow"`
	Step       *portStep       `json:"step"` // null: no flow
	FlowDone   bool            `json:"flow_done"`
	Kept       bool            `json:"kept"`
	Problem    string          `json:"problem"`
}

// portCandidate is a customer offered as the other side of a call. Doubt says why the number may be somebody
// else's: area, switchboard, country, readings; "": it is certainly the customer's.
type portCandidate struct {
	Customer    portCustomer `json:"customer"`
	Certain     bool         `json:"certain"`
	Doubt       string       `json:"doubt"`
	Label       string       `json:"label"`
	OpenTickets int          `json:"open_tickets"`
}

func toPortCandidates(d desk.Draft) []portCandidate {
	out := make([]portCandidate, 0, len(d.Matches))
	for _, c := range d.Matches {
		o, offered := d.About[c.ID]
		if !offered { // looked up by hand
			continue
		}
		out = append(out, portCandidate{
			Customer: toPortCustomer(c, nil), Certain: o.Doubt == number.NoDoubt, Doubt: string(o.Doubt), Label: o.Label, OpenTickets: o.Tickets,
		})
	}
	return out
}

func (p *port) toPortWork(ctx context.Context, s desk.State, d desk.Draft) portWork {
	w := portWork{
		ID: d.ID, Active: d.ID == s.Active, Call: d.Call, CallGone: d.CallGone, Number: dialable(d.Number), Subject: d.Subject,
		Content: d.Content, Reason: string(d.Reason), Outcome: string(d.Outcome), Kept: d.Kept >= d.Changed, Problem: d.Problem,
		Candidates: toPortCandidates(d), Nobody: d.Nobody,
	}
	if c, err := p.store.Customer(ctx, d.Customer); d.Customer != "" && err == nil {
		known := toPortCustomer(c, nil)
		w.Customer = &known
	}
	if d.Run != nil {
		step := toPortStep(viewOf(s, d))
		w.Flow, w.FlowDone, w.Step = d.Run.Flow, d.Run.Done, &step
	}
	return w
}

func (p *port) work(ctx context.Context, _ struct{}) (map[string]any, error) {
	s := p.loop.current()
	list := make([]portWork, 0, len(s.Drafts))
	for _, d := range s.Drafts {
		list = append(list, p.toPortWork(ctx, s, d))
	}
	return map[string]any{"work": list}, nil
}

type workEdit struct {
	ID      string  `json:"id"`
	Subject *string `json:"subject"`
	Content *string `json:"content"`
	Outcome string  `json:"outcome"`
}

// editWork changes a record's text as typing does: it is on disk within 250 ms.
func (p *port) editWork(ctx context.Context, in workEdit) (map[string]any, error) {
	if _, ok := p.loop.current().Draft(in.ID); !ok {
		return nil, desk.ErrNotFound
	}
	if !outcomeKnown(in.Outcome) {
		return nil, invalid("outcome must be resolved, follow_up, ticket, escalated or no_answer")
	}
	if err := checkText(in.Subject, in.Content); err != nil {
		return nil, err
	}
	t, err := p.tell(ctx, desk.NoteEdited{Draft: in.ID, Subject: in.Subject, Content: in.Content})
	if err == nil && in.Outcome != "" {
		t, err = p.tell(ctx, desk.OutcomeChosen{Draft: in.ID, Outcome: desk.Outcome(in.Outcome)})
	}
	if err != nil {
		return nil, err
	}
	d, ok := t.after.Draft(in.ID)
	if !ok {
		return nil, desk.ErrNotFound
	}
	return map[string]any{"work": p.toPortWork(ctx, t.after, d)}, nil
}

// chooseWork says whom a record is about, as choosing on screen does; "" is none of those offered.
func (p *port) chooseWork(ctx context.Context, in struct {
	ID       string `json:"id"`
	Customer string `json:"customer"`
},
) (map[string]any, error) {
	if _, ok := p.loop.current().Draft(in.ID); !ok {
		return nil, desk.ErrNotFound
	}
	if in.Customer != "" {
		if _, err := p.store.Customer(ctx, in.Customer); err != nil {
			return nil, err
		}
	}
	t, err := p.tell(ctx, desk.CustomerChosen{Draft: in.ID, Customer: in.Customer})
	if err != nil {
		return nil, err
	}
	d, ok := t.after.Draft(in.ID)
	if !ok {
		return nil, desk.ErrNotFound
	}
	return map[string]any{"work": p.toPortWork(ctx, t.after, d)}, nil
}

// saveWork saves a record as the window's F9 does, and answers when it is durable.
func (p *port) saveWork(ctx context.Context, in struct {
	ID    string `json:"id"`
	Ready bool   `json:"ready"`
},
) (map[string]any, error) {
	if _, ok := p.loop.current().Draft(in.ID); !ok {
		return nil, desk.ErrNotFound
	}
	done, err := p.commit(ctx, desk.SavePressed{Draft: in.ID, Ready: in.Ready})
	if err != nil {
		return nil, err
	}
	out := map[string]any{"saved_at": stamp(done.Committed.At)}
	if done.Contact != nil {
		c := *done.Contact
		c.N = done.Committed.N
		out["contact"] = toPortContact(c)
	}
	return out, nil
}
