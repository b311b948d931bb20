package localstore

import (
	"strings"
	"sync"

	"github.com/callbench/callbench/desk/pinyin"
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
		z := pinyin.Zhuyin(p)
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
