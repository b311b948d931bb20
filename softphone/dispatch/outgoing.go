package dispatch

import (
	"errors"
	"fmt"
	"net"

	"github.com/emiago/sipgo/sip"
)

// maxTries bounds the repetitions of one request with credentials: one for a first challenge and one
// for a stale nonce, then once more for a second realm on the way.
const maxTries = 3

// Request is what Send needs beside the message.
type Request struct {
	Msg  *sip.Request
	Flow *Flow

	// Auth answers challenges (401, 407); nil leaves them to On. NextSeq gives the CSeq number of the
	// repetition, which must be one of the dialog's; nil means the number before plus one.
	Auth    *Credentials
	NextSeq func() uint32

	// On gets every response in order, provisional ones too, and for an INVITE every 2xx of another
	// dialog; then, if no final response comes, (nil, err) once: ErrTimeout or ErrFlowGone wrapped.
	On func(*sip.Response, error)
}

// Outgoing is a request on its way, with as many client transactions as challenges made necessary.
type Outgoing struct {
	Msg  *sip.Request // as sent last: with credentials after a challenge
	Flow *Flow

	b      *Mailbox
	r      Request
	last   *clientTx
	tries  int
	done   bool   // the final word was given to On
	cancel bool   // wanted
	out    bool   // CANCEL is out
	stop   func() // ends the wait after CANCEL
}

// clientTx is one client transaction (RFC 3261 section 17.1) around sipgo's.
type clientTx struct {
	*sip.ClientTx
	o       *Outgoing
	key     string
	status  int                     // highest seen
	refusal *sip.Request            // the ACK to a refusal
	acks    map[string]*sip.Request // by To tag: every repeated 2xx gets its ACK again (13.2.2.4)
}

// Send starts a client transaction. It adds Via, Max-Forwards, User-Agent and Content-Length. An error
// means that nothing was sent and On will not be called.
func (b *Mailbox) Send(r Request) (*Outgoing, error) {
	if b.ending {
		return nil, ErrClosed
	}
	o := &Outgoing{b: b, r: r, Flow: r.Flow, stop: func() {}}
	if err := o.start(r.Msg); err != nil {
		return nil, fmt.Errorf("send %s: %w", r.Msg.Method, err)
	}
	return o, nil
}

func (o *Outgoing) start(msg *sip.Request) error {
	o.Flow.complete(msg, o.b.e.cfg.UserAgent)
	key, err := sip.ClientTxKeyMake(msg)
	if err != nil {
		return err
	}
	t := &clientTx{o: o, key: key, acks: map[string]*sip.Request{}}
	t.ClientTx = sip.NewClientTx(key, msg, &wire{f: o.Flow, sent: t.sent}, o.b.e.quiet)
	o.Msg, o.last = msg, t
	o.b.clients[key] = t
	o.b.ref(1)
	t.OnTerminate(func(_ string, err error) {
		o.b.enqueue(func() { t.ended(err) })
	})
	if err := t.Init(); err != nil {
		o.last = nil // the caller tells it
		t.Terminate()
		return fmt.Errorf("%w: %w", ErrFlowGone, err)
	}
	return nil
}

// sent sees what the transaction writes: the ACK to a refusal is kept, because sipgo's transaction
// repeats it only after sleeping for four seconds.
func (t *clientTx) sent(msg sip.Message) {
	if req, ok := msg.(*sip.Request); ok && req.IsAck() {
		t.refusal = req
	}
}

// ended is the transaction's end, told on the mailbox.
func (t *clientTx) ended(err error) {
	delete(t.o.b.clients, t.key)
	t.o.b.ref(-1)
	if t.o.last != t || t.status >= 200 {
		return
	}
	if errors.Is(err, sip.ErrTransactionTransport) {
		err = fmt.Errorf("%w: %w", ErrFlowGone, err)
	} else {
		err = fmt.Errorf("%s: %w", t.o.Msg.Method, ErrTimeout)
	}
	t.o.finish(nil, err)
}

// receive takes a response of this transaction.
func (t *clientTx) receive(res *sip.Response) {
	if t.status >= 300 {
		if t.refusal != nil { // our ACK was lost
			_ = t.o.Flow.write(t.refusal)
		}
		return
	}
	if t.status >= 200 && res.IsSuccess() {
		// Accepted (RFC 6026 section 7.2): a repetition, or another dialog of a forked INVITE.
		tag, _ := res.To().Params.Get("tag")
		if ack := t.acks[tag]; ack != nil {
			_ = t.o.Flow.write(ack)
		} else if t.o.Msg.IsInvite() && t.o.r.On != nil {
			t.o.r.On(res, nil)
		}
		return
	}
	for _, r := range t.pass(res) {
		t.status = max(t.status, r.StatusCode)
		t.o.deliver(r)
	}
}

// pass runs a response through sipgo's state machine and returns what that lets through. Receive
// blocks until somebody takes the response, hence the goroutine; it ends before pass returns.
func (t *clientTx) pass(res *sip.Response) (through []*sip.Response) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		t.Receive(res)
	}()
	for {
		select {
		case r := <-t.Responses():
			through = append(through, r)
		case <-done:
			return through
		}
	}
}

func (o *Outgoing) deliver(res *sip.Response) {
	switch {
	case o.challenged(res):
	case !res.IsProvisional():
		o.finish(res, nil)
	case o.done:
	default:
		if o.cancel && !o.out {
			o.sendCancel()
		}
		if o.r.On != nil {
			o.r.On(res, nil)
		}
	}
}

// finish gives the final word, once.
func (o *Outgoing) finish(res *sip.Response, err error) {
	if o.done {
		return
	}
	o.done = true
	o.stop()
	if o.r.On != nil {
		o.r.On(res, err)
	}
}

// challenged repeats the request with credentials (RFC 3261 section 22.2) and reports whether it did.
func (o *Outgoing) challenged(res *sip.Response) bool {
	if o.r.Auth == nil || o.cancel || o.tries >= maxTries ||
		(res.StatusCode != sip.StatusUnauthorized && res.StatusCode != sip.StatusProxyAuthRequired) {
		return false
	}
	next, err := o.r.Auth.answer(o.Msg, res)
	if err != nil {
		return false // the refusal itself tells more than why it could not be answered
	}
	seq := o.Msg.CSeq().SeqNo + 1
	if o.r.NextSeq != nil {
		seq = o.r.NextSeq()
	}
	next.CSeq().SeqNo = seq
	o.tries++
	if err := o.start(next); err != nil {
		o.finish(nil, err)
	}
	return true
}

// Cancel asks the other side to give an INVITE up (RFC 3261 section 9.1). The end still comes through
// On: mostly 487, a 2xx if they crossed (answer it with ACK and BYE), ErrTimeout if nothing comes in 32 s.
func (o *Outgoing) Cancel() {
	if o.done || o.cancel || !o.Msg.IsInvite() {
		return
	}
	o.cancel = true
	if o.last.status >= 100 { // before a provisional response it must wait for one
		o.sendCancel()
	}
}

func (o *Outgoing) sendCancel() {
	o.out = true
	c := sip.NewRequest(sip.CANCEL, *o.Msg.Recipient.Clone())
	c.AppendHeader(o.Msg.Via().Clone())
	sip.CopyHeaders("Route", o.Msg, c)
	sip.CopyHeaders("From", o.Msg, c)
	sip.CopyHeaders("To", o.Msg, c)
	sip.CopyHeaders("Call-ID", o.Msg, c)
	c.AppendHeader(&sip.CSeqHeader{SeqNo: o.Msg.CSeq().SeqNo, MethodName: sip.CANCEL})
	tx := o.last
	o.stop = o.b.After(giveUp, func() {
		tx.Terminate()
		o.finish(nil, fmt.Errorf("CANCEL: %w", ErrTimeout))
	})
	if _, err := o.b.Send(Request{Msg: c, Flow: o.Flow}); err != nil {
		tx.Terminate()
		o.finish(nil, err)
	}
}

// Ack acknowledges the 2xx that made d and is repeated by itself with every repetition of that 2xx
// (RFC 3261 section 13.2.2.4). body is SDP or nil.
func (o *Outgoing) Ack(d *Dialog, body []byte) error {
	ack := d.request(sip.ACK, o.Msg.CSeq().SeqNo)
	sip.CopyHeaders("Authorization", o.Msg, ack) // 22.1: the credentials of the INVITE
	sip.CopyHeaders("Proxy-Authorization", o.Msg, ack)
	setBody(ack, body)
	o.Flow.complete(ack, o.b.e.cfg.UserAgent)
	if o.last != nil {
		o.last.acks[d.RemoteTag] = ack
	}
	if err := d.Flow.write(ack); err != nil {
		return fmt.Errorf("send ACK: %w", err)
	}
	return nil
}

// complete adds what every request of this flow carries.
func (f *Flow) complete(msg *sip.Request, userAgent string) {
	if msg.Via() == nil {
		v := &sip.ViaHeader{
			ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: f.network,
			Host: f.local.Addr().String(), Port: int(f.local.Port()),
		}
		v.Params.Add("branch", sip.GenerateBranch())
		v.Params.Add("rport", "") // RFC 3581
		msg.PrependHeader(v)
	}
	msg.SetTransport(f.network)
	msg.SetDestination(f.remote.String())
	if msg.MaxForwards() == nil {
		hops := sip.MaxForwardsHeader(70)
		msg.AppendHeader(&hops)
	}
	if userAgent != "" && msg.GetHeader("user-agent") == nil {
		msg.AppendHeader(sip.NewHeader("User-Agent", userAgent))
	}
	if msg.ContentLength() == nil {
		msg.SetBody(msg.Body())
	}
}

// wire is a flow as sipgo's transactions want it. The flow belongs to the endpoint, so counting and
// closing do nothing.
type wire struct {
	f    *Flow
	sent func(sip.Message)
}

func (w *wire) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(w.f.local) }
func (w *wire) WriteMsg(m sip.Message) error {
	if w.sent != nil {
		w.sent(m)
	}
	return w.f.write(m)
}
func (w *wire) Ref(int) int            { return 1 }
func (w *wire) TryClose() (int, error) { return 1, nil }
func (w *wire) Close() error           { return nil }

// Abandon forgets the request: On is not called any more. For an INVITE use Cancel.
func (o *Outgoing) Abandon() {
	o.done = true
	o.stop()
	if o.last != nil {
		o.last.Terminate()
	}
}
