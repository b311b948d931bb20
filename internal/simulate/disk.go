package simulate

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"github.com/callbench/callbench/internal/powercut"
	"github.com/callbench/callbench/localstore"
)

const (
	storeName   = "desk.db"
	centralName = "central.db"
)

// machine is a directory on a disk that can lose its power: in the middle of what a program writes, or between.
type machine struct {
	dir  string // of the present life; each has its own
	base string
	life int
	disk *powercut.Disk
	left int  // actions until the disk dies; negative: never
	dead bool // it died
}

// begin puts an image on a fresh disk.
func (m *machine) begin(image powercut.Image) error {
	m.life++
	m.dir = filepath.Join(m.base, string(rune('a'+m.life%26)))
	if err := os.RemoveAll(m.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(m.dir, 0o700); err != nil {
		return err
	}
	if err := image.Put(m.dir); err != nil {
		return err
	}
	m.left, m.dead = -1, false
	var err error
	m.disk, err = powercut.New(m.dir)
	return err
}

// dieAfter lets the disk die after so many actions that change it.
func (m *machine) dieAfter(actions int) {
	m.left = actions
	m.disk.Fail(func(op powercut.Op) *powercut.Fault {
		if op.Action == powercut.Read || op.Action == powercut.Lock || op.Action == powercut.Open {
			if !m.dead {
				return nil
			}
		} else if !m.dead {
			m.left--
			m.dead = m.left < 0
		}
		if !m.dead {
			return nil
		}
		return powercut.Broken(op)
	})
}

// survives lets it live after all.
func (m *machine) survives() {
	if !m.dead {
		m.left = -1
		m.disk.Fail(nil)
	}
}

// cut gives what is left when the power goes now, or the program alone dies: then everything that it wrote is there.
func (m *machine) cut(rng *rand.Rand) (powercut.Image, error) {
	image, err := imageOf(m.dir)
	if err != nil || rng.IntN(2) == 0 {
		return image, err
	}
	h := m.disk.History()
	var lost powercut.Image
	h.Cuts([]int{h.Len()}, rng.Uint64(), func(_ int, c powercut.Cut) { lost = c.Image })
	for name, b := range image { // what SQLite does not write is not at stake here
		if !strings.Contains(name, ".db") {
			lost[name] = b
		}
	}
	for name := range lost {
		if strings.HasSuffix(name, "-shm") || strings.Contains(name, ".part") {
			delete(lost, name)
		}
	}
	return lost, nil
}

// end takes the disk away; what used it is closed.
func (m *machine) end() error {
	m.disk.Close()
	return os.RemoveAll(m.dir)
}

// storeDisk is the disk as localstore asks for it.
type storeDisk struct{ *powercut.Disk }

func (storeDisk) Free(string) (int64, error) { return math.MaxInt64, nil }

func (d storeDisk) Create(path string) (localstore.DiskFile, error) { return d.Disk.Create(path) }
