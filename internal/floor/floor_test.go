package floor

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone/media"
)

var (
	ann = Agent{Extension: "8001", Password: "a-1", Name: "Ann", Ready: true}
	bo  = Agent{Extension: "8002", Password: "b-2", Name: "Bo", Ready: true}
)

func place(t *testing.T, f *Floor, c Caller) *Placed {
	t.Helper()
	p, err := f.Call(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func state(t *testing.T, c *call, want string) {
	t.Helper()
	if got := get(t, c.state, "state "+want); got != want {
		t.Fatalf("the call is %q, want %q", got, want)
	}
}

func TestACallRingsIsAnsweredAndHeardBothWays(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			f := run(t, Config{Agents: []Agent{ann}})
			feed := watch(t, f)
			until(t, feed, desk.SnapshotEnded)
			p := newPhone(t, f, network, "8001", "a-1")
			if res := p.register(60); res.StatusCode != 200 {
				t.Fatalf("REGISTER: %d", res.StatusCode)
			}
			until(t, feed, desk.AgentReachable)
			caller := place(t, f, Caller{Number: "13800138000", Name: "王芳", Pilot: 1000, Topic: "refund"})
			c := get(t, p.calls, "call")
			if got := c.in.Req.From(); got.Address.User != "13800138000" || got.DisplayName != "王芳" {
				t.Errorf("From is %v", got)
			}
			if c.header("X-Linked-ID") != caller.ID() || c.header("X-Queue") != "support" || c.header("X-Queue-Name") != "客服" {
				t.Errorf("headers: %q %q %q", c.header("X-Linked-ID"), c.header("X-Queue"), c.header("X-Queue-Name"))
			}
			c.answer()
			get(t, caller.Answered(), "answer")
			tone(t, "the agent hears the caller's pilot", 1000, 0.5, c.hears)
			tone(t, "the caller hears the agent", 440, 0.8, caller.Heard)
			c.bye()
			get(t, caller.Done(), "end")
			if caller.Outcome() != OutcomeCompleted || caller.Agent() != "8001" {
				t.Errorf("outcome %s with %s", caller.Outcome(), caller.Agent())
			}
			var kinds []desk.QueueEventKind
			for len(kinds) < 4 {
				kinds = append(kinds, get(t, feed, "event").Kind)
			}
			want := []desk.QueueEventKind{desk.CallerJoined, desk.AgentRang, desk.CallerConnected, desk.CallCompleted}
			if !slices.Equal(kinds, want) {
				t.Errorf("events %v", kinds)
			}
		})
	}
}

// ready is a floor with Ann's phone registered.
func ready(t *testing.T, cfg Config) (*Floor, *phone) {
	t.Helper()
	if cfg.Agents == nil {
		cfg.Agents = []Agent{ann}
	}
	f := run(t, cfg)
	p := newPhone(t, f, "udp", "8001", "a-1")
	if res := p.register(60); res.StatusCode != 200 {
		t.Fatalf("REGISTER: %d", res.StatusCode)
	}
	return f, p
}

func talk(t *testing.T, f *Floor, p *phone, who Caller) (*Placed, *call) {
	t.Helper()
	placed := place(t, f, who)
	c := get(t, p.calls, "call")
	c.answer()
	get(t, placed.Answered(), "answer")
	return placed, c
}

func TestACallerOnHoldHearsMusicAndTheAgentAfterwards(t *testing.T) {
	f, p := ready(t, Config{})
	placed, c := talk(t, f, p, Caller{Number: "1"})
	tone(t, "before", 440, 0.8, placed.Heard)
	c.reinvite(media.SendOnly)
	// The melody's C5 is 523 Hz; the agent's tone is gone.
	tone(t, "music", 523.25, 0.2, func() []int16 {
		pcm := placed.Heard()
		if n := HeardRate / 2; media.ToneLevel(pcm[len(pcm)-n:], HeardRate, 440) > 0.3 {
			return nil
		}
		return pcm
	})
	c.reinvite(media.SendRecv)
	tone(t, "after", 440, 0.8, placed.Heard)
}

func TestAWaitingCallerHearsTheQueue(t *testing.T) {
	f := run(t, Config{Queues: []Queue{{ID: "sales", Name: "Sales", Lang: "en"}}})
	placed := place(t, f, Caller{Number: "1"})
	tone(t, "music after the announcement", 523.25, 0.2, placed.Heard)
}

func TestRingTimeoutCancelsAndRingsTheNextAgent(t *testing.T) {
	f, p := ready(t, Config{Agents: []Agent{ann, bo}, RingTimeout: 300 * time.Millisecond})
	q := newPhone(t, f, "udp", "8002", "b-2")
	feed := watch(t, f)
	until(t, feed, desk.SnapshotEnded)
	placed := place(t, f, Caller{Number: "1"})
	first := get(t, p.calls, "first call")
	if res := q.register(60); res.StatusCode != 200 {
		t.Fatalf("REGISTER: %d", res.StatusCode)
	}
	state(t, first, "cancelled")
	if e := until(t, feed, desk.AgentRangOut); e.Agent != "8001" {
		t.Errorf("rang out at %s", e.Agent)
	}
	second := get(t, q.calls, "second call")
	second.answer()
	get(t, placed.Answered(), "answer")
	if e := until(t, feed, desk.CallerConnected); e.Agent != "8002" || e.Call != placed.ID() {
		t.Errorf("connected with %s", e.Agent)
	}
}

func TestABusyAgentsCallGoesToTheNextAtOnce(t *testing.T) {
	f, p := ready(t, Config{Agents: []Agent{ann, bo}})
	q := newPhone(t, f, "udp", "8002", "b-2")
	q.register(60)
	place(t, f, Caller{Number: "1"})
	get(t, p.calls, "first call").refuse(486)
	get(t, q.calls, "second call")
}

func TestACallerWhoLeavesWhileItRingsIsCancelledAndCounted(t *testing.T) {
	f, p := ready(t, Config{})
	feed := watch(t, f)
	placed := place(t, f, Caller{Number: "1"})
	c := get(t, p.calls, "call")
	placed.HangUp()
	state(t, c, "cancelled")
	get(t, placed.Done(), "end")
	if placed.Outcome() != OutcomeAbandoned {
		t.Errorf("outcome %s", placed.Outcome())
	}
	until(t, feed, desk.CallerAbandoned)
}

func TestACallerSaysGoodbyeAndHangsUpWhenTheTalkIsOver(t *testing.T) {
	f, p := ready(t, Config{})
	placed, c := talk(t, f, p, Caller{Number: "1", Talk: 200 * time.Millisecond})
	state(t, c, "ended")
	get(t, placed.Done(), "end")
	if placed.Outcome() != OutcomeCompleted {
		t.Errorf("outcome %s", placed.Outcome())
	}
}

func TestWhoIsNotReadyIsRungWhenReady(t *testing.T) {
	lazy := ann
	lazy.Ready = false
	f, p := ready(t, Config{Agents: []Agent{lazy}})
	feed := watch(t, f)
	until(t, feed, desk.SnapshotEnded)
	place(t, f, Caller{Number: "1"})
	if e := get(t, feed, "event"); e.Kind != desk.CallerJoined {
		t.Fatalf("event %s", e.Kind)
	}
	f.SetReady("8001", true)
	f.SetReady("nobody", true)
	get(t, p.calls, "call")
}

func TestTheScriptCallsOnceAnAgentIsThere(t *testing.T) {
	f, p := ready(t, Config{FirstCall: 50 * time.Millisecond, Between: Range{time.Hour, time.Hour}, Seed: 1})
	c := get(t, p.calls, "call")
	number := c.in.Req.From().Address.User
	c.answer()
	placed, err := f.Find(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	get(t, placed.Answered(), "answer")
	if _, err := f.Find(t.Context(), "0"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("found a call nobody made: %v", err)
	}
}

func TestDialledCustomersAnswerAndHearTheAgent(t *testing.T) {
	f, p := ready(t, Config{Pilot: 1200, RingOutside: Range{50 * time.Millisecond, 50 * time.Millisecond}})
	feed := watch(t, f)
	c := p.dial("13912345678")
	state(t, c, "100")
	state(t, c, "180")
	busy := until(t, feed, desk.AgentBusy)
	state(t, c, "200")
	tone(t, "the agent hears the customer's pilot", 1200, 0.5, c.hears)
	placed, err := f.Find(t.Context(), "13912345678")
	if err != nil {
		t.Fatal(err)
	}
	if busy.Call != placed.ID() || busy.Agent != "8001" {
		t.Errorf("busy with %+v", busy)
	}
	tone(t, "the customer hears the agent", 440, 0.8, placed.Heard)
	if err := c.session.SendDigits("12#"); err != nil {
		t.Fatal(err)
	}
	c.bye()
	get(t, placed.Done(), "end")
	until(t, feed, desk.AgentIdle)
}

func TestACustomerWhomAnAgentDialledCanHangUp(t *testing.T) {
	f, p := ready(t, Config{RingOutside: Range{time.Millisecond, time.Millisecond}})
	c := p.dial("+8613912345678")
	for range 3 {
		get(t, c.state, "response")
	}
	placed, err := f.Find(t.Context(), "+8613912345678")
	if err != nil {
		t.Fatal(err)
	}
	placed.HangUp()
	state(t, c, "ended")
}

func TestDigitsArrive(t *testing.T) {
	f, p := ready(t, Config{})
	placed, c := talk(t, f, p, Caller{Number: "1"})
	tone(t, "sound", 440, 0.8, placed.Heard)
	if err := c.session.SendDigits("12#"); err != nil {
		t.Fatal(err)
	}
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	limit := time.After(patience)
	for placed.Digits() != "12#" {
		select {
		case <-ticker.C:
		case <-limit:
			t.Fatalf("digits %q", placed.Digits())
		}
	}
}

func TestTheDialPlan(t *testing.T) {
	_, p := ready(t, Config{Agents: []Agent{ann, bo}, RingOutside: Range{time.Millisecond, time.Millisecond}})
	for _, tc := range []struct{ number, want string }{
		{"8999", "404"},
		{"13900000404", "404"},
		{"*97", "404"},
		{"13900000486", "486"},
		{"13900000603", "100 180 603"},
		{"8002", "100 480"},
		{"8001", "100 480"},
	} {
		c := p.dial(tc.number)
		var got []string
		for want := range strings.FieldsSeq(tc.want) {
			s := get(t, c.state, want)
			got = append(got, s)
		}
		if s := strings.Join(got, " "); s != tc.want {
			t.Errorf("%s: %s, want %s", tc.number, s, tc.want)
		}
	}
}

func TestTheEchoAndTheMeasuringTone(t *testing.T) {
	_, p := ready(t, Config{})
	for number, hz := range map[string]float64{"700": 440, "701": 1004} {
		c := p.dial(number)
		for range 3 {
			get(t, c.state, "response")
		}
		tone(t, number, hz, 0.8, c.hears)
		c.bye()
	}
}

func TestAnAgentCanCancelADialledCall(t *testing.T) {
	f, p := ready(t, Config{})
	feed := watch(t, f)
	c := p.dial("13900000480")
	state(t, c, "100")
	state(t, c, "180")
	c.do(func() error { c.out.Cancel(); return nil })
	state(t, c, "487")
	until(t, feed, desk.AgentBusy)
	until(t, feed, desk.AgentIdle)
}

func TestTwoAgentsTalkToEachOther(t *testing.T) {
	f, p := ready(t, Config{Agents: []Agent{ann, bo}})
	q := newPhone(t, f, "tcp", "8002", "b-2")
	q.register(60)
	a := p.dial("8002")
	b := get(t, q.calls, "call")
	b.answer()
	for range 3 {
		get(t, a.state, "response")
	}
	tone(t, "Ann hears Bo", 440, 0.8, a.hears)
	tone(t, "Bo hears Ann", 440, 0.8, b.hears)
	b.bye()
	state(t, a, "ended")
}

func TestAnAgentWhoDialsOutIsNotRung(t *testing.T) {
	f, p := ready(t, Config{})
	feed := watch(t, f)
	c := p.dial("701")
	for range 3 {
		get(t, c.state, "response")
	}
	place(t, f, Caller{Number: "1"})
	until(t, feed, desk.CallerJoined)
	c.bye()
	for {
		e := get(t, feed, "event")
		if e.Kind == desk.AgentRang {
			t.Fatal("rung during another call")
		}
		if e.Kind == desk.AgentIdle {
			break
		}
	}
	get(t, p.calls, "call")
}

func TestCallsNeedTheRightPassword(t *testing.T) {
	f := run(t, Config{Agents: []Agent{ann}})
	for _, tc := range []struct{ ext, password, want string }{{"8001", "wrong", "407"}, {"8009", "a-1", "403"}} {
		p := newPhone(t, f, "udp", tc.ext, tc.password)
		if got := get(t, p.dial("700").state, "refusal"); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.ext, got, tc.want)
		}
	}
}

func TestAFloorThatStopsHangsUp(t *testing.T) {
	f, err := Open(Config{Agents: []Agent{ann}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	p := newPhone(t, f, "udp", "8001", "a-1")
	p.register(60)
	placed, c := talk(t, f, p, Caller{Number: "1"})
	waiting := place(t, f, Caller{Number: "2"})
	cancel()
	if err := get(t, ended, "end"); err != nil {
		t.Fatal(err)
	}
	state(t, c, "ended")
	for _, w := range []*Placed{placed, waiting} {
		get(t, w.Done(), "end of a call")
		if w.Outcome() != OutcomeStopped {
			t.Errorf("outcome %s", w.Outcome())
		}
	}
	if _, err := f.Call(t.Context(), Caller{}); !errors.Is(err, ErrStopped) {
		t.Errorf("a stopped floor took a call: %v", err)
	}
	if err := f.Feed().Run(t.Context(), func(desk.QueueEvent) {}); !errors.Is(err, ErrStopped) {
		t.Errorf("a stopped floor fed: %v", err)
	}
	if err := f.Run(t.Context()); !errors.Is(err, ErrStopped) {
		t.Errorf("ran twice: %v", err)
	}
}

func TestAConfigThatCannotWorkIsRefused(t *testing.T) {
	for name, cfg := range map[string]Config{
		"speed":           {Speed: -1},
		"same extension":  {Agents: []Agent{ann, ann}},
		"unknown queue":   {Agents: []Agent{{Extension: "1", Queues: []string{"x"}}}},
		"same queue":      {Queues: []Queue{{ID: "a"}, {ID: "a"}}},
		"too many agents": {Colleagues: maxAgents + 1},
	} {
		if _, err := Open(cfg); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOtherRequestsAreAnswered(t *testing.T) {
	f := run(t, Config{Agents: []Agent{ann}})
	p := newPhone(t, f, "udp", "8001", "a-1")
	for _, tc := range []struct {
		method sip.RequestMethod
		want   int
	}{{sip.OPTIONS, 200}, {sip.MESSAGE, 405}, {sip.SUBSCRIBE, 405}} {
		res := p.registerWith(0, func(req *sip.Request) {
			req.Method, req.CSeq().MethodName = tc.method, tc.method
		})
		if res.StatusCode != tc.want {
			t.Errorf("%s: %d, want %d", tc.method, res.StatusCode, tc.want)
		}
	}
}

func TestWhatWasNotHeardYetIsSilence(t *testing.T) {
	const hz = 440
	p := &Placed{line: newLine(nil)}
	block := make([]int16, media.Rate/50)
	whole := media.NewTone(hz, 0.5)
	hear := func(d time.Duration) {
		for range d / (20 * time.Millisecond) {
			whole.Fill(block)
			p.line.remember(block)
		}
	}
	if got := p.HeardTone(hz, time.Second); got != 0 {
		t.Errorf("before the first sound: %.3f", got)
	}
	hear(20 * time.Millisecond)
	if got := p.HeardTone(hz, time.Second); got < 0.01 || got > 0.03 {
		t.Errorf("a fiftieth of a second of the tone: %.3f", got)
	}
	hear(980 * time.Millisecond)
	if got := p.HeardTone(hz, time.Second); got < 0.9 {
		t.Errorf("a second of the tone: %.3f", got)
	}
	if got := p.HeardTone(hz, time.Minute); got < 0.05 || got > 0.15 {
		t.Errorf("a second of ten: %.3f", got)
	}
}
