//go:build !nowindow

package app

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/term"

	"github.com/callbench/callbench/app/host"
)

// fromSettings finds the store of a profile that the window's first-run screen made: its key is in the keyring
// or in the file that a passphrase opens.
func (f storeProfileFlags) fromSettings(p *program, at *storePlace) error {
	s, there, err := readSettings(at.dir)
	if err != nil {
		return err
	}
	if !there {
		return &usageError{fmt.Errorf("%s is no profile: it has neither profile.toml nor %s", at.dir, settingsFile)}
	}
	at.cfg.User, at.cfg.Org = s.User, s.Org
	at.cfg.Path = filepath.Join(at.dir, "desk-"+fileName(s.User)+".db")
	var secrets host.Secrets
	if s.Sealed {
		if !exists(filepath.Join(at.dir, sealedFile)) { // opening would make an empty one
			return fmt.Errorf("%s is missing, and with it the key of the store: callbench store recover brings it back", sealedFile)
		}
		phrase, err := f.passphrase(p)
		if err != nil {
			return err
		}
		secrets, err = host.Sealed(filepath.Join(at.dir, sealedFile), phrase)
		if err != nil {
			return fmt.Errorf("secrets: %w", err)
		}
	} else if secrets, err = host.Keyring(keyringService(at.dir)); err != nil {
		return fmt.Errorf("secrets: %w", err)
	}
	text, err := secrets.Get(secretName(secretStore, s.User))
	if errors.Is(err, host.ErrNoSecret) {
		return fmt.Errorf("the key of %s is missing", filepath.Base(at.cfg.Path))
	}
	if err != nil {
		return fmt.Errorf("store key: %w", err)
	}
	at.cfg.Key, err = parseKey(text)
	return err
}

// passphrase reads what opens the profile's secrets: from the file that was named, else from the terminal or
// the first line of stdin.
func (f storeProfileFlags) passphrase(p *program) (string, error) {
	if f.PassphraseFile != "" {
		b, err := os.ReadFile(f.PassphraseFile)
		if err != nil {
			return "", &usageError{fmt.Errorf("passphrase file: %s", pathless(err))}
		}
		return firstLine(b), nil
	}
	if file, ok := p.stdin.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		if _, err := fmt.Fprint(p.stderr, "Passphrase: "); err != nil {
			return "", fmt.Errorf("ask for the passphrase: %w", err)
		}
		b, err := term.ReadPassword(int(file.Fd()))
		_, _ = fmt.Fprintln(p.stderr)
		if err != nil {
			return "", fmt.Errorf("read the passphrase: %w", err)
		}
		return string(b), nil
	}
	b := make([]byte, 4096) // far longer than any passphrase
	n, err := p.stdin.Read(b)
	if n == 0 && err != nil {
		return "", &usageError{errors.New("no passphrase: name its file by --passphrase-file")}
	}
	return firstLine(b[:n]), nil
}

func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return strings.TrimRight(string(line), "\r")
}
