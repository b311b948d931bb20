package intake_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/intake"
)

func TestHeadingsAreGuessedInThreeLanguages(t *testing.T) {
	for headings, want := range map[string]string{
		"序号,客户编号,姓名,性别,手机,办公电话,单位,地址,备注":                          "- number name sex phone phone company address attr:备注",
		"客戶編號,聯絡人,公司名稱,行動電話,市話,傳真,電子信箱,縣市,地址":                     "number name company phone phone phone email address address",
		"Customer No.,Full Name,Company,Mobile,Home Phone,E-mail": "number name company phone phone email",
		"客户名称,联系人,联系电话1,联系电话2":                                    "name attr:联系人 phone phone",
		"姓名（必填）,手机/微信,客户等级,客户状态,客户来源,建档日期,生日":                     "name phone level status source created attr:生日",
		"张三,13800138000": "attr:张三 attr:13800138000",
		",姓名,姓名":         "- name attr:姓名",
	} {
		cols := intake.Guess(strings.Split(headings, ","))
		var got []string
		for _, c := range cols {
			got = append(got, string(c.Field))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s\n got %s\nwant %s", headings, strings.Join(got, " "), want)
		}
	}
	cols := intake.Guess([]string{"手机号码", "办公电话", "Fax", "宅电"})
	for i, want := range []string{"手机", "办公", "传真", "住宅"} {
		if cols[i].Label != want {
			t.Errorf("%s is labelled %q", cols[i].Heading, cols[i].Label)
		}
	}
	if n := intake.Recognised([]string{"张三", "138"}); n != 0 {
		t.Errorf("a row of values has %d headings", n)
	}
	if intake.Fingerprint([]string{"姓名", "电话"}) == intake.Fingerprint([]string{"电话", "姓名"}) {
		t.Error("the order of headings does not count")
	}
}

const headings = "客户编号,姓名,性别,手机,办公电话,单位,邮箱,省,地址,客户来源,客户状态,客户等级,建档日期,生日"

func TestARowBecomesACustomer(t *testing.T) {
	cols := intake.Guess(strings.Split(headings, ","))
	cells := []string{
		" K-001 ", "张　三", "先生", "138 0013 8000、139-0013-9000", "010-62345678转801", "远方科技\n有限公司", "z@example.com", "河南省",
		"郑州市1号", "朋友介绍", "准客户", "VIP", "2024年3月5日", "1990-01-01",
	}
	got, problems := intake.Read(cols, cells, 480)
	want := desk.Customer{
		Number: "K-001", Name: "张　三", Sex: "m", Company: "远方科技 有限公司", Email: "z@example.com", Address: "河南省郑州市1号",
		Phones: []desk.Phone{
			{Label: "手机", Raw: "138 0013 8000", E164: "+8613800138000"},
			{Label: "手机", Raw: "139-0013-9000", E164: "+8613900139000"},
			{Label: "办公", Raw: "010-62345678转801", E164: "+861062345678"},
		},
		Source: "referral", Status: desk.StatusCommitted, Level: desk.LevelVIP, Tier: desk.TierPotential,
		CreatedAt:  desk.MillisOf(time.Date(2024, 3, 4, 16, 0, 0, 0, time.UTC)),
		Attributes: map[string]string{"生日": "1990-01-01"},
	}
	if len(problems) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n got %+v\nwant %+v", problems, got, want)
	}
}

func TestPhonesAreTakenApart(t *testing.T) {
	for cell, want := range map[string]string{
		"13800138000":                    "手机 13800138000",
		"138 0013 8000":                  "手机 138 0013 8000",
		"13800138000/010-62345678":       "手机 13800138000|手机 010-62345678",
		"13800138000 13900139000":        "手机 13800138000|手机 13900139000",
		"办公:010-62345678；手机:13800138000": "办公 010-62345678|手机 13800138000",
		"13800138000(李女士)":               "李女士 13800138000",
		"95598":                          "手机 95598",
		"4008123123":                     "手机 4008123123",
		"+852 2345 6789":                 "手机 +852 2345 6789",
		"１３８００１３８０００":                    "手机 １３８００１３８０００",
		"13800138000,13800138000":        "手机 13800138000",
		"62345678":                       "手机 62345678",
	} {
		c, problems := intake.Read(intake.Guess([]string{"姓名", "手机"}), []string{"x", cell}, 0)
		var got []string
		for _, p := range c.Phones {
			got = append(got, p.Label+" "+p.Raw)
		}
		if len(problems) > 0 || strings.Join(got, "|") != want {
			t.Errorf("%s: %s %v, want %s", cell, strings.Join(got, "|"), problems, want)
		}
	}
}

func TestEachProblemIsToldWithItsColumn(t *testing.T) {
	for cells, want := range map[string]string{
		",,,":                               "missing_name:",
		"张三,1.38E+10":                       "bad_number:手机",
		"张三,12":                             "bad_number:手机",
		"张三,1380013800":                     "bad_number:手机",
		"张三,没有":                             "bad_number:手机",
		"张三,,vip1":                          "unknown_word:等级",
		"张三,,,not an address":               "bad_email:邮箱",
		"张三,,,,01/02/2024":                  "bad_date:建档日期",
		"张\ufffd,":                          "unreadable:姓名 missing_name:",
		"张\x00三,":                           "unreadable:姓名 missing_name:",
		"#N/A,":                             "formula_error:姓名 missing_name:",
		"张三,,,,,more":                       "more_cells:",
		",12,C,x,y":                         "bad_number:手机 unknown_word:等级 bad_email:邮箱 bad_date:建档日期 missing_name:",
		strings.Repeat("长", 201):            "too_long:姓名 missing_name:",
		"张三," + strings.Repeat("x/", 1<<20): "too_long:手机", // not a million problems
		"张三," + strings.Repeat("95598/", 3) + "10001/10002/10003/10004/10005/10006/10007/10008/10009/10010": "too_many:手机",
	} {
		_, problems := intake.Read(intake.Guess([]string{"姓名", "手机", "等级", "邮箱", "建档日期"}), strings.Split(cells, ","), 0)
		var got []string
		for _, p := range problems {
			got = append(got, string(p.Code)+":"+p.Heading)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%.30q: %v, want %s", cells, got, want)
		}
	}
}

func TestACompanyAloneIsACustomer(t *testing.T) {
	c, problems := intake.Read(intake.Guess([]string{"公司"}), []string{"远方科技"}, 0)
	if len(problems) > 0 || c.Name != "远方科技" {
		t.Errorf("%+v %v", c, problems)
	}
}

func TestMergingFillsWhatIsEmptyAndReplacesNothing(t *testing.T) {
	there := desk.Customer{Name: "张三", Company: "甲", Phones: []desk.Phone{{Raw: "13800138000"}}, Attributes: map[string]string{"a": "1"}}
	row := desk.Customer{
		Name: "张山", Company: "乙", Email: "x@y.z", Phones: []desk.Phone{{Raw: "138 0013 8000"}, {Raw: "95598"}},
		Attributes: map[string]string{"a": "2", "b": "3"}, Level: desk.LevelVIP,
	}
	got := intake.Fill(there, row)
	const want = `{"attributes":{"a":"1","b":"3"},"email":"x@y.z","phones":[{"raw":"13800138000"},{"raw":"95598"}]}`
	if string(got) != want {
		t.Errorf("%s", got)
	}
	if err := json.Unmarshal(got, &there); err != nil {
		t.Fatal(err)
	}
	if again := intake.Fill(there, row); again != nil {
		t.Errorf("the second time it adds %s", again)
	}
}

// Whatever stands in a row, what Read gives is a customer that central takes: within limits and words.
func TestAnyRowGivesACustomerOrAReason(t *testing.T) {
	cols := intake.Guess(strings.Split(headings, ","))
	rapid.Check(t, func(r *rapid.T) {
		cells := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"张三", "138/010-1234567", "男", "VIP", "2024-1-1", "a@b", strings.Repeat("x", 3000)})), 0, 16).Draw(r, "cells")
		c, problems := intake.Read(cols, cells, 480)
		if len(problems) > 0 {
			return
		}
		b, err := json.Marshal(c)
		if err != nil || c.Name == "" || len(b) > 24<<10 {
			r.Fatalf("%d bytes, name %q, %v", len(b), c.Name, err)
		}
		for _, p := range c.Phones {
			if intake.KeyOf(p) == "" {
				r.Fatalf("phone %q", p.Raw)
			}
		}
		if added := intake.Fill(desk.Customer{Name: c.Name, Attributes: map[string]string{"a": "b"}}, c); len(added) > 24<<10 {
			r.Fatalf("%d bytes are added", len(added))
		}
		if added := intake.Fill(c, c); added != nil {
			r.Fatalf("a customer adds to himself: %s", added)
		}
	})
}
