package sync

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"connectrpc.com/connect"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// Times of a call.
const (
	dialWithin = 5 * time.Second
	callWithin = 20 * time.Second
)

// newHTTP makes the client of one link. Redirects are not followed: they come from captive portals.
func newHTTP(roots *x509.CertPool, transport http.RoundTripper) *http.Client {
	if transport == nil {
		transport = &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: dialWithin, KeepAlive: 15 * time.Second}).DialContext,
			TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: dialWithin,
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 4,
			IdleConnTimeout:     90 * time.Second,
		}
	}
	return &http.Client{
		Transport:     gate{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// errPlain says that a password would cross a network in the clear.
var errPlain = errors.New("central's address must begin with https://")

// checkURL lets plain HTTP pass for this machine only.
func checkURL(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return fmt.Errorf("central's address: %w", desk.ErrInvalid)
	}
	if u.Scheme == "https" {
		return nil
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback()) {
		return nil
	}
	return errPlain
}

// errNotCentral says that something else answered at central's address.
var errNotCentral = fmt.Errorf("the answer is not central's: %w", desk.ErrOffline)

// gate lets pass what central answered. Anything else, from a proxy or a portal, says nothing about our call.
type gate struct{ next http.RoundTripper }

func (g gate) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := g.next.RoundTrip(r)
	if err != nil || resp.Header.Get(wire.Header) != "" {
		return resp, err
	}
	_ = resp.Body.Close() // nobody wants it
	return nil, fmt.Errorf("status %d: %w", resp.StatusCode, errNotCentral)
}

func (g gate) CloseIdleConnections() {
	if c, ok := g.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// bearing gives the context of a call with a token; "" is none.
func bearing(ctx context.Context, token string) context.Context {
	ctx, about := connect.NewClientContext(ctx)
	if token != "" {
		about.RequestHeader().Set("Authorization", "Bearer "+token)
	}
	return ctx
}

// failed words the error of a call: central's fault, or that central is out of reach.
func failed(method string, err error) error {
	if f := wire.FaultOf(err); f != nil {
		return fmt.Errorf("%s: %w", method, f)
	}
	return fmt.Errorf("%s: %w: %w", method, desk.ErrOffline, err)
}

// exchange makes one call without a stream. The type of in says which.
func exchange(ctx context.Context, to v1.DeskClient, in any) (any, error) {
	switch in := in.(type) {
	case wire.SignIn:
		return read(to.SignIn, ctx, in.Proto(), wire.SignedInOf)
	case wire.SignOut:
		return read(to.SignOut, ctx, in.Proto(), wire.DoneOf)
	case wire.Session:
		return read(to.Session, ctx, in.Proto(), wire.SignedInOf)
	case wire.Push:
		return read(to.Push, ctx, in.Proto(), wire.PushedOf)
	case wire.Pull:
		return read(to.Pull, ctx, in.Proto(), wire.PageOf)
	case wire.Poll:
		return read(to.Poll, ctx, in.Proto(), wire.HintOf)
	case wire.SetAgent:
		return read(to.SetAgent, ctx, in.Proto(), wire.DoneOf)
	case wire.Open:
		return read(to.Open, ctx, in.Proto(), wire.OpenedOf)
	case wire.Lease:
		return read(to.Lease, ctx, in.Proto(), wire.LeasedOf)
	case wire.Pool:
		out, err := to.Pool(ctx, in.Proto())
		if err != nil {
			return nil, err
		}
		page, err := wire.PooledOf(out)
		return &page, err
	case wire.KeepEnvelope:
		return read(to.KeepEnvelope, ctx, in.Proto(), wire.DoneOf)
	case wire.TellWiped:
		return read(to.TellWiped, ctx, in.Proto(), wire.DoneOf)
	}
	return nil, fmt.Errorf("%T is no request: %w", in, desk.ErrInvalid)
}

func read[In, Msg, Out any](f func(context.Context, In) (Msg, error), ctx context.Context, in In, of func(Msg) Out) (any, error) { //nolint:revive // f reads best in front
	m, err := f(ctx, in)
	if err != nil {
		return nil, err
	}
	out := of(m)
	return &out, nil
}

// once makes one call and reads its whole answer; the type of in says which, method is for errors. Ctx and client
// bound its time.
func once[Out any](ctx context.Context, client *http.Client, base, method, token string, in any) (*Out, error) {
	if err := checkURL(base); err != nil {
		return nil, err
	}
	answer, err := exchange(bearing(ctx, token), v1.NewDeskClient(client, base, wire.ClientOptions()), in)
	if err != nil {
		return nil, failed(method, err)
	}
	out, ok := answer.(*Out)
	if !ok {
		return nil, fmt.Errorf("%s answers with %T: %w", method, answer, desk.ErrInvalid)
	}
	return out, nil
}

// call makes a call with the token, signing in where there is none or it is no longer good.
func call[Out any](ctx context.Context, c *Client, method string, in any) (*Out, error) {
	if done, token, err := c.underOrder(method); done {
		if err != nil {
			return nil, err
		}
		return once[Out](ctx, c.http, c.cfg.URL, method, token, in)
	}
	for again := false; ; again = true {
		token, err := c.signedIn(ctx)
		if err != nil {
			return nil, err
		}
		out, err := once[Out](ctx, c.http, c.cfg.URL, method, token, in)
		if again || !badToken(err) {
			return out, c.heed(ctx, err)
		}
		c.dropToken(token)
	}
}

func badToken(err error) bool {
	var f *wire.FaultError
	return errors.As(err, &f) && f.Code == wire.CodeUnauthenticated && f.Cause == wire.CauseToken
}

// Reasons of a failed link, as desk.Link words them.
const (
	reasonRefused     = "refused"
	reasonTimeout     = "timeout"
	reasonDNS         = "dns"
	reasonTLS         = "tls"
	reasonPassword    = "wrong_password"
	reasonDisabled    = "disabled"
	reasonTooMany     = "too_many_attempts"
	reasonWiped       = "wiped"
	reasonServerError = "server_error"
)

// winsockRefused is WSAECONNREFUSED: package syscall has another number under that name on Windows.
const winsockRefused = 10061

// Reason gives the code of desk.Link for an error of this package; "" for nil.
func Reason(err error) string {
	if err == nil {
		return ""
	}
	if f, ok := errors.AsType[*wire.FaultError](err); ok {
		if f.Cause == wire.CauseWrongPassword {
			return reasonPassword
		}
		if f.Cause == wire.CauseDisabled {
			return reasonDisabled
		}
		if f.Cause == wire.CauseTooMany {
			return reasonTooMany
		}
		if f.Cause == wire.CauseWiped {
			return reasonWiped
		}
		return reasonServerError
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return reasonDNS
	}
	if isTLS(err) {
		return reasonTLS
	}
	var number syscall.Errno
	if errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, &number) && number == winsockRefused {
		return reasonRefused
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH) {
		return reasonTimeout
	}
	return reasonServerError
}

func isTLS(err error) bool {
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	return errors.Is(err, errPlain) || errors.As(err, &verify) || errors.As(err, &unknown) || errors.As(err, &host) ||
		errors.As(err, &invalid) || errors.As(err, &record) || errors.As(err, &alert) ||
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// linkState is the state of the link after an error.
func linkState(err error) desk.CentralState {
	if r := Reason(err); r == reasonPassword || r == reasonDisabled || r == reasonWiped {
		return desk.CentralRefused
	}
	return desk.CentralUnreachable
}
