// Package testbed runs real peers for tests: Asterisk, unpacked into the user's cache by
// get-asterisk.sh and configured by mkconf.sh, on loopback only.
//
// A test owns what it starts; it is stopped by t.Cleanup. Nothing here is part of the product.
package testbed

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

//go:embed get-asterisk.sh
var getAsterisk []byte

//go:embed mkconf.sh
var makeConfig []byte

// fetchLimit is for the first time on a machine, when packages are downloaded.
const fetchLimit = 5 * time.Minute

// bootLimit is for the start of Asterisk on a busy machine.
const bootLimit = 60 * time.Second

// Asterisk is a running Asterisk 22 with the extensions of mkconf.sh: 101… (password "secret"), 700 echo,
// 701 a tone of 1004 Hz, 702 music, 600 and 601 queues.
type Asterisk struct {
	Prefix int    // of its ports: SIP on Prefix*1000+60, TLS +61, AMI +38
	Dir    string // configuration, logs, state

	process *exec.Cmd
	exited  chan struct{}
	output  bytes.Buffer // read only after exited
}

// StartAsterisk fetches Asterisk if need be and boots one on free ports; it is stopped with the test.
func StartAsterisk(t *testing.T) *Asterisk {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(cache, "callbench", "asterisk")
	// Short, since a Unix socket below it must fit in 108 bytes.
	dir, err := os.MkdirTemp("", "ast") //nolint:usetesting // t.TempDir is too long
	if err != nil {
		t.Fatal(err)
	}
	a := &Asterisk{Dir: dir, exited: make(chan struct{})}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	a.script(t, "get-asterisk.sh", getAsterisk, root)
	for try := range 5 {
		a.Prefix = takePrefix(t)
		a.script(t, "mkconf.sh", makeConfig, root, filepath.Join(dir, "pbx"))
		if err = a.start(); err == nil {
			t.Cleanup(a.Stop)
			return a
		}
		t.Logf("try %d on ports %d0xx: %v", try, a.Prefix, err)
	}
	t.Fatalf("Asterisk does not start: %v", err)
	return nil
}

func (a *Asterisk) script(t *testing.T, name string, src []byte, args ...string) {
	t.Helper()
	file := filepath.Join(a.Dir, name)
	if err := os.WriteFile(file, src, 0o700); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), fetchLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", append([]string{file}, args...)...)
	cmd.Env = append(os.Environ(), fmt.Sprintf("P=%d", a.Prefix))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// claimPort of a prefix is bound by the test that uses the prefix, and by nothing else, for as long as the test runs.
const claimPort = 99

// takePrefix looks for a port prefix that no other test has taken and of which every port we use is free, below
// the range that systems take ports from by themselves. That the ports are free is not enough: two tests that
// looked at the same time would share SIP's UDP port, and one would talk to the PBX of the other.
func takePrefix(t *testing.T) int {
	t.Helper()
	for range 200 {
		p := 11 + rand.IntN(9)
		claim, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", p*1000+claimPort))
		if err != nil {
			continue
		}
		if free(p) {
			t.Cleanup(func() { _ = claim.Close() })
			return p
		}
		_ = claim.Close()
	}
	t.Fatal("no free port prefix for Asterisk")
	return 0
}

func free(prefix int) bool {
	for _, port := range []int{60, 61, 66, 38, 88, 70} {
		addr := fmt.Sprintf("127.0.0.1:%d", prefix*1000+port)
		l, err := net.Listen("tcp", addr)
		if err != nil {
			return false
		}
		_ = l.Close()
		c, err := net.ListenPacket("udp", addr)
		if err != nil {
			return false
		}
		_ = c.Close()
	}
	return true
}

func (a *Asterisk) program() string { return filepath.Join(a.Dir, "pbx", "ast") }

// start boots and returns when Asterisk says that it is up.
func (a *Asterisk) start() error {
	a.exited = make(chan struct{})
	a.output.Reset()
	a.process = exec.Command(a.program(), "-f")
	a.process.Stdout, a.process.Stderr = &a.output, &a.output
	if err := a.process.Start(); err != nil {
		return err
	}
	exited := a.exited
	go func() {
		_ = a.process.Wait()
		close(exited)
	}()
	ctx, cancel := context.WithTimeout(context.Background(), bootLimit)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if a.booted(ctx) {
			return nil
		}
		select {
		case <-tick.C:
		case <-exited:
			return fmt.Errorf("it ended: %s", lastLines(a.output.String()))
		case <-ctx.Done():
			a.Stop()
			return fmt.Errorf("not up after %v: %s", bootLimit, lastLines(a.output.String()))
		}
	}
}

// booted logs into AMI, which says FullyBooted when all modules are there.
func (a *Asterisk) booted(ctx context.Context) bool {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", a.Prefix*1000+38))
	if err != nil {
		return false
	}
	defer func() { _ = c.Close() }()
	end := time.Now().Add(5 * time.Second)
	_ = c.SetDeadline(end)
	_, _ = fmt.Fprint(c, "Action: Login\r\nUsername: monitor\r\nSecret: monitor\r\n\r\n")
	for s := bufio.NewScanner(c); s.Scan(); {
		if strings.Contains(s.Text(), "FullyBooted") {
			return true
		}
	}
	return false
}

func lastLines(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], " | ")
}

// Stop ends Asterisk at once, as a crash would; Restart boots it again. It is safe to call twice.
func (a *Asterisk) Stop() {
	select {
	case <-a.exited:
	default:
		_ = a.process.Process.Kill()
		<-a.exited
	}
}

// Restart boots it again on the same ports.
func (a *Asterisk) Restart(t *testing.T) {
	t.Helper()
	a.Stop()
	if err := a.start(); err != nil {
		t.Fatalf("Asterisk does not start again: %v", err)
	}
}

// Registrar is its SIP address by "udp", "tcp" or "tls".
func (a *Asterisk) Registrar(transport string) string {
	port := a.Prefix*1000 + 60
	if transport == "tls" {
		port++
	}
	return fmt.Sprintf("sip:127.0.0.1:%d;transport=%s", port, transport)
}

// Certificate is the PEM file of its TLS certificate, signed by itself for localhost and 127.0.0.1.
func (a *Asterisk) Certificate() string { return filepath.Join(a.Dir, "pbx", "keys", "ast.pem") }

// Command runs a command of its command line, as "channel originate PJSIP/101 application Echo".
func (a *Asterisk) Command(t *testing.T, command string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, a.program(), "-rx", command).CombinedOutput()
	if err != nil {
		t.Fatalf("asterisk -rx %q: %v\n%s", command, err, out)
	}
	return string(out)
}
