package dispatch

import (
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// FuzzDatagram runs bytes of the wire through the parser and the mailboxes: whatever comes, it neither
// panics nor hangs.
func FuzzDatagram(f *testing.F) {
	const head = "INVITE sip:101@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK.1;rport\r\n" +
		"From: \"Li\" <sip:a@127.0.0.1>;tag=f\r\nTo: <sip:101@127.0.0.1>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n"
	f.Add([]byte(head + "Contact: <sip:a@127.0.0.1>\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"))
	f.Add([]byte(strings.ReplaceAll(head, "INVITE", "ACK") + "\r\n"))
	f.Add([]byte(strings.ReplaceAll(head, "INVITE", "CANCEL") + "\r\n"))
	f.Add([]byte(strings.ReplaceAll(head, "INVITE sip:101@127.0.0.1 SIP/2.0", "SIP/2.0 200 OK") + "\r\n"))
	f.Add([]byte(head + "Record-Route: <sip:p;lr>, <sip:q>\r\nRoute: <sip:x>\r\nX\r\n\r\n"))
	e, err := Open(Config{Request: func(in *Incoming) {
		if d, err := DialogUAS(in, in.Flow.Contact("x")); err == nil {
			_ = d.Request(sip.BYE).String()
			d.Match(in)
		}
		_ = in.Reply(486, "Busy Here")
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = e.Close() })
	n := &memNet{}
	f.Fuzz(func(_ *testing.T, p []byte) {
		msg, err := e.parser.ParseSIP(p)
		if err != nil {
			return
		}
		e.receive(&Flow{network: "UDP", socket: &packetSocket{conn: &memConn{n: n}}, done: make(chan struct{})}, msg)
	})
}
