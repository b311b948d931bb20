package localstore_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
)

// testdata/vN.store is a store as a program of schema N left it, sealed with fixtureConfig's key; vN.json
// says what was in it: each row with its version and a hash of its text (localstore.Kept). When a schema is about to be
// added, keep the one that is left behind:
//
//	go test ./localstore -run '^TestMakeFixture$' -make-fixture
//
// (v2 is v1 as a power cut between two migrations leaves it: no released program wrote that schema). Then
// commit both files. They are never made again: what matters is that an old program wrote them.
var makeFixture = flag.Bool("make-fixture", false, "write testdata/vN.store of the newest schema")

const fixtureNow = desk.Millis(1_790_000_000_000)

func fixtureConfig(path string) localstore.Config {
	cfg := localstore.Config{Path: path, Org: "acme", User: "8021", Desk: "019974a0-0000-7000-8000-000000000001"}
	copy(cfg.Key[:], "the key of every store in testdata")
	return cfg
}

func fixtureCustomers() []desk.Customer {
	return slices.Collect(sample.Customers(3, 120, "east", fixtureNow))
}

func TestMakeFixture(t *testing.T) {
	if !*makeFixture { // the rest is for whoever adds a schema; that it works is shown all the same
		fillFixture(t, filepath.Join(t.TempDir(), "desk.db"))
		return
	}
	path := filepath.Join("testdata", fmt.Sprintf("v%d.store", localstore.NewestSchema()))
	if _, err := os.Stat(path); err == nil {
		t.Fatalf("%s is there already", path)
	}
	kept, err := json.MarshalIndent(fillFixture(t, path), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path[:len(path)-len("store")]+"json", append(kept, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

// fillFixture makes a store with something in every table and in every state, and gives what it keeps.
func fillFixture(t *testing.T, path string) map[string]string {
	t.Helper()
	s, err := localstore.Open(t.Context(), fixtureConfig(path))
	if err != nil {
		t.Fatal(err)
	}
	people := fixtureCustomers()
	applyFixture(t, s, people)
	edit := func(i int, members map[string]any) desk.Change { return set(t, people[i].ID, members) }
	talk := func(id string, i int) desk.Change {
		return contact(t, desk.Contact{ID: id, Customer: people[i].ID, At: fixtureNow, Subject: "咨询", Content: "说明了 " + id})
	}
	for i, in := range []desk.Intent{
		intent(edit(0, map[string]any{"title": "经理"}), talk("released-1", 0)),
		intent(talk("released-2", 1)),
		intent(edit(2, map[string]any{"title": "refused"}), talk("refused-1", 2)),
		intent(customer(t, desk.Customer{ID: "made-here", Name: "曾晓明", Company: "本地建档", Phones: []desk.Phone{{Label: "手机", Raw: "13900001234"}}}), talk("pending-1", 3)),
		intent(edit(3, map[string]any{"title": "总监"}), talk("pending-2", 3)),
		intent(edit(4, map[string]any{"title": "will be out of scope"})),
		intent(edit(3, map[string]any{"company": "两次修改"})),
	} {
		in.ID, in.At = fmt.Sprintf("019974a0-0000-7000-8000-%012d", i+100), fixtureNow+desk.Millis(i)
		commit(t, s, in)
	}
	apply(t, s, desk.Page{
		Epoch: "e1", From: "last", To: "later", Last: true, LastN: 2,
		Refused: []desk.Refusal{{N: 3, Code: "not_allowed", Detail: "another group's customer"}},
		Rows: []desk.Row{
			row(t, desk.TableContact, "released-2", 90_001, map[string]any{"id": "released-2", "customer": people[1].ID, "at": fixtureNow, "content": "central's"}),
			row(t, desk.TableCustomer, people[3].ID, 90_002, people[3]),
			{Table: desk.TableCustomer, Key: people[4].ID, Seq: 90_003, Removed: true},
			{Table: desk.TableCustomer, Key: people[5].ID, Seq: 90_004, Removed: true},
		},
	})
	for i, d := range []desk.Draft{{ID: "draft-1", Customer: people[6].ID, Content: "写到一半"}, {ID: "draft-2", Number: "13900001111"}} {
		d.Changed = fixtureNow + desk.Millis(i)
		if err := s.KeepDraft(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(s.SetSetting(t.Context(), "language", "zh-Hant"), s.SetSetting(t.Context(), "state", "ready")); err != nil {
		t.Fatal(err)
	}
	kept, err := s.Kept(t.Context())
	if err := errors.Join(err, s.Check(t.Context()), s.Close()); err != nil {
		t.Fatal(err)
	}
	return kept
}

// applyFixture brings a snapshot of people and what happened with them.
func applyFixture(t *testing.T, s *localstore.Store, people []desk.Customer) {
	t.Helper()
	var rows []desk.Row
	add := func(table desk.Table, key string, v any) {
		rows = append(rows, row(t, table, key, int64(len(rows)+1), v))
	}
	for _, c := range people {
		add(desk.TableCustomer, c.ID, c)
		for _, k := range sample.Contacts(3, c, fixtureNow) {
			add(desk.TableContact, k.ID, k)
		}
		for _, k := range sample.Callbacks(3, c, fixtureNow) {
			add(desk.TableCallback, k.ID, k)
		}
		for _, k := range sample.Tickets(3, c, fixtureNow) {
			add(desk.TableTicket, k.ID, k)
		}
	}
	for i, seen := range []string{"", "8021"} {
		id := fmt.Sprint("lost-", i)
		add(desk.TableConflict, id, desk.Conflict{
			ID: id, Table: desk.TableCustomer, Key: people[i].ID, Field: "title", Value: []byte(`"主任"`), User: "8021", Winner: "8022",
			At: fixtureNow, Customer: people[i].ID, SeenBy: seen,
		})
	}
	from := ""
	for chunk := range slices.Chunk(rows, 400) {
		to := fmt.Sprint(chunk[0].Seq)
		apply(t, s, desk.Page{Epoch: "e1", From: from, To: to, Reset: from == "", Rows: chunk})
		from = to
	}
	apply(t, s, desk.Page{Epoch: "e1", From: from, To: "last", Last: true})
}

func TestStoresOfOlderProgramsOpenWithNothingLost(t *testing.T) {
	files, err := filepath.Glob("testdata/v*.store")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures, %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { openFixture(t, file) })
	}
}

func openFixture(t *testing.T, file string) {
	t.Helper()
	cfg := fixtureConfig(filepath.Join(t.TempDir(), "desk.db"))
	var want map[string]string
	b, err := os.ReadFile(file[:len(file)-len("store")] + "json")
	if err := errors.Join(err, json.Unmarshal(b, &want), copyFile(file, cfg.Path)); err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"migrated", "opened again"} {
		s, err := localstore.Open(t.Context(), cfg)
		if err != nil {
			t.Fatal(when, err)
		}
		foundAgain(t, s) // by what the older program derived
		if !s.Settle(t.Context()) {
			t.Fatal(when, "a chore failed")
		}
		kept, err := s.Kept(t.Context())
		if err := errors.Join(err, s.Check(t.Context())); err != nil {
			t.Fatal(when, err)
		}
		for _, what := range slices.Sorted(maps.Keys(want)) {
			if kept[what] != want[what] {
				t.Errorf("%s: %s is %q, was %q", when, what, kept[what], want[what])
			}
		}
		for what := range kept {
			if want[what] == "" {
				t.Errorf("%s: %s was not there", when, what)
			}
		}
		foundAgain(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(when, err)
		}
	}
	s := open(t, cfg)
	if done := commit(t, s, intent(contact(t, desk.Contact{ID: "after", At: 1}))); done.N != 8 {
		t.Errorf("the next op is %d", done.N)
	}
}

// foundAgain checks that what is derived from the rows is there too.
func foundAgain(t *testing.T, s *localstore.Store) {
	t.Helper()
	for i, c := range fixtureCustomers() {
		if i == 4 || i == 5 { // left the desk
			continue
		}
		found, err := s.FindByNumber(t.Context(), c.Phones[0].E164)
		if err != nil || !slices.ContainsFunc(found, func(f desk.Customer) bool { return f.ID == c.ID }) {
			t.Errorf("customer %d is not found by number among %d, %v", i, len(found), err)
		}
	}
	if hits, err := s.Search(t.Context(), "zengxiaoming", 10); err != nil || len(hits) == 0 {
		t.Errorf("%d found by pinyin, %v", len(hits), err)
	}
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, bytes.Clone(b), 0o600)
}
