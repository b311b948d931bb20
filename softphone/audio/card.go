//go:build cgo

package audio

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gen2brain/malgo"

	"github.com/callbench/callbench/softphone/media"
)

// Times and sizes of a real device.
const (
	periodMs    = 10
	pollEvery   = 5 * time.Millisecond   // how often our goroutine looks at the ring
	idlePoll    = 100 * time.Millisecond // the same while nothing sounds
	silentFor   = 350 * time.Millisecond // without a callback: the device is gone
	lively      = 4                      // callbacks after which it gives frames for real: some come before the device starts
	firstWithin = 4 * time.Second        // for those callbacks: sound servers wake slowly
	closeWithin = 2 * time.Second
	fillBlocks  = 2 // played ahead; one more after each underrun, up to
	mostBlocks  = 4
	starved     = 3 // underruns until then
)

// errSilent says that a device has stopped calling; miniaudio itself does not notice.
var errSilent = errors.New("the device gives no more frames")

// card is a device of the operating system, opened through miniaudio. Its callback runs on a
// thread of miniaudio's and touches nothing but ring and the counters.
type card struct {
	label string
	id    string
	in    bool
	other bool                    // not the device that was wanted
	ctx   *malgo.AllocatedContext // one for each device: a dead sound server is left behind with it
	dev   *malgo.Device

	ring     ring
	frames   atomic.Uint64 // callbacks
	underrun atomic.Uint64
}

// soundSystems are those that miniaudio knows, but for its null device, which would hide that
// there is none, and JACK, whose library complains on stderr where no server runs. So does ALSA's
// where no card is: it is left out then, since it would do so at every look for a device.
func soundSystems() []malgo.Backend {
	systems := []malgo.Backend{malgo.BackendWasapi, malgo.BackendDsound, malgo.BackendWinmm, malgo.BackendCoreaudio, malgo.BackendPulseaudio}
	if cards, err := filepath.Glob("/dev/snd/pcm*"); err == nil && len(cards) > 0 {
		systems = append(systems, malgo.BackendAlsa)
	}
	return append(systems, malgo.BackendSndio, malgo.BackendAudio4, malgo.BackendOss)
}

// List finds the devices there are now. It may take as long as the sound system does.
func List() (Found, error) { return listOn(soundSystems()) }

// listOn is List on the given sound systems.
func listOn(systems []malgo.Backend) (f Found, err error) {
	ctx, err := malgo.InitContext(systems, malgo.ContextConfig{}, nil)
	if err != nil {
		return f, fmt.Errorf("open sound system: %w", err)
	}
	defer func() {
		_ = ctx.Uninit() // nothing can be done about it
		ctx.Free()
	}()
	for kind, names := range map[malgo.DeviceType]*[]string{malgo.Capture: &f.In, malgo.Playback: &f.Out} {
		list, err := ctx.Devices(kind)
		if err != nil {
			return Found{}, fmt.Errorf("list sound devices: %w", err)
		}
		for i := range list {
			name := list[i].Name()
			if len(*names) < MaxFound && !slices.Contains(*names, name) {
				*names = append(*names, name)
			}
		}
	}
	return f, nil
}

// openCard opens the device that had the id again, else the one named want, else, unless exact, the default one.
func openCard(ctx context.Context, which Side, want, again string, exact bool) (device, error) {
	return openOn(ctx, soundSystems(), which, want, again, exact)
}

// openOn is openCard on the given sound systems.
func openOn(ctx context.Context, systems []malgo.Backend, which Side, want, again string, exact bool) (device, error) {
	c := &card{in: which == In}
	var err error
	if c.ctx, err = malgo.InitContext(systems, malgo.ContextConfig{}, nil); err != nil {
		return nil, fmt.Errorf("open sound system: %w", err)
	}
	if err := c.start(want, again, exact); err != nil {
		c.close()
		return nil, fmt.Errorf("open %s: %w", want, err)
	}
	if err := ctx.Err(); err != nil {
		c.close()
		return nil, fmt.Errorf("open %s: %w", want, err)
	}
	return c, nil
}

// start finds the device and starts it.
func (c *card) start(want, again string, exact bool) error {
	kind := malgo.Playback
	if c.in {
		kind = malgo.Capture
	}
	list, err := c.ctx.Devices(kind)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return errNoDevice
	}
	cfg := malgo.DefaultDeviceConfig(kind)
	cfg.SampleRate = media.Rate
	cfg.PeriodSizeInMilliseconds = periodMs
	cfg.PerformanceProfile = malgo.LowLatency
	sub := malgo.SubConfig{Format: malgo.FormatS16, Channels: 1}
	chosen := pick(list, want, again)
	if chosen == nil && exact && want != "default" {
		return errNoDevice
	}
	if chosen == nil {
		c.label, c.other = "default", want != "default"
		for i := range list {
			if list[i].IsDefault != 0 {
				c.label = list[i].Name()
			}
		}
	} else {
		c.label, c.id = chosen.Name(), chosen.ID.String()
		sub.DeviceID = chosen.ID.Pointer() // a C copy of some hundred bytes that malgo never frees
	}
	if c.in {
		cfg.Capture = sub
	} else {
		cfg.Playback = sub
	}
	dev, err := malgo.InitDevice(c.ctx.Context, cfg, malgo.DeviceCallbacks{Data: c.data})
	if err != nil {
		return err
	}
	c.dev = dev
	return dev.Start()
}

// pick finds the device by id, by name, by part of its name; nil means the default device.
func pick(list []malgo.DeviceInfo, want, again string) *malgo.DeviceInfo {
	if want == "default" {
		return nil
	}
	for _, fits := range []func(d *malgo.DeviceInfo) bool{
		func(d *malgo.DeviceInfo) bool { return again != "" && d.ID.String() == again },
		func(d *malgo.DeviceInfo) bool { return d.Name() == want },
		func(d *malgo.DeviceInfo) bool {
			return strings.Contains(strings.ToLower(d.Name()), strings.ToLower(want))
		},
	} {
		for i := range list {
			if fits(&list[i]) {
				return &list[i]
			}
		}
	}
	return nil
}

// data is miniaudio's callback: no allocation, lock, log or channel.
func (c *card) data(out, in []byte, _ uint32) {
	if c.in {
		c.ring.putBytes(in)
	} else if !c.ring.takeBytes(out) {
		c.underrun.Add(1)
	}
	c.frames.Add(1)
}

// alive waits until the device really gives frames.
func (c *card) alive(ctx context.Context) error {
	tick, limit := time.NewTicker(pollEvery), time.NewTimer(firstWithin)
	defer tick.Stop()
	defer limit.Stop()
	for c.frames.Load() < lively {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-limit.C:
			return errSilent
		case <-tick.C:
		}
	}
	return nil
}

func (c *card) name() string     { return c.label }
func (c *card) identity() string { return c.id }
func (c *card) substitute() bool { return c.other }

// close gives the device back. Stop comes before Uninit: for a stream that has died Uninit alone
// waits for ever, since nothing wakes miniaudio's thread (seen with PulseAudio). Should the sound
// system hang all the same, the thread that hangs in it is abandoned after closeWithin: nothing
// in Go could end it, and a call must go on.
func (c *card) close() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if c.dev != nil {
			_ = c.dev.Stop() // fails for a device that is gone
			c.dev.Uninit()
		}
		_ = c.ctx.Uninit() // nothing can be done about it
		c.ctx.Free()
	}()
	limit := time.NewTimer(closeWithin)
	defer limit.Stop()
	select {
	case <-done:
	case <-limit.C:
	}
}

// run moves blocks between ring and stream as the device takes or gives them.
func (c *card) run(ctx context.Context, d drive) error {
	timer := time.NewTimer(pollEvery)
	defer timer.Stop()
	block := make([]int16, media.Block)
	seen, seenAt := c.frames.Load(), time.Now()
	fill, short := fillBlocks, c.underrun.Load()
	idle := true
	for {
		busy := d.busy()
		switch {
		case !busy:
			idle = true
		case c.in:
			c.listen(d.stream, block, idle)
			idle = false
		default:
			if now := c.underrun.Load(); idle {
				short = now // while idle the ring is empty, and nobody hears it
			} else if now-short >= starved && fill < mostBlocks {
				fill, short = fill+1, now
			}
			for c.ring.len() < fill*media.Block {
				d.stream.Playback(block)
				c.ring.put(block)
			}
			idle = false
		}
		if n := c.frames.Load(); n != seen {
			seen, seenAt = n, time.Now()
		} else if quiet := time.Since(seenAt); quiet > firstWithin || quiet > silentFor && n >= lively {
			return fmt.Errorf("%s: %w", c.label, errSilent)
		}
		if idle {
			timer.Reset(idlePoll)
		} else {
			timer.Reset(pollEvery)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-d.wake:
		case <-timer.C:
		}
	}
}

// listen hands on what the microphone heard; what it heard before anybody listened is dropped.
func (c *card) listen(s media.Stream, block []int16, first bool) {
	if first {
		for c.ring.len() > 0 {
			c.ring.take(block)
		}
		return
	}
	for c.ring.len() >= media.Block {
		c.ring.take(block)
		s.Capture(block)
	}
}
