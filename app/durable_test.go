package app

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
)

// stopwatch measures how long what was typed takes until it is durable, in a real loop with a real store.
type stopwatch struct {
	mu    sync.Mutex
	typed map[desk.Millis]time.Time // Draft.Changed → when the loop took it
	took  []time.Duration
}

func (s *stopwatch) watch(t turn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e := t.e.(type) {
	case desk.NoteEdited:
		if d, ok := t.after.Draft(e.Draft); ok {
			s.typed[d.Changed] = time.Now()
		}
	case desk.DraftKept:
		for changed, at := range s.typed {
			if changed <= e.Changed {
				s.took = append(s.took, time.Since(at))
				delete(s.typed, changed)
			}
		}
	default: // the others do not matter here
	}
}

func (s *stopwatch) done(n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.took) == n
}

// TestWhatIsTypedIsOnDiskWithinAQuarterOfASecond types as a fast person does. The median must keep the promise on any
// machine that runs tests; all of them do on a quiet one (docs/PERFORMANCE.md has the figures). What the delay adds to
// a slow disk is in TestTypingIsDurableInTimeOnASlowDisk.
func TestWhatIsTypedIsOnDiskWithinAQuarterOfASecond(t *testing.T) {
	s := &stopwatch{typed: map[desk.Millis]time.Time{}}
	cfg := aloneDesk(t)
	cfg.Watch = append(cfg.Watch, s.watch)
	d := drive(t, cfg)
	d.call("flow.start", map[string]any{"flow": "complaint"}, nil)
	id := d.active().ID
	const letters = 150
	key := time.NewTicker(40 * time.Millisecond)
	defer key.Stop()
	text := ""
	for i := range letters {
		<-key.C
		text += fmt.Sprint(i % 10)
		content := text // the loop keeps what it is sent
		d.desk.loop.send(desk.NoteEdited{Draft: id, Content: &content})
	}
	every(t, "not everything that was typed is kept", func() bool { return s.done(letters) })
	slices.Sort(s.took)
	p50, p99, most := s.took[letters/2], s.took[letters*99/100], s.took[letters-1]
	t.Logf("%d letters: durable after p50 %v, p99 %v, at most %v", letters, p50.Round(time.Millisecond), p99.Round(time.Millisecond), most.Round(time.Millisecond))
	if p50 > draftPromise {
		t.Errorf("half of what is typed takes more than %v", p50)
	}
}
