package floor

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone/dispatch"
	"github.com/callbench/callbench/softphone/media"
)

const patience = 10 * time.Second

var loopback = netip.MustParseAddr("127.0.0.1")

// run opens a floor and runs it until the test ends; the end must be clean.
func run(t *testing.T, cfg Config) *Floor {
	t.Helper()
	f, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := get(t, ended, "end of the floor"); err != nil {
			t.Error(err)
		}
	})
	return f
}

func get[T any](t *testing.T, ch <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatalf("no %s within %v", what, patience)
		panic("unreachable")
	}
}

// watch runs a feed and hands out its events.
func watch(t *testing.T, f *Floor) <-chan desk.QueueEvent {
	t.Helper()
	ch := make(chan desk.QueueEvent, 1000)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- f.Feed().Run(ctx, func(e desk.QueueEvent) {
			if e.Kind != desk.FeedAlive {
				ch <- e
			}
		})
	}()
	t.Cleanup(func() { cancel(); get(t, ended, "end of the feed") })
	return ch
}

// until reads events up to the first of a kind and returns that.
func until(t *testing.T, ch <-chan desk.QueueEvent, kind desk.QueueEventKind) desk.QueueEvent {
	t.Helper()
	for {
		if e := get(t, ch, string(kind)); e.Kind == kind {
			return e
		}
	}
}

// phone is an agent's phone, as small as it can be, over real SIP and RTP.
type phone struct {
	t        *testing.T
	f        *Floor
	e        *dispatch.Endpoint
	flow     *dispatch.Flow
	ext      string
	password string
	calls    chan *call // that came
	seq      uint32
	regID    string
}

func newPhone(t *testing.T, f *Floor, network, ext, password string) *phone {
	t.Helper()
	p := &phone{t: t, f: f, ext: ext, password: password, calls: make(chan *call, 8), regID: sip.GenerateTagN(8)}
	e, err := dispatch.Open(dispatch.Config{Networks: []string{"udp", "tcp"}, IP: loopback, Request: p.request})
	if err != nil {
		t.Fatal(err)
	}
	p.e = e
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	t.Cleanup(func() { cancel(); get(t, ended, "end of the phone") })
	if p.flow, err = e.Dial(ctx, network, "127.0.0.1", int(f.Addr().Port())); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *phone) message(method sip.RequestMethod, callID, user string, seq uint32) *sip.Request {
	a := p.f.Addr()
	to := sip.Uri{Scheme: "sip", User: user, Host: a.Addr().String(), Port: int(a.Port())}
	req := sip.NewRequest(method, to)
	from := &sip.FromHeader{Address: sip.Uri{Scheme: "sip", User: p.ext, Host: to.Host, Port: to.Port}}
	from.Params.Add("tag", sip.GenerateTagN(8))
	id := sip.CallIDHeader(callID)
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: to})
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	req.AppendHeader(&sip.ContactHeader{Address: p.flow.Contact(p.ext)})
	return req
}

// register sends a REGISTER with the phone's contact and returns the final response.
func (p *phone) register(expires int) *sip.Response {
	p.t.Helper()
	return p.registerWith(expires, nil)
}

func (p *phone) registerWith(expires int, change func(*sip.Request)) *sip.Response {
	p.t.Helper()
	p.seq += 10 // room for the challenge's repetition
	req := p.message(sip.REGISTER, p.regID, p.ext, p.seq)
	req.Recipient.User = ""
	req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(expires)))
	if change != nil {
		change(req)
	}
	got := make(chan *sip.Response, 1)
	box := p.e.Mailbox(p.regID)
	defer box.Release()
	_ = box.Post(func() {
		_, err := box.Send(dispatch.Request{
			Msg: req, Flow: p.flow, Auth: &dispatch.Credentials{User: p.ext, Password: p.password},
			On: func(res *sip.Response, err error) {
				if err != nil {
					p.t.Error(err)
				}
				got <- res
			},
		})
		if err != nil {
			p.t.Error(err)
		}
	})
	return get(p.t, got, "answer to REGISTER")
}

func (p *phone) request(in *dispatch.Incoming) {
	if in.Req.Method != sip.INVITE {
		_ = in.Reply(481, "Call/Transaction Does Not Exist")
		return
	}
	c := p.newCall(in.Mailbox())
	c.in = in
	in.OnCancel = func(*sip.Request) { c.state <- "cancelled" }
	in.Mailbox().Claim(c.request)
	_ = in.Reply(180, "Ringing")
	p.calls <- c
}

// call is a call at the phone. state tells what became of it: a code, "ended", "cancelled".
type call struct {
	p       *phone
	box     *dispatch.Mailbox
	in      *dispatch.Incoming
	out     *dispatch.Outgoing
	dialog  *dispatch.Dialog
	session *media.Session
	line    *line
	state   chan string
}

// newCall makes a call whose agent says a tone of 440 Hz.
func (p *phone) newCall(box *dispatch.Mailbox) *call {
	box.Hold()
	c := &call{p: p, box: box, state: make(chan string, 16)}
	s, err := media.Open(media.Config{IP: loopback, Codecs: []string{"pcma"}})
	if err != nil {
		p.t.Fatal(err)
	}
	c.session = s
	c.line = newLine(func() cast {
		return cast{talker: &steady{tone: media.NewTone(440, 0.3)}, hold: newLoopPlayer(nil, nil, 0)}
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- s.Run(ctx) }()
	go func() { c.line.run(ctx); ended <- nil }()
	p.t.Cleanup(func() {
		c.line.end()
		cancel()
		for range 2 {
			if err := get(p.t, ended, "end of the sound"); err != nil {
				p.t.Error(err)
			}
		}
		_ = s.Close()
	})
	return c
}

func (c *call) request(in *dispatch.Incoming) {
	if c.dialog == nil || !c.dialog.Match(in) {
		return
	}
	_ = in.Reply(200, "OK")
	if in.Req.Method == sip.BYE {
		c.state <- "ended"
	}
}

// do runs something on the call's mailbox and waits for it.
func (c *call) do(f func() error) {
	c.p.t.Helper()
	done := make(chan error, 1)
	if err := c.box.Post(func() { done <- f() }); err != nil {
		c.p.t.Fatal(err)
	}
	if err := get(c.p.t, done, "the mailbox"); err != nil {
		c.p.t.Fatal(err)
	}
}

func (c *call) header(name string) string {
	h := c.in.Req.GetHeader(name)
	if h == nil {
		return ""
	}
	return h.Value()
}

func (c *call) answer() {
	c.p.t.Helper()
	c.do(func() error {
		sdp, err := c.session.Answer(c.in.Req.Body(), media.SendRecv)
		if err != nil {
			return err
		}
		if c.dialog, err = dispatch.DialogUAS(c.in, c.p.flow.Contact(c.p.ext)); err != nil {
			return err
		}
		res := c.in.Response(200, "OK", sdp)
		res.AppendHeader(&sip.ContactHeader{Address: c.dialog.Contact})
		c.line.connect(c.session)
		return c.in.Accept(c.dialog, res, nil)
	})
}

func (c *call) refuse(code int) {
	c.p.t.Helper()
	c.do(func() error { return c.in.Reply(code, "No") })
}

// dial calls a number; the codes of the responses come by state.
func (p *phone) dial(number string) *call {
	p.t.Helper()
	box := p.e.Mailbox(sip.GenerateTagN(12))
	c := p.newCall(box)
	box.Release() // the call holds it
	c.do(func() error {
		sdp, err := c.session.Offer(media.SendRecv)
		if err != nil {
			return err
		}
		req := p.message(sip.INVITE, box.CallID(), number, 1)
		req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		req.SetBody(sdp)
		box.Claim(c.request)
		c.out, err = box.Send(dispatch.Request{
			Msg: req, Flow: p.flow, Auth: &dispatch.Credentials{User: p.ext, Password: p.password}, On: c.response,
		})
		return err
	})
	return c
}

func (c *call) response(res *sip.Response, err error) {
	switch {
	case err != nil:
		c.state <- err.Error()
		return
	case res.IsSuccess():
		if c.dialog, err = dispatch.DialogUAC(c.out, res); err == nil {
			_ = c.out.Ack(c.dialog, nil)
			err = c.session.Accept(res.Body())
		}
		if err != nil {
			c.state <- err.Error()
			return
		}
		c.line.connect(c.session)
	}
	c.state <- fmt.Sprint(res.StatusCode)
}

// reinvite changes the direction and waits for the answer.
func (c *call) reinvite(d media.Direction) {
	c.p.t.Helper()
	got := make(chan int, 1)
	c.do(func() error {
		sdp, err := c.session.Offer(d)
		if err != nil {
			return err
		}
		var out *dispatch.Outgoing
		out, err = c.box.Send(dispatch.Request{Msg: c.dialog.Invite(sip.INVITE, sdp), Flow: c.dialog.Flow, On: func(res *sip.Response, err error) {
			if err != nil || !res.IsSuccess() {
				got <- 0
				return
			}
			_ = out.Ack(c.dialog, nil)
			if err := c.session.Accept(res.Body()); err != nil {
				c.p.t.Error(err)
			}
			got <- res.StatusCode
		}})
		return err
	})
	if code := get(c.p.t, got, "answer to the re-INVITE"); code != 200 {
		c.p.t.Fatalf("re-INVITE: %d", code)
	}
}

func (c *call) bye() {
	c.p.t.Helper()
	c.do(func() error {
		_, err := c.box.Send(dispatch.Request{Msg: c.dialog.Request(sip.BYE), Flow: c.dialog.Flow})
		return err
	})
}

func (c *call) hears() []int16 { return c.line.sound() }

// tone waits until a tone is found in the newest half second of what sound gives.
func tone(t *testing.T, what string, hz, share float64, sound func() []int16) {
	t.Helper()
	const n = HeardRate / 2
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	limit := time.After(patience)
	best := 0.0
	for {
		select {
		case <-limit:
			t.Fatalf("%s: %g Hz not found, at most %.3f of the sound", what, hz, best)
		case <-ticker.C:
			pcm := sound()
			if len(pcm) < n {
				continue
			}
			v := media.ToneLevel(pcm[len(pcm)-n:], HeardRate, hz)
			if best = max(best, v); v >= share {
				return
			}
		}
	}
}
