package softphone

import (
	"slices"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
)

// invited begins an inbound call (RFC 3261 section 8.2 and 13.3), on the mailbox of its Call-ID.
func (a *account) invited(in *dispatch.Incoming) {
	if need := unsupported(in.Req); need != "" {
		res := in.Response(sip.StatusBadExtension, "Bad Extension", nil)
		res.AppendHeader(sip.NewHeader("Unsupported", need))
		_ = in.Send(res)
		return
	}
	if in.Req.From().Params.GetOr("tag", "") == "" || len(in.Req.GetHeaders("Contact")) != 1 {
		_ = in.Reply(sip.StatusBadRequest, "Bad Request") // no dialog can be made of it
		return
	}
	number, name := caller(in.Req)
	c := newCall(a, Call{
		ID: newCallID(), Linked: in.Mailbox().CallID(), State: StateRinging, Direction: DirectionIn,
		Number: number, Name: name, Account: a.cfg.AOR, Queue: text(in.Req, "x-queue-name"), HeldBy: HeldByNone,
		Transport: strings.ToLower(in.Flow.Network()), StartedAt: time.Now(),
	})
	if linked := text(in.Req, "x-linked-id"); linked != "" {
		c.view.Linked = linked
	}
	c.box, c.invite, c.state = in.Mailbox(), in, ringing
	old, status, reason := a.replaces(in.Req)
	if status != 0 {
		_ = in.Reply(status, reason)
		return
	}
	if !a.p.add(c, old) {
		_ = in.Reply(sip.StatusBusyHere, "Busy Here")
		return
	}
	c.box.Hold()
	c.claim()
	in.OnCancel = func(cancel *sip.Request) { c.step(cancelled{cancel}) }
	if code, reason := c.prepare(); code != 0 {
		_ = in.Reply(code, reason)
		c.state = c.finish()
		return
	}
	if old != nil {
		old.post(giveUpTo{c})
		return
	}
	res := in.Response(sip.StatusRinging, "Ringing", nil)
	contact := in.Flow.Contact(a.aor.User)
	res.AppendHeader(&sip.ContactHeader{Address: contact})
	addCapabilities(res)
	_ = in.Send(res) // a peer that is gone shows by its silence
	c.announce()
	if a.answersItself(in.Req) && !a.p.busy(c.view.ID) {
		c.step(answer{})
	}
}

// prepare opens the media and makes the dialog, so that a call nobody could talk on does not ring. The
// code is 0 when all is well.
func (c *call) prepare() (int, string) {
	if len(c.invite.Req.Body()) > 0 && !isSDP(c.invite.Req) {
		return sip.StatusUnsupportedMediaType, "Unsupported Media Type"
	}
	if err := c.openMedia(c.invite.Flow); err != nil {
		c.p.log.Error("no media for a call", "err", err)
		return sip.StatusInternalServerError, "Server Internal Error"
	}
	d, err := dispatch.DialogUAS(c.invite, c.invite.Flow.Contact(c.a.aor.User))
	if err != nil {
		c.silenceMedia()
		return sip.StatusBadRequest, "Bad Request"
	}
	c.dialog = d
	if offer := c.invite.Req.Body(); len(offer) > 0 {
		if c.reply, err = c.media.Answer(offer, c.direction()); err != nil {
			c.silenceMedia()
			return mediaRefusal(err)
		}
	}
	return 0, ""
}

// ringing: their INVITE waits for the agent (RFC 3261 section 13.3.1.1).
func ringing(c *call, ev any) state {
	switch ev := ev.(type) {
	case answer:
		return c.accept()
	case hangUp:
		// 486 and not 603: a 6xx would stop the search at every other agent too (section 21.6).
		_ = c.invite.Reply(sip.StatusBusyHere, "Busy Here")
		c.ended("rejected", "me", sip.StatusBusyHere)
		return c.finish()
	case mute:
		c.muted(ev.on)
	case inherit:
		return c.inherit(ev)
	case cancelled: // section 9.2; dispatch has sent the 487
		c.ended(cancelReason(ev.cancel), "them", sip.StatusRequestTerminated)
		return c.finish()
	case request:
		if !c.dialog.Match(ev.in) {
			return ringing
		}
		if ev.in.Req.Method == sip.BYE { // allowed in an early dialog to the caller (section 15)
			_ = ev.in.Reply(sip.StatusOK, "OK")
			_ = c.invite.Reply(sip.StatusRequestTerminated, "Request Terminated")
			c.ended("cancelled", "them", sip.StatusRequestTerminated)
			return c.finish()
		}
		c.serve(ev.in)
	}
	return ringing
}

// accept answers with 2xx (RFC 3261 section 13.3.1.4).
func (c *call) accept() state {
	in := c.invite
	offer := in.Req.Body()
	sdp := c.reply
	if len(offer) == 0 {
		var err error
		if sdp, err = c.media.Offer(c.direction()); err != nil { // the answer comes with the ACK (section 13.2.1)
			code, reason := mediaRefusal(err)
			_ = in.Reply(code, reason)
			c.ended("failed", "me", code)
			return c.finish()
		}
	}
	res := in.Response(sip.StatusOK, "OK", sdp)
	res.AppendHeader(&sip.ContactHeader{Address: c.dialog.Contact})
	addCapabilities(res)
	c.timer.answer(in.Req, res)
	if err := c.sendAccept(in, res, len(offer) == 0); err != nil {
		c.ended("lost", "network", 0)
		return c.finish()
	}
	c.invite = nil
	c.view.AnsweredAt = time.Now()
	c.talk()
	c.showTalking()
	c.timer.start(c)
	return talking
}

// sendAccept sends a 2xx to an INVITE and has its ACK come as an event.
func (c *call) sendAccept(in *dispatch.Incoming, res *sip.Response, offer bool) error {
	err := in.Accept(c.dialog, res, func(ack *sip.Request, err error) {
		c.step(acked{ack: ack, err: err, offer: offer})
	})
	if err == nil {
		c.unacked++
	}
	return err
}

// unsupported lists the extensions a request requires that we lack (RFC 3261 section 8.2.2.3).
func unsupported(req *sip.Request) string {
	var missing []string
	for _, h := range req.GetHeaders("Require") {
		for tag := range strings.SplitSeq(h.Value(), ",") {
			if tag = strings.ToLower(strings.TrimSpace(tag)); tag != "" && tag != "timer" && tag != "replaces" {
				missing = append(missing, tag)
			}
		}
	}
	return strings.Join(missing, ", ")
}

// cancelReason tells a call taken by a colleague from one given up (RFC 3326).
func cancelReason(cancel *sip.Request) string {
	for _, h := range cancel.GetHeaders("Reason") {
		v := strings.ToLower(h.Value())
		if strings.Contains(v, "cause=200") || strings.Contains(v, "cause=26") || strings.Contains(v, "elsewhere") {
			return "elsewhere"
		}
	}
	return "cancelled"
}

// caller is the number and name of who calls: what the PBX asserts (RFC 3325), else From. Only trusted
// peers come this far.
func caller(req *sip.Request) (number, name string) {
	from := req.From()
	number, name = from.Address.User, from.DisplayName
	if h := req.GetHeader("p-asserted-identity"); h != nil {
		var u sip.Uri
		var params sip.HeaderParams
		if display, err := sip.ParseAddressValue(h.Value(), &u, &params); err == nil && u.User != "" {
			number = u.User
			if display != "" {
				name = display
			}
		}
	}
	number = unescaped(number)
	if strings.EqualFold(number, "anonymous") {
		number = ""
	}
	return clip(number), clip(strings.Trim(name, `"`))
}

// maxText bounds what a caller may put on the screen, in bytes.
const maxText = 256

func clip(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ToValidUTF8(s, "")
}

func text(req *sip.Request, header string) string {
	h := req.GetHeader(header)
	if h == nil {
		return ""
	}
	return clip(strings.Trim(h.Value(), `" `))
}

// answersItself reports whether the account answers this call without the agent (RFC 5373 and the
// headers that PBXs used before it).
func (a *account) answersItself(req *sip.Request) bool {
	switch a.cfg.AutoAnswer {
	case AutoAnswerAlways:
		return true
	case AutoAnswerHeader:
		wishes := []struct{ header, has string }{
			{"Answer-Mode", "auto"},
			{"Priv-Answer-Mode", "auto"},
			{"Call-Info", "answer-after=0"},
		}
		if slices.ContainsFunc(req.GetHeaders("Alert-Info"), func(h sip.Header) bool { return alertsAuto(h.Value()) }) {
			return true
		}
		return slices.ContainsFunc(wishes, func(w struct{ header, has string }) bool {
			return slices.ContainsFunc(req.GetHeaders(w.header), func(h sip.Header) bool {
				v := strings.ReplaceAll(strings.ToLower(h.Value()), " ", "")
				return strings.Contains(v, w.has)
			})
		})
	}
	return false
}

// alertsAuto reads an Alert-Info: what PBXs say in it to have a phone answer, as info= or as answer-after=0.
// The address of the sound may hold any word and says nothing.
func alertsAuto(value string) bool {
	var words strings.Builder
	address := false
	for _, r := range strings.ToLower(value) {
		switch {
		case r == '<', r == '>':
			address = r == '<'
		case !address && !strings.ContainsRune(" \t\"", r):
			words.WriteRune(r)
		}
	}
	return slices.ContainsFunc(strings.FieldsFunc(words.String(), func(r rune) bool { return r == ';' || r == ',' }),
		func(word string) bool {
			switch word {
			case "answer-after=0", "info=alert-autoanswer", "info=autoanswer", "info=auto-answer", "info=auto",
				"info=ringanswer", "info=ring-answer", "info=intercom":
				return true
			}
			return false
		})
}
