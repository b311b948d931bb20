package sync

import (
	"context"
	"fmt"
	"io"
	"net/http"
	gosync "sync"
	"time"

	"github.com/callbench/callbench/desk"
)

// Bounds of what is known of the line.
const (
	rateOf    = 256 << 10 // newest bytes that count
	rateFrom  = 16 << 10  // bytes from which on there is a rate
	slowBelow = 250 << 10 // bytes a second, 2 Mbit/s
)

// errStalled ends a call that does not move.
var errStalled error = stalled{}

// stalled is a time-out to package net.
type stalled struct{}

func (stalled) Error() string   { return "the call does not move any more" }
func (stalled) Timeout() bool   { return true }
func (stalled) Temporary() bool { return true }
func (stalled) Unwrap() error   { return desk.ErrOffline }

// line is what the client knows of the line to central. It measures how fast answers come in, and ends calls that
// do not move: a long one on a slow line may take as long as it likes while bytes come.
type line struct {
	now func() time.Time

	mu     gosync.Mutex
	bytes  float64
	waited time.Duration // for those bytes
}

// rate gives bytes a second that come down; 0: not known.
func (l *line) rate() float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bytes < rateFrom {
		return 0
	}
	return l.bytes / max(l.waited, time.Millisecond).Seconds()
}

// slow reports whether the line is known to be a slow one.
func (l *line) slow() bool {
	r := l.rate()
	return r > 0 && r < slowBelow
}

// came counts n bytes that were waited for.
func (l *line) came(n int, waited time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bytes, l.waited = l.bytes+float64(n), l.waited+waited
	if l.bytes > rateOf {
		l.bytes, l.waited = l.bytes/2, l.waited/2
	}
}

// patience is how long a call may go without a byte; see patient.
type patience struct{}

// patient gives the calls under ctx another time than callWithin without a byte.
func patient(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, patience{}, d)
}

// meter counts what the answers of calls weigh on the line, which is measured by them; see metered.
type meter struct{ bytes int64 }

type meterKey struct{}

// metered makes the calls under ctx, one after the other, count their answers' bytes in m.
func metered(ctx context.Context, m *meter) context.Context {
	return context.WithValue(ctx, meterKey{}, m)
}

// over puts the line over a transport.
func (l *line) over(next http.RoundTripper) http.RoundTripper { return &overLine{l, next} }

type overLine struct {
	line *line
	next http.RoundTripper
}

// RoundTrip is next's, ended with errStalled where nothing moves.
func (o *overLine) RoundTrip(r *http.Request) (*http.Response, error) {
	within, ok := r.Context().Value(patience{}).(time.Duration)
	if !ok {
		within = callWithin
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	alarm := time.AfterFunc(within, func() { cancel(errStalled) })
	resp, err := o.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		alarm.Stop()
		err = o.why(ctx, err)
		cancel(nil)
		return nil, err
	}
	alarm.Stop() // each Read sets it again: that a reader is busy between two of them is not the line's fault
	m, _ := r.Context().Value(meterKey{}).(*meter)
	resp.Body = &answer{ReadCloser: resp.Body, over: o, ctx: ctx, cancel: cancel, alarm: alarm, within: within, meter: m}
	return resp, nil
}

// why says that a call was ended here, where it was.
func (o *overLine) why(ctx context.Context, err error) error {
	if context.Cause(ctx) == errStalled { //nolint:errorlint // it is set as it is
		return fmt.Errorf("%w: %w", errStalled, err)
	}
	return err
}

// CloseIdleConnections hands on what http.Client is asked for.
func (o *overLine) CloseIdleConnections() {
	if c, ok := o.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// answer is a body on its way down.
type answer struct {
	io.ReadCloser
	over   *overLine
	ctx    context.Context //nolint:containedctx // lives as long as the call
	cancel context.CancelCauseFunc
	alarm  *time.Timer
	within time.Duration
	meter  *meter
}

func (a *answer) Read(p []byte) (int, error) {
	a.alarm.Reset(a.within)
	began := a.over.line.now()
	n, err := a.ReadCloser.Read(p)
	a.alarm.Stop()
	if a.meter != nil { // of other calls a reader mostly waits for news, not for the line
		a.over.line.came(n, a.over.line.now().Sub(began))
		a.meter.bytes += int64(n)
	}
	if err != nil && err != io.EOF { //nolint:errorlint // readers give it as it is
		err = a.over.why(a.ctx, err)
	}
	return n, err
}

func (a *answer) Close() error {
	a.alarm.Stop()
	err := a.ReadCloser.Close()
	a.cancel(nil)
	return err //nolint:wrapcheck // the transport's own
}
