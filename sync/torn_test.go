package sync_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	gosync "sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	datasync "github.com/callbench/callbench/sync"
	"github.com/callbench/callbench/sync/wire"
)

// customers puts so many into central.
func (s *server) customers(n int) {
	s.t.Helper()
	rows := func(yield func(desk.Row) bool) {
		for i := range n {
			id := fmt.Sprintf("customer-%06d", i)
			body, err := json.Marshal(desk.Customer{ID: id, Number: fmt.Sprint(i), Name: "张三", Group: "sales", Address: "某市某路某号"})
			if err != nil || !yield(desk.Row{Table: desk.TableCustomer, Key: id, Body: body}) {
				return
			}
		}
	}
	if _, err := s.central.Import(s.t.Context(), rows); err != nil {
		s.t.Fatal(err)
	}
}

// cutting breaks its connections after some bytes, as long as cuts are left.
type cutting struct {
	mu   gosync.Mutex
	dice *rand.Rand
	left int
	most int64
}

func (c *cutting) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left == 0 {
		return conn, nil
	}
	c.left--
	one := &cutConn{Conn: conn}
	one.left.Store(1 + c.dice.Int64N(c.most))
	return one, nil
}

func (c *cutting) leftNow() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.left
}

type cutConn struct {
	net.Conn
	left atomic.Int64
}

func (c *cutConn) Read(b []byte) (int, error) {
	left := c.left.Load()
	if left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := c.Conn.Read(b[:min(int64(len(b)), left)])
	if c.left.Add(-int64(n)) <= 0 {
		c.Close()
	}
	return n, err
}

// complete waits until a checkpoint is complete and sees that the desk has so many customers then.
func (d *station) complete(n int) {
	d.t.Helper()
	d.await("a complete checkpoint", func(events []datasync.Event) bool {
		return slices.ContainsFunc(events, func(e datasync.Event) bool { _, ok := e.(datasync.Synced); return ok })
	})
	count, err := d.store.Count(d.t.Context())
	if err != nil || count[desk.TableCustomer] != n {
		d.t.Errorf("%d customers, want %d; %v", count[desk.TableCustomer], n, err)
	}
}

func TestAFirstSyncGoesOnWhereverItIsCut(t *testing.T) {
	s := newServer(t, central.Config{})
	s.customers(600)
	cuts := &cutting{dice: rand.New(rand.NewPCG(1, 2)), left: 40, most: 4 << 10}
	li := s.desk(t, "li", deskConfig{transport: &http.Transport{DialContext: cuts.dial}, rows: 20, tokens: fixedToken(s.token("li"))})
	ended := make(chan struct{})
	var poker gosync.WaitGroup
	poker.Go(func() { // the network is there at once
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-ended:
				return
			case <-tick.C:
				li.client.Nudge()
			}
		}
	})
	li.complete(600)
	close(ended)
	poker.Wait()
	if used := 40 - cuts.leftNow(); used < 10 {
		t.Errorf("only %d connections were cut", used)
	}
}

// front stands before central and treats one method in its own way.
func (s *server) front(method string, instead func(http.ResponseWriter, *http.Request)) string {
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/"+method) {
			instead(w, r)
			return
		}
		s.central.Handler().ServeHTTP(w, r)
	}))
	s.t.Cleanup(front.Close)
	return front.URL
}

func TestPagesComeOneByOneWhereStreamsDoNot(t *testing.T) {
	for name, instead := range map[string]func(http.ResponseWriter, *http.Request){
		"an older central": http.NotFound,
		"a proxy that cuts streams": func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, central.Config{})
			s.customers(300)
			var asked atomic.Int64
			url := s.front(wire.MethodSnapshot, func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				instead(w, r)
			})
			li := s.desk(t, "li", deskConfig{url: url, rows: 20})
			li.complete(300)
			if n := asked.Load(); n < 1 || n > 2 {
				t.Errorf("%d streams were tried", n)
			}
		})
	}
}

func TestCallsOfAnotherNetworkAreGivenUpAtOnce(t *testing.T) {
	s := newServer(t, central.Config{})
	s.customers(10)
	hung, free := make(chan struct{}), make(chan struct{})
	var first atomic.Bool
	url := s.front(wire.MethodPull, func(w http.ResponseWriter, r *http.Request) {
		if !first.Swap(true) {
			close(hung)
			<-free
		}
		s.central.Handler().ServeHTTP(w, r)
	})
	t.Cleanup(func() { close(free) }) // before the front closes
	li := s.desk(t, "li", deskConfig{url: url})
	<-hung
	began := time.Now()
	li.client.Awake()
	li.complete(10)
	if took := time.Since(began); took > 15*time.Second { // a call by itself is given up after twenty
		t.Errorf("on the new network after %v", took)
	}
}
