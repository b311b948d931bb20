package localstore_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// notes gives what a search finds by notes: contact and part of the note.
func notes(t *testing.T, s *localstore.Store, text string) string {
	t.Helper()
	hits, err := s.Search(t.Context(), text, 50)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, h := range hits {
		if h.Match.Field == "note" {
			list = append(list, h.Contact+" "+h.Match.Text)
		}
	}
	return strings.Join(list, "|")
}

func TestANoteIsFoundByChineseByPinyinByInitialsAndByZhuyin(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1",
		row(t, desk.TableCustomer, "a", 1, desk.Customer{ID: "a", Name: "王一"}),
		row(t, desk.TableCustomer, "b", 1, desk.Customer{ID: "b", Name: "李二"}),
		row(t, desk.TableContact, "old", 1, desk.Contact{ID: "old", Customer: "a", At: 1, Content: "客户要求退款三天没到账。重庆的订单 RMA-20431,told by phone。"}),
		row(t, desk.TableContact, "new", 2, desk.Contact{ID: "new", Customer: "b", At: 2, Subject: "換錶", Content: "電錶壞了,約星期三下午到府更換"}),
		row(t, desk.TableContact, "nobody", 3, desk.Contact{ID: "nobody", At: 3, Content: "没有客户的退款"}),
	))
	wants := map[string]struct{ contact, part string }{
		"退款":            {"old", "客户要求退款三天没到账。重庆的订单 RMA-…"},
		"退款三天":          {"old", "退款三天"},
		"tuikuan":       {"old", "客户要求退款三天没到账"},
		"tuik":          {"old", "退款三天"},
		"tui kuan":      {}, // a syllable alone fits too much
		"tkst":          {"old", "退款三天"},
		"khyqtk":        {"old", "客户要求退款"},
		"tk":            {},
		"chongqing":     {"old", "…退款三天没到账。重庆的订单"},
		"zhongqing":     {"old", "重庆的订单"},
		"退款 dingdan":    {"old", "退款三天"},
		"退款 huanbiao":   {},
		"phone":         {"old", "…told by phone。"},
		"phon":          {"old", "by phone。"},
		"hone":          {},
		"20431":         {"old", "RMA-20431,told by phone。"},
		"431":           {},
		"电表":            {"new", "換錶 電錶壞了"},
		"換錶":            {"new", "換錶"},
		"dianbiao":      {"new", "電錶壞了"},
		"ㄉㄧㄢㄅㄧㄠ":        {"new", "電錶壞了"},
		"ㄉㄧㄢˋㄅㄧㄠˇ":      {"new", "電錶壞了"},
		"ㄉㄅㄏㄌ":          {"new", "電錶壞了"},
		"ㄒㄒㄑㄙ":          {},
		"xingqisan":     {"new", "星期三下午"},
		"daofugenghuan": {"new", "到府更換"},
		"款":             {},
		"!!":            {},
		`"退款" OR x*`:    {},
	}
	for _, when := range []string{"due", "read"} {
		if when == "read" && !s.Settle(t.Context()) {
			t.Fatal("a chore failed")
		}
		for text, want := range wants {
			got := notes(t, s, text)
			if want.contact == "" && got != "" || !strings.HasPrefix(got, want.contact) || !strings.Contains(got, want.part) {
				t.Errorf("%s: %q finds %q, want %q", when, text, got, want)
			}
		}
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestANoteThatIsCorrectedOrErasedIsNoLongerFoundByWhatItSaid(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1",
		row(t, desk.TableCustomer, "a", 1, desk.Customer{ID: "a", Name: "王一"}),
		row(t, desk.TableContact, "k", 1, desk.Contact{ID: "k", Customer: "a", At: 1, Content: "退款三天没到账"})))
	if !s.Settle(t.Context()) || notes(t, s, "tuikuan") == "" {
		t.Fatal("not found at first")
	}
	commit(t, s, intent(desk.Change{Table: desk.TableContact, Key: "k", Fields: []byte(`{"content":"已经换货"}`)}))
	for _, when := range []string{"due", "read"} {
		if when == "read" && !s.Settle(t.Context()) {
			t.Fatal("a chore failed")
		}
		if got := notes(t, s, "tuikuan") + notes(t, s, "退款"); got != "" {
			t.Errorf("%s: what it said is found: %s", when, got)
		}
		if got := notes(t, s, "yijinghuanhuo"); got != "k 已经换货" {
			t.Errorf("%s: what it says is not found: %q", when, got)
		}
	}
	if err := s.EraseText(t.Context(), "k"); err != nil {
		t.Fatal(err)
	}
	if !s.Settle(t.Context()) {
		t.Fatal("a chore failed")
	}
	if got := notes(t, s, "huanhuo"); got != "" {
		t.Errorf("erased and found: %s", got)
	}
	if words, err := s.TalkWords(t.Context()); err != nil || words != "" {
		t.Errorf("of the erased note the file still has %q, %v", words, err)
	}
}

func TestOfManyNotesTheNewestAreFoundFirstOneForEachCustomer(t *testing.T) {
	s := open(t, config(t.TempDir()))
	var rows []desk.Row
	for i := range 40 {
		id := fmt.Sprintf("c%02d", i)
		rows = append(rows, row(t, desk.TableCustomer, id, int64(i+1), desk.Customer{ID: id, Name: "客人"}))
	}
	for i := range 400 {
		id := fmt.Sprintf("k%03d", i)
		rows = append(rows, row(t, desk.TableContact, id, int64(i+100), desk.Contact{
			ID: id, Customer: fmt.Sprintf("c%02d", i%40), At: desk.Millis(i), Content: "答应退款",
		}))
	}
	apply(t, s, page("", "1", rows...))
	if !s.Settle(t.Context()) {
		t.Fatal("a chore failed")
	}
	hits, err := s.Search(t.Context(), "daying tuikuan", 50)
	if err != nil {
		t.Fatal(err)
	}
	if len(hits) != 20 || hits[0].Contact != "k399" || hits[19].Contact != "k380" {
		t.Errorf("%d hits, first %+v", len(hits), hits)
	}
}
