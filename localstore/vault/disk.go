package vault

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// disk reads what really lies in a file, past the vault. It goes through the platform's VFS, because a
// process that opens and closes a file by itself drops the locks SQLite holds on it (POSIX). One goroutine
// uses it; close must be called.
type disk struct {
	tls  *libc.TLS
	name uintptr
	file uintptr // *sqlite3_file
	buf  uintptr // diskBuffer bytes
}

const diskBuffer = 64 * PageSize

// openDisk opens path for reading. The error wraps os.ErrNotExist where there is none.
func openDisk(path string) (*disk, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	d := &disk{tls: libc.NewTLS()}
	if rc := sqlite3.Xsqlite3_initialize(d.tls); rc != sqlite3.SQLITE_OK {
		d.close()
		return nil, fmt.Errorf("initialise sqlite: code %d", rc)
	}
	self := sqlite3.Xsqlite3_vfs_find(d.tls, 0)
	if self == 0 {
		d.close()
		return nil, fmt.Errorf("sqlite has no file system")
	}
	u := (*sqlite3.Tsqlite3_vfs)(unsafe.Pointer(self))
	plain, err := libc.CString(path)
	if err != nil {
		d.close()
		return nil, err
	}
	defer libc.Xfree(d.tls, plain)
	d.name = sqlite3.Xsqlite3_create_filename(d.tls, plain, plain, plain, 0, 0)
	d.buf = libc.Xmalloc(d.tls, diskBuffer)
	file := libc.Xcalloc(d.tls, 1, libc.Tsize_t(u.FszOsFile)) //nolint:gosec // a size
	if d.name == 0 || d.buf == 0 || file == 0 {
		libc.Xfree(d.tls, file)
		d.close()
		return nil, fmt.Errorf("out of memory")
	}
	const flags = sqlite3.SQLITE_OPEN_READONLY | sqlite3.SQLITE_OPEN_MAIN_DB
	if rc := function[fnOpen](u.FxOpen)(d.tls, self, d.name, file, flags, 0); rc != sqlite3.SQLITE_OK {
		libc.Xfree(d.tls, file)
		d.close()
		return nil, fmt.Errorf("open %s: code %d: %w", filepath.Base(path), rc, os.ErrPermission)
	}
	d.file = file
	return d, nil
}

func (d *disk) methods() *sqlite3.Tsqlite3_io_methods {
	return (*sqlite3.Tsqlite3_io_methods)(unsafe.Pointer(*(*uintptr)(unsafe.Pointer(d.file))))
}

// readAt fills b, at most diskBuffer bytes, or gives io.EOF where the file ends before.
func (d *disk) readAt(b []byte, off int64) error {
	if len(b) > diskBuffer {
		return io.ErrShortBuffer
	}
	switch rc := function[fnTransfer](d.methods().FxRead)(d.tls, d.file, d.buf, int32(len(b)), off); { //nolint:gosec // bounded above
	case rc == sqlite3.SQLITE_IOERR_SHORT_READ:
		return io.EOF
	case rc != sqlite3.SQLITE_OK:
		return fmt.Errorf("read: code %d", rc)
	}
	copy(b, view(d.buf, len(b)))
	return nil
}

// size gives the length of the file in bytes.
func (d *disk) size() (int64, error) {
	if rc := function[fnFilePtr](d.methods().FxFileSize)(d.tls, d.file, d.buf); rc != sqlite3.SQLITE_OK {
		return 0, fmt.Errorf("size: code %d", rc)
	}
	return *(*int64)(unsafe.Pointer(d.buf)), nil
}

func (d *disk) close() {
	if d.file != 0 {
		function[fnFile](d.methods().FxClose)(d.tls, d.file)
		libc.Xfree(d.tls, d.file)
	}
	if d.buf != 0 {
		libc.Xfree(d.tls, d.buf)
	}
	if d.name != 0 {
		sqlite3.Xsqlite3_free_filename(d.tls, d.name)
	}
	d.tls.Close()
}
