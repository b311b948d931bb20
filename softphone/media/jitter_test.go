package media

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/pion/rtp"
)

// order puts packets by sequence number and returns those that come out, 0 for a lost one.
func order(j *jitterBuffer, put ...uint16) (got []uint16) {
	for _, seq := range put {
		j.put(seq, uint32(seq)*160, nil, []byte{byte(seq >> 8), byte(seq)}, false, true)
	}
	var out slot
	for range 200 {
		switch j.take(&out, 2*Block) {
		case gotPacket:
			got = append(got, uint16(out.body[0])<<8|uint16(out.body[1]))
		case lostPacket:
			got = append(got, 0)
		case emptyBuffer:
			return got
		case fillingBuffer:
		}
	}
	return got
}

func TestJitterBufferOrders(t *testing.T) {
	for _, c := range []struct {
		name      string
		put, want []uint16
	}{
		{"in order", []uint16{5, 6, 7}, []uint16{5, 6, 7}},
		{"reordered at the very start", []uint16{7, 5, 6}, []uint16{5, 6, 7}},
		{"across the wrap", []uint16{65535, 1, 65534, 2}, []uint16{65534, 65535, 0, 1, 2}},
		{"doubled", []uint16{5, 5, 6, 6}, []uint16{5, 6}},
		{"one lost", []uint16{5, 7}, []uint16{5, 0, 7}},
		{"a leap ahead begins anew", []uint16{5, 6, 1000, 1001}, []uint16{1000, 1001}},
	} {
		if got := order(&jitterBuffer{}, c.put...); !equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func equal(a, b []uint16) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestLatePacketsAreCountedAndDropped(t *testing.T) {
	var j jitterBuffer
	order(&j, 10, 11, 12)
	if got := order(&j, 11, 13); !equal(got, []uint16{13}) || j.late != 1 {
		t.Errorf("%v, %d late", got, j.late)
	}
	if got := order(&j, 40000, 40001); !equal(got, []uint16{40000, 40001}) {
		t.Errorf("a sender that began anew: %v", got)
	}
}

func TestTargetFollowsJitter(t *testing.T) {
	var j jitterBuffer
	frame := 2 * Block
	for range 200 {
		j.delays.add(3)
	}
	if ms := j.target(frame) * 1000 / Rate; ms != 30 {
		t.Errorf("a steady line wants %.0f ms", ms)
	}
	for i := range 200 {
		j.delays.add(float64(3 + i%5*10))
	}
	if ms := j.target(frame) * 1000 / Rate; ms < 60 || ms > 90 {
		t.Errorf("0 to 40 ms of jitter want %.0f ms", ms)
	}
	for range 50 {
		j.delays.add(500)
	}
	if ms := j.target(frame) * 1000 / Rate; ms != maxTargetMs {
		t.Errorf("a hopeless line wants %.0f ms", ms)
	}
}

func TestLossIsKeptAcrossSources(t *testing.T) {
	s := openSession(t, "pcma")
	if _, err := s.Answer(asterisk(), SendRecv); err != nil {
		t.Fatal(err)
	}
	now, from := time.Unix(1_800_000_000, 0), netip.AddrPortFrom(loopback, 18000)
	send := func(ssrc uint32, seq uint16) {
		p := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 8, SSRC: ssrc, SequenceNumber: seq, Timestamp: uint32(seq) * 160}, Payload: make([]byte, 160)}
		raw, err := p.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		now = now.Add(20 * time.Millisecond)
		s.receive(raw, from, now)
	}
	for _, seq := range []uint16{1, 2, 5} { // 3 and 4 are lost
		send(1, seq)
	}
	send(2, 100)
	send(1, 6) // a straggler of the old source must not bring it back
	send(2, 102)
	if st := s.Stats(); st.Lost != 3 || st.RxPackets != 5 || s.rx.ssrc != 2 {
		t.Errorf("lost %d, received %d, source %d", st.Lost, st.RxPackets, s.rx.ssrc)
	}
}

func TestASenderThatBeginsAnewIsNoLoss(t *testing.T) {
	for _, c := range []struct {
		name string
		seqs []uint16
		lost int
	}{
		{"back over the end", []uint16{40000, 40001, 40003, 5, 6, 7, 9}, 2},
		{"ahead", []uint16{10, 11, 30000, 30001, 30002}, 0},
		{"a stray in between", []uint16{10, 11, 30000, 12, 13}, 0},
		{"a gap within bounds", []uint16{10, 11, 2011, 2012}, 1999},
		{"reordered over the wrap", []uint16{65534, 0, 65535, 1}, 0},
	} {
		s := openSession(t, "pcma")
		if _, err := s.Answer(asterisk(), SendRecv); err != nil {
			t.Fatal(err)
		}
		now, from := time.Unix(1_800_000_000, 0), netip.AddrPortFrom(loopback, 18000)
		for _, seq := range c.seqs {
			p := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 8, SSRC: 1, SequenceNumber: seq}, Payload: make([]byte, 160)}
			raw, err := p.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			now = now.Add(20 * time.Millisecond)
			s.receive(raw, from, now)
		}
		if st := s.Stats(); st.Lost != c.lost {
			t.Errorf("%s: lost %d, want %d", c.name, st.Lost, c.lost)
		}
	}
}

// failing is a socket whose reads give an error of the network at once. The first of them are told when they come.
type failing struct {
	net.PacketConn
	told chan time.Time
}

func (f failing) ReadFrom([]byte) (int, net.Addr, error) {
	select {
	case f.told <- time.Now():
	default: // nobody asks any more
	}
	return 0, nil, &net.OpError{Op: "read", Err: syscall.ECONNREFUSED}
}

func TestASocketThatKeepsFailingIsNotAskedWithoutPause(t *testing.T) {
	var sockets []failing
	s, err := Open(Config{IP: loopback, Wrap: func(c net.PacketConn) net.PacketConn {
		sockets = append(sockets, failing{c, make(chan time.Time, errorsInARow+3)})
		return sockets[len(sockets)-1]
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	for _, f := range sockets {
		var last time.Time
		for n := range cap(f.told) {
			at := <-f.told
			if n >= errorsInARow && at.Sub(last) < errorPause {
				t.Errorf("asked again after %s when %d reads had failed", at.Sub(last), n)
			}
			last = at
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if len(sockets) != 2 {
		t.Errorf("%d sockets", len(sockets))
	}
}
