package simulate

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/powercut"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/localstore"
	datasync "github.com/callbench/callbench/sync"
)

// The real loops (Client.Run) on loopback. Nothing is seeded here: what counts is that everything arrives, and when.

var liveRuns = flag.Int("live.runs", 1, "how often 10,000 waiting changes go up")

// healed is how long what waits may take once every fault has healed.
const healed = time.Minute

// less is how much of a measured load the race detector plays.
func less(n int) int {
	return race.Fewer(n, n/50)
}

// hall is a central behind a network that can be broken.
type hall struct {
	dir     string
	central *central.Central
	server  *httptest.Server
	fault   atomic.Int32 // which answer comes instead; 0: central's
}

// newHall opens central on an image in dir, with users whose passwords cost nothing.
func newHall(t *testing.T, dir, org string, image powercut.Image, users ...string) *hall {
	t.Helper()
	if err := errors.Join(os.MkdirAll(dir, 0o700), image.Put(dir)); err != nil {
		t.Fatal(err)
	}
	c, err := central.Open(t.Context(), central.Config{Dir: dir, Org: org})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range users {
		if err := c.AddUser(t.Context(), central.User{Name: u, Role: desk.RoleAgent, Group: "sales"}, password); err != nil {
			t.Fatal(err)
		}
	}
	if err := cheapPasswords(t.Context(), filepath.Join(dir, centralName)); err != nil {
		t.Fatal(err)
	}
	h := &hall{dir: dir, central: c}
	h.server = httptest.NewServer(c.Handler())
	t.Cleanup(h.close)
	return h
}

func (h *hall) close() {
	h.server.CloseClientConnections()
	h.server.Close()
	_ = h.central.Close()
}

// faults are what stands between a desk and central.
var faults = []func() (*http.Response, error){
	nil,
	func() (*http.Response, error) { return nil, errNoRoute },
	func() (*http.Response, error) { return page(http.StatusOK, "<html>sign in</html>"), nil },
	func() (*http.Response, error) { return page(http.StatusBadGateway, "<html>bad gateway</html>"), nil },
	func() (*http.Response, error) { return nil, context.DeadlineExceeded },
}

func page(status int, text string) *http.Response {
	a := httptest.NewRecorder()
	a.Header().Set("Content-Type", "text/html")
	a.WriteHeader(status)
	_, _ = a.WriteString(text)
	return a.Result()
}

// RoundTrip is http.RoundTripper.
func (h *hall) RoundTrip(r *http.Request) (*http.Response, error) {
	if f := faults[h.fault.Load()]; f != nil {
		return f()
	}
	return http.DefaultTransport.RoundTrip(r)
}

// agent is a desk whose client runs.
type agent struct {
	store  *localstore.Store
	client *datasync.Client
	away   chan struct{} // closed when the link is known to be down
	rest   chan struct{} // closed when nothing waits any more
	stop   func()
}

// begin opens a store and lets its client run.
func (h *hall) begin(t *testing.T, cfg localstore.Config) *agent {
	t.Helper()
	store, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	a := &agent{store: store, away: make(chan struct{}), rest: make(chan struct{})}
	var away, rest sync.Once
	a.client = datasync.New(datasync.Config{
		URL: h.server.URL, User: cfg.User, Store: store, Transport: h, Password: func() (string, error) { return password, nil },
		Emit: func(e datasync.Event) {
			switch e := e.(type) {
			case datasync.LinkChanged:
				if e.State == desk.CentralUnreachable {
					away.Do(func() { close(a.away) })
				}
			case datasync.Synced:
				if e.Outbox.Pending == 0 {
					rest.Do(func() { close(a.rest) })
				}
			}
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = a.client.Run(ctx) }) // nil always
	a.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(a.stop)
	return a
}

// await waits for c, and gives up after a time in which even a busy machine is through.
func await(t *testing.T, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(10 * time.Minute):
		t.Fatal("waited in vain: ", what)
	}
}

// fill commits n calls at a desk: each a contact, and when the customer was spoken to.
func fill(t *testing.T, cfg localstore.Config, n int) {
	t.Helper()
	store, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	for done := 0; done < n; {
		var list []desk.Intent
		for ; len(list) < 50 && done < n; done++ {
			id := fmt.Sprintf("%s-%06d", cfg.User, done)
			list = append(list, desk.Intent{ID: "intent-" + id, Kind: "contact.save", At: desk.Millis(done + 1), Changes: []desk.Change{
				{Table: desk.TableContact, Key: "contact-" + id, Fields: fields("id", "contact-"+id, "customer", fmt.Sprint("customer-", done%3),
					"at", done+1, "agent", cfg.User, "content", "说明了资费，客户要求下周再打电话来。"+id)},
				{Table: desk.TableCustomer, Key: fmt.Sprint("customer-", done%3), Fields: fields("last_contact_at", done+1)},
			}})
		}
		if _, err := store.CommitAll(t.Context(), list); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

func agentConfig(dir, user string) localstore.Config {
	return localstore.Config{Path: filepath.Join(dir, storeName), Key: seat{user: user}.key(), Org: org, User: user, Desk: "desk-of-" + user}
}

// applied counts what central has applied, and fails the test where something is there twice.
func (h *hall) applied(t *testing.T) (ops, contacts int) {
	t.Helper()
	v, err := h.central.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v.Ops, v.Contacts
}

// TestWhatWaitsIsThroughWithinAMinuteOnceTheFaultIsOver: 10,000 changes wait while the network is down, a portal or a
// proxy answers, or calls end in silence. Then that is over.
func TestWhatWaitsIsThroughWithinAMinuteOnceTheFaultIsOver(t *testing.T) {
	n, dir := less(10_000), shm(t)
	fill(t, agentConfig(filepath.Join(dir, "first"), "li"), n)
	waiting, err := imageOf(filepath.Join(dir, "first"))
	if err != nil {
		t.Fatal(err)
	}
	image, err := prepareCentral(t.Context(), filepath.Join(dir, "template"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range *liveRuns {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			own := filepath.Join(dir, fmt.Sprint(i))
			if err := errors.Join(os.MkdirAll(own, 0o700), waiting.Put(own)); err != nil {
				t.Fatal(err)
			}
			h := newHall(t, filepath.Join(own, "central"), org, image)
			h.fault.Store(int32(1 + i%(len(faults)-1)))
			a := h.begin(t, agentConfig(own, "li"))
			await(t, a.away, "the link is down")
			began := time.Now()
			h.fault.Store(0)
			if i%2 == 0 { // the system tells of a network's return, of a portal's end nobody does
				a.client.Nudge()
			}
			await(t, a.rest, "nothing waits")
			took := time.Since(began)
			if ops, contacts := h.applied(t); ops != n || contacts != n {
				t.Errorf("%d ops and %d contacts at central, of %d", ops, contacts, n)
			}
			t.Logf("%d changes through after %v", n, took.Round(10*time.Millisecond))
			if took > healed && !race.On {
				t.Errorf("it took %v", took)
			}
			a.stop()
			h.close()
			if err := os.RemoveAll(own); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestADayOfFiftyDesksOfflineArrivesWithinAMinute: 50 agents write 200 calls each without central. When it is back all
// of it is there within a minute, once each, and every desk comes to rest.
func TestADayOfFiftyDesksOfflineArrivesWithinAMinute(t *testing.T) {
	desks, calls, dir := race.Fewer(50, 5), race.Fewer(200, 20), shm(t)
	image, err := prepareCentral(t.Context(), filepath.Join(dir, "template"))
	if err != nil {
		t.Fatal(err)
	}
	var users []string
	for i := range desks {
		users = append(users, fmt.Sprintf("agent%02d", i))
	}
	h := newHall(t, filepath.Join(dir, "central"), org, image, users...)
	h.fault.Store(1)
	var agents []*agent
	for _, u := range users {
		cfg := agentConfig(filepath.Join(dir, u), u)
		fill(t, cfg, calls)
		agents = append(agents, h.begin(t, cfg))
	}
	for _, a := range agents {
		await(t, a.away, "the link is down")
	}
	began := time.Now()
	h.fault.Store(0)
	for _, a := range agents {
		a.client.Nudge()
	}
	complete := make(chan struct{})
	go func() {
		defer close(complete)
		for tick := time.NewTicker(100 * time.Millisecond); ; <-tick.C {
			if n, err := h.ops(t.Context()); err != nil || n >= desks*calls {
				return
			}
		}
	}()
	await(t, complete, "central has everything")
	took := time.Since(began)
	for _, a := range agents {
		await(t, a.rest, "nothing waits")
	}
	rest := time.Since(began)
	if ops, contacts := h.applied(t); ops != desks*calls || contacts != desks*calls {
		t.Errorf("%d ops and %d contacts at central, of %d", ops, contacts, desks*calls)
	}
	for _, a := range agents {
		o, err := a.store.Outbox(t.Context())
		if err != nil || o.Pending > 0 || len(o.Refused) > 0 {
			t.Errorf("outbox: %d pending, %d refused, %v", o.Pending, len(o.Refused), err)
		}
	}
	t.Logf("central complete after %v, all desks at rest after %v", took.Round(100*time.Millisecond), rest.Round(100*time.Millisecond))
	if took > healed && !race.On {
		t.Errorf("central was complete after %v", took)
	}
}
