package central

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/callbench/callbench/sync/wire"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// Handler answers desks under wire.Path and /healthz. It may be mounted before Run and serves until
// Close.
func (c *Central) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		if c.look(r.Context()) != nil {
			http.Error(w, "database does not answer", http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "ok\n")
	})
	protocols := strconv.Itoa(wire.ProtocolMin) + "-" + strconv.Itoa(wire.ProtocolMax)
	options := connect.WithHandlerOptions(
		wire.ServerOptions(), connect.WithInterceptors(faults{c}), connect.WithRequestGate(c.admit),
		connect.WithConditionalHandlerOptions(func(spec connect.Spec) []connect.HandlerOption {
			return []connect.HandlerOption{connect.WithReadMaxBytes(longest(methodOf(spec.Procedure)))}
		}),
	)
	_, known := v1.NewDeskHandler(calls{c}, options)
	refusals := connect.NewErrorWriter(options)
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		method := methodOf(r.URL.Path)
		w.Header().Set(wire.Header, protocols)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Accel-Buffering", "no") // proxies shall not collect what streams
		w = &bounded{ResponseWriter: w, within: answerWithin}
		if method == wire.MethodWatch {
			w = &bounded{ResponseWriter: w, within: lineWithin}
		}
		if methods().ByName(protoreflect.Name(method)) == nil { // of another version of the protocol, say: the header tells ours
			_ = refusals.Write(w, r, fault(wire.CodeNotThere, "", "no such method").Connect()) // a desk that has gone asks again
			return
		}
		// Connect reads what is above a limit to its end, so that the answer arrives; up to here it may.
		r.Body = http.MaxBytesReader(w, r.Body, 2*int64(longest(method)))
		known.ServeHTTP(w, r)
	})
	return mux
}

func methods() protoreflect.MethodDescriptors {
	return v1.File_callbench_v1_desk_proto.Services().ByName("Desk").Methods()
}

func methodOf(procedure string) string { return strings.TrimPrefix(procedure, wire.Path) }

// longest is how long a method's request may be, before and after unpacking.
func longest(method string) int {
	if method == wire.MethodPush {
		return wire.MaxPushBytes
	}
	return wire.MaxSmallBytes
}

// Times of an answer.
const (
	// answerWithin is how long a desk has to take an answer, or one of a stream, of wire.MaxAnswer bytes at most; the
	// connection of one that does not is closed.
	answerWithin = time.Minute
	lineWithin   = 5 * time.Second // the same of a hint
)

// bounded bounds each write of an answer, also after what an earlier one left set on the connection. Between what is
// flushed there is no bound: HTTP/2 resets a stream when the time is over, whether something is being written or not.
type bounded struct {
	http.ResponseWriter
	within time.Duration
}

func (b *bounded) Write(p []byte) (int, error) {
	b.end(time.Now().Add(b.within))
	return b.ResponseWriter.Write(p)
}

func (b *bounded) Flush() {
	b.end(time.Now().Add(b.within))
	_ = http.NewResponseController(b.ResponseWriter).Flush() // the next write tells
	b.end(time.Time{})
}

// end sets until when writes may last; not every writer has such an end.
func (b *bounded) end(at time.Time) {
	_ = http.NewResponseController(b.ResponseWriter).SetWriteDeadline(at)
}

func (b *bounded) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// call is a request of a proven user; the key of a context is its type.
type call struct {
	session session
	token   string
}

// callOf is the call that admit let in.
func callOf(ctx context.Context) call {
	who, _ := ctx.Value(call{}).(call)
	return who
}

// admit finds out who calls before a byte of the message is read.
func (c *Central) admit(ctx context.Context, spec connect.Spec, _ connect.Peer, header http.Header) (context.Context, error) {
	method := methodOf(spec.Procedure)
	if method == wire.MethodSignIn {
		return ctx, nil
	}
	who, err := c.proven(ctx, header, method)
	if err != nil {
		return ctx, c.refuse(ctx, method, err)
	}
	return context.WithValue(ctx, call{}, who), nil
}

// proven finds the user of a request's token. A desk that is to wipe itself may report that it has, and where
// it is to hand over what waits first, push; to everything else it gets the order for an answer.
func (c *Central) proven(ctx context.Context, header http.Header, method string) (call, error) {
	token, _ := strings.CutPrefix(header.Get("Authorization"), "Bearer ")
	s, err := c.session(ctx, token)
	if err == nil && s.order != nil && method != wire.MethodTellWiped && (method != wire.MethodPush || !s.order.Drain) {
		err = c.tell(ctx, s.order, s.desk)
	}
	return call{session: s, token: token}, err
}

// faults makes of each call's error what the desk is told.
type faults struct{ c *Central }

func (f faults) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, in connect.AnyRequest) (connect.AnyResponse, error) {
		out, err := next(ctx, in)
		if err != nil {
			return nil, f.c.refuse(ctx, methodOf(in.Spec().Procedure), err)
		}
		return out, nil
	}
}

func (f faults) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		if err := next(ctx, conn); err != nil {
			return f.c.refuse(ctx, methodOf(conn.Spec().Procedure), err)
		}
		return nil
	}
}

func (f faults) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

// refuse is a call's error as the desk gets it. What went wrong inside is logged here, once, and not told to the
// desk; nothing is where the desk has gone or Connect found the fault.
func (c *Central) refuse(ctx context.Context, method string, err error) error {
	if f, ok := errors.AsType[*wire.FaultError](err); ok {
		return f.Connect()
	}
	if ctx.Err() != nil {
		return connect.NewError(connect.CodeCanceled, context.Canceled)
	}
	if own, ok := errors.AsType[*connect.Error](err); ok {
		return own
	}
	c.log.ErrorContext(ctx, "call failed", "method", method, "error", err)
	return fault(wire.CodeInternal, "", "internal error").Connect()
}
