package softphone

import (
	"errors"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
)

// ringLimit is how long we let it ring on the other side.
const ringLimit = 3 * time.Minute

// dialling: our INVITE is under way (RFC 3261 section 13.2).
func dialling(c *call, ev any) state {
	switch ev := ev.(type) {
	case dial:
		return c.dial(ev)
	case response:
		return c.progress(ev)
	case lend: // nobody has answered yet: once it does not ring there any more, the first call goes there unannounced
		to, number := "<"+c.placed.uri.String()+">", c.view.Number
		c.then = func() { ev.to.post(handOver{to: to, number: number, release: true}) }
		c.ended("cancelled", "me", 0)
		return c.giveUp()
	case hangUp:
		c.ended("cancelled", "me", 0)
		return c.giveUp()
	case rangOut:
		c.ended("no_answer", "network", 0)
		return c.giveUp()
	case mute:
		c.muted(ev.on)
	case request:
		// In an early dialog the callee may ask (UPDATE, INFO); nothing needs it yet (section 12.2.2).
		if ev.in.Req.Method == sip.BYE {
			_ = ev.in.Reply(sip.StatusOK, "OK")
			return dialling // the INVITE's own response ends it
		}
		c.serve(ev.in)
	case handOver:
		ev.refuse()
	}
	return dialling
}

// giveUp cancels the INVITE; what has not been sent needs nothing.
func (c *call) giveUp() state {
	if c.out == nil {
		return c.finish()
	}
	c.out.Cancel()
	return leaving
}

// dial sends the INVITE.
func (c *call) dial(ev dial) state {
	c.announce()
	if ev.err != nil {
		c.ended("failed", "network", 0)
		return c.finish()
	}
	c.view.Transport = strings.ToLower(ev.flow.Network())
	err := c.openMedia(ev.flow)
	var sdp []byte
	if err == nil {
		sdp, err = c.media.Offer(c.direction())
	}
	if err != nil {
		c.p.log.Error("no media for a call", "err", err)
		c.ended("failed", "me", 0)
		return c.finish()
	}
	c.claim()
	seq := uint32(1)
	c.out, err = c.box.Send(dispatch.Request{
		Msg: c.inviteRequest(ev, sdp), Flow: ev.flow, Auth: c.a.auth,
		NextSeq: func() uint32 { seq++; return seq },
		On:      func(res *sip.Response, err error) { c.step(response{res, err}) },
	})
	if err != nil {
		c.ended("failed", "network", 0)
		return c.finish()
	}
	c.stopT = c.box.After(ringLimit, func() { c.step(rangOut{}) })
	return dialling
}

func (c *call) inviteRequest(ev dial, sdp []byte) *sip.Request {
	req := sip.NewRequest(sip.INVITE, ev.to)
	from := &sip.FromHeader{Address: c.a.aor}
	from.Params.Add("tag", sip.GenerateTagN(10))
	id := sip.CallIDHeader(c.box.CallID())
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: sip.Uri{Scheme: ev.to.Scheme, User: ev.to.User, Host: ev.to.Host, Port: ev.to.Port}})
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: 1, MethodName: sip.INVITE})
	req.AppendHeader(&sip.ContactHeader{Address: ev.flow.Contact(c.a.aor.User)})
	addCapabilities(req)
	if c.placed.invite != nil {
		c.placed.invite(req)
	}
	req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	req.SetBody(sdp)
	return req
}

// progress takes a response to our INVITE.
func (c *call) progress(ev response) state {
	if ev.res != nil && !ev.res.IsSuccess() {
		c.placed.tell(ev.res.StatusCode, ev.res.Reason)
	}
	switch {
	case ev.err != nil:
		reason := "failed"
		if errors.Is(ev.err, dispatch.ErrFlowGone) {
			reason = "lost"
		}
		c.ended(reason, "network", 0)
		return c.finish()
	case ev.res.IsProvisional():
		c.ringsThere(ev.res)
		return dialling
	case ev.res.IsSuccess():
		return c.answered(ev.res)
	}
	reason, by := refusedCall(ev.res.StatusCode)
	c.ended(reason, by, ev.res.StatusCode)
	return c.finish()
}

// ringsThere shows the progress and takes early media (RFC 3261 section 13.2.2.1, RFC 3960).
func (c *call) ringsThere(res *sip.Response) {
	if res.StatusCode == sip.StatusTrying {
		return
	}
	c.view.State = StateEarly
	if sdp := res.Body(); len(sdp) > 0 && isSDP(res) && c.early == "" {
		if err := c.media.Accept(sdp); err == nil {
			c.early = string(sdp)
			c.talk()
		}
	}
	c.publish()
}

// answered takes the 2xx: ACK, dialog, sound (RFC 3261 section 13.2.2.4).
func (c *call) answered(res *sip.Response) state {
	c.stopT()
	d, err := dispatch.DialogUAC(c.out, res)
	if err != nil {
		c.ended("failed", "network", res.StatusCode)
		return c.finish()
	}
	c.dialog = d
	if err := c.out.Ack(d, nil); err != nil {
		c.p.log.Info("ACK not sent, the other side will repeat its answer", "err", err)
	}
	// The 2xx may repeat the SDP of the early media, or leave it out then.
	if sdp := string(res.Body()); c.early == "" || (sdp != "" && sdp != c.early) {
		if err := c.media.Accept(res.Body()); err != nil {
			// Section 13.2.2.4: an answer that cannot be used is acknowledged and the call ended.
			c.ended("failed", "me", sip.StatusNotAcceptableHere)
			return c.bye()
		}
	}
	c.view.AnsweredAt = time.Now()
	if c.p.speaks(c.view.ID) { // the agent has taken another call while it rang here
		c.hold(true)
	}
	c.talk()
	c.showTalking()
	c.placed.tell(res.StatusCode, res.Reason)
	c.timer.agreed(res)
	c.timer.start(c)
	if c.holding != c.offered {
		return c.change()
	}
	return talking
}

// refusedCall words a final response that is no 2xx, for a call that was never answered.
func refusedCall(status int) (reason, by string) {
	switch status {
	case sip.StatusBusyHere, sip.StatusGlobalBusyEverywhere:
		return "busy", "them"
	case sip.StatusGlobalDecline, sip.StatusForbidden:
		return "rejected", "them"
	case sip.StatusRequestTimeout, sip.StatusTemporarilyUnavailable:
		return "no_answer", "network"
	case sip.StatusRequestTerminated:
		return "cancelled", "network"
	}
	return "failed", "network"
}
