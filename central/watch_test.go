package central_test

import (
	"strings"
	"testing"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

func TestTheNinthStreamOfAUserEndsTheFirst(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	token := r.token("li")
	first := lines(t, r.open(t.Context(), wire.MethodWatch, token, `{}`))
	next(t, first, "the first line", func(wire.Hint) bool { return true })
	var last <-chan wire.Hint
	for range 8 {
		last = lines(t, r.open(t.Context(), wire.MethodWatch, token, `{}`))
		next(t, last, "a line", func(wire.Hint) bool { return true })
	}
	ends(t, first, "the oldest stream")
	next(t, last, "the newest goes on", func(wire.Hint) bool { return true })
}

func TestAnAgentHearsNewsAtOnceAndElseHardlyAnything(t *testing.T) {
	r := newRig(t, central.Config{Feed: newScript()})
	r.run()
	r.user("li", desk.RoleAgent, "sales")
	r.user("chen", desk.RoleLead, "sales")
	li := r.token("li")
	agent := lines(t, r.open(t.Context(), wire.MethodWatch, li, `{}`))
	lead := lines(t, r.open(t.Context(), wire.MethodWatch, r.token("chen"), `{}`))
	first := next(t, agent, "the first hint", func(wire.Hint) bool { return true })
	for range 5 {
		next(t, lead, "the board's beat", func(h wire.Hint) bool { return h.Board != nil })
	}
	if n := len(agent); n > 1 {
		t.Errorf("in five beats of a lead's stream an agent's said %d things", n)
	}
	r.push(li, deskA, op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1000}`)))
	next(t, agent, "news", func(h wire.Hint) bool { return h.Seq > first.Seq })
}

func TestABoardThatStandsIsNotSentAgain(t *testing.T) {
	r := newRig(t, central.Config{Feed: newScript()})
	r.run()
	r.user("chen", desk.RoleLead, "sales")
	resp := r.open(t.Context(), wire.MethodWatch, r.token("chen"), `{}`)
	defer resp.Body.Close()
	whole := 0
	for range 5 {
		text, last, err := frame(resp.Body)
		if err != nil || last {
			t.Fatal(last, err)
		}
		if strings.Contains(string(text), `"board"`) {
			whole++
		} else if !strings.Contains(string(text), `"boardStands":true`) {
			t.Errorf("neither a board nor that it stands: %s", text)
		}
	}
	if whole > 2 { // the lead's own arrival may change it
		t.Errorf("the same board %d times in five", whole)
	}
}

func TestAPollAnswersWithNewsOrTheBoardAndAgainWhenAsked(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	r.user("chen", desk.RoleLead, "sales")
	li := r.token("li")
	first := call[wire.Hint](r, wire.MethodPoll, li, wire.Poll{Desk: deskA, Seq: -1})
	news := make(chan wire.Hint, 1)
	go func() { news <- call[wire.Hint](r, wire.MethodPoll, li, wire.Poll{Desk: deskA, Seq: first.Seq}) }()
	r.push(li, deskA, op(1, "op-00000001", set(desk.TableContact, "contact-1", `{"at":1000}`)))
	if h := <-news; h.Seq <= first.Seq || h.Board != nil {
		t.Errorf("after a push: %+v, before it %+v", h, first)
	}
	lead := call[wire.Hint](r, wire.MethodPoll, r.token("chen"), wire.Poll{Desk: deskB, Seq: -1})
	if lead = call[wire.Hint](r, wire.MethodPoll, r.token("chen"), wire.Poll{Desk: deskB, Seq: lead.Seq}); lead.Board == nil {
		t.Error("a lead's poll brings no board")
	}
}
