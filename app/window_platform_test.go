//go:build !nowindow

package app

import (
	"os"
	"runtime"
	"testing"
)

func TestOnLinuxTheWindowWantsX11UnlessTheUserChose(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Log("only Linux has a choice")
		return
	}
	for chosen, want := range map[string]string{"": "x11", "wayland": "wayland", "x11": "x11"} {
		t.Setenv("FYNE_PLATFORM", chosen)
		if chosen == "" {
			os.Unsetenv("FYNE_PLATFORM")
		}
		preferX11()
		if got := os.Getenv("FYNE_PLATFORM"); got != want {
			t.Errorf("%q becomes %q, want %q", chosen, got, want)
		}
	}
}
