package pinyin

import (
	"slices"
	"strings"
)

//nolint:gochecknoglobals // constant in all but name
var (
	zhuyinInitials = [...][2]string{ // those of two letters first
		{"zh", "ㄓ"},
		{"ch", "ㄔ"},
		{"sh", "ㄕ"},
		{"b", "ㄅ"},
		{"p", "ㄆ"},
		{"m", "ㄇ"},
		{"f", "ㄈ"},
		{"d", "ㄉ"},
		{"t", "ㄊ"},
		{"n", "ㄋ"},
		{"l", "ㄌ"},
		{"g", "ㄍ"},
		{"k", "ㄎ"},
		{"h", "ㄏ"},
		{"j", "ㄐ"},
		{"q", "ㄑ"},
		{"x", "ㄒ"},
		{"r", "ㄖ"},
		{"z", "ㄗ"},
		{"c", "ㄘ"},
		{"s", "ㄙ"},
	}
	zhuyinFinals = map[string]string{
		"a": "ㄚ", "o": "ㄛ", "e": "ㄜ", "ai": "ㄞ", "ei": "ㄟ", "ao": "ㄠ", "ou": "ㄡ", "an": "ㄢ", "en": "ㄣ", "ang": "ㄤ", "eng": "ㄥ", "er": "ㄦ",
		"i": "ㄧ", "ia": "ㄧㄚ", "io": "ㄧㄛ", "ie": "ㄧㄝ", "iai": "ㄧㄞ", "iao": "ㄧㄠ", "iu": "ㄧㄡ", "ian": "ㄧㄢ", "in": "ㄧㄣ", "iang": "ㄧㄤ", "ing": "ㄧㄥ",
		"u": "ㄨ", "ua": "ㄨㄚ", "uo": "ㄨㄛ", "uai": "ㄨㄞ", "ui": "ㄨㄟ", "uan": "ㄨㄢ", "un": "ㄨㄣ", "uang": "ㄨㄤ", "ong": "ㄨㄥ",
		"v": "ㄩ", "ve": "ㄩㄝ", "van": "ㄩㄢ", "vn": "ㄩㄣ", "iong": "ㄩㄥ",
	}
	// withoutInitial are the finals of syllables that begin with y or w.
	withoutInitial = map[string]string{
		"yi": "i", "ya": "ia", "yo": "io", "ye": "ie", "yai": "iai", "yao": "iao", "you": "iu", "yan": "ian", "yin": "in", "yang": "iang", "ying": "ing",
		"wu": "u", "wa": "ua", "wo": "uo", "wai": "uai", "wei": "ui", "wan": "uan", "wen": "un", "wang": "uang", "weng": "ong", "wong": "ong",
		"yu": "v", "yue": "ve", "yuan": "van", "yun": "vn", "yong": "iong",
	}
)

// Zhuyin writes a pinyin syllable in zhuyin, without tone. It is "" for what is no syllable.
func Zhuyin(p string) string {
	if f, ok := withoutInitial[p]; ok {
		return zhuyinFinals[f]
	}
	for _, i := range zhuyinInitials {
		final, ok := strings.CutPrefix(p, i[0])
		switch {
		case !ok:
			continue
		case final == "i" && slices.Contains([]string{"zh", "ch", "sh", "r", "z", "c", "s"}, i[0]):
			return i[1]
		case (i[0] == "j" || i[0] == "q" || i[0] == "x") && strings.HasPrefix(final, "u"):
			final = "v" + final[1:]
		}
		if f := zhuyinFinals[final]; f != "" {
			return i[1] + f
		}
		return ""
	}
	return zhuyinFinals[p]
}
