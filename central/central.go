// Package central is the server that desks synchronise with: who may sign in, the log of ops, the
// rows as they stand, what each desk may hold of them, and the queues as the PBX tells them.
//
// Open makes a Central on a directory of its own; every method may then be called from any goroutine.
// Handler serves desks from the moment of Open. Run does what goes on by itself (the PBX feed, steering,
// the forgetting of old removals) and holds the directory against a second server; it blocks until
// ctx ends and leaves no goroutine behind. When Run returns, or at Close, watching desks are let go.
// Close comes last, after the HTTP server has been shut down.
package central

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/callbench/callbench/central/pbx"
	"github.com/callbench/callbench/desk"
)

// Config says where central keeps its data and what it is connected to.
type Config struct {
	Dir   string // made if missing, mode 0700
	Org   string // organisation; empty: the one in the data, "main" for new data
	Feed  pbx.Feed
	Steer func(extension string, ready bool) // tells the PBX whether an agent takes calls; called from Run
	Log   *slog.Logger
	Now   func() time.Time

	Version string // of the program that serves; desks are told

	// ShowUnowned lets every lead see the phones of the PBX that belong to no user: for an organisation
	// whose phones are in no groups. Otherwise only admins see them.
	ShowUnowned bool

	VFS string // the disk below the database by its name among SQLite's, for tests; empty: the platform's
}

// Central is an open server. Its zero value is of no use.
type Central struct {
	cfg   Config
	org   string
	log   *slog.Logger
	db    engine
	hub   *hub
	board *board
	locks *attempts
	// hashing bounds how many passwords are checked at a time: each takes argonMemory.
	hashing chan struct{}
	awaited atomic.Int32 // those and the ones that wait for it

	unwritten chan timedEvent // queue events on their way to the file
	dropped   atomic.Int64    // events that found no room there

	signing atomic.Pointer[signing] // set by Open
	secret  []byte                  // of the cursors; set by Open

	quitOnce  sync.Once
	closeOnce sync.Once
	quit      chan struct{} // closed when watching desks shall go
}

// dbName is the database's file inside Config.Dir.
const dbName = "central.db"

// Open opens or makes central's data. Errors, wrapped: desk.ErrNewer where a newer version wrote it,
// desk.ErrNotFound where a restore that was cut short has taken it away.
func Open(ctx context.Context, cfg Config) (*Central, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("open central: %w", err)
	}
	if err := halfRestored(cfg.Dir); err != nil {
		return nil, fmt.Errorf("open central in %s: %w", cfg.Dir, err)
	}
	db, err := openSQLite(ctx, filepath.Join(cfg.Dir, dbName), cfg.VFS)
	if err != nil {
		return nil, fmt.Errorf("open central in %s: %w", cfg.Dir, err)
	}
	c := &Central{
		cfg: cfg, log: cfg.Log, db: db, hub: newHub(), board: newBoard(), locks: newAttempts(),
		hashing: make(chan struct{}, max(1, runtime.NumCPU())), quit: make(chan struct{}),
		unwritten: make(chan timedEvent, maxUnwritten),
	}
	if err := c.settle(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open central in %s: %w", cfg.Dir, err), db.close())
	}
	return c, nil
}

// settle finds the organisation, makes its counter row and counts today's queue events again.
func (c *Central) settle(ctx context.Context) error {
	err := c.db.write(ctx, func(q queryer) error {
		var known string
		err := q.QueryRowContext(ctx, "SELECT org FROM counter ORDER BY org LIMIT 1").Scan(&known)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		c.org = c.cfg.Org
		if c.org == "" {
			c.org = known
		}
		if c.org == "" {
			c.org = "main"
		}
		if known != "" && known != c.org {
			return fmt.Errorf("the data belongs to organisation %q, not %q: %w", known, c.org, desk.ErrConflict)
		}
		epoch := newEpoch()
		_, err = q.ExecContext(ctx, `INSERT INTO counter (org, seq, floor, ticket, epoch) VALUES (?, 0, 0, 0, ?)
			ON CONFLICT (org) DO NOTHING`, c.org, epoch)
		if err == nil && known == "" {
			err = noteEpoch(ctx, q, c.org, epoch, whyFirst, 0, c.now())
		}
		if err != nil {
			return err
		}
		return c.loadSecret(ctx, q)
	})
	if err != nil {
		return err
	}
	if err := c.loadSigning(ctx); err != nil {
		return err
	}
	if err := c.eraseAgain(ctx); err != nil {
		return err
	}
	if err := c.recount(ctx); err != nil {
		return err
	}
	return c.look(ctx)
}

// Org is the organisation that this central serves.
func (c *Central) Org() string { return c.org }

func newEpoch() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

func (c *Central) now() desk.Millis { return desk.MillisOf(c.cfg.Now()) }

// Times of Run.
const (
	lookEvery   = time.Second // for changes that another process (seed) made
	forgetEvery = time.Hour
	forgetAfter = 40 * 24 * time.Hour // how long removals are told; desks away for longer get a snapshot
	feedPause   = time.Second         // before a feed that ended is started again
)

// Run works until ctx ends; it returns an error only where the directory is in use by another server.
func (c *Central) Run(ctx context.Context) error {
	release, err := lockDir(ctx, c.cfg.Dir)
	if err != nil {
		return err
	}
	defer release()
	defer c.letGo()
	var wg sync.WaitGroup
	wg.Go(func() { c.runFeed(ctx) })
	wg.Go(func() { c.runSteer(ctx) })
	wg.Go(func() { c.runRecorder(ctx) })
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	forget := time.NewTicker(forgetEvery)
	defer forget.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			wg.Wait()
			return nil
		case <-look.C:
			err := errors.Join(c.look(ctx), c.meetPeople(ctx), c.lapse(ctx))
			if err != nil && !failing && ctx.Err() == nil {
				c.log.ErrorContext(ctx, "database does not answer", "error", err)
			}
			failing = err != nil
		case <-forget.C:
			before := desk.MillisOf(c.cfg.Now().Add(-forgetAfter))
			if err := c.Compact(ctx, before); err != nil && ctx.Err() == nil {
				c.log.WarnContext(ctx, "old removals were not forgotten", "error", err)
			}
			if _, err := c.AgePool(ctx); err != nil && ctx.Err() == nil {
				c.log.WarnContext(ctx, "the pool was not aged", "error", err)
			}
		}
	}
}

// look finds out whether somebody else wrote, and tells the watching desks.
func (c *Central) look(ctx context.Context) error {
	var seq int64
	err := c.db.read(ctx, func(q queryer) error {
		return q.QueryRowContext(ctx, "SELECT seq FROM counter WHERE org = ?", c.org).Scan(&seq)
	})
	if err != nil {
		return err
	}
	c.hub.catchUp(seq)
	return nil
}

func (c *Central) letGo() { c.quitOnce.Do(func() { close(c.quit) }) }

// Close lets watching desks go and closes the data. A second Close does nothing.
func (c *Central) Close() error {
	c.letGo()
	var err error
	c.closeOnce.Do(func() { err = c.db.close() })
	if err != nil {
		return fmt.Errorf("close central: %w", err)
	}
	return nil
}
