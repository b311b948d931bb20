package sync

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
)

func TestACallThatDoesNotMoveIsEndedAndALongOneIsNot(t *testing.T) {
	const within = 300 * time.Millisecond
	stop := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/silent" {
			<-stop
			return
		}
		tick := time.NewTicker(within / 10)
		defer tick.Stop()
		for i := 0; ; i++ {
			if _, err := io.WriteString(w, "."); err != nil || http.NewResponseController(w).Flush() != nil {
				return
			}
			if r.URL.Path == "/stalls" && i == 3 {
				<-stop
				return
			}
			if i == 20 {
				return
			}
			<-tick.C
		}
	}))
	defer server.Close()
	defer close(stop)
	l := &line{now: time.Now}
	client := &http.Client{Transport: l.over(http.DefaultTransport)}
	read := func(path string) (int, error) {
		t.Helper()
		r, err := http.NewRequestWithContext(patient(t.Context(), within), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(r)
		if err != nil {
			return 0, err
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		return len(text), err
	}
	if n, err := read("/moves"); n != 21 || err != nil {
		t.Errorf("a long answer that moves: %d bytes, %v", n, err)
	}
	n, err := read("/stalls")
	if n != 4 || !errors.Is(err, desk.ErrOffline) || Reason(err) != "timeout" {
		t.Errorf("an answer that stands still: %d bytes, %v", n, err)
	}
	if _, err := read("/silent"); Reason(err) != "timeout" {
		t.Errorf("no answer: %s, %v", Reason(err), err)
	}
}

func TestPagesFitASlowLineAndOnlyThat(t *testing.T) {
	p := newPace(0)
	if got := p.limit(0); got != desk.MaxPageRows {
		t.Errorf("nothing known: %d rows", got)
	}
	p.came(500, 50_000) // 100 bytes a row
	for rate, want := range map[float64]int{64 << 10: 262, 4 << 10: leastRows, 1 << 20: desk.MaxPageRows} {
		if got := p.limit(rate); got != want {
			t.Errorf("%.0f bytes a second: %d rows, want %d", rate, got, want)
		}
	}
	for range 10 {
		p.pushed(p.push(), 4*time.Second, false)
	}
	if got := p.push(); got != leastPush {
		t.Errorf("pushes that take long: %d bytes", got)
	}
	for range 20 {
		p.pushed(p.push(), 10*time.Millisecond, false)
	}
	if got := p.push(); got != mostPush {
		t.Errorf("quick pushes: %d bytes", got)
	}
	quick := p.wait(mostPush)
	p.pushed(mostPush, time.Minute, true)
	if p.wait(mostPush) <= quick {
		t.Error("after a push that got lost the next is given no more time")
	}
}
