package localstore_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/powercut"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
)

// illness is a way in which a disk fails, and what the store must call it; nil: no name of its own.
type illness struct {
	name  string
	fault func(powercut.Op) *powercut.Fault
	want  error
}

func illnesses() []illness {
	return []illness{
		{"disk full", powercut.NoSpace, desk.ErrDiskFull},
		{"quota", powercut.NoQuota, desk.ErrDiskFull},
		{"read-only", powercut.ReadOnly, desk.ErrReadOnly},
		{"broken", func(op powercut.Op) *powercut.Fault {
			if op.Action == powercut.Open || op.Action == powercut.Read || op.Action == powercut.Lock {
				return nil
			}
			return powercut.Broken(op)
		}, nil},
	}
}

// failing falls ill at the nth action that the illness knows, and stays so, or not.
type failing struct {
	n, seen int
	stays   bool
	fault   func(powercut.Op) *powercut.Fault
}

func (f *failing) next(op powercut.Op) *powercut.Fault {
	fault := f.fault(op)
	if fault == nil {
		return nil
	}
	if f.seen++; f.seen == f.n || f.stays && f.seen > f.n {
		return fault
	}
	return nil
}

// onDisk opens a store on a disk that can fail.
func onDisk(t *testing.T) (*powercut.Disk, localstore.Config, *localstore.Store) {
	t.Helper()
	dir := t.TempDir()
	disk, err := powercut.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(disk.Close)
	cfg := fixtureConfig(filepath.Join(dir, "desk.db")).On(disk)
	s := open(t, cfg)
	t.Cleanup(func() { disk.Fail(nil) })
	return disk, cfg, s
}

func kept(t *testing.T, s *localstore.Store) map[string]string {
	t.Helper()
	k, err := s.Kept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestEveryWriteOfASaveMayFail fails every write, sync and truncation in turn of everything a desk does. Nothing
// may be half there, the drafts must be, and the same must work as soon as the disk does.
func TestEveryWriteOfASaveMayFail(t *testing.T) {
	for _, ill := range illnesses() {
		for _, stays := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s stays=%t", ill.name, stays), func(t *testing.T) {
				t.Parallel()
				everyWriteFails(t, ill, stays)
			})
		}
	}
}

func everyWriteFails(t *testing.T, ill illness, stays bool) {
	disk, _, s := onDisk(t)
	people := slices.Collect(sample.Customers(6, 40, "east", fixtureNow))
	cursor := 0
	round := 0
	acts := map[string]func(context.Context) error{
		"save": func(ctx context.Context) error {
			in := intent(contact(t, desk.Contact{ID: fmt.Sprint("k", round), Customer: people[0].ID, Content: strings.Repeat("字", 3000)}))
			in.ID, in.Draft = fmt.Sprint("i", round), fmt.Sprint("d", round)
			_, err := s.Commit(ctx, in)
			return err
		},
		"draft": func(ctx context.Context) error {
			return s.KeepDraft(ctx, desk.Draft{ID: fmt.Sprint("d", round), Content: "写到一半", Changed: 5})
		},
		"setting": func(ctx context.Context) error { return s.SetSetting(ctx, "round", fmt.Sprint(round)) },
		"page": func(ctx context.Context) error {
			p := desk.Page{Epoch: "e", From: cursorOf(cursor), To: cursorOf(cursor + 1)}
			for i, c := range people {
				c.Title = fmt.Sprint(cursor)
				p.Rows = append(p.Rows, row(t, desk.TableCustomer, c.ID, int64(cursor*100+i+1), c))
			}
			_, err := s.ApplyPage(ctx, p)
			if err == nil {
				cursor++
			}
			return err
		},
	}
	failures := 0
	for _, name := range []string{"draft", "setting", "page", "save"} {
		for n := 1; ; n += fewer(1) {
			round++
			if name == "save" && s.KeepDraft(t.Context(), desk.Draft{ID: fmt.Sprint("d", round), Content: "写到一半", Changed: 5}) != nil {
				t.Fatal("the draft is not kept")
			}
			before := kept(t, s)
			f := failing{n: n, stays: stays, fault: ill.fault}
			disk.Fail(f.next)
			err := acts[name](t.Context())
			after := kept(t, s) // a disk that cannot be written can be read
			disk.Fail(nil)
			if f.seen < n { // nothing failed
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				break
			}
			failures++
			if err == nil || ill.want != nil && !errors.Is(err, ill.want) {
				t.Errorf("%s, failure %d: %v, want %v", name, n, err, ill.want)
			}
			if !maps.Equal(before, after) {
				t.Errorf("%s, failure %d: %s", name, n, difference(before, after))
			}
			if err := acts[name](t.Context()); err != nil {
				t.Fatalf("%s, failure %d: once the disk works: %v", name, n, err)
			}
		}
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if failures < 12/fewer(1) {
		t.Errorf("only %d failures", failures)
	}
}

// fewer is how far the next failure lies from one: under the race detector a fifth of them is tried.
func fewer(step int) int {
	return race.Fewer(step, 5*step)
}

// TestEveryWriteOfACheckpointMayFail: whatever fails while the log is folded, saves go on and nothing is lost, even by a
// power cut behind it. A sync that fails drops what waited for it.
func TestEveryWriteOfACheckpointMayFail(t *testing.T) {
	for _, ill := range illnesses() {
		t.Run(ill.name, func(t *testing.T) {
			t.Parallel()
			for n, more := 1, true; more; n += fewer(3) {
				more = checkpointFails(t, ill, n)
			}
		})
	}
}

func checkpointFails(t *testing.T, ill illness, n int) (failed bool) {
	t.Helper()
	dir := t.TempDir()
	disk, err := powercut.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	s, err := localstore.Open(t.Context(), fixtureConfig(filepath.Join(dir, "desk.db")).On(disk))
	if err != nil {
		t.Fatal(err)
	}
	save := func(i int) {
		commit(t, s, intent(contact(t, desk.Contact{ID: fmt.Sprint("k", i), Content: strings.Repeat("字", 2000)})))
	}
	for i := range 4 {
		save(i)
	}
	f := failing{n: n, fault: ill.fault}
	disk.Fail(f.next)
	err = s.Fold(t.Context())
	disk.Fail(nil)
	if failed = f.seen >= n; failed && (err == nil || ill.want != nil && !errors.Is(err, ill.want)) {
		t.Errorf("failure %d: %v", n, err)
	}
	save(10)
	if err := s.Fold(t.Context()); err == nil { // after a failed sync it must not be believed
		save(11) // begins the log anew, over what might have been needed
	}
	l := life{history: disk.History()}
	want := kept(t, s)
	if err := s.Close(); err != nil && !failed {
		t.Error(err)
	}
	l.history.Cuts([]int{l.history.Len(), l.history.Len(), l.history.Len()}, uint64(n), func(_ int, c powercut.Cut) {
		dir := t.TempDir()
		if err := c.Image.Put(dir); err != nil {
			t.Fatal(err)
		}
		again := open(t, fixtureConfig(filepath.Join(dir, "desk.db")))
		if got := kept(t, again); !maps.Equal(got, want) {
			t.Errorf("failure %d, then a power cut: %s", n, difference(want, got))
		}
		if err := again.Check(t.Context()); err != nil {
			t.Errorf("failure %d, then a power cut: %v", n, err)
		}
	})
	return failed
}

// TestEveryWriteOfOpeningMayFail does the same to a store that is made and to one that is migrated.
func TestEveryWriteOfOpeningMayFail(t *testing.T) {
	for _, from := range []string{"", "testdata/v1.store"} {
		for _, ill := range illnesses() {
			t.Run(ill.name+" "+filepath.Base(from), func(t *testing.T) {
				t.Parallel()
				step := 1
				if from != "" {
					step = 7 // it writes a lot
				}
				for n, more := 1, true; more; n += fewer(step) {
					more = openingFails(t, from, ill, n)
				}
			})
		}
	}
}

func openingFails(t *testing.T, from string, ill illness, n int) (failed bool) {
	t.Helper()
	dir := t.TempDir()
	defer os.RemoveAll(dir) // t does it again
	cfg := fixtureConfig(filepath.Join(dir, "desk.db"))
	if from != "" {
		if err := copyFile(from, cfg.Path); err != nil {
			t.Fatal(err)
		}
	}
	disk, err := powercut.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	f := failing{n: n, stays: true, fault: ill.fault}
	disk.Fail(f.next)
	s, err := localstore.Open(t.Context(), cfg.On(disk))
	failed = f.seen >= n
	if failed && (err == nil || ill.want != nil && !errors.Is(err, ill.want)) {
		t.Errorf("failure %d: %v", n, err)
	}
	disk.Fail(nil)
	if err == nil {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if s, err = localstore.Open(t.Context(), cfg.On(disk)); err != nil {
		t.Fatalf("failure %d: once the disk works: %v", n, err)
	}
	defer s.Close() // told by Check
	if got := kept(t, s); from != "" && len(got) < 100 {
		t.Errorf("failure %d: %d rows are left", n, len(got))
	}
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("failure %d: %v", n, err)
	}
	return failed
}

// TestASyncOfTheDatabaseThatFailedIsNotForgotten: part of the log is in the database, unsynced, and the sync that was to make it
// durable fails and drops it. A second sync would succeed and mean nothing; the log must not begin anew.
func TestASyncOfTheDatabaseThatFailedIsNotForgotten(t *testing.T) {
	disk, _, s := onDisk(t)
	save := func(i int) {
		commit(t, s, intent(contact(t, desk.Contact{ID: fmt.Sprint("k", i), Content: strings.Repeat("字", 2000)})))
	}
	save(1)
	err := s.WhileRead(t.Context(), func() {
		save(2)
		if err := s.Fold(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	disk.Fail(func(op powercut.Op) *powercut.Fault {
		if op.Action == powercut.Sync {
			return powercut.Broken(op)
		}
		return nil
	})
	if err := s.Flush(t.Context()); err == nil {
		t.Fatal("the sync did not fail")
	}
	disk.Fail(nil)
	if err := s.Fold(t.Context()); err == nil {
		t.Error("a checkpoint was believed")
	}
	save(3)
	want := kept(t, s)
	disk.History().Cuts([]int{disk.History().Len()}, 1, func(_ int, c powercut.Cut) {
		dir := t.TempDir()
		if err := c.Image.Put(dir); err != nil {
			t.Fatal(err)
		}
		again := open(t, fixtureConfig(filepath.Join(dir, "desk.db")))
		if got := kept(t, again); !maps.Equal(got, want) {
			t.Error(difference(want, got))
		}
	})
	disk.Fail(func(op powercut.Op) *powercut.Fault { return nil })
}
