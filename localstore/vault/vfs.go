package vault

import (
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// fileMethods is the table of our file methods on the C heap. SQLite keeps pointers to it as long as
// the process lives, so it is made once and never freed.
//
//nolint:gochecknoglobals // see above
var fileMethods = sync.OnceValue(func() uintptr {
	tls := libc.NewTLS()
	defer tls.Close()
	p := libc.Xcalloc(tls, 1, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_io_methods{})))
	t := (*sqlite3.Tsqlite3_io_methods)(unsafe.Pointer(p))
	t.FiVersion = 2 // 3 would offer mapped pages
	t.FxClose = pointer(xClose)
	t.FxRead = pointer(xRead)
	t.FxWrite = pointer(xWrite)
	t.FxTruncate = pointer(xTruncate)
	t.FxSync = pointer(xSync)
	t.FxFileSize = pointer(xFileSize)
	t.FxLock = pointer(xLock)
	t.FxUnlock = pointer(xUnlock)
	t.FxCheckReservedLock = pointer(xCheckReservedLock)
	t.FxFileControl = pointer(xFileControl)
	t.FxSectorSize = pointer(xSectorSize)
	t.FxDeviceCharacteristics = pointer(xDeviceCharacteristics)
	t.FxShmMap = pointer(xShmMap)
	t.FxShmLock = pointer(xShmLock)
	t.FxShmBarrier = pointer(xShmBarrier)
	t.FxShmUnmap = pointer(xShmUnmap)
	return p
})

// The shapes of SQLite's VFS methods.
type (
	fnOpen   = func(*libc.TLS, uintptr, uintptr, uintptr, int32, uintptr) int32
	fnDelete = func(*libc.TLS, uintptr, uintptr, int32) int32
	fnAccess = func(*libc.TLS, uintptr, uintptr, int32, uintptr) int32
	fnPath   = func(*libc.TLS, uintptr, uintptr, int32, uintptr) int32
	fnError  = func(*libc.TLS, uintptr, int32, uintptr) int32
)

func fillVFS(v *VFS) {
	t := (*sqlite3.Tsqlite3_vfs)(unsafe.Pointer(v.self))
	copyVFS(v.self, v.under)
	t.FzName, t.FpAppData = v.cname, v.id
	t.FszOsFile += headSize
	t.FxOpen = pointer(xOpen)
	t.FxDelete = pointer(xDelete)
	t.FxAccess = pointer(xAccess)
	t.FxFullPathname = pointer(xFullPathname)
	t.FxGetLastError = pointer(xGetLastError)
	// The others (random bytes, sleep, time, libraries) ignore the VFS they are given, on unix and
	// on Windows.
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

func platform(self uintptr) *sqlite3.Tsqlite3_vfs {
	v, _ := open.Load((*sqlite3.Tsqlite3_vfs)(unsafe.Pointer(self)).FpAppData)
	return (*sqlite3.Tsqlite3_vfs)(unsafe.Pointer(v.(*VFS).under)) //nolint:errcheck,forcetypeassert // only ours are in there
}

func xOpen(tls *libc.TLS, self, name, p uintptr, flags int32, outFlags uintptr) int32 {
	f := at(p)
	*f = file{}
	at(under(p)).methods = 0
	switch {
	case flags&sqlite3.SQLITE_OPEN_MAIN_DB != 0:
		f.kind = kindMain
	case flags&sqlite3.SQLITE_OPEN_WAL != 0:
		f.kind = kindLog
	default: // rollback journals and temporary files would hold plain text
		return sqlite3.SQLITE_CANTOPEN
	}
	u := platform(self)
	if rc := function[fnOpen](u.FxOpen)(tls, uintptr(unsafe.Pointer(u)), name, under(p), flags, outFlags); rc != sqlite3.SQLITE_OK {
		if at(under(p)).methods != 0 {
			function[fnFile](methodsUnder(p).FxClose)(tls, under(p))
		}
		return rc
	}
	f.vfs = (*sqlite3.Tsqlite3_vfs)(unsafe.Pointer(self)).FpAppData
	if v, ok := open.Load(f.vfs); ok {
		f.plain = v.(*VFS).plain //nolint:errcheck,forcetypeassert // only ours are in there
	}
	if f.scratch = libc.Xmalloc(tls, PageSize); f.scratch == 0 {
		function[fnFile](methodsUnder(p).FxClose)(tls, under(p))
		return sqlite3.SQLITE_NOMEM
	}
	f.methods = fileMethods()
	return sqlite3.SQLITE_OK
}

func xDelete(tls *libc.TLS, self, name uintptr, syncDir int32) int32 {
	u := platform(self)
	return function[fnDelete](u.FxDelete)(tls, uintptr(unsafe.Pointer(u)), name, syncDir)
}

func xAccess(tls *libc.TLS, self, name uintptr, flags int32, result uintptr) int32 {
	u := platform(self)
	return function[fnAccess](u.FxAccess)(tls, uintptr(unsafe.Pointer(u)), name, flags, result)
}

func xFullPathname(tls *libc.TLS, self, name uintptr, n int32, out uintptr) int32 {
	u := platform(self)
	return function[fnPath](u.FxFullPathname)(tls, uintptr(unsafe.Pointer(u)), name, n, out)
}

func xGetLastError(tls *libc.TLS, self uintptr, n int32, out uintptr) int32 {
	u := platform(self)
	return function[fnError](u.FxGetLastError)(tls, uintptr(unsafe.Pointer(u)), n, out)
}
