package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/app/host"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/floor"
	"github.com/callbench/callbench/localstore"
)

// wipeProfile makes a headless profile of a world's agent, with secrets in files.
func wipeProfile(t *testing.T, w *portWorld) string {
	t.Helper()
	return profileDir(t, map[string]string{
		"profile.toml": fmt.Sprintf("[central]\nurl = %q\nuser = \"lin\"\npassword_file = \"password\"\n%s", w.url, quietAudio),
		"password":     worldPassword + "\n",
	})
}

func fromDir(t *testing.T, dir string) workplaceConfig {
	t.Helper()
	prof, err := readProfile(dir)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := (&program{version: "test", log: slog.New(slog.DiscardHandler)}).fromProfile(prof)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// end waits until the desk has ended, and takes its error.
func (s *script) end() error {
	s.t.Helper()
	err := <-s.ended
	close(s.ended)
	return err
}

// leftIn lists a profile's files but for those that hold nothing of anybody.
func leftIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		if !slices.Contains([]string{"profile.toml", "lock"}, e.Name()) {
			left = append(left, e.Name())
		}
	}
	return left
}

// gone checks that nothing of a wiped desk is left but the mark that says so.
func gone(t *testing.T, dir string) {
	t.Helper()
	if left := leftIn(t, dir); !slices.Equal(left, []string{"wipe-lin.json"}) {
		t.Errorf("left of the desk: %v", left)
	}
	marks, err := readMarks(dir)
	if err != nil || len(marks) != 1 || marks[0].State != wipeDone {
		t.Errorf("marks %+v, %v", marks, err)
	}
}

func (w *portWorld) deskOf(t *testing.T, user string) string {
	t.Helper()
	list, err := w.central.Desks(t.Context(), user)
	if err != nil || len(list) != 1 {
		t.Fatalf("desks %+v, %v", list, err)
	}
	return list[0].Desk
}

func TestADeskAtWorkIsWipedByOrderOfCentral(t *testing.T) {
	w := openWorld(t)
	dir := wipeProfile(t, w)
	s := drive(t, fromDir(t, dir))
	s.online()
	s.call("customer.save", map[string]any{"customer": map[string]any{"name": "周文斌", "phones": []map[string]string{{"raw": "13988887777"}}}}, nil)
	s.call("sync.now", nil, nil)
	if err := w.central.Wipe(t.Context(), w.deskOf(t, "lin"), "", false); err != nil {
		t.Fatal(err)
	}
	var wiped *wipedError
	if err := s.end(); !errors.As(err, &wiped) || wiped.mark.Lost != 0 {
		t.Fatalf("the desk ended with %v", err)
	}
	gone(t, dir)
	list, err := w.central.Desks(t.Context(), "lin")
	if err != nil || list[0].Wiped == 0 || list[0].Told == 0 {
		t.Errorf("central lists %+v, %v", list, err)
	}
	runs(t, "", "callbench-cli", "headless", "--profile", dir).complains(t, exitNo, "wiped by order of central", "wipe-lin.json")
	gone(t, dir)
}

func TestAnOrderWaitsForADeskThatIsOffline(t *testing.T) {
	w := openWorld(t)
	dir := wipeProfile(t, w)
	s := drive(t, fromDir(t, dir))
	s.online()
	s.call("desk.quit", nil, nil)
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	if err := w.central.Wipe(t.Context(), "", "lin", false); err != nil {
		t.Fatal(err)
	}
	away := fromDir(t, dir)
	away.Central.URL = unreachable(t)
	s = drive(t, away)
	s.call("contact.save", map[string]any{"subject": "a", "content": "b"}, nil)
	s.call("desk.quit", nil, nil)
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	s = drive(t, fromDir(t, dir))
	var wiped *wipedError
	if err := s.end(); !errors.As(err, &wiped) || wiped.mark.Lost != 1 {
		t.Fatalf("the desk ended with %v", err)
	}
	gone(t, dir)
	if list, err := w.central.Desks(t.Context(), "lin"); err != nil || list[0].Lost != 1 {
		t.Errorf("central lists %+v, %v", list, err)
	}
}

func TestADrainedDeskLosesNothing(t *testing.T) {
	w := openWorld(t)
	dir := wipeProfile(t, w)
	s := drive(t, fromDir(t, dir))
	s.online()
	s.call("desk.quit", nil, nil)
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	away := fromDir(t, dir)
	away.Central.URL = unreachable(t)
	s = drive(t, away)
	var saved savedContact
	s.call("contact.save", map[string]any{"customer": w.customers[0].ID, "subject": "a", "content": "b"}, &saved)
	s.call("desk.quit", nil, nil)
	if err := s.end(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.central.Wipe(t.Context(), "", "lin", true), w.central.Disable(t.Context(), "lin", true)); err != nil {
		t.Fatal(err)
	}
	s = drive(t, fromDir(t, dir))
	var wiped *wipedError
	if err := s.end(); !errors.As(err, &wiped) {
		t.Fatalf("the desk ended with %v", err)
	}
	gone(t, dir)
	if wiped.mark.Lost != 0 {
		t.Errorf("%d changes are said to be lost", wiped.mark.Lost)
	}
	if _, err := w.central.Row(t.Context(), desk.TableContact, saved.Contact.ID); err != nil {
		t.Errorf("at central: %v", err)
	}
}

func TestAWipeNeverEndsATalkAndShowsNothingMeanwhile(t *testing.T) {
	w := openWorld(t)
	dir := wipeProfile(t, w)
	s := drive(t, fromDir(t, dir))
	s.online()
	known := w.customers[0].Phones[0].Raw
	placed, c := w.ring(s, known, "来电人")
	s.call("call.answer", map[string]any{"call": c.ID}, nil)
	s.changed(c.ID, state("talking"))
	<-placed.Answered()
	if err := w.central.Wipe(t.Context(), w.deskOf(t, "lin"), "", false); err != nil {
		t.Fatal(err)
	}
	s.until("notice", `"wiping"`)
	for _, method := range []string{"customer.search", "customer.get", "contact.list", "callback.list", "work.list", "board.get", "agent.set_state", "contact.save", "call.dial"} {
		s.fails(codeNotNow, "wiping", method, map[string]any{})
	}
	var st struct{ Calls []aCall }
	s.call("desk.status", nil, &st)
	if len(st.Calls) != 1 || st.Calls[0].State != "talking" || st.Calls[0].Number != "" || st.Calls[0].Name != "" {
		t.Errorf("meanwhile: %+v", st.Calls)
	}
	every(t, "the keys go at once", func() bool {
		return !exists(filepath.Join(dir, "store.key")) && !exists(filepath.Join(dir, "password"))
	})
	if !exists(filepath.Join(dir, "desk-lin.db")) {
		t.Error("the store went under the talk")
	}
	select {
	case err := <-s.ended:
		t.Fatalf("the talk was cut off: %v", err)
	case <-placed.Done():
		t.Fatal("the talk was cut off")
	default:
	}
	s.call("call.hangup", map[string]any{"call": c.ID}, nil)
	var wiped *wipedError
	if err := s.end(); !errors.As(err, &wiped) {
		t.Fatalf("the desk ended with %v", err)
	}
	gone(t, dir)
}

// The desk is a process of its own; it is killed with the order taken and a talk under way.
func TestAWipeThatWasCutOffIsFinishedBeforeAnythingIsShown(t *testing.T) {
	w := openWorld(t)
	dir := wipeProfile(t, w)
	d := startDesk(t, dir)
	d.until("phone.registration", has(`"registered"`))
	d.until("sync.changed", has(`"online":true`))
	d.call("agent.set_state", map[string]string{"state": "ready"})
	placed, err := w.floor.Call(t.Context(), floor.Caller{Number: "13800138000", Queue: "support"})
	if err != nil {
		t.Fatal(err)
	}
	var ringing struct{ Call aCall }
	if err := json.Unmarshal([]byte(d.until("call.changed", has(`"ringing"`))), &ringing); err != nil {
		t.Fatal(err)
	}
	d.call("call.answer", map[string]string{"call": ringing.Call.ID})
	<-placed.Answered()
	if err := w.central.Wipe(t.Context(), "", "lin", false); err != nil {
		t.Fatal(err)
	}
	d.until("notice", has(`"wiping"`))
	every(t, "the keys go at once", func() bool { return !exists(filepath.Join(dir, "store.key")) })
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = d.cmd.Wait()
	if !exists(filepath.Join(dir, "desk-lin.db")) {
		t.Fatal("nothing was left to finish")
	}
	runs(t, "", "callbench-cli", "headless", "--profile", dir).complains(t, exitNo, "wiped by order of central")
	gone(t, dir)
}

// Wherever a wipe is cut off, the next start finishes it.
func TestAWipeIsFinishedFromAnyStep(t *testing.T) {
	for name, steps := range map[string][]func(e *eraser) error{
		"ordered":     {},
		"keys gone":   {(*eraser).forget},
		"store gone":  {(*eraser).forget, func(e *eraser) error { return localstore.Wipe(filepath.Join(e.dir, e.mark.Store)) }},
		"store first": {func(e *eraser) error { return localstore.Wipe(filepath.Join(e.dir, e.mark.Store)) }},
	} {
		t.Run(name, func(t *testing.T) {
			dir := profileDir(t, map[string]string{
				"profile.toml": "[central]\nurl = \"https://127.0.0.1:1\"\nuser = \"lin\"\npassword_file = \"password\"\n" + quietAudio,
				"password":     "secret\n", "desk-lin.db.copy-1": "x",
			})
			cfg := fromDir(t, dir)
			s, err := openWorkplace(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.store.Close(); err != nil {
				t.Fatal(err)
			}
			if err := cfg.Eraser.order(time.Now(), 3); err != nil {
				t.Fatal(err)
			}
			for _, step := range steps {
				if err := step(cfg.Eraser); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 { // the second finds it done
				marks, err := finishWipes(t.Context(), dir, cfg.Log)
				if err != nil || wiped(marks, dir, "lin") == nil || wiped(marks, dir, "wang") != nil || marks[0].Lost != 3 {
					t.Fatalf("%+v %v", marks, err)
				}
				gone(t, dir)
			}
			if err := forgetMarks(dir, "lin"); err != nil {
				t.Fatal(err)
			}
			if left := leftIn(t, dir); len(left) != 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

func TestAMissingKeyIsExitOneAndTheStoreIsUntouched(t *testing.T) {
	dir := profileDir(t, map[string]string{"profile.toml": quietAudio})
	save := `{"jsonrpc":"2.0","id":1,"method":"contact.save","params":{"subject":"a","content":"b"}}` + "\n"
	if r := runs(t, save, "callbench-cli", "headless", "--profile", dir); r.code != exitGood {
		t.Fatalf("%+v", r)
	}
	if err := os.Remove(filepath.Join(dir, "store.key")); err != nil {
		t.Fatal(err)
	}
	before := bytesOf(t, dir)
	runs(t, "", "callbench-cli", "headless", "--profile", dir).complains(t, exitNo, "store.key is missing", "untouched", "callbench store recover")
	if after := bytesOf(t, dir); after != before {
		t.Error("something in the profile changed")
	}
}

// bytesOf gives names and contents of a profile's files.
func bytesOf(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	for _, name := range leftIn(t, dir) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s %x\n", name, b)
	}
	return all.String()
}

func TestSealedSecretsThatNobodyOpensGoWithTheirFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "secrets.sealed")
	secrets, err := host.Sealed(path, "a long passphrase")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(secrets.Set("store-key/lin", "k"), secrets.Set("store-key/wang", "k")); err != nil {
		t.Fatal(err)
	}
	mark := wipeMark{User: "lin", Store: "desk-lin.db", Secrets: []string{"store-key/lin"}, Sealed: path}
	open := newEraser(dir, mark, secrets, slog.New(slog.DiscardHandler))
	if err := open.forget(); err != nil {
		t.Fatal(err)
	}
	if _, err := secrets.Get("store-key/lin"); !errors.Is(err, host.ErrNoSecret) {
		t.Errorf("the key is still there: %v", err)
	}
	if again, err := host.Sealed(path, "a long passphrase"); err != nil {
		t.Error(err)
	} else if v, err := again.Get("store-key/wang"); err != nil || v != "k" {
		t.Errorf("the other user's key went, too: %v", err)
	}
	shut := newEraser(dir, mark, nil, slog.New(slog.DiscardHandler))
	if err := shut.forget(); err != nil || exists(path) {
		t.Errorf("the sealed file stays: %v", err)
	}
}
