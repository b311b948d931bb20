package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/softphone"
)

func TestADeskWithNothingButItsStoreWorks(t *testing.T) {
	s := drive(t, aloneDesk(t))
	var st struct {
		User, Role string
		Online     bool
		Phone      []json.RawMessage
		Agent      struct{ State string }
	}
	s.call("desk.status", nil, &st) // the first request meets a desk that has come to itself
	if st.User != "local" || st.Role != "agent" || st.Online || st.Phone == nil || len(st.Phone) != 0 || st.Agent.State != "not_ready" {
		t.Errorf("%+v", st)
	}
	var c struct{ Customer aCustomer }
	s.call("customer.save", map[string]any{"customer": map[string]any{"name": "李娜", "phones": []any{map[string]any{"raw": "13612345678"}}}}, &c)
	var saved savedContact
	s.call("contact.save", map[string]any{"customer": c.Customer.ID, "subject": "咨询", "content": "问价格"}, &saved)
	s.call("callback.schedule", map[string]any{"customer": c.Customer.ID, "at": time.Now().Add(time.Hour).Format(time.RFC3339)}, nil)
	s.call("flow.start", map[string]any{"flow": "enquiry", "customer": c.Customer.ID}, nil)
	s.drop(s.active().ID)
	var got struct{ Timeline []json.RawMessage }
	s.call("customer.get", map[string]any{"customer": c.Customer.ID}, &got)
	same(t, "entries of the timeline", len(got.Timeline), 3)

	s.fails(codeOfflineNow, "", "sync.now", nil)
	s.fails(codeNotNow, "no_phone", "call.dial", map[string]any{"to": "701"})
	s.fails(codeForbidden, "", "board.get", nil)
	var link struct {
		Online  bool
		State   string
		Pending int
	}
	s.call("sync.status", nil, &link)
	if link.Online || link.State != "none" || link.Pending < 4 { // a record may be saved twice: see drop
		t.Errorf("%+v", link)
	}
}

// unreachable gives an address of this computer where nobody listens.
func unreachable(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestADeskWhoseCentralIsAwaySavesAndSaysSo(t *testing.T) {
	cfg := aloneDesk(t)
	cfg.User = "lin"
	cfg.Central = &centralAccess{URL: "http://" + unreachable(t), Password: func() (string, error) { return worldPassword, nil }}
	s := drive(t, cfg)
	var saved savedContact
	s.call("contact.save", map[string]any{"subject": "离线", "content": "断网时记下"}, &saved)
	s.fails(codeOfflineNow, "", "sync.now", nil)
	same(t, "the link", s.until("sync.changed", `"pending":1`) != nil, true)
	var link struct {
		Online        bool
		State, Reason string
		Pending       int
	}
	every(t, "the link's state is not told", func() bool {
		s.call("sync.status", nil, &link)
		return link.State == "unreachable"
	})
	if link.Online || link.Reason == "" || link.Pending != 1 {
		t.Errorf("%+v", link)
	}
}

// A desk that begins with what a former run left shows it to the first request.
func TestTheFirstRequestMeetsWhatAFormerRunLeft(t *testing.T) {
	cfg := aloneDesk(t)
	s := drive(t, cfg)
	s.call("flow.start", map[string]any{"flow": "complaint"}, nil)
	before := s.active()
	s.call("work.edit", map[string]any{"id": before.ID, "content": "还没写完"}, nil)
	var saved savedContact
	s.call("contact.save", map[string]any{"subject": "写完了", "content": "x"}, &saved)
	s.in.Close() // the end of stdin is desk.quit
	if err := <-s.ended; err != nil {
		t.Fatal(err)
	}
	close(s.ended)

	for range 5 { // as soon as it starts
		if out := tell(t, cfg, `{"jsonrpc":"2.0","id":1,"method":"work.list"}`); !strings.Contains(out, "还没写完") {
			t.Fatalf("the first request: %s", out)
		}
	}
	s = drive(t, cfg)
	after := s.active()
	if after.ID != before.ID || after.Content != "还没写完" || after.Step == nil || after.Step.ID != before.Step.ID || !after.CallGone || !after.Kept {
		t.Errorf("%+v", after)
	}
	s.until("notice", `"code":"drafts_restored"`, `"level":"info"`)
	var list struct{ Contacts []aContact }
	s.call("contact.list", nil, &list)
	if len(list.Contacts) != 1 || list.Contacts[0].ID != saved.Contact.ID {
		t.Errorf("%+v", list)
	}
	var st struct{ Pending int }
	s.call("desk.status", nil, &st)
	same(t, "pending", st.Pending, 1)
}

func TestQuitAnswersWhenEverythingIsStored(t *testing.T) {
	cfg := aloneDesk(t)
	s := drive(t, cfg)
	s.call("flow.start", map[string]any{"flow": "complaint"}, nil)
	id := s.active().ID
	// Typing is gathered for a moment; quit comes before that is over.
	s.write(`{"jsonrpc":"2.0","id":"e","method":"work.edit","params":{"id":"` + id + `","content":"最后一句"}}`)
	s.write(`{"jsonrpc":"2.0","id":"q","method":"desk.quit"}`)
	if m := s.answer(); string(m.ID) != `"e"` || m.Error != nil {
		t.Fatalf("%+v", m)
	}
	if m := s.answer(); string(m.ID) != `"q"` || string(m.Result) != "{}" {
		t.Fatalf("%+v", m)
	}
	after := asAfterACrash(t, cfg)
	drafts, err := after.Drafts(t.Context())
	if err != nil || len(drafts) != 1 || drafts[0].Content != "最后一句" {
		t.Errorf("answered before it was stored: %+v %v", drafts, err)
	}
	if err := <-s.ended; err != nil {
		t.Error(err)
	}
	close(s.ended)
}

func TestADeskOfAStrangersAccountSaysWhyItCannotCall(t *testing.T) {
	w := openWorld(t)
	cfg := aloneDesk(t)
	cfg.Phones = w.ownPhone("udp")
	cfg.Phones[0].Password = "wrong"
	s := drive(t, cfg)
	raw := s.until("phone.registration", state("failed"))
	same(t, "members of phone.registration", names(t, raw), "aor reason registrar state")
	var reg struct{ AOR, Reason string }
	s.decode(raw, &reg)
	if reg.AOR != "sip:101@127.0.0.1" || reg.Reason != "wrong_password" {
		t.Errorf("%s", raw)
	}
	s.fails(codeNotNow, "not_registered", "call.dial", map[string]any{"to": "701"})
	s.until("notice", `"code":"call_not_registered"`)
	var st struct{ Agent struct{ State string } }
	s.call("desk.status", nil, &st)
	same(t, "an agent without a phone", st.Agent.State, "offline")
}

func TestAnAccountWithoutRegistrarDialsFullAddresses(t *testing.T) {
	w := openWorld(t)
	cfg := aloneDesk(t)
	cfg.Phones = w.ownPhone("udp")
	to := "sip:701@" + strings.TrimPrefix(cfg.Phones[0].Registrars[0], "sip:")
	cfg.Phones[0].Registrars = nil
	s := drive(t, cfg)
	var m message
	for range 1000 { // until the phone is open; each is a round trip through the desk
		m = s.try("call.dial", map[string]any{"to": to})
		if m.Error == nil || m.Error.Data["reason"] != "no_phone" {
			break
		}
	}
	var placed struct{ Call string }
	if m.Error != nil || json.Unmarshal(m.Result, &placed) != nil || placed.Call == "" {
		t.Errorf("no call: %+v", m.Error)
	}
	var st struct{ Agent struct{ State string } }
	if s.call("desk.status", nil, &st); st.Agent.State == "offline" {
		t.Error("the agent waits for a registration that nobody asked for")
	}
}

func TestADeskThatCentralDoesNotLetInSaysWhyAndWorks(t *testing.T) {
	w := openWorld(t)
	cfg := w.desk(t, "lin")
	cfg.Central.Password = func() (string, error) { return "not the password", nil }
	s := drive(t, cfg)
	var link struct {
		Online        bool
		State, Reason string
		Pending       int
	}
	every(t, "the link's state is not told", func() bool {
		s.call("sync.status", nil, &link)
		return link.State == "refused"
	})
	same(t, "reason", link.Reason, "wrong_password")
	s.fails(codeOfflineNow, "", "sync.now", nil)
	s.call("contact.save", map[string]any{"subject": "a", "content": "b"}, nil)
	s.call("sync.status", nil, &link)
	same(t, "waiting changes", link.Pending, 1)
}

func TestAPhoneWithoutCentralCallsAndIsCalled(t *testing.T) {
	w := openWorld(t)
	cfg := aloneDesk(t)
	cfg.Phones = w.ownPhone("tcp")
	s := drive(t, cfg)
	s.until("phone.registration", state("registering"))
	s.until("phone.registration", state("registered"))
	var placed struct{ Call string }
	s.call("call.dial", map[string]any{"to": "700"}, &placed)
	same(t, "transport", s.changed(placed.Call, state("talking")).Transport, "tcp")
	s.finish(placed.Call)
	w.floor.SetReady("101", true) // nobody steers it: this desk has no central
	other, call := w.ring(s, "13700000010", "")
	s.call("call.answer", map[string]any{"call": call.ID}, nil)
	awaits(t, other.Answered(), "not answered")
	s.changed(call.ID, state("talking"))
	s.finish(call.ID)
}

// The end of stdin ends the desk as quit does, after everything that was asked.
func TestAScriptMayWriteEverythingAndClose(t *testing.T) {
	out := tell(t, aloneDesk(t), `{"jsonrpc":"2.0","id":1,"method":"contact.save","params":{"subject":"a","content":"b"}}
{"jsonrpc":"2.0","id":2,"method":"sync.now"}
{"jsonrpc":"2.0","id":3,"method":"contact.list"}`)
	for _, want := range []string{`{"jsonrpc":"2.0","id":1,"result":{"contact":{`, `{"jsonrpc":"2.0","id":2,"error":{"code":-32004,"message":"offline"}}`, `"id":3,"result":{"contacts":[{`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}

// tell runs a desk whose stdin is there as a whole when it starts, and gives what it said.
func tell(t *testing.T, cfg workplaceConfig, lines string) string {
	t.Helper()
	w, err := openWorkplace(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := &program{version: "test", stdout: &out, log: cfg.Log, stdin: strings.NewReader(lines + "\n")}
	if err := p.serve(t.Context(), w); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestASignalEndsADeskWhoseStdinStaysOpen(t *testing.T) {
	cfg := aloneDesk(t)
	w, err := openWorkplace(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	in, stdin := io.Pipe()
	defer stdin.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	p := &program{version: "test", stdin: in, stdout: io.Discard, log: cfg.Log}
	go func() { ended <- p.serve(ctx, w) }()
	if _, err := io.WriteString(stdin, `{"jsonrpc":"2.0","id":1,"method":"desk.status"}`+"\n"); err != nil {
		t.Fatal(err)
	}
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(testPatience):
		t.Fatal("it waits for stdin")
	}
}

func TestARegistrarThatIsNotThereIsTold(t *testing.T) {
	cfg := aloneDesk(t)
	cfg.Phones = []softphone.Account{{AOR: "sip:101@127.0.0.1", Registrars: []string{"sip:" + unreachable(t) + ";transport=tcp"}}}
	s := drive(t, cfg)
	s.until("phone.registration", state("failed"), `"reason":"unreachable"`)
	var st struct {
		Phone []struct{ AOR, State, Reason string }
	}
	s.call("desk.status", nil, &st)
	if len(st.Phone) != 1 || st.Phone[0].State == string(desk.Registered) {
		t.Errorf("%+v", st)
	}
}

func TestAStoreOfAnotherKeyIsNotOpened(t *testing.T) {
	cfg := aloneDesk(t)
	s := drive(t, cfg)
	s.call("contact.save", map[string]any{"subject": "a", "content": "b"}, nil)
	s.call("desk.quit", nil, nil)
	before, err := os.ReadFile(cfg.StorePath)
	if err != nil {
		t.Fatal(err)
	}
	cfg.StoreKey[0]++
	if _, err := openWorkplace(t.Context(), cfg); !errors.Is(err, desk.ErrWrongKey) {
		t.Errorf("%v", err)
	}
	if after, err := os.ReadFile(cfg.StorePath); err != nil || !bytes.Equal(before, after) {
		t.Error("a wrong key changed the store")
	}
}
