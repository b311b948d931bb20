package vault

import (
	"crypto/rand"
	"errors"
)

// Wrap seals a key with another one. Unwrap needs the same purpose: a text that says what the key is for,
// which is authenticated and not stored.
func Wrap(under, key [32]byte, purpose string) []byte {
	box := make([]byte, nonceSize, nonceSize+len(key)+tagSize)
	rand.Read(box)
	return gcm(derive(under, nil, "callbench key wrap")).Seal(box, box, key[:], []byte(purpose))
}

// Unwrap opens what Wrap gave; ErrKey: under another key or purpose, or changed since.
func Unwrap(under [32]byte, box []byte, purpose string) (key [32]byte, err error) {
	if len(box) != nonceSize+len(key)+tagSize {
		return key, errors.New("vault: not a wrapped key")
	}
	plain, err := gcm(derive(under, nil, "callbench key wrap")).Open(nil, box[:nonceSize], box[nonceSize:], []byte(purpose))
	if err != nil {
		return key, ErrKey
	}
	copy(key[:], plain)
	clear(plain)
	return key, nil
}
