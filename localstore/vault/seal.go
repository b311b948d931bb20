package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"sync/atomic"
)

// place says where a page lies: in which kind of file and at which number. It is authenticated.
type place struct {
	kind  byte
	index uint64
}

// The kinds of files a vault seals.
const (
	kindMain byte = 1
	kindLog  byte = 2
)

const (
	sealed    = PageSize - Reserve
	tagSize   = 16
	nonceSize = 12
	nonceAt   = sealed + tagSize
	epochAt   = nonceAt + nonceSize
)

var errForged = errors.New("page does not open")

// sealer enciphers pages with the key of one epoch. It is safe for concurrent use.
type sealer struct {
	epoch uint32
	page  cipher.AEAD
	mark  cipher.Block // for the log's salts and checksums
	tweak cipher.Block
	fixed [4]byte
	next  atomic.Uint64
}

// newSealer derives the keys for pages and for frame headers. The nonce starts at 96 random bits and
// counts from there, so that two runs of the program do not meet.
func newSealer(epoch uint32, key [32]byte) *sealer {
	s := &sealer{epoch: epoch, page: gcm(derive(key, nil, "callbench page"))}
	s.mark, s.tweak = block(derive(key, nil, "callbench log mark")), block(derive(key, nil, "callbench log tweak"))
	var start [nonceSize]byte
	rand.Read(start[:])
	copy(s.fixed[:], start[:4])
	s.next.Store(binary.LittleEndian.Uint64(start[4:]))
	return s
}

// derive makes a key for one purpose out of a key. Its sizes are fixed, and nothing else can fail in it or
// in the two below.
func derive(key [32]byte, salt []byte, purpose string) []byte {
	k, err := hkdf.Key(sha256.New, key[:], salt, purpose, 32)
	if err != nil {
		panic(err)
	}
	return k
}

func block(key []byte) cipher.Block {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	return b
}

func gcm(key []byte) cipher.AEAD {
	a, err := cipher.NewGCM(block(key))
	if err != nil {
		panic(err)
	}
	return a
}

// pageEpoch is the epoch a sealed page names; it is in the clear, and authenticated.
func pageEpoch(b []byte) uint32 { return binary.LittleEndian.Uint32(b[epochAt:]) }

func authenticated(at place, epoch uint32) (ad [13]byte) {
	ad[0] = at.kind
	binary.LittleEndian.PutUint64(ad[1:], at.index)
	binary.LittleEndian.PutUint32(ad[9:], epoch)
	return ad
}

// sealPage writes src, a plain page whose reserve bytes are zero, to dst.
func (s *sealer) sealPage(dst, src []byte, at place) error {
	for _, b := range src[sealed:PageSize] {
		if b != 0 {
			return errors.New("reserve bytes in use") // a file made without ReservePragma
		}
	}
	var nonce [nonceSize]byte
	copy(nonce[:], s.fixed[:])
	binary.LittleEndian.PutUint64(nonce[4:], s.next.Add(1))
	ad := authenticated(at, s.epoch)
	s.page.Seal(dst[:0], nonce[:], src[:sealed], ad[:]) // the tag lands behind the sealed bytes
	copy(dst[nonceAt:], nonce[:])
	binary.LittleEndian.PutUint32(dst[epochAt:], s.epoch)
	return nil
}

// openPage opens a sealed page in place. The reserve bytes come back as zeros, which is what the
// log's checksums were computed over. A page that does not open is noise afterwards.
func (s *sealer) openPage(b []byte, at place) error {
	var nonce [nonceSize]byte
	copy(nonce[:], b[nonceAt:])
	ad := authenticated(at, s.epoch)
	if _, err := s.page.Open(b[:0], nonce[:], b[:nonceAt], ad[:]); err != nil {
		return errForged
	}
	clear(b[sealed:PageSize])
	return nil
}

// sealMark enciphers salts and checksums of a frame header (bytes 8 to 24 of the 24) in place, as one
// block tweaked by the frame's number and the header's open part: the same mark at another place looks
// different. openMark is its inverse. A torn header opens to noise, which SQLite's own check rejects.
func (s *sealer) sealMark(header []byte, frame uint64) {
	t := s.markTweak(header, frame)
	mark := header[8:24]
	xor(mark, &t)
	s.mark.Encrypt(mark, mark)
	xor(mark, &t)
}

func (s *sealer) openMark(header []byte, frame uint64) {
	t := s.markTweak(header, frame)
	mark := header[8:24]
	xor(mark, &t)
	s.mark.Decrypt(mark, mark)
	xor(mark, &t)
}

func (s *sealer) markTweak(header []byte, frame uint64) (t [16]byte) {
	copy(t[:8], header[:8])
	binary.LittleEndian.PutUint64(t[8:], frame)
	s.tweak.Encrypt(t[:], t[:])
	return t
}

func xor(b []byte, t *[16]byte) {
	for i := range t {
		b[i] ^= t[i]
	}
}
