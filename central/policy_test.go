package central_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
)

// holding gives the keys that a user's desk holds after a first checkpoint, in order, stubs marked.
func (r *rig) holding(token string) string {
	r.t.Helper()
	rows, _ := r.all(token, 2)
	var keys []string
	for key, row := range rows {
		if row.Removed {
			continue
		}
		if strings.Contains(string(row.Body), `"stub":true`) {
			key += "(stub)"
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return strings.Join(keys, " ")
}

// organised fills in a customer of li's and one of wang's with what belongs to them, both in sales, and one of repair.
func organised(t *testing.T) (*rig, map[string]string) {
	t.Helper()
	r, tokens := staffed(t)
	for _, c := range []desk.Customer{
		{ID: "cust-of-li", Owner: "li", Group: "sales"}, {ID: "cust-of-wang", Owner: "wang", Group: "sales"}, {ID: "cust-of-zhao", Owner: "zhao", Group: "repair"},
	} {
		c.Name, c.Company = "张三", "甲"
		put(t, r, desk.TableCustomer, c.ID, c)
	}
	put(t, r, desk.TableContact, "contact-old", desk.Contact{Customer: "cust-of-li", Agent: "wang", Group: "sales", At: 1})
	put(t, r, desk.TableTicket, "ticket-old", desk.Ticket{Customer: "cust-of-wang", Group: "sales", Kind: "fault", State: desk.TicketAccepted})
	put(t, r, desk.TableCallback, "callback-old", desk.Callback{Customer: "cust-of-wang", Owner: "li", Group: "sales", At: 1, State: desk.CallbackOpen})
	return r, tokens
}

func policy(t *testing.T, r *rig, p central.Policy) {
	t.Helper()
	if _, err := r.central.SetPolicy(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if got, err := r.central.Policy(t.Context()); err != nil || got != p {
		t.Fatalf("policy %q, %v", got, err)
	}
}

func TestThePolicySaysWhatAgentsHoldAndNobodyElse(t *testing.T) {
	r, tokens := organised(t)
	const everything = "callback-old contact-old cust-of-li cust-of-wang cust-of-zhao ticket-old"
	const sales = "callback-old contact-old cust-of-li cust-of-wang cust-of-zhao(stub) ticket-old"
	const repair = "cust-of-li(stub) cust-of-wang(stub) cust-of-zhao"
	for _, step := range []struct {
		policy         central.Policy
		li, wang, zhao string
	}{
		{central.PolicyGroup, sales, sales, repair},
		{
			central.PolicyOwn, "callback-old contact-old cust-of-li cust-of-wang(stub) cust-of-zhao(stub)",
			"callback-old contact-old cust-of-li(stub) cust-of-wang cust-of-zhao(stub) ticket-old", repair,
		},
		{central.PolicyAll, everything, everything, everything},
		{central.PolicyGroup, sales, sales, repair},
	} {
		policy(t, r, step.policy)
		for user, want := range map[string]string{"li": step.li, "wang": step.wang, "zhao": step.zhao, "chen": sales, "root": everything, "tech": ""} {
			if got := r.holding(tokens[user]); got != want {
				t.Errorf("policy %s: %s holds\n%s, want\n%s", step.policy, user, got, want)
			}
		}
	}
	if n, err := r.central.Tamper(t.Context(), "UPDATE placing SET gone = gone WHERE scope NOT LIKE 'g:%'"); err != nil || n != 0 {
		t.Errorf("%d placings with users are left, %v", n, err)
	}
	if _, err := r.central.SetPolicy(t.Context(), "some"); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("an unknown policy: %v", err)
	}
	if _, err := r.central.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestUnderOwnRowsFollowTheirOwnerAndOthersStayShut(t *testing.T) {
	r, tokens := organised(t)
	policy(t, r, central.PolicyOwn)
	_, page := r.all(tokens["li"], 500)
	for i, c := range []struct {
		user, code string
		change     desk.Change
	}{
		{"li", "", set(desk.TableCustomer, "cust-of-li", `{"company":"乙"}`)},
		{"li", "forbidden", set(desk.TableCustomer, "cust-of-wang", `{"company":"乙"}`)},
		{"li", "", set(desk.TableCustomer, "cust-of-wang", `{"last_contact_at":9}`)},
		{"li", "forbidden", set(desk.TableTicket, "ticket-old", `{"subject":"x"}`)},
		{"wang", "", set(desk.TableTicket, "ticket-old", `{"subject":"x"}`)},
		{"li", "", set(desk.TableContact, "contact-new", `{"customer":"cust-of-wang","at":5}`)},
		{"li", "", set(desk.TableTicket, "ticket-new", `{"customer":"cust-of-wang","kind":"fault"}`)},
		{"chen", "", set(desk.TableCustomer, "cust-of-wang", `{"company":"丙"}`)},
	} {
		id := fmt.Sprintf("desk-own-%04d", i)
		if codes := r.push(tokens[c.user], id, op(1, id+"-op", c.change)); codes[1] != c.code {
			t.Errorf("%s sets %s of %s: %v, want %q", c.user, c.change.Fields, c.change.Key, codes, c.code)
		}
	}
	const li = "callback-old contact-new contact-old cust-of-li cust-of-wang(stub) cust-of-zhao(stub) ticket-new"
	if got := r.holding(tokens["li"]); got != li {
		t.Errorf("li holds\n%s, want own customers, own rows, and what li wrote:\n%s", got, li)
	}
	// A lead gives li's customer to wang: the row becomes a stub, what belongs to it goes, but for what li wrote.
	r.push(tokens["chen"], deskC, op(1, "op-give-0001", set(desk.TableCustomer, "cust-of-li", `{"owner":"wang"}`)))
	told := r.pull(tokens["li"], deskA, page.To, page.Epoch, 0)
	gone, stub := false, false
	for _, row := range told.Rows {
		gone = gone || row.Key == "contact-old" && row.Removed && !row.Erased
		stub = stub || row.Key == "cust-of-li" && strings.Contains(string(row.Body), `"stub":true`)
	}
	if told.Reset || !gone || !stub {
		t.Errorf("what went to another owner: reset %v, contact gone %v, stub %v", told.Reset, gone, stub)
	}
	for user, want := range map[string]string{
		"li":   "callback-old contact-new cust-of-li(stub) cust-of-wang(stub) cust-of-zhao(stub) ticket-new",
		"wang": "callback-old contact-new contact-old cust-of-li cust-of-wang cust-of-zhao(stub) ticket-new ticket-old",
	} {
		if got := r.holding(tokens[user]); got != want {
			t.Errorf("%s holds\n%s, want\n%s", user, got, want)
		}
	}
}

func TestADeskThatSleptThroughPoliciesStartsAfresh(t *testing.T) {
	r, tokens := organised(t)
	policy(t, r, central.PolicyOwn)
	_, page := r.all(tokens["li"], 500)
	policy(t, r, central.PolicyOwn) // no change, no snapshot
	if next := r.pull(tokens["li"], deskA, page.To, page.Epoch, 0); next.Reset {
		t.Error("the policy that is there already makes a snapshot")
	}
	policy(t, r, central.PolicyGroup)
	// While nobody is placed by user the customer goes.
	r.push(tokens["chen"], deskC, op(1, "op-give-0001", set(desk.TableCustomer, "cust-of-li", `{"owner":"wang"}`)))
	policy(t, r, central.PolicyOwn)
	if next := r.pull(tokens["li"], deskA, page.To, page.Epoch, 0); !next.Reset {
		t.Error("a desk that missed what left its scope goes on where it was")
	}
	const want = "callback-old cust-of-li(stub) cust-of-wang(stub) cust-of-zhao(stub)"
	if got := r.holding(tokens["li"]); got != want {
		t.Errorf("li holds\n%s, want\n%s", got, want)
	}
}

func TestAUserWhoMovesGetsASnapshotAndOpsOnWhatLeftAreRefused(t *testing.T) {
	r, tokens := organised(t)
	r.push(tokens["li"], deskA, op(1, "op-00000001", set(desk.TableContact, "contact-li", `{"customer":"cust-of-li","at":5,"content":"原文"}`)))
	_, page := r.all(tokens["li"], 500)
	if err := r.central.Place(t.Context(), central.User{Name: "li", Role: desk.RoleAgent, Group: "repair"}); err != nil {
		t.Fatal(err)
	}
	before := map[string]desk.Row{}
	changes := []desk.Change{
		set(desk.TableCustomer, "cust-of-li", `{"company":"乙"}`), set(desk.TableContact, "contact-li", `{"content":"改"}`),
		set(desk.TableCallback, "callback-old", `{"note":"改"}`), set(desk.TableTicket, "ticket-old", `{"subject":"改"}`),
		releaseOf("cust-of-li"),
	}
	var ops []desk.Op
	for i, ch := range changes {
		ops = append(ops, op(int64(i+2), fmt.Sprintf("op-0000001%d", i), ch))
		row, err := r.central.Row(t.Context(), ch.Table, ch.Key)
		if err != nil {
			t.Fatal(err)
		}
		before[ch.Key] = row
	}
	codes := r.push(tokens["li"], deskA, ops...)
	for i := range ops {
		if codes[int64(i+2)] != "forbidden" {
			t.Errorf("op on %s: %v", changes[i].Key, codes)
		}
	}
	for key, row := range before {
		if now, err := r.central.Row(t.Context(), row.Table, key); err != nil || now.Seq != row.Seq || string(now.Body) != string(row.Body) {
			t.Errorf("%s was touched by a refused op: %s, %v", key, now.Body, err)
		}
	}
	next := r.pull(tokens["li"], deskA, page.To, page.Epoch, 6)
	if !next.Reset {
		t.Error("another group is no snapshot")
	}
	for !next.Last {
		next = r.pull(tokens["li"], deskA, next.To, next.Epoch, 6)
	}
	if len(next.Refused) != len(ops) || next.LastN != 6 {
		t.Errorf("told %d refusals up to %d, want %d", len(next.Refused), next.LastN, len(ops))
	}
	if got, want := r.holding(tokens["li"]), "cust-of-li(stub) cust-of-wang(stub) cust-of-zhao"; got != want {
		t.Errorf("li in repair holds\n%s, want\n%s", got, want)
	}
}

func TestADisabledUsersWorkIsNotTakenAndComesUpOnceEnabledAgain(t *testing.T) {
	r, tokens := organised(t)
	if err := r.central.Disable(t.Context(), "li", true); err != nil {
		t.Fatal(err)
	}
	status, text := r.post("Push", tokens["li"], `{"desk":"desk-aaaaaaaa","ops":[]}`)
	if status == 200 {
		t.Errorf("a disabled user pushes: %s", text)
	}
	if err := r.central.Disable(t.Context(), "li", false); err != nil {
		t.Fatal(err)
	}
	if codes := r.push(r.token("li"), deskA, op(1, "op-00000001", set(desk.TableCustomer, "cust-of-li", `{"company":"乙"}`))); codes[1] != "" {
		t.Errorf("after the user was enabled: %v", codes)
	}
}
