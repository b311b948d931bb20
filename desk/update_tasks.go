package desk

import (
	"slices"
	"time"
)

func (u *step) atTasks(e Event) {
	v := &u.s.Tasks
	switch e := e.(type) {
	case TaskKindChosen:
		v.Kind, v.Moving = e.Kind, false
		u.lookAtTask(v.Looked.Row)
	case TasksReached:
		if e.Reach == ReachMine || u.s.leads() {
			v.Stale = v.Stale || v.Reach != e.Reach
			v.Reach = e.Reach
			u.askTasks()
		}
	case TaskPicked:
		v.Moving = false
		u.lookAtTask(e.Task)
	case TaskMoving:
		t, ok := u.task(v.Looked.Row)
		v.Moving = e.On && ok && t.Callback != nil
	case TaskDone:
		if t, ok := u.task(e.Task); ok {
			u.taskDone(t)
		}
	case TaskCancelled:
		if t, ok := u.task(e.Task); ok && t.Callback != nil {
			u.callbackTo(t, CallbackCancelled, "callback_cancelled")
		}
	case CallbackMoved:
		if t, ok := u.task(e.Task); ok && t.Callback != nil {
			u.callbackMoved(t, e.Wall)
		}
	case TasksListed:
		if e.Seq != v.Seq {
			return
		}
		v.List, v.Busy, v.Read, v.Failed, v.Stale = e.List, false, !e.Failed, e.Failed, false
		u.lookAtTask(v.Looked.Row)
	default: // the others are not for this function
	}
}

// tasksStopped gives up waiting for tasks.
func (u *step) tasksStopped() {
	v := &u.s.Tasks
	v.Seq++
	if v.Stale {
		v.List, v.Looked, v.Moving, v.Read, v.Stale = TaskList{}, Looked{Load: v.Looked.Load}, false, false, false
	}
	v.Busy, v.Failed = false, !v.Read
}

// askTasks asks for the tasks.
func (u *step) askTasks() {
	v := &u.s.Tasks
	if v.Reach == "" || !u.s.leads() {
		v.Reach = ReachMine
	}
	v.Seq++
	v.Busy, v.Failed, v.Asked = true, false, u.at.At
	u.do(ListTasks{Seq: v.Seq, Ask: TaskQuestion{Reach: v.Reach, User: u.s.Session.User, Limit: tasksEach}})
}

func (u *step) task(id string) (Task, bool) {
	list := u.s.Tasks.Shown()
	i := slices.IndexFunc(list, func(t Task) bool { return t.ID() == id })
	if i < 0 || id == "" {
		return Task{}, false
	}
	return list[i], true
}

// lookAtTask looks at a task; one that is not there any more gives way to the first.
func (u *step) lookAtTask(id string) {
	v := &u.s.Tasks
	t, ok := u.task(id)
	if list := v.Shown(); !ok && len(list) > 0 {
		t, ok, v.Moving = list[0], true, false
	}
	if !ok {
		v.Looked, v.Moving = Looked{Load: v.Looked.Load}, false
		return
	}
	u.look(&v.Looked, t.ID(), t.Customer)
}

func (u *step) taskDone(t Task) {
	switch {
	case t.Callback != nil:
		u.callbackTo(t, CallbackDone, "callback_done")
	case t.Ticket != nil:
		next, back := t.Ticket.State.Next()
		if next == "" {
			return
		}
		change := stateChange(TableTicket, t.ID(), string(t.Ticket.State), string(next))
		if !back {
			u.commit("ticket.save", nil, change)
			return
		}
		u.doing("ticket.save", Undo{
			Code: "ticket_" + string(next), Args: map[string]string{"name": taskName(t)}, Kind: "ticket.save",
			Changes: []Change{stateChange(TableTicket, t.ID(), string(next), string(t.Ticket.State))},
		}, change)
	}
}

// callbackTo ends a callback; taken back, it is promised anew, since central lets none go back.
func (u *step) callbackTo(t Task, to CallbackState, code string) {
	again := *t.Callback
	again.ID, again.State, again.ClaimedBy, again.ClaimedUntil, again.Attempts = u.at.ID(8), CallbackOpen, "", 0, 0
	u.doing("callback."+string(to), Undo{
		Code: code, Args: map[string]string{"name": taskName(t)}, Kind: "callback.schedule",
		Changes: []Change{{Table: TableCallback, Key: again.ID, Fields: fields(again)}},
	}, stateChange(TableCallback, t.ID(), string(t.Callback.State), string(to)))
}

func (u *step) callbackMoved(t Task, wall string) {
	at := wallAt(wall, u.at)
	if _, err := time.Parse(wallLayout, wall); err != nil || at <= u.at.At {
		return
	}
	u.s.Tasks.Moving = false
	was := *t.Callback
	move := func(wall, zone string, at Millis) Change {
		return Change{Table: TableCallback, Key: t.ID(), Fields: fields(map[string]any{"wall": wall, "zone": zone, "at": at})}
	}
	u.doing("callback.schedule", Undo{
		Code: "callback_moved", Args: map[string]string{"name": taskName(t)}, Kind: "callback.schedule",
		Changes: []Change{move(was.Wall, was.Zone, was.At)},
	}, move(wall, u.at.Zone, at))
}

func stateChange(table Table, key, was, is string) Change {
	return Change{Table: table, Key: key, If: fields(map[string]any{"state": was}), Fields: fields(map[string]any{"state": is})}
}

// taskName is whom a task is about, else what.
func taskName(t Task) string {
	switch {
	case t.Customer.Name != "":
		return t.Customer.Name
	case t.Ticket != nil:
		return t.Ticket.Subject
	}
	return t.Callback.Note
}
