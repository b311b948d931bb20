package softphone

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
)

// What became of handing a call over.
const (
	TransferNone    = ""
	TransferAsked   = "asked"   // the other side has been asked, or is about to be
	TransferRinging = "ringing" // it rings where the call is to go
	TransferFailed  = "failed"  // the call is ours again
)

// transferLimit is how long a call that is being handed over waits for the word that it arrived: as long as it may
// ring there, and the time of one request.
const transferLimit = ringLimit + 32*time.Second

// giveBackAfter is how long a call stays on hold when it could not be handed over. Asterisk has taken the customer away by
// then and ends our leg behind the word that it failed; a session change that overtakes that would keep a dead leg alive.
const giveBackAfter = 500 * time.Millisecond

// transfer is a call being handed over by REFER (RFC 3515, RFC 5589).
type transfer struct {
	to      string // the Refer-To, as printed
	consult *call  // the call with whom it goes to; nil: it goes there unannounced
	held    bool   // it was on hold before
	sent    bool   // the REFER is out
	taken   bool   // they said that they try
	out     *dispatch.Outgoing
	stop    func()
}

// tell gives the second call of an announced transfer back, or ends it.
func (t *transfer) tell(gone bool) {
	if t.consult != nil {
		t.consult.post(lent{gone: gone})
	}
}

// refuse is for a call that cannot be handed over any more.
func (ev handOver) refuse() {
	if ev.consult != nil {
		ev.consult.post(lent{})
	}
}

// Events of handing a call over.
type (
	// handOver asks for it; to is a Refer-To.
	handOver struct {
		to, number string
		consult    *call
		release    bool // it was put on hold for this alone
	}
	// referred is the response to our REFER.
	referred struct {
		res *sip.Response
		err error
	}
	transferSlow struct{} // no word within transferLimit
	giveBack     struct{} // a transfer has failed: the agent goes on talking
	// lend is for the second call of an announced transfer: it gives its dialog to the first one.
	lend struct{ to *call }
	// lent is the end of that: the call has gone with the first one, or is the agent's again.
	lent struct{ gone bool }
)

// Transfer hands an answered call over to a number or address, unannounced (RFC 5589 section 6.1). The call is held
// while it goes; it ends as transferred, or is given back with Call.Transfer TransferFailed. Errors: ErrNoCall,
// ErrNotNow, ErrNumber.
func (p *Phone) Transfer(id, to string) error {
	c, err := p.transferable(id)
	var uri sip.Uri
	if err == nil {
		uri, err = c.a.target(to)
	}
	if err != nil {
		return fmt.Errorf("transfer call %s: %w", id, err)
	}
	c.post(handOver{to: "<" + uri.String() + ">", number: to})
	return nil
}

// Consult holds an answered call and dials whom it may be handed over to. Errors: those of Dial, ErrNoCall, ErrNotNow.
func (p *Phone) Consult(id, to string) (string, error) {
	c, err := p.transferable(id)
	if err != nil {
		return "", fmt.Errorf("consult for call %s: %w", id, err)
	}
	return p.dial(to, c.a.cfg.AOR, id)
}

// CompleteTransfer joins an answered call with the one that Consult began: the other two talk, both calls end as
// transferred (RFC 5589 section 7). If nobody has answered the second one yet, it is given up and the first goes
// to that number unannounced. A transfer that fails leaves both calls as they were. Errors: ErrNoCall, ErrNotNow.
func (p *Phone) CompleteTransfer(id, consult string) error {
	c, err := p.transferable(id)
	var second *call
	var shown Call
	if err == nil {
		second, shown, err = p.find(consult)
	}
	if err == nil && (second == c || second.a != c.a || shown.State == StateRinging || shown.goesAway()) {
		err = ErrNotNow
	}
	if err != nil {
		return fmt.Errorf("transfer call %s: %w", id, err)
	}
	second.post(lend{to: c})
	return nil
}

// transferable finds a call that can be handed over now.
func (p *Phone) transferable(id string) (*call, error) {
	c, shown, err := p.find(id)
	if err == nil && (shown.State != StateTalking && shown.State != StateHeld || shown.goesAway()) {
		err = ErrNotNow
	}
	return c, err
}

// goesAway reports whether the call is being handed over.
func (c Call) goesAway() bool { return c.Transfer == TransferAsked || c.Transfer == TransferRinging }

// transferring takes what concerns handing over, in a confirmed dialog.
func (c *call) transferring(ev any) state {
	switch ev := ev.(type) {
	case handOver:
		return c.begin(ev)
	case referred:
		return c.referAnswered(ev)
	case giveBack:
		return c.resumeFailed()
	case transferSlow:
		return c.transferOver(false, sip.StatusRequestTimeout)
	case lend:
		return c.lend(ev)
	case lent:
		c.lentOut = false
		if ev.gone {
			c.ended("transferred", "me", 0)
			return c.bye()
		}
	case referProgress:
		return c.tellReferrer(ev)
	case giveUpTo:
		c.sentOn = true // their BYE may be here as soon as the other call is answered
		ev.to.post(inherit{there: true, from: c, linked: c.view.Linked, muted: c.view.Muted, held: c.holding})
	case replaced:
		if c.sentOn = ev.done; ev.done {
			c.ended("transferred", "them", 0)
			return c.bye()
		}
	}
	return talking
}

// begin holds the call and asks, as soon as the hold has been settled, for it to be handed over.
func (c *call) begin(ev handOver) state {
	if c.transfer != nil || c.lentOut { // asked twice, or it goes with another call
		ev.refuse()
		return talking
	}
	c.transfer = &transfer{to: ev.to, consult: ev.consult, held: c.holding && !c.givenBack && !ev.release}
	c.givenBack = false
	c.transfer.stop = c.box.After(transferLimit, func() { c.step(transferSlow{}) })
	c.view.Transfer, c.view.TransferTo, c.view.TransferCode = TransferAsked, ev.number, 0
	c.hold(true)
	c.publish()
	return c.settled(c.change())
}

// settled sends the REFER that waits for the hold to be settled.
func (c *call) settled(next state) state {
	t := c.transfer
	if t == nil || t.sent || c.changing || c.unacked > 0 || c.holding != c.offered {
		return next
	}
	c.freshen()
	msg := c.dialog.Request(sip.REFER)
	msg.AppendHeader(&sip.ContactHeader{Address: c.dialog.Contact})
	msg.AppendHeader(sip.NewHeader("Refer-To", t.to))
	msg.AppendHeader(sip.NewHeader("Referred-By", "<"+c.a.aor.String()+">")) // RFC 3892
	addCapabilities(msg)
	var err error
	t.out, err = c.box.Send(dispatch.Request{
		Msg: msg, Flow: c.dialog.Flow, Auth: c.a.auth, NextSeq: c.dialog.NextSeq,
		On: func(res *sip.Response, err error) { c.step(referred{res, err}) },
	})
	if err != nil {
		c.p.log.Info("REFER not sent", "err", err)
		return c.transferOver(false, 0)
	}
	t.sent = true
	return next
}

// referAnswered takes the response to our REFER (RFC 3515 section 2.4.2).
func (c *call) referAnswered(ev referred) state {
	t := c.transfer
	switch {
	case t == nil || ev.res != nil && ev.res.IsProvisional():
		return talking
	case ev.err != nil: // nobody says what became of the REFER: the session change that follows finds out whether they are there
		return c.transferOver(false, 0)
	case ev.res.StatusCode == sip.StatusCallTransactionDoesNotExists && t.consult == nil: // RFC 3261 section 12.2.1.2
		c.transferOver(false, ev.res.StatusCode)
		c.ended("lost", "network", ev.res.StatusCode)
		return c.bye()
	case !ev.res.IsSuccess():
		return c.transferOver(false, ev.res.StatusCode)
	}
	t.taken = true
	if h := ev.res.GetHeader("refer-sub"); h != nil && strings.HasPrefix(strings.ToLower(strings.TrimSpace(h.Value())), "false") {
		t.stop() // RFC 4488: they will say no more; that it went well shows by their BYE
		t.stop = c.box.After(byePatience, func() { c.step(transferSlow{}) })
	}
	return talking
}

// notified takes a NOTIFY about our REFER (RFC 3515 section 2.4.4), which may be here before the 202 is; false: it is
// about something else.
func (c *call) notified(in *dispatch.Incoming) (state, bool) {
	t := c.transfer
	name, id := event(in.Req)
	if t == nil || !t.sent || name != "refer" || id != "" && id != strconv.FormatUint(uint64(t.out.Msg.CSeq().SeqNo), 10) {
		return nil, false // section 2.4.6: the id is the CSeq of the REFER that it is about
	}
	_ = in.Reply(sip.StatusOK, "OK")
	t.taken = true
	status := fragment(in.Req.Body())
	switch {
	case status >= 300:
		return c.transferOver(false, status), true
	case status >= 200:
		return c.transferOver(true, 0), true
	case terminated(in.Req): // without a word of what became of it: the call is ours
		return c.transferOver(false, 0), true
	case status > sip.StatusTrying && c.view.Transfer != TransferRinging:
		c.view.Transfer = TransferRinging
		c.publish()
	}
	return talking, true
}

// transferOver ends handing over: the call has gone, or is given back as it was before.
func (c *call) transferOver(gone bool, status int) state {
	t := c.transfer
	if t == nil {
		return talking
	}
	c.transfer = nil
	t.stop()
	t.tell(gone)
	if gone {
		c.view.Transfer = TransferNone
		c.ended("transferred", "me", 0) // not every PBX ends our leg by itself
		return c.bye()
	}
	c.view.Transfer, c.view.TransferCode = TransferFailed, status
	c.publish()
	if c.givenBack = !t.held; c.givenBack {
		c.box.After(giveBackAfter, func() { c.step(giveBack{}) })
	}
	return talking
}

// resumeFailed has the agent go on talking, unless they have done something else meanwhile.
func (c *call) resumeFailed() state {
	if c.transfer != nil || !c.givenBack {
		return talking
	}
	c.givenBack = false
	return c.resume()
}

// resume takes a call off hold, unless the agent speaks with somebody else now, who must not be overheard.
func (c *call) resume() state {
	if c.p.speaks(c.view.ID) {
		return talking
	}
	c.hold(false)
	return c.change()
}

// lend gives the first call of an announced transfer what it needs of this one's dialog (RFC 3891 section 3: the tags
// as the other side of this dialog sees them).
func (c *call) lend(ev lend) state {
	if c.transfer != nil || c.lentOut { // it goes already
		return talking
	}
	c.lentOut = true
	replaces := c.dialog.CallID + ";to-tag=" + c.dialog.RemoteTag + ";from-tag=" + c.dialog.LocalTag
	target := *c.dialog.Target.Clone()
	target.Headers = nil
	ev.to.post(handOver{
		to: "<" + target.String() + "?Replaces=" + url.QueryEscape(replaces) + ">", number: c.view.Number, consult: c,
	})
	return talking
}

// event reads the event package of a request and its id (RFC 6665 section 8.2.1), in lower case.
func event(req *sip.Request) (name, id string) {
	h := req.GetHeader("event")
	if h == nil {
		h = req.GetHeader("o") // its short form
	}
	if h == nil {
		return "", ""
	}
	name, params, _ := strings.Cut(strings.ToLower(h.Value()), ";")
	for p := range strings.SplitSeq(params, ";") {
		if k, v, _ := strings.Cut(strings.TrimSpace(p), "="); k == "id" {
			id = v
		}
	}
	return strings.TrimSpace(name), id
}

func terminated(req *sip.Request) bool {
	h := req.GetHeader("subscription-state")
	return h != nil && strings.HasPrefix(strings.ToLower(strings.TrimSpace(h.Value())), "terminated")
}

// fragment reads the status line of a message/sipfrag (RFC 3420); 0: there is none.
func fragment(body []byte) int {
	rest, ok := strings.CutPrefix(strings.TrimLeft(string(body), " \r\n"), "SIP/2.0 ")
	if !ok || len(rest) < 3 {
		return 0
	}
	status, err := strconv.Atoi(rest[:3])
	if err != nil || status < 100 || status > 699 {
		return 0
	}
	return status
}
