package localstore_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/longbridgeapp/opencc"
	"github.com/mozillazg/go-pinyin"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/localstore"
)

func TestEverySyllableOfTheDictionaryIsWrittenInZhuyin(t *testing.T) {
	noSyllables := []string{"m", "n", "ng", "hm", "hng"} // sounds without a vowel
	written := map[string]string{}
	for r := range pinyin.PinyinDict {
		if r%race.Fewer(1, 10) != 0 {
			continue
		}
		for _, s := range pinyin.SinglePinyin(rune(r), pinyin.Args{Style: pinyin.Normal, Heteronym: true}) {
			if strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") != "" || slices.Contains(noSyllables, s) {
				continue
			}
			z := localstore.ZhuyinOf(s)
			if z == "" {
				t.Errorf("%s has no zhuyin", s)
			}
			written[s] = z
		}
	}
	if len(written) < race.Fewer(415, 300) {
		t.Errorf("only %d syllables", len(written))
	}
	seen := map[string]string{}
	for s, z := range written {
		if other := seen[z]; other != "" && other+s != "wongweng" && other+s != "wengwong" {
			t.Errorf("%s and %s are both %s", s, other, z)
		}
		seen[z] = s
		if back := localstore.PinyinOf(z); back != s && s != "wong" {
			t.Errorf("%s is %s, and that %s", s, z, back)
		}
	}
	for s, z := range map[string]string{"zhang": "ㄓㄤ", "san": "ㄙㄢ", "zhi": "ㄓ", "xue": "ㄒㄩㄝ", "ju": "ㄐㄩ", "lv": "ㄌㄩ", "liu": "ㄌㄧㄡ", "gui": "ㄍㄨㄟ", "wen": "ㄨㄣ", "yong": "ㄩㄥ", "er": "ㄦ", "you": "ㄧㄡ", "xiong": "ㄒㄩㄥ"} {
		if written[s] != z {
			t.Errorf("%s is %s, want %s", s, written[s], z)
		}
	}
}

func TestSimplifiedAndTraditionalFoldToOneForm(t *testing.T) {
	toSimplified, err := opencc.New("t2s")
	if err != nil {
		t.Fatal(err)
	}
	toTraditional, err := opencc.New("s2t")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for r := rune(0x4e00); r <= 0x9fff; r++ {
		for _, convert := range []*opencc.OpenCC{toSimplified, toTraditional} {
			other, err := convert.Convert(string(r))
			if err != nil {
				t.Fatal(err)
			}
			if other != string(r) {
				n++
			}
			if localstore.Fold(other) != localstore.Fold(string(r)) {
				t.Errorf("%c and %s are two", r, other)
			}
		}
	}
	if n < 4000 {
		t.Errorf("only %d characters have two forms", n)
	}
	for _, same := range [][]string{{"張三", "张三"}, {"臺灣", "台灣", "台湾"}, {"頭髮", "头发", "頭發"}, {"後藤", "后藤"}, {"裡", "里", "裏"}, {"鍾", "钟", "鐘", "锺"}, {"ＡＢ１", "ab1"}, {"為", "爲", "为"}} {
		for _, s := range same {
			if localstore.Fold(s) != localstore.Fold(same[0]) {
				t.Errorf("%s is not %s", s, same[0])
			}
		}
	}
	if localstore.Fold("王") == localstore.Fold("汪") || localstore.Fold("李") == localstore.Fold("里") {
		t.Error("characters that are not the same are")
	}
}

func TestSurnamesAreFoundByEveryReadingOfTheirs(t *testing.T) {
	b, err := os.ReadFile("testdata/surnames.tsv")
	if err != nil {
		t.Fatal(err)
	}
	type line struct{ name, is, not string }
	var lines []line
	var rows []desk.Row
	for text := range strings.Lines(string(b)) {
		f := strings.Split(strings.TrimSpace(text), "\t")
		if strings.HasPrefix(text, "#") {
			continue
		}
		if len(f) != 3 {
			t.Fatalf("%q", text)
		}
		lines = append(lines, line{f[0], f[1], f[2]})
		rows = append(rows, row(t, desk.TableCustomer, f[0], 1, desk.Customer{ID: f[0], Name: f[0]}))
	}
	if len(lines) < 60 {
		t.Fatalf("only %d names", len(lines))
	}
	s := open(t, config(t.TempDir()))
	apply(t, s, page("", "1", rows...))
	finds := func(text, name string) bool {
		hits, err := s.Search(t.Context(), text, 200)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(hits, func(h desk.Hit) bool { return h.Customer.ID == name })
	}
	for _, l := range lines {
		for text := range strings.FieldsSeq(l.is) {
			if !finds(text, l.name) {
				t.Errorf("%s does not find %s, read %v", text, l.name, localstore.ReadingsOf(l.name))
			}
		}
		for text := range strings.FieldsSeq(l.not) {
			if finds(text, l.name) {
				t.Errorf("%s finds %s", text, l.name)
			}
		}
	}
}
