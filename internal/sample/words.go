package sample

import (
	"strings"

	"github.com/callbench/callbench/desk"
)

// place is a city with its numbering and the words of its script.
type place struct {
	city, country, area string // area as dialled at home, "" where there is none
	exchange            string // how its landlines begin here
	digits              int    // of a landline without area
	words               *vocabulary
}

// vocabulary is what names and addresses of one script are put together from.
type vocabulary struct {
	surnames, rareSurnames, men, women        []string
	brands, trades, forms, titles, industries []string
	streets                                   []string
	door, room, mobile, work                  string
}

//nolint:gochecknoglobals // word lists, never changed
var (
	statuses       = []desk.CustomerStatus{desk.StatusInterested, desk.StatusInterested, desk.StatusCommitted, desk.StatusCommitted, desk.StatusCommitted, desk.StatusPaused}
	tiers          = []desk.Tier{desk.TierPotential, desk.TierNew, desk.TierNew, desk.TierEstablished, desk.TierEstablished, desk.TierLoyal, desk.TierSleeping}
	mobilePrefixes = strings.Fields("134 135 136 137 138 139 150 151 152 158 159 178 182 187 188 130 131 132 155 156 185 186 133 153 180 189 199")

	simplified = &vocabulary{
		surnames:     strings.Fields("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 邓 冯 曹 彭 肖 田 董 潘 袁 蔡 蒋 余 于 杜 叶 程 魏 苏 吕 丁 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 廖 石 金 韦 贾 夏 傅 方 邹 熊 白 孟 秦 邱 侯 江"),
		rareSurnames: strings.Fields("曾 单 仇 解 查 翟 区 朴 覃 盖 乐 任 华 尉迟 万俟 欧阳 诸葛 令狐 长孙 单于 缪 宓"),
		men:          strings.Fields("伟 强 磊 军 洋 勇 杰 涛 超 明 刚 平 辉 鹏 华 飞 鑫 波 斌 宇 浩 凯 健 俊 帆 志 建 国 文 东 海 峰 亮 龙 子 轩 泽 一 晨 博"),
		women:        strings.Fields("芳 娜 敏 静 丽 艳 娟 霞 燕 玲 婷 雪 琳 倩 颖 洁 慧 欣 怡 佳 梦 雨 晓 兰 萍 红 莉 薇 蕾 晶 月 秀 英 梅 思 诗 涵 语 嘉 宁"),
		brands:       strings.Fields("远方 华信 鼎盛 恒通 天元 瑞丰 星辰 金桥 绿源 博雅 宏图 明达 四海 新合 永泰 安捷 蓝天 众诚 润禾 启明"),
		trades:       strings.Fields("科技 贸易 电子 物流 食品 建材 服饰 机械 医药 文化传媒 餐饮 家居 能源 教育 印刷"),
		forms:        strings.Fields("有限公司 有限公司 有限责任公司 股份有限公司 经营部 商行"),
		titles:       strings.Fields("经理 总经理 采购 会计 行政 主任 店长 工程师 助理 老板"),
		industries:   strings.Fields("零售 制造 物流 餐饮 建筑 教育 医疗 信息技术 农业 服务"),
		streets:      strings.Fields("人民路 中山路 建设路 解放路 和平街 文化路 长江路 新华街 友谊路 光明路 学府路 迎宾大道"),
		door:         "号", room: "室", mobile: "手机", work: "公司",
	}
	formal = &vocabulary{
		surnames:     strings.Fields("陳 林 黃 張 李 王 吳 劉 蔡 楊 許 鄭 謝 郭 洪 邱 曾 廖 賴 徐 周 葉 蘇 莊 江 呂 何 羅 高 蕭"),
		rareSurnames: strings.Fields("單 區 查 解 華 樂 歐陽 諸葛 翁 簡 游 詹"),
		men:          strings.Fields("志 明 俊 傑 建 宏 家 豪 冠 宇 承 恩 柏 翰 宗 彥 廷 信 文 雄 國 華 偉 哲"),
		women:        strings.Fields("淑 芬 美 玲 雅 婷 怡 君 佳 穎 惠 如 宜 蓁 詩 涵 郁 雯 欣 心 慧 麗 芳 秀 珍"),
		brands:       strings.Fields("遠東 華信 鼎盛 宏達 永豐 台聯 新光 東昇 和泰 日月 立信 富邑 長興 美誠"),
		trades:       strings.Fields("科技 貿易 電子 物流 食品 建材 服飾 機械 生技 文創 餐飲 家居"),
		forms:        strings.Fields("有限公司 股份有限公司 企業社 商行"),
		titles:       strings.Fields("經理 總經理 採購 會計 行政 主任 店長 工程師 助理 老闆"),
		industries:   strings.Fields("零售 製造 物流 餐飲 建築 教育 醫療 資訊 農業 服務"),
		streets:      strings.Fields("中山路 民生路 復興路 忠孝路 和平路 信義路 仁愛路 建國路 彌敦道 皇后大道"),
		door:         "號", room: "室", mobile: "手機", work: "公司",
	}

	places = []place{
		{"北京", "+86", "010", "62", 8, simplified},
		{"上海", "+86", "021", "62", 8, simplified},
		{"广州", "+86", "020", "83", 8, simplified},
		{"深圳", "+86", "0755", "26", 8, simplified},
		{"杭州", "+86", "0571", "87", 8, simplified},
		{"成都", "+86", "028", "86", 8, simplified},
		{"武汉", "+86", "027", "87", 8, simplified},
		{"西安", "+86", "029", "88", 8, simplified},
		{"重庆", "+86", "023", "63", 8, simplified},
		{"沈阳", "+86", "024", "23", 8, simplified},
		{"长沙", "+86", "0731", "84", 8, simplified},
		{"西宁", "+86", "0971", "6", 7, simplified},
	}
	traditional = []place{
		{"台北", "+886", "02", "23", 8, formal},
		{"高雄", "+886", "07", "3", 7, formal},
		{"台中", "+886", "04", "22", 8, formal},
		{"香港", "+852", "", "28", 8, formal},
		{"澳門", "+853", "", "283", 8, formal},
	}
)
