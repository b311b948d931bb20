package host

import (
	"os"
	"path/filepath"
	"strings"
)

// Downloads is where the user looks for files that programs have made: the folder that the desktop calls so (XDG user
// directories on Linux, which are named in the user's language), else one called Downloads, else the user's home.
func Downloads() (string, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err //nolint:wrapcheck // it says what is missing
	}
	for _, dir := range []string{named(home), filepath.Join(home, "Downloads")} {
		if st, err := os.Stat(dir); err == nil && st.IsDir() {
			return dir, nil
		}
	}
	return home, nil
}

// named reads the folder's name from user-dirs.dirs; empty: there is none.
func named(home string) string {
	config, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	text, err := os.ReadFile(filepath.Join(config, "user-dirs.dirs"))
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "XDG_DOWNLOAD_DIR="); ok {
			return strings.Replace(strings.Trim(value, `"`), "$HOME", home, 1)
		}
	}
	return ""
}
