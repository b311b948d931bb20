package localstore_test

import (
	"flag"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/localstore"
)

var benchPending = flag.Int("pending", 50_000, "ops that wait in the outbox of benchmarks")

// snapshotRows are a scope's rows as central sends them: of every tenth customer all there is, of the others stubs; or,
// with full, all of everybody.
func snapshotRows(b *testing.B, customers int, full bool) []desk.Row {
	b.Helper()
	var rows []desk.Row
	add := func(table desk.Table, key string, v any) {
		rows = append(rows, row(b, table, key, int64(len(rows)+1), v))
	}
	i := 0
	for c := range sample.Customers(1, customers, "east", benchNow) {
		if i++; !full && i%10 != 0 {
			add(desk.TableCustomer, c.ID, desk.Customer{ID: c.ID, Number: c.Number, Name: c.Name, Phones: c.Phones, Level: c.Level, Tier: c.Tier, Owner: c.Owner, Group: c.Group, Stub: true})
			continue
		}
		add(desk.TableCustomer, c.ID, c)
		for _, k := range sample.Contacts(1, c, benchNow) {
			add(desk.TableContact, k.ID, k)
		}
		for _, k := range sample.Callbacks(1, c, benchNow) {
			add(desk.TableCallback, k.ID, k)
		}
		for _, k := range sample.Tickets(1, c, benchNow) {
			add(desk.TableTicket, k.ID, k)
		}
	}
	return rows
}

// BenchmarkSnapshot applies a first snapshot (-customers, half as many pages as a fast line brings at once are not waited
// for: the pages lie there), with Maintain beside it and without or with an agent who saves all the time.
func BenchmarkSnapshot(b *testing.B) {
	for _, c := range []struct {
		name         string
		full, saving bool
		pending      int
	}{{"full", true, false, 0}, {"saving", true, true, 0}, {"stubs", false, false, 0}, {"pending", true, false, *benchPending}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				rows := snapshotRows(b, *benchCustomers, c.full)
				s := open(b, config(b.TempDir()))
				if c.pending > 0 {
					fillOutbox(b, s, c.pending, c.pending/10)
				}
				maintained(b, s)
				stop, saves := func() {}, []time.Duration(nil)
				if c.saving {
					stop = saver(b, s, &saves)
				}
				b.StartTimer()
				measureSnapshot(b, s, rows)
				stop()
				percentile(b, "save", saves)
			}
		})
	}
}

func measureSnapshot(b *testing.B, s *localstore.Store, rows []desk.Row) {
	b.Helper()
	var holds, pages []time.Duration
	var peak uint64
	began, from, n := time.Now(), "", 0
	for chunk := range slices.Chunk(rows, desk.MaxPageRows) {
		n += len(chunk)
		p := desk.Page{Epoch: "e", From: from, To: fmt.Sprint(n), Reset: from == "", Rows: chunk, Last: n == len(rows)}
		at := time.Now()
		apply(b, s, p)
		pages, holds, from = append(pages, time.Since(at)), append(holds, s.LongestHold()), p.To
		if len(pages)%50 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.Sys)
		}
	}
	took := time.Since(began)
	b.ReportMetric(float64(len(rows))/took.Seconds(), "rows/s")
	b.ReportMetric(took.Seconds(), "s")
	b.ReportMetric(float64(peak)/(1<<20), "sys-MiB")
	percentile(b, "hold", holds)
	percentile(b, "page", pages)
}

func percentile(b *testing.B, name string, list []time.Duration) {
	b.Helper()
	if len(list) == 0 {
		return
	}
	slices.Sort(list)
	for _, p := range []int{50, 99} {
		b.ReportMetric(float64(list[len(list)*p/100].Microseconds())/1e3, fmt.Sprintf("%s-p%d-ms", name, p))
	}
	b.ReportMetric(float64(list[len(list)-1].Microseconds())/1e3, name+"-max-ms")
}

// saver saves a talk each 20 ms until it is stopped.
func saver(b *testing.B, s *localstore.Store, took *[]time.Duration) (stop func()) {
	b.Helper()
	end, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-end:
				return
			case <-tick.C:
			}
			at := time.Now()
			if _, err := s.Commit(b.Context(), intent(contact(b, desk.Contact{ID: uuid.NewString(), Customer: "c1", At: benchNow, Content: "询问现有套餐"}))); err != nil {
				b.Error(err)
				return
			}
			*took = append(*took, time.Since(at))
		}
	}()
	return func() { close(end); <-done }
}

// fillOutbox leaves n ops waiting, of talks with so many customers.
func fillOutbox(b *testing.B, s *localstore.Store, n, customers int) {
	b.Helper()
	var list []desk.Intent
	for i := range n {
		id := fmt.Sprint("c", i%customers)
		list = append(list, intent(contact(b, desk.Contact{ID: uuid.NewString(), Customer: id, At: benchNow, Subject: "咨询", Content: "询问现有套餐与新套餐的区别，已说明价格和合约期。"}),
			set2(b, id, map[string]any{"name": "王五", "last_contact_at": int64(benchNow) + int64(i)})))
		if len(list) == 64 || i == n-1 {
			if _, err := s.CommitAll(b.Context(), list); err != nil {
				b.Fatal(err)
			}
			list = list[:0]
		}
	}
}

func set2(b *testing.B, key string, members map[string]any) desk.Change {
	b.Helper()
	return desk.Change{Table: desk.TableCustomer, Key: key, Fields: fields(b, members)}
}

// BenchmarkOutbox measures what an outbox of -pending ops makes slower.
func BenchmarkOutbox(b *testing.B) {
	for _, n := range []int{0, *benchPending} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := open(b, config(b.TempDir()))
			fillOutbox(b, s, n, max(1, n/10))
			if !s.Settle(b.Context()) {
				b.Fatal("a chore failed")
			}
			ctx := b.Context()
			b.Run("Commit", func(b *testing.B) {
				percentiles(b, func(i int) {
					commit(b, s, intent(contact(b, desk.Contact{ID: uuid.NewString(), Customer: "c1", At: benchNow, Content: "询问现有套餐"}), set2(b, fmt.Sprint("c", i%max(1, n/10)), map[string]any{"name": "王", "last_contact_at": i})))
				})
			})
			b.Run("Pending", func(b *testing.B) {
				percentiles(b, func(i int) {
					if _, err := s.Pending(ctx, int64(i*100%max(1, n)), 100, 1<<20); err != nil {
						b.Fatal(err)
					}
				})
			})
			b.Run("Outbox", func(b *testing.B) {
				percentiles(b, func(int) { outbox(b, s) })
			})
			b.Run("OpenChanges", func(b *testing.B) {
				percentiles(b, func(int) {
					if _, err := s.OpenChanges(ctx); err != nil {
						b.Fatal(err)
					}
				})
			})
		})
	}
	b.Run("lost", func(b *testing.B) { // -pending ops are released, go back, and are numbered anew
		for b.Loop() {
			b.StopTimer()
			s := open(b, config(b.TempDir()))
			fillOutbox(b, s, *benchPending, *benchPending/10)
			b.StartTimer()
			began := time.Now()
			apply(b, s, desk.Page{Epoch: "e1", To: "1", Reset: true, Last: true, LastN: int64(*benchPending)})
			b.ReportMetric(time.Since(began).Seconds(), "release-s")
			b.ReportMetric(float64(s.LongestHold().Microseconds())/1e3, "release-hold-max-ms")
			began = time.Now()
			apply(b, s, desk.Page{Epoch: "e2", From: "1", To: "2", Reset: true})
			b.ReportMetric(time.Since(began).Seconds(), "requeue-s")
			b.ReportMetric(float64(s.LongestHold().Microseconds())/1e3, "requeue-hold-max-ms")
			if o := outbox(b, s); o.Pending != *benchPending {
				b.Fatal(o.Pending)
			}
			began = time.Now()
			if _, err := s.NewDesk(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(time.Since(began).Seconds(), "newdesk-s")
		}
	})
}
