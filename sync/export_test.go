package sync

import (
	"crypto/x509"
	"net/http"
	"net/url"
)

// TransportVia is a link's own transport with another proxy than the environment's.
func TransportVia(roots *x509.CertPool, proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return newTransport(roots, proxy)
}
