package central_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

func TestAnAgentGlancesAtTheOwnQueuesAndColleaguesAndLearnsNoCallersNumber(t *testing.T) {
	pbx := newScript()
	r := newRig(t, central.Config{Feed: pbx})
	r.run()
	r.user("li", desk.RoleAgent, "sales")
	r.user("wang", desk.RoleAgent, "sales")
	r.user("zhao", desk.RoleAgent, "repair")
	r.user("maint", desk.RoleMaintainer, "sales")
	for name, ext := range map[string]string{"li": "1001", "wang": "1002"} {
		if err := r.central.SetPhone(t.Context(), name, wire.PhoneAccount{AOR: "sip:" + ext + "@pbx", Registrars: []string{"sip:pbx"}}); err != nil {
			t.Fatal(err)
		}
	}
	pbx.tell(desk.QueueEvent{Kind: desk.SnapshotBegan}, desk.QueueEvent{Kind: desk.QueueSeen, Queue: "q1", Name: "咨询"},
		event(desk.AgentSeen, "", "1001"), desk.QueueEvent{Kind: desk.AgentSeen, Queue: "q2", Agent: "1002"},
		event(desk.CallerJoined, "c1", ""), desk.QueueEvent{At: 900, Kind: desk.CallerJoined, Queue: "q2", Call: "c2", Number: "13900139000"},
		desk.QueueEvent{Kind: desk.SnapshotEnded})
	li := r.token("li")
	hints := lines(t, r.open(t.Context(), wire.MethodWatch, li, `{"glance":true}`))
	h := next(t, hints, "the own queue", func(h wire.Hint) bool {
		return h.Board != nil && len(h.Board.Queues) == 1 && len(h.Board.Queues[0].Waiting) == 1
	})
	if q := h.Board.Queues[0]; q.ID != "q1" || q.Name != "咨询" || q.Waiting[0] != (desk.WaitingCaller{Since: 1000}) || q.Offered != 0 {
		t.Errorf("an agent is shown %+v", q)
	}
	if text, _ := json.Marshal(h.Board.Queues); strings.Contains(string(text), "138") || strings.Contains(string(text), "139") || strings.Contains(string(text), "c1") {
		t.Errorf("an agent is told of callers: %s", text)
	}
	names := []string{}
	for _, a := range h.Board.Agents {
		names = append(names, a.User+" "+a.Extension)
	}
	if want := []string{"li 1001", "wang 1002"}; !slices.Equal(names, want) || h.BoardEvery != wire.BeatSeconds {
		t.Errorf("colleagues %v, want %v; each %d s", names, want, h.BoardEvery)
	}
	call[wire.Done](r, wire.MethodSetAgent, r.token("wang"), wire.SetAgent{Agent: desk.Agent{State: desk.AgentReady}})
	next(t, hints, "a colleague is ready", func(h wire.Hint) bool {
		return h.Board != nil && slices.ContainsFunc(h.Board.Agents, func(a desk.Agent) bool { return a.User == "wang" && a.State == desk.AgentReady })
	})
	for user, ask := range map[string]bool{"li": false, "maint": true} {
		if h := call[wire.Hint](r, wire.MethodPoll, r.token(user), wire.Poll{Desk: deskA, Seq: -1, Glance: ask}); h.Board != nil {
			t.Errorf("%s, who asked for it: %v, is shown %+v", user, ask, h.Board)
		}
	}
	if h := call[wire.Hint](r, wire.MethodPoll, li, wire.Poll{Desk: deskA, Seq: -1, Glance: true}); h.Board == nil || len(h.Board.Queues) != 1 {
		t.Error("a poll brings no glance")
	}
}
