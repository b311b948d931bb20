package simulate

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/localstore/vault"
)

var livePending = flag.Int("live.pending", 1000, "changes that wait on a desk that was away for 90 days")

// The store that an old program left: localstore/testdata/v1.store.
const (
	oldStore = "../../localstore/testdata/v1.store"
	oldDesk  = "019974a0-0000-7000-8000-000000000001"
	oldOrg   = "acme"
	oldUser  = "8021"
	oldNow   = desk.Millis(1_790_000_000_000)
	oldNext  = 8 // number of its next op
)

func oldConfig(path string) localstore.Config {
	cfg := localstore.Config{Path: path, Org: oldOrg, User: oldUser}
	copy(cfg.Key[:], "the key of every store in testdata")
	return cfg
}

// notesWaiting writes n notes into the old store, in the old schema, as the old program would have: more than three
// in four with customers who are there, the others with customers whom central has removed meanwhile.
func notesWaiting(t *testing.T, path string, n int, customers []desk.Customer) {
	t.Helper()
	v, err := vault.Open(vault.One(oldConfig(path).Key))
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	db, err := sql.Open("sqlite", "file:"+path+"?vfs="+v.Name())
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	do := func(query string, args ...any) {
		if _, err := tx.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	for i := range n {
		id, at := fmt.Sprintf("waiting-%06d", i), oldNow+desk.Millis(i)
		with := customers[i%len(customers)].ID
		body := fields("id", id, "customer", with, "at", at, "agent", oldUser, "content", "九十天没有网络 "+id, "desk", oldDesk, "n", oldNext+i)
		changes, err := json.Marshal([]desk.Change{{Table: desk.TableContact, Key: id, Fields: body}})
		if err != nil {
			t.Fatal(err)
		}
		do(`INSERT INTO op (desk, n, id, kind, version, at, east, needs, changes, draft) VALUES (?, ?, ?, 'contact.save', 1, ?, 480, 0, ?, '')`,
			oldDesk, oldNext+i, "op-"+id, int64(at), string(changes))
		do(`INSERT INTO op_row (tab, key, op) VALUES ('contact', ?, last_insert_rowid())`, id)
		do(`INSERT INTO base (tab, key, seq, gen, state) VALUES ('contact', ?, 0, 0, 0)`, id)
		do(`INSERT INTO contact (key, seq, gen, customer, at, body) VALUES (?, 0, 0, ?, ?, ?)`, id, with, int64(at), string(body))
	}
	do(`UPDATE replica SET next_n = ?`, oldNext+n)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// call makes a call by hand, in JSON.
func (h *hall) call(t *testing.T, method, token string, in any) map[string]any {
	t.Helper()
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.server.URL+"/callbench.v1.Desk/"+method, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err = io.ReadAll(resp.Body)
	out := map[string]any{}
	if err != nil || resp.StatusCode != http.StatusOK || json.Unmarshal(text, &out) != nil {
		t.Fatalf("%s: %d %s %v", method, resp.StatusCode, text, err)
	}
	return out
}

// earlier lets central know what the desk had sent before it went away: its first three ops.
func (h *hall) earlier(t *testing.T) {
	t.Helper()
	token := h.call(t, "SignIn", "", map[string]any{"user": oldUser, "password": password, "desk": oldDesk})["token"].(string)
	var ops []map[string]any
	for n := range 3 {
		id := fmt.Sprintf("released-before-%d", n)
		ops = append(ops, map[string]any{"id": "op-" + id, "n": n + 1, "kind": "contact.save", "version": 1, "changes": []map[string]any{
			{"table": "contact", "key": id, "fieldsJson": fmt.Sprintf(`{"id":%q,"at":1,"content":"早就送到"}`, id)},
		}})
	}
	h.call(t, "Push", token, map[string]any{"desk": oldDesk, "ops": ops})
}

// TestNinetyDaysAwayLoseNothing: a desk whose program is three schemas old comes back after 90 days with waiting changes.
// Central has removed customers meanwhile, and has forgotten which rows left whom.
func TestNinetyDaysAwayLoseNothing(t *testing.T) {
	n, dir := race.Fewer(*livePending, min(*livePending, 200)), shm(t)
	people := slices.Collect(sample.Customers(3, 120, "east", oldNow)) // whom the old store holds
	old, err := os.ReadFile(oldStore)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, storeName)
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	notesWaiting(t, path, n, people)

	h := newHall(t, filepath.Join(dir, "central"), oldOrg, nil)
	c := h.central
	if err := c.AddUser(t.Context(), central.User{Name: oldUser, Role: desk.RoleAgent, Group: "east"}, password); err != nil {
		t.Fatal(err)
	}
	var rows []desk.Row
	for _, p := range people {
		body, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, desk.Row{Table: desk.TableCustomer, Key: p.ID, Body: body})
	}
	if _, err := c.Import(t.Context(), slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	h.earlier(t)
	removed := map[string]bool{}
	for i, p := range people {
		if i%5 == 4 {
			removed[p.ID] = true
			if err := c.Remove(t.Context(), desk.TableCustomer, p.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := c.Compact(t.Context(), desk.MillisOf(time.Now().AddDate(1, 0, 0))); err != nil {
		t.Fatal(err)
	}

	began := time.Now()
	a := h.begin(t, oldConfig(path))
	opened := time.Since(began)
	await(t, a.rest, "nothing waits")
	t.Logf("%d waiting changes: the store is in its newest schema after %v, all through after %v",
		n, opened.Round(10*time.Millisecond), time.Since(began).Round(100*time.Millisecond))
	h.judgeReturn(t, a, n, people, removed)
}

// judgeReturn: each note is at central, once, or stands at the desk as refused with its text; who was removed is nowhere.
func (h *hall) judgeReturn(t *testing.T, a *agent, n int, people []desk.Customer, removed map[string]bool) {
	t.Helper()
	applied, refused := 0, 0
	for i := range n {
		gone := removed[people[i%len(people)].ID]
		_, err := h.central.Row(t.Context(), desk.TableContact, fmt.Sprintf("waiting-%06d", i))
		if (err == nil) == gone {
			t.Fatalf("note %d (its customer was removed: %v): %v", i, gone, err)
		}
		if gone {
			refused++
		} else {
			applied++
		}
	}
	v, err := h.central.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if least := applied + 3; v.Contacts < least || v.Contacts > least+4 { // the old store has four of its own, two of them kept
		t.Errorf("%d contacts at central, want %d and what the old store had waiting", v.Contacts, least)
	}
	open, err := a.store.OpenChanges(t.Context())
	if err != nil || open.Pending > 0 || open.Refused < refused {
		t.Errorf("%d pending, %d refused, want %d and some: %v", open.Pending, open.Refused, refused, err)
	}
	for _, one := range open.List {
		if one.State == desk.ChangeRefused && len(one.Op.Changes) == 0 {
			t.Errorf("op %s is refused and says nothing", one.Op.ID)
		}
	}
	err = a.store.EachCustomer(t.Context(), func(c desk.Customer) error {
		if removed[c.ID] {
			t.Errorf("customer %s is there again", c.ID)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	t.Logf("%d applied, %d refused with their text", applied, refused)
}
