package present_test

import (
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

func TestASemicolonAndLettersSeekAPhrase(t *testing.T) {
	for before, want := range map[string]string{
		";tk": "tk", "；tk": "tk", "客户;tk": "tk", "客户 ;TK": "TK", "。;ㄊㄎ": "ㄊㄎ", "(;tk": "tk",
		"": "", ";": "", "tk": "", "a;tk": "", "7;tk": "", ";;tk": "", "；；tk": "", "; tk": "", ";退款": "", ";tk ": "", ";123": "",
		";abcdefghijklmnopqrstuvwxyz": "",
	} {
		from, typed, ok := present.Trigger([]rune(before))
		if ok != (want != "") || typed != want {
			t.Errorf("%q: %q, %t, want %q", before, typed, ok, want)
		}
		if ok && !present.Semicolon([]rune(before)[from]) {
			t.Errorf("%q: no semicolon at %d", before, from)
		}
	}
}

func TestPhrasesAreOfferedTheBestFirstAndOwnOnesBeforeTheTeams(t *testing.T) {
	s := desk.State{
		Language: desk.ZhHans, View: "work",
		Settings: desk.Settings{Phrases: []desk.Phrase{{Text: "再退款一次"}, {Short: "tk", Text: "按规定全额退款"}, {Text: "客户要求退款。"}}},
		Books: map[desk.Language][]desk.Phrase{
			desk.ZhHans: {{Text: "客户要求退款。"}, {Text: "退款已到账"}, {Text: "问题已解决"}},
			desk.ZhHant: {{Text: "退款已入帳"}},
		},
	}
	offer := func(lang desk.Language, typed string) string {
		s.Language = lang
		list := ""
		for _, p := range present.Of(s, words.For(string(lang)), desk.MillisOf(time.Now())).Phrases.Offer(typed) {
			list += p.Text + "/" + p.Book + " "
		}
		return list
	}
	if got, want := offer(desk.ZhHans, "tk"), "按规定全额退款/我的 退款已到账/班组 再退款一次/我的 客户要求退款。/我的 "; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	for typed, want := range map[string]string{"wtyjj": "问题已解决/班组 ", "wentiyij": "问题已解决/班组 ", "ㄨㄊㄧ": "问题已解决/班组 ", "xyz": ""} {
		if got := offer(desk.ZhHans, typed); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
	for _, typed := range []string{"ㄊㄎ", "wd"} { // as signs, and as the keys they stand on
		if got := offer(desk.ZhHant, typed); !strings.HasPrefix(got, "退款已入帳/班組 ") && !strings.Contains(got, " 退款已入帳/班組 ") {
			t.Errorf("%s in traditional Chinese: %s", typed, got)
		}
	}
	if got := offer(desk.ZhHans, "wd"); strings.Contains(got, "退款") {
		t.Errorf("wd in simplified Chinese: %s", got)
	}
}
