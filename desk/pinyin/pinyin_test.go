package pinyin_test

import (
	"testing"
	"unicode/utf8"

	"github.com/callbench/callbench/desk/pinyin"
)

func TestATextIsFoundAsItIsTyped(t *testing.T) {
	for _, c := range []struct{ typed, text, want string }{
		{"tuikuan", "客户要求退款", "退款"},
		{"tk", "客户要求退款", "退款"},
		{"tuik", "客户要求退款", "退款"},
		{"tkuan", "客户要求退款", "退款"},
		{"TuiKuan", "客户要求退款", "退款"},
		{"tui kuan", "客户要求退款", "退款"},
		{"退款", "客户要求退款", "退款"},
		{"khtk", "客户,退款", "客户,退款"},
		{"ㄊㄨㄟㄎㄨㄢ", "要求退款", "退款"},
		{"ㄊㄎ", "要求退款", "退款"},
		{"ㄊㄨㄟˋ", "要求退款", "退"},
		{"chongqing", "重庆", "重庆"},
		{"zhongqing", "重庆", "重庆"},
		{"lvxing", "旅行", "旅行"},
		{"hold", "Hold the call", "Hold"},
		{"call", "Hold the call", "call"},
		{"old", "Hold the call", ""},
		{"uikuan", "退款", ""},
		{"tkx", "退款", ""},
		{"", "退款", ""},
		{";", "退款", ""},
		{"vip", "VIP 客户", "VIP"},
		{"vipkh", "VIP 客户", "VIP 客户"},
		{"xian", "西安", "西安"},
		{"xian", "先", "先"},
	} {
		from, to, ok := pinyin.Find(c.typed, c.text)
		got := string([]rune(c.text)[from:to])
		if ok != (c.want != "") || got != c.want {
			t.Errorf("%q in %q: %q, want %q", c.typed, c.text, got, c.want)
		}
	}
	if got := pinyin.Initials("请稍等,VIP 客户"); got != "qsdvkh" {
		t.Errorf("initials %q", got)
	}
}

func TestLettersAreTheKeysOfTheKeyboardOfTaiwan(t *testing.T) {
	for letters, want := range map[string]string{"wd": "ㄊㄎ", "WD": "ㄊㄎ", "wjo": "ㄊㄨㄟ", "ru": "ㄐㄧ", "": "", "w1": "", "退": ""} {
		if got, ok := pinyin.Daqian(letters); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %t, want %q", letters, got, ok, want)
		}
	}
}

func FuzzFindStaysWithinTheText(f *testing.F) {
	f.Add("tk", "退款")
	f.Add("aaaaaaaaaaaaaaaaaaaa", "啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊啊")
	f.Fuzz(func(t *testing.T, typed, text string) {
		from, to, ok := pinyin.Find(typed, text)
		if from < 0 || to < from || to > utf8.RuneCountInString(text) || ok && from == to {
			t.Errorf("%q in %q: %d to %d, %t", typed, text, from, to, ok)
		}
	})
}
