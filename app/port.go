package app

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/callbench/callbench/desk"
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

	keepKey func([32]byte) error // see workplaceConfig.KeepKey

	opened chan struct{} // closed when what a former run left is in the loop's inbox: requests may come
	leave  chan struct{} // closed when a client wants the desk to end
	closed chan struct{} // closed when everything is stored and the store is closed
	asked  sync.Once     // guards leave

	lexicon lexicon // of the loop's goroutine

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
	return &port{
		store: store, waiting: map[*waiter]bool{}, clients: map[*connection]bool{},
		opened: make(chan struct{}), leave: make(chan struct{}), closed: make(chan struct{}),
	}
}

// open lets requests in; over lets those go that wait for the end. The workplace calls each once.
func (p *port) open() { close(p.opened) }
func (p *port) over() { close(p.closed) }

// leaving reports whether a client has asked for the end.
func (p *port) leaving() bool {
	select {
	case <-p.leave:
		return true
	default:
		return false
	}
}

// attend serves one client that has joined until r ends, ctx ends or the client has the desk quit.
// Requests wait until the desk has come to itself, so that the first one meets what a former run left.
func (p *port) attend(ctx context.Context, c *connection, r io.Reader, w io.Writer) error {
	if err := p.ready(ctx); err != nil {
		return nil //nolint:nilerr // the desk ends before it has begun; whoever runs it says why
	}
	return c.serve(ctx, r, w)
}

// ready waits until the loop has taken in everything that was in its inbox when the port opened.
func (p *port) ready(ctx context.Context) error {
	select {
	case <-p.opened:
	case <-p.closed:
	case <-ctx.Done():
	}
	_, err := p.tell(ctx, desk.Ticked{})
	return err
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
	for _, n := range p.notifications(t) {
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
				return nil, notNow(refusal(t)), true
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
		default: // the others are not for this function
		}
		return nil, nil, false
	})
	if err != nil {
		return desk.WorkCommitted{}, err
	}
	return r.(desk.WorkCommitted), nil //nolint:errcheck,forcetypeassert // look above gives nothing else
}

// join makes a client that hears of everything that happens from now on; leave ends that.
func (p *port) join() (c *connection, leave func()) {
	c = newConnection(p.guarded(p.methods()))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clients[c] = true
	return c, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.clients, c)
	}
}

// guarded lets only calls through that end what goes on, once the desk is to be wiped.
func (p *port) guarded(methods map[string]method) map[string]method {
	for name, m := range methods {
		switch name {
		case "desk.status", "desk.quit", "call.hangup", "call.hold", "call.resume", "call.mute", "call.dtmf", "call.stats", "sync.status":
			continue
		}
		call := m.call
		m.call = func(ctx context.Context, params json.RawMessage) (any, error) {
			if p.loop.current().Wiping {
				return nil, notNow("wiping")
			}
			return call(ctx, params)
		}
		methods[name] = m
	}
	return methods
}

// nothing is the result {}.
type nothing struct{}

// methods are the port's calls. What a later version brings is not here and answers "method not
// found".
func (p *port) methods() map[string]method {
	return map[string]method{
		"desk.status":   handle(p.status),
		"desk.quit":     handleLast(p.quit),
		"call.dial":     handle(p.dial),
		"call.answer":   handle(p.answer),
		"call.hangup":   handle(p.hangUp),
		"call.hold":     handle(func(ctx context.Context, c callParam) (nothing, error) { return p.hold(ctx, c, true) }),
		"call.resume":   handle(func(ctx context.Context, c callParam) (nothing, error) { return p.hold(ctx, c, false) }),
		"call.mute":     handle(p.mute),
		"call.dtmf":     handle(p.dtmf),
		"call.transfer": handle(p.transfer),
		"call.consult":  handle(p.consult),

		"call.complete_transfer": handle(p.completeTransfer),

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
		"work.choose":       handle(p.chooseWork),
		"agent.set_state":   handle(p.setState),
		"store.rotate":      handle(p.rotateStore),
		"sync.now":          handleSlow(p.syncNow),
		"sync.status":       handle(p.syncStatus),
		"board.get":         handle(p.board),
	}
}

type statusResult struct {
	Version string             `json:"version"`
	User    string             `json:"user"`
	Role    string             `json:"role"`
	Online  bool               `json:"online"`
	Phone   []portRegistration `json:"phone"`
	Agent   portAgent          `json:"agent"`
	Pending int                `json:"pending"`
	Calls   []portCall         `json:"calls"`
}

func (p *port) status(ctx context.Context, _ struct{}) (statusResult, error) {
	s := p.loop.current()
	link, err := p.link(ctx, s)
	if err != nil {
		return statusResult{}, err
	}
	r := statusResult{
		Version: s.Version, User: s.Session.User, Role: string(s.Session.Role),
		Online: s.Link.State == desk.CentralOnline, Phone: []portRegistration{},
		Agent: toPortAgent(s.Agent), Pending: link.Outbox.Pending, Calls: []portCall{},
	}
	for _, reg := range s.Registrations {
		r.Phone = append(r.Phone, toPortRegistration(reg))
	}
	for _, c := range s.Calls {
		r.Calls = append(r.Calls, toPortCall(c))
	}
	return r, nil
}

// quit ends the desk and answers when everything is stored.
func (p *port) quit(ctx context.Context, _ struct{}) (nothing, error) {
	p.asked.Do(func() { close(p.leave) })
	limit, stop := context.WithTimeout(ctx, portPatience)
	defer stop()
	select {
	case <-p.closed:
	case <-limit.Done():
	}
	select {
	case <-p.closed: // also where the end of the desk is the end of ctx
		return nothing{}, nil
	default:
		return nothing{}, limit.Err() //nolint:wrapcheck // the port words it
	}
}

func (p *port) setState(ctx context.Context, in struct {
	State  string `json:"state"`
	Reason string `json:"reason"`
},
) (map[string]portAgent, error) {
	state := desk.AgentStatus(in.State)
	if state != desk.AgentReady && state != desk.AgentNotReady {
		return nil, invalid("state must be ready or not_ready")
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
	limit, stop := context.WithTimeout(ctx, portPatience)
	defer stop()
	go func() { // a desk that ends does not wait for central
		select {
		case <-p.loop.done:
			stop()
		case <-limit.Done():
		}
	}()
	pushed, pulled, err := p.sync(limit)
	if err != nil {
		return nil, desk.ErrOffline
	}
	return map[string]int{"pushed": pushed, "pulled": pulled}, nil
}

func (p *port) syncStatus(ctx context.Context, _ struct{}) (portLink, error) {
	link, err := p.link(ctx, p.loop.current())
	if err != nil {
		return portLink{}, err
	}
	out := toPortLink(link)
	if link.Outbox.Lost > 0 {
		open, err := p.store.OpenChanges(ctx)
		if err != nil {
			return portLink{}, err //nolint:wrapcheck // the port words it
		}
		out.Conflicts = toPortConflicts(open)
	}
	return out, nil
}

// link is the link to central with the outbox as it is on disk: the loop hears of it a moment later,
// and who has been answered by sync.now shall not be told of changes that are at central already.
func (p *port) link(ctx context.Context, s desk.State) (desk.Link, error) {
	out, err := p.store.Outbox(ctx)
	s.Link.Outbox = out
	return s.Link, err //nolint:wrapcheck // the port words it
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
