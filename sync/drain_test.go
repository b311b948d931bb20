package sync_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
	datasync "github.com/callbench/callbench/sync"
)

// openStore opens a store that no client drives yet.
func (s *server) openStore(t *testing.T, user string) *localstore.Store {
	t.Helper()
	store, err := localstore.Open(t.Context(), localstore.Config{
		Path: filepath.Join(t.TempDir(), "desk.db"), Key: [32]byte{1}, Org: s.central.Org(), User: user,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func save(t *testing.T, store *localstore.Store, changes ...desk.Change) {
	t.Helper()
	if _, err := store.Commit(t.Context(), desk.Intent{ID: newID(), Kind: "test", At: 1, Changes: changes}); err != nil {
		t.Fatal(err)
	}
}

func TestWhoHasGoneHomeIsDrainedWithTheTokenThatWasKept(t *testing.T) {
	s := newServer(t, central.Config{})
	store := s.openStore(t, "li")
	var ids []string
	for range 150 {
		id := newID()
		ids = append(ids, id)
		save(t, store, change(desk.TableContact, id, desk.Contact{ID: id, At: 1000, Content: "before going home"}))
	}
	save(t, store, desk.Change{Table: desk.TableContact, Key: newID(), Fields: []byte(`{"at":1,"agent":"root"}`)})
	cfg := datasync.Config{URL: s.url(), User: "li", Store: store, Tokens: fixedToken(s.token("li"))}
	if err := datasync.Drain(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		if _, err := s.central.Contact(t.Context(), id); err != nil {
			t.Errorf("note %d: %v", i, err)
		}
	}
	o, err := store.Outbox(t.Context())
	if err != nil || o.Pending != 0 || len(o.Refused) != 1 {
		t.Errorf("left: %d pending, %d refused, %v", o.Pending, len(o.Refused), err)
	}
}

func TestADrainWithoutATokenEndsAndKeepsEverything(t *testing.T) {
	s := newServer(t, central.Config{})
	store := s.openStore(t, "li")
	id := newID()
	save(t, store, change(desk.TableContact, id, desk.Contact{ID: id, At: 1000}))
	for _, tokens := range []datasync.TokenStore{nil, fixedToken("not good any more")} {
		err := datasync.Drain(t.Context(), datasync.Config{URL: s.url(), User: "li", Store: store, Tokens: tokens})
		if !errors.Is(err, desk.ErrForbidden) {
			t.Errorf("with token %v: %v", tokens, err)
		}
	}
	if o, err := store.Outbox(t.Context()); err != nil || o.Pending != 1 {
		t.Errorf("left: %+v, %v", o, err)
	}
}
