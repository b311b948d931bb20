package wire

import (
	"github.com/callbench/callbench/desk"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// Proto makes the message.
func (in Watch) Proto() *v1.WatchRequest { return &v1.WatchRequest{Desk: in.Desk, Glance: in.Glance} }

// WatchOf reads the message.
func WatchOf(m *v1.WatchRequest) Watch { return Watch{Desk: m.GetDesk(), Glance: m.GetGlance()} }

// Proto makes the message.
func (in Poll) Proto() *v1.PollRequest {
	return &v1.PollRequest{Desk: in.Desk, Seq: in.Seq, Glance: in.Glance}
}

// PollOf reads the message.
func PollOf(m *v1.PollRequest) Poll {
	return Poll{Desk: m.GetDesk(), Seq: m.GetSeq(), Glance: m.GetGlance()}
}

// Proto makes the message.
func (in SetAgent) Proto() *v1.SetAgentRequest {
	return &v1.SetAgentRequest{Desk: in.Desk, Agent: protoAgent(in.Agent), Now: int64(in.Now)}
}

// SetAgentOf reads the message.
func SetAgentOf(m *v1.SetAgentRequest) SetAgent {
	return SetAgent{Desk: m.GetDesk(), Agent: agentOf(m.GetAgent()), Now: desk.Millis(m.GetNow())}
}

// Proto makes the message.
func (h Hint) Proto() *v1.Hint {
	return &v1.Hint{
		Seq: h.Seq, Now: int64(h.Now), Board: protoBoard(h.Board),
		BoardStands: h.BoardStands, BoardAsOf: int64(h.BoardAsOf), BoardStale: h.BoardStale, BoardSeconds: small(h.BoardEvery),
	}
}

// HintOf reads the message.
func HintOf(m *v1.Hint) Hint {
	return Hint{
		Seq: m.GetSeq(), Now: desk.Millis(m.GetNow()), Board: boardOf(m.GetBoard()),
		BoardStands: m.GetBoardStands(), BoardAsOf: desk.Millis(m.GetBoardAsOf()), BoardStale: m.GetBoardStale(),
		BoardEvery: int(m.GetBoardSeconds()),
	}
}

func protoBoard(b *desk.Board) *v1.Board {
	if b == nil {
		return nil
	}
	return &v1.Board{Queues: each(b.Queues, protoQueue), Agents: each(b.Agents, protoAgent), AsOf: int64(b.AsOf), Stale: b.Stale}
}

// boardOf gives lists that are never nil: in JSON, where the board goes on from here, no queues are an empty list.
func boardOf(m *v1.Board) *desk.Board {
	if m == nil {
		return nil
	}
	b := &desk.Board{Queues: []desk.Queue{}, Agents: []desk.Agent{}, AsOf: desk.Millis(m.GetAsOf()), Stale: m.GetStale()}
	b.Queues = append(b.Queues, each(m.GetQueues(), queueOf)...)
	b.Agents = append(b.Agents, each(m.GetAgents(), agentOf)...)
	return b
}

func protoQueue(q desk.Queue) *v1.Queue {
	return &v1.Queue{
		Id: q.ID, Name: q.Name, Waiting: each(q.Waiting, protoWaiting), Offered: small(q.Offered), Answered: small(q.Answered),
		Abandoned: small(q.Abandoned), Agents: q.Agents,
	}
}

func queueOf(m *v1.Queue) desk.Queue {
	return desk.Queue{
		ID: m.GetId(), Name: m.GetName(), Waiting: append([]desk.WaitingCaller{}, each(m.GetWaiting(), waitingOf)...),
		Offered: int(m.GetOffered()), Answered: int(m.GetAnswered()), Abandoned: int(m.GetAbandoned()), Agents: list(m.GetAgents()),
	}
}

func protoWaiting(w desk.WaitingCaller) *v1.WaitingCaller {
	return &v1.WaitingCaller{Call: w.Call, Number: w.Number, Name: w.Name, Tier: string(w.Tier), Since: int64(w.Since)}
}

func waitingOf(m *v1.WaitingCaller) desk.WaitingCaller {
	return desk.WaitingCaller{
		Call: m.GetCall(), Number: m.GetNumber(), Name: m.GetName(), Tier: desk.Tier(m.GetTier()), Since: desk.Millis(m.GetSince()),
	}
}

func protoAgent(a desk.Agent) *v1.Agent {
	return &v1.Agent{
		User: a.User, Name: a.Name, Group: a.Group, Extension: a.Extension, State: string(a.State), Reason: string(a.Reason),
		Since: int64(a.Since), Cause: string(a.Cause), Pending: string(a.Pending),
	}
}

func agentOf(m *v1.Agent) desk.Agent {
	return desk.Agent{
		User: m.GetUser(), Name: m.GetName(), Group: m.GetGroup(), Extension: m.GetExtension(),
		State: desk.AgentStatus(m.GetState()), Reason: desk.NotReadyReason(m.GetReason()), Since: desk.Millis(m.GetSince()),
		Cause: desk.Cause(m.GetCause()), Pending: desk.AgentStatus(m.GetPending()),
	}
}
