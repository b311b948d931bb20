package central_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/chain"
	"github.com/callbench/callbench/sync/wire"
)

// writer is a desk as far as the chain goes: it numbers its ops and links them.
type linker struct {
	t     *testing.T
	desk  string
	n     int64
	links int64
	prev  chain.Hash
}

func newLinker(t *testing.T, deskID string) *linker {
	return &linker{t: t, desk: deskID, prev: chain.Genesis("main", deskID)}
}

// op makes the next op with its link.
func (l *linker) op(changes ...desk.Change) desk.Op {
	l.t.Helper()
	l.n++
	o := op(l.n, fmt.Sprintf("%s-%06d", l.desk, l.n), changes...)
	var said [][]byte
	for _, c := range changes {
		if chain.Covered(string(c.Table), c.Fields) {
			text, err := chain.Text(string(c.Table), c.Key, c.Fields)
			if err != nil {
				l.t.Fatal(err)
			}
			said = append(said, text)
		}
	}
	if said == nil {
		return o
	}
	o.Salt = make([]byte, chain.SaltSize)
	_, _ = rand.Read(o.Salt)
	l.links++
	e := chain.Entry{N: l.links, Op: o.ID, Kind: o.Kind, At: int64(o.At)}
	e.Commitment, _ = chain.Commit(o.Salt, said...)
	e.Hash = chain.Next(l.prev, e)
	l.prev = e.Hash
	o.Commitment, o.Link = e.Commitment[:], e.Hash[:]
	return o
}

// linked gives a central with work of two desks in it: contacts, a ticket with money, corrections, a conflict,
// a refusal, an erasure, and imported rows.
func linked(t *testing.T, dir string) (*rig, map[string]string, *linker) {
	t.Helper()
	r := newRig(t, central.Config{Dir: dir})
	tokens := map[string]string{}
	for name, role := range map[string]desk.Role{"li": desk.RoleAgent, "wang": desk.RoleLead} {
		r.user(name, role, "sales")
		tokens[name] = r.token(name)
	}
	a, b := newLinker(t, deskA), newLinker(t, deskB)
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Group: "sales"})
	put(t, r, desk.TableContact, "contact-9", desk.Contact{At: 5, Content: "imported", Group: "sales"})
	for i := range 4 {
		r.push(tokens["li"], deskA, a.op(set(desk.TableContact, fmt.Sprint("contact-", i), fmt.Sprintf(`{"at":%d,"customer":"customer-1","content":"text %d"}`, i+1, i))))
	}
	r.push(tokens["li"], deskA,
		a.op(set(desk.TableContact, "contact-4", `{"at":9,"content":"both"}`), set(desk.TableTicket, "ticket-01", `{"kind":"fault","amount":"12.50","approval":"pending"}`)),
		a.op(set(desk.TableTicket, "ticket-01", `{"subject":"no money"}`)),
		a.op(set(desk.TableContact, "contact-1", `{"content":"corrected"}`)),
		a.op(set(desk.TableContact, "contact-5", `{"content":"refused: no time"}`)))
	r.push(tokens["wang"], deskB, b.op(set(desk.TableTicket, "ticket-01", `{"approval":"approved"}`)), b.op(set(desk.TableContact, "contact-6", `{"at":3,"content":"secret"}`)))
	if err := r.central.EraseText(t.Context(), "contact-6"); err != nil {
		t.Fatal(err)
	}
	return r, tokens, a
}

func TestVerifyReadsEveryChainAndEveryText(t *testing.T) {
	r, _, _ := linked(t, t.TempDir())
	v, err := r.central.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c := v.Chain
	// Texts: 8 that the desks said (one is erased), 6 contacts and a ticket as they are, 2 replaced values.
	if c.Count != 0 || c.Desks != 2 || c.Entries != c.Ledger+9 || c.Erased != 1 || c.Texts != 8+7+2 || c.Signed != c.Entries {
		t.Errorf("%+v", c)
	}
}

func TestErasureAtCentralTakesTextAndSaltAndTheChainsHold(t *testing.T) {
	r, tokens, a := linked(t, t.TempDir())
	if err := r.central.EraseText(t.Context(), "contact-4"); err != nil {
		t.Fatal(err)
	}
	v, err := r.central.Verify(t.Context())
	if err != nil || v.Chain.Erased != 2 {
		t.Fatalf("%+v, %v", v.Chain, err)
	}
	for query, want := range map[string]int64{
		`UPDATE chain_text SET text = text WHERE text LIKE '%both%' OR text LIKE '%secret%'`: 0,
		`UPDATE seal SET n = n WHERE key IN ('contact-4', 'contact-6')`:                      0,
		`UPDATE chain_text SET text = text WHERE text LIKE '%12.50%' AND salt IS NOT NULL`:   1, // said in the same op
	} {
		if n, err := r.central.Tamper(t.Context(), query); err != nil || n != want {
			t.Errorf("%s: %d, %v", query, n, err)
		}
	}
	r.push(tokens["li"], deskA, a.op(set(desk.TableContact, "contact-7", `{"at":1}`)))
	if _, err := r.central.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// centralLies is every way of changing central's data about contacts, money and chains that Verify must find.
var centralLies = []string{
	`UPDATE record SET body = json_set(body, '$.content', 'lie') WHERE tbl = 'contact' AND removed = 0 AND key <> 'contact-9'`,
	`UPDATE record SET body = json_set(body, '$.content', 'lie') WHERE key = 'contact-9'`,
	`UPDATE record SET body = json_remove(body, '$.content') WHERE key = 'contact-0'`,
	`UPDATE record SET body = json_set(body, '$.amount', '99') WHERE key = 'ticket-01'`,
	`UPDATE record SET body = json_set(body, '$.approval', 'refused') WHERE key = 'ticket-01'`,
	`UPDATE record SET authors = 'other' WHERE key = 'contact-2'`,
	`UPDATE record SET fields = '{}' WHERE key = 'contact-2'`,
	`UPDATE record SET removed = 1, body = '{}', fields = '{}' WHERE key = 'contact-2'`,
	`DELETE FROM record WHERE key = 'contact-2'`,
	`DELETE FROM record WHERE key = 'ticket-01'`,
	`INSERT INTO record (org, tbl, key, seq, body, changed) SELECT org, tbl, 'contact-8', 1000, body, changed FROM record WHERE key = 'contact-0'`,
	`UPDATE history SET value = '"lie"' WHERE tbl = 'contact'`,
	`UPDATE history SET user = 'other' WHERE tbl = 'contact'`,
	`DELETE FROM history WHERE tbl = 'contact'`,
	`INSERT INTO history SELECT org, tbl, key, field, seq + 1000, value, user, at FROM history WHERE tbl = 'contact'`,
	`UPDATE record SET body = json_set(body, '$.value', 'lie') WHERE tbl = 'conflict' AND body ->> '$.table' = 'ticket'`,
	`UPDATE record SET body = json_set(body, '$.user', 'other') WHERE tbl = 'conflict' AND body ->> '$.table' = 'ticket'`,
	`DELETE FROM record WHERE tbl = 'conflict'`,
	`DELETE FROM lost`,
	`UPDATE chain SET at = at + 1 WHERE n = 1 + ?1 % 7 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE chain SET kind = 'other' WHERE n = 1 + ?1 % 7 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE chain SET op = op || 'x' WHERE n = 1 + ?1 % 7 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE chain SET commitment = randomblob(32) WHERE n = 1 + ?1 % 7 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE chain SET hash = randomblob(32) WHERE n = 1 + ?1 % 7 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE chain SET parts = randomblob(32) WHERE n = 1 + ?1 % 6 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE chain SET parts = x'' WHERE n = 1 + ?1 % 6 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE chain SET broken = 1 WHERE n = 1 + ?1 % 7 AND desk = 'desk-aaaaaaaa'`,
	`DELETE FROM chain WHERE n = 1 + ?1 % 7 AND desk = 'desk-aaaaaaaa'`,
	`DELETE FROM chain WHERE n > ?1 % 7 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE chain SET n = n + 100 WHERE n = 1 + ?1 % 7 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE chain SET desk = 'desk-cccccccc' WHERE desk = 'desk-aaaaaaaa'`,
	`UPDATE chain SET (op, op_n, commitment, parts) = (SELECT op, op_n, commitment, parts FROM chain o WHERE o.desk = chain.desk AND o.n = 5 - chain.n)
		WHERE desk = 'desk-aaaaaaaa' AND n IN (1 + ?1 % 2, 4 - ?1 % 2)`,
	`UPDATE chain_text SET text = replace(text, 'text', 'lies') WHERE n = 1 + ?1 % 4 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE chain_text SET salt = randomblob(16) WHERE n = 1 + ?1 % 6 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE chain_text SET text = NULL, salt = NULL WHERE n = 1 + ?1 % 6 AND desk = 'desk-aaaaaaaa'`,
	`DELETE FROM chain_text WHERE n = 1 + ?1 % 6 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE chain_head SET n = n - 1 WHERE desk = 'desk-aaaaaaaa'`,
	`UPDATE chain_head SET sig = randomblob(64) WHERE desk = ''`,
	`UPDATE chain_head SET hash = randomblob(32)`,
	`DELETE FROM chain_head`,
	`UPDATE chain_key SET public = randomblob(32)`,
	`DELETE FROM chain_key`,
	`INSERT INTO chain_break SELECT org, desk, op_n, op, 'forked', 1 FROM chain WHERE n = 1 + ?1 % 7 AND desk = 'desk-aaaaaaaa'`,
	`UPDATE ledger SET at = at + 1 WHERE n = 1 + ?1 % 10`,
	`UPDATE ledger SET kind = 'erase' WHERE n = 1 + ?1 % 10`,
	`UPDATE ledger SET key = 'contact-x' WHERE n = 1 + ?1 % 10`,
	`UPDATE ledger SET commitment = randomblob(32) WHERE n = 1 + ?1 % 10`,
	`DELETE FROM ledger WHERE n = 1 + ?1 % 10`,
	`DELETE FROM ledger WHERE n > ?1 % 10`,
	`DELETE FROM ledger WHERE kind = 'erase'`,
	`UPDATE seal SET salt = randomblob(16) WHERE key = 'contact-' || (?1 % 5)`,
	`UPDATE seal SET n = n - 1 WHERE key = 'contact-' || (?1 % 5)`,
	`DELETE FROM seal WHERE key = 'contact-' || (?1 % 5)`,
	`DELETE FROM seal WHERE field <> ''`,
	`DELETE FROM seal WHERE tbl = 'ticket'`,
	`DELETE FROM seal WHERE tbl = 'ticket' AND field = ''`,
}

var (
	chainLies = flag.Int("chain.lies", 2*len(centralLies), "how many ways to touch central's chains are tried")
	chainSeed = flag.Uint64("chain.seed", 1, "of those ways")
)

func TestNoLieInCentralsDataStaysUnseen(t *testing.T) {
	dice := mathrand.New(mathrand.NewPCG(*chainSeed, 0))
	r, _, _ := linked(t, t.TempDir())
	kinds := map[chain.Kind]int{}
	for i := range *chainLies {
		lie, pick := centralLies[i%len(centralLies)], dice.IntN(1000)
		found, touched, err := r.central.TamperAndVerify(t.Context(), lie, pick)
		if err != nil || touched == 0 {
			t.Fatalf("%s with %d: %d rows, %v", lie, pick, touched, err)
		}
		if found.Count == 0 {
			t.Fatalf("seed %d, lie %d with %d was not found: %s", *chainSeed, i, pick, lie)
		}
		kinds[found.First().Kind]++
	}
	if _, err := r.central.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	t.Logf("%d lies of %d sorts, all found; the first fault was: %v", *chainLies, len(centralLies), kinds)
}

func TestAnOpThatBreaksTheChainIsTakenAndTheBreakIsShown(t *testing.T) {
	for name, c := range map[string]struct {
		touch func(o *desk.Op)
		want  string
	}{
		"another link":       {func(o *desk.Op) { o.Link = bytes.Repeat([]byte{7}, 32) }, "forked"},
		"another commitment": {func(o *desk.Op) { o.Commitment = bytes.Repeat([]byte{7}, 32) }, "forked"},
		"another salt":       {func(o *desk.Op) { o.Salt = bytes.Repeat([]byte{7}, 16) }, "text"},
		"no salt":            {func(o *desk.Op) { o.Salt = nil }, "text"},
		"half a link":        {func(o *desk.Op) { o.Link = o.Link[:5] }, "malformed"},
		"no link any more":   {func(o *desk.Op) { o.Link, o.Salt, o.Commitment = nil, nil, nil }, "stripped"},
	} {
		t.Run(name, func(t *testing.T) {
			r, tokens, a := linked(t, t.TempDir())
			bad := a.op(set(desk.TableContact, "contact-7", `{"at":7,"content":"kept all the same"}`))
			c.touch(&bad)
			r.push(tokens["li"], deskA, bad)
			if got, err := r.central.Contact(t.Context(), "contact-7"); err != nil || got.Content != "kept all the same" {
				t.Fatalf("the work is gone: %+v, %v", got, err)
			}
			v, err := r.central.Verify(t.Context())
			if err == nil || v.Chain.Breaks[c.want] != 1 || v.Chain.Count != 1 {
				t.Errorf("%+v, %v", v.Chain, err)
			}
			if c.want == "text" { // the chain itself goes on
				r.push(tokens["li"], deskA, a.op(set(desk.TableContact, "contact-8", `{"at":7}`)))
				if v, _ := r.central.Verify(t.Context()); v.Chain.Count != 1 {
					t.Errorf("after the break: %+v", v.Chain)
				}
			}
		})
	}
}

func TestADeskWithoutAChainIsAcceptedAndMarked(t *testing.T) {
	r, tokens, _ := linked(t, t.TempDir())
	plain := newLinker(t, "desk-cccccccc")
	old := op(1, "op-00000001", set(desk.TableContact, "contact-7", `{"at":7}`))
	plain.n = 1
	r.push(tokens["li"], plain.desk, old, plain.op(set(desk.TableContact, "contact-8", `{"at":8}`)))
	v, err := r.central.Verify(t.Context())
	if err != nil || v.Chain.Unlinked != 1 || v.Chain.Desks != 3 {
		t.Errorf("%+v, %v", v.Chain, err)
	}
}

func TestCheckpointsComeWithTheLastPageAndTheKeyWithTheSignIn(t *testing.T) {
	dir := t.TempDir()
	r, tokens, a := linked(t, dir)
	keys := signIn(t, r).ChainKeys
	page := r.pull(tokens["li"], deskA, "", "", 0)
	p := page.Checkpoint
	if p == nil || p.N != a.links || len(keys) != 1 {
		t.Fatalf("%+v, %d keys", p, len(keys))
	}
	hash, _ := chain.HashOf(p.Hash)
	c := chain.Checkpoint{N: p.N, Hash: hash, At: int64(p.At), Key: p.Key, Sig: p.Sig}
	if !c.SignedBy(keys[0].Public, "main", deskA) || hash != a.prev {
		t.Error("the checkpoint is not of this chain or not signed")
	}
	if is, err := os.Stat(filepath.Join(dir, "chain.key")); err != nil || is.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", is, err)
	}
	if n, err := r.central.Tamper(t.Context(), "UPDATE chain_key SET made = made WHERE private IS NOT NULL"); err != nil || n != 0 {
		t.Errorf("the private key is in the database: %d, %v", n, err)
	}

	id, err := r.central.RenewChainKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r.push(tokens["li"], deskA, a.op(set(desk.TableContact, "contact-7", `{"at":7}`)))
	renewed := signIn(t, r).ChainKeys
	if len(renewed) != 2 || !bytes.Equal(renewed[0].Public, keys[0].Public) || !chain.Succeeds(renewed[0].Public, renewed[1].Public, renewed[1].Sig) {
		t.Errorf("%+v", renewed)
	}
	if page := r.pull(tokens["li"], deskA, page.To, page.Epoch, 0); page.Checkpoint.Key != id || page.Checkpoint.N != a.links {
		t.Errorf("%+v", page.Checkpoint)
	}
	if _, err := r.central.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func signIn(t *testing.T, r *rig) wire.SignedIn {
	t.Helper()
	return call[wire.SignedIn](r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: password})
}

func TestABackupBringsTheKeyAndAnotherPlaceGoesOnWithIt(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	r, tokens, a := linked(t, dir)
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := r.central.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if _, err := central.Restore(t.Context(), other, file, time.Now()); err != nil {
		t.Fatal(err)
	}
	again := newRig(t, central.Config{Dir: other})
	tokens["li"] = again.token("li")
	again.push(tokens["li"], deskA, a.op(set(desk.TableContact, "contact-7", `{"at":7}`)))
	if v, err := again.central.Verify(t.Context()); err != nil || v.Chain.Desks != 2 {
		t.Errorf("%+v, %v", v.Chain, err)
	}
	one, err := os.ReadFile(filepath.Join(dir, "chain.key"))
	two, err2 := os.ReadFile(filepath.Join(other, "chain.key"))
	if err != nil || err2 != nil || !bytes.Equal(one, two) {
		t.Errorf("another key: %v, %v", err, err2)
	}
	if n, err := again.central.Tamper(t.Context(), "UPDATE chain_key SET made = made WHERE private IS NOT NULL"); err != nil || n != 0 {
		t.Errorf("the private key stayed in the database: %d, %v", n, err)
	}
}

// The key was made anew after the backup: the place has the younger one, and the backup's vouches for it again.
func TestABackupFromBeforeAnotherKeyIsTrustedWithThatKey(t *testing.T) {
	dir := t.TempDir()
	r, _, _ := linked(t, dir)
	file := filepath.Join(t.TempDir(), "backup.db")
	if err := r.central.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if _, err := r.central.RenewChainKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	known := signIn(t, r).ChainKeys
	if err := r.central.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := central.Restore(t.Context(), dir, file, time.Now()); err != nil {
		t.Fatal(err)
	}
	again := newRig(t, central.Config{Dir: dir})
	keys := signIn(t, again).ChainKeys
	if len(keys) != 2 || !bytes.Equal(keys[1].Public, known[1].Public) || !chain.Succeeds(keys[0].Public, keys[1].Public, keys[1].Sig) {
		t.Errorf("%+v", keys)
	}
	if v, err := again.central.Verify(t.Context()); err != nil {
		t.Errorf("%+v, %v", v.Chain, err)
	}
}

func TestADamagedKeyFileIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	r := newRig(t, central.Config{Dir: dir})
	if err := r.central.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "chain.key"), []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := central.Open(t.Context(), central.Config{Dir: dir}); err == nil {
		_ = c.Close()
		t.Error("a new key was made over a damaged one")
	}
}

// An op whose text could not travel still continues the chain.
func TestAnOpWithoutItsTextContinuesTheChain(t *testing.T) {
	r, tokens, a := linked(t, t.TempDir())
	empty := a.op(set(desk.TableContact, "contact-7", `{"at":7}`))
	empty.Changes, empty.Salt = nil, nil
	r.push(tokens["li"], deskA, empty, a.op(set(desk.TableContact, "contact-8", `{"at":8}`)))
	if v, err := r.central.Verify(t.Context()); err != nil {
		t.Errorf("%+v, %v", v.Chain, err)
	}
	var report map[string]any
	v, _ := r.central.Verify(t.Context())
	text, _ := json.Marshal(v)
	if err := json.Unmarshal(text, &report); err != nil || report["chain"] == nil {
		t.Errorf("%s, %v", text, err)
	}
}
