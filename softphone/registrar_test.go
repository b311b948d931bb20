package softphone

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
)

// registrar is a small one for tests: it answers every REGISTER as policy says and keeps what came.
type testRegistrar struct {
	*dispatch.Endpoint
	policy func(n int, in *dispatch.Incoming) // n counts from 1

	dead    atomic.Bool             // it hears and says nothing
	deaf    atomic.Bool             // to OPTIONS
	options atomic.Int32            // how many came
	invited chan *dispatch.Incoming // their INVITEs; nil: it takes none

	mu    sync.Mutex
	came  []*sip.Request
	flows []*dispatch.Flow
}

func startRegistrar(t *testing.T, policy func(n int, in *dispatch.Incoming)) *testRegistrar {
	t.Helper()
	r := &testRegistrar{policy: policy}
	e, err := dispatch.Open(dispatch.Config{
		Networks: []string{"udp", "tcp"}, IP: netip.MustParseAddr("127.0.0.1"), Request: r.take,
	})
	if err != nil {
		t.Fatal(err)
	}
	r.Endpoint = e
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = e.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return r
}

func (r *testRegistrar) take(in *dispatch.Incoming) {
	if in.Req.Method == sip.OPTIONS {
		r.options.Add(1)
	}
	switch {
	case r.dead.Load(), in.Req.Method == sip.OPTIONS && r.deaf.Load():
		return
	case in.Req.Method == sip.INVITE && r.invited != nil:
		r.invited <- in
		return
	case in.Req.Method != sip.REGISTER:
		_ = in.Reply(405, "Method Not Allowed")
		return
	}
	r.mu.Lock()
	r.came = append(r.came, in.Req)
	r.flows = append(r.flows, in.Flow)
	n := len(r.came)
	r.mu.Unlock()
	r.policy(n, in)
}

func (r *testRegistrar) requests() []*sip.Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]*sip.Request(nil), r.came...)
}

func (r *testRegistrar) flow() *dispatch.Flow {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.flows[len(r.flows)-1]
}

func (r *testRegistrar) uri(network string) string {
	return fmt.Sprintf("sip:%s;transport=%s", r.Addr(network), network)
}

func (r *testRegistrar) account(network string) Account {
	return Account{AOR: "sip:101@127.0.0.1", Registrars: []string{r.uri(network)}, Password: "secret"}
}

// welcome registers for the time asked, or for expires.
func welcome(expires string) func(int, *dispatch.Incoming) {
	return func(_ int, in *dispatch.Incoming) {
		res := in.Response(200, "OK", nil)
		if c := in.Req.Contact(); c != nil && expires != "" {
			own := c.Clone()
			own.Params.Add("expires", expires)
			other := &sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: "101", Host: "192.0.2.1"}}
			other.Params.Add("expires", "3600")
			res.AppendHeader(other)
			res.AppendHeader(own)
		}
		_ = in.Send(res)
	}
}

func refuse(code int, headers ...string) func(int, *dispatch.Incoming) {
	return func(_ int, in *dispatch.Incoming) {
		res := in.Response(code, "No", nil)
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			res.AppendHeader(sip.NewHeader(name, value))
		}
		_ = in.Send(res)
	}
}

func TestARefusedRegistrationSaysWhy(t *testing.T) {
	const challenge = `WWW-Authenticate: Digest realm="x", nonce="n", algorithm=SHA-256, qop="auth"`
	for _, c := range []struct {
		name   string
		policy func(int, *dispatch.Incoming)
		reason string
	}{
		{"wrong password", refuse(401, challenge), "wrong_password"},
		{"unknown user", refuse(404), "not_found"},
		{"not allowed", refuse(403), "forbidden"},
		{"broken server", refuse(503), "server_error"},
		{"silence", func(int, *dispatch.Incoming) {}, "timeout"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := startRegistrar(t, c.policy)
			d, _ := startPhone(t, 0, r.account("tcp"))
			if got := d.registered(t, "failed"); got.Reason != c.reason {
				t.Fatalf("reason %q, want %q", got.Reason, c.reason)
			}
			if _, err := d.Dial("700", ""); err == nil {
				t.Fatal("an unregistered account dials")
			}
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		ac := Account{AOR: "sip:101@127.0.0.1", Registrars: []string{"sip:127.0.0.1:1;transport=tcp"}}
		d, _ := startPhone(t, 0, ac)
		if got := d.registered(t, "failed"); got.Reason != "unreachable" {
			t.Fatalf("reason %q", got.Reason)
		}
	})
	t.Run("no such name", func(t *testing.T) {
		ac := Account{AOR: "sip:101@127.0.0.1", Registrars: []string{"sip:registrar.invalid;transport=tcp"}}
		d, _ := startPhone(t, 0, ac)
		if got := d.registered(t, "failed"); got.Reason != "dns" {
			t.Fatalf("reason %q", got.Reason)
		}
	})
}

func TestChallengesOfARegistrarAreAnswered(t *testing.T) {
	r := startRegistrar(t, func(n int, in *dispatch.Incoming) {
		if in.Req.GetHeader("authorization") == nil {
			refuse(401, `WWW-Authenticate: Digest realm="x", nonce="n", algorithm=SHA-256, qop="auth"`,
				`WWW-Authenticate: Digest realm="x", nonce="n", algorithm=MD5, qop="auth"`)(n, in)
			return
		}
		welcome("")(n, in)
	})
	d, _ := startPhone(t, 0, r.account("udp"))
	d.registered(t, "registered")
	came := r.requests()
	if h := came[1].GetHeader("authorization").Value(); !strings.Contains(h, "SHA-256") || !strings.Contains(h, `username="101"`) {
		t.Fatalf("credentials %s", h)
	}
	if a, b := came[0].CSeq().SeqNo, came[1].CSeq().SeqNo; b != a+1 {
		t.Fatalf("CSeq %d then %d", a, b)
	}
}

func TestARegistrationIsRenewedInTimeAndEndsWithItsOwnContactOnly(t *testing.T) {
	t.Parallel()
	r := startRegistrar(t, welcome("3"))
	d, stop := startPhone(t, 0, r.account("udp"))
	d.registered(t, "registered")
	waitFor(t, "renewal", func() bool { return len(r.requests()) >= 2 }) // of the 2 min that were asked for nothing is granted
	stop()
	came := r.requests()
	last := came[len(came)-1]
	if c := last.Contact(); c == nil || c.Address.Wildcard || c.Address.String() != came[0].Contact().Address.String() ||
		last.GetHeader("expires").Value() != "0" {
		t.Fatalf("last REGISTER:\n%s", last)
	}
	d.registered(t, "unregistered")
}

func TestARenewalLeavesTimeToTryAgain(t *testing.T) {
	for granted, want := range map[time.Duration]time.Duration{
		2 * time.Second: time.Second, 3 * time.Second: 1500 * time.Millisecond, 10 * time.Second: 5 * time.Second,
		30 * time.Second: 25 * time.Second, 2 * time.Minute: 108 * time.Second, time.Hour: 54 * time.Minute,
	} {
		if got := refreshAfter(granted); got != want {
			t.Errorf("of %v: after %v, want %v", granted, got, want)
		}
	}
}

func TestTooShortAnIntervalIsAskedAgain(t *testing.T) {
	r := startRegistrar(t, func(n int, in *dispatch.Incoming) {
		if n == 1 {
			refuse(423, "Min-Expires: 600")(n, in)
			return
		}
		welcome("")(n, in)
	})
	d, _ := startPhone(t, 0, r.account("udp"))
	d.registered(t, "registered")
	if v := r.requests()[1].GetHeader("expires").Value(); v != "600" {
		t.Fatalf("asked for %s", v)
	}
}

func TestTheNextRegistrarIsTriedWhen(t *testing.T) {
	for _, c := range []struct {
		name   string
		policy func(int, *dispatch.Incoming)
		below  time.Duration // what would be waited for otherwise
	}{
		{"the first refuses", refuse(503), patience},
		{"the first is silent", func(int, *dispatch.Incoming) {}, slowRegistrar},
	} {
		for _, network := range []string{"udp", "tcp"} {
			t.Run(c.name+" by "+network, func(t *testing.T) {
				t.Parallel()
				bad, good := startRegistrar(t, c.policy), startRegistrar(t, welcome(""))
				ac := bad.account(network)
				ac.Registrars = append(ac.Registrars, good.uri(network))
				begin := time.Now()
				d, _ := startPhone(t, 0, ac)
				ev := d.registered(t, "registered")
				if took := time.Since(begin); ev.Registrar != good.uri(network) || took >= c.below {
					t.Fatalf("registered at %s after %v", ev.Registrar, took)
				}
				d.neverFailed(t)
			})
		}
	}
}

// swallower is a proxy in front of a registrar whose first connection goes dead without a word once the
// registration has passed: what is written to it is taken and goes nowhere.
type swallower struct {
	net.Listener
	dead atomic.Bool
	n    atomic.Int32 // connections
}

func startSwallower(t *testing.T, to string) *swallower {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &swallower{Listener: l}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				_ = in.Close()
				continue
			}
			first := s.n.Add(1) == 1
			context.AfterFunc(ctx, func() { _ = in.Close(); _ = out.Close() })
			wg.Go(func() { s.relay(out, in, first) })
			wg.Go(func() { s.relay(in, out, first) })
		}
	})
	t.Cleanup(func() { cancel(); _ = l.Close(); wg.Wait() })
	return s
}

func (s *swallower) relay(to, from net.Conn, first bool) {
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		if err != nil {
			if !first || !s.dead.Load() {
				_ = to.Close()
			}
			return
		}
		if first && s.dead.Load() {
			continue
		}
		_, _ = to.Write(buf[:n])
	}
}

func TestAConnectionThatDiedWithoutAWordIsReplaced(t *testing.T) {
	t.Parallel()
	r := startRegistrar(t, welcome(""))
	s := startSwallower(t, r.Addr("tcp").String())
	ac := r.account("tcp")
	ac.Registrars = []string{"sip:" + s.Addr().String() + ";transport=tcp"}
	d, _ := startPhone(t, 0, ac)
	d.registered(t, "registered")
	s.dead.Store(true)
	d.Wake()
	if ev := d.registered(t, "failed"); ev.Reason != reasonTimeout {
		t.Fatalf("reason %s", ev.Reason)
	}
	if ev, n := d.registered(t, ""), s.n.Load(); ev.State != "registering" {
		t.Fatalf("%+v after one failure, by connection %d", ev, n)
	}
	if ev, n := d.registered(t, ""), s.n.Load(); ev.State != "registered" || n != 2 {
		t.Fatalf("%+v at the second try, by connection %d", ev, n)
	}
}

func TestACallWithoutMediaHasTheAddressLookedUpAgain(t *testing.T) {
	t.Parallel()
	r := startRegistrar(t, welcome(""))
	ac := r.account("udp")
	ac.Codecs = []string{"none such"} // media cannot be opened, as when the address is gone
	d, _ := startPhone(t, 0, ac)
	d.registered(t, "registered")
	if _, err := d.Dial("700", ""); err != nil {
		t.Fatal(err)
	}
	d.state(t, StateEnded)
	waitFor(t, "new registration", func() bool { return len(r.requests()) >= 2 }) // long before the old one runs out
}

func TestALostConnectionIsRegisteredAgainAtOnce(t *testing.T) {
	r := startRegistrar(t, welcome(""))
	d, _ := startPhone(t, 0, r.account("tcp"))
	d.registered(t, "registered")
	r.flow().Close()
	waitFor(t, "new registration", func() bool { return len(r.requests()) >= 2 }) // long before the old one runs out
	d.neverFailed(t)
}
