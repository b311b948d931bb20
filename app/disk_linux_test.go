package app

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/callbench/callbench/internal/floor"
)

// startOnSmallDisk starts a desk whose profile lies on a disk of its own of a few megabytes, in a mount
// namespace of its own. disk is that folder as this process reaches it.
func startOnSmallDisk(t *testing.T, profile string) (s *script, disk string, cmd *exec.Cmd) {
	t.Helper()
	dir := t.TempDir()
	cmd = exec.Command("sh", "-c", `set -e; mount -t tmpfs -o size=2m tmpfs "$1"; printf %s "$2" > "$1/profile.toml"; printf phone-password > "$1/password"; exec "$0" headless --profile "$1"`,
		binary(t, "callbench-cli"), dir, profile)
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS} // root mounts as it is, in a chroot too
	if os.Getuid() != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		}
	}
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("a disk of its own needs user namespaces (sysctl kernel.unprivileged_userns_clone, user.max_user_namespaces): %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	s = &script{t: t, in: in}
	s.listen(out)
	return s, fmt.Sprintf("/proc/%d/root%s", cmd.Process.Pid, dir), cmd
}

// fill takes every byte of a disk that is left.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for block := make([]byte, 4096); err == nil; {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
}

func TestAFullDiskIsToldAndTheTextStaysUntilThereIsRoom(t *testing.T) {
	f := startFloor(t)
	s, disk, cmd := startOnSmallDisk(t, fmt.Sprintf(`[audio]
in = "tone:440"
out = "null"
ring = "null"
[[phone]]
aor = "sip:101@127.0.0.1"
registrar = [%q]
password_file = "password"
codecs = ["pcma"]
`, f.Registrar("udp")))
	s.until("phone.registration", state("registered"))
	var before savedContact
	s.call("contact.save", map[string]any{"subject": "先存", "content": "有空间"}, &before)
	placed, err := f.Call(t.Context(), floor.Caller{Number: "13700000020"})
	if err != nil {
		t.Fatal(err)
	}
	call := map[string]any{"call": s.changed(state("ringing")).ID}
	s.call("call.answer", call, nil)
	awaits(t, placed.Answered(), "not answered")
	s.until("flow.changed", call["call"].(string))
	every(t, "the record is not kept", func() bool { return s.active().Kept })

	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast)
	text := strings.Repeat("磁盘满了也不能丢。", 500)
	s.fails(codeNotNow, "disk_full", "contact.save", map[string]any{"call": call["call"], "subject": "满", "content": text})
	if r := s.active(); r.Content != text || r.Subject != "满" || r.Problem != "disk_full" || r.Kept {
		t.Errorf("the record on screen: %d characters, problem %q, kept %v", len([]rune(r.Content)), r.Problem, r.Kept)
	}
	s.fails(codeNotNow, "disk_full", "contact.save", map[string]any{"subject": "无通话", "content": text})
	s.until("notice", `"code":"not_saved_disk_full"`, `"level":"error"`)
	var list struct{ Contacts []aContact }
	s.call("contact.list", nil, &list)
	if len(list.Contacts) != 1 || list.Contacts[0].ID != before.Contact.ID {
		t.Errorf("on a full disk: %+v", list.Contacts)
	}
	s.call("call.hold", call, nil)
	s.changed(call["call"].(string), state("held"))
	s.call("call.resume", call, nil)
	s.changed(call["call"].(string), state("talking"))
	s.call("call.hangup", call, nil)
	s.changed(call["call"].(string), state("ended"))
	if r := s.active(); r.Content != text || r.Problem != "disk_full" {
		t.Errorf("after the call: problem %q", r.Problem)
	}

	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	every(t, "with room again the text is not kept", func() bool { r := s.active(); return r.Kept && r.Problem == "" })
	var saved savedContact
	s.call("work.save", map[string]any{"id": s.active().ID}, &saved)
	if saved.Contact.Content != text || saved.Contact.N != before.Contact.N+1 {
		t.Errorf("saved as %d after %d", saved.Contact.N, before.Contact.N)
	}
	s.call("desk.quit", nil, nil)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(testPatience):
		t.Error("it does not end")
	}
}
