package floor

import (
	"context"
	"errors"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
	"github.com/callbench/callbench/softphone/media"
)

// leg is the floor's end of one SIP dialog with an agent's phone, with its RTP session. All of it
// belongs to the goroutine of its Call-ID's mailbox; the loop speaks to it by post, and it tells the
// loop by answered and over, which run in the loop.
type leg struct {
	f   *Floor
	id  string // linked id
	ext string
	box *dispatch.Mailbox

	answered func(l *loop) // the phone took our call
	over     func(l *loop) // the leg is at its end, whoever ended it
	invited  func()        // our INVITE goes out now; nil: nobody asks
	rang     func()        // the phone said that it rings

	session *media.Session
	silence context.CancelFunc // ends the session's receiving
	in      *dispatch.Incoming // the phone's INVITE, where it called
	out     *dispatch.Outgoing // ours, where we did
	dialog  *dispatch.Dialog   // nil before an answer
	gone    bool
}

// post runs do on the leg's mailbox. A floor that has stopped runs nothing more.
func (g *leg) post(do func()) { _ = g.box.Post(do) }

// open makes the RTP session.
func (g *leg) open() error {
	s, err := media.Open(media.Config{IP: g.f.cfg.IP, Codecs: g.f.cfg.Codecs, Log: g.f.cfg.Log})
	if err != nil {
		return err
	}
	g.session = s
	return nil
}

// listen starts receiving.
func (g *leg) listen() {
	ctx, cancel := context.WithCancel(g.f.life)
	s := g.session
	if !g.f.goRun(func() { _ = s.Run(ctx) }) { // ends with ctx; its sockets failing ends a call's sound, not the floor
		cancel()
		return
	}
	g.silence = cancel
}

// invitation is what an INVITE to a phone says beside the SDP.
type invitation struct {
	to           binding
	number, name string // of the caller
	queue        Queue  // zero: none
}

// invite rings the phone.
func (g *leg) invite(v invitation) {
	if err := g.open(); err != nil {
		g.f.cfg.Log.Warn("no RTP session for a call", "err", err)
		g.finish()
		return
	}
	sdp, err := g.session.Offer(media.SendRecv)
	if err != nil {
		g.f.cfg.Log.Warn("no offer for a call", "err", err)
		g.finish()
		return
	}
	msg := g.f.newInvite(g, v, sdp)
	if g.invited != nil {
		g.invited()
	}
	g.out, err = g.box.Send(dispatch.Request{Msg: msg, Flow: v.to.flow, On: g.response})
	if err != nil {
		g.finish() // the phone's connection is gone: the same as no answer
	}
}

// newInvite builds the request (RFC 3261 section 8.1.1).
func (f *Floor) newInvite(g *leg, v invitation, sdp []byte) *sip.Request {
	flow := v.to.flow
	req := sip.NewRequest(sip.INVITE, v.to.contact)
	host, port := flow.Local().Addr().String(), int(flow.Local().Port())
	from := &sip.FromHeader{DisplayName: v.name, Address: sip.Uri{Scheme: "sip", User: v.number, Host: host, Port: port}}
	from.Params.Add("tag", sip.GenerateTagN(10))
	id := sip.CallIDHeader(g.box.CallID())
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: sip.Uri{Scheme: "sip", User: g.ext, Host: host, Port: port}})
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.INVITE})
	req.AppendHeader(&sip.ContactHeader{Address: flow.Contact("floor")})
	req.AppendHeader(sip.NewHeader("Allow", allow))
	req.AppendHeader(sip.NewHeader("X-Linked-ID", g.id))
	if v.queue.ID != "" {
		req.AppendHeader(sip.NewHeader("X-Queue", v.queue.ID))
		req.AppendHeader(sip.NewHeader("X-Queue-Name", oneLine(v.queue.Name)))
	}
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(sdp)
	return req
}

const allow = "INVITE, ACK, CANCEL, BYE, UPDATE, INFO, OPTIONS, REFER"

// response takes what the phone answers to our INVITE.
func (g *leg) response(res *sip.Response, err error) {
	switch {
	case err != nil || res.StatusCode >= 300:
		g.finish()
	case res.IsProvisional():
		if res.StatusCode == sip.StatusRinging && g.rang != nil {
			g.rang()
		}
	case g.dialog != nil || g.gone:
		g.refuse(res)
	default:
		g.accept(res)
	}
}

// refuse ends a dialog that nobody wants: a second one, or a 2xx that crossed our CANCEL (13.2.2.4).
func (g *leg) refuse(res *sip.Response) {
	d, err := dispatch.DialogUAC(g.out, res)
	if err != nil {
		return
	}
	_ = g.out.Ack(d, nil)
	_, _ = g.box.Send(dispatch.Request{Msg: d.Request(sip.BYE), Flow: d.Flow})
}

// accept takes the phone's 2xx.
func (g *leg) accept(res *sip.Response) {
	d, err := dispatch.DialogUAC(g.out, res)
	if err != nil {
		g.finish()
		return
	}
	g.dialog = d
	_ = g.out.Ack(d, nil) // a lost connection shows with the next request
	if err := g.session.Accept(res.Body()); err != nil {
		g.f.cfg.Log.Debug("an answer without sound that we can take", "err", err)
		g.hangUp()
		return
	}
	g.box.Claim(g.request)
	g.listen()
	g.f.note(g.answered)
}

// request takes what the phone sends within the dialog, from the answer on.
func (g *leg) request(in *dispatch.Incoming) {
	if g.dialog == nil || g.gone {
		g.f.reply(in, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
		return
	}
	if !g.dialog.Match(in) {
		return
	}
	switch in.Req.Method {
	case sip.BYE:
		g.f.reply(in, sip.StatusOK, "OK")
		g.finish()
	case sip.INVITE, sip.UPDATE:
		g.renegotiate(in)
	case sip.REFER:
		g.refer(in)
	case sip.OPTIONS, sip.INFO:
		g.f.reply(in, sip.StatusOK, "OK")
	default:
		g.f.reply(in, sip.StatusNotImplemented, "Not Implemented")
	}
}

// renegotiate answers a re-INVITE or UPDATE: hold and resume (RFC 3264 section 8.4), another address.
func (g *leg) renegotiate(in *dispatch.Incoming) {
	offer := in.Req.Body()
	var sdp []byte
	var err error
	switch {
	case len(offer) > 0:
		sdp, err = g.session.Answer(offer, media.SendRecv)
	case in.Req.IsInvite(): // the offer is ours, the answer comes in the ACK (RFC 3261 section 14.2)
		sdp, err = g.session.Offer(media.SendRecv)
	}
	if err != nil {
		code, reason := refusal(err)
		g.f.reply(in, code, reason)
		return
	}
	g.dialog.Refresh(in.Req)
	res := in.Response(sip.StatusOK, "OK", sdp)
	res.AppendHeader(&sip.ContactHeader{Address: g.dialog.Contact})
	if !in.Req.IsInvite() {
		g.f.send(in, res)
		return
	}
	g.f.accept(in, g.dialog, res, func(ack *sip.Request, err error) {
		if err != nil {
			g.finish()
			return
		}
		if len(offer) == 0 && len(ack.Body()) > 0 {
			_ = g.session.Accept(ack.Body()) // what was agreed before stays
		}
	})
}

// refusal words why an offer cannot be taken (RFC 3261 sections 21.4.1 and 21.4.26).
func refusal(err error) (int, string) {
	if errors.Is(err, media.ErrBadSDP) {
		return sip.StatusBadRequest, "Bad Session Description"
	}
	return sip.StatusNotAcceptableHere, "Not Acceptable Here"
}

// hangUp ends the leg from our side, at any stage.
func (g *leg) hangUp() {
	if g.gone {
		return
	}
	switch {
	case g.dialog != nil:
		// What becomes of the BYE is the transaction's business: for us the call is over.
		_, _ = g.box.Send(dispatch.Request{Msg: g.dialog.Request(sip.BYE), Flow: g.dialog.Flow})
	case g.out != nil:
		g.out.Cancel()
	case g.in != nil && !g.in.Final():
		g.f.reply(g.in, sip.StatusTemporarilyUnavailable, "Temporarily Unavailable")
	}
	g.finish()
}

// finish closes the sound and tells the loop, once. Late messages of the Call-ID still come to this
// leg and are turned away.
func (g *leg) finish() {
	if g.gone {
		return
	}
	g.gone = true
	if g.silence != nil {
		g.silence()
	}
	if g.session != nil {
		if err := g.session.Close(); err != nil {
			g.f.cfg.Log.Debug("closing an RTP session", "err", err)
		}
	}
	g.box.Release()
	g.f.note(func(l *loop) {
		delete(l.open, g)
		g.over(l)
	})
}

// oneLine is what a header may carry: one line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, s)
}
