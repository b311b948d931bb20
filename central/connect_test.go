package central_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
	v1 "github.com/callbench/callbench/sync/wire/callbenchv1"
)

// What follows speaks Connect's JSON by hand, as anyone with curl can, so that the tests see what is on the wire.

func streams(method string) bool { return method == wire.MethodWatch || method == wire.MethodSnapshot }

// framed puts a message of a stream into its envelope.
func framed(body string) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(body))), body...)
}

// frame reads the next message of a stream; last tells that it is the end of the stream.
func frame(r io.Reader) (body []byte, last bool, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, false, err
	}
	body = make([]byte, binary.BigEndian.Uint32(head[1:]))
	_, err = io.ReadFull(r, body)
	return body, head[0]&2 != 0, err
}

func (r *rig) open(ctx context.Context, method, token, body string) *http.Response {
	r.t.Helper()
	kind, text := "application/json", []byte(body)
	if streams(method) {
		kind, text = "application/connect+json", framed(body)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.http.URL+wire.Path+method, bytes.NewReader(text))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := r.http.Client().Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp
}

// post makes a call and gives the status and the answer. Of a stream it gives the first message; its status is that
// of its fault, for the HTTP status of a stream is always 200.
func (r *rig) post(method, token, body string) (int, []byte) {
	r.t.Helper()
	resp := r.open(r.t.Context(), method, token, body)
	defer resp.Body.Close()
	if !streams(method) || resp.StatusCode != http.StatusOK {
		text, err := io.ReadAll(resp.Body)
		if err != nil {
			r.t.Fatal(err)
		}
		return resp.StatusCode, text
	}
	text, last, err := frame(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	var end struct{ Error json.RawMessage }
	if last && json.Unmarshal(text, &end) == nil && end.Error != nil {
		f, err := faultOf(end.Error)
		if err != nil {
			r.t.Fatal(err)
		}
		return f.Status(), end.Error
	}
	return resp.StatusCode, text
}

// bodyOf is a message as JSON: one of wire's, or anything else as it is.
func bodyOf(t *testing.T, in any) string {
	t.Helper()
	var text []byte
	var err error
	switch in := in.(type) {
	case wire.SignIn:
		text, err = protojson.Marshal(in.Proto())
	case wire.Push:
		text, err = protojson.Marshal(in.Proto())
	case wire.Pull:
		text, err = protojson.Marshal(in.Proto())
	case wire.Poll:
		text, err = protojson.Marshal(in.Proto())
	case wire.SetAgent:
		text, err = protojson.Marshal(in.Proto())
	case wire.Open:
		text, err = protojson.Marshal(in.Proto())
	case wire.Lease:
		text, err = protojson.Marshal(in.Proto())
	case wire.Pool:
		text, err = protojson.Marshal(in.Proto())
	case wire.KeepEnvelope:
		text, err = protojson.Marshal(in.Proto())
	case wire.TellWiped:
		text, err = protojson.Marshal(in.Proto())
	default:
		text, err = json.Marshal(in)
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// understand reads an answer into one of wire's types.
func understand(text []byte, out any) error {
	switch out := out.(type) {
	case *wire.SignedIn:
		return into(text, out, wire.SignedInOf)
	case *wire.Done:
		return into(text, out, wire.DoneOf)
	case *wire.Pushed:
		return into(text, out, wire.PushedOf)
	case *desk.Page:
		return into(text, out, wire.PageOf)
	case *wire.Hint:
		return into(text, out, wire.HintOf)
	case *wire.Opened:
		return into(text, out, wire.OpenedOf)
	case *wire.Leased:
		return into(text, out, wire.LeasedOf)
	case *wire.Pooled:
		var err error
		m := new(v1.Pooled)
		if err = protojson.Unmarshal(text, m); err == nil {
			*out, err = wire.PooledOf(m)
		}
		return err
	}
	return fmt.Errorf("%T is no answer", out)
}

func into[Out any, M proto.Message](text []byte, out *Out, of func(M) Out) error {
	var none M
	m, ok := none.ProtoReflect().New().Interface().(M)
	if !ok {
		return fmt.Errorf("%T", none)
	}
	if err := protojson.Unmarshal(text, m); err != nil {
		return err
	}
	*out = of(m)
	return nil
}

// faultOf reads an error as Connect writes it.
func faultOf(text []byte) (wire.FaultError, error) {
	var said struct {
		Code, Message string
		Details       []struct{ Type, Value string }
	}
	if err := json.Unmarshal(text, &said); err != nil || said.Code == "" {
		return wire.FaultError{}, fmt.Errorf("%s is no error: %w", text, err)
	}
	f := wire.FaultError{Code: wire.Code(said.Code), Message: said.Message}
	for _, one := range said.Details {
		raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(one.Value, "="))
		m := new(v1.Fault)
		if err != nil || one.Type != "callbench.v1.Fault" || proto.Unmarshal(raw, m) != nil {
			return f, fmt.Errorf("detail %+v", one)
		}
		f.Cause, f.LastN, f.Retry, f.Version = wire.Cause(m.GetCause()), m.GetLastN(), int(m.GetRetry()), m.GetVersion()
		f.Wipe = wire.WipeOrderOf(m.GetWipe())
	}
	return f, nil
}
