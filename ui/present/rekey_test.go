package present_test

import (
	"os"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

func TestSentencesNameTheKeyThatWasChosen(t *testing.T) {
	s := gallery.State("talking", desk.ZhHans)
	s.Settings.Keys = map[string]string{
		present.ActFinish: "Ctrl+N", present.ActNote: "F9", // exchanged
		present.ActBack: desk.NoChord,
	}
	got := present.Of(s, catalogue(desk.ZhHans), gallery.Now()).Status.Hints
	for _, want := range []string{"F9 小结", "Ctrl+N 完成", "Ctrl+K 上一步"} {
		if !strings.Contains(got, want) {
			t.Errorf("the hints read %q, without %q", got, want)
		}
	}
	idle := gallery.State("idle", desk.ZhHans)
	idle.Settings.Keys = map[string]string{present.ActSearch: "Ctrl+Alt+K"}
	shown := present.Of(idle, catalogue(desk.ZhHans), gallery.Now())
	if !strings.Contains(shown.Customer.How, "Ctrl+Alt+K") || !strings.Contains(shown.Status.Hints, "F2") {
		t.Errorf("told is %q, %q", shown.Customer.How, shown.Status.Hints)
	}
}

// The page of keys is the table's, and stays so.
func TestThePageOfKeysNamesEveryKey(t *testing.T) {
	page, err := os.ReadFile("../../docs/KEYS.md")
	if err != nil {
		t.Fatal(err)
	}
	s := gallery.State("board", desk.ZhHans)
	for _, a := range present.Of(s, catalogue(desk.ZhHans), gallery.Now()).Actions {
		if a.Fixed {
			continue
		}
		for _, key := range []string{a.Default, a.Also} {
			if n, offered := strings.CutPrefix(a.ID, present.ActOffered); offered && n > "1" && n < "6" {
				continue // the page says 1 … 6
			}
			if !strings.Contains(string(page), "`"+key+"`") && key != "" {
				t.Errorf("docs/KEYS.md does not name %s, which does %s", key, a.ID)
			}
		}
	}
}
