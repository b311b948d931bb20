package floor

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
)

// refer takes a call away from an agent who hands it over (RFC 3515, RFC 5589): to a number of the plan, or with Replaces
// to whom the agent has on another call. It tells the phone how it goes, as a PBX does, and the phone ends its leg; whoever
// takes the call does so out of sight, so the customer's call is over then.
func (g *leg) refer(in *dispatch.Incoming) {
	var to sip.Uri
	var params sip.HeaderParams
	h := in.Req.GetHeaders("Refer-To")
	if len(h) != 1 {
		g.f.reply(in, sip.StatusBadRequest, "Bad Refer-To")
		return
	}
	if _, err := sip.ParseAddressValue(h[0].Value(), &to, &params); err != nil {
		g.f.reply(in, sip.StatusBadRequest, "Bad Refer-To")
		return
	}
	g.f.reply(in, sip.StatusAccepted, "Accepted")
	g.sipfrag(sip.StatusTrying, "Trying", true)
	if call := replaced(to); call != "" {
		g.f.note(func(l *loop) { l.join(g, call) })
		return
	}
	g.goTo(g.f.planOf(to.User))
}

// goTo rings at a number of the plan and tells how that ends.
func (g *leg) goTo(way plan) {
	if way.code >= 300 && !way.late {
		g.sipfrag(way.code, way.reason, false)
		return
	}
	g.sipfrag(sip.StatusRinging, "Ringing", true)
	wait := way.ring.draw(stream(g.f.cfg.Seed, "refer", g.id))
	g.box.After(max(wait, 100*time.Millisecond), func() {
		if way.late {
			g.sipfrag(way.code, way.reason, false)
			return
		}
		g.sipfrag(sip.StatusOK, "OK", false)
	})
}

// join lets the call of g go to whom the same agent has on another call, whose Call-ID is given.
func (l *loop) join(g *leg, callID string) {
	for o := range l.open {
		if o != g && o.ext == g.ext && o.box.CallID() == callID {
			g.post(func() { g.sipfrag(sip.StatusOK, "OK", false) })
			return
		}
	}
	g.post(func() { g.sipfrag(sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist", false) })
}

// replaced reads the Call-ID of the Replaces that a Refer-To brings along (RFC 3891 section 3); empty: none.
func replaced(to sip.Uri) string {
	for _, h := range to.Headers {
		if !strings.EqualFold(h.K, "Replaces") {
			continue
		}
		if v, err := url.PathUnescape(h.V); err == nil {
			id, _, _ := strings.Cut(v, ";")
			return id
		}
	}
	return ""
}

// sipfrag tells the phone how its transfer goes (RFC 3515 section 2.4.4).
func (g *leg) sipfrag(status int, reason string, more bool) {
	if g.gone || g.dialog == nil {
		return
	}
	life := "terminated;reason=noresource"
	if more {
		life = "active;expires=60"
	}
	msg := g.dialog.Request(sip.NOTIFY)
	msg.AppendHeader(&sip.ContactHeader{Address: g.dialog.Contact})
	msg.AppendHeader(sip.NewHeader("Event", "refer"))
	msg.AppendHeader(sip.NewHeader("Subscription-State", life))
	msg.AppendHeader(sip.NewHeader("Content-Type", "message/sipfrag;version=2.0"))
	msg.SetBody(fmt.Appendf(nil, "SIP/2.0 %d %s\r\n", status, reason))
	_, _ = g.box.Send(dispatch.Request{Msg: msg, Flow: g.dialog.Flow}) // a phone that is gone shows with its BYE
}
