package central

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/chain"
)

// Breaks of a desk's chain.
const (
	breakForked    = "forked"
	breakText      = "text"
	breakStripped  = "stripped"
	breakMalformed = "malformed"
	markUnlinked   = "unlinked" // no break: the desk has no chain yet
)

// chainEnd is the last entry of a chain while a transaction makes more.
type chainEnd struct {
	read bool // from the database
	n    int64
	hash chain.Hash
	grew bool
}

// brokenLink is an op that did not continue its chain, for the log.
type brokenLink struct {
	n    int64
	kind string
}

// readEnd reads the last entry of a desk's chain, or of the ledger (deskID empty).
func (w *writer) readEnd(ctx context.Context, end *chainEnd, deskID string) error {
	if end.read {
		return nil
	}
	query, args := "SELECT n, hash FROM chain WHERE org = ? AND desk = ? ORDER BY n DESC LIMIT 1", []any{w.org, deskID}
	if deskID == "" {
		query, args = "SELECT n, hash FROM ledger WHERE org = ? ORDER BY n DESC LIMIT 1", []any{w.org}
	}
	var hash []byte
	err := w.q.QueryRowContext(ctx, query, args...).Scan(&end.n, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		end.read, end.hash = true, chain.Genesis(w.org, chainName(deskID))
		return nil
	}
	end.read = err == nil
	end.hash, _ = chain.HashOf(hash) // one of another length is found by Verify
	return err
}

// chainName is what a chain is called in its genesis and signatures; no desk's id is as short as the ledger's.
func chainName(deskID string) string {
	if deskID == "" {
		return "central"
	}
	return deskID
}

// coveredTexts gives the texts of the changes that the chain covers, and which they are.
func coveredTexts(changes []desk.Change) (list [][]byte, at []int, err error) {
	for i, ch := range changes {
		if !chain.Covered(string(ch.Table), ch.Fields) {
			continue
		}
		text, err := chain.Text(string(ch.Table), ch.Key, ch.Fields)
		if err != nil {
			return nil, nil, err
		}
		list, at = append(list, text), append(at, i)
	}
	return list, at, nil
}

// link takes the entry that an op brings into its desk's chain. Work is never lost for it: an op that does not
// continue the chain has been taken as any other, and the break is recorded.
func (w *writer) link(ctx context.Context, op desk.Op, applied bool) error {
	list, at, err := coveredTexts(op.Changes)
	if err != nil { // not JSON: such an op was refused
		list, at = nil, nil
	}
	if err := w.readEnd(ctx, &w.chain, w.desk); err != nil {
		return err
	}
	if len(op.Link) == 0 {
		if len(list) == 0 || len(op.Changes) == 0 {
			return nil
		}
		if w.chain.n > 0 {
			return w.breaks(ctx, op, breakStripped)
		}
		return w.breaks(ctx, op, markUnlinked)
	}
	e := chain.Entry{N: w.chain.n + 1, Op: op.ID, Kind: op.Kind, At: int64(op.At)}
	var sound, whole bool
	e.Commitment, sound = chain.HashOf(op.Commitment)
	e.Hash, whole = chain.HashOf(op.Link)
	commitment, parts := chain.Commit(op.Salt, list...)
	opens := len(op.Salt) == chain.SaltSize && commitment == e.Commitment
	trouble := ""
	switch {
	case !sound || !whole || !validID(op.ID) || len(op.Kind) > maxKind:
		trouble, e.Op, e.Kind = breakMalformed, "", ""
	case chain.Next(w.chain.hash, e) != e.Hash:
		trouble = breakForked
	case applied && !opens:
		trouble = breakText
	}
	if trouble != "" {
		if err := w.breaks(ctx, op, trouble); err != nil {
			return err
		}
	}
	var joined []byte
	for _, p := range parts {
		joined = append(joined, p[:]...)
	}
	if !opens {
		joined = []byte{}
	}
	_, err = w.q.ExecContext(ctx, `INSERT INTO chain (org, desk, n, op_n, op, kind, at, commitment, hash, parts, broken)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, w.org, w.desk, e.N, op.N, e.Op, e.Kind, e.At, e.Commitment[:], e.Hash[:], joined, trouble != "")
	if err != nil {
		return err
	}
	w.chain.n, w.chain.hash, w.chain.grew = e.N, e.Hash, true
	if !applied || !opens {
		return nil
	}
	for part, salt := range chain.Salts(op.Salt, len(list)) {
		ch := op.Changes[at[part]]
		_, err := w.q.ExecContext(ctx, "INSERT INTO chain_text (org, desk, n, part, tbl, key, salt, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			w.org, w.desk, e.N, part, ch.Table, ch.Key, salt, string(list[part]))
		if err != nil {
			return err
		}
	}
	return nil
}

// breaks records an op that does not continue its chain, in the ledger too: nobody shall excuse one later.
func (w *writer) breaks(ctx context.Context, op desk.Op, kind string) error {
	id := op.ID
	if !validID(id) {
		id = ""
	}
	_, err := w.q.ExecContext(ctx, "INSERT INTO chain_break (org, desk, op_n, op, kind, at) VALUES (?, ?, ?, ?, ?, ?)",
		w.org, w.desk, op.N, id, kind, w.now)
	if err != nil || kind == markUnlinked {
		return err
	}
	w.broken = append(w.broken, brokenLink{op.N, kind})
	return w.record(ctx, ledgerEntry{kind: ledgerBreak, key: w.desk, field: kind, seq: op.N})
}

// sign signs the ends of the chains that grew.
func (w *writer) sign(ctx context.Context) error {
	for _, c := range []struct {
		end  *chainEnd
		desk string
	}{{&w.chain, w.desk}, {&w.ledger, ""}} {
		if !c.end.grew {
			continue
		}
		s := chain.Sign(w.signer, w.org, chainName(c.desk), c.end.n, c.end.hash, int64(w.now))
		_, err := w.q.ExecContext(ctx, `INSERT INTO chain_head (org, desk, n, hash, at, key, sig) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (org, desk) DO UPDATE SET n = excluded.n, hash = excluded.hash, at = excluded.at, key = excluded.key, sig = excluded.sig`,
			w.org, c.desk, s.N, s.Hash[:], s.At, s.Key, s.Sig)
		if err != nil {
			return err
		}
	}
	return nil
}

// checkpoint gives what was signed of a desk's chain last; nil where it has none.
func (c *Central) checkpoint(ctx context.Context, q queryer, deskID string) (*desk.Checkpoint, error) {
	var p desk.Checkpoint
	err := q.QueryRowContext(ctx, "SELECT n, hash, at, key, sig FROM chain_head WHERE org = ? AND desk = ?", c.org, deskID).
		Scan(&p.N, &p.Hash, &p.At, &p.Key, &p.Sig)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil //nolint:nilnil // there is none
	}
	return &p, err
}

// Kinds of the ledger's entries.
const (
	ledgerRow   = "row"
	ledgerKept  = "kept"
	ledgerErase = "erase"
	ledgerBreak = "break"
	ledgerMark  = "mark"
)

// ledgerEntry is one entry of central's own chain. text is what it commits to: nil where it says all itself.
type ledgerEntry struct {
	kind       string
	table      desk.Table
	key, field string
	seq        int64
	text       []byte
}

// op is how the ledger's entry names what it is about.
func (e ledgerEntry) op() string { return fmt.Sprintf("%s/%s/%s/%d", e.table, e.key, e.field, e.seq) }

// record adds an entry to the ledger and keeps what opens it.
func (w *writer) record(ctx context.Context, e ledgerEntry) error {
	if err := w.readEnd(ctx, &w.ledger, ""); err != nil {
		return err
	}
	var salt [chain.SaltSize]byte
	entry := chain.Entry{N: w.ledger.n + 1, Op: e.op(), Kind: e.kind, At: int64(w.now)}
	if e.kind == ledgerMark {
		_, _ = rand.Read(entry.Commitment[:]) // of nothing: no other history has an entry with this hash
	}
	if e.text != nil {
		_, _ = rand.Read(salt[:]) // never fails (crypto/rand)
		entry.Commitment = chain.Part(salt[:], e.text)
	}
	entry.Hash = chain.Next(w.ledger.hash, entry)
	_, err := w.q.ExecContext(ctx, `INSERT INTO ledger (org, n, kind, tbl, key, field, seq, at, commitment, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		w.org, entry.N, e.kind, e.table, e.key, e.field, e.seq, w.now, entry.Commitment[:], entry.Hash[:])
	if err != nil {
		return err
	}
	w.ledger.n, w.ledger.hash, w.ledger.grew = entry.N, entry.Hash, true
	if e.text == nil {
		return nil
	}
	_, err = w.q.ExecContext(ctx, `INSERT INTO seal (org, tbl, key, field, seq, n, salt) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (org, tbl, key, field, seq) DO UPDATE SET n = excluded.n, salt = excluded.salt`,
		w.org, e.table, e.key, e.field, e.seq, entry.N, salt[:])
	return err
}

// witness sees to it that each transaction that took an op or wrote a row has an entry in the ledger: what a desk
// has seen of it can then be told from any other history (cursor.go).
func (w *writer) witness(ctx context.Context) error {
	if w.ledger.grew || w.seq == w.began && w.lastN == w.beganN {
		return nil
	}
	return w.record(ctx, ledgerEntry{kind: ledgerMark, seq: w.seq})
}

// money gives the members of a row that the ledger covers of a ticket.
func money(body json.RawMessage) map[string]json.RawMessage {
	all, out := members(body), map[string]json.RawMessage{}
	for _, name := range chain.Money() {
		if value, there := all[name]; there {
			out[name] = value
		}
	}
	return out
}

// rowText is what the ledger commits to of a row; nil where it covers nothing of it.
func rowText(t desk.Table, key string, body json.RawMessage, authors, stamps string) ([]byte, error) {
	if t == desk.TableContact {
		return sealedText(t, key, map[string]any{"authors": authors, "body": body, "fields": json.RawMessage(stamps)})
	}
	if t == desk.TableTicket {
		return sealedText(t, key, map[string]any{"body": money(body)})
	}
	return nil, nil
}

func sealedText(t desk.Table, key string, fields map[string]any) ([]byte, error) {
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	return chain.Text(string(t), key, text)
}

// sealRow adds the new version of a row to the ledger where it covers what has changed.
func (w *writer) sealRow(ctx context.Context, t desk.Table, key string, old, next record, stamps string) error {
	if t != desk.TableContact && (t != desk.TableTicket || len(money(old.body)) == 0 && len(money(next.body)) == 0) {
		return nil
	}
	text, err := rowText(t, key, next.body, next.authors, stamps)
	if err != nil {
		return err
	}
	return w.record(ctx, ledgerEntry{kind: ledgerRow, table: t, key: key, text: text})
}

// sealOld adds a contact from before the ledger to it when the row gets a new version for another reason.
func (w *writer) sealOld(ctx context.Context, t desk.Table, key string, r record) error {
	if t != desk.TableContact {
		return nil
	}
	var sealed bool
	err := w.q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM seal WHERE org = ? AND tbl = ? AND key = ? AND field = '')", w.org, t, key).Scan(&sealed)
	if err != nil || sealed {
		return err
	}
	stamps, err := json.Marshal(r.fields)
	if err != nil {
		return err
	}
	// As Marshal writes them: the text's canonical form is the same.
	return w.sealRow(ctx, t, key, r, r, string(stamps))
}

// keptText is what the ledger commits to of a replaced value.
func keptText(t desk.Table, key, field string, seq int64, value, user string, at desk.Millis, conflict bool) ([]byte, error) {
	return sealedText(t, key, map[string]any{
		"at": at, "conflict": conflict, "field": field, "seq": seq, "user": user, "value": json.RawMessage(value),
	})
}

// sealKept adds a replaced value to the ledger.
func (w *writer) sealKept(ctx context.Context, t desk.Table, key, field, value, user string, conflict bool) error {
	if !chain.Covered(string(t), []byte(`{`+string(quoted(field))+`:0}`)) {
		return nil
	}
	text, err := keptText(t, key, field, w.seq, value, user, w.now, conflict)
	if err != nil {
		return err
	}
	return w.record(ctx, ledgerEntry{kind: ledgerKept, table: t, key: key, field: field, seq: w.seq, text: text})
}

// eraseText destroys the texts of a row under the chains and what opens them: nobody can prove or guess any
// more what it said. The chains hold, and the ledger tells that it was erased.
func (w *writer) eraseText(ctx context.Context, t desk.Table, key string) error {
	for _, statement := range []string{
		"UPDATE chain_text SET salt = NULL, text = NULL WHERE org = ? AND tbl = ? AND key = ?",
		"DELETE FROM seal WHERE org = ? AND tbl = ? AND key = ?",
	} {
		if _, err := w.q.ExecContext(ctx, statement, w.org, t, key); err != nil {
			return err
		}
	}
	return w.record(ctx, ledgerEntry{kind: ledgerErase, table: t, key: key})
}

// EraseText erases what a contact says, here and, with the removal of the row, on every desk that holds it.
// Errors: desk.ErrNotFound, wrapped.
func (c *Central) EraseText(ctx context.Context, contact string) error {
	return c.Remove(ctx, desk.TableContact, contact)
}

// signing is the key that signs now and the public halves of all there were, oldest first.
type signing struct {
	private ed25519.PrivateKey
	keys    []desk.ChainKey
}
