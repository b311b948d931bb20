package localstore_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/powercut"
	"github.com/callbench/callbench/localstore"
)

// TestADayOnADiskThatFailsNowAndThen: a scanner opens the files, a share drops out, a quota is met; whatever was refused
// works when it is tried again, and at the end everything is as on a good disk.
func TestADayOnADiskThatFailsNowAndThen(t *testing.T) {
	acts := day(t)
	good := live(t, nil, acts, nil)
	disk, err := powercut.New(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	cfg := fixtureConfig(filepath.Join(t.TempDir(), "desk.db")).On(disk)
	chance, refused := rand.New(rand.NewPCG(4, 4)), 0 // a fault needs no secrecy
	faults := []func(powercut.Op) *powercut.Fault{powercut.Held, powercut.Broken, powercut.NoSpace, powercut.NoQuota, powercut.ReadOnly}
	kinds, rare := 0, 300 // to make a file takes many writes, of which none may fail
	disk.Fail(func(op powercut.Op) *powercut.Fault {
		if chance.IntN(rare) > 0 {
			return nil
		}
		kinds++
		return faults[kinds%len(faults)](op)
	})
	defer disk.Fail(nil)
	var s *localstore.Store
	again := func(what string, f func() error) {
		t.Helper()
		for n := 0; ; n++ {
			err := f()
			if err == nil {
				return
			}
			if refused++; n == 200 {
				t.Fatalf("%s never works: %v", what, err)
			}
		}
	}
	reopen := func() {
		if s != nil {
			_ = s.Close() // what it could not fold stays in the log
		}
		again("opening", func() (err error) {
			s, err = localstore.Open(t.Context(), cfg)
			return err
		})
	}
	reopen()
	rare = 60
	defer func() { s.Close() }() // looked at before
	for _, a := range acts {
		switch {
		case a.do == nil:
			reopen()
		case a.name == "fold": // nobody waits for it
			_ = a.do(t.Context(), s)
		default:
			again(a.name, func() error { return a.do(t.Context(), s) })
		}
	}
	disk.Fail(nil)
	want, got := sameSnapshot(good.kept[len(acts)]), sameSnapshot(kept(t, s))
	if !maps.Equal(want, got) {
		t.Error(difference(want, got))
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if refused < 10 {
		t.Errorf("only %d acts were refused", refused)
	}
}

// TestAFileThatAnotherProgramHoldsForAMomentIsWaitedFor: locks that come back within the time a save may take are not even told.
func TestAFileThatAnotherProgramHoldsForAMomentIsWaitedFor(t *testing.T) {
	disk, _, s := onDisk(t)
	until := time.Now().Add(300 * time.Millisecond)
	disk.Fail(func(op powercut.Op) *powercut.Fault {
		if op.Action == powercut.Lock && time.Now().Before(until) {
			return powercut.Held(op)
		}
		return nil
	})
	commit(t, s, intent(contact(t, desk.Contact{ID: "k1"})))
	if time.Now().Before(until) {
		t.Error("it did not wait")
	}
}

// TestAFileThatAnotherProgramHoldsIsTold: the agent reads why, drafts stay, and the same save works when it is over.
func TestAFileThatAnotherProgramHoldsIsTold(t *testing.T) {
	disk, cfg, s := onDisk(t)
	if err := s.Patience(t.Context(), 50*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	draft := desk.Draft{ID: "d1", Content: "写到一半", Changed: 1}
	if err := s.KeepDraft(t.Context(), draft); err != nil {
		t.Fatal(err)
	}
	in := intent(contact(t, desk.Contact{ID: "k1", Content: "写完"}))
	in.Draft = "d1"
	try := func(ctx context.Context) error {
		_, err := s.Commit(ctx, in)
		return err
	}
	held := func(op powercut.Op) *powercut.Fault {
		if op.Action == powercut.Lock || op.Action == powercut.Read { // it takes SQLite ten seconds to give up
			return nil
		}
		return powercut.Held(op)
	}
	disk.Fail(held)
	wantErr(t, try(t.Context()), desk.ErrHeld)
	disk.Fail(nil)
	other := open(t, cfg) // another process, say
	err := other.WhileWriting(t.Context(), func() { wantErr(t, try(t.Context()), desk.ErrHeld) })
	if err != nil {
		t.Fatal(err)
	}
	if drafts, err := s.Drafts(t.Context()); err != nil || len(drafts) != 1 || drafts[0].Content != draft.Content {
		t.Errorf("drafts %+v, %v", drafts, err)
	}
	if done := commit(t, s, in); done.N != 1 {
		t.Errorf("once nobody holds it: %+v", done)
	}
	disk.Fail(held)
	_, err = localstore.Open(t.Context(), cfg)
	disk.Fail(nil)
	wantErr(t, err, desk.ErrHeld)
}

// TestAStoreOnADiskThatIsReadOnlyIsToldWhenItIsOpened, and nothing is changed.
func TestAStoreOnADiskThatIsReadOnlyIsToldWhenItIsOpened(t *testing.T) {
	dir := t.TempDir()
	cfg := fixtureConfig(filepath.Join(dir, "desk.db"))
	if err := open1(t, cfg); err != nil {
		t.Fatal(err)
	}
	disk, err := powercut.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	disk.Fail(powercut.ReadOnly)
	_, err = localstore.Open(t.Context(), cfg.On(disk))
	wantErr(t, err, desk.ErrReadOnly)
	disk.Fail(nil)
	s, err := localstore.Open(t.Context(), cfg.On(disk))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Check(t.Context()), s.Close()); err != nil {
		t.Error(err)
	}
}

// open1 makes a store with something in it.
func open1(t *testing.T, cfg localstore.Config) error {
	t.Helper()
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		return err
	}
	commit(t, s, intent(contact(t, desk.Contact{ID: fmt.Sprint("k", 1), Content: strings.Repeat("字", 10)})))
	return s.Close()
}
