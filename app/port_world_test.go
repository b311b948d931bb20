package app

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/floor"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/softphone"
	"github.com/callbench/callbench/softphone/audio"
	"github.com/callbench/callbench/sync/wire"
)

// What the tests' contact centre is made of.
const (
	worldCustomers = 50
	worldPassword  = "a long enough password"
)

// portWorld is the world around the desks of a test: a floor and a central, both real, on loopback.
type portWorld struct {
	floor     *floor.Floor
	central   *central.Central
	url       string
	customers []desk.Customer // the first one has a history
	history   []desk.Contact
}

// openWorld runs a floor and a central until the test ends, with agent lin at extension 101, lead chen
// without a phone, and customers of their group.
func openWorld(t *testing.T) *portWorld {
	t.Helper()
	f, err := floor.Open(floor.Config{
		Seed: 1, Pilot: demoPilot, Agents: []floor.Agent{{Extension: "101", Password: "phone-password", Name: "林小婷", Queues: []string{"support"}}},
		Queues:      []floor.Queue{{ID: "support", Name: "咨询", Lang: "zh"}},
		RingOutside: floor.Range{Min: 10 * time.Millisecond, Max: 20 * time.Millisecond}, WrapUp: time.Millisecond, Retry: time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := central.Open(t.Context(), central.Config{Dir: t.TempDir(), Org: "test", Feed: f.Feed(), Steer: f.SetReady, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	w := &portWorld{floor: f, central: c}
	for name, role := range map[string]desk.Role{"lin": desk.RoleAgent, "chen": desk.RoleLead} {
		if err := c.AddUser(t.Context(), central.User{Name: name, Display: name, Role: role, Group: "north"}, worldPassword); err != nil {
			t.Fatal(err)
		}
	}
	err = c.SetPhone(t.Context(), "lin", wire.PhoneAccount{AOR: "sip:101@127.0.0.1", Registrars: []string{f.Registrar("tcp")}, AuthUser: "101", Password: "phone-password"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Import(t.Context(), w.rows()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	go func() { ended <- f.Run(ctx) }()
	go func() { ended <- c.Run(ctx) }()
	server := httptest.NewServer(c.Handler())
	w.url = server.URL
	t.Cleanup(func() {
		stop()
		server.CloseClientConnections()
		server.Close()
		for range 2 {
			if err := <-ended; err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// rows makes the customers; the first has talked with another agent before.
func (w *portWorld) rows() iter.Seq[desk.Row] {
	now := desk.MillisOf(time.Now())
	for c := range sample.Customers(7, worldCustomers, "north", now) {
		c.Owner = "lin"
		w.customers = append(w.customers, c)
	}
	slices.SortStableFunc(w.customers, func(a, b desk.Customer) int { return len(b.Phones) - len(a.Phones) })
	w.history = []desk.Contact{{
		ID: "0190b1a0-0000-7000-8000-000000000001", Customer: w.customers[0].ID, At: now - 3_600_000, Offset: 480, Agent: "wang", Group: "north",
		Channel: desk.ChannelPhone, Direction: desk.Inbound, Subject: "查询进度", Content: "已告知预计完成时间。", Reason: desk.ReasonInformation, Outcome: desk.OutcomeResolved,
	}}
	return func(yield func(desk.Row) bool) {
		for _, c := range w.customers {
			if !yield(row(desk.TableCustomer, c.ID, c)) {
				return
			}
		}
		for _, k := range w.history {
			if !yield(row(desk.TableContact, k.ID, k)) {
				return
			}
		}
	}
}

// desk gives what a desk of this world is made of; its phone account comes from central.
func (w *portWorld) desk(t *testing.T, user string) workplaceConfig {
	t.Helper()
	cfg := aloneDesk(t)
	cfg.User, cfg.Org = user, "test"
	cfg.Central = &centralAccess{URL: w.url, Password: func() (string, error) { return worldPassword, nil }}
	return cfg
}

// ownPhone is the account that a profile would bring itself.
func (w *portWorld) ownPhone(network string) []softphone.Account {
	return []softphone.Account{{
		AOR: "sip:101@127.0.0.1", Registrars: []string{w.floor.Registrar(network)}, AuthUser: "101", Password: "phone-password",
		Codecs: []string{"pcma", "pcmu"},
	}}
}

// aloneDesk is a desk with a store, sound to and from files, and nothing else.
func aloneDesk(t *testing.T) workplaceConfig {
	t.Helper()
	flows, err := shippedFlows()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cfg := workplaceConfig{
		Version: "test", Language: desk.ZhHans, StorePath: filepath.Join(dir, "desk.db"), Org: "default", User: "local", Flows: flows,
		Audio: audio.Config{In: fmt.Sprintf("tone:%g", agentTone), Out: "wav:" + filepath.Join(dir, "heard.wav"), Ring: "null"},
		Wish:  desk.AgentNotReady, Log: slog.New(slog.DiscardHandler),
	}
	rand.Read(cfg.StoreKey[:])
	return cfg
}

// script drives a desk as a program at the other end of stdin and stdout does.
type script struct {
	t     *testing.T
	desk  *workplace
	in    io.WriteCloser
	lines chan message
	ended chan error
	n     int
	told  map[string][]json.RawMessage // notifications nobody has waited for yet, by method
}

type message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   *rpcError       `json:"error"`
}

// drive runs a desk with a script at its port until the test ends.
func drive(t *testing.T, cfg workplaceConfig) *script {
	t.Helper()
	w, err := openWorkplace(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	in, stdin := io.Pipe()
	stdout, out := io.Pipe()
	s := &script{t: t, desk: w, in: stdin, ended: make(chan error, 1)}
	p := &program{version: "test", stdin: in, stdout: out, log: cfg.Log}
	go func() {
		s.ended <- p.serve(context.Background(), w)
		out.Close()
		in.Close()
	}()
	s.listen(stdout)
	t.Cleanup(func() {
		stdin.Close()
		select {
		case err, open := <-s.ended:
			if open && err != nil {
				t.Error(err)
			}
		case <-time.After(testPatience):
			t.Error("the desk does not end")
		}
	})
	return s
}

// listen takes in what the desk says.
func (s *script) listen(r io.Reader) {
	s.lines, s.told = make(chan message, 10_000), map[string][]json.RawMessage{}
	go func() {
		defer close(s.lines)
		sc := bufio.NewScanner(r)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			var m message
			if err := json.Unmarshal(sc.Bytes(), &m); err != nil || m.Version != "2.0" {
				m = message{Error: &rpcError{Message: "the desk said: " + sc.Text()}}
			}
			s.lines <- m
		}
	}()
}

// write sends one line as it is.
func (s *script) write(line string) {
	s.t.Helper()
	if _, err := io.WriteString(s.in, line+"\n"); err != nil {
		s.t.Fatal(err)
	}
}

// answer gives the next answer; notifications on the way are kept.
func (s *script) answer() message {
	s.t.Helper()
	for {
		m := s.next()
		if m.Method == "" {
			return m
		}
	}
}

// next gives the desk's next message and keeps it if it is a notification.
func (s *script) next() message {
	s.t.Helper()
	select {
	case m, ok := <-s.lines:
		if !ok {
			s.t.Fatal("the desk has ended")
		}
		if m.Method != "" {
			s.told[m.Method] = append(s.told[m.Method], m.Params)
		}
		return m
	case <-time.After(testPatience):
		s.t.Fatal("the desk says nothing")
	}
	return message{}
}

// try calls a method and gives its answer.
func (s *script) try(method string, params any) message {
	s.t.Helper()
	s.n++
	b, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": s.n, "method": method, "params": params})
	if err != nil {
		s.t.Fatal(err)
	}
	s.write(string(b))
	m := s.answer()
	if string(m.ID) != fmt.Sprint(s.n) {
		s.t.Fatalf("%s: answer %+v to request %d", method, m, s.n)
	}
	return m
}

// call calls a method, decodes its result into out (nil: not looked at) and gives its members' names.
func (s *script) call(method string, params, out any) string {
	s.t.Helper()
	m := s.try(method, params)
	if m.Error != nil {
		s.t.Fatalf("%s: %d %s %v", method, m.Error.Code, m.Error.Message, m.Error.Data)
	}
	if out != nil {
		s.decode(m.Result, out)
	}
	return names(s.t, m.Result)
}

func (s *script) decode(raw json.RawMessage, out any) {
	s.t.Helper()
	if err := json.Unmarshal(raw, out); err != nil {
		s.t.Fatalf("%s: %v", raw, err)
	}
}

// fails calls a method that must answer an error; reason is data.reason, where there must be one.
func (s *script) fails(code int, reason, method string, params any) *rpcError {
	s.t.Helper()
	m := s.try(method, params)
	if m.Error == nil {
		s.t.Fatalf("%s %v: no error but %s", method, params, m.Result)
	}
	got, _ := m.Error.Data["reason"].(string)
	if m.Error.Code != code || got != reason {
		s.t.Fatalf("%s %v: error %d %q %s, want %d %q", method, params, m.Error.Code, got, m.Error.Message, code, reason)
	}
	return m.Error
}

// until waits for a notification that holds every part, among those nobody has waited for yet. What
// came before it is forgotten; of calls only what contains the first part, which names the call.
func (s *script) until(method string, parts ...string) json.RawMessage {
	s.t.Helper()
	lacks := func(params json.RawMessage) func(string) bool {
		return func(part string) bool { return !strings.Contains(string(params), part) }
	}
	holds := func(params json.RawMessage) bool { return !slices.ContainsFunc(parts, lacks(params)) }
	for deadline := time.Now().Add(testPatience); time.Now().Before(deadline); s.next() {
		queue := s.told[method]
		i := slices.IndexFunc(queue, holds)
		if i < 0 {
			continue
		}
		got, rest := queue[i], queue[i+1:]
		if method == "call.changed" {
			rest = append(slices.DeleteFunc(queue[:i:i], func(p json.RawMessage) bool { return !lacks(p)(parts[0]) }), rest...)
		}
		s.told[method] = rest
		return got
	}
	s.t.Fatalf("no %s with %q", method, parts)
	return nil
}

// every looks again and again for what no notification tells.
func every(t *testing.T, what string, ok func() bool) {
	t.Helper()
	limit := time.After(testPatience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatal(what)
		}
	}
}

// readHeard is all that a desk has played into a WAV file, also what its header does not count yet.
func readHeard(t *testing.T, path string) []int16 {
	t.Helper()
	const header = 44
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, max(0, len(raw)-header)/2)
	for i := range pcm {
		pcm[i] = int16(raw[header+2*i]) | int16(raw[header+2*i+1])<<8
	}
	return pcm
}

// names lists the members of a JSON object in order.
func names(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return strings.Join(slices.Sorted(maps.Keys(m)), " ")
}

// Members of the port's types: exactly these, always.
const (
	callMembers = "account answered_at codec consults direction end_code end_reason ended_at ended_by held_by id muted name number queue srtp " +
		"started_at state transfer transfer_code transfer_to transport"

	customerMembers = "address attributes company created_at email group id industry last_contact_at level name next_visit_at number owner phones sex source status stub tier title"
	contactMembers  = "agent at call channel content customer desk direction id n outcome reason subject synced"
	callbackMembers = "at attempts customer group id note owner state synced zone"
	agentMembers    = "cause group name pending reason since state user"
	stepMembers     = "ask can_go_back id note_so_far run say"
)

// shape fails the test where an object has other members than a type of the port.
func shape(t *testing.T, raw json.RawMessage, members string) {
	t.Helper()
	if got := names(t, raw); got != members {
		t.Errorf("members: %s\n   want: %s", got, members)
	}
}

// same fails the test where two values differ.
func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
