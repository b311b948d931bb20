package app

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone/audio"
)

func TestTheSoundIsTriedOnTheSpot(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		devices, err := audio.Open(audio.Config{In: "tone:440", Out: "wav:" + dir + "/out.wav"})
		if err != nil {
			t.Fatal(err)
		}
		events := make(chan desk.Event, 1000)
		s := newSounds(devices, func(e desk.Event) { events <- e }, slog.New(slog.DiscardHandler))
		s.list = func() (audio.Found, error) { return audio.Found{In: []string{"mic"}}, errors.New("half of it") }
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{}, 2)
		go func() { s.run(ctx); ended <- struct{}{} }()
		go func() { _ = devices.Run(ctx); ended <- struct{}{} }()
		s.take(desk.FindSoundDevices{})
		if f, ok := (<-events).(desk.SoundDevicesFound); !ok || len(f.In) != 1 {
			t.Errorf("found %+v", f)
		}
		s.take(desk.TestSound{Kind: desk.SoundEcho})
		time.Sleep(3 * time.Second) // synctest's clock
		heard := 0
		var last desk.SoundHeard
		for len(events) > 0 {
			if h, ok := (<-events).(desk.SoundHeard); ok {
				heard, last = heard+1, h
			}
		}
		if heard < 25 || last.In < 0.3 || last.Out < 0.3 {
			t.Errorf("told %d times, last %+v", heard, last)
		}
		s.take(desk.UseSound{Sound: desk.Sound{InAt: 10}})
		time.Sleep(time.Second)
		for len(events) > 0 {
			last, _ = (<-events).(desk.SoundHeard)
		}
		if last.In > 0.05 {
			t.Errorf("a tenth of it has a peak of %.2f", last.In)
		}
		s.take(desk.TestSound{})
		time.Sleep(time.Second)
		for len(events) > 0 {
			<-events
		}
		time.Sleep(time.Second)
		if len(events) > 0 {
			t.Error("it goes on telling")
		}
		for range 100 { // a sound system that hangs never holds the loop up
			s.take(desk.FindSoundDevices{})
		}
		stop()
		<-ended
		<-ended
	})
}
