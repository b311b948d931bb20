package localstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/powercut"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/localstore/vault"
)

// What had happened when the power was cut: the numbers are marks in the disk's history.
const (
	markKeeping = 1 // the keyring has the old key or the new one
	markKept    = 2 // it has the new one
	markSaved   = 3 // and so many contacts more were acknowledged, less three
	markDone    = 1000
)

func TestARotationSurvivesPowerCuts(t *testing.T) {
	const contactsBefore = 12
	made := config(t.TempDir())
	if err := shelved(t, made, contactsBefore).Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(made.Path)
	if err != nil {
		t.Fatal(err)
	}
	before, dir := powercut.Image{"desk.db": b}, t.TempDir()
	if err := before.Put(dir); err != nil {
		t.Fatal(err)
	}
	disk, err := powercut.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	s := unclosed(t, config(dir).On(disk))
	_, public := recoveryPair(t)
	sealTo(t, s, public)
	ring := keyring{}
	err = s.Rotate(t.Context(), func(key [32]byte) error {
		disk.Mark(markKeeping)
		return ring.keep(key)
	})
	if err != nil {
		t.Fatal(err)
	}
	disk.Mark(markKept)
	n := 0
	finish(t, s, func(turn localstore.KeyTurn) {
		if turn.On {
			commit(t, s, intent(contact(t, desk.Contact{ID: fmt.Sprint("meanwhile", n), Customer: "c1", At: 1})))
			disk.Mark(markSaved + n)
			n++
		}
	})
	disk.Mark(markDone)
	commit(t, s, intent(contact(t, desk.Contact{ID: "after", Customer: "c1", At: 1})))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	history := disk.History()
	tries := max(60, *cuts/4) / race.Fewer(1, 6)
	at := make([]int, tries)
	for i := range at {
		at[i] = i * (history.Len() + 1) / tries
	}
	lost := 0
	history.Cuts(at, *cutSeed, func(_ int, c powercut.Cut) {
		for _, key := range [][32]byte{made.Key, ring.key} {
			if key == ring.key && c.Mark < markKeeping || key == made.Key && c.Mark >= markKept && c.Mark < markDone {
				continue // in the second case it would do, too, but no keyring has it
			}
			want := contactsBefore
			switch {
			case c.Mark >= markDone:
				want += n
			case c.Mark >= markSaved:
				want += c.Mark - markSaved + 1
			}
			if err := rotationComesThrough(t.Context(), t.TempDir(), c, key, ring.key, want); err != nil {
				if lost++; lost < 4 {
					t.Errorf("cut after %d of %d (mark %d, new key %t): %v", c.At, history.Len(), c.Mark, key == ring.key, err)
				}
			}
		}
	})
	t.Logf("%d cuts in %d actions, %d commits meanwhile; %d lost", tries, history.Len(), n, lost)
}

// rotationComesThrough opens what a power cut left with a key the keyring may have, finishes the rotation, and sees
// that the new key alone opens every page.
func rotationComesThrough(ctx context.Context, dir string, c powercut.Cut, key, next [32]byte, want int) error {
	if err := c.Image.Put(dir); err != nil {
		return err
	}
	cfg := config(dir)
	cfg.Key = key
	s, err := localstore.Open(ctx, cfg)
	if c.Mark >= markDone && key != next {
		if !errors.Is(err, desk.ErrWrongKey) {
			return fmt.Errorf("the old key: %w", err)
		}
		return nil
	}
	if err != nil {
		return err
	}
	defer s.Close()
	counts, err := s.Count(ctx)
	if got := counts[desk.TableContact]; err != nil || got < want || got > want+1 {
		return fmt.Errorf("%d contacts of %d, %w", got, want, err)
	}
	if err := s.Check(ctx); err != nil {
		return err
	}
	turn := s.KeyTurn()
	if !turn.On && c.Mark >= markKept && c.Mark < markSaved {
		return errors.New("the rotation is forgotten")
	}
	if turn.On && turn.Waiting {
		if err := s.Rotate(ctx, func(k [32]byte) error { key = k; return nil }); err != nil {
			return err
		}
		if key != next {
			return errors.New("another new key")
		}
	}
	if err := s.FinishRotation(ctx, nil); err != nil {
		return err
	}
	epoch := s.Epoch()
	if turn.On && epoch != 2 {
		return fmt.Errorf("epoch %d", epoch)
	}
	if err := s.Close(); err != nil {
		return err
	}
	r, err := vault.Examine(ctx, filepath.Join(dir, "desk.db"), vault.NewRing(epoch, key))
	if err != nil || !r.Good() || len(r.Epochs) != 1 {
		return fmt.Errorf("%+v, %w", r, err)
	}
	return nil
}
