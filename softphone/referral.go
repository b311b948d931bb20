package softphone

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
)

// referral is a call that the other side has asked us to make (RFC 3515): it hears of each step by NOTIFY.
type referral struct {
	seq   uint32 // of the REFER
	told  int    // the last status it was told
	first bool   // of this dialog, whose NOTIFYs need no id (RFC 3515 section 2.4.6)
	held  bool   // we held the call before
}

// referProgress is a response that the call made for a referral has got.
type referProgress struct {
	of     *referral
	status int
	reason string
}

// referralLife is how long a referral may take, as its NOTIFYs say it.
const referralLife = "180"

// refer takes a REFER in the dialog: whoever we talk with wants us to call somebody else.
func (c *call) refer(in *dispatch.Incoming) state {
	headers := in.Req.GetHeaders("Refer-To")
	if len(headers) == 0 {
		headers = in.Req.GetHeaders("r")
	}
	if len(headers) != 1 {
		_ = in.Reply(sip.StatusBadRequest, "Bad Refer-To")
		return talking
	}
	target, replaces, err := referTo(headers[0].Value())
	need := unsupported(in.Req)
	switch {
	case need != "":
		res := in.Response(sip.StatusBadExtension, "Bad Extension", nil)
		res.AppendHeader(sip.NewHeader("Unsupported", need))
		_ = in.Send(res)
		return talking
	case err != nil:
		_ = in.Reply(sip.StatusBadRequest, "Bad Refer-To")
		return talking
	case !c.follows(in, target):
		_ = in.Reply(sip.StatusGlobalDecline, "Decline")
		return talking
	}
	res := in.Response(sip.StatusAccepted, "Accepted", nil)
	res.AppendHeader(&sip.ContactHeader{Address: c.dialog.Contact})
	_ = in.Send(res)
	r := &referral{seq: in.Req.CSeq().SeqNo, first: !c.referredBefore, held: c.holding}
	c.referral, c.referredBefore = r, true
	c.tellReferrer(referProgress{r, sip.StatusTrying, "Trying"})
	by := ""
	if h := in.Req.GetHeader("referred-by"); h != nil && len(h.Value()) <= maxText {
		by = h.Value()
	}
	_, err = c.p.start(placed{
		a: c.a, number: clip(unescaped(target.User)), uri: target, linked: c.view.Linked,
		invite: func(req *sip.Request) {
			if replaces != "" {
				req.AppendHeader(sip.NewHeader("Replaces", replaces))
			}
			if by != "" {
				req.AppendHeader(sip.NewHeader("Referred-By", by))
			}
		},
		progress: func(status int, reason string) { c.post(referProgress{r, status, reason}) },
	})
	if err != nil {
		return c.tellReferrer(referProgress{r, sip.StatusServiceUnavailable, "Service Unavailable"})
	}
	return talking
}

// follows reports whether a REFER is done (RFC 3515 section 5: not everybody may have us call anybody). The account must be
// one that does; the agent must be talking in this call and in no other, which nobody on hold shall interrupt; one at a time;
// and only numbers of the account's own host, no feature code, which would do something at the PBX that nobody here wants.
func (c *call) follows(in *dispatch.Incoming, target sip.Uri) bool {
	if !c.a.cfg.FollowRefer || !c.a.trusts(in.Flow) || c.referral != nil || c.holding || c.p.speaks(c.view.ID) {
		return false
	}
	if len(c.a.registrars) > 0 && target.Host != c.a.aor.Host && target.Host != c.dialog.Flow.Remote().Addr().String() {
		return false
	}
	user, err := url.PathUnescape(target.User)
	return err == nil && len(user) <= maxText && !strings.HasPrefix(user, "*") && !strings.HasPrefix(user, "#")
}

// tellReferrer sends how far the call is that we were asked to make, each state once. When it could not be made we
// go on with who asked.
func (c *call) tellReferrer(ev referProgress) state {
	r := c.referral
	if r == nil || ev.of != r || ev.status <= r.told {
		return talking
	}
	r.told = ev.status
	c.freshen()
	msg := c.dialog.Request(sip.NOTIFY)
	event, life := "refer", "active;expires="+referralLife
	if !r.first {
		event += ";id=" + strconv.FormatUint(uint64(r.seq), 10)
	}
	if ev.status >= 200 {
		life = "terminated;reason=noresource"
		c.referral, c.sentOn = nil, ev.status < 300
	}
	msg.AppendHeader(sip.NewHeader("Event", event))
	msg.AppendHeader(sip.NewHeader("Subscription-State", life))
	msg.AppendHeader(&sip.ContactHeader{Address: c.dialog.Contact})
	msg.AppendHeader(sip.NewHeader("Content-Type", "message/sipfrag;version=2.0"))
	msg.SetBody(fmt.Appendf(nil, "SIP/2.0 %d %s\r\n", ev.status, ev.reason))
	if _, err := c.box.Send(dispatch.Request{Msg: msg, Flow: c.dialog.Flow, Auth: c.a.auth, NextSeq: c.dialog.NextSeq}); err != nil {
		c.p.log.Info("NOTIFY not sent", "err", err)
	}
	if ev.status >= 300 && !r.held {
		return c.resume()
	}
	return talking
}

// unescaped is the user part of an address as people read it.
func unescaped(user string) string {
	if u, err := url.PathUnescape(user); err == nil {
		return u
	}
	return user
}

// referTo reads a Refer-To (RFC 3515 section 2.1): a SIP address for an INVITE, and the Replaces it may bring along
// (RFC 3891 section 3). Other headers in it are not for us to send.
func referTo(value string) (target sip.Uri, replaces string, err error) {
	var params sip.HeaderParams
	if _, err := sip.ParseAddressValue(value, &target, &params); err != nil {
		return target, "", err
	}
	if target.Host == "" || target.Scheme != "sip" && target.Scheme != "sips" {
		return target, "", ErrNumber
	}
	if m := target.UriParams.GetOr("method", "INVITE"); m != "INVITE" {
		return target, "", errUnsupported
	}
	for _, h := range target.Headers {
		if strings.EqualFold(h.K, "Replaces") {
			if replaces, err = url.PathUnescape(h.V); err != nil || strings.ContainsAny(replaces, "\r\n") {
				return target, "", ErrNumber
			}
		}
	}
	target.UriParams.Remove("method")
	target.Headers = nil
	return target, replaces, nil
}

// tags name a dialog from outside (RFC 3261 section 12).
type tags struct{ id, local, remote string }

// Events of one call taking the place of another.
type (
	// giveUpTo asks the old call for what the new one goes on with.
	giveUpTo struct{ to *call }
	// inherit is the old call's answer; not there: it has ended.
	inherit struct {
		there, muted, held bool
		linked             string
		from               *call
	}
	// replaced tells the old call whether the new one stands.
	replaced struct{ done bool }
)

// replaces finds the call whose place an INVITE is to take (RFC 3891 section 3). A status other than 0 refuses it; the
// call is nil when the INVITE asks for nothing of the kind.
func (a *account) replaces(req *sip.Request) (old *call, status int, reason string) {
	headers := req.GetHeaders("Replaces")
	switch len(headers) {
	case 0:
		return nil, 0, ""
	case 1:
	default:
		return nil, sip.StatusBadRequest, "Bad Replaces"
	}
	id, rest, _ := strings.Cut(headers[0].Value(), ";")
	want, early := tags{id: strings.TrimSpace(id)}, false
	for param := range strings.SplitSeq(rest, ";") {
		switch k, v, _ := strings.Cut(strings.TrimSpace(param), "="); strings.ToLower(k) {
		case "to-tag":
			want.local = v
		case "from-tag":
			want.remote = v
		case "early-only":
			early = true
		}
	}
	if want.id == "" || want.local == "" || want.remote == "" {
		return nil, sip.StatusBadRequest, "Bad Replaces"
	}
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	for _, c := range a.p.calls {
		switch {
		case c.a != a || c.named != want:
		case c.shown.State == StateEnded:
			return nil, sip.StatusGlobalDecline, "Decline"
		case c.shown.State == StateRinging: // an early dialog that is not ours must not be replaced
		case early:
			return nil, sip.StatusBusyHere, "Busy Here"
		default:
			return c, 0, ""
		}
	}
	return nil, sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist"
}

// refuse is for a call that was given up before it could take the place of the other: that one stays what it was.
func (ev inherit) refuse() {
	if ev.there {
		ev.from.post(replaced{})
	}
}

// inherit answers an INVITE that takes the place of another call: the agent goes on talking, with somebody else.
func (c *call) inherit(ev inherit) state {
	if !ev.there { // it has ended meanwhile
		_ = c.invite.Reply(sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
		c.view.State = StateEnded // nobody has heard of it
		c.silenceMedia()
		return c.finish()
	}
	if c.view.Linked == c.box.CallID() {
		c.view.Linked = ev.linked
	}
	c.view.Muted = ev.muted
	c.hold(ev.held)
	next := c.accept()
	ev.from.post(replaced{done: c.view.State != StateEnded})
	return next
}
