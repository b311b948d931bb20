package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/callbench/callbench/desk"
)

// Bounds of the automation port. A line beyond maxLine is read over and answered with an error; more slow
// calls than maxSlow wait; notifications beyond outBound are dropped (answers never are) and the
// client is told how many.
const (
	maxLine  = 1 << 20
	maxSlow  = 16
	outBound = 1024
)

// JSON-RPC 2.0 error codes, and ours (docs/AUTOMATION.md).
const (
	codeParse      = -32700
	codeRequest    = -32600
	codeNoMethod   = -32601
	codeParams     = -32602
	codeInternal   = -32603
	codeNotNow     = -32000
	codeNotFound   = -32001
	codeForbidden  = -32002
	codeConflict   = -32003
	codeOfflineNow = -32004
)

type rpcRequest struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params,omitempty"`
}

type rpcError struct {
	Code    int            `json:"code"`
	Message string         `json:"message"`
	Data    map[string]any `json:"data,omitempty"`
}

func (e *rpcError) Error() string { return e.Message }

// notNow is "not possible now" with the reason that scripts look at.
func notNow(reason string) error {
	return &rpcError{Code: codeNotNow, Message: "not possible now", Data: map[string]any{"reason": reason}}
}

type rpcReply struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  any             `json:"result,omitempty"`
	Error   *rpcError       `json:"error,omitempty"`
}

type rpcNotification struct {
	Version string `json:"jsonrpc"`
	Method  string `json:"method"`
	Params  any    `json:"params"`
}

// method is one call of the automation port. Calls of a connection run one after the other, so that a
// script's order is kept, except slow ones: those wait for a network. After the answer of a last one
// the connection ends.
type method struct {
	slow bool
	last bool
	call func(ctx context.Context, params json.RawMessage) (any, error)
}

// connection is one client of the automation port.
type connection struct {
	methods map[string]method
	out     chan []byte
	mu      sync.Mutex
	dropped int  // notifications dropped since the last one that got through
	closed  bool // nothing more goes out
}

func newConnection(methods map[string]method) *connection {
	return &connection{methods: methods, out: make(chan []byte, outBound)}
}

// notify queues a notification; it never waits.
func (c *connection) notify(name string, params any) {
	b, err := json.Marshal(rpcNotification{"2.0", name, params})
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	if len(c.out) >= outBound/2 { // the other half is for answers
		c.dropped++
		return
	}
	if c.dropped > 0 {
		lost, _ := json.Marshal(rpcNotification{"2.0", "notice", map[string]any{
			"level": "warning", "code": "notifications_dropped", "text": fmt.Sprintf("%d notifications dropped: they were not read in time", c.dropped),
		}})
		c.dropped = 0
		c.offer(lost)
	}
	c.offer(b)
}

// offer queues a message or counts it as dropped; mu is held.
func (c *connection) offer(b []byte) {
	select {
	case c.out <- b:
	default:
		c.dropped++
	}
}

// nextLine gives the next line without its end, and io.EOF after the last, which may lack its end. A line
// of more than maxLine bytes is read to its end but not kept: long.
func nextLine(r *bufio.Reader) (line []byte, long bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, bytes.TrimSuffix(part, []byte("\n"))...)
		if len(line) > maxLine {
			line, long = line[:0], true
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull): // there is more of it
		case errors.Is(err, io.EOF) && (len(line) > 0 || long):
			return line, long, nil
		default:
			return line, long, err
		}
	}
}

// serve answers requests from r on w until r ends, ctx ends, r cannot be read or a last method
// has done its work. It returns after every answer has been written.
func (c *connection) serve(ctx context.Context, r io.Reader, w io.Writer) error {
	lines := bufio.NewReaderSize(r, 64<<10)
	var broken error
	written := make(chan error, 1)
	go func() { written <- c.write(w) }()
	slow := make(chan struct{}, maxSlow)
	var running sync.WaitGroup
	for ctx.Err() == nil {
		line, long, err := nextLine(lines)
		if err != nil {
			broken = err
			break
		}
		if long {
			c.reply(json.RawMessage("null"), nil, &rpcError{Code: codeRequest, Message: fmt.Sprintf("message longer than %d bytes", maxLine)})
			continue
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		req, m, fault := c.parse(line)
		if fault != nil {
			c.reply(req.ID, nil, fault)
			continue
		}
		if !m.slow {
			if good := c.answer(ctx, req, m); good && m.last {
				break
			}
			continue
		}
		slow <- struct{}{}
		running.Go(func() {
			c.answer(ctx, req, m)
			<-slow
		})
	}
	running.Wait()
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	close(c.out)
	if err := <-written; err != nil {
		return fmt.Errorf("automation port: write: %w", err)
	}
	if broken != nil && !errors.Is(broken, io.EOF) {
		return fmt.Errorf("automation port: read: %w", broken)
	}
	return nil
}

// write is the only one that writes to the client.
func (c *connection) write(w io.Writer) error {
	var failed error
	for b := range c.out {
		if failed == nil {
			_, failed = w.Write(append(b, '\n'))
		}
	}
	return failed
}

func (c *connection) parse(line []byte) (rpcRequest, method, *rpcError) {
	var req rpcRequest
	if err := json.Unmarshal(line, &req); err != nil {
		code := codeParse
		if json.Valid(line) { // JSON, but no request, such as a batch
			code = codeRequest
		}
		return rpcRequest{ID: json.RawMessage("null")}, method{}, &rpcError{Code: code, Message: "not a JSON-RPC request"}
	}
	if req.Version != "2.0" || req.Method == "" {
		if req.ID == nil {
			req.ID = json.RawMessage("null")
		}
		return req, method{}, &rpcError{Code: codeRequest, Message: `needs "jsonrpc":"2.0" and a method`}
	}
	m, ok := c.methods[req.Method]
	if !ok {
		return req, method{}, &rpcError{Code: codeNoMethod, Message: "method not found: " + req.Method}
	}
	return req, m, nil
}

// answer reports whether the call did what was asked.
func (c *connection) answer(ctx context.Context, req rpcRequest, m method) bool {
	result, err := m.call(ctx, req.Params)
	c.reply(req.ID, result, err)
	return err == nil
}

func (c *connection) reply(id json.RawMessage, result any, err error) {
	if id == nil { // a notification of the client: it wants no answer
		return
	}
	rep := rpcReply{Version: "2.0", ID: id}
	if err != nil {
		rep.Error = asRPC(err)
	} else if rep.Result = result; result == nil {
		rep.Result = struct{}{}
	}
	b, merr := json.Marshal(rep)
	if merr != nil {
		b, _ = json.Marshal(rpcReply{Version: "2.0", ID: id, Error: &rpcError{Code: codeInternal, Message: "answer cannot be written"}})
	}
	c.out <- b
}

// asRPC turns an error into one of the port's. Texts of unknown errors stay inside: they might hold
// what does not belong into a script's log.
func asRPC(err error) *rpcError {
	var re *rpcError
	switch {
	case errors.As(err, &re):
		return re
	case errors.Is(err, desk.ErrNotFound):
		return &rpcError{Code: codeNotFound, Message: "not found"}
	case errors.Is(err, desk.ErrForbidden):
		return &rpcError{Code: codeForbidden, Message: "forbidden"}
	case errors.Is(err, desk.ErrConflict):
		return &rpcError{Code: codeConflict, Message: "conflict"}
	case errors.Is(err, desk.ErrOffline):
		return &rpcError{Code: codeOfflineNow, Message: "offline"}
	case errors.Is(err, desk.ErrDiskFull), errors.Is(err, desk.ErrReadOnly), errors.Is(err, desk.ErrHeld):
		return &rpcError{Code: codeNotNow, Message: "not possible now", Data: map[string]any{"reason": storeProblem(err)}}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &rpcError{Code: codeNotNow, Message: "not possible now", Data: map[string]any{"reason": "timeout"}}
	}
	return &rpcError{Code: codeInternal, Message: "internal error"}
}

// params decodes strictly: an unknown or ill-typed member is the caller's mistake and named.
func params[T any](raw json.RawMessage) (T, error) {
	var v T
	if len(bytes.TrimSpace(raw)) == 0 {
		return v, nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		return v, &rpcError{Code: codeParams, Message: "params: " + err.Error()}
	}
	return v, nil
}

// handle makes a method of a typed function.
func handle[P, R any](f func(context.Context, P) (R, error)) method {
	return method{call: func(ctx context.Context, raw json.RawMessage) (any, error) {
		p, err := params[P](raw)
		if err != nil {
			return nil, err
		}
		return f(ctx, p)
	}}
}

// handleSlow is handle for a call that waits for a network.
func handleSlow[P, R any](f func(context.Context, P) (R, error)) method {
	m := handle(f)
	m.slow = true
	return m
}

// handleLast is handle for the call after which nothing more comes.
func handleLast[P, R any](f func(context.Context, P) (R, error)) method {
	m := handle(f)
	m.last = true
	return m
}
