package sync

import (
	"context"
	"crypto/x509"
	"net/http"
	"net/url"
)

// Push and Pull make one attempt each, for tests that drive a Client without Run. Events are dropped.
func (c *Client) Push(ctx context.Context) (int, error) {
	defer c.drain()
	return c.push(ctx)
}

// Pull takes one checkpoint.
func (c *Client) Pull(ctx context.Context) (int, error) {
	defer c.drain()
	return c.pull(ctx)
}

func (c *Client) drain() {
	for {
		select {
		case <-c.events:
		default:
			return
		}
	}
}

// TransportVia is a link's own transport with another proxy than the environment's.
func TransportVia(roots *x509.CertPool, proxy func(*http.Request) (*url.URL, error)) *http.Transport {
	return newTransport(roots, proxy)
}
