package localstore

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/hpke"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore/vault"
)

// Errors of Recover and RecoverFrom. The file is untouched whichever it is.
var (
	// ErrNoEnvelope: there is no side file, or it holds no key under a recovery key.
	ErrNoEnvelope = fmt.Errorf("no envelope of the key: %w", desk.ErrNotFound)
	// ErrRecoveryKey: the envelope does not open with this recovery key; it is another organisation's, or changed.
	ErrRecoveryKey = errors.New("the recovery key does not open the envelope")
	// ErrForeignEnvelope: the envelope opens, but its key is not this store's: it is of another desk, or older than the
	// last rotation.
	ErrForeignEnvelope = fmt.Errorf("the envelope is not this store's: %w", desk.ErrWrongKey)
)

const (
	envelopeVersion = 1
	envelopePurpose = "callbench store key" // HPKE's info
)

// envelope is a store's key under the organisation's recovery key: HPKE (RFC 9180), DHKEM(X25519, HKDF-SHA256),
// HKDF-SHA256, AES-256-GCM, base mode. Desk and epoch are authenticated with it. Its form is one line of JSON.
type envelope struct {
	Version int    `json:"version"`
	Desk    string `json:"desk"`
	Epoch   uint32 `json:"epoch"`
	Enc     []byte `json:"enc"` // the encapsulated key, 32 bytes
	Box     []byte `json:"box"` // the sealed key, 48 bytes
}

func (e envelope) bound() []byte { return fmt.Appendf(nil, "desk %s epoch %d", e.Desk, e.Epoch) }

func sealEnvelope(deskID string, epoch uint32, key [32]byte, public []byte) ([]byte, error) {
	to, err := hpke.DHKEM(ecdh.X25519()).NewPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("recovery key of %d bytes: %w: %w", len(public), desk.ErrInvalid, err)
	}
	enc, sender, err := hpke.NewSender(to, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(envelopePurpose))
	if err != nil {
		return nil, fmt.Errorf("recovery key: %w: %w", desk.ErrInvalid, err)
	}
	e := envelope{Version: envelopeVersion, Desk: deskID, Epoch: epoch, Enc: enc}
	if e.Box, err = sender.Seal(e.bound(), key[:]); err != nil {
		return nil, err
	}
	return json.Marshal(e)
}

// SealTo seals the store's key to the organisation's recovery key (32 bytes, X25519), keeps the envelope in the
// side file and gives it, for central to keep too. Asked again with the same recovery key it gives the same
// envelope, until the key has been rotated. desk.ErrInvalid: not a public key.
func (s *Store) SealTo(ctx context.Context, recovery []byte) ([]byte, error) {
	sealed, err := s.sealTo(ctx, recovery)
	return sealed, wrap("seal store key", err)
}

func (s *Store) sealTo(ctx context.Context, recovery []byte) ([]byte, error) {
	if err := s.takeKeys(ctx); err != nil {
		return nil, err
	}
	defer s.leaveKeys()
	var deskID string
	if err := s.read.QueryRowContext(ctx, `SELECT desk FROM replica`).Scan(&deskID); err != nil {
		return nil, err
	}
	file, err := readKeys(s.cfg.Path)
	if err != nil { // damaged: it held nothing that is needed, unless a rotation is under way
		s.cfg.Log.WarnContext(ctx, "store: side file of keys is made anew", slog.Any("error", err))
		if file = (keysFile{}); s.turning.Load() != nil {
			file.Rotation = newRotationRecord(s.turning.Load())
		}
	}
	epoch := s.Epoch()
	var have envelope
	if file.Recovery.proven(s.keys.key, epoch) && bytes.Equal(file.Recovery.Public, recovery) &&
		json.Unmarshal(file.Envelope, &have) == nil && have.Desk == deskID && have.Epoch == epoch {
		return file.Envelope, nil
	}
	if file.Envelope, err = sealEnvelope(deskID, epoch, s.keys.key, recovery); err != nil {
		return nil, err
	}
	file.Recovery = markRecovery(s.keys.key, epoch, recovery)
	return file.Envelope, file.write(s.cfg.dir, s.cfg.Path)
}

// resealEnvelope puts an envelope of the new key into the place of the old one's, to the same recovery key.
func (s *Store) resealEnvelope(ctx context.Context, file *keysFile, t *turning) error {
	m := file.Recovery
	if m.proven(t.new, t.to) { // SealTo has been asked since
		return nil
	}
	file.Envelope, file.Recovery = nil, nil
	if !m.proven(t.old, t.from) {
		return nil // there was none, or somebody else's: SealTo makes another
	}
	var deskID string
	if err := s.read.QueryRowContext(ctx, `SELECT desk FROM replica`).Scan(&deskID); err != nil {
		return err
	}
	sealed, err := sealEnvelope(deskID, t.to, t.new, m.Public)
	if err != nil {
		return err
	}
	file.Envelope, file.Recovery = sealed, markRecovery(t.new, t.to, m.Public)
	return nil
}

// RecoveryOf gives the public half of the recovery key that the store at path says its envelope is sealed to; nil
// where it says nothing. Without the store's key that is not proven: it is for telling a person which key to fetch.
func RecoveryOf(path string) ([]byte, error) {
	file, err := readKeys(path)
	if err != nil || file.Recovery == nil {
		return nil, wrap("read recovery key", err)
	}
	return file.Recovery.Public, nil
}

// Recover gives the key of the store at path from the envelope in its side file, proven against the store, of
// which nothing is touched. private is the organisation's recovery key (32 bytes, X25519). During a rotation it
// is the new key. Errors: ErrNoEnvelope, ErrRecoveryKey, ErrForeignEnvelope.
func Recover(ctx context.Context, path string, private []byte) (key [32]byte, err error) {
	file, err := readKeys(path)
	if err != nil {
		return key, wrap("recover store key", err)
	}
	if len(file.Envelope) == 0 {
		return key, wrap("recover store key", fmt.Errorf("%s: %w", filepath.Base(path)+keysEnding, ErrNoEnvelope))
	}
	return RecoverWith(ctx, path, file.Envelope, private)
}

// RecoverWith is Recover from an envelope that central has kept: for a desk that has lost its side file.
func RecoverWith(ctx context.Context, path string, sealed, private []byte) (key [32]byte, err error) {
	key, err = RecoverFrom(sealed, private)
	if err != nil {
		return key, wrap("recover store key", err)
	}
	_, t, err := keysOf(ctx, path, key, slog.New(slog.DiscardHandler))
	switch {
	case errors.Is(err, vault.ErrKey):
		return [32]byte{}, wrap("recover store key", ErrForeignEnvelope)
	case err != nil:
		return [32]byte{}, wrap("recover store key", err)
	case t != nil:
		return t.new, nil
	}
	return key, nil
}

// RecoverFrom opens an envelope. It proves the key against no store. Error: ErrRecoveryKey.
func RecoverFrom(sealed, private []byte) (key [32]byte, err error) {
	var e envelope
	if err := json.Unmarshal(sealed, &e); err != nil || e.Version != envelopeVersion {
		return key, fmt.Errorf("not an envelope of this program: %w", desk.ErrInvalid)
	}
	mine, err := hpke.DHKEM(ecdh.X25519()).NewPrivateKey(private)
	if err != nil {
		return key, fmt.Errorf("recovery key of %d bytes: %w", len(private), desk.ErrInvalid)
	}
	r, err := hpke.NewRecipient(e.Enc, mine, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(envelopePurpose))
	if err != nil {
		return key, ErrRecoveryKey
	}
	plain, err := r.Open(e.bound(), e.Box)
	if err != nil || len(plain) != len(key) {
		return key, ErrRecoveryKey
	}
	copy(key[:], plain)
	clear(plain)
	return key, nil
}
