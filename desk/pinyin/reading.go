package pinyin

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// Of gives the readings of a character that people type, without tones and with ü as v, the usual one first; none of
// what is not Chinese. Of the rare readings that dictionaries have only those in common use are given: else every
// wang would be sought among the 方.
func Of(r rune) []string {
	if r < firstHan {
		return nil
	}
	found := pinyin.SinglePinyin(r, pinyin.Args{Style: pinyin.Normal})
	if len(found) == 0 {
		return nil
	}
	list := []string{found[0]}
	if second, ok := seconds[r]; ok {
		list = append(list, second)
	}
	return once(list)
}

// firstHan is where the characters begin that may have a reading.
const firstHan = '\u2e80'

// Second gives the reading that people use beside the usual one: 茜 is qian and xi.
func Second(r rune) (string, bool) {
	s, ok := seconds[r]
	return s, ok
}

// Seconds gives all of them, for tests.
func Seconds() map[rune]string { return maps.Clone(seconds) }

// once takes doubles away and types ü as v, as keyboards do. Sounds that are no syllables (ê, m̀) are left out.
func once(list []string) []string {
	var out []string
	for _, s := range list {
		s = strings.ReplaceAll(s, "ü", "v")
		odd := strings.ContainsFunc(s, func(r rune) bool { return r >= unicode.MaxASCII })
		if s != "" && !odd && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// seconds has characters with a second reading that people use, beside the one that the dictionary has first.
//
//nolint:gochecknoglobals // constant in all but name
var seconds = map[rune]string{
	'行': "hang", '乐': "yue", '樂': "yue", '单': "shan", '單': "shan", '长': "chang", '長': "chang", '重': "chong",
	'朝': "zhao", '茜': "xi", '仔': "zi", '柏': "bo", '会': "kuai", '會': "kuai", '调': "tiao", '調': "tiao", '都': "du",
	'参': "shen", '參': "shen", '传': "zhuan", '傳': "zhuan", '弹': "tan", '彈': "tan", '曾': "zeng", '朴': "piao",
	'解': "xie", '查': "zha", '盛': "cheng", '晟': "sheng", '娜': "nuo", '薄': "bo", '藏': "zang", '降': "xiang",
	'露': "lou", '血': "xie", '种': "chong", '種': "chong", '校': "jiao", '系': "ji", '角': "jue", '度': "duo",
	'率': "shuai", '厦': "xia", '六': "lu", '蚌': "beng", '铅': "yan", '番': "pan", '莞': "wan", '阿': "e", '省': "xing",
	'什': "shi", '车': "ju", '車': "ju", '盖': "ge", '的': "di", '着': "zhuo",
	'了': "liao", '还': "huan", '還': "huan", '没': "mo", '觉': "jiao", '覺': "jiao", '差': "chai", '便': "pian",
	'颉': "xie", '琢': "zhuo", '禅': "shan", '禪': "shan", '澄': "deng", '绿': "lu", '拓': "ta", '纶': "guan", '綸': "guan",
	'栎': "yue", '扎': "za", '龟': "qiu", '茄': "qie", '伽': "jia", '壳': "qiao", '殼': "qiao", '脉': "mo", '脈': "mo",
	'模': "mu", '塞': "se", '杉': "sha", '术': "zhu", '巷': "hang",
	'隽': "jun", '雋': "jun", '镐': "hao", '莘': "xin", '蔚': "yu", '乾': "gan",
	'给': "ji", '給': "ji", '劲': "jing", '弄': "long", '屏': "bing", '曝': "bao", '栖': "xi", '识': "zhi",
	'属': "zhu", '屬': "zhu", '熟': "shou", '纤': "qian", '削': "xiao", '畜': "xu", '恶': "wu", '惡': "wu",
	'佛': "fo", '卡': "qia",
}
