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

func TestACallerWhoCouldNotBeLookedUpIsNotUnknown(t *testing.T) {
	b := newBench(t)
	find := command[desk.FindCustomer](t, b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)}))
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number, Failed: true})
	if d := b.active(); !d.Looked || !d.Unread || d.Run == nil {
		t.Errorf("the talk does not go on, or nobody knows that it was not read: %+v", d)
	}
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number, Customers: []desk.Customer{chen}})
	if d := b.active(); d.Unread || d.Customer != chen.ID {
		t.Errorf("read at last: %+v", d)
	}
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number, Failed: true})
	if d := b.active(); d.Unread || len(d.Matches) != 1 {
		t.Errorf("what was read is gone: %+v", d)
	}
}
