//go:build !nowindow

package app

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"
)

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
