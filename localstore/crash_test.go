package localstore_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/localstore"
)

const childDir = "CALLBENCH_TEST_COMMIT_IN"

// TestMain is also the child of TestWhatWasAcknowledgedSurvivesKill.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		fmt.Fprintln(os.Stderr, commitForEver(dir))
		os.Exit(1)
	}
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		_ = flag.Set("rapid.checks", "20") // a store on disk for each; the long run asks for more
	}
	os.Exit(m.Run())
}

// commitForEver does what a desk does, with everything that runs beside it, and says what it has acknowledged.
func commitForEver(dir string) error {
	ctx := context.Background()
	s, err := localstore.Open(ctx, config(dir))
	if err != nil {
		return err
	}
	go s.Maintain(ctx) // ends with the process
	r, err := s.Replica(ctx)
	if err != nil {
		return err
	}
	for i := r.NextN; ; i++ {
		id := fmt.Sprint("k", i)
		p := desk.Page{Epoch: "e", From: r.Cursor, To: fmt.Sprint(i), Rows: []desk.Row{{
			Table: desk.TableCustomer, Key: fmt.Sprint("c", i%50), Seq: i, Body: fmt.Appendf(nil, `{"id":"c%d","name":"张三","title":"%d"}`, i%50, i),
		}}}
		if _, err := s.ApplyPage(ctx, p); err != nil {
			return err
		}
		r.Cursor = p.To
		done, err := s.Commit(ctx, desk.Intent{
			ID: uuid.NewString(), Kind: "contact.save", At: desk.Millis(i),
			Changes: []desk.Change{{Table: desk.TableContact, Key: id, Fields: fmt.Appendf(nil, `{"id":%q,"customer":"c1","at":%d}`, id, i)}},
		})
		if err != nil {
			return err
		}
		if err := s.KeepDraft(ctx, desk.Draft{ID: "d1", Content: fmt.Sprint(done.N), Changed: desk.Millis(done.N)}); err != nil {
			return err
		}
		if i%9 == 0 {
			if err := s.Fold(ctx); err != nil {
				return err
			}
		}
		fmt.Println(done.N) // the acknowledgement; the test reads it
	}
}

var killRounds = flag.Int("kill.rounds", race.Fewer(6, 3), "how often a desk is killed")

// TestWhatWasAcknowledgedSurvivesKill kills a desk at work, at any moment, opening its store included, and lets the next one go
// on in the same store; every tenth begins a new one.
func TestWhatWasAcknowledgedSurvivesKill(t *testing.T) {
	chance := rand.New(rand.NewPCG(*cutSeed, 1)) // a kill needs no secrecy
	dir, acknowledged := t.TempDir(), int64(0)
	for round := range *killRounds {
		if round%10 == 9 {
			dir, acknowledged = t.TempDir(), 0
		}
		n, within := chance.IntN(40), time.Duration(0)
		if round%3 == 2 {
			n, within = 1<<30, time.Duration(1+chance.IntN(60))*time.Millisecond
		}
		acknowledged = max(acknowledged, killAfter(t, dir, n, within))
		acknowledged = survivedKill(t, dir, acknowledged)
	}
}

// survivedKill looks into a store whose desk was killed, and gives the last number it holds.
func survivedKill(t *testing.T, dir string, acknowledged int64) int64 {
	t.Helper()
	s, err := localstore.Open(t.Context(), config(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() // Check has told
	r, err := s.Replica(t.Context())
	counts, countErr := s.Count(t.Context())
	drafts, draftErr := s.Drafts(t.Context())
	if err := errors.Join(err, countErr, draftErr, s.Check(t.Context())); err != nil {
		t.Fatal(err)
	}
	last := r.NextN - 1
	if last < acknowledged || int64(counts[desk.TableContact]) != last {
		t.Fatalf("%d contacts, last number %d, acknowledged %d", counts[desk.TableContact], last, acknowledged)
	}
	if acknowledged > 0 && (len(drafts) != 1 || int64(drafts[0].Changed) < acknowledged || r.Cursor < fmt.Sprint(acknowledged) && len(r.Cursor) == len(fmt.Sprint(acknowledged))) {
		t.Fatalf("drafts %+v, cursor %s, acknowledged %d", drafts, r.Cursor, acknowledged)
	}
	return last
}

// killAfter lets a child commit, kills it when it has acknowledged n times, or after some time, and gives the last
// number it acknowledged.
func killAfter(t *testing.T, dir string, n int, within time.Duration) (last int64) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var killed atomic.Bool
	kill := func() {
		killed.Store(true)
		_ = child.Process.Kill() // it may have been killed already
	}
	if within > 0 {
		defer time.AfterFunc(within, kill).Stop()
	}
	lines := 0
	for sc := bufio.NewScanner(out); sc.Scan(); lines++ {
		if _, err := fmt.Sscan(sc.Text(), &last); err != nil {
			t.Fatalf("child said %q", sc.Text())
		}
		if lines == n {
			kill()
		}
	}
	if err := child.Wait(); err == nil || !killed.Load() {
		t.Fatalf("child ended by itself after %d lines: %v", lines, err)
	}
	return last
}

func TestReadersSeeWholeCommitsWhileTheWriterWorks(t *testing.T) {
	s := open(t, config(t.TempDir()))
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				_, err := s.Count(t.Context())
				found, findErr := s.FindByNumber(t.Context(), "13800138000")
				if err != nil || findErr != nil {
					t.Errorf("read: %v, %v", err, findErr)
					return
				}
				for _, c := range found {
					if c.Title == "" {
						t.Error("half of an intent is seen")
						return
					}
				}
			}
		})
	}
	var writers sync.WaitGroup
	for w := range 2 {
		writers.Go(func() {
			for i := range 15 {
				c := zhang()
				c.ID = fmt.Sprintf("c%d-%d", w, i)
				_, err := s.Commit(t.Context(), intent(customer(t, c), desk.Change{Table: desk.TableCustomer, Key: c.ID, Fields: []byte(`{"title":"经理"}`)}))
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	close(done)
	wg.Wait()
	if o := outbox(t, s); o.Pending != 30 {
		t.Errorf("outbox %+v", o)
	}
}

func TestACopyOfTheFilesInUseIsWhole(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	s := open(t, config(dir))
	for i := range 40 {
		commit(t, s, intent(contact(t, desk.Contact{ID: fmt.Sprint("k", i), Customer: "c1", At: desk.Millis(i + 1)})))
	}
	for _, name := range []string{"desk.db", "desk.db-wal"} { // nobody writes meanwhile: what a dead machine leaves
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(copied, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := open(t, config(copied))
	if counts, err := c.Count(t.Context()); err != nil || counts[desk.TableContact] != 40 {
		t.Errorf("%v, %v", counts, err)
	}
}
