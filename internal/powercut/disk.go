// Package powercut is a disk for tests that remembers: every write, truncation and sync of SQLite's files and
// every change to their directory, in order. From that it makes the disk as a power cut at any moment may leave
// it, and it can fail, fill up or be slow on demand.
//
// It owns a SQLite VFS over the platform's (vault.Over takes its name) and does what localstore does to
// directories. New registers it; any goroutine may use it; Close comes after the last connection is closed.
// Nothing runs by itself. The files are real, under the directory they are asked for; only syncs are not carried
// out, since it is the history that tells what is durable.
//
// What a cut leaves, see History.At: whatever a file's last completed sync covered; of what came later, each sector of 512
// bytes and each change of a size or not, at random; of the changes to a directory since its last sync, each or not.
// A program that survives this survives disks that reorder and tear writes; it need not survive one that lies about syncs,
// and Lying shows that a test notices.
package powercut

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
)

// Action is what is done to a disk.
type Action string

// The actions. A Mark is the test's own.
const (
	Write    Action = "write"
	Truncate Action = "truncate"
	Sync     Action = "sync"
	Create   Action = "create"
	Rename   Action = "rename"
	Remove   Action = "remove"
	SyncDir  Action = "sync directory"
	Mark     Action = "mark"
	Open     Action = "open" // never recorded: it can only fail
	Read     Action = "read" // likewise
	Lock     Action = "lock" // likewise

	dropped Action = "sync that failed" // what waited for it is gone, and the next sync will not miss it
)

// Op is one action. Names are without their directory: a disk is for one.
type Op struct {
	Action Action
	Name   string
	To     string // Rename
	At     int64  // Write: offset; Truncate: size; Mark: its number
	Bytes  []byte // Write

	inode int
}

// Fault is how an action fails: code towards SQLite, errno towards everybody else.
type Fault struct {
	Code  int32
	Errno syscall.Errno
	Torn  bool // half of a write is done all the same
}

// Disk records, and fails on demand.
type Disk struct {
	vfs vfs

	mu     sync.Mutex
	ops    []Op
	names  map[string]int // → inode
	inodes int
	fault  func(Op) *Fault
	start  map[string][]byte
}

// New gives a disk on which the files of dir are already, durably.
func New(dir string) (*Disk, error) {
	d := &Disk{names: map[string]int{}, start: map[string][]byte{}}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("powercut: %w", err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("powercut: %w", err)
		}
		d.inodes++
		d.names[e.Name()], d.start[e.Name()] = d.inodes, b
	}
	if err := d.register(); err != nil {
		return nil, fmt.Errorf("powercut: %w", err)
	}
	return d, nil
}

// Fail asks f about every action from now on; where it gives a fault, the action fails. nil: no more. f must not
// use the disk.
func (d *Disk) Fail(f func(Op) *Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fault = f
}

// Mark notes in the history that the test has come to n.
func (d *Disk) Mark(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ops = append(d.ops, Op{Action: Mark, At: int64(n)})
}

// do carries out an action, unless it is to fail, and records it. really does it; torn does half of it.
func (d *Disk) do(op Op, really func() error, torn func()) *Fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fault != nil {
		if f := d.fault(op); f != nil {
			if f.Torn && torn != nil {
				torn()
			}
			if op.Action == Sync {
				op.Action = dropped
				d.record(op)
			}
			return f
		}
	}
	if err := really(); err != nil {
		f := &Fault{}
		_ = errors.As(err, &f.Errno) // the VFS below has its own code instead
		return f
	}
	d.record(op)
	return nil
}

func (d *Disk) record(op Op) {
	op.Bytes = slices.Clone(op.Bytes)
	switch op.Action { //nolint:exhaustive // the others change no name
	case Open, Read, Lock:
		return
	case Create:
		d.inodes++
		d.names[op.Name] = d.inodes
		op.inode = d.inodes
	case Rename:
		op.inode = d.names[op.Name]
		d.names[op.To] = op.inode
		delete(d.names, op.Name)
	case Remove:
		delete(d.names, op.Name)
	}
	d.ops = append(d.ops, op)
}

func (d *Disk) inodeOf(name string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.names[name]
}

// What localstore does to its directory.

// File is a file that is being written.
type File struct {
	disk  *Disk
	f     *os.File
	name  string
	inode int
	at    int64
}

// Create makes a file for writing that is not there yet.
func (d *Disk) Create(path string) (*File, error) {
	var f *os.File
	op := Op{Action: Create, Name: filepath.Base(path)}
	err := d.path(op, path, func() (err error) {
		f, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &File{disk: d, f: f, name: op.Name, inode: d.inodeOf(op.Name)}, nil
}

// Write appends b.
func (f *File) Write(b []byte) (int, error) {
	op := Op{Action: Write, Name: f.name, At: f.at, Bytes: b, inode: f.inode}
	err := f.disk.path(op, f.name, func() error {
		_, err := f.f.Write(b)
		return err
	})
	if err != nil {
		return 0, err
	}
	f.at += int64(len(b))
	return len(b), nil
}

// Sync makes durable what was written.
func (f *File) Sync() error {
	return f.disk.path(Op{Action: Sync, Name: f.name, inode: f.inode}, f.name, func() error { return nil })
}

// Close closes the file.
func (f *File) Close() error { return f.f.Close() }

// Rename is os.Rename within the directory.
func (d *Disk) Rename(from, to string) error {
	op := Op{Action: Rename, Name: filepath.Base(from), To: filepath.Base(to)}
	return d.path(op, from, func() error { return os.Rename(from, to) })
}

// Remove is os.Remove.
func (d *Disk) Remove(path string) error {
	return d.path(Op{Action: Remove, Name: filepath.Base(path)}, path, func() error { return os.Remove(path) })
}

// SyncDir makes durable what was created, renamed and removed in dir.
func (d *Disk) SyncDir(dir string) error {
	return d.path(Op{Action: SyncDir}, dir, func() error { return nil })
}

func (d *Disk) path(op Op, path string, really func() error) error {
	if f := d.do(op, really, nil); f != nil {
		return &fs.PathError{Op: string(op.Action), Path: filepath.Base(path), Err: f.Errno}
	}
	return nil
}
