package storebench

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
)

const (
	minCustomers = 100
	stockSeed    = 1
	stockMake    = 1  // raised when this file makes other rows
	blockPages   = 20 // pages that one of the stores takes in before it is the other's turn
)

// stock is the two stores of a folder.
type stock struct {
	dir           string
	sealed, plain localstore.Config
	mark          mark
}

// mark says of what make the stores of a folder are; it is written when they are complete.
type mark struct {
	Customers, Contacts   int
	Make, Schema, Deriver int
	Key                   string // of the sealed store: what is in it is made up
	Import                Import
	SizeBytes, PlainBytes int64 // of the closed files, before anything was saved
}

func (b *bench) fill(ctx context.Context) error {
	schema, deriver := localstore.Versions()
	want := mark{Customers: b.cfg.Customers, Contacts: b.cfg.Contacts, Make: stockMake, Schema: schema, Deriver: deriver}
	b.stock = &stock{dir: b.cfg.Dir}
	there, err := b.stock.read()
	if err != nil {
		return err
	}
	want.Key, want.Import, want.SizeBytes, want.PlainBytes = there.Key, there.Import, there.SizeBytes, there.PlainBytes
	if there == want && there.Customers > 0 {
		b.r.Import = there.Import
		b.r.Import.Reused = true
		b.r.Compare.ImportRatio = there.Import.Ratio
		b.tell("using the stores in %s", b.cfg.Dir)
		return b.stock.configure()
	}
	var key [32]byte
	rand.Read(key[:])
	want.Key, want.SizeBytes, want.PlainBytes = hex.EncodeToString(key[:]), 0, 0
	b.stock.mark = want
	if err := b.stock.configure(); err != nil {
		return err
	}
	if b.r.Import, err = b.stock.make(ctx, b.tell); err != nil {
		return err
	}
	b.r.Compare.ImportRatio = b.r.Import.Ratio
	b.stock.mark.Import = b.r.Import
	for path, size := range map[string]*int64{b.stock.sealed.Path: &b.stock.mark.SizeBytes, b.stock.plain.Path: &b.stock.mark.PlainBytes} {
		st, err := os.Stat(path)
		if err != nil {
			return err
		}
		*size = st.Size()
	}
	return b.stock.write()
}

func (s *stock) markFile() string { return filepath.Join(s.dir, "stock.json") }

// read gives the mark of the folder, an empty one if there is none.
func (s *stock) read() (mark, error) {
	b, err := os.ReadFile(s.markFile())
	if errors.Is(err, os.ErrNotExist) {
		return mark{}, nil
	}
	if err != nil {
		return mark{}, err
	}
	if err := json.Unmarshal(b, &s.mark); err != nil {
		return mark{}, fmt.Errorf("%s: %w", s.markFile(), err)
	}
	return s.mark, nil
}

func (s *stock) write() error {
	b, err := json.Marshal(s.mark)
	if err != nil {
		return err
	}
	return os.WriteFile(s.markFile(), b, 0o600)
}

func (s *stock) configure() error {
	key, err := hex.DecodeString(s.mark.Key)
	if err != nil || len(key) != len(s.sealed.Key) {
		return fmt.Errorf("%s: no key", s.markFile())
	}
	s.sealed = localstore.Config{Path: filepath.Join(s.dir, "sealed.db"), Org: "bench", User: "bench"}
	copy(s.sealed.Key[:], key)
	s.plain = localstore.Config{Path: filepath.Join(s.dir, "plain.db"), Org: "bench", User: "bench", Measure: &localstore.Measure{Plain: true}}
	return nil
}

func (s *stock) open(ctx context.Context) (pair, error) {
	sealed, err := localstore.Open(ctx, s.sealed)
	if err != nil {
		return pair{}, err
	}
	plain, err := localstore.Open(ctx, s.plain)
	if err != nil {
		return pair{}, errors.Join(err, sealed.Close())
	}
	return pair{sealed, plain}, nil
}

// make fills both stores by pages of one snapshot, as a new desk is filled by central: the real way in.
func (s *stock) make(ctx context.Context, tell func(string, ...any)) (Import, error) {
	for _, name := range []string{s.markFile(), s.sealed.Path, s.plain.Path} {
		for _, side := range []string{"", "-wal", "-shm", ".keys"} {
			if err := os.Remove(name + side); err != nil && !errors.Is(err, os.ErrNotExist) {
				return Import{}, err
			}
		}
	}
	p, err := s.open(ctx)
	if err != nil {
		return Import{}, err
	}
	f := &filling{pair: p, all: s.mark.Customers, tell: tell}
	err = f.run(ctx, s.mark)
	for _, one := range []struct {
		store *localstore.Store
		cfg   localstore.Config
		took  *time.Duration
	}{{p.sealed, s.sealed, &f.sealedTook}, {p.plain, s.plain, &f.plainTook}} { // what is left to do belongs to it
		began := time.Now()
		err = errors.Join(err, one.store.Close())
		if err == nil {
			err = settle(ctx, one.cfg)
		}
		*one.took += time.Since(began)
	}
	if err != nil {
		return Import{}, err
	}
	im := Import{Rows: f.rows, Seconds: f.sealedTook.Seconds(), PlainSeconds: f.plainTook.Seconds()}
	im.RowsPerSecond = float64(int(float64(im.Rows) / im.Seconds))
	im.Ratio = ratio(im.Seconds, im.PlainSeconds)
	return im, nil
}

// settle opens a store once more and waits until it has done what a desk does in its first idle minutes.
func settle(ctx context.Context, cfg localstore.Config) error {
	s, err := localstore.Open(ctx, cfg)
	if err != nil {
		return err
	}
	if !s.Settle(ctx) {
		err = errors.New("the store's own work failed")
	}
	return errors.Join(err, s.Close())
}

// filling is the making of the stores under way. Rows are made up outside of what is timed.
type filling struct {
	pair
	all, done, rows       int
	pages                 []desk.Page
	next                  []desk.Row
	cursor, turn          int
	sealedTook, plainTook time.Duration
	tell                  func(string, ...any)
}

func (f *filling) run(ctx context.Context, m mark) error {
	for c := range sample.Customers(stockSeed, m.Customers, "east", now) {
		if err := f.add(ctx, desk.TableCustomer, c.ID, c); err != nil {
			return err
		}
		for _, k := range contactsOf(c, m.Contacts) {
			if err := f.add(ctx, desk.TableContact, k.ID, k); err != nil {
				return err
			}
		}
		if f.done++; f.done%max(f.all/10, 1) == 0 {
			f.tell("filled %d of %d customers: sealed %.0f s, plain %.0f s", f.done, f.all, f.sealedTook.Seconds(), f.plainTook.Seconds())
		}
	}
	f.page(true)
	return f.flush(ctx)
}

func (f *filling) add(ctx context.Context, table desk.Table, key string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	f.rows++
	f.next = append(f.next, desk.Row{Table: table, Key: key, Seq: int64(f.rows), Body: body})
	if len(f.next) < desk.MaxPageRows {
		return nil
	}
	f.page(false)
	if len(f.pages) < blockPages {
		return nil
	}
	return f.flush(ctx)
}

// page closes a page.
func (f *filling) page(last bool) {
	cursor := func(n int) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprint(n)
	}
	f.pages = append(f.pages, desk.Page{
		Epoch: "bench", From: cursor(f.cursor), To: cursor(f.cursor + 1), Rows: f.next, Reset: f.cursor == 0, Last: last,
	})
	f.next = nil
	f.cursor++
}

// flush gives the pages to both stores, in turn the one or the other first.
func (f *filling) flush(ctx context.Context) error {
	err := f.inTurn(f.turn, func(s *localstore.Store, took *time.Duration) error {
		began := time.Now()
		defer func() { *took += time.Since(began) }()
		return maintained(ctx, s, func() error {
			for _, page := range f.pages {
				if _, err := s.ApplyPage(ctx, page); err != nil {
					return err
				}
			}
			return nil
		})
	})
	f.pages = f.pages[:0]
	f.turn++
	return err
}

func (f *filling) inTurn(turn int, do func(*localstore.Store, *time.Duration) error) error {
	type one struct {
		s    *localstore.Store
		took *time.Duration
	}
	order := []one{{f.sealed, &f.sealedTook}, {f.plain, &f.plainTook}}
	for i := range order {
		o := order[(i+turn)%2]
		if err := do(o.s, o.took); err != nil {
			return err
		}
	}
	return nil
}

// maintained runs f while the store does its own work beside, and waits for that to end.
func maintained(ctx context.Context, s *localstore.Store, f func() error) error {
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.Maintain(ctx) }()
	err := f()
	stop()
	return errors.Join(err, <-ended)
}

// contactsOf makes up just n talks with a customer.
func contactsOf(c desk.Customer, n int) []desk.Contact {
	if c.LastContactAt == 0 { // also those nobody has spoken to yet
		c.LastContactAt = c.CreatedAt + desk.Millis(24*time.Hour/time.Millisecond)
	}
	var list []desk.Contact
	for seed := int64(stockSeed); len(list) < n; seed++ {
		list = append(list, sample.Contacts(seed, c, now)...)
	}
	return list[:n]
}
