package localstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
)

// maintained runs Maintain beside the test.
func maintained(t testing.TB, s *localstore.Store) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := s.Maintain(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { stop(); wg.Wait() })
}

// pull applies pages of a snapshot of n customers and their contacts as fast as the store takes them, and
// gives how long each took. It calls after behind each page.
func pull(t testing.TB, s *localstore.Store, n int, after func()) []time.Duration {
	t.Helper()
	var took []time.Duration
	var rows []desk.Row
	seq := 0
	flush := func(last bool) {
		p := desk.Page{Epoch: "e", From: cursorOf(seq), To: cursorOf(seq + 1), Rows: rows, Last: last}
		began := time.Now()
		apply(t, s, p)
		took, rows, seq = append(took, time.Since(began)), rows[:0], seq+1
		after()
	}
	add := func(table desk.Table, key string, v any) {
		if rows = append(rows, row(t, table, key, int64(seq+1), v)); len(rows) == desk.MaxPageRows {
			flush(false)
		}
	}
	for c := range sample.Customers(1, n, "east", benchNow) {
		add(desk.TableCustomer, c.ID, c)
		for _, k := range sample.Contacts(1, c, benchNow) {
			add(desk.TableContact, k.ID, k)
		}
	}
	flush(true)
	return took
}

func TestMaintainKeepsTheLogShortWhileASnapshotComes(t *testing.T) {
	cfg := config(t.TempDir())
	s := open(t, cfg)
	maintained(t, s)
	pages := 0
	pull(t, s, 3000, func() { // 46 MB of log, if nobody folds it
		if pages++; pages%4 == 0 {
			untilFolded(t, s)
		}
	})
	info, err := os.Stat(cfg.Path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 3*localstore.FoldAt {
		t.Errorf("the log has grown to %d bytes", info.Size())
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// untilFolded saves until the log has begun anew, if it was long; on a busy machine the pull is faster than Maintain.
func untilFolded(t *testing.T, s *localstore.Store) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for s.LogBytes() >= localstore.FoldAt {
		commit(t, s, intent(contact(t, desk.Contact{ID: uuid.NewString(), Customer: "c1", At: benchNow})))
		select {
		case <-limit:
			t.Fatal("nobody folds the log")
		case <-time.After(time.Millisecond):
		}
	}
}

func TestALongChoreKeepsNoOtherFromItsTurn(t *testing.T) {
	s := open(t, config(t.TempDir()))
	folds, steps, failures := 0, 0, 0
	failed := s.TakeTurns(t.Context(),
		func() (bool, error) { folds++; return false, nil },
		func() (bool, error) {
			if steps++; steps <= 100 && folds != steps {
				t.Errorf("%d turns of the log before step %d", folds, steps)
			}
			return steps < 100, nil
		},
		func() (bool, error) { failures++; return true, errors.New("disk") })
	if !failed || steps != 101 || failures != 1 { // the last one finds nothing
		t.Errorf("failed %t, %d steps, %d turns of what fails", failed, steps, failures)
	}
}

// BenchmarkSaveWhileASnapshotComes tells what an agent's saves take meanwhile, and what each page takes.
func BenchmarkSaveWhileASnapshotComes(b *testing.B) {
	for _, with := range []bool{true, false} {
		b.Run(fmt.Sprintf("maintained=%t", with), func(b *testing.B) {
			s := open(b, config(b.TempDir()))
			if with {
				maintained(b, s)
			}
			var pages, saves []time.Duration
			done := make(chan struct{})
			go func() { defer close(done); pages = pull(b, s, *benchCustomers, func() {}) }()
			for over := false; !over; {
				select {
				case <-done:
					over = true
				case <-time.After(5 * time.Millisecond):
				}
				began := time.Now()
				commit(b, s, intent(contact(b, desk.Contact{ID: uuid.NewString(), Customer: "c1", At: benchNow, Content: "询问现有套餐"})))
				saves = append(saves, time.Since(began))
			}
			for name, list := range map[string][]time.Duration{"page": pages, "save": saves} {
				slices.Sort(list)
				for _, p := range []int{50, 99} {
					b.ReportMetric(float64(list[len(list)*p/100].Microseconds())/1e3, fmt.Sprintf("%s-p%d-ms", name, p))
				}
				b.ReportMetric(float64(list[len(list)-1].Microseconds())/1e3, name+"-max-ms")
			}
		})
	}
}
