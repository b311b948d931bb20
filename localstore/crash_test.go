package localstore_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
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

func commitForEver(dir string) error {
	ctx := context.Background()
	s, err := localstore.Open(ctx, config(dir))
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		body := fmt.Appendf(nil, `{"id":"k%d","customer":"c1","at":%d,"content":"%d"}`, i, i+1, i)
		done, err := s.Commit(ctx, desk.Intent{
			ID: uuid.NewString(), Kind: "contact.save",
			Changes: []desk.Change{{Table: desk.TableContact, Key: fmt.Sprintf("k%d", i+os.Getpid()*100_000), Fields: body}},
		})
		if err != nil {
			return err
		}
		if err := s.KeepDraft(ctx, desk.Draft{ID: "d1", Content: fmt.Sprint(done.N), Changed: desk.Millis(done.N)}); err != nil {
			return err
		}
		fmt.Println(done.N) // the acknowledgement; the test reads it
	}
}

func TestWhatWasAcknowledgedSurvivesKill(t *testing.T) {
	dir := t.TempDir()
	acknowledged := int64(0)
	for round := range 4 {
		n := killAfter(t, dir, 5+round*7)
		if n <= acknowledged {
			t.Fatalf("round %d: number %d after %d", round, n, acknowledged)
		}
		acknowledged = n
		s, err := localstore.Open(t.Context(), config(dir))
		if err != nil {
			t.Fatal(err)
		}
		ops, err := s.Pending(t.Context(), 0, 0, 0)
		if err != nil || int64(len(ops)) < acknowledged {
			t.Fatalf("round %d: %d ops of %d, %v", round, len(ops), acknowledged, err)
		}
		for i, op := range ops {
			if op.N != int64(i)+1 {
				t.Fatalf("op %d at place %d", op.N, i)
			}
		}
		counts, err := s.Count(t.Context())
		drafts, draftErr := s.Drafts(t.Context())
		if err != nil || draftErr != nil || counts[desk.TableContact] != len(ops) || len(drafts) != 1 || int64(drafts[0].Changed) < acknowledged {
			t.Fatalf("round %d: %v contacts for %d ops, drafts %+v, %v, %v", round, counts, len(ops), drafts, err, draftErr)
		}
		acknowledged = int64(len(ops))
		if err := s.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter lets a child commit, kills it when it has acknowledged n times, and gives the last number it
// acknowledged.
func killAfter(t *testing.T, dir string, n int) (last int64) {
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
	lines := 0
	for sc := bufio.NewScanner(out); sc.Scan(); lines++ {
		if _, err := fmt.Sscan(sc.Text(), &last); err != nil {
			t.Fatalf("child said %q", sc.Text())
		}
		if lines == n {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := child.Wait(); err == nil || lines < n {
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
