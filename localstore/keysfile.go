package localstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/callbench/callbench/localstore/vault"
)

// The side file of a store, Path+".keys", is JSON. Outside a rotation nothing in it is needed to open the
// store: it may be lost. During one it holds the new key under the old and the old under the new, so that
// whichever of the two the keyring has opens everything. It is always replaced as a whole.
const (
	keysEnding  = ".keys"
	keysVersion = 1
	maxKeysFile = 64 << 10 // bytes; a larger one is not ours
)

type keysFile struct {
	Version  int             `json:"version"`
	Envelope json.RawMessage `json:"envelope,omitempty"` // the key under the organisation's recovery key
	Recovery *recoveryMark   `json:"recovery,omitempty"`
	Rotation *rotationRecord `json:"rotation,omitempty"`
}

// recoveryMark is the public key the envelope is sealed to, for the envelope after a rotation. Tag proves that
// who held the store's key put it there: else whoever can write the file could have the next key sealed to
// himself.
type recoveryMark struct {
	Public []byte `json:"public"` // 32 bytes, X25519
	Tag    []byte `json:"tag"`    // HMAC-SHA256 with the store's key of that time
	Epoch  uint32 `json:"epoch"`  // of that key
}

type rotationRecord struct {
	From        uint32 `json:"from"` // epochs
	To          uint32 `json:"to"`
	NewUnderOld []byte `json:"new_under_old"`
	OldUnderNew []byte `json:"old_under_new"`
}

func (r rotationRecord) purpose(what string) string {
	return fmt.Sprintf("%s of %d to %d", what, r.From, r.To)
}

func newRotationRecord(t *turning) *rotationRecord {
	r := &rotationRecord{From: t.from, To: t.to}
	r.NewUnderOld = vault.Wrap(t.old, t.new, r.purpose("new key"))
	r.OldUnderNew = vault.Wrap(t.new, t.old, r.purpose("old key"))
	return r
}

// turning gives the rotation as the holder of one of its two keys sees it; nil: key is neither.
func (r *rotationRecord) turning(key [32]byte) *turning {
	if r == nil || r.From == 0 || r.To <= r.From {
		return nil
	}
	if next, err := vault.Unwrap(key, r.NewUnderOld, r.purpose("new key")); err == nil {
		return &turning{from: r.From, to: r.To, old: key, new: next}
	}
	if old, err := vault.Unwrap(key, r.OldUnderNew, r.purpose("old key")); err == nil {
		return &turning{from: r.From, to: r.To, old: old, new: key, kept: true}
	}
	return nil
}

// readKeys reads the side file of a store; an empty one where there is none.
func readKeys(path string) (keysFile, error) {
	f, err := os.Open(path + keysEnding)
	if errors.Is(err, fs.ErrNotExist) {
		return keysFile{Version: keysVersion}, nil
	}
	if err != nil {
		return keysFile{}, err
	}
	defer f.Close() //nolint:errcheck // only read
	src, err := io.ReadAll(io.LimitReader(f, maxKeysFile+1))
	if err != nil {
		return keysFile{}, err
	}
	var k keysFile
	if len(src) > maxKeysFile || json.Unmarshal(src, &k) != nil {
		return keysFile{}, fmt.Errorf("%s is damaged", filepath.Base(path)+keysEnding)
	}
	if k.Version != keysVersion {
		return keysFile{}, fmt.Errorf("%s is of version %d, this program knows %d", filepath.Base(path)+keysEnding, k.Version, keysVersion)
	}
	return k, nil
}

// write replaces the side file as a whole. One that would hold nothing is removed.
func (k keysFile) write(d directory, path string) error {
	if len(k.Envelope) == 0 && k.Rotation == nil {
		return clearAway(d, path+keysEnding)
	}
	k.Version = keysVersion
	src, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return replaceFile(d, path+keysEnding, func(w io.Writer) error {
		_, err := w.Write(append(src, '\n'))
		return err
	})
}
