package central_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// script is a PBX that tells what it is given.
type script struct{ events chan desk.QueueEvent }

func newScript() *script { return &script{events: make(chan desk.QueueEvent, 100)} }

func (s *script) Run(ctx context.Context, emit func(desk.QueueEvent)) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case e := <-s.events:
			emit(e)
		}
	}
}

func (s *script) tell(events ...desk.QueueEvent) {
	for _, e := range events {
		s.events <- e
	}
}

func event(kind desk.QueueEventKind, call, agent string) desk.QueueEvent {
	return desk.QueueEvent{At: 1000, Kind: kind, Queue: "q1", Call: call, Agent: agent, Number: "13800138000"}
}

// steered collects what the PBX is told.
type steered struct {
	mu   sync.Mutex
	said []string
	news chan struct{}
}

func (s *steered) steer(ext string, ready bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	word := " off"
	if ready {
		word = " on"
	}
	s.said = append(s.said, ext+word)
	s.news <- struct{}{}
}

func (s *steered) await(t *testing.T, want ...string) {
	t.Helper()
	deadline := time.After(within)
	for {
		s.mu.Lock()
		said := slices.Clone(s.said)
		s.mu.Unlock()
		if slices.Equal(said, want) {
			return
		}
		select {
		case <-s.news:
		case <-deadline:
			t.Fatalf("the PBX was told %v, want %v", said, want)
		}
	}
}

func counts(b *desk.Board) (offered, answered, abandoned, waiting int) {
	for _, q := range b.Queues {
		if q.ID == "q1" {
			return q.Offered, q.Answered, q.Abandoned, len(q.Waiting)
		}
	}
	return
}

func TestALeadSeesQueuesAndAgentsLive(t *testing.T) {
	pbx, told := newScript(), &steered{news: make(chan struct{}, 100)}
	dir := t.TempDir()
	r := newRig(t, central.Config{Dir: dir, Feed: pbx, Steer: told.steer})
	stop := r.run()
	r.user("li", desk.RoleAgent, "sales")
	r.user("zhao", desk.RoleAgent, "repair")
	r.user("chen", desk.RoleLead, "sales")
	if err := r.central.SetPhone(t.Context(), "li", wire.PhoneAccount{AOR: "sip:1001@pbx", Registrars: []string{"sip:pbx"}, Password: "secret"}); err != nil {
		t.Fatal(err)
	}
	in := call[wire.SignedIn](r, wire.MethodSignIn, "", wire.SignIn{User: "li", Password: password})
	if in.Phone == nil || in.Phone.Password != "secret" || in.Group != "sales" {
		t.Errorf("signed in: %+v", in)
	}
	board := lines(t, r.open(t.Context(), wire.MethodWatch, r.token("chen"), `{}`))
	agent := r.open(t.Context(), wire.MethodWatch, in.Token, `{}`)
	lines(t, agent)
	if first := next(t, board, "a board", func(wire.Hint) bool { return true }); first.Board == nil || !first.Board.Stale {
		t.Errorf("before the feed has spoken: %+v", first.Board)
	}
	pbx.tell(desk.QueueEvent{Kind: desk.SnapshotBegan}, desk.QueueEvent{Kind: desk.QueueSeen, Queue: "q1", Name: "咨询"},
		event(desk.AgentSeen, "", "1001"), event(desk.CallerJoined, "c1", ""), desk.QueueEvent{Kind: desk.SnapshotEnded})
	next(t, board, "one caller waits", func(h wire.Hint) bool {
		o, a, x, w := counts(h.Board)
		return o == 1 && a == 0 && x == 0 && w == 1 && h.Board.Queues[0].Name == "咨询" && !h.Board.Stale
	})
	call[wire.Done](r, wire.MethodSetAgent, in.Token, wire.SetAgent{
		Agent: desk.Agent{User: "chen", Group: "repair", Extension: "9", State: desk.AgentReady, Since: 4000}, Now: 9000,
	})
	told.await(t, "1001 on")
	h := next(t, board, "the agent is ready", func(h wire.Hint) bool {
		return len(h.Board.Agents) > 0 && h.Board.Agents[0].User == "li" && h.Board.Agents[0].State == desk.AgentReady
	})
	a := h.Board.Agents[0]
	if age := h.Now.Sub(a.Since); a.Extension != "1001" || a.Group != "sales" || age < 5*time.Second || age > 5*time.Second+within {
		t.Errorf("agent %+v at %d", a, h.Now)
	}
	if slices.ContainsFunc(h.Board.Agents, func(a desk.Agent) bool { return a.User == "zhao" }) {
		t.Error("a lead sees another group's agent")
	}
	pbx.tell(event(desk.AgentRang, "c1", "1001"), event(desk.CallerConnected, "c1", "1001"), event(desk.CallerConnected, "c1", "1001"),
		event(desk.CallerJoined, "c2", ""), event(desk.CallerAbandoned, "c2", ""), event(desk.CallCompleted, "c1", "1001"))
	next(t, board, "the counts", func(h wire.Hint) bool {
		o, a, x, w := counts(h.Board)
		return o == 2 && a == 1 && x == 1 && w == 0
	})
	call[wire.Done](r, wire.MethodSetAgent, in.Token, wire.SetAgent{Agent: desk.Agent{State: desk.AgentOnCall}})
	call[wire.Done](r, wire.MethodSetAgent, in.Token, wire.SetAgent{Agent: desk.Agent{State: desk.AgentWrapUp}})
	told.await(t, "1001 on", "1001 off")
	if f := refused(r, wire.MethodSetAgent, in.Token, wire.SetAgent{Agent: desk.Agent{State: "asleep"}}); f.Code != wire.CodeInvalid {
		t.Errorf("an unknown state: %+v", f)
	}
	next(t, board, "silence is stale", func(h wire.Hint) bool { return h.Board.Stale })
	agent.Body.Close()
	next(t, board, "the desk has gone", func(h wire.Hint) bool {
		return len(h.Board.Agents) > 0 && h.Board.Agents[0].State == desk.AgentOffline
	})
	stop()
	if err := r.central.Close(); err != nil {
		t.Fatal(err)
	}
	again := newRig(t, central.Config{Dir: dir, Feed: newScript()})
	b := next(t, lines(t, again.open(t.Context(), wire.MethodWatch, again.token("chen"), `{}`)), "a board", func(wire.Hint) bool { return true }).Board
	if o, a, x, w := counts(b); o != 2 || a != 1 || x != 1 || w != 0 || !b.Stale {
		t.Errorf("after a restart: %+v", b)
	}
	if strings.Contains(r.log.String(), "13800138000") || strings.Contains(r.log.String(), "secret") {
		t.Error("the log holds a number or a password")
	}
}

func TestASnapshotAgainCountsNobodyTwice(t *testing.T) {
	pbx := newScript()
	r := newRig(t, central.Config{Feed: pbx})
	r.run()
	r.user("chen", desk.RoleLead, "sales")
	board := lines(t, r.open(t.Context(), wire.MethodWatch, r.token("chen"), `{}`))
	snapshot := func(waiting ...string) {
		pbx.tell(desk.QueueEvent{Kind: desk.SnapshotBegan}, desk.QueueEvent{Kind: desk.QueueSeen, Queue: "q1"})
		for _, call := range waiting {
			pbx.tell(event(desk.CallerJoined, call, ""))
		}
		pbx.tell(desk.QueueEvent{Kind: desk.SnapshotEnded})
	}
	snapshot("c1", "c2")
	next(t, board, "two wait", func(h wire.Hint) bool { o, _, _, w := counts(h.Board); return o == 2 && w == 2 })
	snapshot("c2", "c3") // the PBX restarted; c1 is gone, nobody knows how
	h := next(t, board, "two wait again", func(h wire.Hint) bool { o, _, _, w := counts(h.Board); return o == 3 && w == 2 })
	if _, answered, abandoned, _ := counts(h.Board); answered != 0 || abandoned != 0 {
		text, _ := json.Marshal(h.Board)
		t.Errorf("made-up ends: %s", text)
	}
}

func TestPhonesOfNobodyAreForAdminsUnlessTheyAreForAll(t *testing.T) {
	for _, forAll := range []bool{false, true} {
		pbx := newScript()
		r := newRig(t, central.Config{Feed: pbx, ShowUnowned: forAll})
		r.run()
		r.user("chen", desk.RoleLead, "sales")
		r.user("zhou", desk.RoleLead, "repair")
		r.user("root", desk.RoleAdmin, "")
		r.user("li", desk.RoleAgent, "sales")
		if err := r.central.SetPhone(t.Context(), "li", wire.PhoneAccount{AOR: "sip:1001@pbx", Registrars: []string{"sip:pbx"}}); err != nil {
			t.Fatal(err)
		}
		pbx.tell(desk.QueueEvent{Kind: desk.SnapshotBegan}, event(desk.AgentSeen, "", "1001"), event(desk.AgentSeen, "", "1099"),
			desk.QueueEvent{Kind: desk.SnapshotEnded}, event(desk.CallerJoined, "c1", ""))
		for user, own := range map[string]string{"chen": "1001 ", "zhou": "", "root": "1001 "} {
			board := lines(t, r.open(t.Context(), wire.MethodWatch, r.token(user), `{}`))
			h := next(t, board, "the caller after the phones", func(h wire.Hint) bool { _, _, _, w := counts(h.Board); return w == 1 })
			var got []string
			for _, a := range h.Board.Agents {
				if a.Extension != "" {
					got = append(got, a.Extension)
				}
			}
			slices.Sort(got)
			if forAll || user == "root" {
				own += "1099"
			}
			if want := strings.Fields(own); !slices.Equal(got, want) {
				t.Errorf("for all %v: %s sees the phones %v, want %v", forAll, user, got, want)
			}
		}
	}
}
