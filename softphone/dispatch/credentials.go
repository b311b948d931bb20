package dispatch

import (
	"crypto/md5" //nolint:gosec // RFC 3261 digest
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// Credentials answer digest challenges: MD5, SHA-256, SHA-512-256 and their -sess forms (RFC 8760).
type Credentials struct {
	User, Password string
}

var errNoChallenge = errors.New("no challenge that can be answered")

// answer builds the request again with credentials for every realm that asked. Of the challenges of
// one realm the first that we can compute is answered: the server puts the one it likes best first
// (RFC 8760 section 2.4). A realm that refused our answer to the same nonce is a wrong password: error.
func (c *Credentials) answer(req *sip.Request, res *sip.Response) (*sip.Request, error) {
	next := req.Clone()
	next.RemoveHeader("Via") // a new branch
	name, reply := "WWW-Authenticate", "Authorization"
	if res.StatusCode == sip.StatusProxyAuthRequired {
		name, reply = "Proxy-Authenticate", "Proxy-Authorization"
	}
	before := given(req, reply)
	for next.RemoveHeader(reply) {
		continue
	}
	answered := map[string]bool{}
	for _, h := range res.GetHeaders(name) {
		chal, err := digest.ParseChallenge(h.Value())
		if err != nil || answered[chal.Realm] || !canDigest(chal) {
			continue
		}
		if old, tried := before[chal.Realm]; tried && (old.Nonce == chal.Nonce || !chal.Stale) {
			return nil, fmt.Errorf("%w: refused", errNoChallenge)
		}
		cred, err := c.digest(chal, req)
		if err != nil {
			continue
		}
		next.AppendHeader(sip.NewHeader(reply, cred.String()))
		answered[chal.Realm] = true
	}
	if len(answered) == 0 {
		return nil, errNoChallenge
	}
	for realm, old := range before {
		if !answered[realm] { // another proxy's, still good
			next.AppendHeader(sip.NewHeader(reply, old.String()))
		}
	}
	return next, nil
}

func given(req *sip.Request, name string) map[string]*digest.Credentials {
	out := map[string]*digest.Credentials{}
	for _, h := range req.GetHeaders(name) {
		if c, err := digest.ParseCredentials(h.Value()); err == nil {
			out[c.Realm] = c
		}
	}
	return out
}

func plain(algorithm string) (string, bool) {
	a := strings.ToUpper(algorithm)
	return strings.TrimSuffix(a, "-SESS"), strings.HasSuffix(a, "-SESS")
}

func canDigest(chal *digest.Challenge) bool {
	c := *chal
	c.Algorithm, _ = plain(chal.Algorithm)
	for i := range c.QOP {
		c.QOP[i] = strings.TrimSpace(c.QOP[i])
	}
	return digest.CanDigest(&c)
}

func (c *Credentials) digest(chal *digest.Challenge, req *sip.Request) (*digest.Credentials, error) {
	opt := digest.Options{
		Method: string(req.Method), URI: req.Recipient.String(), Count: 1,
		Username: c.User, Password: c.Password,
		GetBody: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(req.Body()))), nil },
	}
	bare, sess := plain(chal.Algorithm)
	if !sess {
		return digest.Digest(chal, opt)
	}
	// RFC 7616 section 3.4.2: A1 of a -sess algorithm binds nonce and cnonce.
	nonce := make([]byte, 8)
	_, _ = rand.Read(nonce) // never fails
	opt.Cnonce = hex.EncodeToString(nonce)
	a1 := hexHash(bare, c.User+":"+chal.Realm+":"+c.Password)
	opt.A1 = hexHash(bare, a1+":"+chal.Nonce+":"+opt.Cnonce)
	without := *chal
	without.Algorithm = bare
	cred, err := digest.Digest(&without, opt)
	if err != nil {
		return nil, err
	}
	cred.Algorithm = chal.Algorithm
	return cred, nil
}

func hexHash(algorithm, s string) string {
	var h hash.Hash
	switch algorithm {
	case "SHA-256":
		h = sha256.New()
	case "SHA-512":
		h = sha512.New()
	case "SHA-512-256":
		h = sha512.New512_256()
	default:
		h = md5.New() //nolint:gosec // RFC 3261 digest
	}
	h.Write([]byte(s))
	return hex.EncodeToString(h.Sum(nil))
}
