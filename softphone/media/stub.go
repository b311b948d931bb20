package media

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"time"
)

// Config is what a Session is opened with.
type Config struct {
	// IP is the address that RTP and RTCP are bound to and that stands in our SDP.
	IP netip.Addr
	// Codecs in order of preference: "opus", "pcma", "pcmu"; empty means these three.
	Codecs []string
	// Log gets changes of state; nil discards them.
	Log *slog.Logger
	// Wrap, if set, stands between the session and each of its two sockets (tests: loss, delay).
	Wrap func(net.PacketConn) net.PacketConn
}

// Session is the sound of one call.
type Session struct{}

// Open binds an even RTP port and the odd RTCP port above it; nothing is sent yet.
func Open(cfg Config) (*Session, error) { return &Session{}, nil }

// Offer returns an SDP offer with d.
func (s *Session) Offer(d Direction) ([]byte, error) { return nil, nil }

// Answer returns the SDP answer to offer.
func (s *Session) Answer(offer []byte, d Direction) ([]byte, error) { return nil, nil }

// Accept takes the answer to our last Offer.
func (s *Session) Accept(answer []byte) error { return nil }

// Remote is what the other side wants.
func (s *Session) Remote() Direction { return SendRecv }

// Run receives until ctx ends.
func (s *Session) Run(ctx context.Context) error { <-ctx.Done(); return nil }

// Capture sends 10 ms.
func (s *Session) Capture(in []int16) {}

// Playback fills 10 ms.
func (s *Session) Playback(out []int16) {}

// Mute sends silence while on.
func (s *Session) Mute(on bool) {}

// SendDigits queues digits.
func (s *Session) SendDigits(d string) error { return nil }

// Digits is what the other side pressed.
func (s *Session) Digits() <-chan byte { return nil }

// Close gives the ports back.
func (s *Session) Close() error { return nil }

// Stats is how a call's sound fares.
type Stats struct {
	Codec     string  // "opus", "pcma", "pcmu"; empty before negotiation
	SRTP      bool    // encrypted
	RTTms     float64 // round trip by RTCP, 0 while unknown
	JitterMs  float64 // interarrival jitter (RFC 3550 6.4.1)
	BufferMs  float64 // sound waiting in the jitter buffer, smoothed
	Lost      int     // packets that never came or came too late
	Concealed int     // packets' worth of sound that was made up
	MOS       float64 // 1…4.5 by the E-model (ITU-T G.107), 0 before the first packet
	RxPackets int
	TxPackets int
	FirstRx   time.Time // zero before the first packet
	FirstTx   time.Time
}

// Stats tells how the sound fares now.
func (s *Session) Stats() Stats { return Stats{} }

// ToneLevel is the share 0…1 of the block's energy that is at hz.
func ToneLevel(pcm []int16, rate int, hz float64) float64 { return 0 }

// Tone is a sine at Rate that goes on from block to block.
type Tone struct{}

// NewTone makes a tone of hz with a peak of level (0…1 of full scale).
func NewTone(hz, level float64) *Tone { return &Tone{} }

// Fill writes the next len(out) samples.
func (t *Tone) Fill(out []int16) {}

// ReadWAV reads 16-bit PCM of any rate, one or two channels, as 48 kHz mono.
func ReadWAV(r io.Reader) ([]int16, error) { return nil, nil }

// WriteWAV writes a whole 16-bit mono file of the rate given.
func WriteWAV(w io.Writer, rate int, pcm []int16) error { return nil }

// WAVWriter writes a WAV file piece by piece.
type WAVWriter struct{}

// NewWAVWriter writes the header to f, which is empty.
func NewWAVWriter(f interface {
	io.Writer
	io.WriterAt
}, rate int) (*WAVWriter, error) {
	return &WAVWriter{}, nil
}

// Write appends samples.
func (w *WAVWriter) Write(pcm []int16) error { return nil }

// Flush makes the sizes in the header true.
func (w *WAVWriter) Flush() error { return nil }

// Resample converts pcm from one rate to another.
func Resample(pcm []int16, from, to int) []int16 { return nil }

// Mixer drives several Streams as one: all get the same capture, their playback is summed.
type Mixer struct{}

// Add joins s until remove is called.
func (m *Mixer) Add(s Stream) (remove func()) { return func() {} }

// Len is the number of Streams joined.
func (m *Mixer) Len() int { return 0 }

// Capture gives in to all.
func (m *Mixer) Capture(in []int16) {}

// Playback sums all into out.
func (m *Mixer) Playback(out []int16) {}

// Mix adds src to dst and limits at full scale.
func Mix(dst, src []int16) {}
