package softphone

import (
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
)

// now is how a call looks.
func (d *desk) now(t *testing.T, id string) Call {
	t.Helper()
	_, c, err := d.find(id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAMutedAgentStaysMutedWhenTheCallChangesHands(t *testing.T) {
	alice, bob, carol, _, ours := threePhones(t)
	second, err := bob.Consult(ours, carol.address())
	if err != nil {
		t.Fatal(err)
	}
	c := carol.state(t, StateRinging)
	if err := carol.Answer(c.ID); err != nil {
		t.Fatal(err)
	}
	bob.is(t, second, "talking to carol", func(c Call) bool { return c.State == StateTalking })
	carol.is(t, c.ID, "talking", func(c Call) bool { return c.State == StateTalking })
	if err := carol.Mute(c.ID, true); err != nil {
		t.Fatal(err)
	}
	carol.is(t, c.ID, "muted", func(c Call) bool { return c.Muted })
	for range 2 { // pressed twice
		if err := bob.CompleteTransfer(ours, second); err != nil {
			t.Fatal(err)
		}
	}
	bob.is(t, ours, "handed over", endedAs("transferred", "me"))
	bob.is(t, second, "gone with it", endedAs("transferred", "me"))
	next := carol.is(t, "", "alice instead of bob", func(o Call) bool { return o.ID != c.ID && o.State == StateTalking })
	if !next.Muted {
		t.Errorf("%+v", next)
	}
	carol.mu.Lock()
	for _, ev := range carol.told {
		if e, is := ev.(CallChanged); is && e.Call.ID == next.ID && e.Call.State == StateRinging {
			t.Error("the call rings in the middle of a talk")
		}
	}
	carol.mu.Unlock()
	carol.ears.forget()
	carol.ears.waitTone(t, toneA)
	alice.ears.forget()
	alice.ears.waitSilence(t)
}

// Whom the agent could not hand over must not hear whom the agent speaks with by then.
func TestACallThatComesBackStaysOnHoldWhileTheAgentSpeaks(t *testing.T) {
	alice, bob, carol, _, ours := threePhones(t)
	dave, _ := startPhone(t, toneC, alone("dave"))
	if err := bob.Transfer(ours, carol.address()); err != nil {
		t.Fatal(err)
	}
	c := carol.state(t, StateRinging)
	bob.is(t, ours, "word that it rings", func(c Call) bool { return c.Transfer == TransferRinging })
	_, err := dave.Dial(bob.address(), "")
	if err != nil {
		t.Fatal(err)
	}
	theirs := bob.is(t, "", "dave rings", func(c Call) bool { return c.Number == "dave" && c.State == StateRinging }).ID
	if err := bob.Answer(theirs); err != nil {
		t.Fatal(err)
	}
	bob.is(t, theirs, "talking to dave", func(c Call) bool { return c.State == StateTalking })
	if err := carol.HangUp(c.ID); err != nil {
		t.Fatal(err)
	}
	bob.is(t, ours, "failed", func(c Call) bool { return c.Transfer == TransferFailed })
	alice.ears.forget()
	alice.ears.waitSilence(t)
	quiet := time.Now().Add(2 * giveBackAfter)
	waitFor(t, "a moment beyond that", func() bool { return time.Now().After(quiet) })
	if c := bob.now(t, ours); c.State != StateHeld {
		t.Errorf("alice is %+v", c)
	}
	if c := bob.now(t, theirs); c.State != StateTalking {
		t.Errorf("dave is %+v", c)
	}
}

func TestWhoWasGivenUpForATransferComesBackToTheAgent(t *testing.T) {
	_, bob, carol, _, ours := threePhones(t)
	_, c := completedWhileItRings(t, bob, carol, ours)
	if err := carol.HangUp(c.ID); err != nil {
		t.Fatal(err)
	}
	bob.is(t, ours, "resumed", func(c Call) bool { return c.Transfer == TransferFailed && c.State == StateTalking })
}

func TestAnAnswerThatComesWhileTheAgentSpeaksIsHeld(t *testing.T) {
	_, bob, carol, _, ours := threePhones(t)
	dave, _ := startPhone(t, toneC, alone("dave"))
	second, err := bob.Consult(ours, carol.address())
	if err != nil {
		t.Fatal(err)
	}
	c := carol.state(t, StateRinging)
	if _, err := dave.Dial(bob.address(), ""); err != nil {
		t.Fatal(err)
	}
	theirs := bob.is(t, "", "dave rings", func(c Call) bool { return c.Number == "dave" && c.State == StateRinging }).ID
	if err := bob.Answer(theirs); err != nil {
		t.Fatal(err)
	}
	bob.is(t, theirs, "talking to dave", func(c Call) bool { return c.State == StateTalking })
	if err := carol.Answer(c.ID); err != nil {
		t.Fatal(err)
	}
	bob.is(t, second, "carol is held", func(c Call) bool { return c.State == StateHeld && c.HeldBy == HeldByMe })
	if c := bob.now(t, theirs); c.State != StateTalking {
		t.Errorf("dave is %+v", c)
	}
	carol.ears.forget()
	carol.ears.waitSilence(t)
}

func TestANotifyOfAnotherReferSaysNothing(t *testing.T) {
	f, d, id := farCall(t)
	in := f.transferred(d, id)
	f.on(func() { _ = in.Reply(202, "Accepted") })
	for _, event := range []string{"refer;id=99999", "presence"} {
		if res := f.ask(sip.NOTIFY, []byte("SIP/2.0 200 OK"), "Event: "+event, "Subscription-State: terminated"); res.StatusCode != 200 {
			t.Errorf("%s: %d", event, res.StatusCode)
		}
	}
	if c := d.now(t, id); !c.goesAway() {
		t.Errorf("%+v", c)
	}
}

func TestAReferIsDoneForWhomWeTalkWithOnly(t *testing.T) {
	for name, c := range map[string]struct {
		follow, held bool
		to           string
		header       string
		want         int
	}{
		"not asked for":        {to: "sip:102@127.0.0.1", want: 603},
		"a number of the host": {follow: true, to: "sip:102@127.0.0.1", want: 202},
		"on hold":              {follow: true, held: true, to: "sip:102@127.0.0.1", want: 603},
		"somewhere else":       {follow: true, to: "sip:102@192.0.2.1", want: 603},
		"a feature code":       {follow: true, to: "sip:*72900@127.0.0.1", want: 603},
		"one that is hidden":   {follow: true, to: "sip:%2a72900@127.0.0.1", want: 603},
		"a very long number":   {follow: true, to: "sip:" + strings.Repeat("9", 900) + "@127.0.0.1", want: 603},
		"no SIP address":       {follow: true, to: "https://192.0.2.1", want: 400},
		"another method":       {follow: true, to: "sip:102@127.0.0.1;method=BYE", want: 400},
		"an extension we lack": {follow: true, to: "sip:102@127.0.0.1", header: "Require: norefersub", want: 420},
		"nobody":               {follow: true, want: 400},
	} {
		t.Run(name, func(t *testing.T) {
			r := startRegistrar(t, welcome(""))
			r.invited = make(chan *dispatch.Incoming, 1)
			ac := r.account("udp")
			ac.FollowRefer = c.follow
			f, d, id := farCallAs(t, r, ac)
			if c.held {
				f.held(func() { _ = d.Hold(id, true) })
				d.held(t, HeldByMe)
			}
			headers := []string{"X: y"}
			if c.to != "" {
				headers = append(headers, "Refer-To: <"+c.to+">")
			}
			if c.header != "" {
				headers = append(headers, c.header)
			}
			if res := f.ask(sip.REFER, nil, headers...); res.StatusCode != c.want {
				t.Errorf("got %d, want %d", res.StatusCode, c.want)
			}
		})
	}
}

func TestWhatMayNotReplaceACallIsRefused(t *testing.T) {
	r := startRegistrar(t, welcome(""))
	f, d, id := farCallAt(t, r, "udp")
	name := func(local, remote, more string) string {
		return "Replaces: " + f.box.CallID() + ";to-tag=" + local + ";from-tag=" + remote + more
	}
	ours, theirs := f.dialog.RemoteTag, f.dialog.LocalTag
	for what, c := range map[string]struct {
		headers []string
		want    int
	}{
		"another dialog":        {[]string{name("x", theirs, "")}, 481},
		"the other way":         {[]string{name(theirs, ours, "")}, 481},
		"no tags":               {[]string{"Replaces: " + f.box.CallID()}, 400},
		"two of them":           {[]string{name(ours, theirs, ""), name(ours, theirs, "")}, 400},
		"only if it were early": {[]string{name(ours, theirs, ";early-only")}, 486},
	} {
		res := reply(t, inviteTo(t, r, r.flow(), "new-"+strings.ReplaceAll(what, " ", "-"), c.headers...))
		if res.StatusCode != c.want {
			t.Errorf("%s: got %d, want %d", what, res.StatusCode, c.want)
		}
	}
	if c := d.now(t, id); c.State != StateTalking {
		t.Errorf("%+v", c)
	}
	res := reply(t, inviteTo(t, r, r.flow(), "new-one", name(ours, theirs, "")))
	if res.StatusCode != 200 {
		t.Fatalf("got %d", res.StatusCode)
	}
	d.is(t, id, "replaced", func(c Call) bool { return c.State == StateEnded && c.EndReason == "transferred" })
}

// An INVITE that is to take the place of a call may be cancelled before it has: the call is then what it was.
func TestACallWhosePlaceWasNotTakenEndsAsItself(t *testing.T) {
	alice, bob, _, theirs, ours := threePhones(t)
	standing, _, err := bob.find(ours)
	if err != nil {
		t.Fatal(err)
	}
	_, in := ringUp(t, alice, bob)
	given, _, err := bob.find(in.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := bob.HangUp(in.ID); err != nil {
		t.Fatal(err)
	}
	bob.is(t, in.ID, "declined", endedAs("rejected", "me"))
	standing.post(giveUpTo{given})
	settled := make(chan struct{})
	for _, c := range []*call{standing, given, standing} { // one message there and one back
		if err := c.box.Post(func() { settled <- struct{}{} }); err != nil {
			t.Fatal(err)
		}
		<-settled
	}
	if err := alice.HangUp(theirs); err != nil {
		t.Fatal(err)
	}
	bob.is(t, ours, "ended as itself", endedAs("hung_up", "them"))
}
