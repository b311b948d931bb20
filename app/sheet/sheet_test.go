package sheet_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"github.com/callbench/callbench/app/sheet"
	"github.com/callbench/callbench/internal/sample"
)

func write(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, path string, o sheet.Options) *sheet.File {
	t.Helper()
	f, err := sheet.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// rows reads all rows; missing ones are nil.
func rows(t testing.TB, f *sheet.File) [][]string {
	t.Helper()
	var all [][]string
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		for len(all) < row.N-1 {
			all = append(all, nil)
		}
		all = append(all, slices.Clone(row.Cells))
	}
}

func same(t testing.TB, got, want [][]string) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("read %q\nwant %q", got, want)
	}
}

func TestCSVIsReadAsProgramsWriteIt(t *testing.T) {
	table := [][]string{{"姓名", "电话"}, {"张三", "138"}}
	for name, c := range map[string]struct {
		text string
		want [][]string
	}{
		"line ends of Unix":                      {"姓名,电话\n张三,138\n", table},
		"line ends of Windows":                   {"姓名,电话\r\n张三,138\r\n", table},
		"line ends of old Macs":                  {"姓名,电话\r张三,138\r", table},
		"no end of the last line":                {"姓名,电话\n张三,138", table},
		"semicolons":                             {"姓名;电话\n张三;138\n", table},
		"tabs":                                   {"姓名\t电话\n张三\t138\n", table},
		"a mark":                                 {"\xef\xbb\xbf姓名,电话\n张三,138\n", table},
		"control characters behind a mark":       {"\xef\xbb\xbfa,b\n\x01\x01\x01,2\n", [][]string{{"a", "b"}, {"\x01\x01\x01", "2"}}},
		"the separator told":                     {"sep=;\n姓名;电话\n张三;138\n", append([][]string{nil}, table...)},
		"quotes":                                 {"\"姓名\",\"电话\"\n\"张三\",\"138\"\n", table},
		"a separator in quotes":                  {"a;b\n\"1,2,3,4\";\"5,6,7\"\n", [][]string{{"a", "b"}, {"1,2,3,4", "5,6,7"}}},
		"a line end and quotes in quotes":        {"a,b\n\"1\n\"\"2\",3\n", [][]string{{"a", "b"}, {"1\n\"2", "3"}}},
		"quotes inside of a plain cell":          {"a,b\n5\" pipe,x\n", [][]string{{"a", "b"}, {"5\" pipe", "x"}}},
		"text behind a closing quote":            {"a,b\n\"x\"y,z\n", [][]string{{"a", "b"}, {"xy", "z"}}},
		"ragged rows, empty rows and empty ends": {"a,b,c\n1\n\n,,\n1,2,3,4\n,2,,\n", [][]string{{"a", "b", "c"}, {"1"}, nil, nil, {"1", "2", "3", "4"}, {"", "2"}}},
		"NUL bytes stay for who reads the row":   {"姓名,电话\n张\x00三,138\n", [][]string{{"姓名", "电话"}, {"张\x00三", "138"}}},
		"an apostrophe before a formula goes":    {"a,b\n'=1+1,'quoted\n", [][]string{{"a", "b"}, {"=1+1", "'quoted"}}},
		"nothing":                                {"", nil},
	} {
		t.Run(name, func(t *testing.T) {
			same(t, rows(t, open(t, write(t, "x.csv", []byte(c.text)), sheet.Options{})), c.want)
		})
	}
}

func TestEncodingsAreToldByTheirContent(t *testing.T) {
	simplified := "姓名,电话,单位,地址\n张三,13800138000,北京远方科技有限公司,北京市海淀区中关村大街1号\n"
	traditional := "姓名,電話,公司,地址\n陳怡君,0912345678,遠方科技股份有限公司,臺北市信義區松仁路100號\n"
	for name, c := range map[string]struct {
		enc  encoding.Encoding
		text string
		want sheet.Encoding
	}{
		"UTF-8":                 {unicode.UTF8, simplified, sheet.UTF8},
		"UTF-16":                {unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), simplified, sheet.UTF16},
		"UTF-16, big end first": {unicode.UTF16(unicode.BigEndian, unicode.UseBOM), simplified, sheet.UTF16},
		"GBK":                   {simplifiedchinese.GBK, simplified, sheet.GBK},
		"GB18030":               {simplifiedchinese.GB18030, strings.ReplaceAll(simplified, "张三", "张𠮷"), sheet.GBK},
		"Big5":                  {traditionalchinese.Big5, traditional, sheet.Big5},
		"one name in GBK":       {simplifiedchinese.GBK, "姓名\n张三\n", sheet.GBK},
		"one name in Big5":      {traditionalchinese.Big5, "姓名\n張三\n", sheet.Big5},
		"plain ASCII":           {unicode.UTF8, "name,phone\nLee,138\n", sheet.UTF8},
		"GBK far behind ASCII":  {simplifiedchinese.GBK, "name,phone\n" + strings.Repeat("Lee,138\n", 200_000) + "张三丰李明,1\n", sheet.GBK},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := c.enc.NewEncoder().Bytes([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			f := open(t, write(t, "x.csv", b), sheet.Options{})
			if f.Encoding != c.want {
				t.Errorf("taken for %s", f.Encoding)
			}
			var want [][]string
			for line := range strings.Lines(c.text) {
				want = append(want, strings.Split(strings.TrimSuffix(line, "\n"), ","))
			}
			same(t, rows(t, f), want)
		})
	}
}

func TestAHundredListsInGBKAndBig5AreTold(t *testing.T) {
	wrong := 0
	var batch strings.Builder
	seen := map[sheet.Encoding]int{}
	n := 0
	for c := range sample.Customers(3, 4000, "east", 1_790_000_000_000) {
		batch.WriteString(c.Name + "," + c.Company + "," + c.Address + "\n")
		if n++; n%20 != 0 {
			continue
		}
		text := batch.String()
		batch.Reset()
		for want, enc := range map[sheet.Encoding]encoding.Encoding{sheet.GBK: simplifiedchinese.GBK, sheet.Big5: traditionalchinese.Big5} {
			b, err := enc.NewEncoder().Bytes([]byte(text))
			if err != nil { // a list with both scripts does not go into Big5
				continue
			}
			f := open(t, write(t, "x.csv", b), sheet.Options{})
			if seen[want]++; f.Encoding != want && want == sheet.GBK {
				wrong++
			}
		}
	}
	if wrong > 0 || seen[sheet.GBK] < 100 {
		t.Errorf("%d wrong of %v", wrong, seen)
	}
}

func TestTheEncodingCanBeTold(t *testing.T) {
	b, err := traditionalchinese.Big5.NewEncoder().Bytes([]byte("姓名,電話\n張三,1\n"))
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, write(t, "x.csv", b), sheet.Options{Encoding: sheet.GBK})
	if got := rows(t, f); f.Encoding != sheet.GBK || f.Guessed || got[0][0] == "姓名" {
		t.Errorf("read %q as %s", got, f.Encoding)
	}
	if _, err := sheet.Open(write(t, "x.csv", b), sheet.Options{Encoding: "latin"}); !errors.Is(err, sheet.ErrEncoding) {
		t.Error(err)
	}
}

// book makes an .xlsx with excelize.
func book(t testing.TB, fill func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	path := filepath.Join(t.TempDir(), "x.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func put(t testing.TB, f *excelize.File, at string, v any) {
	t.Helper()
	if err := f.SetCellValue("Sheet1", at, v); err != nil {
		t.Fatal(err)
	}
}

func TestWhatExcelWritesIsRead(t *testing.T) {
	path := book(t, func(f *excelize.File) {
		put(t, f, "A1", "姓名")
		put(t, f, "B1", "张三")
		put(t, f, "C1", "张三") // shared
		put(t, f, "A3", 13800138000)
		put(t, f, "B3", 0.1+0.2)
		put(t, f, "C3", true)
		put(t, f, "D3", time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC))
		put(t, f, "E3", time.Date(2026, 2, 28, 13, 5, 9, 0, time.UTC))
		put(t, f, "F3", " a\r\n_x00_ <&> ")
		put(t, f, "AB3", "far")
		if err := f.SetCellRichText("Sheet1", "G3", []excelize.RichTextRun{{Text: "两"}, {Text: "段", Font: &excelize.Font{Bold: true}}}); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellFormula("Sheet1", "H3", "1+1"); err != nil {
			t.Fatal(err)
		}
		zeros := "00000"
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &zeros})
		if err != nil {
			t.Fatal(err)
		}
		put(t, f, "I3", 42)
		if err := errors.Join(f.SetCellStyle("Sheet1", "I3", "I3", style), f.MergeCell("Sheet1", "A4", "C4")); err != nil {
			t.Fatal(err)
		}
		put(t, f, "A4", "merged")
	})
	far := make([]string, 28)
	copy(far, []string{"13800138000", "0.3", "TRUE", "2026-02-28", "2026-02-28 13:05:09", " a\r\n_x00_ <&> ", "两段", "", "00042"})
	far[27] = "far"
	same(t, rows(t, open(t, path, sheet.Options{})), [][]string{{"姓名", "张三", "张三"}, nil, far, {"merged"}})
}

func TestTheFirstVisibleSheetIsReadOrTheNamedOne(t *testing.T) {
	path := book(t, func(f *excelize.File) {
		for _, name := range []string{"客户", "旧"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellValue(name, "A1", name); err != nil {
				t.Fatal(err)
			}
		}
		f.SetActiveSheet(1)
		if err := f.SetSheetVisible("Sheet1", false); err != nil {
			t.Fatal(err)
		}
	})
	f := open(t, path, sheet.Options{})
	if got := rows(t, f); f.Sheet != "客户" || !slices.Equal(f.Sheets, []string{"客户", "旧"}) || got[0][0] != "客户" {
		t.Errorf("%q of %q: %q", f.Sheet, f.Sheets, got)
	}
	if got := rows(t, open(t, path, sheet.Options{Sheet: "旧"})); got[0][0] != "旧" {
		t.Errorf("%q", got)
	}
	if _, err := sheet.Open(path, sheet.Options{Sheet: "none"}); !errors.Is(err, sheet.ErrNoSheet) {
		t.Error(err)
	}
}

func TestWhatIsNoTableIsRefusedWithItsReason(t *testing.T) {
	locked := filepath.Join(t.TempDir(), "x.xlsx")
	f := excelize.NewFile()
	if err := f.SaveAs(locked, excelize.Options{Password: "secret"}); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(book(t, func(f *excelize.File) { put(t, f, "A1", "x") }))
	if err != nil {
		t.Fatal(err)
	}
	xls := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 4096)...)
	for name, c := range map[string]struct {
		path string
		want error
	}{
		"a workbook with a password":    {locked, sheet.ErrEncrypted},
		"an old workbook":               {write(t, "x.xls", xls), sheet.ErrOldExcel},
		"a web page that is called xls": {write(t, "x.xls", []byte("<html><table><tr><td>1</td></tr></table></html>")), sheet.ErrNotSheet},
		"a picture":                     {write(t, "x.csv", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x10\x00\x00\x00\x10")), sheet.ErrNotSheet},
		"another kind of zip":           {write(t, "x.xlsx", zipOf(t, map[string]string{"mimetype": "application/epub+zip"})), sheet.ErrNotSheet},
		"half a workbook":               {write(t, "x.xlsx", good[:len(good)/2]), sheet.ErrMalformed},
		"a folder":                      {t.TempDir(), sheet.ErrNotSheet},
		"nothing":                       {filepath.Join(t.TempDir(), "none.csv"), os.ErrNotExist},
	} {
		t.Run(name, func(t *testing.T) {
			if f, err := sheet.Open(c.path, sheet.Options{}); !errors.Is(err, c.want) {
				t.Errorf("%v: %v", f, err)
			}
		})
	}
}

func TestAHugeCellIsHeldOnceAndALargerOneIsCut(t *testing.T) {
	ten := strings.Repeat("a", 10<<20)
	f := open(t, write(t, "x.csv", []byte("name\n"+ten+"\n"+ten+ten+"\nend\n")), sheet.Options{})
	var sizes []int
	var cut []bool
	for {
		row, err := f.Next()
		if err != nil {
			break
		}
		sizes, cut = append(sizes, len(row.Cells[0])), append(cut, row.Cut)
	}
	if len(sizes) != 4 || sizes[1] != 10<<20 || sizes[2] > sheet.MaxCell || !slices.Equal(cut, []bool{false, false, true, false}) {
		t.Errorf("cells of %d bytes, cut %v", sizes, cut)
	}
}

func TestAQuoteThatDoesNotEndIsToldInsteadOfSwallowingTheFile(t *testing.T) {
	f := open(t, write(t, "x.csv", append([]byte("a,b\n\"x,"), bytes.Repeat([]byte("1234567,\n"), 3<<20)...)), sheet.Options{})
	if _, err := f.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Next(); !errors.Is(err, sheet.ErrMalformed) {
		t.Error(err)
	}
}

// texts are cells as nasty as they come; NUL and what is no UTF-8 aside.
func texts() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[a-z0-9张三陈怡君]{0,8}`),
		rapid.SampledFrom([]string{"=1+1", "'=1", "''=", "'", "+86138", "-1", "@x", "\t=1", "a\r\nb", "\"", "a\"b,c", "_x000D_", "_x005F_", "<a>&amp;", "]]>", " x ", "sep=,", "＝1", "\r", "\n", "|a"}),
		rapid.StringOf(rapid.RuneFrom([]rune(" ,;\t\"'\r\n=+-@_x0D<&>张\u00a0\u0001🙂"))),
	)
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
		t.Run(string(format), func(t *testing.T) {
			dir := t.TempDir()
			rapid.Check(t, func(r *rapid.T) {
				table := rapid.SliceOfN(rapid.SliceOfN(texts(), 1, 6), 1, 6).Draw(r, "table")
				path := filepath.Join(dir, "x."+string(format))
				_ = os.Remove(path)
				w, err := sheet.Create(path, format)
				if err != nil {
					r.Fatal(err)
				}
				// A heading fixes the separator, as in every file of ours.
				var want [][]string
				for _, cells := range append([][]string{{"a", "b", "c", "d", "e", "f"}}, table...) {
					if err := w.Row(cells); err != nil {
						r.Fatal(err)
					}
					for len(cells) > 0 && cells[len(cells)-1] == "" {
						cells = cells[:len(cells)-1]
					}
					if len(cells) == 0 {
						cells = nil
					}
					want = append(want, cells)
				}
				for len(want) > 0 && want[len(want)-1] == nil {
					want = want[:len(want)-1]
				}
				if err := w.Close(); err != nil {
					r.Fatal(err)
				}
				f, err := sheet.Open(path, sheet.Options{})
				if err != nil {
					r.Fatal(err)
				}
				defer f.Close()
				if got := rows(t, f); !reflect.DeepEqual(got, want) {
					r.Fatalf("read %q\nwant %q", got, want)
				}
			})
		})
	}
}

func TestExcelOpensWhatWeWriteAndRunsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.xlsx")
	w, err := sheet.Create(path, sheet.XLSX)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"姓名", "电话"}, {"=cmd|'/c calc'!A1", "+8613800138000"}, {" 两\n行 <&>", "00123"}}
	for _, r := range want {
		if err := w.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, want)
	if formula, err := f.GetCellFormula("Sheet1", "A2"); err != nil || formula != "" {
		t.Errorf("a formula %q, %v", formula, err)
	}
	if _, err := sheet.Create(path, sheet.XLSX); !errors.Is(err, os.ErrExist) {
		t.Error(err)
	}
}

func TestCSVCarriesNoFormula(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	w, err := sheet.Create(path, sheet.CSV)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Row([]string{"=cmd|'/c calc'!A1", "@SUM(A1)", "+8613800138000", "-5", "+1+cmd"}), w.Close()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if want := "\xef\xbb\xbf\"'=cmd|'/c calc'!A1\",'@SUM(A1),+8613800138000,-5,'+1+cmd\r\n"; err != nil || string(b) != want {
		t.Errorf("%q, %v", b, err)
	}
}
