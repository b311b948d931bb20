package powercut

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// vfs is the disk as SQLite sees it.
type vfs struct {
	name  string
	id    uintptr
	under uintptr // *sqlite3_vfs of the platform
	self  uintptr // ours, on the C heap
	cname uintptr
}

// handle is an open file of a disk.
type handle struct {
	disk  *Disk
	name  string
	inode int
	fresh bool // made by this open: the first sync of a journal is one of its directory too
	errno int32
}

// SQLite hands back numbers; these find the Go values that belong to them. Entries live from New to Close and
// from open to close.
//
//nolint:gochecknoglobals // SQLite's own list of VFSes is global to the process.
var (
	disks   sync.Map // uintptr → *Disk
	handles sync.Map // uintptr → *handle
	nextID  atomic.Uintptr
)

// file is the head of our sqlite3_file; the platform's own follows headSize bytes behind.
type file struct {
	methods uintptr
	id      uintptr // key of handles; 0: a file of no interest
}

const headSize = 64

func at(p uintptr) *file           { return (*file)(unsafe.Pointer(p)) }
func under(p uintptr) uintptr      { return p + headSize }
func view(p uintptr, n int) []byte { return unsafe.Slice((*byte)(unsafe.Pointer(p)), n) }

func methodsUnder(p uintptr) *sqlite3.Tsqlite3_io_methods {
	return (*sqlite3.Tsqlite3_io_methods)(unsafe.Pointer(at(under(p)).methods))
}

func handleOf(p uintptr) *handle {
	h, _ := handles.Load(at(p).id)
	return h.(*handle) //nolint:errcheck,forcetypeassert // every open file has one
}

// The shapes of SQLite's methods as modernc.org/sqlite translates them.
type (
	fnOpen     = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	fnDelete   = func(*libc.TLS, uintptr, uintptr, int32) int32
	fnTransfer = func(*libc.TLS, uintptr, uintptr, int32, int64) int32
	fnFile     = func(*libc.TLS, uintptr) int32
	fnFileInt  = func(*libc.TLS, uintptr, int32) int32
	fnFileLong = func(*libc.TLS, uintptr, int64) int32
	fnFilePtr  = func(*libc.TLS, uintptr, uintptr) int32
	fnControl  = func(*libc.TLS, uintptr, int32, uintptr) int32
	fnShmMap   = func(*libc.TLS, uintptr, int32, int32, int32, uintptr) int32
	fnShmLock  = func(*libc.TLS, uintptr, int32, int32, int32) int32
	fnBarrier  = func(*libc.TLS, uintptr)
)

// pointer turns a Go function into what modernc's C code calls; function is its inverse.
func pointer[T any](f T) uintptr {
	holder := &struct{ f T }{f}
	return *(*uintptr)(unsafe.Pointer(holder))
}

func function[T any](p uintptr) T { return *(*T)(unsafe.Pointer(&struct{ uintptr }{p})) }

// fileMethods is the table of our methods on the C heap, made once: SQLite keeps pointers to it.
//
//nolint:gochecknoglobals // see above
var fileMethods = sync.OnceValue(func() uintptr {
	tls := libc.NewTLS()
	defer tls.Close()
	p := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_io_methods{})))
	t := (*sqlite3.Tsqlite3_io_methods)(unsafe.Pointer(p))
	t.FiVersion = 2
	t.FxClose = pointer(xClose)
	t.FxRead = pointer(xRead)
	t.FxWrite = pointer(xWrite)
	t.FxTruncate = pointer(xTruncate)
	t.FxSync = pointer(xSync)
	t.FxFileControl = pointer(xFileControl)
	t.FxLock = pointer(xLock)
	t.FxShmLock = pointer(xShmLock)
	// The rest goes straight to the platform.
	t.FxFileSize = pointer(func(tls *libc.TLS, p, size uintptr) int32 {
		return function[fnFilePtr](methodsUnder(p).FxFileSize)(tls, under(p), size)
	})
	t.FxUnlock = pointer(func(tls *libc.TLS, p uintptr, level int32) int32 {
		return function[fnFileInt](methodsUnder(p).FxUnlock)(tls, under(p), level)
	})
	t.FxCheckReservedLock = pointer(func(tls *libc.TLS, p, result uintptr) int32 {
		return function[fnFilePtr](methodsUnder(p).FxCheckReservedLock)(tls, under(p), result)
	})
	t.FxSectorSize = pointer(func(tls *libc.TLS, p uintptr) int32 {
		return function[fnFile](methodsUnder(p).FxSectorSize)(tls, under(p))
	})
	t.FxDeviceCharacteristics = pointer(func(tls *libc.TLS, p uintptr) int32 {
		return function[fnFile](methodsUnder(p).FxDeviceCharacteristics)(tls, under(p))
	})
	t.FxShmMap = pointer(func(tls *libc.TLS, p uintptr, region, size, extend int32, result uintptr) int32 {
		return function[fnShmMap](methodsUnder(p).FxShmMap)(tls, under(p), region, size, extend, result)
	})
	t.FxShmBarrier = pointer(func(tls *libc.TLS, p uintptr) { function[fnBarrier](methodsUnder(p).FxShmBarrier)(tls, under(p)) })
	t.FxShmUnmap = pointer(func(tls *libc.TLS, p uintptr, remove int32) int32 {
		return function[fnFileInt](methodsUnder(p).FxShmUnmap)(tls, under(p), remove)
	})
	return p
})

func (d *Disk) register() error {
	tls := libc.NewTLS()
	defer tls.Close()
	if rc := sqlite3.Xsqlite3_initialize(tls); rc != sqlite3.SQLITE_OK {
		return fmt.Errorf("initialise sqlite: code %d", rc)
	}
	v := &d.vfs
	v.id = nextID.Add(1)
	v.name = "powercut-" + strconv.FormatUint(uint64(v.id), 10)
	var err error
	if v.under = sqlite3.Xsqlite3_vfs_find(tls, 0); v.under == 0 {
		return errors.New("sqlite has no file system")
	}
	if v.cname, err = libc.CString(v.name); err != nil {
		return err
	}
	v.self = libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	t := (*sqlite3.Tsqlite3_vfs)(unsafe.Pointer(v.self))
	copyVFS(v.self, v.under)
	t.FzName, t.FpAppData = v.cname, v.id
	t.FszOsFile += headSize
	t.FxOpen = pointer(xOpen)
	t.FxDelete = pointer(xDelete)
	t.FxAccess = pointer(func(tls *libc.TLS, self, name uintptr, flags int32, result uintptr) int32 {
		u := diskOf(self).platform()
		return function[fnOther](u.FxAccess)(tls, uintptr(unsafe.Pointer(u)), name, flags, result)
	})
	t.FxFullPathname = pointer(func(tls *libc.TLS, self, name uintptr, n int32, out uintptr) int32 {
		u := diskOf(self).platform()
		return function[fnOther](u.FxFullPathname)(tls, uintptr(unsafe.Pointer(u)), name, n, out)
	})
	disks.Store(v.id, d)
	if rc := sqlite3.Xsqlite3_vfs_register(tls, v.self, 0); rc != sqlite3.SQLITE_OK {
		return fmt.Errorf("register: code %d", rc)
	}
	return nil
}

// copyVFS copies all of a sqlite3_vfs but its link to the next one: that one SQLite writes, holding its own mutex,
// whenever a VFS comes or goes.
func copyVFS(to, from uintptr) {
	const (
		link   = unsafe.Offsetof(sqlite3.Tsqlite3_vfs{}.FpNext)
		behind = link + unsafe.Sizeof(sqlite3.Tsqlite3_vfs{}.FpNext)
		size   = int(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{}))
	)
	a, b := view(to, size), view(from, size)
	copy(a[:link], b[:link])
	copy(a[behind:], b[behind:])
}

type fnOther = func(*libc.TLS, uintptr, uintptr, int32, uintptr) int32

// VFS is the name of the disk among SQLite's.
func (d *Disk) VFS() string { return d.vfs.name }

// Close takes the disk away from SQLite. Every connection that used it must be closed by then.
func (d *Disk) Close() {
	tls := libc.NewTLS()
	defer tls.Close()
	sqlite3.Xsqlite3_vfs_unregister(tls, d.vfs.self)
	disks.Delete(d.vfs.id)
	libc.Xfree(tls, d.vfs.self)
	libc.Xfree(tls, d.vfs.cname)
}

func (d *Disk) platform() *sqlite3.Tsqlite3_vfs {
	return (*sqlite3.Tsqlite3_vfs)(unsafe.Pointer(d.vfs.under))
}

func diskOf(self uintptr) *Disk {
	d, _ := disks.Load((*sqlite3.Tsqlite3_vfs)(unsafe.Pointer(self)).FpAppData)
	return d.(*Disk) //nolint:errcheck,forcetypeassert // only ours are in there
}

// code is an error of the VFS below on its way through do.
type code int32

func (c code) Error() string { return fmt.Sprintf("code %d", int32(c)) }

// carry does op by f, which gives SQLite's code, and gives the code to go back.
func (d *Disk) carry(op Op, f func() int32, torn func()) (int32, *Fault) {
	rc := int32(sqlite3.SQLITE_OK)
	fault := d.do(op, func() error {
		if rc = f(); rc != sqlite3.SQLITE_OK {
			return code(rc)
		}
		return nil
	}, torn)
	switch {
	case rc != sqlite3.SQLITE_OK:
		return rc, nil
	case fault != nil:
		return fault.Code, fault
	}
	return sqlite3.SQLITE_OK, nil
}

func xOpen(tls *libc.TLS, self, name, p uintptr, flags int32, outFlags uintptr) int32 {
	*at(p) = file{}
	at(under(p)).methods = 0
	d := diskOf(self)
	u := d.platform()
	h := &handle{disk: d, name: filepath.Base(libc.GoString(name))}
	h.inode = d.inodeOf(h.name)
	open := func() int32 {
		return function[fnOpen](u.FxOpen)(tls, uintptr(unsafe.Pointer(u)), name, under(p), flags, outFlags)
	}
	var rc int32
	if h.fresh = h.inode == 0 && flags&sqlite3.SQLITE_OPEN_CREATE != 0; h.fresh {
		rc, _ = d.carry(Op{Action: Create, Name: h.name}, open, nil)
		h.inode = d.inodeOf(h.name)
		h.fresh = flags&sqlite3.SQLITE_OPEN_WAL != 0
	} else {
		rc, _ = d.carry(Op{Action: Open, Name: h.name}, open, nil)
	}
	if rc != sqlite3.SQLITE_OK {
		if at(under(p)).methods != 0 {
			function[fnFile](methodsUnder(p).FxClose)(tls, under(p))
		}
		return rc
	}
	at(p).id = nextID.Add(1)
	handles.Store(at(p).id, h)
	at(p).methods = fileMethods()
	return sqlite3.SQLITE_OK
}

func xDelete(tls *libc.TLS, self, name uintptr, syncDir int32) int32 {
	d := diskOf(self)
	u := d.platform()
	rc, _ := d.carry(Op{Action: Remove, Name: filepath.Base(libc.GoString(name))}, func() int32 {
		return function[fnDelete](u.FxDelete)(tls, uintptr(unsafe.Pointer(u)), name, 0)
	}, nil)
	if rc == sqlite3.SQLITE_OK && syncDir != 0 {
		rc, _ = d.carry(Op{Action: SyncDir}, func() int32 { return sqlite3.SQLITE_OK }, nil)
	}
	return rc
}

func xClose(tls *libc.TLS, p uintptr) int32 {
	handles.Delete(at(p).id)
	return function[fnFile](methodsUnder(p).FxClose)(tls, under(p))
}

func (h *handle) carry(op Op, f func() int32, torn func()) int32 {
	op.Name, op.inode = h.name, h.inode
	rc, fault := h.disk.carry(op, f, torn)
	if fault != nil {
		h.errno = int32(fault.Errno) //nolint:gosec // errnos are small
	}
	return rc
}

func xRead(tls *libc.TLS, p, buf uintptr, amt int32, off int64) int32 {
	return handleOf(p).carry(Op{Action: Read, At: off}, func() int32 {
		return function[fnTransfer](methodsUnder(p).FxRead)(tls, under(p), buf, amt, off)
	}, nil)
}

func xWrite(tls *libc.TLS, p, buf uintptr, amt int32, off int64) int32 {
	write := func(n int32) int32 {
		return function[fnTransfer](methodsUnder(p).FxWrite)(tls, under(p), buf, n, off)
	}
	return handleOf(p).carry(Op{Action: Write, At: off, Bytes: view(buf, int(amt))},
		func() int32 { return write(amt) }, func() { write(amt / 2) })
}

func xTruncate(tls *libc.TLS, p uintptr, n int64) int32 {
	return handleOf(p).carry(Op{Action: Truncate, At: n}, func() int32 {
		return function[fnFileLong](methodsUnder(p).FxTruncate)(tls, under(p), n)
	}, nil)
}

func xSync(_ *libc.TLS, p uintptr, _ int32) int32 {
	h, done := handleOf(p), func() int32 { return sqlite3.SQLITE_OK }
	rc := h.carry(Op{Action: Sync}, done, nil)
	if rc == sqlite3.SQLITE_OK && h.fresh { // as unixSync does
		h.fresh = false
		rc = h.carry(Op{Action: SyncDir}, done, nil)
	}
	return rc
}

func xLock(tls *libc.TLS, p uintptr, level int32) int32 {
	return handleOf(p).carry(Op{Action: Lock}, func() int32 {
		return function[fnFileInt](methodsUnder(p).FxLock)(tls, under(p), level)
	}, nil)
}

func xShmLock(tls *libc.TLS, p uintptr, offset, n, flags int32) int32 {
	lock := func() int32 {
		return function[fnShmLock](methodsUnder(p).FxShmLock)(tls, under(p), offset, n, flags)
	}
	if flags&sqlite3.SQLITE_SHM_UNLOCK != 0 {
		return lock()
	}
	return handleOf(p).carry(Op{Action: Lock}, lock, nil)
}

func xFileControl(tls *libc.TLS, p uintptr, op int32, arg uintptr) int32 {
	if h := handleOf(p); op == sqlite3.SQLITE_FCNTL_LAST_ERRNO && h.errno != 0 {
		*(*int32)(unsafe.Pointer(arg)) = h.errno
		return sqlite3.SQLITE_OK
	}
	return function[fnControl](methodsUnder(p).FxFileControl)(tls, under(p), op, arg)
}
