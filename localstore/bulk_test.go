package localstore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
)

// listed makes n intents of size new customers each.
func listed(t testing.TB, n, size int) []desk.Intent {
	t.Helper()
	var list []desk.Intent
	for i := range n {
		var changes []desk.Change
		for k := range size {
			at := i*size + k
			changes = append(changes, customer(t, desk.Customer{
				ID: uuid.NewString(), Name: "王五", Number: fmt.Sprintf("KH-%d", at), Phones: []desk.Phone{{Raw: fmt.Sprintf("139%08d", at)}},
			}))
		}
		list = append(list, intent(changes...))
	}
	return list
}

func TestManyIntentsAreOneTransactionAndEachCountsOnce(t *testing.T) {
	s := open(t, config(t.TempDir()))
	list := listed(t, 5, 16)
	commit(t, s, list[2])
	for range 2 {
		done, err := s.CommitAll(t.Context(), list)
		if err != nil {
			t.Fatal(err)
		}
		var numbers []int64
		for i, d := range done {
			numbers = append(numbers, d.N)
			if d.ID != list[i].ID || d.Pending != 5 || d.At == 0 {
				t.Errorf("%d: %+v", i, d)
			}
		}
		if !slices.Equal(numbers, []int64{2, 3, 1, 4, 5}) {
			t.Errorf("numbers %v", numbers)
		}
	}
	if n, err := s.Count(t.Context()); err != nil || n[desk.TableCustomer] != 80 {
		t.Errorf("%v, %v", n, err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestOneIntentThatCannotBeTakesAllWithIt(t *testing.T) {
	s := open(t, config(t.TempDir()))
	list := listed(t, 3, 2)
	list[1].Changes[0].Fields = []byte(`{"name":5}`)
	_, err := s.CommitAll(t.Context(), list)
	wantErr(t, err, desk.ErrInvalid)
	if n, err := s.Count(t.Context()); err != nil || n[desk.TableCustomer] != 0 || outbox(t, s).Pending != 0 {
		t.Errorf("%v, %v", n, err)
	}
	_, err = s.CommitAll(t.Context(), listed(t, 65, 1))
	wantErr(t, err, desk.ErrInvalid)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.CommitAll(ctx, listed(t, 1, 1))
	wantErr(t, err, context.Canceled)
}

func TestHoldersAreFoundManyAtOnce(t *testing.T) {
	s := open(t, config(t.TempDir()))
	ctx := t.Context()
	a, b := zhang(), zhang()
	b.ID, b.Number, b.Phones = "c2", "kh 2", append(b.Phones, desk.Phone{Raw: "95598"})
	commit(t, s, intent(customer(t, a), customer(t, b)))
	byPhone, byNumber, err := s.HoldersOf(ctx, []string{"+8613800138000", "95598", "+8613900139000"}, []string{"KH0001", "KH-2", "KH-3", "", "-"})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(byPhone["+8613800138000"])
	if fmt.Sprint(byPhone) != "map[+8613800138000:[c1 c2] 95598:[c2]]" || fmt.Sprint(byNumber) != "map[KH-2:[c2] KH0001:[c1]]" {
		t.Errorf("%v %v", byPhone, byNumber)
	}
	held, err := s.Held(ctx, []string{"c1", "c3", "c2"})
	if err != nil || len(held) != 2 || !held["c1"] || !held["c2"] {
		t.Errorf("%v, %v", held, err)
	}
}

func TestEveryCustomerAndContactIsGoneThrough(t *testing.T) {
	s := open(t, config(t.TempDir()))
	ctx := t.Context()
	if _, err := s.CommitAll(ctx, listed(t, 64, 16)); err != nil {
		t.Fatal(err)
	}
	commit(t, s, intent(customer(t, zhang()), contact(t, desk.Contact{ID: "k1", Customer: "c1", At: 5}), contact(t, desk.Contact{ID: "k2", At: 6})))
	seen := map[string]bool{}
	err := s.EachCustomer(ctx, func(c desk.Customer) error {
		seen[c.ID] = true
		return nil
	})
	if err != nil || len(seen) != 1025 {
		t.Errorf("%d, %v", len(seen), err)
	}
	var who []string
	err = s.EachContact(ctx, func(k desk.Contact, c desk.Customer) error {
		who = append(who, k.ID+c.Name)
		return nil
	})
	if err != nil || !slices.Equal(who, []string{"k1张三", "k2"}) {
		t.Errorf("%v, %v", who, err)
	}
	enough := errors.New("enough")
	if err := s.EachCustomer(ctx, func(desk.Customer) error { return enough }); !errors.Is(err, enough) {
		t.Error(err)
	}
}

// BenchmarkImport commits customers as an import does, and with that outbox what an agent's desk asks for.
func BenchmarkImport(b *testing.B) {
	cfg := config(b.TempDir())
	s := open(b, cfg)
	start := time.Now()
	for i := 0; i < *benchCustomers; i += 512 {
		var list []desk.Intent
		for range 32 {
			list = append(list, listed(b, 1, 16)...)
		}
		if _, err := s.CommitAll(b.Context(), list); err != nil {
			b.Fatal(err)
		}
	}
	took := time.Since(start)
	b.Logf("%d customers in %v, %.0f a second", *benchCustomers, took, float64(*benchCustomers)/took.Seconds())
	b.Run("Commit", func(b *testing.B) {
		percentiles(b, func(int) { commit(b, s, listed(b, 1, 1)[0]) })
	})
	b.Run("Outbox", func(b *testing.B) {
		percentiles(b, func(int) { outbox(b, s) })
	})
	b.Run("Pending", func(b *testing.B) {
		percentiles(b, func(i int) {
			if _, err := s.Pending(b.Context(), int64(i%1000), 100, 1<<20); err != nil {
				b.Fatal(err)
			}
		})
	})
}
