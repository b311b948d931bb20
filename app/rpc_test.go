package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/callbench/callbench/desk"
)

func ask(t *testing.T, lines string) []rpcAnswer {
	t.Helper()
	c := newConnection(map[string]method{
		"echo": handle(func(_ context.Context, in struct {
			Text string `json:"text"`
		},
		) (map[string]string, error) {
			return map[string]string{"text": in.Text}, nil
		}),
		"fail": handle(func(context.Context, struct{}) (nothing, error) {
			return nothing{}, fmt.Errorf("read /secret/陈怡君: %w", desk.ErrOffline)
		}),
		"odd": handle(func(context.Context, struct{}) (nothing, error) {
			return nothing{}, errors.New("陈怡君 13800138000")
		}),
	})
	var out bytes.Buffer
	if err := c.serve(t.Context(), strings.NewReader(lines), &out); err != nil {
		t.Fatal(err)
	}
	var answers []rpcAnswer
	for line := range strings.SplitSeq(strings.TrimSpace(out.String()), "\n") {
		var a rpcAnswer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		answers = append(answers, a)
	}
	return answers
}

type rpcAnswer struct {
	ID     any             `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *rpcError       `json:"error"`
}

func TestRequestsAreAnsweredInOrder(t *testing.T) {
	var in strings.Builder
	for i := range 50 {
		fmt.Fprintf(&in, `{"jsonrpc":"2.0","id":%d,"method":"echo","params":{"text":"第%d"}}`+"\n", i, i)
	}
	for i, a := range ask(t, in.String()) {
		if a.ID != float64(i) || string(a.Result) != fmt.Sprintf(`{"text":"第%d"}`, i) {
			t.Fatalf("answer %d: %v %s", i, a.ID, a.Result)
		}
	}
}

func TestMistakesOfAClientAreToldAndTheRestGoesOn(t *testing.T) {
	answers := ask(t, `{"jsonrpc":"2.0","id":1,"method":"gone"}
not json
{"jsonrpc":"2.0","id":2,"method":"echo","params":{"txt":"x"}}
{"jsonrpc":"2.0","id":3,"method":"echo","params":{"text":7}}
{"id":4,"method":"echo"}
{"jsonrpc":"2.0","id":5,"method":"echo","params":{"text":"good"}}
`)
	want := []int{codeNoMethod, codeParse, codeParams, codeParams, codeRequest, 0}
	if len(answers) != len(want) {
		t.Fatalf("%d answers", len(answers))
	}
	for i, a := range answers {
		got := 0
		if a.Error != nil {
			got = a.Error.Code
		}
		if got != want[i] {
			t.Errorf("answer %d: code %d, want %d", i, got, want[i])
		}
	}
	if !strings.Contains(answers[2].Error.Message, "txt") {
		t.Errorf("the unknown parameter is not named: %s", answers[2].Error.Message)
	}
}

func TestALineThatIsTooLongIsReadOver(t *testing.T) {
	echo := func(id, size int) string {
		line := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"echo","params":{"text":""}}`, id)
		return strings.Replace(line, `""`, `"`+strings.Repeat("x", size-len(line))+`"`, 1)
	}
	answers := ask(t, strings.Join([]string{
		echo(1, maxLine), echo(2, maxLine+1), echo(3, 100), strings.Repeat("\x00", 5*maxLine), "", echo(4, 100) + "\r", strings.Repeat(" ", 2*maxLine),
	}, "\n"))
	want := []any{float64(1), nil, float64(3), nil, float64(4), nil}
	if len(answers) != len(want) {
		t.Fatalf("%d answers", len(answers))
	}
	for i, a := range answers {
		if a.ID != want[i] || (a.Error != nil) != (want[i] == nil) {
			t.Errorf("answer %d: id %v, %v", i, a.ID, a.Error)
		}
		if a.Error != nil && (a.Error.Code != codeRequest || a.Error.Message != "message longer than 1048576 bytes") {
			t.Errorf("answer %d: %v", i, a.Error)
		}
	}
}

func TestALineThatBreaksOffIsNoRequest(t *testing.T) {
	var out bytes.Buffer
	c := newConnection(nil)
	in := io.MultiReader(strings.NewReader(`{"jsonrpc":"2.0","id":1,"me`), iotest.ErrReader(io.ErrUnexpectedEOF))
	if err := c.serve(t.Context(), in, &out); !errors.Is(err, io.ErrUnexpectedEOF) || out.Len() > 0 {
		t.Errorf("%v, %q", err, &out)
	}
}

func TestErrorTextsHoldNoCustomerData(t *testing.T) {
	for _, a := range ask(t, `{"jsonrpc":"2.0","id":1,"method":"fail"}`+"\n"+`{"jsonrpc":"2.0","id":2,"method":"odd"}`+"\n") {
		if strings.Contains(a.Error.Message, "陈") || strings.Contains(a.Error.Message, "138") {
			t.Fatalf("%s", a.Error.Message)
		}
	}
}

func TestAClientThatDoesNotReadLosesNotificationsButNotTheDesk(t *testing.T) {
	c := newConnection(nil)
	for i := range 3 * outBound {
		c.notify("agent.changed", i)
	}
	if len(c.out) > outBound || c.dropped == 0 {
		t.Fatalf("%d queued, %d dropped", len(c.out), c.dropped)
	}
}
