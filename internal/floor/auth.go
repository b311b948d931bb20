package floor

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"
)

// realm is what the phones' passwords are for.
const realm = "floor"

// nonceLife is how long a nonce is good; afterwards a right answer to it gets stale=true and may be
// given again for the new one.
const nonceLife = 5 * time.Minute

// gate checks digest credentials (RFC 3261 section 22, RFC 8760). It keeps nothing per nonce: a nonce
// is the time it was made and a MAC over it. So a listener on loopback could repeat a request while the
// nonce lives, which a simulation may leave open.
type gate struct {
	key       []byte
	passwords map[string]string // by extension
}

func newGate(agents []Agent) *gate {
	g := &gate{key: make([]byte, 32), passwords: map[string]string{}}
	_, _ = rand.Read(g.key) // never fails
	for _, a := range agents {
		g.passwords[a.Extension] = a.Password
	}
	return g
}

func (g *gate) knows(ext string) bool {
	_, ok := g.passwords[ext]
	return ok
}

func (g *gate) nonce(now time.Time) string {
	t := strconv.FormatInt(now.UnixMilli(), 36)
	m := hmac.New(sha256.New, g.key)
	m.Write([]byte(t))
	return t + "." + hex.EncodeToString(m.Sum(nil)[:16])
}

// fresh reports whether a nonce is ours, and whether it is still good.
func (g *gate) fresh(now time.Time, nonce string) (ours, good bool) {
	t, _, _ := strings.Cut(nonce, ".")
	ms, err := strconv.ParseInt(t, 36, 64)
	if err != nil || !hmac.Equal([]byte(g.nonce(time.UnixMilli(ms))), []byte(nonce)) {
		return false, false
	}
	age := now.Sub(time.UnixMilli(ms))
	return true, age >= 0 && age <= nonceLife
}

// challenges are the header values to ask with, the better algorithm first.
func (g *gate) challenges(now time.Time, stale bool) []string {
	nonce := g.nonce(now)
	var out []string
	for _, alg := range []string{"SHA-256", "MD5"} {
		v := `Digest realm="` + realm + `", nonce="` + nonce + `", algorithm=` + alg + `, qop="auth"`
		if stale {
			v += `, stale=true`
		}
		out = append(out, v)
	}
	return out
}

// verdict is what credentials turn out to be.
type verdict int

const (
	wrong verdict = iota // none, or not right: ask again
	stale                // right, but the nonce is too old: ask again and say so
	right
)

// check judges the credentials of a request that ext must have sent; header is "Authorization" or
// "Proxy-Authorization".
func (g *gate) check(now time.Time, req *sip.Request, header, ext string) verdict {
	password, ok := g.passwords[ext]
	if !ok {
		return wrong
	}
	for _, h := range req.GetHeaders(header) {
		cred, err := digest.ParseCredentials(h.Value())
		if err != nil || cred.Realm != realm || cred.Username != ext {
			continue
		}
		ours, good := g.fresh(now, cred.Nonce)
		if !ours {
			continue
		}
		want, err := digest.Digest(&digest.Challenge{
			Realm: realm, Nonce: cred.Nonce, Algorithm: cred.Algorithm, Opaque: cred.Opaque, QOP: qops(cred.QOP),
		}, digest.Options{
			Method: string(req.Method), URI: cred.URI, Username: ext, Password: password, Count: cred.Nc, Cnonce: cred.Cnonce,
		})
		if err != nil || subtle.ConstantTimeCompare([]byte(want.Response), []byte(cred.Response)) != 1 {
			continue
		}
		if !good {
			return stale
		}
		return right
	}
	return wrong
}

func qops(q string) []string {
	if q == "" {
		return nil
	}
	return []string{q}
}
