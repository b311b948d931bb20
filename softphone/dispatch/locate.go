package dispatch

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// Place is a server that answers for a SIP domain.
type Place struct {
	Host string // a name or an address
	Port int

	network string // UDP, TCP, TLS
	cert    string // whom a TLS certificate must name: the domain, not what DNS leads to (RFC 5922 section 4)
}

// maxPlaces bounds how many servers of a domain are tried.
const maxPlaces = 8

// Locate finds the servers for host by "udp", "tcp" or "tls", the one to try first in front (RFC 3263 section 4.2): a
// numeric address or a port that is given are themselves; else the SRV records in the order of priority and weight; where
// there are none, host at the usual port. The transport is the configured one: NAPTR is not asked.
func (e *Endpoint) Locate(ctx context.Context, network, host string, port int) ([]Place, error) {
	network = strings.ToUpper(network)
	itself := Place{Host: host, Port: port, network: network, cert: host}
	if port != 0 {
		return []Place{itself}, nil
	}
	itself.Port = sip.DefaultPort(strings.ToLower(network))
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return []Place{itself}, nil
	}
	service, proto := "sip", "tcp"
	switch network {
	case "UDP":
		proto = "udp"
	case "TLS":
		service = "sips"
	}
	_, list, _ := e.cfg.Resolver.LookupSRV(ctx, service, proto, host)
	if len(list) == 1 && list[0].Target == "." { // RFC 2782: the service is decidedly not there
		return nil, fmt.Errorf("find SIP server: %w", &net.DNSError{Err: "no such service", Name: host, IsNotFound: true})
	}
	if len(list) == 0 {
		// Also where the name server is ill: an address that is known by other means is still reached, and the look-up
		// of the address tells what is wrong.
		return []Place{itself}, nil
	}
	var places []Place
	for _, r := range list[:min(len(list), maxPlaces)] {
		places = append(places, Place{Host: strings.TrimSuffix(r.Target, "."), Port: int(r.Port), network: network, cert: host})
	}
	return places, nil
}

func (e *Endpoint) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return []netip.Addr{ip}, nil
	}
	ips, err := e.cfg.Resolver.LookupNetIP(ctx, "ip", host)
	if err == nil && len(ips) == 0 {
		err = &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	return ips, err
}
