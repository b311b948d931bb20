package app

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/softphone/media"
)

// profile is DIR/profile.toml of a headless desk (docs/AUTOMATION.md). Paths in it are relative to
// DIR. A part that is missing is a part the desk does without.
type profile struct {
	dir     string
	src     []byte          // the file, to find lines in
	Lang    desk.Language   `toml:"lang"`
	Central *centralProfile `toml:"central"`
	Store   storeProfile    `toml:"store"`
	Audio   audioProfile    `toml:"audio"`
	Phones  []phoneProfile  `toml:"phone"`

	Dialling diallingProfile `toml:"dialling"`
}

// diallingProfile says where the desk stands in the telephone network (docs/NUMBERS.md).
type diallingProfile struct {
	Area     string   `toml:"area,omitempty"`     // own area code: numbers without one are in it
	Prefixes []string `toml:"prefixes,omitempty"` // digits for an outside line; none: 9 and 0
}

func (d diallingProfile) value() number.Dialling {
	return number.Dialling{Region: region, Area: d.Area, Prefixes: d.Prefixes}
}

// fault finds an area that is none, and prefixes that nobody can dial.
func (d diallingProfile) fault() *profileError {
	if d.Area != "" && !regexp.MustCompile(`^0?([1-9][0-9]{1,2})$`).MatchString(d.Area) {
		return &profileError{key: "dialling.area", text: "must be an area code such as 010 or 0755"}
	}
	for _, p := range d.Prefixes {
		if !regexp.MustCompile(`^[0-9]{1,4}$`).MatchString(p) {
			return &profileError{key: "dialling.prefixes", text: strconv.Quote(p) + " must be one to four digits"}
		}
	}
	return nil
}

type centralProfile struct {
	URL          string `toml:"url"`
	User         string `toml:"user"`
	PasswordFile string `toml:"password_file"`
	CAFile       string `toml:"ca_file"`
}

type storeProfile struct {
	KeyFile string `toml:"key_file"`
}

type audioProfile struct {
	In   string `toml:"in"`
	Out  string `toml:"out"`
	Ring string `toml:"ring"`
}

type phoneProfile struct {
	AOR          string   `toml:"aor"`
	Registrars   []string `toml:"registrar"`
	AuthUser     string   `toml:"auth_user"`
	PasswordFile string   `toml:"password_file"`
	AutoAnswer   string   `toml:"auto_answer"`
	FollowRefer  bool     `toml:"follow_refer"`
	SRTP         string   `toml:"srtp"`
	Codecs       []string `toml:"codecs"`
	CAFile       string   `toml:"ca_file"`
}

// profileError is a fault in a profile that its author can mend: it names the line and the key.
type profileError struct {
	file string
	line int
	key  string
	text string
}

func (e *profileError) Error() string {
	where := e.file
	if e.line > 0 {
		where += ":" + strconv.Itoa(e.line)
	}
	if e.key != "" {
		return where + ": " + e.key + ": " + e.text
	}
	return where + ": " + e.text
}

// maxProfile bounds the file that is read; a profile of more than this is not one.
const maxProfile = 256 << 10

// readProfile reads DIR/profile.toml. Every fault is a *profileError.
func readProfile(dir string) (profile, error) {
	file := filepath.Join(dir, "profile.toml")
	src, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) && !exists(dir) {
		return profile{}, &profileError{file: dir, text: "there is no such folder"}
	}
	if err != nil {
		return profile{}, &profileError{file: file, text: "cannot be read: " + pathless(err)}
	}
	if len(src) > maxProfile {
		return profile{}, &profileError{file: file, text: fmt.Sprintf("larger than %d bytes", maxProfile)}
	}
	p := profile{dir: dir, src: src, Lang: desk.ZhHans}
	dec := toml.NewDecoder(bytes.NewReader(src)).DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return profile{}, decodeFault(file, err)
	}
	p.fill()
	if f := p.fault(); f != nil {
		return profile{}, p.at(f)
	}
	return p, nil
}

// at says in which file and line a fault is.
func (p profile) at(f *profileError) *profileError {
	f.file, f.line = filepath.Join(p.dir, "profile.toml"), lineOf(p.src, f.key)
	return f
}

func pathless(err error) string {
	if pe, ok := errors.AsType[*os.PathError](err); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

func decodeFault(file string, err error) error {
	var missing *toml.StrictMissingError
	if errors.As(err, &missing) && len(missing.Errors) > 0 {
		row, _ := missing.Errors[0].Position()
		return &profileError{file: file, line: row, key: strings.Join(missing.Errors[0].Key(), "."), text: "unknown key"}
	}
	if de, ok := errors.AsType[*toml.DecodeError](err); ok {
		row, _ := de.Position()
		text := strings.TrimPrefix(de.Error(), "toml: ")
		return &profileError{file: file, line: row, key: strings.Join(de.Key(), "."), text: text}
	}
	return &profileError{file: file, text: err.Error()}
}

// fill sets what the author may leave out.
func (p *profile) fill() {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&p.Audio.In, "default")
	set(&p.Audio.Out, "default")
	set(&p.Audio.Ring, "default")
	set(&p.Store.KeyFile, "store.key")
	for i := range p.Phones {
		ph := &p.Phones[i]
		set(&ph.AutoAnswer, "off")
		set(&ph.SRTP, "off")
		if len(ph.Codecs) == 0 {
			ph.Codecs = []string{"opus", "pcma", "pcmu"}
		}
	}
}

// fault finds the first value that cannot be right; nil: none. Keys of a list carry their index.
func (p *profile) fault() *profileError {
	if !p.Lang.Valid() {
		return &profileError{key: "lang", text: "must be zh-Hans, zh-Hant or en"}
	}
	if c := p.Central; c != nil {
		if u, err := url.Parse(c.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return &profileError{key: "central.url", text: "must be an http or https address"}
		}
		if _, err := centralURL(c.URL); err != nil {
			return &profileError{key: "central.url", text: "must be https, except for this computer"}
		}
		if c.User == "" {
			return &profileError{key: "central.user", text: "is missing"}
		}
		if c.PasswordFile == "" {
			return &profileError{key: "central.password_file", text: "is missing"}
		}
	}
	if f := p.Audio.fault(*p); f != nil {
		return f
	}
	if f := p.Dialling.fault(); f != nil {
		return f
	}
	for i, ph := range p.Phones {
		if f := ph.fault(); f != nil {
			f.key = fmt.Sprintf("phone[%d].%s", i, f.key)
			return f
		}
	}
	return nil
}

// fault finds a device that no sound card can mend; those that are missing are no fault.
func (a audioProfile) fault(p profile) *profileError {
	for _, d := range []struct{ key, name string }{{"in", a.In}, {"out", a.Out}, {"ring", a.Ring}} {
		key, file := "audio."+d.key, strings.TrimPrefix(p.device(d.name), "wav:")
		kind, arg, _ := strings.Cut(d.name, ":")
		switch hz, err := strconv.ParseFloat(arg, 64); {
		case kind == "tone" && d.key != "in":
			return &profileError{key: key, text: "tone:HZ is for audio.in"}
		case kind == "tone" && (err != nil || !(hz > 0 && hz < media.Rate/2)):
			return &profileError{key: key, text: "must be a frequency in Hz, such as tone:440"}
		case kind == "wav" && arg == "":
			return &profileError{key: key, text: "names no file"}
		case kind == "wav" && d.key == "in":
			f, err := os.Open(file)
			if err != nil {
				return &profileError{key: key, text: arg + " cannot be read: " + pathless(err)}
			}
			f.Close() //nolint:errcheck,gosec // only read
		case kind == "wav":
			if st, err := os.Stat(filepath.Dir(file)); err != nil || !st.IsDir() {
				return &profileError{key: key, text: "there is no folder for " + arg}
			}
		}
	}
	return nil
}

func (ph phoneProfile) fault() *profileError {
	switch {
	case !regexp.MustCompile(`^sips?:[^@\s]+@[^@\s]+$`).MatchString(ph.AOR):
		return &profileError{key: "aor", text: "must look like sip:101@example.org"}
	case !slices.Contains([]string{"off", "header", "always"}, ph.AutoAnswer):
		return &profileError{key: "auto_answer", text: "must be off, header or always"}
	case !slices.Contains([]string{"off", "prefer", "require"}, ph.SRTP):
		return &profileError{key: "srtp", text: "must be off, prefer or require"}
	}
	for _, r := range ph.Registrars {
		if !strings.HasPrefix(r, "sip:") && !strings.HasPrefix(r, "sips:") {
			return &profileError{key: "registrar", text: "must look like sip:192.0.2.1:5060;transport=tcp"}
		}
	}
	for _, c := range ph.Codecs {
		if !slices.Contains([]string{"opus", "g722", "pcma", "pcmu"}, c) {
			return &profileError{key: "codecs", text: strconv.Quote(c) + " is not one of opus, g722, pcma, pcmu"}
		}
	}
	return nil
}

// lineOf finds the line of a key such as central.url or phone[1].aor, or that of its table's header where
// the key is missing; 0 if neither is there.
func lineOf(src []byte, key string) int {
	table, name, nth := "", key, 0
	if i := strings.LastIndexByte(key, '.'); i >= 0 {
		table, name = key[:i], key[i+1:]
	}
	if t, idx, ok := strings.Cut(table, "["); ok {
		table = t
		nth, _ = strconv.Atoi(strings.TrimSuffix(idx, "]"))
	}
	at, seen, header := "", -1, 0
	for i, line := range strings.Split(string(src), "\n") {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		if strings.HasPrefix(line, "[") {
			at = strings.Trim(line, "[] \t")
			if at == table {
				if seen++; seen == nth {
					header = i + 1
				}
			}
			continue
		}
		k, _, found := strings.Cut(line, "=")
		k = strings.Trim(k, " \t\"'")
		switch {
		case !found:
		case k == name && at == table && (table == "" || seen == nth), at == "" && k == key:
			return i + 1
		}
	}
	return header
}

// path makes a name in the profile absolute; empty stays empty.
func (p profile) path(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.dir, name)
}

// device makes the FILE of a wav:FILE device relative to the profile.
func (p profile) device(name string) string {
	if file, ok := strings.CutPrefix(name, "wav:"); ok {
		return "wav:" + p.path(file)
	}
	return name
}

// secret reads a secret's file: its first line.
func (p profile) secret(key, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	b, err := os.ReadFile(p.path(name))
	if err != nil {
		return "", p.at(&profileError{key: key, text: name + " cannot be read: " + pathless(err)})
	}
	line, _, _ := strings.Cut(string(b), "\n")
	if line = strings.TrimRight(line, "\r"); line == "" {
		return "", p.at(&profileError{key: key, text: name + " is empty"})
	}
	return line, nil
}
