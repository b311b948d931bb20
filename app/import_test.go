package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"github.com/callbench/callbench/app/host"
	tables "github.com/callbench/callbench/app/sheet"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/ui/words"
)

// tableProfile makes a profile of a desk without server and telephone.
func tableProfile(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "profile.toml"), []byte("lang = \"zh-Hans\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// callbench runs a command of the program.
func callbench(t testing.TB, wantCode int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := Main("test", args, strings.NewReader(""), &out, &errs); code != wantCode {
		t.Fatalf("%s: exit code %d, want %d\n%s%s", strings.Join(args, " "), code, wantCode, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

func importing(t testing.TB, wantCode int, args ...string) importReport {
	t.Helper()
	out, _ := callbench(t, wantCode, append([]string{"import", "--json"}, args...)...)
	var r importReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func written(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// table reads all rows of a file.
func table(t testing.TB, path string) [][]string {
	t.Helper()
	f, err := tables.Open(path, tables.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all [][]string
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, slices.Clone(row.Cells))
	}
}

const simplifiedList = "姓名,手机,单位,地址,客户等级\n张三,13800138000/010-62345678,远方科技,北京市海淀区1号,VIP\n=李四,13900139000,,\"上海市,浦东\",\n,13700137000,,,\n王五,1234567890123,,,贵\n赵六,138 0013 8000,,,\n"

func TestATableGoesInAndComesOutAsItWas(t *testing.T) {
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(simplifiedList)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"utf8.csv": simplifiedList, "marked.csv": "\xef\xbb\xbf" + simplifiedList, "gbk.csv": gbk} {
		t.Run(name, func(t *testing.T) {
			profile, file := tableProfile(t), written(t, name, text)
			got := importing(t, exitNo, file, "--profile", profile)
			if got.Rows != 5 || got.In != 2 || got.Bad != 3 || fmt.Sprint(got.Reasons) != "map[bad_number:1 duplicate_row:1 missing_name:1 unknown_word:1]" {
				t.Errorf("%+v", got)
			}
			bad := table(t, got.BadFile)
			want := [][]string{
				{"姓名", "手机", "单位", "地址", "客户等级", "未导入原因"},
				{"", "13700137000", "", "", "", "第 4 行 没有姓名或单位"},
				{"王五", "1234567890123", "", "", "贵", "第 5 行 不是电话号码 (手机); 不认识的取值 (客户等级)"},
				{"赵六", "138 0013 8000", "", "", "", "第 6 行 与文件中前面的行重复，行号: 2"},
			}
			if fmt.Sprint(bad) != fmt.Sprint(want) {
				t.Errorf("came back %q\nwant      %q", bad, want)
			}
			for _, ending := range []string{"csv", "xlsx"} {
				out := filepath.Join(t.TempDir(), "out."+ending)
				_, said := callbench(t, exitGood, "export", out, "--profile", profile)
				if !strings.Contains(said, "plain text") {
					t.Errorf("said %q", said)
				}
				rows := table(t, out)
				if len(rows) != 3 || rows[1][1] != "张三" || rows[1][5] != "手机:13800138000; 手机:010-62345678" || rows[1][11] != "VIP" || rows[2][1] != "=李四" || rows[2][7] != "上海市,浦东" {
					t.Errorf("%q", rows)
				}
				other := tableProfile(t)
				if again := importing(t, exitGood, out, "--profile", other); again.In != 2 {
					t.Errorf("the export read again: %+v", again)
				}
				second := filepath.Join(t.TempDir(), "out."+ending)
				callbench(t, exitGood, "export", second, "--profile", other)
				if fmt.Sprint(table(t, second)) != fmt.Sprint(rows) {
					t.Errorf("%q\nbecame %q", rows, table(t, second))
				}
			}
		})
	}
}

func TestBig5IsReadAndThePreviewSaysSo(t *testing.T) {
	text, err := traditionalchinese.Big5.NewEncoder().String("姓名,行動電話,公司,備註\n陳怡君,+886 912 345 678,遠方科技股份有限公司,喜歡下午聯繫\n")
	if err != nil {
		t.Fatal(err)
	}
	profile, file := tableProfile(t), written(t, "x.csv", text)
	out, _ := callbench(t, exitGood, "import", file, "--profile", profile, "--preview", "--json")
	var p importPreview
	if err := json.Unmarshal([]byte(out), &p); err != nil {
		t.Fatal(err)
	}
	if p.Encoding != tables.Big5 || p.HeadRow != 1 || p.Would.In != 1 || !p.Whole || p.Rows[0][0] != "陳怡君" || p.Columns[3].Field != "attr:備註" {
		t.Errorf("%s", out)
	}
	if r := importing(t, exitGood, file, "--profile", profile); r.In != 1 {
		t.Errorf("the preview left something behind: %+v", r)
	}
}

func TestColumnsAreChosenOnceAndRemembered(t *testing.T) {
	profile := tableProfile(t)
	first := written(t, "a.csv", "客户名单 2026\n\n甲,乙,丙\n张三,13800138000,x\n")
	callbench(t, exitUsage, "import", first, "--profile", profile)
	callbench(t, exitUsage, "import", first, "--profile", profile, "--map", "nothing=name")
	callbench(t, exitUsage, "import", first, "--profile", profile, "--map", "A=nothing")
	file := written(t, "b.csv", "甲,乙,丙\n张三,13800138000,x\n")
	if r := importing(t, exitGood, file, "--profile", profile, "--map", "甲=name", "--map", "B=phone", "--map", "3=-"); r.In != 1 {
		t.Errorf("%+v", r)
	}
	other := written(t, "c.csv", "甲,乙,丙\n李四,13900139000,x\n")
	if out, _ := callbench(t, exitGood, "import", other, "--profile", profile, "--preview"); !strings.Contains(out, "as chosen before") {
		t.Error(out)
	}
	if r := importing(t, exitGood, other, "--profile", profile); r.In != 1 {
		t.Errorf("%+v", r)
	}
	bare := written(t, "d.csv", "王五,13700137000\n赵六,13600136000\n")
	if r := importing(t, exitGood, bare, "--profile", profile, "--map", "A=name", "--map", "B=phone"); r.In != 2 {
		t.Errorf("without headings: %+v", r)
	}
}

func TestDuplicatesByPhoneAreDealtWithAsTold(t *testing.T) {
	const have = "编号,姓名,电话\nK1,张三,13800138000\nK2,李四,13900139000\n"
	const more = "姓名,电话,邮箱\n张三,138-0013-8000,z@example.com\n张三丰,13800138000;13900139000,\n孙七,13500135000,\n孙七,13500135000,s@example.com\n"
	for policy, want := range map[string]string{
		"report": "in 1 merged 0 skipped 0 back 3: 第 2 行 客户已存在: K1|第 3 行 几位客户都有此号码，人数: 2|第 5 行 与文件中前面的行重复，行号: 4",
		"merge":  "in 1 merged 2 skipped 0 back 1: 第 3 行 几位客户都有此号码，人数: 2",
		"skip":   "in 1 merged 0 skipped 3 back 0: ",
		"new":    "in 4 merged 0 skipped 0 back 0: ",
	} {
		t.Run(policy, func(t *testing.T) {
			profile := tableProfile(t)
			importing(t, exitGood, written(t, "have.csv", have), "--profile", profile)
			code := exitGood
			if policy == "report" || policy == "merge" {
				code = exitNo
			}
			file := written(t, "more.csv", more)
			for round := range 2 {
				r := importing(t, code, file, "--profile", profile, "--duplicates", policy)
				var reasons []string
				if r.BadFile != "" {
					for _, row := range table(t, r.BadFile)[1:] {
						reasons = append(reasons, row[3])
					}
				}
				got := fmt.Sprintf("in %d merged %d skipped %d back %d: %s", r.In+r.Known, r.Merged, r.Skipped, r.Bad, strings.Join(reasons, "|"))
				if got != want || round == 1 && r.In != 0 {
					t.Errorf("round %d: %s, want %s", round, got, want)
				}
			}
			if policy != "merge" {
				return
			}
			out := filepath.Join(t.TempDir(), "out.csv")
			callbench(t, exitGood, "export", out, "--profile", profile, "--query", "example.com")
			if rows := table(t, out); len(rows) != 3 || rows[1][6] != "z@example.com" || rows[2][6] != "s@example.com" {
				t.Errorf("%q", rows)
			}
		})
	}
}

func TestWhatCannotBeImportedIsSaid(t *testing.T) {
	profile := tableProfile(t)
	for name, c := range map[string]struct {
		file, says string
		args       []string
	}{
		"no file":          {filepath.Join(t.TempDir(), "x.csv"), "x.csv: no such file", nil},
		"an empty table":   {written(t, "x.csv", ""), "empty", nil},
		"a web page":       {written(t, "x.xls", "<html><body>"), "neither .xlsx nor CSV", nil},
		"an old workbook":  {written(t, "x.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("\x00", 600)), "Excel 97", nil},
		"half a workbook":  {written(t, "x.xlsx", "PK\x03\x04"+strings.Repeat("x", 100)), "damaged", nil},
		"no name":          {written(t, "x.csv", "电话\n13800138000\n"), "--map COLUMN=name", nil},
		"a bad file taken": {written(t, "x.csv", "姓名,电话\n张三,x\n"), "bad.csv: file exists", []string{"--bad", written(t, "bad.csv", "")}},
	} {
		t.Run(name, func(t *testing.T) {
			code := exitUsage
			if name == "half a workbook" {
				code = exitNo
			}
			if _, said := callbench(t, code, append([]string{"import", c.file, "--profile", profile}, c.args...)...); !strings.Contains(said, c.says) {
				t.Errorf("said %q", said)
			}
		})
	}
	lock, err := host.LockProfile(profile)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if _, said := callbench(t, exitNo, "import", written(t, "x.csv", "姓名\n张三\n"), "--profile", profile); !strings.Contains(said, "close Callbench") {
		t.Errorf("said %q", said)
	}
	callbench(t, exitUsage, "export", written(t, "x.csv", ""), "--profile", tableProfile(t))
	callbench(t, exitUsage, "export", filepath.Join(t.TempDir(), "x.pdf"), "--profile", tableProfile(t))
}

func TestReasonsAreWordsAndAnExportOfNobodyWarnsOfNothing(t *testing.T) {
	profile, file := tableProfile(t), written(t, "x.csv", "姓名,电话\n张三,13800138000\n,13900139000\n李四,x\n")
	out, _ := callbench(t, exitGood, "import", file, "--profile", profile, "--preview", "--lang", "en")
	say := words.For("en")
	for _, want := range []string{say.Say(words.ImportMissingName), say.Say(words.ImportBadNumber) + " (电话)", say.Fill(words.ImportRow, "row", "4")} {
		if !strings.Contains(out, want) {
			t.Errorf("the preview lacks %q: %s", want, out)
		}
	}
	out, _ = callbench(t, exitNo, "import", file, "--profile", profile, "--lang", "en")
	if !strings.Contains(out, "1 "+say.Say(words.ImportBadNumber)) || strings.Contains(out, "bad_number") {
		t.Errorf("the import says %s", out)
	}
	dir := t.TempDir()
	if _, said := callbench(t, exitGood, "export", filepath.Join(dir, "nobody.csv"), "--profile", profile, "--query", "nobody has this"); strings.Contains(said, "plain text") {
		t.Errorf("warned of %s", said)
	}
	if _, said := callbench(t, exitGood, "export", filepath.Join(dir, "all.csv"), "--profile", profile); !strings.Contains(said, "plain text") {
		t.Errorf("said %q", said)
	}
	if _, said := callbench(t, exitUsage, "export", filepath.Join(dir, "all.csv"), "--profile", profile); strings.Contains(said, "plain text") {
		t.Errorf("warned of %s", said)
	}
}

// tableStore opens a store of its own for the engine.
func tableStore(t testing.TB) (*localstore.Store, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := localstore.Open(t.Context(), localstore.Config{Path: filepath.Join(dir, "desk.db"), Key: [32]byte{1}, User: "8001"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, dir
}

const marker = "绝密标记客户"

// longList writes n customers into a table, each with the marker in it; every hundredth has no name.
func longList(t testing.TB, path string, n int) {
	t.Helper()
	w, err := tables.Create(path, tables.XLSX)
	if err != nil {
		t.Fatal(err)
	}
	rows := [][]string{{"姓名", "手机", "地址"}}
	for i := range n {
		name := fmt.Sprint(marker, i)
		if i%100 == 99 {
			name = ""
		}
		rows = append(rows, []string{name, fmt.Sprintf("139%08d", i), marker + "路" + fmt.Sprint(i) + "号"})
	}
	for _, r := range rows {
		if err := w.Row(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func engine(t testing.TB, s *localstore.Store, file string, progress func(importProgress)) *importer {
	t.Helper()
	im, err := openImport(t.Context(), importJob{
		File: file, Duplicates: duplicatesReport, Store: s, Words: words.For("en"), Now: time.Now, Progress: progress,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = im.close() })
	return im
}

// A column that is left out may hold much: rows of it do not gather until there are a thousand.
func TestLongRowsAreNotGathered(t *testing.T) {
	s, _ := tableStore(t)
	var text strings.Builder
	_, _ = text.WriteString("姓名,手机,档案\n")
	for i := range 20 {
		_, _ = fmt.Fprintf(&text, "客户%d,139%08d,%s\n", i, i, strings.Repeat("x", 1<<20))
	}
	var at []int
	im, err := openImport(t.Context(), importJob{
		File: written(t, "long.csv", text.String()), Map: map[string]string{"档案": "-"}, Duplicates: duplicatesReport, Store: s,
		Words: words.For("en"), Now: time.Now, Progress: func(p importProgress) { at = append(at, p.In) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer im.close()
	if r, err := im.Run(t.Context()); err != nil || r.In != 20 || len(at) < 3 || at[0] > 8 {
		t.Errorf("%+v, %v; batches end at %v", r, err, at)
	}
}

func TestACancelledImportGoesOnWhereItEnded(t *testing.T) {
	const n = 5000
	s, _ := tableStore(t)
	file := filepath.Join(t.TempDir(), "list.xlsx")
	longList(t, file, n)
	for _, after := range []int{1, 2000, n} {
		ctx, cancel := context.WithCancel(t.Context())
		r, err := engine(t, s, file, func(p importProgress) {
			if p.In+p.Known >= after {
				cancel()
			}
		}).Run(ctx)
		cancel()
		if err != nil || !r.Cancelled && after < n || r.In+r.Known+r.Bad > r.Rows {
			t.Errorf("%+v, %v", r, err)
		}
		counts, err := s.Count(t.Context())
		if err != nil || counts[desk.TableCustomer] != r.In+r.Known {
			t.Errorf("%v after %+v, %v", counts, r, err)
		}
	}
	r, err := engine(t, s, file, nil).Run(t.Context())
	if err != nil || r.Known != n*99/100 || r.In != 0 || r.Bad != n/100 {
		t.Errorf("at last %+v, %v", r, err)
	}
	if got := len(table(t, r.BadFile)); got != n/100+1 {
		t.Errorf("%d rows came back", got)
	}
}

func TestAnAgentSavesWhileAnImportRuns(t *testing.T) {
	s, _ := tableStore(t)
	file := filepath.Join(t.TempDir(), "list.xlsx")
	longList(t, file, 3000)
	im := engine(t, s, file, nil)
	im.job.Gentle = true
	saved := make(chan error, 1)
	rounds, stop := 0, make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				saved <- nil
				return
			default:
			}
			rounds++
			_, err := s.Commit(t.Context(), desk.Intent{
				ID: fmt.Sprint("save-", rounds), Kind: "contact.save", At: 1,
				Changes: []desk.Change{{Table: desk.TableContact, Key: fmt.Sprint("contact-", rounds), Fields: []byte(`{"at":5}`)}},
			})
			if err != nil {
				saved <- err
				return
			}
		}
	}()
	r, err := im.Run(t.Context())
	close(stop)
	if serr := <-saved; serr != nil || err != nil || r.In != 2970 {
		t.Errorf("%+v, %v, %v", r, err, serr)
	}
	if turns := 3000 / importGentle; rounds < turns { // each transaction of the import lets one of the agent's by
		t.Errorf("%d saves beside %d transactions", rounds, turns)
	}
}
