package sample_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nyaruka/phonenumbers"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/internal/sample"
)

const now = desk.Millis(1_790_000_000_000)

func TestCustomersAreTheSameForOneSeedAndOthersForAnother(t *testing.T) {
	a := slices.Collect(sample.Customers(7, 200, "east", now))
	if b := slices.Collect(sample.Customers(7, 200, "east", now)); !reflect.DeepEqual(a, b) {
		t.Error("two runs differ")
	}
	if b := slices.Collect(sample.Customers(8, 200, "east", now)); a[0].ID == b[0].ID || a[0].Name == b[0].Name && a[1].Name == b[1].Name {
		t.Error("another seed gives the same people")
	}
	for _, c := range a[:50] {
		if !reflect.DeepEqual(sample.Contacts(7, c, now), sample.Contacts(7, c, now)) || !reflect.DeepEqual(sample.Tickets(7, c, now), sample.Tickets(7, c, now)) ||
			!reflect.DeepEqual(sample.Callbacks(7, c, now), sample.Callbacks(7, c, now)) {
			t.Errorf("the history of %s differs between two runs", c.ID)
		}
	}
}

func TestCustomersArePlausible(t *testing.T) {
	ids, formal, readers := map[string]bool{}, 0, 0
	last := ""
	for c := range sample.Customers(1, 3000, "east", now) {
		if ids[c.ID] || c.ID <= last || len(c.ID) != 36 || c.ID[14] != '7' || !strings.ContainsRune("89ab", rune(c.ID[19])) {
			t.Fatalf("ID %s is doubled, out of order or no UUIDv7", c.ID)
		}
		ids[c.ID], last = true, c.ID
		if n := len([]rune(c.Name)); n < 2 || n > 4 || c.Group != "east" || c.CreatedAt >= now || c.LastContactAt > now {
			t.Errorf("customer %+v", c)
		}
		if strings.Contains(c.Address, "號") {
			formal++
		}
		if strings.ContainsAny(c.Name[:3], "曾单仇解查") {
			readers++
		}
		for _, p := range c.Phones {
			n, err := phonenumbers.Parse(p.E164, "CN")
			if err != nil || !phonenumbers.IsValidNumber(n) || number.Key(p.E164, "") != p.E164 {
				t.Errorf("number %+v is not valid", p)
			}
			region := ""
			if strings.HasPrefix(p.E164, "+886") {
				region = "TW"
			}
			if number.Key(p.Raw, region) != p.E164 {
				t.Errorf("Key(%q, %q) is %s, E164 is %s", p.Raw, region, number.Key(p.Raw, region), p.E164)
			}
		}
	}
	if formal < 100 || readers < 5 {
		t.Errorf("%d customers write traditional Chinese, %d have surnames with a reading of their own", formal, readers)
	}
}

func TestHistoryBelongsToItsCustomer(t *testing.T) {
	contacts, callbacks, tickets := 0, 0, 0
	for c := range sample.Customers(3, 1000, "east", now) {
		before := now + 1
		for _, k := range sample.Contacts(3, c, now) {
			if k.Customer != c.ID || k.At >= before || k.Subject == "" || k.ID == "" {
				t.Fatalf("contact %+v of %+v", k, c)
			}
			before = k.At
			contacts++
		}
		for _, k := range sample.Callbacks(3, c, now) {
			loc, err := time.LoadLocation(k.Zone)
			if err != nil || k.Customer != c.ID || k.At.Time().In(loc).Format("2006-01-02T15:04") != k.Wall || (k.State == desk.CallbackOpen) != (k.At > now) {
				t.Fatalf("callback %+v, %v", k, err)
			}
			callbacks++
		}
		for _, k := range sample.Tickets(3, c, now) {
			if k.Customer != c.ID || k.Contact == "" || k.Kind == "" {
				t.Fatalf("ticket %+v", k)
			}
			tickets++
		}
	}
	if contacts < 1000 || callbacks < 50 || tickets < 100 {
		t.Errorf("%d contacts, %d callbacks, %d tickets for 1000 customers", contacts, callbacks, tickets)
	}
}

func BenchmarkCustomers10000(b *testing.B) {
	for b.Loop() {
		for c := range sample.Customers(1, 10_000, "east", now) {
			_ = c
		}
	}
}
