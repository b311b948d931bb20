package localstore

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/callbench/callbench/desk"
)

const (
	talkFor     = 12 * time.Millisecond // of the writer, a step of reading notes; its commit comes on top
	talkAtOnce  = 20                    // notes in memory, and between two looks at the clock
	maxDue      = 300                   // notes that are not read yet which a search looks through, the newest
	maxCompared = 1500                  // notes that a search compares of those whose words fit, the newest
	maxTalkHits = 20                    // customers found by a note
	dueErased   = 0                     // in talk_due: a text was erased
	dueMerging  = -1                    // in talk_due: and what is to make its words go is under way
)

// talked notes that what was written of a talk has to be read; body nil: the contact is gone. Rows of a page are only
// noted: to read them all would hold up a first sync for minutes.
func (t *tx) talked(rid int64, old, body json.RawMessage) error {
	if body == nil {
		if err := t.exec(`DELETE FROM talk_due WHERE rid = ?`, rid); err != nil {
			return err
		}
		return t.exec(`DELETE FROM talk WHERE rowid = ?`, rid)
	}
	if old != nil {
		was, is := textOf(old), textOf(body)
		if was == is {
			return nil
		}
	}
	return t.exec(`INSERT OR IGNORE INTO talk_due (rid) VALUES (?)`, rid)
}

type textOfContact struct{ Subject, Content string }

func textOf(body json.RawMessage) (c textOfContact) {
	_ = json.Unmarshal(body, &c) // malformed: nothing was written
	return c
}

// readNotes puts the words of notes that are due into table talk, the newest first, a bounded step a call. Of
// contacts beyond maxTalks the words go.
func (s *Store) readNotes(ctx context.Context) (more bool, err error) {
	if s.snapshotComes() {
		return false, nil
	}
	err = s.write.in(ctx, func(t *tx) error {
		begun := time.Now()
		known := syllables{}
		for more = true; more && time.Since(begun) < talkFor; {
			if more, err = t.readNotes(known); err != nil {
				return err
			}
		}
		if more {
			return nil
		}
		if more, err = t.forgetTalks(); err != nil || more {
			return err
		}
		more, err = t.forgetErased()
		return err
	})
	return more, err
}

func (t *tx) readNotes(known syllables) (more bool, err error) {
	type note struct {
		rid   int64
		there bool
		body  []byte
	}
	var list []note
	var newest int64
	if err := t.row(`SELECT coalesce(max(rid), 0) FROM contact`).Scan(&newest); err != nil {
		return false, err
	}
	err = t.each(`SELECT talk_due.rid, contact.rid IS NOT NULL, coalesce(body, '') FROM talk_due LEFT JOIN contact USING (rid)
		WHERE talk_due.rid > 0 ORDER BY talk_due.rid DESC LIMIT ?`, func(r scanner) error {
		var n note
		err := r.Scan(&n.rid, &n.there, &n.body)
		list = append(list, n)
		return err
	}, talkAtOnce)
	if err != nil {
		return false, err
	}
	for _, n := range list {
		if err := t.exec(`DELETE FROM talk WHERE rowid = ?`, n.rid); err != nil {
			return false, err
		}
		if c, err := contactOf(n.body); n.there && err == nil && n.rid > newest-maxTalks {
			if err := t.exec(`INSERT INTO talk (rowid, words) VALUES (?, ?)`, n.rid, readWritten(c, known).words()); err != nil {
				return false, err
			}
		}
		if err := t.exec(`DELETE FROM talk_due WHERE rid = ?`, n.rid); err != nil {
			return false, err
		}
	}
	return len(list) == talkAtOnce, nil
}

// forgetTalks takes the words of the oldest notes away, some at a time.
func (t *tx) forgetTalks() (more bool, err error) {
	var gone []int64
	err = t.each(`SELECT rowid FROM talk WHERE rowid <= (SELECT coalesce(max(rid), 0) FROM contact) - ? ORDER BY rowid LIMIT ?`, func(r scanner) error {
		var rid int64
		err := r.Scan(&rid)
		gone = append(gone, rid)
		return err
	}, maxTalks, talkAtOnce)
	if err != nil {
		return false, err
	}
	for _, rid := range gone {
		if err := t.exec(`DELETE FROM talk WHERE rowid = ?`, rid); err != nil {
			return false, err
		}
	}
	return len(gone) == talkAtOnce, nil
}

// forgetErased merges the words of talk, some pages a call, so that those of an erased text leave the file: until then
// they stand in its segments, marked as gone. It is cut without harm and goes on.
func (t *tx) forgetErased() (more bool, err error) {
	var stage int
	if err := t.row(`SELECT coalesce(max(rid), 1) FROM talk_due WHERE rid <= 0`).Scan(&stage); err != nil || stage > dueErased {
		return false, err
	}
	pages := mergeAtOnce
	if stage == dueErased {
		pages = -mergeAtOnce // begins a merge of all
	}
	var before, after int64
	if err := t.row(`SELECT total_changes()`).Scan(&before); err != nil {
		return false, err
	}
	if err := t.exec(`INSERT INTO talk (talk, rank) VALUES ('merge', ?)`, pages); err != nil {
		return false, err
	}
	if err := t.row(`SELECT total_changes()`).Scan(&after); err != nil {
		return false, err
	}
	more = after-before >= 2 // as FTS5 says that something was done
	if err := t.exec(`DELETE FROM talk_due WHERE rid <= 0`); err != nil || !more {
		return false, err
	}
	return true, t.exec(`INSERT INTO talk_due (rid) VALUES (?)`, dueMerging)
}

// talks finds customers by what was written of talks with them, the newest talks first. A search is looked for word by
// word: every one has to be in the note, in Chinese (two characters or more), in pinyin or zhuyin (two syllables
// or more, or three initials), or as the beginning of a word in other letters.
func (f *search) talks() error {
	known := syllables{}
	list, ok := askedOf(f.typed, known)
	if !ok {
		return nil
	}
	hits := min(len(f.hits)+maxTalkHits, f.limit)
	compare := func(r scanner) error {
		var rid int64
		var note, customer []byte
		if err := r.Scan(&note, &rid, &customer); err != nil {
			return err
		}
		if f.seen[rid] {
			return nil
		}
		k, err := contactOf(note)
		if err != nil {
			return nil //nolint:nilerr // a malformed row is told by the check
		}
		snippet, ok := fits(list, readWritten(k, known))
		if !ok {
			return nil
		}
		c, err := customerOf(customer)
		if err != nil {
			return err
		}
		f.seen[rid] = true
		f.hits = append(f.hits, desk.Hit{Customer: c, Contact: k.ID, Match: desk.Match{Field: fieldNote, Text: snippet}})
		if len(f.hits) >= hits {
			return errEnough
		}
		return nil
	}
	all := make([]string, len(list))
	for i, a := range list {
		all[i] = a.grams(known)
	}
	const of = ` CROSS JOIN contact ON contact.rid = found.rid CROSS JOIN customer ON customer.key = contact.customer` // the newest first, as found
	for _, q := range []struct {
		text string
		args []any
	}{
		{`SELECT contact.body, customer.rid, customer.body FROM (SELECT rid FROM talk_due WHERE rid > 0 ORDER BY rid DESC LIMIT ?) AS found` + of, []any{maxDue}},
		{
			`SELECT contact.body, customer.rid, customer.body FROM (SELECT rowid AS rid FROM talk WHERE talk MATCH ? ORDER BY rowid DESC LIMIT ?) AS found` + of,
			[]any{strings.Join(all, " AND "), maxCompared},
		},
	} {
		if err := f.s.each(f.ctx, q.text, compare, q.args...); err != nil && !errors.Is(err, errEnough) {
			return err
		}
		if len(f.hits) >= hits {
			break
		}
	}
	return nil
}
