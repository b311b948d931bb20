package host

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"path/filepath"
	"strings"

	"github.com/Microsoft/go-winio"
)

// ListenLocal opens the named pipe of a profile, \\.\pipe\callbench-HASH with the first 16 hex digits
// of the SHA-256 of the folder's lower-case path, which only this user may open.
func ListenLocal(_ context.Context, dir string) (net.Listener, error) {
	sum := sha256.Sum256([]byte(strings.ToLower(filepath.Clean(dir))))
	// Owner and system may do everything, nobody else anything.
	l, err := winio.ListenPipe(`\\.\pipe\callbench-`+hex.EncodeToString(sum[:8]), &winio.PipeConfig{SecurityDescriptor: "D:P(A;;GA;;;OW)(A;;GA;;;SY)"})
	if err != nil {
		return nil, fmt.Errorf("local pipe: %w", err)
	}
	return l, nil
}
