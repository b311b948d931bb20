package app

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/softphone/media"
)

// port is the automation port of one desk (docs/AUTOMATION.md): its methods turn into events, just as
// the window's keys do, and answer when the loop or the disk has answered.
type port struct {
	loop  *loop
	store *localstore.Store
	sync  func(context.Context) (pushed, pulled int, err error) // nil: no central
	stats func(call string) (media.Stats, error)                // nil: no phone
	quit  func()

	mu      sync.Mutex
	waiting map[*waiter]bool // calls that wait for a turn of the loop; bounded by the clients' bounds
	clients map[*connection]bool
}

// waiter looks at each turn until it has its answer. It runs on the loop's goroutine.
type waiter struct {
	look func(turn) (result any, err error, done bool)
	got  chan answered
}

type answered struct {
	result any
	err    error
}

// portPatience bounds how long a call waits for its answer.
const portPatience = 30 * time.Second

func newPort(store *localstore.Store) *port {
	return &port{store: store, waiting: map[*waiter]bool{}, clients: map[*connection]bool{}}
}

// watch is the port's watcher: it feeds waiters and tells clients what happened.
func (p *port) watch(t turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for w := range p.waiting {
		if r, err, done := w.look(t); done {
			w.got <- answered{r, err}
			delete(p.waiting, w)
		}
	}
	if len(p.clients) == 0 {
		return
	}
	for _, n := range notifications(t) {
		for c := range p.clients {
			c.notify(n.method, n.params)
		}
	}
}

// ask sends an event and waits until look has found the answer in a turn. look is given every turn
// from the event's own on; own tells which one that is.
func (p *port) ask(ctx context.Context, e desk.Event, look func(t turn, own bool) (any, error, bool)) (any, error) {
	at := p.loop.stamp()
	began := false
	w := &waiter{got: make(chan answered, 1)}
	w.look = func(t turn) (any, error, bool) {
		own := !began && t.at.Fresh == at.Fresh
		if !began && !own {
			return nil, nil, false
		}
		began = true
		return look(t, own)
	}
	p.mu.Lock()
	p.waiting[w] = true
	p.mu.Unlock()
	p.loop.sendAs(at, e)
	limit, stop := context.WithTimeout(ctx, portPatience)
	defer stop()
	select {
	case a := <-w.got:
		return a.result, a.err
	case <-p.loop.done:
	case <-limit.Done():
	}
	p.mu.Lock()
	delete(p.waiting, w)
	p.mu.Unlock()
	return nil, context.DeadlineExceeded
}

// tell sends an event and waits for its own turn.
func (p *port) tell(ctx context.Context, e desk.Event) (turn, error) {
	r, err := p.ask(ctx, e, func(t turn, _ bool) (any, error, bool) { return t, nil, true })
	if err != nil {
		return turn{}, err
	}
	return r.(turn), nil //nolint:errcheck,forcetypeassert // look above gives nothing else
}

// commit sends an event that becomes an intent and waits until that is durable, or refused.
func (p *port) commit(ctx context.Context, e desk.Event) (desk.WorkCommitted, error) {
	id := ""
	r, err := p.ask(ctx, e, func(t turn, own bool) (any, error, bool) {
		if own {
			i := slices.IndexFunc(t.commands, func(c desk.Command) bool { _, ok := c.(desk.CommitWork); return ok })
			if i < 0 {
				return nil, notNow("busy"), true
			}
			id = t.commands[i].(desk.CommitWork).Intent.ID //nolint:errcheck,forcetypeassert // looked at above
		}
		switch e := t.e.(type) {
		case desk.WorkCommitted:
			if e.Committed.ID == id {
				return e, nil, true
			}
		case desk.WorkNotCommitted:
			if e.Intent == id {
				return nil, notNow(e.Problem), true
			}
		}
		return nil, nil, false
	})
	if err != nil {
		return desk.WorkCommitted{}, err
	}
	return r.(desk.WorkCommitted), nil //nolint:errcheck,forcetypeassert // look above gives nothing else
}

// join tells a client what happens from now on; leave ends that.
func (p *port) join(c *connection) (leave func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clients[c] = true
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.clients, c)
	}
}

// nothing is the result {}.
type nothing struct{}

// methods are the port's calls. What a later version brings is not here and answers "method not
// found".
func (p *port) methods() map[string]method {
	return map[string]method{
		"desk.status":       handle(p.status),
		"desk.quit":         handle(p.doQuit),
		"call.dial":         handle(p.dial),
		"call.answer":       handle(p.answer),
		"call.hangup":       handle(p.hangUp),
		"call.hold":         handle(func(ctx context.Context, c callParam) (nothing, error) { return p.hold(ctx, c, true) }),
		"call.resume":       handle(func(ctx context.Context, c callParam) (nothing, error) { return p.hold(ctx, c, false) }),
		"call.mute":         handle(p.mute),
		"call.dtmf":         handle(p.dtmf),
		"call.stats":        handle(p.callStats),
		"customer.search":   handle(p.search),
		"customer.get":      handle(p.customer),
		"customer.save":     handle(p.saveCustomer),
		"contact.save":      handle(p.saveContact),
		"contact.list":      handle(p.contacts),
		"callback.schedule": handle(p.schedule),
		"callback.list":     handle(p.callbacks),
		"flow.start":        handle(p.startFlow),
		"flow.answer":       handle(p.answerFlow),
		"flow.back":         handle(p.backFlow),
		"work.list":         handle(p.work),
		"work.edit":         handle(p.editWork),
		"work.save":         handle(p.saveWork),
		"agent.set_state":   handle(p.setState),
		"sync.now":          handleSlow(p.syncNow),
		"sync.status":       handle(p.syncStatus),
		"board.get":         handle(p.board),
	}
}

type statusResult struct {
	Version string              `json:"version"`
	User    string              `json:"user"`
	Role    string              `json:"role"`
	Online  bool                `json:"online"`
	Phone   []desk.Registration `json:"phone"`
	Agent   portAgent           `json:"agent"`
	Pending int                 `json:"pending"`
	Calls   []portCall          `json:"calls"`
}

func (p *port) status(_ context.Context, _ struct{}) (statusResult, error) {
	s := p.loop.current()
	r := statusResult{
		Version: s.Version, User: s.Session.User, Role: string(s.Session.Role),
		Online: s.Link.State == desk.CentralOnline, Phone: append([]desk.Registration{}, s.Registrations...),
		Agent: toPortAgent(s.Agent), Pending: s.Link.Outbox.Pending, Calls: []portCall{},
	}
	for _, c := range s.Calls {
		r.Calls = append(r.Calls, toPortCall(c))
	}
	return r, nil
}

func (p *port) doQuit(context.Context, struct{}) (nothing, error) {
	p.quit()
	return nothing{}, nil
}

func (p *port) setState(ctx context.Context, in struct {
	State  string `json:"state"`
	Reason string `json:"reason"`
},
) (map[string]portAgent, error) {
	state := desk.AgentStatus(in.State)
	if state != desk.AgentReady && state != desk.AgentNotReady {
		return nil, &rpcError{Code: codeParams, Message: "params: state must be ready or not_ready"}
	}
	t, err := p.tell(ctx, desk.StateChosen{State: state, Reason: desk.NotReadyReason(in.Reason), Cause: desk.CauseSelf})
	if err != nil {
		return nil, err
	}
	return map[string]portAgent{"agent": toPortAgent(t.after.Agent)}, nil
}

func (p *port) syncNow(ctx context.Context, _ struct{}) (map[string]int, error) {
	if p.sync == nil {
		return nil, desk.ErrOffline
	}
	pushed, pulled, err := p.sync(ctx)
	if err != nil {
		return nil, desk.ErrOffline
	}
	return map[string]int{"pushed": pushed, "pulled": pulled}, nil
}

func (p *port) syncStatus(context.Context, struct{}) (portLink, error) {
	return toPortLink(p.loop.current().Link), nil
}

func (p *port) board(context.Context, struct{}) (portBoard, error) {
	s := p.loop.current()
	if s.Session.Role != desk.RoleLead && s.Session.Role != desk.RoleAdmin {
		return portBoard{}, desk.ErrForbidden
	}
	if !s.BoardKnown {
		return portBoard{}, notNow("board_not_known_yet")
	}
	return toPortBoard(s.Board), nil
}

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

// draftFor finds the draft a flow runs in: the call's, else the active one, else a new one.
func (p *port) draftFor(ctx context.Context, s desk.State, in flowStart) (string, error) {
	id := s.Active
	if in.Call != "" {
		i := slices.IndexFunc(s.Drafts, func(d desk.Draft) bool { return d.Call == in.Call })
		if i < 0 {
			return "", desk.ErrNotFound
		}
		id = s.Drafts[i].ID
	}
	if id == "" {
		t, err := p.tell(ctx, desk.DraftOpened{Customer: in.Customer})
		if err != nil {
			return "", err
		}
		return t.at.ID(0), nil
	}
	if in.Customer != "" {
		if _, err := p.tell(ctx, desk.CustomerChosen{Draft: id, Customer: in.Customer}); err != nil {
			return "", err
		}
	}
	return id, nil
}

func viewOf(s desk.State, d desk.Draft) flow.View {
	f := s.Flow(d.Run.Hash)
	if f == nil {
		return flow.View{Run: d.Run.ID, Step: d.Run.Step, Done: d.Run.Done}
	}
	return flow.Show(f, *d.Run, string(s.Language))
}

func (p *port) answerFlow(ctx context.Context, in struct {
	Run     string            `json:"run"`
	Answers map[string]string `json:"answers"`
},
) (map[string]any, error) {
	return p.walk(ctx, in.Run, func(d string) desk.Event { return desk.FlowAnswered{Draft: d, Answers: in.Answers} })
}

func (p *port) backFlow(ctx context.Context, in struct {
	Run     string            `json:"run"`
	Answers map[string]string `json:"answers"`
},
) (map[string]any, error) {
	return p.walk(ctx, in.Run, func(d string) desk.Event { return desk.FlowBack{Draft: d} })
}

// walk moves a run and gives the step it then stands at.
func (p *port) walk(ctx context.Context, run string, event func(draft string) desk.Event) (map[string]any, error) {
	s := p.loop.current()
	i := slices.IndexFunc(s.Drafts, func(d desk.Draft) bool { return d.Run != nil && d.Run.ID == run })
	if i < 0 {
		return nil, desk.ErrNotFound
	}
	id := s.Drafts[i].ID
	t, err := p.tell(ctx, event(id))
	if err != nil {
		return nil, err
	}
	d, ok := t.after.Draft(id)
	if !ok || d.Run == nil {
		return nil, notNow("draft_gone")
	}
	if d.FieldErr != nil {
		return nil, &rpcError{Code: codeParams, Message: "answer " + d.FieldErr.Ask + ": " + d.FieldErr.Code, Data: map[string]any{"ask": d.FieldErr.Ask, "code": d.FieldErr.Code}}
	}
	if d.Run.Done {
		return map[string]any{"done": true, "outcome": d.Run.Outcome}, nil
	}
	return map[string]any{"step": toPortStep(viewOf(t.after, d))}, nil
}
