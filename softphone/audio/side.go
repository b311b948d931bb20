package audio

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/callbench/callbench/softphone/media"
)

// probeEvery is the pause between two looks for a device that went missing.
const probeEvery = 2 * time.Second

// errNoDevice says that no device of the wanted name exists; the default one is used if there is one.
var errNoDevice = errors.New("no such device")

// drive is what a device has to do: busy says whether there is anything, wake that there may be.
type drive struct {
	stream media.Stream
	busy   func() bool
	wake   chan struct{}
}

// device is one opened device, of one direction.
type device interface {
	name() string
	// run drives the stream until ctx ends (nil) or the device gives out (an error).
	run(ctx context.Context, d drive) error
	close()
}

// side is the microphone, the speaker or the ringing device, whatever it is at the moment. One
// goroutine owns it; mu guards cur for Names.
type side struct {
	which  Side
	want   string
	drive  drive
	notify func(Event)
	log    *slog.Logger
	// open gives the device, or another in its place unless exact. Nil: what is lost stays lost (files).
	open func(ctx context.Context, exact bool) (device, error)

	unused   bool   // nothing sounds here: the null device is meant, and nothing is told of it
	standIn  bool   // cur is the null device in place of another
	other    bool   // cur is another device than the wanted one
	said     bool   // that the null device stands in has been told
	searched bool   // open is the one that prepare made
	id       string // of the wanted device when it was last in use

	chosen  time.Time      // when cur came into use
	closing sync.WaitGroup // devices that have given out; a device's close ends within seconds

	mu   sync.Mutex
	cur  device
	next *wish              // another device is wanted; taken over by run
	end  context.CancelFunc // ends the turn that runs
}

// wish is another device that is wanted.
type wish struct {
	name   string
	unused bool
}

// use makes run take another device. Any goroutine may call it; it waits for nothing.
func (s *side) use(name string, unused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = &wish{name, unused}
	if s.end != nil {
		s.end()
	}
}

// begin begins a turn, with the device that is wanted by now.
func (s *side) begin(ctx context.Context) (context.Context, context.CancelFunc) {
	turn, end := context.WithCancel(ctx)
	s.mu.Lock()
	next := s.next
	s.next, s.end = nil, end
	s.mu.Unlock()
	if next != nil {
		s.change(*next)
	}
	return turn, end
}

// change gives the current device back and makes another the wanted one.
func (s *side) change(w wish) {
	old := s.current()
	s.closing.Go(old.close)
	s.want, s.unused, s.id, s.other, s.said, s.chosen = w.name, w.unused, "", false, false, time.Time{}
	if s.searched { // what looks for cards; tests have their own
		s.open = nil
	}
	s.set(null{in: s.which == In})
	if err := s.prepare(); err != nil { // a file that cannot be had: silence, until another is chosen
		s.open = nil
		s.lose(w.name, err)
	}
}

// changing reports whether another device is wanted.
func (s *side) changing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next != nil
}

// wanted is what Config calls the device.
func (s *side) wanted() string {
	if s.want == "" {
		return "default"
	}
	return s.want
}

func (s *side) current() device {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cur
}

// prepare opens the device for the first time. Only what is no real device can fail.
func (s *side) prepare() error {
	if s.unused {
		s.standIn = false
		s.set(null{in: s.which == In})
		return nil
	}
	if !isCard(s.want) {
		dev, err := opened(context.Background(), s.which, s.want, "", false)
		if err != nil {
			return err
		}
		s.take(dev)
		return nil
	}
	if s.open == nil { // tests have their own
		s.searched = true
		s.open = func(ctx context.Context, exact bool) (device, error) {
			dev, err := opened(ctx, s.which, s.want, s.id, exact)
			if c, ok := dev.(interface{ identity() string }); ok && err == nil && c.identity() != "" {
				s.id = c.identity()
			}
			return dev, err
		}
	}
	// The null device begins and run looks for the real one, so that neither a slow nor a dead
	// sound server holds the program up.
	s.standIn = true
	s.set(null{in: s.which == In})
	return nil
}

// take makes dev the current device.
func (s *side) take(dev device) {
	sub, ok := dev.(interface{ substitute() bool })
	s.standIn, s.said, s.other, s.chosen = false, false, ok && sub.substitute(), time.Now()
	s.set(dev)
	s.log.Info("sound device chosen", slog.String("side", string(s.which)))
	if s.other {
		s.notify(Event{Kind: Lost, Side: s.which, Name: s.wanted(), Err: errNoDevice})
	}
	s.notify(Event{Kind: Chosen, Side: s.which, Name: dev.name()})
}

// lose lets the null device stand in.
func (s *side) lose(name string, err error) {
	s.standIn, s.other = true, false
	s.set(null{in: s.which == In})
	s.say(name, err)
}

// say tells, once for each loss, that the null device stands in.
func (s *side) say(name string, err error) {
	if s.said {
		return
	}
	s.said = true
	s.log.Warn("sound device lost, the null device stands in", slog.String("side", string(s.which)), slog.Any("reason", err))
	s.notify(Event{Kind: Lost, Side: s.which, Name: name, Err: err})
	s.notify(Event{Kind: NullIn, Side: s.which, Name: name})
}

func (s *side) set(dev device) {
	s.mu.Lock()
	s.cur = dev
	s.mu.Unlock()
}

// run drives the current device, and the next one when it gives out, until ctx ends.
func (s *side) run(ctx context.Context) {
	defer func() {
		s.current().close()
		s.closing.Wait()
	}()
	for ctx.Err() == nil {
		turn, end := s.begin(ctx)
		dev := s.current()
		var found device
		var probing sync.WaitGroup
		if (s.standIn || s.other) && s.open != nil {
			// The search may block in the sound system: it has a goroutine of its own, which ends
			// the stand-in's turn when it has found something.
			exact := s.other
			probing.Go(func() {
				defer end()
				found = s.probe(turn, exact)
			})
		}
		err := dev.run(turn, s.drive)
		end()
		if err != nil {
			s.lose(dev.name(), err)
			s.closing.Go(dev.close) // it may take its time; the null device goes on at once
			dev = s.current()
			s.pass(ctx, dev, &probing)
		} else if s.changing() {
			s.pass(ctx, dev, &probing) // the search may hang; what is in use goes on until it has come back
		}
		probing.Wait()
		switch {
		case found != nil && (ctx.Err() != nil || s.changing()):
			found.close()
		case found != nil:
			dev.close()
			s.take(found)
		}
	}
}

// pass drives dev until a search that has been called off has come back.
func (s *side) pass(ctx context.Context, dev device, probing *sync.WaitGroup) {
	turn, end := context.WithCancel(ctx)
	defer end()
	var waiting sync.WaitGroup
	waiting.Go(func() { probing.Wait(); end() })
	_ = dev.run(turn, s.drive) // the null device never gives out, and of another that does the next turn tells
	waiting.Wait()
}

// probe looks for the device at once, or a little later if it lived for a moment only, and then
// every probeEvery; nil when ctx has ended. exact: another device is in use meanwhile, so only the wanted one
// counts, and there is nothing to tell while it is away.
func (s *side) probe(ctx context.Context, exact bool) device {
	timer := time.NewTimer(max(0, probeEvery-time.Since(s.chosen)))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		dev, err := s.open(ctx, exact)
		if err == nil {
			slow, ok := dev.(interface {
				alive(ctx context.Context) error
			})
			if !ok {
				return dev
			}
			if err = slow.alive(ctx); err == nil {
				return dev
			}
			dev.close()
		}
		if ctx.Err() != nil {
			return nil
		}
		if !exact {
			s.say(s.wanted(), err)
		}
		if errors.Is(err, errNoSound) {
			s.open = nil // it will not come back
			return nil
		}
		timer.Reset(probeEvery)
	}
}
