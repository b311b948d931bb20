// Package chain is the arithmetic of the tamper-evident chain: what is put under a commitment, how entries
// hang on each other, what central signs, and how a chain is checked.
//
// It owns the byte layout (docs/STORE.md, "Chain") and nothing else: no I/O, clock, goroutine or state; any
// package may call it from anywhere. localstore writes and checks the chain of a desk with it, central those
// of all desks and its own.
//
// Layout: str(x) is the length of x as 4 bytes and x, num(x) is 8 bytes, both big endian. Every hash is
// SHA-256 and begins with str(label), a label of its own for each purpose, so that no value made for one can
// stand for another; every part of varying length has its length before it, so that no two lists of parts
// give the same bytes.
package chain

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// Size of a hash and of a salt in bytes.
const (
	HashSize = sha256.Size
	SaltSize = 16
)

// Labels of what is hashed or signed.
const (
	labelGenesis    = "callbench chain 1 genesis"
	labelSalt       = "callbench chain 1 salt"
	labelText       = "callbench chain 1 text"
	labelCommitment = "callbench chain 1 commitment"
	labelEntry      = "callbench chain 1 entry"
	labelCheckpoint = "callbench chain 1 checkpoint"
	labelKey        = "callbench chain 1 key"
	labelSuccessor  = "callbench chain 1 successor"
)

// Hash is a SHA-256 value.
type Hash [HashSize]byte

// HashOf reads a stored hash; false where it has another length.
func HashOf(b []byte) (Hash, bool) {
	var h Hash
	return h, copy(h[:], b) == HashSize && len(b) == HashSize
}

// Entry is one link: what happened (Op, Kind), when by the writer's clock (At, UTC milliseconds), and the
// commitment to what it said. N counts 1, 2, 3 … within the chain. Hash is Next of the entry before it.
type Entry struct {
	N          int64
	Op         string
	Kind       string
	At         int64
	Commitment Hash
	Hash       Hash
}

// Genesis is what the first entry of a desk's chain hangs on.
func Genesis(org, desk string) Hash {
	d := begin(labelGenesis)
	d.str(org)
	d.str(desk)
	return d.sum()
}

// Next is the hash that e has behind prev; e.Hash is not read.
func Next(prev Hash, e Entry) Hash {
	d := begin(labelEntry)
	d.raw(prev[:])
	d.num(e.N)
	d.str(e.Op)
	d.str(e.Kind)
	d.num(e.At)
	d.raw(e.Commitment[:])
	return d.sum()
}

// Salts makes the salts of k texts from one. None of them tells another, nor the one they were made from:
// one text can be forgotten with its salt while the others stay provable.
func Salts(salt []byte, k int) [][]byte {
	list := make([][]byte, k)
	for i := range list {
		d := begin(labelSalt)
		d.bytes(salt)
		d.num(int64(i))
		h := d.sum()
		list[i] = h[:SaltSize]
	}
	return list
}

// Part is the commitment to one text. Without the salt nobody can tell whether a guessed text is the one.
func Part(salt, text []byte) Hash {
	d := begin(labelText)
	d.bytes(salt)
	d.bytes(text)
	return d.sum()
}

// Join makes an entry's commitment of its parts.
func Join(parts []Hash) Hash {
	d := begin(labelCommitment)
	d.num(int64(len(parts)))
	for _, p := range parts {
		d.raw(p[:])
	}
	return d.sum()
}

// Commit is the commitment to texts under one salt, with its parts.
func Commit(salt []byte, texts ...[]byte) (Hash, []Hash) {
	parts := make([]Hash, len(texts))
	for i, s := range Salts(salt, len(texts)) {
		parts[i] = Part(s, texts[i])
	}
	return Join(parts), parts
}

// digest writes the layout.
type digest struct {
	h   hash.Hash
	buf [8]byte
}

func begin(label string) *digest {
	d := &digest{h: sha256.New()}
	d.str(label)
	return d
}

func (d *digest) raw(b []byte) { _, _ = d.h.Write(b) } // never fails (hash.Hash)

func (d *digest) num(n int64) {
	binary.BigEndian.PutUint64(d.buf[:], uint64(n)) //nolint:gosec // the bits, whatever they mean
	d.raw(d.buf[:])
}

func (d *digest) bytes(b []byte) {
	binary.BigEndian.PutUint32(d.buf[:4], uint32(len(b))) //nolint:gosec // ops are 64 KiB at most
	d.raw(d.buf[:4])
	d.raw(b)
}

func (d *digest) str(s string) { d.bytes([]byte(s)) }

func (d *digest) sum() Hash {
	var h Hash
	d.h.Sum(h[:0])
	return h
}
