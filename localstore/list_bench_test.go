package localstore_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

// BenchmarkLists measures the first page of the lists that are opened most, of an agent's customers and of all:
//
//	go test ./localstore -run '^$' -bench Lists -customers 1000000
func BenchmarkLists(b *testing.B) {
	s, _, all := filled(b, *benchCustomers)
	if !s.Settle(b.Context()) {
		b.Fatal("not settled")
	}
	user, group := "", all[0].Group
	for _, c := range all {
		if user = c.Owner; user != "" {
			break
		}
	}
	month := benchNow - 30*24*3600*1000
	for _, c := range []struct {
		name string
		q    desk.CustomerQuestion
	}{
		{"mine", desk.CustomerQuestion{View: desk.CustomersAll, Reach: desk.ReachMine}},
		{"mine by name", desk.CustomerQuestion{View: desk.CustomersAll, Reach: desk.ReachMine, ByName: true}},
		{"mine paused", desk.CustomerQuestion{View: desk.CustomersPaused, Reach: desk.ReachMine}},
		{"mine contacted", desk.CustomerQuestion{View: desk.CustomersContactedToday, Reach: desk.ReachMine, From: benchNow - 24*3600*1000}},
		{"group added", desk.CustomerQuestion{View: desk.CustomersAddedMonth, Reach: desk.ReachGroup, From: month}},
		{"all", desk.CustomerQuestion{View: desk.CustomersAll, Reach: desk.ReachAll}},
		{"all by name", desk.CustomerQuestion{View: desk.CustomersAll, Reach: desk.ReachAll, ByName: true}},
		{"all paused", desk.CustomerQuestion{View: desk.CustomersPaused, Reach: desk.ReachAll}},
		{"all to visit", desk.CustomerQuestion{View: desk.CustomersToVisitMonth, Reach: desk.ReachAll, From: benchNow, To: benchNow + 30*24*3600*1000}},
		{"all contacted", desk.CustomerQuestion{View: desk.CustomersContactedToday, Reach: desk.ReachAll, From: month}},
		{"a text", desk.CustomerQuestion{View: desk.CustomersAll, Reach: desk.ReachAll, Text: "经理"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.q.User, c.q.Group, c.q.Limit = user, group, 50
			rows := 0
			percentiles(b, func(int) {
				page, err := s.ListCustomers(b.Context(), c.q)
				if err != nil {
					b.Fatal(err)
				}
				rows = len(page.Rows)
			})
			b.ReportMetric(float64(rows), "rows")
		})
	}
}
