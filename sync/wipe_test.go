package sync_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	gosync "sync"
	"sync/atomic"
	"testing"

	"connectrpc.com/connect"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	datasync "github.com/callbench/callbench/sync"
	"github.com/callbench/callbench/sync/wire"
)

// memory is a kept token.
type memory struct {
	mu    gosync.Mutex
	token string
}

func (m *memory) Load() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.token
}

func (m *memory) Save(token string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.token = token
}

func ordered(events []datasync.Event) int {
	n := 0
	for _, e := range events {
		if _, ok := e.(datasync.WipeOrdered); ok {
			n++
		}
	}
	return n
}

func drained(events []datasync.Event) bool {
	return slices.ContainsFunc(events, func(e datasync.Event) bool { _, ok := e.(datasync.Drained); return ok })
}

// heard is what the client has told so far; after end, all of it.
func (d *station) heard() []datasync.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.events)
}

func (d *station) id() string {
	d.t.Helper()
	r, err := d.store.Replica(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return r.Desk
}

func TestADeskAtWorkHearsOfItsWipingOnceAndStopsCalling(t *testing.T) {
	s := newServer(t, central.Config{})
	li, wang := s.desk(t, "li", deskConfig{}), s.desk(t, "wang", deskConfig{})
	li.link(desk.CentralOnline, "")
	wang.link(desk.CentralOnline, "")
	if err := s.central.Wipe(t.Context(), li.id(), "", false); err != nil {
		t.Fatal(err)
	}
	li.await("the order", func(e []datasync.Event) bool { return ordered(e) == 1 })
	li.link(desk.CentralRefused, "wiped")
	li.note(newID(), newID(), "written after the order")
	if _, _, err := li.client.Now(t.Context()); !errors.Is(err, desk.ErrForbidden) {
		t.Errorf("sync under an order: %v", err)
	}
	if o, err := li.store.Outbox(t.Context()); err != nil || o.Pending != 1 {
		t.Errorf("without drain nothing goes up: %+v %v", o, err)
	}
	if err := li.client.TellWiped(t.Context(), li.id(), 1); err != nil {
		t.Errorf("report: %v", err)
	}
	for range 3 { // hears of the order each time, and tells it once
		li.client.Nudge()
		if _, _, err := li.client.Now(t.Context()); !errors.Is(err, desk.ErrForbidden) {
			t.Errorf("sync under an order: %v", err)
		}
	}
	if _, _, err := wang.client.Now(t.Context()); err != nil { // central has answered the other desk since
		t.Error(err)
	}
	li.end()
	wang.end()
	for d, want := range map[*station]int{li: 1, wang: 0} { // all that there will be
		if e := d.heard(); ordered(e) != want || drained(e) {
			t.Errorf("%d orders, want %d; drained %v", ordered(e), want, drained(e))
		}
	}
	desks, err := s.central.Desks(t.Context(), "li")
	if err != nil || len(desks) != 1 || desks[0].Wiped == 0 || desks[0].Lost != 1 {
		t.Errorf("central lists %+v, %v", desks, err)
	}
}

func TestADrainingDeskFirstHandsOverWhatWaits(t *testing.T) {
	s := newServer(t, central.Config{})
	li := s.desk(t, "li", deskConfig{})
	li.link(desk.CentralOnline, "")
	li.settled()
	id := li.id()
	s.down()
	customer, contact := newID(), newID()
	li.commit("contact.save",
		change(desk.TableCustomer, customer, desk.Customer{ID: customer, Name: "张三", Phones: []desk.Phone{{Raw: "13800138000"}}}),
		change(desk.TableContact, contact, desk.Contact{ID: contact, Customer: customer, At: 1000, Content: "on disk only"}))
	if err := errors.Join(s.central.Disable(t.Context(), "li", true), s.central.Wipe(t.Context(), id, "", true)); err != nil {
		t.Fatal(err)
	}
	s.up()
	li.client.Nudge()
	li.await("order and drained", func(e []datasync.Event) bool { return ordered(e) == 1 && drained(e) })
	if got, err := s.central.Contact(t.Context(), contact); err != nil || got.Content != "on disk only" {
		t.Errorf("at central: %+v %v", got, err)
	}
	waits := func() int {
		n, err := li.client.Waiting(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if out, err := li.store.Outbox(t.Context()); err != nil || out.Pending == 0 || waits() != 0 {
		t.Errorf("%d wait, the outbox says %+v, %v", waits(), out, err)
	}
	late := newID() // it was being saved when the order came
	li.commit("contact.save", change(desk.TableContact, late, desk.Contact{ID: late, Customer: customer, At: 2000}))
	if n := waits(); n != 1 {
		t.Errorf("%d wait, want the late one", n)
	}
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	for li.client.Nudge(); waits() > 0; {
		if _, _, err := li.client.Now(ctx); err != nil && ctx.Err() != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.central.Contact(t.Context(), late); err != nil {
		t.Error(err)
	}
}

func TestAStolenDeskHearsOfItsWipingAfterThePasswordWasChanged(t *testing.T) {
	s := newServer(t, central.Config{})
	kept := &memory{}
	cfg := deskConfig{tokens: kept, path: t.TempDir() + "/desk.db"}
	li := s.desk(t, "li", cfg)
	li.link(desk.CentralOnline, "")
	if err := s.central.SetPassword(t.Context(), "li", "another horse"); err != nil {
		t.Fatal(err)
	}
	li.link(desk.CentralRefused, "wrong_password")
	li.end()
	if err := s.central.Wipe(t.Context(), "", "li", false); err != nil {
		t.Fatal(err)
	}
	li = s.desk(t, "li", cfg) // the thief starts it
	li.await("the order", func(e []datasync.Event) bool { return ordered(e) == 1 })
}

// answering is something at central's address that gives every call the same answer.
func answering(t *testing.T, f *wire.FaultError) (url string, calls *atomic.Int32) {
	t.Helper()
	calls = &atomic.Int32{}
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		answer(w, r, f)
	}))
	t.Cleanup(h.Close)
	return h.URL, calls
}

// answer gives a fault as central would.
func answer(w http.ResponseWriter, r *http.Request, f *wire.FaultError) {
	w.Header().Set(wire.Header, "1-1")
	_ = connect.NewErrorWriter().Write(w, r, f.Connect())
}

func wiped(order *wire.WipeOrder) *wire.FaultError {
	return &wire.FaultError{Code: wire.CodeForbidden, Cause: wire.CauseWiped, Wipe: order}
}

func TestAnOrderThatDoesNotNameTheDeskIsNotObeyed(t *testing.T) {
	s := newServer(t, central.Config{})
	for name, order := range map[string]*wire.WipeOrder{
		"another desk":  {Desk: "desk-of-another"},
		"another user":  {User: "wang"},
		"names nobody":  {},
		"says nothing":  nil,
		"desk and user": {Desk: "desk-of-another", User: "li"},
	} {
		url, calls := answering(t, wiped(order))
		li := s.desk(t, "li", deskConfig{url: url})
		li.link(desk.CentralUnreachable, "not_central")
		for before := calls.Load(); calls.Load() < before+3; {
			_, _, _ = li.client.Now(t.Context())
		}
		li.end()
		if n := ordered(li.heard()); n != 0 {
			t.Errorf("%s: %d orders", name, n)
		}
	}
	url, _ := answering(t, wiped(&wire.WipeOrder{User: "li"})) // else the others prove nothing
	li := s.desk(t, "li", deskConfig{url: url})
	li.await("an order that names the user", func(events []datasync.Event) bool { return ordered(events) == 1 })
}

func TestAnOrderFromBehindAnotherCertificateIsNotHeard(t *testing.T) {
	s := newServer(t, central.Config{})
	fake := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, wiped(&wire.WipeOrder{User: "li"}))
	}))
	fake.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(fake.Close)
	li := s.desk(t, "li", deskConfig{url: fake.URL})
	li.link(desk.CentralUnreachable, "tls")
	plain := s.desk(t, "li", deskConfig{url: strings.Replace(fake.URL, "https://127.0.0.1", "http://central.invalid", 1)})
	plain.link(desk.CentralUnreachable, "tls")
	for _, d := range []*station{li, plain} {
		for range 3 {
			_, _, _ = d.client.Now(t.Context())
		}
		d.end()
		if n := ordered(d.heard()); n != 0 {
			t.Errorf("%d orders", n)
		}
	}
}
