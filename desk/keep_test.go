package desk_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
)

// talk rings, finds the customers and answers.
func (b *bench) talk(found ...desk.Customer) {
	b.t.Helper()
	find := command[desk.FindCustomer](b.t, b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)}))
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number, Customers: found})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
}

func (b *bench) commitAll(list []desk.Command, n int64) desk.CommitWork {
	b.t.Helper()
	c := command[desk.CommitWork](b.t, list)
	b.do(desk.WorkCommitted{Draft: c.Draft, Committed: desk.Committed{ID: c.Intent.ID, N: n, At: b.now, Pending: 1}, Contact: c.Contact})
	return c
}

func change(t *testing.T, c desk.CommitWork, table desk.Table) map[string]any {
	t.Helper()
	i := slices.IndexFunc(c.Intent.Changes, func(c desk.Change) bool { return c.Table == table })
	if i < 0 {
		t.Fatalf("no change of a %s in %+v", table, c.Intent.Changes)
	}
	var m map[string]any
	if err := json.Unmarshal(c.Intent.Changes[i].Fields, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestASubjectAndAReasonOfTheAgentsOwnStand(t *testing.T) {
	b := newBench(t)
	b.talk(chen)
	subject := "我自己的主题"
	b.do(desk.NoteEdited{Subject: &subject})
	b.do(desk.ReasonChosen{Reason: desk.ReasonBilling})
	b.answerStep()
	b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	if d := b.active(); d.Subject != subject || d.Reason != desk.ReasonBilling {
		t.Fatalf("%q %q", d.Subject, d.Reason)
	}
}

func TestAMissedCallKeepsWhatWasWrittenAndIsTold(t *testing.T) {
	for name, write := range map[string]func(*bench){
		"a subject":  func(b *bench) { s := "x"; b.do(desk.NoteEdited{Subject: &s}) },
		"a name":     func(b *bench) { b.do(desk.NewNameEdited{Name: "王"}) },
		"an outcome": func(b *bench) { b.do(desk.OutcomeChosen{Outcome: desk.OutcomeFollowUp}) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			find := command[desk.FindCustomer](t, b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)}))
			b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number})
			write(b)
			if hasCommand[desk.ForgetDraft](b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})) || len(b.s.Drafts) != 1 {
				t.Fatal("what was written is gone")
			}
			if n := b.s.Notices; len(n) == 0 || n[len(n)-1].Code != "missed_call" {
				t.Fatalf("nobody is told: %+v", n)
			}
		})
	}
}

func TestWhatStandsInAQuestionsFieldIsKeptAndSaved(t *testing.T) {
	b := newBench(t)
	b.talk(chen)
	d := b.active()
	v := flow.Show(b.s.Flow(d.Run.Hash), *d.Run, "zh-Hans")
	var field, choice string
	for _, a := range v.Ask {
		if a.Type == flow.Text {
			field = a.ID
		} else if a.Type == flow.Choice && choice == "" {
			choice = a.ID
		}
	}
	if field == "" {
		t.Fatalf("step %s asks for no text", v.Step)
	}
	kept := command[desk.KeepDraft](t, b.do(desk.AskEdited{Ask: field, Text: "三天没有到账"}))
	if kept.Draft.Unsent[field] != "三天没有到账" {
		t.Fatalf("not kept: %+v", kept.Draft.Unsent)
	}
	b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	c := command[desk.CommitWork](t, b.do(desk.SavePressed{Ready: true}))
	if !strings.Contains(c.Contact.Content, "三天没有到账") {
		t.Fatalf("an answer the step cannot take is lost: %q (choice %s unanswered)", c.Contact.Content, choice)
	}
}

func TestAClearedFieldIsClearedInTheRecordToo(t *testing.T) {
	b := newBench(t)
	b.talk(chen)
	text := "写错了"
	b.do(desk.NoteEdited{Content: &text, Subject: &text})
	b.commitAll(b.do(desk.SavePressed{}), 1)
	empty := ""
	b.s.Flows = nil // nothing proposes another text
	b.do(desk.NoteEdited{Content: &empty, Subject: &empty})
	c := command[desk.CommitWork](t, b.do(desk.SavePressed{}))
	m := change(t, c, desk.TableContact)
	if v, there := m["content"]; !there || v != nil {
		t.Fatalf("content: %v %v", v, there)
	}
}

func TestATicketIsCorrectedAndNotMadeTwice(t *testing.T) {
	b := newBench(t)
	b.talk(chen)
	for !b.active().Run.Done {
		b.answerStep()
	}
	first := b.commitAll(b.do(desk.SavePressed{}), 1)
	ticket := change(t, first, desk.TableTicket)
	if ticket["state"] == nil {
		t.Fatalf("a new ticket has a state: %v", ticket)
	}
	b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	again := change(t, command[desk.CommitWork](t, b.do(desk.SavePressed{})), desk.TableTicket)
	if again["id"] != ticket["id"] || again["state"] != nil || again["owner"] != nil {
		t.Fatalf("the second time: %v", again)
	}
}

func TestARefusedOrWaitingSaveIsNotShownAsSynced(t *testing.T) {
	b := newBench(t)
	b.talkAndEnd()
	b.commitAll(b.do(desk.SavePressed{Ready: true}), 5)
	b.do(desk.Synced{Outbox: desk.Outbox{Pending: 1, OldestN: 5}})
	if b.s.Saved.Synced {
		t.Fatal("it still waits")
	}
	b.do(desk.Synced{Outbox: desk.Outbox{Refused: []desk.RefusedOp{{Op: desk.Op{N: 5}}}}})
	if b.s.Saved.Synced {
		t.Fatal("it was refused")
	}
	b.do(desk.Synced{Outbox: desk.Outbox{Pending: 1, OldestN: 6}})
	if !b.s.Saved.Synced {
		t.Fatal("only a later one waits")
	}
}

func TestOfTwoCustomersOpenedTheSecondIsShown(t *testing.T) {
	b := newBench(t)
	first := command[desk.LoadHistory](t, b.do(desk.CustomerOpened{Customer: "A"}))
	second := command[desk.LoadHistory](t, b.do(desk.CustomerOpened{Customer: "B"}))
	b.do(desk.HistoryLoaded{Seq: second.Seq, Customer: desk.Customer{ID: "B"}})
	b.do(desk.HistoryLoaded{Seq: first.Seq, Customer: desk.Customer{ID: "A"}})
	if b.s.Browsing == nil || b.s.Browsing.ID != "B" {
		t.Fatalf("%+v", b.s.Browsing)
	}
	b.do(desk.BrowseClosed{})
	b.do(desk.HistoryLoaded{Seq: second.Seq, Customer: desk.Customer{ID: "B"}})
	if b.s.Browsing != nil {
		t.Fatal("a late answer opens it again")
	}
}

func TestSaveAndReadyWorksForARestoredDraftToo(t *testing.T) {
	b := newBench(t)
	b.do(desk.DraftsRestored{Drafts: []desk.Draft{{ID: "d", Content: "x", Typed: true, Answered: 1, Changed: 2}}})
	b.do(desk.StateChosen{State: desk.AgentNotReady})
	b.commitAll(b.do(desk.SavePressed{Draft: "d", Ready: true}), 1)
	b.agent(desk.AgentReady)
}

func TestThePortCorrectsOnlyWhatItNames(t *testing.T) {
	b := newBench(t)
	b.talk(chen)
	text := "通话中写下的"
	b.do(desk.NoteEdited{Content: &text})
	b.do(desk.ContactWritten{Contact: desk.Contact{ID: b.s.Active, Content: "旧文"}, Given: desk.Contact{Outcome: desk.OutcomeFollowUp}})
	if d := b.active(); d.Content != text || d.Outcome != desk.OutcomeFollowUp || !d.Saving {
		t.Fatalf("%+v", d)
	}
	other := "不应该写入"
	b.do(desk.ContactWritten{Contact: desk.Contact{ID: b.s.Active}, Content: &other})
	if d := b.active(); d.Content != text {
		t.Fatal("a call that was refused has changed the draft")
	}
}

func TestANameBeingWrittenIsNotReplacedByALateFind(t *testing.T) {
	b := newBench(t)
	find := command[desk.FindCustomer](t, b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)}))
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number})
	b.do(desk.NewNameEdited{Name: "王先生"})
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number, Customers: []desk.Customer{chen}})
	if d := b.active(); d.Customer != "" || len(d.Matches) != 1 {
		t.Fatalf("taken: %+v", d)
	}
}

func TestAccountsThatAreGoneAreNotShown(t *testing.T) {
	b := newBench(t)
	b.do(desk.AccountsChanged{AORs: []string{"sip:102@x"}})
	if len(b.s.Registrations) != 0 {
		t.Fatalf("%+v", b.s.Registrations)
	}
	b.agent(desk.AgentOffline)
}

func TestALateLookUpDoesNotReopenWhatIsBeingSaved(t *testing.T) {
	b := newBench(t)
	b.talk(chen)
	load := command[desk.LoadHistory](t, b.out)
	b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	save := command[desk.CommitWork](t, b.do(desk.SavePressed{}))
	b.do(desk.HistoryLoaded{Seq: load.Seq, Draft: load.Draft, Customer: desk.Customer{ID: "c1", Name: "陈怡君改名"}})
	b.do(desk.WorkCommitted{Draft: save.Draft, Committed: desk.Committed{ID: save.Intent.ID, N: 1, At: b.now}, Contact: save.Contact})
	if len(b.s.Drafts) != 0 {
		t.Fatalf("still open: %+v", b.s.Drafts)
	}
}
