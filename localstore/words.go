package localstore

import (
	"context"
	"time"
)

const (
	maxSegments = 12               // of gram, before they are merged: each word that is sought is looked up in every one
	mergeAtOnce = 64               // pages written in a step, some milliseconds of the writer
	mergeEvery  = 10 * time.Minute // at most: a merge writes the whole of gram, some 70 bytes a customer
)

// mergeWords makes one segment of those that writing has left in table gram, a bounded step a call. It is cut
// by closing without harm: the next one goes on from what is merged.
func (s *Store) mergeWords(ctx context.Context) (more bool, err error) {
	return s.mergeWordsAbove(ctx, maxSegments)
}

func (s *Store) mergeWordsAbove(ctx context.Context, most int) (more bool, err error) {
	pages := mergeAtOnce
	if !s.merging {
		if s.cfg.Now().Sub(s.merged) < mergeEvery {
			return false, nil
		}
		var segments int
		if err := s.one(ctx, `SELECT count(DISTINCT segid) FROM gram_idx`).Scan(&segments); err != nil || segments <= most {
			return false, err
		}
		pages = -mergeAtOnce // begins a merge of all
	}
	err = s.write.in(ctx, func(t *tx) error {
		var before, after int64
		if err := t.row(`SELECT total_changes()`).Scan(&before); err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO gram (gram, rank) VALUES ('merge', ?)`, pages); err != nil {
			return err
		}
		err := t.row(`SELECT total_changes()`).Scan(&after)
		more = after-before >= 2 // as FTS5 says that something was done
		return err
	})
	if s.merging = more && err == nil; !s.merging {
		s.merged = s.cfg.Now()
	}
	return more, err
}
