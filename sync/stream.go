package sync

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"net/http"

	"connectrpc.com/connect"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// streamed reads one stream until its end; ctx bounds it. An error is the last that it yields.
func streamed[Out, Msg any](ctx context.Context, method string, open func(context.Context) (*connect.ServerStreamForClient[Msg], error), of func(*Msg) Out) iter.Seq2[*Out, error] {
	return func(yield func(*Out, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel() // before Close, which reads what is left
		from, err := open(ctx)
		if err != nil {
			yield(nil, failed(method, err))
			return
		}
		defer func() {
			cancel()
			_ = from.Close() // whatever it says, the stream is over
		}()
		for from.Receive() {
			out := of(from.Msg())
			if !yield(&out, nil) {
				return
			}
		}
		if err := from.Err(); err != nil {
			yield(nil, failed(method, err))
		}
	}
}

// streams opens the stream that in asks for: a Watch, or the Snapshot of a Pull.
func streams[Out any](ctx context.Context, client *http.Client, base, token string, in any) iter.Seq2[*Out, error] {
	fail := func(err error) iter.Seq2[*Out, error] {
		return func(yield func(*Out, error) bool) { yield(nil, err) }
	}
	if err := checkURL(base); err != nil {
		return fail(err)
	}
	to := v1.NewDeskClient(client, base, wire.ClientOptions())
	var all any
	switch in := in.(type) {
	case wire.Pull:
		all = streamed(ctx, wire.MethodSnapshot, func(ctx context.Context) (*connect.ServerStreamForClient[v1.Page], error) {
			return to.Snapshot(bearing(ctx, token), in.Proto())
		}, wire.PageOf)
	case wire.Watch:
		all = streamed(ctx, wire.MethodWatch, func(ctx context.Context) (*connect.ServerStreamForClient[v1.Hint], error) {
			return to.Watch(bearing(ctx, token), in.Proto())
		}, wire.HintOf)
	}
	out, ok := all.(iter.Seq2[*Out, error])
	if !ok {
		return fail(fmt.Errorf("%T asks for no such stream: %w", in, desk.ErrInvalid))
	}
	return out
}

// stream reads a stream with the token, signing in where there is none or it is no longer good: Snapshot (in is a
// Pull, Out a desk.Page) or Watch (Out is a Hint). An error is the last that it yields; breaking off closes it.
func stream[Out any](ctx context.Context, c *Client, method string, in any) iter.Seq2[*Out, error] {
	return func(yield func(*Out, error) bool) {
		if done, _, err := c.underOrder(method); done {
			yield(nil, cmp.Or(err, errWiping))
			return
		}
		for again := false; ; again = true {
			token, err := c.signedIn(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			retry := false
			for out, err := range streams[Out](ctx, c.http, c.cfg.URL, token, in) {
				if err != nil && !again && badToken(err) {
					retry = true
					break
				}
				if !yield(out, c.heed(ctx, err)) || err != nil {
					return
				}
			}
			if !retry {
				return
			}
			c.dropToken(token)
		}
	}
}
