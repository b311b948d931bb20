//go:build unix

package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
)

// ListenLocal opens the local socket of a profile, DIR/automation.sock, which only this user may open.
// A socket that a dead program left is replaced; the profile's lock says that it is dead.
func ListenLocal(ctx context.Context, dir string) (net.Listener, error) {
	path := filepath.Join(dir, "automation.sock")
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("local socket: %w", err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("local socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("local socket: %w", err), l.Close())
	}
	return l, nil
}
