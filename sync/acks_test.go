package sync

import (
	"context"
	"errors"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

func contactOf(t *testing.T, id string) desk.Intent {
	t.Helper()
	return desk.Intent{ID: "intent-" + id, Kind: "test", At: 1, Changes: []desk.Change{
		{Table: desk.TableContact, Key: id, Fields: []byte(`{"id":"` + id + `","at":1}`)},
	}}
}

func TestAnAnswerFromBeforeCentralWasRestoredSaysNothing(t *testing.T) {
	store := openStore(t)
	c := New(Config{Store: store})
	c.byStep.Store(true)
	for _, id := range []string{"contact-1", "contact-2", "contact-3"} {
		if _, err := store.Commit(t.Context(), contactOf(t, id)); err != nil {
			t.Fatal(err)
		}
	}
	apply := func(page desk.Page) error {
		t.Helper()
		from, err := c.standing(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		page.From = from.replica.Cursor
		_, err = c.apply(t.Context(), from, &page)
		return err
	}
	if err := apply(desk.Page{Epoch: "one", To: "1", Reset: true, Last: true}); err != nil {
		t.Fatal(err)
	}
	asked := c.acked()
	c.took(asked, 3)
	late := c.acked() // a push goes out …
	if err := apply(desk.Page{Epoch: "two", To: "2", Reset: true, Last: true}); err != nil && !errors.Is(err, desk.ErrConflict) {
		t.Fatal(err)
	}
	c.took(late, 4) // … and its answer comes when central is another one
	if got := c.acked().n; got != 0 {
		t.Errorf("acked %d after a new epoch, want 0", got)
	}
	c.took(c.acked(), 3)
	if err := apply(desk.Page{Epoch: "two", To: "3", Last: true, LastN: 1}); err != nil {
		t.Fatal(err)
	}
	if got := c.acked().n; got != 1 {
		t.Errorf("acked %d though central has 1 op", got)
	}
	if ops, err := store.Pending(t.Context(), c.acked().n, 10, 1<<20); err != nil || len(ops) != 2 {
		t.Errorf("%d ops to send again, %v", len(ops), err)
	}
}

func TestAGapWaitsForAPullBeforeTheDeskTakesANewID(t *testing.T) {
	store := openStore(t)
	c := New(Config{Store: store})
	c.byStep.Store(true)
	if _, err := store.Commit(t.Context(), contactOf(t, "contact-1")); err != nil {
		t.Fatal(err)
	}
	was, err := store.Replica(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	gap := &wire.FaultError{Code: wire.CodePrecondition, Cause: wire.CauseGap, LastN: -1} // op 0 is nowhere
	again, err := c.mend(t.Context(), c.acked(), gap)
	if again || err != nil || !c.gapSeen() {
		t.Errorf("at first: again %t, %v", again, err)
	}
	if r, err := store.Replica(t.Context()); err != nil || r.Desk != was.Desk {
		t.Errorf("a new id before the pull: %+v, %v", r, err)
	}
	c.gapPulled()
	if again, err = c.mend(t.Context(), c.acked(), gap); !again || err != nil {
		t.Errorf("after the pull: again %t, %v", again, err)
	}
	if r, err := store.Replica(t.Context()); err != nil || r.Desk == was.Desk {
		t.Errorf("no new id: %+v, %v", r, err)
	}
	if c.gapSeen() {
		t.Error("the gap is remembered")
	}
}

func TestWorkOfANewerKindWaitsAndSaysWhy(t *testing.T) {
	c := New(Config{Store: openStore(t)})
	was := c.acked()
	old := &wire.FaultError{Code: wire.CodePrecondition, Cause: wire.CauseCentralOld, LastN: 4}
	if again, err := c.mend(context.Background(), was, old); again || err != nil {
		t.Errorf("again %t, %v", again, err)
	}
	if got := c.acked().n; got != 4 {
		t.Errorf("acked %d, want the 4 before it", got)
	}
	var know standing
	know.heard(attempt{}, 1)
	news := know.heard(attempt{up: true, err: old, next: 9000, n: 5}, 2000)
	want := UploadHeld{Why: "central_old", N: 5, Since: 2000, NextTry: 9000}
	if len(news) != 1 || news[0] != Event(want) {
		t.Errorf("news %+v, want %+v and no word of the link", news, want)
	}
	if news = know.heard(attempt{}, 3000); len(news) != 0 {
		t.Errorf("a pull that went well is news: %+v", news)
	}
	if news = know.heard(attempt{up: true}, 4000); len(news) != 1 || news[0] != Event(UploadHeld{}) {
		t.Errorf("when it went through: %+v", news)
	}
}
