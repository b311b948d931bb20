package localstore

// surnames has the readings of surnames that a dictionary of single characters gets wrong or gives in
// the wrong order: syllables separated by spaces, alternatives by slashes, the surname's own first. The
// everyday reading stays as an alternative: people type what they think.
//
//nolint:gochecknoglobals // constant in all but name
var surnames = map[string]string{
	"曾": "zeng/ceng", "单": "shan/dan", "單": "shan/dan", "仇": "qiu/chou", "解": "xie/jie", "查": "zha/cha",
	"翟": "zhai/di", "区": "ou/qu", "區": "ou/qu", "朴": "piao/pu", "覃": "qin/tan", "盖": "ge/gai", "蓋": "ge/gai",
	"任": "ren", "华": "hua", "華": "hua", "葛": "ge", "乐": "yue/le", "樂": "yue/le", "召": "shao/zhao",
	"折": "she/zhe", "黑": "he/hei", "秘": "bi/mi", "祕": "bi/mi", "冼": "xian", "员": "yun/yuan", "員": "yun/yuan",
	"贠": "yun", "尹": "yin", "缪": "miao/mou", "繆": "miao/mou", "宓": "mi/fu", "佴": "nai/er", "逄": "pang",
	"牟": "mu/mou", "适": "kuo/shi", "洗": "xian/xi", "乜": "nie/mie", "哈": "ha", "那": "na", "隗": "wei/kui",
	"郗": "xi/chi", "应": "ying", "應": "ying", "於": "yu", "宁": "ning", "甯": "ning", "车": "che", "車": "che",
	"种": "chong/zhong", "重": "chong/zhong", "晁": "chao", "谌": "chen/shen", "諶": "chen/shen", "薄": "bo/bao",
	"卜": "bu", "柏": "bai/bo", "鲍": "bao", "贲": "ben", "秦": "qin", "都": "du/dou", "干": "gan", "句": "gou/ju",
	"勾": "gou", "纪": "ji", "紀": "ji", "藉": "ji/jie", "阚": "kan", "闞": "kan", "令": "ling", "么": "yao/me",
	"幺": "yao", "能": "nai/neng", "粘": "nian/zhan", "歙": "she/xi", "沈": "shen/chen", "盛": "sheng/cheng", "石": "shi",
	"帅": "shuai", "忒": "tei/te", "仝": "tong", "危": "wei", "眭": "sui", "相": "xiang", "冯": "feng", "馮": "feng",
	"许": "xu", "許": "xu", "燕": "yan", "殷": "yin", "余": "yu", "俞": "yu", "臧": "zang", "占": "zhan", "祭": "zhai/ji",
	"中": "zhong", "訾": "zi", "撒": "sa", "过": "guo", "過": "guo", "长": "zhang/chang", "長": "zhang/chang",
	"尉迟": "yu/wei chi", "尉遲": "yu/wei chi", "万俟": "mo/wan qi/si", "萬俟": "mo/wan qi/si", "长孙": "zhang/chang sun", "長孫": "zhang/chang sun",
	"单于": "chan/shan yu", "單于": "chan/shan yu", "澹台": "tan/dan tai", "澹臺": "tan/dan tai", "令狐": "ling hu", "宿": "su/xiu",
	"鲜于": "xian yu", "鮮于": "xian yu", "重庆": "chong qing", "重慶": "chong qing", "夏侯": "xia hou", "尉": "wei/yu",
	"诸葛": "zhu ge", "諸葛": "zhu ge", "欧阳": "ou yang", "歐陽": "ou yang", "皇甫": "huang fu", "宰父": "zai fu",
}
