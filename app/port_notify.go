package app

import (
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// notification is a message to every client of the port.
type notification struct {
	method string
	params any
}

// notifications are what a turn of the loop has to tell.
func notifications(t turn) []notification {
	var out []notification
	add := func(method string, params any) { out = append(out, notification{method, params}) }
	switch e := t.e.(type) {
	case desk.RegistrationChanged:
		add("phone.registration", e.Registration)
	case desk.CallChanged:
		add("call.changed", map[string]any{"call": toPortCall(e.Call)})
	case desk.CustomerFound:
		if d, ok := t.after.Draft(e.Draft); ok && d.Call != "" && d.Looked {
			took := t.at.At.Sub(d.At)
			add("customer.popped", map[string]any{
				"call": d.Call, "customers": toPortCustomers(d.Matches), "took_ms": int(took / time.Millisecond),
			})
		}
	case desk.BoardSeen:
		add("board.changed", toPortBoard(e.Board))
	}
	if a, b := t.before.Link, t.after.Link; a.State != b.State || a.Outbox.Pending != b.Outbox.Pending || a.Outbox.SyncedAt != b.Outbox.SyncedAt {
		add("sync.changed", map[string]any{
			"online": b.State == desk.CentralOnline, "pending": b.Outbox.Pending, "last_synced": stamp(b.Outbox.SyncedAt),
		})
	}
	if t.before.Agent != t.after.Agent {
		add("agent.changed", map[string]any{"agent": toPortAgent(t.after.Agent)})
	}
	out = append(out, flowNotifications(t)...)
	return append(out, notices(t)...)
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

func notices(t turn) []notification {
	known := map[string]bool{}
	for _, n := range t.before.Notices {
		known[n.ID] = true
	}
	var out []notification
	for _, n := range t.after.Notices {
		if !known[n.ID] {
			text := present.NoticeText(words.For(string(t.after.Language)), n)
			out = append(out, notification{"notice", map[string]any{"level": string(n.Level), "code": n.Code, "text": text}})
		}
	}
	return out
}
