package localstore_test

import (
	"cmp"
	"encoding/json"
	"slices"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/localstore"
)

func caller(t *testing.T, s *localstore.Store, raw string, at number.Dialling) []desk.Candidate {
	t.Helper()
	list, err := s.FindCaller(t.Context(), raw, at)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// The names of those found, with their doubt behind a colon.
func offers(list []desk.Candidate) string {
	out := []string{}
	for _, c := range list {
		name := c.Customer.Name
		if c.Offer.Doubt != number.NoDoubt {
			name += ":" + string(c.Offer.Doubt)
		}
		out = append(out, name)
	}
	b, _ := json.Marshal(out)
	return string(b)
}

func TestACallerIsFoundHoweverTheNumberIsWritten(t *testing.T) {
	s := open(t, config(t.TempDir()))
	for name, phone := range map[string]desk.Phone{
		"手机": {Raw: "138 0013 8000"}, "北京": {Raw: "010-62345678"}, "上海": {Raw: "021-62345678"}, "无区号": {Raw: "62345678"},
		"总机": {Raw: "010-65432100", E164: "+861065432100"}, "分机": {Raw: "010-65432100转801", E164: "+861065432100"}, "台湾": {Raw: "0912-345-678"},
	} {
		commit(t, s, intent(customer(t, desk.Customer{ID: name, Name: name, Phones: []desk.Phone{phone}})))
	}
	for _, c := range []struct{ raw, area, want string }{
		{"013800138000", "", `["手机"]`},
		{"sip:913800138000@10.0.0.1", "", `["手机"]`},
		{"01062345678", "", `["北京","无区号:area"]`},
		{"01062345678", "010", `["北京","无区号"]`},
		{"02162345678", "010", `["上海"]`},
		{"62345678", "021", `["上海","无区号"]`},
		{"01065432100", "", `["总机","分机:switchboard"]`},
		{"00886912345678", "", `["台湾:country"]`},
		{"anonymous", "010", `[]`},
		{"sip:anonymous@10.0.138.0", "010", `[]`},
		{"*97", "010", `[]`},
		{"13900139000", "010", `[]`},
	} {
		got := caller(t, s, c.raw, number.Dialling{Area: c.area})
		slices.SortStableFunc(got, func(a, b desk.Candidate) int { // those alike come in any order
			return cmp.Or(cmp.Compare(a.Offer.Doubt, b.Offer.Doubt), cmp.Compare(a.Customer.Name, b.Customer.Name))
		})
		if offers(got) != c.want {
			t.Errorf("%s in area %q: %s, want %s", c.raw, c.area, offers(got), c.want)
		}
	}
	if got := caller(t, s, "62345678", number.Dialling{}); len(got) != 3 || offers(got[:1]) == `["无区号"]` {
		t.Errorf("without an own area: %s", offers(got))
	}
}

func TestThoseWhoShareANumberAreToldApart(t *testing.T) {
	s := open(t, config(t.TempDir()))
	for _, id := range []string{"old", "new"} {
		commit(t, s, intent(customer(t, desk.Customer{ID: id, Name: id, Phones: []desk.Phone{{Label: "家里", Raw: "010-62345678"}}})))
	}
	commit(t, s, intent(
		contact(t, desk.Contact{ID: "k1", Customer: "old", At: 1000}), contact(t, desk.Contact{ID: "k2", Customer: "new", At: 2000}),
		desk.Change{Table: desk.TableTicket, Key: "t1", Fields: fields(t, desk.Ticket{ID: "t1", Customer: "old", Kind: "fault", State: desk.TicketAssigned, CreatedAt: 5})},
		desk.Change{Table: desk.TableTicket, Key: "t2", Fields: fields(t, desk.Ticket{ID: "t2", Customer: "old", Kind: "fault", State: desk.TicketClosed, CreatedAt: 5})},
	))
	got := caller(t, s, "+861062345678", number.Dialling{})
	if offers(got) != `["new","old"]` {
		t.Fatalf("%s: whom we spoke to last comes first", offers(got))
	}
	if got[0].Customer.LastContactAt != 2000 || got[1].Customer.LastContactAt != 1000 || got[0].Offer.Tickets != 0 || got[1].Offer.Tickets != 1 || got[1].Offer.Label != "家里" {
		t.Errorf("%+v", got)
	}
}
