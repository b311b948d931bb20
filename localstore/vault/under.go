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
	if rc == sqlite3.SQLITE_OK && f.kind == kindLog {
		f.owner().logEnd.Store(end)
	}
	return explain(tls, p, rc)
}

// owner is the VFS a file was opened through.
func (f *file) owner() *VFS {
	v, _ := open.Load(f.vfs)
	return v.(*VFS) //nolint:errcheck,forcetypeassert // a file outlives no VFS, and only ours are in there
}

// explain says of an error whether the disk is full or cannot be written, or somebody holds the file. SQLite takes only ENOSPC of a write for the
// first and nothing for the second; to the agent a quota, a limit on the size of files and a disk that was mounted
// anew for reading, whether they are met by a write or a sync, look the same.
func explain(tls *libc.TLS, p uintptr, rc int32) int32 {
	if rc&0xff != sqlite3.SQLITE_IOERR {
		return rc
	}
	errno := libc.Xcalloc(tls, 1, 4)
	if errno == 0 {
		return rc
	}
	defer libc.Xfree(tls, errno)
	told := function[fnControl](methodsUnder(p).FxFileControl)(tls, under(p), sqlite3.SQLITE_FCNTL_LAST_ERRNO, errno)
	if told != sqlite3.SQLITE_OK {
		return rc
	}
	e := syscall.Errno(*(*int32)(unsafe.Pointer(errno))) //nolint:gosec // an errno is positive
	if Held(e) {
		return sqlite3.SQLITE_IOERR_LOCK
	}
	switch e { //nolint:exhaustive // there are a hundred
	case syscall.ENOSPC, syscall.EFBIG, syscall.EDQUOT:
		return sqlite3.SQLITE_FULL
	case syscall.EROFS:
		return sqlite3.SQLITE_READONLY
	}
	return rc
}

func xTruncate(tls *libc.TLS, p uintptr, n int64) int32 {
	return explain(tls, p, function[fnFileLong](methodsUnder(p).FxTruncate)(tls, under(p), n))
}

// xSync refuses to sync a database again whose sync has failed: the system may have dropped what it could not
// write, and says so only once. Then no checkpoint ends, the log keeps everything, and the next opening of the
// file writes it again. A log has no such memory, since a commit whose sync failed is written anew.
func xSync(tls *libc.TLS, p uintptr, flags int32) int32 {
	f := at(p)
	if f.kind != kindMain {
		return explain(tls, p, function[fnFileInt](methodsUnder(p).FxSync)(tls, under(p), flags))
	}
	if f.owner().dropped.Load() {
		return sqlite3.SQLITE_IOERR_FSYNC
	}
	rc := function[fnFileInt](methodsUnder(p).FxSync)(tls, under(p), flags)
	if rc != sqlite3.SQLITE_OK {
		f.owner().dropped.Store(true)
	}
	return explain(tls, p, rc)
}
