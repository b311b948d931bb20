package localstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// manyNotes is a store with so many notes, some forty characters each, all read.
func manyNotes(b *testing.B, n int) *localstore.Store {
	b.Helper()
	s := open(b, config(b.TempDir()))
	parts := [...]string{"客户要求退款三天没到账", "账单多扣费,要求核对明细", "宽带故障报修,已预约上门", "咨询套餐变更和资费", "投诉服务态度,已致歉", "查询办理进度,已告知结果"}
	rows := make([]desk.Row, 0, desk.MaxPageRows)
	from := ""
	for i := range n {
		c, k := fmt.Sprintf("c%d", i%5000), fmt.Sprintf("k%d", i)
		if i < 5000 {
			rows = append(rows, row(b, desk.TableCustomer, c, int64(i+1), desk.Customer{ID: c, Name: "客人"}))
		}
		text := parts[i%len(parts)] + "。" + parts[(i/7)%len(parts)] + fmt.Sprintf(",工单%d。", 100_000+i)
		rows = append(rows, row(b, desk.TableContact, k, int64(n+i+1), desk.Contact{ID: k, Customer: c, At: desk.Millis(i), Content: text}))
		if len(rows) >= desk.MaxPageRows-1 || i == n-1 {
			to := fmt.Sprint(i + 1)
			apply(b, s, page(from, to, rows...))
			from, rows = to, rows[:0]
		}
	}
	began := time.Now()
	if !s.Settle(b.Context()) {
		b.Fatal("a chore failed")
	}
	b.Logf("%d notes read, %d µs each", n, time.Since(began).Microseconds()/int64(n))
	return s
}

func BenchmarkNotesAreFound(b *testing.B) {
	s := manyNotes(b, 50_000)
	for _, text := range []string{"退款三天", "tuikuansantian", "tkst", "149999", "bucunzaideci"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Search(b.Context(), text, 50); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
