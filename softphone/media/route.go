package media

import (
	"net/netip"
	"sync/atomic"
	"time"
)

// Symmetric RTP: packets go to where packets come from, since the address in SDP is often one
// behind a NAT. The first packet after negotiation decides; a second source is heard only once the
// first has been silent for relatchAfter, or when it is the one SDP named, so that nobody can
// take over a running call by sending packets at it.
const relatchAfter = 500 * time.Millisecond

// route knows where our packets go and whose are taken. The destinations are read by the capture
// clock without a lock; the rest is guarded by Session.mu.
type route struct {
	rtp, rtcp atomic.Pointer[netip.AddrPort] // nil: nowhere to send to

	pending atomic.Pointer[signalled] // set by a negotiation, taken by the next packet
	named   signalled
	latched netip.AddrPort
	heard   time.Time
}

// signalled is what SDP said.
type signalled struct{ rtp, rtcp netip.AddrPort }

// signal takes the addresses of a negotiation. The same ones as before keep what was learnt.
func (r *route) signal(rtp, rtcp netip.AddrPort) {
	if old := r.pending.Load(); old != nil && old.rtp == rtp && old.rtcp == rtcp {
		return
	}
	r.pending.Store(&signalled{rtp, rtcp})
	if !rtp.IsValid() {
		return // held, or named by host: what was learnt, if anything, stays
	}
	r.rtp.Store(&rtp)
	r.rtcp.Store(&rtcp)
}

// admit reports whether an RTP packet from there is ours, and follows a moved source.
func (r *route) admit(from netip.AddrPort, now time.Time) bool {
	if p := r.pending.Load(); p != nil && r.named != *p {
		r.named = *p
		if p.rtp.IsValid() {
			r.latched = netip.AddrPort{} // a new place: learn again
		}
	}
	switch {
	case from == r.latched:
		r.heard = now
		return true
	case r.latched.IsValid() && from != r.named.rtp && now.Sub(r.heard) < relatchAfter:
		return false
	}
	r.latched, r.heard = from, now
	if old := r.rtp.Load(); old == nil || *old != from {
		to := from // a copy, so that only a move allocates
		r.rtp.Store(&to)
		if r.named.rtcp.IsValid() && r.named.rtcp.Addr() == from.Addr() {
			return true // RTCP as named; only the RTP port moved
		}
		rtcp := netip.AddrPortFrom(from.Addr(), from.Port()+1)
		r.rtcp.Store(&rtcp)
	}
	return true
}

// admitRTCP reports whether a report from there is ours: the host is known already.
func (r *route) admitRTCP(from netip.AddrPort) bool {
	to := r.rtcp.Load()
	return to != nil && to.Addr() == from.Addr()
}
