package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
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
	sealed     = PageSize - Reserve
	tagSize    = 16
	nonceSize  = 12
	nonceAt    = sealed + tagSize
	epochAt    = nonceAt + nonceSize
	firstEpoch = 1 // the only key epoch until keys are rotated
)

var errForged = errors.New("page does not open")

// sealer enciphers pages. It is safe for concurrent use.
type sealer struct {
	page  cipher.AEAD
	mark  cipher.Block // for the log's salts and checksums
	tweak cipher.Block
	fixed [4]byte
	next  atomic.Uint64
}

// newSealer derives the keys for pages and for frame headers. The nonce starts at 96 random bits and
// counts from there, so that two runs of the program do not meet.
func newSealer(key [32]byte) (*sealer, error) {
	s := &sealer{}
	for _, part := range []struct {
		label string
		block *cipher.Block
	}{{"callbench page", nil}, {"callbench log mark", &s.mark}, {"callbench log tweak", &s.tweak}} {
		k, err := hkdf.Key(sha256.New, key[:], nil, part.label, 32)
		if err != nil {
			return nil, fmt.Errorf("derive key: %w", err)
		}
		b, err := aes.NewCipher(k)
		if err != nil {
			return nil, fmt.Errorf("cipher: %w", err)
		}
		if part.block != nil {
			*part.block = b
			continue
		}
		if s.page, err = cipher.NewGCM(b); err != nil {
			return nil, fmt.Errorf("cipher: %w", err)
		}
	}
	var start [nonceSize]byte
	if _, err := rand.Read(start[:]); err != nil {
		return nil, fmt.Errorf("nonce: %w", err)
	}
	copy(s.fixed[:], start[:4])
	s.next.Store(binary.LittleEndian.Uint64(start[4:]))
	return s, nil
}

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
	ad := authenticated(at, firstEpoch)
	s.page.Seal(dst[:0], nonce[:], src[:sealed], ad[:]) // the tag lands behind the sealed bytes
	copy(dst[nonceAt:], nonce[:])
	binary.LittleEndian.PutUint32(dst[epochAt:], firstEpoch)
	return nil
}

// openPage opens a sealed page in place. The reserve bytes come back as zeros, which is what the
// log's checksums were computed over.
func (s *sealer) openPage(b []byte, at place) error {
	epoch := binary.LittleEndian.Uint32(b[epochAt:])
	if epoch != firstEpoch {
		return errForged
	}
	var nonce [nonceSize]byte
	copy(nonce[:], b[nonceAt:])
	ad := authenticated(at, epoch)
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
