package central

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// Whatever a member holds, the op is taken or refused: an error would come again for ever, and hold up what is behind it.
func TestNoValueOfAMemberStopsAPush(t *testing.T) {
	c, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	root := session{user: User{Name: "root", Role: desk.RoleAdmin}, rule: PolicyOwn}
	if _, err := c.SetPolicy(t.Context(), PolicyOwn); err != nil {
		t.Fatal(err)
	}
	values := []string{
		`null`, `""`, `"x"`, `"\u0000"`, `"\ud800"`, `0`, `-1`, `1.5`, `1e3`, `9223372036854775807`, `-9223372036854775808`, `1e400`,
		`true`, `[]`, `{}`, `[null]`, `[1]`, `{"a":1}`, `{"a":"b"}`, `[{"number":1}]`, `[{"number":"1"}]`, `{"":""}`,
	}
	rows := map[desk.Table]string{
		desk.TableCustomer: `{"name":"a"}`, desk.TableContact: `{"at":1,"customer":"customer-0001"}`,
		desk.TableCallback: `{"at":1,"customer":"customer-0001"}`, desk.TableTicket: `{"kind":"fault","customer":"customer-0001","amount":"1"}`,
	}
	var waiting [2][]desk.Op // of two desks, so that values are lost in conflicts, too
	var made [2]int64
	write := func(ch desk.Change) {
		at := (made[0] + made[1]) % 2
		made[at]++
		waiting[at] = append(waiting[at], desk.Op{
			ID: fmt.Sprintf("op-%d-%08d", at, made[at]), N: made[at], Kind: "test", Version: desk.OpVersion, Changes: []desk.Change{ch},
		})
	}
	push := func() {
		t.Helper()
		for at, ops := range waiting {
			if _, err := c.push(t.Context(), root, wire.Push{Desk: fmt.Sprintf("desk-%08d", at), Ops: ops}); err != nil {
				t.Fatalf("%s of %s: %v", ops[0].Changes[0].Key, ops[0].Changes[0].Table, err)
			}
			waiting[at] = nil
		}
	}
	write(desk.Change{Table: desk.TableCustomer, Key: "customer-0001", Fields: json.RawMessage(rows[desk.TableCustomer])})
	for table, first := range rows {
		for name := range fieldNames(table) {
			key := string(table) + "-" + name
			if !validID(key) {
				t.Fatal(key)
			}
			write(desk.Change{Table: table, Key: key, Fields: json.RawMessage(first)})
			for _, value := range values {
				fields := json.RawMessage(`{"` + name + `":` + value + `}`)
				write(desk.Change{Table: table, Key: key, Fields: fields})
				write(desk.Change{Table: table, Key: key, Fields: fields, If: fields})
				write(desk.Change{Table: table, Key: key, Fields: json.RawMessage(first)})
			}
			push()
		}
	}
	if v, err := c.Verify(t.Context()); err != nil {
		t.Errorf("%+v, %v", v.Chain, err)
	}
}
