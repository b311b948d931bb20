package chain

import (
	"crypto/ed25519"
	"encoding/hex"
)

// Checkpoint is central's word that a chain had the entry N with that hash at a moment (At, UTC milliseconds
// of central's clock). Key names the key that signed; Sig is an Ed25519 signature (RFC 8032).
type Checkpoint struct {
	N    int64
	Hash Hash
	At   int64
	Key  string
	Sig  []byte
}

// KeyID is the short name of a public key.
func KeyID(public []byte) string {
	d := begin(labelKey)
	d.bytes(public)
	h := d.sum()
	return hex.EncodeToString(h[:8])
}

// signed is the bytes under a checkpoint's signature: a hash with its own label.
func (c Checkpoint) signed(org, desk string) []byte {
	d := begin(labelCheckpoint)
	d.str(org)
	d.str(desk)
	d.num(c.N)
	d.raw(c.Hash[:])
	d.num(c.At)
	d.str(c.Key)
	h := d.sum()
	return h[:]
}

// Sign makes the checkpoint of a desk's chain.
func Sign(private ed25519.PrivateKey, org, desk string, n int64, at Hash, now int64) Checkpoint {
	c := Checkpoint{N: n, Hash: at, At: now}
	if public, ok := private.Public().(ed25519.PublicKey); ok {
		c.Key = KeyID(public)
	}
	c.Sig = ed25519.Sign(private, c.signed(org, desk))
	return c
}

// SignedBy reports whether the checkpoint is of that chain and signed by that key.
func (c Checkpoint) SignedBy(public []byte, org, desk string) bool {
	return len(public) == ed25519.PublicKeySize && c.Key == KeyID(public) && ed25519.Verify(public, c.signed(org, desk), c.Sig)
}

func successor(old, fresh []byte) []byte {
	d := begin(labelSuccessor)
	d.bytes(old)
	d.bytes(fresh)
	h := d.sum()
	return h[:]
}

// Succeed signs a new public key with the old private one.
func Succeed(old ed25519.PrivateKey, fresh []byte) []byte {
	public, ok := old.Public().(ed25519.PublicKey)
	if !ok {
		return nil
	}
	return ed25519.Sign(old, successor(public, fresh))
}

// Succeeds reports whether sig is the old key's word for the new one.
func Succeeds(old, fresh, sig []byte) bool {
	return len(old) == ed25519.PublicKeySize && len(fresh) == ed25519.PublicKeySize && ed25519.Verify(old, successor(old, fresh), sig)
}
