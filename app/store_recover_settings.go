//go:build !nowindow

package app

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/term"

	"github.com/callbench/callbench/app/host"
)

// homeFromSettings finds the store of a profile that the window's first-run screen made, and the way to its
// key: the keyring, or the file that a passphrase opens. Where the keyring is gone such a file takes its place.
func (f storeProfileFlags) homeFromSettings(p *program, at *keyHome) error {
	s, there, err := readSettings(at.dir)
	if err != nil {
		return err
	}
	if !there {
		return &usageError{fmt.Errorf("%s is no profile: it has neither profile.toml nor %s", at.dir, settingsFile)}
	}
	at.cfg.User, at.cfg.Org = s.User, s.Org
	at.cfg.Path = filepath.Join(at.dir, "desk-"+fileName(s.User)+".db")
	at.open = func(intent keyIntent) (keyPlace, error) {
		if !s.Sealed {
			secrets, err := host.Keyring(keyringService(at.dir))
			if err == nil {
				return placeIn("keyring", secrets, s.User), nil
			}
			if intent == toUse || !errors.Is(err, host.ErrNoKeyring) {
				return keyPlace{}, fmt.Errorf("secrets: %w", err)
			}
		}
		secrets, err := f.sealedFor(p, at.dir, s, intent)
		if err != nil {
			return keyPlace{}, err
		}
		return placeIn("passphrase", secrets, s.User), nil
	}
	return nil
}

// sealedFor opens the file of sealed secrets, or makes it: where there was a keyring once, where it is missing,
// and where the old one may be put aside. The settings then say that there is one.
func (f storeProfileFlags) sealedFor(p *program, dir string, s settings, intent keyIntent) (host.Secrets, error) {
	path := filepath.Join(dir, sealedFile)
	made := intent == toPutNew || !exists(path)
	if made && intent == toUse {
		return nil, fmt.Errorf("%s is missing, and with it the key of the store: callbench store recover puts it back", sealedFile)
	}
	phrase, err := f.passphrase(p)
	if err != nil {
		return nil, err
	}
	if made {
		if len([]rune(phrase)) < minPassphrase {
			return nil, &usageError{fmt.Errorf("a passphrase has %d characters at least", minPassphrase)}
		}
		if file, ok := p.stdin.(*os.File); ok && f.PassphraseFile == "" && term.IsTerminal(int(file.Fd())) {
			_, _ = fmt.Fprint(p.stderr, "Once more. ")
			if again, err := f.passphrase(p); err != nil || again != phrase {
				return nil, errors.Join(errors.New("the two passphrases differ"), err)
			}
		}
	}
	if intent == toPutNew && exists(path) {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, fmt.Errorf("put the old secrets aside: %w", err)
		}
	}
	secrets, err := host.Sealed(path, phrase)
	if err != nil {
		return nil, fmt.Errorf("secrets: %w", err)
	}
	if !s.Sealed {
		s.Sealed = true
		if err := s.write(dir); err != nil {
			return nil, err
		}
	}
	return secrets, nil
}

func placeIn(kind string, secrets host.Secrets, user string) keyPlace {
	name := secretName(secretStore, user)
	return keyPlace{
		kind: kind,
		get: func() ([32]byte, error) {
			text, err := secrets.Get(name)
			if errors.Is(err, host.ErrNoSecret) {
				return [32]byte{}, fmt.Errorf("the key of the store is missing: callbench store recover puts it back (%w)", err)
			}
			if err != nil {
				return [32]byte{}, fmt.Errorf("store key: %w", err)
			}
			return parseKey(text)
		},
		keep: func(key [32]byte) error {
			return secrets.Set(name, hex.EncodeToString(key[:])) //nolint:wrapcheck // it says what it did
		},
	}
}
