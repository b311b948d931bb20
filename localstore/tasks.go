package localstore

import (
	"context"
	"encoding/json"

	"github.com/callbench/callbench/desk"
)

// Tasks gives what somebody has to do: callbacks that wait, soonest first, and tickets that are not done, the nearest
// deadline first; at most limit of each, with whose customer they are about and how many there are in all, up to
// desk.MaxCounted and one more. Mine are those of a user, and callbacks that belong to nobody.
func (s *Store) Tasks(ctx context.Context, q desk.TaskQuestion) (desk.TaskList, error) {
	var list desk.TaskList
	err := s.tasks(ctx, q, &list)
	return list, wrap("list tasks", err)
}

func (s *Store) tasks(ctx context.Context, q desk.TaskQuestion, list *desk.TaskList) error {
	var err error
	if list.Incomplete, err = s.incomplete(ctx); err != nil {
		return err
	}
	limit := bounded(q.Limit)
	const customer = ` LEFT JOIN customer c ON c.key = x.customer`
	from, args := `callback x INDEXED BY callback_at`, []any{}
	where := ` WHERE x.done = 0`
	if q.Reach == desk.ReachMine {
		from, where, args = `callback x INDEXED BY callback_owner`, ` WHERE x.owner IN (?, '') AND x.done = 0`, append(args, q.User)
	}
	err = s.each(ctx, `SELECT x.body, c.body FROM `+from+customer+where+` ORDER BY x.at LIMIT ?`, taskOf(&list.Callbacks, func(t *desk.Task, b []byte) error {
		t.Callback = new(desk.Callback)
		return json.Unmarshal(b, t.Callback)
	}), append(args, limit)...)
	if err != nil {
		return err
	}
	if err := s.count(ctx, &list.CallbackTotal, from+where, args...); err != nil {
		return err
	}
	from, args = `ticket_open o INDEXED BY ticket_open_due`, nil
	where = ` WHERE true`
	if q.Reach == desk.ReachMine {
		from, where, args = `ticket_open o INDEXED BY ticket_open_owner`, ` WHERE o.owner = ?`, append(args, q.User)
	}
	err = s.each(ctx, `SELECT x.body, c.body FROM `+from+` JOIN ticket x ON x.rid = o.ticket`+customer+where+` ORDER BY o.due, o.ticket LIMIT ?`,
		taskOf(&list.Tickets, func(t *desk.Task, b []byte) error {
			t.Ticket = new(desk.Ticket)
			return json.Unmarshal(b, t.Ticket)
		}), append(args, limit)...)
	if err != nil {
		return err
	}
	return s.count(ctx, &list.TicketTotal, from+where, args...)
}

func (s *Store) count(ctx context.Context, n *int, rest string, args ...any) error {
	return s.one(ctx, `SELECT count(*) FROM (SELECT 1 FROM `+rest+` LIMIT ?)`, append(args, desk.MaxCounted+1)...).Scan(n)
}

// taskOf adds a row of a record's body and its customer's; one that is malformed is left out.
func taskOf(into *[]desk.Task, read func(*desk.Task, []byte) error) func(scanner) error {
	return func(r scanner) error {
		var body, who []byte
		if err := r.Scan(&body, &who); err != nil {
			return err
		}
		var t desk.Task
		if read(&t, body) != nil {
			return nil //nolint:nilerr // left out
		}
		if len(who) > 0 {
			if c, err := customerOf(who); err == nil {
				t.Customer = c
			}
		}
		*into = append(*into, t)
		return nil
	}
}
