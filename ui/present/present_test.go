package present_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

func catalogue(lang desk.Language) *words.Catalogue {
	return words.For(string(lang)).In(gallery.Zone())
}

// TestTheScreensReadAsTheyShould compares every word of every typical screen with testdata. After a
// change on purpose: UPDATE_GOLDENS=1 go test ./ui/present, then read the diff.
func TestTheScreensReadAsTheyShould(t *testing.T) {
	for _, lang := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English} {
		var out strings.Builder
		for _, name := range gallery.Names() {
			fmt.Fprintf(&out, "==== %s\n", name)
			s := present.Of(gallery.State(name, lang), catalogue(lang), gallery.Now())
			dump(&out, "", reflect.ValueOf(s))
		}
		file := filepath.Join("testdata", string(lang)+".txt")
		if os.Getenv("UPDATE_GOLDENS") != "" {
			if err := os.WriteFile(file, []byte(out.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(out.String(), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", lang, diff)
		}
	}
}

// dump writes what is set: a chip or button in a line, other fields a line each. What is the same on
// every screen and the words of the shipped flows are left out: flows have tests of their own.
func dump(out *strings.Builder, path string, v reflect.Value) {
	for _, skip := range []string{
		".Top.Choices", ".Rail.Views", ".Rail.Foot", ".Flow.Say", ".Flow.Hint", ".Flow.Note", ".Flow.Asks", ".Lang", ".Dismiss",
		"Title", "Label", "Prompt", ".NoCall", ".CanClick", ".Do", ".Hot", ".Tray", ".LinkDo",
	} {
		if strings.HasPrefix(path, skip) || strings.HasSuffix(path, skip) && path != ".Title" && path != ".Customer.Title" {
			return
		}
	}
	switch m := v.Interface().(type) {
	case present.Button:
		if m.Shown() {
			fmt.Fprintf(out, "%s = [%s %s] %s enabled=%v on=%v\n", path, m.Text, m.Key, m.Kind, m.Enabled, m.On)
		}
		return
	case present.Chip:
		if m != (present.Chip{}) {
			fmt.Fprintf(out, "%s = (%s) %s %s %s\n", path, m.Shape, m.Tone, m.Text, m.Timer)
		}
		return
	case present.Pick:
		if m.Chosen {
			fmt.Fprintf(out, "%s = %s\n", path, m.Text)
		}
		return
	case present.Action:
		_, view := m.Do.(desk.ViewChosen)
		if m.Key != "" && m.Enabled && m.Do != nil && !view { // views are the same everywhere and have a test of their own
			fmt.Fprintf(out, "%s: %T%+v\n", m.Key, m.Do, m.Do)
		}
		return
	case present.Row:
		fmt.Fprintf(out, "%s = %s %s (%s) %s | %s | %s %s %s\n", path, m.When, m.Kind, m.Shape, m.Text, m.Who, m.Tone, m.State, m.Pending)
		return
	}
	switch kind := v.Kind(); {
	case kind == reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; name != "Offers" && name != "Sheet" && (name != "Note" || path != ".Search") { // the same nearly everywhere; they have a test of their own
				dump(out, path+"."+name, v.Field(i))
			}
		}
	case kind == reflect.Slice:
		for i := range v.Len() {
			dump(out, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case !v.IsZero():
		fmt.Fprintf(out, "%s = %v\n", path, v.Interface())
	}
}

func TestEveryCodeIsWordedInEveryLanguage(t *testing.T) {
	for _, lang := range words.Languages() {
		w := words.For(lang)
		fallback := present.NoticeText(w, desk.Notice{Code: "zzz"})
		if !strings.Contains(fallback, "zzz") {
			t.Errorf("%s: an unknown notice does not tell its code: %q", lang, fallback)
		}
		for _, code := range []string{
			"call_not_registered", "call_too_many_calls", "call_bad_number", "call_no_phone", "call_failed", "phone_refused", "transfer_failed", "too_many_drafts",
			"callback_taken", "lease_unconfirmed", "switch_in_call",
			"not_answered_yet", "drafts_restored", "op_refused", "value_lost", "flow_unknown", "audio_none_found", "audio_stalled", "audio_lost",
			"not_saved_disk_full", "not_saved_read_only", "not_saved_held", "not_saved_invalid", "not_saved_store", "not_saved_not_found",
		} {
			if text := present.NoticeText(w, desk.Notice{Code: code, Args: map[string]string{"name": "chen", "to": "8021"}}); text == "" || strings.Contains(text, code) || strings.Contains(text, "{") {
				t.Errorf("%s: notice %s reads %q", lang, code, text)
			}
		}
		seen := map[string]string{}
		for _, reason := range []string{
			"wrong_password", "not_found", "forbidden", "timeout", "unreachable", "tls", "dns", "server_error", "local",
		} {
			text := present.RegistrationText(w, desk.Registration{AOR: "sip:101@pbx", State: desk.RegFailed, Reason: reason})
			if !strings.Contains(text, "101") || seen[text] != "" {
				t.Errorf("%s: registration %s reads %q, as %s", lang, reason, text, seen[text])
			}
			seen[text] = reason
		}
		for _, reason := range []string{"answered", "busy", "no_answer", "cancelled", "elsewhere", "rejected", "failed", "hung_up", "lost"} {
			if text := present.EndReasonText(w, reason); seen[text] != "" || text == w.Say(words.CallEnded) && reason != "answered" {
				t.Errorf("%s: end %s reads %q", lang, reason, text)
			}
		}
		for _, code := range []string{
			"required", "not_a_number", "not_a_date", "not_an_amount", "not_a_phone", "not_an_option", "too_long", "no_such_question", "invalid",
		} {
			if text := present.AnswerText(w, code); seen[text] != "" || strings.Contains(text, "_") {
				t.Errorf("%s: answer %s reads %q, as %s", lang, code, text, seen[text])
			} else {
				seen[text] = code
			}
		}
		for _, reason := range []string{
			"refused", "timeout", "dns", "tls", "tls_name", "portal", "proxy", "proxy_auth", "not_central", "desk_old", "central_old",
			"too_many_attempts", "server_error",
		} {
			text := present.LinkText(w, desk.Link{State: desk.CentralUnreachable, Reason: reason})
			if text == "" || strings.Contains(text, "_") || seen[text] != "" {
				t.Errorf("%s: a link down for %s reads %q, as %s", lang, reason, text, seen[text])
			}
			seen[text] = reason
		}
		for _, code := range []string{
			"address_missing", "bad_address", "not_secure", "user_missing", "phone_missing", "unreachable", "timeout", "dns", "tls",
			"bad_join_code", "wrong_password", "disabled", "too_many_attempts", "server_error", "passphrase_short", "passphrase_differs", "wrong_passphrase",
			"keyring", "disk_full", "not_found", "portal", "proxy", "proxy_auth", "tls_name", "desk_old", "central_old",
		} {
			if text := present.JoinText(w, code); strings.Contains(text, "("+code) || strings.Contains(text, "（"+code) || seen[text] != "" {
				t.Errorf("%s: join %s reads %q, as %s", lang, code, text, seen[text])
			} else {
				seen[text] = code
			}
		}
	}
}

func TestALostCentralIsToldWithWhatIsSafe(t *testing.T) {
	l := desk.Link{State: desk.CentralUnreachable, Reason: "refused", Outbox: desk.Outbox{Pending: 3}}
	if got, want := present.LinkText(words.For("zh-Hans"), l), "中心连不上。已保存在本机，3 条待同步，可以继续工作。"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := present.LinkText(words.For("en"), desk.Link{State: desk.CentralOnline, Reason: "timeout"}); got != "" {
		t.Errorf("a link that is up is told as down: %q", got)
	}
}

func TestAtMostOneButtonAsksToBePressedNext(t *testing.T) {
	for _, name := range gallery.Names() {
		s := present.Of(gallery.State(name, desk.English), catalogue(desk.English), gallery.Now())
		var primary []string
		count := func(b present.Button) {
			if b.Kind == present.KindPrimary && b.Enabled && b.Shown() {
				primary = append(primary, b.Text)
			}
		}
		for _, l := range s.Top.Lines {
			for _, b := range l.Buttons {
				count(b)
			}
		}
		count(s.Flow.Next)
		count(s.Note.Finish)
		count(s.Note.Save)
		if len(primary) > 1 {
			t.Errorf("%s: %v", name, primary)
		}
	}
}

func TestNoKeyMeansTwoThings(t *testing.T) {
	for _, name := range gallery.Names() {
		s := present.Of(gallery.State(name, desk.English), catalogue(desk.English), gallery.Now())
		seen := map[string]present.Action{}
		ids := map[string]bool{}
		for _, a := range s.Actions {
			if ids[a.ID] {
				t.Errorf("%s: two actions are called %s", name, a.ID)
			}
			ids[a.ID] = true
			for _, key := range []string{a.Key, a.Also} {
				if old, ok := seen[key]; ok && key != "" {
					t.Errorf("%s: %s means %s and %s", name, key, old.ID, a.ID)
				}
				seen[key] = a
			}
		}
	}
}

// Esc and the plain signs a field takes are for the field; what ends a call is no single key of them.
func TestNoActionIsHadByAPlainLetterOrEsc(t *testing.T) {
	for _, name := range gallery.Names() {
		for _, a := range present.Of(gallery.State(name, desk.ZhHans), catalogue(desk.ZhHans), gallery.Now()).Actions {
			if a.Name == "" || a.Group == "" {
				if !a.Fixed {
					t.Errorf("%s: %s has no name or heading", name, a.ID)
				}
			}
			for _, key := range []string{a.Key, a.Also} {
				plain := len([]rune(key)) == 1 || key == "Esc" || key == "Space" || key == "Enter"
				if plain && !a.Fixed {
					t.Errorf("%s: %s is done by %s", name, a.ID, key)
				}
				if _, ends := a.Do.(desk.HangUpPressed); ends && a.Fixed {
					t.Errorf("%s: %s hangs up", name, key)
				}
			}
		}
	}
}

func TestAnEmptyStateIsShownWithoutTrouble(t *testing.T) {
	s := present.Of(desk.State{}, catalogue(desk.ZhHans), gallery.Now())
	if s.View != "work" || s.Customer.Kind != present.CustomerIdle || len(s.Top.Lines) != 0 {
		t.Errorf("an empty state gives %+v", s)
	}
}

func TestAnAgentWithoutARoleForItSeesNoBoard(t *testing.T) {
	state := gallery.State("board", desk.English)
	state.Session.Role = desk.RoleAgent
	s := present.Of(state, catalogue(desk.English), gallery.Now())
	board := slices.ContainsFunc(s.Rail.Views, func(b present.Button) bool { return b.Do == desk.ViewChosen{View: "board"} })
	if s.View != "work" || board || len(s.Board.Queues) != 0 {
		t.Error("an agent is shown the queues")
	}
	if _, ok := s.Press("Ctrl+B"); ok {
		t.Error("Ctrl+B leads an agent to the board")
	}
}
