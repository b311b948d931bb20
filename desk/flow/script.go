package flow

import (
	"unicode"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// The two old character sets tell the scripts apart without a table of our own: GB 2312 has the
// characters of mainland print, Big5 those of Taiwan's, and each lacks what only the other writes.
// Characters that both use, in whatever meaning (后 里 台 只 复 着…), are in both and never reported,
// or are right to be reported (着 is 著 in Taiwan).

// simplifiedOnly reports whether r is written in simplified Chinese only.
func simplifiedOnly(r rune) bool {
	// 么 is in Big5 as a rare character of its own; in a text it is the simplified 麼.
	return r == '么' || unicode.Is(unicode.Han, r) && inGB2312(r) && big5Lead(r) == 0
}

// traditionalOnly reports whether r is written in traditional Chinese only. Of Big5 its common half
// counts: the rest has characters of names that simplified texts may have as well.
func traditionalOnly(r rune) bool {
	lead := big5Lead(r)
	return unicode.Is(unicode.Han, r) && lead >= 0xa4 && lead <= 0xc6 && !inGB2312(r)
}

func inGB2312(r rune) bool {
	_, err := simplifiedchinese.HZGB2312.NewEncoder().String(string(r))
	return err == nil
}

// big5Lead is the first byte of r in Big5 proper, else 0: the Hong Kong additions have simplified
// characters too.
func big5Lead(r rune) byte {
	code, err := traditionalchinese.Big5.NewEncoder().String(string(r))
	if err != nil || len(code) != 2 || code[0] < 0xa4 || code[0] > 0xf9 {
		return 0
	}
	return code[0]
}
