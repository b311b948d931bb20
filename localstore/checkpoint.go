package localstore

import "context"

// Checkpoints: what commits have appended to the log goes into the database beside them, on a connection of
// its own, so that a commit costs one sync and no more. Only the last few pages are done while the writer
// waits, for the log begins anew when a commit finds all of it in the database.
//
// If Maintain does not run, or is kept from it, the log grows to logLimit; from there on a commit in each foldAt
// bytes of it does itself what it can. Beyond that only a reader that does not end (a backup) or a disk that fails
// makes it grow, by what is written meanwhile. Nothing of this is needed for what was acknowledged: the log is as
// durable as the database.
const (
	foldAt     = 8 << 20 // bytes of log from which a checkpoint is worth its syncs
	foldFew    = 128     // pages at most that are left for the time when the writer waits: some 2 ms
	foldPasses = 8       // until they are so few; a writer that is faster meets logLimit
	frameBytes = 4096 + 24
)

// grown is called after each commit, by whom has the writer.
func (s *Store) grown() {
	end := s.vault.LogBytes()
	if end >= foldAt {
		s.nudge()
	}
	if end < s.tried { // it has begun anew
		s.tried = 0
	}
	if end >= logLimit && end >= s.tried+foldAt {
		s.tried = end
		// What was committed is committed, whether this works or not; Maintain meets the same error and tells it.
		_, _ = s.write.conn.ExecContext(context.Background(), `PRAGMA wal_checkpoint(PASSIVE)`)
	}
}

// fold is a chore: it brings the log into the database when it is long.
func (s *Store) fold(ctx context.Context) (more bool, err error) {
	if end := s.vault.LogBytes(); end < foldAt || end == s.folded {
		return false, nil
	}
	if s.folder == nil {
		s.folder = openFolder(s.cfg.Path, s.vault)
	}
	for range foldPasses {
		reached, err := s.foldOnce(ctx)
		if err != nil {
			return false, err
		}
		if s.rest(reached) > foldFew {
			continue
		}
		// The database is synced before the writer has to wait, so that the sync in its way finds little to do.
		if _, err := s.folder.ExecContext(ctx, flushNow); err != nil {
			return false, err
		}
		if done, err := s.foldRest(ctx, reached); done || err != nil {
			return false, err
		}
	}
	return false, nil // the next commit asks again
}

// foldRest does the last pages while the writer waits, unless they have become too many meanwhile.
func (s *Store) foldRest(ctx context.Context, reached int64) (done bool, err error) {
	if err := s.write.take(ctx); err != nil {
		return false, err
	}
	defer s.write.leave()
	if s.rest(reached) > foldFew {
		return false, nil
	}
	end := s.vault.LogBytes()
	if _, err = s.foldOnce(ctx); err != nil {
		return false, err
	}
	s.folded = end
	return true, nil
}

// foldOnce copies what it can without waiting for anybody, and gives how far that is, in bytes of log.
func (s *Store) foldOnce(ctx context.Context) (reached int64, err error) {
	var busy, frames, done int64
	err = s.folder.QueryRowContext(ctx, `PRAGMA wal_checkpoint(PASSIVE)`).Scan(&busy, &frames, &done)
	return done * frameBytes, err
}

// rest is how many pages the log holds beyond reached.
func (s *Store) rest(reached int64) int64 { return (s.vault.LogBytes() - reached) / frameBytes }
