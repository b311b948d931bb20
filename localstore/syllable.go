package localstore

import (
	"slices"
	"strings"
	"sync"
)

// allSyllables are the syllables of Mandarin in pinyin, ü as v, with the rare ones that the dictionary of
// readings has. Sounds without a vowel (m, ng, hm) are no syllables of names and are left out.
const allSyllables = `a ai an ang ao ba bai ban bang bao bei ben beng bi bian biang biao bie bin bing bo bong bu ca cai can cang
cao ce cei cen ceng cha chai chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou
cu cuan cui cun cuo da dai dan dang dao de dei den deng di dia dian diao die din ding diu dong dou du duan dui dun duo e ei en eng
er fa fan fang fei fen feng fiao fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai
han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue
jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei len leng li lia lian
liang liao lie lin ling liu lo long lou lu luan lun luo lv lve ma mai man mang mao me mei men meng mi mian miao mie min ming miu mo
mou mu na nai nan nang nao ne nei nen neng ni nia nian niang niao nie nin ning niu nong nou nu nuan nun nuo nv nve o ou pa pai pan
pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun ran rang rao
re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang sao se sen seng sha shai shan shang shao she shei shen sheng shi
shou shu shua shuai shuan shuang shui shun shuo si song sou su suan sui sun suo ta tai tan tang tao te tei teng ti tian tiao tie
ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen weng wo wong wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue
xun ya yai yan yang yao ye yi yin ying yo yong you yu yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe
zhei zhen zheng zhi zhong zhou zhu zhua zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo`

// sounds are the syllables in both spellings.
type sounds struct {
	pinyin map[string]bool
	starts map[string]bool   // what a syllable begins with, not whole
	zhuyin map[string]string // to pinyin
	longer map[string]string // what begins a syllable in zhuyin, to what all those syllables begin with in pinyin
}

//nolint:gochecknoglobals // a constant table, made when it is first asked for
var allSounds = sync.OnceValue(func() sounds {
	s := sounds{map[string]bool{}, map[string]bool{}, map[string]string{}, map[string]string{}}
	for p := range strings.FieldsSeq(allSyllables) {
		s.pinyin[p] = true
		for n := 1; n < len(p); n++ {
			s.starts[p[:n]] = true
		}
		z := zhuyinOf(p)
		if p != "wong" { // is written as weng is
			s.zhuyin[z] = p
		}
		for at := range z {
			if at == 0 {
				continue
			}
			common, ok := s.longer[z[:at]]
			if !ok {
				common = p
			}
			for !strings.HasPrefix(p, common) {
				common = common[:len(common)-1]
			}
			s.longer[z[:at]] = common
		}
	}
	return s
})

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

// zhuyinOf writes a pinyin syllable in zhuyin, without tone. It is "" for what is no syllable.
func zhuyinOf(p string) string {
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
