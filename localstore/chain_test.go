package localstore_test

import (
	"crypto/ed25519"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/chain"
	"github.com/callbench/callbench/localstore"
)

// authority is central as far as the chain goes: it takes every op and signs.
type authority struct {
	t    testing.TB
	s    *localstore.Store
	key  ed25519.PrivateKey
	desk string
	rows map[string]json.RawMessage
	seq  int64
	n    int64 // newest op
	end  chain.Entry
}

func newAuthority(t testing.TB, s *localstore.Store) *authority {
	t.Helper()
	r, err := s.Replica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a := &authority{t: t, s: s, key: ed25519.NewKeyFromSeed(make([]byte, 32)), desk: r.Desk, rows: map[string]json.RawMessage{}}
	a.end.Hash = chain.Genesis("acme", r.Desk)
	if err := s.TrustKeys(t.Context(), []desk.ChainKey{{Public: publicOf(a.key)}}); err != nil {
		t.Fatal(err)
	}
	return a
}

func publicOf(k ed25519.PrivateKey) []byte { return k.Public().(ed25519.PublicKey) }

// sync takes what is pending, holds its links against the chain as central knows it, and gives it back.
func (a *authority) sync() {
	a.t.Helper()
	ops, err := a.s.Pending(a.t.Context(), a.n, 1000, 0)
	if err != nil {
		a.t.Fatal(err)
	}
	page := desk.Page{Epoch: "e", From: a.cursor(), Last: true}
	for _, op := range ops {
		a.n = op.N
		a.take(op)
		for _, c := range op.Changes {
			a.seq++
			if a.rows[c.Key], err = desk.Merge(a.rows[c.Key], c.Fields); err != nil {
				a.t.Fatal(err)
			}
			page.Rows = append(page.Rows, desk.Row{Table: c.Table, Key: c.Key, Seq: a.seq, Body: a.rows[c.Key]})
		}
	}
	page.LastN = a.n
	page.Checkpoint = a.checkpoint()
	a.seq++
	page.To = a.cursor()
	apply(a.t, a.s, page)
}

func (a *authority) cursor() string {
	if a.seq == 0 {
		return ""
	}
	return fmt.Sprint("c", a.seq)
}

func (a *authority) take(op desk.Op) {
	a.t.Helper()
	var said [][]byte
	for _, c := range op.Changes {
		if chain.Covered(string(c.Table), c.Fields) {
			text, err := chain.Text(string(c.Table), c.Key, c.Fields)
			if err != nil {
				a.t.Fatal(err)
			}
			said = append(said, text)
		}
	}
	if said == nil {
		if op.Link != nil {
			a.t.Errorf("op %d is in the chain and says nothing that the chain covers", op.N)
		}
		return
	}
	e := chain.Entry{N: a.end.N + 1, Op: op.ID, Kind: op.Kind, At: int64(op.At)}
	e.Commitment, _ = chain.Commit(op.Salt, said...)
	e.Hash = chain.Next(a.end.Hash, e)
	if string(e.Commitment[:]) != string(op.Commitment) || string(e.Hash[:]) != string(op.Link) {
		a.t.Errorf("op %d does not continue the chain", op.N)
	}
	a.end = e
}

func (a *authority) checkpoint() *desk.Checkpoint {
	c := chain.Sign(a.key, "acme", a.desk, a.end.N, a.end.Hash, 1)
	return &desk.Checkpoint{N: c.N, Hash: c.Hash[:], At: desk.Millis(c.At), Key: c.Key, Sig: c.Sig}
}

// correct lets central give another version of a row: a colleague has corrected it.
func (a *authority) correct(key, fields string) {
	a.t.Helper()
	var err error
	if a.rows[key], err = desk.Merge(a.rows[key], json.RawMessage(fields)); err != nil {
		a.t.Fatal(err)
	}
	from := a.cursor()
	a.seq++
	apply(a.t, a.s, desk.Page{Epoch: "e", From: from, To: a.cursor(), Last: true, LastN: a.n, Rows: []desk.Row{
		{Table: desk.TableContact, Key: key, Seq: a.seq, Body: a.rows[key]},
	}})
}

func note(t testing.TB, id, content string) desk.Change {
	t.Helper()
	return contact(t, desk.Contact{ID: id, Customer: "c1", At: 1000, Content: content, Answers: map[string]string{"谁": "张三 <b>", "哪": "x"}})
}

func checkChain(t testing.TB, s *localstore.Store) localstore.ChainReport {
	t.Helper()
	r, err := s.CheckChain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sound(t testing.TB, s *localstore.Store, entries int64) localstore.ChainReport {
	t.Helper()
	r := checkChain(t, s)
	if r.Count != 0 || r.Entries != entries {
		t.Fatalf("%+v, want %d entries in order", r, entries)
	}
	return r
}

func tamper(t testing.TB, s *localstore.Store, query string, args ...any) {
	t.Helper()
	if n, err := s.Tamper(t.Context(), query, args...); err != nil || n == 0 {
		t.Fatalf("%s: %d rows, %v", query, n, err)
	}
}

// worked gives a store that has a history: applied ops, refused ones, pending ones, a corrected contact, and
// tickets with and without money.
func worked(t testing.TB, dir string) (*localstore.Store, *authority) {
	t.Helper()
	s := open(t, config(dir))
	a := newAuthority(t, s)
	commit(t, s, intent(customer(t, zhang())))
	for i := range 6 {
		commit(t, s, intent(note(t, fmt.Sprint("contact-", i), fmt.Sprint("说了 ", i)), customer(t, zhang())))
	}
	commit(t, s, intent(note(t, "contact-6", "both"), desk.Change{Table: desk.TableTicket, Key: "ticket-1", Fields: json.RawMessage(`{"amount":"12.50","approval":"pending"}`)}))
	commit(t, s, intent(desk.Change{Table: desk.TableTicket, Key: "ticket-1", Fields: json.RawMessage(`{"subject":"no money"}`)}))
	a.sync()
	a.correct("contact-1", `{"content":"as corrected by a colleague"}`)
	commit(t, s, intent(desk.Change{Table: desk.TableContact, Key: "contact-2", Fields: json.RawMessage(`{"subject":"corrected here"}`)}))
	a.sync()
	commit(t, s, intent(note(t, "contact-7", "waits")))
	commit(t, s, intent(desk.Change{Table: desk.TableContact, Key: "contact-3", Fields: json.RawMessage(`{"outcome":"resolved"}`)}))
	return s, a
}

const workedEntries = 10

func TestContactsAndMoneyAreInTheChainAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	s, a := worked(t, dir)
	r := sound(t, s, workedEntries)
	// contact-2 was corrected here: its first text is not what the row says any more in a member that it set.
	if r.Chains != 1 || r.Signed != 8 || r.Ops != workedEntries || r.Rows < 5 {
		t.Errorf("%+v", r)
	}
	a.sync()
	if r := sound(t, s, workedEntries); r.Signed != workedEntries || r.Rows < 7 {
		t.Errorf("%+v", r)
	}
}

func TestTheChainOutlivesItsOpsAndRows(t *testing.T) {
	cfg := config(t.TempDir())
	now := time.UnixMilli(1000)
	cfg.Now = func() time.Time { return now }
	s := open(t, cfg)
	a := newAuthority(t, s)
	for _, id := range []string{"contact-1", "contact-2"} {
		commit(t, s, intent(note(t, id, "text of "+id)))
	}
	a.sync()
	now = now.Add(100 * 24 * time.Hour)
	page := desk.Page{Epoch: "e", From: a.cursor(), To: "later", Last: true, LastN: 2, Rows: []desk.Row{
		{Table: desk.TableContact, Key: "contact-1", Seq: 99, Removed: true},
	}}
	apply(t, s, page) // one row leaves the scope, and the ops are old
	r := sound(t, s, 2)
	if r.Ops != 0 || r.Rows != 1 {
		t.Errorf("%+v", r)
	}
	tamper(t, s, `UPDATE contact SET body = replace(body, 'text of', 'lie of')`)
	if r := checkChain(t, s); r.Count != 1 || r.First().N != 2 || r.First().Kind != chain.Edited {
		t.Errorf("%+v", r)
	}
}

func TestARefusedOpStaysInTheChain(t *testing.T) {
	s := open(t, config(t.TempDir()))
	a := newAuthority(t, s)
	commit(t, s, intent(note(t, "contact-1", "no")))
	apply(t, s, desk.Page{Epoch: "e", To: "1", Last: true, LastN: 1, Refused: []desk.Refusal{{N: 1, Code: "forbidden"}}})
	if r := sound(t, s, 1); r.Ops != 1 {
		t.Errorf("%+v", r)
	}
	_ = a
	tamper(t, s, `UPDATE op SET changes = replace(changes, 'no', 'yes')`)
	if r := checkChain(t, s); r.Count != 1 || r.First().Kind != chain.Edited {
		t.Errorf("%+v", r)
	}
}

func TestANewDeskBeginsANewChainAndTheOldOneHolds(t *testing.T) {
	s, a := worked(t, t.TempDir())
	before := sound(t, s, workedEntries)
	if _, err := s.NewDesk(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := sound(t, s, workedEntries+2) // the two that were pending are in both
	if r.Chains != 2 || r.Signed != before.Signed || r.Ops != workedEntries || r.Erased != 2 {
		t.Errorf("%+v", r)
	}
	fresh := newAuthority(t, s)
	fresh.seq, fresh.rows = a.seq, a.rows
	fresh.sync()
	commit(t, s, intent(note(t, "contact-8", "under the new name")))
	if r := sound(t, s, workedEntries+3); r.Signed != before.Signed+2 {
		t.Errorf("%+v", r)
	}
	tamper(t, s, `DELETE FROM chain WHERE life = 1 AND n = 10`) // the tail of the old chain, which central never signed
	if r := checkChain(t, s); r.Count == 0 || r.First().Kind != chain.Truncated {
		t.Errorf("%+v", r)
	}
}

func TestOpsFromBeforeTheChainAreNotInIt(t *testing.T) {
	s := open(t, config(t.TempDir()))
	commit(t, s, intent(note(t, "contact-1", "old")))
	for _, q := range []string{`DELETE FROM chain`, `DELETE FROM life`, `UPDATE op SET link = 0`, `UPDATE replica SET life = 0, link = 0, link_hash = NULL`} {
		tamper(t, s, q) // as a migrated file has it
	}
	sound(t, s, 0)
	commit(t, s, intent(note(t, "contact-2", "new")))
	sound(t, s, 1)
	ops, err := s.Pending(t.Context(), 0, 10, 0)
	if err != nil || len(ops) != 2 || ops[0].Link != nil || len(ops[1].Link) != chain.HashSize {
		t.Errorf("%+v, %v", ops, err)
	}
}

func TestAFileWithoutAnOrganisationHasNoChainYet(t *testing.T) {
	cfg := config(t.TempDir())
	cfg.Org = ""
	s := open(t, cfg)
	commit(t, s, intent(note(t, "contact-1", "whose?")))
	sound(t, s, 0)
}

func TestErasureTakesTextAndSaltAndTheChainHolds(t *testing.T) {
	s, a := worked(t, t.TempDir())
	before := sound(t, s, workedEntries)
	for _, id := range []string{"contact-0", "contact-6", "contact-7", "contact-none"} {
		if err := s.EraseText(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	r := sound(t, s, workedEntries)
	if r.Erased != before.Erased+3 || r.Signed != before.Signed {
		t.Errorf("%+v before %+v", r, before)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	for query, want := range map[string]int64{
		`UPDATE op SET changes = changes WHERE changes LIKE '%说了 0%' OR changes LIKE '%both%' OR changes LIKE '%waits%'`:     0,
		`UPDATE contact SET body = body WHERE key IN ('contact-0', 'contact-6', 'contact-7')`:                                0,
		`UPDATE chain SET salt = NULL WHERE salt IS NOT NULL AND op IN (SELECT id FROM op WHERE changes LIKE '%contact-0%')`: 0,
		`UPDATE op SET changes = changes WHERE changes LIKE '%12.50%'`:                                                       1, // the ticket's
	} {
		if n, err := s.Tamper(t.Context(), query); err != nil || n != want {
			t.Errorf("%s: %d, %v", query, n, err)
		}
	}
	ops, err := s.Pending(t.Context(), a.n, 10, 0)
	if err != nil || ops[0].Salt != nil || len(ops[0].Link) != chain.HashSize || string(ops[0].Changes[0].Fields) != "{}" {
		t.Errorf("%+v, %v", ops, err)
	}
}

func TestCentralsKeyIsPinned(t *testing.T) {
	s, a := worked(t, t.TempDir())
	next := ed25519.NewKeyFromSeed([]byte(strings.Repeat("n", 32)))
	stranger := ed25519.NewKeyFromSeed([]byte(strings.Repeat("s", 32)))
	keys := []desk.ChainKey{{Public: publicOf(a.key)}, {Public: publicOf(next), Sig: chain.Succeed(a.key, publicOf(next))}}
	for range 2 {
		if err := s.TrustKeys(t.Context(), keys); err != nil {
			t.Fatal(err)
		}
	}
	a.key = next
	a.sync()
	if r := sound(t, s, workedEntries); r.Signed != workedEntries {
		t.Errorf("signed by the successor: %+v", r)
	}
	if err := s.TrustKeys(t.Context(), []desk.ChainKey{{Public: publicOf(stranger)}}); err != nil {
		t.Fatal(err)
	}
	if r := checkChain(t, s); r.Count != 1 || r.First().Kind != chain.Unsigned || !strings.HasPrefix(r.First().What, "key ") {
		t.Errorf("a stranger's key: %+v", r)
	}
	a.key = stranger
	commit(t, s, intent(note(t, "contact-9", "x")))
	a.sync()
	if r := checkChain(t, s); r.Count != 2 || r.Faults[1].What != "checkpoint" || r.Signed != workedEntries {
		t.Errorf("signed by a stranger: %+v", r)
	}
}

func TestCheckpointsAreBounded(t *testing.T) {
	s := open(t, config(t.TempDir()))
	a := newAuthority(t, s)
	for i := range 300 {
		commit(t, s, intent(note(t, fmt.Sprint("contact-", i), "x")))
		a.sync()
		a.sync()
	}
	if n, err := s.Tamper(t.Context(), `UPDATE checkpoint SET at = at`); err != nil || n != 256 {
		t.Errorf("%d checkpoints, %v", n, err)
	}
	sound(t, s, 300)
}

// lies is every way of changing the chain or a covered text in the file that a check must find; ? is a random
// number that picks the row.
var lies = []string{
	`UPDATE chain SET at = at + 1 WHERE n = 1 + ?1 % 10`,
	`UPDATE chain SET kind = 'other' WHERE n = 1 + ?1 % 10`,
	`UPDATE chain SET op = op || 'x' WHERE n = 1 + ?1 % 10`,
	`UPDATE chain SET commitment = randomblob(32) WHERE n = 1 + ?1 % 10`,
	`UPDATE chain SET hash = randomblob(32) WHERE n = 1 + ?1 % 10`,
	`UPDATE chain SET hash = x'' WHERE n = 1 + ?1 % 10`,
	`UPDATE chain SET salt = randomblob(16) WHERE n = 1 + ?1 % 10`,
	`UPDATE chain SET parts = randomblob(64) WHERE n = 7`,
	`DELETE FROM chain WHERE n = 1 + ?1 % 10`,
	`DELETE FROM chain WHERE n > 1 + ?1 % 9`,
	`UPDATE chain SET n = n + 100 WHERE n = 1 + ?1 % 10`,
	`UPDATE chain SET life = life + 1 WHERE n = 1 + ?1 % 10`,
	`INSERT INTO chain SELECT life, 11, 'one more', kind, at, commitment, hash, salt, parts FROM chain WHERE n = 1 + ?1 % 10`,
	`UPDATE chain SET (op, commitment) = (SELECT op, commitment FROM chain o WHERE o.life = chain.life AND o.n = 11 - chain.n) WHERE n IN (1 + ?1 % 5, 10 - ?1 % 5)`,
	`UPDATE op SET changes = replace(changes, 'contact-', 'contact_') WHERE link = 1 + ?1 % 10`,
	`UPDATE op SET changes = replace(changes, '12.50', '99.50') WHERE link = 7`,
	`UPDATE op SET link = 0 WHERE link = 2 + ?1 % 9`,
	`UPDATE op SET link = 1 + link % 10 WHERE link = 1 + ?1 % 10`,
	`UPDATE contact SET body = replace(body, '说了', '没说') WHERE key IN ('contact-0', 'contact-4', 'contact-5')`,
	`UPDATE contact SET body = json_set(body, '$.outcome', 'follow_up') WHERE key = 'contact-3'`,
	`UPDATE contact SET body = replace(body, 'waits', 'waited') WHERE key = 'contact-7'`,
	`UPDATE contact SET body = replace(body, 'both', 'none') WHERE key = 'contact-6'`,
	`UPDATE contact SET body = json_remove(body, '$.answers') WHERE key = 'contact-4'`,
	`UPDATE contact SET body = json_set(body, '$.subject', 'other') WHERE key = 'contact-2'`,
	`UPDATE checkpoint SET n = n + 1`,
	`UPDATE checkpoint SET hash = randomblob(32)`,
	`UPDATE checkpoint SET sig = randomblob(64)`,
	`UPDATE checkpoint SET key = 'other'`,
	`UPDATE chain_key SET public = randomblob(32)`,
	`DELETE FROM chain_key`,
	`UPDATE replica SET link = link + 1`,
	`UPDATE replica SET link_hash = randomblob(32)`,
	`UPDATE life SET desk = 'other'`,
	`UPDATE life SET org = 'other'`,
	`DELETE FROM life`,
}

var (
	chainLies = flag.Int("chain.lies", 2*len(lies), "how many ways to touch a store's chain are tried")
	chainSeed = flag.Uint64("chain.seed", 1, "of those ways")
)

// TestNoLieInTheFileStaysUnseen changes a real file behind the program's back, one lie at a time, and takes
// each back by undoing its transaction.
func TestNoLieInTheFileStaysUnseen(t *testing.T) {
	dice := rand.New(rand.NewPCG(*chainSeed, 0))
	dir := t.TempDir()
	s, _ := worked(t, dir)
	sound(t, s, workedEntries)
	kinds := map[chain.Kind]int{}
	for i := range *chainLies {
		lie, pick := lies[i%len(lies)], dice.IntN(1000)
		// What a lie overwrites is kept aside and put back.
		for _, table := range []string{"chain", "op", "contact", "checkpoint", "chain_key", "replica", "life"} {
			raw(t, s, `CREATE TEMP TABLE kept_`+table+` AS SELECT * FROM `+table)
		}
		if n, err := s.Tamper(t.Context(), lie, pick); err != nil || n == 0 {
			t.Fatalf("%s with %d: %d rows, %v", lie, pick, n, err)
		}
		r := checkChain(t, s)
		if r.Count == 0 {
			t.Fatalf("seed %d, lie %d with %d was not found: %s", *chainSeed, i, pick, lie)
		}
		kinds[r.First().Kind]++
		for _, table := range []string{"chain", "op", "contact", "checkpoint", "chain_key", "replica", "life"} {
			raw(t, s, `DELETE FROM `+table)
			raw(t, s, `INSERT INTO `+table+` SELECT * FROM kept_`+table)
			raw(t, s, `DROP TABLE kept_`+table)
		}
	}
	sound(t, s, workedEntries)
	t.Logf("%d lies of %d sorts, all found; the first fault was: %v", *chainLies, len(lies), kinds)
}

func raw(t testing.TB, s *localstore.Store, query string) {
	t.Helper()
	if _, err := s.Tamper(t.Context(), query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// A chain that somebody hung on anew with the program, but without central's key, differs from what central
// has signed.
func TestAChainThatWasHungOnAnewIsForked(t *testing.T) {
	s, a := worked(t, t.TempDir())
	a.sync()
	sound(t, s, workedEntries)
	prev := chain.Genesis("acme", a.desk)
	for n := int64(1); n <= workedEntries; n++ {
		e := chain.Entry{N: n, Op: uuid.NewString(), Kind: "contact.save", At: n}
		e.Hash = chain.Next(prev, e)
		tamper(t, s, `UPDATE chain SET op = ?, kind = ?, at = ?, commitment = ?, hash = ?, salt = NULL WHERE n = ?`,
			e.Op, e.Kind, e.At, e.Commitment[:], e.Hash[:], n)
		prev = e.Hash
	}
	tamper(t, s, `UPDATE replica SET link_hash = ?`, prev[:])
	tamper(t, s, `DELETE FROM op`)
	if r := checkChain(t, s); r.Count == 0 || r.First().Kind != chain.Forked {
		t.Errorf("%+v", r)
	}
}

// BenchmarkChainSave measures what the chain adds to a save: a store with one and a store without take turns, so
// that whatever else the machine does falls on both.
func BenchmarkChainSave(b *testing.B) {
	with := open(b, config(b.TempDir()))
	cfg := config(b.TempDir())
	cfg.Org = ""
	without := open(b, cfg)
	var took [2][]time.Duration
	for i := 0; b.Loop(); i++ {
		for k, s := range []*localstore.Store{with, without} {
			in := intent(note(b, uuid.NewString(), "询问现有套餐与新套餐的区别，已说明价格和合约期。"))
			start := time.Now()
			commit(b, s, in)
			took[k] = append(took[k], time.Since(start))
		}
	}
	for k, name := range []string{"with", "without"} {
		slices.Sort(took[k])
		b.ReportMetric(float64(took[k][len(took[k])/2].Nanoseconds())/1e3, name+"-p50-µs")
		b.ReportMetric(float64(took[k][len(took[k])*99/100].Nanoseconds())/1e3, name+"-p99-µs")
	}
}

var chainEntries = flag.Int("chain.entries", 10_000, "entries of the chain that BenchmarkChainCheck reads, each with its contact")

func BenchmarkChainCheck(b *testing.B) {
	s := open(b, config(b.TempDir()))
	a := newAuthority(b, s)
	fillChain(b, s, a, *chainEntries)
	b.ResetTimer()
	for b.Loop() {
		start := time.Now()
		r, err := s.CheckChain(b.Context())
		if err != nil || r.Count != 0 || r.Entries != int64(*chainEntries) || r.Rows != int64(*chainEntries) {
			b.Fatalf("%+v, %v", r, err)
		}
		b.Logf("%d entries with as many contacts: %v", r.Entries, time.Since(start))
	}
}

// fillChain writes what that many saves and their way back leave, in a few large transactions.
func fillChain(b *testing.B, s *localstore.Store, a *authority, n int) {
	b.Helper()
	raw(b, s, `BEGIN IMMEDIATE`)
	raw(b, s, `INSERT INTO life (id, desk, org) VALUES (1, '`+a.desk+`', 'acme')`)
	for i := 1; i <= n; i++ {
		id := uuid.Must(uuid.NewV7()).String() // as desks make them: in the order of time
		body := fields(b, desk.Contact{
			ID: id, Customer: "c1", At: 1000, Desk: a.desk, N: int64(i), Agent: "8021", Group: "east", Channel: desk.ChannelPhone,
			Direction: desk.Inbound, Reason: desk.ReasonBilling, Outcome: desk.OutcomeResolved, Seconds: 120, Subject: "咨询",
			Content: "询问现有套餐与新套餐的区别，已说明价格和合约期；客户考虑后再来电。",
		})
		var m map[string]json.RawMessage
		if err := json.Unmarshal(body, &m); err != nil {
			b.Fatal(err)
		}
		var names []string
		for name := range m {
			names = append(names, name)
		}
		slices.Sort(names)
		text, err := chain.Text("contact", id, body)
		if err != nil {
			b.Fatal(err)
		}
		salt := []byte(fmt.Sprintf("%016d", i))
		e := chain.Entry{N: int64(i), Op: uuid.NewString(), Kind: "contact.save", At: 1000}
		e.Commitment, _ = chain.Commit(salt, text)
		e.Hash = chain.Next(a.end.Hash, e)
		a.end = e
		tamper(b, s, `INSERT INTO chain VALUES (1, ?, ?, ?, ?, ?, ?, ?, NULL)`, e.N, e.Op, e.Kind, e.At, e.Commitment[:], e.Hash[:], salt)
		tamper(b, s, `INSERT INTO contact (key, seq, gen, customer, at, body) VALUES (?, ?, 1, 'c1', 1000, ?)`, id, i, string(body))
		tamper(b, s, `INSERT INTO chain_row VALUES (?, 1, ?, 0, ?, ?)`, id, i, i, string(fields(b, names)))
		if i%50_000 == 0 {
			raw(b, s, `COMMIT`)
			raw(b, s, `BEGIN IMMEDIATE`)
		}
	}
	tamper(b, s, `UPDATE replica SET life = 1, link = ?, link_hash = ?`, a.end.N, a.end.Hash[:])
	raw(b, s, `COMMIT`)
}
