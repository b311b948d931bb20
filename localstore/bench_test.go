package localstore_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
)

var benchCustomers = flag.Int("customers", 10_000, "customers in the store that benchmarks read")

const benchNow = desk.Millis(1_790_000_000_000)

// filled gives a store with that many customers and their contacts, pulled in pages as from central.
func filled(b *testing.B, n int) (*localstore.Store, localstore.Config, []desk.Customer) {
	b.Helper()
	cfg := config(b.TempDir())
	s := open(b, cfg)
	all := slices.Collect(sample.Customers(1, n, "east", benchNow))
	var rows []desk.Row
	seq, pages, worst, start := 0, 0, time.Duration(0), time.Now()
	flush := func(last bool) {
		began := time.Now()
		apply(b, s, desk.Page{Epoch: "e", From: cursorOf(seq), To: cursorOf(seq + 1), Rows: rows, Last: last})
		worst, pages = max(worst, time.Since(began)), pages+1
		rows, seq = rows[:0], seq+1
	}
	add := func(table desk.Table, key string, v any) {
		if rows = append(rows, row(b, table, key, int64(seq+1), v)); len(rows) == desk.MaxPageRows {
			flush(false)
		}
	}
	for _, c := range all {
		add(desk.TableCustomer, c.ID, c)
		for _, k := range sample.Contacts(1, c, benchNow) {
			add(desk.TableContact, k.ID, k)
		}
	}
	flush(true)
	b.Logf("filled %d customers in %v: %d pages, %v each, the worst %v", n, time.Since(start), pages, time.Since(start)/time.Duration(pages), worst)
	return s, cfg, all
}

func cursorOf(seq int) string {
	if seq == 0 {
		return ""
	}
	return fmt.Sprint(seq)
}

// percentiles runs f for b.N rounds and reports the median and the 99th percentile.
func percentiles(b *testing.B, f func(i int)) {
	b.Helper()
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		f(i)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "p99-µs")
}

func BenchmarkStore(b *testing.B) {
	s, cfg, all := filled(b, *benchCustomers)
	ctx := b.Context()
	some := func(i int) desk.Customer { return all[i*7919%len(all)] }
	b.Run("FindByNumber", func(b *testing.B) {
		percentiles(b, func(i int) {
			if found, err := s.FindByNumber(ctx, some(i).Phones[0].E164); err != nil || len(found) == 0 {
				b.Fatal(found, err)
			}
		})
	})
	for name, text := range map[string]func(desk.Customer) string{
		"name":     func(c desk.Customer) string { return c.Name },
		"name1":    func(c desk.Customer) string { return string([]rune(c.Name)[:1]) },
		"part":     func(c desk.Customer) string { return string([]rune(c.Name)[1:]) },
		"pinyin":   func(c desk.Customer) string { return "zhangwei" },
		"initials": func(c desk.Customer) string { return "zw" },
		"last4":    func(c desk.Customer) string { e := c.Phones[0].E164; return e[len(e)-4:] },
	} {
		b.Run("Search/"+name, func(b *testing.B) {
			percentiles(b, func(i int) {
				if _, err := s.Search(ctx, text(some(i)), 20); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
	b.Run("History", func(b *testing.B) {
		percentiles(b, func(i int) {
			if _, err := s.History(ctx, some(i).ID, 50); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("Commit", func(b *testing.B) {
		percentiles(b, func(i int) {
			c := some(i)
			id := uuid.NewString()
			commit(b, s, intent(contact(b, desk.Contact{ID: id, Customer: c.ID, At: benchNow, Subject: "咨询", Content: "询问现有套餐与新套餐的区别，已说明价格和合约期。"}),
				desk.Change{Table: desk.TableCustomer, Key: c.ID, Fields: []byte(`{"last_contact_at":1790000000000}`)}))
		})
	})
	b.Run("KeepDraft", func(b *testing.B) {
		percentiles(b, func(i int) {
			if err := s.KeepDraft(ctx, desk.Draft{ID: "d1", Content: "询问现有套餐与新套餐的区别", Changed: desk.Millis(i)}); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("Open", func(b *testing.B) {
		percentiles(b, func(int) {
			again, err := localstore.Open(ctx, cfg)
			if err != nil {
				b.Fatal(err)
			}
			if found, err := again.FindByNumber(ctx, all[0].Phones[0].E164); err != nil || len(found) == 0 {
				b.Fatal(found, err)
			}
			if err := again.Close(); err != nil {
				b.Fatal(err)
			}
		})
	})
}
