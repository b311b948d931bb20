package floor

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/desk"
)

func contact(user string) sip.Uri { return sip.Uri{Scheme: "sip", User: user, Host: "127.0.0.1"} }

func phones() *registrations {
	return &registrations{longest: time.Minute, byExt: map[string][]binding{}}
}

func bound(r *registrations) (out []string) {
	for _, b := range r.byExt["8001"] {
		out = append(out, b.contact.User)
	}
	return out
}

func (r *registrations) mustRegister(t *testing.T, sec float64, callID string, seq uint32, wishes ...wish) []binding {
	t.Helper()
	b, err := r.register(at(sec), "8001", callID, seq, nil, false, wishes)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestARegistrationRunsOut(t *testing.T) {
	r := phones()
	b := r.mustRegister(t, 0, "a", 1, wish{contact("desk"), time.Hour})
	if got := b[0].expires.Sub(start); got != time.Minute {
		t.Errorf("granted %v, want the longest, a minute", got)
	}
	r.expire(at(59.9))
	if _, ok := r.newest("8001"); !ok {
		t.Error("gone too early")
	}
	r.expire(at(60))
	if _, ok := r.newest("8001"); ok {
		t.Error("still there after it ran out")
	}
}

func TestUnregisteringTakesOnlyTheOwnContact(t *testing.T) {
	r := phones()
	r.mustRegister(t, 0, "a", 1, wish{contact("desk"), time.Minute})
	r.mustRegister(t, 1, "b", 1, wish{contact("home"), time.Minute})
	r.mustRegister(t, 2, "b", 2, wish{contact("home"), 0})
	if got := fmt.Sprint(bound(r)); got != "[desk]" {
		t.Errorf("left: %s", got)
	}
	if _, err := r.register(at(3), "8001", "c", 1, nil, true, nil); err != nil || bound(r) != nil {
		t.Errorf("after *: %v, %v", bound(r), err)
	}
}

func TestAnOldRegisterChangesNothing(t *testing.T) {
	r := phones()
	r.mustRegister(t, 0, "a", 5, wish{contact("desk"), time.Minute})
	for _, star := range []bool{false, true} {
		var wishes []wish
		if !star {
			wishes = []wish{{contact("desk"), 0}}
		}
		if _, err := r.register(at(1), "8001", "a", 5, nil, star, wishes); !errors.Is(err, errOldSequence) {
			t.Errorf("got %v", err)
		}
	}
	if got := fmt.Sprint(bound(r)); got != "[desk]" {
		t.Errorf("left: %s", got)
	}
}

func TestTheOldestContactMakesRoom(t *testing.T) {
	r := phones()
	for i := range maxBindings + 1 {
		r.mustRegister(t, float64(i), fmt.Sprint(i), 1, wish{contact(fmt.Sprint(i)), time.Minute})
	}
	if got := fmt.Sprint(bound(r)); got != "[1 2 3 4]" {
		t.Errorf("bound: %s", got)
	}
	if b, _ := r.newest("8001"); b.contact.User != "4" {
		t.Errorf("newest is %s", b.contact.User)
	}
}

func TestTheRegistrarOverTheWire(t *testing.T) {
	f := run(t, Config{Agents: []Agent{ann}, MaxExpires: 90 * time.Second})
	feed := watch(t, f)
	for _, tc := range []struct {
		name, ext, password string
		want                int
	}{
		{"the right password", "8001", "a-1", 200},
		{"a wrong password", "8001", "a-2", 401},
		{"no password", "8001", "", 401},
		{"an unknown extension", "8009", "a-1", 404},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := newPhone(t, f, "udp", tc.ext, tc.password)
			res := p.register(3600)
			if res.StatusCode != tc.want {
				t.Fatalf("got %d, want %d", res.StatusCode, tc.want)
			}
			if tc.want != 200 {
				return
			}
			until(t, feed, desk.AgentReachable)
			if v, _ := res.Contact().Params.Get("expires"); v != "90" {
				t.Errorf("granted %s s, want 90", v)
			}
			other := newPhone(t, f, "tcp", tc.ext, tc.password)
			if res := other.register(60); len(res.GetHeaders("Contact")) != 2 {
				t.Errorf("the answer lists %d contacts, want both", len(res.GetHeaders("Contact")))
			}
			other.register(0)
			if res := p.register(0); len(res.GetHeaders("Contact")) != 0 {
				t.Error("something is still bound")
			}
			until(t, feed, desk.AgentGone)
		})
	}
}

func TestAStarContactNeedsExpiresNought(t *testing.T) {
	f := run(t, Config{Agents: []Agent{ann}})
	p := newPhone(t, f, "udp", "8001", "a-1")
	star := func(req *sip.Request) {
		req.RemoveHeader("Contact")
		req.AppendHeader(&sip.ContactHeader{Address: sip.Uri{Wildcard: true}})
	}
	if res := p.registerWith(60, star); res.StatusCode != 400 {
		t.Errorf("got %d, want 400", res.StatusCode)
	}
	p.register(60)
	if res := p.registerWith(0, star); res.StatusCode != 200 || len(res.GetHeaders("Contact")) != 0 {
		t.Errorf("got %d with %d contacts", res.StatusCode, len(res.GetHeaders("Contact")))
	}
}

func TestARegistrationThatIsNotRenewedIsGone(t *testing.T) {
	f := run(t, Config{Agents: []Agent{ann}})
	feed := watch(t, f)
	newPhone(t, f, "udp", "8001", "a-1").register(1)
	until(t, feed, desk.AgentReachable)
	until(t, feed, desk.AgentGone)
}

func TestAPhoneWhoseConnectionBreaksIsGone(t *testing.T) {
	f := run(t, Config{Agents: []Agent{ann}})
	feed := watch(t, f)
	p := newPhone(t, f, "tcp", "8001", "a-1")
	p.register(60)
	until(t, feed, desk.AgentReachable)
	p.flow.Close()
	until(t, feed, desk.AgentGone)
}

func TestAStaleNonceIsSaidToBeStale(t *testing.T) {
	g := newGate([]Agent{ann})
	nonce := g.nonce(start)
	for _, tc := range []struct {
		name       string
		now        time.Time
		nonce      string
		ours, good bool
	}{
		{"fresh", at(1), nonce, true, true},
		{"old", start.Add(nonceLife + time.Millisecond), nonce, true, false},
		{"from the future", at(-1), nonce, true, false},
		{"somebody else's", at(1), newGate(nil).nonce(start), false, false},
		{"nonsense", at(1), "x", false, false},
	} {
		if ours, good := g.fresh(tc.now, tc.nonce); ours != tc.ours || good != tc.good {
			t.Errorf("%s: ours %v, good %v", tc.name, ours, good)
		}
	}
}

func TestASlowFeedGetsAFreshSnapshot(t *testing.T) {
	s := newSubscriber()
	s.restart([]desk.QueueEvent{{Kind: desk.SnapshotBegan}})
	for range feedLimit + 5 {
		s.put(desk.QueueEvent{Kind: desk.CallerJoined})
	}
	if events, lost := s.take(); !lost || len(events) != 0 {
		t.Fatalf("%d events, lost %v", len(events), lost)
	}
	s.restart([]desk.QueueEvent{{Kind: desk.SnapshotBegan}})
	s.put(desk.QueueEvent{Kind: desk.CallerJoined})
	if events, lost := s.take(); lost || len(events) != 2 {
		t.Fatalf("%d events, lost %v", len(events), lost)
	}
}

func TestSeveralFeedsAndOneThatSleeps(t *testing.T) {
	f := run(t, Config{})
	awake := watch(t, f)
	until(t, awake, desk.SnapshotEnded)
	entered, wake := make(chan struct{}), make(chan struct{})
	var sleeperSaw []desk.QueueEventKind
	enough := make(chan struct{})
	asleep := false
	go func() {
		_ = f.Feed().Run(t.Context(), func(e desk.QueueEvent) {
			if !asleep {
				asleep = true
				close(entered)
				<-wake
			}
			if e.Kind == desk.FeedAlive {
				return
			}
			sleeperSaw = append(sleeperSaw, e.Kind)
			if e.Kind == desk.SnapshotEnded && len(sleeperSaw) > 4 {
				close(enough)
			}
		})
	}()
	get(t, entered, "first event")
	// More than a feed keeps: each call gives two events.
	for range feedLimit/2 + 1 {
		p := place(t, f, Caller{Number: "1"})
		p.HangUp()
		get(t, p.Done(), "end")
	}
	close(wake)
	get(t, enough, "second snapshot")
	for range feedLimit/2 + 1 {
		until(t, awake, desk.CallerAbandoned) // the other feed missed nothing
	}
}

func TestAFeedSaysThatItIsAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &Floor{cfg: Config{Now: time.Now}, inbox: make(chan func(*loop)), stopped: make(chan struct{})}
		cfg, _ := Config{}.withDefaults()
		l := &loop{f: f, w: newWorld(cfg, time.Now()), feeds: map[*subscriber]bool{}}
		go func() {
			for do := range f.inbox {
				do(l)
			}
		}()
		var alive []time.Duration
		begin := time.Now()
		ended := make(chan error)
		go func() {
			ended <- f.Feed().Run(t.Context(), func(e desk.QueueEvent) {
				if e.Kind != desk.FeedAlive {
					return
				}
				if alive = append(alive, time.Since(begin)); len(alive) == 4 {
					close(f.stopped)
				}
			})
		}()
		if err := <-ended; !errors.Is(err, ErrStopped) {
			t.Error(err)
		}
		for i, d := range alive {
			if d > time.Duration(i+1)*time.Second {
				t.Errorf("sign of life %d only after %v", i+1, d)
			}
		}
		close(f.inbox)
	})
}

func TestEveryVoiceIsThere(t *testing.T) {
	var c clips
	for _, lang := range []string{"zh", "en"} {
		for _, topic := range topics() {
			v, err := c.of(lang, topic)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range []clip{v.matter, v.detail, v.hello, v.yes, v.ok, v.there, v.bye} {
				if loudest(p) < 3000 {
					t.Errorf("%s %s: a clip is silent", lang, topic)
				}
			}
		}
		if p, err := c.get(lang + "-wait"); err != nil || loudest(p) < 3000 {
			t.Errorf("%s-wait: %v", lang, err)
		}
	}
	if _, err := c.get("music"); err != nil {
		t.Error(err)
	}
	if len(c.have) != 43 {
		t.Errorf("%d sounds were used, some file is of no use", len(c.have))
	}
}

func loudest(p clip) (peak int16) {
	for _, s := range p {
		peak = max(peak, s)
	}
	return peak
}

func FuzzDecodeALaw(f *testing.F) {
	b, err := voiceFiles.ReadFile("voices/zh-m-ok.wav")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:60])
	f.Fuzz(func(t *testing.T, b []byte) {
		if pcm, err := decodeALaw(b); err == nil && len(pcm) > len(b) {
			t.Error("more samples than bytes")
		}
	})
}
