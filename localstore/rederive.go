package localstore

import (
	"context"
	"encoding/json"
)

// rederiveAtOnce bounds the rows that are in memory while search forms are made anew.
const rederiveAtOnce = 500

// rederive makes the search forms of a file anew that an older deriver has made, in one transaction: some
// seconds for a hundred thousand customers, once.
func (s *Store) rederive(ctx context.Context) error {
	return s.write.in(ctx, func(t *tx) error {
		var version int
		if err := t.row(`SELECT deriver FROM replica`).Scan(&version); err != nil || version >= deriverVersion {
			return err
		}
		for _, old := range []string{`DELETE FROM phone`, `DELETE FROM reading`, `INSERT INTO customer_text (customer_text) VALUES ('delete-all')`} {
			if err := t.exec(old); err != nil {
				return err
			}
		}
		for last, more := int64(0), true; more; {
			var err error
			if last, more, err = t.rederiveAfter(last); err != nil {
				return err
			}
		}
		return t.exec(`UPDATE replica SET deriver = ?`, deriverVersion)
	})
}

// rederiveAfter does the next customers behind rid and gives the last of them.
func (t *tx) rederiveAfter(rid int64) (last int64, more bool, err error) {
	var list []stored
	err = t.each(`SELECT rid, body FROM customer WHERE rid > ? ORDER BY rid LIMIT ?`, func(r scanner) error {
		var one stored
		err := r.Scan(&one.rid, (*[]byte)(&one.body))
		list = append(list, one)
		return err
	}, rid, rederiveAtOnce)
	if err != nil {
		return rid, false, err
	}
	for _, one := range list {
		lookup, err := customerColumns(one.body)
		if err != nil {
			return rid, false, err
		}
		if err := t.exec(`UPDATE customer SET number = ?, name = ? WHERE rid = ?`, append(lookup, one.rid)...); err != nil {
			return rid, false, err
		}
		if err := t.reindex(one.rid, json.RawMessage(nil), one.body); err != nil {
			return rid, false, err
		}
		rid = one.rid
	}
	return rid, len(list) == rederiveAtOnce, nil
}
