package floor

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
)

var update = flag.Bool("update", false, "write the golden files anew")

var start = time.UnixMilli(1_700_000_000_000).UTC()

// tell prints events one a line, with the time since start.
func tell(events []desk.QueueEvent) string {
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "%8.3f %-16s", float64(e.At-desk.MillisOf(start))/1000, e.Kind)
		for _, f := range []struct{ name, v string }{
			{"queue", e.Queue},
			{"call", strings.TrimPrefix(e.Call, fmt.Sprint(desk.MillisOf(start)))},
			{"agent", e.Agent},
			{"number", e.Number},
			{"name", e.Name},
		} {
			if f.v != "" {
				fmt.Fprintf(&b, " %s=%s", f.name, f.v)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func events(actions []action) []desk.QueueEvent {
	var out []desk.QueueEvent
	for _, a := range actions {
		if a.verb == doEmit {
			out = append(out, a.event)
		}
	}
	return out
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", name, got)
	}
}

func mustWorld(t *testing.T, cfg Config) *world {
	t.Helper()
	cfg, err := cfg.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(cfg, start)
}

func at(seconds float64) time.Time {
	return start.Add(time.Duration(seconds * float64(time.Second)))
}

// two is a floor of two real agents, both there and ready.
func two(t *testing.T) *world {
	t.Helper()
	w := mustWorld(t, Config{Agents: []Agent{
		{Extension: "8001", Name: "Ann", Ready: true}, {Extension: "8002", Name: "Bo", Ready: true},
	}})
	w.setReachable(start, "8001", true)
	w.setReachable(start, "8002", true)
	return w
}

func (w *world) mustJoin(t *testing.T, sec float64, c Caller) string {
	t.Helper()
	if c.Queue == "" {
		c.Queue = "support"
	}
	id := w.id()
	if err := w.join(at(sec), &queued{id: id, caller: c}); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAnEveningOfTheScriptIsTheSameForTheSameSeed(t *testing.T) {
	run := func(seed int64) string {
		w := mustWorld(t, Config{
			Seed: seed, Agents: []Agent{{Extension: "8001", Name: "Ann", Ready: true}}, Colleagues: 4,
			FirstCall: 5 * time.Second, Between: Range{20 * time.Second, 40 * time.Second},
		})
		w.setReachable(start, "8001", true)
		var out []desk.QueueEvent
		answers := map[string]time.Time{}
		// Ann answers after two seconds and talks until the caller leaves.
		for sec := 0.0; sec < 240; sec += 0.25 {
			w.advance(at(sec))
			for _, a := range w.take() {
				switch a.verb {
				case doEmit:
					out = append(out, a.event)
				case doRing:
					answers[a.call.id] = at(sec + 2)
				case doLeave:
					w.ended(at(sec), a.call.id)
				case doCancel, doOver:
				}
			}
			for id, when := range answers {
				if !when.After(at(sec)) {
					delete(answers, id)
					w.answered(at(sec), id, "8001")
				}
			}
		}
		return tell(out)
	}
	first := run(7)
	golden(t, "evening.txt", first)
	if again := run(7); again != first {
		t.Error("the same seed gave another evening")
	}
	if other := run(8); other == first {
		t.Error("another seed gave the same evening")
	}
}

func TestARingThatIsNotAnsweredGoesToTheNextAgent(t *testing.T) {
	w := two(t)
	id := w.mustJoin(t, 0, Caller{Number: "1", Name: "Zed"})
	w.advance(at(15))
	if c := w.call(id); c.agent == nil || c.agent.ext != "8002" {
		t.Fatalf("after the ring timeout nobody else is rung")
	}
	w.advance(at(16))
	w.answered(at(16), id, "8002")
	w.ended(at(20), id)
	golden(t, "ring_timeout.txt", tell(events(w.take())))
}

func TestACallerWhoseOnlyAgentMissedIsRungAgainAfterTheRetry(t *testing.T) {
	w := mustWorld(t, Config{Agents: []Agent{{Extension: "8001", Ready: true}}})
	w.setReachable(start, "8001", true)
	id := w.mustJoin(t, 0, Caller{Number: "1"})
	w.refused(at(1), id, "8001")
	w.advance(at(5.9))
	if w.call(id).agent != nil {
		t.Fatal("rung again before the retry was over")
	}
	w.advance(at(6))
	if w.call(id).agent == nil {
		t.Fatal("not rung again")
	}
}

func TestACallerWithoutPatienceLeftIsCountedAsAbandoned(t *testing.T) {
	w := two(t)
	w.setReady(start, "8001", false)
	w.setReady(start, "8002", false)
	w.take()
	id := w.mustJoin(t, 0, Caller{Number: "1", Patience: 10 * time.Second})
	w.setReady(at(4), "8002", true) // is being rung when the caller leaves
	w.advance(at(30))
	actions := w.take()
	golden(t, "abandon.txt", tell(events(actions)))
	var verbs []verb
	for _, a := range actions {
		if a.verb != doEmit {
			verbs = append(verbs, a.verb)
		}
	}
	if fmt.Sprint(verbs) != fmt.Sprint([]verb{doRing, doCancel, doOver}) {
		t.Errorf("actions: %v", verbs)
	}
	if w.answered(at(30), id, "8002") {
		t.Error("a call that is over was answered")
	}
	if m := w.member("8002"); m.standing != free {
		t.Error("the agent who was rung is not free again")
	}
}

func TestTheAgentWhoseLastCallIsLongestAgoIsRungFirst(t *testing.T) {
	w := two(t)
	a := w.mustJoin(t, 0, Caller{Number: "1"})
	b := w.mustJoin(t, 0, Caller{Number: "2"})
	w.answered(at(1), a, "8001")
	w.answered(at(1), b, "8002")
	w.ended(at(10), b)
	w.ended(at(20), a)
	w.advance(at(60))
	c := w.mustJoin(t, 60, Caller{Number: "3"})
	if got := w.call(c).agent.ext; got != "8002" {
		t.Errorf("rang %s, who was busy last", got)
	}
}

func TestWhoIsNotFreeIsNotRung(t *testing.T) {
	for name, change := range map[string]func(w *world){
		"not ready":       func(w *world) { w.setReady(start, "8001", false) },
		"phone gone":      func(w *world) { w.setReachable(start, "8001", false) },
		"a call outside":  func(w *world) { w.setOutside(start, "8001", "x", true) },
		"not a member":    func(w *world) { w.member("8001").queues = []string{"sales"} },
		"in wrap-up":      func(w *world) { w.member("8001").standing, w.member("8001").until = pausing, at(99) },
		"is rung already": func(w *world) { w.mustJoin(t, 0, Caller{Number: "other"}) },
	} {
		t.Run(name, func(t *testing.T) {
			w := mustWorld(t, Config{Agents: []Agent{{Extension: "8001", Ready: true}}})
			w.setReachable(start, "8001", true)
			change(w)
			id := w.mustJoin(t, 1, Caller{Number: "1"})
			if w.call(id).agent != nil {
				t.Error("rung all the same")
			}
		})
	}
}

func TestVIPsAreTakenFirst(t *testing.T) {
	w := mustWorld(t, Config{Agents: []Agent{{Extension: "8001"}}})
	w.setReachable(start, "8001", true)
	w.mustJoin(t, 0, Caller{Number: "1"})
	vip := w.mustJoin(t, 5, Caller{Number: "2", VIP: true})
	w.mustJoin(t, 6, Caller{Number: "3", VIP: true})
	w.setReady(at(7), "8001", true)
	if c := w.call(vip); c.agent == nil {
		t.Error("the VIP who came first is not rung for")
	}
}

func TestAFullQueueRefuses(t *testing.T) {
	w := mustWorld(t, Config{})
	for range maxWaiting {
		w.mustJoin(t, 0, Caller{Number: "1"})
	}
	err := w.join(start, &queued{id: w.id(), caller: Caller{Queue: "support"}})
	if !errors.Is(err, desk.ErrNotNow) {
		t.Errorf("got %v", err)
	}
	err = w.join(start, &queued{id: w.id(), caller: Caller{Queue: "nowhere"}})
	if !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestASnapshotDescribesThePresent(t *testing.T) {
	w := two(t)
	a := w.mustJoin(t, 1, Caller{Number: "1", Name: "Zed"})
	w.mustJoin(t, 2, Caller{Number: "2"})
	w.mustJoin(t, 3, Caller{Number: "3"})
	w.answered(at(4), a, "8001")
	w.setOutside(at(5), "8002", "o", true)
	golden(t, "snapshot.txt", tell(w.snapshot(at(6))))
}

func TestABusyFloorHasCallersWaitingAndForgetsThem(t *testing.T) {
	w := mustWorld(t, Config{Seed: 3, Colleagues: 6})
	waited, most := 0, 0
	for sec := 0.0; sec < 3600; sec++ {
		w.advance(at(sec))
		w.take()
		if w.waiting("sales") > 0 {
			waited++
		}
		most = max(most, len(w.calls))
	}
	if waited < 360 || waited > 3590 {
		t.Errorf("somebody waited in %d of 3600 seconds", waited)
	}
	if most > 40 {
		t.Errorf("%d calls at a time", most)
	}
}
