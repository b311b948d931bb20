package localstore

import (
	"context"
)

// SealedTo gives the recovery key (public, 32 bytes) that the store's key is sealed to in the side file; nil: to
// none, or not by a holder of the store's key.
func (s *Store) SealedTo(ctx context.Context) ([]byte, error) {
	if err := s.takeKeys(ctx); err != nil {
		return nil, wrap("read side file", err)
	}
	defer s.leaveKeys()
	file, err := readKeys(s.cfg.Path)
	if err != nil || !file.Recovery.proven(s.keys.key, s.Epoch()) {
		return nil, nil // damaged, or of another key: SealTo makes it anew
	}
	return file.Recovery.Public, nil
}
