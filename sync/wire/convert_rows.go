package wire

import (
	"github.com/callbench/callbench/desk"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// Proto makes the message.
func (in Push) Proto() *v1.PushRequest {
	return &v1.PushRequest{Desk: in.Desk, Ops: each(in.Ops, protoOp), Cursor: in.Cursor, BeforeId: in.BeforeID}
}

// PushOf reads the message.
func PushOf(m *v1.PushRequest) Push {
	return Push{Desk: m.GetDesk(), Ops: each(m.GetOps(), opOf), Cursor: m.GetCursor(), BeforeID: m.GetBeforeId()}
}

func protoOp(op desk.Op) *v1.Op {
	return &v1.Op{
		Id: op.ID, N: op.N, Kind: op.Kind, Version: small(op.Version), Org: op.Org, At: int64(op.At), Offset: small(op.Offset),
		Needs: op.Needs, Changes: each(op.Changes, protoChange), Salt: op.Salt, Commitment: op.Commitment, Link: op.Link,
	}
}

func opOf(m *v1.Op) desk.Op {
	return desk.Op{
		ID: m.GetId(), N: m.GetN(), Kind: m.GetKind(), Version: int(m.GetVersion()), Org: m.GetOrg(),
		At: desk.Millis(m.GetAt()), Offset: int(m.GetOffset()), Needs: m.GetNeeds(), Changes: each(m.GetChanges(), changeOf),
		Salt: list(m.GetSalt()), Commitment: list(m.GetCommitment()), Link: list(m.GetLink()),
	}
}

func protoChange(ch desk.Change) *v1.Change {
	return &v1.Change{Table: string(ch.Table), Key: ch.Key, Base: ch.Base, IfJson: string(ch.If), FieldsJson: string(ch.Fields)}
}

func changeOf(m *v1.Change) desk.Change {
	return desk.Change{
		Table: desk.Table(m.GetTable()), Key: m.GetKey(), Base: m.GetBase(), If: jsonOf(m.GetIfJson()), Fields: jsonOf(m.GetFieldsJson()),
	}
}

// Proto makes the message.
func (p Pushed) Proto() *v1.Pushed {
	return &v1.Pushed{LastN: p.LastN, Refused: each(p.Refused, protoRefusal), Now: int64(p.Now)}
}

// PushedOf reads the message.
func PushedOf(m *v1.Pushed) Pushed {
	return Pushed{LastN: m.GetLastN(), Refused: each(m.GetRefused(), refusalOf), Now: desk.Millis(m.GetNow())}
}

func protoRefusal(r desk.Refusal) *v1.Refusal {
	return &v1.Refusal{N: r.N, Code: r.Code, Detail: r.Detail}
}

func refusalOf(m *v1.Refusal) desk.Refusal {
	return desk.Refusal{N: m.GetN(), Code: m.GetCode(), Detail: m.GetDetail()}
}

// Proto makes the message.
func (in Pull) Proto() *v1.PullRequest {
	return &v1.PullRequest{Desk: in.Desk, Cursor: in.Cursor, Epoch: in.Epoch, Acked: in.Acked, Limit: small(in.Limit)}
}

// PullOf reads the message.
func PullOf(m *v1.PullRequest) Pull {
	return Pull{Desk: m.GetDesk(), Cursor: m.GetCursor(), Epoch: m.GetEpoch(), Acked: m.GetAcked(), Limit: int(m.GetLimit())}
}

// ProtoPage makes the message.
func ProtoPage(p desk.Page) *v1.Page {
	return &v1.Page{
		Epoch: p.Epoch, From: p.From, To: p.To, Reset_: p.Reset, Rows: each(p.Rows, protoRow), Last: p.Last, LastN: p.LastN, LastId: p.LastID,
		Refused: each(p.Refused, protoRefusal), TakenN: p.TakenN, TakenId: p.TakenID, BackedUpN: p.BackedUpN, Checkpoint: protoCheckpoint(p.Checkpoint),
	}
}

// PageOf reads the message.
func PageOf(m *v1.Page) desk.Page {
	return desk.Page{
		Epoch: m.GetEpoch(), From: m.GetFrom(), To: m.GetTo(), Reset: m.GetReset_(), Rows: each(m.GetRows(), rowOf),
		Last: m.GetLast(), LastN: m.GetLastN(), LastID: m.GetLastId(), Refused: each(m.GetRefused(), refusalOf), TakenN: m.GetTakenN(), TakenID: m.GetTakenId(),
		BackedUpN: m.GetBackedUpN(), Checkpoint: checkpointOf(m.GetCheckpoint()),
	}
}

func protoRow(r desk.Row) *v1.Row {
	return &v1.Row{
		Table: string(r.Table), Key: r.Key, Seq: r.Seq, Removed: r.Removed, Erased: r.Erased, BodyJson: string(r.Body),
	}
}

func rowOf(m *v1.Row) desk.Row {
	return desk.Row{
		Table: desk.Table(m.GetTable()), Key: m.GetKey(), Seq: m.GetSeq(), Removed: m.GetRemoved(), Erased: m.GetErased(),
		Body: jsonOf(m.GetBodyJson()),
	}
}

func protoCheckpoint(c *desk.Checkpoint) *v1.Checkpoint {
	if c == nil {
		return nil
	}
	return &v1.Checkpoint{N: c.N, Hash: c.Hash, At: int64(c.At), Key: c.Key, Sig: c.Sig}
}

func checkpointOf(m *v1.Checkpoint) *desk.Checkpoint {
	if m == nil {
		return nil
	}
	return &desk.Checkpoint{N: m.GetN(), Hash: list(m.GetHash()), At: desk.Millis(m.GetAt()), Key: m.GetKey(), Sig: list(m.GetSig())}
}
