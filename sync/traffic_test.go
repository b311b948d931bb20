package sync_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"iter"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
	datasync "github.com/callbench/callbench/sync"
)

// scales weighs what crosses a desk's connections, TLS and all.
type scales struct{ up, down atomic.Int64 }

type weighed struct {
	net.Conn
	on *scales
}

func (w weighed) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.on.down.Add(int64(n))
	return n, err
}

func (w weighed) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	w.on.up.Add(int64(n))
	return n, err
}

func (s *scales) under(way *http.Transport) *http.Transport {
	dial := way.DialContext
	way.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return weighed{conn, s}, nil
	}
	return way
}

// weigh runs a desk over HTTP/2 and TLS until its first checkpoint is complete.
func weigh(b *testing.B, s *server, user string) (*scales, *station) {
	b.Helper()
	far := serve(b, s.central.Handler(), true)
	roots := x509.NewCertPool()
	roots.AddCert(far.Certificate())
	on := &scales{}
	d := s.desk(b, user, deskConfig{url: far.URL, transport: on.under(datasync.TransportVia(roots, nil))})
	until(b, "the first checkpoint", func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		return slices.ContainsFunc(d.events, func(e datasync.Event) bool { _, is := e.(datasync.Synced); return is })
	})
	return on, d
}

// BenchmarkIdleDesk weighs a desk at which nobody works: bytes an hour, after its start. One loop takes 150 s, three
// streams of hints: go test -run '^$' -bench Idle -benchtime 1x ./sync
func BenchmarkIdleDesk(b *testing.B) {
	for _, user := range []string{"li", "chen"} { // an agent, a lead
		b.Run(user, func(b *testing.B) {
			s := newServer(b, central.Config{})
			on, _ := weigh(b, s, user)
			for b.Loop() {
				const long = 150 * time.Second
				up, down := on.up.Load(), on.down.Load()
				<-time.After(long)
				hour := float64(time.Hour / long)
				b.ReportMetric(hour*float64(on.up.Load()-up), "B_up/h")
				b.ReportMetric(hour*float64(on.down.Load()-down), "B_down/h")
			}
		})
	}
}

// BenchmarkFirstSyncBytes weighs the first sync of 20,000 customers, beside what their rows measure unpacked.
func BenchmarkFirstSyncBytes(b *testing.B) {
	s := newServer(b, central.Config{})
	plain := 0
	rows := func() iter.Seq[desk.Row] {
		return func(yield func(desk.Row) bool) {
			for c := range sample.Customers(1, 20000, "sales", desk.MillisOf(time.Now())) {
				body, err := json.Marshal(c)
				if err != nil {
					b.Fatal(err)
				}
				plain += len(body)
				if !yield(desk.Row{Table: desk.TableCustomer, Key: c.ID, Body: body}) {
					return
				}
			}
		}
	}
	if _, err := s.central.Import(b.Context(), rows()); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		on, d := weigh(b, s, "li")
		b.ReportMetric(float64(on.down.Load()), "B_down")
		b.ReportMetric(float64(on.up.Load()), "B_up")
		b.ReportMetric(float64(plain), "B_rows")
		d.stop()
	}
}
