package dispatch

import (
	"fmt"

	"github.com/emiago/sipgo/sip"
)

// Incoming is a request that came, with its server transaction (RFC 3261 section 17.2). It must be
// answered once with a final response, now or later.
type Incoming struct {
	Req  *sip.Request
	Flow *Flow // the way it came: answers, and requests to its sender, go back by it

	// OnCancel is called when the INVITE was cancelled; the 487 is out by then.
	OnCancel func(cancel *sip.Request)

	b      *Mailbox
	tx     *sip.ServerTx
	tag    string // our To tag, the same in every response (8.2.6.2)
	status int    // last status sent
}

func newIncoming(b *Mailbox, f *Flow, key string, req *sip.Request) *Incoming {
	in := &Incoming{Req: req, Flow: f, b: b, tag: sip.GenerateTagN(10)}
	if tag, ok := req.To().Params.Get("tag"); ok {
		in.tag = tag
	}
	in.tx = sip.NewServerTx(key, req, &wire{f: f}, b.e.quiet)
	b.servers[key] = in
	b.ref(1)
	in.tx.OnTerminate(func(string, error) {
		b.enqueue(func() {
			delete(b.servers, key)
			b.ref(-1)
		})
	})
	_ = in.tx.Init() // never fails in a server transaction
	return in
}

// Mailbox is the mailbox of the request's Call-ID.
func (in *Incoming) Mailbox() *Mailbox { return in.b }

// Tag is our To tag: that of the request, else the one every response of ours gets.
func (in *Incoming) Tag() string { return in.tag }

// Final reports whether a final response is out.
func (in *Incoming) Final() bool { return in.status >= 200 }

// Response builds a response with our tag; body (SDP) may be nil.
func (in *Incoming) Response(code int, reason string, body []byte) *sip.Response {
	if in.Req.To().Params.Has("tag") || code == sip.StatusTrying {
		return sipBody(sip.NewResponseFromRequest(in.Req, code, reason, nil), body)
	}
	res := sip.NewResponseFromRequest(in.Req, code, reason, nil)
	res.To().Params.Add("tag", in.tag)
	return sipBody(res, body)
}

func sipBody(res *sip.Response, body []byte) *sip.Response {
	if body != nil {
		res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		res.SetBody(body)
	}
	return res
}

// Reply builds and sends a response without body.
func (in *Incoming) Reply(code int, reason string) error {
	return in.Send(in.Response(code, reason, nil))
}

// Send sends a response through the transaction. A 2xx to an INVITE goes by Accept.
func (in *Incoming) Send(res *sip.Response) error {
	if in.status >= 200 {
		return fmt.Errorf("answer %s: %w: there is a final response", in.Req.Method, ErrClosed)
	}
	if ua := in.b.e.cfg.UserAgent; ua != "" && res.GetHeader("server") == nil {
		res.AppendHeader(sip.NewHeader("Server", ua))
	}
	in.status = res.StatusCode
	if err := in.tx.Respond(res); err != nil {
		return fmt.Errorf("answer %s: %w: %w", in.Req.Method, ErrFlowGone, err)
	}
	return nil
}

// acceptance is a 2xx to an INVITE until its ACK is here.
type acceptance struct {
	b     *Mailbox
	seq   uint32
	onAck func(*sip.Request, error)
	stop  func()
	rest  func()
}

// Accept sends a 2xx to an INVITE, again after 0.5 s doubling to 4 s on every transport until the ACK is
// here (RFC 3261 section 13.3.1.4), and then calls onAck with the ACK, which may carry SDP. Without ACK
// in 32 s onAck gets ErrNoAck and then a BYE goes out by d, whose flow onAck may have renewed. onAck may be nil.
func (in *Incoming) Accept(d *Dialog, res *sip.Response, onAck func(ack *sip.Request, err error)) error {
	if err := in.Send(res); err != nil {
		return err
	}
	b := in.b
	a := &acceptance{b: b, seq: in.Req.CSeq().SeqNo, onAck: onAck}
	b.accepted[a.seq] = a
	b.Hold()
	pause := t1
	var again func()
	again = func() {
		_ = in.Flow.write(res) // a lost connection shows at the end
		pause = min(2*pause, t2)
		a.stop = b.After(pause, again)
	}
	a.stop = b.After(pause, again)
	a.rest = b.After(giveUp, func() {
		a.end(nil, fmt.Errorf("answer INVITE: %w", ErrNoAck))
		_, _ = b.Send(Request{Msg: d.Request(sip.BYE), Flow: d.Flow})
	})
	return nil
}

func (a *acceptance) end(ack *sip.Request, err error) {
	a.stop()
	a.rest()
	delete(a.b.accepted, a.seq)
	a.b.Release()
	if a.onAck != nil {
		a.onAck(ack, err)
	}
}

// setBody gives a request an SDP body; nil leaves it empty.
func setBody(req *sip.Request, body []byte) {
	if body != nil {
		req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	}
	req.SetBody(body)
}
