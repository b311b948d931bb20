package app

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// online waits until the desk has its phone and all customers.
func (s *script) online() {
	s.t.Helper()
	s.until("phone.registration", `"state":"registered"`)
	s.until("sync.changed", `"online":true`)
	every(s.t, "the customers do not come", func() bool {
		n, err := s.desk.store.Count(s.t.Context())
		return err == nil && n[desk.TableCustomer] >= worldCustomers && s.desk.loop.current().Link.Outbox.SyncedAt != 0
	})
}

func TestThePortOfADesk(t *testing.T) {
	w := openWorld(t)
	s := drive(t, w.desk(t, "lin"))
	s.online()
	for name, test := range map[string]func(*testing.T, *portWorld, *script){
		"tells how the desk stands":                           statusOfADesk,
		"finds, shows and saves customers":                    customersOfADesk,
		"saves, lists and corrects contacts":                  contactsOfADesk,
		"refuses a contact that cannot be right":              wrongContacts,
		"promises callbacks":                                  callbacksOfADesk,
		"leads through a flow":                                flowOfADesk,
		"begins a flow for whom it is about":                  flowsOfCustomers,
		"sets the agent's state":                              agentOfADesk,
		"synchronises now and tells how it stands":            syncOfADesk,
		"tells what central refused":                          refusedByCentral,
		"names every mistake of a request":                    wrongRequests,
		"knows nothing of what later versions bring":          laterMethods,
		"keeps its board from agents":                         func(t *testing.T, _ *portWorld, s *script) { s.fails(codeForbidden, "", "board.get", nil) },
		"works on a record without a call":                    workOfADesk,
		"answers a call that is not there with \"not found\"": noSuchCall,
		"answers requests without an id with nothing":         silentRequests,
		"answers many requests one after the other":           manyInARow,
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			test(t, w, s)
		})
	}
}

func statusOfADesk(t *testing.T, w *portWorld, s *script) {
	var st struct {
		Version, User, Role string
		Online              bool
		Phone               []json.RawMessage
		Agent               json.RawMessage
		Pending             int
		Calls               []json.RawMessage
	}
	same(t, "members", s.call("desk.status", nil, &st), "agent calls online pending phone role user version")
	if st.Version != "test" || st.User != "lin" || st.Role != "agent" || !st.Online || len(st.Phone) != 1 || st.Calls == nil {
		t.Errorf("%+v", st)
	}
	same(t, "phone", string(st.Phone[0]), fmt.Sprintf(`{"aor":"sip:101@127.0.0.1","state":"registered","reason":"","registrar":%q}`, w.floor.Registrar("tcp")))
	shape(t, st.Agent, agentMembers)
}

// aCustomer is what a test looks at of a customer.
type aCustomer struct {
	ID, Name, Company, Owner, Group, Status, Level, Tier string
	Phones                                               []struct{ Label, Raw, E164 string }
	Attributes                                           map[string]string
	Stub                                                 bool
	Match                                                *desk.Match
}

func customersOfADesk(t *testing.T, w *portWorld, s *script) {
	known := w.customers[0]
	var found struct {
		Customers []json.RawMessage
		TookUS    int `json:"took_us"`
	}
	same(t, "members", s.call("customer.search", map[string]any{"text": known.Phones[0].Raw, "limit": 3}, &found), "customers took_us")
	if len(found.Customers) != 1 || found.TookUS <= 0 {
		t.Fatalf("%d customers in %d µs", len(found.Customers), found.TookUS)
	}
	shape(t, found.Customers[0], strings.Replace(customerMembers, "level name", "level match name near", 1))
	var c aCustomer
	s.decode(found.Customers[0], &c)
	if c.ID != known.ID || c.Name != known.Name || c.Match == nil || c.Match.Field != "phone" {
		t.Errorf("%+v", c)
	}

	var got struct {
		Customer json.RawMessage
		Timeline []map[string]json.RawMessage
	}
	same(t, "members", s.call("customer.get", map[string]any{"customer": known.ID}, &got), "customer timeline")
	shape(t, got.Customer, customerMembers)
	if len(got.Timeline) == 0 || string(got.Timeline[len(got.Timeline)-1]["kind"]) != `"contact"` {
		t.Fatalf("timeline %v", got.Timeline)
	}
	shape(t, got.Timeline[len(got.Timeline)-1]["contact"], contactMembers)
	s.fails(codeNotFound, "", "customer.get", map[string]any{"customer": "nobody"})

	var saved struct {
		Customer json.RawMessage
		SavedAt  time.Time `json:"saved_at"`
	}
	fresh := map[string]any{"name": "周文斌", "company": "顺达物流", "phones": []map[string]string{{"label": "手机", "raw": "0139 8888 7777"}}, "attributes": map[string]string{"线路": "光纤"}}
	same(t, "members", s.call("customer.save", map[string]any{"customer": fresh}, &saved), "customer saved_at")
	shape(t, saved.Customer, customerMembers)
	s.decode(saved.Customer, &c)
	if c.Name != "周文斌" || c.Phones[0].E164 != "+8613988887777" || c.Owner != "lin" || c.Group != "north" || c.Status != "interested" ||
		c.Level != "normal" || c.Tier != "potential" || c.Attributes["线路"] != "光纤" || time.Since(saved.SavedAt) > time.Minute {
		t.Errorf("saved %s at %v", saved.Customer, saved.SavedAt)
	}
	id := c.ID
	s.call("customer.save", map[string]any{"customer": map[string]any{"id": id, "level": "vip"}}, &saved)
	s.call("sync.now", nil, nil)
	s.call("customer.search", map[string]any{"text": "13988887777"}, &found)
	if len(found.Customers) != 1 {
		t.Fatalf("%d customers have the number of the one just saved", len(found.Customers))
	}
	s.decode(found.Customers[0], &c)
	if c.ID != id || c.Level != "vip" || c.Name != "周文斌" || c.Stub {
		t.Errorf("once central has it: %s", found.Customers[0])
	}
	if _, err := w.central.Row(t.Context(), desk.TableCustomer, id); err != nil {
		t.Error(err)
	}
	for _, wrong := range []map[string]any{
		{},
		{"company": "no name"},
		{"id": id, "name": ""},
		{"id": id, "owner": "wang"},
		{"id": 7, "name": "x"},
		{"id": id, "status": "angry"},
		{"id": id, "level": "gold"},
		{"name": "x", "phones": "139"},
	} {
		s.fails(codeParams, "", "customer.save", map[string]any{"customer": wrong})
	}
	s.fails(codeNotFound, "", "customer.save", map[string]any{"customer": map[string]any{"id": "nobody", "name": "x"}})
}

// aContact is what a test looks at of a contact.
type aContact struct {
	ID, Customer, Call, At, Agent, Channel, Direction, Subject, Content, Reason, Outcome, Desk string
	N                                                                                          int64
	Synced                                                                                     bool
}

type savedContact struct {
	Contact aContact
	SavedAt time.Time `json:"saved_at"`
}

func contactsOfADesk(t *testing.T, w *portWorld, s *script) {
	who := w.customers[1].ID
	var raw struct{ Contact json.RawMessage }
	var saved savedContact
	began := time.Now().Add(-time.Second)
	s.call("contact.save", map[string]any{"customer": who, "channel": "counter", "subject": "咨询套餐", "content": "已说明\n价格。", "reason": "enquiry", "outcome": "resolved"}, &raw)
	shape(t, raw.Contact, contactMembers)
	s.decode(raw.Contact, &saved.Contact)
	c := saved.Contact
	at, err := time.Parse(time.RFC3339, c.At)
	if err != nil || at.Before(began) || c.ID == "" || c.Customer != who || c.Agent != "lin" || c.Channel != "counter" || c.Subject != "咨询套餐" ||
		c.Content != "已说明\n价格。" || c.Reason != "enquiry" || c.Outcome != "resolved" || c.Desk == "" || c.N == 0 || c.Synced {
		t.Errorf("%+v %v", c, err)
	}
	var list struct{ Contacts []aContact }
	s.call("contact.list", map[string]any{"customer": who}, &list)
	if len(list.Contacts) != 1 || list.Contacts[0].ID != c.ID || list.Contacts[0].N != c.N {
		t.Fatalf("%+v", list.Contacts)
	}
	s.call("sync.now", nil, nil)
	every(t, "the contact is not known to be at central", func() bool {
		s.call("contact.list", map[string]any{"customer": who}, &list)
		return list.Contacts[0].Synced
	})

	s.call("contact.save", map[string]any{"contact": c.ID, "content": "已说明价格和合约期。", "outcome": "follow_up"}, &saved)
	k := saved.Contact
	if k.ID != c.ID || k.At != c.At || k.Subject != c.Subject || k.Channel != "counter" || k.Content != "已说明价格和合约期。" || k.Outcome != "follow_up" {
		t.Errorf("corrected: %+v", k)
	}
	s.call("sync.now", nil, nil)
	at2, err := w.central.Contact(t.Context(), c.ID)
	if err != nil || at2.Content != "已说明价格和合约期。" || at2.Subject != "咨询套餐" {
		t.Errorf("at central: %+v %v", at2, err)
	}
	s.call("contact.save", map[string]any{"subject": "未识别来电", "content": ""}, &saved)
	same(t, "a contact with nobody", saved.Contact.Customer+saved.Contact.Content, "")

	s.call("contact.list", map[string]any{"since": time.Now().Add(time.Hour).Format(time.RFC3339)}, &list)
	same(t, "contacts of the future", len(list.Contacts), 0)
	s.call("contact.list", map[string]any{"limit": 1}, &list)
	same(t, "contacts with limit 1", len(list.Contacts), 1)
}

func wrongContacts(t *testing.T, w *portWorld, s *script) {
	who := w.customers[1].ID
	for _, wrong := range []map[string]any{
		{"customer": who},
		{"customer": who, "subject": "x", "content": "y", "outcome": "great"},
		{"customer": who, "subject": "x", "content": "y", "channel": "telepathy"},
		{"customer": who, "subject": strings.Repeat("字", desk.MaxSubject+1), "content": "y"},
		{"customer": who, "subject": "x", "content": strings.Repeat("字", desk.MaxContent+1)},
		{"customer": who, "subject": "x", "content": 7},
		{"customer": who, "subject": "x", "content": "y", "text": "z"},
	} {
		s.fails(codeParams, "", "contact.save", wrong)
	}
	s.fails(codeNotFound, "", "contact.save", map[string]any{"customer": "nobody", "subject": "x", "content": "y"})
	s.fails(codeNotFound, "", "contact.save", map[string]any{"contact": "none", "content": "y"})
	s.fails(codeParams, "", "contact.list", map[string]any{"since": "yesterday"})
	var list struct{ Contacts []aContact }
	s.call("contact.list", map[string]any{"customer": who}, &list)
	for _, c := range list.Contacts {
		if c.Content == "y" {
			t.Errorf("a refused contact was saved: %+v", c)
		}
	}
}

func callbacksOfADesk(t *testing.T, w *portWorld, s *script) {
	who := w.customers[2].ID
	at := time.Now().Add(26 * time.Hour).Truncate(time.Minute)
	var raw struct {
		Callback json.RawMessage
		SavedAt  time.Time `json:"saved_at"`
	}
	same(t, "members", s.call("callback.schedule", map[string]any{"customer": who, "at": at.UTC().Format(time.RFC3339), "note": "告知结果"}, &raw), "callback saved_at")
	shape(t, raw.Callback, callbackMembers)
	type aCallback struct {
		ID, Customer, At, Zone, Owner, Note, State string
		Attempts                                   int
	}
	var c aCallback
	s.decode(raw.Callback, &c)
	when, err := time.Parse(time.RFC3339, c.At)
	if _, zerr := time.LoadLocation(c.Zone); err != nil || zerr != nil || !when.Equal(at) {
		t.Errorf("%s in %q is not %v: %v %v", c.At, c.Zone, at, err, zerr)
	}
	if c.ID == "" || c.Customer != who || c.Owner != "lin" || c.Note != "告知结果" || c.State != "open" {
		t.Errorf("%+v", c)
	}
	var list struct{ Callbacks []aCallback }
	s.call("callback.list", map[string]any{"customer": who}, &list)
	if len(list.Callbacks) != 1 || list.Callbacks[0] != c {
		t.Errorf("%+v, want %+v", list.Callbacks, c)
	}
	s.call("callback.list", map[string]any{"owner": "wang"}, &list)
	same(t, "callbacks of somebody else", len(list.Callbacks), 0)
	s.call("sync.now", nil, nil)
	if _, err := w.central.Row(t.Context(), desk.TableCallback, c.ID); err != nil {
		t.Error(err)
	}
	s.fails(codeParams, "", "callback.schedule", map[string]any{"customer": who, "at": "tomorrow"})
	s.fails(codeNotFound, "", "callback.schedule", map[string]any{"customer": "nobody", "at": at.Format(time.RFC3339)})
}

func agentOfADesk(t *testing.T, _ *portWorld, s *script) {
	var got struct{ Agent json.RawMessage }
	var a struct{ User, State, Reason, Cause, Since string }
	same(t, "members", s.call("agent.set_state", map[string]any{"state": "not_ready", "reason": "meal"}, &got), "agent")
	shape(t, got.Agent, agentMembers)
	s.decode(got.Agent, &a)
	if since, err := time.Parse(time.RFC3339, a.Since); err != nil || since.After(time.Now()) || a.User != "lin" || a.State != "not_ready" || a.Reason != "meal" || a.Cause != "self" {
		t.Errorf("%+v %v", a, err)
	}
	same(t, "members of agent.changed", names(t, s.until("agent.changed", `"reason":"meal"`)), "agent")
	s.call("agent.set_state", map[string]any{"state": "ready"}, &got)
	s.decode(got.Agent, &a)
	same(t, "state", a.State+a.Reason, "ready")
	s.until("agent.changed", `"state":"ready"`)
	s.call("agent.set_state", map[string]any{"state": "not_ready"}, nil)
	s.fails(codeParams, "", "agent.set_state", map[string]any{"state": "on_call"})
	s.fails(codeParams, "", "agent.set_state", map[string]any{"state": "ready", "why": "x"})
}

func syncOfADesk(t *testing.T, w *portWorld, s *script) {
	s.call("sync.now", nil, nil)
	every(t, "the loop does not hear of it", func() bool { return s.desk.loop.current().Link.Outbox.Pending == 0 })
	s.call("desk.status", nil, nil)
	s.told["sync.changed"] = nil
	s.call("contact.save", map[string]any{"customer": w.customers[3].ID, "subject": "a", "content": "b"}, nil)
	s.until("sync.changed", `"pending":1`)
	note := s.until("sync.changed", `"pending":0`, `"online":true`)
	same(t, "members of sync.changed", names(t, note), "last_synced online pending")
	same(t, "members of sync.now", s.call("sync.now", nil, nil), "pulled pushed")
	var st struct {
		Online             bool
		State, Cursor      string
		LastSynced         time.Time `json:"last_synced"`
		Pending            int
		Refused, Conflicts []json.RawMessage
	}
	same(t, "members", s.call("sync.status", nil, &st), "conflicts cursor last_synced online pending reason refused state")
	if !st.Online || st.State != "online" || st.Cursor == "" || st.Pending != 0 || st.Conflicts == nil || time.Since(st.LastSynced) > time.Minute {
		t.Errorf("%+v", st)
	}
}

// Another agent's contact is not this one's to correct. The desk cannot know that; central says so.
func refusedByCentral(t *testing.T, w *portWorld, s *script) {
	theirs := w.history[0].ID
	s.call("contact.save", map[string]any{"contact": theirs, "content": "anders"}, nil)
	s.call("sync.now", nil, nil)
	s.until("notice", `"code":"op_refused"`, `"level":"warning"`)
	var st struct {
		Refused []struct {
			N            int64
			Kind, Code   string
			Detail, Text string
		}
	}
	s.call("sync.status", nil, &st)
	if len(st.Refused) != 1 || st.Refused[0].Kind != "contact.save" || st.Refused[0].Code != "forbidden" || st.Refused[0].N == 0 {
		t.Errorf("%+v", st)
	}
	if got, err := w.central.Contact(t.Context(), theirs); err != nil || got.Content != w.history[0].Content {
		t.Errorf("%+v %v", got, err)
	}
}

func wrongRequests(t *testing.T, _ *portWorld, s *script) {
	for method, params := range map[string]any{
		"desk.status": map[string]any{"verbose": true}, "desk.quit": map[string]any{"now": true}, "call.dial": map[string]any{"to": "701", "number": "701"},
		"call.answer": map[string]any{"id": "x"}, "call.hangup": map[string]any{"id": "x"}, "call.hold": map[string]any{"id": "x"},
		"call.resume": map[string]any{"id": "x"}, "call.mute": map[string]any{"call": "x", "muted": true}, "call.dtmf": map[string]any{"digit": "1"},
		"call.stats": map[string]any{"id": "x"}, "customer.search": map[string]any{"q": "x"}, "customer.get": map[string]any{"id": "x"},
		"customer.save": map[string]any{"name": "x"}, "contact.save": map[string]any{"note": "x"}, "contact.list": map[string]any{"page": 1},
		"callback.schedule": map[string]any{"when": "x"}, "callback.list": map[string]any{"state": "open"}, "flow.start": map[string]any{"id": "x"},
		"flow.answer": map[string]any{"answer": "x"}, "flow.back": map[string]any{"to": "x"}, "agent.set_state": map[string]any{"status": "ready"},
		"sync.now": map[string]any{"force": true}, "sync.status": map[string]any{"x": 1}, "board.get": map[string]any{"x": 1},
		"work.list": map[string]any{"x": 1}, "work.edit": map[string]any{"note": "x"}, "work.save": map[string]any{"x": 1},
		"store.rotate": map[string]any{"key": "x"}, "call.transfer": map[string]any{"id": "x"}, "call.consult": map[string]any{"id": "x"},
		"call.complete_transfer": map[string]any{"id": "x"}, "work.choose": map[string]any{"x": 1},
	} {
		e := s.fails(codeParams, "", method, params)
		if !strings.Contains(e.Message, "unknown field") {
			t.Errorf("%s: %s", method, e.Message)
		}
	}
	if n := len(s.desk.port.methods()); n != 32 {
		t.Errorf("%d methods: the list above is not whole", n)
	}
	for line, code := range map[string]int{
		`{`: codeParse, `[]`: codeRequest, `7`: codeRequest, `{"jsonrpc":"1.0","id":1,"method":"desk.status"}`: codeRequest,
		`{"jsonrpc":"2.0","id":1}`: codeRequest, `{"jsonrpc":"2.0","id":1,"method":"call.dial"}`: codeParams,
		`{"jsonrpc":"2.0","id":1,"method":"customer.get","params":["x"]}`: codeParams,
	} {
		s.write(line)
		if m := s.answer(); m.Error == nil || m.Error.Code != code {
			t.Errorf("%s: %+v", line, m)
		}
	}
}

func laterMethods(t *testing.T, _ *portWorld, s *script) {
	for _, method := range []string{"call.conference", "call.trace", "desk.restart", "Desk.Status", ""} {
		m := s.try(method, nil)
		want := codeNoMethod
		if method == "" {
			want = codeRequest
		}
		if m.Error == nil || m.Error.Code != want {
			t.Errorf("%q: %+v", method, m)
		}
	}
}

func noSuchCall(_ *testing.T, _ *portWorld, s *script) {
	for _, method := range []string{"call.answer", "call.hangup", "call.hold", "call.resume", "call.stats"} {
		s.fails(codeNotFound, "", method, map[string]any{"call": "gone"})
	}
	s.fails(codeNotFound, "", "call.mute", map[string]any{"call": "gone", "on": true})
	s.fails(codeNotFound, "", "call.dtmf", map[string]any{"call": "gone", "digits": "1"})
	s.fails(codeNotFound, "", "flow.start", map[string]any{"flow": "enquiry", "call": "gone"})
	s.fails(codeParams, "", "call.dial", map[string]any{})
	s.fails(codeNotNow, "bad_number", "call.dial", map[string]any{"to": "@@"})
}

func silentRequests(t *testing.T, _ *portWorld, s *script) {
	s.write(`{"jsonrpc":"2.0","method":"agent.set_state","params":{"state":"not_ready","reason":"training"}}`)
	s.write(`{"jsonrpc":"2.0","method":"no.such"}`)
	s.write("")
	s.call("desk.status", nil, nil) // it fails where an answer came before its own
	s.until("agent.changed", `"reason":"training"`)
}

// manyInARow sends all requests before it reads an answer: each is answered, in order, and durable.
func manyInARow(t *testing.T, w *portWorld, s *script) {
	const n = 20
	for i := range n {
		s.write(fmt.Sprintf(`{"jsonrpc":"2.0","id":"row-%d","method":"contact.save","params":{"customer":%q,"subject":"%d","content":"c"}}`, i, w.customers[4].ID, i))
	}
	var last int64
	for i := range n {
		m := s.answer()
		var saved savedContact
		s.decode(m.Result, &saved)
		if string(m.ID) != fmt.Sprintf(`"row-%d"`, i) || saved.Contact.Subject != fmt.Sprint(i) || saved.Contact.N <= last {
			t.Fatalf("answer %d: %s %s", i, m.ID, m.Result)
		}
		last = saved.Contact.N
	}
	list, err := s.desk.store.Contacts(t.Context(), localstore.ContactFilter{Customer: w.customers[4].ID, Limit: 100})
	if err != nil || len(list) != n {
		t.Fatalf("%d contacts, %v", len(list), err)
	}
}
