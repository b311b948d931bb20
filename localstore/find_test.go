package localstore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/localstore"
)

func found(t testing.TB, s *localstore.Store, text string) (ids string) {
	t.Helper()
	hits, err := s.Search(t.Context(), text, 200)
	if err != nil {
		t.Fatal(err)
	}
	list := make([]string, 0, len(hits))
	for _, h := range hits {
		list = append(list, h.Customer.ID)
	}
	return strings.Join(list, " ")
}

func TestEveryMemberIsFoundByAnyPartOfIt(t *testing.T) {
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1",
		row(t, desk.TableCustomer, "a", 1, desk.Customer{
			ID: "a", Name: "張小三", Company: "臺北遠方科技股份有限公司", Number: "KH-000123", Address: "臺北市中山路100號5樓",
			Phones: []desk.Phone{{Raw: "0912-345-678", E164: "+886912345678"}, {Raw: "010-62345678转8001"}},
		}),
		row(t, desk.TableCustomer, "b", 1, desk.Customer{ID: "b", Name: "吕布", Phones: []desk.Phone{{Raw: "13800138000", E164: "+8613800138000"}}}),
		row(t, desk.TableCustomer, "c", 1, desk.Customer{ID: "c", Name: "Anna 安娜 Müller"}),
		row(t, desk.TableTicket, "t", 1, desk.Ticket{ID: "t", Customer: "b", Number: "GD-00012345", CreatedAt: 1})))
	for text, want := range map[string]struct{ id, field, text string }{
		"张小三":                  {"a", "name", "張小三"},
		"張":                    {"a", "name", "張小三"},
		"三":                    {"a", "name", "張小三"},
		"小三":                   {"a", "name", "張小三"},
		"台北远方":                 {"a", "company", "臺北遠方科技股份有限公司"},
		"远方科技":                 {"a", "company", "臺北遠方科技股份有限公司"},
		"份有限":                  {"a", "company", "臺北遠方科技股份有限公司"},
		"台北市中山路":               {"a", "address", "臺北市中山路100號5樓"},
		"100号":                 {"a", "address", "臺北市中山路100號5樓"},
		"kh000123":             {"a", "number", "KH-000123"},
		"ＫＨ－０００１２３":            {"a", "number", "KH-000123"},
		"kh-0":                 {"a", "number", "KH-000123"},
		"000123":               {"a", "number", "KH-000123"},
		"0123":                 {"a", "number", "KH-000123"},
		"0912345678":           {"a", "phone", "+886 912 345 678"},
		"0912":                 {"a", "phone", "+886 912 345 678"},
		"2345678":              {"a", "phone", "+886 912 345 678"},
		"912 345":              {"a", "phone", "+886 912 345 678"},
		"234":                  {"a", "phone", "+886 912 345 678"},
		"62345":                {"a", "phone", "010 6234 5678"},
		"01062345678":          {"a", "phone", "010 6234 5678"},
		"8001":                 {"a", "phone", "010 6234 5678-8001"},
		"138 0013 8000":        {"b", "phone", "138 0013 8000"},
		"+86 138-0013-8000":    {"b", "phone", "138 0013 8000"},
		"008613800138000":      {"b", "phone", "138 0013 8000"},
		"8613800":              {"b", "phone", "138 0013 8000"},
		"0138001":              {"b", "phone", "138 0013 8000"},
		"１３８００":                {"b", "phone", "138 0013 8000"},
		"0013":                 {"b", "phone", "138 0013 8000"},
		"001":                  {"b", "phone", "138 0013 8000"},
		"吕布 13800138000":       {"b", "phone", "138 0013 8000"},
		"138\x00\u200b0013\t8": {"b", "phone", "138 0013 8000"},
		"gd00012345":           {"b", "ticket", "GD-00012345"},
		"GD-000":               {"b", "ticket", "GD-00012345"},
		"zxs":                  {"a", "pinyin", "zxs"},
		"zhxs":                 {"a", "pinyin", "zhangxiaosan"},
		"zhangxs":              {"a", "pinyin", "zhangxiaosan"},
		"zxiaosan":             {"a", "pinyin", "zhangxiaosan"},
		"zhang xiao san":       {"a", "pinyin", "zhangxiaosan"},
		"zhāngxiǎosān":         {"a", "pinyin", "zhangxiaosan"},
		"ZHANGX":               {"a", "pinyin", "zhangxiaosan"},
		"ㄓㄤㄒㄧㄠㄙㄢ":              {"a", "zhuyin", "ㄓㄤㄒㄧㄠㄙㄢ"},
		"ㄓㄤ ㄒㄧㄠˇ ㄙㄢ":           {"a", "zhuyin", "ㄓㄤㄒㄧㄠㄙㄢ"},
		"ㄓㄤㄒ":                  {"a", "zhuyin", "ㄓㄤㄒㄧㄠㄙㄢ"},
		"ㄓㄒㄙ":                  {"a", "zhuyin", "ㄓㄤㄒㄧㄠㄙㄢ"},
		"ㄓ":                    {"a", "zhuyin", "ㄓㄤㄒㄧㄠㄙㄢ"},
		"lübu":                 {"b", "pinyin", "lvbu"},
		"lvb":                  {"b", "pinyin", "lvbu"},
		"ㄌㄩˇㄅㄨˋ":               {"b", "zhuyin", "ㄌㄩㄅㄨ"},
		"lubu":                 {"b", "pinyin", "lvbu"},
		"lyubu":                {"b", "pinyin", "lvbu"},
		"lubù":                 {"b", "pinyin", "lvbu"},
		"müll":                 {"c", "name", "Anna 安娜 Müller"},
		"muller":               {"c", "name", "Anna 安娜 Müller"},
		"MÜLLER":               {"c", "name", "Anna 安娜 Müller"},
		"mu\u0308ller":         {"c", "name", "Anna 安娜 Müller"},
		"吕 138":                {"b", "phone", "138 0013 8000"},
		"8000 吕布":              {"b", "phone", "138 0013 8000"},
		"lü 138 0":             {"b", "phone", "138 0013 8000"},
		"lb 0138":              {"b", "phone", "138 0013 8000"},
		"小三 0912-345":          {"a", "phone", "+886 912 345 678"},
		"遠方 0123":              {"a", "number", "KH-000123"},
		"annaan":               {"c", "pinyin", "annaannamuller"},
	} {
		hits, err := s.Search(t.Context(), text, 10)
		if err != nil || len(hits) == 0 {
			t.Errorf("%q finds %v, %v", text, hits, err)
			continue
		}
		if h := hits[0]; h.Customer.ID != want.id || h.Match != (desk.Match{Field: want.field, Text: want.text}) {
			t.Errorf("%q finds %s by %+v", text, h.Customer.ID, h.Match)
		}
	}
	for _, text := range []string{"ㄕ", "ㄓㄕ", "zhengx", "张三 0912", "吕 139", "吕布 12", "13900", "9999", "gd9", "李", "里斯", "ㄓㄤㄙㄢ"} {
		if ids := found(t, s, text); ids != "" {
			t.Errorf("%q finds %s", text, ids)
		}
	}
}

func TestNearCustomersComeFirst(t *testing.T) {
	cfg := config(t.TempDir())
	now := time.UnixMilli(int64(benchNow))
	cfg.Now = func() time.Time { return now }
	s := open(t, cfg)
	day := desk.Millis(24 * time.Hour.Milliseconds())
	var rows []desk.Row
	for i := range 300 { // more than a search gives
		id := fmt.Sprintf("far%03d", i)
		rows = append(rows, row(t, desk.TableCustomer, id, 1, desk.Customer{ID: id, Name: "李" + string(rune('一'+i)), Owner: "8022", LastContactAt: benchNow - 60*day}))
	}
	rows = append(rows,
		row(t, desk.TableCustomer, "own", 1, desk.Customer{ID: "own", Name: "王李", Owner: cfg.User}),
		row(t, desk.TableCustomer, "recent", 1, desk.Customer{ID: "recent", Name: "李近", Owner: "8022", LastContactAt: benchNow - day}),
		row(t, desk.TableCustomer, "due", 1, desk.Customer{ID: "due", Name: "李到", Owner: cfg.User, LastContactAt: benchNow - 2*day}),
		row(t, desk.TableCustomer, "exact", 1, desk.Customer{ID: "exact", Name: "李", Number: "李", Owner: "8022"}),
		row(t, desk.TableCallback, "b1", 1, desk.Callback{ID: "b1", Customer: "due", Owner: cfg.User, State: desk.CallbackOpen, At: benchNow}),
		row(t, desk.TableCallback, "b2", 1, desk.Callback{ID: "b2", Customer: "far000", Owner: "8022", State: desk.CallbackOpen, At: benchNow}))
	apply(t, s, page("", "1", rows...))
	first := func() (ids string) {
		t.Helper()
		hits, err := s.Search(t.Context(), "李", 5)
		if err != nil || len(hits) != 5 {
			t.Fatal(len(hits), err)
		}
		for _, h := range hits {
			ids += fmt.Sprint(h.Customer.ID, h.Near, " ")
		}
		return ids
	}
	steps := []struct {
		what   string
		change []desk.Change
		want   string
	}{
		{"at first", nil, "exact[] due[due own recent] recent[recent] own[own] far000[] "},
		{"the callback is done", []desk.Change{{Table: desk.TableCallback, Key: "b1", Fields: []byte(`{"state":"done"}`)}}, "exact[] due[own recent] recent[recent] own[own] far000[] "},
		{"it is given away", []desk.Change{set(t, "due", map[string]any{"owner": "8022"})}, "exact[] recent[recent] due[recent] own[own] far000[] "},
		{"another is claimed", []desk.Change{set(t, "far001", map[string]any{"owner": cfg.User})}, "exact[] far001[own] recent[recent] due[recent] own[own] "},
		{"and has another name", []desk.Change{set(t, "far001", map[string]any{"name": "赵"})}, "exact[] recent[recent] due[recent] own[own] far000[] "},
		{"a callback of nobody", []desk.Change{{Table: desk.TableCallback, Key: "b3", Fields: fields(t, desk.Callback{ID: "b3", Customer: "far299", State: desk.CallbackOpen})}}, "exact[] far299[due] recent[recent] due[recent] own[own] "},
	}
	for _, step := range steps {
		if step.change != nil {
			commit(t, s, intent(step.change...))
		}
		if got := first(); got != step.want {
			t.Errorf("%s: %s, want %s", step.what, got, step.want)
		}
	}
	now = now.Add(40 * 24 * time.Hour)
	if got, want := first(), "exact[] far299[due] own[own] far000[] far002[] "; got != want {
		t.Errorf("a month later: %s, want %s", got, want)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAWholeSyllableComesBeforeOneThatIsOnlyBegun(t *testing.T) {
	cfg := config(t.TempDir())
	s := open(t, cfg)
	var rows []desk.Row
	for id, c := range map[string]desk.Customer{
		"cheng": {Name: "程文", Owner: cfg.User, LastContactAt: benchNow}, "chen": {Name: "陈文", Owner: cfg.User},
		"far": {Name: "陈远", Owner: "8022"}, "farther": {Name: "程远", Owner: "8022"},
	} {
		c.ID = id
		rows = append(rows, row(t, desk.TableCustomer, id, 1, c))
	}
	rows = append(rows, row(t, desk.TableCallback, "b1", 1, desk.Callback{ID: "b1", Customer: "cheng", Owner: cfg.User, State: desk.CallbackOpen, At: benchNow}))
	for i := range 9 { // more than may come before those who are near
		id := fmt.Sprintf("xu%d", i)
		rows = append(rows, row(t, desk.TableCustomer, id, 1, desk.Customer{ID: id, Name: "徐" + string(rune('一'+i)), Owner: "8022"}))
	}
	rows = append(rows, row(t, desk.TableCustomer, "xuan", 1, desk.Customer{ID: "xuan", Name: "宣平", Owner: cfg.User}))
	apply(t, s, page("", "1", rows...))
	for typed, want := range map[string]string{
		"chen": "[chen far cheng farther]", "ㄔㄣ": "[chen far]", "cheng": "[cheng farther]", "che": "[cheng chen far farther]", "chenw": "[chen]",
	} {
		if got := fmt.Sprint(ids(t, s, typed)); got != want {
			t.Errorf("%s: %s, want %s", typed, got, want)
		}
	}
	if got := ids(t, s, "xu"); len(got) != 10 || got[5] != "xuan" {
		t.Errorf("xu: %v, want 徐 five times before 宣, who is near, and the others behind", got)
	}
}

func TestWhoIsNearAndFitsAsTypedComesBeforeStrangersWhoAreReadSo(t *testing.T) {
	cfg := config(t.TempDir())
	s := open(t, cfg)
	var rows []desk.Row
	for id, c := range map[string]desk.Customer{
		"trading": {Name: "An Trading", Owner: cfg.User}, "anderson": {Name: "Anderson", Owner: cfg.User},
		"number": {Name: "李四", Number: "AN-100", Owner: cfg.User}, "company": {Name: "王五", Company: "Anhui", Owner: cfg.User},
		"ang": {Name: "昂山", Owner: cfg.User},
	} {
		c.ID = id
		rows = append(rows, row(t, desk.TableCustomer, id, 1, c))
	}
	for i := range 9 {
		id := fmt.Sprintf("an%d", i)
		rows = append(rows, row(t, desk.TableCustomer, id, 1, desk.Customer{ID: id, Name: "安" + string(rune('一'+i)), Owner: "8022"}))
	}
	apply(t, s, page("", "1", rows...))
	got := ids(t, s, "an")
	for _, near := range []string{"trading", "anderson", "number"} {
		if at := slices.Index(got, near); at < 0 || at > 2 {
			t.Errorf("%s stands at %d of %v", near, at, got)
		}
	}
	if at := slices.Index(got, "ang"); at != 8 {
		t.Errorf("who only begins so stands at %d of %v, want behind five 安", at, got)
	}
	hits, err := s.Search(t.Context(), "an", 5)
	if err != nil {
		t.Fatal(err)
	}
	if last := hits[len(hits)-1].Customer.ID; len(hits) != 5 || !strings.HasPrefix(last, "an") {
		t.Errorf("of five the last is %s", last)
	}
	rows = nil
	for i := range 3 {
		id := fmt.Sprintf("xuan%d", i)
		rows = append(rows, row(t, desk.TableCustomer, id, 1, desk.Customer{ID: id, Name: "宣" + string(rune('一'+i)), Owner: cfg.User}))
	}
	for i := range 9 {
		id := fmt.Sprintf("xu%d", i)
		rows = append(rows, row(t, desk.TableCustomer, id, 1, desk.Customer{ID: id, Name: "徐" + string(rune('一'+i)), Owner: "8022"}))
	}
	apply(t, s, page("1", "2", rows...))
	if hits, err = s.Search(t.Context(), "xu", 5); err != nil || len(hits) != 5 || !strings.HasPrefix(hits[2].Customer.ID, "xuan") {
		t.Errorf("a short list gives none who is near: %v %v", hits, err)
	}
}

// ids are those whom a search finds.
func ids(t *testing.T, s *localstore.Store, typed string) (list []string) {
	t.Helper()
	hits, err := s.Search(t.Context(), typed, 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hits {
		list = append(list, h.Customer.ID)
	}
	return list
}

func TestWhoIsNearIsBounded(t *testing.T) {
	cfg := config(t.TempDir())
	s := open(t, cfg)
	from := ""
	for at := 0; at < 2400; at += 400 {
		var rows []desk.Row
		for i := at; i < at+400; i++ {
			id := fmt.Sprintf("c%04d", i)
			rows = append(rows, row(t, desk.TableCustomer, id, 1, desk.Customer{ID: id, Name: "李" + id, Owner: cfg.User, LastContactAt: desk.Millis(i + 1)}))
		}
		apply(t, s, page(from, fmt.Sprint(at), rows...))
		from = fmt.Sprint(at)
	}
	n, oldest, err := s.Near(t.Context())
	if err != nil || n != 1024 || oldest != 2400-1024+1 {
		t.Errorf("%d are near, the first to go was spoken to at %d, %v", n, oldest, err)
	}
	if ids := found(t, s, "c0000"); ids != "c0000" {
		t.Errorf("who is not near is found: %q", ids)
	}
	if ids := found(t, s, "李"); !strings.HasPrefix(ids, "c2399 c2398") {
		t.Errorf("found %s", ids[:20])
	}
}

func TestOneNumberOfManyCustomers(t *testing.T) {
	cfg := config(t.TempDir())
	cfg.Now = func() time.Time { return time.UnixMilli(6000) }
	s := open(t, cfg)
	var rows []desk.Row
	add := func(id string, c desk.Customer) {
		c.ID, c.Name, c.Phones = id, id, []desk.Phone{{Raw: "13800138000", E164: "+8613800138000"}}
		rows = append(rows, row(t, desk.TableCustomer, id, 1, c))
	}
	for i := range 700 { // more than are looked at; the known one is behind them and not near
		add(fmt.Sprintf("stub%03d", i), desk.Customer{Stub: true, LastContactAt: desk.Millis(i)})
	}
	add("known", desk.Customer{})
	add("late", desk.Customer{LastContactAt: 5000})
	add("mine", desk.Customer{Owner: cfg.User})
	for i, from := 0, ""; i < len(rows); i += 300 {
		apply(t, s, page(from, fmt.Sprint(i), rows[i:min(i+300, len(rows))]...))
		from = fmt.Sprint(i)
	}
	list, err := s.FindByNumber(t.Context(), "138 0013 8000")
	if err != nil || len(list) != 20 {
		t.Fatal(len(list), err)
	}
	var ids []string
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	if want := []string{"mine", "late", "stub699", "stub698", "stub697"}; !slices.Equal(ids[:5], want) {
		t.Errorf("found %v, want %v", ids[:5], want)
	}
	if got := caller(t, s, "13800138000", number.Dialling{}); offers(got[:2]) != `["mine","late"]` || len(got) != 20 {
		t.Errorf("a call is offered %s", offers(got))
	}
}

// FuzzSearch: whatever is typed is text, and what is found says why.
func FuzzSearch(f *testing.F) {
	for _, text := range []string{"张三", "zsan", "ㄓㄤˋ", "138*", `" OR 1=1; --`, "NEAR(a b)", "{name} : x", "-a", "a^b", "\x00", "\xff\xfe", "𠮷野家", "ｱﾊﾟｰﾄ", "%_[a-z]?*", strings.Repeat("an", 500), strings.Repeat("9", 500), "ﷺ", "٣٤٥"} {
		f.Add(text)
	}
	s, err := localstore.Open(f.Context(), config(f.TempDir()))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	apply(f, s, page("", "1", row(f, desk.TableCustomer, "a", 1, desk.Customer{
		ID: "a", Name: "張三 An%_*", Company: "a OR b", Number: `"K"`, Address: "中山路[1]", Owner: "8021", Phones: []desk.Phone{{Raw: "13800138000"}},
	})))
	f.Fuzz(func(t *testing.T, text string) {
		hits, err := s.Search(t.Context(), text, 5)
		if err != nil || len(hits) > 1 || len(hits) == 1 && (hits[0].Match.Field == "" || hits[0].Match.Text == "") {
			t.Errorf("%q: %+v, %v", text, hits, err)
		}
	})
}

// TestSearchFindsWhatItShould compares with looking at every customer.
func TestSearchFindsWhatItShould(t *testing.T) {
	s := open(t, config(t.TempDir()))
	letters := []rune("张張三小明单曾ab台臺")
	var all []desk.Customer
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom(letters), 1, 5, -1)
		digits := rapid.StringOfN(rapid.RuneFrom([]rune("0123")), 8, 8, -1)
		id := fmt.Sprint("c", len(all)%60)
		c := desk.Customer{ID: id, Name: word.Draw(rt, "name"), Company: word.Draw(rt, "company"), Address: word.Draw(rt, "address"), Phones: []desk.Phone{{Raw: "139" + digits.Draw(rt, "phone")}}}
		if rapid.Bool().Draw(rt, "own") {
			c.Owner = "8021"
		}
		change := desk.Change{Table: desk.TableCustomer, Key: id, Fields: fields(t, c)}
		if len(all) < 60 {
			all = append(all, c)
		} else {
			at := rapid.IntRange(0, 59).Draw(rt, "which")
			c.ID = all[at].ID
			if c.Owner == "" {
				change.Fields = []byte(strings.Replace(string(fields(t, c)), "{", `{"owner":null,`, 1))
			} else {
				change.Fields = fields(t, c)
			}
			change.Key, all[at] = c.ID, c
		}
		commit(t, s, intent(change))
		text := rapid.OneOf(word, rapid.StringOfN(rapid.RuneFrom([]rune("0123")), 3, 6, -1)).Draw(rt, "text")
		want := map[string]bool{}
		for _, c := range all {
			t := localstore.Fold(text)
			one := len([]rune(t)) == 1
			han := one && []rune(t)[0] > 0x2e80
			switch {
			case strings.HasPrefix(localstore.Fold(c.Name), t), (han || !one) && strings.Contains(localstore.Fold(c.Name), t),
				strings.HasPrefix(localstore.Fold(c.Company), t), !one && strings.Contains(localstore.Fold(c.Company)+" "+localstore.Fold(c.Address)+" "+c.Phones[0].Raw, t):
				want[c.ID] = true
			}
		}
		hits, err := s.Search(t.Context(), text, 200)
		if err != nil {
			rt.Fatal(err)
		}
		got := map[string]bool{}
		near := true
		for _, h := range hits {
			if got[h.Customer.ID] {
				rt.Fatalf("%s twice", h.Customer.ID)
			}
			got[h.Customer.ID] = true
			if own := h.Customer.Owner == "8021"; own && !near {
				rt.Fatalf("%q: %s is own and not first", text, h.Customer.ID)
			} else if !own {
				near = false
			}
		}
		for id := range want {
			if !got[id] {
				rt.Fatalf("%q does not find %s", text, id)
			}
		}
	})
}
