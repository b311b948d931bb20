package app

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// onReadOnlyDisk runs a command on a copy of a profile on a disk that cannot be written, in a mount namespace of
// its own. DIR among the arguments is that folder.
func onReadOnlyDisk(t *testing.T, profile string, args ...string) (code int, out, errs string) {
	t.Helper()
	dir := t.TempDir()
	for i, a := range args {
		if a == "DIR" {
			args[i] = dir
		}
	}
	cmd := exec.Command("sh", append([]string{
		"-c", `set -e; from=$1; at=$2; shift 2; mount -t tmpfs tmpfs "$at"; cp -r "$from/." "$at"; mount -o remount,ro "$at"; exec "$0" "$@"`,
		binary(t, "callbench-cli"), profile, dir,
	}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS} // root mounts as it is, in a chroot too
	if os.Getuid() != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		}
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // the code tells
	return cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

func TestAReadOnlyFolderIsReadAndElseToldOf(t *testing.T) {
	dir, _ := storedProfile(t)
	table, copied := filepath.Join(t.TempDir(), "out.csv"), filepath.Join(t.TempDir(), "copy.db")
	if code, out, errs := onReadOnlyDisk(t, dir, "export", table, "--profile", "DIR"); code != exitGood || !strings.HasPrefix(out, "50 customers") {
		t.Errorf("export: exit %d: %s%s", code, out, errs)
	}
	for _, args := range [][]string{{"store", "check"}, {"store", "stats"}, {"store", "backup", copied}} {
		if code, out, errs := onReadOnlyDisk(t, dir, append(args, "--profile", "DIR")...); code != exitGood {
			t.Errorf("%v: exit %d: %s%s", args, code, out, errs)
		}
	}
	for _, args := range [][]string{{"import", written(t, "in.csv", "姓名\n张三\n")}, {"store", "rotate"}, {"store", "restore", copied}, {"headless"}} {
		code, out, errs := onReadOnlyDisk(t, dir, append(args, "--profile", "DIR")...)
		if code != exitNo || out != "" || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "safe") || !strings.Contains(errs, "make it writable") {
			t.Errorf("%v: exit %d: %s%s", args, code, out, errs)
		}
	}
}
