package central

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// recoveryHead begins the line of a recovery key's file; the private key in base64url without padding follows.
const recoveryHead = "callbench-recovery-key-1"

// RecoveryKey is the public half of a recovery key.
type RecoveryKey struct {
	ID      string      `json:"id"`
	Created desk.Millis `json:"created"`
	File    string      `json:"file,omitempty"` // where the private half was just written
}

// recoveryID is what a public key is called by.
func recoveryID(public []byte) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:8])
}

// NewRecoveryKey makes a pair: the private half goes into a new file (mode 0600) and nowhere else, desks are
// given the public one from their next sign-in on. Errors: desk.ErrConflict where the file is there, wrapped.
func (c *Central) NewRecoveryKey(ctx context.Context, file string) (RecoveryKey, error) {
	pair, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		return RecoveryKey{}, fmt.Errorf("make recovery key: %w", err)
	}
	public := pair.PublicKey().Bytes()
	key := RecoveryKey{ID: recoveryID(public), Created: c.now(), File: file}
	text := fmt.Sprintf("# Callbench recovery key %s of organisation %s, made %s.\n"+
		"# It opens the store of every desk that has sealed its key to it. Keep it off this machine, under lock.\n%s %s\n",
		key.ID, c.org, c.cfg.Now().UTC().Format(time.RFC3339), recoveryHead, base64.RawURLEncoding.EncodeToString(pair.Bytes()))
	if err := writeNew(file, []byte(text)); err != nil {
		return RecoveryKey{}, fmt.Errorf("make recovery key: %w", err)
	}
	err = c.db.write(ctx, func(q queryer) error {
		_, err := q.ExecContext(ctx, "INSERT INTO recovery_key (org, id, public, created) VALUES (?, ?, ?, ?)",
			c.org, key.ID, public, key.Created)
		return err
	})
	if err != nil { // nobody was given the public half: the file opens nothing
		return RecoveryKey{}, errors.Join(fmt.Errorf("make recovery key: %w", err), os.Remove(file))
	}
	return key, nil
}

// writeNew writes a file that must not be there, durably, for its owner alone.
func writeNew(file string, text []byte) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already: %w", file, desk.ErrConflict)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return syncDir(filepath.Dir(file))
}

// recovery is the key that desks are given, nil where there is none.
func (c *Central) recovery(ctx context.Context, q queryer) (*wire.RecoveryKey, error) {
	var key wire.RecoveryKey
	err := q.QueryRowContext(ctx, "SELECT id, public FROM recovery_key WHERE org = ? ORDER BY created DESC, id LIMIT 1", c.org).
		Scan(&key.ID, &key.Public)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // no key is an answer
	}
	return &key, err
}

// Bounds of what is kept of desks.
const (
	maxDesks  = 64 // of a user; the one seen longest ago makes room, its envelopes with it
	maxEpochs = 8  // of a desk's envelopes; the oldest makes room
)

// noteDesk remembers who signs in from where. A desk id that another user signed in under stays theirs.
func (c *Central) noteDesk(ctx context.Context, q queryer, user, deskID, version string) error {
	if !validID(deskID) {
		return nil
	}
	if len(version) > maxName {
		version = ""
	}
	// Only a sign-in tells the version; an envelope that comes later leaves it.
	_, err := q.ExecContext(ctx, `INSERT INTO installation (org, desk, user, version, seen) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (org, desk) DO UPDATE SET version = coalesce(nullif(excluded.version, ''), installation.version), seen = excluded.seen WHERE installation.user = excluded.user`,
		c.org, deskID, user, version, c.now())
	if err != nil {
		return err
	}
	const surplus = "SELECT desk FROM installation WHERE org = ? AND user = ? ORDER BY seen DESC, desk LIMIT -1 OFFSET ?"
	for _, table := range []string{"envelope", "token", "installation"} {
		_, err := q.ExecContext(ctx, "DELETE FROM "+table+" WHERE org = ? AND user = ? AND desk IN ("+surplus+")",
			c.org, user, c.org, user, maxDesks)
		if err != nil {
			return err
		}
	}
	return nil
}

// keepEnvelope keeps the envelope of the user's own desk; the same one again changes nothing.
func (c *Central) keepEnvelope(ctx context.Context, s session, in wire.KeepEnvelope) (*wire.Done, error) {
	if !validID(in.Desk) || in.Epoch < 0 || len(in.KeyID) > maxName || len(in.Envelope) == 0 || len(in.Envelope) > wire.MaxEnvelope {
		return nil, fault(wire.CodeInvalid, "", "desk id, epoch or length of the envelope")
	}
	err := c.db.write(ctx, func(q queryer) error {
		if err := c.noteDesk(ctx, q, s.user.Name, in.Desk, ""); err != nil {
			return err
		}
		var owner string
		if err := q.QueryRowContext(ctx, "SELECT user FROM installation WHERE org = ? AND desk = ?", c.org, in.Desk).Scan(&owner); err != nil {
			return err
		}
		if owner != s.user.Name {
			return fault(wire.CodeForbidden, "", "the desk is another user's")
		}
		var known []byte
		err := q.QueryRowContext(ctx, "SELECT body FROM envelope WHERE org = ? AND desk = ? AND epoch = ?", c.org, in.Desk, in.Epoch).Scan(&known)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if bytes.Equal(known, in.Envelope) {
			return nil
		}
		_, err = q.ExecContext(ctx, `INSERT INTO envelope (org, desk, epoch, user, key_id, body, received) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (org, desk, epoch) DO UPDATE SET key_id = excluded.key_id, body = excluded.body, received = excluded.received`,
			c.org, in.Desk, in.Epoch, s.user.Name, in.KeyID, in.Envelope, c.now())
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `DELETE FROM envelope WHERE org = ? AND desk = ? AND epoch IN
			(SELECT epoch FROM envelope WHERE org = ? AND desk = ? ORDER BY epoch DESC LIMIT -1 OFFSET ?)`,
			c.org, in.Desk, c.org, in.Desk, maxEpochs)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &wire.Done{Now: c.now()}, nil
}

// Envelope is the sealed key of a desk's store, for whoever has the recovery key.
type Envelope struct {
	Desk     string      `json:"desk"`
	User     string      `json:"user"`
	Epoch    int64       `json:"epoch"`
	KeyID    string      `json:"key_id"` // the recovery key that opens it
	Received desk.Millis `json:"received"`
	File     string      `json:"file,omitempty"`
}

// SaveEnvelope writes the newest envelope of a desk into a new file (mode 0600). Errors: desk.ErrNotFound where
// the desk has handed none in, desk.ErrConflict where the file is there, wrapped.
func (c *Central) SaveEnvelope(ctx context.Context, deskID, file string) (Envelope, error) {
	e := Envelope{Desk: deskID, File: file}
	var body []byte
	err := c.db.read(ctx, func(q queryer) error {
		return q.QueryRowContext(ctx, `SELECT user, epoch, key_id, received, body FROM envelope WHERE org = ? AND desk = ?
			ORDER BY epoch DESC LIMIT 1`, c.org, deskID).Scan(&e.User, &e.Epoch, &e.KeyID, &e.Received, &body)
	})
	if errors.Is(err, sql.ErrNoRows) {
		err = desk.ErrNotFound
	}
	if err == nil {
		err = writeNew(file, body)
	}
	if err != nil {
		return e, fmt.Errorf("envelope of desk %s: %w", deskID, err)
	}
	return e, nil
}
