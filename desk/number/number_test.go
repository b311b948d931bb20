package number_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/callbench/callbench/desk/number"
)

func TestKey(t *testing.T) {
	for name, c := range map[string]struct{ raw, region, want string }{
		"a mobile as people write it":                    {"138 0013 8000", "", "+8613800138000"},
		"a mobile with dashes is not an extension":       {"138-0013-8000", "", "+8613800138000"},
		"a mobile with plus":                             {"+86 138 0013 8000", "", "+8613800138000"},
		"a mobile with 0086":                             {"0086-13800138000", "", "+8613800138000"},
		"a mobile with 86 and no plus":                   {"8613800138000", "", "+8613800138000"},
		"a mobile with +0086, typed by mistake":          {"+008613800138000", "", "+8613800138000"},
		"a mobile with a trunk 0":                        {"013800138000", "", "+8613800138000"},
		"a mobile with outside line 9":                   {"913800138000", "", "+8613800138000"},
		"a mobile with outside line 9 and trunk 0":       {"9013800138000", "", "+8613800138000"},
		"a mobile with outside line 0 and trunk 0":       {"0013800138000", "", "+8613800138000"},
		"a mobile with outside line 0 and 0086":          {"0008613800138000", "", "+8613800138000"},
		"a mobile in full-width digits":                  {"１３８００１３８０００", "", "+8613800138000"},
		"a mobile with a full-width plus":                {"＋８６　１３８００１３８０００", "", "+8613800138000"},
		"a mobile behind an IP prefix":                   {"17951 13800138000", "", "+8613800138000"},
		"a mobile in a SIP address":                      {"sip:13800138000@10.0.0.1", "", "+8613800138000"},
		"a mobile in a tel link":                         {"tel:+86-138-0013-8000", "", "+8613800138000"},
		"a mobile with a label":                          {"手机：13800138000", "", "+8613800138000"},
		"the first of two numbers":                       {"13800138000/13900139000", "", "+8613800138000"},
		"a mobile of the newest range":                   {"19912345678", "", "+8619912345678"},
		"a landline with area code":                      {"010-62345678", "", "+861062345678"},
		"a landline in brackets":                         {"(010)62345678", "", "+861062345678"},
		"a landline in full-width brackets":              {"（０１０）６２３４５６７８", "", "+861062345678"},
		"a landline with country code":                   {"+86 10 6234 5678", "", "+861062345678"},
		"a landline with country code and bracketed 0":   {"+86 (0)10 6234 5678", "", "+861062345678"},
		"a landline with 0086 and 0":                     {"0086 010 62345678", "", "+861062345678"},
		"a landline with outside line 9":                 {"9010-62345678", "", "+861062345678"},
		"a landline with outside line 0":                 {"0010-62345678", "", "+861062345678"},
		"a landline of a four-digit area":                {"0755-26123456", "", "+8675526123456"},
		"a landline of a seven-digit city":               {"0971-6123456", "", "+869716123456"},
		"a landline with extension behind a dash":        {"010-62345678-8001", "", "+861062345678"},
		"a landline with extension in words":             {"010-62345678转8001", "", "+861062345678"},
		"a landline with extension in traditional words": {"010-62345678 轉 8001", "", "+861062345678"},
		"a landline with 分机":                             {"010-62345678分机8001", "", "+861062345678"},
		"a landline with ext.":                           {"010-62345678 ext. 8001", "", "+861062345678"},
		"a landline with x":                              {"010-62345678x8001", "", "+861062345678"},
		"a landline without area code is only digits":    {"6234 5678", "", "62345678"},
		"a 400 number has no E.164 form":                 {"400-812-3456", "", "4008123456"},
		"a 400 number grouped otherwise":                 {"4008-123-456", "", "4008123456"},
		"a 400 number with 86":                           {"+86 400 812 3456", "", "4008123456"},
		"a 400 number with a trunk 0":                    {"04008123456", "", "4008123456"},
		"a 400 number with extension":                    {"400-812-3456-801", "", "4008123456"},
		"an 800 number":                                  {"800-810-1234", "", "8008101234"},
		"a 95 number":                                    {"95598", "", "95598"},
		"a 95 number behind an area code":                {"010-95598", "", "95598"},
		"a 95 number with 86":                            {"+8695598", "", "95598"},
		"an eight-digit 95 number":                       {"95013888", "", "95013888"},
		"an operator's number":                           {"10086", "", "10086"},
		"a city hotline keeps its area":                  {"0755-12345", "", "075512345"},
		"an emergency number":                            {"110", "", "110"},
		"a feature code keeps its star":                  {"*97", "", "*97"},
		"an extension of the house":                      {"8021", "", "8021"},
		"a Taiwan mobile with plus":                      {"+886 912 345 678", "", "+886912345678"},
		"a Taiwan mobile with 00":                        {"00886912345678", "", "+886912345678"},
		"a Taiwan mobile without plus":                   {"886912345678", "", "+886912345678"},
		"a Taiwan mobile with bracketed 0":               {"+886 (0)912-345-678", "", "+886912345678"},
		"a Taiwan mobile at home":                        {"0912-345-678", "TW", "+886912345678"},
		"a Taipei landline at home":                      {"(02) 2345-6789", "TW", "+886223456789"},
		"a mainland mobile dialled from Taiwan":          {"002 86 13800138000", "TW", "+8613800138000"},
		"a Hong Kong mobile with plus":                   {"+852 9123 4567", "", "+85291234567"},
		"a Hong Kong mobile with 00":                     {"0085291234567", "", "+85291234567"},
		"a Hong Kong mobile without plus":                {"85291234567", "", "+85291234567"},
		"a Hong Kong mobile at home":                     {"9123 4567", "HK", "+85291234567"},
		"a mainland mobile dialled from Hong Kong":       {"001 86 13800138000", "HK", "+8613800138000"},
		"a Macau mobile with plus":                       {"+853 6612 3456", "", "+85366123456"},
		"a Macau mobile at home":                         {"6612 3456", "MO", "+85366123456"},
		"an American number":                             {"+1 (415) 555-2671", "", "+14155552671"},
		"an American number with 00":                     {"0014155552671", "", "+14155552671"},
		"a British number with bracketed 0":              {"+44 (0)20 7946 0958", "", "+442079460958"},
		"anonymous has no key":                           {"anonymous", "", ""},
		"nothing has no key":                             {"", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := number.Key(c.raw, c.region); got != c.want {
				t.Errorf("Key(%q, %q) = %q, want %q", c.raw, c.region, got, c.want)
			}
			e164 := number.Normalise(c.raw, c.region)
			if strings.HasPrefix(c.want, "+") && e164 != c.want || !strings.HasPrefix(c.want, "+") && e164 != "" {
				t.Errorf("Normalise(%q, %q) = %q, key is %q", c.raw, c.region, e164, c.want)
			}
		})
	}
}

func TestShow(t *testing.T) {
	for name, c := range map[string]struct{ raw, region, want string }{
		"a mobile is grouped":                     {"+8613800138000", "", "138 0013 8000"},
		"a landline keeps its 0":                  {"01062345678", "", "010 6234 5678"},
		"an extension stays":                      {"010-62345678转801", "", "010 6234 5678-801"},
		"a neighbour's number keeps its code":     {"00886912345678", "", "+886 912 345 678"},
		"a number at home loses its code":         {"+886912345678", "TW", "0912 345 678"},
		"a neighbour's mobile without its code":   {"0912345678", "", "0912 345 678"},
		"a mainland number abroad shows its code": {"13800138000", "CN", "138 0013 8000"},
		"a short number stays as it is":           {"95598", "", "95598"},
		"a 400 number is grouped":                 {"4008123456", "", "400 812 3456"},
		"a feature code stays as it is":           {" *97 ", "", "*97"},
		"what is no number stays as it is":        {"anonymous", "", "anonymous"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := number.Show(c.raw, c.region); got != c.want {
				t.Errorf("Show(%q, %q) = %q, want %q", c.raw, c.region, got, c.want)
			}
		})
	}
}

func TestOnlyAHiddenNumberIsWithheld(t *testing.T) {
	for raw, want := range map[string]bool{
		"": true, "anonymous": true, "Anonymous": true, "sip:anonymous@anonymous.invalid": true, "\"Anonymous\" <sip:anonymous@10.0.0.1>": true,
		"匿名": true, "-": true, "Private Number": true, "lin": false, "lin8021": false, "sip:lin@pbx.example.com": false, "13800138000": false, "*97": false,
	} {
		if got := number.Withheld(raw); got != want {
			t.Errorf("Withheld(%q) is %v", raw, got)
		}
	}
}

func TestEverySpellingOfAMobileHasOneKey(t *testing.T) {
	prefixes := []string{"", "+86", "86", "0086", "+86 ", "0", "9", "90", "17951", "0086-", "(+86)"}
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`1[3-9][0-9]{9}`).Draw(t, "digits")
		spelled := rapid.SampledFrom(prefixes).Draw(t, "prefix")
		for i, r := range digits {
			if i == 3 || i == 7 {
				spelled += rapid.SampledFrom([]string{"", " ", "-", "　", "."}).Draw(t, "gap")
			}
			if rapid.Bool().Draw(t, "wide") {
				r += '０' - '0'
			}
			spelled += string(r)
		}
		if got := number.Key(spelled, ""); got != "+86"+digits {
			t.Fatalf("Key(%q) = %q", spelled, got)
		}
	})
}

func TestAnE164KeyIsItsOwnKeyInEveryRegion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := number.Normalise(rapid.OneOf(rapid.StringMatching(`[+]?[0-9 -]{6,16}`), rapid.String()).Draw(t, "raw"), "")
		region := rapid.SampledFrom([]string{"", "CN", "TW", "HK", "MO", "US"}).Draw(t, "region")
		if again := number.Key(key, region); again != key {
			t.Fatalf("Key(%q, %q) = %q", key, region, again)
		}
	})
}

func FuzzKey(f *testing.F) {
	f.Add("010-62345678转8001", "CN")
	f.Add("+886 912 345 678", "TW")
	f.Fuzz(func(t *testing.T, raw, region string) {
		key := number.Key(raw, region)
		if strings.Trim(strings.TrimPrefix(key, "+"), "0123456789*#") != "" {
			t.Errorf("Key(%q, %q) = %q holds more than digits and code marks", raw, region, key)
		}
		number.Show(raw, region)
	})
}

func BenchmarkKey(b *testing.B) {
	for name, raw := range map[string]string{
		"mobile": "138 0013 8000", "landline": "010-62345678", "extension": "010-62345678转801", "service": "400-812-3456",
		"labelled": "手机：13800138000", "sip": "sip:13800138000@10.0.0.1", "abroad": "+886 912 345 678",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				number.Key(raw, "")
			}
		})
	}
}
