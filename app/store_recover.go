package app

import (
	"context"
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

type storeRecoverCommand struct {
	storeProfileFlags
	Key           string `required:"" type:"path" placeholder:"FILE" help:"File with the organisation's recovery key, as centrald recovery-key made it."`
	Envelope      string `type:"path" placeholder:"FILE" help:"File with the envelope that central keeps, where the desk has lost its own."`
	NewPassphrase bool   `help:"Make the file of secrets anew, where its passphrase is lost; what else was in it is typed again."`
}

type storeRotateCommand struct {
	storeProfileFlags
}

// homeToChange is home for a command that changes the key: the store is there and no desk has it open. The
// caller closes the lock.
func (f storeProfileFlags) homeToChange(p *program) (keyHome, *host.Lock, error) {
	at, err := f.home(p)
	if err != nil {
		return at, nil, err
	}
	if !exists(at.cfg.Path) {
		return at, nil, &usageError{fmt.Errorf("there is no store %s", at.cfg.Path)}
	}
	lock, err := lockProfile(at.dir)
	if errors.Is(err, host.ErrInUse) {
		return at, nil, fmt.Errorf("callbench is open on %s: close it first", at.dir)
	}
	if err != nil {
		return at, nil, fmt.Errorf("profile %s: %w", at.dir, err)
	}
	return at, lock, nil
}

// keyAnswer is what both commands print.
type keyAnswer struct {
	Store  string `json:"store"`
	KeptIn string `json:"kept_in"`         // keyring, passphrase or key_file
	Epoch  uint32 `json:"epoch,omitempty"` // of rotate
	Pages  int64  `json:"pages,omitempty"` // resealed
	TookMs int64  `json:"took_ms,omitempty"`
}

// Run puts a store's key back where the desk takes it from, after it was proven against the store.
func (c storeRecoverCommand) Run(ctx context.Context, p *program) error {
	at, lock, err := c.homeToChange(p)
	if err != nil {
		return err
	}
	defer lock.Close() //nolint:errcheck // the process ends
	private, err := readRecoveryKey(c.Key)
	if err != nil {
		return &usageError{fmt.Errorf("%s: %w", filepath.Base(c.Key), err)}
	}
	var key [32]byte
	if c.Envelope == "" {
		key, err = localstore.Recover(ctx, at.cfg.Path, private)
	} else {
		var sealed []byte
		if sealed, err = os.ReadFile(c.Envelope); err != nil {
			return &usageError{fmt.Errorf("%s: %s", c.Envelope, pathless(err))}
		}
		key, err = localstore.RecoverWith(ctx, at.cfg.Path, sealed, private)
	}
	if err != nil {
		return recoveryText(at.cfg.Path, private, c.Envelope == "", err)
	}
	intent := toPut
	if c.NewPassphrase {
		intent = toPutNew
	}
	place, err := at.open(intent)
	if errors.Is(err, host.ErrWrongPassphrase) {
		return fmt.Errorf("%w; --new-passphrase makes the file of secrets anew", err)
	}
	if err != nil {
		return err
	}
	if err := place.keep(key); err != nil {
		return fmt.Errorf("the key is right, but could not be kept: %w", err)
	}
	if c.JSON {
		return p.printJSON(keyAnswer{Store: at.cfg.Path, KeptIn: place.kind})
	}
	return p.print(fmt.Sprintf("The key of %s is back (%s).\n", filepath.Base(at.cfg.Path), placeText(place.kind)))
}

// recoveryText says in words what is in the way of a recovery, and what to do. own: the envelope was the store's own.
func recoveryText(path string, private []byte, own bool, err error) error {
	side := filepath.Base(path) + ".keys"
	switch {
	case errors.Is(err, localstore.ErrNoEnvelope):
		return fmt.Errorf("%w: %s is missing or holds no envelope; give the one that central keeps with --envelope FILE", err, side)
	case errors.Is(err, localstore.ErrRecoveryKey):
		return fmt.Errorf("%w: %s; nothing was changed", err, otherKeyText(path, private, own))
	case errors.Is(err, localstore.ErrForeignEnvelope):
		return fmt.Errorf("%w: it is of another desk, or older than the last change of the key", err)
	}
	return err
}

// otherKeyText tells which recovery key was given and, where the side file says so, which is wanted.
func otherKeyText(path string, private []byte, own bool) string {
	given, err := ecdh.X25519().NewPrivateKey(private)
	if err != nil {
		return "it is no key"
	}
	wanted, err := localstore.RecoveryOf(path)
	is := recoveryID(given.PublicKey().Bytes())
	switch {
	case !own || err != nil || len(wanted) == 0:
		return "its id is " + is + "; which one the envelope was sealed to, centrald desks tells (ENVELOPE)"
	case recoveryID(wanted) == is:
		return "its id " + is + " is the one the store names, so the envelope was changed; give the one that central keeps with --envelope FILE"
	}
	return "its id is " + is + ", wanted is the recovery key " + recoveryID(wanted) + ", whose file begins with that id"
}

// recoveryID is how central names a recovery key (central.NewRecoveryKey): the first eight bytes of the public
// half's SHA-256.
func recoveryID(public []byte) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:8])
}

func placeText(kind string) string {
	switch kind {
	case "keyring":
		return "in this computer's keyring"
	case "passphrase":
		return "in the file that the passphrase opens"
	}
	return "in the key file"
}

// Run seals a store with a new key.
func (c storeRotateCommand) Run(ctx context.Context, p *program) (err error) {
	at, lock, err := c.homeToChange(p)
	if err != nil {
		return err
	}
	defer lock.Close() //nolint:errcheck // the process ends
	place, err := at.open(toUse)
	if err != nil {
		return err
	}
	if at.cfg.Key, err = place.get(); err != nil {
		return err
	}
	began := time.Now()
	s, err := localstore.Open(ctx, at.cfg)
	if err != nil {
		return unopened(err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if turn := s.KeyTurn(); !turn.On || turn.Waiting { // else one was cut: it is finished
		if err := s.Rotate(ctx, place.keep); err != nil {
			return unopened(err)
		}
	}
	var pages int64
	if err := s.FinishRotation(ctx, func(turn localstore.KeyTurn) { pages = max(pages, turn.Pages) }); err != nil {
		if errors.Is(err, desk.ErrDamaged) {
			return fmt.Errorf("%w; what else the store holds has the new key, and the store goes on opening: callbench store check names the pages, "+
				"callbench store restore puts a backup in its place (one from before needs the old key)", err)
		}
		return fmt.Errorf("%w; the desk goes on with it", err)
	}
	a := keyAnswer{Store: at.cfg.Path, KeptIn: place.kind, Epoch: s.Epoch(), Pages: pages, TookMs: time.Since(began).Milliseconds()}
	if c.JSON {
		return p.printJSON(a)
	}
	return p.print(fmt.Sprintf("%s has a new key (%s): %d pages sealed with it in %.1f s. Backups from before need the old one.\n",
		filepath.Base(a.Store), placeText(a.KeptIn), a.Pages, float64(a.TookMs)/1000))
}

const (
	recoveryKeyHead = "callbench-recovery-key-1"
	maxRecoveryKey  = 16 << 10 // bytes of the file
)

// readRecoveryKey reads the private half of a recovery key: one line of its file that is no comment.
func readRecoveryKey(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, errors.New(pathless(err))
	}
	if len(b) > maxRecoveryKey {
		return nil, errors.New("is no recovery key: it is too large")
	}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		text, ok := strings.CutPrefix(line, recoveryKeyHead+" ")
		private, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(strings.TrimSpace(text), "="))
		if !ok || err != nil || len(private) != 32 {
			break
		}
		return private, nil
	}
	return nil, fmt.Errorf("is no recovery key: a line %q with 43 characters is needed", recoveryKeyHead)
}
