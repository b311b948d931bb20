package localstore_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

func TestAFileJoinsTheOrganisationThatItsUserSignsInTo(t *testing.T) {
	s, err := localstore.Open(t.Context(), localstore.Config{Path: filepath.Join(t.TempDir(), "desk.db"), Key: [32]byte{1}, User: "lin"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	save := func(n byte) {
		id := "01890000-0000-7000-8000-00000000000" + string('0'+n)
		_, err := s.Commit(t.Context(), desk.Intent{ID: id, Kind: "contact.save", At: 1, Changes: []desk.Change{
			{Table: desk.TableContact, Key: id, Fields: []byte(`{"id":"` + id + `","at":1,"content":"一"}`)},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	links := func() int {
		ops, err := s.Pending(t.Context(), 0, 100, 0)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, op := range ops {
			if len(op.Link) > 0 {
				n++
			}
		}
		return n
	}
	save(1)
	if links() != 0 {
		t.Fatal("chained to no organisation")
	}
	for range 2 {
		if err := s.Join(t.Context(), "bank"); err != nil {
			t.Fatal(err)
		}
	}
	save(2)
	if r, err := s.Replica(t.Context()); err != nil || r.Org != "bank" || links() != 1 {
		t.Fatalf("%+v %v, %d chained", r, err, links())
	}
	if err := s.Join(t.Context(), "shop"); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("joined a second organisation: %v", err)
	}
	if err := s.Join(t.Context(), ""); err != nil {
		t.Error(err)
	}
}
