package app

import (
	"context"
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
)

type flowStart struct {
	Flow     string `json:"flow"`
	Customer string `json:"customer"`
	Call     string `json:"call"`
}

func (p *port) startFlow(ctx context.Context, in flowStart) (map[string]any, error) {
	s := p.loop.current()
	if !slices.ContainsFunc(s.Flows, func(f *flow.Flow) bool { return f.ID() == in.Flow }) {
		return nil, desk.ErrNotFound
	}
	id, err := p.draftFor(ctx, s, in)
	if err != nil {
		return nil, err
	}
	t, err := p.tell(ctx, desk.FlowStarted{Draft: id, Flow: in.Flow})
	if err != nil {
		return nil, err
	}
	d, ok := t.after.Draft(id)
	if !ok || d.Run == nil {
		return nil, notNow("draft_gone")
	}
	return map[string]any{"run": d.Run.ID, "step": toPortStep(viewOf(t.after, d))}, nil
}

// draftFor finds the record a flow runs in: the call's, else the one on screen where it is about nobody
// else, else a new one.
func (p *port) draftFor(ctx context.Context, s desk.State, in flowStart) (string, error) {
	if in.Customer != "" {
		if _, err := p.store.Customer(ctx, in.Customer); err != nil {
			return "", err
		}
	}
	d, ok := s.Draft(s.Active)
	if in.Call != "" {
		i := slices.IndexFunc(s.Drafts, func(d desk.Draft) bool { return d.Call == in.Call })
		if i < 0 {
			return "", desk.ErrNotFound
		}
		d, ok = s.Drafts[i], true
	} else if ok && in.Customer != "" && d.Customer != "" && d.Customer != in.Customer {
		ok = false
	}
	if !ok {
		t, err := p.tell(ctx, desk.DraftOpened{Customer: in.Customer})
		if err != nil {
			return "", err
		}
		id := t.at.ID(0)
		if _, ok := t.after.Draft(id); !ok {
			return "", notNow(refusal(t))
		}
		return id, nil
	}
	if in.Customer != "" {
		if _, err := p.tell(ctx, desk.CustomerChosen{Draft: d.ID, Customer: in.Customer}); err != nil {
			return "", err
		}
	}
	return d.ID, nil
}

func viewOf(s desk.State, d desk.Draft) flow.View {
	f := s.Flow(d.Run.Hash)
	if f == nil {
		return flow.View{Run: d.Run.ID, Step: d.Run.Step, Done: d.Run.Done}
	}
	return flow.Show(f, *d.Run, string(s.Language))
}

type flowMove struct {
	Run     string            `json:"run"`
	Answers map[string]string `json:"answers"`
}

func (p *port) answerFlow(ctx context.Context, in flowMove) (map[string]any, error) {
	return p.walk(ctx, in.Run, func(d string) desk.Event { return desk.FlowAnswered{Draft: d, Answers: in.Answers} })
}

func (p *port) backFlow(ctx context.Context, in flowMove) (map[string]any, error) {
	return p.walk(ctx, in.Run, func(d string) desk.Event { return desk.FlowBack{Draft: d} })
}

// walk moves a run and gives the step it then stands at.
func (p *port) walk(ctx context.Context, run string, event func(draft string) desk.Event) (map[string]any, error) {
	s := p.loop.current()
	i := slices.IndexFunc(s.Drafts, func(d desk.Draft) bool { return d.Run != nil && d.Run.ID == run })
	if i < 0 {
		return nil, desk.ErrNotFound
	}
	if s.Flow(s.Drafts[i].Run.Hash) == nil { // begun by another version of the program
		return nil, notNow("flow_unknown")
	}
	id := s.Drafts[i].ID
	e := event(id)
	t, err := p.tell(ctx, e)
	if err != nil {
		return nil, err
	}
	d, ok := t.after.Draft(id)
	if !ok || d.Run == nil {
		return nil, notNow("draft_gone")
	}
	if _, answered := e.(desk.FlowAnswered); answered && d.FieldErr != nil {
		return nil, &rpcError{
			Code: codeParams, Message: "params: answer " + d.FieldErr.Ask + ": " + d.FieldErr.Code,
			Data: map[string]any{"ask": d.FieldErr.Ask, "code": d.FieldErr.Code},
		}
	}
	if d.Run.Done {
		return map[string]any{"done": true, "outcome": d.Run.Outcome}, nil
	}
	return map[string]any{"step": toPortStep(viewOf(t.after, d))}, nil
}
