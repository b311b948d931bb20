package dispatch

import (
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Mailbox is everything of one Call-ID, in order, on one goroutine while there is work. It lives as
// long as a message waits, a transaction runs or somebody holds it.
type Mailbox struct {
	e  *Endpoint
	id string

	// Guarded by Endpoint.mu. The queue is bounded: messages by Config.Queue, posts by maxPosts, and
	// the rest by the number of transactions, each of which has one timer waiting at most.
	queue   []func()
	waiting int // messages in the queue
	posts   int // posts in the queue
	refs    int // transactions and holders
	running bool

	// Owned by the mailbox's goroutine.
	owner    func(*Incoming)
	clients  map[string]*clientTx
	servers  map[string]*Incoming
	accepted map[uint32]*acceptance // INVITEs answered with 2xx, by CSeq, until their ACK
	ending   bool
}

const maxPosts = 1024

// newBox needs e.mu.
func (e *Endpoint) newBox(id string) *Mailbox {
	b := &Mailbox{
		e: e, id: id,
		clients: map[string]*clientTx{}, servers: map[string]*Incoming{}, accepted: map[uint32]*acceptance{},
	}
	e.boxes[id] = b
	return b
}

// push needs e.mu. After the stop it drops f.
func (e *Endpoint) push(b *Mailbox, f func()) {
	if e.stopped {
		return
	}
	b.queue = append(b.queue, f)
	if !b.running {
		b.running = true
		e.wg.Go(b.run)
	}
}

func (b *Mailbox) run() {
	e := b.e
	for {
		e.mu.Lock()
		if len(b.queue) == 0 {
			b.running = false
			if b.refs == 0 {
				delete(e.boxes, b.id)
			}
			e.mu.Unlock()
			return
		}
		batch := b.queue
		b.queue = nil
		e.mu.Unlock()
		for _, f := range batch {
			f()
		}
	}
}

// Mailbox gives the mailbox of a Call-ID, a new one if need be, and holds it until Release. Beyond
// the limit of mailboxes and after the stop it gives nil.
func (e *Endpoint) Mailbox(callID string) *Mailbox {
	e.mu.Lock()
	defer e.mu.Unlock()
	b := e.boxes[callID]
	if b == nil {
		if e.stopped || len(e.boxes) >= e.cfg.Mailboxes {
			return nil
		}
		b = e.newBox(callID)
	}
	b.refs++
	return b
}

// CallID is the Call-ID whose mailbox it is.
func (b *Mailbox) CallID() string { return b.id }

// Post runs f on the mailbox's goroutine, after what is there already. Any goroutine may call it; it
// never blocks. ErrFull: maxPosts are waiting; ErrClosed: the endpoint has stopped. f does not run then.
func (b *Mailbox) Post(f func()) error {
	b.e.mu.Lock()
	defer b.e.mu.Unlock()
	if b.e.stopped {
		return ErrClosed
	}
	if b.posts >= maxPosts {
		return ErrFull
	}
	b.posts++
	b.e.push(b, func() {
		b.e.mu.Lock()
		b.posts--
		b.e.mu.Unlock()
		f()
	})
	return nil
}

// enqueue is Post for our own timers and transactions, which are bounded in number.
func (b *Mailbox) enqueue(f func()) {
	b.e.mu.Lock()
	defer b.e.mu.Unlock()
	b.e.push(b, f)
}

// After runs f on the mailbox's goroutine after d unless stop was called before. Stop is final when
// it is called on the mailbox's goroutine. The mailbox is not held by it.
func (b *Mailbox) After(d time.Duration, f func()) (stop func()) {
	stopped := false
	t := time.AfterFunc(d, func() {
		b.enqueue(func() {
			if !stopped {
				f()
			}
		})
	})
	return func() { stopped = true; t.Stop() }
}

// Hold keeps the mailbox in being until Release, which must follow once.
func (b *Mailbox) Hold() { b.ref(1) }

// Release ends a hold.
func (b *Mailbox) Release() { b.ref(-1) }

func (b *Mailbox) ref(n int) {
	b.e.mu.Lock()
	defer b.e.mu.Unlock()
	b.refs += n
	if b.refs == 0 && !b.running && len(b.queue) == 0 {
		delete(b.e.boxes, b.id)
	}
}

// Claim makes f the receiver of this Call-ID's requests instead of Config.Request. Only CANCEL and
// ACK do not come to it: they go to the Incoming they belong to.
func (b *Mailbox) Claim(f func(*Incoming)) { b.owner = f }

// receive sorts a message to its transaction (RFC 3261 sections 17.1.3 and 17.2.3), else to the owner.
func (b *Mailbox) receive(f *Flow, msg sip.Message) {
	if b.ending {
		return
	}
	switch m := msg.(type) {
	case *sip.Response:
		key, err := sip.ClientTxKeyMake(m)
		if err != nil {
			return
		}
		if t := b.clients[key]; t != nil {
			t.receive(m)
		}
	case *sip.Request:
		key, err := sip.ServerTxKeyMake(m)
		if err != nil {
			return
		}
		switch {
		case m.IsAck():
			b.receiveAck(key, m)
		case b.servers[key] != nil:
			_ = b.servers[key].tx.Receive(m) // a repetition: the transaction answers as before
		default:
			b.receiveRequest(f, key, m)
		}
	}
}

// receiveAck: an ACK to a refusal has the INVITE's branch and ends its transaction; one to a 2xx is
// a transaction of its own and is known by its CSeq (RFC 3261 section 13.3.1.4).
func (b *Mailbox) receiveAck(key string, ack *sip.Request) {
	if a := b.accepted[ack.CSeq().SeqNo]; a != nil {
		a.end(ack, nil)
		return
	}
	if in := b.servers[key]; in != nil && in.status >= 300 {
		_ = in.tx.Receive(ack)
	}
}

func (b *Mailbox) receiveRequest(f *Flow, key string, req *sip.Request) {
	in := newIncoming(b, f, key, req)
	if req.IsCancel() {
		b.cancel(in, key)
		return
	}
	_, inDialog := req.To().Params.Get("tag")
	switch {
	case b.owner != nil:
		b.owner(in)
	case b.e.cfg.Request != nil:
		b.e.cfg.Request(in)
	case inDialog:
		_ = in.Reply(sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
	default:
		_ = in.Reply(sip.StatusMethodNotAllowed, "Method Not Allowed")
	}
}

// cancel answers a CANCEL and ends the INVITE it means, if that is still open (RFC 3261 section 9.2).
func (b *Mailbox) cancel(in *Incoming, key string) {
	invite := b.servers[strings.TrimSuffix(key, string(sip.CANCEL))+string(sip.INVITE)]
	if invite == nil {
		_ = in.Reply(sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
		return
	}
	in.tag = invite.tag // 9.2: the To tag of both should be the same
	_ = in.Reply(sip.StatusOK, "OK")
	if invite.status >= 200 {
		return // too late: the final response stands
	}
	_ = invite.Reply(sip.StatusRequestTerminated, "Request Terminated")
	if invite.OnCancel != nil {
		invite.OnCancel(in.Req)
	}
}

// terminate ends all transactions at the stop.
func (b *Mailbox) terminate() {
	b.ending = true
	for _, t := range b.clients {
		t.Terminate()
	}
	for _, in := range b.servers {
		in.tx.Terminate()
	}
	for _, a := range b.accepted {
		a.stop()
		a.rest()
	}
}
