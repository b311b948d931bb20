package sheet_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/callbench/callbench/app/sheet"
)

func zipOf(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// parts are an .xlsx with the given sheet and shared strings.
func parts(sheetXML, shared string) map[string]string {
	const rel = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	return map[string]string{
		"_rels/.rels":                `<Relationships><Relationship Id="r" Type="` + rel + `/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<x:workbook xmlns:x="m"><x:sheets><x:sheet name='S' sheetId='1' r:id='r1'/></x:sheets></x:workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="` + rel + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="` + rel + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheetXML,
		"xl/sharedStrings.xml":       shared,
	}
}

func TestOtherWritersFilesAreRead(t *testing.T) {
	path := write(t, "x.xlsx", zipOf(t, parts(
		`<?xml version="1.0"?><!-- <row> --><x:worksheet xmlns:x="m"><x:sheetData>`+
			`<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c t='s'><x:v>1</x:v></x:c><x:c t="e"><x:v>#N/A</x:v></x:c></x:row>`+
			`<x:row r="5"><x:c r="B5" t="inlineStr"><x:is><x:t><![CDATA[<a>]]>&#x5f20;&amp;</x:t></x:is></x:c><x:c r="C5"/><x:c r="D5"><x:v>1.38E+10</x:v></x:c></x:row>`+
			`</x:sheetData></x:worksheet>`,
		`<sst><si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si><si><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></si></sst>`)))
	same(t, rows(t, open(t, path, sheet.Options{})), [][]string{{"東京", "a b", "#N/A"}, nil, nil, nil, {"", "<a>张&", "", "13800000000"}})
}

func TestDamageInsideIsToldNotGuessed(t *testing.T) {
	for name, text := range map[string]string{
		"a shared text that is not there": `<sheetData><row><c t="s"><v>7</v></c></row></sheetData>`,
		"a row that does not end":         `<sheetData><row><c t="s"><v>0</v></c>`,
		"a tag that does not end":         `<sheetData><row><c t="`,
		"a document type":                 `<!DOCTYPE a [<!ENTITY b "c">]><sheetData/>`,
		"too many columns":                `<sheetData><row><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row></sheetData>`,
	} {
		t.Run(name, func(t *testing.T) {
			f, err := sheet.Open(write(t, "x.xlsx", zipOf(t, parts(text, `<sst><si><t>a</t></si></sst>`))), sheet.Options{})
			if err == nil {
				_, err = f.Next()
			}
			if !errors.Is(err, sheet.ErrMalformed) && !errors.Is(err, sheet.ErrTooLarge) {
				t.Error(err)
			}
		})
	}
}

// zeros gives n zero bytes between a head and a tail, without holding them.
func zeros(head string, n int64, tail string) io.Reader {
	return io.MultiReader(strings.NewReader(head), io.LimitReader(endless('0'), n), strings.NewReader(tail))
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func heapNow() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestAZipBombNeitherFillsMemoryNorPasses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bomb.xlsx")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for name, text := range parts("", `<sst/>`) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		in := io.Reader(strings.NewReader(text))
		if strings.Contains(name, "worksheets") { // one cell of 64 MB, in a file of some kB
			in = zeros(`<sheetData><row><c t="inlineStr"><is><t>`, 64<<20, `</t></is></c></row></sheetData>`)
		}
		if _, err := io.Copy(w, in); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	before := heapNow()
	s := open(t, path, sheet.Options{})
	row, err := s.Next()
	if err != nil || !row.Cut || len(row.Cells[0]) > sheet.MaxCell {
		t.Errorf("%v, cut %v", err, row.Cut)
	}
	if grown := int64(heapNow()) - int64(before); grown > 100<<20 {
		t.Errorf("%d MB held", grown>>20)
	}
}

// A file of some kB whose styles, unpacked, would fill memory with number formats.
func TestHugeNumberFormatsAreNotKept(t *testing.T) {
	book := parts(`<sheetData><row><c s="0" t="n"><v>45000</v></c><c s="1"><v>45000</v></c></row></sheetData>`, `<sst/>`)
	const rels = "xl/_rels/workbook.xml.rels"
	book[rels] = strings.Replace(book[rels], "</Relationships>", `<Relationship Id="r3" Type="x/styles" Target="styles.xml"/></Relationships>`, 1)
	long := strings.Repeat("0", 60<<10)
	var styles strings.Builder
	_, _ = styles.WriteString(`<styleSheet><numFmts><numFmt numFmtId="200" formatCode="yyyy-mm-dd"/>`)
	for i := range 50 { // each is judged by itself
		_, _ = fmt.Fprintf(&styles, `<numFmt numFmtId="%d" formatCode="%s"/>`, 1000+i, long)
	}
	_, _ = styles.WriteString(`</numFmts><cellXfs><xf numFmtId="1000"/><xf numFmtId="200"/></cellXfs></styleSheet>`)
	book["xl/styles.xml"] = styles.String()
	s := open(t, write(t, "x.xlsx", zipOf(t, book)), sheet.Options{})
	row, err := s.Next()
	if err != nil || fmt.Sprint(row.Cells) != "[45000 2023-03-15]" { // a format that is kept would fill up with zeros
		t.Errorf("%v, %v", row.Cells, err)
	}
}

func TestAZipOfAMillionPartsIsRefusedBeforeItsDirectoryIsRead(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 12_000 {
		if _, err := z.Create(fmt.Sprintf("xl/%0100d", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := sheet.Open(write(t, "x.xlsx", b.Bytes()), sheet.Options{}); !errors.Is(err, sheet.ErrTooLarge) {
		t.Error(err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("a,b\n\"1\n2\",3\n"))
	f.Add([]byte("\xd5\xc5\xc8\xfd,1\n"))
	x := excelize.NewFile()
	var b bytes.Buffer
	if err := errors.Join(x.SetCellValue("Sheet1", "A1", "张三"), x.Write(&b)); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, content []byte) {
		s, err := sheet.Open(write(t, "x", content), sheet.Options{})
		if err != nil {
			return
		}
		defer s.Close()
		for range 1000 {
			if _, err := s.Next(); err != nil {
				return
			}
		}
	})
}

// FuzzSheet reads any text as the sheet of a workbook.
func FuzzSheet(f *testing.F) {
	f.Add(`<sheetData><row r="2"><c r="B2" t="s"><v>0</v></c><c><v>45000.5</v></c></row></sheetData>`)
	f.Add(`<!--x--><row><c t="inlineStr"><is><t>a&#65;<![CDATA[b]]></t></is></c></row>`)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := sheet.Open(write(t, "x", zipOf(t, parts(text, `<sst><si><t>a</t></si></sst>`))), sheet.Options{})
		if err != nil {
			return
		}
		defer s.Close()
		for {
			if _, err := s.Next(); err != nil {
				return
			}
		}
	})
}
