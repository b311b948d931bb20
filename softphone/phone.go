package softphone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"github.com/callbench/callbench/softphone/media"
)

// eventQueue is how many events may wait for Emit; beyond it the calls that have more to tell wait.
const eventQueue = 256

// Phone is the telephone.
type Phone struct {
	cfg      Config
	log      *slog.Logger
	accounts []*account
	events   chan Event
	wg       sync.WaitGroup // endpoints, media, dialling

	life context.Context //nolint:containedctx // of media and dialling, which outlive every caller and end after the calls
	stop context.CancelFunc

	mu    sync.Mutex
	calls map[string]*call // by ID, until their dialog is over
	empty chan struct{}    // closed when the last call is over during the farewell; nil before
}

// Open binds the sockets of all accounts. Errors name the account and key that is wrong.
func Open(cfg Config) (*Phone, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Emit == nil {
		cfg.Emit = func(Event) {}
	}
	if cfg.Audio == nil {
		cfg.Audio = silence{}
	}
	p := &Phone{cfg: cfg, log: cfg.Log, events: make(chan Event, eventQueue), calls: map[string]*call{}}
	p.life, p.stop = context.WithCancel(context.Background())
	for _, ac := range cfg.Accounts {
		a, err := openAccount(p, ac)
		if err != nil {
			for _, b := range p.accounts {
				_ = b.sip.Close()
			}
			return nil, fmt.Errorf("open phone: %w", err)
		}
		p.accounts = append(p.accounts, a)
	}
	return p, nil
}

// silence stands for devices where there are none.
type silence struct{}

func (silence) Attach(media.Stream) func() { return func() {} }
func (silence) Ring(bool)                  {}

// Run registers the accounts and serves calls until ctx ends; see the package comment for the end.
func (p *Phone) Run(ctx context.Context) error {
	sockets, closeSockets := context.WithCancel(context.WithoutCancel(ctx)) // the farewell comes after ctx
	defer closeSockets()
	emitted := make(chan struct{})
	go func() {
		defer close(emitted)
		p.emitAll()
	}()
	var registrations sync.WaitGroup
	for _, a := range p.accounts {
		p.wg.Go(func() { _ = a.sip.Run(sockets) }) // returns nil
		registrations.Go(func() { a.run(ctx) })
	}
	<-ctx.Done()
	p.endCalls()
	registrations.Wait()
	p.stop()
	closeSockets()
	p.wg.Wait()
	close(p.events)
	<-emitted
	return nil
}

// emitAll gives the events out, one after the other, and rings while a call rings.
func (p *Phone) emitAll() {
	ringing := map[string]bool{}
	rings := false
	for ev := range p.events {
		if c, ok := ev.(CallChanged); ok {
			if c.Call.State == StateRinging {
				ringing[c.Call.ID] = true
			} else {
				delete(ringing, c.Call.ID)
			}
			if on := len(ringing) > 0; on != rings {
				rings = on
				p.cfg.Audio.Ring(on)
			}
		}
		p.cfg.Emit(ev)
	}
}

// endCalls hangs every call up and waits for their dialogs to be over, farewell at most.
func (p *Phone) endCalls() {
	p.mu.Lock()
	p.empty = make(chan struct{})
	if len(p.calls) == 0 {
		close(p.empty)
	}
	calls := slices.Collect(maps.Values(p.calls))
	p.mu.Unlock()
	for _, c := range calls {
		c.post(hangUp{})
	}
	t := time.NewTimer(farewell)
	defer t.Stop()
	select {
	case <-p.empty:
	case <-t.C:
	}
}

// add takes a new call in, instead of another one if that is not nil; false when all lines are in use or the phone is stopping.
func (p *Phone) add(c *call, instead *call) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	lines := 0
	for _, o := range p.calls {
		if o.shown.State != StateEnded && o != instead {
			lines++
		}
	}
	// Calls that have ended for the agent wait for their last answers; they must not pile up either.
	if p.empty != nil || lines >= maxLines || len(p.calls) >= 8*maxLines {
		return false
	}
	p.calls[c.view.ID] = c
	c.shown = c.view
	return true
}

func (p *Phone) remove(c *call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calls[c.view.ID] != c {
		return
	}
	delete(p.calls, c.view.ID)
	if p.empty != nil && len(p.calls) == 0 {
		close(p.empty)
	}
}

// find gives a call and how it looks.
func (p *Phone) find(id string) (*call, Call, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.calls[id]
	if c == nil || c.shown.State == StateEnded {
		return nil, Call{}, ErrNoCall
	}
	return c, c.shown, nil
}

// busy reports whether another call than id is talking or held.
func (p *Phone) busy(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.calls {
		if c.view.ID != id && c.shown.State != StateEnded {
			return true
		}
	}
	return false
}

// speaks reports whether the agent speaks in another call than id.
func (p *Phone) speaks(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.calls {
		if c.view.ID != id && c.shown.State == StateTalking {
			return true
		}
	}
	return false
}

// holdOthers holds every other call that is answered: the agent speaks to one at a time.
func (p *Phone) holdOthers(id string) {
	var others []*call
	p.mu.Lock()
	for other, c := range p.calls {
		// One that they hold may come back at any moment.
		if other != id && (c.shown.State == StateTalking || c.shown.HeldBy == HeldByThem) {
			others = append(others, c)
		}
	}
	p.mu.Unlock()
	for _, c := range others {
		c.post(hold{on: true})
	}
}

func newCallID() string { return uuid.Must(uuid.NewV7()).String() } // fails only without random numbers

// account finds the account by AOR; "" is the first one.
func (p *Phone) account(aor string) (*account, error) {
	for _, a := range p.accounts {
		if aor == "" || a.cfg.AOR == aor {
			return a, nil
		}
	}
	return nil, ErrNoAccount
}

// Dial calls a number or a sip: address by an account (empty: the first one). The call is announced
// by events under the ID returned. Errors: ErrNumber, ErrNoAccount, ErrNotRegistered, ErrLines.
func (p *Phone) Dial(to, aor string) (string, error) { return p.dial(to, aor, "") }

func (p *Phone) dial(to, aor, consults string) (id string, err error) {
	a, err := p.account(aor)
	var uri sip.Uri
	if err == nil {
		uri, err = a.target(to)
	}
	if err == nil {
		id, err = p.start(placed{a: a, number: to, uri: uri, consults: consults})
	}
	if err != nil {
		return "", fmt.Errorf("dial: %w", err)
	}
	return id, nil
}

// placed is a call to be dialled.
type placed struct {
	a                *account
	number           string // as it is shown
	uri              sip.Uri
	linked, consults string // of Call; linked empty: its own Call-ID, and nobody but the agent wants it
	invite           func(*sip.Request)
	progress         func(status int, reason string) // hears every response, on the call's mailbox; may be nil
}

// tell passes a response on to who asked for the call.
func (o placed) tell(status int, reason string) {
	if o.progress != nil {
		o.progress(status, reason)
	}
}

// start dials. Errors: ErrNotRegistered, ErrLines.
func (p *Phone) start(o placed) (string, error) {
	a, uri := o.a, o.uri
	flow := a.current()
	if flow == nil && len(a.registrars) > 0 {
		return "", ErrNotRegistered
	}
	sipID := newCallID()
	c := newCall(a, Call{
		ID: newCallID(), Linked: sipID, State: StateDialling, Direction: DirectionOut, Number: o.number,
		Account: a.cfg.AOR, HeldBy: HeldByNone, StartedAt: time.Now(), Consults: o.consults,
	})
	if c.placed = o; o.linked != "" {
		c.view.Linked, c.view.Referred = o.linked, true
	}
	if c.box = a.sip.Mailbox(sipID); c.box == nil {
		return "", ErrLines
	}
	if !p.add(c, nil) {
		c.box.Release()
		return "", ErrLines
	}
	p.holdOthers(c.view.ID)
	c.state = dialling
	if flow != nil {
		c.post(dial{to: uri, flow: flow})
		return c.view.ID, nil
	}
	p.wg.Go(func() { // a name has to be looked up, a connection made
		flow, err := a.reach(p.life, uri)
		c.post(dial{to: uri, flow: flow, err: err})
	})
	return c.view.ID, nil
}

// Answer takes a ringing call. Other talking calls are held. Errors: ErrNoCall, ErrNotNow.
func (p *Phone) Answer(id string) error {
	c, shown, err := p.find(id)
	if err == nil && shown.State != StateRinging {
		err = ErrNotNow
	}
	if err != nil {
		return fmt.Errorf("answer call %s: %w", id, err)
	}
	p.holdOthers(id)
	c.post(answer{})
	return nil
}

// HangUp ends a call in whatever state: it declines a ringing one and cancels one that rings there.
// Errors: ErrNoCall.
func (p *Phone) HangUp(id string) error {
	c, _, err := p.find(id)
	if err != nil {
		return fmt.Errorf("hang up call %s: %w", id, err)
	}
	c.post(hangUp{})
	return nil
}

// Hold holds or resumes a call. Resuming holds the other talking calls. Errors: ErrNoCall, ErrNotNow.
func (p *Phone) Hold(id string, on bool) error {
	c, shown, err := p.find(id)
	if err == nil && shown.State != StateTalking && shown.State != StateHeld {
		err = ErrNotNow
	}
	if err != nil {
		return fmt.Errorf("hold call %s: %w", id, err)
	}
	if !on {
		p.holdOthers(id)
	}
	c.post(hold{on: on})
	return nil
}

// Mute sends silence instead of the microphone while on. Errors: ErrNoCall.
func (p *Phone) Mute(id string, on bool) error {
	c, _, err := p.find(id)
	if err != nil {
		return fmt.Errorf("mute call %s: %w", id, err)
	}
	c.post(mute{on: on})
	return nil
}

// SendDigits sends DTMF (RFC 4733). Errors: ErrNoCall, ErrNotNow, those of media.Session.SendDigits.
func (p *Phone) SendDigits(id, digits string) error {
	s, err := p.session(id)
	if err == nil {
		err = s.SendDigits(digits)
	}
	if err != nil {
		return fmt.Errorf("send digits in call %s: %w", id, err)
	}
	return nil
}

// Stats tells how the sound of a call fares. Errors: ErrNoCall; ErrNotNow before there is sound.
func (p *Phone) Stats(id string) (media.Stats, error) {
	s, err := p.session(id)
	if err != nil {
		return media.Stats{}, fmt.Errorf("figures of call %s: %w", id, err)
	}
	return s.Stats(), nil
}

func (p *Phone) session(id string) (*media.Session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.calls[id]
	switch {
	case c == nil:
		return nil, ErrNoCall
	case c.heard == nil:
		return nil, ErrNotNow
	}
	return c.heard, nil
}

// Wake registers all accounts again at once: after sleep or a change of the network.
func (p *Phone) Wake() {
	for _, a := range p.accounts {
		a.moved()
	}
}

func (p *Phone) emit(ev Event) { p.events <- ev }

var errUnsupported = errors.New("not supported")

// allow is what we take in a dialog and outside.
const allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, NOTIFY, REFER"

func addCapabilities(m interface{ AppendHeader(sip.Header) }) {
	m.AppendHeader(sip.NewHeader("Allow", allow))
	m.AppendHeader(sip.NewHeader("Supported", "timer, replaces"))
}
