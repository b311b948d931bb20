package sync_test

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	gosync "sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
	datasync "github.com/callbench/callbench/sync"
	"github.com/callbench/callbench/sync/wire"
)

const password = "correct horse"

// within bounds every wait of these tests.
const within = 20 * time.Second

// server is a central behind a listener that can be taken away and come back at the same address.
type server struct {
	t       testing.TB
	cfg     central.Config
	central *central.Central
	close   func()
	addr    string
	mu      gosync.Mutex
	http    *httptest.Server
}

func newServer(t testing.TB, cfg central.Config) *server {
	t.Helper()
	if cfg.Dir == "" {
		cfg.Dir = t.TempDir()
	}
	cfg.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	s := &server{t: t, cfg: cfg}
	s.open()
	s.up()
	t.Cleanup(func() {
		s.down()
		s.close()
	})
	s.user("li", desk.RoleAgent, "sales")
	s.user("wang", desk.RoleAgent, "sales")
	s.user("zhao", desk.RoleAgent, "repair")
	s.user("chen", desk.RoleLead, "sales")
	s.user("root", desk.RoleAdmin, "")
	s.user("tech", desk.RoleMaintainer, "")
	return s
}

// open opens central and lets it run.
func (s *server) open() {
	c, err := central.Open(s.t.Context(), s.cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	s.central = c
	s.close = func() {
		cancel()
		if err := <-done; err != nil {
			s.t.Errorf("central: %v", err)
		}
		if err := c.Close(); err != nil {
			s.t.Error(err)
		}
	}
}

// restart closes central, does something to its data and opens it at the same address.
func (s *server) restart(between func()) {
	s.t.Helper()
	s.close()
	between()
	s.open()
	s.up()
}

func (s *server) user(name string, role desk.Role, group string) {
	s.t.Helper()
	err := s.central.AddUser(s.t.Context(), central.User{Name: name, Display: "用户" + name, Role: role, Group: group}, password)
	if err != nil {
		s.t.Fatal(err)
	}
}

// fixedToken spares a sign-in.
type fixedToken string

func (f fixedToken) Load() string { return string(f) }
func (fixedToken) Save(string)    {}

// token signs in by hand.
func (s *server) token(user string) string {
	s.t.Helper()
	body := fmt.Sprintf(`{"user":%q,"password":%q}`, user, password)
	resp, err := http.Post(s.url()+wire.Path+wire.MethodSignIn, "application/json", strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var in struct{ Token string }
	if err := json.NewDecoder(resp.Body).Decode(&in); err != nil || in.Token == "" {
		s.t.Fatalf("sign in as %s: %+v, %v", user, in, err)
	}
	return in.Token
}

// up listens, on the address of before if there was one.
func (s *server) up() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	address := s.addr
	if address == "" {
		address = "127.0.0.1:0"
	}
	ln, err := net.Listen("tcp", address)
	if err != nil {
		s.t.Fatal(err)
	}
	s.addr = ln.Addr().String()
	s.http = &httptest.Server{Listener: ln, Config: &http.Server{Handler: s.central.Handler()}}
	s.http.Start()
}

func (s *server) down() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.http != nil {
		s.http.CloseClientConnections()
		s.http.Config.Close()
		s.http = nil
	}
}

func (s *server) url() string { return "http://" + s.addr }

// station is one desk: the real store and the real client.
type station struct {
	t      testing.TB
	store  *localstore.Store
	client *datasync.Client
	stop   context.CancelFunc
	done   chan struct{}
	ended  gosync.Once

	mu     gosync.Mutex
	events []datasync.Event
	news   chan struct{} // closed and renewed with every event
}

type deskConfig struct {
	path      string
	password  func() (string, error)
	transport http.RoundTripper
	url       string // where it is not the server's own
	roots     *x509.CertPool
	tokens    datasync.TokenStore
	rows      int // of a page
}

func (s *server) desk(t testing.TB, user string, cfg deskConfig) *station {
	t.Helper()
	if cfg.path == "" {
		cfg.path = filepath.Join(t.TempDir(), "desk.db")
	}
	store, err := localstore.Open(t.Context(), localstore.Config{Path: cfg.path, Key: [32]byte{1}, Org: s.central.Org(), User: user})
	if err != nil {
		t.Fatal(err)
	}
	d := &station{t: t, store: store, done: make(chan struct{}), news: make(chan struct{})}
	if cfg.password == nil {
		cfg.password = func() (string, error) { return password, nil }
	}
	d.client = datasync.New(datasync.Config{
		URL: cmp.Or(cfg.url, s.url()), RootCAs: cfg.roots, User: user, Password: cfg.password, Tokens: cfg.tokens, Store: store, Transport: cfg.transport, PageRows: cfg.rows, Emit: d.take, Version: "test", Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	ctx, cancel := context.WithCancel(context.Background())
	d.stop = func() {
		cancel()
		<-d.done
	}
	go func() {
		defer close(d.done)
		if err := d.client.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(d.end)
	return d
}

// end stops the desk and closes its store; a second end does nothing.
func (d *station) end() {
	d.stop()
	d.ended.Do(func() {
		if err := d.store.Close(); err != nil {
			d.t.Error(err)
		}
	})
}

func (d *station) take(e datasync.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events = append(d.events, e)
	close(d.news)
	d.news = make(chan struct{})
}

// await waits until the events seen so far, all of them, satisfy ok.
func (d *station) await(what string, ok func(events []datasync.Event) bool) {
	d.t.Helper()
	deadline := time.After(within)
	for {
		d.mu.Lock()
		good, news := ok(d.events), d.news
		d.mu.Unlock()
		if good {
			return
		}
		select {
		case <-news:
		case <-deadline:
			d.mu.Lock()
			defer d.mu.Unlock()
			d.t.Fatalf("%s: not within %v; events: %+v", what, within, d.events)
		}
	}
}

// link waits until the newest state of the link is as wanted.
func (d *station) link(state desk.CentralState, reason string) {
	d.t.Helper()
	d.await(fmt.Sprintf("link %s %s", state, reason), func(events []datasync.Event) bool {
		var last datasync.LinkChanged
		for _, e := range events {
			if l, ok := e.(datasync.LinkChanged); ok {
				last = l
			}
		}
		return last.State == state && last.Reason == reason
	})
}

// commit saves an intent as the loop would and nudges.
func (d *station) commit(kind string, changes ...desk.Change) {
	d.t.Helper()
	_, err := d.store.Commit(d.t.Context(), desk.Intent{ID: newID(), Kind: kind, At: 1, Changes: changes})
	if err != nil {
		d.t.Fatal(err)
	}
	d.client.Nudge()
}

func change(table desk.Table, key string, row any) desk.Change {
	text, err := json.Marshal(row)
	if err != nil {
		panic(err)
	}
	return desk.Change{Table: table, Key: key, Fields: text}
}

func (d *station) note(contact, customer, content string) {
	d.t.Helper()
	d.commit("contact.save", change(desk.TableContact, contact, desk.Contact{ID: contact, Customer: customer, At: 1000, Content: content}))
}

// settled waits until nothing is pending.
func (d *station) settled() {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), within)
	defer cancel()
	for {
		if _, _, err := d.client.Now(ctx); err != nil && ctx.Err() != nil {
			d.t.Fatal(err)
		}
		o, err := d.store.Outbox(ctx)
		if err != nil {
			d.t.Fatal(err)
		}
		if o.Pending == 0 {
			return
		}
	}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func TestWhatOneDeskSavesTheOtherSeesAtOnce(t *testing.T) {
	s := newServer(t, central.Config{})
	li, wang := s.desk(t, "li", deskConfig{}), s.desk(t, "wang", deskConfig{})
	li.link(desk.CentralOnline, "")
	wang.link(desk.CentralOnline, "")
	customer, contact := newID(), newID()
	began := time.Now()
	li.commit("contact.save",
		change(desk.TableCustomer, customer, desk.Customer{ID: customer, Name: "张三", Phones: []desk.Phone{{Raw: "13800138000"}}}),
		change(desk.TableContact, contact, desk.Contact{ID: contact, Customer: customer, At: 1000, Content: "想换套餐"}))
	wang.await("the contact on the other desk", func([]datasync.Event) bool {
		h, err := wang.store.History(t.Context(), customer, 10)
		return err == nil && len(h.Contacts) == 1 && h.Contacts[0].Content == "想换套餐"
	})
	t.Logf("saved on one desk, seen on the other after %v", time.Since(began))
	li.settled()
	got, err := s.central.Contact(t.Context(), contact)
	if err != nil {
		t.Fatal(err)
	}
	r, err := li.store.Replica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Agent != "li" || got.Group != "sales" || got.Desk != r.Desk || got.N != 1 {
		t.Errorf("central stamped %+v", got)
	}
}

func TestWorkDoneOfflineGoesUpWhenCentralComesBack(t *testing.T) {
	s := newServer(t, central.Config{})
	li := s.desk(t, "li", deskConfig{})
	li.link(desk.CentralOnline, "")
	s.down()
	li.client.Nudge()
	li.link(desk.CentralUnreachable, "refused")
	var ids []string
	for range 250 {
		id := newID()
		ids = append(ids, id)
		li.note(id, "", "offline")
	}
	if _, _, err := li.client.Now(t.Context()); !errors.Is(err, desk.ErrOffline) {
		t.Errorf("Now gave %v, want ErrOffline", err)
	}
	s.up()
	li.client.Nudge()
	li.link(desk.CentralOnline, "")
	li.settled()
	for i, id := range ids {
		c, err := s.central.Contact(t.Context(), id)
		if err != nil || c.N != int64(i+1) {
			t.Fatalf("contact %d: n %d, %v", i, c.N, err)
		}
	}
	if v, err := s.central.Verify(t.Context()); err != nil || v.Ops != 250 || v.Contacts != 250 {
		t.Errorf("verify: %+v, %v", v, err)
	}
}

func TestARefusedOpIsShownAndDoesNotHoldUpTheNext(t *testing.T) {
	s := newServer(t, central.Config{})
	li, zhao := s.desk(t, "li", deskConfig{}), s.desk(t, "zhao", deskConfig{})
	customer := newID()
	li.commit("customer.save", change(desk.TableCustomer, customer, desk.Customer{ID: customer, Name: "张三", Company: "秘密公司"}))
	li.settled()
	zhao.settled()
	stub, err := zhao.store.Customer(t.Context(), customer)
	if err != nil || !stub.Stub || stub.Name != "张三" || stub.Company != "" {
		t.Fatalf("the other group holds %+v, %v; want a stub", stub, err)
	}
	zhao.commit("customer.save", desk.Change{Table: desk.TableCustomer, Key: customer, Fields: json.RawMessage(`{"company":"偷来"}`)})
	note := newID()
	zhao.note(note, customer, "打来电话")
	zhao.settled()
	o, err := zhao.store.Outbox(t.Context())
	if err != nil || len(o.Refused) != 1 || o.Refused[0].Refusal.Code != "forbidden" {
		t.Fatalf("outbox %+v, %v", o, err)
	}
	if string(o.Refused[0].Op.Changes[0].Fields) != `{"company":"偷来"}` {
		t.Error("the refused text is lost")
	}
	li.settled()
	h, err := li.store.History(t.Context(), customer, 10)
	if err != nil || len(h.Contacts) != 1 || h.Contacts[0].ID != note {
		t.Errorf("the customer's group does not see the talk: %+v, %v", h, err)
	}
	own, err := zhao.store.History(t.Context(), customer, 10)
	if err != nil || len(own.Contacts) != 1 {
		t.Errorf("the author does not see it: %+v, %v", own, err)
	}
}

func TestAWrongPasswordIsARefusalThatDoesNotHammer(t *testing.T) {
	s := newServer(t, central.Config{})
	var word atomic.Value
	word.Store("wrong word")
	var asked atomic.Int64
	count := counting{&asked}
	li := s.desk(t, "li", deskConfig{password: func() (string, error) { return word.Load().(string), nil }, transport: count})
	li.link(desk.CentralRefused, "wrong_password")
	for range 5 {
		li.client.Nudge()
	}
	before := asked.Load()
	if _, _, err := li.client.Now(t.Context()); !errors.Is(err, desk.ErrForbidden) {
		t.Errorf("Now gave %v", err)
	}
	if n := asked.Load(); n > before+3 {
		t.Errorf("%d requests for one press", n-before)
	}
	if before > 3 {
		t.Errorf("%d requests with one wrong password", before)
	}
	word.Store(password)
	li.client.Nudge()
	li.link(desk.CentralOnline, "")
}

// counting counts requests.
type counting struct{ n *atomic.Int64 }

func (c counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return http.DefaultTransport.RoundTrip(r)
}

func TestADisabledUserIsShutOutWithinSeconds(t *testing.T) {
	s := newServer(t, central.Config{})
	li := s.desk(t, "li", deskConfig{})
	li.link(desk.CentralOnline, "")
	if err := s.central.Disable(t.Context(), "li", true); err != nil {
		t.Fatal(err)
	}
	li.link(desk.CentralRefused, "disabled")
	li.note(newID(), "", "kept")
	o, err := li.store.Outbox(t.Context())
	if err != nil || o.Pending != 1 {
		t.Errorf("outbox %+v, %v", o, err)
	}
	if err := s.central.Disable(t.Context(), "li", false); err != nil {
		t.Fatal(err)
	}
	li.settled()
}
