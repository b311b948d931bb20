package softphone

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
)

// Registration's own times.
const (
	silentRegistrar = 2 * time.Second  // without any reply the next registrar is tried
	slowRegistrar   = 10 * time.Second // after a provisional reply or a challenge
	firstPause      = time.Second
	maxPause        = 30 * time.Second
)

// Why a registration failed, as the screen words it.
const (
	reasonPassword    = "wrong_password"
	reasonNotFound    = "not_found"
	reasonForbidden   = "forbidden"
	reasonTimeout     = "timeout"
	reasonUnreachable = "unreachable"
	reasonTLS         = "tls"
	reasonDNS         = "dns"
	reasonServer      = "server_error"
)

// refused is a final response that is not 2xx.
type refused struct {
	status     int
	minExpires time.Duration // 423
	retryAfter time.Duration // 503 and others
}

func (r *refused) Error() string { return "refused with " + strconv.Itoa(r.status) }

// run keeps the account registered until ctx ends, and then removes its own contact.
func (a *account) run(ctx context.Context) {
	if len(a.registrars) == 0 {
		<-ctx.Done()
		return
	}
	if a.regBox = a.sip.Mailbox(newCallID()); a.regBox == nil {
		return
	}
	defer a.regBox.Release()
	pause := firstPause
	var lost time.Time // when the last registration that held was lost
	for ctx.Err() == nil {
		if a.told.State != "registered" {
			a.tell("registering", "", "")
		}
		granted, err := a.registerSomewhere(ctx)
		if ctx.Err() != nil {
			break
		}
		if err == nil {
			pause = firstPause
			a.tell("registered", "", a.registrars[a.last].text)
			a.waitForRefresh(ctx, granted)
			lost = time.Now()
			continue
		}
		a.setFlow(nil)
		a.tell("failed", reasonOf(err), a.registrars[a.last].text)
		a.rest(ctx, a.pauseAfter(err, pause))
		pause = nextPause(pause, time.Since(lost))
	}
	a.unregister(context.WithoutCancel(ctx))
}

// pauseAfter is the back-off with jitter, so that a floor of desks does not come back in step. A wrong
// password is not tried quickly: it would lock the account.
func (a *account) pauseAfter(err error, pause time.Duration) time.Duration {
	if no, ok := errors.AsType[*refused](err); ok {
		if reasonOf(err) == reasonPassword {
			pause = maxPause
		}
		if no.retryAfter > 0 {
			pause = min(max(no.retryAfter, firstPause), 10*maxPause)
		}
	}
	return pause*4/5 + time.Duration(rand.Int64N(int64(pause)*2/5)) //nolint:gosec // jitter
}

func (a *account) rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-a.wake:
	case <-ctx.Done():
	}
}

// refreshAfter leaves at least five seconds, or half of a short time, for what a renewal may meet on its way.
func refreshAfter(granted time.Duration) time.Duration {
	return granted - max(min(granted/2, 5*time.Second), granted/10)
}

// registerSomewhere tries the registrars in order. The error is that of the first one that failed with something to say.
func (a *account) registerSomewhere(ctx context.Context) (time.Duration, error) {
	var first error
	list := a.order()
	a.home = -1
	for _, i := range list {
		flow, granted, err := a.registerAt(ctx, a.registrars[i])
		if err == nil {
			if a.silent == i && a.options[i] != optionsAnswered {
				a.options[i] = optionsIgnored
			}
			a.last, a.silent = i, -1
			a.setFlow(flow)
			return granted, nil
		}
		if first == nil || reasonOf(first) == reasonTimeout {
			first = err
		}
		if ctx.Err() != nil {
			break
		}
	}
	return 0, first
}

// registerAt tries the servers of a registrar one after the other. Only what a server says or not makes the next one
// worth a try: who is refused for what they are is refused by all (RFC 3263 section 4.3).
func (a *account) registerAt(ctx context.Context, r registrar) (*dispatch.Flow, time.Duration, error) {
	dialCtx, cancel := context.WithTimeout(ctx, silentRegistrar+time.Second)
	places, err := a.sip.Locate(dialCtx, r.network, r.host, r.port)
	cancel()
	if err != nil {
		return nil, 0, err
	}
	for _, p := range places {
		var flow *dispatch.Flow
		var granted time.Duration
		if flow, granted, err = a.registerWith(ctx, p); err == nil {
			return flow, granted, nil
		}
		if no, ok := errors.AsType[*refused](err); ok && no.status < 500 || ctx.Err() != nil {
			break
		}
	}
	return nil, 0, err
}

func (a *account) registerWith(ctx context.Context, p dispatch.Place) (*dispatch.Flow, time.Duration, error) {
	dialCtx, cancel := context.WithTimeout(ctx, silentRegistrar+time.Second)
	defer cancel()
	flow, err := a.sip.DialPlace(dialCtx, p)
	if err != nil {
		return nil, 0, err
	}
	a.trust(flow)
	expires := a.cfg.Expires
	res, err := a.register(ctx, flow, expires)
	if no, ok := errors.AsType[*refused](err); ok && no.minExpires > expires { // RFC 3261 section 10.2.8
		expires = no.minExpires
		res, err = a.register(ctx, flow, expires)
	}
	if errors.Is(err, dispatch.ErrTimeout) {
		// A connection that died without a word takes what is written to it and would be dialled again as
		// it is: the next try gets a new one, and calls on it move to that.
		flow.Close()
	}
	if err != nil {
		return nil, 0, err
	}
	a.contact = flow.Contact(a.aor.User)
	return flow, a.granted(res, expires), nil
}

// register sends one REGISTER (RFC 3261 section 10.2) and waits for its end. Errors: *refused, those of exchange.
func (a *account) register(ctx context.Context, flow *dispatch.Flow, expires time.Duration) (*sip.Response, error) {
	res, err := a.exchange(ctx, a.regBox, func() dispatch.Request {
		return dispatch.Request{Msg: a.registerRequest(flow, expires), Flow: flow, Auth: a.auth, NextSeq: a.nextSeq}
	})
	if err == nil && !res.IsSuccess() {
		return nil, refusal(res)
	}
	return res, err
}

// exchange sends a request on a mailbox, where it is made, and waits for its final response: silentRegistrar for a first
// reply, then slowRegistrar. Errors: those of dispatch, of ctx.
func (a *account) exchange(ctx context.Context, box *dispatch.Mailbox, request func() dispatch.Request) (*sip.Response, error) {
	type result struct {
		res *sip.Response
		err error
	}
	results := make(chan result, 16) // more responses than a transaction has; the first are enough
	var out *dispatch.Outgoing
	err := box.Post(func() {
		r := request()
		r.On = func(res *sip.Response, err error) {
			select {
			case results <- result{res, err}:
			default:
			}
		}
		var err error
		if out, err = box.Send(r); err != nil {
			results <- result{nil, err}
		}
	})
	if err != nil {
		return nil, err
	}
	t := time.NewTimer(silentRegistrar)
	defer t.Stop()
	for {
		select {
		case r := <-results:
			if r.err == nil && r.res.IsProvisional() {
				t.Reset(slowRegistrar)
				continue
			}
			return r.res, r.err
		case <-t.C:
			_ = box.Post(func() {
				if out != nil {
					out.Abandon()
				}
			})
			return nil, fmt.Errorf("no final response: %w", dispatch.ErrTimeout)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (a *account) nextSeq() uint32 { a.regSeq++; return a.regSeq }

// registerRequest runs on the registration's mailbox.
func (a *account) registerRequest(flow *dispatch.Flow, expires time.Duration) *sip.Request {
	domain := sip.Uri{Scheme: a.aor.Scheme, Host: a.aor.Host, Port: a.aor.Port}
	req := sip.NewRequest(sip.REGISTER, domain)
	from := &sip.FromHeader{Address: a.aor}
	from.Params.Add("tag", a.regTag)
	id := sip.CallIDHeader(a.regBox.CallID())
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: a.aor})
	req.AppendHeader(&id)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: a.nextSeq(), MethodName: sip.REGISTER})
	req.AppendHeader(&sip.ContactHeader{Address: flow.Contact(a.aor.User)})
	req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(int(expires/time.Second))))
	addCapabilities(req)
	return req
}

func refusal(res *sip.Response) *refused {
	return &refused{
		status: res.StatusCode, minExpires: seconds(res.GetHeader("min-expires")),
		retryAfter: seconds(res.GetHeader("retry-after")),
	}
}

// seconds reads a header of delta-seconds, with or without parameters; 0 where there is none.
func seconds(h sip.Header) time.Duration {
	if h == nil {
		return 0
	}
	digits, _, _ := strings.Cut(h.Value(), ";")
	digits, _, _ = strings.Cut(strings.TrimSpace(digits), " ")
	n, err := strconv.ParseUint(digits, 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}

// granted is how long the registrar keeps our contact (RFC 3261 section 10.2.4): the expires of our own
// one among the contacts it lists, else the header, else what was asked.
func (a *account) granted(res *sip.Response, asked time.Duration) time.Duration {
	d := asked
	if h := res.GetHeader("expires"); h != nil {
		d = seconds(h)
	}
	for _, h := range res.GetHeaders("Contact") {
		c, ok := h.(*sip.ContactHeader)
		if !ok || c.Address.User != a.contact.User || c.Address.Host != a.contact.Host || c.Address.Port != a.contact.Port {
			continue
		}
		if n, err := strconv.ParseUint(c.Params.GetOr("expires", ""), 10, 31); err == nil {
			d = time.Duration(n) * time.Second
		}
	}
	return max(d, 2*time.Second) // a registrar that grants nothing must not make us spin
}

// unregister removes our own contact, and only that: `Contact: *` would silence the agent's other phones.
func (a *account) unregister(ctx context.Context) {
	flow := a.current()
	if flow == nil {
		if a.told.State == "registered" { // its connection has just gone
			a.tell("unregistered", "", "")
		}
		return
	}
	ctx, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	_, err := a.register(ctx, flow, 0)
	a.setFlow(nil)
	if err != nil {
		a.p.log.InfoContext(ctx, "contact not removed at the registrar, it will run out", "err", err)
	}
	a.tell("unregistered", "", "")
}

// tell emits a change of state, once.
func (a *account) tell(state, reason, registrar string) {
	ev := RegistrationChanged{AOR: a.cfg.AOR, State: state, Reason: reason, Registrar: registrar}
	if ev == a.told {
		return
	}
	a.told = ev
	a.p.emit(ev)
}

// reasonOf gives the code of a failure.
func reasonOf(err error) string {
	var no *refused
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var alert tls.AlertError
	var record tls.RecordHeaderError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &no):
		return reasonOfStatus(no.status)
	case errors.As(err, &dns):
		return reasonDNS
	case errors.As(err, &cert), errors.As(err, &alert), errors.As(err, &record), errors.As(err, &unknown):
		return reasonTLS
	case errors.Is(err, dispatch.ErrTimeout), errors.Is(err, context.DeadlineExceeded):
		return reasonTimeout
	}
	var op net.Error
	if errors.As(err, &op) && op.Timeout() {
		return reasonTimeout
	}
	return reasonUnreachable
}

func reasonOfStatus(status int) string {
	switch status {
	case sip.StatusUnauthorized, sip.StatusProxyAuthRequired:
		return reasonPassword
	case sip.StatusNotFound, sip.StatusGone, sip.StatusAddressIncomplete, sip.StatusGlobalDoesNotExistAnywhere:
		return reasonNotFound
	case sip.StatusRequestTimeout, sip.StatusGatewayTimeout:
		return reasonTimeout
	}
	if status >= 500 && status < 600 {
		return reasonServer
	}
	return reasonForbidden
}
