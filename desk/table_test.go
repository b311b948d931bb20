package desk_test

import (
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestATableIsLookedAtBeforeItIsImported(t *testing.T) {
	b := newBench(t)
	b.do(desk.ViewChosen{View: "import"})
	b.do(desk.TableNamed{Path: "/x/list.csv"})
	if hasCommand[desk.FindTables](b.out) || hasCommand[desk.PreviewTable](b.out) {
		t.Fatal("an agent imports")
	}
	b.s.Session.Role = desk.RoleLead
	b.do(desk.ViewChosen{View: "import"})
	if !hasCommand[desk.FindTables](b.out) {
		t.Error("no tables are looked for")
	}
	b.do(desk.TableNamed{Path: "/x/lis"})
	if hasCommand[desk.PreviewTable](b.out) {
		t.Error("half a name is read")
	}
	b.do(desk.TableNamed{Path: ` "/x/list.csv" `})
	first, ok := last[desk.PreviewTable](b)
	if !ok || first.Order.Path != "/x/list.csv" || first.Order.Duplicates != desk.DuplicatesReport {
		t.Fatalf("it looks at %+v", first)
	}
	looked := desk.TablePreview{Columns: []desk.TableColumn{{Heading: "A", Field: "-"}, {Heading: "B", Field: "phone"}}, Rows: 7, Whole: true}
	b.do(desk.TablePreviewed{Seq: first.Seq, Preview: looked})
	if b.s.MayStart(desk.JobImport) {
		t.Error("a table without names may be imported")
	}
	b.do(desk.ColumnPicked{Column: 0})
	b.do(desk.ColumnPicked{Column: 9}) // there is none
	b.do(desk.ColumnTaken{Field: "name"})
	second, _ := last[desk.PreviewTable](b)
	if second.Seq == first.Seq || !slices.Equal(second.Order.Fields, []string{"name", ""}) {
		t.Errorf("after a column was said it looks at %+v", second)
	}
	looked.Named = true
	b.do(desk.TablePreviewed{Seq: first.Seq, Preview: looked}) // of before
	if b.s.MayStart(desk.JobImport) {
		t.Error("an old answer counts")
	}
	b.do(desk.TablePreviewed{Seq: second.Seq, Preview: looked})
	b.do(desk.JobPressed{Kind: desk.JobImport})
	start, ok := last[desk.StartJob](b)
	if !ok || start.Table == nil || start.Table.Path != "/x/list.csv" || !slices.Equal(start.Table.Fields, []string{"name", ""}) || b.s.Job.Total != 7 {
		t.Fatalf("started %+v", start)
	}
	b.do(desk.JobEnded{ID: start.ID, Code: "stopped"})
	if third, _ := last[desk.PreviewTable](b); third.Seq == second.Seq {
		t.Error("what is in now is not looked at")
	}
	b.do(desk.TableNamed{Path: "/x/other.csv"})
	if b.s.MayStart(desk.JobImport) || len(b.s.Table.Preview.Columns) > 0 {
		t.Error("another table is taken for the one before")
	}
}
