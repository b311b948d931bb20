package central_test

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// stopped closes the data and gives its files.
func (r *rig) stopped(dir string) map[string][]byte {
	r.t.Helper()
	if err := r.central.Close(); err != nil {
		r.t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range []string{"central.db", "central.db-wal", "central.db-shm"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil {
			files[name] = text
		} else if !errors.Is(err, os.ErrNotExist) {
			r.t.Fatal(err)
		}
	}
	return files
}

// copiedBack stops the server, puts files in the place of its data and starts it again: what somebody does who takes a
// machine back to a snapshot.
func (r *rig) copiedBack(dir string, files map[string][]byte, now func() time.Time) *rig {
	r.t.Helper()
	for name := range r.stopped(dir) {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			r.t.Fatal(err)
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
	return newRig(r.t, central.Config{Dir: dir, Now: now})
}

func customer(n int64, key, fields string) desk.Op {
	return op(n, fmt.Sprintf("op-%s-%d-%d", key, n, len(fields)), set(desk.TableCustomer, key, fields))
}

// epochs gives why each epoch of the data began.
func (r *rig) epochs() string {
	r.t.Helper()
	list, err := r.central.Epochs(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	var why []string
	for _, l := range list {
		why = append(why, l.Why)
	}
	return strings.Join(why, " ")
}

// saved is a server with two desks that was copied away in use, and went on: desk A has had op 2, and what came
// of it.
func saved(t *testing.T, now func() time.Time) (r *rig, dir string, files map[string][]byte, tokens map[string]string, before desk.Page) {
	t.Helper()
	dir = t.TempDir()
	r = newRig(t, central.Config{Dir: dir, Now: now})
	tokens = map[string]string{}
	for _, name := range []string{"li", "wang"} {
		r.user(name, desk.RoleAgent, "sales")
		tokens[name] = r.token(name)
	}
	r.push(tokens["li"], deskA, customer(1, "customer-1", `{"name":"张三"}`))
	files = r.stopped(dir)
	r = newRig(t, central.Config{Dir: dir, Now: now})
	r.push(tokens["li"], deskA, customer(2, "customer-1", `{"company":"A"}`), customer(3, "customer-3", `{"name":"王五"}`))
	before = r.pull(tokens["li"], deskA, "", "", 3)
	if before.LastN != 3 || before.TakenN != 3 || len(before.Rows) != 2 {
		t.Fatalf("before: %+v", before)
	}
	return r, dir, files, tokens, before
}

func TestACentralThatWasRolledBackIsFoundOutByTheDeskThatKnowsMore(t *testing.T) {
	for name, others := range map[string]int{"nothing came since": 0, "others pushed first": 5} {
		t.Run(name, func(t *testing.T) {
			r, dir, files, tokens, before := saved(t, time.Now)
			r = r.copiedBack(dir, files, time.Now)
			for n := range int64(others) { // no contact among it: the ledger must tell all the same
				r.push(tokens["wang"], deskB, customer(n+1, "customer-2", fmt.Sprintf(`{"name":"李四","company":"%d"}`, n)))
			}
			fromWang := r.pull(tokens["wang"], deskB, "", "", int64(others))
			if fromWang.Epoch != before.Epoch {
				t.Fatalf("a desk without a cursor proves nothing: %+v", fromWang)
			}
			page := r.pull(tokens["li"], deskA, before.To, before.Epoch, 3)
			if !page.Reset || page.TakenN != 1 || page.TakenID != "op-customer-1-1-17" || page.Epoch == before.Epoch || page.LastN != 0 {
				t.Fatalf("after the roll-back: %+v", page)
			}
			if got := strings.Count(r.log.String(), "level=ERROR"); got != 1 || !strings.Contains(r.log.String(), "rolled back") {
				t.Errorf("%d errors in the log: %s", got, r.log)
			}
			// The others begin anew too, and nobody begins another epoch.
			for _, old := range []string{fromWang.To, before.To} {
				again := r.pull(tokens["wang"], deskB, old, before.Epoch, int64(others))
				if !again.Reset || again.Epoch != page.Epoch || again.TakenN != int64(others) {
					t.Errorf("another desk: %+v", again)
				}
			}
			if next := r.pull(tokens["li"], deskA, page.To, page.Epoch, 3); next.Reset || next.Epoch != page.Epoch || r.epochs() != "first rollback" {
				t.Errorf("the next page: %+v; epochs %s", next, r.epochs())
			}
			// The desk brings what is missing, and central goes on behind everything that was ever seen.
			if f := refused(r, wire.MethodPush, tokens["li"], wire.Push{Desk: deskA, Ops: []desk.Op{customer(4, "customer-4", `{"name":"赵六"}`)}}); f.Cause != wire.CauseGap || f.LastN != 1 {
				t.Errorf("the next op before those that are missing: %+v", f)
			}
			r.push(tokens["li"], deskA, customer(2, "customer-1", `{"company":"A"}`), customer(3, "customer-3", `{"name":"王五"}`), customer(4, "customer-4", `{"name":"赵六"}`))
			for key, company := range map[string]string{"customer-1": `"company":"A"`, "customer-3": "王五"} {
				row, err := r.central.Row(t.Context(), desk.TableCustomer, key)
				if err != nil || !strings.Contains(string(row.Body), company) || row.Seq <= before.Rows[0].Seq+1<<32 {
					t.Errorf("%s: %s at %d, %v", key, row.Body, row.Seq, err)
				}
			}
			if _, err := r.central.Verify(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAValueWrittenAfterARollbackIsNotOverwrittenUnseen(t *testing.T) {
	for name, c := range map[string]struct {
		now    func() time.Time
		cursor bool
	}{
		"by the clock, where the desk proves nothing":  {time.Now, false},
		"by the desk's cursor, where the clock is off": {func() time.Time { return time.Unix(1e9, 0) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			r, dir, files, tokens, before := saved(t, c.now)
			late := customer(2, "customer-1", `{"company":"li's"}`)
			late.Changes[0].Base = before.Rows[0].Seq // of a company that is lost now
			r = r.copiedBack(dir, files, c.now)
			r.push(tokens["wang"], deskB, customer(1, "customer-1", `{"company":"wang's"}`))
			if c.cursor { // li's desk has not pulled yet: nobody knows of the roll-back
				push := wire.Push{Desk: deskA, Ops: []desk.Op{late}, Cursor: before.To}
				for range 2 {
					if f := refused(r, wire.MethodPush, tokens["li"], push); f.Cause != wire.CauseEpoch || f.Code != wire.CodePrecondition {
						t.Fatalf("%+v", f)
					}
				}
				push.Cursor = r.pull(tokens["li"], deskA, before.To, before.Epoch, 3).To
				call[wire.Pushed](r, wire.MethodPush, tokens["li"], push)
			} else {
				r.push(tokens["li"], deskA, late)
			}
			list, err := r.central.Replaced(t.Context(), desk.TableCustomer, "customer-1")
			if err != nil || len(list) != 1 || !list[0].Conflict || list[0].Value != `"wang's"` {
				t.Errorf("%+v, %v", list, err)
			}
		})
	}
}

func TestACentralThatIsRolledBackTwiceToOnePlaceIsFoundOutTwice(t *testing.T) {
	r, dir, files, tokens, page := saved(t, time.Now)
	epochs := map[string]bool{page.Epoch: true}
	for range 2 {
		r = r.copiedBack(dir, files, time.Now)
		page = r.pull(tokens["li"], deskA, page.To, page.Epoch, 3)
		if !page.Reset || page.TakenN != 1 || epochs[page.Epoch] {
			t.Fatalf("%+v, before it %v", page, epochs)
		}
		epochs[page.Epoch] = true
		r.push(tokens["li"], deskA, customer(2, "customer-1", `{"company":"A"}`))
		page = r.pull(tokens["li"], deskA, page.To, page.Epoch, 2)
	}
	if r.epochs() != "first lost rollback" {
		t.Errorf("epochs: %s", r.epochs())
	}
}

func TestACursorThatCentralDidNotMakeProvesNothing(t *testing.T) {
	r, tokens := staffed(t)
	r.push(tokens["li"], deskA, customer(1, "customer-1", `{"name":"张三"}`))
	page := r.pull(tokens["li"], deskA, "", "", 1)
	body, mark, _ := strings.Cut(page.To, ".")
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		t.Fatal(err)
	}
	ahead := strings.Replace(string(raw), `"q":`, `"q":9`, 1)
	if ahead == string(raw) {
		t.Fatalf("the cursor is %s", raw)
	}
	ahead = base64.RawURLEncoding.EncodeToString([]byte(ahead))
	for name, cursor := range map[string]string{
		"further, with the old mark": ahead + "." + mark,
		"further, without a mark":    ahead,
		"with a mark cut short":      body + "." + mark[:8],
		"without a mark":             body + ".",
		"not base64":                 "!!!.!!!",
		"another's mark":             body + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 16)),
	} {
		got := r.pull(tokens["li"], deskA, cursor, page.Epoch, 1)
		if !got.Reset || got.Epoch != page.Epoch || got.TakenN != 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := r.pull(tokens["li"], deskA, page.To, page.Epoch, 1); got.Reset || r.epochs() != "first" {
		t.Errorf("the good one: %+v; epochs %s", got, r.epochs())
	}
}

func TestOnlyOneOfManyDesksBeginsANewEpoch(t *testing.T) {
	r, dir, files, tokens, before := saved(t, time.Now)
	r = r.copiedBack(dir, files, time.Now)
	pages := make(chan desk.Page, 8)
	for range cap(pages) {
		go func() { pages <- r.pull(tokens["li"], deskA, before.To, before.Epoch, 3) }()
	}
	first := <-pages
	for range cap(pages) - 1 {
		if p := <-pages; !p.Reset || p.Epoch != first.Epoch || p.Epoch == before.Epoch {
			t.Errorf("%+v, the first %s", p, first.Epoch)
		}
	}
	if r.epochs() != "first rollback" || strings.Count(r.log.String(), "level=ERROR") != 1 {
		t.Errorf("epochs %s, log %s", r.epochs(), r.log)
	}
}

func TestTheSameBackupRestoredTwiceGivesTwoEpochs(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "backup.db")
	r := newRig(t, central.Config{Dir: dir})
	r.user("li", desk.RoleAgent, "sales")
	ticket := func(n int64) desk.Op {
		return op(n, fmt.Sprintf("op-ticket-%d", n), set(desk.TableTicket, fmt.Sprintf("ticket-0%d", n), `{"kind":"fault"}`))
	}
	r.push(r.token("li"), deskA, ticket(1))
	if err := r.central.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	epochs, numbers, last := map[string]bool{}, map[string]bool{}, int64(0)
	for range 3 {
		r.push(r.token("li"), deskA, ticket(2))
		page := r.pull(r.token("li"), deskA, "", "", 2)
		row := slices.MaxFunc(page.Rows, func(a, b desk.Row) int { return cmp.Compare(a.Seq, b.Seq) })
		number := string(row.Body)
		if epochs[page.Epoch] || numbers[number] || row.Seq <= last+1<<32 && last > 0 {
			t.Errorf("epoch %s, ticket %s at %d; before it %v, %v, %d", page.Epoch, number, row.Seq, epochs, numbers, last)
		}
		epochs[page.Epoch], numbers[number], last = true, true, row.Seq
		if err := r.central.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := central.Restore(t.Context(), dir, file, time.Now()); err != nil {
			t.Fatal(err)
		}
		r = newRig(t, central.Config{Dir: dir})
	}
	if r.epochs() != "first restore" {
		t.Errorf("epochs: %s", r.epochs())
	}
}
