package media

import (
	"fmt"
	"strings"

	"github.com/thesyncim/gopus"
	"github.com/zaf/g711"
)

// The names of the codecs, as in Config.Codecs and Stats.Codec.
const (
	codecOpus = "opus"
	codecPCMA = "pcma"
	codecPCMU = "pcmu"
	codecG722 = "g722" // accepted in Config.Codecs, not spoken yet
)

// codec is what SDP says of one way to encode sound.
type codec struct {
	name   string
	clock  int    // Hz of RTP timestamps
	params string // of rtpmap, after the clock rate
	fmtp   string // what we ask the other side to send
	pt     uint8  // what we offer when nothing else is agreed
}

// codecNamed finds a codec by its name, in the upper or lower case of SDP too.
func codecNamed(name string) (codec, bool) {
	switch strings.ToLower(name) {
	case codecOpus: // RFC 7587: always 48000 and 2 channels in SDP, whatever is sent
		return codec{codecOpus, 48000, "/2", "useinbandfec=1;maxplaybackrate=48000;sprop-stereo=0", 96}, true
	case codecPCMA:
		return codec{codecPCMA, 8000, "", "", 8}, true
	case codecPCMU:
		return codec{codecPCMU, 8000, "", "", 0}, true
	}
	return codec{}, false
}

// encoder turns 10…60 ms of 48 kHz sound into one packet. It belongs to the capture clock.
type encoder interface {
	// encode returns the number of bytes written to out; 0 means that nothing is to be sent.
	encode(pcm []int16, out []byte) int
	// expectLoss tells how many percent of our packets get lost.
	expectLoss(percent int)
}

// decoder turns packets into 48 kHz sound. It belongs to the playback clock.
type decoder interface {
	// decode returns the number of samples written to out (up to maxFrame), 0 if b is no packet of this codec.
	decode(b []byte, out []int16) int
	// conceal makes up len(out) samples; false: it cannot.
	conceal(out []int16) bool
	// recover takes what next, the packet after a lost one, says about the lost len(out)
	// samples; false: nothing.
	recover(next []byte, out []int16) bool
}

// maxFrame is the most samples of one packet: 120 ms.
const maxFrame = 120 * Rate / 1000

func (c codec) newEncoder() (encoder, error) {
	switch c.name {
	case codecOpus:
		return newOpusEncoder()
	case codecPCMA:
		return &g711Encoder{law: g711.EncodeAlawFrame, down: newDecimator()}, nil
	}
	return &g711Encoder{law: g711.EncodeUlawFrame, down: newDecimator()}, nil
}

func (c codec) newDecoder() (decoder, error) {
	switch c.name {
	case codecOpus:
		return newOpusDecoder()
	case codecPCMA:
		return &g711Decoder{law: g711.DecodeAlawFrame, up: newInterpolator()}, nil
	}
	return &g711Decoder{law: g711.DecodeUlawFrame, up: newInterpolator()}, nil
}

// g711Encoder is PCMA or PCMU (RFC 3551 4.5.14).
type g711Encoder struct {
	law  func(int16) uint8
	down *decimator
	buf  [Block / ratio]int16
}

func (e *g711Encoder) encode(pcm []int16, out []byte) int {
	n := 0
	for ; len(pcm) >= Block; pcm = pcm[Block:] {
		e.down.process(pcm, e.buf[:])
		for _, v := range e.buf {
			out[n] = e.law(v)
			n++
		}
	}
	return n
}

func (e *g711Encoder) expectLoss(int) {}

type g711Decoder struct {
	law func(uint8) int16
	up  *interpolator
	buf [maxNarrow]int16
}

func (d *g711Decoder) decode(b []byte, out []int16) int {
	n := min(len(b), maxNarrow, len(out)/ratio)
	for i, v := range b[:n] {
		d.buf[i] = d.law(v)
	}
	d.up.process(d.buf[:n], out)
	return n * ratio
}

func (d *g711Decoder) conceal([]int16) bool         { return false }
func (d *g711Decoder) recover([]byte, []int16) bool { return false }

// The Opus encoder's settings. 32 kbit/s with 10 % of loss expected is the least at which it sends full
// band and redundancy (LBRR) at once; at 24 kbit/s and 5 % it sent none.
const (
	opusBitrate    = 32000
	opusComplexity = 5
	opusLoss       = 10 // percent, until RTCP tells more
	opusMaxLoss    = 30 // beyond it, more redundancy costs more than it gives
)

type opusEncoder struct {
	enc   *gopus.Encoder
	frame int // samples
	loss  int // percent
}

func newOpusEncoder() (*opusEncoder, error) {
	enc, err := gopus.NewEncoder(gopus.EncoderConfig{SampleRate: Rate, Channels: 1, Application: gopus.ApplicationVoIP})
	if err != nil {
		return nil, fmt.Errorf("opus encoder: %w", err)
	}
	for _, err := range []error{
		enc.SetBitrate(opusBitrate), enc.SetComplexity(opusComplexity), enc.SetSignal(gopus.SignalVoice),
		enc.SetPacketLoss(opusLoss), enc.SetFrameSize(2 * Block),
	} {
		if err != nil {
			return nil, fmt.Errorf("opus encoder: %w", err)
		}
	}
	enc.SetFEC(true)
	return &opusEncoder{enc: enc, frame: 2 * Block, loss: opusLoss}, nil
}

func (e *opusEncoder) encode(pcm []int16, out []byte) int {
	if len(pcm) != e.frame {
		if e.enc.SetFrameSize(len(pcm)) != nil {
			return 0 // 50 ms is no frame of Opus; the negotiation never asks for it
		}
		e.frame = len(pcm)
	}
	n, err := e.enc.EncodeInt16(pcm, out)
	if err != nil {
		return 0
	}
	return n
}

func (e *opusEncoder) expectLoss(percent int) {
	percent = min(opusMaxLoss, max(opusLoss, percent))
	if percent != e.loss && e.enc.SetPacketLoss(percent) == nil {
		e.loss = percent
	}
}

type opusDecoder struct {
	dec *gopus.Decoder
	buf [maxFrame]float32
}

func newOpusDecoder() (*opusDecoder, error) {
	dec, err := gopus.NewDecoder(gopus.DefaultDecoderConfig(Rate, 1))
	if err != nil {
		return nil, fmt.Errorf("opus decoder: %w", err)
	}
	return &opusDecoder{dec: dec}, nil
}

func (d *opusDecoder) decode(b []byte, out []int16) int {
	if len(b) == 0 { // gopus would take it for a lost packet
		return 0
	}
	n, err := d.dec.Decode(b, d.buf[:])
	if err != nil {
		return 0
	}
	return d.take(out, n)
}

func (d *opusDecoder) conceal(out []int16) bool {
	n, err := d.dec.Decode(nil, d.buf[:min(len(out), maxFrame)])
	return err == nil && d.take(out, n) == len(out)
}

func (d *opusDecoder) recover(next []byte, out []int16) bool {
	if !gopus.PacketHasLBRR(next) {
		return false
	}
	n, err := d.dec.DecodeWithFEC(next, d.buf[:min(len(out), maxFrame)], true)
	return err == nil && d.take(out, n) == len(out)
}

// take moves n decoded samples to out.
func (d *opusDecoder) take(out []int16, n int) int {
	n = min(n, len(out))
	for i, v := range d.buf[:n] {
		out[i] = clip(v * 32768)
	}
	return n
}
