package softphone

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
	"github.com/callbench/callbench/softphone/media"
)

const (
	toneA = 620
	toneB = 850
)

func alone(user string) Account { return Account{AOR: "sip:" + user + "@127.0.0.1"} }

// ringUp has a call b and waits until b rings.
func ringUp(t *testing.T, a, b *desk) (out string, in Call) {
	t.Helper()
	out, err := a.Dial(b.address(), "")
	if err != nil {
		t.Fatal(err)
	}
	return out, b.state(t, StateRinging)
}

func TestTwoPhonesTalkHoldAndHangUp(t *testing.T) {
	a, _ := startPhone(t, toneA, alone("alice"))
	b, _ := startPhone(t, toneB, alone("bob"))
	out, in := ringUp(t, a, b)
	a.state(t, StateEarly)
	if in.Number != "alice" || in.Direction != DirectionIn || in.Transport != "udp" {
		t.Fatalf("call %+v", in)
	}
	if err := b.Answer(in.ID); err != nil {
		t.Fatal(err)
	}
	if c := a.state(t, StateTalking); c.Codec == "" || c.AnsweredAt.IsZero() || c.Linked == "" {
		t.Fatalf("call %+v", c)
	}
	b.state(t, StateTalking)
	a.ears.waitTone(t, toneB)
	b.ears.waitTone(t, toneA)

	steps := []struct {
		d    *desk
		id   string
		on   bool
		a, b string
	}{
		{a, out, true, HeldByMe, HeldByThem},
		{b, in.ID, true, HeldByBoth, HeldByBoth},
		{a, out, false, HeldByThem, HeldByMe},
		{b, in.ID, false, HeldByNone, HeldByNone},
	}
	for _, s := range steps {
		if err := s.d.Hold(s.id, s.on); err != nil {
			t.Fatal(err)
		}
		a.held(t, s.a)
		b.held(t, s.b)
		if s.b == HeldByThem || s.a == HeldByThem { // one holds: the microphone must not be heard there
			held := b
			if s.a == HeldByThem {
				held = a
			}
			held.ears.forget()
			held.ears.waitSilence(t)
		}
	}
	a.ears.forget()
	a.ears.waitTone(t, toneB)
	if err := a.HangUp(out); err != nil {
		t.Fatal(err)
	}
	if c := b.state(t, StateEnded); c.EndReason != "hung_up" || c.EndedBy != "them" {
		t.Fatalf("ended %+v", c)
	}
	if c := a.state(t, StateEnded); c.EndReason != "hung_up" || c.EndedBy != "me" {
		t.Fatalf("ended %+v", c)
	}
	nothingLeft(t, a, b)
}

// nothingLeft waits until no dialog is left on any phone.
func nothingLeft(t *testing.T, desks ...*desk) {
	t.Helper()
	for _, d := range desks {
		waitFor(t, "end of all dialogs", func() bool {
			d.Phone.mu.Lock()
			defer d.Phone.mu.Unlock()
			return len(d.calls) == 0
		})
	}
}

func TestACallThatIsNotAnswered(t *testing.T) {
	a, _ := startPhone(t, toneA, alone("alice"))
	b, _ := startPhone(t, toneB, alone("bob"))
	t.Run("is declined", func(t *testing.T) {
		_, in := ringUp(t, a, b)
		if err := b.HangUp(in.ID); err != nil {
			t.Fatal(err)
		}
		if c := a.state(t, StateEnded); c.EndReason != "busy" || c.EndCode != 486 || c.EndedBy != "them" {
			t.Fatalf("caller %+v", c)
		}
		if c := b.state(t, StateEnded); c.EndReason != "rejected" || c.EndedBy != "me" {
			t.Fatalf("callee %+v", c)
		}
	})
	t.Run("is cancelled", func(t *testing.T) {
		out, _ := ringUp(t, a, b)
		if err := a.HangUp(out); err != nil {
			t.Fatal(err)
		}
		if c := b.state(t, StateEnded); c.EndReason != "cancelled" || c.EndedBy != "them" || c.EndCode != 487 {
			t.Fatalf("callee %+v", c)
		}
		if c := a.state(t, StateEnded); c.EndReason != "cancelled" || c.EndedBy != "me" {
			t.Fatalf("caller %+v", c)
		}
	})
	nothingLeft(t, a, b)
	t.Run("does not ring any more", func(t *testing.T) {
		waitFor(t, "silence", func() bool { return !b.ears.ringing() })
	})
}

func TestMethodsRefuseWhatIsNotPossible(t *testing.T) {
	a, _ := startPhone(t, toneA, alone("alice"))
	b, _ := startPhone(t, toneB, alone("bob"))
	out, in := ringUp(t, a, b)
	_, statsErr := a.Stats("x")
	for _, c := range []struct {
		name string
		err  error
		want error
	}{
		{"answer an outbound call", a.Answer(out), ErrNotNow},
		{"hold a ringing call", b.Hold(in.ID, true), ErrNotNow},
		{"answer an unknown call", b.Answer("x"), ErrNoCall},
		{"hang up an unknown call", b.HangUp("x"), ErrNoCall},
		{"stats of an unknown call", statsErr, ErrNoCall},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.err, c.want)
		}
	}
	for to, want := range map[string]error{"": ErrNumber, "1;2": ErrNumber, "a@b": ErrNumber, "sip:": ErrNumber} {
		if _, err := a.Dial(to, ""); !errors.Is(err, want) {
			t.Errorf("dial %q: %v, want %v", to, err, want)
		}
	}
	if _, err := a.Dial("1", "sip:nobody@x"); !errors.Is(err, ErrNoAccount) {
		t.Errorf("dial by an unknown account: %v", err)
	}
}

func TestNumbersAreDialledAsPeopleWriteThem(t *testing.T) {
	a := &account{aor: sip.Uri{Scheme: "sip", User: "101", Host: "pbx.example", Port: 5070}}
	for to, want := range map[string]string{
		"138 0013 8000":      "sip:13800138000@pbx.example:5070",
		"+86 (10) 6552-9988": "sip:+861065529988@pbx.example:5070",
		"*97":                "sip:*97@pbx.example:5070",
		"#21#":               "sip:%2321%23@pbx.example:5070",
		"sip:bob@host":       "sip:bob@host",
	} {
		u, err := a.target(to)
		if err != nil || u.String() != want {
			t.Errorf("%q: %s, %v; want %s", to, u.String(), err, want)
		}
	}
}

// inviteRequest is an INVITE of a PBX.
func inviteRequest(callID string, flow *dispatch.Flow, sdp []byte) *sip.Request {
	req := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "101", Host: "127.0.0.1"})
	from := &sip.FromHeader{DisplayName: "李 Li", Address: sip.Uri{Scheme: "sip", User: "13800138000", Host: "127.0.0.1"}}
	from.Params.Add("tag", callID)
	id := sip.CallIDHeader(callID)
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: req.Recipient})
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.INVITE})
	req.AppendHeader(&sip.ContactHeader{Address: flow.Contact("pbx")})
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(sdp)
	return req
}

// inviteTo sends an INVITE from a peer and gives its responses.
func inviteTo(t *testing.T, r *testRegistrar, flow *dispatch.Flow, callID string, headers ...string) <-chan *sip.Response {
	t.Helper()
	s, err := media.Open(media.Config{IP: flow.Local().Addr()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	sdp, err := s.Offer(media.SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan *sip.Response, 16)
	b := r.Mailbox(callID)
	t.Cleanup(b.Release)
	_ = b.Post(func() {
		req := inviteRequest(callID, flow, sdp)
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			req.AppendHeader(sip.NewHeader(name, value))
		}
		_, err := b.Send(dispatch.Request{Msg: req, Flow: flow, On: func(res *sip.Response, err error) {
			if err == nil && res.StatusCode != 100 {
				got <- res
			}
		}})
		if err != nil {
			t.Error(err)
		}
	})
	return got
}

func reply(t *testing.T, ch <-chan *sip.Response) *sip.Response {
	t.Helper()
	select {
	case res := <-ch:
		return res
	case <-time.After(patience):
		t.Fatal("no response")
		return nil
	}
}

func TestWhatThePBXSaysOfACallIsShown(t *testing.T) {
	r := startRegistrar(t, welcome(""))
	d, _ := startPhone(t, 0, r.account("tcp"))
	d.registered(t, "registered")
	got := inviteTo(t, r, r.flow(), "c1", "X-Linked-ID: 1700000000.42", `X-Queue-Name: "售后 Support"`,
		`P-Asserted-Identity: "王芳" <sip:+8613900139000@pbx>`)
	c := d.state(t, StateRinging)
	if c.Linked != "1700000000.42" || c.Queue != "售后 Support" || c.Number != "+8613900139000" || c.Name != "王芳" || c.Transport != "tcp" {
		t.Fatalf("call %+v", c)
	}
	if res := reply(t, got); res.StatusCode != 180 || res.To().Params.GetOr("tag", "") == "" {
		t.Fatalf("response\n%s", res)
	}
}

func TestStrangersDoNotMakeTheDeskRing(t *testing.T) {
	r := startRegistrar(t, welcome(""))
	d, _ := startPhone(t, 0, r.account("udp"))
	d.registered(t, "registered")
	a := d.accounts[0]
	a.mu.Lock()
	clear(a.trusted) // loopback has one address only
	a.mu.Unlock()
	if res := reply(t, inviteTo(t, r, r.flow(), "stranger")); res.StatusCode != 403 {
		t.Fatalf("got %d", res.StatusCode)
	}
	d.Phone.mu.Lock()
	defer d.Phone.mu.Unlock()
	if len(d.calls) != 0 {
		t.Fatal("it rings")
	}
}

func TestTheSeventhCallIsBusyAndUnknownExtensionsAreRefused(t *testing.T) {
	r := startRegistrar(t, welcome(""))
	d, _ := startPhone(t, 0, r.account("udp"))
	d.registered(t, "registered")
	if res := reply(t, inviteTo(t, r, r.flow(), "ext", "Require: 100rel")); res.StatusCode != 420 {
		t.Fatalf("Require: 100rel: got %d", res.StatusCode)
	}
	for i := range maxLines {
		if res := reply(t, inviteTo(t, r, r.flow(), fmt.Sprint("line", i))); res.StatusCode != 180 {
			t.Fatalf("call %d: got %d", i, res.StatusCode)
		}
	}
	if res := reply(t, inviteTo(t, r, r.flow(), "seventh")); res.StatusCode != 486 {
		t.Fatalf("seventh call: got %d", res.StatusCode)
	}
}

func TestAutoAnswer(t *testing.T) {
	for _, c := range []struct {
		name, mode, header string
		answers            bool
	}{
		{"off ignores the header", AutoAnswerOff, "Answer-Mode: Auto", false},
		{"by header without one", AutoAnswerHeader, "Subject: x", false},
		{"by Answer-Mode", AutoAnswerHeader, "Answer-Mode: Auto", true},
		{"by Call-Info", AutoAnswerHeader, "Call-Info: <sip:127.0.0.1>;answer-after=0", true},
		{"by Alert-Info", AutoAnswerHeader, "Alert-Info: <http://x>;info=alert-autoanswer", true},
		{"by Alert-Info after the time", AutoAnswerHeader, "Alert-Info: <http://x>;answer-after=0", true},
		{"by Alert-Info in words", AutoAnswerHeader, `Alert-Info: info="Auto Answer"`, true},
		{"not by the address in Alert-Info", AutoAnswerHeader, "Alert-Info: <http://auto.example/intercom;info=intercom>;info=bellcore-dr2", false},
		{"always", AutoAnswerAlways, "Subject: x", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := startRegistrar(t, welcome(""))
			ac := r.account("udp")
			ac.AutoAnswer = c.mode
			d, _ := startPhone(t, 0, ac)
			d.registered(t, "registered")
			got := inviteTo(t, r, r.flow(), "auto", c.header)
			if res := reply(t, got); res.StatusCode != 180 {
				t.Fatalf("got %d", res.StatusCode)
			}
			if c.answers {
				if res := reply(t, got); res.StatusCode != 200 {
					t.Fatalf("got %d", res.StatusCode)
				}
				return
			}
			ring := d.state(t, StateRinging)
			if err := d.Answer(ring.ID); err != nil { // still there to be answered by hand
				t.Fatal(err)
			}
		})
	}
}

// losing loses a share of what is sent, the same datagrams for the same seed.
type losing struct {
	net.PacketConn
	mu    sync.Mutex
	r     *rand.Rand
	share float64
}

func (l *losing) WriteTo(p []byte, to net.Addr) (int, error) {
	l.mu.Lock()
	lost := l.r.Float64() < l.share
	l.mu.Unlock()
	if lost {
		return len(p), nil
	}
	return l.PacketConn.WriteTo(p, to)
}

func TestNoLegIsOrphanedWhenAFifthOfTheMessagesIsLost(t *testing.T) {
	t.Parallel()
	wrap := func(seed uint64) func(net.PacketConn) net.PacketConn {
		return func(c net.PacketConn) net.PacketConn {
			return &losing{PacketConn: c, r: rand.New(rand.NewPCG(seed, 2)), share: 0.2}
		}
	}
	a, _ := startLossyPhone(t, toneA, wrap(1), alone("alice"))
	b, _ := startLossyPhone(t, toneB, wrap(2), alone("bob"))
	for range 2 {
		var outs, ins []string
		for range maxLines {
			out, err := a.Dial(b.address(), "")
			if err != nil {
				t.Fatal(err)
			}
			outs = append(outs, out)
		}
		for range maxLines {
			in := b.state(t, StateRinging)
			ins = append(ins, in.ID)
			if err := b.Answer(in.ID); err != nil {
				t.Fatal(err)
			}
		}
		waitFor(t, "answers on both sides", func() bool { return all(a, outs, StateTalking, StateHeld) && all(b, ins, StateTalking, StateHeld) })
		for i := range outs { // one by each side; the order of arrival is not that of dialling
			_ = a.HangUp(outs[i])
			_ = b.HangUp(ins[(i+1)%len(ins)])
		}
		nothingLeft(t, a, b)
	}
}

func all(d *desk, ids []string, states ...string) bool {
	d.Phone.mu.Lock()
	defer d.Phone.mu.Unlock()
	for _, id := range ids {
		if c := d.calls[id]; c == nil || !slices.Contains(states, c.shown.State) {
			return false
		}
	}
	return true
}

func TestSecondCallHoldsTheFirst(t *testing.T) {
	a, _ := startPhone(t, toneA, alone("alice"))
	b, _ := startPhone(t, toneB, alone("bob"))
	_, in := ringUp(t, a, b)
	_ = b.Answer(in.ID)
	b.state(t, StateTalking)
	a.state(t, StateTalking)
	_, second := ringUp(t, a, b)
	a.held(t, HeldByMe)
	b.ears.forget()
	b.ears.waitSilence(t) // the first call, which sends on: the second rings still
	if err := b.Answer(second.ID); err != nil {
		t.Fatal(err)
	}
	c := wait(t, b, "first call held", func(ev CallChanged) bool {
		return ev.Call.ID == in.ID && ev.Call.HeldBy == HeldByBoth
	})
	if c.Call.State != StateHeld {
		t.Fatalf("call %+v", c.Call)
	}
	b.ears.waitTone(t, toneA)
	if n := b.ears.speaking(toneA); n != 1 {
		t.Fatalf("the agent is heard in %d calls", n)
	}
}

// A PBX may relay what comes on hold, so nothing of the microphone may go out then.
func TestAHeldCallStaysSilentWhateverIsMuted(t *testing.T) {
	a, _ := startPhone(t, toneA, alone("alice"))
	b, _ := startPhone(t, toneB, alone("bob"))
	out, in := ringUp(t, a, b)
	_ = b.Answer(in.ID)
	a.state(t, StateTalking)
	b.ears.waitTone(t, toneA)
	_ = a.Hold(out, true)
	b.held(t, HeldByThem)
	for _, on := range []bool{true, false} { // unmuting must not undo what the hold asks
		_ = a.Mute(out, on)
		wait(t, a, "mute", func(c CallChanged) bool { return c.Call.Muted == on })
	}
	b.ears.forget()
	b.ears.waitSilence(t)
	_ = a.Mute(out, true)
	_ = a.Hold(out, false)
	b.held(t, HeldByNone)
	b.ears.forget()
	b.ears.waitSilence(t) // nor the resume what the mute asks
	_ = a.Mute(out, false)
	b.ears.waitTone(t, toneA)
}

func TestSessionTimersAreTakenAsAsked(t *testing.T) {
	req := func(se string) *sip.Request {
		r := sip.NewRequest(sip.INVITE, sip.Uri{Host: "x"})
		r.AppendHeader(sip.NewHeader("Session-Expires", se))
		r.AppendHeader(sip.NewHeader("Allow", "INVITE, UPDATE"))
		return r
	}
	for _, c := range []struct {
		asked, answered string
		ours            bool
	}{
		{"180", "180;refresher=uac", false},
		{"180;refresher=uac", "180;refresher=uac", false},
		{"1800;refresher=uas", "1800;refresher=uas", true},
		{"10", "90;refresher=uac", false},
	} {
		var timer sessionTimer
		res := sip.NewResponse(200, "OK")
		timer.answer(req(c.asked), res)
		if v := res.GetHeader("session-expires").Value(); v != c.answered || timer.ours != c.ours || !timer.update {
			t.Errorf("%s: answered %s, ours %v", c.asked, v, timer.ours)
		}
	}
	var timer sessionTimer
	res := sip.NewResponse(200, "OK")
	res.AppendHeader(sip.NewHeader("Session-Expires", "180;refresher=uas"))
	if timer.agreed(res); timer.ours || timer.interval != 3*time.Minute {
		t.Errorf("agreed %+v", timer)
	}
}

func TestRefusalsAreWorded(t *testing.T) {
	for status, want := range map[int]string{
		486: "busy", 600: "busy", 603: "rejected", 480: "no_answer", 408: "no_answer", 487: "cancelled", 404: "failed", 500: "failed",
	} {
		if got, _ := refusedCall(status); got != want {
			t.Errorf("%d: %s, want %s", status, got, want)
		}
	}
	for reason, want := range map[string]string{
		`SIP;cause=200;text="Call completed elsewhere"`: "elsewhere", "Q.850;cause=16": "cancelled", "": "cancelled",
	} {
		cancel := sip.NewRequest(sip.CANCEL, sip.Uri{Host: "x"})
		cancel.AppendHeader(sip.NewHeader("Reason", reason))
		if got := cancelReason(cancel); got != want {
			t.Errorf("%s: %s, want %s", reason, got, want)
		}
	}
}

// TestRingingAndFirstSoundAreQuick measures: INVITE out of the peer to 180 back, and Answer to the first RTP. Neither
// may wait for a message that is sent again, which is the first thing SIP waits for; the figures are for the log.
func TestRingingAndFirstSoundAreQuick(t *testing.T) {
	a, _ := startPhone(t, toneA, alone("alice"))
	b, _ := startPhone(t, toneB, alone("bob"))
	var ring, sound []time.Duration
	for range 20 {
		begin := time.Now()
		out, in := ringUp(t, a, b)
		a.state(t, StateEarly)
		ring = append(ring, time.Since(begin))
		click := time.Now()
		_ = b.Answer(in.ID)
		waitFor(t, "RTP", func() bool { s, err := b.Stats(in.ID); return err == nil && !s.FirstTx.IsZero() })
		s, _ := b.Stats(in.ID)
		sound = append(sound, s.FirstTx.Sub(click))
		a.state(t, StateTalking)
		_ = a.HangUp(out)
		b.state(t, StateEnded)
		nothingLeft(t, a, b)
	}
	slices.Sort(ring)
	slices.Sort(sound)
	t.Logf("dial → 180: median %v, worst %v; answer → first RTP: median %v, worst %v", ring[10], ring[19], sound[10], sound[19])
	const sentAgain = 500 * time.Millisecond // T1, RFC 3261 section 17.1.1.1
	if ring[10] >= sentAgain || sound[10] >= sentAgain {
		t.Fatal("too slow")
	}
}
