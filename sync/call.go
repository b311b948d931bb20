package sync

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// Times of a call.
const (
	dialWithin = 5 * time.Second
	callWithin = 20 * time.Second
)

// newHTTP makes the client of one link. Redirects are not followed: they come from captive portals.
func newHTTP(roots *x509.CertPool, transport http.RoundTripper) *http.Client {
	if transport == nil {
		transport = &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: dialWithin, KeepAlive: 15 * time.Second}).DialContext,
			TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout: dialWithin,
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 4,
			IdleConnTimeout:     90 * time.Second,
		}
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// errPlain says that a password would cross a network in the clear.
var errPlain = errors.New("central's address must begin with https://")

// checkURL lets plain HTTP pass for this machine only.
func checkURL(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return fmt.Errorf("central's address: %w", desk.ErrInvalid)
	}
	if u.Scheme == "https" {
		return nil
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback()) {
		return nil
	}
	return errPlain
}

// open sends a request and gives the answer with status 200; another one comes back as an error.
func open(ctx context.Context, client *http.Client, base, method, token string, in any) (*http.Response, error) {
	if err := checkURL(base); err != nil {
		return nil, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, base+wire.Path+method, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", method, desk.ErrOffline, err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	defer resp.Body.Close() //nolint:errcheck // the answer is a fault already
	var f wire.FaultError
	text, _ := io.ReadAll(io.LimitReader(resp.Body, wire.MaxSmallBytes))
	if json.Unmarshal(text, &f) != nil || f.Code == "" {
		// A proxy or portal answered, not central: nothing is known about our call.
		return nil, fmt.Errorf("%s: status %d: %w", method, resp.StatusCode, errNotCentral)
	}
	return nil, fmt.Errorf("%s: %w", method, &f)
}

// errNotCentral says that something else answered at central's address.
var errNotCentral = fmt.Errorf("the answer is not central's: %w", desk.ErrOffline)

// once makes one call and reads its whole answer.
func once[Out any](ctx context.Context, client *http.Client, base, method, token string, in any) (*Out, error) {
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	resp, err := open(ctx, client, base, method, token, in)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		return nil, fmt.Errorf("%s: %w", method, errNotCentral)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, wire.MaxAnswer))
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", method, desk.ErrOffline, err)
	}
	out := new(Out)
	if json.Unmarshal(text, out) != nil {
		return nil, fmt.Errorf("%s: %w", method, errNotCentral)
	}
	return out, nil
}

// call makes a call with the token, signing in where there is none or it is no longer good.
func call[Out any](ctx context.Context, c *Client, method string, in any) (*Out, error) {
	if done, token, err := c.underOrder(method); done {
		if err != nil {
			return nil, err
		}
		return once[Out](ctx, c.http, c.cfg.URL, method, token, in)
	}
	for again := false; ; again = true {
		token, err := c.signedIn(ctx)
		if err != nil {
			return nil, err
		}
		out, err := once[Out](ctx, c.http, c.cfg.URL, method, token, in)
		if again || !badToken(err) {
			return out, c.heed(ctx, err)
		}
		c.dropToken(token)
	}
}

func badToken(err error) bool {
	var f *wire.FaultError
	return errors.As(err, &f) && f.Code == wire.CodeUnauthenticated && f.Cause == wire.CauseToken
}

// Reasons of a failed link, as desk.Link words them.
const (
	reasonRefused     = "refused"
	reasonTimeout     = "timeout"
	reasonDNS         = "dns"
	reasonTLS         = "tls"
	reasonPassword    = "wrong_password"
	reasonDisabled    = "disabled"
	reasonTooMany     = "too_many_attempts"
	reasonWiped       = "wiped"
	reasonServerError = "server_error"
)

// winsockRefused is WSAECONNREFUSED: package syscall has another number under that name on Windows.
const winsockRefused = 10061

// Reason gives the code of desk.Link for an error of this package; "" for nil.
func Reason(err error) string {
	if err == nil {
		return ""
	}
	if f, ok := errors.AsType[*wire.FaultError](err); ok {
		if f.Cause == wire.CauseWrongPassword {
			return reasonPassword
		}
		if f.Cause == wire.CauseDisabled {
			return reasonDisabled
		}
		if f.Cause == wire.CauseTooMany {
			return reasonTooMany
		}
		if f.Cause == wire.CauseWiped {
			return reasonWiped
		}
		return reasonServerError
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return reasonDNS
	}
	if isTLS(err) {
		return reasonTLS
	}
	var number syscall.Errno
	if errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, &number) && number == winsockRefused {
		return reasonRefused
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH) {
		return reasonTimeout
	}
	return reasonServerError
}

func isTLS(err error) bool {
	var verify *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	return errors.Is(err, errPlain) || errors.As(err, &verify) || errors.As(err, &unknown) || errors.As(err, &host) ||
		errors.As(err, &invalid) || errors.As(err, &record) || errors.As(err, &alert) ||
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// linkState is the state of the link after an error.
func linkState(err error) desk.CentralState {
	if r := Reason(err); r == reasonPassword || r == reasonDisabled || r == reasonWiped {
		return desk.CentralRefused
	}
	return desk.CentralUnreachable
}
