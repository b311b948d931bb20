package softphone

import (
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
	"github.com/callbench/callbench/softphone/media"
)

// far is the other end of a confirmed call, below the phone: it can say anything in the dialog.
type far struct {
	t      *testing.T
	box    *dispatch.Mailbox
	media  *media.Session
	out    *dispatch.Outgoing
	dialog *dispatch.Dialog
	asked  chan *dispatch.Incoming // what the phone asks, unanswered but for BYE
}

// farCall has a PBX call the desk, which answers.
func farCall(t *testing.T) (*far, *desk, string) {
	t.Helper()
	return farCallAt(t, startRegistrar(t, welcome("")), "udp")
}

// farCallAt is farCall at a registrar.
func farCallAt(t *testing.T, r *testRegistrar, network string) (*far, *desk, string) {
	t.Helper()
	return farCallAs(t, r, r.account(network))
}

func farCallAs(t *testing.T, r *testRegistrar, ac Account) (*far, *desk, string) {
	t.Helper()
	d, _ := startPhone(t, toneA, ac)
	d.registered(t, "registered")
	flow := r.flow()
	f := &far{t: t, box: r.Mailbox("far"), asked: make(chan *dispatch.Incoming, 8)}
	t.Cleanup(f.box.Release)
	var err error
	if f.media, err = media.Open(media.Config{IP: flow.Local().Addr()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.media.Close() })
	offer, err := f.media.Offer(media.SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	f.on(func() {
		f.box.Claim(func(in *dispatch.Incoming) {
			if in.Req.Method == sip.BYE {
				_ = in.Reply(200, "OK")
			}
			f.asked <- in
		})
		req := inviteRequest("far", flow, offer)
		f.out, err = f.box.Send(dispatch.Request{Msg: req, Flow: flow, On: func(res *sip.Response, err error) {
			if err == nil && res.IsProvisional() {
				return
			}
			if err == nil {
				f.dialog, err = dispatch.DialogUAC(f.out, res)
			}
			if err == nil {
				err = f.media.Accept(res.Body())
			}
			if err == nil {
				err = f.out.Ack(f.dialog, nil)
			}
			answered <- err
		}})
	})
	c := d.state(t, StateRinging)
	if err := d.Answer(c.ID); err != nil {
		t.Fatal(err)
	}
	if err := take(t, answered, "answer"); err != nil {
		t.Fatal(err)
	}
	d.state(t, StateTalking)
	return f, d, c.ID
}

// on runs f on the mailbox and waits for it.
func (f *far) on(do func()) {
	f.t.Helper()
	done := make(chan struct{})
	if err := f.box.Post(func() { defer close(done); do() }); err != nil {
		f.t.Fatal(err)
	}
	<-done
}

// ask sends a request in the dialog and gives its final response; the ACK to an offer of the
// phone carries the answer.
func (f *far) ask(method sip.RequestMethod, sdp []byte, headers ...string) *sip.Response {
	f.t.Helper()
	got := make(chan *sip.Response, 1)
	f.on(func() {
		req := f.dialog.Invite(method, sdp)
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			if name == "tag" {
				req.To().Params.Remove("tag")
				req.To().Params.Add("tag", value)
				continue
			}
			req.AppendHeader(sip.NewHeader(name, value))
		}
		var out *dispatch.Outgoing
		out, err := f.box.Send(dispatch.Request{Msg: req, Flow: f.dialog.Flow, On: func(res *sip.Response, err error) {
			if err != nil || res.IsProvisional() {
				return
			}
			if method == sip.INVITE && res.IsSuccess() {
				var ack []byte
				if sdp == nil {
					ack, err = f.media.Answer(res.Body(), media.SendRecv)
				}
				if err == nil {
					err = out.Ack(f.dialog, ack)
				}
				if err != nil {
					f.t.Error(err)
				}
			}
			got <- res
		}})
		if err != nil {
			f.t.Error(err)
		}
	})
	return take(f.t, got, string(method))
}

func take[T any](t *testing.T, ch <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatalf("no %s", what)
		panic("unreachable")
	}
}

func (f *far) offer(dir media.Direction) []byte {
	f.t.Helper()
	sdp, err := f.media.Offer(dir)
	if err != nil {
		f.t.Fatal(err)
	}
	return sdp
}

func TestTheOtherSideHoldsAndResumes(t *testing.T) {
	f, d, _ := farCall(t)
	zero := strings.Replace(string(f.offer(media.SendRecv)), "IN IP4 127.0.0.1\r\nt=", "IN IP4 0.0.0.0\r\nt=", 1)
	for _, c := range []struct {
		name string
		sdp  []byte
		held string
	}{
		{"sendonly", f.offer(media.SendOnly), HeldByThem},
		{"back", f.offer(media.SendRecv), HeldByNone},
		{"inactive", f.offer(media.Inactive), HeldByThem},
		{"back again", f.offer(media.SendRecv), HeldByNone},
		{"the old way by 0.0.0.0", []byte(zero), HeldByThem},
	} {
		for _, method := range []sip.RequestMethod{sip.INVITE, sip.UPDATE} {
			if res := f.ask(method, c.sdp); res.StatusCode != 200 || len(res.Body()) == 0 || res.Contact() == nil {
				t.Fatalf("%s by %s:\n%s", c.name, method, res)
			}
		}
		d.held(t, c.held)
	}
}

func TestAReinviteWithoutOfferGetsOne(t *testing.T) {
	f, d, id := farCall(t)
	res := f.ask(sip.INVITE, nil)
	if res.StatusCode != 200 || len(res.Body()) == 0 {
		t.Fatalf("got\n%s", res)
	}
	if res := f.ask(sip.INVITE, f.offer(media.SendOnly)); res.StatusCode != 200 {
		t.Fatalf("after it: %d", res.StatusCode)
	}
	d.held(t, HeldByThem)
	if err := d.HangUp(id); err != nil {
		t.Fatal(err)
	}
	if in := take(t, f.asked, "BYE"); in.Req.Method != sip.BYE {
		t.Fatalf("got %s", in.Req.Method)
	}
}

func TestWhatCannotBeTakenIsRefusedAndTheCallGoesOn(t *testing.T) {
	f, d, id := farCall(t)
	const video = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 4000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n"
	for _, c := range []struct {
		name   string
		method sip.RequestMethod
		sdp    []byte
		header string
		want   int
	}{
		{"video only", sip.INVITE, []byte(video), "X: y", 488},
		{"not SDP", sip.UPDATE, []byte("nonsense"), "X: y", 400},
		{"a required extension", sip.INVITE, []byte(video), "Require: precondition", 420},
		{"a method we lack", sip.MESSAGE, nil, "X: y", 405},
		{"INFO", sip.INFO, nil, "X: y", 200},
		{"OPTIONS", sip.OPTIONS, nil, "X: y", 200},
	} {
		if res := f.ask(c.method, c.sdp, c.header); res.StatusCode != c.want {
			t.Errorf("%s: got %d, want %d", c.name, res.StatusCode, c.want)
		}
	}
	if res := f.ask(sip.BYE, nil, "tag: other"); res.StatusCode != 481 {
		t.Errorf("BYE of another dialog: got %d", res.StatusCode)
	}
	if _, err := d.Stats(id); err != nil {
		t.Fatalf("the call is gone: %v", err)
	}
}

func TestGlareIsTriedAgain(t *testing.T) {
	t.Parallel()
	f, d, id := farCall(t)
	if err := d.Hold(id, true); err != nil {
		t.Fatal(err)
	}
	ours := take(t, f.asked, "re-INVITE")
	if res := f.ask(sip.INVITE, f.offer(media.SendRecv)); res.StatusCode != 491 {
		t.Fatalf("their re-INVITE during ours: got %d, want 491", res.StatusCode)
	}
	f.on(func() { _ = ours.Reply(491, "Request Pending") })
	again := take(t, f.asked, "second re-INVITE")
	f.on(func() {
		sdp, err := f.media.Answer(again.Req.Body(), media.SendRecv)
		if err != nil {
			t.Error(err)
		}
		_ = again.Accept(f.dialog, again.Response(200, "OK", sdp), nil)
	})
	d.held(t, HeldByMe)
}

func TestARefusedHoldLeavesTheCallAsItWas(t *testing.T) {
	f, d, id := farCall(t)
	if err := d.Hold(id, true); err != nil {
		t.Fatal(err)
	}
	in := take(t, f.asked, "re-INVITE")
	f.on(func() { _ = in.Reply(488, "Not Acceptable Here") })
	if res := f.ask(sip.INFO, nil); res.StatusCode != 200 {
		t.Fatalf("got %d", res.StatusCode)
	}
	if _, c, err := d.find(id); err != nil || c.State != StateTalking || c.HeldBy != HeldByNone {
		t.Fatalf("call %+v, %v", c, err)
	}
}

func TestADialogThatIsGoneThereEndsTheCall(t *testing.T) {
	f, d, id := farCall(t)
	if err := d.Hold(id, true); err != nil {
		t.Fatal(err)
	}
	in := take(t, f.asked, "re-INVITE")
	f.on(func() { _ = in.Reply(481, "Call/Transaction Does Not Exist") })
	if c := d.state(t, StateEnded); c.EndReason != "lost" || c.EndedBy != "network" {
		t.Fatalf("ended %+v", c)
	}
}

// welcomeOnce lets the first registration in and those after back is closed; connections of others are closed.
func welcomeOnce(back <-chan struct{}) func(int, *dispatch.Incoming) {
	return func(n int, in *dispatch.Incoming) {
		select {
		case <-back:
		default:
			if n > 1 {
				in.Flow.Close()
				return
			}
		}
		welcome("")(n, in)
	}
}

func TestHangingUpWithoutConnectionIsSaidWhenThereIsOneAgain(t *testing.T) {
	t.Parallel()
	back := make(chan struct{})
	r := startRegistrar(t, welcomeOnce(back))
	f, d, id := farCallAt(t, r, "tcp")
	f.ask(sip.OPTIONS, nil) // the ACK has come before it
	old := r.flow()
	old.Close()
	waitFor(t, "loss of the connection", func() bool { return d.accounts[0].current() == nil })
	if err := d.HangUp(id); err != nil {
		t.Fatal(err)
	}
	d.state(t, StateEnded)
	close(back)
	if in := take(t, f.asked, "BYE"); in.Req.Method != sip.BYE || in.Flow == old {
		t.Fatalf("got %s", in.Req.Method)
	}
	nothingLeft(t, d)
}

func TestWhatCannotBeSentIsSentWhenThereIsAConnectionAgain(t *testing.T) {
	for name, event := range map[string]any{"hold": hold{on: true}, "session refresh": refresh{}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			back := make(chan struct{})
			r := startRegistrar(t, welcomeOnce(back))
			f, d, id := farCallAt(t, r, "tcp")
			f.ask(sip.OPTIONS, nil) // the ACK has come before it
			old := r.flow()
			old.Close()
			waitFor(t, "loss of the connection", func() bool { return d.accounts[0].current() == nil })
			d.Phone.mu.Lock()
			c := d.calls[id]
			d.Phone.mu.Unlock()
			failed := make(chan bool, 1)
			_ = c.box.Post(func() { c.step(event); failed <- !c.changing && !c.offered })
			if !take(t, failed, "step") {
				t.Fatal("a change that was not sent counts as sent")
			}
			close(back)
			in := take(t, f.asked, "re-INVITE")
			if in.Flow == old || in.Req.Method != sip.INVITE || in.Req.Contact().Address.Port != int(in.Flow.Remote().Port()) {
				t.Fatalf("got\n%s", in.Req)
			}
			f.on(func() {
				sdp, err := f.media.Answer(in.Req.Body(), media.SendRecv)
				if err != nil {
					t.Error(err)
				}
				_ = in.Accept(f.dialog, in.Response(200, "OK", sdp), nil)
			})
			if name == "hold" {
				d.held(t, HeldByMe)
			}
		})
	}
}

func TestAnOfferThatCannotBeAnsweredDoesNotCountAsHold(t *testing.T) {
	f, d, id := farCall(t)
	f.ask(sip.OPTIONS, nil) // the ACK has come before it: it would start our offer
	d.Phone.mu.Lock()
	c := d.calls[id]
	d.Phone.mu.Unlock()
	_ = c.box.Post(func() { c.hold(true) }) // our own offer has yet to go out
	if res := f.ask(sip.UPDATE, []byte("nonsense")); res.StatusCode != 400 {
		t.Fatalf("got %d", res.StatusCode)
	}
	offered := make(chan bool, 1)
	_ = c.box.Post(func() { offered <- c.offered })
	if take(t, offered, "step") {
		t.Fatal("the hold counts as offered")
	}
}

func TestAByeThatCannotBeSentIsGivenUpInTheEnd(t *testing.T) {
	f, d, id := farCallAt(t, startRegistrar(t, welcomeOnce(nil)), "tcp")
	f.ask(sip.OPTIONS, nil) // the ACK has come before it
	d.Phone.mu.Lock()
	c := d.calls[id]
	d.Phone.mu.Unlock()
	_ = c.box.Post(func() {
		c.byeUntil = time.Now() // as after 32 seconds of trying
		c.dialog.Flow.Close()
		c.step(hangUp{})
	})
	nothingLeft(t, d)
}

func TestWithoutAckTheByeGoesByThePresentConnection(t *testing.T) {
	r := startRegistrar(t, welcome(""))
	_, d, id := farCallAt(t, r, "tcp")
	d.Phone.mu.Lock()
	c := d.calls[id]
	d.Phone.mu.Unlock()
	r.flow().Close()
	waitFor(t, "new registration", func() bool { f := c.a.current(); return f != nil && len(r.requests()) >= 2 })
	flow := make(chan *dispatch.Flow, 1)
	_ = c.box.Post(func() {
		c.unacked++
		c.step(acked{err: dispatch.ErrNoAck})
		flow <- c.dialog.Flow
	})
	if f := take(t, flow, "flow"); f != c.a.current() {
		t.Fatal("the dialog keeps a connection that is gone")
	}
}

func TestCallsEndWhenThePhoneStops(t *testing.T) {
	a, stop := startPhone(t, toneA, alone("alice"))
	b, _ := startPhone(t, toneB, alone("bob"))
	_, in := ringUp(t, a, b)
	_ = b.Answer(in.ID)
	b.state(t, StateTalking)
	stop()
	select {
	case <-a.empty:
	default:
		t.Fatal("the stop did not wait for the call's end, but for the farewell to run out")
	}
	if c := b.state(t, StateEnded); c.EndReason != "hung_up" || c.EndedBy != "them" {
		t.Fatalf("ended %+v", c)
	}
}
