package powercut

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

const sector = 512

// History is everything that was done to a disk.
type History struct {
	start map[string][]byte
	ops   []Op
}

// History gives what was done up to now.
func (d *Disk) History() History {
	d.mu.Lock()
	defer d.mu.Unlock()
	return History{start: d.start, ops: slices.Clone(d.ops)}
}

// Len is how many moments there are to cut the power at, less one: 0 is before everything, Len behind it.
func (h History) Len() int { return len(h.ops) }

// Count is how many actions of a kind there are on files for which of says yes.
func (h History) Count(a Action, of func(name string) bool) int {
	n := 0
	for _, op := range h.ops {
		if op.Action == a && of(op.Name) {
			n++
		}
	}
	return n
}

// Lying gives the same history on a disk that says a file is synced, where of says yes to it, and does nothing.
func (h History) Lying(of func(name string) bool) History {
	h.ops = slices.DeleteFunc(slices.Clone(h.ops), func(op Op) bool { return op.Action == Sync && of(op.Name) })
	return h
}

// Image is what a directory holds: name → bytes.
type Image map[string][]byte

// Put writes an image into an empty directory.
func (i Image) Put(dir string) error {
	for name, b := range i {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Cut is a disk after a power cut.
type Cut struct {
	At    int // how many actions were done
	Mark  int // the newest mark by then; 0: none
	Image Image
}

// Cuts calls f with the disk after a cut at each of the moments in at (sorted), each with its own chance drawn from seed
// and the moment's place in the list. f may keep the image.
func (h History) Cuts(at []int, seed uint64, f func(i int, c Cut)) {
	s := newState(h.start)
	done, mark := 0, 0
	for i, moment := range at {
		for ; done < moment; done++ {
			if op := h.ops[done]; op.Action == Mark {
				mark = int(op.At)
			} else {
				s.apply(op)
			}
		}
		f(i, Cut{At: moment, Mark: mark, Image: s.lose(rand.New(rand.NewPCG(seed, uint64(i))))}) //nolint:gosec // a cut needs no secrecy
	}
}

// state is a disk as the history builds it: what is durable, and what waits for a sync.
type state struct {
	names   map[string]int // durable entries → inode
	changes []Op           // of the directory since its last sync
	files   map[int]*content
}

type content struct {
	durable []byte
	waiting []Op
}

func newState(start map[string][]byte) *state {
	s := &state{names: map[string]int{}, files: map[int]*content{}}
	for i, name := range slices.Sorted(maps.Keys(start)) {
		s.names[name] = i + 1 // as New numbers them
		s.files[i+1] = &content{durable: slices.Clone(start[name])}
	}
	return s
}

func (s *state) file(inode int) *content {
	if s.files[inode] == nil {
		s.files[inode] = &content{}
	}
	return s.files[inode]
}

func (s *state) apply(op Op) {
	switch op.Action { //nolint:exhaustive // those that it concerns
	case Write, Truncate:
		c := s.file(op.inode)
		c.waiting = append(c.waiting, op)
	case Sync:
		c := s.file(op.inode)
		for _, w := range c.waiting {
			c.durable = whole(c.durable, w)
		}
		c.waiting = nil
	case dropped:
		s.file(op.inode).waiting = nil
	case Create, Rename, Remove:
		s.changes = append(s.changes, op)
	case SyncDir:
		for _, ch := range s.changes {
			enter(s.names, ch)
		}
		s.changes = nil
	}
}

func enter(names map[string]int, op Op) {
	switch op.Action { //nolint:exhaustive // those that it concerns
	case Create:
		names[op.Name] = op.inode
	case Rename:
		delete(names, op.Name)
		names[op.To] = op.inode
	case Remove:
		delete(names, op.Name)
	}
}

func whole(b []byte, op Op) []byte {
	if op.Action == Truncate {
		return resize(b, int(op.At))
	}
	if end := int(op.At) + len(op.Bytes); end > len(b) {
		b = resize(b, end)
	}
	copy(b[op.At:], op.Bytes)
	return b
}

func resize(b []byte, n int) []byte {
	if n <= len(b) {
		return b[:n]
	}
	return append(b, make([]byte, n-len(b))...)
}

// lose gives what is left. How much of what was not synced survives differs from cut to cut: nothing, everything,
// or each sector by the toss of a coin that is fair or not.
func (s *state) lose(r *rand.Rand) Image {
	survive := []float64{0, 1, 0.5, 0.1, 0.9}[r.IntN(5)]
	names := maps.Clone(s.names)
	ordered := r.IntN(2) == 0 // a journal keeps changes of a directory in their order
	for _, ch := range s.changes {
		if r.Float64() < survive {
			enter(names, ch)
		} else if ordered {
			break
		}
	}
	image := Image{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		image[name] = s.file(names[name]).lose(r, survive)
	}
	return image
}

func (c *content) lose(r *rand.Rand, survive float64) []byte {
	b := slices.Clone(c.durable)
	garbage := r.IntN(3) == 0 // what lies in new sectors that never were written: zeros, or what was there before
	for _, op := range c.waiting {
		if op.Action == Truncate {
			if r.Float64() < survive {
				b = resize(b, int(op.At))
			}
			continue
		}
		for from := 0; from < len(op.Bytes); {
			// To the end of the sector the byte lies in.
			to := min(len(op.Bytes), from+sector-(int(op.At)+from)%sector)
			at := int(op.At) + from
			switch {
			case r.Float64() < survive:
				b = whole(b, Op{Action: Write, At: int64(at), Bytes: op.Bytes[from:to]})
			case at >= len(b) && r.IntN(3) == 0: // the size is there, the text is not
				lost := make([]byte, to-from)
				for i := range lost {
					if garbage {
						lost[i] = byte(r.Uint32() & 0xff)
					}
				}
				b = whole(b, Op{Action: Write, At: int64(at), Bytes: lost})
			}
			from = to
		}
	}
	return b
}
