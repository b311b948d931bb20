//go:build asterisk

package softphone

import (
	"crypto/x509"
	"os"
	"strings"
	"testing"

	"github.com/callbench/callbench/internal/testbed"
)

// Tones that no codec and no test of Asterisk has by itself.
const (
	ourTone   = 620
	otherTone = 850
	milliwatt = 1004
)

func agent(a *testbed.Asterisk, ext, transport, password string) Account {
	return Account{AOR: "sip:" + ext + "@127.0.0.1", Registrars: []string{a.Registrar(transport)}, Password: password}
}

func TestAsterisk(t *testing.T) {
	t.Parallel()
	pbx := testbed.StartAsterisk(t)
	t.Run("registers by every transport and removes its contact at the end", func(t *testing.T) {
		pem, err := os.ReadFile(pbx.Certificate())
		if err != nil {
			t.Fatal(err)
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		for _, transport := range []string{"udp", "tcp", "tls"} {
			ac := agent(pbx, "102", transport, "secret")
			ac.RootCAs = roots
			d, stop := startPhone(t, ourTone, ac)
			d.registered(t, "registered")
			if out := pbx.Command(t, "pjsip show contacts"); !strings.Contains(out, "102/sip:102@127.0.0.1") {
				t.Fatalf("%s: no contact at the PBX:\n%s", transport, out)
			}
			stop()
			d.registered(t, "unregistered")
			if out := pbx.Command(t, "pjsip show contacts"); strings.Contains(out, "102/sip:102@") {
				t.Fatalf("%s: the contact is still there:\n%s", transport, out)
			}
		}
	})
	t.Run("tells why it is not registered", func(t *testing.T) {
		d, _ := startPhone(t, ourTone, agent(pbx, "101", "udp", "wrong"))
		if r := d.registered(t, "failed"); r.Reason != "wrong_password" {
			t.Fatalf("wrong password: reason %q", r.Reason)
		}
		ac := agent(pbx, "102", "tls", "secret")
		ac.RootCAs = x509.NewCertPool()
		d, _ = startPhone(t, ourTone, ac)
		if r := d.registered(t, "failed"); r.Reason != "tls" {
			t.Fatalf("unknown certificate: reason %q", r.Reason)
		}
	})
	for _, transport := range []string{"udp", "tcp"} {
		t.Run("calls by "+transport, func(t *testing.T) {
			d, _ := startPhone(t, ourTone, agent(pbx, "101", transport, "secret"))
			d.registered(t, "registered")
			t.Run("echo gives our tone back", func(t *testing.T) { echo(t, d) })
			t.Run("the PBX's tone is heard", func(t *testing.T) { hearMilliwatt(t, d) })
			t.Run("a call comes in", func(t *testing.T) { incoming(t, d, pbx) })
			t.Run("the caller gives up", func(t *testing.T) { givenUp(t, d, pbx) })
			t.Run("an unknown extension", func(t *testing.T) { unknown(t, d) })
		})
	}
	t.Run("two desks talk, hold and resume", func(t *testing.T) { twoDesks(t, pbx) })
	t.Run("a queue calls the agent", func(t *testing.T) { queued(t, pbx) })
}

func echo(t *testing.T, d *desk) {
	t.Helper()
	id, err := d.Dial("700", "")
	if err != nil {
		t.Fatal(err)
	}
	c := d.state(t, StateTalking)
	d.ears.waitTone(t, ourTone)
	if err := d.Hold(id, true); err != nil {
		t.Fatal(err)
	}
	d.held(t, HeldByMe)
	d.ears.waitSilence(t)
	if err := d.Hold(id, false); err != nil {
		t.Fatal(err)
	}
	d.held(t, HeldByNone)
	d.ears.forget()
	d.ears.waitTone(t, ourTone)
	if err := d.Mute(id, true); err != nil {
		t.Fatal(err)
	}
	d.ears.waitSilence(t)
	s, err := d.Stats(id)
	if err != nil || s.RxPackets == 0 || s.Codec != c.Codec || c.Codec == "" {
		t.Fatalf("stats %+v, %v; call %+v", s, err, c)
	}
	if err := d.HangUp(id); err != nil {
		t.Fatal(err)
	}
	if c := d.state(t, StateEnded); c.EndReason != "hung_up" || c.EndedBy != "me" {
		t.Fatalf("ended %+v", c)
	}
	waitFor(t, "end of the dialog", func() bool { d.Phone.mu.Lock(); defer d.Phone.mu.Unlock(); return len(d.calls) == 0 })
}

func hearMilliwatt(t *testing.T, d *desk) {
	t.Helper()
	id, err := d.Dial("701", "")
	if err != nil {
		t.Fatal(err)
	}
	d.state(t, StateTalking)
	d.ears.waitTone(t, milliwatt)
	if err := d.HangUp(id); err != nil {
		t.Fatal(err)
	}
	d.state(t, StateEnded)
}

func incoming(t *testing.T, d *desk, pbx *testbed.Asterisk) {
	t.Helper()
	pbx.Command(t, "channel originate PJSIP/101 application Milliwatt")
	c := d.state(t, StateRinging)
	if c.Direction != DirectionIn || c.StartedAt.IsZero() {
		t.Fatalf("call %+v", c)
	}
	waitFor(t, "ringing", d.ears.ringing)
	if err := d.Answer(c.ID); err != nil {
		t.Fatal(err)
	}
	d.state(t, StateTalking)
	d.ears.waitTone(t, milliwatt)
	waitFor(t, "ringing to stop", func() bool { return !d.ears.ringing() })
	pbx.Command(t, "channel request hangup all")
	if c := d.state(t, StateEnded); c.EndReason != "hung_up" || c.EndedBy != "them" {
		t.Fatalf("ended %+v", c)
	}
}

func givenUp(t *testing.T, d *desk, pbx *testbed.Asterisk) {
	t.Helper()
	pbx.Command(t, "channel originate PJSIP/101 application Milliwatt")
	d.state(t, StateRinging)
	pbx.Command(t, "channel request hangup all")
	if c := d.state(t, StateEnded); c.EndReason != "cancelled" || c.EndedBy != "them" || c.EndCode != 487 {
		t.Fatalf("ended %+v", c)
	}
}

func unknown(t *testing.T, d *desk) {
	t.Helper()
	if _, err := d.Dial("999", ""); err != nil {
		t.Fatal(err)
	}
	if c := d.state(t, StateEnded); c.EndReason != "failed" || c.EndCode != 404 {
		t.Fatalf("ended %+v", c)
	}
}

func twoDesks(t *testing.T, pbx *testbed.Asterisk) {
	t.Helper()
	a, _ := startPhone(t, ourTone, agent(pbx, "101", "tcp", "secret"))
	b, _ := startPhone(t, otherTone, agent(pbx, "102", "udp", "secret"))
	a.registered(t, "registered")
	b.registered(t, "registered")
	id, err := a.Dial("102", "")
	if err != nil {
		t.Fatal(err)
	}
	in := b.state(t, StateRinging)
	a.state(t, StateEarly)
	if in.Number != "101" || in.Name != "Agent 101" {
		t.Fatalf("caller %q %q", in.Number, in.Name)
	}
	if err := b.Answer(in.ID); err != nil {
		t.Fatal(err)
	}
	a.state(t, StateTalking)
	b.state(t, StateTalking)
	a.ears.waitTone(t, otherTone)
	b.ears.waitTone(t, ourTone)
	for _, side := range []struct {
		d  *desk
		id string
	}{{a, id}, {b, in.ID}} {
		if err := side.d.Hold(side.id, true); err != nil {
			t.Fatal(err)
		}
		side.d.held(t, HeldByMe)
		a.ears.forget()
		b.ears.forget()
		waitFor(t, "hold", func() bool { return a.ears.level(otherTone) < 0.2 && b.ears.level(ourTone) < 0.2 })
		if err := side.d.Hold(side.id, false); err != nil {
			t.Fatal(err)
		}
		side.d.held(t, HeldByNone)
		a.ears.waitTone(t, otherTone)
		b.ears.waitTone(t, ourTone)
	}
	if err := b.HangUp(in.ID); err != nil {
		t.Fatal(err)
	}
	if c := a.state(t, StateEnded); c.EndReason != "hung_up" || c.EndedBy != "them" {
		t.Fatalf("ended %+v", c)
	}
}

// queued: a caller waits in queue 600; Asterisk sends a re-INVITE about 20 ms after the answer.
func queued(t *testing.T, pbx *testbed.Asterisk) {
	t.Helper()
	d, _ := startPhone(t, ourTone, agent(pbx, "101", "udp", "secret"))
	d.registered(t, "registered")
	pbx.Command(t, "channel originate Local/600@inbound application Milliwatt")
	c := d.state(t, StateRinging)
	if err := d.Answer(c.ID); err != nil {
		t.Fatal(err)
	}
	d.state(t, StateTalking)
	d.ears.waitTone(t, milliwatt)
	if err := d.HangUp(c.ID); err != nil {
		t.Fatal(err)
	}
	if c := d.state(t, StateEnded); c.EndReason != "hung_up" || c.EndedBy != "me" {
		t.Fatalf("ended %+v", c)
	}
}
