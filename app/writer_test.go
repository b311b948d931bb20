package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/callbench/callbench/desk"
)

// memoryStore is a disk that remembers what it was told, and can be full.
type memoryStore struct {
	mu     sync.Mutex
	writes []string
	fail   error
}

func (m *memoryStore) note(format string, args ...any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	m.writes = append(m.writes, fmt.Sprintf(format, args...))
	return nil
}

func (m *memoryStore) KeepDraft(_ context.Context, d desk.Draft) error {
	return m.note("keep %s %s", d.ID, d.Content)
}
func (m *memoryStore) DropDraft(_ context.Context, id string) error { return m.note("drop %s", id) }
func (m *memoryStore) Commit(_ context.Context, in desk.Intent) (desk.Committed, error) {
	return desk.Committed{ID: in.ID, N: 1}, m.note("commit %s", in.ID)
}

func (m *memoryStore) KeepCall(context.Context, desk.CallRecord) error { return nil }

func (m *memoryStore) SetSetting(_ context.Context, key, value string) error {
	return m.note("set %s %s", key, value)
}

func TestTypingIsGatheredAndKeptWithinAQuarterOfASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memoryStore{}
		var events []desk.Event
		w := newWriter(store, func(e desk.Event) { events = append(events, e) })
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { w.run(ctx); close(done) }()
		for i := range 10 {
			w.take(desk.KeepDraft{Draft: desk.Draft{ID: "d", Content: fmt.Sprint(i), Changed: desk.Millis(i)}})
		}
		time.Sleep(250 * time.Millisecond) // synctest's clock
		synctest.Wait()
		if !slices.Equal(store.writes, []string{"keep d 9"}) {
			t.Fatalf("writes: %v", store.writes)
		}
		if k, ok := events[0].(desk.DraftKept); !ok || k.Changed != 9 {
			t.Fatalf("events: %v", events)
		}
		w.take(desk.KeepDraft{Draft: desk.Draft{ID: "d", Content: "last words"}})
		stop()
		<-done
		if got := store.writes[len(store.writes)-1]; got != "keep d last words" {
			t.Fatalf("the end lost what was typed: %v", store.writes)
		}
	})
}

func TestACommitOvertakesItsOwnDraft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memoryStore{}
		w := newWriter(store, func(desk.Event) {})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { w.run(ctx); close(done) }()
		w.take(desk.KeepDraft{Draft: desk.Draft{ID: "d"}})
		w.take(desk.CommitWork{Intent: desk.Intent{ID: "i", Draft: "d"}, Draft: "d"})
		stop()
		<-done
		if !slices.Equal(store.writes, []string{"commit i"}) {
			t.Fatalf("a finished draft is written again: %v", store.writes)
		}
	})
}

func TestTheWriterTellsWhenWhatItWasGivenIsCarriedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &slowStore{takes: time.Second, durable: map[string]time.Time{}}
		w := newWriter(store, func(desk.Event) {})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { w.run(ctx); close(done) }()
		began := time.Now()
		for _, id := range []string{"a", "b"} {
			w.take(desk.CommitWork{Intent: desk.Intent{ID: id}})
		}
		<-w.settled()
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("after %v", took)
		}
		<-w.settled() // nothing is under way
		stop()
		<-done
	})
}

func TestAFullDiskIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memoryStore{fail: fmt.Errorf("write: %w", desk.ErrDiskFull)}
		var events []desk.Event
		w := newWriter(store, func(e desk.Event) { events = append(events, e) })
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { w.run(ctx); close(done) }()
		w.take(desk.KeepDraft{Draft: desk.Draft{ID: "d"}, Now: true})
		w.take(desk.CommitWork{Intent: desk.Intent{ID: "i"}, Draft: "d"})
		stop()
		<-done
		if len(events) != 2 || !slices.Contains(events, desk.Event(desk.DraftNotKept{Draft: "d", Problem: "disk_full"})) ||
			!slices.Contains(events, desk.Event(desk.WorkNotCommitted{Intent: "i", Draft: "d", Problem: "disk_full"})) {
			t.Fatalf("%v", events)
		}
	})
}

// slowStore is a disk of which each write takes as long as it is told, and which knows when a text was durable.
type slowStore struct {
	memoryStore
	takes   time.Duration
	durable map[string]time.Time
}

func (s *slowStore) KeepDraft(_ context.Context, d desk.Draft) error {
	time.Sleep(s.takes) // synctest's clock
	s.durable[d.Content] = time.Now()
	return nil
}

func (s *slowStore) Commit(_ context.Context, in desk.Intent) (desk.Committed, error) {
	time.Sleep(s.takes)
	return desk.Committed{ID: in.ID, N: 1}, nil
}

// Somebody types without a pause, now and then something else is saved. Each letter is durable when one that
// was typed with it or after it is.
func TestTypingIsDurableInTimeOnASlowDisk(t *testing.T) {
	for _, c := range []struct {
		takes, most time.Duration
		saves       bool
	}{
		{2 * time.Millisecond, draftPromise, true},
		{20 * time.Millisecond, draftPromise, true},
		{70 * time.Millisecond, draftPromise, true},
		{70 * time.Millisecond, draftPromise, false},
		{110 * time.Millisecond, draftPromise, false},
		{400 * time.Millisecond, 1200 * time.Millisecond, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			store := &slowStore{takes: c.takes, durable: map[string]time.Time{}}
			w := newWriter(store, func(desk.Event) {})
			ctx, stop := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() { w.run(ctx); close(done) }()
			w.take(desk.CommitWork{Intent: desk.Intent{ID: "first"}}) // the disk has been met
			time.Sleep(time.Second)
			const letters = 300
			var typed [letters]time.Time
			for i := range letters {
				typed[i] = time.Now()
				w.take(desk.KeepDraft{Draft: desk.Draft{ID: "d", Content: fmt.Sprint(i), Changed: desk.Millis(i)}})
				if c.saves && i%29 == 0 {
					w.take(desk.CommitWork{Intent: desk.Intent{ID: fmt.Sprint(i)}})
				}
				time.Sleep(37 * time.Millisecond)
			}
			stop()
			<-done
			worst, next := time.Duration(0), time.Time{}
			for i := letters - 1; i >= 0; i-- {
				if at, ok := store.durable[fmt.Sprint(i)]; ok {
					next = at
				}
				worst = max(worst, next.Sub(typed[i]))
			}
			t.Logf("a write of %v, saves between %v: durable after at most %v, %d writes of %d letters", c.takes, c.saves, worst, len(store.durable), letters)
			if worst > c.most {
				t.Errorf("a write of %v: durable after %v", c.takes, worst)
			}
		})
	}
}

func TestOnlyTheNewestSettingsAreWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memoryStore{}
		w := newWriter(store, func(desk.Event) {})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { w.run(ctx); close(done) }()
		for i := range 100 {
			w.take(desk.KeepSettings{Settings: desk.Settings{Zoom: 80 + i}})
		}
		time.Sleep(250 * time.Millisecond) // synctest's clock
		synctest.Wait()
		if len(store.writes) != 1 || !strings.Contains(store.writes[0], `"zoom":179`) {
			t.Fatalf("writes: %v", store.writes)
		}
		w.take(desk.KeepSettings{Settings: desk.Settings{Zoom: 90}})
		stop()
		<-done
		if len(store.writes) != 2 || !strings.Contains(store.writes[1], `"zoom":90`) {
			t.Fatalf("writes at the end: %v", store.writes)
		}
	})
}
