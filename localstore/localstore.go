// Package localstore is the desk's SQLite file: everything the desk shows is read from it, everything
// the agent writes is in it before anyone says "saved".
//
// It owns the file, its one writer connection and a pool of readers. Open makes or opens the file; any
// goroutine may then call any method; Close must come after the last of them. No goroutine runs by
// itself; the owner of a store runs Maintain on one of its own. Writes take turns, each is one transaction and durable (WAL, synchronous=FULL) when the method
// returns; a write that was begun is finished even if its context ends meanwhile, so that its outcome is
// known. Reads run beside writes and see the last committed state.
//
// What is shown of a row is what central last said (base) with the desk's pending ops on top, merged by
// desk.Merge: own changes are always visible. Commit adds an op, ApplyPage moves the base and ends ops.
// The store does not know the sync package; it offers what sync asks for.
//
// The file is sealed page by page from its first page on (localstore/vault); Config.Key opens it. A file
// at Config.Path is always complete: it is made under another name and renamed.
//
// Errors wrap desk.ErrNotFound, ErrInvalid, ErrConflict, ErrDiskFull, ErrReadOnly, ErrWrongKey or ErrNewer
// where one of them fits. They carry no customer's data.
package localstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore/vault"
)

// Config says which file to open and whose it is.
type Config struct {
	Path string
	Key  [32]byte // must not be all zeros
	Org  string
	User string
	Desk string       // installation's id for a new file; empty: a random one. A file keeps its own.
	Log  *slog.Logger // nil: no log
	Now  func() time.Time

	Measure *Measure // nil, but for internal/storebench

	// Tests put another disk below the store.
	dir  directory // nil: the operating system's
	disk string    // name of the VFS below the vault; empty: the platform's
}

// Store is an open file.
type Store struct {
	cfg   Config
	vault *vault.VFS
	write *writer
	read  *reader
	due   chan struct{} // room for one: Maintain has something to do

	keys               keys
	turning            atomic.Pointer[turning] // nil: no rotation
	resealed, toReseal atomic.Int64            // see KeyTurn

	asked sync.Mutex           // over stmts
	stmts map[string]statement // of the readers, see prepared
	near  nearby               // what every search looks through first
	older atomic.Bool          // tables of the first schema are searched, too

	merging bool      // see mergeWords; Maintain's alone
	merged  time.Time // when that was done last; Maintain's alone

	paging   sync.Mutex    // one page, or one renumbering, at a time: each is several transactions
	pageTime time.Duration // how long a page may have the writer at a time
	paged    atomic.Int64  // when the last page of a snapshot that goes on came, in Unix nanoseconds
	held     atomic.Int64  // see LongestHold
	cutOff   atomic.Bool   // a renumbering was under way when the file was opened

	folder *sql.DB // see fold; Maintain's alone until Close
	folded int64   // how far the log reached when all of it was in the database; Maintain's alone
	tried  int64   // how far it reached when a commit folded it for itself; the writer's alone
}

// Open opens the store at cfg.Path and makes it if it is not there. An existing file is not touched
// unless its key fits (desk.ErrWrongKey), its schema is known (desk.ErrNewer) and it belongs to cfg.User
// and cfg.Org (desk.ErrConflict; empty ones fit, and a file without an owner takes them).
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.dir == nil {
		cfg.dir = platform{}
	}
	s, err := open(ctx, cfg)
	if err != nil {
		return nil, wrap("open store", whyNot(cfg.dir, cfg.Path, err))
	}
	return s, nil
}

func open(ctx context.Context, cfg Config) (_ *Store, err error) {
	if err := cfg.checkKey(); err != nil {
		return nil, err
	}
	if cfg.Path, err = filepath.Abs(cfg.Path); err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, pageTime: pageFor, due: make(chan struct{}, 1), keys: keys{turn: make(chan struct{}, 1), key: cfg.Key}}
	defer func() {
		if err != nil {
			s.close() //nolint:errcheck,gosec // the first error is the one to tell
		}
	}()
	if err := s.unlock(ctx); err != nil {
		return nil, err
	}
	if err := s.openWriter(ctx); err != nil {
		return nil, err
	}
	if err := s.claim(ctx); err != nil {
		return nil, err
	}
	older, err := s.hasOlder(ctx)
	if err != nil {
		return nil, err
	}
	s.older.Store(older)
	s.read = &reader{openReaders(cfg.Path, s.vault), cfg.Measure.trace()}
	cutOff, err := s.isRenumbering(ctx)
	s.cutOff.Store(cutOff)
	return s, err
}

// unlock gives the store its vault, and makes the file where there is none.
func (s *Store) unlock(ctx context.Context) error {
	_, err := os.Stat(s.cfg.Path)
	fresh := errors.Is(err, os.ErrNotExist)
	if err != nil && !fresh {
		return err
	}
	if fresh || s.cfg.Measure.plain() {
		if s.vault, err = s.cfg.openVault(vault.One(s.cfg.Key)); err != nil || !fresh {
			return err
		}
		return create(ctx, s.cfg, s.vault)
	}
	ring, t, err := keysOf(ctx, s.cfg.Path, s.cfg.Key, s.cfg.Log)
	if err != nil {
		return err
	}
	s.turning.Store(t)
	s.vault, err = s.cfg.openVault(ring)
	return err
}

// openWriter opens the file for writing, in the newest schema.
func (s *Store) openWriter(ctx context.Context) error {
	for copied := false; ; copied = true {
		var err error
		if s.write, err = openWriter(ctx, s.cfg.Path, s.vault); err != nil {
			return err
		}
		is, newest, err := versions(ctx, s.write)
		if err != nil {
			return err
		}
		if is == 0 || is == newest || copied {
			break
		}
		if err := s.keepCopy(ctx, is); err != nil { // closes it
			return err
		}
	}
	s.write.trace, s.write.committed = s.cfg.Measure.trace(), s.wrote
	return migrate(ctx, s.write)
}

// claim makes sure that the file is ours, and fills in an owner it did not have.
func (s *Store) claim(ctx context.Context) error {
	return s.write.in(ctx, func(t *tx) error {
		var org, user string
		err := t.row(`SELECT org, user FROM replica`).Scan(&org, &user)
		if errors.Is(err, sql.ErrNoRows) {
			id := s.cfg.Desk
			if id == "" {
				id = uuid.NewString()
			}
			if err := t.dropOlder(); err != nil { // nothing was derived yet
				return err
			}
			return t.exec(`INSERT INTO replica (one, desk, org, user, deriver) VALUES (1, ?, ?, ?, ?)`,
				id, s.cfg.Org, s.cfg.User, deriverVersion)
		}
		if err != nil {
			return err
		}
		if clash(org, s.cfg.Org) || clash(user, s.cfg.User) {
			return fmt.Errorf("the file belongs to another user: %w", desk.ErrConflict)
		}
		if org != "" && user != "" {
			return nil
		}
		// Which customers are own ones was not known: deriver 0 has that found out.
		return t.exec(`UPDATE replica SET org = iif(org = '', ?1, org), user = iif(user = '', ?2, user), deriver = iif(user = '' AND ?2 <> '', 0, deriver)`,
			s.cfg.Org, s.cfg.User)
	})
}

func clash(ours, asked string) bool { return ours != "" && asked != "" && ours != asked }

// Close closes the file. Everything that was acknowledged is on disk already; the log is folded into
// the database.
func (s *Store) Close() error {
	if err := s.close(); err != nil {
		return wrap("close store", err)
	}
	return nil
}

func (s *Store) close() error {
	var errs []error
	for _, st := range s.stmts {
		errs = append(errs, st.Close())
	}
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.folder != nil {
		errs = append(errs, s.folder.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.close())
	}
	if s.vault != nil {
		s.vault.Close()
	}
	return errors.Join(errs...)
}

func (s *Store) now() desk.Millis { return desk.MillisOf(s.cfg.Now()) }
