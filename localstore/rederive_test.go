package localstore_test

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/localstore"
)

// killed gives the configuration of the file as it would be found if its program ended now.
func killed(t *testing.T, cfg localstore.Config) localstore.Config {
	t.Helper()
	to := cfg
	to.Path = filepath.Join(t.TempDir(), "desk.db")
	for _, side := range []string{"", "-wal"} {
		if err := copyFile(cfg.Path+side, to.Path+side); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	return to
}

func TestDerivingAnewLosesNoHitAndGoesOnWhereItWasCut(t *testing.T) {
	cfg := fixtureConfig(filepath.Join(t.TempDir(), "desk.db"))
	if err := copyFile("testdata/v1.store", cfg.Path); err != nil {
		t.Fatal(err)
	}
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	people := fixtureCustomers()
	texts := func(c desk.Customer) []string {
		e := c.Phones[0].E164
		return []string{e, e[len(e)-7:], c.Name, string([]rune(c.Name)[1:]), localstore.ReadingsOf(c.Name)[0], c.Number}
	}
	steps, one := 0, race.Fewer(7, 97) // of so many people is sought between two steps
	for more := true; more; steps++ {
		for i, c := range people {
			if i < 6 || i%one != steps%one { // some were changed or have left
				continue
			}
			for _, text := range texts(c) {
				if !finds(t, s, text, c.ID) {
					t.Fatalf("after %d steps, %q does not find customer %d", steps, text, i)
				}
			}
		}
		switch steps {
		case 2: // changed while it is under way: one that is through, one that is not
			for _, i := range []int{6, 110} {
				commit(t, s, intent(set(t, people[i].ID, map[string]any{"name": "仇" + people[i].Name})))
				people[i].Name = "仇" + people[i].Name
			}
		case 4, 12, 28:
			if cfg = killed(t, cfg); s.Close() != nil {
				t.Fatal("close")
			}
			if s, err = localstore.Open(t.Context(), cfg); err != nil {
				t.Fatal(err)
			}
		}
		if more, err = s.Rederive(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if steps < 30 || steps > 80 {
		t.Errorf("%d steps: it began again or did too much at once", steps)
	}
	older, err := s.HasOlder(t.Context())
	if older || err != nil {
		t.Errorf("tables of the first schema are there: %t, %v", older, err)
	}
	if err := errors.Join(s.Check(t.Context()), s.Close()); err != nil {
		t.Error(err)
	}
	if s, err = localstore.Open(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	for i, c := range people[6:] {
		for _, text := range append(texts(c), fmt.Sprint(c.Company)) {
			if text != "" && !finds(t, s, text, c.ID) {
				t.Errorf("at last, %q does not find customer %d", text, i+6)
			}
		}
	}
	if more, err := s.Rederive(t.Context()); more || err != nil {
		t.Errorf("there is more to do: %t, %v", more, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func finds(t testing.TB, s *localstore.Store, text, id string) bool {
	t.Helper()
	hits, err := s.Search(t.Context(), text, 200)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hits {
		if h.Customer.ID == id {
			return true
		}
	}
	return false
}

func TestWhoseFileItIsIsLearntLater(t *testing.T) {
	cfg := config(t.TempDir())
	user := cfg.User
	cfg.User = ""
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, s, page("", "1",
		row(t, desk.TableCustomer, "a", 1, desk.Customer{ID: "a", Name: "李一"}),
		row(t, desk.TableCustomer, "z", 1, desk.Customer{ID: "z", Name: "李子", Owner: user})))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	cfg.User = user
	s = open(t, cfg)
	if ids := found(t, s, "李"); ids != "a z" {
		t.Errorf("found %s", ids)
	}
	if !s.Settle(t.Context()) {
		t.Error("a chore failed")
	}
	if ids := found(t, s, "李"); ids != "z a" {
		t.Errorf("found %s", ids)
	}
}

func TestMergedWordsFindTheSame(t *testing.T) {
	s := people(t)
	for i := range 40 {
		commit(t, s, intent(customer(t, desk.Customer{ID: fmt.Sprint("m", i), Name: fmt.Sprint("赵", i), Company: "合并"})))
	}
	many, err := s.Segments(t.Context())
	before := found(t, s, "并")
	err3 := s.MergeWords(t.Context())
	few, err2 := s.Segments(t.Context())
	if err := errors.Join(err, err2, err3); err != nil || many <= 1 || few != 1 {
		t.Errorf("%d segments, then %d, %v", many, few, err)
	}
	if after := found(t, s, "并"); after != before {
		t.Errorf("found %s, was %s", after, before)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
