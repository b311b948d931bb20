package app

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
)

// unzipped is every file of a zip by its name.
func unzipped(t *testing.T, path string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		files[f.Name] = string(body)
	}
	return files
}

// people are the texts about the customers of storedProfile that a person would know them by.
func people() []string {
	var list []string
	for c := range sample.Customers(1, 50, "east", 1_790_000_000_000) {
		list = append(list, c.Name, c.Company, c.Address, c.Email, c.ID)
		for _, p := range c.Phones {
			list = append(list, p.Raw, p.E164, strings.TrimPrefix(p.E164, "+86"))
		}
	}
	return list
}

// nobodyIn looks for people and other secrets in every file.
func nobodyIn(t *testing.T, files map[string]string, secrets ...string) {
	t.Helper()
	looked := 0
	for name, body := range files {
		for _, text := range append(people(), secrets...) {
			if len([]rune(text)) < 2 {
				continue
			}
			if looked++; strings.Contains(body, text) {
				t.Errorf("%s has %q in it", name, text)
			}
		}
	}
	if looked < 500 {
		t.Errorf("only %d looks", looked)
	}
}

func TestTheDiagnosticsOfADeskAtWorkTellNobodysData(t *testing.T) {
	dir, at := storedProfile(t)
	var first desk.Customer
	for c := range sample.Customers(1, 1, "east", 1_790_000_000_000) {
		first = c
	}
	cfg := aloneDesk(t)
	cfg.StorePath, cfg.StoreKey, cfg.Org, cfg.Diagnostics = at.Path, at.Key, "", dir
	p := &program{version: "test", log: slog.New(slog.DiscardHandler)}
	log := p.logTo(dir)
	defer log.Close()
	cfg.Log = p.log
	leak := fmt.Sprintf("lookup of %s (%s) at sip:%s@pbx.example.com failed", first.Name, first.Phones[0].Raw, first.Phones[0].Raw)
	//nolint:sloglint // just what nobody should do is to stay out of the file
	p.log.Warn(leak, slog.String("number", first.Phones[0].E164), slog.Any("error", io.ErrUnexpectedEOF))
	written := make(chan desk.Diagnostics, 1)
	cfg.Watch = []watcher{func(turn turn) {
		if d := turn.after.Diagnostics; d.File != "" || d.Problem != "" {
			select {
			case written <- d:
			default:
			}
		}
	}}
	w, err := openWorkplace(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.run(ctx) }()
	w.loop.send(desk.SettingsChanged{Settings: desk.Settings{
		Scheme: "dark", Phrases: []desk.Phrase{{Short: "秘", Text: "秘密短语"}}, Sound: desk.Sound{In: "林小婷的耳机"}, Keys: map[string]string{"call.answer": "F12"},
	}})
	w.loop.send(desk.CallChanged{Call: desk.Call{
		ID: "c", State: desk.CallTalking, Direction: desk.Inbound, Number: first.Phones[0].Raw, E164: first.Phones[0].E164, Name: first.Name, Codec: "opus",
		StartedAt: desk.MillisOf(time.Now()),
	}})
	note := "机密小结 " + first.Name
	w.loop.send(desk.NoteEdited{Content: &note})
	w.loop.send(desk.NoticeRaised{Notice: desk.Notice{Level: desk.NoticeWarning, Code: "callback_taken", Args: map[string]string{"name": first.Name}}})
	w.loop.send(desk.DiagnosticsPressed{})
	var d desk.Diagnostics
	select {
	case d = <-written:
	case <-time.After(testPatience):
		t.Fatal("nothing was written")
	}
	stop()
	if err := <-ended; err != nil || d.Problem != "" {
		t.Fatalf("%+v, %v", d, err)
	}
	files := unzipped(t, d.File)
	nobodyIn(t, files, "秘密短语", "林小婷", "机密小结")
	var state stateFacts
	var settings settingFacts
	var store localstore.Stats
	for name, into := range map[string]any{"state.json": &state, "settings.json": &settings, "store.json": &store} {
		if err := json.Unmarshal([]byte(files[name]), into); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(state.Calls) != 1 || state.Calls[0].Codec != "opus" || state.Notices[0] != "callback_taken" {
		t.Errorf("state: %+v", state)
	}
	if settings.Scheme != "dark" || settings.Phrases != 1 || !settings.OwnIn || settings.Keys != 1 {
		t.Errorf("settings: %+v", settings)
	}
	if !strings.Contains(files["store.json"], `"rows": 50`) || !strings.Contains(files["versions.json"], "go1.") {
		t.Error("store or versions are not told")
	}
	if log := files["log.txt"]; !strings.Contains(log, "failed") || !strings.Contains(log, "unexpected EOF") || !strings.Contains(log, "time=20") {
		t.Errorf("log: %s", log)
	}
	if !strings.Contains(files["goroutines.txt"], "goroutine profile") {
		t.Error("what the program was doing is not told")
	}
}

func TestTheCommandWritesDiagnosticsOfAClosedDesk(t *testing.T) {
	dir, _ := storedProfile(t)
	file := filepath.Join(t.TempDir(), "d.zip")
	log := openLog(dir)
	_, _ = log.Write([]byte("time=2026-11-22T18:00:00.000+08:00 level=WARN msg=\"part ended\" user=chen@example.com\n"))
	log.Close()
	runs(t, "", "callbench-cli", "diagnostics", file, "--profile", dir).good(t, file)
	files := unzipped(t, file)
	nobodyIn(t, files, "chen@")
	if !strings.Contains(files["store.json"], `"rows": 50`) || !strings.Contains(files["log.txt"], `2026-11-22T18:00:00.000+08:00 level=WARN msg="part ended"`) {
		t.Errorf("%s\n%s", files["store.json"], files["log.txt"])
	}
	if err := os.WriteFile(filepath.Join(dir, "store.key"), []byte("nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	runs(t, "", "callbench-cli", "diagnostics", file, "--profile", dir).good(t, file)
	if files := unzipped(t, file); !strings.Contains(files["store.json"], `"problem"`) {
		t.Errorf("a store that does not open: %s", files["store.json"])
	}
}

func TestTheLogHasABoundAndKeepsTheNewest(t *testing.T) {
	dir := t.TempDir()
	l := openLog(dir)
	l.limit = 10_000
	for i := range 2000 {
		if _, err := fmt.Fprintf(l, "line %06d\n", i); err != nil {
			t.Fatal(err)
		}
	}
	l.Close()
	if n, err := fmt.Fprintln(l, "after the end"); err != nil || n == 0 {
		t.Errorf("%d, %v", n, err)
	}
	total := int64(0)
	for _, name := range leftIn(t, dir) {
		st, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		total += st.Size()
		if st.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others", name)
		}
	}
	if total > 20_000 || total < 10_000 {
		t.Errorf("%d bytes", total)
	}
	tail := string(readLog(dir, 65))
	if tail != "line 001995\nline 001996\nline 001997\nline 001998\nline 001999\n" {
		t.Errorf("tail %q", tail)
	}
	again := openLog(filepath.Join(dir, "no such folder"))
	if _, err := again.Write([]byte("x")); err != nil {
		t.Error("a log that cannot be written is nobody's trouble")
	}
}
