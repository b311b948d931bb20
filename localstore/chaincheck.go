package localstore

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/chain"
)

// ChainReport is the outcome of CheckChain. Chains are those this file has had, the living one among them.
// Ops and Rows tell how many texts were read again and held against their commitment: in ops that are still on
// this disk, and in contacts that still say what an op said. Erased is how many entries have no salt any more:
// their text was erased, or has left this disk.
type ChainReport struct {
	chain.Report
	Chains int   `json:"chains"`
	Ops    int64 `json:"ops"`
	Rows   int64 `json:"rows"`
	Erased int64 `json:"erased"`
}

// CheckChain reads everything of the chain that this file has and tells what is wrong with it: entries against
// each other, against what central has signed and against the texts that are still here. It reads one state of
// the file while writers go on; 1,000,000 entries take seconds. What it cannot see stands in docs/STORE.md.
func (s *Store) CheckChain(ctx context.Context) (ChainReport, error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return ChainReport{}, wrap("check chain", err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	r, err := checkChain(ctx, tx)
	return r, wrap("check chain", err)
}

// asker is a connection or a transaction that reads.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// chainCheck is one check of a file's chains.
type chainCheck struct {
	ctx    context.Context //nolint:containedctx // lives as long as one call
	q      asker
	report ChainReport
	keys   map[string][]byte // trusted
	desks  map[int64]string  // of the lives
}

func checkChain(ctx context.Context, q asker) (ChainReport, error) {
	c := &chainCheck{ctx: ctx, q: q, keys: map[string][]byte{}, desks: map[int64]string{}}
	for _, step := range []func() error{c.readKeys, c.lives, c.ops, c.unlinked, c.rows, c.shown} {
		if err := step(); err != nil {
			return c.report, err
		}
	}
	return c.report, nil
}

func (c *chainCheck) each(query string, f func(scanner) error, args ...any) error {
	rows, err := c.q.QueryContext(c.ctx, query, args...)
	return eachRow(rows, err, f)
}

func (c *chainCheck) fault(at link, kind chain.Kind, op, what string) {
	c.report.Add(chain.Fault{Chain: c.desks[at.life], N: at.n, Kind: kind, Op: op, What: what})
}

func (c *chainCheck) readKeys() error {
	return c.each(`SELECT id, public, trusted FROM chain_key`, func(r scanner) error {
		var id string
		var public []byte
		var trusted bool
		if err := r.Scan(&id, &public, &trusted); err != nil {
			return err
		}
		if !trusted || chain.KeyID(public) != id {
			c.fault(link{}, chain.Unsigned, "", "key "+id)
			return nil
		}
		c.keys[id] = public
		return nil
	})
}

// lives checks each chain by itself.
func (c *chainCheck) lives() error {
	proofs := map[int64]chain.Proof{}
	var order []int64
	err := c.each(`SELECT id, life.desk, life.org, iif(id = replica.life, replica.link, n), iif(id = replica.life, replica.link_hash, hash)
		FROM life, replica ORDER BY id`, func(r scanner) error {
		var id int64
		var p chain.Proof
		var hash []byte
		if err := r.Scan(&id, &p.Desk, &p.Org, &p.Last, &hash); err != nil {
			return err
		}
		p.LastHash, _ = chain.HashOf(hash) // another length is another hash
		p.Keys = c.keys
		proofs[id], order, c.desks[id] = p, append(order, id), p.Desk
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range order {
		p := proofs[id]
		if p.Checkpoints, err = c.checkpoints(id); err != nil {
			return err
		}
		report, err := chain.Verify(c.entries(id), p)
		if err != nil {
			return err
		}
		c.report.Join(report)
		if report.Entries > 0 {
			c.report.Chains++
		}
	}
	var strays int64
	err = c.q.QueryRowContext(c.ctx, `SELECT count(*) FROM chain WHERE life NOT IN (SELECT id FROM life)`).Scan(&strays)
	if err == nil && strays > 0 {
		c.fault(link{}, chain.Forked, "", "entries of no chain")
	}
	return err
}

func (c *chainCheck) checkpoints(life int64) ([]chain.Checkpoint, error) {
	var list []chain.Checkpoint
	err := c.each(`SELECT n, hash, at, key, sig FROM checkpoint WHERE life = ? ORDER BY n`, func(r scanner) error {
		var p chain.Checkpoint
		var hash []byte
		if err := r.Scan(&p.N, &hash, &p.At, &p.Key, &p.Sig); err != nil {
			return err
		}
		p.Hash, _ = chain.HashOf(hash) // another length is another hash, which nobody has signed
		list = append(list, p)
		return nil
	}, life)
	return list, err
}

// entries reads a chain in its order.
func (c *chainCheck) entries(life int64) iter.Seq2[chain.Entry, error] {
	return func(yield func(chain.Entry, error) bool) {
		rows, err := c.q.QueryContext(c.ctx, `SELECT n, op, kind, at, commitment, hash, salt IS NULL FROM chain WHERE life = ? ORDER BY n`, life)
		if err != nil {
			yield(chain.Entry{}, err)
			return
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		var e chain.Entry
		var commitment, hash sql.RawBytes
		var erased bool
		for rows.Next() {
			if err := rows.Scan(&e.N, &e.Op, &e.Kind, &e.At, &commitment, &hash, &erased); err != nil {
				yield(e, err)
				return
			}
			if erased {
				c.report.Erased++
			}
			e.Commitment, _ = chain.HashOf(commitment) // another length is another value, which does not follow
			e.Hash, _ = chain.HashOf(hash)
			if !yield(e, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(e, err)
		}
	}
}

// ops holds the texts of the ops on this disk against their entries.
func (c *chainCheck) ops() error {
	return c.each(`SELECT o.life, o.link, o.id, o.changes, coalesce(c.op, ''), c.salt, coalesce(c.commitment, x'')
		FROM op o LEFT JOIN chain c ON c.life = o.life AND c.n = o.link WHERE o.link > 0`, func(r scanner) error {
		var at link
		var id, entry string
		var changes, salt, commitment []byte
		if err := r.Scan(&at.life, &at.n, &id, &changes, &entry, &salt, &commitment); err != nil {
			return err
		}
		if entry != id {
			c.fault(at, chain.Edited, id, "op")
			return nil
		}
		if salt == nil {
			return nil
		}
		c.report.Ops++
		if !saysWhat(changes, salt, commitment) {
			c.fault(at, chain.Edited, id, "text of the op")
		}
		return nil
	})
}

// saysWhat reports whether an op's changes are what was committed to.
func saysWhat(changes, salt, commitment []byte) bool {
	var list []desk.Change
	if json.Unmarshal(changes, &list) != nil {
		return false
	}
	said, _, err := texts(list)
	again, _ := chain.Commit(salt, said...)
	return err == nil && bytes.Equal(again[:], commitment)
}

// unlinked finds ops that should be in the chain: behind the first one of their desk that is.
func (c *chainCheck) unlinked() error {
	return c.each(`SELECT l.id, o.id, o.changes FROM op o JOIN life l ON l.desk = o.desk WHERE o.link = 0 AND o.n >
		(SELECT min(p.n) FROM op p WHERE p.desk = o.desk AND p.link > 0)`, func(r scanner) error {
		var at link
		var id string
		var changes []byte
		if err := r.Scan(&at.life, &id, &changes); err != nil {
			return err
		}
		var list []desk.Change
		if err := json.Unmarshal(changes, &list); err != nil {
			return fmt.Errorf("op %s: %w", id, err)
		}
		if said, _, err := texts(list); err != nil || len(said) > 0 {
			c.fault(at, chain.Edited, id, "op without an entry")
		}
		return nil
	})
}

// rows holds contacts that were noted to say what an entry committed to against it, as long as central has not
// given them a newer version.
func (c *chainCheck) rows() error {
	lists := nameLists{}
	return c.each(`SELECT `+openingColumns+`, x.key, x.body FROM chain_row r JOIN contact x ON x.key = r.key AND x.seq = r.seq
		LEFT JOIN chain c ON c.life = r.life AND c.n = r.n
		WHERE c.salt IS NOT NULL AND NOT EXISTS (SELECT 1 FROM base b WHERE b.tab = 'contact' AND b.key = r.key)`, func(r scanner) error {
		var key string
		var body []byte
		o, err := scanOpening(r, &key, &body)
		if err != nil {
			return err
		}
		c.report.Rows++
		if opens, err := o.opens(key, body, lists); err != nil || !opens {
			c.fault(o.link, chain.Edited, o.op, "text of the contact")
		}
		return nil
	})
}

// shown holds contacts with pending ops against what central last said of them with the ops laid over.
func (c *chainCheck) shown() error {
	type stack struct {
		body    []byte
		changes []string
		state   int
		at      link
	}
	rows := map[string]*stack{} // as many as the outbox has
	err := c.each(`SELECT b.key, b.body, b.state, o.changes, o.life, o.link FROM base b JOIN op_row w ON w.tab = b.tab AND w.key = b.key
		JOIN op o ON o.rid = w.op WHERE b.tab = 'contact' ORDER BY o.rid`, func(r scanner) error {
		var key, changes string
		var s stack
		if err := r.Scan(&key, &s.body, &s.state, &changes, &s.at.life, &s.at.n); err != nil {
			return err
		}
		if rows[key] == nil {
			rows[key] = &s
		}
		rows[key].changes, rows[key].at = append(rows[key].changes, changes), s.at
		return nil
	})
	if err != nil {
		return err
	}
	for key, s := range rows {
		body := json.RawMessage(s.body)
		for _, changes := range s.changes {
			if body, err = mergeChanges(body, changes, place{desk.TableContact, key}); err != nil {
				return err
			}
		}
		var is []byte
		err := c.q.QueryRowContext(c.ctx, `SELECT coalesce((SELECT body FROM contact WHERE key = ?), '')`, key).Scan(&is)
		if err != nil {
			return err
		}
		if s.state != baseRemoved && !bytes.Equal(is, body) {
			c.fault(s.at, chain.Edited, "", "contact as it is shown")
		}
	}
	return nil
}
