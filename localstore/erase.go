package localstore

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/chain"
)

// EraseText forgets what a contact says: the row leaves this disk, its texts leave the ops that carried them,
// and the salts under which the chain committed to them are destroyed, so that nobody can prove or guess the
// text any more. The chain itself holds. A pending op of the contact goes up without the text and is refused.
// That there is nothing to erase is no error.
func (s *Store) EraseText(ctx context.Context, contact string) error {
	return wrap("erase contact "+contact, s.write.in(ctx, func(t *tx) error {
		p := place{desk.TableContact, contact}
		if err := t.erase(p); err != nil {
			return err
		}
		return t.takeAway(p)
	}))
}

// takeAway drops a row for good, whatever waits on it.
func (t *tx) takeAway(p place) error {
	b, pending, err := t.findBase(p)
	if err != nil {
		return err
	}
	if !pending {
		return t.drop(p)
	}
	if err := t.putBase(p, base{gen: b.gen, state: baseRemoved}); err != nil {
		return err
	}
	return t.refold(p)
}

// erase forgets what the ops said of a row, values of it that lost in a conflict and, of a contact, what the chain
// could prove of it.
func (t *tx) erase(p place) error {
	if err := t.eraseOps(p); err != nil {
		return err
	}
	if p.table == desk.TableCustomer {
		if err := t.exec(`DELETE FROM call_seen WHERE customer = ?`, p.key); err != nil {
			return err
		}
	}
	if err := t.eraseConflicts(p); err != nil || p.table != desk.TableContact {
		return err
	}
	err := t.exec(`UPDATE chain SET salt = NULL WHERE (life, n) IN (SELECT life, n FROM chain_row WHERE key = ?)`, p.key)
	if err != nil {
		return err
	}
	if err := t.exec(`INSERT OR IGNORE INTO talk_due (rid) VALUES (?)`, dueErased); err != nil {
		return err
	}
	return t.exec(`DELETE FROM chain_row WHERE key = ?`, p.key)
}

func (t *tx) eraseConflicts(of place) error {
	if of.table == desk.TableConflict {
		return nil
	}
	var keys []string
	err := t.each(`SELECT key FROM conflict WHERE about = ? AND json_extract(body, '$.table') = ?`, func(r scanner) error {
		var key string
		err := r.Scan(&key)
		keys = append(keys, key)
		return err
	}, of.key, string(of.table))
	if err != nil {
		return err
	}
	for _, key := range keys {
		if err := t.takeAway(place{desk.TableConflict, key}); err != nil {
			return err
		}
	}
	return nil
}

// eraseOps takes a row's members out of the ops that are still on this disk: as many as 35 days hold, a millisecond or
// two to look through.
func (t *tx) eraseOps(p place) error {
	type erased struct {
		rid     int64
		link    link
		proves  bool // the chain covers what goes
		changes []byte
	}
	var list []erased
	err := t.each(`SELECT rid, life, link, changes FROM op WHERE instr(changes, ?) > 0`, func(r scanner) error {
		var e erased
		if err := r.Scan(&e.rid, &e.link.life, &e.link.n, &e.changes); err != nil {
			return err
		}
		var changes []desk.Change
		if err := json.Unmarshal(e.changes, &changes); err != nil {
			return fmt.Errorf("op %d: %w", e.rid, err)
		}
		hit := false
		for i, c := range changes {
			if c.Table == p.table && c.Key == p.key {
				e.proves = e.proves || chain.Covered(string(c.Table), c.Fields)
				changes[i].Fields, hit = json.RawMessage("{}"), true
			}
		}
		if !hit {
			return nil
		}
		var err error
		e.changes, err = json.Marshal(changes)
		list = append(list, e)
		return err
	}, p.key)
	if err != nil {
		return err
	}
	for _, e := range list {
		if err := t.exec(`UPDATE op SET changes = ? WHERE rid = ?`, string(e.changes), e.rid); err != nil {
			return err
		}
		if !e.proves {
			continue
		}
		if err := t.exec(`UPDATE chain SET salt = NULL WHERE life = ? AND n = ?`, e.link.life, e.link.n); err != nil {
			return err
		}
	}
	return nil
}
