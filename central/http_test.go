package central_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

const password = "correct horse"

// within bounds every wait of these tests.
const within = 20 * time.Second

// rig is a central behind real HTTP.
type rig struct {
	t       *testing.T
	central *central.Central
	http    *httptest.Server
	log     *bytes.Buffer
}

func newRig(t *testing.T, cfg central.Config) *rig {
	t.Helper()
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	r := &rig{t: t, log: &bytes.Buffer{}}
	cfg.Log = slog.New(slog.NewTextHandler(io.MultiWriter(t.Output(), r.log), nil))
	c, err := central.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	r.central, r.http = c, httptest.NewServer(c.Handler())
	t.Cleanup(func() {
		r.http.CloseClientConnections()
		r.http.Close()
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// run starts what goes on by itself and gives the way to end it.
func (r *rig) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.central.Run(ctx) }()
	ended := false
	stop = func() {
		if ended {
			return
		}
		ended = true
		cancel()
		if err := <-done; err != nil {
			r.t.Error(err)
		}
	}
	r.t.Cleanup(stop)
	return stop
}

func (r *rig) user(name string, role desk.Role, group string) {
	r.t.Helper()
	if err := r.central.AddUser(r.t.Context(), central.User{Name: name, Role: role, Group: group}, password); err != nil {
		r.t.Fatal(err)
	}
}

// call makes a call that must go well.
func call[Out any](r *rig, method, token string, in any) Out {
	r.t.Helper()
	status, text := r.post(method, token, bodyOf(r.t, in))
	var out Out
	if err := understand(text, &out); err != nil || status != http.StatusOK {
		r.t.Fatalf("%s: %d %s, %v", method, status, text, err)
	}
	return out
}

// refused makes a call that must be refused.
func refused(r *rig, method, token string, in any) wire.FaultError {
	r.t.Helper()
	status, text := r.post(method, token, bodyOf(r.t, in))
	f, err := faultOf(text)
	if err != nil || status == http.StatusOK {
		r.t.Fatalf("%s was not refused: %d %s, %v", method, status, text, err)
	}
	if status != f.Status() {
		r.t.Errorf("%s: status %d with code %s", method, status, f.Code)
	}
	return f
}

func (r *rig) token(user string) string {
	r.t.Helper()
	return call[wire.SignedIn](r, wire.MethodSignIn, "", wire.SignIn{User: user, Password: password}).Token
}

const deskA, deskB = "desk-aaaaaaaa", "desk-bbbbbbbb"

func op(n int64, id string, changes ...desk.Change) desk.Op {
	return desk.Op{ID: id, N: n, Kind: "test", Version: desk.OpVersion, Changes: changes}
}

func set(table desk.Table, key, fields string) desk.Change {
	return desk.Change{Table: table, Key: key, Fields: json.RawMessage(fields)}
}

// push sends ops and gives the codes of the refusals by number.
func (r *rig) push(token, deskID string, ops ...desk.Op) map[int64]string {
	r.t.Helper()
	out := call[wire.Pushed](r, wire.MethodPush, token, wire.Push{Desk: deskID, Ops: ops})
	if out.LastN < ops[len(ops)-1].N {
		r.t.Fatalf("central took ops up to %d of %d", out.LastN, ops[len(ops)-1].N)
	}
	codes := map[int64]string{}
	for _, one := range out.Refused {
		codes[one.N] = one.Code
	}
	return codes
}

func (r *rig) pull(token, deskID, cursor, epoch string, acked int64) desk.Page {
	r.t.Helper()
	return call[desk.Page](r, wire.MethodPull, token, wire.Pull{Desk: deskID, Cursor: cursor, Epoch: epoch, Acked: acked})
}

func TestCallsWithoutARightTokenAreRefused(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	token := r.token("li")
	for _, method := range []string{
		wire.MethodSignOut, wire.MethodSession, wire.MethodPush, wire.MethodPull, wire.MethodWatch, wire.MethodSetAgent,
	} {
		for _, bad := range []string{"", "x", token[1:] + "A"} {
			if f := refused(r, method, bad, struct{}{}); f.Code != wire.CodeUnauthenticated || f.Cause != wire.CauseToken {
				t.Errorf("%s with a bad token: %+v", method, f)
			}
		}
	}
	call[wire.Done](r, wire.MethodSignOut, token, struct{}{})
	if f := refused(r, wire.MethodSession, token, struct{}{}); f.Cause != wire.CauseToken {
		t.Errorf("a token given back still works: %+v", f)
	}
}

func TestATokenEndsWithItsTimeAndItsUser(t *testing.T) {
	now := time.Now()
	r := newRig(t, central.Config{Now: func() time.Time { return now }})
	r.user("li", desk.RoleAgent, "sales")
	token := r.token("li")
	now = now.Add(25 * time.Hour)
	if f := refused(r, wire.MethodSession, token, struct{}{}); f.Cause != wire.CauseToken {
		t.Errorf("an old token: %+v", f)
	}
	token = r.token("li")
	if err := r.central.Disable(t.Context(), "li", true); err != nil {
		t.Fatal(err)
	}
	if f := refused(r, wire.MethodSession, token, struct{}{}); f.Cause != wire.CauseToken {
		t.Errorf("a disabled user's token: %+v", f)
	}
	if f := refused(r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: password}); f.Cause != wire.CauseDisabled {
		t.Errorf("a disabled user signs in: %+v", f)
	}
}

func TestGuessingPasswordsIsSlowedDownPerUserAndAddress(t *testing.T) {
	now := time.Now()
	r := newRig(t, central.Config{Now: func() time.Time { return now }})
	r.user("li", desk.RoleAgent, "sales")
	r.user("wang", desk.RoleAgent, "sales")
	guess := func(user string) wire.FaultError {
		return refused(r, wire.MethodSignIn, "", wire.SignIn{User: user, Password: "wrong word"})
	}
	for i := range 8 {
		if f := guess("li"); f.Cause != wire.CauseWrongPassword {
			t.Fatalf("guess %d: %+v", i, f)
		}
	}
	if f := guess("li"); f.Code != wire.CodeExhausted || f.Retry < 1 || f.Retry > 15 {
		t.Errorf("the ninth guess: %+v", f)
	}
	if f := refused(r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: password}); f.Cause != wire.CauseTooMany {
		t.Errorf("the right password among guesses: %+v", f)
	}
	r.token("wang") // others are not held up
	now = now.Add(16 * time.Second)
	r.token("li")
	for i := range 60 {
		f := guess(strings.Repeat("x", 1+i%60))
		if f.Cause == wire.CauseTooMany {
			return
		}
	}
	t.Error("an address may guess names without end")
}

func TestGuessesAtOnceAreCountedToo(t *testing.T) {
	now := time.Now()
	r := newRig(t, central.Config{Now: func() time.Time { return now }})
	r.user("li", desk.RoleAgent, "sales")
	causes := make(chan wire.Cause, 100)
	var all sync.WaitGroup
	for range cap(causes) {
		all.Go(func() {
			f := refused(r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: "wrong word"})
			causes <- f.Cause
		})
	}
	all.Wait()
	close(causes)
	looked := 0
	for cause := range causes {
		if cause == wire.CauseWrongPassword {
			looked++
		}
	}
	if looked != 8 {
		t.Errorf("%d of 100 guesses at once were looked at, want 8", looked)
	}
}

func TestSigningInRightIsFree(t *testing.T) {
	now := time.Now()
	r := newRig(t, central.Config{Now: func() time.Time { return now }})
	r.user("li", desk.RoleAgent, "sales")
	for range 10 {
		r.token("li")
	}
	if f := refused(r, wire.MethodSignIn, "", wire.SignIn{User: strings.Repeat("x", 65), Password: password}); f.Cause != wire.CauseWrongPassword {
		t.Errorf("a name nobody has: %+v", f)
	}
}

func TestUnknownUsersLookLikeWrongPasswords(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	known := refused(r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: "wrong word"})
	unknown := refused(r, wire.MethodSignIn, "", wire.SignIn{User: "nobody", Password: "wrong word"})
	if known != unknown {
		t.Errorf("%+v and %+v", known, unknown)
	}
}

func TestBadMessagesAreRefusedWithoutEcho(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	token := r.token("li")
	for name, body := range map[string]string{
		"not JSON":      `13800138000`,
		"cut":           `{"desk":"desk-aaaaaaaa","ops":[{"id":"13800138000`,
		"wrong types":   `{"desk":["13800138000"]}`,
		"too long":      `{"desk":"` + strings.Repeat("13800138000", 1<<18) + `"}`,
		"bad desk":      `{"desk":"13800138000 OR 1=1","ops":[]}`,
		"holes":         `{"desk":"desk-aaaaaaaa","ops":[{"n":"1"},{"n":3}]}`,
		"number zero":   `{"desk":"desk-aaaaaaaa","ops":[{"n":0}]}`,
		"too many":      `{"desk":"desk-aaaaaaaa","ops":[` + strings.Repeat(`{"n":1},`, 200) + `{"n":1}]}`,
		"another shape": `[]`,
	} {
		status, text := r.post(wire.MethodPush, token, body)
		want := http.StatusBadRequest
		if name == "too long" {
			want = http.StatusTooManyRequests // Connect's resource_exhausted
		}
		if status != want || strings.Contains(string(text), "13800138000") {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	if strings.Contains(r.log.String(), "13800138000") {
		t.Error("customer data in the log")
	}
	if status, _ := r.post("Nonsense", token, "{}"); status != http.StatusNotImplemented {
		t.Errorf("unknown method: %d", status)
	}
}

// lines reads a stream.
func lines(t *testing.T, resp *http.Response) <-chan wire.Hint {
	t.Helper()
	out := make(chan wire.Hint, 100)
	go func() {
		defer close(out)
		var board *desk.Board
		for {
			text, last, err := frame(resp.Body)
			var h wire.Hint
			if err != nil || last || understand(text, &h) != nil {
				return
			}
			board = h.BoardAfter(board)
			h.Board = board
			out <- h
		}
	}()
	t.Cleanup(func() { resp.Body.Close() })
	return out
}

func next(t *testing.T, hints <-chan wire.Hint, what string, ok func(wire.Hint) bool) wire.Hint {
	t.Helper()
	deadline := time.After(within)
	for {
		select {
		case h, open := <-hints:
			if !open {
				t.Fatalf("%s: the stream ended", what)
			}
			if ok(h) {
				return h
			}
		case <-deadline:
			t.Fatalf("%s: not within %v", what, within)
		}
	}
}

func TestAStreamBeatsHintsOnlyOwnNewsAndEndsWithItsUser(t *testing.T) {
	r := newRig(t, central.Config{})
	stop := r.run()
	r.user("li", desk.RoleAgent, "sales")
	r.user("zhao", desk.RoleAgent, "repair")
	li, zhao := r.token("li"), r.token("zhao")
	mine := lines(t, r.open(t.Context(), wire.MethodWatch, li, `{"desk":"desk-aaaaaaaa"}`))
	theirs := lines(t, r.open(t.Context(), wire.MethodWatch, zhao, `{"desk":"desk-bbbbbbbb"}`))
	first := next(t, mine, "the first line", func(wire.Hint) bool { return true })
	other := next(t, theirs, "the first line", func(wire.Hint) bool { return true })
	if first.Board != nil {
		t.Error("an agent gets a board")
	}
	r.push(li, deskA, op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1000}`)))
	next(t, mine, "a hint of the own group's row", func(h wire.Hint) bool { return h.Seq > first.Seq })
	if err := r.central.Disable(t.Context(), "li", true); err != nil {
		t.Fatal(err)
	}
	ends(t, mine, "the disabled user's stream")
	stop()
	for _, h := range rest(t, theirs, "a stream after the server stopped") {
		if h.Seq != other.Seq {
			t.Errorf("another group's contact is a hint: %d after %d", h.Seq, other.Seq)
		}
	}
}

func ends(t *testing.T, hints <-chan wire.Hint, what string) {
	t.Helper()
	rest(t, hints, what)
}

// rest gives what a stream says before its end, which must come.
func rest(t *testing.T, hints <-chan wire.Hint, what string) (said []wire.Hint) {
	t.Helper()
	deadline := time.After(within)
	for {
		select {
		case h, open := <-hints:
			if !open {
				return said
			}
			said = append(said, h)
		case <-deadline:
			t.Fatalf("%s did not end", what)
		}
	}
}
