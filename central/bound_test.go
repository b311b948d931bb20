package central

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

func TestAUsersOldestStreamMakesRoom(t *testing.T) {
	h := newHub()
	var own []*watcher
	other := h.join(session{user: User{Name: "wang", Role: desk.RoleAgent, Group: "sales"}})
	for range maxOfUser + 2 {
		own = append(own, h.join(session{user: User{Name: "li", Role: desk.RoleAgent, Group: "sales"}}))
	}
	for i, w := range append(own, other) {
		gone := false
		select {
		case <-w.gone:
			gone = true
		default:
		}
		if want := i < 2; gone != want {
			t.Errorf("stream %d let go: %v, want %v", i, gone, want)
		}
	}
	for _, w := range append(own, other) {
		h.leave(w)
	}
	if len(h.watchers) != 0 || len(h.ofUser) != 0 {
		t.Errorf("%d streams of %d users stay", len(h.watchers), len(h.ofUser))
	}
}

// timed is an answer with a deadline.
type timed struct {
	*httptest.ResponseRecorder
	until time.Time
}

func (d *timed) SetWriteDeadline(t time.Time) error {
	d.until = t
	return nil
}

func TestNoAnswerIsWrittenForEver(t *testing.T) {
	c, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.AddUser(t.Context(), User{Name: "li", Role: desk.RoleAgent, Group: "sales"}, "correct horse"); err != nil {
		t.Fatal(err)
	}
	for body, status := range map[string]int{
		`{"user":"li","password":"correct horse"}`: http.StatusOK,
		`{"user":"li","password":"wrong horse"}`:   http.StatusUnauthorized,
	} {
		w := &timed{ResponseRecorder: httptest.NewRecorder()}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, wire.Path+wire.MethodSignIn, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		c.Handler().ServeHTTP(w, r)
		left := time.Until(w.until)
		if w.Code != status || left <= 0 || left > answerWithin {
			t.Errorf("status %d, want %d, with %v left to write", w.Code, status, left)
		}
	}
}

func TestTheKindOfARefusedOpIsNotKeptAtAnyLength(t *testing.T) {
	c, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := session{user: User{Name: "li", Role: desk.RoleAgent, Group: "sales"}}
	op := desk.Op{ID: "op-00000001", N: 1, Version: 1, Kind: strings.Repeat("k", maxKind+1)}
	out, err := c.push(t.Context(), s, wire.Push{Desk: "desk-aaaaaaaa", Ops: []desk.Op{op}})
	if err != nil || len(out.Refused) != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	var kind string
	err = c.db.read(t.Context(), func(q queryer) error {
		return q.QueryRowContext(t.Context(), "SELECT kind FROM op").Scan(&kind)
	})
	if err != nil || kind != "" {
		t.Errorf("kept %d bytes, %v", len(kind), err)
	}
}
