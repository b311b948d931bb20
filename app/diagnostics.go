package app

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"runtime/pprof"
	"time"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// The diagnostics are a zip file for whoever looks after desks: versions, settings without secrets, how the parts
// stand, counts of the store, the end of the log. Nothing in it is about a customer, an agent or what was said:
// facts are taken one by one, texts of people never, and what the log says goes through veil once more.

// Bounds of what goes into the file.
const (
	diagnosticsLog   = 256 << 10
	diagnosticsStack = 1 << 20
	statsPatience    = 20 * time.Second
)

// diagnosticsReadMe is the first file of the zip, for whoever opens it.
const diagnosticsReadMe = `Diagnostics of Callbench, made %s.

versions.json   the program and what it is built of
settings.json   the settings, without names, numbers, passwords and phrases
state.json      how phone, link, sound and store stood
store.json      how much the store holds and how large it is, and nothing of what it holds
log.txt         the end of the log; runs of digits, addresses and Chinese text are veiled
goroutines.txt  what the program was doing

No customer's data is in here. Read it before you send it, if you like: all of it is plain text.
`

// diagnostics are the parts of the file. A part that is nil is left out.
type diagnostics struct {
	version  string
	settings *settingFacts
	state    *stateFacts
	store    any // localstore.Stats, or a fault
	log      []byte
	stacks   bool
	at       time.Time
}

// fault says in a file of the zip why something is not there.
type fault struct {
	Problem string `json:"problem"` // code of storeProblem
}

// settingFacts are what may be told of a desk's settings.
type settingFacts struct {
	Language     desk.Language `json:"language"`
	Scheme       string        `json:"scheme,omitempty"`
	Density      string        `json:"density,omitempty"`
	Zoom         int           `json:"zoom_percent"`
	Panes        int           `json:"panes_moved"`
	Keys         int           `json:"keys_changed"`
	Phrases      int           `json:"phrases"`
	OwnIn        bool          `json:"own_microphone"` // one was chosen; its name may be a person's
	OwnOut       bool          `json:"own_speaker"`
	OwnRing      bool          `json:"own_ring"`
	Levels       [3]int        `json:"levels_percent"` // microphone, speaker, ring
	NoMiniBar    bool          `json:"no_mini_bar"`
	NoGlobalKeys bool          `json:"no_global_keys"`
	ToTray       bool          `json:"to_tray"`
	Central      string        `json:"central,omitempty"` // scheme, host and port
	OwnPhone     bool          `json:"phone_account_in_profile"`
}

func factsOfSettings(s desk.Settings, language desk.Language, central string, phones int) *settingFacts {
	f := &settingFacts{
		Language: language, Scheme: s.Scheme, Density: s.Density, Zoom: s.ZoomPercent(), Panes: len(s.Panes), Keys: len(s.Keys), Phrases: len(s.Phrases),
		OwnIn: s.Sound.In != "", OwnOut: s.Sound.Out != "", OwnRing: s.Sound.Ring != "",
		Levels:    [3]int{s.Sound.Level(desk.SoundIn), s.Sound.Level(desk.SoundOut), s.Sound.Level(desk.SoundRing)},
		NoMiniBar: s.NoMiniBar, NoGlobalKeys: s.NoGlobalKeys, ToTray: s.ToTray, OwnPhone: phones > 0,
	}
	if u, err := url.Parse(central); err == nil && u.Host != "" {
		f.Central = u.Scheme + "://" + u.Host
	}
	return f
}

// stateFacts are how the parts of a desk stand: codes, counts and ages in seconds.
type stateFacts struct {
	View          string           `json:"view"`
	Link          string           `json:"link"`
	LinkReason    string           `json:"link_reason,omitempty"`
	LinkAge       int64            `json:"link_age_s"`
	Pending       int              `json:"pending"`
	Held          string           `json:"held,omitempty"`
	Refused       int              `json:"refused"`
	Lost          int              `json:"lost"`
	Fetching      int              `json:"fetching_rows,omitempty"`
	Skipped       int              `json:"skipped_rows,omitempty"`
	SkewMillis    int64            `json:"clock_skew_ms"`
	Registrations []registration   `json:"registrations"`
	Sound         string           `json:"sound"` // good, null or the problem's code
	Microphones   int              `json:"microphones"`
	Speakers      int              `json:"speakers"`
	Agent         desk.AgentStatus `json:"agent"`
	Calls         []callFacts      `json:"calls"`
	Drafts        int              `json:"drafts"`
	Notices       []string         `json:"notices"` // codes
	StoreProblem  string           `json:"store_problem,omitempty"`
	BoardAge      int64            `json:"board_age_s,omitempty"`
}

type registration struct {
	State  desk.RegistrationState `json:"state"`
	Reason string                 `json:"reason,omitempty"`
}

type callFacts struct {
	State     desk.CallState `json:"state"`
	Direction desk.Direction `json:"direction"`
	Codec     string         `json:"codec,omitempty"`
	SRTP      bool           `json:"srtp"`
	Transport string         `json:"transport,omitempty"`
	EndCode   int            `json:"end_code,omitempty"`
	EndReason string         `json:"end_reason,omitempty"`
}

func factsOfState(s desk.State, now desk.Millis) *stateFacts {
	age := func(since desk.Millis) int64 {
		if since == 0 {
			return 0
		}
		return int64(now-since) / 1000
	}
	f := &stateFacts{
		View: s.View, Link: string(s.Link.State), LinkReason: s.Link.Reason, LinkAge: age(s.Link.Since), Pending: s.Link.Outbox.Pending,
		Held: s.Link.Held.Why, Refused: len(s.Link.Outbox.Refused), Lost: s.Link.Outbox.Lost, Fetching: s.Link.Fetching,
		Skipped: s.Link.Skipped, SkewMillis: int64(s.Link.Skew), Sound: "good", Microphones: len(s.Devices.In), Speakers: len(s.Devices.Out),
		Agent: s.Agent.State, Drafts: len(s.Drafts), StoreProblem: s.StoreProblem,
	}
	switch {
	case s.Audio.Problem != "":
		f.Sound = s.Audio.Problem
	case s.Audio.Null:
		f.Sound = "null"
	}
	for _, r := range s.Registrations {
		f.Registrations = append(f.Registrations, registration{r.State, r.Reason})
	}
	for _, c := range s.Calls {
		f.Calls = append(f.Calls, callFacts{c.State, c.Direction, c.Codec, c.SRTP, c.Transport, c.EndCode, c.EndReason})
	}
	for _, n := range s.Notices {
		f.Notices = append(f.Notices, n.Code)
	}
	if s.BoardKnown {
		f.BoardAge = age(s.Board.AsOf)
	}
	return f
}

// veil covers what could be about a person in a line of the log, should one ever get there: addresses with an @,
// numbers of six digits and more, Chinese text.
type veil struct {
	stamp  *regexp.Regexp // the time at the beginning of a line: it stays
	covers []cover
}

type cover struct {
	what *regexp.Regexp
	with string
}

func newVeil() veil {
	return veil{stamp: regexp.MustCompile(`^time=\S+ `), covers: []cover{
		{regexp.MustCompile(`[^\s"=<>:]+@`), "…@"},
		{regexp.MustCompile(`\p{Han}+`), "＊"},
		{regexp.MustCompile(`\+?\d[\d\- ]{3,}\d{2,}`), "#"},
	}}
}

// over covers a log, line by line.
func (v veil) over(log []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(log) {
		stamp := v.stamp.Find(line)
		out.Write(stamp)
		rest := line[len(stamp):]
		for _, c := range v.covers {
			rest = c.what.ReplaceAll(rest, []byte(c.with))
		}
		out.Write(rest)
	}
	return out.Bytes()
}

// zipped makes the file.
func (d diagnostics) zipped() ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	add := func(name string, body []byte) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: d.at})
		if err == nil {
			_, err = w.Write(body)
		}
		if err != nil {
			return fmt.Errorf("diagnostics: %s: %w", name, err)
		}
		return nil
	}
	addJSON := func(name string, v any) error {
		body, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			return fmt.Errorf("diagnostics: %s: %w", name, err)
		}
		return add(name, append(body, '\n'))
	}
	if err := add("README.txt", fmt.Appendf(nil, diagnosticsReadMe, d.at.Format(time.RFC3339))); err != nil {
		return nil, err
	}
	for _, part := range []struct {
		name string
		body any
		is   bool
	}{
		{"versions.json", versions(d.version), true},
		{"settings.json", d.settings, d.settings != nil},
		{"state.json", d.state, d.state != nil},
		{"store.json", d.store, d.store != nil},
	} {
		if !part.is {
			continue
		}
		if err := addJSON(part.name, part.body); err != nil {
			return nil, err
		}
	}
	if err := add("log.txt", newVeil().over(d.log)); err != nil {
		return nil, err
	}
	if d.stacks {
		var stacks bytes.Buffer
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1) // a buffer takes all
		if err := add("goroutines.txt", stacks.Bytes()[:min(stacks.Len(), diagnosticsStack)]); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("diagnostics: %w", err)
	}
	return out.Bytes(), nil
}

// write makes the file at a path.
func (d diagnostics) write(path string) error {
	body, err := d.zipped()
	if err != nil {
		return err
	}
	return host.WriteFile(path, body) //nolint:wrapcheck // it names the file
}

// storeFacts are counts and sizes of a store, or the code of why there are none.
func storeFacts(st localstore.Stats, err error) any {
	if err != nil {
		return fault{storeProblem(err)}
	}
	return st
}
