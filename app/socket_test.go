//go:build unix

package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// openSocket runs a desk as the window does, with its port on a local socket in dir; ended is closed when
// both have ended.
func openSocket(t *testing.T, dir string) (stop func(), ended <-chan struct{}) {
	t.Helper()
	w, err := openWorkplace(t.Context(), aloneDesk(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{version: "test", log: slog.New(slog.DiscardHandler)}
	done := make(chan struct{})
	errs := make(chan error, 2)
	go func() {
		errs <- w.run(ctx)
		cancel() // a desk that has ended takes its window with it
	}()
	go func() { errs <- p.serveSocket(ctx, dir, w.port) }()
	go func() {
		defer close(done)
		for range 2 {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		awaits(t, done, "the socket does not close")
	})
	every(t, "there is no socket", func() bool {
		st, err := os.Stat(filepath.Join(dir, "automation.sock"))
		return err == nil && st.Mode().Perm() == 0o600
	})
	return cancel, done
}

func dialSocket(t *testing.T, dir string) net.Conn {
	t.Helper()
	c, err := net.Dial("unix", filepath.Join(dir, "automation.sock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(testPatience)); err != nil {
		t.Fatal(err)
	}
	return c
}

// onSocket is a script at the socket; it has shown the token.
func onSocket(t *testing.T, dir string) *script {
	t.Helper()
	token, err := os.ReadFile(filepath.Join(dir, tokenFile))
	if err != nil {
		t.Fatal(err)
	}
	c := dialSocket(t, dir)
	s := &script{t: t, in: c}
	s.listen(c)
	s.call("auth", map[string]any{"token": strings.TrimSpace(string(token))}, nil)
	return s
}

func TestTheSocketAndItsTokenAreTheUsersOwn(t *testing.T) {
	dir := t.TempDir()
	stop, ended := openSocket(t, dir)
	for _, name := range []string{"automation.sock", tokenFile} {
		if st, err := os.Stat(filepath.Join(dir, name)); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, st.Mode(), err)
		}
	}
	token, err := os.ReadFile(filepath.Join(dir, tokenFile))
	if err != nil || len(strings.TrimSpace(string(token))) != 64 {
		t.Fatalf("%q %v", token, err)
	}
	stop()
	awaits(t, ended, "the desk does not end")
	if err := os.Chmod(filepath.Join(dir, tokenFile), 0o644); err != nil { // as a careless restore leaves it
		t.Fatal(err)
	}
	openSocket(t, dir) // the next start replaces the socket and keeps the token
	again, err := os.ReadFile(filepath.Join(dir, tokenFile))
	if st, serr := os.Stat(filepath.Join(dir, tokenFile)); err != nil || serr != nil || string(again) != string(token) || st.Mode().Perm() != 0o600 {
		t.Errorf("the token is another one, or everybody's: %v %v %v", st.Mode(), err, serr)
	}
}

func TestTheSocketWantsTheTokenFirst(t *testing.T) {
	dir := t.TempDir()
	openSocket(t, dir)
	for name, line := range map[string]string{
		"a wrong token":           `{"jsonrpc":"2.0","id":1,"method":"auth","params":{"token":"` + strings.Repeat("0", 64) + `"}}`,
		"no token":                `{"jsonrpc":"2.0","id":1,"method":"auth"}`,
		"an empty token":          `{"jsonrpc":"2.0","id":1,"method":"auth","params":{"token":""}}`,
		"a method before auth":    `{"jsonrpc":"2.0","id":1,"method":"desk.status"}`,
		"what is no message":      `GET / HTTP/1.1`,
		"a first line without it": ``,
	} {
		t.Run(name, func(t *testing.T) {
			c := dialSocket(t, dir)
			if _, err := fmt.Fprintf(c, "%s\n%s\n", line, `{"jsonrpc":"2.0","id":2,"method":"desk.status"}`); err != nil {
				t.Fatal(err)
			}
			said, err := io.ReadAll(c)
			if err != nil && !errors.Is(err, net.ErrClosed) && !strings.Contains(err.Error(), "reset") {
				t.Fatal(err)
			}
			var m message
			if err := json.Unmarshal(said, &m); err != nil || m.Error == nil || m.Error.Code != codeForbidden {
				t.Errorf("it says %q", said)
			}
		})
	}
	c := dialSocket(t, dir)
	if _, err := io.WriteString(c, strings.Repeat("x", 5000)); err != nil {
		t.Fatal(err)
	}
	if said, _ := io.ReadAll(c); len(said) != 0 {
		t.Errorf("to a line without an end it says %q", said)
	}
}

func TestSeveralScriptsWorkAtOneDesk(t *testing.T) {
	dir := t.TempDir()
	openSocket(t, dir)
	one, two := onSocket(t, dir), onSocket(t, dir)
	one.call("agent.set_state", map[string]any{"state": "not_ready", "reason": "meeting"}, nil)
	two.until("agent.changed", `"reason":"meeting"`)
	one.call("flow.start", map[string]any{"flow": "enquiry"}, nil)
	two.until("flow.changed", one.active().Step.Run)
	one.in.Close()
	two.call("desk.status", nil, nil)

	same(t, "members of desk.quit", two.call("desk.quit", nil, nil), "")
	for range two.lines { // then the connection ends
	}
}

func TestTheSocketTurnsTooManyClientsAway(t *testing.T) {
	dir := t.TempDir()
	openSocket(t, dir)
	var all []*script
	for range maxClients {
		all = append(all, onSocket(t, dir))
	}
	c := dialSocket(t, dir)
	if said, err := io.ReadAll(c); len(said) != 0 {
		t.Errorf("it says %q, %v", said, err)
	}
	all[0].in.Close()
	for range all[0].lines { // its place is free when its connection has ended
	}
	every(t, "nobody may come in again", func() bool {
		c, err := net.Dial("unix", filepath.Join(dir, "automation.sock"))
		if err != nil {
			return false
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(testPatience))
		fmt.Fprintln(c, `{"jsonrpc":"2.0","id":1,"method":"x"}`)
		said, _ := io.ReadAll(c)
		return len(said) > 0
	})
	all[1].call("desk.status", nil, nil)
}

func TestALineThatIsTooLongDoesNotEndASocketClient(t *testing.T) {
	dir := t.TempDir()
	openSocket(t, dir)
	s := onSocket(t, dir)
	s.write(strings.Repeat("x", maxLine+1))
	if m := s.answer(); string(m.ID) != "null" || m.Error == nil || m.Error.Code != codeRequest {
		t.Errorf("%+v", m)
	}
	s.call("desk.status", nil, nil)
}
