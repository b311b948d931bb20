package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
)

// Times of the HTTP server. A request is read whole within readWithin (a full push over a slow line);
// it must outlast a stream.
const (
	headWithin = 10 * time.Second
	readWithin = 75 * time.Second
	idleFor    = 2 * time.Minute
	stopWithin = 4 * time.Second
)

// winsockInUse is WSAEADDRINUSE: package syscall has another number under that name on Windows.
const winsockInUse = 10048

type serveCommand struct {
	dirFlag
	Listen  string `default:"127.0.0.1:7443" placeholder:"ADDR" help:"Address and port (${default})."`
	TLSCert string `name:"tls-cert" type:"path" placeholder:"FILE" help:"Certificate chain, PEM."`
	TLSKey  string `name:"tls-key" type:"path" placeholder:"FILE" help:"Its key, PEM."`
	Plain   bool   `help:"Plain HTTP although init has made a certificate; on loopback only, for trials and behind a proxy."`
}

// Run serves until the context ends.
func (s serveCommand) Run(w *world) (err error) {
	address, err := s.check()
	if err != nil {
		return err
	}
	if err := s.begun(); err != nil {
		return err
	}
	config, own, err := s.tls(address)
	if err != nil {
		return err
	}
	c, err := s.open(w, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	ln, err := (&net.ListenConfig{}).Listen(w.ctx(), "tcp", s.Listen)
	if err != nil {
		var number syscall.Errno
		if errors.Is(err, syscall.EADDRINUSE) || errors.As(err, &number) && number == winsockInUse {
			return fmt.Errorf("%s is taken by another program; choose another --listen", s.Listen)
		}
		return fmt.Errorf("listen on %s: %w", s.Listen, err)
	}
	url := "http://" + ln.Addr().String()
	if config != nil {
		url = "https://" + ln.Addr().String()
		ln = tls.NewListener(ln, config)
	}
	text := "serving " + url
	if own.JoinCode != "" {
		text += ", join code " + own.JoinCode + " (of " + own.CA + ")"
	}
	if err := w.print(served{URL: url, CA: own.CA, JoinCode: own.JoinCode}, "%s", text); err != nil {
		return errors.Join(err, ln.Close())
	}
	return s.serve(w, c, ln, url)
}

// served is what serve prints: CA and JoinCode where the certificate is the one of init.
type served struct {
	URL      string `json:"url"`
	CA       string `json:"ca,omitempty"`
	JoinCode string `json:"joincode,omitempty"`
}

// serve runs central and the HTTP server and stops both: first the streams, then the calls under way.
func (s serveCommand) serve(w *world, c *central.Central, ln net.Listener, url string) error {
	ctx, cancel := context.WithCancel(w.ctx())
	defer cancel()
	server := &http.Server{
		Handler: c.Handler(), ReadHeaderTimeout: headWithin, ReadTimeout: readWithin, IdleTimeout: idleFor,
		ErrorLog: slog.NewLogLogger(w.log.Handler(), slog.LevelWarn),
	}
	ran, ended := make(chan error, 1), make(chan error, 1)
	go func() { ran <- c.Run(ctx) }()
	go func() { ended <- server.Serve(ln) }()
	w.log.InfoContext(ctx, "serving", "url", url, "version", version, "org", c.Org())
	var first error
	running := true
	select {
	case <-ctx.Done():
	case first = <-ran:
		running = false
	case first = <-ended:
	}
	cancel()
	if running {
		first = errors.Join(first, <-ran)
	}
	last, done := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer done()
	if err := server.Shutdown(last); err != nil {
		first = errors.Join(first, server.Close())
	}
	w.log.InfoContext(last, "stopped")
	return first
}

// check looks at what can be wrong with the flags alone and gives the address.
func (s serveCommand) check() (*net.TCPAddr, error) {
	if (s.TLSCert == "") != (s.TLSKey == "") {
		return nil, fmt.Errorf("--tls-cert and --tls-key go together: %w", errUse)
	}
	address, err := net.ResolveTCPAddr("tcp", s.Listen)
	if err != nil {
		return nil, fmt.Errorf("--listen %s: %s: %w", s.Listen, err.Error(), errUse)
	}
	if s.Plain && s.TLSCert != "" {
		return nil, fmt.Errorf("--plain and --tls-cert exclude each other: %w", errUse)
	}
	if s.Plain && !address.IP.IsLoopback() {
		return nil, fmt.Errorf("%s can be reached from other machines, --plain is for this one only: %w", s.Listen, errUse)
	}
	return address, nil
}

// tls says how to serve: nil is plain HTTP, for this machine only. The files are those of init where it is
// their certificate.
func (s serveCommand) tls(address *net.TCPAddr) (*tls.Config, central.TLSFiles, error) {
	if s.Plain {
		return nil, central.TLSFiles{}, nil
	}
	own := central.TLSFiles{Cert: s.TLSCert, Key: s.TLSKey}
	if s.TLSCert == "" {
		var err error
		own, err = central.FindTLS(s.Data)
		if errors.Is(err, desk.ErrNotFound) {
			if address.IP.IsLoopback() {
				return nil, central.TLSFiles{}, nil
			}
			return nil, own, fmt.Errorf("%s can be reached from other machines: give --tls-cert and --tls-key, "+
				"or make a certificate with centrald init --data %s: %w", s.Listen, s.Data, errUse)
		}
		if err != nil {
			return nil, own, err
		}
	}
	pair, err := tls.LoadX509KeyPair(own.Cert, own.Key)
	if err != nil {
		return nil, own, fmt.Errorf("certificate %s: %w", own.Cert, err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, own, nil
}

type initCommand struct {
	dirFlag
	Host []string `placeholder:"NAME" help:"Name or address under which desks call; repeat for more. Default: this machine's."`
	Org  string   `placeholder:"NAME" help:"Organisation of new data (main unless named); desks never go from one to another."`
}

// Run makes certificates and tells the join code.
func (i initCommand) Run(w *world) error {
	hosts := i.Host
	if len(hosts) == 0 {
		hosts = ownNames()
	}
	i.org = i.Org
	return i.with(w, true, func(context.Context, *central.Central) error {
		files, err := central.InitTLS(i.Data, hosts, time.Now())
		if err != nil {
			return err
		}
		return w.print(struct {
			central.TLSFiles
			Hosts []string `json:"hosts"`
		}{files, hosts}, "certificate  %s\nkey          %s\nauthority    %s\nfor          %v\njoin code    %s",
			files.Cert, files.Key, files.CA, hosts, files.JoinCode)
	})
}

// ownNames lists what this machine is called.
func ownNames() []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	if host, err := os.Hostname(); err == nil && host != "" && host != "localhost" {
		names = append(names, host)
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return names
	}
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && !ip.IP.IsLinkLocalUnicast() {
			names = append(names, ip.IP.String())
		}
	}
	return names
}
