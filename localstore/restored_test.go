package localstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/powercut"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/localstore"
)

// restoredDay is a desk's work of which a restored central has lost the half; deskKept are the ids of its ops.
func restoredDay(t *testing.T) (acts []act, ops []string) {
	t.Helper()
	do := func(name string, f func(context.Context, *localstore.Store) error) {
		acts = append(acts, act{name: name, do: f})
	}
	apply := func(name string, p desk.Page) {
		do(name, func(ctx context.Context, s *localstore.Store) error {
			r, err := s.Replica(ctx)
			if p := p; err == nil {
				p.From = r.Cursor
				_, err = s.ApplyPage(ctx, p)
			}
			return err
		})
	}
	save := func(changes ...desk.Change) {
		in := intent(changes...)
		in.ID, in.At = fmt.Sprintf("intent-%02d", len(ops)+1), fixtureNow+desk.Millis(len(ops))
		ops = append(ops, in.ID)
		do("save "+in.ID, func(ctx context.Context, s *localstore.Store) error {
			_, err := s.Commit(ctx, in)
			return err
		})
	}
	do("hurry", func(_ context.Context, s *localstore.Store) error { s.Hurry(); return nil })
	apply("first page", desk.Page{Epoch: "e1", To: "1", Reset: true, Last: true, Rows: []desk.Row{row(t, desk.TableCustomer, "c1", 1, zhang())}})
	var came []desk.Row
	for i := range 24 {
		k := desk.Contact{ID: fmt.Sprint("k", i), Customer: "c1", At: desk.Millis(i + 1), Content: strings.Repeat("说明了", i)}
		save(contact(t, k), set(t, "c1", map[string]any{"title": k.ID}))
		came = append(came, row(t, desk.TableContact, k.ID, int64(i+10), k))
	}
	save(customer(t, desk.Customer{ID: "new", Name: "曾晓明"}))
	save(set(t, "new", map[string]any{"title": "x"})) // needs the one before
	c1 := zhang()
	c1.Title = "k23"
	apply("what was sent comes back", desk.Page{Epoch: "e1", To: "2", Last: true, LastN: 24, Rows: append(came, row(t, desk.TableCustomer, "c1", 60, c1))})
	apply("one is refused", desk.Page{Epoch: "e1", To: "3", Last: true, LastN: 25, Refused: []desk.Refusal{{N: 25, Code: "forbidden"}}})
	save(contact(t, desk.Contact{ID: "k98", Customer: "c1", At: 98}))
	acts = append(acts, act{name: "close and open"})
	do("hurry", func(_ context.Context, s *localstore.Store) error { s.Hurry(); return nil })
	lost := zhang()
	lost.Title = "k4"
	apply("central was restored", desk.Page{Epoch: "e2", To: "e2 1", Reset: true, TakenN: 5, TakenID: "intent-05", LastN: 5, Rows: append(slices.Clone(came[:5]), row(t, desk.TableCustomer, "c1", 9, lost))})
	save(contact(t, desk.Contact{ID: "k99", Customer: "c1", At: 99}))
	apply("its snapshot ends", desk.Page{Epoch: "e2", To: "e2 2", Last: true})
	return acts, ops
}

// standsAfterRestore says where a store stands: its ops in their order, and what is shown.
func standsAfterRestore(ctx context.Context, s *localstore.Store) (string, error) {
	r, err := s.Replica(ctx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	ops, err := s.Pending(ctx, 0, 0, 0)
	for _, op := range ops {
		fmt.Fprintf(&b, "%s is %d needs %d, %t\n", op.ID, op.N, op.Needs, len(op.Link) > 0)
	}
	if err != nil {
		return "", err
	}
	list, err := s.Contacts(ctx, localstore.ContactFilter{})
	for _, k := range list {
		fmt.Fprintf(&b, "%s %t by %t %d: %s\n", k.ID, k.Synced, k.Desk == r.Desk, k.N, k.Content)
	}
	o, errOut := s.Outbox(ctx)
	for _, one := range o.Refused {
		fmt.Fprintf(&b, "refused %s: %s\n", one.Op.ID, one.Refusal.Code)
	}
	c, errC := s.Customer(ctx, "c1")
	chain, errChain := s.CheckChain(ctx)
	fmt.Fprintf(&b, "%s, next %d, pending %d, chain faults %d, title %s", r.Epoch, r.NextN, o.Pending, chain.Count, c.Title)
	return b.String(), errors.Join(err, errOut, errC, errChain, s.Check(ctx))
}

func TestWhatARestoredCentralHasLostSurvivesPowerCuts(t *testing.T) {
	acts, ops := restoredDay(t)
	l := live(t, nil, acts, nil)
	plain := open(t, fixtureConfig(filepath.Join(t.TempDir(), "desk.db")))
	for _, a := range acts {
		if a.do != nil {
			if err := a.do(t.Context(), plain); err != nil {
				t.Fatal(a.name, err)
			}
		}
	}
	want, err := standsAfterRestore(t.Context(), plain)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"intent-06 is 1 needs 0, true", "intent-24 is 19", "intent-27 is 20", "intent-28 is 21", "k23 false by true 19", "k4 true by false 0",
		"refused intent-25: forbidden", "refused intent-26: needs_refused", "e2, next 22, pending 21, chain faults 0, title k23",
	} {
		if !strings.Contains(want, line) {
			t.Fatalf("%q is not in:\n%s", line, want)
		}
	}
	n := race.Fewer(max(30, *cuts/4), 30)
	from := l.history.Len() / 2 // the beginning is as in every life
	var at []int
	for i := range n {
		at = append(at, from+i*(l.history.Len()-from)/n)
	}
	lost := 0
	l.history.Cuts(at, *cutSeed, func(_ int, c powercut.Cut) {
		if err := l.goesOn(t, c, ops, want); err != nil && lost < 3 {
			lost++
			t.Errorf("cut after %d of %d, mark %d: %v", c.At, l.history.Len(), c.Mark, err)
		}
	})
}

// goesOn opens a store that went through a power cut, sees that every op saved until then is there, does what is left to
// be done, and compares.
func (l life) goesOn(t *testing.T, c powercut.Cut, ops []string, want string) error {
	dir, err := os.MkdirTemp(t.TempDir(), "cut") //nolint:usetesting // many, each removed at once
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := c.Image.Put(dir); err != nil {
		return err
	}
	s, err := localstore.Open(t.Context(), fixtureConfig(filepath.Join(dir, "desk.db")))
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Check(t.Context()); err != nil {
		return err
	}
	there, err := s.OpIDs(t.Context())
	if err != nil {
		return err
	}
	saved := 0
	for i, a := range l.acts {
		if strings.HasPrefix(a.name, "save") && 2*i+3 <= c.Mark {
			saved++
		}
	}
	if len(there) < saved || len(there) > saved+1 || !slices.Equal(there, ops[:len(there)]) {
		return fmt.Errorf("%d ops of %d are there", len(there), saved)
	}
	for _, a := range l.acts[max(0, c.Mark/2-1+c.Mark%2):] {
		if a.do != nil {
			if err := a.do(t.Context(), s); err != nil {
				return fmt.Errorf("%s: %w", a.name, err)
			}
		}
	}
	got, err := standsAfterRestore(t.Context(), s)
	if err == nil && got != want {
		err = fmt.Errorf("it stands\n%s\nand should\n%s", got, want)
	}
	return err
}

func TestWhatWasErasedMeanwhileIsNotAskedForAgain(t *testing.T) {
	s := open(t, config(t.TempDir()))
	first, second := intent(contact(t, desk.Contact{ID: "k1", Customer: "c1", Content: "secret"})),
		intent(contact(t, desk.Contact{ID: "k2", Customer: "c1", Content: "secret"}), set(t, "c1", map[string]any{"title": "老板"}))
	commit(t, s, first)
	commit(t, s, second)
	p := page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang()))
	p.LastN = 2
	apply(t, s, p)
	apply(t, s, page("1", "2", desk.Row{Table: desk.TableContact, Key: "k1", Seq: 5, Removed: true, Erased: true}, desk.Row{Table: desk.TableContact, Key: "k2", Seq: 6, Removed: true, Erased: true}))
	apply(t, s, desk.Page{Epoch: "e2", From: "2", To: "3", Reset: true, Last: true, Rows: []desk.Row{row(t, desk.TableCustomer, "c1", 1, zhang())}})
	ops, err := s.Pending(t.Context(), 0, 0, 0)
	if err != nil || len(ops) != 1 || ops[0].ID != second.ID || ops[0].N != 1 || len(ops[0].Changes) != 1 || ops[0].Changes[0].Table != desk.TableCustomer {
		t.Errorf("pending %+v, %v", ops, err)
	}
	if n, err := s.Count(t.Context()); err != nil || n[desk.TableContact] != 0 {
		t.Errorf("%v, %v", n, err)
	}
	if c, err := s.Customer(t.Context(), "c1"); err != nil || c.Title != "老板" || c.Name != "张三" {
		t.Errorf("customer %+v, %v", c, err)
	}
	if r, err := s.CheckChain(t.Context()); err != nil || r.Count != 0 {
		t.Errorf("chain %+v, %v", r, err)
	}
}

func TestWhatHadLeftTheDeskIsNotShownForALostOp(t *testing.T) {
	s := open(t, config(t.TempDir()))
	commit(t, s, intent(customer(t, zhang())))
	p := page("", "1", row(t, desk.TableCustomer, "c1", 1, zhang()))
	p.LastN = 1
	apply(t, s, p)
	apply(t, s, page("1", "2", desk.Row{Table: desk.TableCustomer, Key: "c1", Seq: 2, Removed: true}))
	apply(t, s, desk.Page{Epoch: "e2", From: "2", To: "3", Reset: true, Last: true})
	if o := outbox(t, s); o.Pending != 1 || name(t, s, "c1") != "" {
		t.Errorf("outbox %+v, c1 is %q", o, name(t, s, "c1"))
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAPageThatComesAgainAfterAnErrorReleasesNothingOfTheNewDesk(t *testing.T) {
	s := open(t, config(t.TempDir()))
	for range 3 {
		commit(t, s, intent(contact(t, desk.Contact{ID: uuid.NewString(), At: 1})))
	}
	p := page("", "1")
	p.LastN = 2
	apply(t, s, p)
	before, err := s.Replica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last := desk.Page{
		Epoch: "e2", From: "1", To: "2", Reset: true, Last: true, TakenN: 1, TakenID: "another file's", LastN: 1,
		Rows: []desk.Row{{Table: desk.TableCustomer, Key: "c1", Seq: 1, Body: []byte(`{"name":7}`)}},
	}
	_, err = s.ApplyPage(t.Context(), last)
	wantErr(t, err, desk.ErrInvalid)
	r, err := s.Replica(t.Context())
	if err != nil || r.Desk == before.Desk || r.Cursor != "1" || r.Epoch != "e1" {
		t.Errorf("replica %+v, %v", r, err)
	}
	last.Rows = nil
	apply(t, s, last)
	if o := outbox(t, s); o.Pending != 3 {
		t.Errorf("outbox %+v", o)
	}
	if again, err := s.Replica(t.Context()); err != nil || again.Desk != r.Desk || again.Epoch != "e2" {
		t.Errorf("replica %+v, %v", again, err)
	}
}

func TestALatePageOfAnotherEpochPutsNothingBack(t *testing.T) {
	s := open(t, config(t.TempDir()))
	commit(t, s, intent(contact(t, desk.Contact{ID: "k1", At: 1})))
	p := page("", "1")
	p.LastN = 1
	apply(t, s, p)
	_, err := s.ApplyPage(t.Context(), desk.Page{Epoch: "e2", From: "", To: "2", Reset: true, Last: true})
	wantErr(t, err, desk.ErrConflict)
	if o := outbox(t, s); o.Pending != 0 {
		t.Errorf("outbox %+v", o)
	}
}
