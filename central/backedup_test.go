package central_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
)

func TestDesksForgetOnlyWhatLiesInTwoBackupsThatAreInASafePlace(t *testing.T) {
	dir, away := t.TempDir(), t.TempDir()
	r := newRig(t, central.Config{Dir: dir})
	r.user("li", desk.RoleAgent, "sales")
	token, n := r.token("li"), int64(0)
	work := func() {
		t.Helper()
		n++
		r.push(token, deskA, customer(n, fmt.Sprint("customer-", n), `{"name":"张三"}`))
	}
	backup := func(name string) string {
		t.Helper()
		file := filepath.Join(away, name)
		if err := r.central.Backup(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		return file
	}
	told := func(file string) int {
		t.Helper()
		desks, err := r.central.BackedUp(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		return desks
	}
	backedUp := func(want int64) {
		t.Helper()
		if p := r.pull(token, deskA, "", "", n); !p.Last || p.BackedUpN != want {
			t.Errorf("with %d ops: backed up %d, want %d", n, p.BackedUpN, want)
		}
	}
	work()
	one := backup("1")
	backedUp(0) // nobody said that it is in a safe place
	told(one)
	told(one) // the same one is not a second one
	backedUp(0)
	work()
	two := backup("2")
	if got := told(two); got != 1 {
		t.Errorf("%d desks", got)
	}
	backedUp(1)
	work()
	three := backup("3")
	told(three)
	told(one) // an old one changes nothing
	backedUp(2)
	work()

	// What is not a backup of this data's own past does not count.
	damaged := filepath.Join(away, "damaged")
	text, err := os.ReadFile(three)
	if err != nil {
		t.Fatal(err)
	}
	copy(text[len(text)/2:], make([]byte, 4096))
	if err := os.WriteFile(damaged, text, 0o600); err != nil {
		t.Fatal(err)
	}
	other := newRig(t, central.Config{})
	foreign := filepath.Join(away, "foreign")
	if err := other.central.Backup(t.Context(), foreign); err != nil {
		t.Fatal(err)
	}
	four := backup("4")
	if err := r.central.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := central.Restore(t.Context(), dir, three, time.Now()); err != nil {
		t.Fatal(err)
	}
	r = newRig(t, central.Config{Dir: dir})
	token, n = r.token("li"), 3
	for _, file := range []string{foreign, four} {
		if _, err := r.central.BackedUp(t.Context(), file); !errors.Is(err, desk.ErrConflict) {
			t.Errorf("%s counts: %v", file, err)
		}
	}
	for _, file := range []string{damaged, filepath.Join(away, "nowhere")} {
		if _, err := r.central.BackedUp(t.Context(), file); err == nil {
			t.Errorf("%s counts", file)
		}
	}
	backedUp(1) // as the backup has it
	told(three)
	backedUp(2)
}
