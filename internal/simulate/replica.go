package simulate

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/powercut"
	"github.com/callbench/callbench/localstore"
	datasync "github.com/callbench/callbench/sync"
)

// replica is a user's store at a PC with the client that links it to central.
type replica struct {
	machine
	seat
	w       *world
	name    string
	store   *localstore.Store
	client  *datasync.Client
	token   string // in the PC's keyring: it outlives a crash
	forgets bool   // what it kept for a restored central
	skew    time.Duration
	down    bool // its network
	rolled  bool // its disk was replaced by an older copy, or by a copy of another's
	stirred bool // something has happened to what it shows
	gone    bool // its disk was replaced by another copy or thrown away

	own     []*op // committed here, in order; a copy of a disk has those of the original, too
	orphans []*op // committed on a disk that was replaced by an older copy
	copies  []copied
	heard   map[string][]*answer // to pulls, by method
	echo    bool                 // the next answer to a pull is one of these
	misled  bool                 // such an answer came again
}

// copied is an older state of the disk.
type copied struct {
	image powercut.Image
	own   []*op
}

func (d *replica) Load() string      { return d.token }
func (d *replica) Save(token string) { d.token = token }

func (d *replica) config() localstore.Config {
	return localstore.Config{Path: filepath.Join(d.dir, storeName), Key: d.key(), Org: org, User: d.user, Now: d.clock}
}

func (d *replica) clock() time.Time { return d.w.time().Add(d.skew) }

func (d *replica) open(ctx context.Context, image powercut.Image) error {
	d.stirred = true
	if err := d.begin(image); err != nil {
		return err
	}
	store, err := localstore.Open(ctx, d.config().OnDisk(storeDisk{d.disk}))
	if err != nil {
		return fmt.Errorf("the store of %s does not open: %w", d.name, err)
	}
	d.store = store
	d.client = datasync.New(datasync.Config{
		URL: "http://127.0.0.1", User: d.user, Password: func() (string, error) { return password, nil }, Tokens: d,
		Transport: &link{w: d.w, d: d, life: d.life}, Store: store, PageRows: d.w.pageRows, Now: d.clock,
	})
	return nil
}

// crash ends the desk without a word and starts it again from image.
func (d *replica) crash(ctx context.Context, image powercut.Image) error {
	d.disk.Fail(nil)
	_ = d.store.Close()
	if err := d.end(); err != nil {
		return err
	}
	return d.open(ctx, image)
}

func (d *replica) close() error { return errors.Join(d.store.Close(), d.end()) }

// shown reads all rows that the desk shows.
func (d *replica) shown(ctx context.Context) (map[place]desk.Row, error) {
	rows := map[place]desk.Row{}
	err := d.store.EachRow(ctx, func(r desk.Row) error {
		rows[place{r.Table, r.Key}] = r
		return nil
	})
	return rows, err
}
