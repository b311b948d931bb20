package sync

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// newHTTP makes the client of one link. Redirects are not followed: they come from captive portals. The proxy is the
// environment's.
func newHTTP(roots *x509.CertPool, transport http.RoundTripper) *http.Client {
	if transport == nil {
		transport = newTransport(roots, http.ProxyFromEnvironment)
	}
	return &http.Client{
		Transport:     gate{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func newTransport(roots *x509.CertPool, proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return &http.Transport{
		Proxy: proxy,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
			switch resp.StatusCode {
			case http.StatusOK:
				return nil
			case http.StatusProxyAuthRequired:
				return errProxyAuth
			}
			return fmt.Errorf("status %d: %w", resp.StatusCode, errProxy)
		},
		DialContext:         (&net.Dialer{Timeout: dialWithin, KeepAlive: 15 * time.Second}).DialContext,
		TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: dialWithin,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 4,
		IdleConnTimeout:     90 * time.Second,
	}
}

// Who answered instead of central. None of it says anything about our call, nor about our user.
var (
	errNotCentral = fmt.Errorf("the answer is not central's: %w", desk.ErrOffline)
	errGateway    = fmt.Errorf("a server in front of central does not reach it: %w", desk.ErrOffline)
	errPortal     = fmt.Errorf("the network wants somebody to sign in to it: %w", desk.ErrOffline)
	errProxy      = fmt.Errorf("the proxy does not let us through: %w", desk.ErrOffline)
	errProxyAuth  = fmt.Errorf("the proxy wants a user and password: %w", desk.ErrOffline)
)

// gate lets pass what central answered, which is what carries its header.
type gate struct{ next http.RoundTripper }

func (g gate) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := g.next.RoundTrip(r)
	if err != nil || resp.Header.Get(wire.Header) != "" {
		return resp, err //nolint:wrapcheck // the transport's own
	}
	_ = resp.Body.Close() // nobody wants it
	return nil, fmt.Errorf("status %d: %w", resp.StatusCode, stranger(resp))
}

// stranger says who gave an answer that is not central's. Captive portals send elsewhere, show a page of their own, or
// say 511 (RFC 6585 section 6).
func stranger(resp *http.Response) error {
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch code := resp.StatusCode; {
	case code == http.StatusProxyAuthRequired:
		return errProxyAuth
	case code == http.StatusNetworkAuthenticationRequired, code >= 300 && code < 400, code < 300 && kind == "text/html":
		return errPortal
	case code == http.StatusBadGateway, code == http.StatusServiceUnavailable, code == http.StatusGatewayTimeout:
		return errGateway
	}
	return errNotCentral
}

// CloseIdleConnections hands on what http.Client is asked for.
func (g gate) CloseIdleConnections() {
	if c, ok := g.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
