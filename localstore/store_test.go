package localstore_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

func config(dir string) localstore.Config {
	return localstore.Config{Path: filepath.Join(dir, "desk.db"), Key: [32]byte{1, 2, 3}, Org: "acme", User: "8021"}
}

func open(t testing.TB, cfg localstore.Config) *localstore.Store {
	t.Helper()
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func fields(t testing.TB, v any) json.RawMessage {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func intent(changes ...desk.Change) desk.Intent {
	return desk.Intent{ID: uuid.NewString(), Kind: "contact.save", At: 1000, Changes: changes}
}

func contact(t testing.TB, c desk.Contact) desk.Change {
	t.Helper()
	return desk.Change{Table: desk.TableContact, Key: c.ID, Fields: fields(t, c)}
}

func customer(t testing.TB, c desk.Customer) desk.Change {
	t.Helper()
	return desk.Change{Table: desk.TableCustomer, Key: c.ID, Fields: fields(t, c)}
}

func commit(t testing.TB, s *localstore.Store, in desk.Intent) desk.Committed {
	t.Helper()
	done, err := s.Commit(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func apply(t testing.TB, s *localstore.Store, p desk.Page) {
	t.Helper()
	if _, err := s.ApplyPage(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

func row(t testing.TB, table desk.Table, key string, seq int64, body any) desk.Row {
	t.Helper()
	return desk.Row{Table: table, Key: key, Seq: seq, Body: fields(t, body)}
}

func zhang() desk.Customer {
	return desk.Customer{ID: "c1", Name: "张三", Company: "北京远方科技", Number: "KH-0001", Phones: []desk.Phone{{Label: "手机", Raw: "138 0013 8000"}}}
}

func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error is %v, want %v", err, want)
	}
}

func TestACommitIsNumberedVisibleWaitingAndDropsItsDraft(t *testing.T) {
	s := open(t, config(t.TempDir()))
	ctx := t.Context()
	if err := s.KeepDraft(ctx, desk.Draft{ID: "d1", Content: "half a", Changed: 5}); err != nil {
		t.Fatal(err)
	}
	in := intent(customer(t, zhang()), contact(t, desk.Contact{ID: "d1", Customer: "c1", At: 900, Content: "half a sentence"}))
	in.Draft = "d1"
	done := commit(t, s, in)
	if done.N != 1 || done.Pending != 1 || done.ID != in.ID || done.At == 0 {
		t.Errorf("committed %+v", done)
	}
	found, err := s.FindByNumber(ctx, "+86 138-0013-8000")
	if err != nil || len(found) != 1 || found[0].Name != "张三" {
		t.Errorf("found %v, %v", found, err)
	}
	h, err := s.History(ctx, "c1", 10)
	if err != nil || len(h.Contacts) != 1 {
		t.Fatalf("history %+v, %v", h, err)
	}
	replica, err := s.Replica(ctx)
	if c := h.Contacts[0]; err != nil || c.Content != "half a sentence" || c.Synced || c.N != 1 || c.Desk != replica.Desk || c.Desk == "" {
		t.Errorf("contact %+v of replica %+v, %v", h.Contacts[0], replica, err)
	}
	ops, err := s.Pending(ctx, 0, 10, 1<<20)
	if err != nil || len(ops) != 1 || ops[0].N != 1 || ops[0].Org != "acme" || len(ops[0].Changes) != 2 || ops[0].ID != in.ID {
		t.Errorf("pending %+v, %v", ops, err)
	}
	if drafts, err := s.Drafts(ctx); err != nil || len(drafts) != 0 {
		t.Errorf("drafts %v, %v", drafts, err)
	}
	if again := commit(t, s, in); again.N != 1 || again.Pending != 1 {
		t.Errorf("the same intent again gave %+v", again)
	}
	if err := s.KeepDraft(ctx, desk.Draft{ID: "d1", Content: "late", Changed: 6}); err != nil {
		t.Fatal(err)
	}
	if drafts, err := s.Drafts(ctx); err != nil || len(drafts) != 0 {
		t.Errorf("a late draft came back: %v, %v", drafts, err)
	}
}

func TestWhatWasTypedAfterTheIntentIsKept(t *testing.T) {
	s := open(t, config(t.TempDir()))
	in := intent(contact(t, desk.Contact{ID: "d1", At: 5, Content: "saved"}))
	in.Draft, in.At = "d1", 100
	commit(t, s, in)
	for _, d := range []desk.Draft{{ID: "d1", Content: "late timer", Changed: 100}, {ID: "d1", Content: "typed on", Changed: 101}} {
		if err := s.KeepDraft(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		drafts, err := s.Drafts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if kept := len(drafts) == 1; kept != (d.Changed > in.At) {
			t.Errorf("%s: %d drafts", d.Content, len(drafts))
		}
	}
}

func TestTheOutboxTellsTheOldestThatWaits(t *testing.T) {
	s := open(t, config(t.TempDir()))
	if o := outbox(t, s); o.OldestN != 0 || o.Pending != 0 {
		t.Errorf("a new store waits for %+v", o)
	}
	for _, id := range []string{"d1", "d2"} {
		commit(t, s, intent(contact(t, desk.Contact{ID: id, At: 5})))
	}
	if o := outbox(t, s); o.OldestN != 1 || o.Pending != 2 || o.Oldest != 1000 {
		t.Errorf("two wait: %+v", o)
	}
	up := page("", "1")
	up.LastN = 1
	apply(t, s, up)
	if o := outbox(t, s); o.OldestN != 2 || o.Pending != 1 {
		t.Errorf("one is up: %+v", o)
	}
	up = page("1", "2")
	up.LastN = 2
	apply(t, s, up)
	if o := outbox(t, s); o.OldestN != 0 || o.Pending != 0 {
		t.Errorf("all is up: %+v", o)
	}
}
