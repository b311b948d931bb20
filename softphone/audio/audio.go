// Package audio is the sound devices of the desk: what calls hear and say through, and what rings.
//
// It owns the devices and their clocks. A microphone, a speaker and a ringing device each have one
// goroutine, started by [Devices.Run], that hands blocks of 10 ms to or from the attached
// [media.Stream]s: the speaker's consumption paces receiving, the microphone's pace sending. Real
// devices are driven by miniaudio on threads of its own, whose callback only moves samples
// between the device and a lock-free ring of 85 ms. Files, tones and silence keep absolute
// deadlines, so that they do not drift.
//
// A device never ends a call: one that vanishes, stalls or cannot be opened is replaced by the null
// device at once, with an [Event] that says so, and looked for again (by id, by name, then the
// default) every two seconds, and so is a device that the default one stands in for. A build without cgo has files, tones and silence only.
//
// Any goroutine may call Attach, Ring, Names, Use, SetLevel and Peak. It stops when Run's context ends; Run closes the
// devices before it returns.
package audio

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/callbench/callbench/softphone/media"
)

// Config names the devices. Each is one of
//
//   - "default" or empty: the operating system's choice;
//   - "null": silence in, nothing out;
//   - "wav:FILE": In plays the file in a loop, from its beginning when the first Stream
//     joins; Out writes to it while anything sounds;
//   - "tone:HZ": a sine, In only;
//   - anything else: the device of that name, or whose name holds it.
type Config struct {
	In, Out string
	Ring    string // empty: rings through Out
	Log     *slog.Logger
	// Notify gets what happens to devices; nil: nobody asks. It is called from Open (files, tones, null) and from the
	// goroutines of Run, for one side never twice at once, and must not block.
	Notify func(Event)
}

// Side says which of the three devices is meant.
type Side string

// The sides.
const (
	In   Side = "in"
	Out  Side = "out"
	Ring Side = "ring"
)

// EventKind is what happened to a device.
type EventKind string

// The kinds of events.
const (
	Chosen EventKind = "chosen" // Name is in use now
	Lost   EventKind = "lost"   // Name cannot be had, or gave no more sound: Err says why
	NullIn EventKind = "null"   // the null device stands in for Name, until the next Chosen
)

// Event tells what happened to a device.
type Event struct {
	Kind EventKind
	Side Side
	Name string
	Err  error // of Lost
}

// nullName is what the null device is called, in Config and in Names.
const nullName = "null"

// errNoSound says that this build has no sound devices; they are not looked for again.
var errNoSound = errors.New("built without sound devices")

// Devices are the desk's sound devices.
type Devices struct {
	calls   media.Mixer
	ringing atomic.Bool
	trying  atomic.Bool // the ring is tried
	apart   atomic.Bool // ringing has a device of its own
	own     Config      // as opened
	sides   [3]*side    // In, Out, Ring
	levels  [3]level

	mu     sync.Mutex
	chosen Config // the names in use
}

// Open opens files and tones; real devices are opened by Run, and until one gives sound the null
// device stands in for it. Open fails only for what a sound card cannot mend: a WAV file that cannot
// be read or made, a tone without a frequency. Run, and nothing else, closes what was opened.
func Open(cfg Config) (*Devices, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Notify == nil {
		cfg.Notify = func(Event) {}
	}
	d := &Devices{own: cfg, chosen: cfg}
	d.apart.Store(apart(cfg))
	talking := func() bool { return d.calls.Len() > 0 }
	rings := func() bool { return d.ringing.Load() || d.trying.Load() }
	ringsOut := func() bool { return rings() && !d.apart.Load() }
	ringsApart := func() bool { return rings() && d.apart.Load() }
	in, out, ring := &d.levels[0], &d.levels[1], &d.levels[2]
	for i, spec := range []struct {
		which  Side
		want   string
		stream media.Stream
		busy   func() bool
	}{
		{In, cfg.In, &measured{of: &d.calls, level: in}, talking},
		{
			Out, cfg.Out, &ringer{calls: &measured{of: &d.calls, level: out}, on: ringsOut, tone: newRingTone(), level: ring},
			func() bool { return talking() || ringsOut() },
		},
		{Ring, cfg.Ring, &ringer{on: ringsApart, tone: newRingTone(), level: ring}, ringsApart},
	} {
		s := &side{
			which: spec.which, want: spec.want, notify: cfg.Notify, log: cfg.Log, unused: spec.which == Ring && !apart(cfg),
			drive: drive{stream: spec.stream, busy: spec.busy, wake: make(chan struct{}, 1)},
		}
		if err := s.prepare(); err != nil {
			for _, opened := range d.sides[:i] {
				opened.current().close()
			}
			return nil, fmt.Errorf("open sound %s: %w", spec.which, err)
		}
		d.sides[i] = s
	}
	return d, nil
}

// apart reports whether ringing has a device of its own.
func apart(cfg Config) bool { return cfg.Ring != "" && cfg.Ring != cfg.Out }

// Use takes other devices from now on, as Config names them; an empty name is the one that was opened at first. What
// is not changed goes on undisturbed, and a call hears at most the moment that the other device needs.
func (d *Devices) Use(in, out, ring string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	next := d.own
	for i, name := range []string{in, out, ring} {
		if name != "" {
			*[]*string{&next.In, &next.Out, &next.Ring}[i] = name
		}
	}
	if ring == "" && out != "" && !apart(d.own) { // it rings where the calls are heard, also elsewhere
		next.Ring = next.Out
	}
	was := d.chosen
	d.chosen = next
	if next.In != was.In {
		d.sides[0].use(next.In, false)
	}
	if next.Out != was.Out {
		d.sides[1].use(next.Out, false)
	}
	if next.Ring != was.Ring || apart(next) != apart(was) {
		d.sides[2].use(next.Ring, !apart(next))
	}
	d.apart.Store(apart(next))
	d.poke()
}

// Run drives the devices until ctx ends, then closes them and returns nil. It is called once.
func (d *Devices) Run(ctx context.Context) error {
	var running sync.WaitGroup // three goroutines, that end with ctx
	for _, s := range &d.sides {
		running.Go(func() { s.run(ctx) })
	}
	running.Wait()
	return nil
}

// Attach joins s to microphone and speaker until detach is called; several are mixed. After
// detach has returned s may still get the block that was on its way.
func (d *Devices) Attach(s media.Stream) (detach func()) {
	remove := d.calls.Add(s)
	d.poke()
	return remove
}

// Ring rings while on.
func (d *Devices) Ring(on bool) {
	d.ringing.Store(on)
	d.poke()
}

// TryRing rings while on, whatever Ring says, and Ring rings whatever it says.
func (d *Devices) TryRing(on bool) {
	d.trying.Store(on)
	d.poke()
}

// poke wakes idle sides: there may be something to do.
func (d *Devices) poke() {
	for _, s := range &d.sides {
		select {
		case s.drive.wake <- struct{}{}:
		default: // it has been woken already
		}
	}
}

// Names tells the microphone and the speaker in use now; null says that one of them is the null device.
func (d *Devices) Names() (in, out string, null bool) {
	in, out = d.sides[0].current().name(), d.sides[1].current().name()
	return in, out, in == nullName || out == nullName
}

// opened makes a device of a side out of its description. again is the id that a real device had
// before, to find it by; exact: no other will do.
func opened(ctx context.Context, which Side, want, again string, exact bool) (device, error) {
	kind, arg, _ := strings.Cut(want, ":")
	switch {
	case want == nullName:
		return null{in: which == In}, nil
	case kind == "wav" && which == In:
		return openFile(arg)
	case kind == "wav":
		return createFile(arg)
	case kind == "tone":
		hz, err := strconv.ParseFloat(arg, 64)
		if err != nil || hz <= 0 || hz >= media.Rate/2 || which != In {
			return nil, fmt.Errorf("tone %q: a microphone can be tone:HZ", arg)
		}
		return &player{label: want, next: media.NewTone(hz, toneLevel).Fill}, nil
	case want == "":
		want = "default"
	}
	return openCard(ctx, which, want, again, exact)
}

// toneLevel is the peak of tone:HZ, a share of full scale.
const toneLevel = 0.4

// isCard reports whether want is a device that may come and go.
func isCard(want string) bool {
	kind, _, found := strings.Cut(want, ":")
	return want != nullName && (!found || kind != "wav" && kind != "tone")
}
