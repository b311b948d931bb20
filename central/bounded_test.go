package central

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A stream is calm for longer than a write may take: its end must come from central's side, not from the clock.
func TestAStreamThatSaysNothingForLongIsNotResetWhateverTheVersionOfHTTP(t *testing.T) {
	for _, version := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(version, func(t *testing.T) {
			const within = 100 * time.Millisecond
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w = &bounded{ResponseWriter: w, within: within}
				for _, line := range []string{"first\n", "second\n"} {
					if _, err := io.WriteString(w, line); err != nil {
						t.Error(err)
					}
					w.(http.Flusher).Flush()
					select {
					case <-time.After(4 * within):
					case <-r.Context().Done():
					}
				}
			}))
			s.EnableHTTP2 = version == "HTTP/2.0"
			s.StartTLS()
			defer s.Close()
			resp, err := s.Client().Get(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.Proto != version {
				t.Fatalf("spoken is %s", resp.Proto)
			}
			lines := bufio.NewScanner(resp.Body)
			n := 0
			for lines.Scan() {
				n++
			}
			if n != 2 || lines.Err() != nil {
				t.Errorf("%d lines, %v", n, lines.Err())
			}
		})
	}
}

// What is not taken ends: the connection, or the stream.
func TestAnAnswerThatNobodyTakesEnds(t *testing.T) {
	for _, version := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(version, func(t *testing.T) {
			ended := make(chan error, 1)
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w = &bounded{ResponseWriter: w, within: 100 * time.Millisecond}
				var err error
				for part := make([]byte, 1<<20); err == nil; {
					_, err = w.Write(part)
					w.(http.Flusher).Flush()
				}
				ended <- err
			}))
			s.EnableHTTP2 = version == "HTTP/2.0"
			s.StartTLS()
			defer s.Close()
			resp, err := s.Client().Get(s.URL)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			select {
			case <-ended:
			case <-time.After(30 * time.Second):
				t.Error("it is still being written")
			}
		})
	}
}
