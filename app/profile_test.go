package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAProfileNamesTheLineAndKeyOfItsFault(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"an unknown key":           {"lang = \"en\"\ncolour = \"red\"\n", "profile.toml:2: colour: unknown key"},
		"an unknown key in a part": {"[audio]\nin = \"null\"\nvolume = 3\n", "profile.toml:3: audio.volume: unknown key"},
		"a wrong type":             {"lang = 3\n", "profile.toml:1"},
		"broken TOML":              {"lang = \"en\n", "profile.toml:1"},
		"a language that is none":  {"\nlang = \"fr\"\n", "profile.toml:2: lang: must be"},
		"an address that is none":  {"[central]\nurl = \"x\"\nuser = \"a\"\npassword_file = \"p\"\n", "profile.toml:2: central.url: must be"},
		"a second phone's fault": {
			"[[phone]]\naor = \"sip:1@a\"\n[[phone]]\naor = \"sip:2@a\"\nsrtp = \"maybe\"\n", "profile.toml:5: phone[1].srtp: must be off",
		},
		"an unknown codec":                {"[[phone]]\naor = \"sip:1@a\"\ncodecs = [\"mp3\"]\n", "profile.toml:3: phone[0].codecs: \"mp3\""},
		"a secret that is not there":      {"[central]\nurl = \"http://127.0.0.1:1\"\nuser = \"a\"\npassword_file = \"gone\"\n", "profile.toml:4: central.password_file: gone cannot be read"},
		"a key of the store that is none": {"[store]\n\nkey_file = \"profile.toml\"\n", "profile.toml:3: store.key_file: is not a key"},
		"certificates that are none": {
			"[central]\nurl = \"https://a\"\nuser = \"a\"\npassword_file = \"profile.toml\"\nca_file = \"profile.toml\"\n", "profile.toml:5: central.ca_file: profile.toml holds no certificate",
		},
		"a phone without an address":      {"[[phone]]\naor = \"sip:1@a\"\n[[phone]]\nauth_user = \"2\"\n", "profile.toml:3: phone[1].aor: must look like"},
		"a central without an address":    {"lang = \"en\"\n[central]\nuser = \"a\"\n", "profile.toml:2: central.url: must be"},
		"a dotted key":                    {"lang = \"en\"\ncentral.url = \"x\"\n", "profile.toml:2: central.url: must be"},
		"a tone that is none":             {"[audio]\nin = \"tone:high\"\n", "profile.toml:2: audio.in: must be a frequency"},
		"a tone above what can be played": {"[audio]\nin = \"tone:24000\"\n", "profile.toml:2: audio.in: must be a frequency"},
		"a tone for the ear":              {"[audio]\nout = \"tone:440\"\n", "profile.toml:2: audio.out: tone:HZ is for audio.in"},
		"a sound that is not there":       {"[audio]\nin = \"wav:gone.wav\"\n", "profile.toml:2: audio.in: gone.wav cannot be read"},
		"a recording without a folder":    {"[audio]\nout = \"wav:no/where.wav\"\n", "profile.toml:2: audio.out: there is no folder"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "profile.toml"), []byte(c.src), 0o600); err != nil {
				t.Fatal(err)
			}
			prof, err := readProfile(dir)
			if err == nil {
				_, err = (&program{}).fromProfile(prof)
			}
			var fault *profileError
			if !errors.As(err, &fault) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("more than one line: %q", err)
			}
		})
	}
}

func TestAProfileMayLeaveEverythingOut(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "profile.toml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := readProfile(dir)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := (&program{}).fromProfile(p)
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Central != nil || len(cfg.Phones) != 0 || cfg.Language != "zh-Hans" || cfg.Audio.In != "default" {
		t.Fatalf("%+v", cfg)
	}
	st, err := os.Stat(filepath.Join(dir, "store.key"))
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("store.key: %v %v", st, err)
	}
	again, err := (&program{}).fromProfile(p)
	if err != nil || again.StoreKey != cfg.StoreKey {
		t.Fatal("the store's key is not kept")
	}
}

func TestAPathInADeviceIsRelativeToTheProfile(t *testing.T) {
	p := profile{dir: "/somewhere"}
	if got := p.device("wav:heard.wav"); got != "wav:/somewhere/heard.wav" {
		t.Fatal(got)
	}
	if got := p.device("tone:440"); got != "tone:440" {
		t.Fatal(got)
	}
}

func TestUserNamesBecomeFileNamesThatDoNotCollide(t *testing.T) {
	seen := map[string]string{}
	for _, user := range []string{"lin", "LIN", "林小婷", "../../etc", "a b", "", "lin~"} {
		name := fileName(user)
		if strings.ContainsAny(name, "/\\ :") {
			t.Fatalf("%q gives %q", user, name)
		}
		if other, ok := seen[name]; ok {
			t.Fatalf("%q and %q are both %q", user, other, name)
		}
		seen[name] = user
	}
}
