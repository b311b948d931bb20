package sync

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
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
	f := wire.FaultOf(err)
	if f == nil {
		return fmt.Errorf("%s: %w: %w", method, desk.ErrOffline, err)
	}
	if remote, ok := errors.AsType[*connect.Error](err); ok && f.Code == wire.CodeNotThere && f.Cause == "" {
		f.Cause = whoIsOld(remote.Meta().Get(wire.Header))
	}
	return fmt.Errorf("%s: %w", method, f)
}

// whoIsOld reads the versions of the protocol that central speaks: where none of ours is among them, one of us is to
// be brought up to date, and central knows none of our methods.
func whoIsOld(theirs string) wire.Cause {
	var least, most int
	if n, err := fmt.Sscanf(theirs, "%d-%d", &least, &most); n != 2 || err != nil {
		return ""
	}
	if least > wire.ProtocolMax {
		return wire.CauseDeskOld
	}
	if most < wire.ProtocolMin {
		return wire.CauseCentralOld
	}
	return ""
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
