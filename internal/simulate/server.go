package simulate

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/internal/powercut"
)

// server is central on its disk.
type server struct {
	machine
	now     func() time.Time
	central *central.Central
	handler http.Handler
	book    *sql.DB // the simulator's own look into the file
}

func (s *server) open(ctx context.Context, image powercut.Image) error {
	if err := s.begin(image); err != nil {
		return err
	}
	var err error
	s.central, err = central.Open(ctx, central.Config{Dir: s.dir, Now: s.now, VFS: s.disk.VFS()})
	if err != nil {
		return err
	}
	s.handler = s.central.Handler()
	s.book, err = sql.Open("sqlite", "file:"+filepath.Join(s.dir, centralName)+"?_pragma=query_only(1)&_pragma=busy_timeout(1000)")
	if err != nil {
		return err
	}
	s.book.SetMaxOpenConns(1)
	return nil
}

// close closes everything; the files stay until end.
func (s *server) close() error {
	var err error
	if s.book != nil {
		err = s.book.Close()
	}
	if closed := s.central.Close(); err == nil && !s.dead {
		err = closed
	}
	return err
}

// crash ends central without a word, and starts it again from what the disk kept.
func (s *server) crash(ctx context.Context, image powercut.Image) error {
	s.disk.Fail(nil)
	_ = s.close()
	if err := s.end(); err != nil {
		return err
	}
	if err := s.open(ctx, image); err != nil {
		return fmt.Errorf("central does not open after a crash: %w", err)
	}
	return nil
}

// request is what a desk sent; a network may repeat it at any time.
type request struct {
	from   string
	path   string
	header http.Header
	body   []byte
	torn   bool // the body ends too early
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
	torn   bool // it ends with an error
}

// again gives the same answer anew.
func (a *answer) again() *answer {
	b := &answer{status: a.status, header: a.header.Clone()}
	b.body.Write(a.body.Bytes())
	return b
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Flush()                      {}
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

type cutBody struct{ bytes.Reader }

func (c *cutBody) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	if err == io.EOF { //nolint:errorlint // bytes.Reader gives exactly this
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// serve hands a request to central and waits for its whole answer.
func (s *server) serve(ctx context.Context, q request) (*answer, error) {
	var body io.Reader = bytes.NewReader(q.body)
	if q.torn {
		c := &cutBody{}
		c.Reset(q.body)
		body = c
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1"+q.path, body)
	if err != nil {
		return nil, err
	}
	r.Header = q.header.Clone()
	r.RemoteAddr = "127.0.0.1:1"
	a := &answer{header: http.Header{}}
	s.handler.ServeHTTP(a, r)
	a.WriteHeader(http.StatusOK)
	return a, nil
}
