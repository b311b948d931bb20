package media

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/pion/sdp/v3"
)

// Bounds of a description we read; what is larger is refused as unreadable.
const (
	maxSDP     = 32 << 10
	maxLines   = 16 // m-lines
	maxFormats = 64 // formats of one m-line; further ones are not looked at
)

// Packetisation we speak, in ms. 50 ms exists for G.711 only and is rounded down.
const (
	defaultPtime = 20
	minPtime     = 10
	maxPtime     = 60
)

// format is one payload type of an m-line.
type format struct {
	pt    uint8
	name  string // lower case encoding name
	clock int
	fmtp  string
}

const telephoneEvent = "telephone-event"

// mediaLine is one m-line as the other side wrote it.
type mediaLine struct {
	kind, proto string
	port        int
	raw         []string // formats, as written
	formats     []format
	addr        netip.Addr // invalid: none, or a host name
	hold        bool       // connection address 0.0.0.0 (RFC 3264 8.4)
	rtcp        int        // port
	dir         Direction
	ptime       int
}

// usable reports whether the line is audio that we could speak.
func (l mediaLine) usable() bool {
	return l.kind == "audio" && l.port != 0 && (l.proto == "RTP/AVP" || l.proto == "RTP/AVPF")
}

// wants is the direction the line states, the old way of holding included.
func (l mediaLine) wants() Direction {
	return direction(l.dir.Sends(), l.dir.Receives() && !l.hold)
}

// find returns the line's first format of that name and clock.
func (l mediaLine) find(name string, clock int) (format, bool) {
	for _, f := range l.formats {
		if f.name == name && f.clock == clock {
			return f, true
		}
	}
	return format{}, false
}

// digits returns the telephone-event format that goes with a codec's clock; RFC 4733 2.1 wants the
// same clock, but who offers only 8000 beside Opus understands 8000.
func (l mediaLine) digits(clock int) (format, bool) {
	if f, ok := l.find(telephoneEvent, clock); ok {
		return f, true
	}
	return l.find(telephoneEvent, 8000)
}

// remote returns where the line's RTP goes; invalid while unknown or held by 0.0.0.0.
func (l mediaLine) remote() netip.AddrPort {
	if l.hold || !l.addr.IsValid() || l.port == 0 {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(l.addr, port16(l.port))
}

// remoteRTCP is one port above RTP unless a=rtcp says otherwise (RFC 3605).
func (l mediaLine) remoteRTCP() netip.AddrPort {
	rtp := l.remote()
	if !rtp.IsValid() {
		return rtp
	}
	if l.rtcp != 0 {
		return netip.AddrPortFrom(rtp.Addr(), port16(l.rtcp))
	}
	return netip.AddrPortFrom(rtp.Addr(), rtp.Port()+1)
}

// port16 narrows a port that parse has checked.
func port16(p int) uint16 { return uint16(p & 0xFFFF) }

// parse reads a description. It touches no network: a host name in c= gives no address, and the
// far side's packets then tell where it is.
func parse(raw []byte) ([]mediaLine, error) {
	if len(raw) == 0 || len(raw) > maxSDP {
		return nil, fmt.Errorf("%w: %d bytes", ErrBadSDP, len(raw))
	}
	var desc sdp.SessionDescription
	if err := desc.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadSDP, err)
	}
	if len(desc.MediaDescriptions) > maxLines {
		return nil, fmt.Errorf("%w: %d media lines", ErrBadSDP, len(desc.MediaDescriptions))
	}
	dir := directionOf(desc.Attributes, SendRecv)
	lines := make([]mediaLine, 0, len(desc.MediaDescriptions))
	for _, m := range desc.MediaDescriptions {
		l := mediaLine{
			kind: m.MediaName.Media, proto: strings.Join(m.MediaName.Protos, "/"),
			port: m.MediaName.Port.Value, raw: m.MediaName.Formats, dir: directionOf(m.Attributes, dir),
		}
		if l.port < 0 || l.port > 65535 {
			return nil, fmt.Errorf("%w: port %d", ErrBadSDP, l.port)
		}
		conn := m.ConnectionInformation
		if conn == nil {
			conn = desc.ConnectionInformation
		}
		if conn != nil && conn.Address != nil {
			host, _, _ := strings.Cut(conn.Address.Address, "/") // a TTL may follow
			if a, err := netip.ParseAddr(host); err == nil {
				a = a.Unmap().WithZone("")
				l.addr, l.hold = a, a.IsUnspecified()
			}
		}
		l.formats = formatsOf(m)
		l.ptime, l.rtcp = ptimeOf(m.Attributes), rtcpOf(m.Attributes)
		lines = append(lines, l)
	}
	return lines, nil
}

// directionOf finds the direction among attributes.
func directionOf(attrs []sdp.Attribute, otherwise Direction) Direction {
	for _, a := range attrs {
		switch d := Direction(a.Key); d {
		case SendRecv, SendOnly, RecvOnly, Inactive:
			return d
		}
	}
	return otherwise
}

// formatsOf reads the payload types of an m-line with their rtpmap and fmtp.
func formatsOf(m *sdp.MediaDescription) []format {
	names, params := map[string]string{}, map[string]string{}
	for _, a := range m.Attributes {
		pt, value, ok := strings.Cut(a.Value, " ")
		if !ok {
			continue
		}
		switch a.Key {
		case "rtpmap":
			names[pt] = strings.TrimSpace(value)
		case "fmtp":
			params[pt] = strings.TrimSpace(value)
		}
	}
	var out []format
	for i, raw := range m.MediaName.Formats {
		pt, err := strconv.ParseUint(raw, 10, 7)
		if err != nil || i >= maxFormats {
			continue
		}
		f := format{pt: uint8(pt), fmtp: params[raw]}
		name, rest, mapped := strings.Cut(names[raw], "/")
		switch {
		case mapped:
			clock, _, _ := strings.Cut(rest, "/")
			f.name = strings.ToLower(name)
			if f.clock, err = strconv.Atoi(clock); err != nil {
				continue
			}
		case pt == 0: // static payload types need no rtpmap (RFC 3551 6)
			f.name, f.clock = codecPCMU, 8000
		case pt == 8:
			f.name, f.clock = codecPCMA, 8000
		default:
			continue
		}
		out = append(out, f)
	}
	return out
}

// ptimeOf is the packetisation the other side wishes to receive, in ms, in steps of 10.
func ptimeOf(attrs []sdp.Attribute) int {
	ptime, most := defaultPtime, maxPtime
	for _, a := range attrs {
		v, err := strconv.Atoi(strings.TrimSpace(a.Value))
		if err != nil || v <= 0 {
			continue
		}
		switch a.Key {
		case "ptime":
			ptime = v
		case "maxptime":
			most = v
		}
	}
	ptime = min(maxPtime, max(minPtime, min(ptime, most)/10*10))
	if ptime == 50 {
		return 40
	}
	return ptime
}

// rtcpOf reads a=rtcp:port; 0 if there is none.
func rtcpOf(attrs []sdp.Attribute) int {
	for _, a := range attrs {
		if a.Key != "rtcp" {
			continue
		}
		first, _, _ := strings.Cut(a.Value, " ")
		if p, err := strconv.ParseUint(first, 10, 16); err == nil {
			return int(p)
		}
	}
	return 0
}

// describe writes a description: our line at its index, every other line refused.
type describe struct {
	local   netip.AddrPort
	id      uint64
	version uint64
	lines   []mediaLine // of the other side; nil for a first offer
	ours    int
	formats []format // ours, by preference, telephone events last
	ptime   int
	dir     Direction
}

func (d describe) marshal() ([]byte, error) {
	family := "IP4"
	if d.local.Addr().Is6() {
		family = "IP6"
	}
	host := d.local.Addr().WithZone("").String()
	desc := sdp.SessionDescription{
		Origin: sdp.Origin{
			Username: "-", SessionID: d.id, SessionVersion: d.version,
			NetworkType: "IN", AddressType: family, UnicastAddress: host,
		},
		SessionName: "-",
		ConnectionInformation: &sdp.ConnectionInformation{
			NetworkType: "IN", AddressType: family, Address: &sdp.Address{Address: host},
		},
		TimeDescriptions: []sdp.TimeDescription{{}},
	}
	lines := d.lines
	if len(lines) == 0 {
		lines = []mediaLine{{kind: "audio", proto: "RTP/AVP"}}
	}
	for i, l := range lines {
		if i == d.ours {
			desc.MediaDescriptions = append(desc.MediaDescriptions, d.audio(l.proto))
			continue
		}
		formats := l.raw
		if len(formats) == 0 {
			formats = []string{"0"} // the grammar wants one
		}
		desc.MediaDescriptions = append(desc.MediaDescriptions, &sdp.MediaDescription{ // RFC 3264 6: refused
			MediaName: sdp.MediaName{Media: l.kind, Protos: strings.Split(l.proto, "/"), Formats: formats},
		})
	}
	return desc.Marshal()
}

// audio is our m-line.
func (d describe) audio(proto string) *sdp.MediaDescription {
	m := &sdp.MediaDescription{MediaName: sdp.MediaName{
		Media: "audio", Port: sdp.RangedPort{Value: int(d.local.Port())}, Protos: strings.Split(proto, "/"),
	}}
	add := func(key, value string) { m.Attributes = append(m.Attributes, sdp.Attribute{Key: key, Value: value}) }
	for _, f := range d.formats {
		pt := strconv.Itoa(int(f.pt))
		m.MediaName.Formats = append(m.MediaName.Formats, pt)
		name := strings.ToUpper(f.name)
		params := ""
		if c, ok := codecNamed(f.name); ok {
			params = c.params
		}
		if f.name == codecOpus || f.name == telephoneEvent { // as their RFCs spell them
			name = f.name
		}
		add("rtpmap", fmt.Sprintf("%s %s/%d%s", pt, name, f.clock, params))
		if f.fmtp != "" {
			add("fmtp", pt+" "+f.fmtp)
		}
	}
	add("ptime", strconv.Itoa(d.ptime))
	add("maxptime", strconv.Itoa(maxPtime))
	add(string(d.dir), "")
	return m
}
