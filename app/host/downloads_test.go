//go:build linux

package host_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/callbench/callbench/app/host"
)

func TestFilesGoWhereTheDesktopPutsDownloads(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	expect := func(what, want string) {
		t.Helper()
		if got, err := host.Downloads(); err != nil || got != want {
			t.Errorf("%s: %s, %v, want %s", what, got, err, want)
		}
	}
	expect("a bare home", home)
	english, own := filepath.Join(home, "Downloads"), filepath.Join(home, "下载")
	if err := os.Mkdir(english, 0o700); err != nil {
		t.Fatal(err)
	}
	expect("the usual name", english)
	if err := os.Mkdir(filepath.Join(home, "config"), 0o700); err != nil {
		t.Fatal(err)
	}
	text := "# made by xdg-user-dirs\nXDG_DESKTOP_DIR=\"$HOME/桌面\"\nXDG_DOWNLOAD_DIR=\"$HOME/下载\"\n"
	if err := os.WriteFile(filepath.Join(home, "config", "user-dirs.dirs"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	expect("a folder that is gone", english)
	if err := os.Mkdir(own, 0o700); err != nil {
		t.Fatal(err)
	}
	expect("the desktop's name", own)
}
