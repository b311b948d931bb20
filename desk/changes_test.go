package desk_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
)

// openList is one change of each state.
func openList() desk.OpenChanges {
	contact := desk.Op{ID: "o1", Kind: "contact.save", At: 5000, Offset: 480, Changes: []desk.Change{
		{Table: desk.TableCustomer, Key: "c1", Fields: json.RawMessage(`{"name":"王芳"}`)},
		{Table: desk.TableContact, Key: "k1", Base: 7, Fields: json.RawMessage(
			`{"id":"k1","customer":"c1","number":"13800138000","at":4000,"seconds":60,"direction":"out","subject":"报修","content":"明早回电","reason":"fault","outcome":"follow_up","desk":"d1"}`)},
	}}
	ticket := desk.Op{ID: "o2", Kind: "ticket.save", Changes: []desk.Change{{Table: desk.TableTicket, Key: "t1", Fields: json.RawMessage(`{"state":"resolved"}`)}}}
	return desk.OpenChanges{Pending: 1, Refused: 2, Conflicts: 1, List: []desk.OpenChange{
		{State: desk.ChangeConflict, Conflict: desk.Conflict{
			ID: "x1", Table: desk.TableTicket, Key: "t1", Field: "detail", Value: json.RawMessage(`"周五上门"`), Winner: "chen", At: 6000,
		}},
		{State: desk.ChangeRefused, Op: contact, Refusal: desk.Refusal{Code: "gone"}},
		{State: desk.ChangeRefused, Op: ticket, Refusal: desk.Refusal{Code: "conflict", Detail: "ticket.state"}},
		{State: desk.ChangePending, Op: desk.Op{ID: "o3"}},
	}}
}

// atChanges is a desk that looks at openList.
func atChanges(t *testing.T) *bench {
	t.Helper()
	b := newBench(t)
	b.do(desk.ViewChosen{View: "changes"})
	load, ok := last[desk.LoadChanges](b)
	if !ok {
		t.Fatal("the changes are not read")
	}
	b.do(desk.ChangesLoaded{Seq: load.Seq, Changes: openList()})
	b.out = nil
	return b
}

// last finds the newest command of a kind.
func last[C desk.Command](b *bench) (C, bool) {
	var found C
	ok := false
	for _, c := range b.out {
		if c, is := c.(C); is {
			found, ok = c, true
		}
	}
	return found, ok
}

func TestTheListOfChangesIsWorkedOff(t *testing.T) {
	b := atChanges(t)
	if b.s.Change != "x1" || !b.s.ChangesRead {
		t.Fatalf("looks at %q", b.s.Change)
	}
	b.do(desk.ChangeChosen{ID: "nobody's"})
	b.do(desk.ChangeChosen{ID: "o1"})
	b.do(desk.ChangeSettled{ID: "o1", How: desk.SettlePutAway})
	if c, ok := last[desk.PutAway](b); !ok || c.Op != "o1" {
		t.Fatalf("%+v", b.out)
	}
	b.do(desk.OutboxChanged{Outbox: desk.Outbox{Pending: 1, Lost: 1}})
	load, ok := last[desk.LoadChanges](b)
	if !ok || b.s.Link.Outbox.Lost != 1 {
		t.Fatal("the list is not read again")
	}
	rest := openList()
	rest.List = append(rest.List[:1:1], rest.List[2:]...)
	b.do(desk.ChangesLoaded{Seq: load.Seq - 1, Changes: desk.OpenChanges{}})
	b.do(desk.ChangesLoaded{Seq: load.Seq, Changes: rest})
	if b.s.Change != "o2" || len(b.s.Changes.List) != 3 {
		t.Errorf("looks at %q of %d", b.s.Change, len(b.s.Changes.List))
	}
	b.do(desk.ViewChosen{View: "work"})
	if len(b.s.Changes.List) != 0 {
		t.Error("the list stays in memory")
	}
}

func TestAConflictIsSettledEitherWay(t *testing.T) {
	b := atChanges(t)
	b.do(desk.ChangeSettled{ID: "x1", How: desk.SettlePutAway})
	b.do(desk.ChangeSettled{ID: "x1", How: desk.SettleAgain})
	if len(b.out) != 0 {
		t.Fatalf("a conflict is not put away: %+v", b.out)
	}
	b.do(desk.ChangeSettled{ID: "x1", How: desk.SettleTheirs})
	c, ok := last[desk.CommitWork](b)
	if !ok || c.Intent.Kind != "conflict.seen" || len(c.Intent.Changes) != 1 || c.Intent.Changes[0].Table != desk.TableConflict ||
		string(c.Intent.Changes[0].Fields) != `{"seen_by":"lin"}` || c.Intent.Changes[0].Key != "x1" {
		t.Errorf("theirs: %+v", c)
	}
	b.do(desk.ChangeSettled{ID: "x1", How: desk.SettleMine})
	c, _ = last[desk.CommitWork](b)
	if len(c.Intent.Changes) != 2 || c.Intent.Changes[0].Table != desk.TableTicket || c.Intent.Changes[0].Key != "t1" ||
		string(c.Intent.Changes[0].Fields) != `{"detail":"周五上门"}` || c.Intent.Changes[1].Key != "x1" {
		t.Errorf("mine: %+v", c)
	}
}

func TestWhatWasRefusedIsDoneAgain(t *testing.T) {
	b := atChanges(t)
	b.do(desk.ChangeSettled{ID: "o3", How: desk.SettleAgain}) // waits: nothing to be done
	b.do(desk.ChangeSettled{ID: "o2", How: desk.SettleAgain})
	if c, ok := last[desk.SendAgain](b); !ok || c.Op != "o2" || c.As == "" || c.At == 0 || len(b.out) != 1 {
		t.Fatalf("%+v", b.out)
	}
	b.do(desk.ChangeSettled{ID: "o1", How: desk.SettleAgain})
	d, ok := b.s.Draft(b.s.Active)
	if !ok || b.s.View != "work" || d.Content != "明早回电" || d.Subject != "报修" || d.Customer != "c1" || d.Number != "13800138000" ||
		d.Reason != desk.ReasonFault || d.Outcome != desk.OutcomeFollowUp || d.Direction != desk.Outbound || d.At != 4000 ||
		d.Ended-d.Answered != 60_000 {
		t.Fatalf("%+v", d)
	}
	if k, ok := last[desk.KeepDraft](b); !ok || !strings.Contains(k.Draft.Content, "明早") {
		t.Error("the draft is not kept")
	}
	if _, away := last[desk.PutAway](b); away {
		t.Error("put away before anybody said so")
	}
	b.do(desk.SavePressed{Draft: d.ID})
	c, ok := last[desk.CommitWork](b)
	if !ok || c.Contact == nil || c.Contact.ID == "k1" || c.Contact.Content != "明早回电" {
		t.Errorf("%+v", c)
	}
}
