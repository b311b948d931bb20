package central_test

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// recorded gives ops of version 1 as programs of that time left them in their outbox (all but the last three, which
// are as such a program would have written them), with the hash that central remembered them by.
func recorded(t *testing.T) (ops []desk.Op, hashes []string) {
	t.Helper()
	f, err := os.Open("testdata/ops-v1.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var line struct {
			Hash string
			Op   desk.Op
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		ops, hashes = append(ops, line.Op), append(hashes, line.Hash)
	}
	if lines.Err() != nil || len(ops) != 7 {
		t.Fatalf("%d ops, %v", len(ops), lines.Err())
	}
	return ops, hashes
}

func TestOpsOfVersion1AreTakenTwoYearsLaterAsOnTheFirstDay(t *testing.T) {
	ops, hashes := recorded(t)
	for i, op := range ops {
		before := fmt.Sprintf("%+v", op)
		hash, err := central.OpHash(op)
		if err != nil || hex.EncodeToString(hash) != hashes[i] {
			t.Errorf("op %d has another hash now: every desk that sends it again would be taken for a copy (%v)", op.N, err)
		}
		up := central.Upcast(op)
		if up.Version != desk.OpVersion || fmt.Sprintf("%+v", op) != before || !reflect.DeepEqual(up, central.Upcast(op)) {
			t.Errorf("op %d: %+v", op.N, up)
		}
	}
	if got := central.Upcast(desk.Op{Version: desk.OpVersion + 1}); got.Version != desk.OpVersion+1 {
		t.Errorf("a newer one was touched: %+v", got)
	}
	written := ops[0].At.Time()
	now := func() time.Time { return written.AddDate(2, 0, 0) }
	r := newRig(t, central.Config{Org: "acme", Now: now})
	r.user("8021", desk.RoleAgent, "east")
	token := r.token("8021")
	for _, op := range ops { // what the desk knew
		for _, ch := range op.Changes {
			if ch.Table == desk.TableCustomer && ch.Key != "made-here" {
				put(t, r, ch.Table, ch.Key, desk.Customer{Name: "张三", Group: "east"})
			}
		}
	}
	var all []desk.Op
	for n := range ops[0].N - 1 {
		all = append(all, op(n+1, fmt.Sprintf("op-%08d", n), set(desk.TableContact, fmt.Sprintf("before-%d", n), `{"at":1}`)))
	}
	const deskID = "019974a0-0000-7000-8000-000000000001"
	all = append(all, ops...)
	for range 2 { // the answer is lost the first time
		if codes := r.push(token, deskID, all...); len(codes) != 0 {
			t.Fatalf("refused: %v", codes)
		}
	}
	for key, table := range map[string]desk.Table{
		"made-here": desk.TableCustomer, "pending-1": desk.TableContact, "pending-2": desk.TableContact, "ticket-v1": desk.TableTicket,
	} {
		if _, err := r.central.Row(t.Context(), table, key); err != nil {
			t.Error(err)
		}
	}
	if b := r.callback("promise-1"); b.State != desk.CallbackDone {
		t.Errorf("%+v", b)
	}
}

func TestAnOpThatIsNewerThanCentralWaitsAndIsNotLost(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	token := r.token("li")
	ops := []desk.Op{}
	for n := range int64(4) {
		ops = append(ops, op(n+1, fmt.Sprintf("op-%08d", n), set(desk.TableContact, fmt.Sprintf("contact-%d", n+1), `{"at":1}`)))
	}
	ops[2].Version = desk.OpVersion + 1
	for range 2 {
		f := refused(r, wire.MethodPush, token, wire.Push{Desk: deskA, Ops: ops})
		if f.Cause != wire.CauseCentralOld || f.Code != wire.CodePrecondition || f.LastN != 2 {
			t.Fatalf("%+v", f)
		}
	}
	for key, want := range map[string]error{"contact-1": nil, "contact-2": nil, "contact-3": desk.ErrNotFound, "contact-4": desk.ErrNotFound} {
		if _, err := r.central.Row(t.Context(), desk.TableContact, key); !errors.Is(err, want) {
			t.Errorf("%s: %v", key, err)
		}
	}
	if f := refused(r, wire.MethodPush, token, wire.Push{Desk: deskA, Ops: ops[2:]}); f.Cause != wire.CauseCentralOld || f.LastN != 2 {
		t.Errorf("alone: %+v", f)
	}
	if page := r.pull(token, deskA, "", "", 2); page.LastN != 2 || len(page.Rows) != 2 {
		t.Errorf("downloads wait for uploads: %+v", page)
	}
	ops[2].Version = desk.OpVersion // central has been brought up to date
	if codes := r.push(token, deskA, ops...); len(codes) != 0 {
		t.Errorf("refused: %v", codes)
	}
}
