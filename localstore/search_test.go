package localstore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mozillazg/go-pinyin"
	"pgregory.net/rapid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

func people(t *testing.T) *localstore.Store {
	t.Helper()
	s := open(t, config(t.TempDir()))
	phone := func(raw ...string) (list []desk.Phone) {
		for _, r := range raw {
			list = append(list, desk.Phone{Raw: r})
		}
		return list
	}
	var rows []desk.Row
	for _, c := range []desk.Customer{
		{ID: "zhang", Name: "张三", Company: "北京远方科技", Number: "KH-0001", Phones: phone("138 0013 8000", "010-62345678-801")},
		{ID: "zeng", Name: "曾小明", Phones: phone("139-0013-8000")},
		{ID: "shan", Name: "单丹", Phones: phone("+886 912 345 678")},
		{ID: "yuchi", Name: "尉迟恭", Phones: phone("+852 9123 4567")},
		{ID: "wife", Name: "李四", Phones: phone("13800138000"), LastContactAt: 5},
		{ID: "stub", Name: "王五", Phones: phone("13800138000"), LastContactAt: 9, Stub: true},
		{ID: "latin", Name: "Anna Müller 安娜", Company: "张江贸易", Phones: phone("+49 30 901820")},
		{ID: "power", Name: "国家电网", Phones: phone("95598", "400-812-3456")},
	} {
		rows = append(rows, row(t, desk.TableCustomer, c.ID, 1, c))
	}
	apply(t, s, page("", "1", rows...))
	return s
}

func TestFindByNumberKnowsEverySpelling(t *testing.T) {
	s := people(t)
	for name, c := range map[string]struct {
		raw  string
		want []string
	}{
		"several customers, the one known in full and spoken to last first": {"13800138000", []string{"wife", "zhang", "stub"}},
		"with country code":                  {"+8613800138000", []string{"wife", "zhang", "stub"}},
		"with outside line and spaces":       {"0 139 0013 8000", []string{"zeng"}},
		"a landline without its extension":   {"01062345678", []string{"zhang"}},
		"a Taiwan number as a PBX gives it":  {"00886912345678", []string{"shan"}},
		"a Hong Kong number without plus":    {"85291234567", []string{"yuchi"}},
		"a short number behind an area code": {"01095598", []string{"power"}},
		"a 400 number with a trunk prefix":   {"04008123456", []string{"power"}},
		"a number nobody has":                {"13700137000", nil},
		"a part of a number is nobody's":     {"8000", nil},
		"a withheld number":                  {"anonymous", nil},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := s.FindByNumber(t.Context(), c.raw)
			if err != nil || len(found) != len(c.want) {
				t.Fatalf("found %+v, %v", found, err)
			}
			for i := range found {
				if found[i].ID != c.want[i] {
					t.Errorf("place %d is %s, want %s", i, found[i].ID, c.want[i])
				}
			}
		})
	}
}

func TestSearchFindsAsPeopleType(t *testing.T) {
	s := people(t)
	for name, c := range map[string]struct{ text, first, field, matched string }{
		"a whole number":                          {"139 0013 8000", "zeng", "phone", "139 0013 8000"},
		"the beginning of a number":               {"1390", "zeng", "phone", "139 0013 8000"},
		"the beginning of a landline":             {"0106234", "zhang", "phone", "010 6234 5678"},
		"the last four digits":                    {"5678", "shan", "phone", "+886 912 345 678"},
		"a Taiwan number as it is dialled there":  {"0912 345 678", "shan", "phone", "+886 912 345 678"},
		"its beginning":                           {"0912", "shan", "phone", "+886 912 345 678"},
		"the last seven digits":                   {"1234567", "yuchi", "phone", "+852 9123 4567"},
		"a short number":                          {"95598", "power", "phone", "95598"},
		"a customer number":                       {"kh-00", "zhang", "number", "KH-0001"},
		"one character of a name":                 {"张", "zhang", "name", "张三"},
		"the end of a name":                       {"小明", "zeng", "name", "曾小明"},
		"a part of a company":                     {"远方", "zhang", "company", "北京远方科技"},
		"a Latin name in small letters":           {"anna", "latin", "name", "Anna Müller 安娜"},
		"a part of a Latin name":                  {"MÜLL", "latin", "name", "Anna Müller 安娜"},
		"a name in pinyin":                        {"zhangsan", "zhang", "pinyin", "zhangsan"},
		"a name in half-typed pinyin":             {"zhangs", "zhang", "pinyin", "zhangsan"},
		"initials":                                {"zs", "zhang", "pinyin", "zs"},
		"a surname with a reading of its own":     {"zeng", "zeng", "pinyin", "zengxiaoming"},
		"the same by its everyday reading":        {"cengxiao", "zeng", "pinyin", "cengxiaoming"},
		"a surname that is also read dān":         {"shandan", "shan", "pinyin", "shandan"},
		"a surname of two characters":             {"yuchig", "yuchi", "pinyin", "yuchigong"},
		"initials of a surname of two characters": {"ycg", "yuchi", "pinyin", "ycg"},
		"full-width letters":                      {"ｚｈａｎｇｓａｎ", "zhang", "pinyin", "zhangsan"},
		"operators of a query language are text":  {`张" OR "三`, "", "", ""},
		"wildcards are text":                      {"张*三%", "zhang", "name", "张三"},
		"nobody":                                  {"赵六", "", "", ""},
		"only signs":                              {"'\"*()--", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			hits, err := s.Search(t.Context(), c.text, 10)
			if err != nil {
				t.Fatal(err)
			}
			if c.first == "" {
				if len(hits) != 0 {
					t.Errorf("found %+v", hits)
				}
				return
			}
			if len(hits) == 0 || hits[0].Customer.ID != c.first || hits[0].Match != (desk.Match{Field: c.field, Text: c.matched}) {
				t.Errorf("found %+v", hits)
			}
		})
	}
}

func TestReadingsAreThoseThatPeopleUse(t *testing.T) {
	s := open(t, config(t.TempDir()))
	var rows []desk.Row
	for _, name := range []string{"方芳", "万三", "王五", "王安", "汪洋", "万安", "麦爱", "马云", "贾平", "顾平", "褚石", "李茜", "重庆行远", "诸葛亮", "朱亮"} {
		rows = append(rows, row(t, desk.TableCustomer, name, 1, desk.Customer{ID: name, Name: name}))
	}
	apply(t, s, page("", "1", rows...))
	for text, want := range map[string][]string{
		"wang":       {"王安", "王五", "汪洋"},             // not 方, once read wang
		"wan":        {"万安", "万三", "王安", "王五", "汪洋"}, // the surname wan before those that begin so
		"fang":       {"方芳"},
		"pang":       nil,
		"ma":         {"马云", "麦爱"}, // the surname before the initials, and both before mai
		"wa":         {"万安", "王安", "万三", "王五", "汪洋"},
		"ws":         {"万三"},
		"gu":         {"顾平"},
		"chu":        {"褚石"},
		"liqian":     {"李茜"},
		"lixi":       {"李茜"},
		"chongqingh": {"重庆行远"},
		"chongqingx": {"重庆行远"},
		"zhu":        {"诸葛亮", "朱亮"},
		"zhuge":      {"诸葛亮"},
	} {
		hits, err := s.Search(t.Context(), text, 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range hits {
			got = append(got, h.Customer.Name)
			if !strings.HasPrefix(h.Match.Text, text) {
				t.Errorf("%s finds %s by %q", text, h.Customer.Name, h.Match.Text)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v", text, got, want)
		}
	}
}

func TestSecondReadingsAreReadingsAndSecond(t *testing.T) {
	for r, second := range localstore.SecondReadings() {
		all := pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Normal, Heteronym: true})
		if !slices.Contains(all, second) || all[0] == second {
			t.Errorf("%c: %s of %v", r, second, all)
		}
	}
}

func TestAnOlderFileIsFoundInAsANewOne(t *testing.T) {
	cfg := config(t.TempDir())
	s := open(t, cfg)
	var rows []desk.Row
	for i := range 1201 { // more than are made anew at once
		id := fmt.Sprintf("k%04d", i)
		rows = append(rows, row(t, desk.TableCustomer, id, 1, desk.Customer{ID: id, Name: fmt.Sprintf("王%04d", i), Phones: []desk.Phone{{Raw: fmt.Sprintf("1380013%04d", i)}}}))
	}
	for i, from := 0, ""; i < len(rows); i += 500 {
		to := fmt.Sprint(i + 1)
		apply(t, s, page(from, to, rows[i:min(i+500, len(rows))]...))
		from = to
	}
	if hits, err := s.Search(t.Context(), "wan", 100); err != nil || len(hits) != 100 {
		t.Errorf("%d hits, %v", len(hits), err)
	}
	find := func(s *localstore.Store) (found int) {
		for _, text := range []string{"13800131200", "wang1200", "w0000", "王0500", "1200"} {
			hits, err := s.Search(t.Context(), text, 10)
			if err != nil {
				t.Fatal(err)
			}
			found += len(hits)
		}
		return found
	}
	want := find(s)
	if err := s.Outdate(t.Context()); err != nil {
		t.Fatal(err)
	}
	s = open(t, cfg)
	if got := find(s); got == want {
		t.Fatal("the file was not made older")
	}
	for range 2 { // the second time it is up to date
		s = open(t, cfg)
		if !s.Settle(t.Context()) {
			t.Error("a chore failed")
		}
		if got := find(s); got != want {
			t.Errorf("%d hits, want %d", got, want)
		}
		if err := s.Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestSearchFindsNobodyTwiceAndKeepsToItsLimit(t *testing.T) {
	s := people(t)
	hits, err := s.Search(t.Context(), "13800138000", 0)
	if err != nil || len(hits) != 3 {
		t.Errorf("found %+v, %v", hits, err)
	}
	if hits, err = s.Search(t.Context(), "13800138000", 2); err != nil || len(hits) != 2 {
		t.Errorf("found %+v, %v", hits, err)
	}
	if hits, err = s.Search(t.Context(), "张", 0); err != nil || len(hits) != 2 || hits[1].Match.Field != "company" {
		t.Errorf("found %+v, %v", hits, err)
	}
}

func TestAnyTextMayBeSearched(t *testing.T) {
	s := people(t)
	rapid.Check(t, func(rt *rapid.T) {
		if _, err := s.Search(t.Context(), rapid.String().Draw(rt, "text"), 5); err != nil {
			rt.Fatal(err)
		}
	})
}

func TestAChangedCustomerIsFoundByWhatItIsNow(t *testing.T) {
	s := people(t)
	commit(t, s, intent(set(t, "zhang", map[string]any{"name": "仇八", "company": nil, "phones": []desk.Phone{{Raw: "13600136000"}}})))
	for text, want := range map[string]int{"仇八": 1, "qiuba": 1, "13600136000": 1, "张三": 0, "zhangsan": 0, "远方": 0, "62345678": 0} {
		if hits, err := s.Search(t.Context(), text, 0); err != nil || len(hits) != want {
			t.Errorf("%q finds %+v, %v", text, hits, err)
		}
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestListsAreInTheOrderPeopleWant(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1",
		row(t, desk.TableContact, "k1", 1, desk.Contact{ID: "k1", Customer: "c1", At: 10}), row(t, desk.TableContact, "k2", 1, desk.Contact{ID: "k2", Customer: "c1", At: 30}),
		row(t, desk.TableContact, "k3", 1, desk.Contact{ID: "k3", Customer: "c2", At: 20}),
		row(t, desk.TableCallback, "b1", 1, desk.Callback{ID: "b1", Customer: "c1", Owner: "8021", At: 50, State: desk.CallbackOpen}),
		row(t, desk.TableCallback, "b2", 1, desk.Callback{ID: "b2", Customer: "c1", Owner: "8022", At: 40, State: desk.CallbackClaimed}),
		row(t, desk.TableCallback, "b3", 1, desk.Callback{ID: "b3", Customer: "c2", Owner: "8021", At: 10, State: desk.CallbackDone}),
		row(t, desk.TableTicket, "t1", 1, desk.Ticket{ID: "t1", Customer: "c1", CreatedAt: 1}), row(t, desk.TableTicket, "t2", 1, desk.Ticket{ID: "t2", Customer: "c1", CreatedAt: 2})))
	contacts := func(f localstore.ContactFilter) (ids string) {
		list, err := s.Contacts(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			ids += c.ID
		}
		return ids
	}
	callbacks := func(f localstore.CallbackFilter) (ids string) {
		list, err := s.Callbacks(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			ids += c.ID
		}
		return ids
	}
	for got, want := range map[string]string{
		contacts(localstore.ContactFilter{}): "k2k3k1", contacts(localstore.ContactFilter{Customer: "c1", Since: 11}): "k2", contacts(localstore.ContactFilter{Limit: 2}): "k2k3",
		callbacks(localstore.CallbackFilter{}): "b2b1b3", callbacks(localstore.CallbackFilter{Owner: "8021"}): "b1b3", callbacks(localstore.CallbackFilter{Customer: "c1"}): "b2b1",
		callbacks(localstore.CallbackFilter{Customer: "c1", Owner: "8022"}): "b2",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	h, err := s.History(t.Context(), "c1", 10)
	if err != nil || len(h.Contacts) != 2 || len(h.Callbacks) != 2 || len(h.Tickets) != 2 || h.Tickets[0].ID != "t2" || !h.Tickets[0].Synced {
		t.Errorf("history %+v, %v", h, err)
	}
}
