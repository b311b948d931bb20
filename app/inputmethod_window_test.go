//go:build windowtest

package app

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/floor"
)

// pinyinProfile has fcitx5 begin with the plain keyboard and change to pinyin when it is turned on.
const pinyinProfile = `[Groups/0]
Name=Default
Default Layout=us
DefaultIM=pinyin

[Groups/0/Items/0]
Name=keyboard-us
Layout=

[Groups/0/Items/1]
Name=pinyin
Layout=

[GroupOrder]
0=Default
`

// startInputMethod runs fcitx5 with pinyin on the display, on a session bus of its own. Windows that are started
// afterwards are written into through it.
func startInputMethod(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	run := filepath.Join(dir, "run")
	for _, d := range []string{run, filepath.Join(dir, "config", "fcitx5")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "config", "fcitx5", "profile"), []byte(pinyinProfile), 0o600); err != nil {
		t.Fatal(err)
	}
	start := func(env []string, name string, args ...string) *bufio.Scanner {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Env = append(os.Environ(), env...)
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stdout, cmd.Stderr = write, write
		if err := cmd.Start(); err != nil {
			t.Fatalf("%s: %v (scripts/deps.sh test installs it)", name, err)
		}
		write.Close()
		t.Cleanup(func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			read.Close()
		})
		return bufio.NewScanner(read)
	}
	said := func(of *bufio.Scanner, part string) string {
		t.Helper()
		lines := make(chan string, 1)
		go func() {
			defer close(lines)
			for of.Scan() {
				if strings.Contains(of.Text(), part) {
					lines <- of.Text()
					break
				}
			}
			for of.Scan() { // it must not wait for a reader
			}
		}()
		select {
		case line, ok := <-lines:
			if ok {
				return line
			}
			t.Fatalf("it ended before it said %q", part)
		case <-time.After(testPatience):
			t.Fatalf("it did not say %q", part)
		}
		return ""
	}
	bus := said(start(nil, "dbus-daemon", "--session", "--nofork", "--print-address=1"), "unix:")
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", bus)
	t.Setenv("XMODIFIERS", "@im=fcitx")
	t.Setenv("LC_ALL", "C.UTF-8") // X11 has input methods in a locale with UTF-8 only
	env := make([]string, 0, 4)   //nolint:mnd // below
	for name, d := range map[string]string{"XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache", "XDG_RUNTIME_DIR": "run"} {
		env = append(env, name+"="+filepath.Join(dir, d))
	}
	said(start(env, "fcitx5"), "Loaded addon xim")
	every(t, "fcitx5 does not answer", func() bool { return exec.Command("fcitx5-remote").Run() == nil })
}

// pinyinOn turns pinyin on or off for what has the focus.
func pinyinOn(t *testing.T, on bool) {
	t.Helper()
	turn, want := "-c", "keyboard-us"
	if on {
		turn, want = "-o", "pinyin"
	}
	every(t, "fcitx5 does not change to "+want, func() bool {
		if err := exec.Command("fcitx5-remote", turn).Run(); err != nil {
			t.Fatal(err)
		}
		name, err := exec.Command("fcitx5-remote", "-n").Output()
		return err == nil && strings.TrimSpace(string(name)) == want
	})
}

// compose types letters into the input method and takes its first candidate with the key that follows.
func (w *windowProcess) compose(letters, take string) {
	w.t.Helper()
	w.press(strings.Split(letters, "")...)
	w.shoot("candidates")
	w.press(take)
}

func (w *windowProcess) content() string {
	w.t.Helper()
	list := w.work()
	if len(list) != 1 {
		w.t.Fatalf("%d records", len(list))
	}
	return list[0].Content
}

func TestAChineseNoteTypedWithAnInputMethodIsStoredAndFoundByPinyin(t *testing.T) {
	startInputMethod(t)
	f, cen, url, customer := startPlace(t)
	dir := t.TempDir()
	writeProfile(t, dir, url)
	w := startWindow(t, dir)
	w.ring(f, customer)
	w.press("ctrl+Return") // answer: the input method passes on what it has no use for
	w.until("call.changed", has(`"talking"`))
	w.until("window.drawn", func(p string) bool { return strings.Contains(p, `"step"`) && !strings.Contains(p, `"early"`) })
	step := w.work()[0].Step.ID

	w.press("ctrl+n")
	pinyinOn(t, true)
	w.compose("tuikuan", "space")
	every(t, "退款 is not in the note", func() bool { return w.content() == "退款" })
	w.compose("santian", "1") // a digit takes a candidate; it chooses no option of the flow
	every(t, "三天 is not in the note", func() bool { return w.content() == "退款三天" })
	w.press(strings.Split("meidaozhang", "")...)
	w.press("BackSpace", "BackSpace", "BackSpace", "BackSpace", "BackSpace") // editing the pinyin is not editing the note
	w.press("Escape")                                                        // gives up what is being composed, leaves nothing and hangs up nothing
	w.compose("meidaozhang", "2")
	every(t, "没到账 is not in the note", func() bool { return w.content() == "退款三天没到账" })
	if now := w.work()[0].Step.ID; now != step {
		t.Errorf("composing went from step %s to %s", step, now)
	}
	w.shoot("composed")
	draft := w.work()[0].ID
	pinyinOn(t, false)
	w.press("F10")
	w.until("agent.changed", has(`"wrap_up"`))
	w.forget()
	w.press("F9")
	w.until("agent.changed", has(`"ready"`))
	w.until("sync.changed", has(`"pending":0`))

	for _, text := range []string{"tuikuansantian", "tkstmdz", "退款三天", "ㄊㄨㄟㄎㄨㄢ"} {
		found := w.call("customer.search", map[string]any{"text": text})
		if list := string(found["customers"]); !strings.Contains(list, customer.ID) || !strings.Contains(list, `"note"`) {
			t.Errorf("%s finds %s", text, list)
		}
	}
	w.press("ctrl+k")
	w.write("tuikuansantian")
	w.shoot("found")
	w.press("Return")
	w.until("window.drawn", has(`"work"`))
	w.shoot("found-opened")
	w.quit()
	checkWritten(t, dir, draft, customer.ID, "退款三天没到账")
	body, err := cen.Row(t.Context(), desk.TableContact, draft)
	if err != nil {
		t.Fatal(err)
	}
	var there desk.Contact
	if err := json.Unmarshal(body.Body, &there); err != nil || there.Content != "退款三天没到账" {
		t.Errorf("at central: %+v, %v", there, err)
	}
}

// checkWritten reads the record from the desk's file, and finds it there.
func checkWritten(t *testing.T, dir, contact, customer, content string) {
	t.Helper()
	store := storeOfDesk(t, dir)
	c, err := store.Contact(t.Context(), contact)
	if err != nil || c.Customer != customer || c.Content != content {
		t.Fatalf("stored is %+v, %v", c, err)
	}
	hits, err := store.Search(t.Context(), "tuikuan", 10)
	if err != nil || len(hits) != 1 || hits[0].Contact != contact {
		t.Fatalf("found by pinyin: %+v, %v", hits, err)
	}
}

// ring has a customer's call ring at a ready agent.
func (w *windowProcess) ring(f *floor.Floor, customer desk.Customer) *floor.Placed {
	w.t.Helper()
	w.registered()
	every(w.t, "the customer does not come down", func() bool {
		r := w.call("customer.search", map[string]any{"text": customer.Phones[0].Raw})
		return strings.Contains(string(r["customers"]), customer.ID)
	})
	every(w.t, "the window does not get the focus", func() bool {
		pid, err := exec.Command("xdotool", "getwindowfocus", "getwindowpid").Output()
		return err == nil && strings.TrimSpace(string(pid)) == strconv.Itoa(w.cmd.Process.Pid)
	})
	w.shoot("idle")
	w.forget()
	w.press("F2") // ready
	w.until("agent.changed", has(`"ready"`))
	placed, err := f.Call(w.t.Context(), floor.Caller{Number: customer.Phones[0].Raw, Name: customer.Name})
	if err != nil {
		w.t.Fatal(err)
	}
	w.until("customer.popped", has(customer.ID))
	w.shoot("ringing") // what is not on screen yet cannot be answered
	return placed
}
