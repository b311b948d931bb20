package softphone

import (
	"net/url"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
	"github.com/callbench/callbench/softphone/media"
)

// threePhones has alice (the customer) talk with bob; carol is whom he hands her over to.
func threePhones(t *testing.T) (alice, bob, carol *desk, theirs, ours string) {
	t.Helper()
	follows := alone("alice")
	follows.FollowRefer = true
	alice, _ = startPhone(t, toneA, follows)
	bob, _ = startPhone(t, toneB, alone("bob"))
	carol, _ = startPhone(t, toneC, alone("carol"))
	theirs, in := ringUp(t, alice, bob)
	if err := bob.Answer(in.ID); err != nil {
		t.Fatal(err)
	}
	alice.state(t, StateTalking)
	bob.state(t, StateTalking)
	return alice, bob, carol, theirs, in.ID
}

const toneC = 1209

// is waits until a call (id empty: any) has been as ok wants it, in whatever order the calls of a desk told theirs.
func (d *desk) is(t *testing.T, id, what string, ok func(Call) bool) (found Call) {
	t.Helper()
	defer func() {
		if t.Failed() {
			d.mu.Lock()
			defer d.mu.Unlock()
			for _, ev := range d.told[max(0, len(d.told)-12):] {
				t.Logf("told: %+v", ev)
			}
		}
	}()
	waitFor(t, what, func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		for _, ev := range d.told {
			if e, is := ev.(CallChanged); is && (id == "" || e.Call.ID == id) && ok(e.Call) {
				found = e.Call
				return true
			}
		}
		return false
	})
	return found
}

func endedAs(reason, by string) func(Call) bool {
	return func(c Call) bool { return c.State == StateEnded && c.EndReason == reason && c.EndedBy == by }
}

func TestACallIsHandedOverUnannounced(t *testing.T) {
	alice, bob, carol, theirs, ours := threePhones(t)
	if err := bob.Transfer(ours, carol.address()); err != nil {
		t.Fatal(err)
	}
	c := carol.state(t, StateRinging)
	bob.is(t, ours, "word that it rings", func(c Call) bool { return c.Transfer == TransferRinging && c.State == StateHeld })
	if c.Number != "alice" {
		t.Errorf("carol is called by %q", c.Number)
	}
	if err := bob.Transfer(ours, "102"); err == nil {
		t.Error("a call goes to two places")
	}
	if err := carol.Answer(c.ID); err != nil {
		t.Fatal(err)
	}
	bob.is(t, ours, "handed over", endedAs("transferred", "me"))
	alice.is(t, theirs, "sent on", endedAs("transferred", "them"))
	alice.ears.forget()
	alice.ears.waitTone(t, toneC)
	carol.ears.waitTone(t, toneA)
	if err := carol.HangUp(c.ID); err != nil {
		t.Fatal(err)
	}
	nothingLeft(t, alice, bob, carol)
}

func TestATransferThatFailsGivesTheCallBack(t *testing.T) {
	alice, bob, carol, _, ours := threePhones(t)
	if err := bob.Transfer(ours, carol.address()); err != nil {
		t.Fatal(err)
	}
	c := carol.state(t, StateRinging)
	if err := carol.HangUp(c.ID); err != nil {
		t.Fatal(err)
	}
	bob.is(t, ours, "the call is bob's again", func(c Call) bool {
		return c.Transfer == TransferFailed && c.TransferCode == 486 && c.State == StateTalking && c.HeldBy == HeldByNone
	})
	bob.ears.forget()
	bob.ears.waitTone(t, toneA)
	alice.ears.forget()
	alice.ears.waitTone(t, toneB)
	if err := bob.Transfer(ours, carol.address()); err != nil { // once more, to the same
		t.Fatal(err)
	}
	c = carol.state(t, StateRinging)
	if err := carol.Answer(c.ID); err != nil {
		t.Fatal(err)
	}
	bob.is(t, ours, "handed over", endedAs("transferred", "me"))
}

func TestACallIsHandedOverAfterAskingThere(t *testing.T) {
	alice, bob, carol, theirs, ours := threePhones(t)
	second, err := bob.Consult(ours, carol.address())
	if err != nil {
		t.Fatal(err)
	}
	bob.is(t, ours, "held", func(c Call) bool { return c.HeldBy == HeldByMe })
	c := carol.state(t, StateRinging)
	if err := carol.Answer(c.ID); err != nil {
		t.Fatal(err)
	}
	bob.is(t, second, "talking to carol", func(c Call) bool { return c.State == StateTalking && c.Consults == ours })
	carol.state(t, StateTalking)
	if err := bob.CompleteTransfer(ours, second); err != nil {
		t.Fatal(err)
	}
	bob.is(t, ours, "handed over", endedAs("transferred", "me"))
	bob.is(t, second, "gone with it", endedAs("transferred", "me"))
	alice.is(t, theirs, "sent on", endedAs("transferred", "them"))
	carol.is(t, c.ID, "replaced", func(c Call) bool { return c.State == StateEnded && c.EndReason == "transferred" })
	alice.ears.forget()
	alice.ears.waitTone(t, toneC)
	carol.ears.forget()
	carol.ears.waitTone(t, toneA)
	nothingLeft(t, bob)
}

// completedWhileItRings has bob ask carol, who has not answered yet when he hands the call over: it rings there once more.
func completedWhileItRings(t *testing.T, bob, carol *desk, ours string) (first, again Call) {
	t.Helper()
	second, err := bob.Consult(ours, carol.address())
	if err != nil {
		t.Fatal(err)
	}
	first = carol.state(t, StateRinging)
	if err := bob.CompleteTransfer(ours, second); err != nil {
		t.Fatal(err)
	}
	again = carol.is(t, "", "alice rings", func(c Call) bool { return c.State == StateRinging && c.ID != first.ID })
	return first, again
}

func TestWhoHasNotAnsweredYetGetsTheCallUnannounced(t *testing.T) {
	alice, bob, carol, _, ours := threePhones(t)
	first, c := completedWhileItRings(t, bob, carol, ours)
	carol.is(t, first.ID, "given up", endedAs("cancelled", "them"))
	if c.Number != "alice" {
		t.Errorf("called by %q", c.Number)
	}
	if err := carol.Answer(c.ID); err != nil {
		t.Fatal(err)
	}
	bob.is(t, ours, "handed over", endedAs("transferred", "me"))
	alice.ears.forget()
	alice.ears.waitTone(t, toneC)
	nothingLeft(t, bob)
}

func TestAnAnnouncedTransferThatFailsLeavesBothCalls(t *testing.T) {
	r := startRegistrar(t, welcome(""))
	r.invited = make(chan *dispatch.Incoming, 1)
	f, d, id := farCallAt(t, r, "udp")
	second := ""
	f.held(func() {
		var err error
		if second, err = d.Consult(id, "102"); err != nil {
			t.Fatal(err)
		}
	})
	// The second call is at the same PBX.
	g := answered(t, take(t, r.invited, "second INVITE"))
	d.is(t, second, "second call talking", func(c Call) bool { return c.State == StateTalking })
	if err := d.CompleteTransfer(id, second); err != nil {
		t.Fatal(err)
	}
	refer := take(t, f.asked, "REFER")
	to := refer.Req.GetHeader("Refer-To").Value()
	want := url.QueryEscape(g.box.CallID() + ";to-tag=" + g.dialog.LocalTag + ";from-tag=" + g.dialog.RemoteTag)
	if !strings.HasSuffix(to, "?Replaces="+want+">") || !strings.Contains(to, g.dialog.Contact.String()) {
		t.Errorf("Refer-To %s, want Replaces=%s at %s", to, want, g.dialog.Contact.String())
	}
	f.on(func() { _ = refer.Reply(603, "Decline") })
	d.is(t, id, "the first call is there again", func(c Call) bool {
		return c.Transfer == TransferFailed && c.TransferCode == 603 && c.HeldBy == HeldByMe
	})
	if _, c, err := d.find(second); err != nil || c.State != StateTalking {
		t.Errorf("second call %+v, %v", c, err)
	}
}

// transferred has the desk hand its call with f over and gives the REFER, which comes when the call is on hold.
func (f *far) transferred(d *desk, id string) *dispatch.Incoming {
	f.t.Helper()
	f.held(func() {
		if err := d.Transfer(id, "102"); err != nil {
			f.t.Fatal(err)
		}
	})
	in := take(f.t, f.asked, "REFER")
	if in.Req.Method != sip.REFER {
		f.t.Fatalf("asked %s", in.Req.Method)
	}
	return in
}

// held has the desk do what puts its call with f on hold, and agrees to that.
func (f *far) held(do func()) {
	f.t.Helper()
	do()
	in := take(f.t, f.asked, "re-INVITE to hold")
	f.on(func() {
		f.dialog.Match(in)
		f.accept(in)
	})
}

// answered is the other end of a call that the desk has dialled.
func answered(t *testing.T, in *dispatch.Incoming) *far {
	t.Helper()
	f := &far{t: t, box: in.Mailbox(), asked: make(chan *dispatch.Incoming, 8)}
	f.box.Hold()
	t.Cleanup(f.box.Release)
	var err error
	if f.media, err = media.Open(media.Config{IP: in.Flow.Local().Addr()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.media.Close() })
	if f.dialog, err = dispatch.DialogUAS(in, in.Flow.Contact("102")); err != nil {
		t.Fatal(err)
	}
	f.on(func() {
		f.box.Claim(func(in *dispatch.Incoming) {
			if in.Req.Method == sip.BYE {
				_ = in.Reply(200, "OK")
			}
			f.asked <- in
		})
		f.accept(in)
	})
	return f
}

// accept answers an INVITE with what f has to offer, on its mailbox.
func (f *far) accept(in *dispatch.Incoming) {
	sdp, err := f.media.Answer(in.Req.Body(), media.SendRecv)
	if err != nil {
		f.t.Error(err)
		return
	}
	res := in.Response(200, "OK", sdp)
	res.AppendHeader(&sip.ContactHeader{Address: f.dialog.Contact})
	if err := in.Accept(f.dialog, res, nil); err != nil {
		f.t.Error(err)
	}
}

// notify tells how a transfer goes.
func (f *far) notify(fragment, life string) *sip.Response {
	return f.ask(sip.NOTIFY, []byte(fragment), "Event: refer", "Subscription-State: "+life)
}

func TestWhatIsSaidOfATransferIsTaken(t *testing.T) {
	const over = "terminated;reason=noresource"
	type step func(f *far, in *dispatch.Incoming)
	answer := func(code int, headers ...string) step {
		return func(f *far, in *dispatch.Incoming) {
			f.on(func() {
				res := in.Response(code, "Word", nil)
				for _, h := range headers {
					k, v, _ := strings.Cut(h, ": ")
					res.AppendHeader(sip.NewHeader(k, v))
				}
				_ = in.Send(res)
			})
		}
	}
	notify := func(fragment, life string) step {
		return func(f *far, _ *dispatch.Incoming) {
			if res := f.notify(fragment, life); res.StatusCode != 200 {
				f.t.Errorf("NOTIFY: %d", res.StatusCode)
			}
		}
	}
	back := func(code int) func(Call) bool {
		return func(c Call) bool { return c.Transfer == TransferFailed && c.TransferCode == code }
	}
	for name, c := range map[string]struct {
		steps []step
		ends  func(Call) bool
	}{
		"NOTIFY before the 202":   {[]step{notify("SIP/2.0 200 OK", over), answer(202)}, endedAs("transferred", "me")},
		"it rings and is refused": {[]step{answer(202), notify("SIP/2.0 180 Ringing\r\n", "active;expires=60"), notify("SIP/2.0 486 Busy Here", over)}, back(486)},
		"REFER is refused":        {[]step{answer(603)}, back(603)},
		"no word will come": {
			[]step{answer(202, "Refer-Sub: false"), func(f *far, _ *dispatch.Incoming) { f.ask(sip.BYE, nil) }},
			endedAs("transferred", "me"),
		},
		"the word does not come": {[]step{answer(202), notify("", over)}, back(0)},
		"they hang up after 202": {
			[]step{answer(202), func(f *far, _ *dispatch.Incoming) { f.ask(sip.BYE, nil) }},
			endedAs("transferred", "me"),
		},
		"they hang up before": {[]step{func(f *far, _ *dispatch.Incoming) { f.ask(sip.BYE, nil) }}, endedAs("hung_up", "them")},
		"the dialog is gone":  {[]step{answer(481)}, endedAs("lost", "network")},
	} {
		t.Run(name, func(t *testing.T) {
			f, d, id := farCall(t)
			in := f.transferred(d, id)
			if to := in.Req.GetHeader("Refer-To"); to == nil || to.Value() != "<sip:102@127.0.0.1>" {
				t.Errorf("Refer-To %v", to)
			}
			for _, s := range c.steps {
				s(f, in)
			}
			d.is(t, id, name, c.ends)
		})
	}
}
