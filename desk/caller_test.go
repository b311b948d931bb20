package desk_test

import (
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
)

var (
	liu = desk.Customer{ID: "c2", Name: "刘洋", Tier: desk.TierNew}
	wu  = desk.Customer{ID: "c3", Name: "吴丽"}
)

// rings brings a call in and tells who has its number.
func (b *bench) rings(about map[string]desk.Offer, found ...desk.Customer) string {
	b.t.Helper()
	find := command[desk.FindCustomer](b.t, b.do(desk.CallChanged{Call: b.call("a", desk.CallRinging)}))
	b.do(desk.CustomerFound{Draft: find.Draft, Number: find.Number, Customers: found, About: about})
	return find.Draft
}

func TestOnlyOneWhoCertainlyHasTheNumberIsTaken(t *testing.T) {
	maybe := desk.Offer{Doubt: number.NoArea}
	for name, c := range map[string]struct {
		found []desk.Customer
		about map[string]desk.Offer
		want  string
	}{
		"one who certainly has it":         {[]desk.Customer{chen}, nil, "c1"},
		"one who certainly has it of many": {[]desk.Customer{chen, liu, wu}, map[string]desk.Offer{"c2": maybe, "c3": maybe}, "c1"},
		"two who certainly have it":        {[]desk.Customer{chen, liu}, nil, ""},
		"one who perhaps has it":           {[]desk.Customer{chen}, map[string]desk.Offer{"c1": maybe}, ""},
		"an extension of a switchboard":    {[]desk.Customer{chen}, map[string]desk.Offer{"c1": {Doubt: number.Switchboard}}, ""},
		"nobody":                           {nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.rings(c.about, c.found...)
			if d := b.active(); d.Customer != c.want || len(d.Matches) != len(c.found) || d.Picked {
				t.Fatalf("%q of %d offered, picked %v", d.Customer, len(d.Matches), d.Picked)
			}
		})
	}
}

func TestAChoiceKeepsWhatWasTypedBeforeIt(t *testing.T) {
	b := newBench(t)
	id := b.rings(nil, chen, liu)
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
	text, subject := "先记一笔", "退款"
	b.do(desk.NoteEdited{Content: &text, Subject: &subject})
	b.do(desk.NewNameEdited{Name: "陈"})
	load := command[desk.LoadHistory](t, b.do(desk.CustomerChosen{Draft: id, Customer: "c2"}))
	d := b.active()
	if d.Customer != "c2" || d.Content != text || d.Subject != subject || load.Customer != "c2" {
		t.Fatalf("%+v", d)
	}
	b.do(desk.CustomerChosen{Draft: id})
	if d = b.active(); d.NewName != "陈" || d.Customer != "" || !d.Nobody {
		t.Fatalf("the name is gone: %+v", d)
	}
}

func TestNoneOfThoseOfferedIsAChoice(t *testing.T) {
	b := newBench(t)
	id := b.rings(map[string]desk.Offer{"c1": {Doubt: number.NoArea}}, chen)
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
	if kept := command[desk.KeepDraft](t, b.do(desk.CustomerChosen{Draft: id})); !kept.Draft.Nobody {
		t.Fatal("it is not kept")
	}
	b.do(desk.CustomerFound{Draft: id, Number: "13800138000", Customers: []desk.Customer{chen}}) // now it is certain
	if d := b.active(); d.Customer != "" {
		t.Fatal("a later look-up overrules the agent")
	}
	b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	save := command[desk.CommitWork](t, b.do(desk.SavePressed{}))
	if save.Contact.Customer != "" || save.Contact.Identified != desk.AsNobody {
		t.Fatalf("%+v", save.Contact)
	}
}

func TestARecordSaysHowItsCustomerWasFound(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*bench, string)
		want desk.Identified
	}{
		"by the number": {func(b *bench, id string) {
			b.do(desk.CustomerFound{Draft: id, Number: "13800138000", Customers: []desk.Customer{chen}})
		}, desk.ByNumber},
		"by the agent":    {func(b *bench, id string) { b.do(desk.CustomerChosen{Draft: id, Customer: "c2"}) }, desk.ByAgent},
		"as a new one":    {func(b *bench, _ string) { b.do(desk.NewNameEdited{Name: "王"}) }, desk.AsNew},
		"as nobody known": {func(b *bench, id string) { b.do(desk.CustomerChosen{Draft: id}) }, desk.AsNobody},
		"not at all":      {func(*bench, string) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			id := b.rings(nil, chen, liu)
			c.do(b, id)
			b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
			if first := b.commitAll(b.do(desk.SavePressed{}), 1); first.Contact.Identified != c.want {
				t.Fatalf("%q, want %q", first.Contact.Identified, c.want)
			}
			b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
			if again := command[desk.CommitWork](t, b.do(desk.SavePressed{})); again.Contact.Identified != c.want {
				t.Fatalf("corrected: %q, want %q", again.Contact.Identified, c.want)
			}
		})
	}
}

func TestALateChoiceLandsOnItsOwnRecord(t *testing.T) {
	b := newBench(t)
	id := b.rings(nil, chen, liu)
	b.do(desk.CallChanged{Call: b.call("a", desk.CallTalking)})
	b.do(desk.CallChanged{Call: b.call("a", desk.CallEnded)})
	b.do(desk.CustomerChosen{Draft: id, Customer: "c2"}) // in wrap-up
	if b.active().Customer != "c2" {
		t.Fatal("not taken in wrap-up")
	}
	find := command[desk.FindCustomer](t, b.do(desk.CallChanged{Call: b.call("b", desk.CallRinging)}))
	b.do(desk.CallChanged{Call: b.call("b", desk.CallTalking)})
	b.do(desk.CustomerChosen{Draft: id, Customer: "c1"}) // another call has come on screen
	first, _ := b.s.Draft(id)
	second, _ := b.s.Draft(find.Draft)
	if first.Customer != "c1" || second.Customer != "" || b.s.Active != find.Draft {
		t.Fatalf("%+v\n%+v", first, second)
	}
	b.commitAll(b.do(desk.SavePressed{Draft: id}), 1)
	if _, open := b.s.Draft(id); open {
		t.Fatal("still open")
	}
	late := command[desk.CommitWork](t, b.do(desk.CustomerChosen{Draft: id, Customer: "c2"})) // saved meanwhile
	if m := change(t, late, desk.TableContact); m["id"] != id || m["customer"] != "c2" || m["identified"] != "chosen" || len(m) != 3 {
		t.Fatalf("%v", m)
	}
	if d, _ := b.s.Draft(find.Draft); d.Customer != "" {
		t.Fatal("the choice landed on the next call")
	}
	if out := b.do(desk.CustomerChosen{Draft: "gone", Customer: "c2"}); len(out) != 0 {
		t.Fatalf("a choice for nothing: %v", out)
	}
}

func TestAnOfferIsJudgedByTheNumberThatFitsBest(t *testing.T) {
	for name, c := range map[string]struct {
		phones []desk.Phone
		asked  string
		doubt  number.Doubt
		label  string
		fits   bool
	}{
		"a mobile":                            {[]desk.Phone{{Label: "手机", Raw: "138 0013 8000"}}, "013800138000", number.NoDoubt, "手机", true},
		"the second number":                   {[]desk.Phone{{Raw: "62345678"}, {Label: "公司", Raw: "010-62345678"}}, "01062345678", number.NoDoubt, "公司", true},
		"an extension in what a person wrote": {[]desk.Phone{{Raw: "010-62345678转801", E164: "+861062345678"}}, "01062345678", number.Switchboard, "", true},
		"an area in the normal form":          {[]desk.Phone{{Raw: "62345678", E164: "+861062345678"}}, "01062345678", number.NoDoubt, "", true},
		"a local number":                      {[]desk.Phone{{Raw: "62345678"}}, "01062345678", number.NoArea, "", true},
		"another number":                      {[]desk.Phone{{Raw: "010-62345679"}}, "01062345678", number.NoDoubt, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			o, fits := desk.OfferOf(desk.Customer{Phones: c.phones}, c.asked, number.Dialling{})
			if fits != c.fits || o.Doubt != c.doubt || o.Label != c.label {
				t.Errorf("%+v %v", o, fits)
			}
		})
	}
}
