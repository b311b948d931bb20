package media

import (
	"bytes"
	"errors"
	"net/netip"
	"strings"
	"testing"
)

func crlf(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n") }

// asterisk is an offer with two telephone-event types, as Asterisk writes it.
func asterisk() []byte {
	return crlf("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=Asterisk", "c=IN IP4 127.0.0.1", "t=0 0",
		"m=audio 18000 RTP/AVP 107 8 0 101 110",
		"a=rtpmap:107 opus/48000/2", "a=fmtp:107 useinbandfec=1",
		"a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000",
		"a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16",
		"a=rtpmap:110 telephone-event/48000", "a=fmtp:110 0-16",
		"a=ptime:20", "a=maxptime:140", "a=sendrecv")
}

func openSession(t *testing.T, codecs ...string) *Session {
	t.Helper()
	s, err := Open(Config{IP: loopback, Codecs: codecs})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestOpenBindsAnEvenPort(t *testing.T) {
	s := openSession(t)
	if s.Local().Port()%2 != 0 || s.Local().Addr() != loopback {
		t.Errorf("bound to %s", s.Local())
	}
	for _, cfg := range []Config{{}, {IP: netip.IPv4Unspecified()}, {IP: loopback, Codecs: []string{"mp3"}}, {IP: loopback, Codecs: []string{"g722"}}} {
		if s, err := Open(cfg); err == nil {
			_ = s.Close()
			t.Errorf("%+v opened", cfg)
		}
	}
}

func TestOfferListsEverythingAndCountsVersions(t *testing.T) {
	s := openSession(t)
	one, err := s.Offer(SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"RTP/AVP 96 8 0 97 101\r\n", "a=rtpmap:96 opus/48000/2\r\n", "a=rtpmap:8 PCMA/8000\r\n", "a=fmtp:96 useinbandfec=1",
		"a=rtpmap:97 telephone-event/48000\r\n", "a=rtpmap:101 telephone-event/8000\r\n", "a=ptime:20\r\n", "a=sendrecv\r\n", "c=IN IP4 127.0.0.1\r\n",
	} {
		if !strings.Contains(string(one), want) {
			t.Errorf("no %q in\n%s", want, one)
		}
	}
	again, _ := s.Offer(SendRecv)
	if !bytes.Equal(one, again) {
		t.Errorf("the same offer differs:\n%s", again)
	}
	held, _ := s.Offer(SendOnly)
	if v1, v2 := version(one), version(held); v1 == v2 {
		t.Errorf("version stayed at %s", v1)
	}
	if back, _ := s.Offer(SendRecv); version(back) == version(held) || version(back) == version(one) {
		t.Errorf("version went back")
	}
}

func version(sdp []byte) string {
	_, rest, _ := strings.Cut(string(sdp), "o=")
	return strings.Fields(rest)[2]
}

func TestAnswerToAsteriskKeepsItsNumbers(t *testing.T) {
	s := openSession(t)
	answer, err := s.Answer(asterisk(), SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"RTP/AVP 107 110\r\n", "a=rtpmap:107 opus/48000/2\r\n", "a=rtpmap:110 telephone-event/48000\r\n"} {
		if !strings.Contains(string(answer), want) {
			t.Errorf("no %q in\n%s", want, answer)
		}
	}
	reoffer, err := s.Offer(SendOnly)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(reoffer), "RTP/AVP 107 8 0 110 ") {
		t.Errorf("the codec in use is not first, or has another number:\n%s", reoffer)
	}
}

func TestAnswerRefusesWhatItCannotTake(t *testing.T) {
	s := openSession(t, "pcma")
	offer := crlf("v=0", "o=- 1 1 IN IP4 10.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0",
		"m=video 4000 RTP/AVP 31", "m=audio 0 RTP/AVP 8", "m=audio 4002 RTP/SAVP 8", "m=audio 4004 RTP/AVP 0",
		"m=audio 4006 RTP/AVP 8 0", "a=ptime:30", "a=recvonly", "m=application 5000 UDP/BFCP *")
	answer, err := s.Answer(offer, SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := parse(answer)
	if err != nil {
		t.Fatalf("%v\n%s", err, answer)
	}
	if len(lines) != 6 {
		t.Fatalf("%d lines in\n%s", len(lines), answer)
	}
	for i, l := range lines {
		if (l.port != 0) != (i == 4) {
			t.Errorf("line %d has port %d", i, l.port)
		}
	}
	if lines[4].dir != SendOnly || lines[4].ptime != 30 {
		t.Errorf("answered %s with ptime %d", lines[4].dir, lines[4].ptime)
	}
	if got := s.agreed.Load().blocks; got != 3 {
		t.Errorf("packets of %d blocks", got)
	}
	reoffer, _ := s.Offer(SendRecv) // RFC 3264 8: the lines stay
	if lines, err := parse(reoffer); err != nil || len(lines) != 6 || lines[4].port == 0 || lines[0].port != 0 {
		t.Errorf("re-offer: %v\n%s", err, reoffer)
	}
}

func TestNoCommonAudioIsAnError(t *testing.T) {
	s := openSession(t, "opus")
	offer := crlf("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", "m=audio 4000 RTP/AVP 8")
	if _, err := s.Answer(offer, SendRecv); !errors.Is(err, ErrNoMedia) {
		t.Errorf("%v", err)
	}
	if _, err := s.Answer([]byte("hello"), SendRecv); !errors.Is(err, ErrBadSDP) {
		t.Errorf("%v", err)
	}
	if err := s.Accept(offer); !errors.Is(err, ErrNoMedia) {
		t.Errorf("an answer without an offer: %v", err)
	}
}

func TestOldHoldByNullAddress(t *testing.T) {
	s := openSession(t, "pcma")
	if _, err := s.Answer(asterisk(), SendRecv); err != nil {
		t.Fatal(err)
	}
	held := bytes.Replace(asterisk(), []byte("c=IN IP4 127.0.0.1"), []byte("c=IN IP4 0.0.0.0"), 1)
	answer, err := s.Answer(held, SendRecv)
	if err != nil {
		t.Fatal(err)
	}
	if s.Remote() != SendOnly || s.agreed.Load().sends || !strings.Contains(string(answer), "a=recvonly") {
		t.Errorf("remote %s, sends %v\n%s", s.Remote(), s.agreed.Load().sends, answer)
	}
	if _, err := s.Answer(asterisk(), SendRecv); err != nil || s.Remote() != SendRecv || !s.agreed.Load().sends {
		t.Errorf("not resumed: %v, %s", err, s.Remote())
	}
}

func TestCodecStaysWhenOfferedAgainInAnotherOrder(t *testing.T) {
	s := openSession(t, "opus", "pcma", "pcmu")
	first := bytes.Replace(asterisk(), []byte("107 8 0 101 110"), []byte("0 101"), 1)
	if _, err := s.Answer(first, SendRecv); err != nil {
		t.Fatal(err)
	}
	answer, err := s.Answer(asterisk(), SendRecv)
	if err != nil || !strings.Contains(string(answer), "RTP/AVP 0 101") {
		t.Errorf("%v\n%s", err, answer)
	}
}

func FuzzParseSDP(f *testing.F) {
	f.Add(asterisk())
	f.Add([]byte("v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=0 0\r\nm=audio 4000/2 RTP/AVP 0 96\r\na=rtpmap:96 opus/48000/2\r\na=rtcp:53020 IN IP4 126.16.64.4\r\na=ptime:0\r\n"))
	f.Add([]byte("v=0\r\nm=audio 99999 RTP/AVP 0\r\n"))
	f.Add([]byte("v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 8 300 -1\r\nc=IN IP4 host.example/127\r\na=rtpmap:8\r\na=rtpmap: /\r\na=fmtp:8\r\na=maxptime:-4\r\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		lines, err := parse(raw)
		if err != nil {
			return
		}
		for _, l := range lines {
			if l.ptime < minPtime || l.ptime > maxPtime || l.ptime%10 != 0 || l.port < 0 || l.port > 65535 {
				t.Errorf("%+v", l)
			}
		}
		d := describe{local: netip.AddrPortFrom(loopback, 4000), id: 1, version: 1, lines: lines, formats: []format{{name: "pcma", pt: 8, clock: 8000}}, ptime: 20, dir: SendRecv}
		out, err := d.marshal()
		if err != nil {
			t.Fatalf("cannot answer: %v", err)
		}
		if again, err := parse(out); err == nil && len(lines) > 0 && len(again) != len(lines) {
			t.Errorf("%d lines answered with %d", len(lines), len(again))
		}
	})
}

func FuzzReceive(f *testing.F) {
	f.Add([]byte{0x80, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xD5, 0xD5})
	f.Add([]byte{0x80, 107, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0x78, 0})
	f.Add([]byte{0x90, 110, 0, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0xBE, 0xDE, 0, 1, 0x10, 1, 0, 0, 1, 0x8A, 0, 160})
	f.Add([]byte{0x81, 200, 0, 6})
	s, err := Open(Config{IP: loopback})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	if _, err := s.Answer(asterisk(), SendRecv); err != nil {
		f.Fatal(err)
	}
	from := netip.AddrPortFrom(loopback, 18000)
	f.Fuzz(func(_ *testing.T, raw []byte) {
		var out [Block]int16
		s.receive(raw, from, s.now())
		s.Playback(out[:])
	})
}
