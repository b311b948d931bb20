// Package vault keeps a SQLite file unreadable to whoever takes the disk: a VFS over modernc.org/sqlite
// that seals every page of the database and of its write-ahead log with AES-256-GCM, in pure Go.
//
// It owns the VFS and its keys. localstore calls Open before it opens a file and Close after every
// connection to that file is closed; in between SQLite calls the VFS from whichever goroutine uses a
// connection. Nothing runs by itself and nothing has to be stopped but Close.
//
// A page of the database is 4096 bytes of which the last 32 (Reserve) belong to the vault:
//
//	4064 bytes sealed | 16 bytes tag | 12 bytes nonce | 4 bytes key epoch
//
// A file has one key, in the first epoch 1; while it is rotated there are two, each page says whose it is, and
// the newest seals (Ring). Tag and epoch bind a page to its place: file kind, page number (in the log: frame number) and epoch
// are authenticated with it, so that pages cannot be swapped. A page that was rolled back to an older
// version of itself is not detected here; central's check of op numbers is. Of the log's frame header
// the salts and checksums, which are computed over plain text, are enciphered as one block, with the key of
// the epoch that the page of the frame names. Locks, page
// numbers and file sizes stay visible, as does the shared-memory index (page numbers and one running
// checksum). Rollback journals and temporary files are refused, since they would hold plain text: the
// caller sets journal_mode=WAL and temp_store=MEMORY.
package vault

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// PageSize is the size in bytes of a page; the vault knows no other.
	PageSize = 4096
	// Reserve is how many bytes at the end of each page are the vault's.
	Reserve = 32
	// ReservePragma is the pragma a connection runs on an empty file, before the first page is
	// written, so that SQLite leaves the last 32 bytes of every page alone.
	ReservePragma = "callbench_reserve"
)

// ErrKey tells that no page of a file opens with the key: another key, or not a sealed file.
var ErrKey = errors.New("key does not open the file")

// VFS is the keys of one file in use. SQLite finds it by Name.
type VFS struct {
	name  string
	ring  atomic.Pointer[Ring]
	id    uintptr
	under uintptr // *sqlite3_vfs of the platform
	self  uintptr // our *sqlite3_vfs, on the C heap
	cname uintptr
	once  sync.Once

	over   string       // name of the VFS below; empty: the platform's
	plain  bool         // see Plain
	logEnd atomic.Int64 // see LogBytes
	// dropped: a sync of the database has failed, see xSync. A new VFS begins with a file that is opened anew.
	dropped atomic.Bool
}

// SQLite hands a VFS back as a C pointer; these two find the Go value that belongs to it. Entries live
// from Open to Close.
//
//nolint:gochecknoglobals // SQLite's own list of VFSes is global to the process.
var (
	open   sync.Map // uintptr → *VFS
	nextID atomic.Uintptr
)

// Open registers a VFS for keys with SQLite. The caller names it in its connections (?vfs=NAME).
func Open(keys *Ring, options ...Option) (*VFS, error) {
	tls := libc.NewTLS()
	defer tls.Close()
	if rc := sqlite3.Xsqlite3_initialize(tls); rc != sqlite3.SQLITE_OK {
		return nil, fmt.Errorf("vault: initialise sqlite: code %d", rc)
	}
	v := &VFS{id: nextID.Add(1)}
	v.ring.Store(keys)
	v.name = "callbench-vault-" + strconv.FormatUint(uint64(v.id), 10)
	for _, o := range options {
		o(v)
	}
	if (keys == nil) != v.plain {
		return nil, errors.New("vault: keys or Plain")
	}
	var err error
	if v.under, err = find(tls, v.over); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if v.under == 0 {
		return nil, fmt.Errorf("vault: sqlite has no file system %q", v.over)
	}
	if v.cname, err = libc.CString(v.name); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	v.self = libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	if v.self == 0 {
		libc.Xfree(tls, v.cname)
		return nil, errors.New("vault: out of memory")
	}
	fillVFS(v)
	open.Store(v.id, v)
	if rc := sqlite3.Xsqlite3_vfs_register(tls, v.self, 0); rc != sqlite3.SQLITE_OK {
		open.Delete(v.id)
		libc.Xfree(tls, v.self)
		libc.Xfree(tls, v.cname)
		return nil, fmt.Errorf("vault: register: code %d", rc)
	}
	return v, nil
}

// Name is what a connection names the VFS by.
func (v *VFS) Name() string { return v.name }

// Ring is the keys in use.
func (v *VFS) Ring() *Ring { return v.ring.Load() }

// Use goes on with other keys. The caller holds the turn to write: a frame of the log must not begin with
// one key and end with another. Pages of an epoch that is not held any more do not open from here on.
func (v *VFS) Use(keys *Ring) { v.ring.Store(keys) }

// Close takes the VFS away from SQLite. Every connection that used it must be closed by then.
func (v *VFS) Close() {
	v.once.Do(func() {
		tls := libc.NewTLS()
		defer tls.Close()
		sqlite3.Xsqlite3_vfs_unregister(tls, v.self)
		open.Delete(v.id)
		libc.Xfree(tls, v.self)
		libc.Xfree(tls, v.cname)
	})
}
