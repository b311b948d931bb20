package dispatch

import (
	"fmt"
	"slices"

	"github.com/emiago/sipgo/sip"
)

// Dialog is the state two ends share (RFC 3261 section 12): enough to build requests in it and to
// judge those that come. It belongs to the goroutine of its Call-ID's mailbox.
type Dialog struct {
	CallID    string
	LocalTag  string
	RemoteTag string
	LocalSeq  uint32 // of our last request
	RemoteSeq uint32 // of theirs; 0: none yet
	Target    sip.Uri
	Routes    []sip.Uri
	Contact   sip.Uri // ours
	Flow      *Flow

	local  sip.FromHeader
	remote sip.ToHeader
}

// DialogUAC makes the dialog of an INVITE we sent and a response with a To tag (12.1.2).
func DialogUAC(o *Outgoing, res *sip.Response) (*Dialog, error) {
	local, _ := o.Msg.From().Params.Get("tag")
	remote, ok := res.To().Params.Get("tag")
	if !ok || local == "" {
		return nil, fmt.Errorf("%w: no tag for a dialog", ErrMessage)
	}
	d := &Dialog{
		CallID: o.b.id, LocalTag: local, RemoteTag: remote, LocalSeq: o.Msg.CSeq().SeqNo,
		Target: o.Msg.Recipient, Flow: o.Flow, local: *o.Msg.From(), remote: *res.To(),
	}
	if c := o.Msg.Contact(); c != nil {
		d.Contact = c.Address
	}
	d.Routes = recorded(res)
	slices.Reverse(d.Routes)
	d.Refresh(res)
	return d, nil
}

// DialogUAS makes the dialog of an INVITE that came (12.1.1); contact is our address in it.
func DialogUAS(in *Incoming, contact sip.Uri) (*Dialog, error) {
	remote, ok := in.Req.From().Params.Get("tag")
	if !ok {
		return nil, fmt.Errorf("%w: no From tag for a dialog", ErrMessage)
	}
	from, to := in.Req.From(), in.Req.To()
	d := &Dialog{
		CallID: in.b.id, LocalTag: in.tag, RemoteTag: remote, RemoteSeq: in.Req.CSeq().SeqNo,
		Target: from.Address, Contact: contact, Flow: in.Flow, Routes: recorded(in.Req),
		local:  sip.FromHeader{DisplayName: to.DisplayName, Address: to.Address, Params: sip.NewParams()},
		remote: sip.ToHeader{DisplayName: from.DisplayName, Address: from.Address, Params: from.Params},
	}
	d.local.Params.Add("tag", in.tag)
	d.Refresh(in.Req)
	return d, nil
}

func recorded(msg sip.Message) []sip.Uri {
	var out []sip.Uri
	for _, h := range msg.GetHeaders("Record-Route") {
		if rr, ok := h.(*sip.RecordRouteHeader); ok {
			out = append(out, rr.Address)
		}
	}
	return out
}

// Refresh takes a new remote target from a target refresh (re-INVITE, UPDATE and their 2xx; 12.2).
func (d *Dialog) Refresh(msg sip.Message) {
	if hs := msg.GetHeaders("Contact"); len(hs) > 0 {
		if c, ok := hs[0].(*sip.ContactHeader); ok && !c.Address.Wildcard {
			d.Target = c.Address
		}
	}
}

// Request builds a request in the dialog with the next CSeq (12.2.1.1).
func (d *Dialog) Request(method sip.RequestMethod) *sip.Request {
	return d.request(method, d.NextSeq())
}

// Invite builds a re-INVITE or UPDATE with SDP and our Contact.
func (d *Dialog) Invite(method sip.RequestMethod, sdp []byte) *sip.Request {
	req := d.Request(method)
	req.AppendHeader(&sip.ContactHeader{Address: d.Contact})
	setBody(req, sdp)
	return req
}

// NextSeq counts our CSeq up; it is what Request.NextSeq wants.
func (d *Dialog) NextSeq() uint32 {
	d.LocalSeq++
	return d.LocalSeq
}

func (d *Dialog) request(method sip.RequestMethod, seq uint32) *sip.Request {
	req := sip.NewRequest(method, *d.Target.Clone())
	routes := d.Routes
	if len(routes) > 0 && !routes[0].UriParams.Has("lr") {
		// A strict router gets its own address as Request-URI and ours last (12.2.1.1, 16.12.1.2).
		req.Recipient = *routes[0].Clone()
		routes = append(slices.Clone(routes[1:]), d.Target)
	}
	for _, r := range routes {
		req.AppendHeader(&sip.RouteHeader{Address: r})
	}
	from, to := d.local, d.remote
	from.Params, to.Params = d.local.Params.Clone(), d.remote.Params.Clone()
	id := sip.CallIDHeader(d.CallID)
	req.AppendHeader(&from)
	req.AppendHeader(&to)
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: seq, MethodName: method})
	return req
}

// Match tells whether a request belongs to this dialog, and takes its CSeq. It answers what does not fit:
// another dialog's tags 481, an older CSeq 500 (12.2.2).
func (d *Dialog) Match(in *Incoming) bool {
	from, _ := in.Req.From().Params.Get("tag")
	to, _ := in.Req.To().Params.Get("tag")
	if from != d.RemoteTag || to != d.LocalTag {
		_ = in.Reply(sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
		return false
	}
	seq := in.Req.CSeq().SeqNo
	if d.RemoteSeq != 0 && seq <= d.RemoteSeq {
		_ = in.Reply(sip.StatusInternalServerError, "CSeq Out Of Order")
		return false
	}
	d.RemoteSeq = seq
	return true
}
