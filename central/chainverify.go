package central

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/chain"
)

// ChainVerified is what Verify found of the chains. Entries, Signed and Faults are those of all desks and of the
// ledger. Texts were read again and held against their commitment, in what the desks said, in the rows as they
// are and in what was replaced. Breaks are ops that did not continue their desk's chain when they came, which
// counts as a fault; Unlinked are ops of desks that had no chain yet, and Unsealed rows from before the ledger,
// which do not.
type ChainVerified struct {
	chain.Report
	Desks    int            `json:"desks"`
	Texts    int64          `json:"texts"`
	Erased   int64          `json:"erased"`
	Ledger   int64          `json:"ledger"`
	Breaks   map[string]int `json:"breaks,omitempty"`
	Unlinked int            `json:"unlinked"`
	Unsealed int            `json:"unsealed"`
}

// chainCheck is one check of all chains on one picture of the data.
type chainCheck struct {
	ctx    context.Context //nolint:containedctx // lives as long as one call
	q      queryer
	org    string
	keys   map[string][]byte
	report ChainVerified
}

func (c *Central) verifyChains(ctx context.Context, q queryer) (ChainVerified, error) {
	v := &chainCheck{ctx: ctx, q: q, org: c.org, keys: map[string][]byte{}}
	for _, step := range []func() error{
		v.readKeys, v.desks, v.texts, v.breaks, v.ledger, v.sealed, v.opened, v.unsealed,
	} {
		if err := step(); err != nil {
			return v.report, err
		}
	}
	return v.report, nil
}

func (v *chainCheck) each(f func(rows *sql.Rows) error, query string, args ...any) error {
	rows, err := v.q.QueryContext(v.ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (v *chainCheck) fault(desk string, n int64, kind chain.Kind, op, what string) {
	v.report.Add(chain.Fault{Chain: desk, N: n, Kind: kind, Op: op, What: what})
}

// faults counts what query finds as one sort of fault; it selects a chain, a number and what it is about.
func (v *chainCheck) faults(kind chain.Kind, what, query string, args ...any) error {
	return v.each(func(rows *sql.Rows) error {
		var desk, op string
		var n int64
		err := rows.Scan(&desk, &n, &op)
		v.fault(desk, n, kind, op, what)
		return err
	}, query, args...)
}

// readKeys reads the public keys: each but the first has the word of the one before it.
func (v *chainCheck) readKeys() error {
	var last []byte
	return v.each(func(rows *sql.Rows) error {
		var id string
		var public, sig []byte
		if err := rows.Scan(&id, &public, &sig); err != nil {
			return err
		}
		if chain.KeyID(public) != id || last != nil && !chain.Succeeds(last, public, sig) {
			v.fault("", 0, chain.Unsigned, "", "key "+id)
		}
		v.keys[id], last = public, public
		return nil
	}, "SELECT id, public, sig FROM chain_key WHERE org = ? ORDER BY made, sig IS NOT NULL", v.org)
}

// proof is what a chain is held against: its signed end, which is also the last entry there may be.
func (v *chainCheck) proof(deskID string) (chain.Proof, error) {
	p := chain.Proof{Org: v.org, Desk: chainName(deskID), Keys: v.keys}
	err := v.each(func(rows *sql.Rows) error {
		var c chain.Checkpoint
		var hash []byte
		err := rows.Scan(&c.N, &hash, &c.At, &c.Key, &c.Sig)
		c.Hash, _ = chain.HashOf(hash) // one of another length is not what was signed
		p.Checkpoints, p.Last, p.LastHash = []chain.Checkpoint{c}, c.N, c.Hash
		return err
	}, "SELECT n, hash, at, key, sig FROM chain_head WHERE org = ? AND desk = ?", v.org, deskID)
	return p, err
}

// desks checks the chain of every desk by itself.
func (v *chainCheck) desks() error {
	var list []string
	err := v.each(func(rows *sql.Rows) error {
		var desk string
		err := rows.Scan(&desk)
		list = append(list, desk)
		return err
	}, `SELECT desk FROM chain_head WHERE org = ?1 AND desk <> '' UNION SELECT desk FROM replica WHERE org = ?1
		UNION SELECT DISTINCT desk FROM chain WHERE org = ?1`, v.org)
	if err != nil {
		return err
	}
	for _, deskID := range list {
		p, err := v.proof(deskID)
		if err != nil {
			return err
		}
		broken := map[int64]bool{}
		err = v.each(func(rows *sql.Rows) error {
			var n int64
			err := rows.Scan(&n)
			broken[n] = true
			return err
		}, `SELECT c.n FROM chain c JOIN chain_break b ON b.org = c.org AND b.desk = c.desk AND b.op_n = c.op_n AND b.kind <> 'unlinked'
			WHERE c.org = ? AND c.desk = ? AND c.broken = 1`, v.org, deskID)
		if err != nil {
			return err
		}
		p.Broken = func(n int64) bool { return broken[n] }
		report, err := chain.Verify(v.entries(`SELECT n, op, kind, at, commitment, hash FROM chain WHERE org = ? AND desk = ? ORDER BY n`, v.org, deskID), p)
		if err != nil {
			return err
		}
		if report.Entries > 0 && len(p.Checkpoints) == 0 {
			report.Add(chain.Fault{Chain: deskID, Kind: chain.Unsigned, What: "end"})
		}
		if report.Entries > 0 {
			v.report.Desks++
		}
		v.report.Join(report)
	}
	return v.faults(chain.Edited, "op", `SELECT c.desk, c.n, c.op FROM chain c LEFT JOIN op o ON o.org = c.org AND o.desk = c.desk AND o.n = c.op_n
		WHERE c.org = ? AND c.broken = 0 AND (o.id IS NULL OR o.id <> c.op)`, v.org)
}

func (v *chainCheck) entries(query string, args ...any) iter.Seq2[chain.Entry, error] {
	return func(yield func(chain.Entry, error) bool) {
		rows, err := v.q.QueryContext(v.ctx, query, args...)
		if err != nil {
			yield(chain.Entry{}, err)
			return
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		for rows.Next() {
			var e chain.Entry
			var commitment, hash []byte
			if err := rows.Scan(&e.N, &e.Op, &e.Kind, &e.At, &commitment, &hash); err != nil {
				yield(e, err)
				return
			}
			e.Commitment, _ = chain.HashOf(commitment) // one of another length does not follow
			e.Hash, _ = chain.HashOf(hash)
			if !yield(e, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(chain.Entry{}, err)
		}
	}
}

// texts holds what the desks said against the commitments: each text against its part, the parts against the
// commitment. A text that was erased must be in the ledger as such.
func (v *chainCheck) texts() error {
	err := v.each(func(rows *sql.Rows) error {
		var deskID, op string
		var n, kept int64
		var commitment, joined []byte
		if err := rows.Scan(&deskID, &n, &op, &commitment, &joined, &kept); err != nil {
			return err
		}
		whole := chain.Join(partsOf(joined))
		if string(whole[:]) != string(commitment) {
			v.fault(deskID, n, chain.Edited, op, "parts")
		}
		if kept != int64(len(joined)/chain.HashSize) {
			v.fault(deskID, n, chain.Deleted, op, "texts")
		}
		return nil
	}, `SELECT c.desk, c.n, c.op, c.commitment, c.parts, (SELECT count(*) FROM chain_text t WHERE t.org = c.org AND t.desk = c.desk AND t.n = c.n)
		FROM chain c JOIN op o ON o.org = c.org AND o.desk = c.desk AND o.n = c.op_n WHERE c.org = ? AND c.broken = 0 AND o.code = ''`, v.org)
	if err != nil {
		return err
	}
	return v.each(func(rows *sql.Rows) error {
		var deskID, op, key string
		var n int64
		var part int
		var salt, text, joined []byte
		var erased bool
		if err := rows.Scan(&deskID, &n, &op, &part, &key, &salt, &text, &joined, &erased); err != nil {
			return err
		}
		parts := partsOf(joined)
		switch {
		case salt == nil && text == nil && erased:
			v.report.Erased++
		case salt == nil || text == nil:
			v.fault(deskID, n, chain.Deleted, op, "text")
		case part < 0 || part >= len(parts) || chain.Part(salt, text) != parts[part]:
			v.report.Texts++
			v.fault(deskID, n, chain.Edited, op, "text")
		default:
			v.report.Texts++
		}
		return nil
	}, `SELECT t.desk, t.n, coalesce(c.op, ''), t.part, t.key, t.salt, t.text, coalesce(c.parts, x''),
		EXISTS (SELECT 1 FROM ledger l WHERE l.org = t.org AND l.tbl = t.tbl AND l.key = t.key AND l.kind = 'erase')
		FROM chain_text t LEFT JOIN chain c ON c.org = t.org AND c.desk = t.desk AND c.n = t.n WHERE t.org = ?`, v.org)
}

// partsOf reads a parts column.
func partsOf(text []byte) []chain.Hash {
	var list []chain.Hash
	for ; len(text) >= chain.HashSize; text = text[chain.HashSize:] {
		h, _ := chain.HashOf(text[:chain.HashSize])
		list = append(list, h)
	}
	return list
}

// breaks counts the ops that did not continue their chain, and finds breaks that somebody has written in, or
// taken out, later.
func (v *chainCheck) breaks() error {
	err := v.each(func(rows *sql.Rows) error {
		var deskID, op, kind string
		var n int64
		if err := rows.Scan(&deskID, &n, &op, &kind); err != nil {
			return err
		}
		if kind == markUnlinked {
			v.report.Unlinked++
			return nil
		}
		if v.report.Breaks == nil {
			v.report.Breaks = map[string]int{}
		}
		v.report.Breaks[kind]++
		v.fault(deskID, n, chain.Forked, op, "break: "+kind)
		return nil
	}, "SELECT desk, op_n, op, kind FROM chain_break WHERE org = ? ORDER BY desk, op_n", v.org)
	if err != nil {
		return err
	}
	err = v.faults(chain.Edited, "break without an entry in the ledger", `SELECT desk, op_n, op FROM chain_break b WHERE org = ? AND kind <> 'unlinked' AND NOT EXISTS
		(SELECT 1 FROM ledger l WHERE l.org = b.org AND l.kind = 'break' AND l.key = b.desk AND l.seq = b.op_n AND l.field = b.kind)`, v.org)
	if err != nil {
		return err
	}
	err = v.faults(chain.Edited, "break without a record", `SELECT desk, n, op FROM chain c WHERE org = ? AND broken = 1 AND NOT EXISTS
		(SELECT 1 FROM chain_break b WHERE b.org = c.org AND b.desk = c.desk AND b.op_n = c.op_n AND b.kind <> 'unlinked')`, v.org)
	if err != nil {
		return err
	}
	return v.faults(chain.Deleted, "break", `SELECT key, seq, '' FROM ledger l WHERE org = ? AND kind = 'break' AND NOT EXISTS
		(SELECT 1 FROM chain_break b WHERE b.org = l.org AND b.desk = l.key AND b.op_n = l.seq)`, v.org)
}

// ledger checks central's own chain by itself.
func (v *chainCheck) ledger() error {
	p, err := v.proof("")
	if err != nil {
		return err
	}
	report, err := chain.Verify(v.entries(`SELECT n, tbl || '/' || key || '/' || field || '/' || seq, kind, at, commitment, hash
		FROM ledger WHERE org = ? ORDER BY n`, v.org), p)
	if report.Entries > 0 && len(p.Checkpoints) == 0 {
		report.Add(chain.Fault{Chain: p.Desk, Kind: chain.Unsigned, What: "end"})
	}
	v.report.Ledger = report.Entries
	v.report.Join(report)
	return err
}

// sealed finds entries of the ledger whose text should be here and has no seal: it was neither replaced by a
// newer version nor erased.
func (v *chainCheck) sealed() error {
	return v.faults(chain.Deleted, "seal", `SELECT 'central', l.n, l.tbl || '/' || l.key FROM ledger l WHERE l.org = ? AND l.kind IN ('row', 'kept')
		AND NOT EXISTS (SELECT 1 FROM seal s WHERE s.org = l.org AND s.tbl = l.tbl AND s.key = l.key AND s.field = l.field AND s.seq = l.seq AND s.n >= l.n)
		AND NOT EXISTS (SELECT 1 FROM ledger e WHERE e.org = l.org AND e.kind = 'erase' AND e.tbl = l.tbl AND e.key = l.key AND e.n > l.n)`, v.org)
}

// opened holds the rows and the replaced values against the ledger.
func (v *chainCheck) opened() error {
	var known ledgerText
	err := v.each(func(rows *sql.Rows) error {
		var body, authors, stamps sql.NullString
		t := &known
		if err := rows.Scan(&t.n, &t.table, &t.key, &t.salt, &t.commitment, &body, &authors, &stamps); err != nil {
			return err
		}
		if !body.Valid {
			v.fault(chainName(""), t.n, chain.Deleted, string(t.table)+"/"+t.key, "row")
			return nil
		}
		text, err := rowText(t.table, t.key, []byte(body.String), authors.String, stamps.String)
		v.open(t, text, err, "row")
		return nil
	}, `SELECT s.n, s.tbl, s.key, s.salt, coalesce(l.commitment, x''), r.body, r.authors, r.fields FROM seal s
		LEFT JOIN ledger l ON l.org = s.org AND l.n = s.n AND l.kind = 'row' AND l.tbl = s.tbl AND l.key = s.key
		LEFT JOIN record r ON r.org = s.org AND r.tbl = s.tbl AND r.key = s.key WHERE s.org = ? AND s.field = ''`, v.org)
	if err != nil {
		return err
	}
	if err := v.replaced(); err != nil {
		return err
	}
	return v.faults(chain.Deleted, "replaced value", `SELECT 'central', s.n, s.tbl || '/' || s.key FROM seal s WHERE s.org = ? AND s.field <> '' AND
		(SELECT count(*) FROM history h WHERE h.org = s.org AND h.tbl = s.tbl AND h.key = s.key AND h.field = s.field AND h.seq = s.seq) +
		(SELECT count(*) FROM lost h WHERE h.org = s.org AND h.tbl = s.tbl AND h.key = s.key AND h.field = s.field AND h.seq = s.seq) <> 1`, v.org)
}

// ledgerText is a seal with the commitment that it opens.
type ledgerText struct {
	n                int64
	table            desk.Table
	key              string
	salt, commitment []byte
}

func (v *chainCheck) open(t *ledgerText, text []byte, err error, what string) {
	v.report.Texts++
	part := chain.Part(t.salt, text)
	if err != nil || string(part[:]) != string(t.commitment) {
		v.fault(chainName(""), t.n, chain.Edited, string(t.table)+"/"+t.key, what)
	}
}

// unsealed finds contacts and replaced values of them that the ledger does not know: somebody has put them in,
// unless they are from before it.
func (v *chainCheck) unsealed() error {
	var begin int64
	err := v.q.QueryRowContext(v.ctx, "SELECT coalesce(max(seq), 0) FROM ledger_begin WHERE org = ?", v.org).Scan(&begin)
	if err != nil {
		return err
	}
	for _, what := range []struct{ name, query string }{
		{"row", `SELECT key, seq FROM record r WHERE org = ?1 AND tbl = 'contact' AND removed = 0 AND NOT EXISTS
			(SELECT 1 FROM seal s WHERE s.org = r.org AND s.tbl = r.tbl AND s.key = r.key AND s.field = '')`},
		{"replaced value", `SELECT key, seq FROM (SELECT org, tbl, key, field, seq FROM history
			UNION ALL SELECT org, tbl, key, field, seq FROM lost) h WHERE org = ?1 AND tbl = 'contact' AND NOT EXISTS
			(SELECT 1 FROM seal s WHERE s.org = h.org AND s.tbl = h.tbl AND s.key = h.key AND s.field = h.field AND s.seq = h.seq)`},
	} {
		err := v.each(func(rows *sql.Rows) error {
			var key string
			var seq int64
			if err := rows.Scan(&key, &seq); err != nil {
				return err
			}
			if seq > begin {
				v.fault(chainName(""), 0, chain.Forked, "contact/"+key, what.name+" that the ledger does not know")
			} else {
				v.report.Unsealed++
			}
			return nil
		}, what.query, v.org)
		if err != nil {
			return err
		}
	}
	return nil
}

// chainFaultsError says that the chains are not in order; Verified tells where.
type chainFaultsError struct{ report ChainVerified }

func (e chainFaultsError) Error() string {
	first := e.report.First()
	return fmt.Sprintf("the chains are not in order, faults: %d, the first: %s", e.report.Count, FaultText(*first))
}

func (chainFaultsError) Unwrap() error { return desk.ErrConflict }

// FaultText words a fault for a log or a screen.
func FaultText(f chain.Fault) string {
	text := fmt.Sprintf("%s: entry %d of %s", f.Kind, f.N, f.Chain)
	if f.Op != "" {
		text += " (" + f.Op + ")"
	}
	if f.What != "" {
		text += ", " + f.What
	}
	return text
}
