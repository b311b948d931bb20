package audio

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/callbench/callbench/softphone/media"
)

// echo plays what it captures.
type echo struct {
	mu    sync.Mutex
	queue []int16
	first []int16 // the first second of it
	in    []time.Time
}

func (e *echo) Capture(in []int16) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.queue = append(e.queue, in...)
	if len(e.first) < media.Rate {
		e.first = append(e.first, in...)
	}
	e.in = append(e.in, time.Now())
}

func (e *echo) Playback(out []int16) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := copy(out, e.queue)
	clear(out[n:])
	e.queue = e.queue[n:]
}

// toneFile writes a second of a tone at 8 kHz.
func toneFile(t *testing.T, hz float64) string {
	t.Helper()
	pcm := make([]int16, media.Rate)
	media.NewTone(hz, 0.5).Fill(pcm)
	var buf bytes.Buffer
	if err := media.WriteWAV(&buf, 8000, media.Resample(pcm, media.Rate, 8000)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "voice.wav")
	if err := os.WriteFile(path, buf.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func readFile(t *testing.T, path string) []int16 {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pcm, err := media.ReadWAV(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return pcm
}

// started opens devices and runs them; stop ends them and waits.
func started(t *testing.T, cfg Config) (d *Devices, stop func()) {
	t.Helper()
	d, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	run := d.Run
	go func() { ended <- run(ctx) }()
	return d, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func TestFileIsHeardAndWritten(t *testing.T) {
	voice, heard := toneFile(t, 700), filepath.Join(t.TempDir(), "heard.wav")
	synctest.Test(t, func(t *testing.T) {
		d, stop := started(t, Config{In: "wav:" + voice, Out: "wav:" + heard})
		time.Sleep(5 * time.Second) // nothing attached: nothing is written
		detach := d.Attach(&echo{})
		time.Sleep(2500 * time.Millisecond)
		synctest.Wait()
		if n := len(readFile(t, heard)); n < 2*media.Rate || n > 3*media.Rate {
			t.Errorf("a program killed now would leave %d samples", n)
		}
		detach()
		time.Sleep(time.Second)
		stop()
		if in, out, null := d.Names(); in != "wav:voice.wav" || out != "wav:heard.wav" || null {
			t.Errorf("names %s, %s, %v", in, out, null)
		}
	})
	pcm := readFile(t, heard)
	if blocks := len(pcm) / media.Block; blocks < 249 || blocks > 251 {
		t.Errorf("2.5 s became %d blocks", blocks)
	}
	if share := media.ToneLevel(pcm[media.Rate/10:], media.Rate, 700); share < 0.95 {
		t.Errorf("700 Hz is %.3f of what was written", share)
	}
}

func TestFileDevicesDoNotDrift(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, stop := started(t, Config{In: "tone:440", Out: "null"})
		e := &echo{}
		defer d.Attach(e)()
		time.Sleep(time.Minute)
		stop()
		if n := len(e.in); n < 5999 || n > 6001 {
			t.Errorf("a minute had %d blocks", n)
		}
		if share := media.ToneLevel(e.first, media.Rate, 440); share < 0.999 {
			t.Errorf("440 Hz is %.3f of the microphone", share)
		}
		if _, out, null := d.Names(); out != "null" || !null {
			t.Errorf("out is %s, %v", out, null)
		}
	})
}

func TestRingSoundsOnItsDeviceOnly(t *testing.T) {
	for _, own := range []bool{false, true} {
		dir := t.TempDir()
		cfg := Config{In: "null", Out: "wav:" + filepath.Join(dir, "out.wav")}
		if own {
			cfg.Ring = "wav:" + filepath.Join(dir, "ring.wav")
		}
		synctest.Test(t, func(t *testing.T) {
			d, stop := started(t, cfg)
			time.Sleep(time.Second)
			d.Ring(true)
			time.Sleep(1950 * time.Millisecond)
			d.Ring(false)
			time.Sleep(time.Second)
			stop()
		})
		out := readFile(t, filepath.Join(dir, "out.wav"))
		ring := out
		if own {
			ring = readFile(t, filepath.Join(dir, "ring.wav"))
			if len(out) != 0 {
				t.Errorf("%d samples on the speaker", len(out))
			}
		}
		if len(ring) < 190*media.Block || len(ring) > 200*media.Block {
			t.Fatalf("rang for %d samples", len(ring))
		}
		for _, c := range []struct {
			from, to int // ms
			hz       float64
		}{{10, 210, ringHigh}, {290, 490, ringLow}, {1010, 1210, ringHigh}} {
			part := ring[c.from*48 : c.to*48]
			if share := media.ToneLevel(part, media.Rate, c.hz); share < 0.6 || media.Level(part) < 0.02 {
				t.Errorf("%d ms: %.0f Hz is %.2f, level %.3f", c.from, c.hz, share, media.Level(part))
			}
		}
		if l := media.Level(ring[600*48 : 950*48]); l != 0 {
			t.Errorf("level %.3f between the pulses", l)
		}
	}
}

func TestWhatNoSoundCardMendsIsAnError(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.wav")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, cfg := range []Config{
		{In: "wav:" + empty, Out: "null"},
		{In: "wav:/no/such/file.wav", Out: "null"},
		{In: "null", Out: "wav:/no/such/dir/out.wav"},
		{In: "null", Out: "tone:440"},
		{In: "tone:x", Out: "null"},
		{In: "tone:24000", Out: "null"},
		{In: "null", Out: "null", Ring: "tone:440"},
	} {
		if _, err := Open(cfg); err == nil {
			t.Errorf("%+v was opened", cfg)
		}
	}
}

// mortal is a device that hears for a while and then falls silent.
type mortal struct {
	label string
	life  time.Duration
	gone  bool
	other bool // in place of the wanted one
}

func (m *mortal) substitute() bool { return m.other }

func (m *mortal) name() string { return m.label }
func (m *mortal) close()       { m.gone = true }

func (m *mortal) run(ctx context.Context, d drive) error {
	ctx, cancel := context.WithTimeoutCause(ctx, m.life, errNoDevice)
	defer cancel()
	_ = null{in: true}.run(ctx, d)
	if errors.Is(context.Cause(ctx), errNoDevice) {
		return errNoDevice
	}
	return nil
}

func TestDeviceThatVanishesNeverEndsACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var events []Event
		var made []*mortal
		tries := 0
		e := &echo{}
		s := &side{
			which: In, want: "headset", log: slog.New(slog.DiscardHandler),
			notify: func(ev Event) { events = append(events, ev) },
			drive:  drive{stream: e, busy: func() bool { return true }, wake: make(chan struct{}, 1)},
			open: func(context.Context, bool) (device, error) {
				if tries++; tries == 2 { // away for a while
					return nil, errNoDevice
				}
				made = append(made, &mortal{label: "headset", life: 3 * time.Second})
				return made[len(made)-1], nil
			},
		}
		if err := s.prepare(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { s.run(ctx) })
		time.Sleep(9 * time.Second)
		cancel()
		running.Wait()
		var kinds []EventKind
		for _, ev := range events {
			kinds = append(kinds, ev.Kind)
		}
		if len(kinds) < 4 || kinds[0] != Chosen || kinds[1] != Lost || kinds[2] != NullIn || kinds[3] != Chosen {
			t.Errorf("events %v", kinds)
		}
		for i := 1; i < len(e.in); i++ {
			if gap := e.in[i].Sub(e.in[i-1]); gap > 50*time.Millisecond {
				t.Errorf("a gap of %s", gap)
			}
		}
		if len(e.in) < 890 {
			t.Errorf("%d blocks in 9 s", len(e.in))
		}
		for i, m := range made {
			if !m.gone {
				t.Errorf("device %d was left open", i)
			}
		}
	})
}

func TestTheWantedDeviceTakesItsPlaceBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var events []Event
		begin := time.Now()
		plugged := func() bool { return time.Since(begin) > 5*time.Second }
		speakers := &mortal{label: "speakers", life: time.Hour, other: true}
		headset := &mortal{label: "headset", life: time.Hour}
		e := &echo{}
		s := &side{
			which: In, want: "headset", log: slog.New(slog.DiscardHandler),
			notify: func(ev Event) { events = append(events, ev) },
			drive:  drive{stream: e, busy: func() bool { return true }, wake: make(chan struct{}, 1)},
			open: func(_ context.Context, exact bool) (device, error) {
				switch {
				case plugged():
					return headset, nil
				case exact:
					return nil, errNoDevice
				}
				return speakers, nil
			},
		}
		if err := s.prepare(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
		defer cancel()
		s.run(ctx)
		if len(events) != 3 || events[0].Kind != Lost || events[1].Name != "speakers" || events[2].Name != "headset" {
			t.Errorf("events %+v", events)
		}
		if s.current() != device(headset) || !speakers.gone || !headset.gone {
			t.Errorf("%s at the end; given up: %v", s.current().name(), speakers.gone)
		}
		if len(e.in) < 790 {
			t.Errorf("%d blocks in 8 s", len(e.in))
		}
	})
}

func TestASearchThatHangsHoldsNoCallUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &echo{}
		s := &side{
			which: In, want: "headset", log: slog.New(slog.DiscardHandler), notify: func(Event) {},
			drive: drive{stream: e, busy: func() bool { return true }, wake: make(chan struct{}, 1)},
			open: func(_ context.Context, exact bool) (device, error) {
				if exact {
					time.Sleep(4 * time.Second) // a dead sound server does not look at the context
					return nil, errNoDevice
				}
				return &mortal{label: "speakers", life: 3 * time.Second, other: true}, nil
			},
		}
		if err := s.prepare(); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		s.run(ctx)
		for i := 1; i < len(e.in); i++ {
			if gap := e.in[i].Sub(e.in[i-1]); gap > 50*time.Millisecond {
				t.Errorf("a gap of %s", gap)
			}
		}
	})
}

func TestNoSoundAtAllIsSaidOnceAndLeftAtThat(t *testing.T) {
	for _, reason := range []error{errNoSound, errNoDevice} {
		synctest.Test(t, func(t *testing.T) {
			var events []Event
			tries := 0
			e := &echo{}
			s := &side{
				which: In, log: slog.New(slog.DiscardHandler),
				notify: func(ev Event) { events = append(events, ev) },
				drive:  drive{stream: e, busy: func() bool { return true }, wake: make(chan struct{}, 1)},
				open:   func(context.Context, bool) (device, error) { tries++; return nil, reason },
			}
			if err := s.prepare(); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			s.run(ctx)
			if len(events) != 2 || !errors.Is(events[0].Err, reason) || events[0].Name != "default" || events[1].Kind != NullIn {
				t.Errorf("events %+v", events)
			}
			if want := map[bool]int{true: 1, false: 5}[errors.Is(reason, errNoSound)]; tries < want || tries > want+1 {
				t.Errorf("%d looks for a device: %v", tries, reason)
			}
			if len(e.in) < 990 || s.current().name() != nullName {
				t.Errorf("%d blocks in 10 s", len(e.in))
			}
		})
	}
}

func TestRingKeepsOrderBetweenTwoGoroutines(t *testing.T) {
	var r ring
	const total = 200_000
	done := make(chan struct{})
	go func() {
		defer close(done)
		var block [333]int16
		for sent := 0; sent < total; {
			n := min(len(block), total-sent)
			for i := range n {
				block[i] = int16(sent + i)
			}
			sent += r.put(block[:n])
		}
	}()
	var block [480]int16
	for got := 0; got < total; {
		n := r.take(block[:])
		for i, v := range block[:n] {
			if v != int16(got+i) {
				t.Fatalf("sample %d is %d", got+i, v)
			}
		}
		got += n
	}
	<-done
	r.putBytes(make([]byte, 4*ringLen))
	if r.len() != ringLen {
		t.Errorf("%d samples in a ring of %d", r.len(), ringLen)
	}
	if out := make([]byte, 2*ringLen+2); r.takeBytes(out) || r.len() != 0 {
		t.Error("an underrun went unnoticed")
	}
}
