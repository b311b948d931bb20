package ui

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
)

func TestAListIsWalkedByKeys(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("customers", desk.ZhHans))
	b.took()
	b.press("Down")
	b.wants(desk.CustomerPicked{Customer: "c2"}, "Down")
	b.press("Enter")
	b.wants(desk.CustomerOpened{Customer: "c1"}, "Enter")
	b.press("Up") // from the first row to the page before
	b.wants(desk.CustomersPaged{Back: true}, "Up")
	b.w.focus(b.w.customers.search)
	b.typed("李")
	b.wants(desk.CustomersSought{Text: "李"}, "typing")
	b.press("Down") // also from within the field
	b.wants(desk.CustomerPicked{Customer: "c2"}, "Down in the field")
	b.press("Esc")
	b.show(screen("tasks", desk.ZhHans))
	b.took()
	b.press("Down")
	b.wants(desk.TaskPicked{Task: "b2"}, "Down")
	b.press("Ctrl+E")
	b.wants(desk.TaskDone{Task: "b1"}, "Ctrl+E")
	b.press("Ctrl+R")
	b.wants(desk.TaskMoving{On: true}, "Ctrl+R")
	b.press("Ctrl+L")
	b.wants(desk.DialPressed{To: "13800138000", Customer: "c1"}, "Ctrl+L")
	b.press("Esc")
	b.wants(desk.ViewChosen{View: "work"}, "Esc")
}

func TestARowIsLookedAtByOneClickAndOpenedByTheNext(t *testing.T) {
	b := newBench(t, desk.English)
	b.show(screen("customers", desk.English))
	b.took()
	b.w.customers.rows[3].Tapped(&fyne.PointEvent{})
	b.wants(desk.CustomerPicked{Customer: "c4"}, "a click")
	b.w.customers.rows[0].Tapped(&fyne.PointEvent{})
	b.wants(desk.CustomerOpened{Customer: "c1"}, "a click on the row that is looked at")
}

func TestWaitingForAListCanBeStopped(t *testing.T) {
	b := newBench(t, desk.English)
	b.show(screen("customers_busy", desk.English))
	if !b.w.customers.busy.Visible() {
		t.Fatal("nothing tells that it takes long")
	}
	b.took()
	b.w.customers.busy.cancel.Tapped(&fyne.PointEvent{})
	b.wants(desk.ListingStopped{}, "cancel")
	b.show(screen("customers", desk.English))
	if b.w.customers.busy.Visible() {
		t.Error("still told of")
	}
}

func TestAnEmptyListSaysWhatToDo(t *testing.T) {
	for _, lang := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English} {
		b := newBench(t, lang)
		b.show(screen("customers_none", lang))
		e := b.w.customers.empty
		if !e.Visible() || e.title.Text == "" || e.how.text == "" {
			t.Errorf("%s: nothing is said", lang)
		}
		b.took()
		e.do.Tapped(&fyne.PointEvent{})
		b.wants(desk.CustomersViewed{View: desk.CustomersAll}, "its button")
	}
}
