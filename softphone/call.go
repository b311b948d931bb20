package softphone

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
	"github.com/callbench/callbench/softphone/media"
)

// call is one call: a state machine with a function per state. The states are
//
//	ringing    an INVITE came and is not answered
//	dialling   our INVITE is out
//	talking    the dialog is confirmed by a 2xx (its ACK may be under way)
//	leaving    our CANCEL or BYE is out
//	over       nothing is owed to the other side any more
//
// Everything but shown, heard and named belongs to the mailbox's goroutine.
type call struct {
	p     *Phone
	a     *account
	box   *dispatch.Mailbox
	view  Call
	state state

	invite *dispatch.Incoming // theirs, while it is not answered
	out    *dispatch.Outgoing // ours
	dialog *dispatch.Dialog   // once there is one
	reply  []byte             // our SDP answer to their INVITE
	early  string             // SDP of early media taken, so that the same one is not taken twice
	stopT  func()             // ring time-out

	media  *media.Session
	quiet  func() // ends the media
	detach func() // from the devices; nil: not attached

	holding   bool   // wanted by us
	offered   bool   // what our last offer said of holding
	changing  bool   // our re-INVITE is out
	overdue   bool   // a refresh of the session could not be sent
	again     func() // stops the wait after a change that could not be sent
	unacked   int    // 2xx of ours without ACK: no BYE before (RFC 3261 section 15)
	byeWanted bool
	byeUntil  time.Time // a BYE that could not be sent is tried again until then; zero: none failed
	timer     sessionTimer

	placed         placed    // how to dial it
	transfer       *transfer // we hand it over; nil: no
	givenBack      bool      // it could not be handed over and is about to be resumed
	lentOut        bool      // it is to go with another call of ours that is being handed over
	then           func()    // once nothing is owed to the other side any more; may be nil
	referral       *referral // they have us call somebody; nil: no
	referredBefore bool
	sentOn         bool // the call that they had us make was answered, or another one takes the place of this

	shown Call           // guarded by Phone.mu
	heard *media.Session // guarded by Phone.mu
	named tags           // of its dialog, guarded by Phone.mu
}

// state handles an event and gives the next state.
type state func(c *call, ev any) state

// What may happen to a call.
type (
	dial struct {
		to   sip.Uri
		flow *dispatch.Flow
		err  error
	}
	answer  struct{}
	hangUp  struct{}
	hold    struct{ on bool }
	mute    struct{ on bool }
	request struct{ in *dispatch.Incoming }
	// cancelled: their CANCEL ended their INVITE.
	cancelled struct{ cancel *sip.Request }
	// acked: the ACK to a 2xx of ours, or why there is none. offer: it must bring the answer.
	acked struct {
		ack   *sip.Request
		err   error
		offer bool
	}
	// response to our INVITE, changed to our re-INVITE or UPDATE, left to our BYE.
	response struct {
		res *sip.Response
		err error
	}
	changed struct {
		res *sip.Response
		err error
		out *dispatch.Outgoing
	}
	left     struct{}
	byeLost  struct{} // our BYE went out into nothing
	byeAgain struct{}
	rangOut  struct{}
	retry    struct{} // after glare, or after a change that could not be sent
	refresh  struct{} // session timer: our turn
	vanished struct{} // session timer: they missed theirs
)

func newCall(a *account, view Call) *call {
	return &call{p: a.p, a: a, view: view, stopT: func() {}, quiet: func() {}, again: func() {}}
}

// post hands an event to the call from any goroutine. When the endpoint has stopped it is dropped, as
// everything is then; beyond the mailbox's bound the wish is lost and the caller may repeat it.
func (c *call) post(ev any) { _ = c.box.Post(func() { c.step(ev) }) }

func (c *call) step(ev any) { c.state = c.state(c, ev) }

// publish shows the call as it is now, if anything changed.
func (c *call) publish() {
	p := c.p
	if c.media != nil {
		s := c.media.Stats()
		c.view.Codec, c.view.SRTP = s.Codec, s.SRTP
	}
	p.mu.Lock()
	same := c.shown == c.view && c.heard == c.media
	c.shown, c.heard = c.view, c.media
	if c.dialog != nil {
		c.named = tags{c.dialog.CallID, c.dialog.LocalTag, c.dialog.RemoteTag}
	}
	p.mu.Unlock()
	if !same {
		p.emit(CallChanged{Call: c.view})
	}
}

// announce is the first publish.
func (c *call) announce() { c.p.emit(CallChanged{Call: c.view}) }

// openMedia binds RTP on the address by which the other side reaches us.
func (c *call) openMedia(flow *dispatch.Flow) error {
	s, err := media.Open(media.Config{IP: flow.Local().Addr(), Codecs: c.a.cfg.Codecs, Log: c.p.log})
	if err != nil {
		c.a.moved() // mostly the machine has lost the address that the flow was made with
		return err
	}
	ctx, stop := context.WithCancel(c.p.life)
	c.media, c.quiet = s, stop
	c.hush()
	c.p.wg.Go(func() {
		if err := s.Run(ctx); err != nil && ctx.Err() == nil {
			c.p.log.Error("sound of a call stopped", "err", err)
		}
		<-ctx.Done()
		_ = s.Close()
	})
	return nil
}

// talk joins the devices.
func (c *call) talk() {
	if c.detach == nil {
		c.detach = c.p.cfg.Audio.Attach(c.media)
	}
}

// silenceMedia takes the call off the devices and closes its media.
func (c *call) silenceMedia() {
	if c.detach != nil {
		c.detach()
		c.detach = nil
	}
	c.quiet()
}

// ended shows the call as ended; what SIP still owes goes on without the agent. Once only.
func (c *call) ended(reason, by string, code int) {
	if c.view.State == StateEnded {
		return
	}
	c.stopT()
	c.timer.stop()
	c.again()
	if t := c.transfer; t != nil {
		c.transfer, c.view.Transfer = nil, TransferNone
		t.stop()
		if reason != "transferred" {
			t.tell(false)
		}
	}
	c.placed.tell(sip.StatusRequestTerminated, "Request Terminated") // counts only where nothing final was told before
	if c.media != nil {
		s := c.media.Stats()
		c.view.Codec, c.view.SRTP = s.Codec, s.SRTP
	}
	c.silenceMedia()
	c.view.State, c.view.EndReason, c.view.EndedBy, c.view.EndCode = StateEnded, reason, by, code
	c.view.EndedAt = time.Now()
	c.publish()
}

// finish lets go of the mailbox: nothing more is expected in this dialog.
func (c *call) finish() state {
	if c.then != nil {
		c.then()
		c.then = nil
	}
	c.p.remove(c)
	c.box.Release()
	return over
}

// over: what still comes is answered by the rule for unknown dialogs (RFC 3261 section 12.2.2), and a 2xx
// that comes late gets its ACK, without which the other side would wait for 32 s.
func over(c *call, ev any) state {
	switch ev := ev.(type) {
	case request:
		_ = ev.in.Reply(sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
	case changed:
		c.ackLate(ev)
	case response:
		c.dropFork(ev)
	case handOver:
		ev.refuse()
	case giveUpTo:
		ev.to.post(inherit{})
	case inherit:
		ev.refuse()
	}
	return over
}

// ackLate acknowledges the 2xx to a re-INVITE of ours that crossed the end of the call.
func (c *call) ackLate(ev changed) {
	if ev.res != nil && ev.res.IsSuccess() && ev.res.CSeq().MethodName == sip.INVITE {
		_ = ev.out.Ack(c.dialog, nil) // repeated with the 2xx if it is lost
	}
}

// bye ends the dialog from our side (RFC 3261 section 15.1.1): the answer is awaited, its code does not
// matter. Before the ACK to our 2xx is here it only notes the wish.
func (c *call) bye() state {
	if c.unacked > 0 {
		c.byeWanted = true
		return leaving
	}
	c.freshen()
	_, err := c.box.Send(dispatch.Request{
		Msg: c.dialog.Request(sip.BYE), Flow: c.dialog.Flow, Auth: c.a.auth, NextSeq: c.dialog.NextSeq,
		On: func(res *sip.Response, err error) {
			switch {
			case errors.Is(err, dispatch.ErrFlowGone):
				c.step(byeLost{})
			case res == nil || !res.IsProvisional():
				c.step(left{})
			}
		},
	})
	switch {
	case errors.Is(err, dispatch.ErrFlowGone):
		return c.byeLater()
	case err != nil:
		return c.finish()
	}
	return leaving
}

// byePatience is how long a BYE waits for a connection: as long as it would wait for its answer. The other
// side's session timer, or its silence, has to end the call after that.
const (
	byePatience = 32 * time.Second
	byePause    = time.Second
)

// byeLater tries again when the account may be registered by a new connection; without a BYE the other
// side would sit in a dead call.
func (c *call) byeLater() state {
	if c.byeUntil.IsZero() {
		c.byeUntil = time.Now().Add(byePatience)
	}
	if !time.Now().Before(c.byeUntil) {
		return c.finish()
	}
	c.box.After(byePause, func() { c.step(byeAgain{}) })
	return leaving
}

// leaving: the agent is done with the call, the other side is being told.
func leaving(c *call, ev any) state {
	switch ev := ev.(type) {
	case left:
		return c.finish()
	case byeLost:
		return c.byeLater()
	case byeAgain:
		return c.bye()
	case handOver:
		ev.refuse()
	case giveUpTo:
		ev.to.post(inherit{})
	case acked:
		c.unacked--
		if c.byeWanted && ev.err == nil {
			c.byeWanted = false
			return c.bye()
		}
		return c.finish() // there is none, and dispatch says BYE
	case changed: // our re-INVITE crossed the end: its 2xx wants an ACK all the same
		c.ackLate(ev)
	case response: // of our INVITE after CANCEL, and 2xx of other forks
		switch {
		case ev.err != nil:
			return c.finish()
		case ev.res.IsProvisional():
		case ev.res.IsSuccess():
			// The 2xx crossed our CANCEL: the call stands and must be ended (RFC 3261 section 9.1).
			return c.refuse2xx(ev.res)
		default:
			return c.finish()
		}
	case request:
		if ev.in.Req.Method == sip.BYE { // both hung up at once
			_ = ev.in.Reply(sip.StatusOK, "OK")
			if c.byeWanted || !c.byeUntil.IsZero() { // ours need not go out any more
				return c.finish()
			}
			return leaving
		}
		_ = ev.in.Reply(sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
	}
	return leaving
}

// refuse2xx acknowledges a 2xx that nobody wants any more and ends its dialog (RFC 3261 section 13.2.2.4).
func (c *call) refuse2xx(res *sip.Response) state {
	d, err := dispatch.DialogUAC(c.out, res)
	if err != nil {
		return c.finish()
	}
	_ = c.out.Ack(d, nil)
	c.dialog = d
	return c.bye()
}

// freshen moves the dialog to the account's present connection when its own is gone.
func (c *call) freshen() {
	select {
	case <-c.dialog.Flow.Done():
		if f := c.a.current(); f != nil {
			c.dialog.Flow = f
			c.dialog.Contact = f.Contact(c.a.aor.User)
		}
	default:
	}
}

// claim gives the requests of this Call-ID to the call.
func (c *call) claim() {
	c.box.Claim(func(in *dispatch.Incoming) {
		if in.Req.Method == sip.INVITE && !in.Req.To().Params.Has("tag") {
			_ = in.Reply(sip.StatusLoopDetected, "Loop Detected") // merged by forking, RFC 3261 section 8.2.2.2
			return
		}
		c.step(request{in})
	})
}

// heldBy words who holds.
func (c *call) heldBy() string {
	them := c.media != nil && !c.media.Remote().Receives() && c.view.AnsweredAt != (time.Time{})
	switch {
	case c.offered && them:
		return HeldByBoth
	case c.offered:
		return HeldByMe
	case them:
		return HeldByThem
	}
	return HeldByNone
}

// showTalking sets state, holder and codec after a negotiation.
func (c *call) showTalking() {
	c.view.HeldBy = c.heldBy()
	c.view.State = StateTalking
	if c.view.HeldBy != HeldByNone {
		c.view.State = StateHeld
	}
	c.publish()
}

// hold notes whether we want to hold, and takes the microphone off while we do: what we send on hold is
// ours to choose (RFC 3264 section 8.4), and whom we hold must not hear whom we speak with.
func (c *call) hold(on bool) {
	c.holding = on
	c.hush()
}

// hush has silence sent while the agent is muted or holds, whatever the other side has agreed to yet.
func (c *call) hush() {
	if c.media != nil {
		c.media.Mute(c.holding || c.view.Muted)
	}
}

// direction is what we want of the sound.
func (c *call) direction() media.Direction {
	if c.holding {
		return media.SendOnly
	}
	return media.SendRecv
}

func isSDP(m interface{ GetHeader(string) sip.Header }) bool {
	h := m.GetHeader("content-type")
	if h == nil {
		return true // RFC 3261 wants one; a body without is taken for what it can only be
	}
	kind, _, _ := strings.Cut(h.Value(), ";")
	return strings.EqualFold(strings.TrimSpace(kind), "application/sdp")
}

// mediaRefusal is the status for an error of package media.
func mediaRefusal(err error) (int, string) {
	if errors.Is(err, media.ErrBadSDP) {
		return sip.StatusBadRequest, "Bad SDP"
	}
	return sip.StatusNotAcceptableHere, "Not Acceptable Here"
}
