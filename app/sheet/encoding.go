package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// Encoding is how the characters of a CSV file are written.
type Encoding string

// The encodings. GBK stands for GB18030, which holds it.
const (
	UTF8  Encoding = "utf-8"
	UTF16 Encoding = "utf-16" // with its mark only: Excel's "Unicode text"
	GBK   Encoding = "gbk"
	Big5  Encoding = "big5"
)

const utf8Mark = "\xef\xbb\xbf"

func hasUTF16Mark(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

func (e Encoding) decoder() (*encoding.Decoder, error) {
	switch e {
	case UTF8:
		return unicode.UTF8.NewDecoder(), nil // what is no UTF-8 becomes U+FFFD
	case UTF16:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder(), nil
	case GBK:
		return simplifiedchinese.GB18030.NewDecoder(), nil
	case Big5:
		return traditionalchinese.Big5.NewDecoder(), nil
	}
	return nil, fmt.Errorf("%q: %w", string(e), ErrEncoding)
}

// sampleBytes is how much of the text beyond ASCII is looked at to tell GBK from Big5.
const sampleBytes = 256 << 10

// encodingOf looks at all of r. UTF-8 is certain if every byte of it fits and one is beyond ASCII; between
// GBK and Big5, whose codes overlap, the one wins that gives more of the characters which people use.
func encodingOf(r io.Reader) (_ Encoding, certain bool, err error) {
	var sample, rest []byte
	buf := make([]byte, 256<<10)
	valid, beyond, first := true, false, true
	for {
		n, err := io.ReadFull(r, buf)
		part := buf[:n]
		if first && hasUTF16Mark(part) {
			return UTF16, true, nil
		}
		if first && bytes.HasPrefix(part, []byte(utf8Mark)) {
			return UTF8, true, nil
		}
		first = false
		sample = appendBeyond(sample, part)
		if valid {
			rest = append(rest, part...)
			valid, rest = utf8Prefix(rest)
			beyond = beyond || len(sample) > 0
		}
		if !valid && len(sample) >= sampleBytes {
			break
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			valid = valid && len(rest) == 0
			break
		}
		if err != nil {
			return "", false, err
		}
	}
	if valid {
		return UTF8, true, nil
	}
	gbk, big5 := commonness(GBK, sample), commonness(Big5, sample)
	if gbk >= big5 {
		return GBK, gbk > 1.5*big5+0.05, nil
	}
	return Big5, big5 > 1.5*gbk+0.05, nil
}

// utf8Prefix tells whether b is UTF-8 but for a character that its end cuts, and gives that.
func utf8Prefix(b []byte) (valid bool, cut []byte) {
	for i := 1; i <= 3 && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-i:]) {
				return utf8.Valid(b[:len(b)-i]), bytes.Clone(b[len(b)-i:])
			}
			break
		}
	}
	return utf8.Valid(b), b[:0]
}

// appendBeyond takes the lines over that hold bytes beyond ASCII, as far as there is room. Lines, since in
// both encodings the second byte of a character may be an ASCII letter, never a line's end.
func appendBeyond(sample, part []byte) []byte {
	for line := range bytes.Lines(part) {
		if len(sample) >= sampleBytes {
			break
		}
		if bytes.ContainsFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }) {
			sample = append(sample, line[:min(len(line), sampleBytes)]...)
		}
	}
	return sample
}

// commonness is the share of common characters among those beyond ASCII when text is read as e; characters
// that cannot be read count against it.
func commonness(e Encoding, text []byte) float64 {
	dec, err := e.decoder()
	if err != nil {
		return 0
	}
	read, err := dec.Bytes(text)
	if err != nil {
		return 0
	}
	set := commonTraditional
	if e == GBK {
		set = commonSimplified
	}
	beyond, good := 0, 0.0
	for _, r := range string(read) {
		switch {
		case r < utf8.RuneSelf:
			continue
		case r == utf8.RuneError:
			good -= 2
		case strings.ContainsRune(commonBoth, r), strings.ContainsRune(set, r):
			good++
		case strings.ContainsRune("，。、；：（）“”「」－　", r):
			good += 0.5
		}
		beyond++
	}
	if beyond == 0 {
		return 0
	}
	return max(0, good/float64(beyond))
}

// The characters that lists of customers are full of: headings, surnames, given names, places, companies,
// and the commonest of any text.
const (
	commonBoth = "的一是不了在人有我他大上中下到可以生用地成出好年月日小家子老公司" +
		"姓名客手机座固移性男女先王李周徐胡朱高林何郭梁宋唐曹田董潘蔡余杜沈姜石白崔康毛江史侯黎常雷汪方金夏田任于文安易丁范" +
		"伟明建平志文玉秀英芳美静美雅佳怡慧君心宇欣思民永正立世宏俊杰豪子涵若雨天" +
		"北京上海天津重山河南西安四川福州江州武成都深中台南高新竹市路道街里巷弄城乡镇村座楼室大住址地址" +
		"有限公司股份集科技信息商工行部手位科保食品物流服金文化" +
		"信本成普通意向友介工作等用源零一二三四五六七八九十百千"
	commonSimplified = "这为们来个国说时会对后发经过进动现样们业种问见长间电话单号编码联系籍级别备注" +
		"张刘陈杨赵黄吴孙马罗郑谢韩冯邓许苏卢蒋贾魏叶阎钟陆邹陈龙万钱汤严华贺顾" +
		"军强丽红兰凤龙华国庆维宁杰艳学东贤义" +
		"广东苏浙湾湖辽吉黑龙陕宁贵云滨济岛杭苏厦门长沙郑区县号楼层栋单乡镇湾东" +
		"团术贸实业设计传媒农产药电讯软网络医装饰汽车银证险务职状态创来户贵宾暂准"
	commonTraditional = "這為們來個國說時會對後發經過進動現樣們業種問見長間電話單號編碼聯繫籍級別備註" +
		"張劉陳楊趙黃吳孫馬羅鄭謝韓馮鄧許蘇盧蔣賈魏葉閻鐘陸鄒陳龍萬錢湯嚴華賀顧" +
		"軍強麗紅蘭鳳龍華國慶維寧傑豔學東賢義" +
		"廣東蘇浙灣湖遼吉黑龍陝寧貴雲濱濟島杭蘇廈門長沙鄭區縣號樓層棟單鄉鎮灣東臺" +
		"團術貿實業設計傳媒農產藥電訊軟網絡醫裝飾汽車銀證險務職狀態創來戶貴賓暫準"
)
