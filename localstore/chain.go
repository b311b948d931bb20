package localstore

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/chain"
)

const (
	maxCheckpoints = 256 // kept of each chain; a newer one proves everything before it
	maxChainKeys   = 32  // of central; further ones that are not trusted are not kept
)

// chainEnd is the last entry of the living chain; life 0: none has begun.
type chainEnd struct {
	life, n int64
	hash    []byte
	seed    []byte // of the salts that follow; empty: each is drawn
}

// seedSize is the length of chainEnd.seed.
const seedSize = 32

// salt is that of the next entry.
func (e chainEnd) salt() []byte {
	if len(e.seed) == 0 {
		salt := make([]byte, chain.SaltSize)
		_, _ = rand.Read(salt) // never fails (crypto/rand)
		return salt
	}
	h := hmac.New(sha256.New, e.seed)
	_ = binary.Write(h, binary.BigEndian, e.n+1) // a hash takes everything
	return h.Sum(nil)[:chain.SaltSize]
}

// link is an op's place in a chain; the zero value is none.
type link struct{ life, n int64 }

// texts gives the canonical texts of the changes that the chain covers, and which changes they are.
func texts(changes []desk.Change) (list [][]byte, at []int, err error) {
	for i, c := range changes {
		if !chain.Covered(string(c.Table), c.Fields) {
			continue
		}
		text, err := chain.Text(string(c.Table), c.Key, c.Fields)
		if err != nil {
			return nil, nil, fmt.Errorf("change of %s %s: %w (%w)", c.Table, c.Key, desk.ErrInvalid, err)
		}
		list, at = append(list, text), append(at, i)
	}
	return list, at, nil
}

// extend gives an op of deskID its entry in the chain where it has covered changes, moves end and fills
// op's salt, commitment and link. A file whose organisation is not known yet has no chain.
func (t *tx) extend(op *desk.Op, deskID string, end *chainEnd) (link, error) {
	list, _, err := texts(op.Changes)
	if err != nil || len(list) == 0 || op.Org == "" {
		return link{}, err
	}
	if end.life == 0 {
		if end.life, err = t.lifeOf(deskID, op.Org); err != nil {
			return link{}, err
		}
		genesis := chain.Genesis(op.Org, deskID)
		end.n, end.hash = 0, genesis[:]
	}
	prev, ok := chain.HashOf(end.hash)
	if !ok {
		return link{}, fmt.Errorf("end of the chain is %d bytes long", len(end.hash))
	}
	salt := end.salt()
	commitment, parts := chain.Commit(salt, list...)
	e := chain.Entry{N: end.n + 1, Op: op.ID, Kind: op.Kind, At: int64(op.At), Commitment: commitment}
	hash := chain.Next(prev, e)
	err = t.exec(`INSERT INTO chain (life, n, op, kind, at, commitment, hash, salt, parts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		end.life, e.N, e.Op, e.Kind, e.At, commitment[:], hash[:], salt, several(parts))
	if err != nil {
		return link{}, err
	}
	end.n, end.hash = e.N, hash[:]
	op.Salt, op.Commitment, op.Link = salt, commitment[:], hash[:]
	return link{end.life, e.N}, nil
}

// several joins the parts of an entry for its row: nothing where there is one, which follows from the
// commitment's text.
func several(parts []chain.Hash) any {
	if len(parts) < 2 {
		return nil
	}
	var list []byte
	for _, p := range parts {
		list = append(list, p[:]...)
	}
	return list
}

// lifeOf gives the id of a desk's chain and begins it if need be.
func (t *tx) lifeOf(deskID, org string) (id int64, err error) {
	err = t.row(`SELECT id FROM life WHERE desk = ?`, deskID).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	result, err := t.affected(`INSERT INTO life (desk, org) VALUES (?, ?)`, deskID, org)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// settle notes, for ops that central has just applied, which contacts say what the ops said. It comes after
// the rows were folded.
func (t *tx) settle(ops []settled) error {
	for _, op := range ops {
		if op.link.n == 0 {
			continue
		}
		_, at, err := texts(op.changes)
		if err != nil {
			return err
		}
		for part, i := range at {
			if c := op.changes[i]; c.Table == desk.TableContact {
				if err := t.settleRow(c, op.link, part); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// settled is an op that has just been released.
type settled struct {
	link    link
	changes []desk.Change
}

// settleRow notes that a row says what a change said, if it does, and looks anew at what was noted of it
// before: central may have changed the row since, or the change itself has.
func (t *tx) settleRow(c desk.Change, l link, part int) error {
	row, there, err := t.find(place{c.Table, c.Key})
	if err != nil || !there {
		return err
	}
	if err := t.resettle(c.Key, row); err != nil {
		return err
	}
	var said map[string]json.RawMessage
	if err := json.Unmarshal(c.Fields, &said); err != nil {
		return fmt.Errorf("change of contact %s: %w", c.Key, err)
	}
	names := slices.Sorted(maps.Keys(said))
	list, err := json.Marshal(names)
	if err != nil {
		return err
	}
	first, err := chain.Text(string(c.Table), c.Key, c.Fields)
	if err != nil {
		return err
	}
	again, err := chain.TextOf(string(c.Table), c.Key, row.body, names)
	if err != nil || !bytes.Equal(first, again) {
		return err // another text: central or a colleague has changed it meanwhile
	}
	return t.exec(`INSERT OR REPLACE INTO chain_row (key, life, n, part, seq, names) VALUES (?, ?, ?, ?, ?, ?)`,
		c.Key, l.life, l.n, part, row.seq, string(list))
}

// resettle holds what was noted of a contact's older versions against the one that is there now.
func (t *tx) resettle(key string, row stored) error {
	var noted []opening
	err := t.each(`SELECT `+openingColumns+` FROM chain_row r JOIN chain c ON c.life = r.life AND c.n = r.n WHERE r.key = ? AND r.seq <> ?`,
		func(r scanner) error {
			o, err := scanOpening(r)
			noted = append(noted, o)
			return err
		}, key, row.seq)
	if err != nil {
		return err
	}
	for _, o := range noted {
		opens, err := o.opens(key, row.body, nil)
		if err == nil && opens {
			err = t.exec(`UPDATE chain_row SET seq = ? WHERE key = ? AND life = ? AND n = ? AND part = ?`, row.seq, key, o.life, o.n, o.part)
		} else if err == nil {
			err = t.exec(`DELETE FROM chain_row WHERE key = ? AND life = ? AND n = ? AND part = ?`, key, o.life, o.n, o.part)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unsettle forgets what was noted of a contact that leaves this disk. Entries whose text is nowhere any more lose their
// salt; for those whose op is still here prune does it.
func (t *tx) unsettle(key string) error {
	err := t.exec(`UPDATE chain SET salt = NULL WHERE (life, n) IN (SELECT life, n FROM chain_row WHERE key = ?1)
		AND NOT EXISTS (SELECT 1 FROM chain_row r WHERE r.life = chain.life AND r.n = chain.n AND r.key <> ?1)
		AND NOT EXISTS (SELECT 1 FROM op WHERE op.id = chain.op)`, key)
	if err != nil {
		return err
	}
	return t.exec(`DELETE FROM chain_row WHERE key = ?`, key)
}

// opening is an entry of which a row still says one of the texts.
type opening struct {
	link
	op                      string
	part                    int
	names                   []byte // JSON array
	salt, commitment, parts []byte
}

const openingColumns = `r.life, r.n, r.part, r.names, c.op, c.salt, c.commitment, c.parts`

func scanOpening(r scanner, more ...any) (opening, error) {
	var o opening
	err := r.Scan(append([]any{&o.life, &o.n, &o.part, &o.names, &o.op, &o.salt, &o.commitment, &o.parts}, more...)...)
	return o, err
}

// opens reports whether a contact's body still says what the entry committed to. An erased entry opens with
// nothing.
func (o opening) opens(key string, body []byte, lists nameLists) (bool, error) {
	names, err := lists.of(o.names)
	if err != nil {
		return false, fmt.Errorf("names of entry %d: %w", o.n, err)
	}
	text, err := chain.TextOf(string(desk.TableContact), key, body, names)
	if err != nil {
		return false, fmt.Errorf("contact %s: %w", key, err)
	}
	return o.commits(text), nil
}

// nameLists keeps the lists of names that were read before: most rows have one of a few. Nil keeps none.
type nameLists map[string][]string

const maxNameLists = 256 // further ones are read each time

func (l nameLists) of(text []byte) ([]string, error) {
	if list, known := l[string(text)]; known {
		return list, nil
	}
	var list []string
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, err
	}
	if l != nil && len(l) < maxNameLists {
		l[string(text)] = list
	}
	return list, nil
}

// commits reports whether text is what the entry committed to in that part.
func (o opening) commits(text []byte) bool {
	parts, ok := partsOf(o.parts)
	if !ok || o.part < 0 || len(parts) > 0 && o.part >= len(parts) || len(parts) == 0 && o.part > 0 {
		return false
	}
	if len(parts) == 0 {
		parts = make([]chain.Hash, 1)
	}
	part := chain.Part(chain.Salts(o.salt, o.part+1)[o.part], text)
	if len(parts) > 1 && parts[o.part] != part {
		return false
	}
	parts[o.part] = part
	whole := chain.Join(parts)
	return bytes.Equal(whole[:], o.commitment)
}

// partsOf reads a parts column; false where it is none.
func partsOf(text []byte) ([]chain.Hash, bool) {
	var list []chain.Hash
	for ; len(text) > 0; text = text[chain.HashSize:] {
		h, ok := chain.HashOf(text[:min(len(text), chain.HashSize)])
		if !ok {
			return nil, false
		}
		list = append(list, h)
	}
	return list, true
}

// TrustKeys takes central's public keys over, oldest first: the first ones this file sees, later those that a
// trusted one has signed. Others are kept as not trusted, for the check to tell.
func (s *Store) TrustKeys(ctx context.Context, keys []desk.ChainKey) error {
	return wrap("trust central's keys", s.write.in(ctx, func(t *tx) error {
		known := map[string]bool{}
		err := t.each(`SELECT id, trusted FROM chain_key`, func(r scanner) error {
			var id string
			var trusted bool
			err := r.Scan(&id, &trusted)
			known[id] = trusted
			return err
		})
		if err != nil {
			return err
		}
		first := len(known) == 0
		for i, k := range keys {
			id := chain.KeyID(k.Public)
			if known[id] || len(known) >= maxChainKeys {
				continue
			}
			trusted := first && i == 0 || i > 0 && known[chain.KeyID(keys[i-1].Public)] && chain.Succeeds(keys[i-1].Public, k.Public, k.Sig)
			if _, kept := known[id]; kept && !trusted {
				continue
			}
			known[id] = trusted
			err := t.exec(`INSERT INTO chain_key (id, public, trusted) VALUES (?, ?, ?)
				ON CONFLICT (id) DO UPDATE SET trusted = excluded.trusted`, id, k.Public, trusted)
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// keepCheckpoint keeps what central has signed of a desk's chain. Whether the signature is good is for the
// check to say: a bad one is evidence.
func (t *tx) keepCheckpoint(deskID string, c *desk.Checkpoint) error {
	if c == nil || c.N <= 0 {
		return nil
	}
	var org string
	if err := t.row(`SELECT org FROM replica`).Scan(&org); err != nil {
		return err
	}
	life, err := t.lifeOf(deskID, org)
	if err != nil {
		return err
	}
	var kept bool
	err = t.row(`SELECT EXISTS (SELECT 1 FROM checkpoint WHERE life = ? AND n = ? AND hash = ? AND key = ?)`, life, c.N, c.Hash, c.Key).Scan(&kept)
	if err != nil || kept {
		return err
	}
	err = t.exec(`INSERT OR REPLACE INTO checkpoint (life, n, hash, at, key, sig) VALUES (?, ?, ?, ?, ?, ?)`,
		life, c.N, c.Hash, int64(c.At), c.Key, c.Sig)
	if err != nil {
		return err
	}
	return t.exec(`DELETE FROM checkpoint WHERE life = ?1 AND n < (SELECT min(n) FROM
		(SELECT n FROM checkpoint WHERE life = ?1 ORDER BY n DESC LIMIT ?2))`, life, maxCheckpoints)
}
