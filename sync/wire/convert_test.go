package wire

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/callbench/callbench/desk"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// trip is one type's way over the wire, in one of the two forms.
type trip struct {
	zero any
	over func(t testing.TB, form form, in any) any
}

// form is a codec.
type form interface {
	Marshal(message any) ([]byte, error)
	Unmarshal(body []byte, message any) error
}

func way[A any, M proto.Message](to func(A) M, of func(M) A) trip {
	var zero A
	return trip{zero: zero, over: func(t testing.TB, form form, in any) any {
		t.Helper()
		m := to(in.(A))
		body, err := form.Marshal(m)
		if err != nil {
			t.Fatalf("%T: %v", in, err)
		}
		got := m.ProtoReflect().New().Interface().(M)
		if err := form.Unmarshal(body, got); err != nil {
			t.Fatalf("%T: %v\n%s", in, err, body)
		}
		return of(got)
	}}
}

func trips() []trip {
	pooled := func(m *v1.Pooled) Pooled {
		out, err := PooledOf(m)
		if err != nil {
			return Pooled{Next: err.Error()}
		}
		return out
	}
	var beside FaultError // Code and Message travel beside the detail
	fault := func(f FaultError) *v1.Fault {
		beside = FaultError{Code: f.Code, Message: f.Message}
		return f.Proto()
	}
	return []trip{
		way(SignIn.Proto, SignInOf), way(SignedIn.Proto, SignedInOf), way(Done.Proto, DoneOf),
		way(Push.Proto, PushOf), way(Pushed.Proto, PushedOf), way(Pull.Proto, PullOf), way(ProtoPage, PageOf),
		way(Watch.Proto, WatchOf), way(Poll.Proto, PollOf), way(Hint.Proto, HintOf), way(SetAgent.Proto, SetAgentOf),
		way(Open.Proto, OpenOf), way(Opened.Proto, OpenedOf), way(Lease.Proto, LeaseOf), way(Leased.Proto, LeasedOf),
		way(Pool.Proto, PoolOf), way(Pooled.Proto, pooled), way(KeepEnvelope.Proto, KeepEnvelopeOf),
		way(TellWiped.Proto, TellWipedOf),
		way(fault, func(m *v1.Fault) FaultError {
			f := beside
			f.read(m)
			return f
		}),
	}
}

func forms() map[string]form { return map[string]form{"binary": binary{}, "JSON": text{"json"}} }

// fill sets everything that can be set to something that is not zero, each value another one.
func fill(v reflect.Value, count *int) {
	*count++
	switch v.Kind() { //nolint:exhaustive // what wire's types are made of; the rest panics
	case reflect.String:
		v.SetString(string(rune('a'+*count%26)) + "一" + string(rune('a'+*count/26%26)))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*count))
	case reflect.Uint8:
		v.SetUint(uint64(*count%255) + 1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), count)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte(`{"a":` + string(rune('0'+*count%10)) + `}`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), count)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, count)
		fill(value, count)
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for _, field := range v.Fields() {
			fill(field, count)
		}
	default:
		panic(v.Type().String() + ": fill does not know it")
	}
}

func TestNoFieldIsLostOnTheWire(t *testing.T) {
	for _, one := range trips() {
		for name, form := range forms() {
			in := reflect.New(reflect.TypeOf(one.zero)).Elem()
			fill(in, new(int))
			if diff := cmp.Diff(in.Interface(), one.over(t, form, in.Interface())); diff != "" {
				t.Errorf("%T as %s (-sent +received):\n%s", one.zero, name, diff)
			}
		}
	}
}

func TestEverythingThatADeskAndCentralSayArrives(t *testing.T) {
	empty := cmpopts.EquateEmpty()
	for _, one := range trips() {
		rapid.Check(t, func(r *rapid.T) {
			in := reflect.New(reflect.TypeOf(one.zero)).Elem()
			draw(r, in)
			for name, form := range forms() {
				if diff := cmp.Diff(in.Interface(), one.over(t, form, in.Interface()), empty); diff != "" {
					r.Fatalf("%T as %s (-sent +received):\n%s", one.zero, name, diff)
				}
			}
		})
	}
}

// draw fills a value at random: numbers that fit their 32 bits, text with any character.
func draw(r *rapid.T, v reflect.Value) {
	switch v.Kind() { //nolint:exhaustive // as fill
	case reflect.String:
		v.SetString(rapid.String().Draw(r, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(r, "flag"))
	case reflect.Int:
		v.SetInt(int64(rapid.Int32().Draw(r, "number")))
	case reflect.Int64:
		v.SetInt(rapid.Int64().Draw(r, "number"))
	case reflect.Uint8:
		v.SetUint(uint64(rapid.Byte().Draw(r, "byte")))
	case reflect.Pointer:
		if rapid.Bool().Draw(r, "there") {
			v.Set(reflect.New(v.Type().Elem()))
			draw(r, v.Elem())
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			if rapid.Bool().Draw(r, "there") {
				body, _ := json.Marshal(map[string]string{rapid.String().Draw(r, "member"): rapid.String().Draw(r, "value")})
				v.SetBytes(body)
			}
			return
		}
		n := rapid.IntRange(0, 3).Draw(r, "length")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			draw(r, v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		if rapid.Bool().Draw(r, "there") {
			v.SetMapIndex(reflect.ValueOf(rapid.String().Draw(r, "key")), reflect.ValueOf(rapid.String().Draw(r, "value")))
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			draw(r, field)
		}
	}
}

func TestTextThatIsNotUTF8IsMendedAndHoldsNothingUp(t *testing.T) {
	bad := "\xb5\xe7\xbb\xb0" // GBK, as some switchboards send names
	h := Hint{Board: &desk.Board{Queues: []desk.Queue{{Name: bad, Agents: []string{bad}, Waiting: []desk.WaitingCaller{{Name: bad}}}}}}
	for name, form := range forms() {
		got := way(Hint.Proto, HintOf).over(t, form, h).(Hint)
		q := got.Board.Queues[0]
		for _, s := range []string{q.Name, q.Agents[0], q.Waiting[0].Name} {
			if s == "" || !utf8.ValidString(s) {
				t.Errorf("as %s: %q", name, s)
			}
		}
	}
}

func TestAnUnknownFieldIsLeftAlone(t *testing.T) {
	// What a newer desk might send: the field 99, and a member of another name.
	m := new(v1.PullRequest)
	if err := (binary{}).Unmarshal(append([]byte{0x9a, 0x06, 3, 'n', 'e', 'w'}, 0x0a, 1, 'd'), m); err != nil || PullOf(m).Desk != "d" {
		t.Errorf("%+v, %v", PullOf(m), err)
	}
	m = new(v1.PullRequest)
	if err := (text{"json"}).Unmarshal([]byte(`{"desk":"d","newer":{"a":[1]}}`), m); err != nil || PullOf(m).Desk != "d" {
		t.Errorf("%+v, %v", PullOf(m), err)
	}
}

func FuzzNoMessageBreaksTheReading(f *testing.F) {
	for _, one := range trips()[:8] {
		in := reflect.New(reflect.TypeOf(one.zero)).Elem()
		fill(in, new(int))
		if p, ok := reflect.TypeAssert[Push](in); ok {
			for _, form := range forms() {
				body, _ := form.Marshal(p.Proto())
				f.Add(body)
			}
		}
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for name, form := range forms() {
			m := new(v1.PushRequest)
			if form.Unmarshal(body, m) != nil {
				continue
			}
			first := PushOf(m)
			if diff := cmp.Diff(first, way(Push.Proto, PushOf).over(t, form, first), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("as %s:\n%s", name, diff)
			}
		}
	})
}

// A proxy may cut an answer off and say nothing. In the binary form the rest of it could be a good message.
func TestAMessageThatIsCutOffIsNone(t *testing.T) {
	page := desk.Page{Epoch: "e", From: "a", To: "b", Last: true, LastN: 3, Rows: []desk.Row{
		{Table: desk.TableCustomer, Key: "customer-1", Seq: 1, Body: json.RawMessage(`{}`)}, {Table: desk.TableCustomer, Key: "customer-2", Seq: 2, Removed: true},
	}}
	body, err := binary{}.Marshal(ProtoPage(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range body {
		if (binary{sealed: true}).Unmarshal(body[:n], &v1.Page{}) == nil {
			t.Errorf("the first %d of %d bytes are a message", n, len(body))
		}
	}
	plain, err := proto.Marshal(ProtoPage(page))
	if err != nil {
		t.Fatal(err)
	}
	var foreign, ours v1.Page
	if err := (binary{}).Unmarshal(plain, &foreign); err != nil {
		t.Errorf("central does not take what another program made: %v", err)
	}
	if err := (binary{sealed: true}).Unmarshal(body, &ours); err != nil || len(ours.Rows) != 2 {
		t.Errorf("%d rows, %v", len(ours.Rows), err)
	}
}
