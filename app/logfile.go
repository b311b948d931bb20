package app

import (
	"log/slog"
	"os"
	"path/filepath"
	"sync"
)

// The log of a profile: logName, and the one before it under logBefore. Together they take twice logBytes at most.
const (
	logName   = "callbench.log"
	logBefore = "callbench.log.1"
	logBytes  = 1 << 20
)

// logFile is the newest of what was logged, on disk and bounded. A line that cannot be written is dropped: there is
// nobody to tell. It has no customer's data in it, as no log of ours has.
type logFile struct {
	dir   string
	limit int64

	mu   sync.Mutex
	file *os.File // nil: it could not be opened
	size int64
}

// openLog goes on with the profile's log.
func openLog(dir string) *logFile {
	l := &logFile{dir: dir, limit: logBytes}
	l.open()
	return l
}

// open opens the file to append to; mu is held, or nobody else knows of l.
func (l *logFile) open() {
	l.file, l.size = nil, 0
	f, err := os.OpenFile(filepath.Join(l.dir, logName), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return
	}
	if st, err := f.Stat(); err == nil {
		l.size = st.Size()
	}
	l.file = f
}

// Write implements io.Writer for a slog handler: one line a call. It never fails.
func (l *logFile) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil && l.size+int64(len(line)) > l.limit {
		_ = l.file.Close()
		_ = os.Rename(filepath.Join(l.dir, logName), filepath.Join(l.dir, logBefore)) // else it is appended to, and tried again
		l.open()
		if l.size+int64(len(line)) > l.limit { // it could not be put aside: the bound counts more than the line
			return len(line), nil
		}
	}
	if l.file != nil {
		n, _ := l.file.Write(line)
		l.size += int64(n)
	}
	return len(line), nil
}

// Close closes the file; what is logged later is dropped.
func (l *logFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	f := l.file
	l.file = nil
	return f.Close() //nolint:wrapcheck // nobody can do anything about it
}

// logTo also logs into the profile from now on, all but what is for finding faults in our own code.
func (p *program) logTo(dir string) *logFile {
	l := openLog(dir)
	p.log = slog.New(slog.NewMultiHandler(p.log.Handler(), slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelInfo})))
	return l
}

// readLog gives the newest limit bytes of a profile's log, from the beginning of a line.
func readLog(dir string, limit int) []byte {
	var all []byte
	for _, name := range []string{logBefore, logName} {
		b, err := os.ReadFile(filepath.Join(dir, name)) // 2 MiB at most
		if err == nil {
			all = append(all, b...)
		}
	}
	if len(all) <= limit {
		return all
	}
	all = all[len(all)-limit:]
	for i, c := range all {
		if c == '\n' {
			return all[i+1:]
		}
	}
	return nil
}
