package floor

import (
	"context"
	"testing"
	"time"

	"github.com/callbench/callbench/softphone"
	"github.com/callbench/callbench/softphone/media"
)

// headset is the sound device of a real softphone in memory: it says 440 Hz and keeps what it plays.
type headset struct {
	t    *testing.T
	line *line
}

// Attach drives a call's stream by a clock until detach. The softphone attaches its *media.Session.
func (h *headset) Attach(s media.Stream) func() {
	session, ok := s.(*media.Session)
	if !ok {
		h.t.Errorf("the softphone attached a %T", s)
		return func() {}
	}
	l := newLine(func() cast {
		return cast{talker: &steady{tone: media.NewTone(440, 0.3)}, hold: newLoopPlayer(nil, nil, 0)}
	})
	h.line = l
	l.connect(session)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { l.run(ctx); close(done) }()
	return func() { cancel(); <-done }
}

func (h *headset) Ring(bool) {}

// TestTheRealSoftphoneWorksTheFloor is the floor and the desk's telephone over real SIP and RTP.
func TestTheRealSoftphoneWorksTheFloor(t *testing.T) {
	f := run(t, Config{Agents: []Agent{ann}, Pilot: 1000, RingOutside: Range{time.Millisecond, time.Millisecond}})
	h := &headset{t: t}
	calls := make(chan softphone.Call, 64)
	registered := make(chan string, 16)
	p, err := softphone.Open(softphone.Config{
		Accounts: []softphone.Account{{AOR: "sip:8001@127.0.0.1", Registrars: []string{f.Registrar("udp")}, Password: "a-1"}},
		Audio:    h,
		Emit: func(e softphone.Event) {
			switch e := e.(type) {
			case softphone.CallChanged:
				calls <- e.Call
			case softphone.RegistrationChanged:
				registered <- e.State
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	defer func() { cancel(); get(t, ended, "end of the softphone") }()
	for get(t, registered, "registration") != "registered" {
		continue
	}
	becomes := func(want string) softphone.Call {
		t.Helper()
		for {
			if c := get(t, calls, want); c.State == want {
				return c
			}
		}
	}

	placed := place(t, f, Caller{Number: "13800138000", Name: "王芳"})
	c := becomes(softphone.StateRinging)
	if c.Linked != placed.ID() || c.Queue != "客服" || c.Number != "13800138000" || c.Name != "王芳" {
		t.Errorf("rings as %+v", c)
	}
	if err := p.Answer(c.ID); err != nil {
		t.Fatal(err)
	}
	becomes(softphone.StateTalking)
	tone(t, "the agent hears the caller", 1000, 0.5, h.line.sound)
	tone(t, "the caller hears the agent", 440, 0.8, placed.Heard)
	if err := p.Hold(c.ID, true); err != nil {
		t.Fatal(err)
	}
	becomes(softphone.StateHeld)
	tone(t, "music on hold", 523.25, 0.2, placed.Heard)
	if err := p.Hold(c.ID, false); err != nil {
		t.Fatal(err)
	}
	becomes(softphone.StateTalking)
	tone(t, "after the hold", 440, 0.8, placed.Heard)
	placed.HangUp()
	if e := becomes(softphone.StateEnded); e.EndedBy != "them" {
		t.Errorf("ended by %s", e.EndedBy)
	}

	id, err := p.Dial("13900001234", "")
	if err != nil {
		t.Fatal(err)
	}
	becomes(softphone.StateTalking)
	out, err := f.Find(t.Context(), "13900001234")
	if err != nil {
		t.Fatal(err)
	}
	tone(t, "the customer hears the agent", 440, 0.8, out.Heard)
	if err := p.HangUp(id); err != nil {
		t.Fatal(err)
	}
	get(t, out.Done(), "end of the dialled call")
}
