package app

import "testing"

// transfersCalls hands a customer over to a number, and to somebody who was asked first; where that does not work the agent
// has the customer again.
func transfersCalls(t *testing.T, w *portWorld, s *script) {
	_, first := w.ring(s, "13700000005", "")
	s.fails(codeNotNow, "not_talking", "call.transfer", map[string]any{"call": first.ID, "to": "700"})
	s.call("call.answer", map[string]any{"call": first.ID}, nil)
	s.changed(first.ID, state("talking"))
	s.fails(codeParams, "", "call.transfer", map[string]any{"call": first.ID, "to": ""})
	s.fails(codeNotNow, "bad_number", "call.transfer", map[string]any{"call": first.ID, "to": "张三"})
	s.fails(codeNotNow, "transfer_failed", "call.transfer", map[string]any{"call": first.ID, "to": "13700000404"})
	if c := s.changed(first.ID, state("talking"), `"transfer":"failed"`); c.HeldBy != "none" {
		t.Errorf("%+v", c)
	}
	s.fails(codeNotNow, "bad_number", "call.transfer", map[string]any{"call": first.ID, "to": "张三"})
	s.fails(codeNotNow, "bad_number", "call.consult", map[string]any{"call": first.ID, "to": "张三"})
	var second struct{ Call string }
	s.call("call.consult", map[string]any{"call": first.ID, "to": "700"}, &second)
	s.changed(second.Call, state("talking"), `"consults":"`+first.ID+`"`)
	s.fails(codeNotNow, "not_talking", "call.complete_transfer", map[string]any{"call": first.ID, "consult": first.ID})
	s.call("call.complete_transfer", map[string]any{"call": first.ID, "consult": second.Call}, nil)
	for _, id := range []string{first.ID, second.Call} {
		var c aCall
		every(t, "the call is not gone", func() bool {
			got, ok := s.desk.loop.current().Call(id)
			c = aCall{EndReason: got.EndReason, EndedBy: got.EndedBy}
			return ok && !got.Live()
		})
		if c.EndReason != "transferred" || c.EndedBy != "me" {
			t.Errorf("%+v", c)
		}
	}
	s.drop(s.active().ID)

	placed, third := w.ring(s, "13700000006", "")
	s.call("call.answer", map[string]any{"call": third.ID}, nil)
	s.changed(third.ID, state("talking"))
	s.call("call.transfer", map[string]any{"call": third.ID, "to": "13700000007"}, nil)
	if c := s.changed(third.ID, state("ended")); c.EndReason != "transferred" {
		t.Errorf("%+v", c)
	}
	awaits(t, placed.Done(), "the customer's call is still there")
	s.drop(s.active().ID)
	s.call("agent.set_state", map[string]any{"state": "not_ready"}, nil)
}
