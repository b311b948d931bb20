package localstore

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log/slog"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore/vault"
)

// turning is a rotation that is under way. It never changes.
type turning struct {
	from, to uint32 // epochs
	old, new [32]byte
	kept     bool // the keyring has the new key: it opened the store, or keep took it
}

// ring holds both keys. Until the new one is kept the old one seals, so that a rotation which never came to
// that leaves no page that needs the side file.
func (t *turning) ring() *vault.Ring {
	r := vault.NewRing(t.from, t.old).With(t.to, t.new)
	if !t.kept {
		return r.Sealing(t.from)
	}
	return r
}

// keysOf finds what opens the existing store at path: its key with the epoch of its pages, or both keys of a
// rotation. vault.ErrKey: key opens nothing. Nothing is touched. A side file that cannot be read or is another
// store's matters only if the key does not do without it.
func keysOf(ctx context.Context, path string, key [32]byte, log *slog.Logger) (*vault.Ring, *turning, error) {
	file, err := readKeys(path)
	if err != nil {
		log.WarnContext(ctx, "store: side file of keys not read", slog.Any("error", err))
	}
	if t := file.Rotation.turning(key); t != nil {
		for _, half := range []struct {
			key   [32]byte
			epoch uint32
		}{{t.new, t.to}, {t.old, t.from}} {
			if epoch, err := vault.EpochOf(path, half.key); err == nil && epoch == half.epoch {
				return t.ring(), t, nil
			}
		}
	}
	epoch, err := vault.EpochOf(path, key)
	if err != nil {
		return nil, nil, err
	}
	return vault.NewRing(epoch, key), nil, nil
}

// keys is the side of a Store that changes keys. Whoever holds turn may change the side file and the fields
// but turning, which others read.
type keys struct {
	turn chan struct{}
	key  [32]byte // the newest that the keyring has
	pass pass     // Maintain's alone
}

func (s *Store) takeKeys(ctx context.Context) error {
	if s.write == nil {
		return s.write.take(ctx) // which says that the store is open for reading
	}
	if s.cfg.Measure.plain() {
		return fmt.Errorf("the file is not sealed: %w", desk.ErrInvalid)
	}
	select {
	case s.keys.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) leaveKeys() { <-s.keys.turn }

// markRecovery proves that the holder of key chose to seal it to a public key.
func markRecovery(key [32]byte, epoch uint32, public []byte) *recoveryMark {
	return &recoveryMark{Public: public, Tag: recoveryTag(key, epoch, public), Epoch: epoch}
}

func (m *recoveryMark) proven(key [32]byte, epoch uint32) bool {
	return m != nil && m.Epoch == epoch && hmac.Equal(m.Tag, recoveryTag(key, epoch, m.Public))
}

func recoveryTag(key [32]byte, epoch uint32, public []byte) []byte {
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte("callbench recovery mark\x00"))
	mac.Write(binary.LittleEndian.AppendUint32(nil, epoch))
	mac.Write(public)
	return mac.Sum(nil)
}

// Epoch is that of the newest key the store's pages are sealed with; it grows by one with each rotation. Who
// keeps envelopes (SealTo) needs a new one when it has changed.
func (s *Store) Epoch() uint32 { return s.vault.Ring().Epoch() }

// KeyTurn tells how far a rotation is.
type KeyTurn struct {
	On      bool // one is under way
	Waiting bool // it waits for Rotate: nobody knows yet that the keyring has the new key
	Done    int64
	Pages   int64 // of the database; Done of them have been looked at in this pass, the last of which finds nothing to do
}

// String names the epochs, never the keys.
func (t *turning) String() string { return fmt.Sprintf("from epoch %d to %d", t.from, t.to) }
