package syncbench

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
	datasync "github.com/callbench/callbench/sync"
)

// remote is a central in a process of its own.
type remote struct {
	place
	roots *x509.CertPool
	cmd   *exec.Cmd
	in    io.WriteCloser
	out   *bufio.Scanner
}

// centralDir is the folder of a central's data.
func centralDir(customers, users int) string { return fmt.Sprintf("central-%d-%d", customers, users) }

// start runs a central that has so many customers and users. It is slow once; the next time its data is there.
func (b *bench) start(ctx context.Context, customers, users int) (*remote, error) {
	dir := filepath.Join(b.cfg.Dir, centralDir(customers, users))
	r := &remote{cmd: exec.CommandContext(ctx, b.cfg.Self[0], b.cfg.Self[1:]...)} //nolint:gosec // this program
	r.cmd.Stderr = os.Stderr
	var err error
	if r.in, err = r.cmd.StdinPipe(); err != nil {
		return nil, err //nolint:wrapcheck // Run does
	}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err //nolint:wrapcheck // Run does
	}
	if err := r.cmd.Start(); err != nil {
		return nil, err //nolint:wrapcheck // Run does
	}
	r.out = bufio.NewScanner(out)
	if err := json.NewEncoder(r.in).Encode(plan{Dir: dir, Customers: customers, Users: users}); err != nil {
		return nil, errors.Join(err, r.stop())
	}
	if !r.out.Scan() || json.Unmarshal(r.out.Bytes(), &r.place) != nil {
		return nil, errors.Join(errors.New("central did not begin"), r.stop())
	}
	pem, err := os.ReadFile(r.CA)
	if err != nil {
		return nil, errors.Join(err, r.stop())
	}
	r.roots = x509.NewCertPool()
	r.roots.AppendCertsFromPEM(pem)
	return r, nil
}

// ask makes central do something.
func (r *remote) ask(what string) (n int, err error) {
	if _, err := io.WriteString(r.in, what+"\n"); err != nil {
		return 0, err //nolint:wrapcheck // Run does
	}
	if !r.out.Scan() {
		return 0, errors.New("central has gone")
	}
	return n, json.Unmarshal(r.out.Bytes(), &n) //nolint:wrapcheck // Run does
}

func (r *remote) stop() error {
	return errors.Join(r.in.Close(), r.cmd.Wait())
}

// station is a desk at work.
type station struct {
	store  *localstore.Store
	client *datasync.Client
	cancel context.CancelFunc
	parts  sync.WaitGroup
}

// transport is the desk's own but that dial makes the connections; nil: the ordinary one.
func (r *remote) transport(dial func(ctx context.Context, network, address string) (net.Conn, error)) http.RoundTripper {
	if dial == nil {
		return nil
	}
	return &http.Transport{
		DialContext: dial, TLSClientConfig: &tls.Config{RootCAs: r.roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: 10 * time.Second, IdleConnTimeout: 90 * time.Second,
	}
}

// desk opens a store and lets a client run on it.
func (r *remote) desk(ctx context.Context, dir, user string, transport http.RoundTripper, seen func(datasync.Event)) (*station, error) {
	store, err := localstore.Open(ctx, localstore.Config{Path: filepath.Join(dir, user+".db"), Key: [32]byte{1}, Org: r.Org, User: user})
	if err != nil {
		return nil, err //nolint:wrapcheck // Run does
	}
	s := &station{store: store}
	s.run(ctx, r, user, transport, seen)
	return s, nil
}

func (s *station) run(ctx context.Context, r *remote, user string, transport http.RoundTripper, seen func(datasync.Event)) {
	s.client = datasync.New(datasync.Config{
		URL: r.URL, User: user, Password: func() (string, error) { return password, nil }, RootCAs: r.roots, Transport: transport,
		Store: s.store, Version: "bench", Emit: seen,
	})
	ctx, s.cancel = context.WithCancel(ctx)
	s.parts.Go(func() { _ = s.client.Run(ctx) })     // nil, whatever happens
	s.parts.Go(func() { _ = s.store.Maintain(ctx) }) // nil, whatever happens
}

func (s *station) stop() error {
	s.cancel()
	s.parts.Wait()
	return s.store.Close() //nolint:wrapcheck // Run does
}

// save keeps a contact as the desk would, and tells how long that took.
func (s *station) save(ctx context.Context, customer string) (time.Duration, error) {
	id := uuid.Must(uuid.NewV7()).String()
	body, err := json.Marshal(desk.Contact{
		ID: id, Customer: customer, At: today(), Subject: "咨询", Content: "询问现有套餐与新套餐的区别，已说明价格和合约期，客户说周五前答复。",
	})
	if err != nil {
		return 0, err //nolint:wrapcheck // it is our own type
	}
	began := time.Now()
	_, err = s.store.Commit(ctx, desk.Intent{
		ID: uuid.Must(uuid.NewV7()).String(), Kind: "contact.save", At: today(),
		Changes: []desk.Change{{Table: desk.TableContact, Key: id, Fields: body}},
	})
	return time.Since(began), err //nolint:wrapcheck // Run does
}
