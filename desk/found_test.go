package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestACustomerFoundByANoteOpensWithThatNoteAndTheNextOneWithout(t *testing.T) {
	b := newBench(t)
	load := command[desk.LoadHistory](t, b.do(desk.CustomerOpened{Customer: "c1", Contact: "k7"}))
	if load.Contact != "k7" || b.s.Found != "k7" {
		t.Fatalf("loads %+v, found %q", load, b.s.Found)
	}
	load = command[desk.LoadHistory](t, b.do(desk.CustomerOpened{Customer: "c2"}))
	if load.Contact != "" || b.s.Found != "" {
		t.Fatalf("loads %+v, found %q", load, b.s.Found)
	}
	b.do(desk.CustomerOpened{Customer: "c1", Contact: "k7"})
	if b.do(desk.BrowseClosed{}); b.s.Found != "" {
		t.Fatalf("closed and found %q", b.s.Found)
	}
}
