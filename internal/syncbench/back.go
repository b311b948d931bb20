package syncbench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	datasync "github.com/callbench/callbench/sync"
)

// offline is how long central is away while desks try: long enough for their longest pauses.
const offline = 30 * time.Second

// comeBack is many desks that have worked without central and find it again.
func (b *bench) comeBack(ctx context.Context) error {
	name := fmt.Sprintf("%d desks with %d calls each come back", b.cfg.Desks, b.cfg.Calls)
	return b.after(ctx, name, b.cfg.Desks, b.cfg.Calls)
}

// queue is one desk with a long queue.
func (b *bench) queue(ctx context.Context) error {
	return b.after(ctx, "10000 queued changes of one desk", 1, 10_000)
}

// after has desks work while central is away, and measures from when it is there again until it has everything, and
// until the desks know that.
func (b *bench) after(ctx context.Context, name string, desks, calls int) (err error) {
	if _, err := b.fresh(centralDir(0, desks)); err != nil { // what it has is counted
		return err
	}
	if err := os.Remove(filepath.Join(b.cfg.Dir, centralDir(0, desks))); err != nil {
		return err //nolint:wrapcheck // Run does
	}
	r, err := b.start(ctx, 0, desks)
	if err != nil {
		return err
	}
	defer r.stop() //nolint:errcheck // what was measured is not its affair
	dir, err := b.fresh("back")
	if err != nil {
		return err
	}
	var synced sync.WaitGroup
	var all []*station
	defer func() {
		for _, s := range all {
			err = errors.Join(err, s.stop())
		}
	}()
	for i := range desks {
		synced.Add(1)
		var once sync.Once
		s, err := r.desk(ctx, dir, userName(i), nil, func(e datasync.Event) {
			if _, ok := e.(datasync.Synced); ok {
				once.Do(synced.Done)
			}
		})
		if err != nil {
			return err
		}
		all = append(all, s)
	}
	synced.Wait()
	if _, err := r.ask("down"); err != nil {
		return err
	}
	for _, s := range all {
		for range calls {
			if _, err := s.save(ctx, ""); err != nil {
				return err
			}
		}
		s.client.Nudge()
	}
	if err := pause(ctx, offline); err != nil {
		return err
	}
	return b.until(ctx, name, r, all, desks*calls)
}

// until lets central come back and waits until all is settled.
func (b *bench) until(ctx context.Context, name string, r *remote, all []*station, calls int) error {
	if _, err := r.ask("up"); err != nil {
		return err
	}
	began := time.Now()
	for {
		n, err := r.ask("count")
		if err != nil {
			return err
		}
		if n == calls {
			break
		}
		if n > calls {
			return fmt.Errorf("central has %d of %d calls", n, calls)
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
	b.line(name+", central complete", time.Since(began).Seconds(), "s", 60)
	for _, s := range all {
		for {
			o, err := s.store.Outbox(ctx)
			if err != nil {
				return err //nolint:wrapcheck // Run does
			}
			if len(o.Refused) > 0 {
				return fmt.Errorf("%d refused", len(o.Refused))
			}
			if o.Pending == 0 {
				break
			}
			if err := pause(ctx, 50*time.Millisecond); err != nil {
				return err
			}
		}
	}
	b.line(name+", desks know it", time.Since(began).Seconds(), "s", 0)
	return nil
}
