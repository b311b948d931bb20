package ui

import (
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

func TestAnImportIsDoneByKeys(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("import", desk.ZhHans))
	b.press("Down")
	b.wants(desk.ColumnPicked{Column: 2}, "Down among the columns")
	b.press("Up")
	b.wants(desk.ColumnPicked{Column: 0}, "Up among the columns")
	if a, ok := b.w.shown.Action(present.ActImport); !ok || a.Do != (desk.JobPressed{Kind: desk.JobImport}) {
		t.Errorf("the search for actions has %+v", a)
	}
	b.press("Enter")
	if got := b.took(); len(got) > 0 {
		t.Errorf("Enter sent %v: an import begins by its button", got)
	}
	for range 80 {
		b.tab(false)
		if x, ok := b.w.focused().(*button); ok && x == b.w.table.buttons[0] {
			b.press("Enter")
			b.wants(desk.JobPressed{Kind: desk.JobImport}, "Enter on the button")
			break
		}
	}
	b.w.leave()
	b.show(screen("importing", desk.ZhHans))
	busy := b.w.table.busy
	if !busy.Visible() || busy.m.Share < 0.3 || busy.m.Share > 0.5 || busy.m.Cancel.Do != (desk.JobStopped{}) {
		t.Errorf("under way: %+v", busy.m)
	}
}
