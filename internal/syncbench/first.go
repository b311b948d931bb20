package syncbench

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/callbench/callbench/localstore"
	datasync "github.com/callbench/callbench/sync"
)

// saveEvery is the pause between saves while a snapshot comes down. A desk whose agent types saves the draft a few times a
// second at most.
const saveEvery = 100 * time.Millisecond

// first is a desk's first sync: when what is due is there, when everything is, what memory that took, and how long
// saves take meanwhile.
func (b *bench) first(ctx context.Context) error {
	r, err := b.start(ctx, b.cfg.Customers, 1)
	if err != nil {
		return err
	}
	defer r.stop() //nolint:errcheck // what was measured is not its affair
	dir, err := b.fresh("first")
	if err != nil {
		return err
	}
	forgetPeak()
	cpu := spent()
	w := &watchFirst{want: due(b.cfg.Customers), done: make(chan struct{}), began: time.Now()}
	s, err := r.desk(ctx, dir, userName(0), nil, w.seen)
	if err != nil {
		return err
	}
	w.store.Store(s.store)
	took, err := savesUntil(ctx, s, w.done)
	if err != nil {
		return err
	}
	all := w.whole.Sub(w.began)
	peak, cpu := peakMB(), spent()-cpu
	if err := s.stop(); err != nil {
		return err
	}
	limits := limitsOf(b.cfg.Customers)
	name := fmt.Sprintf("first sync of %d customers", b.cfg.Customers)
	b.line(name+", due today", w.dueAt.Sub(w.began).Seconds(), "s", limits[0])
	b.line(name+", all", all.Seconds(), "s", limits[1])
	b.line(name+", rows a second", float64(w.rows)/all.Seconds(), "", 0)
	b.line(name+", memory of the desk", peak, "MB", 200)
	b.line(name+", processor time of the desk", cpu, "s", 0)
	b.times("save meanwhile", took, 50)
	return nil
}

// limitsOf gives what must hold for a scope of that many customers: seconds until what is due is there, and all.
func limitsOf(customers int) [2]float64 {
	switch {
	case customers <= 20_000:
		return [2]float64{2, 5}
	case customers <= 1_000_000:
		return [2]float64{0, 180}
	}
	return [2]float64{}
}

// watchFirst sees a first sync come along.
type watchFirst struct {
	want  int // callbacks that are due
	began time.Time
	done  chan struct{} // closed when all is there
	store atomicStore

	dueAt, whole time.Time
	rows         int
}

func (w *watchFirst) seen(e datasync.Event) {
	switch e := e.(type) {
	case datasync.Fetching:
		w.look()
	case datasync.Synced:
		w.look()
		if w.whole.IsZero() {
			w.whole, w.rows = time.Now(), e.Rows
			close(w.done)
		}
	}
}

// look notes when the callbacks that are due are there, with their customers.
func (w *watchFirst) look() {
	s := w.store.Load()
	if !w.dueAt.IsZero() || s == nil {
		return
	}
	now := time.Now()
	list, err := s.Callbacks(context.Background(), localstore.CallbackFilter{Limit: w.want + 1})
	if err != nil || len(list) < w.want {
		return
	}
	ids := make([]string, len(list))
	for i, c := range list {
		ids[i] = c.Customer
	}
	held, err := s.Held(context.Background(), ids)
	if err == nil && len(held) == len(ids) {
		w.dueAt = now
	}
}

// atomicStore is a store that is known a moment after its client began.
type atomicStore struct {
	mu sync.Mutex
	s  *localstore.Store
}

func (a *atomicStore) Store(s *localstore.Store) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.s = s
}

func (a *atomicStore) Load() *localstore.Store {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.s
}

// savesUntil saves again and again until done is closed.
func savesUntil(ctx context.Context, s *station, done <-chan struct{}) (took []time.Duration, err error) {
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return took, ctx.Err() //nolint:wrapcheck // Run does
		case <-done:
			return took, nil
		case <-tick.C:
			one, err := s.save(ctx, "")
			if err != nil {
				return took, err
			}
			took = append(took, one)
		}
	}
}
