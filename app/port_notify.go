package app

import (
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// notification is a message to every client of the port.
type notification struct {
	method string
	params any
}

// notifications are what a turn of the loop has to tell.
func (p *port) notifications(t turn) []notification {
	var out []notification
	add := func(method string, params any) { out = append(out, notification{method, params}) }
	switch e := t.e.(type) {
	case desk.RegistrationChanged:
		add("phone.registration", toPortRegistration(e.Registration))
	case desk.CallChanged:
		add("call.changed", map[string]any{"call": toPortCall(e.Call)})
	case desk.BoardSeen:
		add("board.changed", toPortBoard(e.Board))
	default: // the others are not for this function
	}
	out = append(out, pops(t)...)
	if a, b := t.before.Link, t.after.Link; a.State != b.State || a.Outbox.Pending != b.Outbox.Pending || a.Outbox.SyncedAt != b.Outbox.SyncedAt {
		add("sync.changed", map[string]any{
			"online": b.State == desk.CentralOnline, "pending": b.Outbox.Pending, "last_synced": stamp(b.Outbox.SyncedAt),
		})
	}
	if t.before.Agent != t.after.Agent {
		add("agent.changed", map[string]any{"agent": toPortAgent(t.after.Agent)})
	}
	out = append(out, flowNotifications(t)...)
	return append(out, p.notices(t)...)
}

// pops tells of calls whose customer has been looked up: once the call and the answer are both there,
// and again when a later look-up answers.
func pops(t turn) []notification {
	var out []notification
	found, _ := t.e.(desk.CustomerFound)
	for _, d := range t.after.Drafts {
		if d.Call == "" || !d.Looked {
			continue
		}
		if old, _ := t.before.Draft(d.ID); old.Call != "" && old.Looked && found.Draft != d.ID {
			continue
		}
		out = append(out, notification{"customer.popped", map[string]any{
			"call": d.Call, "customers": toPortCustomers(d.Certain()), "candidates": toPortCandidates(d), "took_ms": t.at.At.Sub(d.At).Milliseconds(),
		}})
	}
	return out
}

func flowNotifications(t turn) []notification {
	var out []notification
	for _, d := range t.after.Drafts {
		if d.Run == nil {
			continue
		}
		old, _ := t.before.Draft(d.ID)
		if old.Run == d.Run {
			continue
		}
		out = append(out, notification{"flow.changed", map[string]any{
			"run": d.Run.ID, "call": d.Call, "done": d.Run.Done, "outcome": d.Run.Outcome, "step": toPortStep(viewOf(t.after, d)),
		}})
	}
	return out
}

func (p *port) notices(t turn) []notification {
	known := map[string]bool{}
	for _, n := range t.before.Notices {
		known[n.ID] = true
	}
	var out []notification
	for _, n := range t.after.Notices {
		if !known[n.ID] {
			text := present.NoticeText(p.lexicon.in(t.after.Language), n)
			out = append(out, notification{"notice", map[string]any{"level": string(n.Level), "code": n.Code, "text": text}})
		}
	}
	return out
}
