package floor

import (
	"hash/fnv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
	"github.com/callbench/callbench/softphone/media"
)

// What can be dialled beside agents and customers.
const (
	echoNumber = "700"
	toneNumber = "701"
	toneHz     = 1004
	toneLevel  = 0.25 // peak, of full scale: about -12 dB

	customerDigits = 5 // a number of so many digits or more is a customer's
	neverAnswers   = 30 * time.Second
)

// plan is what becomes of a dialled number.
type plan struct {
	code   int // ≥ 300: refused with it; 200: answered
	reason string
	ring   Range
	late   bool   // refused with code only after ringing
	ext    string // an agent's
}

// planOf reads a dialled number; see the package comment for the plan.
func (f *Floor) planOf(number string) plan {
	digits := strings.TrimPrefix(number, "+")
	switch {
	case number == echoNumber || number == toneNumber:
		return plan{code: sip.StatusOK}
	case f.gate.knows(number):
		return plan{code: sip.StatusOK, ext: number}
	case digits == "" || strings.Trim(digits, "0123456789") != "", len(digits) < customerDigits, strings.HasSuffix(digits, "0404"):
		return plan{code: sip.StatusNotFound, reason: "Not Found"}
	case strings.HasSuffix(digits, "0486"):
		return plan{code: sip.StatusBusyHere, reason: "Busy Here"}
	case strings.HasSuffix(digits, "0603"):
		return plan{code: sip.StatusGlobalDecline, reason: "Decline", ring: f.cfg.RingOutside, late: true}
	case strings.HasSuffix(digits, "0480"):
		return plan{code: sip.StatusTemporarilyUnavailable, reason: "No Answer", ring: Range{neverAnswers, neverAnswers}, late: true}
	}
	return plan{code: sip.StatusOK, ring: f.cfg.RingOutside}
}

// onInvite takes a call from an agent's phone.
func (f *Floor) onInvite(in *dispatch.Incoming) {
	ext := in.Req.From().Address.User
	if !f.gate.knows(ext) {
		f.reply(in, sip.StatusForbidden, "Forbidden")
		return
	}
	if !f.admit(in, ext, sip.StatusProxyAuthRequired, "Proxy Authentication Required", "Proxy-Authenticate", "Proxy-Authorization") {
		return
	}
	number := in.Req.Recipient.User
	way := f.planOf(number)
	if way.code >= 300 && !way.late {
		f.reply(in, way.code, way.reason)
		return
	}
	f.reply(in, sip.StatusTrying, "Trying")
	in.Mailbox().Hold()
	g := &leg{f: f, ext: ext, box: in.Mailbox(), in: in}
	if err := g.takeOffer(); err != nil {
		code, reason := refusal(err)
		f.reply(in, code, reason)
		g.box.Release()
		if g.session != nil {
			_ = g.session.Close() // nothing was sent or received
		}
		return
	}
	in.OnCancel = func(*sip.Request) { g.finish() }
	g.box.Claim(g.request)
	f.note(func(l *loop) { l.dialled(g, number, way) })
}

// takeOffer opens the session and reads the phone's offer, so that an offer we cannot take is refused
// before anything rings. The answer goes out with the 200.
func (g *leg) takeOffer() error {
	if err := g.open(); err != nil {
		return err
	}
	if len(g.in.Req.Body()) == 0 {
		return nil // the offer is ours then (RFC 3261 section 13.2.1)
	}
	_, err := g.session.Answer(g.in.Req.Body(), media.SendRecv)
	return err
}

// dialled lets a call from an agent's phone ring and gives it somebody to talk to.
func (l *loop) dialled(g *leg, number string, way plan) {
	now := l.f.cfg.Now()
	g.id = l.w.id()
	l.open[g] = true
	l.w.setOutside(now, g.ext, g.id, true)
	g.over = func(l *loop) {
		l.w.setOutside(l.f.cfg.Now(), g.ext, g.id, false)
		if p := l.people[g.id]; p != nil {
			l.bury(g.id, OutcomeCompleted)
		}
	}
	if way.ext != "" {
		l.patch(g, way.ext)
		return
	}
	c := l.callee(number)
	p := l.seat(g.id, c, func() cast { return l.f.alone(l.f.answerer(c)) })
	g.answered = func(*loop) {
		p.line.connect(g.session)
		p.connected(g.ext)
	}
	wait := way.ring.draw(stream(l.f.cfg.Seed, "dial", g.id))
	g.post(func() { g.ringBack(way, wait) })
}

// callee is whom a number reaches: a caller of the floor's with that number is that caller.
func (l *loop) callee(number string) Caller {
	for _, known := range l.w.script.names.callers {
		if known.Number == number {
			return known
		}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(number)) // an fnv hash never fails
	return Caller{Number: number, Topic: topics()[int(h.Sum32()>>1)%len(topics())]}
}

// answerer is who answers a dialled number.
func (f *Floor) answerer(c Caller) talker {
	switch c.Number {
	case echoNumber:
		return &echo{}
	case toneNumber:
		return &steady{tone: media.NewTone(toneHz, toneLevel)}
	}
	return newCallee(f.voice(c), f.pilot(c))
}

// ringBack tells the phone that it rings there (early dialog, RFC 3261 section 13.3.1.1), and after a
// while how it ended.
func (g *leg) ringBack(way plan, wait time.Duration) {
	if g.gone {
		return
	}
	g.progress()
	g.box.After(wait, func() {
		switch {
		case g.gone:
		case way.late:
			g.f.reply(g.in, way.code, way.reason)
			g.finish()
		default:
			g.pickUp()
		}
	})
}

// progress sends 180.
func (g *leg) progress() {
	if g.gone || g.in.Final() {
		return
	}
	res := g.in.Response(sip.StatusRinging, "Ringing", nil)
	g.mark(res)
	g.f.send(g.in, res)
}

// mark puts our contact and the linked id into a response.
func (g *leg) mark(res *sip.Response) {
	res.AppendHeader(&sip.ContactHeader{Address: g.in.Flow.Contact("floor")})
	res.AppendHeader(sip.NewHeader("X-Linked-ID", g.id))
}

// pickUp answers the phone's INVITE.
func (g *leg) pickUp() {
	if g.gone || g.in.Final() {
		return
	}
	d, err := dispatch.DialogUAS(g.in, g.in.Flow.Contact("floor"))
	if err != nil {
		g.f.reply(g.in, sip.StatusBadRequest, "Bad From")
		g.finish()
		return
	}
	offer := g.in.Req.Body()
	var sdp []byte
	if len(offer) > 0 {
		sdp, err = g.session.Answer(offer, media.SendRecv)
	} else {
		sdp, err = g.session.Offer(media.SendRecv)
	}
	if err != nil {
		code, reason := refusal(err)
		g.f.reply(g.in, code, reason)
		g.finish()
		return
	}
	g.dialog = d
	res := g.in.Response(sip.StatusOK, "OK", sdp)
	g.mark(res)
	g.listen()
	g.f.accept(g.in, d, res, func(ack *sip.Request, err error) {
		if err != nil {
			g.finish()
			return
		}
		if len(offer) == 0 {
			if err := g.session.Accept(ack.Body()); err != nil {
				g.hangUp()
			}
		}
	})
	g.f.note(g.answered)
}
