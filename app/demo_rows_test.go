package app

import (
	"encoding/json"
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestEveryLastContactOfTheDemoHasARecordBehindIt(t *testing.T) {
	const now = desk.Millis(1_763_784_000_000)
	last, talks := map[string]desk.Millis{}, map[string]desk.Millis{}
	for r := range demoRows(1, now, 0, 2000) {
		switch r.Table {
		case desk.TableCustomer:
			var c desk.Customer
			if err := json.Unmarshal(r.Body, &c); err != nil {
				t.Fatal(err)
			}
			if c.LastContactAt != 0 {
				last[c.ID] = c.LastContactAt
			}
		case desk.TableContact:
			var k desk.Contact
			if err := json.Unmarshal(r.Body, &k); err != nil {
				t.Fatal(err)
			}
			talks[k.Customer] = max(talks[k.Customer], k.At)
		case desk.TableCallback, desk.TableTicket, desk.TableConflict:
		}
	}
	if len(last) < demoCallers/2 || len(last) != len(talks) {
		t.Errorf("%d customers were spoken to, with %d there is a talk", len(last), len(talks))
	}
	for id, at := range last {
		if talks[id] != at {
			t.Errorf("%s was spoken to at %d, the newest talk is of %d", id, at, talks[id])
		}
	}
}
