package vault

import (
	"syscall"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// FlushPragma is the pragma by which a connection makes durable what has been written to the database. It is
// for a checkpoint, which can then do its own sync, in somebody's way, in no time.
const FlushPragma = "callbench_flush"

// Option changes how Open makes a VFS.
type Option func(*VFS)

// Over lays the vault over the VFS that SQLite knows by name instead of over the platform's. Tests put a disk
// there that fails or loses its power (internal/powercut).
func Over(name string) Option { return func(v *VFS) { v.over = name } }

// Plain seals nothing: what SQLite writes goes to the disk as it is. It is there to measure what sealing costs
// (internal/storebench) and goes only without keys, so that no file that has one is ever plain.
func Plain() Option { return func(v *VFS) { v.plain = true } }

// LogBytes is how far the write-ahead log reaches that was last written through this VFS: where its next frame
// goes, not the size of its file.
func (v *VFS) LogBytes() int64 { return v.logEnd.Load() }

// find gives the VFS of that name, the platform's for "", or 0.
func find(tls *libc.TLS, name string) (uintptr, error) {
	if name == "" {
		return sqlite3.Xsqlite3_vfs_find(tls, 0), nil
	}
	c, err := libc.CString(name)
	if err != nil {
		return 0, err
	}
	defer libc.Xfree(tls, c)
	return sqlite3.Xsqlite3_vfs_find(tls, c), nil
}

// written notes and explains what the VFS below said to a write.
func (f *file) written(tls *libc.TLS, p uintptr, rc int32, end int64) int32 {
	switch {
	case rc == sqlite3.SQLITE_OK && f.kind == kindLog:
		if v, ok := open.Load(f.vfs); ok {
			v.(*VFS).logEnd.Store(end) //nolint:errcheck,forcetypeassert // only ours are in there
		}
	case rc == sqlite3.SQLITE_IOERR_WRITE && full(tls, p):
		return sqlite3.SQLITE_FULL
	}
	return rc
}

// full reports whether the last write failed for want of room. SQLite itself takes only ENOSPC for that; a
// quota and a limit on the size of files look the same to the agent.
func full(tls *libc.TLS, p uintptr) bool {
	errno := libc.Xcalloc(tls, 1, 4)
	if errno == 0 {
		return false
	}
	defer libc.Xfree(tls, errno)
	rc := function[fnControl](methodsUnder(p).FxFileControl)(tls, under(p), sqlite3.SQLITE_FCNTL_LAST_ERRNO, errno)
	if rc != sqlite3.SQLITE_OK {
		return false
	}
	switch syscall.Errno(*(*int32)(unsafe.Pointer(errno))) { //nolint:gosec // an errno is positive
	case syscall.EFBIG, syscall.EDQUOT:
		return true
	}
	return false
}

func flush(tls *libc.TLS, p uintptr) int32 {
	return function[fnFileInt](methodsUnder(p).FxSync)(tls, under(p), sqlite3.SQLITE_SYNC_NORMAL)
}
