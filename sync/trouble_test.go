package sync_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
	datasync "github.com/callbench/callbench/sync"
	"github.com/callbench/callbench/sync/wire"
)

// copyStore copies a closed store's files.
func copyStore(t *testing.T, from, to string) {
	t.Helper()
	files, err := filepath.Glob(from + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to+f[len(from):], text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestACopiedDiskLosesAndDoublesNothing(t *testing.T) {
	s := newServer(t, central.Config{})
	path := filepath.Join(t.TempDir(), "desk.db")
	ids := []string{newID(), newID(), newID()}
	store, err := localstore.Open(t.Context(), localstore.Config{Path: path, Key: [32]byte{1}, Org: s.central.Org(), User: "li"})
	if err != nil {
		t.Fatal(err)
	}
	note := func(st *localstore.Store, id string) {
		t.Helper()
		_, err := st.Commit(t.Context(), desk.Intent{ID: newID(), Kind: "test", At: 1, Changes: []desk.Change{
			change(desk.TableContact, id, desk.Contact{ID: id, At: 1000}),
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	note(store, ids[0]) // pending in both copies
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "desk.db")
	copyStore(t, path, copied)
	first := s.desk(t, "li", deskConfig{path: path})
	first.note(ids[1], "", "first")
	first.settled()
	first.stop()
	second := s.desk(t, "li", deskConfig{path: copied})
	second.note(ids[2], "", "second") // the same number as the first's
	second.settled()
	a, err := first.store.Replica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b, err := second.store.Replica(t.Context())
	if err != nil || a.Desk == b.Desk {
		t.Errorf("both copies are desk %s, %v", a.Desk, err)
	}
	for i, id := range ids {
		if _, err := s.central.Contact(t.Context(), id); err != nil {
			t.Errorf("note %d: %v", i, err)
		}
	}
	if past, err := s.central.Replaced(t.Context(), desk.TableContact, ids[0]); err != nil || len(past) != 0 {
		t.Errorf("the shared op was applied twice: %+v, %v", past, err)
	}
	if o, err := second.store.Outbox(t.Context()); err != nil || len(o.Refused) != 0 {
		t.Errorf("refused: %+v, %v", o.Refused, err)
	}
}

func TestADeskFromBeforeLastNightDropsNothingNew(t *testing.T) {
	s := newServer(t, central.Config{})
	path := filepath.Join(t.TempDir(), "desk.db")
	d := s.desk(t, "li", deskConfig{path: path})
	d.note(newID(), "", "one")
	d.settled()
	d.end()
	old := filepath.Join(t.TempDir(), "desk.db")
	copyStore(t, path, old)
	d = s.desk(t, "li", deskConfig{path: path})
	for range 5 {
		d.note(newID(), "", "after the copy")
	}
	d.settled()
	d.end()
	back := s.desk(t, "li", deskConfig{path: old}) // numbers 2 … are free here, not at central
	var ids []string
	for range 3 {
		id := newID()
		ids = append(ids, id)
		back.note(id, "", "after the return")
	}
	back.settled()
	for i, id := range ids {
		if _, err := s.central.Contact(t.Context(), id); err != nil {
			t.Errorf("note %d after the return: %v", i, err)
		}
	}
}

func TestARestoredCentralGetsTheDesksNewWork(t *testing.T) {
	dir := t.TempDir()
	s := newServer(t, central.Config{Dir: dir})
	li := s.desk(t, "li", deskConfig{})
	kept := newID()
	li.note(kept, "", "before the backup")
	li.settled()
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := s.central.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	li.note(newID(), "", "after the backup")
	li.settled()
	s.down()
	s.restart(func() {
		if _, err := central.Restore(t.Context(), dir, backup, time.Now()); err != nil {
			t.Fatal(err)
		}
	})
	after := newID()
	li.note(after, "", "after the restore")
	li.client.Nudge()
	li.settled()
	for _, id := range []string{kept, after} {
		if _, err := s.central.Contact(t.Context(), id); err != nil {
			t.Errorf("note %s: %v", id, err)
		}
	}
}

func TestABoardGoesStaleWhenCentralFallsSilent(t *testing.T) {
	s := newServer(t, central.Config{})
	chen, li := s.desk(t, "chen", deskConfig{}), s.desk(t, "li", deskConfig{})
	li.client.PublishAgent(desk.Agent{State: desk.AgentNotReady, Reason: desk.ReasonMeal, Since: desk.MillisOf(time.Now())})
	board := func(what string, ok func(desk.Board) bool) {
		t.Helper()
		chen.await(what, func(events []datasync.Event) bool {
			for _, e := range slices.Backward(events) {
				if b, is := e.(datasync.BoardSeen); is {
					return ok(b.Board)
				}
			}
			return false
		})
	}
	state := func(b desk.Board) desk.AgentStatus {
		for _, a := range b.Agents {
			if a.User == "li" {
				return a.State
			}
		}
		return ""
	}
	board("the agent at meal", func(b desk.Board) bool { return state(b) == desk.AgentNotReady && !b.Stale })
	began := time.Now()
	s.down()
	board("a stale board", func(b desk.Board) bool { return b.Stale })
	if took := time.Since(began); took < time.Second { // the last line of the stream was at most a second old
		t.Errorf("stale after %v", took)
	}
	s.up()
	chen.client.Nudge()
	li.client.Nudge()
	board("a live board", func(b desk.Board) bool { return state(b) == desk.AgentNotReady && !b.Stale })
}

func TestTheReasonOfALostLinkIsTold(t *testing.T) {
	portal := httptest.NewServer(http.RedirectHandler("http://portal.example/", http.StatusFound))
	t.Cleanup(portal.Close)
	strange := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(strange.Close)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := ln.Addr().String()
	ln.Close()
	for url, want := range map[string]string{
		"http://" + closed:         "refused",
		portal.URL:                 "portal",
		plain.URL:                  "not_central",
		strange.URL:                "tls",
		"https://" + plain.URL[7:]: "tls",
		"http://central.example":   "tls", // a password never crosses a network in the clear
		"https://central.invalid":  "dns",
	} {
		_, _, err := datasync.SignIn(t.Context(), url, "li", password, nil)
		if got := datasync.Reason(err); got != want {
			t.Errorf("%s: %s (%v), want %s", url, got, err, want)
		}
	}
	cut, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer cut.Close()
	go func() {
		for {
			c, err := cut.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	for _, scheme := range []string{"http://", "https://"} { // a line that is cut is no fault of central's
		if _, _, err := datasync.SignIn(t.Context(), scheme+cut.Addr().String(), "li", password, nil); datasync.Reason(err) != "unreachable" {
			t.Errorf("a line that is cut, %s: %s (%v)", scheme, datasync.Reason(err), err)
		}
	}
	if got := datasync.Reason(fmt.Errorf("%w: http: server closed idle connection", desk.ErrOffline)); got != "unreachable" {
		t.Errorf("a connection that ended as it was taken: %s", got)
	}
	if got := datasync.Reason(fmt.Errorf("take a page over: %w", desk.ErrDiskFull)); got != "disk_full" {
		t.Errorf("the desk's disk is full: %s", got)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, _, err := datasync.SignIn(ctx, "http://"+silent.Addr().String(), "li", password, nil); datasync.Reason(err) != "timeout" {
		t.Errorf("silence: %v", err)
	}
}

func TestTooManyAttemptsAreToldAsSuch(t *testing.T) {
	s := newServer(t, central.Config{})
	var last error
	for range 20 {
		_, _, last = datasync.SignIn(t.Context(), s.url(), "li", "wrong word", nil)
		if datasync.Reason(last) != "wrong_password" {
			break
		}
	}
	if got := datasync.Reason(last); got != "too_many_attempts" {
		t.Errorf("guessing on: %s (%v)", got, last)
	}
	li := s.desk(t, "li", deskConfig{})
	li.link(desk.CentralUnreachable, "too_many_attempts")
}

func TestARightPasswordIsRightAlsoIfTheTokenCannotBeGivenBack(t *testing.T) {
	s := newServer(t, central.Config{})
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == wire.Path+wire.MethodSignOut {
			http.Error(w, "gone", http.StatusBadGateway)
			return
		}
		s.central.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	session, _, err := datasync.SignIn(t.Context(), front.URL, "li", password, nil)
	if err != nil || session.User != "li" {
		t.Errorf("signed in: %+v, %v", session, err)
	}
}

func TestAJoinCodeFindsItsAuthorityAndNoOther(t *testing.T) {
	s := newServer(t, central.Config{})
	dir := t.TempDir()
	files, err := central.InitTLS(dir, []string{"127.0.0.1"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	again, err := central.InitTLS(dir, []string{"127.0.0.1"}, time.Now())
	if err != nil || again.JoinCode != files.JoinCode {
		t.Errorf("another authority: %s then %s, %v", files.JoinCode, again.JoinCode, err)
	}
	other, err := central.InitTLS(t.TempDir(), []string{"127.0.0.1"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: s.central.Handler(), ErrorLog: log.New(io.Discard, "", 0)}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.ServeTLS(ln, files.Cert, files.Key)
	t.Cleanup(func() { server.Close() })
	url := "https://" + ln.Addr().String()
	if _, _, err := datasync.SignIn(t.Context(), url, "li", password, nil); datasync.Reason(err) != "tls" {
		t.Errorf("an unknown authority was believed: %v", err)
	}
	if _, _, err := datasync.FetchCA(t.Context(), url, other.JoinCode); !errors.Is(err, desk.ErrForbidden) {
		t.Errorf("another's join code: %v", err)
	}
	if _, _, err := datasync.FetchCA(t.Context(), url, "ABCD"); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("half a join code: %v", err)
	}
	if _, _, err := datasync.FetchCA(t.Context(), "https://localhost:"+url[len("https://127.0.0.1:"):], files.JoinCode); !errors.Is(err, desk.ErrForbidden) {
		t.Errorf("a name the certificate is not for: %v", err)
	}
	roots, pem, err := datasync.FetchCA(t.Context(), url, files.JoinCode)
	if err != nil || len(pem) == 0 {
		t.Fatal(err)
	}
	if err := s.central.SetPhone(t.Context(), "li", wire.PhoneAccount{AOR: "sip:1001@pbx", Registrars: []string{"sip:pbx"}}); err != nil {
		t.Fatal(err)
	}
	session, phone, err := datasync.SignIn(t.Context(), url, "li", password, roots)
	if err != nil || session.Group != "sales" || phone == nil || phone.AOR != "sip:1001@pbx" {
		t.Errorf("signed in: %+v %+v, %v", session, phone, err)
	}
	chen := s.desk(t, "chen", deskConfig{url: url, roots: roots})
	chen.link(desk.CentralOnline, "")
	chen.await("a board over TLS", func(events []datasync.Event) bool {
		_, is := events[len(events)-1].(datasync.BoardSeen)
		return is
	})
	if _, _, err := datasync.SignIn(t.Context(), url, "li", "wrong word", roots); datasync.Reason(err) != "wrong_password" {
		t.Errorf("a wrong password: %v", err)
	}
}
