package central_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// customerNow is a customer as central has it.
func customerNow(t *testing.T, r *rig, key string) desk.Customer {
	t.Helper()
	var c desk.Customer
	row, err := r.central.Row(t.Context(), desk.TableCustomer, key)
	if err != nil || json.Unmarshal(row.Body, &c) != nil {
		t.Fatalf("%s, %v", row.Body, err)
	}
	return c
}

func releaseOf(key string) desk.Change {
	return set(desk.TableCustomer, key, `{"pooled_at":77,"pooled_by":"nobody","owner":"","group":""}`)
}

func claimOf(user, group string, seen desk.Millis) desk.Change {
	ch := set(desk.TableCustomer, "customer-1", fmt.Sprintf(`{"owner":%q,"group":%q,"pooled_at":null,"pooled_by":null}`, user, group))
	ch.If = json.RawMessage(fmt.Sprintf(`{"pooled_at":%d}`, seen))
	return ch
}

func TestTheOwnerTheLeadAndAnAdminReleaseToThePool(t *testing.T) {
	at := time.UnixMilli(1_800_000_000_000)
	r, tokens := staffedAt(t, func() time.Time { return at })
	for user, code := range map[string]string{"li": "", "wang": "forbidden", "chen": "", "zhao": "forbidden", "root": ""} {
		key := "customer-" + user
		put(t, r, desk.TableCustomer, key, desk.Customer{Name: "张三", Owner: "li", Group: "sales"})
		if codes := r.push(tokens[user], "desk-"+user+"-0001", op(1, "op-"+user+"-0001", releaseOf(key))); codes[1] != code {
			t.Errorf("%s releases: %v, want %q", user, codes, code)
		}
		c := customerNow(t, r, key)
		want := desk.Customer{ID: key, Name: "张三", PooledAt: desk.MillisOf(at), PooledBy: user}
		if code != "" {
			want = desk.Customer{ID: key, Name: "张三", Owner: "li", Group: "sales"}
		}
		if fmt.Sprint(c) != fmt.Sprint(want) {
			t.Errorf("%s releases: %+v, want %+v", user, c, want)
		}
	}
}

func TestThePoolIsFirstComeFirstServed(t *testing.T) {
	r, tokens := staffed(t)
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Owner: "li", Group: "sales"})
	put(t, r, desk.TableContact, "contact-1", desk.Contact{Customer: "customer-1", Group: "sales", Agent: "li", At: 1})
	r.push(tokens["li"], deskA, op(1, "op-00000001", releaseOf("customer-1")))
	seen := customerNow(t, r, "customer-1").PooledAt
	// Nobody works on it before it is claimed, and no change of another kind takes it out.
	for i, c := range []struct{ user, fields, code string }{
		{"zhao", `{"company":"甲"}`, "forbidden"},
		{"wang", `{"owner":"wang","group":"sales"}`, "conflict"},
		{"root", `{"owner":"wang"}`, "conflict"},
		{"zhao", `{"last_contact_at":5}`, ""},
	} {
		id := fmt.Sprintf("desk-other-%d", i)
		if codes := r.push(tokens[c.user], id, op(1, id+"-op", set(desk.TableCustomer, "customer-1", c.fields))); codes[1] != c.code {
			t.Errorf("%s sets %s: %v, want %q", c.user, c.fields, codes, c.code)
		}
	}
	if codes := r.push(tokens["zhao"], deskC, op(1, "op-00000002", claimOf("chen", "sales", seen))); codes[1] != "" {
		t.Fatalf("the first claim: %v", codes)
	}
	if c := customerNow(t, r, "customer-1"); c.Owner != "zhao" || c.Group != "repair" || c.PooledAt != 0 || c.PooledBy != "" {
		t.Errorf("claimed: %+v", c)
	}
	r.push(tokens["wang"], deskB, op(1, "op-00000003", claimOf("wang", "sales", seen)))
	page := r.pull(tokens["wang"], deskB, "", "", 1)
	if len(page.Refused) != 1 || page.Refused[0].Code != "conflict" || page.Refused[0].Detail != "customer.pooled_at" {
		t.Errorf("the second claim: %+v", page.Refused)
	}
	// What belongs to the customer comes to the new group; who wrote it keeps it.
	for _, user := range []string{"zhao", "li"} {
		if rows, _ := r.all(tokens[user], 500); rows["contact-1"].Body == nil {
			t.Errorf("%s does not hold the contact", user)
		}
	}
	// Released a second time, an old sight of it is no claim.
	r.push(tokens["zhao"], deskC, op(2, "op-00000004", releaseOf("customer-1")))
	if codes := r.push(tokens["wang"], deskB, op(2, "op-00000005", claimOf("wang", "sales", seen-1))); codes[2] != "conflict" {
		t.Errorf("a claim of an earlier release: %v", codes)
	}
	// Who released it takes it back before the desk knows which moment central wrote down.
	if codes := r.push(tokens["zhao"], deskC, op(3, "op-00000006", claimOf("zhao", "repair", 77))); codes[3] != "" {
		t.Errorf("the own release taken back: %v", codes)
	}
	if codes := r.push(tokens["zhao"], deskC, op(4, "op-00000007", claimOf("zhao", "repair", 77))); codes[4] != "conflict" {
		t.Errorf("claimed again what is not in the pool: %v", codes)
	}
}

func TestReleasingTwiceAndANewCustomerInThePoolAreRefused(t *testing.T) {
	r, tokens := staffed(t)
	put(t, r, desk.TableCustomer, "customer-1", desk.Customer{Name: "张三", Owner: "li", Group: "sales"})
	codes := r.push(tokens["root"], deskA, op(1, "op-00000001", releaseOf("customer-1")), op(2, "op-00000002", releaseOf("customer-1")),
		op(3, "op-00000003", set(desk.TableCustomer, "customer-2", `{"name":"李四","pooled_at":5}`)))
	if codes[1] != "" || codes[2] != "conflict" || codes[3] != "invalid" {
		t.Errorf("codes %v", codes)
	}
}

func staffedAt(t *testing.T, now func() time.Time) (*rig, map[string]string) {
	t.Helper()
	r := newRig(t, central.Config{Now: now})
	return r, staff(r)
}

func TestAPooledCustomerIsWholeOnEveryDeskForThirtyDays(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000)
	r, _ := staffedAt(t, func() time.Time { return now })
	token := func(user string) string { return r.token(user) }
	for i := range 450 { // more than one batch
		put(t, r, desk.TableCustomer, fmt.Sprintf("customer-%03d", i), desk.Customer{Name: "张三", Owner: "li", Group: "sales", Company: "甲"})
	}
	var ops []desk.Op
	for i := range 450 {
		ops = append(ops, op(int64(i+1), fmt.Sprintf("op-%08d", i), releaseOf(fmt.Sprintf("customer-%03d", i))))
	}
	for from := 0; from < len(ops); from += wire.MaxPushOps {
		if codes := r.push(token("li"), deskA, ops[from:min(from+wire.MaxPushOps, len(ops))]...); len(codes) > 0 {
			t.Fatal(codes)
		}
	}
	whole := func(user string) (whole, stubs int) {
		rows, _ := r.all(token(user), 500)
		for _, row := range rows {
			if strings.Contains(string(row.Body), `"stub":true`) {
				stubs++
			} else if strings.Contains(string(row.Body), "甲") {
				whole++
			}
		}
		return whole, stubs
	}
	_, page := r.all(token("zhao"), 500)
	for _, user := range []string{"li", "zhao", "root"} {
		if w, s := whole(user); w != 450 || s != 0 {
			t.Errorf("%s holds %d whole, %d stubs", user, w, s)
		}
	}
	now = now.Add(30*24*time.Hour - time.Minute)
	if n, err := r.central.AgePool(t.Context()); n != 0 || err != nil {
		t.Errorf("aged too early: %d, %v", n, err)
	}
	now = now.Add(2 * time.Minute)
	if n, err := r.central.AgePool(t.Context()); n != 450 || err != nil {
		t.Errorf("aged %d, %v", n, err)
	}
	told := r.pull(token("zhao"), deskA, page.To, page.Epoch, 0)
	if told.Reset || len(told.Rows) != 450 || !strings.Contains(string(told.Rows[0].Body), `"stub":true`) {
		t.Errorf("after thirty days: reset %v, %d rows", told.Reset, len(told.Rows))
	}
	for user, want := range map[string]int{"zhao": 0, "li": 0, "root": 450} {
		if w, _ := whole(user); w != want {
			t.Errorf("%s holds %d whole after thirty days, want %d", user, w, want)
		}
	}
	if n, err := r.central.AgePool(t.Context()); n != 0 || err != nil {
		t.Errorf("aged again: %d, %v", n, err)
	}
	// A touch of another kind does not show it again.
	r.push(token("zhao"), deskC, op(1, "op-touch-0001", set(desk.TableCustomer, "customer-001", `{"last_contact_at":5}`)))
	if w, _ := whole("zhao"); w != 0 {
		t.Error("an aged customer is whole again")
	}
	if _, err := r.central.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAnyoneLooksThroughThePoolNewestFirst(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000)
	r, _ := staffedAt(t, func() time.Time { return now })
	day := desk.Millis(24 * 60 * 60 * 1000)
	for i := range 25 { // pairs of one moment
		put(t, r, desk.TableCustomer, fmt.Sprintf("customer-%02d", i), desk.Customer{
			Name: "张三", Company: "甲", PooledAt: desk.MillisOf(now) - desk.Millis(i/2)*day, PooledBy: "li",
		})
	}
	put(t, r, desk.TableCustomer, "customer-99", desk.Customer{Name: "李四", Group: "sales", Owner: "li"})
	read := func(user string, in wire.Pool) *wire.Pooled {
		t.Helper()
		in.Desk = deskA
		page, err := r.central.PoolFor(t.Context(), user, in)
		if err != nil {
			t.Fatal(err)
		}
		return page
	}
	seen := map[string]bool{}
	var in wire.Pool
	last := desk.MillisOf(now) + 1
	for _, want := range []int{10, 10, 5} {
		page := read("zhao", in)
		if len(page.Customers) != want || page.Total != 25 || (page.Next == "") != (want == 5) {
			t.Fatalf("a page of %d of %d, next %q", len(page.Customers), page.Total, page.Next)
		}
		for _, c := range page.Customers {
			if c.PooledAt > last || seen[c.ID] || c.Company != "甲" || c.Stub {
				t.Errorf("%+v after %d", c, last)
			}
			last, seen[c.ID] = c.PooledAt, true
		}
		in.Cursor = page.Next
	}
	three := wire.Pool{From: desk.MillisOf(now) - 3*day, To: desk.MillisOf(now) - day, Limit: 100}
	if page := read("li", three); page.Total != 4 || len(page.Customers) != 4 {
		t.Errorf("three days ago to yesterday: %d of %d", len(page.Customers), page.Total)
	}
	var f *wire.FaultError
	if _, err := r.central.PoolFor(t.Context(), "tech", wire.Pool{}); !errors.As(err, &f) || f.Code != wire.CodeForbidden {
		t.Errorf("a maintainer reads the pool: %v", err)
	}
	for _, cursor := range []string{"x", "1.", ".customer-01", "-5.customer-01", "5.a b"} {
		if _, err := r.central.PoolFor(t.Context(), "li", wire.Pool{Cursor: cursor}); !errors.As(err, &f) || f.Code != wire.CodeInvalid {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
}
