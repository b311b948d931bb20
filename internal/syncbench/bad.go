package syncbench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/callbench/callbench/desk"
	datasync "github.com/callbench/callbench/sync"
)

// Sizes of the scopes that come down over bad lines.
const (
	cutCustomers  = 20_000
	slowCustomers = 10_000 // some 5 MB
	slowSaves     = 25
)

// cut is a first sync whose connection breaks again and again, after any number of bytes.
func (b *bench) cut(ctx context.Context) error {
	r, err := b.start(ctx, cutCustomers, 1)
	if err != nil {
		return err
	}
	defer r.stop() //nolint:errcheck // what was measured is not its affair
	began, rows, rounds := time.Now(), 0, 0
	bad := &torn{dice: rand.New(rand.NewPCG(b.cfg.Seed, 1)), left: b.cfg.Cuts, most: 96 << 10} //nolint:gosec // no secret
	for ; int(bad.count.Load()) < b.cfg.Cuts; rounds++ {
		n, err := b.cutOnce(ctx, r, bad)
		if err != nil {
			return err
		}
		rows += n
	}
	name := fmt.Sprintf("%d cuts", b.cfg.Cuts)
	b.line(name+", first syncs meanwhile", float64(rounds), "", 0)
	b.line(name+", in all", time.Since(began).Seconds(), "s", 0)
	b.line(name+", customers missing", float64(rounds*cutCustomers-rows), "", 0.5)
	return nil
}

// cutOnce is one first sync; it tells how many customers the desk has then.
func (b *bench) cutOnce(ctx context.Context, r *remote, bad *torn) (int, error) {
	dir, err := b.fresh("cut")
	if err != nil {
		return 0, err
	}
	done := make(chan struct{})
	once := false
	s, err := r.desk(ctx, dir, userName(0), r.transport(bad.dial), func(e datasync.Event) {
		if _, ok := e.(datasync.Synced); ok && !once {
			once = true
			close(done)
		}
	})
	if err != nil {
		return 0, err
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for waiting := true; waiting; {
		select {
		case <-ctx.Done():
			return 0, errors.Join(ctx.Err(), s.stop())
		case <-tick.C:
			s.client.Nudge() // the network is back
		case <-done:
			waiting = false
		}
	}
	count, err := s.store.Count(ctx)
	return count[desk.TableCustomer], errors.Join(err, s.stop())
}

// slow is a first sync over a slow line, with saves on their way to central meanwhile, and what a call finds left of
// the line.
func (b *bench) slow(ctx context.Context) error {
	r, err := b.start(ctx, slowCustomers, 1)
	if err != nil {
		return err
	}
	defer r.stop() //nolint:errcheck // what was measured is not its affair
	dir, err := b.fresh("slow")
	if err != nil {
		return err
	}
	line := &slowLine{}
	begun, whole := make(chan struct{}), make(chan struct{})
	pages := 0
	s, err := r.desk(ctx, dir, userName(0), r.transport(line.dial), func(e datasync.Event) {
		switch e.(type) {
		case datasync.Fetching:
			if pages++; pages == 3 {
				close(begun)
			}
		case datasync.Synced:
			select {
			case <-whole:
			default:
				close(whole)
			}
		}
	})
	if err != nil {
		return err
	}
	err = b.slowSaves(ctx, s, line, begun, whole)
	return errors.Join(err, s.stop())
}

func (b *bench) slowSaves(ctx context.Context, s *station, line *slowLine, begun, whole <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return ctx.Err() //nolint:wrapcheck // Run does
	case <-begun:
	}
	var took []time.Duration
	began, before := time.Now(), line.down.count()
	for len(took) < slowSaves {
		select {
		case <-whole:
			return fmt.Errorf("all was there after %d saves", len(took))
		default:
		}
		one, err := s.toCentral(ctx)
		if err != nil {
			return err
		}
		took = append(took, one)
	}
	share := func(since time.Time, before int64) float64 {
		return float64(line.down.count()-before) / time.Since(since).Seconds() / slowRate * 100
	}
	b.line("slow line, of it used", share(began, before), "%", 0)
	s.client.Talking(true)
	if err := pause(ctx, 2*time.Second); err != nil { // what is on its way arrives
		return err
	}
	began, before = time.Now(), line.down.count()
	if err := pause(ctx, 8*time.Second); err != nil {
		return err
	}
	b.line("slow line, of it used during a call", share(began, before), "%", 70)
	b.times("slow line, save to central", took, 2000)
	return nil
}

// toCentral saves and waits until central has taken it.
func (s *station) toCentral(ctx context.Context) (time.Duration, error) {
	began := time.Now()
	if _, err := s.save(ctx, ""); err != nil {
		return 0, err
	}
	s.client.Nudge()
	for {
		n, err := s.client.Waiting(ctx)
		if err != nil || n == 0 {
			return time.Since(began), err //nolint:wrapcheck // Run does
		}
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return 0, err
		}
	}
}
