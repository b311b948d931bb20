package central

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
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
	mux.HandleFunc("POST "+wire.Path+wire.MethodSignIn, func(w http.ResponseWriter, r *http.Request) {
		in, err := read[wire.SignIn](w, r, wire.MaxSmallBytes)
		if err == nil {
			address, _, _ := net.SplitHostPort(r.RemoteAddr)
			var out *wire.SignedIn
			if out, err = c.signIn(r.Context(), in, address); err == nil {
				c.answer(w, r, out)
				return
			}
		}
		c.refuse(w, r, err)
	})
	route(c, mux, wire.MethodSignOut, wire.MaxSmallBytes, func(ctx context.Context, call call, _ wire.SignOut) (*wire.Done, error) {
		return &wire.Done{Now: c.now()}, c.signOut(ctx, call.token)
	})
	route(c, mux, wire.MethodSession, wire.MaxSmallBytes, func(ctx context.Context, call call, _ wire.Session) (*wire.SignedIn, error) {
		return c.signedIn(ctx, call.session)
	})
	route(c, mux, wire.MethodPush, wire.MaxPushBytes, func(ctx context.Context, call call, in wire.Push) (*wire.Pushed, error) {
		return c.push(ctx, call.session, in)
	})
	route(c, mux, wire.MethodPull, wire.MaxSmallBytes, func(ctx context.Context, call call, in wire.Pull) (*desk.Page, error) {
		return c.pull(ctx, call.session, in)
	})
	route(c, mux, wire.MethodSetAgent, wire.MaxSmallBytes, func(_ context.Context, call call, in wire.SetAgent) (*wire.Done, error) {
		return &wire.Done{Now: c.now()}, c.setAgent(call.session, in)
	})
	route(c, mux, wire.MethodKeepEnvelope, wire.MaxSmallBytes, func(ctx context.Context, call call, in wire.KeepEnvelope) (*wire.Done, error) {
		return c.keepEnvelope(ctx, call.session, in)
	})
	route(c, mux, wire.MethodTellWiped, wire.MaxSmallBytes, func(ctx context.Context, call call, in wire.TellWiped) (*wire.Done, error) {
		return c.wiped(ctx, call.session, in)
	})
	mux.HandleFunc("POST "+wire.Path+wire.MethodWatch, c.serveWatch)
	mux.HandleFunc(wire.Path, func(w http.ResponseWriter, r *http.Request) {
		c.refuse(w, r, fault(wire.CodeNotThere, "", "no such method"))
	})
	return mux
}

// call is a request of a proven user.
type call struct {
	session session
	token   string
}

// route mounts a method that wants a token.
func route[In, Out any](c *Central, mux *http.ServeMux, method string, limit int64, f func(context.Context, call, In) (*Out, error)) {
	mux.HandleFunc("POST "+wire.Path+method, func(w http.ResponseWriter, r *http.Request) {
		who, err := c.proven(r, method)
		if err == nil {
			var in In
			if in, err = read[In](w, r, limit); err == nil {
				var out *Out
				if out, err = f(r.Context(), who, in); err == nil {
					c.answer(w, r, out)
					return
				}
			}
		}
		c.refuse(w, r, err)
	})
}

// proven finds the user of a request's token. A desk that is to wipe itself may report that it has, and where
// it is to hand over what waits first, push; to everything else it gets the order for an answer.
func (c *Central) proven(r *http.Request, method string) (call, error) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	s, err := c.session(r.Context(), token)
	if err == nil && s.order != nil && method != wire.MethodTellWiped && (method != wire.MethodPush || !s.order.Drain) {
		err = c.tell(r.Context(), s.order, s.desk)
	}
	return call{session: s, token: token}, err
}

// read takes a JSON body of at most limit bytes. Members it does not know are left alone: a newer desk
// may send them.
func read[In any](w http.ResponseWriter, r *http.Request, limit int64) (In, error) {
	var in In
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, limit)).Decode(&in)
	if err == nil {
		return in, nil
	}
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return in, fault(wire.CodeInvalid, "", "the message is too long")
	}
	// The decoder's own words may quote what was sent.
	return in, fault(wire.CodeInvalid, "", "the message is not the JSON of this method")
}

// gzipFrom is the length of an answer from which it is worth packing.
const gzipFrom = 2 << 10

// answerWithin is how long a desk has to take an answer, of wire.MaxAnswer bytes at most; the connection of
// one that does not is closed.
const answerWithin = time.Minute

// deadline bounds the writing of an answer, also after what a stream left set on the connection.
func deadline(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerWithin)) // not every writer has deadlines
}

// answer sends a result.
func (c *Central) answer(w http.ResponseWriter, r *http.Request, out any) {
	text, err := json.Marshal(out)
	if err != nil {
		c.refuse(w, r, err)
		return
	}
	deadline(w)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if len(text) < gzipFrom || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		_, _ = w.Write(text) // a desk that has gone asks again
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	packed, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return
	}
	_, _ = packed.Write(text)
	_ = packed.Close()
}

// refuse sends a fault. What went wrong inside is logged here, once, and not told to the desk.
func (c *Central) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var f *wire.FaultError
	if !errors.As(err, &f) {
		if r.Context().Err() != nil {
			return // the desk has gone
		}
		c.log.ErrorContext(r.Context(), "call failed", "path", r.URL.Path, "error", err)
		f = fault(wire.CodeInternal, "", "internal error")
	}
	deadline(w)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.Status())
	_ = json.NewEncoder(w).Encode(f)
}
