// Package media is the voice of a call: it negotiates SDP, sends and receives RTP and RTCP,
// encodes, decodes, conceals what was lost, and carries digits.
//
// It owns two UDP sockets a [Session] and everything behind them; it knows no SIP and no sound
// device. A Session has four callers, each its own goroutine and none of them shared:
//
//   - the phone negotiates ([Session.Offer], [Session.Answer], [Session.Accept]), mutes, sends
//     digits and reads [Session.Stats]; these may be called from any goroutine;
//   - the capture clock calls [Session.Capture] every 10 ms: it encodes and sends, at once;
//   - the playback clock calls [Session.Playback] every 10 ms: it takes from the jitter buffer,
//     decodes and conceals;
//   - [Session.Run] receives, and reports by RTCP.
//
// So the playback device drives receiving and the capture device drives sending, and the drift
// between the far clock and ours is taken up by time stretching in the receiver. Capture,
// Playback and the receive loop allocate nothing per packet. The only lock they share guards
// the jitter buffer and is held while a packet is copied, some hundred nanoseconds.
//
// It stops when the context of Run ends; Close then gives the ports back. Sound is 48 kHz,
// 16 bit, mono throughout; a block is [Block] samples, 10 ms.
package media

import "errors"

// Rate is the sampling rate of all sound that passes this package's edge, in Hz.
const Rate = 48000

// Block is the number of samples of one Capture or Playback call: 10 ms at [Rate].
const Block = Rate / 100

// What a Session may answer; each is wrapped with what was tried.
var (
	// ErrNoMedia says that an offer or answer holds no audio that we can take (SIP: 488).
	ErrNoMedia = errors.New("no common audio")
	// ErrBadSDP says that a description cannot be read (SIP: 400).
	ErrBadSDP = errors.New("unreadable session description")
	// ErrNoDigits says that the other side takes no telephone events.
	ErrNoDigits = errors.New("the other side takes no digits")
	// ErrDigitsFull says that so many digits are waiting that the new ones are refused.
	ErrDigitsFull = errors.New("too many digits waiting")
	// ErrBadDigit says that a character is none of 0-9, *, #, A-D.
	ErrBadDigit = errors.New("not a digit")
	// ErrNoPorts says that no even and odd pair of ports was to be had.
	ErrNoPorts = errors.New("no free pair of ports")
)

// Stream is what a sound device drives: a [Session], a [Mixer], or anything that speaks and
// listens. Capture gets what the microphone heard, Playback fills what the speaker shall play,
// each [Block] samples at [Rate] mono. Capture and Playback may run at the same time on two
// goroutines, but each only on one.
type Stream interface {
	Capture(in []int16)
	Playback(out []int16)
}

// Direction is the way in which sound flows, seen from the side that states it (RFC 3264 5.1).
type Direction string

// The directions, as they stand in SDP.
const (
	SendRecv Direction = "sendrecv"
	SendOnly Direction = "sendonly"
	RecvOnly Direction = "recvonly"
	Inactive Direction = "inactive"
)

// Sends reports whether the stating side sends.
func (d Direction) Sends() bool { return d == SendRecv || d == SendOnly }

// Receives reports whether the stating side wants to receive.
func (d Direction) Receives() bool { return d == SendRecv || d == RecvOnly }

// direction puts the two halves together.
func direction(sends, receives bool) Direction {
	switch {
	case sends && receives:
		return SendRecv
	case sends:
		return SendOnly
	case receives:
		return RecvOnly
	}
	return Inactive
}
