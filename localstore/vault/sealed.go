package vault

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
)

// A sealed side file holds what is too large for the database: recordings, photos, spools of an import. It is
//
//	8 bytes "CBSEAL1\n" | 16 bytes salt | 16 bytes key check | 4 bytes CRC-32 of what is before
//	for each chunk: 4 bytes length, top bit set in the last | that many bytes sealed | 16 bytes tag
//
// numbers little endian. Chunks are 64 KiB long, the last one 0 to 64 KiB. Each file has a key of its own, made
// of the caller's and the salt, so that the nonce is the chunk's number; number and length field are
// authenticated. Chunks can thus not be changed, swapped, left out or taken from another file unnoticed.
//
// The caller's key should be a random one kept in the database: then it is as safe as the database, and a new
// store key does not concern the files.
const (
	sealedMagic = "CBSEAL1\n"
	sealedHead  = 8 + 16 + 16 + 4
	chunkSize   = 64 << 10
	chunkUnit   = 4 + chunkSize + tagSize
	lastChunk   = 1 << 31
	maxHomes    = 4096 // places tried for a chunk that does not open: 256 MiB of file
)

// Errors of a sealed side file. ErrKey: it was sealed with another key.
var (
	// ErrNotSealed: the file is not one of these.
	ErrNotSealed = errors.New("not a sealed file")
	// ErrDamaged: a chunk does not open, or there is something behind the last one.
	ErrDamaged = errors.New("sealed file is damaged")
	// ErrMoved: a chunk lies where another belongs.
	ErrMoved = errors.New("chunks of a sealed file are out of order")
	// ErrUnfinished: the last chunk is missing. Its writer did not come to Close, or it was cut since. What is there
	// could be read.
	ErrUnfinished = errors.New("sealed file has no end")
)

// fileKeys gives the cipher and the key check of one file.
func fileKeys(key [32]byte, salt []byte) (cipher.AEAD, []byte) {
	return gcm(derive(key, salt, "callbench sealed file")), derive(key, salt, "callbench sealed file check")[:16]
}

// chunkNonce numbers the chunks of a file; its key seals nothing else.
func chunkNonce(i int64) (nonce [nonceSize]byte) {
	binary.LittleEndian.PutUint64(nonce[:], uint64(i)) //nolint:gosec // not negative
	return nonce
}

// SealedWriter writes a sealed side file from its beginning to its end. One goroutine uses it.
type SealedWriter struct {
	f     *os.File
	aead  cipher.AEAD
	plain []byte // of the chunk that is not written yet
	box   []byte
	next  int64
	err   error // the first; nothing is written after it
}

// CreateSealed makes a sealed side file with mode 0600. fs.ErrExist: there is one. What has been written is
// readable after a crash up to the last whole chunk, durably so after Sync.
func CreateSealed(path string, key [32]byte) (*SealedWriter, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create sealed file: %w", err)
	}
	head := append(make([]byte, 0, sealedHead), sealedMagic...)
	salt := make([]byte, 16)
	rand.Read(salt)
	aead, check := fileKeys(key, salt)
	head = append(append(head, salt...), check...)
	head = binary.LittleEndian.AppendUint32(head, crc32.ChecksumIEEE(head))
	if _, err := f.Write(head); err != nil {
		return nil, errors.Join(fmt.Errorf("create sealed file: %w", err), f.Close())
	}
	return &SealedWriter{f: f, aead: aead, plain: make([]byte, 0, chunkSize), box: make([]byte, 0, chunkUnit)}, nil
}

// Write seals what fills a chunk; the rest waits for more, or for Close.
func (w *SealedWriter) Write(b []byte) (n int, err error) {
	for len(b) > 0 && w.err == nil {
		if len(w.plain) == chunkSize { // only when more comes: it might be the last
			w.flush(0)
			continue
		}
		some := min(len(b), chunkSize-len(w.plain))
		w.plain = append(w.plain, b[:some]...)
		n, b = n+some, b[some:]
	}
	return n, w.err
}

func (w *SealedWriter) flush(flag uint32) {
	head := binary.LittleEndian.AppendUint32(w.box[:0], uint32(len(w.plain))|flag) //nolint:gosec // ≤ 64 KiB
	nonce := chunkNonce(w.next)
	if _, err := w.f.Write(w.aead.Seal(head, nonce[:], w.plain, head)); err != nil {
		w.err = fmt.Errorf("write sealed file: %w", err)
		return
	}
	clear(w.plain)
	w.plain = w.plain[:0]
	w.next++
}

// Sync makes durable what is in whole chunks. Up to 64 KiB wait in memory.
func (w *SealedWriter) Sync() error {
	if w.err == nil {
		if err := w.f.Sync(); err != nil {
			w.err = fmt.Errorf("write sealed file: %w", err)
		}
	}
	return w.err
}

// Close writes the last chunk and makes the file durable. After an error, also of Write, the file has no end.
func (w *SealedWriter) Close() error {
	if errors.Is(w.err, os.ErrClosed) {
		return w.err
	}
	if w.err == nil {
		w.flush(lastChunk)
	}
	err := w.Sync()
	if cerr := w.f.Close(); err == nil && cerr != nil {
		err = fmt.Errorf("write sealed file: %w", cerr)
	}
	w.err = fmt.Errorf("sealed file: %w", os.ErrClosed)
	return err
}

// SealedReader reads a sealed side file. ReadAt may be called by several goroutines, Read by one.
type SealedReader struct {
	f    *os.File
	name string
	aead cipher.AEAD
	size int64 // of what is sealed
	end  error // io.EOF, or ErrUnfinished
	at   int64 // of Read
	now  []byte
	nowI int64
}

// OpenSealed opens a sealed side file. Errors: ErrKey, ErrNotSealed, ErrDamaged (of its head). Those of its chunks
// come with the reading of them.
func OpenSealed(path string, key [32]byte) (*SealedReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open sealed file: %w", err)
	}
	r := &SealedReader{f: f, name: filepath.Base(path), nowI: -1}
	if err := r.open(key); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", r.name, err), f.Close())
	}
	return r, nil
}

func (r *SealedReader) open(key [32]byte) error {
	var head [sealedHead]byte
	switch n, err := io.ReadFull(r.f, head[:]); {
	case n >= len(sealedMagic) && string(head[:len(sealedMagic)]) != sealedMagic:
		return ErrNotSealed
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF): // a crash came before the head was down
		if !bytes.HasPrefix([]byte(sealedMagic), head[:min(n, len(sealedMagic))]) {
			return ErrNotSealed
		}
		return ErrUnfinished
	case err != nil:
		return err
	}
	if crc32.ChecksumIEEE(head[:sealedHead-4]) != binary.LittleEndian.Uint32(head[sealedHead-4:]) {
		return ErrDamaged
	}
	aead, check := fileKeys(key, head[8:24])
	if !bytes.Equal(check, head[24:40]) {
		return ErrKey
	}
	r.aead = aead
	info, err := r.f.Stat()
	if err != nil {
		return err
	}
	return r.measure(info.Size() - sealedHead)
}

// measure finds out how much is sealed in body bytes. The lengths it goes by are proven when chunks are read.
func (r *SealedReader) measure(body int64) error {
	whole := body / chunkUnit
	r.size, r.end = whole*chunkSize, ErrUnfinished
	rest := body % chunkUnit
	if rest == 0 && whole > 0 { // the last of the whole ones may be the last of all
		whole, rest = whole-1, chunkUnit
	}
	if rest < 4 {
		return nil
	}
	var head [4]byte
	if _, err := r.f.ReadAt(head[:], sealedHead+whole*chunkUnit); err != nil {
		return err
	}
	field := binary.LittleEndian.Uint32(head[:])
	length := int64(field &^ lastChunk)
	switch {
	case field&lastChunk == 0 || length > chunkSize: // if it is not whole, a crash cut it; if it is, reading tells
	case rest == 4+length+tagSize:
		r.size, r.end = whole*chunkSize+length, io.EOF
	case rest > 4+length+tagSize:
		return ErrDamaged // something behind the end
	}
	return nil
}

// Size is how much can be read, in bytes; of a file without an end, what is in whole chunks.
func (r *SealedReader) Size() int64 { return r.size }

// Finished reports whether the file was closed by its writer and not cut since.
func (r *SealedReader) Finished() bool { return r.end == io.EOF } //nolint:errorlint // it is never wrapped

// Close closes the file.
func (r *SealedReader) Close() error {
	clear(r.now)
	if err := r.f.Close(); err != nil {
		return fmt.Errorf("close sealed file: %w", err)
	}
	return nil
}

// Read gives io.EOF at the end of a finished file, and ErrUnfinished of another.
func (r *SealedReader) Read(b []byte) (int, error) {
	if r.at >= r.size {
		return 0, r.end
	}
	if i := r.at / chunkSize; i != r.nowI {
		chunk, err := r.chunk(i)
		if err != nil {
			return 0, err
		}
		r.now, r.nowI = chunk, i
	}
	n := copy(b, r.now[r.at%chunkSize:])
	r.at += int64(n)
	return n, nil
}

// ReadAt reads b whole, or gives io.EOF or ErrUnfinished where what is sealed ends.
func (r *SealedReader) ReadAt(b []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("read sealed file: negative offset")
	}
	for n < len(b) {
		if off >= r.size {
			return n, r.end
		}
		chunk, err := r.chunk(off / chunkSize)
		if err != nil {
			return n, err
		}
		some := copy(b[n:], chunk[off%chunkSize:])
		n, off = n+some, off+int64(some)
	}
	return n, nil
}

// chunk reads and opens one chunk.
func (r *SealedReader) chunk(i int64) ([]byte, error) {
	length := min(chunkSize, r.size-i*chunkSize)
	box := make([]byte, 4+length+tagSize)
	if _, err := r.f.ReadAt(box, sealedHead+i*chunkUnit); err != nil {
		return nil, fmt.Errorf("read %s: %w", r.name, err)
	}
	field := binary.LittleEndian.Uint32(box)
	last := r.Finished() && (i+1)*chunkSize >= r.size
	if plain := r.unseal(box, i); plain != nil {
		if want := uint32(length); field == want && !last || field == want|lastChunk && last { //nolint:gosec // ≤ 64 KiB
			return plain, nil
		}
		return nil, fmt.Errorf("read %s: chunk %d: %w", r.name, i, ErrDamaged) // whole, but it ends where nothing ends
	}
	for home := range min(r.size/chunkSize+16, maxHomes) { // also behind the end: chunks may have been left out
		if home != i && r.unseal(box, home) != nil {
			return nil, fmt.Errorf("read %s: chunk %d belongs at %d: %w", r.name, i, home, ErrMoved)
		}
	}
	return nil, fmt.Errorf("read %s: chunk %d: %w", r.name, i, ErrDamaged)
}

func (r *SealedReader) unseal(box []byte, i int64) []byte {
	nonce := chunkNonce(i)
	plain, err := r.aead.Open(nil, nonce[:], box[4:], box[:4])
	if err != nil {
		return nil
	}
	if plain == nil {
		plain = []byte{} // an empty last chunk
	}
	return plain
}
