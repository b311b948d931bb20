package app

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone"
	"github.com/callbench/callbench/softphone/audio"
)

func TestOnlyADeviceThatWasInUseIsLost(t *testing.T) {
	none := func(side audio.Side) []audio.Event {
		return []audio.Event{{Kind: audio.Lost, Side: side, Name: "default"}, {Kind: audio.NullIn, Side: side, Name: "default"}}
	}
	for name, c := range map[string]struct {
		events []audio.Event
		codes  []string
		sound  desk.Audio
	}{
		"a computer without sound": {
			slices.Concat(none(audio.In), none(audio.Out), none(audio.Ring)),
			[]string{"audio_none_found"},
			desk.Audio{In: "default", Out: "default", Null: true, Problem: "none_found"},
		},
		"the same, its sides mixed": {
			[]audio.Event{none(audio.In)[0], none(audio.Out)[0], none(audio.In)[1], none(audio.Out)[1]},
			[]string{"audio_none_found"},
			desk.Audio{In: "default", Out: "default", Null: true, Problem: "none_found"},
		},
		"a speaker and no microphone": {
			slices.Insert(none(audio.In), 1, audio.Event{Kind: audio.Chosen, Side: audio.Out, Name: "speaker"}),
			[]string{"audio_none_found"},
			desk.Audio{In: "default", Out: "speaker", Null: true, Problem: "none_found"},
		},
		"a headset that another device takes the place of": {
			[]audio.Event{
				{Kind: audio.Chosen, Side: audio.Out, Name: "headset"},
				{Kind: audio.Lost, Side: audio.Out, Name: "headset"},
				{Kind: audio.Chosen, Side: audio.Out, Name: "speaker"},
			},
			[]string{"audio_lost"},
			desk.Audio{Out: "speaker"},
		},
		"a headset that was not plugged in at the start": {
			[]audio.Event{{Kind: audio.Lost, Side: audio.Out, Name: "headset"}, {Kind: audio.Chosen, Side: audio.Out, Name: "speaker"}},
			[]string{"audio_lost"},
			desk.Audio{Out: "speaker"},
		},
	} {
		w := &workplace{sides: map[audio.Side]audio.Event{}}
		w.loop = newLoop(time.Now, nil)
		for _, e := range c.events {
			w.heardOfDevices(e)
		}
		for len(w.loop.inbox) > 0 {
			w.loop.take(<-w.loop.inbox)
		}
		s := w.loop.current()
		var codes []string
		for _, n := range s.Notices {
			codes = append(codes, n.Code)
		}
		if !slices.Equal(codes, c.codes) || s.Audio != c.sound {
			t.Errorf("%s: notices %v, sound %+v; want %v, %+v", name, codes, s.Audio, c.codes, c.sound)
		}
	}
}

func TestADirectPhoneThatOpensAtTheSecondTryDials(t *testing.T) {
	w := &workplace{log: slog.New(slog.DiscardHandler)}
	w.loop = newLoop(time.Now, nil)
	state := func() desk.State {
		for len(w.loop.inbox) > 0 {
			w.loop.take(<-w.loop.inbox)
		}
		return w.loop.current()
	}
	account := softphone.Account{AOR: "sip:101@127.0.0.1", SRTP: "none of those"}
	there := desk.AccountsChanged{Direct: true}
	if p := w.openPhone(t.Context(), []softphone.Account{account}, there); p != nil {
		t.Fatal("it opens")
	}
	if s := state(); len(s.Registrations) != 1 || s.Registrations[0].State != desk.RegFailed {
		t.Fatalf("nothing says that there is no phone: %+v", s.Registrations)
	}
	account.SRTP = ""
	p := w.openPhone(t.Context(), []softphone.Account{account}, there)
	if p == nil {
		t.Fatal("it does not open")
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	_ = p.Run(over) // closes its socket
	if s := state(); s.PhoneWanted || !s.PhoneDirect || len(s.Registrations) != 0 {
		t.Errorf("it waits for a registration that never comes: %+v", s.Registrations)
	}
}
