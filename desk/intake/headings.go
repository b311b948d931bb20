package intake

import "strings"

// headings gives the field of each known heading in its plain form.
func headings() map[string]Field { return knownHeadings }

//nolint:gochecknoglobals // constant in all but name
var knownHeadings = listed(map[Field]string{
	Name: `姓名 名字 名称 名稱 客户 客戶 客户名 客户名称 客户姓名 客戶名稱 客戶姓名 联系人 聯絡人 聯繫人 联系人姓名 联络人 用户名称 用户姓名 用戶姓名
		会员姓名 會員姓名 会员名 机主 机主姓名 称呼 name fullname customer customername contact contactname contactperson clientname client`,
	Number: `客户编号 客戶編號 客户号 客戶號 客户号码编号 编号 編號 会员号 會員號 会员编号 會員編號 会员卡号 卡号 卡號 户号 戶號 客户代码 客戶代碼 账号 帐号 帳號
		用户编号 用戶編號 number customernumber customerno customerid customercode clientid accountnumber accountno memberid membernumber no`,
	Company: `单位 單位 公司 公司名 公司名称 公司名稱 单位名称 單位名稱 企业 企業 企业名称 企業名稱 工作单位 工作單位 所属公司 所屬公司 服务单位 任职公司
		company companyname organisation organization org employer business businessname`,
	Title: `职务 職務 职位 職位 职称 職稱 头衔 頭銜 岗位 title jobtitle position job role`,
	Phone: `电话 電話 电话号码 電話號碼 联系电话 聯繫電話 聯絡電話 手机 手機 手机号 手機號 手机号码 手機號碼 移动电话 移動電話 行動電話 行动电话 联系方式 聯繫方式 聯絡方式
		联系号码 联系手机 座机 座機 固话 固話 固定电话 固定電話 市話 市内电话 办公电话 辦公電話 公司电话 公司電話 单位电话 單位電話 家庭电话 家庭電話 住宅电话 住宅電話 宅电 宅電 家电话
		传真 傳真 备用电话 備用電話 其他电话 其他電話 来电号码 來電號碼 号码 號碼
		phone phonenumber phoneno telephone telephonenumber tel mobile mobilephone mobilenumber mobileno cell cellphone cellnumber
		workphone officephone businessphone homephone homenumber fax faxnumber contactnumber contactphone otherphone landline`,
	Email: `邮箱 郵箱 电子邮箱 電子郵箱 电子邮件 電子郵件 邮件 郵件 邮箱地址 电邮 電郵 信箱 電子信箱 email emailaddress mail`,
	Address: `地址 联系地址 聯繫地址 聯絡地址 详细地址 詳細地址 通讯地址 通訊地址 住址 家庭地址 家庭住址 单位地址 單位地址 公司地址 收货地址 省 省份 市 城市 区 區 区县 縣市 街道
		address homeaddress mailingaddress postaladdress street streetaddress province city district addressline`,
	Sex:      `性别 性別 sex gender`,
	Industry: `行业 行業 所属行业 所屬行業 产业 產業 industry sector`,
	Source:   `来源 來源 客户来源 客戶來源 渠道来源 source leadsource customersource`,
	Status:   `状态 狀態 客户状态 客戶狀態 status customerstatus`,
	Level:    `等级 等級 级别 級別 客户等级 客戶等級 客户级别 客戶級別 会员等级 會員等級 level customerlevel grade`,
	Created: `创建时间 建立時間 创建日期 建立日期 建档日期 建檔日期 建档时间 登记日期 登記日期 登记时间 录入时间 录入日期 添加时间 注册时间 註冊時間
		created createdat createdon createddate creationdate dateadded registered`,
	// What our own files say beside the customer himself, and numbering.
	Ignore: `序号 序號 行号 行號 原因 未导入原因 未匯入原因 最近联系 最近聯繫 下次拜访 下次拜訪 归属 歸屬 组 組 分层 分層 reasonnotimported lastcontact nextvisit owner group tier rownumber row`,
})

func listed(words map[Field]string) map[string]Field {
	all := map[string]Field{}
	for f, list := range words {
		for w := range strings.FieldsSeq(list) {
			all[plain(w)] = f
		}
	}
	return all
}

// labels are what a phone is called by its column's heading or by what stands before it in the cell.
func labelOf(heading string) string {
	h := plain(heading)
	for _, l := range []struct{ label, words string }{
		{"传真", "传真 傳真 fax"},
		{"手机", "手机 手機 移动 移動 行動 行动 机主 mobile cell"},
		{"办公", "办公 辦公 公司 单位 單位 work office business"},
		{"住宅", "家庭 住宅 宅电 宅電 家电话 home"},
		{"座机", "座机 座機 固话 固話 固定 市話 市内 landline"},
		{"备用", "备用 備用 其他 other"},
	} {
		for w := range strings.FieldsSeq(l.words) {
			if strings.Contains(h, w) {
				return l.label
			}
		}
	}
	return ""
}

// words gives what a cell of a closed field means; "" is no answer.
func word(f Field, text string) (string, bool) {
	v, ok := knownWords[f][strings.ToLower(strings.TrimSpace(text))]
	return v, ok
}

//nolint:gochecknoglobals // constant in all but name
var knownWords = map[Field]map[string]string{
	Sex:    meanings("m: 男 男性 先生 m male man mr; f: 女 女性 女士 小姐 太太 f female woman ms mrs; : 未知 不详 不詳 保密 - unknown"),
	Status: meanings("interested: 意向 意向客户 意向客戶 潜在 潛在 interested; committed: 准客户 準客戶 准客戶 成交 已成交 committed; paused: 暂停 暫停 paused"),
	Level:  meanings("normal: 普通 一般 普通客户 普通客戶 普通会员 normal standard regular; vip: vip vip客户 vip客戶 贵宾 貴賓 重要"),
	Source: meanings("outreach: 主动联系 主動聯繫 主动 outreach; advertising: 广告 廣告 广告媒体 廣告媒體 advertising ads; referral: 朋友介绍 朋友介紹 介绍 介紹 转介绍 referral"),
}

func meanings(list string) map[string]string {
	all := map[string]string{}
	for part := range strings.SplitSeq(list, ";") {
		value, words, _ := strings.Cut(part, ":")
		for w := range strings.FieldsSeq(words) {
			all[w] = strings.TrimSpace(value)
		}
	}
	return all
}
