package testbed

import (
	"context"
	"net"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Server is an SRV record (RFC 2782).
type Server struct {
	Priority, Weight uint16
	Host             string // "." for none
	Port             uint16
}

// StartNames runs a name server on loopback until the test ends and gives the way to ask it. It knows the SRV records of
// some services ("_sip._udp.bank.example.") and that their hosts are all 127.0.0.1.
func StartNames(t testing.TB, services map[string][]Server) *net.Resolver {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { _ = c.Close(); <-done })
	go func() {
		defer close(done)
		buf := make([]byte, 1500)
		for {
			n, from, err := c.ReadFrom(buf)
			if err != nil {
				return
			}
			if out := answerName(buf[:n], services); out != nil {
				_, _ = c.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", c.LocalAddr().String())
	}}
}

func answerName(asked []byte, services map[string][]Server) []byte {
	var in dnsmessage.Message
	if in.Unpack(asked) != nil || len(in.Questions) != 1 {
		return nil
	}
	q := in.Questions[0]
	out := dnsmessage.Message{Header: dnsmessage.Header{ID: in.ID, Response: true, Authoritative: true}, Questions: in.Questions}
	list, known := services[q.Name.String()]
	if here := isHost(q.Name.String(), services); here && q.Type == dnsmessage.TypeA {
		head := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60}
		out.Answers = append(out.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}}})
	} else if !here && !known {
		out.RCode = dnsmessage.RCodeNameError
	}
	for _, s := range list {
		host, err := dnsmessage.NewName(s.Host)
		if err != nil || q.Type != dnsmessage.TypeSRV {
			continue
		}
		out.Answers = append(out.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60},
			Body:   &dnsmessage.SRVResource{Priority: s.Priority, Weight: s.Weight, Port: s.Port, Target: host},
		})
	}
	p, err := out.Pack()
	if err != nil {
		return nil
	}
	return p
}

func isHost(name string, services map[string][]Server) bool {
	for _, list := range services {
		for _, s := range list {
			if s.Host == name {
				return true
			}
		}
	}
	return false
}
