package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone/audio"
)

const (
	// heardEvery is how often the peaks are told while the sound is tried.
	heardEvery = 100 * time.Millisecond
	// echoAfter is how late the agent hears what was said: late enough to have stopped speaking a word.
	echoAfter = 1200 * time.Millisecond
	// soundsBound is how many commands may wait. They come from a person's hand; a sound system that hangs holds them
	// up, and what comes beyond is dropped: the newest devices are used all the same.
	soundsBound = 16
)

// sounds tries the sound devices, looks which there are and changes them, on one goroutine: the sound system may take
// its time.
type sounds struct {
	devices *audio.Devices
	list    func() (audio.Found, error)
	send    func(desk.Event)
	log     *slog.Logger
	todo    chan desk.Command
	newest  chan desk.Sound // room for one
}

func newSounds(d *audio.Devices, send func(desk.Event), log *slog.Logger) *sounds {
	return &sounds{
		devices: d, list: audio.List, send: send, log: log,
		todo: make(chan desk.Command, soundsBound), newest: make(chan desk.Sound, 1),
	}
}

// take takes a command over; it never waits. Only the loop calls it.
func (s *sounds) take(c desk.Command) {
	if use, ok := c.(desk.UseSound); ok {
		select {
		case <-s.newest:
		default:
		}
		s.newest <- use.Sound // only the loop sends: there is room
		return
	}
	select {
	case s.todo <- c:
	default:
	}
}

// use takes devices and levels; it waits for nothing.
func (s *sounds) use(want desk.Sound) {
	s.devices.Use(want.In, want.Out, want.Ring)
	for side, which := range map[desk.SoundSide]audio.Side{desk.SoundIn: audio.In, desk.SoundOut: audio.Out, desk.SoundRing: audio.Ring} {
		s.devices.SetLevel(which, want.Level(side))
	}
}

// run carries commands out until ctx ends; a test ends with it.
func (s *sounds) run(ctx context.Context) {
	tick := time.NewTicker(heardEvery)
	tick.Stop()
	end := func() {}
	defer func() { end() }()
	for {
		select {
		case <-ctx.Done():
			return
		case want := <-s.newest:
			s.use(want)
		case <-tick.C:
			in, out := s.devices.Peak()
			s.send(desk.SoundHeard{In: in, Out: out})
		case c := <-s.todo:
			switch c := c.(type) {
			case desk.FindSoundDevices:
				s.find(ctx)
			case desk.TestSound:
				end()
				end = s.try(c.Kind)
				tick.Stop()
				if c.Kind == desk.SoundEcho {
					tick.Reset(heardEvery)
				}
			default: // take puts nothing else here
			}
		}
	}
}

// try begins a test and gives what ends it.
func (s *sounds) try(kind desk.SoundTestKind) (end func()) {
	switch kind {
	case desk.SoundEcho:
		s.devices.Peak() // what was before is not of this test
		return s.devices.Attach(audio.NewMirror(echoAfter))
	case desk.SoundBell:
		s.devices.TryRing(true)
		return func() { s.devices.TryRing(false) }
	case desk.SoundNothing:
	}
	return func() {}
}

// find looks which devices there are. Where that fails there are none: the sound has said why.
func (s *sounds) find(ctx context.Context) {
	found, err := s.list()
	if err != nil {
		s.log.DebugContext(ctx, "sound devices not listed", slog.Any("error", err))
	}
	s.send(desk.SoundDevicesFound{In: found.In, Out: found.Out})
}
