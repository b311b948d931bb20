package media

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/pion/rtcp"
)

// reportEvery is the mean time between our reports; each is drawn from half to one and a half of
// it, the first from half of that (RFC 3550 6.3.1).
const reportEvery = 5 * time.Second

// ntpEpoch is the time from 1900 to 1970 in seconds.
const ntpEpoch = 2208988800

// ntp is a time as RTCP writes it: seconds since 1900 in 32.32 fixed point.
func ntp(t time.Time) uint64 {
	seconds := uint64(t.Unix() + ntpEpoch)              //nolint:gosec // after 1970.
	return seconds<<32 | uint64(t.Nanosecond())<<32/1e9 //nolint:gosec // 0…1e9.
}

// report sends a report every now and then until ctx ends, then the goodbye.
func (s *Session) report(ctx context.Context) {
	spread := func(mean time.Duration) time.Duration {
		return mean/2 + time.Duration(rand.Int64N(int64(mean))) //nolint:gosec // no secret.
	}
	timer := time.NewTimer(spread(reportEvery / 2))
	defer timer.Stop()
	var failed int64
	failing := false
	for {
		select {
		case <-ctx.Done():
			s.sendReport(true)
			return
		case <-timer.C:
		}
		s.sendReport(false)
		n := s.counts.txFailed.Load()
		if now := n > failed; now != failing {
			failing = now
			s.log.LogAttrs(ctx, slog.LevelWarn, "sending sound", slog.Bool("failing", failing), slog.Int64("packets", n))
		}
		failed = n
		timer.Reset(spread(reportEvery))
	}
}

// sendReport sends SR or RR, SDES and, at the end, BYE as one compound packet (RFC 3550 6.1).
func (s *Session) sendReport(bye bool) {
	to := s.route.rtcp.Load()
	if to == nil {
		return
	}
	now := s.now()
	s.counts.mu.Lock()
	mark := s.counts.mark
	s.counts.mu.Unlock()
	var blocks []rtcp.ReceptionReport
	if block, ok := s.reception(now); ok {
		blocks = append(blocks, block)
	}
	var packets []rtcp.Packet
	if mark.packets > 0 {
		since := uint64(max(0, now.Sub(mark.at)))
		clock := uint64(8000)
		if a := s.agreed.Load(); a != nil && a.codec.clock > 0 {
			clock = uint64(a.codec.clock)
		}
		packets = append(packets, &rtcp.SenderReport{
			SSRC: mark.ssrc, NTPTime: ntp(now), RTPTime: mark.ticks + uint32(since*clock/1e9), //nolint:gosec // wraps by design.
			PacketCount: mark.packets, OctetCount: mark.octets, Reports: blocks,
		})
	} else {
		packets = append(packets, &rtcp.ReceiverReport{SSRC: mark.ssrc, Reports: blocks})
	}
	packets = append(packets, &rtcp.SourceDescription{Chunks: []rtcp.SourceDescriptionChunk{{
		Source: mark.ssrc, Items: []rtcp.SourceDescriptionItem{{Type: rtcp.SDESCNAME, Text: s.cname}},
	}}})
	if bye {
		packets = append(packets, &rtcp.Goodbye{Sources: []uint32{mark.ssrc}})
	}
	raw, err := rtcp.Marshal(packets)
	if err != nil || s.rtcp.write(raw, *to) != nil {
		s.counts.txFailed.Add(1)
	}
}

// reception is our report block on what we receive (RFC 3550 A.3).
func (s *Session) reception(now time.Time) (rtcp.ReceptionReport, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &s.rx
	if !r.has || r.received == 0 {
		return rtcp.ReceptionReport{}, false
	}
	expected := r.expected()
	sent, got := expected-r.expectedPrior, r.received-r.receivedPrior
	r.expectedPrior, r.receivedPrior = expected, r.received
	block := rtcp.ReceptionReport{
		SSRC: r.ssrc, TotalLost: min(r.missing(), 0x7FFFFF), LastSequenceNumber: r.cycles + uint32(r.highest),
		Jitter: uint32(r.jitter * float64(r.clock) / 1000),
	}
	if sent > got {
		block.FractionLost = uint8(min(255, (sent-got)*256/sent))
	}
	if r.srMid != 0 {
		block.LastSenderReport = r.srMid
		block.Delay = uint32(now.Sub(r.srAt).Seconds() * 65536)
	}
	return block, true
}

// receiveRTCP takes a compound packet.
func (s *Session) receiveRTCP(raw []byte, from netip.AddrPort, now time.Time) {
	if !s.route.admitRTCP(from) {
		return
	}
	packets, err := rtcp.Unmarshal(raw)
	if err != nil {
		return
	}
	for _, p := range packets {
		switch p := p.(type) {
		case *rtcp.SenderReport:
			s.mu.Lock()
			if s.rx.has && p.SSRC == s.rx.ssrc {
				s.rx.srMid, s.rx.srAt = uint32(p.NTPTime>>16), now //nolint:gosec // the middle 32 bits.
			}
			s.mu.Unlock()
			s.learn(p.Reports, now)
		case *rtcp.ReceiverReport:
			s.learn(p.Reports, now)
		}
	}
}

// learn takes what the other side says of our packets.
func (s *Session) learn(blocks []rtcp.ReceptionReport, now time.Time) {
	s.counts.mu.Lock()
	ssrc := s.counts.mark.ssrc
	s.counts.mu.Unlock()
	for _, b := range blocks {
		if b.SSRC != ssrc {
			continue
		}
		s.counts.theirFraction.Store(uint32(b.FractionLost))
		s.counts.theirLoss.Store(int64(b.FractionLost) * 100 / 256)
		if b.LastSenderReport == 0 {
			continue
		}
		mid := uint32(ntp(now) >> 16)                                   //nolint:gosec // the middle 32 bits.
		if rtt := int32(mid - b.LastSenderReport - b.Delay); rtt >= 0 { //nolint:gosec // signed difference.
			s.counts.rtt.Store(int64(rtt) * int64(time.Second) / 65536)
		}
	}
}
