package localstore_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/powercut"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
)

var (
	cuts    = flag.Int("powercut.cuts", 500, "power cuts to try; a race detector makes do with a twentieth")
	cutSeed = flag.Uint64("powercut.seed", 1, "which cuts")
)

// act is one thing a desk does to its store.
type act struct {
	name string
	do   func(context.Context, *localstore.Store) error
	// begun says that an act in several transactions shows effects before it is done; doing it again must then
	// lead to the same end.
	begun bool
}

// life is what a store went through on a recording disk: mark 2i says that act i was begun, 2i+1 that it was
// acknowledged. kept[i] is everything the store holds before act i.
type life struct {
	from    powercut.Image
	also    func(dir string) error // looked at before the store is opened; nil: nothing
	history powercut.History
	acts    []act
	kept    []map[string]string
}

// live runs acts on a new store or, with from, on one that is there; closing it and opening it again belong to them.
func live(t *testing.T, from powercut.Image, acts []act, prepare func(*localstore.Store) error) life {
	t.Helper()
	dir := t.TempDir()
	if err := from.Put(dir); err != nil {
		t.Fatal(err)
	}
	disk, err := powercut.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer disk.Close()
	l := life{from: from, acts: acts}
	cfg := fixtureConfig(filepath.Join(dir, "desk.db")).On(disk)
	var s *localstore.Store
	defer func() { s.Close() }() // the history is what counts
	reopen := func() {
		if s != nil {
			err = s.Close()
		}
		if err == nil {
			s, err = localstore.Open(t.Context(), cfg)
		}
		if err == nil && prepare != nil {
			err = prepare(s)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	reopen()
	for i, a := range acts {
		l.keep(t, s)
		disk.Mark(2*i + 2)
		if a.do == nil {
			reopen()
		} else if err := a.do(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", a.name, err)
		}
		disk.Mark(2*i + 3)
	}
	l.keep(t, s)
	l.history = disk.History()
	return l
}

func (l *life) keep(t *testing.T, s *localstore.Store) {
	t.Helper()
	kept, err := s.Kept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l.kept = append(l.kept, kept)
}

// survives opens a store that went through a power cut and says what is wrong with it.
func (l life) survives(ctx context.Context, dir string, c powercut.Cut) error {
	disk, err := powercut.New(dir) // one that need not sync
	if err != nil {
		return err
	}
	defer disk.Close()
	if l.also != nil {
		if err := l.also(dir); err != nil {
			return err
		}
	}
	s, err := localstore.Open(ctx, fixtureConfig(filepath.Join(dir, "desk.db")).On(disk))
	if err != nil {
		return err
	}
	defer s.Close() // told below where it matters
	if err := s.Check(ctx); err != nil {
		return err
	}
	kept, err := s.Kept(ctx)
	if err != nil {
		return err
	}
	if c.Mark == 0 && l.from != nil { // not even migrated
		if maps.Equal(kept, l.kept[0]) {
			return nil
		}
		return errors.New(difference(l.kept[0], kept))
	}
	if c.Mark == 0 { // not even made
		if !strings.Contains(kept["replica one"], " 1 1 0") {
			return fmt.Errorf("replica %q", kept["replica one"])
		}
		return nil
	}
	i, done := c.Mark/2-1, c.Mark%2 == 1
	if done {
		i++
	}
	if maps.Equal(kept, l.kept[i]) || !done && maps.Equal(kept, l.kept[i+1]) {
		return nil
	}
	if !done && l.acts[i].begun {
		if err := l.acts[i].do(ctx, s); err != nil {
			return fmt.Errorf("%s again: %w", l.acts[i].name, err)
		}
		if kept, err = s.Kept(ctx); err != nil || maps.Equal(sameSnapshot(kept), sameSnapshot(l.kept[i+1])) {
			return err
		}
		i++
	}
	return errors.New(difference(l.kept[i], kept))
}

// sameSnapshot leaves out which snapshot named a row: one that is begun again has another number.
func sameSnapshot(kept map[string]string) map[string]string {
	out := maps.Clone(kept)
	for what, text := range kept {
		words := strings.Fields(text)
		switch table, _, _ := strings.Cut(what, " "); table {
		case "replica":
			out[what] = strings.Join(words[:len(words)-2], " ")
		case "customer", "contact", "callback", "ticket", "base":
			out[what] = strings.Join(slices.Delete(words, 1, 2), " ")
		}
	}
	return out
}

func difference(want, got map[string]string) string {
	var list []string
	for what, text := range want {
		if got[what] != text {
			list = append(list, fmt.Sprintf("%s is %q, was %q", what, got[what], text))
		}
	}
	for what := range got {
		if _, ok := want[what]; !ok {
			list = append(list, what+" was not there")
		}
	}
	slices.Sort(list)
	return fmt.Sprintf("%d differ: %s", len(list), strings.Join(list[:min(5, len(list))], "; "))
}

// cut tries n cuts of a life and gives how many stores did not come through, and what the first said.
func (l life) cut(t *testing.T, n int, seed uint64) (lost int64, first string) {
	t.Helper()
	var failed atomic.Int64
	var once sync.Once
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		var at []int
		for i := w; i < n; i += workers {
			at = append(at, i*(l.history.Len()+1)/n)
		}
		wg.Go(func() {
			l.history.Cuts(at, seed+uint64(w), func(i int, c powercut.Cut) { // few workers
				dir, err := os.MkdirTemp(t.TempDir(), "cut") //nolint:usetesting // there are thousands, each is removed at once
				err = errors.Join(err, c.Image.Put(dir))
				if err == nil {
					err = l.survives(t.Context(), dir, c)
				}
				if err != nil {
					failed.Add(1)
					once.Do(func() {
						first = fmt.Sprintf("cut after %d of %d (worker %d, cut %d, mark %d): %v", c.At, l.history.Len(), w, i, c.Mark, err)
					})
				}
				if err := os.RemoveAll(dir); err != nil {
					t.Error(err)
				}
			})
		})
	}
	wg.Wait()
	return failed.Load(), first
}

func TestWhatWasAcknowledgedSurvivesPowerCuts(t *testing.T) {
	l, n := live(t, nil, day(t), nil), *cuts/race.Fewer(1, 20)
	if lost, first := l.cut(t, n, *cutSeed); lost > 0 {
		t.Errorf("%d of %d: %s", lost, n, first)
	}
	t.Logf("%d cuts, %d actions of %d acts, %d syncs", n, l.history.Len(), len(l.acts), l.history.Count(powercut.Sync, anyFile))
}

// TestWhatWasAcknowledgedSurvivesPowerCutsWhileItIsMigrated starts from the store of an old program. Whatever copy there is
// at the end must be the whole old file.
func TestWhatWasAcknowledgedSurvivesPowerCutsWhileItIsMigrated(t *testing.T) {
	old, err := os.ReadFile("testdata/v1.store")
	if err != nil {
		t.Fatal(err)
	}
	in := intent(contact(t, desk.Contact{ID: "after", At: 1}))
	l := live(t, powercut.Image{"desk.db": old}, []act{{name: "close and open"}, {name: "save", do: func(ctx context.Context, s *localstore.Store) error {
		_, err := s.Commit(ctx, in)
		return err
	}}}, nil)
	l.also = func(dir string) error {
		b, err := os.ReadFile(filepath.Join(dir, "desk.db.before-schema-1"))
		if errors.Is(err, os.ErrNotExist) || err == nil && bytes.Equal(b, old) {
			return nil
		}
		return fmt.Errorf("the copy has %d bytes, %w", len(b), err)
	}
	n := max(20, *cuts/5) / race.Fewer(1, 5)
	if lost, first := l.cut(t, n, *cutSeed); lost > 0 {
		t.Errorf("%d of %d: %s", lost, n, first)
	}
}

func anyFile(string) bool { return true }

func TestTheSimulatorNoticesWhatIsNotSynced(t *testing.T) {
	acts := day(t)
	for what, l := range map[string]life{
		"synchronous=NORMAL": live(t, nil, acts, func(s *localstore.Store) error { return s.SyncLess(t.Context()) }),
		"a log that is never synced": func() life {
			l := live(t, nil, acts, nil)
			l.history = l.history.Lying(func(name string) bool { return strings.HasSuffix(name, "-wal") })
			return l
		}(),
		"a database that is never synced": func() life {
			l := live(t, nil, acts, nil)
			l.history = l.history.Lying(func(name string) bool { return !strings.HasSuffix(name, "-wal") })
			return l
		}(),
	} {
		const n = 30
		lost, first := l.cut(t, n, 7)
		if lost == 0 {
			t.Errorf("%s: nothing was lost in %d cuts", what, n)
		}
		t.Logf("%s: %d of %d lost; the first %.200s", what, lost, n, first)
	}
}

// day is what a desk does in a short day.
func day(t *testing.T) []act {
	t.Helper()
	people := slices.Collect(sample.Customers(5, 90, "east", fixtureNow))
	var acts []act
	apply := func(name string, p desk.Page, begun bool) {
		acts = append(acts, act{name, func(ctx context.Context, s *localstore.Store) error {
			r, err := s.Replica(ctx)
			if p := p; err == nil {
				if p.Reset { // of a snapshot that is begun again
					p.From = r.Cursor
				}
				_, err = s.ApplyPage(ctx, p)
			}
			return err
		}, begun})
	}
	save := func(name string, draft string, changes ...desk.Change) {
		in := intent(changes...)
		in.ID, in.At, in.Draft = "intent-"+name, fixtureNow+desk.Millis(len(acts)), draft
		acts = append(acts, act{"save " + name, func(ctx context.Context, s *localstore.Store) error {
			_, err := s.Commit(ctx, in)
			return err
		}, false})
	}
	keep := func(id, text string) {
		d := desk.Draft{ID: id, Content: text, Changed: fixtureNow + desk.Millis(len(acts))}
		acts = append(acts, act{"draft " + id, func(ctx context.Context, s *localstore.Store) error { return s.KeepDraft(ctx, d) }, false})
	}
	set := func(key, value string) {
		acts = append(acts, act{"setting", func(ctx context.Context, s *localstore.Store) error { return s.SetSetting(ctx, key, value) }, false})
	}
	fold := func() {
		acts = append(acts, act{"fold", func(ctx context.Context, s *localstore.Store) error { return s.Fold(ctx) }, false})
	}
	rows := func(from, to int, seq int64) (list []desk.Row) {
		for i, c := range people[from:to] {
			list = append(list, row(t, desk.TableCustomer, c.ID, seq+int64(i), c))
		}
		return list
	}
	again := func() { acts = append(acts, act{name: "close and open"}) }
	talk := func(id string, i int) desk.Change {
		return contact(t, desk.Contact{ID: id, Customer: people[i].ID, At: fixtureNow, Content: strings.Repeat("说明了 ", 1+i*20)})
	}
	acts = append(acts, act{"hurry", func(_ context.Context, s *localstore.Store) error { s.Hurry(); return nil }, false})
	apply("first page", desk.Page{Epoch: "e", To: "1", Reset: true, Rows: rows(0, 40, 1)}, false)
	set("language", "en")
	keep("k1", "写到一半")
	apply("second page", desk.Page{Epoch: "e", From: "1", To: "2", Rows: rows(40, 80, 100)}, false)
	save("k1", "k1", talk("k1", 3))
	apply("last page", desk.Page{Epoch: "e", From: "2", To: "3", Last: true, LastN: 1}, true)
	apply("a long page", desk.Page{Epoch: "e", From: "3", To: "3a", Rows: append(rows(0, 80, 150), rows(80, 90, 230)...)}, true)
	fold()
	for i := range 12 {
		id := fmt.Sprint("k", i+10)
		keep(id, strings.Repeat("字", i*100))
		save(id, id, talk(id, i), desk.Change{Table: desk.TableCustomer, Key: people[i].ID, Fields: fields(t, map[string]any{"title": id})})
		if i%5 == 4 {
			fold()
		}
	}
	again()
	keep("left over", "x")
	set("language", "")
	apply("rows come back", desk.Page{Epoch: "e", From: "3a", To: "4", Last: true, LastN: 6, Rows: rows(0, 30, 200), Refused: []desk.Refusal{{N: 8, Code: "conflict"}}}, true)
	fold()
	fold()
	save("new", "", customer(t, desk.Customer{ID: "new", Name: "曾晓明"}), talk("k99", 50))
	apply("a snapshot again", desk.Page{Epoch: "e2", To: "1", Reset: true, TakenID: "intent-k16", Last: true, LastN: 6, Rows: rows(10, 90, 300)}, true)
	again()
	save("after all", "", talk("k100", 20))
	fold()
	save("in a log begun anew", "", talk("k101", 21))
	return acts
}
