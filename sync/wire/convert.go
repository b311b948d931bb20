package wire

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/callbench/callbench/desk"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// Empty lists, JSON texts and byte strings come back as nil. Numbers that travel in 32 bits are cut to them.

func small(n int) int32 { return int32(min(max(n, math.MinInt32), math.MaxInt32)) }

// each converts a list.
func each[A, B any](in []A, f func(A) B) []B {
	if len(in) == 0 {
		return nil
	}
	out := make([]B, len(in))
	for i, one := range in {
		out[i] = f(one)
	}
	return out
}

func list[A any](in []A) []A {
	if len(in) == 0 {
		return nil
	}
	return in
}

// jsonOf is a field that holds JSON text.
func jsonOf(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

// Proto makes the message.
func (in SignIn) Proto() *v1.SignInRequest {
	return &v1.SignInRequest{
		User: in.User, Password: in.Password, Desk: in.Desk, Version: in.Version, Now: int64(in.Now), Last: in.Last,
		ProtocolMin: small(in.ProtocolMin), ProtocolMax: small(in.ProtocolMax),
	}
}

// SignInOf reads the message.
func SignInOf(m *v1.SignInRequest) SignIn {
	return SignIn{
		User: m.GetUser(), Password: m.GetPassword(), Desk: m.GetDesk(), Version: m.GetVersion(),
		Now: desk.Millis(m.GetNow()), Last: m.GetLast(),
		ProtocolMin: int(m.GetProtocolMin()), ProtocolMax: int(m.GetProtocolMax()),
	}
}

// Proto makes the message.
func (s SignedIn) Proto() *v1.SignedIn {
	return &v1.SignedIn{
		Token: s.Token, Expires: int64(s.Expires), User: s.User, Name: s.Name, Role: string(s.Role), Group: s.Group,
		Level: s.Level, Org: s.Org, Phone: s.Phone.Proto(), Now: int64(s.Now), ChainKeys: each(s.ChainKeys, protoChainKey),
		Recovery: s.Recovery.Proto(), ProtocolMin: small(s.ProtocolMin), ProtocolMax: small(s.ProtocolMax), Version: s.Version,
	}
}

// SignedInOf reads the message.
func SignedInOf(m *v1.SignedIn) SignedIn {
	return SignedIn{
		Token: m.GetToken(), Expires: desk.Millis(m.GetExpires()), User: m.GetUser(), Name: m.GetName(),
		Role: desk.Role(m.GetRole()), Group: m.GetGroup(), Level: m.GetLevel(), Org: m.GetOrg(),
		Phone: phoneOf(m.GetPhone()), Now: desk.Millis(m.GetNow()), ChainKeys: each(m.GetChainKeys(), chainKeyOf),
		Recovery: recoveryOf(m.GetRecovery()), ProtocolMin: int(m.GetProtocolMin()), ProtocolMax: int(m.GetProtocolMax()),
		Version: m.GetVersion(),
	}
}

func protoChainKey(k desk.ChainKey) *v1.ChainKey { return &v1.ChainKey{Public: k.Public, Sig: k.Sig} }

func chainKeyOf(m *v1.ChainKey) desk.ChainKey {
	return desk.ChainKey{Public: list(m.GetPublic()), Sig: list(m.GetSig())}
}

// Proto makes the message; nil of nil.
func (p *PhoneAccount) Proto() *v1.PhoneAccount {
	if p == nil {
		return nil
	}
	return &v1.PhoneAccount{
		Aor: p.AOR, Registrars: p.Registrars, AuthUser: p.AuthUser, Password: p.Password, Srtp: p.SRTP,
		AutoAnswer: p.AutoAnswer, Codecs: p.Codecs,
	}
}

func phoneOf(m *v1.PhoneAccount) *PhoneAccount {
	if m == nil {
		return nil
	}
	return &PhoneAccount{
		AOR: m.GetAor(), Registrars: list(m.GetRegistrars()), AuthUser: m.GetAuthUser(), Password: m.GetPassword(),
		SRTP: m.GetSrtp(), AutoAnswer: m.GetAutoAnswer(), Codecs: list(m.GetCodecs()),
	}
}

// Proto makes the message; nil of nil.
func (k *RecoveryKey) Proto() *v1.RecoveryKey {
	if k == nil {
		return nil
	}
	return &v1.RecoveryKey{Id: k.ID, Public: k.Public}
}

func recoveryOf(m *v1.RecoveryKey) *RecoveryKey {
	if m == nil {
		return nil
	}
	return &RecoveryKey{ID: m.GetId(), Public: list(m.GetPublic())}
}

// Proto makes the message.
func (SignOut) Proto() *v1.SignOutRequest { return &v1.SignOutRequest{} }

// Proto makes the message.
func (Session) Proto() *v1.SessionRequest { return &v1.SessionRequest{} }

// Proto makes the message.
func (d Done) Proto() *v1.Done { return &v1.Done{Now: int64(d.Now)} }

// DoneOf reads the message.
func DoneOf(m *v1.Done) Done { return Done{Now: desk.Millis(m.GetNow())} }

// Proto makes the message.
func (in KeepEnvelope) Proto() *v1.KeepEnvelopeRequest {
	return &v1.KeepEnvelopeRequest{Desk: in.Desk, Epoch: in.Epoch, KeyId: in.KeyID, Envelope: in.Envelope}
}

// KeepEnvelopeOf reads the message.
func KeepEnvelopeOf(m *v1.KeepEnvelopeRequest) KeepEnvelope {
	return KeepEnvelope{Desk: m.GetDesk(), Epoch: m.GetEpoch(), KeyID: m.GetKeyId(), Envelope: list(m.GetEnvelope())}
}

// Proto makes the message.
func (in TellWiped) Proto() *v1.TellWipedRequest {
	return &v1.TellWipedRequest{Desk: in.Desk, At: int64(in.At), Lost: small(in.Lost)}
}

// TellWipedOf reads the message.
func TellWipedOf(m *v1.TellWipedRequest) TellWiped {
	return TellWiped{Desk: m.GetDesk(), At: desk.Millis(m.GetAt()), Lost: int(m.GetLost())}
}

// Proto makes the message; nil of nil.
func (o *WipeOrder) Proto() *v1.WipeOrder {
	if o == nil {
		return nil
	}
	return &v1.WipeOrder{Desk: o.Desk, User: o.User, Drain: o.Drain, Token: o.Token, At: int64(o.At)}
}

// WipeOrderOf reads the message; nil of nil.
func WipeOrderOf(m *v1.WipeOrder) *WipeOrder {
	if m == nil {
		return nil
	}
	return &WipeOrder{Desk: m.GetDesk(), User: m.GetUser(), Drain: m.GetDrain(), Token: m.GetToken(), At: desk.Millis(m.GetAt())}
}

// Proto makes the message.
func (in Open) Proto() *v1.OpenRequest {
	return &v1.OpenRequest{Desk: in.Desk, Customer: in.Customer, Call: in.Call}
}

// OpenOf reads the message.
func OpenOf(m *v1.OpenRequest) Open {
	return Open{Desk: m.GetDesk(), Customer: m.GetCustomer(), Call: m.GetCall()}
}

// Proto makes the message.
func (o Opened) Proto() *v1.Opened {
	return &v1.Opened{Rows: each(o.Rows, protoRow), Until: int64(o.Until)}
}

// OpenedOf reads the message.
func OpenedOf(m *v1.Opened) Opened {
	return Opened{Rows: each(m.GetRows(), rowOf), Until: desk.Millis(m.GetUntil())}
}

// Proto makes the message.
func (in Lease) Proto() *v1.LeaseRequest {
	return &v1.LeaseRequest{Desk: in.Desk, Callback: in.Callback, Release: in.Release, Id: in.ID}
}

// LeaseOf reads the message.
func LeaseOf(m *v1.LeaseRequest) Lease {
	return Lease{Desk: m.GetDesk(), Callback: m.GetCallback(), Release: m.GetRelease(), ID: m.GetId()}
}

// Proto makes the message.
func (l Leased) Proto() *v1.Leased {
	return &v1.Leased{Mine: l.Mine, By: l.By, Name: l.Name, Until: int64(l.Until), Now: int64(l.Now)}
}

// LeasedOf reads the message.
func LeasedOf(m *v1.Leased) Leased {
	return Leased{
		Mine: m.GetMine(), By: m.GetBy(), Name: m.GetName(), Until: desk.Millis(m.GetUntil()), Now: desk.Millis(m.GetNow()),
	}
}

// Proto makes the message.
func (in Pool) Proto() *v1.PoolRequest {
	return &v1.PoolRequest{Desk: in.Desk, From: int64(in.From), To: int64(in.To), Cursor: in.Cursor, Limit: small(in.Limit)}
}

// PoolOf reads the message.
func PoolOf(m *v1.PoolRequest) Pool {
	return Pool{
		Desk: m.GetDesk(), From: desk.Millis(m.GetFrom()), To: desk.Millis(m.GetTo()), Cursor: m.GetCursor(),
		Limit: int(m.GetLimit()),
	}
}

// Proto makes the message. A customer that has no JSON form is left out: nothing of ours is like that.
func (p Pooled) Proto() *v1.Pooled {
	out := &v1.Pooled{Next: p.Next, Total: small(p.Total)}
	for _, one := range p.Customers {
		if text, err := json.Marshal(one); err == nil {
			out.CustomersJson = append(out.CustomersJson, string(text))
		}
	}
	return out
}

// PooledOf reads the message. Error: desk.ErrInvalid, wrapped, where a customer is none.
func PooledOf(m *v1.Pooled) (Pooled, error) {
	out := Pooled{Next: m.GetNext(), Total: int(m.GetTotal())}
	for _, text := range m.GetCustomersJson() {
		var one desk.Customer
		if json.Unmarshal([]byte(text), &one) != nil {
			return Pooled{}, fmt.Errorf("a customer of the pool: %w", desk.ErrInvalid)
		}
		out.Customers = append(out.Customers, one)
	}
	return out, nil
}
