// Package floor is a simulated contact centre on loopback: a switchboard with a registrar, queues with
// music, and callers with voices. It is the world outside the desk, for the demo, for practice and for
// tests. Inside it callers are sound in memory; towards an agent's phone it is real: digest
// registration, SIP dialogs and RTP.
//
// A Floor is opened, run and stopped by one owner:
//
//	f, err := floor.Open(floor.Config{Agents: …})
//	go f.Run(ctx) // until ctx ends; every goroutine of the floor ends before Run returns
//
// Everything else (Call, Find, SetReady, Feed, Addr) may be called from any goroutine, before Run
// too: it waits for Run then, and after it gives ErrStopped.
//
// One goroutine, the loop, owns who waits, who is free and which phone is where. Each SIP dialog lives
// on the mailbox of its Call-ID (see dispatch), each person's sound on a clock of its own. The queue
// engine (acd, script) is plain values with the time handed in, so the same seed and the same deeds of
// the agents give the same events.
//
// What can be dialled from a registered phone: 700 is an echo, 701 a tone of 1004 Hz, another agent's
// extension that agent. Any number of five digits or more is a customer, who lets it ring a moment and
// answers; but one that ends in 0404 does not exist, in 0486 is busy, in 0480 never answers, and in
// 0603 declines. Everything else is not found. A call may be handed over to whatever can be dialled (REFER), also to
// whom the agent has on another call.
package floor

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone/dispatch"
)

// ErrStopped says that the floor does not run any more.
var ErrStopped = errors.New("the floor has stopped")

// farewell is how long a closing floor waits for its calls to end.
const farewell = 2 * time.Second

// Floor is the contact centre.
type Floor struct {
	cfg     Config
	sip     *dispatch.Endpoint
	gate    *gate
	clips   clips
	epoch   time.Time
	inbox   chan func(*loop)
	stopped chan struct{} // closed when the loop has ended
	ran     atomic.Bool
	life    context.Context //nolint:containedctx // of lines and sessions: ends after the loop
	die     context.CancelFunc

	mu     sync.Mutex
	wg     sync.WaitGroup
	closed bool // no further goroutines
}

// Open binds the SIP port (UDP and TCP) on Config.IP. Errors: a Config that cannot work wraps
// desk.ErrInvalid; a taken port is the system's error.
func Open(cfg Config) (*Floor, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("open floor: %w", err)
	}
	f := &Floor{
		cfg: cfg, gate: newGate(cfg.Agents), epoch: cfg.Now(),
		inbox: make(chan func(*loop)), stopped: make(chan struct{}),
	}
	f.life, f.die = context.WithCancel(context.Background())
	f.sip, err = dispatch.Open(dispatch.Config{
		Networks: []string{"udp", "tcp"}, IP: cfg.IP, Port: int(cfg.Port),
		UserAgent: "Callbench floor", Request: f.onRequest, Log: cfg.Log,
	})
	if err != nil {
		return nil, fmt.Errorf("open floor: %w", err)
	}
	return f, nil
}

// Run is the contact centre at work. It returns nil when ctx has ended, all calls were hung up and all
// goroutines have come to rest.
func (f *Floor) Run(ctx context.Context) error {
	if f.ran.Swap(true) {
		return fmt.Errorf("run floor: %w", ErrStopped)
	}
	wire, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	sipEnded := make(chan error, 1)
	go func() { sipEnded <- f.sip.Run(wire) }()
	newLoop(f).run(ctx)
	close(f.stopped)
	f.die()
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	cut()
	err := <-sipEnded
	f.wg.Wait()
	if err != nil {
		return fmt.Errorf("run floor: %w", err)
	}
	return nil
}

// Close gives the port back of a floor whose Run was never called.
func (f *Floor) Close() error {
	f.die()
	return f.sip.Close()
}

// Addr is where phones register, by UDP and TCP.
func (f *Floor) Addr() netip.AddrPort { return f.sip.Addr("udp") }

// Registrar is Addr as a SIP URI for network "udp" or "tcp".
func (f *Floor) Registrar(network string) string {
	return fmt.Sprintf("sip:%s;transport=%s", f.Addr(), network)
}

// Realm is the digest realm; the user name is the extension.
func (f *Floor) Realm() string { return realm }

// SetReady tells whether an agent takes queue calls. Extensions that the floor does not know are
// ignored, as a PBX does. It waits for the loop, microseconds; before Run it waits for that.
func (f *Floor) SetReady(ext string, ready bool) {
	f.note(func(l *loop) { l.w.setReady(f.cfg.Now(), ext, ready) })
}

// Call places a call now. Errors: desk.ErrNotFound (no such queue), desk.ErrNotNow (the queue is full),
// ErrStopped, ctx's.
func (f *Floor) Call(ctx context.Context, c Caller) (*Placed, error) {
	type reply struct {
		p   *Placed
		err error
	}
	got := make(chan reply, 1)
	err := f.tell(ctx, func(l *loop) {
		p, err := l.place(c)
		got <- reply{p, err}
	})
	if err != nil {
		return nil, fmt.Errorf("place call: %w", err)
	}
	r := <-got // the loop runs what it took
	if r.err != nil {
		return nil, fmt.Errorf("place call: %w", r.err)
	}
	return r.p, nil
}

// Find gives the newest call with a number (a caller's, or a customer's whom an agent dialled) among
// those that live and the last few that ended. desk.ErrNotFound: there is none.
func (f *Floor) Find(ctx context.Context, number string) (*Placed, error) {
	got := make(chan *Placed, 1)
	if err := f.tell(ctx, func(l *loop) { got <- l.find(number) }); err != nil {
		return nil, fmt.Errorf("find call: %w", err)
	}
	p := <-got
	if p == nil {
		return nil, fmt.Errorf("find call: %w", desk.ErrNotFound)
	}
	return p, nil
}

// tell hands do to the loop and returns when the loop has taken it, which then runs it.
func (f *Floor) tell(ctx context.Context, do func(*loop)) error {
	select {
	case f.inbox <- do:
		return nil
	case <-f.stopped:
		return ErrStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}

// note is tell for those who need not know: a floor that has stopped has forgotten everything anyway.
// The loop never waits for whoever calls this.
func (f *Floor) note(do func(*loop)) { _ = f.tell(context.Background(), do) }

// goRun starts a goroutine that Run waits for; false: the floor is closed and starts none.
func (f *Floor) goRun(do func()) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.wg.Go(do)
	return true
}

// onRequest takes requests outside dialogs, on the mailbox of their Call-ID.
func (f *Floor) onRequest(in *dispatch.Incoming) {
	_, within := in.Req.To().Params.Get("tag")
	switch {
	case within:
		f.reply(in, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
	case in.Req.Method == sip.REGISTER:
		f.onRegister(in)
	case in.Req.Method == sip.INVITE:
		f.onInvite(in)
	case in.Req.Method == sip.OPTIONS:
		res := in.Response(sip.StatusOK, "OK", nil)
		res.AppendHeader(sip.NewHeader("Allow", allow))
		f.send(in, res)
	default:
		res := in.Response(sip.StatusMethodNotAllowed, "Method Not Allowed", nil)
		res.AppendHeader(sip.NewHeader("Allow", allow))
		f.send(in, res)
	}
}

// reply, send and accept answer a request. That the way back is gone shows at the phone, which repeats
// or registers again; here it is only worth a line for whoever debugs.
func (f *Floor) reply(in *dispatch.Incoming, code int, reason string) {
	f.send(in, in.Response(code, reason, nil))
}

func (f *Floor) send(in *dispatch.Incoming, res *sip.Response) {
	if err := in.Send(res); err != nil {
		f.cfg.Log.Debug("an answer did not go out", "err", err)
	}
}

func (f *Floor) accept(in *dispatch.Incoming, d *dispatch.Dialog, res *sip.Response, onAck func(*sip.Request, error)) {
	if err := in.Accept(d, res, onAck); err != nil {
		f.cfg.Log.Debug("an answer did not go out", "err", err)
	}
}
