package gallery

import (
	"encoding/json"
	"time"

	"github.com/callbench/callbench/desk"
)

// changes is a desk that looks at what is not settled with central: a conflict, two refusals, and what waits.
func changes(s desk.State) desk.State {
	op := func(id, kind string, d time.Duration, t desk.Table, fields string) desk.Op {
		return desk.Op{ID: id, Kind: kind, At: ago(d), Changes: []desk.Change{{Table: t, Key: "k", Fields: json.RawMessage(fields)}}}
	}
	list := []desk.OpenChange{
		{
			State: desk.ChangeConflict, Customer: "c1", Name: "王芳",
			Conflict: desk.Conflict{
				ID: "x1", Table: desk.TableTicket, Key: "t1", Field: "detail", User: "lin", Winner: "chen", At: ago(20 * time.Minute),
				Value: json.RawMessage(`"客户要求周五下午上门，需带备用光猫。"`),
			},
			Now: json.RawMessage(`"已约周六上午，装维二组负责。"`),
		},
		{
			State: desk.ChangeRefused, Customer: "c2", Name: "李建国", Refusal: desk.Refusal{Code: "gone", Detail: "contact.customer"},
			Op: op("o1", "contact.save", hour, desk.TableContact,
				`{"subject":"宽带报修","content":"客户反映晚上七点后掉线，已指导重启光猫，约定明早九点回电确认。","reason":"fault","outcome":"follow_up","number":"13800138000"}`),
		},
		{
			State: desk.ChangeRefused, Customer: "c3", Name: "赵敏", Refusal: desk.Refusal{Code: "conflict", Detail: "ticket.state"},
			Op: op("o2", "ticket.save", 2*hour, desk.TableTicket, `{"state":"resolved","note":"现场已恢复"}`),
		},
		{
			State: desk.ChangePending, Customer: "c1", Name: "王芳",
			Op: op("o3", "callback.schedule", 4*time.Minute, desk.TableCallback, `{"note":"确认上门时间","wall":"2026-11-23T09:00","state":"open"}`),
		},
	}
	s.View, s.Changes, s.ChangesRead, s.Change = "changes", desk.OpenChanges{Pending: 3, Refused: 2, Conflicts: 1, List: list}, true, "o1"
	s.Link.State, s.Link.Reason = desk.CentralUnreachable, "timeout"
	s.Link.Outbox = desk.Outbox{
		Pending: 3, Oldest: ago(4 * time.Minute), OldestN: 39, Lost: 1,
		Refused: []desk.RefusedOp{{Op: list[1].Op, Refusal: list[1].Refusal}, {Op: list[2].Op, Refusal: list[2].Refusal}},
	}
	return s
}
