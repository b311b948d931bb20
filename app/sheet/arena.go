package sheet

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

const (
	arenaBlock    = 16 << 10 // bytes that are sealed and opened together
	arenaInMemory = 8 << 20  // bytes kept in memory; beyond, blocks go to the sealed file
	arenaCached   = 256      // opened blocks kept
	maxShared     = 2 << 30  // bytes of all shared strings
	maxStrings    = 32 << 20 // shared strings of a file
	offsetsAtOnce = 64 << 10 // offsets that grow together
)

// arena holds the shared strings of an .xlsx: all texts in a row, with an offset of four bytes for each. A
// file that Excel wrote has a text there for every cell that holds one, 5 to 8 million for a million
// customers. The blocks beyond arenaInMemory go to a temporary file, sealed with AES-256-GCM under a key that
// is random and never written; the file has no name any more where the system allows it.
type arena struct {
	dir     string
	offsets [][]uint32 // where each text begins
	count   int
	size    uint32
	blocks  [][]byte // full ones, and the one being filled; nil: in the file
	kept    int      // bytes in blocks
	spill   *os.File
	seal    cipher.AEAD
	cache   map[uint32]*opened
	order   []uint32 // of cache, the oldest first
}

type opened struct{ text []byte }

func (a *arena) add(text []byte) error {
	if a.count == maxStrings || int64(a.size)+int64(len(text)) > maxShared {
		return fmt.Errorf("more than %d shared texts or %d bytes of them: %w", maxStrings, int64(maxShared), ErrTooLarge)
	}
	if a.count%offsetsAtOnce == 0 {
		a.offsets = append(a.offsets, make([]uint32, 0, offsetsAtOnce))
	}
	last := len(a.offsets) - 1
	a.offsets[last] = append(a.offsets[last], a.size)
	a.count++
	a.size += uint32(len(text)) //nolint:gosec // bounded above
	for len(text) > 0 {
		if n := len(a.blocks); n == 0 || len(a.blocks[n-1]) == arenaBlock {
			if err := a.makeRoom(); err != nil {
				return err
			}
			a.blocks = append(a.blocks, make([]byte, 0, arenaBlock))
			a.kept += arenaBlock
		}
		b := &a.blocks[len(a.blocks)-1]
		n := min(len(text), arenaBlock-len(*b))
		*b, text = append(*b, text[:n]...), text[n:]
	}
	return nil
}

// makeRoom puts the block that was filled last into the file once memory is full.
func (a *arena) makeRoom() error {
	if a.kept < arenaInMemory {
		return nil
	}
	if a.spill == nil {
		if err := a.openSpill(); err != nil {
			return err
		}
	}
	last := len(a.blocks) - 1
	sealed := a.seal.Seal(nil, nonceOf(last), a.blocks[last], nil)
	if _, err := a.spill.WriteAt(sealed, int64(last)*int64(arenaBlock+a.seal.Overhead())); err != nil {
		return fmt.Errorf("sealed file: %w", err)
	}
	a.blocks[last] = nil
	a.kept -= arenaBlock
	return nil
}

func (a *arena) openSpill() error {
	var key [32]byte
	rand.Read(key[:])
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return err
	}
	if a.seal, err = cipher.NewGCM(block); err != nil {
		return err
	}
	if a.spill, err = os.CreateTemp(a.dir, "callbench-sealed-*"); err != nil {
		return err
	}
	_ = os.Remove(a.spill.Name()) // Windows keeps it until close
	a.cache = map[uint32]*opened{}
	return nil
}

// nonceOf is a block's own: each is sealed once under a key that seals this file alone.
func nonceOf(block int) []byte {
	var nonce [12]byte
	binary.BigEndian.PutUint64(nonce[4:], uint64(block)) //nolint:gosec // an index
	return nonce[:]
}

// get appends the i-th text to dst.
func (a *arena) get(dst []byte, i int) ([]byte, error) {
	if i < 0 || i >= a.count {
		return dst, fmt.Errorf("a shared text that is not there: %w", ErrMalformed)
	}
	from, to := a.offset(i), a.size
	if i+1 < a.count {
		to = a.offset(i + 1)
	}
	for from < to {
		b, err := a.block(from / arenaBlock)
		if err != nil {
			return dst, err
		}
		in := from % arenaBlock
		n := min(to-from, arenaBlock-in)
		dst = append(dst, b[in:in+n]...)
		from += n
	}
	return dst, nil
}

func (a *arena) offset(i int) uint32 { return a.offsets[i/offsetsAtOnce][i%offsetsAtOnce] }

func (a *arena) block(n uint32) ([]byte, error) {
	if b := a.blocks[n]; b != nil {
		return b, nil
	}
	if o, ok := a.cache[n]; ok {
		return o.text, nil
	}
	o := &opened{}
	if len(a.order) >= arenaCached {
		o = a.cache[a.order[0]]
		delete(a.cache, a.order[0])
		a.order = append(a.order[:0], a.order[1:]...)
	}
	sealed := make([]byte, arenaBlock+a.seal.Overhead())
	if _, err := a.spill.ReadAt(sealed, int64(n)*int64(len(sealed))); err != nil {
		return nil, fmt.Errorf("sealed file: %w", err)
	}
	var err error
	if o.text, err = a.seal.Open(o.text[:0], nonceOf(int(n)), sealed, nil); err != nil {
		return nil, fmt.Errorf("sealed file: %w", err)
	}
	a.cache[n] = o
	a.order = append(a.order, n)
	return o.text, nil
}

func (a *arena) close() error {
	if a.spill == nil {
		return nil
	}
	err := a.spill.Close()
	if rerr := os.Remove(a.spill.Name()); rerr != nil && !errors.Is(rerr, os.ErrNotExist) {
		err = errors.Join(err, rerr)
	}
	a.spill = nil
	return err
}
