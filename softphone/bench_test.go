package softphone

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/callbench/callbench/softphone/media"
)

// patience outlasts every SIP transaction (32 s), so that a slow machine or lost messages fail no test.
const patience = 40 * time.Second

// ears is a sound card for tests: it speaks a tone, keeps what it hears of each stream, and runs by
// the clock.
type ears struct {
	hz float64

	mu      sync.Mutex
	streams map[media.Stream]*heard
	rings   bool
}

type heard struct {
	tone *media.Tone
	pcm  []int16 // the last second
}

func (e *ears) Attach(s media.Stream) func() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.streams == nil {
		e.streams = map[media.Stream]*heard{}
	}
	e.streams[s] = &heard{tone: media.NewTone(e.hz, 0.5)}
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.streams, s)
	}
}

func (e *ears) Ring(on bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rings = on
}

func (e *ears) ringing() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.rings
}

func (e *ears) run(ctx context.Context) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	block := make([]int16, media.Block)
	next := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for n := 0; n < 10 && !time.Now().Before(next); n++ { // a late tick is made up for
			next = next.Add(10 * time.Millisecond)
			e.mu.Lock()
			for s, h := range e.streams {
				h.tone.Fill(block)
				s.Capture(block)
				s.Playback(block)
				h.pcm = append(h.pcm, block...)
				if over := len(h.pcm) - media.Rate; over > 0 {
					h.pcm = append(h.pcm[:0], h.pcm[over:]...)
				}
			}
			e.mu.Unlock()
		}
	}
}

// level is how much of the last 400 ms of the loudest stream is hz, 0 for silence.
func (e *ears) level(hz float64) float64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	best := 0.0
	for _, h := range e.streams {
		pcm := h.pcm[max(0, len(h.pcm)-media.Rate*4/10):]
		if len(pcm) == media.Rate*4/10 && media.Level(pcm) > 0.01 {
			best = max(best, media.ToneLevel(pcm, media.Rate, hz))
		}
	}
	return best
}

// speaking counts the streams in whose last 400 ms hz is heard at all.
func (e *ears) speaking(hz float64) (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, h := range e.streams {
		pcm := h.pcm[max(0, len(h.pcm)-media.Rate*4/10):]
		if media.Level(pcm) > 0.001 && media.ToneLevel(pcm, media.Rate, hz) > 0.1 {
			n++
		}
	}
	return n
}

func (e *ears) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, h := range e.streams {
		h.pcm = nil
	}
}

// waitTone waits until hz is most of what is heard.
func (e *ears) waitTone(t *testing.T, hz float64) {
	t.Helper()
	waitFor(t, "tone", func() bool { return e.level(hz) > 0.8 })
}

// waitSilence waits until the last 400 ms of every stream are still.
func (e *ears) waitSilence(t *testing.T) {
	t.Helper()
	waitFor(t, "silence", func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, h := range e.streams {
			pcm := h.pcm[max(0, len(h.pcm)-media.Rate*4/10):]
			if len(pcm) < media.Rate*4/10 || media.Level(pcm) > 0.001 {
				return false
			}
		}
		return true
	})
}

func waitFor(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.NewTimer(patience)
	defer late.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-late.C:
			t.Fatalf("no %s within %v", what, patience)
		}
	}
}

// desk is a phone in a test with what it has told.
type desk struct {
	*Phone
	ears *ears

	mu   sync.Mutex
	told []Event
	more chan struct{} // signalled at every event
	next int
}

// startPhone runs a phone until the test ends, or until stop.
func startPhone(t *testing.T, hz float64, accounts ...Account) (d *desk, stop func()) {
	t.Helper()
	return startLossyPhone(t, hz, nil, accounts...)
}

func startLossyPhone(
	t *testing.T, hz float64, wrap func(net.PacketConn) net.PacketConn, accounts ...Account,
) (d *desk, stop func()) {
	t.Helper()
	return startPhoneAs(t, hz, Config{Accounts: accounts, wrap: wrap})
}

func startPhoneAs(t *testing.T, hz float64, cfg Config) (d *desk, stop func()) {
	t.Helper()
	d = &desk{ears: &ears{hz: hz}, more: make(chan struct{}, 1)}
	cfg.UserAgent, cfg.IP, cfg.Audio, cfg.Emit = "callbench-test", netip.MustParseAddr("127.0.0.1"), d.ears, d.take
	cfg.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelInfo}))
	p, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	d.Phone = p
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { d.ears.run(ctx) })
	wg.Go(func() {
		if err := p.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	stop = func() { cancel(); wg.Wait() }
	t.Cleanup(stop)
	return d, stop
}

func (d *desk) take(ev Event) {
	d.mu.Lock()
	d.told = append(d.told, ev)
	d.mu.Unlock()
	select {
	case d.more <- struct{}{}:
	default:
	}
}

// wait gives the first event that has not been waited past and fulfils ok; events before it are passed.
func wait[E Event](t *testing.T, d *desk, what string, ok func(E) bool) E {
	t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		d.mu.Lock()
		for d.next < len(d.told) {
			ev, is := d.told[d.next].(E)
			d.next++
			if is && ok(ev) {
				d.mu.Unlock()
				return ev
			}
		}
		told := len(d.told)
		d.mu.Unlock()
		select {
		case <-d.more:
		case <-late.C:
			d.mu.Lock()
			defer d.mu.Unlock()
			t.Fatalf("no %s within %v; told %d events, the last: %+v", what, patience, told, d.told[max(0, told-3):])
		}
	}
}

func (d *desk) state(t *testing.T, state string) Call {
	t.Helper()
	return wait(t, d, "call "+state, func(c CallChanged) bool { return c.Call.State == state }).Call
}

func (d *desk) held(t *testing.T, by string) {
	t.Helper()
	wait(t, d, "call held by "+by, func(c CallChanged) bool { return c.Call.HeldBy == by })
}

// registered waits for a state of a registration; "" is any.
func (d *desk) registered(t *testing.T, state string) RegistrationChanged {
	t.Helper()
	return wait(t, d, "registration "+state, func(r RegistrationChanged) bool { return state == "" || r.State == state })
}

// neverFailed fails where a registration did: only after a failure is there a pause before the next try.
func (d *desk) neverFailed(t *testing.T) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, ev := range d.told {
		if r, is := ev.(RegistrationChanged); is && r.State == "failed" {
			t.Fatalf("%+v", r)
		}
	}
}

// address is where a phone's account can be called directly.
func (d *desk) address() string {
	a := d.accounts[0]
	return "sip:" + a.aor.User + "@" + a.sip.Addr("udp").String()
}
