package sync

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base32"
	"encoding/pem"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/callbench/callbench/desk"
)

// joinBits is how much of an authority's SHA-256 a join code holds, in bytes.
const joinBits = 20

// FetchCA finds the authority whose certificate has the join code's fingerprint in what central at
// address presents, and checks that central's own certificate is the authority's and fits the address.
// The PEM is for keeping; nothing else was believed. Errors: desk.ErrInvalid (not a join code),
// desk.ErrForbidden (somebody else answers there), desk.ErrOffline, wrapped.
func FetchCA(ctx context.Context, address, joinCode string) (*x509.CertPool, []byte, error) {
	want, err := fingerprint(joinCode)
	if err != nil {
		return nil, nil, fmt.Errorf("fetch authority: %w", err)
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" {
		return nil, nil, fmt.Errorf("fetch authority: the address begins with https://: %w", desk.ErrInvalid)
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	// Nothing is sent over this connection; the certificates are checked below, against the join code.
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}} //nolint:gosec // see above
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return nil, nil, fmt.Errorf("fetch authority: %w: %w", desk.ErrOffline, err)
	}
	defer conn.Close() //nolint:errcheck // nothing was sent
	tlsConn, ok := conn.(*tls.Conn)
	if !ok {
		return nil, nil, fmt.Errorf("fetch authority: %w", desk.ErrInvalid)
	}
	chain := tlsConn.ConnectionState().PeerCertificates
	for _, cert := range chain {
		sum := sha256.Sum256(cert.Raw)
		if !cert.IsCA || string(sum[:joinBits]) != string(want) {
			continue
		}
		roots := x509.NewCertPool()
		roots.AddCert(cert)
		if _, err := chain[0].Verify(x509.VerifyOptions{Roots: roots, DNSName: u.Hostname()}); err != nil {
			return nil, nil, fmt.Errorf("fetch authority: %w: %w", desk.ErrForbidden, err)
		}
		return roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}), nil
	}
	return nil, nil, fmt.Errorf("fetch authority: the join code is another central's: %w", desk.ErrForbidden)
}

// fingerprint reads a join code as people type it: case, spaces and hyphens do not matter, nor do 0 for
// O and 1 for I, which base32 lacks.
func fingerprint(joinCode string) ([]byte, error) {
	clean := strings.NewReplacer("-", "", " ", "", "0", "O", "1", "I").Replace(strings.ToUpper(strings.TrimSpace(joinCode)))
	raw, err := base32.StdEncoding.DecodeString(clean)
	if err != nil || len(raw) != joinBits {
		return nil, fmt.Errorf("not a join code: %w", desk.ErrInvalid)
	}
	return raw, nil
}
