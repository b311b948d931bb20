package app

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
)

// storedProfile makes a profile with a store of some customers, and gives its folder and how it is opened.
func storedProfile(t *testing.T) (string, localstore.Config) {
	t.Helper()
	key := [32]byte{7, 7}
	dir := profileDir(t, map[string]string{"profile.toml": quietAudio, "store.key": hex.EncodeToString(key[:]) + "\n"})
	cfg := localstore.Config{Path: filepath.Join(dir, "desk-local.db"), Key: key, User: "local"}
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	var rows []desk.Row
	for c := range sample.Customers(1, 50, "east", 1_790_000_000_000) {
		body, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, desk.Row{Table: desk.TableCustomer, Key: c.ID, Seq: 1, Body: body})
	}
	if _, err := s.ApplyPage(t.Context(), desk.Page{Epoch: "e", To: "1", Rows: rows, Last: true}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, cfg
}

func (r ran) good(t *testing.T, parts ...string) {
	t.Helper()
	if r.code != exitGood {
		t.Fatalf("code %d\nstdout: %s\nstderr: %s", r.code, r.out, r.err)
	}
	for _, part := range parts {
		if !strings.Contains(r.out, part) {
			t.Errorf("%q lacks %q", r.out, part)
		}
	}
}

func TestStoreCommandsOnAProfile(t *testing.T) {
	dir, cfg := storedProfile(t)
	copied := filepath.Join(t.TempDir(), "copy.db")
	runs(t, "", "callbench-cli", "store", "stats", "--profile", dir).good(t, "customer", "50", "schema")
	runs(t, "", "callbench-cli", "store", "check", "--profile", dir).good(t, "is whole", "50 customers")
	runs(t, "", "callbench-cli", "store", "backup", copied, "--profile", dir).good(t, "50 customers", "verified")
	runs(t, "", "callbench-cli", "store", "check", "--profile", dir, "--file", copied).good(t, "is whole")
	if r := runs(t, "", "callbench-cli", "store", "backup", copied, "--profile", dir); r.code != exitNo || !strings.Contains(r.err, "--force") {
		t.Errorf("onto an older one: %+v", r)
	}
	runs(t, "", "callbench-cli", "store", "backup", copied, "--profile", dir, "--force").good(t)

	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Commit(t.Context(), desk.Intent{ID: "later", Kind: "contact.save", At: 1, Changes: []desk.Change{
		{Table: desk.TableContact, Key: "k", Fields: json.RawMessage(`{"id":"k","at":1}`)},
	}})
	if err != nil || s.Close() != nil {
		t.Fatal(err)
	}
	r := runs(t, "", "callbench-cli", "store", "restore", copied, "--profile", dir, "--json")
	r.good(t)
	var told localstore.RestoreReport
	if err := json.Unmarshal([]byte(r.out), &told); err != nil || told.LostPending != 1 || told.Lost[0].ID != "later" || !exists(told.Kept) {
		t.Errorf("%+v, %v", told, err)
	}
	runs(t, "", "callbench-cli", "store", "restore", copied, "--profile", dir).good(t, "is restored", "The old file is")

	b, err := os.ReadFile(cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-2000] ^= 4
	if err := os.WriteFile(cfg.Path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := runs(t, "", "callbench-cli", "store", "check", "--profile", dir); r.code != exitNo || !strings.Contains(r.out, "is damaged; nothing was changed") {
		t.Errorf("a flipped bit: %+v", r)
	}
}

// What went wrong, what is safe and what to do stand in one line.
func TestStoreCommandsSayWhatToDo(t *testing.T) {
	dir, cfg := storedProfile(t)
	copied, keyAt := filepath.Join(t.TempDir(), "copy.db"), filepath.Join(dir, "store.key")
	runs(t, "", "callbench-cli", "store", "backup", copied, "--profile", dir).good(t)

	cut := copied + ".2.part"
	write(t, cut, "x")
	runs(t, "", "callbench-cli", "store", "backup", copied+".2", "--profile", dir).good(t) // what a killed one left is replaced
	if left, _ := filepath.Glob(cut + "*"); len(left) > 0 {
		t.Errorf("left %v", left)
	}

	key, err := os.ReadFile(keyAt)
	if err != nil {
		t.Fatal(err)
	}
	write(t, keyAt, strings.Repeat("1", 64))
	for _, command := range [][]string{{"stats"}, {"backup", copied + ".3"}, {"rotate"}} {
		runs(t, "", "callbench-cli", append(append([]string{"store"}, command...), "--profile", dir)...).complains(t, exitNo, "wrong key", "nothing was changed", "store recover")
	}
	runs(t, "", "callbench-cli", "store", "restore", copied, "--profile", dir).complains(t, exitNo, "is of another key, or no backup; nothing was changed")
	if r := runs(t, "", "callbench-cli", "store", "check", "--profile", dir); r.code != exitNo || !strings.Contains(r.out, "does not open with this key; nothing was changed") {
		t.Errorf("another key: %+v", r)
	}
	if err := os.Remove(keyAt); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"stats"}, {"check"}, {"backup", copied + ".3"}, {"rotate"}} {
		runs(t, "", "callbench-cli", append(append([]string{"store"}, command...), "--profile", dir)...).complains(t, exitNo, "store.key is missing", "the store is untouched", "store recover")
	}
	write(t, keyAt, string(key))

	for _, path := range []string{cfg.Path, copied} { // its first page
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b[200] ^= 4
		write(t, path, string(b))
	}
	for _, command := range [][]string{{"stats"}, {"backup", copied + ".3"}} {
		runs(t, "", "callbench-cli", append(append([]string{"store"}, command...), "--profile", dir)...).complains(t, exitNo, "the file is damaged", "store check", "store restore")
	}
	runs(t, "", "callbench-cli", "store", "restore", copied, "--profile", dir).complains(t, exitNo, "the file is damaged", "nothing was changed; use another backup")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestStoreCommandsWithoutWhatTheyNeed(t *testing.T) {
	empty := profileDir(t, map[string]string{"profile.toml": quietAudio})
	keyed := profileDir(t, map[string]string{"profile.toml": quietAudio, "store.key": strings.Repeat("ab", 32)})
	for _, command := range [][]string{{"stats"}, {"check"}, {"backup", filepath.Join(empty, "x")}} {
		runs(t, "", "callbench-cli", append(append([]string{"store"}, command...), "--profile", empty)...).complains(t, exitUsage, "store.key")
		runs(t, "", "callbench-cli", append(append([]string{"store"}, command...), "--profile", keyed)...).complains(t, exitUsage, "there is no store")
	}
	runs(t, "", "callbench-cli", "store", "restore", filepath.Join(empty, "gone"), "--profile", keyed).complains(t, exitUsage, "there is no backup")
	for _, dir := range []string{empty, keyed} {
		if left, _ := filepath.Glob(filepath.Join(dir, "*.db*")); len(left) != 0 {
			t.Errorf("left %v", left)
		}
	}
}

func TestAStoreAtWorkIsBackedUpAndNotReplaced(t *testing.T) {
	dir, _ := storedProfile(t)
	startDesk(t, dir).call("desk.status", nil)
	copied := filepath.Join(t.TempDir(), "copy.db")
	runs(t, "", "callbench-cli", "store", "check", "--profile", dir).good(t, "is whole")
	runs(t, "", "callbench-cli", "store", "backup", copied, "--profile", dir).good(t, "50 customers")
	runs(t, "", "callbench-cli", "store", "restore", copied, "--profile", dir).complains(t, exitNo, "callbench is open on")
}

func TestABenchPrintsEveryLine(t *testing.T) {
	r := runs(t, "", "callbench-cli", "store", "bench", "--customers", "100", "--contacts", "1", "--queries", "10", "--saves", "5", "--dir", t.TempDir(), "--json")
	r.good(t)
	var told struct {
		Customers int                           `json:"customers"`
		Queries   map[string]map[string]float64 `json:"queries"`
		OpenMS    float64                       `json:"open_ms"`
	}
	if err := json.Unmarshal([]byte(r.out), &told); err != nil || told.Customers != 100 || told.OpenMS <= 0 {
		t.Fatalf("%+v, %v", told, err)
	}
	var names []string
	for name, line := range told.Queries {
		if names = append(names, name); line["n"] == 0 || line["p99_us"] == 0 {
			t.Errorf("%s: %v", name, line)
		}
	}
	slices.Sort(names)
	if got, want := fmt.Sprint(names), "[id initials keystroke last4 last7 name1 name2 name3 number pinyin save timeline zhuyin]"; got != want {
		t.Errorf("lines %s, want %s", got, want)
	}
}
