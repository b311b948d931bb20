package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	wavHeader = 44
	// maxWAV bounds what ReadWAV takes into memory: 17 minutes of 48 kHz mono. More is refused.
	maxWAV = 100 << 20
	// MaxWAVBytes is the most sound a WAVWriter writes (the format's sizes are 32 bit); further
	// samples are refused with [ErrWAVFull].
	MaxWAVBytes = 2 << 30
	wavPCM      = 1
	wavExtended = 0xFFFE
)

// ErrWAVFull says that a WAV file has reached MaxWAVBytes.
var ErrWAVFull = errors.New("wav file is full")

// errWAV says what a file lacks.
var errWAV = errors.New("not a 16-bit PCM wav file")

// ReadWAV reads a RIFF file of 16-bit PCM, one or two channels, 1…384 kHz, and returns it at [Rate]
// mono. The size a streaming writer left at 0 or 0xFFFFFFFF is taken as "to the end".
func ReadWAV(r io.Reader) ([]int16, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxWAV+1))
	if err != nil {
		return nil, fmt.Errorf("read wav: %w", err)
	}
	if len(raw) > maxWAV {
		return nil, fmt.Errorf("read wav: larger than %d bytes", maxWAV)
	}
	if len(raw) < 12 || !bytes.Equal(raw[:4], []byte("RIFF")) || !bytes.Equal(raw[8:12], []byte("WAVE")) {
		return nil, fmt.Errorf("read wav: %w", errWAV)
	}
	var channels, rate int
	for at := 12; at+8 <= len(raw); {
		id, size := string(raw[at:at+4]), uint64(binary.LittleEndian.Uint32(raw[at+4:]))
		body := raw[at+8:]
		if id == "data" && size == 0 || size > uint64(len(body)) {
			size = uint64(len(body))
		}
		body = body[:size]
		switch id {
		case "fmt ":
			if channels, rate, err = wavFormat(body); err != nil {
				return nil, fmt.Errorf("read wav: %w", err)
			}
		case "data":
			if channels == 0 {
				return nil, fmt.Errorf("read wav: %w: no format before the data", errWAV)
			}
			return Resample(monoOf(body, channels), rate, Rate), nil
		}
		at += 8 + len(body) + len(body)&1 // chunks are padded to even length
	}
	return nil, fmt.Errorf("read wav: %w: no data", errWAV)
}

// wavFormat reads a fmt chunk.
func wavFormat(b []byte) (channels, rate int, err error) {
	if len(b) < 16 {
		return 0, 0, errWAV
	}
	kind, bits := binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[14:])
	if kind == wavExtended && len(b) >= 26 {
		kind = binary.LittleEndian.Uint16(b[24:]) // the first bytes of the sub-format's GUID
	}
	channels, rate = int(binary.LittleEndian.Uint16(b[2:])), int(binary.LittleEndian.Uint32(b[4:]))
	if kind != wavPCM || bits != 16 || channels < 1 || channels > 2 || rate < 1000 || rate > 384000 {
		return 0, 0, fmt.Errorf("%w: format %d, %d bit, %d channels, %d Hz", errWAV, kind, bits, channels, rate)
	}
	return channels, rate, nil
}

// monoOf turns interleaved little-endian bytes into samples, two channels into their mean.
func monoOf(b []byte, channels int) []int16 {
	pcm := make([]int16, len(b)/(2*channels))
	for i := range pcm {
		var sum int32
		for c := range channels {
			sum += int32(sample(b[2*(i*channels+c):]))
		}
		pcm[i] = limit(sum / int32(channels)) //nolint:gosec // 1 or 2.
	}
	return pcm
}

// sample reads one little-endian 16-bit sample.
func sample(b []byte) int16 { return int16(binary.LittleEndian.Uint16(b)) } //nolint:gosec // two's complement is meant.

// WriteWAV writes a whole file of 16-bit mono at rate Hz.
func WriteWAV(w io.Writer, rate int, pcm []int16) error {
	if len(pcm)*2 > MaxWAVBytes {
		return fmt.Errorf("write wav: %w", ErrWAVFull)
	}
	buf := appendSamples(header(rate, len(pcm)*2), pcm)
	if _, err := w.Write(buf); err != nil {
		return fmt.Errorf("write wav: %w", err)
	}
	return nil
}

// header is the 44 bytes before n bytes of 16-bit mono sound.
func header(rate, n int) []byte {
	h := make([]byte, 0, wavHeader)
	put32 := func(v int) { h = binary.LittleEndian.AppendUint32(h, uint32(v)) } //nolint:gosec // bounded by MaxWAVBytes.
	put16 := func(v uint16) { h = binary.LittleEndian.AppendUint16(h, v) }
	h = append(h, "RIFF"...)
	put32(wavHeader - 8 + n)
	h = append(h, "WAVEfmt "...)
	put32(16)
	put16(wavPCM)
	put16(1) // channels
	put32(rate)
	put32(rate * 2)
	put16(2) // bytes a frame
	put16(16)
	h = append(h, "data"...)
	put32(n)
	return h
}

func appendSamples(b []byte, pcm []int16) []byte {
	for _, v := range pcm {
		b = binary.LittleEndian.AppendUint16(b, uint16(v)) //nolint:gosec // two's complement is meant.
	}
	return b
}

// WAVFile is what a WAVWriter writes to; an *os.File is one.
type WAVFile interface {
	io.Writer
	io.WriterAt
}

// WAVWriter writes 16-bit mono piece by piece. The file is readable at any time up to the last
// Flush. It is for one goroutine.
type WAVWriter struct {
	file WAVFile
	rate int
	n    int // bytes of sound written
	buf  []byte
}

// NewWAVWriter writes a header to f, which is empty.
func NewWAVWriter(f WAVFile, rate int) (*WAVWriter, error) {
	if _, err := f.Write(header(rate, 0)); err != nil {
		return nil, fmt.Errorf("write wav: %w", err)
	}
	return &WAVWriter{file: f, rate: rate}, nil
}

// Write appends samples; after MaxWAVBytes it returns ErrWAVFull.
func (w *WAVWriter) Write(pcm []int16) error {
	if w.n+len(pcm)*2 > MaxWAVBytes {
		return ErrWAVFull
	}
	w.buf = appendSamples(w.buf[:0], pcm)
	n, err := w.file.Write(w.buf)
	w.n += n
	if err != nil {
		return fmt.Errorf("write wav: %w", err)
	}
	return nil
}

// Flush makes the sizes in the header true.
func (w *WAVWriter) Flush() error {
	if _, err := w.file.WriteAt(header(w.rate, w.n)[:wavHeader], 0); err != nil {
		return fmt.Errorf("write wav header: %w", err)
	}
	return nil
}
