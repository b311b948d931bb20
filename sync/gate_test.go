package sync_test

import (
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	gosync "sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	datasync "github.com/callbench/callbench/sync"
	"github.com/callbench/callbench/sync/wire"
)

// serve answers on loopback until the test ends, quietly.
func serve(t testing.TB, h http.Handler, overTLS bool) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	if overTLS {
		s.EnableHTTP2 = true
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

func says(status int, kind, body string, headers ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

func TestWhatStandsBetweenIsToldApartAndNeverTakenForCentral(t *testing.T) {
	s := newServer(t, central.Config{})
	page := "<html>Please sign in to the guest network</html>"
	for name, c := range map[string]struct {
		answers http.Handler
		want    string
	}{
		"a portal sends elsewhere":                 {http.RedirectHandler("http://portal.example/", http.StatusFound), "portal"},
		"a portal shows its page":                  {says(http.StatusOK, "text/html; charset=utf-8", page), "portal"},
		"a portal says so":                         {says(http.StatusNetworkAuthenticationRequired, "text/html", page), "portal"},
		"a proxy wants a password":                 {says(http.StatusProxyAuthRequired, "text/html", page), "proxy_auth"},
		"a server in front reaches nobody":         {says(http.StatusBadGateway, "text/html", "bad gateway"), "server_error"},
		"another server":                           {http.NotFoundHandler(), "not_central"},
		"another server in JSON":                   {says(http.StatusOK, "application/json", `{"token":"x"}`), "not_central"},
		"somebody speaks as central would":         {says(http.StatusUnauthorized, "application/json", `{"code":"unauthenticated","message":"no"}`), "not_central"},
		"central's next version without this one":  {says(http.StatusNotImplemented, "application/json", `{"code":"unimplemented"}`, wire.Header, "7-9"), "desk_old"},
		"central's last version, before this one":  {says(http.StatusNotImplemented, "application/json", `{"code":"unimplemented"}`, wire.Header, "0-0"), "central_old"},
		"central, which lacks a method of today's": {says(http.StatusNotImplemented, "application/json", `{"code":"unimplemented"}`, wire.Header, "1-1"), "server_error"},
	} {
		front := serve(t, c.answers, false)
		_, _, err := datasync.SignIn(t.Context(), front.URL, "li", password, nil)
		if got := datasync.Reason(err); got != c.want {
			t.Errorf("%s: %s (%v), want %s", name, got, err, c.want)
		}
		li := s.desk(t, "li", deskConfig{url: front.URL})
		li.link(desk.CentralUnreachable, c.want) // and not: refused
		li.stop()
	}
}

func TestACertificateOfAnotherNameIsToldAsSuch(t *testing.T) {
	s := newServer(t, central.Config{})
	files, err := central.InitTLS(t.TempDir(), []string{"elsewhere.example"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: s.central.Handler(), ErrorLog: log.New(io.Discard, "", 0)}
	go server.ServeTLS(ln, files.Cert, files.Key)
	t.Cleanup(func() { server.Close() })
	authority, err := os.ReadFile(files.CA)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	_, _, err = datasync.SignIn(t.Context(), "https://"+ln.Addr().String(), "li", password, roots)
	if got := datasync.Reason(err); got != "tls_name" {
		t.Errorf("%s: %v", got, err)
	}
}

// tunnel is a forward proxy: CONNECT, as for https.
type tunnel struct {
	allow func(*http.Request) int // status
	used  atomic.Int64
	mu    gosync.Mutex
	conns []net.Conn
}

func (p *tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if status := p.allow(r); r.Method != http.MethodConnect || status != http.StatusOK {
		w.Header().Set("Proxy-Authenticate", "Basic realm=office")
		http.Error(w, "no", max(status, http.StatusForbidden))
		return
	}
	far, err := net.Dial("tcp", r.Host)
	if err != nil {
		http.Error(w, "no", http.StatusBadGateway)
		return
	}
	near, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	p.used.Add(1)
	p.mu.Lock()
	p.conns = append(p.conns, near, far)
	p.mu.Unlock()
	_, _ = io.WriteString(near, "HTTP/1.1 200 OK\r\n\r\n")
	go func() { _, _ = io.Copy(far, near); far.Close() }()
	go func() { _, _ = io.Copy(near, far); near.Close() }()
}

func (p *tunnel) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
}

func TestAProxyCarriesADeskOrIsToldApart(t *testing.T) {
	s := newServer(t, central.Config{})
	far := serve(t, s.central.Handler(), true)
	roots := x509.NewCertPool()
	roots.AddCert(far.Certificate())
	for name, c := range map[string]struct {
		status int
		state  desk.CentralState
		reason string
	}{
		"it lets through":       {http.StatusOK, desk.CentralOnline, ""},
		"it wants a password":   {http.StatusProxyAuthRequired, desk.CentralUnreachable, "proxy_auth"},
		"it forbids":            {http.StatusForbidden, desk.CentralUnreachable, "proxy"},
		"it reaches nobody":     {http.StatusBadGateway, desk.CentralUnreachable, "proxy"},
		"it is not there":       {0, desk.CentralUnreachable, "proxy"},
		"it wants its own user": {http.StatusOK, desk.CentralOnline, ""},
	} {
		p := &tunnel{allow: func(r *http.Request) int {
			if name == "it wants its own user" && !strings.HasPrefix(r.Header.Get("Proxy-Authorization"), "Basic ") {
				return http.StatusProxyAuthRequired
			}
			return c.status
		}}
		front := serve(t, p, false)
		at, err := url.Parse(front.URL)
		if err != nil {
			t.Fatal(err)
		}
		if name == "it wants its own user" {
			at.User = url.UserPassword("office", "secret") // as in HTTPS_PROXY=http://office:secret@proxy:3128
		}
		if c.status == 0 {
			front.Close()
		}
		way := datasync.TransportVia(roots, http.ProxyURL(at))
		li := s.desk(t, "li", deskConfig{url: far.URL, transport: way})
		li.link(c.state, c.reason)
		if c.state == desk.CentralOnline && p.used.Load() == 0 {
			t.Errorf("%s: the proxy was not used", name)
		}
		li.stop()
		p.close()
	}
}

// Some proxies end every stream; desks then hear of news by polls.
func TestADeskWhoseStreamsAreCutPolls(t *testing.T) {
	s := newServer(t, central.Config{})
	inside, err := url.Parse(s.url())
	if err != nil {
		t.Fatal(err)
	}
	var streams, polls atomic.Int64
	pass := httputil.NewSingleHostReverseProxy(inside)
	front := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case wire.Path + wire.MethodWatch:
			streams.Add(1)
			panic(http.ErrAbortHandler)
		case wire.Path + wire.MethodPoll:
			polls.Add(1)
		}
		pass.ServeHTTP(w, r)
	}), false)
	li := s.desk(t, "li", deskConfig{url: front.URL})
	wang := s.desk(t, "wang", deskConfig{})
	li.link(desk.CentralOnline, "")
	wang.link(desk.CentralOnline, "")
	until(t, "the desk polls", func() bool { return polls.Load() >= 1 && streams.Load() >= 3 })
	tried := streams.Load()
	id := newID()
	wang.note(id, "", "heard by a poll")
	until(t, "the note comes down", func() bool { _, err := li.store.Contact(t.Context(), id); return err == nil })
	if n := streams.Load(); n != tried {
		t.Errorf("%d streams more were tried while polls work", n-tried)
	}
}

// until waits for what happens beside the test, as long as the machine may need.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(60 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatal(what + ": it did not happen")
		case <-tick.C:
		}
	}
}
