package vault

import (
	"encoding/binary"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// Layout of a write-ahead log, https://sqlite.org/fileformat2.html#walformat.
const (
	logHeader   = 32
	frameHeader = 24
	frameSize   = frameHeader + PageSize
)

// file is the head of our sqlite3_file; the platform's own follows headSize bytes behind. It lies on
// the C heap: SQLite allocates it, one connection at a time uses it.
type file struct {
	methods uintptr
	vfs     uintptr // key of open
	scratch uintptr // one page
	db      uintptr // *sqlite3, once known
	kind    byte
	plain   bool // see Plain
}

const headSize = 64

func at(p uintptr) *file           { return (*file)(unsafe.Pointer(p)) }
func under(p uintptr) uintptr      { return p + headSize }
func (f *file) ring() *Ring        { v, _ := open.Load(f.vfs); return v.(*VFS).ring.Load() } //nolint:errcheck,forcetypeassert // a file outlives no VFS
func view(p uintptr, n int) []byte { return unsafe.Slice((*byte)(unsafe.Pointer(p)), n) }

func methodsUnder(p uintptr) *sqlite3.Tsqlite3_io_methods {
	return (*sqlite3.Tsqlite3_io_methods)(unsafe.Pointer(at(under(p)).methods))
}

// The shapes of SQLite's file methods as modernc.org/sqlite translates them.
type (
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

func xRead(tls *libc.TLS, p, buf uintptr, amt int32, off int64) int32 {
	if at(p).plain {
		return function[fnTransfer](methodsUnder(p).FxRead)(tls, under(p), buf, amt, off)
	}
	if at(p).kind == kindLog {
		return readLog(tls, p, buf, amt, off)
	}
	return readMain(tls, p, buf, amt, off)
}

func readMain(tls *libc.TLS, p, buf uintptr, amt int32, off int64) int32 {
	f, read := at(p), function[fnTransfer](methodsUnder(p).FxRead)
	if amt == PageSize && off%PageSize == 0 {
		if rc := read(tls, under(p), buf, amt, off); rc != sqlite3.SQLITE_OK {
			return rc // also a short read: past the end, already filled with zeros
		}
		if f.ring().openPage(view(buf, PageSize), place{kindMain, uint64(off) / PageSize}) != nil { //nolint:gosec // SQLite's offsets are not negative
			return sqlite3.SQLITE_IOERR_DATA
		}
		return sqlite3.SQLITE_OK
	}
	out := view(buf, int(amt))
	start := off / PageSize * PageSize
	if off+int64(amt) > start+PageSize {
		clear(out)
		return sqlite3.SQLITE_IOERR_READ // SQLite reads parts of page 1 only
	}
	if rc := read(tls, under(p), f.scratch, PageSize, start); rc != sqlite3.SQLITE_OK {
		clear(out)
		return rc
	}
	page := view(f.scratch, PageSize)
	if f.ring().openPage(page, place{kindMain, uint64(start) / PageSize}) != nil { //nolint:gosec // not negative
		// Page 1 torn by a power cut during a checkpoint: the header probe at open must pass, for
		// the log still holds the page. A read of the whole page does fail.
		clear(out)
		return sqlite3.SQLITE_IOERR_SHORT_READ
	}
	copy(out, page[off-start:])
	return sqlite3.SQLITE_OK
}

func readLog(tls *libc.TLS, p, buf uintptr, amt int32, off int64) int32 {
	f, read := at(p), function[fnTransfer](methodsUnder(p).FxRead)
	if off >= logHeader && (off-logHeader)%frameSize < frameHeader && amt <= frameHeader {
		return readMark(tls, p, buf, amt, off)
	}
	rc := read(tls, under(p), buf, amt, off)
	if rc != sqlite3.SQLITE_OK || off < logHeader {
		return rc
	}
	frame, in := uint64(off-logHeader)/frameSize, (off-logHeader)%frameSize
	b := view(buf, int(amt))
	switch {
	case in == 0 && amt == frameSize:
		f.ring().openMark(b, frame, pageEpoch(b[frameHeader:]))
		if b = b[frameHeader:]; f.ring().openPage(b, place{kindLog, frame}) != nil {
			clear(b) // torn or from an older round of the log: SQLite's checksum rejects it
		}
		return sqlite3.SQLITE_OK
	case in == frameHeader && amt == PageSize:
		// SQLite reads a page alone only if the frame is part of a committed transaction.
		if f.ring().openPage(b, place{kindLog, frame}) != nil {
			clear(b)
			return sqlite3.SQLITE_IOERR_DATA
		}
		return sqlite3.SQLITE_OK
	}
	clear(b)
	return sqlite3.SQLITE_IOERR_READ
}

// readMark reads a frame header or a part of it. SQLite does so when a page that has been spilled to the log
// changes again in the same transaction: the checksums from that frame on are computed anew, from those of
// the frame before. The page behind the header tells the epoch.
func readMark(tls *libc.TLS, p, buf uintptr, amt int32, off int64) int32 {
	f, read := at(p), function[fnTransfer](methodsUnder(p).FxRead)
	frame, in := uint64(off-logHeader)/frameSize, (off-logHeader)%frameSize //nolint:gosec // not negative
	b, header, epoch := view(buf, int(amt)), view(f.scratch, frameHeader), view(f.scratch+frameHeader, 4)
	clear(b)
	if in+int64(amt) > frameHeader {
		return sqlite3.SQLITE_IOERR_READ
	}
	for _, part := range []struct {
		to  []byte
		off int64
	}{{header, off - in}, {epoch, off - in + frameHeader + epochAt}} {
		if rc := read(tls, under(p), uintptr(unsafe.Pointer(&part.to[0])), int32(len(part.to)), part.off); rc != sqlite3.SQLITE_OK { //nolint:gosec // 24 or 4
			return rc
		}
	}
	f.ring().openMark(header, frame, binary.LittleEndian.Uint32(epoch))
	copy(b, header[in:])
	return sqlite3.SQLITE_OK
}

func xWrite(tls *libc.TLS, p, buf uintptr, amt int32, off int64) int32 {
	f, write := at(p), function[fnTransfer](methodsUnder(p).FxWrite)
	to := place{kind: f.kind}
	switch {
	case f.plain:
		return f.written(tls, p, write(tls, under(p), buf, amt, off), off+int64(amt))
	case f.kind == kindMain:
		if amt != PageSize || off%PageSize != 0 {
			return sqlite3.SQLITE_IOERR_WRITE
		}
		to.index = uint64(off) / PageSize //nolint:gosec // not negative
	case off < logHeader:
		return f.written(tls, p, write(tls, under(p), buf, amt, off), off+int64(amt))
	default:
		to.index = uint64(off-logHeader) / frameSize
		switch in := (off - logHeader) % frameSize; {
		case in == 0 && amt == frameHeader:
			header := view(f.scratch, frameHeader)
			copy(header, view(buf, frameHeader))
			f.ring().seals.sealMark(header, to.index)
			return f.written(tls, p, write(tls, under(p), f.scratch, amt, off), off+int64(amt))
		case in != frameHeader || amt != PageSize:
			return sqlite3.SQLITE_IOERR_WRITE
		}
	}
	if f.ring().seals.sealPage(view(f.scratch, PageSize), view(buf, PageSize), to) != nil {
		return sqlite3.SQLITE_IOERR_WRITE
	}
	return f.written(tls, p, write(tls, under(p), f.scratch, amt, off), off+int64(amt))
}

func xClose(tls *libc.TLS, p uintptr) int32 {
	rc := function[fnFile](methodsUnder(p).FxClose)(tls, under(p))
	if f := at(p); f.scratch != 0 {
		clear(view(f.scratch, PageSize))
		libc.Xfree(tls, f.scratch)
		f.scratch = 0
	}
	return rc
}

// xFileControl notes the connection a file belongs to and carries out ReservePragma and FlushPragma.
func xFileControl(tls *libc.TLS, p uintptr, op int32, arg uintptr) int32 {
	f := at(p)
	switch op {
	case sqlite3.SQLITE_FCNTL_PDB:
		f.db = *(*uintptr)(unsafe.Pointer(arg))
	case sqlite3.SQLITE_FCNTL_PRAGMA:
		name := libc.GoString(*(*uintptr)(unsafe.Pointer(arg + unsafe.Sizeof(uintptr(0)))))
		if name == ReservePragma && f.db != 0 {
			return reserve(tls, f.db)
		}
		if name == FlushPragma {
			return xSync(tls, p, sqlite3.SQLITE_SYNC_NORMAL)
		}
	case sqlite3.SQLITE_FCNTL_MMAP_SIZE:
		return sqlite3.SQLITE_NOTFOUND // mapped pages would be cipher text
	}
	return function[fnControl](methodsUnder(p).FxFileControl)(tls, under(p), op, arg)
}

func reserve(tls *libc.TLS, db uintptr) int32 {
	n, main := libc.Xmalloc(tls, 4), libc.Xmalloc(tls, 5)
	defer libc.Xfree(tls, n)
	defer libc.Xfree(tls, main)
	if n == 0 || main == 0 {
		return sqlite3.SQLITE_NOMEM
	}
	copy(view(main, 5), "main\x00")
	*(*int32)(unsafe.Pointer(n)) = Reserve
	return sqlite3.Xsqlite3_file_control(tls, db, main, sqlite3.SQLITE_FCNTL_RESERVE_BYTES, n)
}

func xDeviceCharacteristics(tls *libc.TLS, p uintptr) int32 {
	rc := function[fnFile](methodsUnder(p).FxDeviceCharacteristics)(tls, under(p))
	return rc &^ sqlite3.SQLITE_IOCAP_SUBPAGE_READ // a part of a page cannot be opened
}

// The rest of the file methods go straight to the platform.

func xFileSize(tls *libc.TLS, p, size uintptr) int32 {
	return function[fnFilePtr](methodsUnder(p).FxFileSize)(tls, under(p), size)
}

func xLock(tls *libc.TLS, p uintptr, level int32) int32 {
	return function[fnFileInt](methodsUnder(p).FxLock)(tls, under(p), level)
}

func xUnlock(tls *libc.TLS, p uintptr, level int32) int32 {
	return function[fnFileInt](methodsUnder(p).FxUnlock)(tls, under(p), level)
}

func xCheckReservedLock(tls *libc.TLS, p, result uintptr) int32 {
	return function[fnFilePtr](methodsUnder(p).FxCheckReservedLock)(tls, under(p), result)
}

func xSectorSize(tls *libc.TLS, p uintptr) int32 {
	return function[fnFile](methodsUnder(p).FxSectorSize)(tls, under(p))
}

func xShmMap(tls *libc.TLS, p uintptr, region, size, extend int32, result uintptr) int32 {
	return function[fnShmMap](methodsUnder(p).FxShmMap)(tls, under(p), region, size, extend, result)
}

func xShmLock(tls *libc.TLS, p uintptr, offset, n, flags int32) int32 {
	return function[fnShmLock](methodsUnder(p).FxShmLock)(tls, under(p), offset, n, flags)
}

func xShmBarrier(tls *libc.TLS, p uintptr) {
	function[fnBarrier](methodsUnder(p).FxShmBarrier)(tls, under(p))
}

func xShmUnmap(tls *libc.TLS, p uintptr, remove int32) int32 {
	return function[fnFileInt](methodsUnder(p).FxShmUnmap)(tls, under(p), remove)
}
