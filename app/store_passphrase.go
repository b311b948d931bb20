//go:build !nowindow

package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/term"

	"github.com/callbench/callbench/app/host"
)

// storePassphraseCommand changes the passphrase that opens a profile's secrets; the store's key stays.
type storePassphraseCommand struct {
	storeProfileFlags
	NewPassphraseFile string `type:"path" placeholder:"FILE" help:"File with the new passphrase; else the terminal is asked."`
}

// Run changes it, while the desk is closed: an open one would write the secrets back under the old one.
func (c storePassphraseCommand) Run(p *program) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	path := filepath.Join(dir, sealedFile)
	if s, there, err := readSettings(dir); err != nil || !there || !s.Sealed || !exists(path) {
		return errors.Join(err, &usageError{fmt.Errorf("%s has no passphrase: its secrets are not in %s", dir, sealedFile)})
	}
	lock, err := lockProfile(dir)
	if err != nil {
		return fmt.Errorf("profile %s: %w", dir, err)
	}
	defer lock.Close() //nolint:errcheck // the process ends
	old, err := c.passphrase(p)
	if err != nil {
		return err
	}
	fresh, err := c.fresh(p)
	if err != nil {
		return err
	}
	if len([]rune(fresh)) < minPassphrase {
		return &usageError{fmt.Errorf("a passphrase has %d characters at least", minPassphrase)}
	}
	if err := host.Reseal(path, old, fresh); err != nil {
		return fmt.Errorf("change the passphrase: %w", err)
	}
	if c.JSON {
		return p.printJSON(map[string]string{"profile": dir, "done": "passphrase changed"})
	}
	return p.print("The passphrase is changed; the store and its key are as they were.\n")
}

// fresh reads the new passphrase: from its file, or twice from the terminal.
func (c storePassphraseCommand) fresh(p *program) (string, error) {
	if c.NewPassphraseFile != "" {
		b, err := os.ReadFile(c.NewPassphraseFile)
		if err != nil {
			return "", &usageError{fmt.Errorf("new passphrase file: %s", pathless(err))}
		}
		return firstLine(b), nil
	}
	file, ok := p.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return "", &usageError{errors.New("no new passphrase: name its file by --new-passphrase-file")}
	}
	var said [2]string
	for i, what := range []string{"New passphrase: ", "Once more: "} {
		_, _ = fmt.Fprint(p.stderr, what)
		b, err := term.ReadPassword(int(file.Fd()))
		_, _ = fmt.Fprintln(p.stderr)
		if err != nil {
			return "", fmt.Errorf("read the passphrase: %w", err)
		}
		said[i] = string(b)
	}
	if said[0] != said[1] {
		return "", errors.New("the two passphrases differ")
	}
	return said[0], nil
}

// dir is the profile's folder.
func (f storeProfileFlags) dir() (string, error) {
	if f.Profile != "" {
		return f.Profile, nil
	}
	dir, err := host.ProfileDir()
	if err != nil {
		return "", fmt.Errorf("no place for a profile: %w", err)
	}
	return dir, nil
}
