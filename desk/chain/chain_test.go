package chain_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/callbench/callbench/desk/chain"
	"github.com/callbench/callbench/internal/race"
)

const org, place = "org", "desk-one"

// said is one entry with what it commits to.
type said struct {
	entry      chain.Entry
	salt, text []byte
}

// grow makes a chain of n entries and a checkpoint at its end and at some places before.
func grow(dice *rand.Rand, key ed25519.PrivateKey, n int) ([]said, []chain.Checkpoint) {
	var list []said
	var checkpoints []chain.Checkpoint
	prev := chain.Genesis(org, place)
	for i := range n {
		s := said{salt: random(dice, chain.SaltSize), text: fmt.Appendf(nil, `{"n":%d}`, i)}
		commitment, _ := chain.Commit(s.salt, s.text)
		s.entry = chain.Entry{N: int64(i) + 1, Op: fmt.Sprintf("op-%08d", i), Kind: "contact.save", At: int64(1000 + i), Commitment: commitment}
		s.entry.Hash = chain.Next(prev, s.entry)
		prev = s.entry.Hash
		list = append(list, s)
		if i == n-1 || dice.IntN(30) == 0 {
			checkpoints = append(checkpoints, chain.Sign(key, org, place, s.entry.N, s.entry.Hash, 1))
		}
	}
	return list, checkpoints
}

func random(dice *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(dice.Uint32())
	}
	return b
}

func entries(list []said) iter.Seq2[chain.Entry, error] {
	return func(yield func(chain.Entry, error) bool) {
		for _, s := range list {
			if !yield(s.entry, nil) {
				return
			}
		}
	}
}

// check verifies a chain and its texts, as a store does.
func check(t *testing.T, list []said, checkpoints []chain.Checkpoint, public []byte) chain.Report {
	t.Helper()
	r, err := chain.Verify(entries(list), chain.Proof{
		Org: org, Desk: place, Checkpoints: checkpoints, Keys: map[string][]byte{chain.KeyID(public): public},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if c, _ := chain.Commit(s.salt, s.text); c != s.entry.Commitment {
			r.Add(chain.Fault{N: s.entry.N, Kind: chain.Edited, What: "text"})
		}
	}
	return r
}

func key(dice *rand.Rand) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(random(dice, 32)) }

func public(k ed25519.PrivateKey) []byte { return k.Public().(ed25519.PublicKey) }

// forward hangs everything from place i on anew, as somebody would who has the program but not central's key.
func forward(list []said, i int) {
	prev := chain.Genesis(org, place)
	if i > 0 {
		prev = list[i-1].entry.Hash
	}
	for ; i < len(list); i++ {
		e := &list[i].entry
		e.N = int64(i) + 1
		e.Commitment, _ = chain.Commit(list[i].salt, list[i].text)
		e.Hash = chain.Next(prev, *e)
		prev = e.Hash
	}
}

func flip(dice *rand.Rand, b []byte) { b[dice.IntN(len(b))] ^= 1 << dice.IntN(8) }

// tampering is every way to touch a chain that the test knows, by what people would call it.
func tampering() map[string]func(dice *rand.Rand, list []said, checkpoints *[]chain.Checkpoint) []said {
	type marks = *[]chain.Checkpoint
	return map[string]func(*rand.Rand, []said, marks) []said{
		"text edited": func(dice *rand.Rand, l []said, _ marks) []said {
			flip(dice, l[dice.IntN(len(l))].text)
			return l
		},
		"salt edited": func(dice *rand.Rand, l []said, _ marks) []said {
			flip(dice, l[dice.IntN(len(l))].salt)
			return l
		},
		"commitment edited": func(dice *rand.Rand, l []said, _ marks) []said {
			flip(dice, l[dice.IntN(len(l))].entry.Commitment[:])
			return l
		},
		"hash edited": func(dice *rand.Rand, l []said, _ marks) []said {
			flip(dice, l[dice.IntN(len(l))].entry.Hash[:])
			return l
		},
		"op, kind or time edited": func(dice *rand.Rand, l []said, _ marks) []said {
			e := &l[dice.IntN(len(l))].entry
			switch dice.IntN(3) {
			case 0:
				e.Op += "x"
			case 1:
				e.Kind = e.Kind[1:]
			case 2:
				e.At++
			}
			return l
		},
		"text and commitment edited": func(dice *rand.Rand, l []said, _ marks) []said {
			s := &l[dice.IntN(len(l))]
			flip(dice, s.text)
			s.entry.Commitment, _ = chain.Commit(s.salt, s.text)
			return l
		},
		"one deleted": func(dice *rand.Rand, l []said, _ marks) []said {
			i := dice.IntN(len(l))
			return slices.Delete(l, i, i+1)
		},
		"some deleted and the rest numbered anew": func(dice *rand.Rand, l []said, _ marks) []said {
			i := dice.IntN(len(l))
			l = slices.Delete(l, i, min(len(l), i+1+dice.IntN(5)))
			for k := range l {
				l[k].entry.N = int64(k) + 1
			}
			return l
		},
		"tail cut": func(dice *rand.Rand, l []said, _ marks) []said { return l[:dice.IntN(len(l))] },
		"two swapped": func(dice *rand.Rand, l []said, _ marks) []said {
			i, k := dice.IntN(len(l)), dice.IntN(len(l)-1)
			if k >= i {
				k++
			}
			l[i], l[k] = l[k], l[i]
			return l
		},
		"two swapped with their numbers": func(dice *rand.Rand, l []said, _ marks) []said {
			i, k := dice.IntN(len(l)), dice.IntN(len(l)-1)
			if k >= i {
				k++
			}
			l[i], l[k] = l[k], l[i]
			l[i].entry.N, l[k].entry.N = l[k].entry.N, l[i].entry.N
			return l
		},
		"one moved": func(dice *rand.Rand, l []said, _ marks) []said {
			i := dice.IntN(len(l))
			s := l[i]
			k := (i + 1 + dice.IntN(len(l)-1)) % len(l)
			return slices.Insert(slices.Delete(l, i, i+1), k, s)
		},
		"one doubled": func(dice *rand.Rand, l []said, _ marks) []said {
			i := dice.IntN(len(l))
			return slices.Insert(l, i, l[i])
		},
		"one put in": func(dice *rand.Rand, l []said, _ marks) []said {
			i := dice.IntN(len(l))
			s := l[i]
			s.text = []byte(`{"n":"never said"}`)
			s.entry.Commitment, _ = chain.Commit(s.salt, s.text)
			l = slices.Insert(l, i, s)
			for k := range l {
				l[k].entry.N = int64(k) + 1
			}
			return l
		},
		"edited and hung on anew": func(dice *rand.Rand, l []said, _ marks) []said {
			i := dice.IntN(len(l))
			flip(dice, l[i].text)
			forward(l, i)
			return l
		},
		"deleted and hung on anew": func(dice *rand.Rand, l []said, _ marks) []said {
			i := dice.IntN(len(l))
			l = slices.Delete(l, i, i+1)
			forward(l, i)
			return l
		},
		"reordered and hung on anew": func(dice *rand.Rand, l []said, _ marks) []said {
			i := dice.IntN(len(l) - 1)
			l[i], l[i+1] = l[i+1], l[i]
			forward(l, i)
			return l
		},
		"hung on anew under another key": func(dice *rand.Rand, l []said, m marks) []said {
			flip(dice, l[0].text)
			forward(l, 0)
			forger := key(dice)
			for i, c := range *m {
				(*m)[i] = chain.Sign(forger, org, place, c.N, l[c.N-1].entry.Hash, c.At)
			}
			return l
		},
		"checkpoint edited": func(dice *rand.Rand, l []said, m marks) []said {
			c := &(*m)[dice.IntN(len(*m))]
			switch dice.IntN(4) {
			case 0:
				c.N--
			case 1:
				flip(dice, c.Hash[:])
			case 2:
				c.At++
			case 3:
				flip(dice, c.Sig)
			}
			return l
		},
	}
}

var (
	edits = flag.Int("chain.edits", race.Fewer(10_000, 1000), "how many ways to touch a chain are tried")
	seed  = flag.Uint64("chain.seed", 1, "of those ways")
)

// TestChain10000 (fewer under the race detector, which has nothing to find here) touches chains in 10,000 random ways: every one must be found, and a chain that nobody
// touched must be in order.
func TestChain10000(t *testing.T) {
	dice := rand.New(rand.NewPCG(*seed, 0))
	ways := tampering()
	names := slices.Sorted(maps.Keys(ways))
	tried, kinds := map[string]int{}, map[chain.Kind]int{}
	for i := range *edits {
		k := key(dice)
		list, checkpoints := grow(dice, k, 2+dice.IntN(60))
		if r := check(t, list, checkpoints, public(k)); r.Count != 0 || r.Entries != int64(len(list)) || r.Signed != r.Entries {
			t.Fatalf("a chain that nobody touched: %+v", r)
		}
		name := names[i%len(names)]
		r := check(t, ways[name](dice, list, &checkpoints), checkpoints, public(k))
		if r.Count == 0 {
			t.Fatalf("seed %d, edit %d, %q of a chain of %d was not found", *seed, i, name, len(list))
		}
		tried[name]++
		kinds[r.First().Kind]++
	}
	t.Logf("%d edits of %d sorts, all found; the first fault was: %v", *edits, len(tried), kinds)
}

func TestAFaultIsReportedAsWhatItIs(t *testing.T) {
	for _, c := range []struct {
		name  string
		touch func(l []said) []said
		n     int64
		want  chain.Kind
	}{
		{"an edit", func(l []said) []said { l[4].entry.At++; return l }, 5, chain.Edited},
		{"a deletion", func(l []said) []said { return slices.Delete(l, 4, 6) }, 5, chain.Deleted},
		{"the first deleted", func(l []said) []said { return l[1:] }, 1, chain.Deleted},
		{"a swap", func(l []said) []said { l[4], l[7] = l[7], l[4]; return l }, 5, chain.Reordered},
		{"a swap with numbers", func(l []said) []said {
			l[4], l[5] = l[5], l[4]
			l[4].entry.N, l[5].entry.N = 5, 6
			return l
		}, 5, chain.Reordered},
		{"a cut", func(l []said) []said { return l[:6] }, 7, chain.Truncated},
		{"another history", func(l []said) []said { l[2].text = []byte(`{}`); forward(l, 2); return l }, 10, chain.Forked},
	} {
		t.Run(c.name, func(t *testing.T) {
			dice := rand.New(rand.NewPCG(7, 0))
			k := key(dice)
			list, checkpoints := grow(dice, k, 10)
			r := check(t, c.touch(list), checkpoints[len(checkpoints)-1:], public(k))
			if f := r.First(); f == nil || f.Kind != c.want || f.N != c.n {
				t.Errorf("found %+v, want %s at %d", r, c.want, c.n)
			}
		})
	}
}

func TestWithoutACheckpointOnlyTheEndThatIsKnownIsProven(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 0))
	list, _ := grow(dice, key(dice), 10)
	for _, c := range []struct {
		last int64
		want int64
	}{{0, 0}, {10, 1}} {
		r, err := chain.Verify(entries(list[:8]), chain.Proof{Org: org, Desk: place, Last: c.last, LastHash: list[9].entry.Hash})
		if err != nil || r.Count != c.want {
			t.Errorf("last %d: %+v, %v", c.last, r, err)
		}
	}
	r, err := chain.Verify(entries(list[:0]), chain.Proof{Org: org, Desk: place})
	if err != nil || r.Count != 0 {
		t.Errorf("an empty chain: %+v, %v", r, err)
	}
}

func TestAChainOfAnotherDeskOrOrganisationIsNotThisOne(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 0))
	k := key(dice)
	list, checkpoints := grow(dice, k, 3)
	for _, p := range []chain.Proof{{Org: "other", Desk: place}, {Org: org, Desk: "desk-two"}} {
		p.Checkpoints, p.Keys = checkpoints, map[string][]byte{chain.KeyID(public(k)): public(k)}
		r, err := chain.Verify(entries(list), p)
		if err != nil || r.Count != int64(1+len(checkpoints)) {
			t.Errorf("%s %s: %+v, %v", p.Org, p.Desk, r, err)
		}
	}
}

func TestAReadErrorEndsTheCheck(t *testing.T) {
	broken := errors.New("disk")
	_, err := chain.Verify(func(yield func(chain.Entry, error) bool) { yield(chain.Entry{}, broken) }, chain.Proof{})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestFaultsAreCountedBeyondWhatIsListed(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 0))
	list, _ := grow(dice, key(dice), 3*chain.MaxFaults)
	for i := range list {
		list[i].entry.At += 1_000_000
	}
	r, err := chain.Verify(entries(list), chain.Proof{Org: org, Desk: place})
	if err != nil || r.Count != int64(len(list)) || len(r.Faults) != chain.MaxFaults {
		t.Errorf("%d faults, %d listed, %v", r.Count, len(r.Faults), err)
	}
}

// The layout is a promise: chains outlive the program that wrote them. The values were made by another
// program after docs/STORE.md.
func TestTheLayoutStays(t *testing.T) {
	salt := bytes.Repeat([]byte{1}, chain.SaltSize)
	commitment, parts := chain.Commit(salt, []byte("甲"), []byte("乙"))
	if chain.Join(parts) != commitment || parts[0] == parts[1] {
		t.Error("parts do not join")
	}
	e := chain.Entry{N: 1, Op: "op", Kind: "contact.save", At: 2, Commitment: commitment}
	got := []string{
		hex.EncodeToString(commitment[:8]), short(chain.Genesis(org, place)), short(chain.Next(chain.Genesis(org, place), e)),
		chain.KeyID(salt),
	}
	if want := []string{"b09a25415162ff6e", "21a998b66e6b0d3d", "a4665bf514f316a1", "55cb3b1a82f783db"}; !slices.Equal(got, want) {
		t.Errorf("the layout is now %q", got)
	}
}

func short(h chain.Hash) string { return hex.EncodeToString(h[:8]) }

func TestANewKeyIsTrustedOnTheOldOnesWord(t *testing.T) {
	dice := rand.New(rand.NewPCG(7, 0))
	old, fresh, other := key(dice), key(dice), key(dice)
	word := chain.Succeed(old, public(fresh))
	if !chain.Succeeds(public(old), public(fresh), word) {
		t.Error("the old key's word is not taken")
	}
	if chain.Succeeds(public(other), public(fresh), word) || chain.Succeeds(public(old), public(other), word) || chain.Succeeds(nil, public(fresh), word) {
		t.Error("a word is taken for another key")
	}
}

func TestOnlyContactsApprovalsAndSettlementsAreCovered(t *testing.T) {
	for _, c := range []struct {
		table, fields string
		want          bool
	}{
		{"contact", `{"content":"x"}`, true},
		{"ticket", `{"approval":"approved"}`, true},
		{"ticket", `{"amount":null}`, true},
		{"ticket", `{"currency":"CNY","state":"closed"}`, true},
		{"ticket", `{"state":"closed"}`, false},
		{"ticket", `[]`, false},
		{"customer", `{"amount":"1"}`, false},
		{"callback", `{"note":"x"}`, false},
	} {
		if got := chain.Covered(c.table, []byte(c.fields)); got != c.want {
			t.Errorf("%s %s: %v", c.table, c.fields, got)
		}
	}
}

func TestCanonicalForm(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{` { "b" : 1 , "a" : [ true , null , "x" ] } `, `{"a":[true,null,"x"],"b":1}`},
		{`{"a":"\u003cb\u003e \/ \u00e9 \ud83d\ude00 \n"}`, `{"a":"<b> / é 😀 \u000a"}`},
		{`{"a":{},"":[]}`, `{"":[],"a":{}}`},
		{`{"a":1,"a":2}`, `{"a":1,"a":2}`},
		{`1.0`, `1.0`},
		{`-12e5 `, `-12e5`},
		{`"\ud83dx"`, "\"\xed\xa0\xbdx\""},
		{`"\"\\"`, `"\"\\"`},
	} {
		got, err := chain.Canonical([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s becomes %q, %v; want %q", c.in, got, err, c.want)
		}
	}
	if _, err := chain.Canonical([]byte(`{"a":`)); err == nil {
		t.Error("half an object has a canonical form")
	}
	a, _ := chain.Text("contact", "k", []byte(`{"b":1, "a":2}`))
	b, _ := chain.Text("contact", "k", []byte(`{"a":2,"b":1}`))
	if c, err := chain.Canonical(a); !bytes.Equal(a, b) || err != nil || !bytes.Equal(a, c) {
		t.Errorf("%s, %s, %v", a, b, err)
	}
}

func TestTheTextOfARowIsThatOfTheChangeThatMadeIt(t *testing.T) {
	for _, c := range []struct{ fields, body string }{
		{`{"b":"x, \"}","a":{"z":[1,{"y":2}]},"c":null}`, `{"zz":1,"a":{"z":[1,{"y":2}]},"b":"x, \"}","ab":[],"":0}`},
		{`{}`, `{"a":1}`},
		{`{"a":null,"z":null}`, `{"m":"\\"}`},
		{`{"a":1}`, `{"a":1}`},
	} {
		var m map[string]json.RawMessage
		if err := json.Unmarshal([]byte(c.fields), &m); err != nil {
			t.Fatal(err)
		}
		want, _ := chain.Text("contact", "k", []byte(c.fields))
		got, err := chain.TextOf("contact", "k", []byte(c.body), slices.Sorted(maps.Keys(m)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s of %s: %s, %v; want %s", c.fields, c.body, got, err, want)
		}
	}
	if _, err := chain.TextOf("contact", "k", []byte(`[]`), nil); err == nil {
		t.Error("a row that is no object has a text")
	}
}

// FuzzCanonical: order of members and white space do not matter, any change of what is said does.
func FuzzCanonical(f *testing.F) {
	f.Add([]byte(`{"content":"客户说：\"好\"","answers":{"b":"1","a":"2"},"at":1}`), []byte(`{"at":1,"answers":{"a":"2","b":"1"}}`))
	f.Add([]byte(`[1,2]`), []byte(`[2,1]`))
	f.Add([]byte(`"\ud800"`), []byte(`"\ud801"`))
	f.Add([]byte(`{"a":1,"b":[{"d":1,"c":null}]}`), []byte(`{"a":1}`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		one, err := chain.Canonical(a)
		if err != nil || len(a) > 4<<10 { // indenting deep texts makes megabytes
			return
		}
		if again, err := chain.Canonical(one); err != nil || !bytes.Equal(one, again) {
			t.Fatalf("%q is not its own canonical form: %q, %v", one, again, err)
		}
		var spread bytes.Buffer
		if json.Indent(&spread, a, " ", "\t") == nil {
			if same, err := chain.Canonical(spread.Bytes()); err != nil || !bytes.Equal(one, same) {
				t.Fatalf("white space matters: %q and %q", one, same)
			}
		}
		if turned, ok := turn(a); ok {
			if same, err := chain.Canonical(turned); err != nil || !bytes.Equal(one, same) {
				t.Fatalf("order matters: %q and %q", one, same)
			}
		}
		var row map[string]json.RawMessage
		if json.Unmarshal(a, &row) == nil && len(row) > 0 && bytes.HasPrefix(one, []byte("{")) {
			if _, err := chain.TextOf("contact", "k", a, slices.Sorted(maps.Keys(row))); err != nil {
				t.Fatalf("%q: %v", a, err)
			}
		}
		two, err := chain.Canonical(b)
		if err == nil && bytes.Equal(one, two) && !reflect.DeepEqual(decoded(t, a), decoded(t, b)) {
			t.Fatalf("%q and %q say different things and have one form", a, b)
		}
	})
}

// turn writes the members of an object in the opposite order; false where a has none, or two of one name.
func turn(a []byte) ([]byte, bool) {
	d := json.NewDecoder(bytes.NewReader(a))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, false
	}
	seen := map[string]bool{}
	out := []byte{'}'}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if d.Decode(&value) != nil || seen[name.(string)] || bytes.ContainsAny([]byte(name.(string)), "�") {
			return nil, false
		}
		seen[name.(string)] = true
		text, _ := json.Marshal(name)
		member := append(append(text, ':'), value...)
		if len(out) > 1 {
			member = append(member, ',')
		}
		out = append(member, out...)
	}
	return append([]byte{'{'}, out...), len(seen) > 1
}

func decoded(t *testing.T, text []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func BenchmarkVerify(b *testing.B) {
	dice := rand.New(rand.NewPCG(7, 0))
	list, checkpoints := grow(dice, key(dice), 10_000)
	b.ResetTimer()
	for b.Loop() {
		if _, err := chain.Verify(entries(list), chain.Proof{Org: org, Desk: place, Checkpoints: checkpoints[:0]}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/entry")
}
