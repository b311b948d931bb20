package powercut

import (
	"syscall"

	sqlite3 "modernc.org/sqlite/lib"
)

// NoSpace is how an action meets a disk that has filled up.
func NoSpace(op Op) *Fault {
	f := &Fault{Code: sqlite3.SQLITE_FULL, Errno: syscall.ENOSPC, Torn: true}
	switch op.Action { //nolint:exhaustive // those that it concerns
	case Write, Create:
		return f
	case Truncate:
		f.Code = sqlite3.SQLITE_IOERR_TRUNCATE
	case Sync:
		f.Code = sqlite3.SQLITE_IOERR_FSYNC
	default:
		return nil
	}
	return f
}

// NoQuota is how a write meets the end of what the user may use: SQLite gives no code of its own to that.
func NoQuota(op Op) *Fault {
	if op.Action == Write {
		return &Fault{Code: sqlite3.SQLITE_IOERR_WRITE, Errno: syscall.EDQUOT, Torn: true}
	}
	return nil
}

// ReadOnly is how an action meets a disk that was mounted anew for reading.
func ReadOnly(op Op) *Fault {
	f := Broken(op)
	if f == nil || op.Action == Open || op.Action == Read || op.Action == Lock {
		return nil
	}
	f.Errno, f.Torn = syscall.EROFS, false
	return f
}

// Broken is how any action meets a disk that fails.
func Broken(op Op) *Fault {
	f := &Fault{Errno: syscall.EIO, Torn: true}
	switch op.Action { //nolint:exhaustive // those that it concerns
	case Write:
		f.Code = sqlite3.SQLITE_IOERR_WRITE
	case Truncate:
		f.Code = sqlite3.SQLITE_IOERR_TRUNCATE
	case Sync:
		f.Code = sqlite3.SQLITE_IOERR_FSYNC
	case SyncDir:
		f.Code = sqlite3.SQLITE_IOERR_DIR_FSYNC
	case Remove:
		f.Code = sqlite3.SQLITE_IOERR_DELETE
	case Read:
		f.Code = sqlite3.SQLITE_IOERR_READ
	case Lock:
		f.Code = sqlite3.SQLITE_IOERR_LOCK
	default:
		f.Code = sqlite3.SQLITE_CANTOPEN
	}
	return f
}

// Held is how an action meets files that another program has opened or locked, a scanner for viruses, say: on
// Windows not even reading works then.
func Held(op Op) *Fault {
	switch op.Action { //nolint:exhaustive // those that it concerns
	case Lock:
		return &Fault{Code: sqlite3.SQLITE_BUSY, Errno: syscall.EAGAIN}
	case Create:
		return nil // it holds what is there
	default:
		f := Broken(op)
		f.Errno, f.Torn = syscall.EBUSY, false
		return f
	}
}
