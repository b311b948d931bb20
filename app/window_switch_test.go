//go:build !nowindow

package app

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// sharedPC is a computer that lin and chen share, and their central, which can be out of reach.
type sharedPC struct {
	at      joined
	central *central.Central
	serve   func() (stop func())
}

func startSharedPC(t *testing.T) *sharedPC {
	t.Helper()
	c, err := central.Open(t.Context(), central.Config{Dir: t.TempDir(), Org: "bank"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	for _, name := range []string{"lin", "chen"} {
		if err := c.AddUser(t.Context(), central.User{Name: name, Role: desk.RoleAgent, Group: "north"}, name+"s-password"); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	dir := t.TempDir()
	secrets, err := host.Sealed(filepath.Join(dir, sealedFile), "一句不短的口令就好")
	if err != nil {
		t.Fatal(err)
	}
	pc := &sharedPC{central: c, at: joined{
		dir: dir, secrets: secrets, set: settings{Lang: desk.ZhHans, URL: "http://" + address, User: "lin", Org: "bank", Sealed: true},
	}}
	pc.serve = func() func() {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		s := &http.Server{Handler: c.Handler()}
		done := make(chan struct{})
		go func() { defer close(done); _ = s.Serve(l) }()
		return func() { s.Close(); <-done }
	}
	return pc
}

func problemOf(err error) string {
	if j, ok := errors.AsType[*joinError](err); ok {
		return j.code
	}
	return ""
}

func TestAnotherUserSignsInAtTheSameComputer(t *testing.T) {
	pc := startSharedPC(t)
	now := time.Now()
	if _, err := pc.at.signInAs(t.Context(), "chen", "chens-password", now); problemOf(err) != "unknown_here" {
		t.Fatalf("a stranger without central: %v", err)
	}
	stop := pc.serve()
	if _, err := pc.at.signInAs(t.Context(), "chen", "no", now); problemOf(err) != "wrong_password" {
		t.Fatalf("a wrong password: %v", err)
	}
	if s, _, err := readSettings(pc.at.dir); err == nil && s.User != "" {
		t.Fatalf("the profile is %q's after a wrong password", s.User)
	}
	chen, err := pc.at.signInAs(t.Context(), " chen ", "chens-password", now)
	if err != nil || chen.set.User != "chen" {
		t.Fatalf("%+v %v", chen.set, err)
	}
	if s, _, err := readSettings(pc.at.dir); err != nil || s.User != "chen" {
		t.Fatalf("%+v %v", s, err)
	}
	stop()
	open := func(at joined) { // as the window does: from then on chen is known here
		cfg, err := (&program{log: slog.New(slog.DiscardHandler)}).workplaceOf(at.dir, at.set, at.secrets)
		if err != nil {
			t.Fatal(err)
		}
		s, err := localstore.Open(t.Context(), localstore.Config{Path: cfg.StorePath, Key: cfg.StoreKey, User: at.set.User})
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
	}
	open(chen)
	for name, c := range map[string]struct {
		password string
		at       time.Time
		want     string
	}{
		"comes back without central":                    {"chens-password", now.Add(6 * 24 * time.Hour), ""},
		"comes back with a wrong password":              {"lins-password", now, "wrong_password"},
		"comes back without central after eight days":   {"chens-password", now.Add(8 * 24 * time.Hour), "grace"},
		"comes back with a clock that was set far back": {"chens-password", now.Add(-48 * time.Hour), "grace"},
	} {
		if _, err := pc.at.signInAs(t.Context(), "chen", c.password, c.at); problemOf(err) != c.want || (err == nil) != (c.want == "") {
			t.Errorf("chen %s: %v, want %q", name, err, c.want)
		}
	}
}

// left is what lin wrote before chen took the place, with the computer as chen has it.
func left(t *testing.T, pc *sharedPC, p *program) (chen joined, key string) {
	t.Helper()
	lin, err := pc.at.signInAs(t.Context(), "lin", "lins-password", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := p.workplaceOf(lin.dir, lin.set, lin.secrets)
	if err != nil {
		t.Fatal(err)
	}
	store, err := localstore.Open(t.Context(), localstore.Config{Path: cfg.StorePath, Key: cfg.StoreKey, Org: "bank", User: "lin"})
	if err != nil {
		t.Fatal(err)
	}
	key = "01890000-0000-7000-8000-0000000000aa"
	_, err = store.Commit(t.Context(), desk.Intent{ID: "01890000-0000-7000-8000-000000000001", Kind: "contact.save", At: 1, Changes: []desk.Change{
		{Table: desk.TableContact, Key: key, Fields: []byte(`{"id":"` + key + `","at":1700000000000,"content":"写于下班前","agent":"lin"}`)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	store.Close()
	if chen, err = lin.signInAs(t.Context(), "chen", "chens-password", time.Now()); err != nil {
		t.Fatal(err)
	}
	return chen, key
}

func TestWhatAUserLeftIsBroughtUpWhileAnotherWorks(t *testing.T) {
	pc := startSharedPC(t)
	p := &program{log: slog.New(slog.DiscardHandler), version: "test"}
	stop := pc.serve()
	defer func() { stop() }()
	chen, key := left(t, pc, p)
	if got := chen.others(); len(got) != 1 || got[0] != "lin" {
		t.Fatalf("others are %v", got)
	}
	stop()
	o, err := p.bringUp(t.Context(), chen, "lin", false, time.Second)
	if err != nil || o.Pending != 1 || o.Problem == "" {
		t.Fatalf("without central: %+v %v", o, err)
	}
	stop = pc.serve()
	if o, err = p.bringUp(t.Context(), chen, "lin", true, testPatience); err != nil || o.Pending != 0 {
		t.Fatalf("with central: %+v %v", o, err)
	}
	c, err := pc.central.Contact(t.Context(), key)
	if err != nil || c.Content != "写于下班前" || c.Agent != "lin" {
		t.Errorf("%+v %v", c, err)
	}
}

func TestAStoreLeftBehindIsWipedAndTheColleaguesStays(t *testing.T) {
	pc := startSharedPC(t)
	p := &program{log: slog.New(slog.DiscardHandler), version: "test"}
	defer pc.serve()()
	chen, key := left(t, pc, p)
	// lin's desk has been seen by central before it is ordered to go
	if o, err := p.bringUp(t.Context(), chen, "lin", true, testPatience); err != nil || o.Pending != 0 {
		t.Fatalf("%+v %v", o, err)
	}
	if err := pc.central.Wipe(t.Context(), "", "lin", true); err != nil {
		t.Fatal(err)
	}
	if _, err := p.bringUp(t.Context(), chen, "lin", true, testPatience); err != nil {
		t.Fatal(err)
	}
	if exists(storePath(chen.dir, "lin")) {
		t.Error("lin's store is there")
	}
	if _, err := chen.secrets.Get(secretName(secretStore, "lin")); !errors.Is(err, host.ErrNoSecret) {
		t.Errorf("lin's key: %v", err)
	}
	if s, known, err := readSettings(chen.dir); err != nil || !known || s.User != "chen" {
		t.Errorf("chen's settings: %+v %v", s, err)
	}
	if _, err := chen.secrets.Get(secretName(secretCentral, "chen")); err != nil || !exists(filepath.Join(chen.dir, sealedFile)) {
		t.Errorf("chen's secrets: %v", err)
	}
	if c, err := pc.central.Contact(t.Context(), key); err != nil || c.Content == "" {
		t.Errorf("what lin wrote: %+v %v", c, err)
	}
}
