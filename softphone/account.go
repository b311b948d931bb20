package softphone

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/callbench/callbench/softphone/dispatch"
)

// registrar is one place to register at.
type registrar struct {
	text    string // as configured
	network string // udp, tcp, tls
	host    string
	port    int // 0: where DNS says
}

// account is an address of record with a SIP endpoint of its own, since accounts may trust different
// certificates.
type account struct {
	p          *Phone
	cfg        Account
	aor        sip.Uri
	registrars []registrar
	sip        *dispatch.Endpoint
	auth       *dispatch.Credentials
	wake       chan struct{}

	mu      sync.Mutex
	flow    *dispatch.Flow      // to the registrar that has our contact; nil: none
	trusted map[netip.Addr]bool // addresses of our registrars: who else calls does not make the desk ring

	// Owned by run.
	told    RegistrationChanged
	regBox  *dispatch.Mailbox
	regSeq  uint32
	regTag  string
	last    int         // index of the registrar that took us last
	silent  int         // … of the one that did not answer a moment ago; -1: none
	home    int         // … of the one that is preferred to last and answers again; -1: none
	options map[int]int // how each takes OPTIONS, as far as is known
	contact sip.Uri
}

func openAccount(p *Phone, cfg Account) (*account, error) {
	a := &account{
		p: p, cfg: cfg, wake: make(chan struct{}, 1), trusted: map[netip.Addr]bool{},
		regTag: sip.GenerateTagN(10), silent: -1, home: -1, options: map[int]int{},
	}
	if err := sip.ParseUri(cfg.AOR, &a.aor); err != nil || a.aor.User == "" || a.aor.Host == "" {
		return nil, fmt.Errorf("account %q: the address of record is not sip:user@host", cfg.AOR)
	}
	for _, r := range cfg.Registrars {
		reg, err := parseRegistrar(r)
		if err != nil {
			return nil, fmt.Errorf("account %q: %w", cfg.AOR, err)
		}
		a.registrars = append(a.registrars, reg)
	}
	switch cfg.AutoAnswer {
	case "", AutoAnswerOff, AutoAnswerHeader, AutoAnswerAlways:
	default:
		return nil, fmt.Errorf("account %q: auto-answer %q: %w", cfg.AOR, cfg.AutoAnswer, errUnsupported)
	}
	if cfg.SRTP != "" && cfg.SRTP != "off" {
		return nil, fmt.Errorf("account %q: srtp %q: %w", cfg.AOR, cfg.SRTP, errUnsupported)
	}
	if a.cfg.Expires == 0 {
		a.cfg.Expires = 2 * time.Minute
	}
	user := cfg.AuthUser
	if user == "" {
		user = a.aor.User
	}
	a.auth = &dispatch.Credentials{User: user, Password: cfg.Password}
	var err error
	a.sip, err = dispatch.Open(dispatch.Config{
		Networks: []string{"udp"}, IP: p.cfg.IP, UserAgent: p.cfg.UserAgent, Request: a.receive, Admit: a.trusts, Log: p.log,
		Wrap: p.cfg.wrap, Resolver: p.cfg.resolver,
		TLS: &tls.Config{RootCAs: cfg.RootCAs, MinVersion: tls.VersionTLS12},
	})
	if err != nil {
		return nil, fmt.Errorf("account %q: %w", cfg.AOR, err)
	}
	return a, nil
}

// parseRegistrar reads sip:host[:port][;transport=udp|tcp|tls] and sips:host[:port].
func parseRegistrar(s string) (registrar, error) {
	var u sip.Uri
	if err := sip.ParseUri(s, &u); err != nil || u.Host == "" || u.User != "" || (u.Scheme != "sip" && u.Scheme != "sips") {
		return registrar{}, fmt.Errorf("registrar %q is not sip:host:port", s)
	}
	r := registrar{text: s, network: strings.ToLower(u.UriParams.GetOr("transport", "udp")), host: u.Host, port: u.Port}
	if u.Scheme == "sips" {
		r.network = "tls"
	}
	if r.network != "udp" && r.network != "tcp" && r.network != "tls" {
		return registrar{}, fmt.Errorf("registrar %q: transport: %w", s, errUnsupported)
	}
	return r, nil
}

// current is the flow of the registration; nil: none, or its connection is gone.
func (a *account) current() *dispatch.Flow {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.flow == nil {
		return nil
	}
	select {
	case <-a.flow.Done():
		return nil
	default:
		return a.flow
	}
}

func (a *account) setFlow(f *dispatch.Flow) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.flow = f
}

// trusts reports whether calls from there may ring (an account without registrar takes all).
func (a *account) trusts(f *dispatch.Flow) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.registrars) == 0 || a.trusted[f.Remote().Addr()]
}

// moved has the account registered again at once, by the address that the machine has now.
func (a *account) moved() {
	a.sip.Moved()
	select {
	case a.wake <- struct{}{}:
	default: // one is waiting already
	}
}

// maxTrusted bounds the memory of registrar addresses; the names behind them may move for years.
const maxTrusted = 64

func (a *account) trust(f *dispatch.Flow) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.trusted) >= maxTrusted {
		clear(a.trusted)
	}
	a.trusted[f.Remote().Addr()] = true
}

// reach connects to the host of a URI, for accounts without registrar.
func (a *account) reach(ctx context.Context, u sip.Uri) (*dispatch.Flow, error) {
	network := strings.ToLower(u.UriParams.GetOr("transport", "udp"))
	return a.sip.Dial(ctx, network, u.Host, u.Port)
}

// target makes the Request-URI of what was dialled: an address, or a number at our own host.
func (a *account) target(to string) (sip.Uri, error) {
	to = strings.TrimSpace(to)
	if strings.HasPrefix(to, "sip:") || strings.HasPrefix(to, "sips:") {
		var u sip.Uri
		if err := sip.ParseUri(to, &u); err != nil || u.Host == "" || strings.ContainsAny(to, "<> \t\r\n\"") {
			return sip.Uri{}, ErrNumber
		}
		return u, nil
	}
	var user strings.Builder
	for _, r := range to {
		switch {
		case r == ' ', r == '-', r == '(', r == ')', r == '.', r == '/', r == '\u00a0':
			// how people write numbers
		case r == '#':
			user.WriteString("%23") // RFC 3261 section 25.1: not allowed bare in the user part
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r == '+', r == '*', r == '_':
			user.WriteRune(r)
		default:
			return sip.Uri{}, ErrNumber
		}
	}
	if user.Len() == 0 || user.Len() > 128 {
		return sip.Uri{}, ErrNumber
	}
	return sip.Uri{Scheme: "sip", User: user.String(), Host: a.aor.Host, Port: a.aor.Port}, nil
}

// receive takes requests of Call-IDs that no call has claimed, from peers that the account trusts.
func (a *account) receive(in *dispatch.Incoming) {
	_, inDialog := in.Req.To().Params.Get("tag")
	switch {
	case inDialog:
		_ = in.Reply(sip.StatusCallTransactionDoesNotExists, "Call/Transaction Does Not Exist")
	case in.Req.Method == sip.INVITE:
		a.invited(in)
	case in.Req.Method == sip.OPTIONS:
		res := in.Response(sip.StatusOK, "OK", nil)
		addCapabilities(res)
		_ = in.Send(res)
	case in.Req.Method == sip.NOTIFY:
		// Unasked message waiting indications; saying no would make some PBXs drop the contact.
		_ = in.Reply(sip.StatusOK, "OK")
	default:
		res := in.Response(sip.StatusMethodNotAllowed, "Method Not Allowed", nil)
		addCapabilities(res)
		_ = in.Send(res)
	}
}
