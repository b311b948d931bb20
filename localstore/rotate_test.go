package localstore_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/localstore/vault"
)

// keyring stands for the place a desk keeps its key in.
type keyring struct{ key [32]byte }

func (k *keyring) keep(key [32]byte) error { k.key = key; return nil }

// shelved makes a store with n contacts of some pages each, nearly all of them in the database itself.
func shelved(t testing.TB, cfg localstore.Config, n int) *localstore.Store {
	t.Helper()
	s := unclosed(t, cfg)
	commit(t, s, intent(customer(t, zhang())))
	for i := range n {
		commit(t, s, intent(contact(t, stock(i))))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return unclosed(t, cfg)
}

// unclosed opens a store that the test closes by itself, or leaves as a dead machine would.
func unclosed(t testing.TB, cfg localstore.Config) *localstore.Store {
	t.Helper()
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // once more does no harm
	return s
}

func stock(i int) desk.Contact {
	return desk.Contact{ID: fmt.Sprintf("s%d", i), Customer: "c1", At: desk.Millis(i + 1), Content: "very-secret-words" + strings.Repeat("长", 10_000)}
}

func contacts(t testing.TB, s *localstore.Store) int {
	t.Helper()
	counts, err := s.Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return counts[desk.TableContact]
}

func finish(t testing.TB, s *localstore.Store, progress func(localstore.KeyTurn)) {
	t.Helper()
	if err := s.FinishRotation(t.Context(), progress); err != nil {
		t.Fatal(err)
	}
}

// onlyOpens sees that a closed store opens with one key and not with another, that it is whole, and that it
// needs no side file.
func onlyOpens(t *testing.T, cfg localstore.Config, key, not [32]byte, want int) {
	t.Helper()
	cfg.Key = not
	_, err := localstore.Open(t.Context(), cfg)
	wantErr(t, err, desk.ErrWrongKey)
	cfg.Key = key
	s := unclosed(t, cfg)
	if n := contacts(t, s); n != want {
		t.Errorf("%d contacts, want %d", n, want)
	}
	err = s.Check(t.Context())
	epoch := s.Epoch()
	if err := errors.Join(err, s.Close()); err != nil {
		t.Error(err)
	}
	r, err := vault.Examine(t.Context(), cfg.Path, vault.NewRing(epoch, key))
	if err != nil || !r.Good() || len(r.Epochs) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestTheKeyIsRotatedWhileTheStoreIsInUse(t *testing.T) {
	cfg := config(t.TempDir())
	s := shelved(t, cfg, 40)
	ctx, stop := context.WithCancel(t.Context())
	var parts sync.WaitGroup
	parts.Go(func() { _ = s.Maintain(ctx) })
	for range 2 {
		parts.Go(func() {
			for ctx.Err() == nil {
				if counts, err := s.Count(ctx); err == nil && counts[desk.TableContact] < 40 {
					t.Errorf("%d contacts", counts[desk.TableContact])
				}
			}
		})
	}
	ring := keyring{}
	if err := s.Rotate(ctx, ring.keep); err != nil {
		t.Fatal(err)
	}
	n := 40
	for ; s.KeyTurn().On && n < 20_000; n++ { // commits go on until it is done
		commit(t, s, intent(contact(t, stock(n))))
	}
	if turn := s.KeyTurn(); turn.On || s.Epoch() != 2 {
		t.Fatalf("%+v after %d commits", turn, n)
	}
	commit(t, s, intent(contact(t, stock(n))))
	stop()
	parts.Wait()
	if _, err := os.Stat(cfg.Path + ".keys"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a side file is left: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	onlyOpens(t, cfg, ring.key, cfg.Key, n+1)
	t.Logf("%d commits meanwhile", n-40)
}

// copyStore copies what a dead machine would leave: nobody writes meanwhile.
func copyStore(t *testing.T, from localstore.Config) localstore.Config {
	t.Helper()
	to := from
	to.Path = filepath.Join(t.TempDir(), "desk.db")
	for _, end := range []string{"", "-wal", ".keys"} {
		b, err := os.ReadFile(from.Path + end)
		if errors.Is(err, os.ErrNotExist) && end != "" {
			continue
		}
		if err == nil {
			err = os.WriteFile(to.Path+end, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func TestARotationGoesOnWhereverItWasCut(t *testing.T) {
	cfg := config(t.TempDir())
	s := shelved(t, cfg, 40)
	ring := keyring{}
	var cuts []localstore.Config
	err := s.Rotate(t.Context(), func(key [32]byte) error {
		cuts = append(cuts, copyStore(t, cfg)) // before the keyring has it
		return ring.keep(key)
	})
	if err != nil {
		t.Fatal(err)
	}
	cuts = append(cuts, copyStore(t, cfg))
	finish(t, s, func(turn localstore.KeyTurn) {
		if turn.On {
			cuts = append(cuts, copyStore(t, cfg))
		}
	})
	if len(cuts) < 6 {
		t.Fatalf("cut at %d points only", len(cuts))
	}
	for i, cut := range race.Some(cuts) {
		t.Run(fmt.Sprint("old key in the keyring, cut ", i), func(t *testing.T) {
			cut := copyStore(t, cut)
			s := unclosed(t, cut)
			if turn := s.KeyTurn(); !turn.On || !turn.Waiting || contacts(t, s) != 40 {
				t.Errorf("%+v", turn)
			}
			commit(t, s, intent(contact(t, stock(40))))
			again := keyring{}
			if err := s.Rotate(t.Context(), again.keep); err != nil || again != ring {
				t.Fatalf("another new key, or %v", err)
			}
			finish(t, s, nil)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			onlyOpens(t, cut, ring.key, cfg.Key, 41)
		})
		t.Run(fmt.Sprint("new key in the keyring, cut ", i), func(t *testing.T) {
			cut := copyStore(t, cut)
			cut.Key = ring.key
			s := unclosed(t, cut)
			if turn := s.KeyTurn(); !turn.On || turn.Waiting || contacts(t, s) != 40 {
				t.Errorf("%+v", turn)
			}
			wantErr(t, s.Rotate(t.Context(), ring.keep), desk.ErrConflict)
			commit(t, s, intent(contact(t, stock(40))))
			finish(t, s, nil)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			onlyOpens(t, cut, ring.key, cfg.Key, 41)
		})
	}
}

func TestAKeyringThatFailsLeavesTheOldKeyInUse(t *testing.T) {
	cfg := config(t.TempDir())
	s := shelved(t, cfg, 3)
	var offered [][32]byte
	refuse := func(key [32]byte) error { offered = append(offered, key); return desk.ErrReadOnly }
	wantErr(t, s.Rotate(t.Context(), refuse), desk.ErrReadOnly)
	commit(t, s, intent(contact(t, stock(3))))
	wantErr(t, s.FinishRotation(t.Context(), nil), desk.ErrConflict)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(cfg.Path + ".keys"); err != nil { // nothing was sealed with the new key
		t.Fatal(err)
	}
	s = open(t, cfg)
	if n := contacts(t, s); n != 4 || s.KeyTurn().On {
		t.Errorf("%d contacts, %+v", n, s.KeyTurn())
	}
	wantErr(t, s.Rotate(t.Context(), refuse), desk.ErrReadOnly)
	wantErr(t, s.Rotate(t.Context(), refuse), desk.ErrReadOnly)
	if len(offered) != 3 || offered[0] == offered[1] || offered[1] != offered[2] {
		t.Error("keep was not offered the same key again")
	}
}

func TestAPageThatDoesNotOpenKeepsTheOldKeyAlive(t *testing.T) {
	cfg := config(t.TempDir())
	s := unclosed(t, cfg)
	for i := range 10 {
		commit(t, s, intent(contact(t, stock(i))))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(cfg.Path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-3*vault.PageSize] ^= 1
	if err := os.WriteFile(cfg.Path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s = open(t, cfg)
	ring := keyring{}
	if err := s.Rotate(t.Context(), ring.keep); err != nil {
		t.Fatal(err)
	}
	if err := s.FinishRotation(t.Context(), nil); err == nil || !s.KeyTurn().On {
		t.Errorf("finished although a page does not open: %v", err)
	}
	for _, key := range [][32]byte{cfg.Key, ring.key} {
		cut := copyStore(t, cfg)
		cut.Key = key
		open(t, cut)
	}
}

func TestNoTextIsReadableWhileTheKeyIsRotated(t *testing.T) {
	cfg := config(t.TempDir())
	s := shelved(t, cfg, 20)
	ring := keyring{}
	if err := s.Rotate(t.Context(), ring.keep); err != nil {
		t.Fatal(err)
	}
	looks := 0
	finish(t, s, func(localstore.KeyTurn) {
		looks++
		all := string(readAll(t, filepath.Dir(cfg.Path)))
		for _, text := range []string{"very-secret-words", "张三", "13800138000", "CREATE TABLE", "SQLite format", string(cfg.Key[:8]), string(ring.key[:8]), hex.EncodeToString(ring.key[:8])} {
			if strings.Contains(all, text) {
				t.Errorf("%q is readable", text)
			}
		}
	})
	if looks < 3 {
		t.Errorf("looked %d times", looks)
	}
}

func TestADamagedOrForeignSideFileIsNotNeeded(t *testing.T) {
	cfg, other := config(t.TempDir()), config(t.TempDir())
	other.Key[9] = 9
	if err := errors.Join(open(t, cfg).DropDraft(t.Context(), "none"), open(t, other).Rotate(t.Context(), func([32]byte) error { return desk.ErrOffline })); !errors.Is(err, desk.ErrOffline) {
		t.Fatal(err)
	}
	foreign, err := os.ReadFile(other.Path + ".keys")
	if err != nil {
		t.Fatal(err)
	}
	for what, b := range map[string][]byte{"damaged": []byte(`{"version":1,"rota`), "of another store": foreign, "newer": []byte(`{"version":9}`)} {
		t.Run(what, func(t *testing.T) {
			cut := copyStore(t, cfg)
			if err := os.WriteFile(cut.Path+".keys", b, 0o600); err != nil {
				t.Fatal(err)
			}
			open(t, cut)
		})
	}
}

// rotateDir names the folder of the child of TestARotationSurvivesKill when its variable is set.
const rotateDir = "CALLBENCH_TEST_ROTATE_IN"

func TestRotateAsAChild(t *testing.T) {
	dir := os.Getenv(rotateDir)
	if dir == "" {
		return // it is asked for by the next test only
	}
	cfg := config(dir)
	file := filepath.Join(dir, "key")
	b, err := os.ReadFile(file)
	if err != nil || len(b) != 32 {
		t.Fatal(len(b), err)
	}
	cfg.Key = [32]byte(b)
	s, err := localstore.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Rotate(t.Context(), func(key [32]byte) error {
		fmt.Println("step")
		return errors.Join(os.WriteFile(file+".new", key[:], 0o600), os.Rename(file+".new", file))
	})
	if err != nil && !errors.Is(err, desk.ErrConflict) {
		t.Fatal(err)
	}
	fmt.Println("step")
	n := contacts(t, s)
	finish(t, s, func(localstore.KeyTurn) {
		fmt.Println("step")
		commit(t, s, intent(contact(t, stock(n))))
		n++
		fmt.Println("contacts", n)
	})
	t.Fatal("finished before it was killed")
}

func TestARotationSurvivesKill(t *testing.T) {
	cfg := config(t.TempDir())
	s := shelved(t, cfg, 40)
	file := filepath.Join(filepath.Dir(cfg.Path), "key")
	if err := errors.Join(s.Close(), os.WriteFile(file, cfg.Key[:], 0o600)); err != nil {
		t.Fatal(err)
	}
	acknowledged := 40
	for _, steps := range []int{1, 2, 4, 7} {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRotateAsAChild$")
		child.Env = append(os.Environ(), rotateDir+"="+filepath.Dir(cfg.Path))
		child.Stderr = os.Stderr
		out, err := child.StdoutPipe()
		if err == nil {
			err = child.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for sc := bufio.NewScanner(out); sc.Scan(); {
			if sc.Text() != "step" {
				_, _ = fmt.Sscanf(sc.Text(), "contacts %d", &acknowledged)
			} else if seen++; seen == steps {
				if err := child.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := child.Wait(); err == nil || seen < steps {
			t.Fatalf("child ended by itself after %d steps: %v", seen, err)
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		now := copyStore(t, cfg)
		now.Key = [32]byte(b)
		s := open(t, now)
		if n := contacts(t, s); n < acknowledged {
			t.Errorf("after %d steps: %d contacts of %d", steps, n, acknowledged)
		}
		if err := s.Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// BenchmarkRotate tells how fast pages are resealed, how long the longest step was (the writer waits for less than
// that), and what a commit takes meanwhile.
func BenchmarkRotate(b *testing.B) {
	s, _, all := filled(b, *benchCustomers)
	ring := keyring{}
	var pages int64
	var worst time.Duration
	var saves []time.Duration
	for b.Loop() {
		if err := s.Rotate(b.Context(), ring.keep); err != nil {
			b.Fatal(err)
		}
		var saver sync.WaitGroup
		done := make(chan struct{})
		saver.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				began := time.Now()
				commit(b, s, intent(contact(b, desk.Contact{ID: fmt.Sprint("m", len(saves)), Customer: all[i%len(all)].ID, At: benchNow, Content: "询问现有套餐与新套餐的区别"})))
				saves = append(saves, time.Since(began))
			}
		})
		at := time.Now()
		err := s.FinishRotation(b.Context(), func(turn localstore.KeyTurn) {
			pages = max(pages, turn.Pages)
			worst, at = max(worst, time.Since(at)), time.Now()
		})
		close(done)
		saver.Wait()
		if err != nil {
			b.Fatal(err)
		}
	}
	slices.Sort(saves)
	b.ReportMetric(float64(pages)*float64(b.N)/b.Elapsed().Seconds(), "pages/s")
	b.ReportMetric(float64(pages), "pages")
	b.ReportMetric(float64(worst.Microseconds())/1e3, "worst-step-ms")
	b.ReportMetric(float64(saves[len(saves)/2].Microseconds())/1e3, "save-p50-ms")
	b.ReportMetric(float64(saves[len(saves)*99/100].Microseconds())/1e3, "save-p99-ms")
}
