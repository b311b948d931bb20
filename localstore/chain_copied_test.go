package localstore_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// A disk that is copied while it takes a new desk id has the same id on both copies: their chains must be the same, too, as
// far as both have done the same. What either writes from there on tells them apart by its number.
func TestADiskThatIsCopiedWhileItTakesANewDeskHasOneChain(t *testing.T) {
	cfg := config(t.TempDir())
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 25 {
		commit(t, s, intent(note(t, fmt.Sprintf("contact-%d", i), "words")))
	}
	if err := errors.Join(s.BeginNewDesk(t.Context()), s.Close()); err != nil {
		t.Fatal(err)
	}
	var copies [2][]desk.Op
	var names [2]string
	for i, cfg := range []localstore.Config{cfg, copyStore(t, cfg)} {
		s := open(t, cfg)
		r, err := s.NewDesk(t.Context()) // goes on
		if err != nil {
			t.Fatal(err)
		}
		if copies[i], err = s.Pending(t.Context(), 0, 100, 0); err != nil || len(copies[i]) != 25 {
			t.Fatalf("%d ops wait, %v", len(copies[i]), err)
		}
		names[i] = r.Desk
		sound(t, s, 50)
	}
	if names[0] != names[1] {
		t.Errorf("the copies are %v", names)
	}
	for i, op := range copies[0] {
		if o := copies[1][i]; o.ID != op.ID || !bytes.Equal(o.Link, op.Link) || !bytes.Equal(o.Salt, op.Salt) {
			t.Fatalf("op %d differs", op.N)
		}
		if i > 0 && bytes.Equal(op.Salt, copies[0][i-1].Salt) {
			t.Fatalf("op %d has the salt of the one before", op.N)
		}
	}
}
