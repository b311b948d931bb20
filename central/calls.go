package central

import (
	"context"
	"net"

	"connectrpc.com/connect"

	"github.com/callbench/callbench/sync/wire"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// calls answers each method of wire; admit has let the caller in.
type calls struct{ c *Central }

// answer is what a call came to, as it travels.
func answer[Out interface{ Proto() P }, P any](out *Out, err error) (P, error) {
	if err != nil {
		var none P
		return none, err
	}
	return (*out).Proto(), nil
}

// done is the answer of a call that gives nothing.
func (s calls) done(err error) (*v1.Done, error) {
	return answer(&wire.Done{Now: s.c.now()}, err)
}

func (s calls) SignIn(ctx context.Context, m *v1.SignInRequest) (*v1.SignedIn, error) {
	address := ""
	if about, ok := connect.CallInfoForHandlerContext(ctx); ok {
		address, _, _ = net.SplitHostPort(about.Peer().Addr)
	}
	return answer(s.c.signIn(ctx, wire.SignInOf(m), address))
}

func (s calls) SignOut(ctx context.Context, _ *v1.SignOutRequest) (*v1.Done, error) {
	return s.done(s.c.signOut(ctx, callOf(ctx).token))
}

func (s calls) Session(ctx context.Context, _ *v1.SessionRequest) (*v1.SignedIn, error) {
	return answer(s.c.signedIn(ctx, callOf(ctx).session))
}

func (s calls) Push(ctx context.Context, m *v1.PushRequest) (*v1.Pushed, error) {
	return answer(s.c.push(ctx, callOf(ctx).session, wire.PushOf(m)))
}

func (s calls) Pull(ctx context.Context, m *v1.PullRequest) (*v1.Page, error) {
	page, err := s.c.pull(ctx, callOf(ctx).session, wire.PullOf(m))
	if err != nil {
		return nil, err
	}
	return wire.ProtoPage(*page), nil
}

func (s calls) Snapshot(ctx context.Context, m *v1.PullRequest, out *connect.ServerStream[v1.Page]) error {
	return s.c.snapshot(ctx, callOf(ctx), wire.PullOf(m), out)
}

func (s calls) Watch(ctx context.Context, m *v1.WatchRequest, out *connect.ServerStream[v1.Hint]) error {
	return s.c.watch(ctx, callOf(ctx), wire.WatchOf(m), out)
}

func (s calls) Poll(ctx context.Context, m *v1.PollRequest) (*v1.Hint, error) {
	return answer(s.c.poll(ctx, callOf(ctx), wire.PollOf(m)))
}

func (s calls) SetAgent(ctx context.Context, m *v1.SetAgentRequest) (*v1.Done, error) {
	return s.done(s.c.setAgent(callOf(ctx).session, wire.SetAgentOf(m)))
}

func (s calls) Open(ctx context.Context, m *v1.OpenRequest) (*v1.Opened, error) {
	return answer(s.c.open(ctx, callOf(ctx).session, wire.OpenOf(m)))
}

func (s calls) Lease(ctx context.Context, m *v1.LeaseRequest) (*v1.Leased, error) {
	return answer(s.c.lease(ctx, callOf(ctx).session, wire.LeaseOf(m)))
}

func (s calls) Pool(ctx context.Context, m *v1.PoolRequest) (*v1.Pooled, error) {
	return answer(s.c.pool(ctx, callOf(ctx).session, wire.PoolOf(m)))
}

func (s calls) KeepEnvelope(ctx context.Context, m *v1.KeepEnvelopeRequest) (*v1.Done, error) {
	return answer(s.c.keepEnvelope(ctx, callOf(ctx).session, wire.KeepEnvelopeOf(m)))
}

func (s calls) TellWiped(ctx context.Context, m *v1.TellWipedRequest) (*v1.Done, error) {
	return answer(s.c.wiped(ctx, callOf(ctx).session, wire.TellWipedOf(m)))
}
