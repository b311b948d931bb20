package central

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/chain"
)

// chainKeyName is the file of the private key inside Config.Dir, mode 0600: chainKeyHead and the seed in
// base64url (RFC 8032, section 5.1.5).
const (
	chainKeyName = "chain.key"
	chainKeyHead = "callbench-chain-key-1"
)

// loadSigning reads the key that signs checkpoints, or makes it at the first start. Data that came out of a
// backup brings its key along.
func (c *Central) loadSigning(ctx context.Context) error {
	return c.db.write(ctx, func(q queryer) error { // one process at a time
		keys, brought, err := c.readKeys(ctx, q)
		if err != nil {
			return err
		}
		private, err := readChainKey(c.cfg.Dir)
		if errors.Is(err, os.ErrNotExist) {
			private, err = c.beginChainKey(brought)
		}
		if err != nil {
			return err
		}
		if brought != nil {
			if _, err := q.ExecContext(ctx, "UPDATE chain_key SET private = NULL WHERE org = ?", c.org); err != nil {
				return err
			}
		}
		c.signing.Store(&signing{private: private, keys: keys})
		var word []byte // of the backup's key for a younger one that this place has
		if public, ok := private.Public().(ed25519.PublicKey); ok && brought != nil && !brought.Equal(private) {
			word = chain.Succeed(brought, public)
		}
		return c.enlist(ctx, q, private, word)
	})
}

// beginChainKey makes the file of a directory that has none, with a backup's key or a new one.
func (c *Central) beginChainKey(brought ed25519.PrivateKey) (ed25519.PrivateKey, error) {
	private := brought
	if private == nil {
		var err error
		if _, private, err = ed25519.GenerateKey(rand.Reader); err != nil {
			return nil, err
		}
	}
	return private, writeChainKey(c.cfg.Dir, private)
}

// readKeys gives the public keys, oldest first, and the private one that a backup has brought.
func (c *Central) readKeys(ctx context.Context, q queryer) (keys []desk.ChainKey, private ed25519.PrivateKey, err error) {
	rows, err := q.QueryContext(ctx, "SELECT public, private, sig FROM chain_key WHERE org = ? ORDER BY made, sig IS NOT NULL", c.org)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		var k desk.ChainKey
		var seed []byte
		if err := rows.Scan(&k.Public, &seed, &k.Sig); err != nil {
			return nil, nil, err
		}
		if len(seed) == ed25519.SeedSize {
			private = ed25519.NewKeyFromSeed(seed)
		}
		keys = append(keys, k)
	}
	return keys, private, rows.Err()
}

// enlist adds the private key's public half to the list, with the word of the key before it.
func (c *Central) enlist(ctx context.Context, q queryer, private ed25519.PrivateKey, sig []byte) error {
	public, _ := private.Public().(ed25519.PublicKey)
	s := c.signing.Load()
	for _, k := range s.keys {
		if bytes.Equal(k.Public, public) {
			return nil
		}
	}
	made := c.now()
	_, err := q.ExecContext(ctx, "INSERT INTO chain_key (org, id, public, sig, made) VALUES (?, ?, ?, ?, ?)",
		c.org, chain.KeyID(public), []byte(public), sig, made)
	if err != nil {
		return err
	}
	c.signing.Store(&signing{private: private, keys: append(slices.Clip(s.keys), desk.ChainKey{Public: public, Sig: sig})})
	return nil
}

// RenewChainKey makes a new key for checkpoints, for which the old one signs; desks trust it from their next
// sign-in on. A server that is running goes on with the old one until it is started again. id names the new key.
func (c *Central) RenewChainKey(ctx context.Context) (id string, err error) {
	err = c.db.write(ctx, func(q queryer) error {
		public, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return err
		}
		id = chain.KeyID(public)
		if err := c.enlist(ctx, q, private, chain.Succeed(c.signing.Load().private, public)); err != nil {
			return err
		}
		return writeChainKey(c.cfg.Dir, private)
	})
	if err != nil {
		return "", fmt.Errorf("renew the chain's key: %w", err)
	}
	return id, nil
}

func readChainKey(dir string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(filepath.Join(dir, chainKeyName))
	if err != nil {
		return nil, err
	}
	seed, ok := strings.CutPrefix(strings.TrimSpace(string(text)), chainKeyHead+" ")
	raw, err := base64.RawURLEncoding.DecodeString(seed)
	if !ok || err != nil || len(raw) != ed25519.SeedSize {
		return nil, fmt.Errorf("%s is damaged: %w", chainKeyName, desk.ErrInvalid)
	}
	return ed25519.NewKeyFromSeed(raw), nil
}

// writeChainKey replaces the key's file in one step.
func writeChainKey(dir string, private ed25519.PrivateKey) error {
	path := filepath.Join(dir, chainKeyName)
	if err := os.Remove(path + ".new"); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	text := chainKeyHead + " " + base64.RawURLEncoding.EncodeToString(private.Seed()) + "\n"
	if err := writeNew(path+".new", []byte(text)); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncDir(dir)
}
