package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/floor"
)

// testPatience bounds every wait of these tests; a sound machine needs a fraction of it.
const testPatience = 60 * time.Second

// binaries are the program without a window and the server, built once for all tests that need them.
var binaries = sync.OnceValue(func() error {
	for name, pkg := range map[string][]string{
		"callbench-cli": {"-tags", "nowindow", "github.com/callbench/callbench"},
		"centrald":      {"github.com/callbench/callbench/central/centrald"},
	} {
		args := append([]string{"build", "-o", filepath.Join(binaryDir, name)}, pkg...)
		cmd := exec.Command("go", args...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
	}
	return nil
})

var binaryDir string

func TestMain(m *testing.M) {
	var err error
	if binaryDir, err = os.MkdirTemp("", "callbench-test-*"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(binaryDir)
	os.Exit(code)
}

func binary(t *testing.T, name string) string {
	t.Helper()
	if err := binaries(); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(binaryDir, name)
}

// deskProcess is a desk in a process of its own, driven through its automation port.
type deskProcess struct {
	t     *testing.T
	cmd   *exec.Cmd
	in    io.WriteCloser
	lines chan map[string]json.RawMessage
	n     int
	seen  []map[string]json.RawMessage // notifications not asked for yet
}

func startDesk(t *testing.T, profile string) *deskProcess {
	t.Helper()
	d := &deskProcess{t: t, lines: make(chan map[string]json.RawMessage, 1000)}
	d.cmd = exec.Command(binary(t, "callbench-cli"), "headless", "--profile", profile)
	d.cmd.Stderr = t.Output()
	var err error
	if d.in, err = d.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(d.lines)
		sc := bufio.NewScanner(out)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			var m map[string]json.RawMessage
			if json.Unmarshal(sc.Bytes(), &m) == nil {
				d.lines <- m
			}
		}
	}()
	t.Cleanup(func() {
		_ = d.cmd.Process.Kill()
		_ = d.cmd.Wait()
	})
	return d
}

// next gives the next message of the desk.
func (d *deskProcess) next() map[string]json.RawMessage {
	d.t.Helper()
	select {
	case m, ok := <-d.lines:
		if !ok {
			d.t.Fatal("the desk has ended")
		}
		return m
	case <-time.After(testPatience):
		d.t.Fatal("the desk says nothing")
	}
	return nil
}

// call calls a method and gives its result; an error answer fails the test.
func (d *deskProcess) call(method string, params any) map[string]json.RawMessage {
	d.t.Helper()
	r, err := d.try(method, params)
	if err != nil {
		d.t.Fatalf("%s: %v", method, err)
	}
	return r
}

func (d *deskProcess) try(method string, params any) (map[string]json.RawMessage, error) {
	d.t.Helper()
	d.n++
	b, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": d.n, "method": method, "params": params})
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.in.Write(append(b, '\n')); err != nil {
		d.t.Fatal(err)
	}
	for {
		m := d.next()
		if string(m["id"]) != fmt.Sprint(d.n) {
			d.seen = append(d.seen, m)
			continue
		}
		if e, bad := m["error"]; bad {
			return nil, errors.New(string(e))
		}
		var r map[string]json.RawMessage
		if err := json.Unmarshal(m["result"], &r); err != nil {
			d.t.Fatal(err)
		}
		return r, nil
	}
}

// until waits for a notification for which ok is true.
func (d *deskProcess) until(method string, ok func(params string) bool) string {
	d.t.Helper()
	deadline := time.Now().Add(testPatience)
	for time.Now().Before(deadline) {
		var m map[string]json.RawMessage
		if len(d.seen) > 0 {
			m, d.seen = d.seen[0], d.seen[1:]
		} else {
			m = d.next()
		}
		if string(m["method"]) == `"`+method+`"` && ok(string(m["params"])) {
			return string(m["params"])
		}
	}
	d.t.Fatalf("no %s", method)
	return ""
}

func has(part string) func(string) bool {
	return func(s string) bool { return strings.Contains(s, part) }
}

// centralProcess is centrald in a process of its own, with one agent, her phone and customers.
func startCentral(t *testing.T, phone string) (url string) {
	t.Helper()
	data := filepath.Join(t.TempDir(), "central")
	run := func(stdin string, args ...string) {
		t.Helper()
		cmd := exec.Command(binary(t, "centrald"), args...)
		cmd.Stdin = strings.NewReader(stdin)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("centrald %v: %v\n%s", args, err, out)
		}
	}
	run("agent-password\n", "user", "add", "lin", "--data", data, "--role", "agent", "--group", "north", "--password-stdin")
	run("phone-password\n", "phone", "set", "lin", "--data", data, "--aor", "sip:101@127.0.0.1", "--registrar", phone, "--auth-user", "101", "--password-stdin")
	run("", "seed", "--data", data, "--customers", "200", "--group", "north")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	cmd := exec.Command(binary(t, "centrald"), "serve", "--data", data, "--listen", addr)
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return "http://" + addr
}

func startFloor(t *testing.T) *floor.Floor {
	t.Helper()
	f, err := floor.Open(floor.Config{
		Seed: 1, Agents: []floor.Agent{{Extension: "101", Password: "phone-password", Name: "林小婷", Ready: true}}, Pilot: demoPilot,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		<-done
	})
	return f
}

func writeProfile(t *testing.T, dir, url string) {
	t.Helper()
	for name, text := range map[string]string{
		"profile.toml": fmt.Sprintf("lang = \"zh-Hans\"\n[central]\nurl = %q\nuser = \"lin\"\npassword_file = \"password\"\n[audio]\nin = \"tone:440\"\nout = \"wav:heard.wav\"\nring = \"null\"\n", url),
		"password":     "agent-password\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// work gives the desk's unfinished records.
func (d *deskProcess) work() []portWork {
	d.t.Helper()
	var list []portWork
	if err := json.Unmarshal(d.call("work.list", nil)["work"], &list); err != nil {
		d.t.Fatal(err)
	}
	return list
}

// Desk, floor and central are three processes; the desk is killed in mid-call.
func TestADeskKilledInMidCallComesBackWithCustomerStepAndDraft(t *testing.T) {
	f := startFloor(t)
	url := startCentral(t, f.Registrar("udp"))
	dir := t.TempDir()
	writeProfile(t, dir, url)
	d := startDesk(t, dir)
	d.until("phone.registration", has(`"registered"`))
	number := d.knownNumber()
	d.call("agent.set_state", map[string]string{"state": "ready"})
	placed, err := f.Call(t.Context(), floor.Caller{Number: number, Name: "来电人"})
	if err != nil {
		t.Fatal(err)
	}
	var popped struct{ Call string }
	if err := json.Unmarshal([]byte(d.until("customer.popped", has(`"name"`))), &popped); err != nil {
		t.Fatal(err)
	}
	d.call("call.answer", map[string]string{"call": popped.Call})
	<-placed.Answered()
	d.until("call.changed", has(`"talking"`))
	before := d.oneStep()
	text := "客户说:退款三天没到账,\"很急\"。"
	d.call("work.edit", map[string]any{"id": before.ID, "content": text})
	deadline := time.Now().Add(testPatience)
	for before = d.work()[0]; !before.Kept; before = d.work()[0] {
		if time.Now().After(deadline) {
			t.Fatal("the draft is not kept")
		}
	}
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = d.cmd.Wait()
	killed := time.Now()

	again := startDesk(t, dir)
	again.until("flow.changed", has(`"step"`))
	if since := again.wrapUpSince(); since.After(killed) || killed.Sub(since) > testPatience {
		t.Fatalf("wrap-up runs since %v, the desk was killed at %v", since, killed)
	}
	list := again.work()
	if len(list) != 1 {
		t.Fatalf("%d records after the crash", len(list))
	}
	after := list[0]
	if after.ID != before.ID || after.Content != text || after.Step == nil || after.Step.ID != before.Step.ID || after.Number != before.Number {
		t.Fatalf("before: %+v %+v\nafter: %+v %+v", before, before.Step, after, after.Step)
	}
	if after.Customer == nil || before.Customer == nil || after.Customer.ID != before.Customer.ID || !after.CallGone || !after.Active {
		t.Fatalf("before: %+v\nafter: %+v", before.Customer, after)
	}
	saved := again.call("work.save", map[string]any{"id": after.ID, "ready": true})
	if !strings.Contains(string(saved["contact"]), after.ID) {
		t.Fatalf("saved: %s", saved["contact"])
	}
	again.until("sync.changed", func(p string) bool { return strings.Contains(p, `"online":true`) && strings.Contains(p, `"pending":0`) })
	again.call("desk.quit", nil)
	if err := again.cmd.Wait(); err != nil {
		t.Fatalf("quit: %v", err)
	}
}

// wrapUpSince tells since when the agent wraps up.
func (d *deskProcess) wrapUpSince() time.Time {
	d.t.Helper()
	var a portAgent
	if err := json.Unmarshal(d.call("desk.status", nil)["agent"], &a); err != nil {
		d.t.Fatal(err)
	}
	since, err := time.Parse(time.RFC3339, a.Since)
	if err != nil || a.State != string(desk.AgentWrapUp) {
		d.t.Fatalf("agent %+v", a)
	}
	return since
}

// knownNumber waits until customers have come from central and gives the number of one.
func (d *deskProcess) knownNumber() string {
	d.t.Helper()
	deadline := time.Now().Add(testPatience)
	for time.Now().Before(deadline) {
		var list []portCustomer
		if err := json.Unmarshal(d.call("customer.search", map[string]any{"text": "KH-000001", "limit": 1})["customers"], &list); err != nil {
			d.t.Fatal(err)
		}
		if len(list) > 0 && len(list[0].Phones) > 0 {
			return list[0].Phones[0].Raw
		}
		d.until("sync.changed", func(string) bool { return true })
	}
	d.t.Fatal("no customers")
	return ""
}

// oneStep answers the first step of the flow and gives the record then.
func (d *deskProcess) oneStep() portWork {
	d.t.Helper()
	w := d.work()[0]
	if w.Step == nil {
		d.t.Fatalf("no flow: %+v", w)
	}
	answers := map[string]string{}
	for _, a := range w.Step.Ask {
		switch {
		case len(a.Options) > 0:
			answers[a.ID] = a.Options[0].ID
		case a.Type == "text":
			answers[a.ID] = "退款"
		}
	}
	d.call("flow.answer", map[string]any{"run": w.Step.Run, "answers": answers})
	return d.work()[0]
}
