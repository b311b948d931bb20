package app

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
)

// aStep is what a test looks at of a flow's step.
type aStep struct {
	Run, ID, Say string
	Ask          []struct {
		ID, Type, Label, Value string
		Required               bool
		Options                []struct{ Key, ID, Label string }
	}
	CanGoBack bool   `json:"can_go_back"`
	NoteSoFar string `json:"note_so_far"`
}

// firstAnswers takes the first option of each question and something for the others.
func (st aStep) firstAnswers() map[string]string {
	out := map[string]string{}
	for _, a := range st.Ask {
		switch {
		case len(a.Options) > 0:
			out[a.ID] = a.Options[0].Key
		case a.Type == "bool":
			out[a.ID] = "yes"
		case a.Type == "text":
			out[a.ID] = "宽带不稳定"
		case a.Type == "date":
			out[a.ID] = "2030-01-02 15:00"
		case a.Type == "amount", a.Type == "number":
			out[a.ID] = "12.50"
		case a.Type == "phone":
			out[a.ID] = "13800138000"
		}
	}
	return out
}

// drop saves the record that a test began until it is closed: one that changes while it is saved, such as
// by a history that comes late, stays open.
func (s *script) drop(id string) {
	s.t.Helper()
	every(s.t, "the record stays open", func() bool {
		if m := s.try("work.save", map[string]any{"id": id}); m.Error != nil && m.Error.Code != codeNotFound {
			s.t.Fatalf("%+v", m.Error)
		}
		return !slices.ContainsFunc(s.desk.loop.current().Drafts, func(d desk.Draft) bool { return d.ID == id })
	})
}

// active is the record on screen.
func (s *script) active() portWork {
	s.t.Helper()
	var list struct{ Work []portWork }
	s.call("work.list", nil, &list)
	for _, w := range list.Work {
		if w.Active {
			return w
		}
	}
	s.t.Fatalf("no record on screen among %d", len(list.Work))
	return portWork{}
}

func flowOfADesk(t *testing.T, w *portWorld, s *script) {
	who := w.customers[5]
	var begun struct {
		Run  string
		Step json.RawMessage
	}
	same(t, "members", s.call("flow.start", map[string]any{"flow": "complaint", "customer": who.ID}, &begun), "run step")
	shape(t, begun.Step, stepMembers)
	var st aStep
	s.decode(begun.Step, &st)
	if st.Run != begun.Run || st.ID != "listen" || st.Say == "" || st.CanGoBack || len(st.Ask) != 3 || st.Ask[0].Type != "choice" || !st.Ask[0].Required ||
		len(st.Ask[0].Options) != 6 || st.Ask[0].Options[0].ID != "refund_delay" || st.Ask[0].Options[0].Key != "1" {
		t.Errorf("%s", begun.Step)
	}
	first := s.until("flow.changed", begun.Run)
	same(t, "members of flow.changed", names(t, first), "call done outcome run step")

	e := s.fails(codeParams, "", "flow.answer", map[string]any{"run": begun.Run, "answers": map[string]string{"topic": "weather"}})
	if e.Data["ask"] != "topic" || e.Data["code"] == "" {
		t.Errorf("%+v", e)
	}
	var moved struct {
		Step    aStep
		Done    bool
		Outcome string
	}
	answers := st.firstAnswers()
	same(t, "members", s.call("flow.answer", map[string]any{"run": begun.Run, "answers": answers}, &moved), "step")
	if moved.Step.ID != "restate" || !moved.Step.CanGoBack || !strings.Contains(moved.Step.NoteSoFar, "宽带不稳定") {
		t.Errorf("%+v", moved.Step)
	}
	s.until("flow.changed", `"restate"`)
	s.call("flow.back", map[string]any{"run": begun.Run}, &moved)
	if moved.Step.ID != "listen" || moved.Step.Ask[1].Value != "宽带不稳定" {
		t.Errorf("back: %+v", moved.Step)
	}
	s.call("flow.back", map[string]any{"run": begun.Run}, &moved)
	same(t, "the first step has none before it", moved.Step.ID, "listen")

	for n := 0; !moved.Done; n++ {
		if n > maxSteps {
			t.Fatal("the flow does not end")
		}
		got := s.call("flow.answer", map[string]any{"run": begun.Run, "answers": moved.Step.firstAnswers()}, &moved)
		if moved.Done {
			same(t, "members at the end", got, "done outcome")
		}
	}
	if moved.Outcome == "" {
		t.Error("no outcome")
	}
	s.until("flow.changed", `"done":true`, moved.Outcome)
	work := s.active()
	if work.Customer == nil || work.Customer.ID != who.ID || !work.FlowDone || work.Flow != "complaint" || work.Outcome != moved.Outcome || !strings.Contains(work.Content, "宽带不稳定") {
		t.Errorf("%+v", work)
	}
	var saved savedContact
	s.call("work.save", map[string]any{"id": work.ID, "ready": false}, &saved)
	if c := saved.Contact; c.ID != work.ID || c.Customer != who.ID || c.Subject == "" || c.Content != work.Content || c.Reason != "complaint" {
		t.Errorf("%+v", c)
	}
	s.fails(codeNotFound, "", "flow.answer", map[string]any{"run": begun.Run, "answers": answers})
	s.fails(codeNotFound, "", "work.save", map[string]any{"id": work.ID})
	s.fails(codeNotFound, "", "flow.start", map[string]any{"flow": "no-such-flow"})
	s.fails(codeNotFound, "", "flow.start", map[string]any{"flow": "enquiry", "customer": "nobody"})
}

// flowsOfCustomers begins flows for two customers: the second does not take the first one's record.
func flowsOfCustomers(t *testing.T, w *portWorld, s *script) {
	var one, two, again struct{ Run string }
	s.call("flow.start", map[string]any{"flow": "enquiry", "customer": w.customers[6].ID}, &one)
	first := s.active()
	s.call("flow.start", map[string]any{"flow": "enquiry", "customer": w.customers[7].ID}, &two)
	second := s.active()
	if one.Run == two.Run || first.ID == second.ID {
		t.Fatalf("runs %s %s in records %s %s", one.Run, two.Run, first.ID, second.ID)
	}
	var list struct{ Work []portWork }
	s.call("work.list", nil, &list)
	for _, r := range list.Work {
		if want := map[string]string{first.ID: w.customers[6].ID, second.ID: w.customers[7].ID}[r.ID]; r.Customer == nil || r.Customer.ID != want {
			t.Errorf("record about %+v, want %s", r.Customer, want)
		}
	}
	s.call("flow.start", map[string]any{"flow": "complaint"}, &again) // in the record on screen, from its beginning
	if now := s.active(); now.ID != second.ID || now.Flow != "complaint" || now.Step.Run != again.Run {
		t.Errorf("%+v", now)
	}
	s.drop(first.ID)
	s.drop(second.ID)
}

func workOfADesk(t *testing.T, w *portWorld, s *script) {
	s.call("flow.start", map[string]any{"flow": "enquiry", "customer": w.customers[8].ID}, nil)
	var list struct{ Work []json.RawMessage }
	s.call("work.list", nil, &list)
	if len(list.Work) != 1 {
		t.Fatalf("%d records", len(list.Work))
	}
	shape(t, list.Work[0], "active call call_gone candidates content customer flow flow_done id kept nobody number outcome problem reason step subject")
	id := s.active().ID
	var edited struct{ Work portWork }
	s.call("work.edit", map[string]any{"id": id, "subject": "主题", "content": "内容", "outcome": "follow_up"}, &edited)
	if e := edited.Work; e.Subject != "主题" || e.Content != "内容" || e.Outcome != "follow_up" {
		t.Errorf("%+v", e)
	}
	every(t, "the text is not kept", func() bool { return s.active().Kept })
	drafts, err := s.desk.store.Drafts(t.Context())
	if err != nil || len(drafts) != 1 || drafts[0].Content != "内容" {
		t.Errorf("%+v %v", drafts, err)
	}
	s.fails(codeNotFound, "", "work.edit", map[string]any{"id": "none", "content": "x"})
	s.fails(codeParams, "", "work.edit", map[string]any{"id": id, "outcome": "great"})
	var saved savedContact
	same(t, "members", s.call("work.save", map[string]any{"id": id, "ready": true}, &saved), "contact saved_at")
	if saved.Contact.ID != id || saved.Contact.Content != "内容" || saved.Contact.Outcome != "follow_up" {
		t.Errorf("%+v", saved)
	}
}
