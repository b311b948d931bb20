package pinyin

import "strings"

// Daqian gives the zhuyin that stands on the keys of the usual keyboard of Taiwan (大千) where these letters are: wd is
// ㄊㄎ. Only letters are keys here, so ㄅ, ㄉ and ㄓ, which stand on digits, cannot be meant. ok is false for what has other
// signs.
func Daqian(letters string) (zhuyin string, ok bool) {
	const keys, signs = "qazwsxedcrfvtgbyhnujmikolp", "ㄆㄇㄈㄊㄋㄌㄍㄎㄏㄐㄑㄒㄔㄕㄖㄗㄘㄙㄧㄨㄩㄛㄜㄟㄠㄣ"
	list := []rune(signs)
	var b strings.Builder
	for _, r := range strings.ToLower(letters) {
		at := strings.IndexRune(keys, r)
		if at < 0 {
			return "", false
		}
		b.WriteRune(list[at])
	}
	return b.String(), b.Len() > 0
}
