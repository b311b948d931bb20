package desk_test

import (
	"fmt"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestWhatChangedSinceTheLastTalkIsTold(t *testing.T) {
	before := desk.Customer{ID: "c1", Name: "陈怡君", Level: desk.LevelNormal, Phones: []desk.Phone{{Raw: "13800138000"}}, Owner: "lin"}
	was := desk.History{
		Contacts:  []desk.Contact{{ID: "k1", At: 100}, {ID: "k0", At: 50}},
		Tickets:   []desk.Ticket{{ID: "t1", State: desk.TicketAccepted, CreatedAt: 90, Owner: "wang"}, {ID: "t2", State: desk.TicketInProgress, CreatedAt: 80, Owner: "wang"}},
		Callbacks: []desk.Callback{{ID: "b1", Wall: "2026-11-23T09:00", State: desk.CallbackOpen, At: 500}, {ID: "b2", Wall: "2026-11-23T10:00", State: desk.CallbackOpen, At: 600}},
	}
	seen := desk.SeenOf(desk.Contact{ID: "k1", At: 100}, before, was)
	if got := seen.Compare(before, was, "now"); got.At != 100 || len(got.News) != 0 {
		t.Fatalf("nothing changed, but %+v", got)
	}
	after, now := before, desk.History{
		Contacts:  append([]desk.Contact{{ID: "now", At: 300}, {ID: "k2", At: 200, Subject: "催办"}, {ID: "late", At: 70, Subject: "补录"}}, was.Contacts...),
		Tickets:   []desk.Ticket{{ID: "t3", State: desk.TicketAccepted, CreatedAt: 150}, {ID: "t1", State: desk.TicketResolved, CreatedAt: 90, Owner: "wang"}, {ID: "t2", State: desk.TicketInProgress, CreatedAt: 80, Owner: "zhao"}},
		Callbacks: []desk.Callback{{ID: "b1", Wall: "2026-11-24T09:00", State: desk.CallbackOpen, At: 900}, {ID: "b2", Wall: "2026-11-23T10:00", State: desk.CallbackDone, At: 600}},
	}
	after.Level, after.Phones = desk.LevelVIP, append(after.Phones, desk.Phone{Raw: "021 6543"})
	got := seen.Compare(after, now, "now")
	want := []string{
		"customer level normal>vip", "customer phones 13800138000>13800138000, 021 6543", "callback wall 2026-11-23T09:00>2026-11-24T09:00",
		"callback state open>done", "contact  >催办 new", "ticket  >accepted new", "ticket state accepted>resolved", "ticket owner wang>zhao", "contact  >补录 new",
	}
	for i, n := range got.News {
		text := fmt.Sprintf("%s %s %s>%s", n.Table, n.Field, n.Was, n.Now)
		if n.New {
			text += " new"
		}
		if i >= len(want) || text != want[i] {
			t.Errorf("%d: %s", i, text)
		}
	}
	if len(got.News) != len(want) {
		t.Errorf("%d changes, want %d", len(got.News), len(want))
	}
}

func TestALongListOfChangesIsCutAndCounted(t *testing.T) {
	seen := desk.SeenOf(desk.Contact{ID: "k", At: 1}, desk.Customer{}, desk.History{})
	var now desk.History
	for i := range 45 {
		now.Contacts = append(now.Contacts, desk.Contact{ID: fmt.Sprint(i), At: desk.Millis(10 + i)})
	}
	if got := seen.Compare(desk.Customer{}, now, ""); len(got.News) != desk.MaxNews || got.More != 45-desk.MaxNews {
		t.Errorf("%d and %d more", len(got.News), got.More)
	}
}
