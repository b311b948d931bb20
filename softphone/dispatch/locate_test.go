package dispatch

import (
	"errors"
	"net"
	"strconv"
	"testing"

	"github.com/callbench/callbench/internal/testbed"
)

func TestTheServersOfADomainAreFoundInTheirOrder(t *testing.T) {
	e, err := Open(Config{Resolver: testbed.StartNames(t, map[string][]testbed.Server{
		"_sip._udp.bank.example.":    {{Priority: 20, Host: "branch.bank.example.", Port: 5070}, {Priority: 10, Host: "head.bank.example.", Port: 5080}},
		"_sips._tcp.bank.example.":   {{Priority: 1, Host: "tls.bank.example.", Port: 5061}},
		"_sip._udp.nosip.example.":   {{Priority: 0, Host: ".", Port: 0}},
		"_sip._udp.crowded.example.": crowd(20),
	})})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	for _, c := range []struct {
		network, host string
		port          int
		want          []string
	}{
		{"udp", "bank.example", 0, []string{"head.bank.example:5080", "branch.bank.example:5070"}},
		{"udp", "bank.example", 5099, []string{"bank.example:5099"}},
		{"tls", "bank.example", 0, []string{"tls.bank.example:5061"}},
		{"tcp", "bank.example", 0, []string{"bank.example:5060"}}, // no records for it
		{"tls", "other.example", 0, []string{"other.example:5061"}},
		{"udp", "192.0.2.7", 0, []string{"192.0.2.7:5060"}},
		{"udp", "[2001:db8::7]", 0, []string{"[2001:db8::7]:5060"}},
	} {
		places, err := e.Locate(t.Context(), c.network, c.host, c.port)
		var got []string
		for _, p := range places {
			got = append(got, p.Host+":"+strconv.Itoa(p.Port))
			if p.cert != c.host {
				t.Errorf("%s: a certificate of %s is asked for", c.host, p.cert)
			}
		}
		if err != nil || len(got) != len(c.want) || got[0] != c.want[0] || got[len(got)-1] != c.want[len(c.want)-1] {
			t.Errorf("%s %s %d: %v, %v", c.network, c.host, c.port, got, err)
		}
	}
	var dns *net.DNSError
	if _, err := e.Locate(t.Context(), "udp", "nosip.example", 0); !errors.As(err, &dns) {
		t.Errorf("a domain without telephones: %v", err)
	}
	if many, err := e.Locate(t.Context(), "udp", "crowded.example", 0); err != nil || len(many) != maxPlaces {
		t.Errorf("%d places, %v", len(many), err)
	}
}

func crowd(n int) (list []testbed.Server) {
	for range n {
		list = append(list, testbed.Server{Priority: 1, Weight: 1, Host: "one.crowded.example.", Port: 5060})
	}
	return list
}
