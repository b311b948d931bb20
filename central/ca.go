package central

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base32"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/callbench/callbench/desk"
)

// How long certificates hold. The authority is made once; its server certificate is made anew by
// another InitTLS before it ends.
const (
	authorityLife = 10 * 365 * 24 * time.Hour
	serverLife    = 2 * 365 * 24 * time.Hour
)

// TLSFiles is where the certificates of an installation are.
type TLSFiles struct {
	CA       string `json:"ca"`       // the authority's certificate, not secret
	CAKey    string `json:"-"`        // mode 0600
	Cert     string `json:"cert"`     // the server's, followed by the authority's
	Key      string `json:"key"`      // mode 0600
	JoinCode string `json:"joincode"` // typed at a desk: by it the desk knows the authority
}

func tlsFiles(dir string) TLSFiles {
	at := func(name string) string { return filepath.Join(dir, "tls", name) }
	return TLSFiles{CA: at("ca.crt"), CAKey: at("ca.key"), Cert: at("server.crt"), Key: at("server.key")}
}

// FindTLS gives the files that InitTLS made in dir; desk.ErrNotFound wrapped where it has not run.
func FindTLS(dir string) (TLSFiles, error) {
	f := tlsFiles(dir)
	ca, err := readCert(f.CA)
	if errors.Is(err, os.ErrNotExist) {
		return f, fmt.Errorf("no certificates in %s: %w", dir, desk.ErrNotFound)
	}
	if err != nil {
		return f, fmt.Errorf("certificates in %s: %w", dir, err)
	}
	f.JoinCode = JoinCode(ca.Raw)
	return f, nil
}

// InitTLS makes an authority (once) and a server certificate for the names and addresses under which
// desks will call.
func InitTLS(dir string, hosts []string, now time.Time) (TLSFiles, error) {
	f, err := initTLS(dir, hosts, now)
	if err != nil {
		return f, fmt.Errorf("make certificates in %s: %w", dir, err)
	}
	return f, nil
}

func initTLS(dir string, hosts []string, now time.Time) (TLSFiles, error) {
	f := tlsFiles(dir)
	if err := os.MkdirAll(filepath.Dir(f.CA), 0o700); err != nil {
		return f, err
	}
	ca, caKey, err := authority(f, now)
	if err != nil {
		return f, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return f, err
	}
	cert := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Callbench central"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(serverLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			cert.IPAddresses = append(cert.IPAddresses, ip)
		} else {
			cert.DNSNames = append(cert.DNSNames, h)
		}
	}
	raw, err := x509.CreateCertificate(rand.Reader, cert, ca, key.Public(), caKey)
	if err != nil {
		return f, err
	}
	if err := writeKey(f.Key, key); err != nil {
		return f, err
	}
	f.JoinCode = JoinCode(ca.Raw)
	return f, writeWhole(f.Cert, append(pemOf("CERTIFICATE", raw), pemOf("CERTIFICATE", ca.Raw)...))
}

// authority reads the authority or makes it.
func authority(f TLSFiles, now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	ca, err := readCert(f.CA)
	if err == nil {
		key, err := readKey(f.CAKey)
		return ca, key, err
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	cert := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Callbench authority"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(authorityLife),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, cert, cert, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	if err := writeKey(f.CAKey, key); err != nil {
		return nil, nil, err
	}
	if err := writeWhole(f.CA, pemOf("CERTIFICATE", raw)); err != nil {
		return nil, nil, err
	}
	ca, err = x509.ParseCertificate(raw)
	return ca, key, err
}

// joinBytes of the fingerprint are in a join code: 160 bits, nobody finds a second certificate for them.
const joinBytes = 20

// JoinCode is how people read an authority's certificate to each other: the first 160 bits of its
// SHA-256 in base32 (RFC 4648), in groups of four.
func JoinCode(certificate []byte) string {
	sum := sha256.Sum256(certificate)
	text := base32.StdEncoding.EncodeToString(sum[:joinBytes])
	var groups []string
	for len(text) > 0 {
		groups = append(groups, text[:4])
		text = text[4:]
	}
	return strings.Join(groups, "-")
}

func serial() *big.Int {
	n, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // never fails (crypto/rand)
	return n
}

func pemOf(kind string, raw []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw})
}

func writeKey(path string, key *ecdsa.PrivateKey) error {
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return writeWhole(path, pemOf("PRIVATE KEY", raw))
}

// writeWhole replaces a file, mode 0600, so that never half of it is there.
func writeWhole(path string, text []byte) error {
	part := path + ".part"
	if err := os.WriteFile(part, text, 0o600); err != nil {
		return err
	}
	if err := syncFile(part); err != nil {
		return err
	}
	return os.Rename(part, path)
}

func readPEM(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s is not PEM: %w", path, desk.ErrInvalid)
	}
	return block.Bytes, nil
}

func readCert(path string) (*x509.Certificate, error) {
	raw, err := readPEM(path)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(raw)
}

func readKey(path string) (*ecdsa.PrivateKey, error) {
	raw, err := readPEM(path)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(raw)
	if err != nil {
		return nil, err
	}
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s is not an EC key: %w", path, desk.ErrInvalid)
	}
	return ec, nil
}
