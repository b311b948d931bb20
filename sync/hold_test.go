package sync_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	gosync "sync"
	"sync/atomic"
	"testing"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	datasync "github.com/callbench/callbench/sync"
	"github.com/callbench/callbench/sync/wire"
)

// lastFetching is the newest word of how a first sync comes along.
func lastFetching(events []datasync.Event) (last datasync.Fetching, ok bool) {
	for _, e := range slices.Backward(events) {
		if f, is := e.(datasync.Fetching); is {
			return f, true
		}
	}
	return last, false
}

func TestAHeldFirstSyncWaitsWhileWhatIsSavedGoesUpAndTheLinkIsLookedAfter(t *testing.T) {
	s := newServer(t, central.Config{})
	s.customers(600)
	begun, goOn := make(chan struct{}), make(chan struct{})
	var first gosync.Once
	var gone atomic.Bool
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if gone.Load() {
			panic(http.ErrAbortHandler)
		}
		if strings.HasSuffix(r.URL.Path, "/"+wire.MethodSnapshot) {
			first.Do(func() { close(begun) })
			<-goOn
		}
		s.central.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	li, wang := s.desk(t, "li", deskConfig{url: front.URL, rows: 20}), s.desk(t, "wang", deskConfig{})
	<-begun
	li.client.Hold(true)
	close(goOn)
	li.await("the pause", func(events []datasync.Event) bool {
		f, ok := lastFetching(events)
		return ok && f.Held
	})
	held, err := li.store.Count(t.Context())
	if err != nil || held[desk.TableCustomer] == 0 || held[desk.TableCustomer] >= 600 {
		t.Fatalf("%d customers while held, %v", held[desk.TableCustomer], err)
	}
	customer, contact := newID(), newID()
	li.commit("contact.save", change(desk.TableCustomer, customer, desk.Customer{ID: customer, Name: "张三"}),
		change(desk.TableContact, contact, desk.Contact{ID: contact, Customer: customer, At: 1000, Content: "想换套餐"}))
	li.client.Nudge()
	wang.await("what was saved while held", func([]datasync.Event) bool {
		h, err := wang.store.History(t.Context(), customer, 10)
		return err == nil && len(h.Contacts) == 1
	})
	gone.Store(true)
	li.client.Awake()
	li.await("a link that is gone", func(events []datasync.Event) bool { return linkIs(events) == desk.CentralUnreachable })
	gone.Store(false)
	li.client.Awake()
	li.await("a link that is back", func(events []datasync.Event) bool { return linkIs(events) == desk.CentralOnline })
	if now, err := li.store.Count(t.Context()); err != nil || now[desk.TableCustomer] > held[desk.TableCustomer]+1 {
		t.Errorf("%d customers, then %d though held; %v", held[desk.TableCustomer], now[desk.TableCustomer], err)
	}
	li.client.Hold(false)
	li.complete(601)
	if f, ok := lastFetching(li.heard()); !ok || f.Held || f.Rows < held[desk.TableCustomer] {
		t.Errorf("after it went on it told of %+v", f)
	}
}

// linkIs is the newest state of the link.
func linkIs(events []datasync.Event) (state desk.CentralState) {
	for _, e := range events {
		if l, ok := e.(datasync.LinkChanged); ok {
			state = l.State
		}
	}
	return state
}
