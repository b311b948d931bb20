package floor

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
)

var (
	errOldSequence = errors.New("registration is out of order")
	errStar        = errors.New("a * contact needs Expires 0 and no other contact")
)

// binding is a contact that an extension can be reached at.
type binding struct {
	contact sip.Uri
	flow    *dispatch.Flow // requests go back the way the REGISTER came (RFC 5626 section 5.3)
	callID  string
	seq     uint32
	expires time.Time
}

// wish is one Contact of a REGISTER; 0 seconds takes it away.
type wish struct {
	contact sip.Uri
	expires time.Duration
}

// registrations are the bindings of all extensions. It belongs to the floor's loop; the clock is
// handed in.
type registrations struct {
	longest time.Duration
	byExt   map[string][]binding // the newest last
}

// register carries out one REGISTER (RFC 3261 section 10.3, steps 6 to 8), all of it or nothing, and
// returns what is bound then.
func (r *registrations) register(now time.Time, ext, callID string, seq uint32, flow *dispatch.Flow, star bool, wishes []wish) ([]binding, error) {
	r.expire(now)
	have := slices.Clone(r.byExt[ext])
	outdated := func(b binding) bool { return b.callID == callID && seq <= b.seq }
	if star {
		if slices.ContainsFunc(have, outdated) {
			return nil, errOldSequence
		}
		have = nil
	}
	for _, w := range wishes {
		at := slices.IndexFunc(have, func(b binding) bool { return b.contact.String() == w.contact.String() })
		if at >= 0 {
			if outdated(have[at]) {
				return nil, errOldSequence
			}
			have = slices.Delete(have, at, at+1)
		}
		if w.expires <= 0 {
			continue
		}
		if len(have) >= maxBindings {
			have = have[1:]
		}
		have = append(have, binding{
			contact: w.contact, flow: flow, callID: callID, seq: seq, expires: now.Add(min(w.expires, r.longest)),
		})
	}
	if len(have) == 0 {
		delete(r.byExt, ext)
	} else {
		r.byExt[ext] = have
	}
	return have, nil
}

// expire forgets what has run out and streams that are closed.
func (r *registrations) expire(now time.Time) {
	for ext, have := range r.byExt {
		have = slices.DeleteFunc(have, func(b binding) bool {
			return !b.expires.After(now) || b.gone()
		})
		if len(have) == 0 {
			delete(r.byExt, ext)
		} else {
			r.byExt[ext] = have
		}
	}
}

// gone reports whether the connection of a binding is closed.
func (b binding) gone() bool {
	if b.flow == nil {
		return false
	}
	select {
	case <-b.flow.Done():
		return true
	default:
		return false
	}
}

// newest is the contact that calls go to.
func (r *registrations) newest(ext string) (binding, bool) {
	have := r.byExt[ext]
	if len(have) == 0 {
		return binding{}, false
	}
	return have[len(have)-1], true
}

// wishesOf reads the Contacts of a REGISTER. The parameter beats the Expires header (10.2.1.1).
func wishesOf(req *sip.Request, longest time.Duration) (wishes []wish, star bool, err error) {
	general := longest
	header := req.GetHeader("Expires")
	if header != nil {
		general = seconds(header.Value(), longest)
	}
	for _, h := range req.GetHeaders("Contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok {
			continue
		}
		if c.Address.Wildcard {
			star = true
			continue
		}
		w := wish{contact: c.Address, expires: general}
		if v, ok := c.Params.Get("expires"); ok {
			w.expires = seconds(v, longest)
		}
		wishes = append(wishes, w)
	}
	if star && (len(wishes) > 0 || header == nil || general != 0) {
		return nil, false, errStar
	}
	return wishes, star, nil
}

// seconds reads delta-seconds; what is no number counts as the default (20.19).
func seconds(s string, def time.Duration) time.Duration {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil || n > math.MaxInt32 {
		return def
	}
	return time.Duration(n) * time.Second
}

// onRegister answers a REGISTER; it runs on the request's mailbox and the bindings change in the loop.
func (f *Floor) onRegister(in *dispatch.Incoming) {
	ext := in.Req.To().Address.User
	if !f.gate.knows(ext) {
		f.reply(in, sip.StatusNotFound, "Not Found")
		return
	}
	if !f.admit(in, ext, sip.StatusUnauthorized, "Unauthorized", "WWW-Authenticate", "Authorization") {
		return
	}
	wishes, star, err := wishesOf(in.Req, f.cfg.MaxExpires)
	if err != nil {
		f.reply(in, sip.StatusBadRequest, "Bad Contact")
		return
	}
	callID, seq, box := in.Mailbox().CallID(), in.Req.CSeq().SeqNo, in.Mailbox()
	f.note(func(l *loop) {
		now := f.cfg.Now()
		bound, err := l.phones.register(now, ext, callID, seq, in.Flow, star, wishes)
		l.reachability(now)
		// A stopped endpoint answers nothing: the phone repeats and finds nobody.
		_ = box.Post(func() { f.registered(in, now, bound, err) })
	})
}

func (f *Floor) registered(in *dispatch.Incoming, now time.Time, bound []binding, err error) {
	if err != nil {
		f.reply(in, sip.StatusInternalServerError, "CSeq Out Of Order")
		return
	}
	res := in.Response(sip.StatusOK, "OK", nil)
	for _, b := range bound {
		h := &sip.ContactHeader{Address: b.contact}
		left := math.Ceil(b.expires.Sub(now).Seconds())
		h.Params.Add("expires", strconv.Itoa(int(left)))
		res.AppendHeader(h)
	}
	f.send(in, res)
}

// admit checks the credentials of a request from ext; where they are not right it asks for them.
func (f *Floor) admit(in *dispatch.Incoming, ext string, code int, reason, ask, given string) bool {
	now := f.cfg.Now()
	v := f.gate.check(now, in.Req, given, ext)
	if v == right {
		return true
	}
	res := in.Response(code, reason, nil)
	for _, c := range f.gate.challenges(now, v == stale) {
		res.AppendHeader(sip.NewHeader(ask, c))
	}
	f.send(in, res)
	return false
}
