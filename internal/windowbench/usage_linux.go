package windowbench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Spent is the processor time that this process has had, in all its threads.
func Spent() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Resident and Peak are the memory that this process has now, and the most it has had, in MB.
func Resident() float64 { return status("VmRSS:") }

// Peak is the most memory that this process has had, in MB.
func Peak() float64 { return status("VmHWM:") }

func status(field string) float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	var kb float64
	_, rest, _ := strings.Cut(string(text), field)
	_, _ = fmt.Sscan(rest, &kb)
	return kb / 1024
}

// Load is how many processes of this computer wanted a processor, on average over the last minute.
func Load() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	var load float64
	_, _ = fmt.Sscan(string(text), &load)
	return load
}

// threads reads how long each thread of this process has been ready to run while others had the processors. It keeps their
// files open: to look for them and open them at each beat was a fifth of what the measured window used. It belongs to one
// goroutine.
type threads struct{ files map[string]*os.File }

// delays are those times, by thread.
func (t *threads) delays() map[string]time.Duration {
	names, err := threadNames()
	if err != nil {
		return nil
	}
	out := make(map[string]time.Duration, len(names))
	var buf [96]byte
	for _, name := range names {
		f := t.files[name]
		if f == nil {
			if f, err = os.Open("/proc/self/task/" + name + "/schedstat"); err != nil {
				continue // the thread has ended
			}
			if t.files == nil {
				t.files = map[string]*os.File{}
			}
			t.files[name] = f
		}
		n, _ := f.ReadAt(buf[:], 0) // to the end of a short file, which is an error
		fields := strings.Fields(string(buf[:n]))
		if len(fields) < 2 {
			t.forget(name) // it has ended; its number may come again
			continue
		}
		waited, err := strconv.ParseInt(fields[1], 10, 64)
		if err == nil {
			out[name] = time.Duration(waited)
		}
	}
	for name := range t.files {
		if _, there := out[name]; !there {
			t.forget(name)
		}
	}
	return out
}

func (t *threads) forget(name string) {
	t.files[name].Close() //nolint:errcheck,gosec // only read
	delete(t.files, name)
}

// close closes the files.
func (t *threads) close() {
	for name := range t.files {
		t.forget(name)
	}
}

func threadNames() ([]string, error) {
	dir, err := os.Open("/proc/self/task")
	if err != nil {
		return nil, err //nolint:wrapcheck // nobody is told
	}
	defer dir.Close()           //nolint:errcheck // only read
	return dir.Readdirnames(-1) //nolint:wrapcheck // likewise
}
