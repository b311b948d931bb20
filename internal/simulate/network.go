package simulate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path"
	"strings"

	"github.com/callbench/callbench/sync/wire"
)

// fate is what a network does to a call.
type fate int

const (
	arrives      fate = iota
	lost              // the request
	unanswered        // it arrives, the answer does not
	twice             // it arrives a second time
	older             // something from before arrives first
	delayed           // it arrives at some later time, and nobody hears the answer
	tornRequest       // its end does not arrive
	tornAnswer        // the answer's end does not arrive
	portal            // somebody else answers
	centralDies       // in the middle of it
	deskDies          // in the middle of what it does with the answer
	disconnected      // from now on, for a while
	repeated          // the answer to an earlier pull comes instead
	fateCount
)

func (f fate) String() string {
	return [...]string{
		"arrives", "lost", "unanswered", "twice", "behind an older one", "delayed", "torn request", "torn answer",
		"somebody else answers", "central is going to die", "the desk is going to die", "disconnected", "an older answer",
	}[f]
}

// drawFates says how often each is met in a history, in a hundred.
func drawFates(rng *rand.Rand) [fateCount]int {
	var f [fateCount]int
	worst := []int{0, 4, 10, 25}[rng.IntN(4)]
	for i := range f {
		if fate(i) != arrives && worst > 0 && rng.IntN(3) > 0 {
			f[i] = rng.IntN(worst)
			if fate(i) == repeated {
				f[i] *= 2 // it needs pulls
			}
		}
	}
	return f
}

func (w *world) fate() fate {
	n := w.rng.IntN(100)
	for i, share := range w.fates {
		if n -= share; n < 0 {
			return fate(i)
		}
	}
	return arrives
}

var (
	errLost    = errors.New("lost on the way")
	errNoRoute = errors.New("no route to host")
)

// link is a desk's network, for one life of the desk.
type link struct {
	w    *world
	d    *replica
	life int
}

// RoundTrip is http.RoundTripper: it carries a request to central as the dice say.
func (l *link) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	q := request{from: l.d.name, path: r.URL.Path, header: r.Header.Clone(), body: body}
	method := path.Base(r.URL.Path)
	signing := method == wire.MethodSignIn || method == wire.MethodSession
	l.w.meanwhile(signing)
	a, err := l.carry(q)
	if err == nil {
		l.w.meanwhile(signing)
	}
	if err == nil && l.life != l.d.life || l.d.gone {
		err = errLost // who asked has died
	}
	if err != nil {
		return nil, err
	}
	return &http.Response{
		Status: http.StatusText(a.status), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(&cutOrWhole{Reader: *bytes.NewReader(a.body.Bytes()), cut: a.torn}), ContentLength: -1, Request: r,
	}, nil
}

// cutOrWhole is an answer's body.
type cutOrWhole struct {
	bytes.Reader
	cut bool // it ends with an error
}

func (c *cutOrWhole) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	if err == io.EOF && c.cut { //nolint:errorlint // bytes.Reader gives exactly this
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// maxHeard bounds the answers that may come again.
const maxHeard = 6

func (l *link) carry(q request) (*answer, error) {
	w := l.w
	if w.healed {
		return w.server.serve(w.ctx, q)
	}
	if l.d.down || !w.central {
		return nil, errNoRoute
	}
	f := w.fate()
	if l.d.echo && path.Base(q.path) == wire.MethodPull {
		l.d.echo, f = false, repeated
	}
	if f != arrives {
		w.story = append(w.story, fmt.Sprintf("    %s %s: %s", q.from, path.Base(q.path), f))
	}
	switch f { //nolint:exhaustive // the others arrive
	case lost, disconnected:
		l.d.down = f == disconnected
		return nil, errLost
	case delayed:
		w.late = append(w.late, q)
		return nil, errLost
	case older:
		if len(w.late) > 0 {
			if _, err := w.serve(w.late[w.rng.IntN(len(w.late))]); err != nil {
				return nil, err
			}
		}
	case repeated:
		if list := l.d.heard[path.Base(q.path)]; len(list) > 0 {
			l.d.misled = true
			return list[w.rng.IntN(len(list))].again(), nil
		}
	case portal:
		return somebodyElse(w.rng), nil
	case tornRequest:
		q.torn, q.body = true, q.body[:w.rng.IntN(len(q.body)+1)]
	case deskDies:
		l.d.dieAfter(w.rng.IntN(40))
	case centralDies:
		w.server.dieAfter(w.rng.IntN(60))
	}
	if w.rng.IntN(4) == 0 {
		w.late = append(w.late, q) // it may come once more
	}
	a, err := w.serve(q)
	switch {
	case err != nil || f == unanswered || f == tornRequest:
		return nil, errors.Join(errLost, err)
	case f == twice:
		return w.serve(q)
	}
	if m := path.Base(q.path); a.status == http.StatusOK && (m == wire.MethodPull || m == wire.MethodSnapshot) {
		l.d.heard[m] = append(l.d.heard[m][max(0, len(l.d.heard[m])-maxHeard):], a.again())
	}
	switch f { //nolint:exhaustive // what is done to an answer
	case tornAnswer:
		a.torn = w.rng.IntN(2) == 0
		a.body.Truncate(w.rng.IntN(a.body.Len() + 1))
	}
	return a, nil
}

// serve hands a request to central, which may die of it.
func (w *world) serve(q request) (*answer, error) {
	a, err := w.server.serve(w.ctx, q)
	if w.server.dead {
		w.crashCentral()
		return nil, errLost
	}
	return a, err
}

// meanwhile does other things while a call is under way. A desk that signs in waits for that.
func (w *world) meanwhile(signing bool) {
	if w.healed || w.depth > 0 || w.rng.IntN(12) > 0 || w.failed != "" {
		return
	}
	w.depth++
	w.nested++
	defer func() { w.depth-- }()
	was := w.inSigning
	w.inSigning = signing
	for range 1 + w.rng.IntN(2) {
		list := kinds()
		k := list[w.rng.IntN(len(list))]
		if signing && k.client {
			continue
		}
		w.step(k)
	}
	w.inSigning = was
}

// somebodyElse answers as proxies and the pages of hotels do.
func somebodyElse(rng *rand.Rand) *answer {
	a := &answer{header: http.Header{"Content-Type": {"text/html"}}}
	a.status = []int{http.StatusOK, http.StatusFound, http.StatusForbidden, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusOK, http.StatusInternalServerError}[rng.IntN(7)]
	if a.status == http.StatusFound {
		a.header.Set("Location", "http://portal.invalid/")
	}
	if rng.IntN(3) == 0 {
		a.header.Set("Content-Type", "application/json")
	}
	a.body.WriteString([]string{"<html>welcome</html>", "{}", "", `{"error":"no"}`, strings.Repeat(" ", 100), "null"}[rng.IntN(6)])
	return a
}
