package app

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/assets"
)

// ran is how a program ended.
type ran struct {
	code     int
	out, err string
}

// runs runs a program to its end.
func runs(t *testing.T, stdin, name string, args ...string) ran {
	t.Helper()
	cmd := exec.Command(binary(t, name), args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(testPatience, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	_ = cmd.Wait() // the code is looked at
	return ran{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// complains checks that a program said one line that holds every part, to stderr alone, and its code.
func (r ran) complains(t *testing.T, code int, parts ...string) {
	t.Helper()
	line := strings.TrimSuffix(r.err, "\n")
	if r.code != code || r.out != "" || line == "" || strings.Contains(line, "\n") {
		t.Fatalf("code %d, want %d\nstdout: %s\nstderr: %s", r.code, code, r.out, r.err)
	}
	for _, part := range parts {
		if !strings.Contains(line, part) {
			t.Errorf("%q lacks %q", line, part)
		}
	}
}

// profileDir makes a profile's folder of files.
func profileDir(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const quietAudio = "[audio]\nin = \"null\"\nout = \"null\"\nring = \"null\"\n"

func TestWrongUseIsExitTwoAndOneLine(t *testing.T) {
	file := profileDir(t, map[string]string{"f.flow": string(assets.Flows()["enquiry.flow"])})
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"an unknown flag":              {[]string{"--frobnicate"}, []string{"callbench: unknown flag --frobnicate"}},
		"an unknown flag of a command": {[]string{"headless", "--profile", ".", "--port", "1"}, []string{"unknown flag --port"}},
		"an unknown command":           {[]string{"dance"}, []string{"unexpected argument dance"}},
		"a missing flag":               {[]string{"headless"}, []string{"--profile"}},
		"a flag without its value":     {[]string{"headless", "--profile"}, []string{"--profile"}},
		"a language there is not":      {[]string{"demo", "--lang", "fr"}, []string{"--lang", "fr"}},
		"a seed that is no number":     {[]string{"demo", "--seed", "x"}, []string{"--seed", "x"}},
		"no flow":                      {[]string{"flow", "lint"}, []string{"<file>"}},
		"a flow that is not there":     {[]string{"flow", "lint", filepath.Join(file, "gone.flow")}, []string{"gone.flow", "no such file"}},
		"a profile that is not there":  {[]string{"headless", "--profile", filepath.Join(file, "gone")}, []string{filepath.Join(file, "gone") + ": there is no such folder"}},
		"a folder without a profile":   {[]string{"headless", "--profile", file}, []string{"profile.toml", "cannot be read"}},
		"a profile that is a file":     {[]string{"window", "--profile", filepath.Join(file, "f.flow")}, []string{"f.flow", "not a directory"}},
	} {
		t.Run(name, func(t *testing.T) {
			runs(t, "", "callbench-cli", c.args...).complains(t, exitUsage, c.says...)
		})
	}
}

// The window of this program only says that there is none; it does so after the folder has been seen to.
func TestAWindowMakesTheFolderOfANewProfile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "profile")
	runs(t, "", "callbench-cli", "window", "--profile", dir).complains(t, exitNo, "no window")
	if st, err := os.Stat(dir); err != nil || st.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", st, err)
	}
	runs(t, "", "callbench-cli", "window", "--profile", dir).complains(t, exitNo, "no window")
}

func TestABadProfileNamesKeyAndLine(t *testing.T) {
	for name, c := range map[string]struct{ toml, says string }{
		"an unknown key":             {"lang = \"en\"\n\n[audio]\nvolume = 3\n", "profile.toml:4: audio.volume: unknown key"},
		"a value that cannot be":     {"[[phone]]\naor = \"sip:101@127.0.0.1\"\nsrtp = \"maybe\"\n", "profile.toml:3: phone[0].srtp: must be"},
		"no TOML":                    {"lang = en\n", "profile.toml:1: "},
		"a secret that is not there": {"[central]\nurl = \"https://127.0.0.1:1\"\nuser = \"lin\"\npassword_file = \"gone\"\n", "profile.toml:4: central.password_file: gone cannot be read"},
		"a sound that is not there":  {"[audio]\nin = \"wav:gone.wav\"\n", "profile.toml:2: audio.in: gone.wav cannot be read"},
		"a password in the open":     {"[central]\nurl = \"http://192.0.2.1\"\nuser = \"lin\"\npassword_file = \"profile.toml\"\n", "profile.toml:2: central.url: must be https"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := profileDir(t, map[string]string{"profile.toml": c.toml})
			runs(t, "", "callbench-cli", "headless", "--profile", dir).complains(t, exitUsage, c.says)
			if left, _ := filepath.Glob(filepath.Join(dir, "*.db*")); len(left) != 0 {
				t.Errorf("it left %v", left)
			}
		})
	}
}

func TestAProfileInUseIsExitOneAndOneLine(t *testing.T) {
	dir := profileDir(t, map[string]string{"profile.toml": quietAudio})
	d := startDesk(t, dir)
	d.call("desk.status", nil)
	runs(t, "", "callbench-cli", "headless", "--profile", dir).complains(t, exitNo, dir, "in use")
	d.call("desk.quit", nil)
	if err := d.cmd.Wait(); err != nil {
		t.Error(err)
	}
	again := runs(t, "", "callbench-cli", "headless", "--profile", dir) // stdin ends at once: so does the desk
	if again.code != exitGood || again.err != "" {
		t.Errorf("%+v", again)
	}
}

func TestAStoreOfAnotherKeyIsExitOneAndLosesNothing(t *testing.T) {
	dir := profileDir(t, map[string]string{"profile.toml": quietAudio})
	save := `{"jsonrpc":"2.0","id":1,"method":"contact.save","params":{"subject":"a","content":"b"}}` + "\n"
	if r := runs(t, save, "callbench-cli", "headless", "--profile", dir); r.code != exitGood || !strings.Contains(r.out, `"saved_at"`) {
		t.Fatalf("%+v", r)
	}
	key, err := os.ReadFile(filepath.Join(dir, "store.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "store.key"), []byte(strings.Repeat("1", 64)), 0o600); err != nil {
		t.Fatal(err)
	}
	runs(t, "", "callbench-cli", "headless", "--profile", dir).complains(t, exitNo, "wrong key")
	if err := os.WriteFile(filepath.Join(dir, "store.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	list := `{"jsonrpc":"2.0","id":1,"method":"contact.list"}` + "\n"
	if r := runs(t, list, "callbench-cli", "headless", "--profile", dir); r.code != exitGood || !strings.Contains(r.out, `"content":"b"`) {
		t.Errorf("%+v", r)
	}
}

// The profile that docs/AUTOMATION.md shows: every key it has.
func TestTheWholeProfileIsTaken(t *testing.T) {
	f := startFloor(t)
	dir := profileDir(t, map[string]string{
		"password": "x\n", "phone-password": "phone-password\n",
		"profile.toml": fmt.Sprintf(`lang = "zh-Hans"
[central]
url = "http://%s"
user = "8021"
password_file = "password"
[store]
key_file = "store.key"
[audio]
in = "tone:440"
out = "wav:heard.wav"
ring = "default"
[[phone]]
aor = "sip:101@127.0.0.1"
registrar = [%q]
auth_user = "101"
password_file = "phone-password"
auto_answer = "off"
srtp = "off"
codecs = ["opus", "g722", "pcma", "pcmu"]
`, unreachable(t), f.Registrar("tcp")),
	})
	d := startDesk(t, dir)
	d.until("phone.registration", has(`"registered"`))
	d.call("call.dial", map[string]string{"to": "701"})
	d.until("call.changed", has(`"talking"`))
	same(t, "user", string(d.call("desk.status", nil)["user"]), `"8021"`)
	d.call("desk.quit", nil)
	if err := d.cmd.Wait(); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"store.key", "desk-8021.db"} {
		if fi, err := os.Stat(filepath.Join(dir, name)); err != nil || fi.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, fi, err)
		}
	}
}

func TestHelpAndVersionAreExitZero(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--help"}, "Usage: callbench"},
		{[]string{"headless", "--help"}, "--profile=DIR"},
		{[]string{"help"}, "Usage: callbench"},
		{[]string{"help", "headless"}, "--profile=DIR"},
		{[]string{"flow", "lint", "-h"}, "flow lint"},
		{[]string{"version"}, "callbench "},
	} {
		if r := runs(t, "", "callbench-cli", c.args...); r.code != exitGood || r.err != "" || !strings.Contains(r.out, c.says) {
			t.Errorf("%v: %+v", c.args, r)
		}
	}
}

func TestFlowLintSaysNo(t *testing.T) {
	good := string(assets.Flows()["enquiry.flow"])
	file := filepath.Join(profileDir(t, map[string]string{"enquiry.flow": good}), "enquiry.flow")
	broken := filepath.Join(profileDir(t, map[string]string{"enquiry.flow": strings.Replace(good, "goto ", "goto nowhere-", 1)}), "enquiry.flow")
	if r := runs(t, "", "callbench-cli", "flow", "lint", file); r.code != exitGood || strings.Contains(r.out, "error") {
		t.Errorf("%+v", r)
	}
	r := runs(t, "", "callbench-cli", "flow", "lint", file, broken)
	if r.code != exitNo || !strings.Contains(r.out, broken+":") || !strings.Contains(r.out, "error: ") || !strings.Contains(r.out, file+": ok") {
		t.Errorf("%+v", r)
	}
}

func TestTheServersPortThatIsTakenIsExitOneAndOneLine(t *testing.T) {
	data := filepath.Join(t.TempDir(), "central")
	if r := runs(t, "a long enough password\n", "centrald", "user", "add", "lin", "--data", data, "--role", "agent", "--group", "north", "--password-stdin"); r.code != exitGood {
		t.Fatalf("%+v", r)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	addr := l.Addr().String()
	runs(t, "", "centrald", "serve", "--data", data, "--listen", addr).complains(t, exitNo, addr, "taken")
}

func TestThisProgramHasNoWindowAndSaysSo(t *testing.T) {
	runs(t, "", "callbench-cli", "--profile", t.TempDir()).complains(t, exitNo, "no window", "headless")
}

// A signal ends a desk in order, whatever stdin does.
func TestASignalEndsADeskInOrder(t *testing.T) {
	dir := profileDir(t, map[string]string{"profile.toml": quietAudio})
	d := startDesk(t, dir)
	d.call("contact.save", map[string]any{"subject": "a", "content": "b"})
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Wait(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*-wal")); len(left) != 0 {
		t.Errorf("the store was not closed: %v", left)
	}
}
