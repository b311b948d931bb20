package softphone

import (
	"math/rand/v2"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
)

// talking: the dialog is confirmed.
func talking(c *call, ev any) state {
	switch ev := ev.(type) {
	case hangUp:
		c.ended("hung_up", "me", 0)
		return c.bye()
	case hold:
		c.givenBack = false // the agent has seen that it failed and goes on
		if c.view.Transfer == TransferFailed {
			c.view.Transfer = TransferNone
		}
		c.hold(ev.on)
		return c.change()
	case retry:
		if c.overdue {
			return c.refreshSession()
		}
		return c.settled(c.change())
	case mute:
		c.muted(ev.on)
	case request:
		return c.inDialog(ev.in)
	case acked:
		return c.settled(c.acknowledged(ev))
	case changed:
		return c.settled(c.reinvited(ev))
	case response: // a 2xx of another fork of our INVITE (RFC 3261 section 13.2.2.4)
		c.dropFork(ev)
	case refresh:
		return c.refreshSession()
	case vanished: // RFC 4028 section 10
		c.ended("lost", "network", 0)
		return c.bye()
	default:
		return c.transferring(ev)
	}
	return talking
}

func (c *call) muted(on bool) {
	c.view.Muted = on
	c.hush()
	c.publish()
}

// inDialog takes a request in the confirmed dialog (RFC 3261 section 12.2.2).
func (c *call) inDialog(in *dispatch.Incoming) state {
	if !c.dialog.Match(in) {
		return talking
	}
	switch in.Req.Method {
	case sip.BYE: // section 15.1.2
		_ = in.Reply(sip.StatusOK, "OK")
		if t := c.transfer; c.lentOut || t != nil && t.taken {
			c.ended("transferred", "me", 0) // they went where they were sent
			return c.finish()
		}
		if c.sentOn {
			c.ended("transferred", "them", 0)
			return c.finish()
		}
		c.ended("hung_up", "them", 0)
		return c.finish()
	case sip.INVITE, sip.UPDATE:
		c.renegotiate(in)
	case sip.REFER:
		return c.refer(in)
	case sip.NOTIFY:
		if next, ours := c.notified(in); ours {
			return next
		}
		c.serve(in)
	default:
		c.serve(in)
	}
	return talking
}

// serve answers what changes nothing.
func (c *call) serve(in *dispatch.Incoming) {
	switch in.Req.Method {
	case sip.INFO, sip.OPTIONS, sip.NOTIFY:
		res := in.Response(sip.StatusOK, "OK", nil)
		addCapabilities(res)
		_ = in.Send(res)
	case sip.INVITE:
		_ = in.Reply(sip.StatusRequestPending, "Request Pending")
	default:
		res := in.Response(sip.StatusMethodNotAllowed, "Method Not Allowed", nil)
		addCapabilities(res)
		_ = in.Send(res)
	}
}

// renegotiate answers their re-INVITE (RFC 3261 section 14.2) or UPDATE (RFC 3311 section 5.2). What we
// cannot take is refused and the call goes on as it was.
func (c *call) renegotiate(in *dispatch.Incoming) {
	isInvite := in.Req.Method == sip.INVITE
	offer := in.Req.Body()
	switch {
	case c.changing && (isInvite || len(offer) > 0): // glare
		_ = in.Reply(sip.StatusRequestPending, "Request Pending")
		return
	case unsupported(in.Req) != "":
		res := in.Response(sip.StatusBadExtension, "Bad Extension", nil)
		res.AppendHeader(sip.NewHeader("Unsupported", unsupported(in.Req)))
		_ = in.Send(res)
		return
	case len(offer) > 0 && !isSDP(in.Req):
		_ = in.Reply(sip.StatusUnsupportedMediaType, "Unsupported Media Type")
		return
	}
	var sdp []byte
	var err error
	if len(offer) > 0 {
		sdp, err = c.media.Answer(offer, c.direction())
	} else if isInvite {
		sdp, err = c.media.Offer(c.direction())
	}
	if err != nil {
		code, reason := mediaRefusal(err)
		_ = in.Reply(code, reason)
		return
	}
	if len(sdp) > 0 {
		c.offered = c.holding
	}
	c.dialog.Refresh(in.Req)
	res := in.Response(sip.StatusOK, "OK", sdp)
	res.AppendHeader(&sip.ContactHeader{Address: c.dialog.Contact})
	addCapabilities(res)
	c.timer.answer(in.Req, res)
	if isInvite {
		err = c.sendAccept(in, res, len(offer) == 0)
	} else {
		err = in.Send(res)
	}
	if err != nil {
		c.p.log.Info("answer to a session change not sent", "err", err)
	}
	c.timer.start(c)
	c.showTalking()
}

// acknowledged: the ACK to a 2xx of ours is here, or will never be.
func (c *call) acknowledged(ev acked) state {
	c.unacked--
	if ev.err != nil { // RFC 3261 section 13.3.1.4: dispatch sends the BYE next, by the dialog's flow
		c.freshen()
		c.ended("lost", "network", 0)
		return c.finish()
	}
	if ev.offer {
		if err := c.media.Accept(ev.ack.Body()); err != nil {
			c.ended("failed", "me", sip.StatusNotAcceptableHere)
			return c.bye()
		}
		c.showTalking()
	}
	return c.change() // it may have waited for this
}

// change sends a re-INVITE for hold or resume, one at a time (RFC 3261 section 14.1, RFC 3264 section 8.4).
func (c *call) change() state {
	if c.changing || c.unacked > 0 || c.holding == c.offered {
		return talking
	}
	sdp, err := c.media.Offer(c.direction())
	if err != nil {
		c.p.log.Error("no offer for hold", "err", err)
		return talking
	}
	return c.sendChange(sip.INVITE, sdp, c.holding)
}

// sendPause is the time to the next try when a change could not be sent: the account may have a new
// connection then. It goes on for as long as the call stands.
const sendPause = time.Second

// sendChange sends a re-INVITE or UPDATE whose SDP, if any, offers to hold or not.
func (c *call) sendChange(method sip.RequestMethod, sdp []byte, offers bool) state {
	c.freshen()
	msg := c.dialog.Invite(method, sdp)
	addCapabilities(msg)
	c.timer.ask(msg)
	c.changing = true
	var out *dispatch.Outgoing
	out, err := c.box.Send(dispatch.Request{
		Msg: msg, Flow: c.dialog.Flow, Auth: c.a.auth, NextSeq: c.dialog.NextSeq,
		On: func(res *sip.Response, err error) { c.step(changed{res, err, out}) },
	})
	if err != nil {
		c.changing = false
		c.p.log.Info("session change not sent", "err", err)
		c.again()
		c.again = c.box.After(sendPause, func() { c.step(retry{}) })
		return talking
	}
	c.offered, c.overdue = offers, false // any of them refreshes the session
	return talking
}

// reinvited takes the response to our re-INVITE or UPDATE.
func (c *call) reinvited(ev changed) state {
	if ev.res != nil && ev.res.IsProvisional() {
		return talking
	}
	c.changing = false
	switch {
	case ev.err != nil || ev.res.StatusCode == sip.StatusRequestTimeout ||
		ev.res.StatusCode == sip.StatusCallTransactionDoesNotExists:
		// Section 12.2.1.2: the dialog is gone on the other side.
		c.ended("lost", "network", code(ev.res))
		return c.bye()
	case ev.res.IsSuccess():
		return c.changeAccepted(ev)
	case ev.res.StatusCode == sip.StatusRequestPending:
		// Section 14.1: both changed at once; who owns the Call-ID waits longer.
		c.offered = !c.holding
		wait := time.Duration(rand.Int64N(200)) * 10 * time.Millisecond //nolint:gosec // jitter
		if c.view.Direction == DirectionOut {
			wait = 2100*time.Millisecond + wait*19/20
		}
		c.box.After(wait, func() { c.step(retry{}) })
		return talking
	}
	// Refused: the session stays as it was, and so do we (section 14.1).
	c.offered = c.view.HeldBy == HeldByMe || c.view.HeldBy == HeldByBoth
	c.hold(c.offered)
	c.timer.start(c)
	c.showTalking()
	return talking
}

func code(res *sip.Response) int {
	if res == nil {
		return 0
	}
	return res.StatusCode
}

func (c *call) changeAccepted(ev changed) state {
	c.dialog.Refresh(ev.res)
	isInvite := ev.res.CSeq().MethodName == sip.INVITE
	if isInvite {
		if err := ev.out.Ack(c.dialog, nil); err != nil {
			c.p.log.Info("ACK not sent, the other side will repeat its answer", "err", err)
		}
	}
	if isInvite || len(ev.res.Body()) > 0 {
		if err := c.media.Accept(ev.res.Body()); err != nil {
			c.ended("failed", "me", sip.StatusNotAcceptableHere)
			return c.bye()
		}
	}
	c.timer.agreed(ev.res)
	c.timer.start(c)
	c.showTalking()
	return c.change() // the agent may have changed their mind meanwhile
}

// dropFork ends the dialog of a second phone that answered our INVITE as well.
func (c *call) dropFork(ev response) {
	if ev.err != nil || !ev.res.IsSuccess() {
		return
	}
	d, err := dispatch.DialogUAC(c.out, ev.res)
	if err != nil || (c.dialog != nil && d.RemoteTag == c.dialog.RemoteTag) {
		return
	}
	_ = c.out.Ack(d, nil)
	_, _ = c.box.Send(dispatch.Request{Msg: d.Request(sip.BYE), Flow: d.Flow, Auth: c.a.auth, NextSeq: d.NextSeq})
}

// refreshSession is our turn of the session timer (RFC 4028 section 7.4): an UPDATE without SDP where the
// other side takes one, else a re-INVITE with what stands.
func (c *call) refreshSession() state {
	if c.changing {
		return talking // whatever is under way refreshes too
	}
	c.overdue = true
	if c.timer.update {
		return c.sendChange(sip.UPDATE, nil, c.offered)
	}
	sdp, err := c.media.Offer(c.direction())
	if err != nil {
		c.p.log.Error("no offer for the session timer", "err", err)
		return talking
	}
	return c.sendChange(sip.INVITE, sdp, c.holding)
}
