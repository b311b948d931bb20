package app

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/number"
	"github.com/callbench/callbench/internal/floor"
	"github.com/callbench/callbench/localstore"
	"github.com/callbench/callbench/softphone/media"
)

// aCall is what a test looks at of a call.
type aCall struct {
	ID, State, Direction, Number, Name, Account, Queue, Codec, Transport string
	HeldBy                                                               string `json:"held_by"`
	StartedAt                                                            string `json:"started_at"`
	AnsweredAt                                                           string `json:"answered_at"`
	EndedAt                                                              string `json:"ended_at"`
	EndCode                                                              int    `json:"end_code"`
	EndReason                                                            string `json:"end_reason"`
	EndedBy                                                              string `json:"ended_by"`
	Muted, SRTP                                                          bool
}

// changed waits for a change of a call that holds every part.
func (s *script) changed(parts ...string) aCall {
	s.t.Helper()
	var got struct{ Call aCall }
	s.decode(s.until("call.changed", parts...), &got)
	return got.Call
}

// state is a part of a call.changed.
func state(name string) string { return `"state":"` + name + `"` }

// ring has a customer call the ready desk and waits until it rings.
func (w *portWorld) ring(s *script, from, name string) (*floor.Placed, aCall) {
	s.t.Helper()
	s.call("agent.set_state", map[string]any{"state": "ready"}, nil)
	p, err := w.floor.Call(s.t.Context(), floor.Caller{Number: from, Name: name, Queue: "support"})
	if err != nil {
		s.t.Fatal(err)
	}
	return p, s.changed(`"`+number.Normalise(from, region)+`"`, state("ringing"))
}

// awaits fails the test where a channel is not closed in time.
func awaits(t *testing.T, ch <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-ch:
	case <-time.After(testPatience):
		t.Fatal(what)
	}
}

// finish ends a call, saves its record and leaves the desk as it was.
func (s *script) finish(call string) aCall {
	s.t.Helper()
	s.call("call.hangup", map[string]any{"call": call}, nil)
	c := s.changed(call, state("ended"))
	s.drop(s.active().ID)
	s.call("agent.set_state", map[string]any{"state": "not_ready"}, nil)
	return c
}

func TestCallsAtThePort(t *testing.T) {
	w := openWorld(t)
	cfg := w.desk(t, "lin")
	cfg.Phones = w.ownPhone("udp")
	s := drive(t, cfg)
	s.online()
	for name, test := range map[string]func(*testing.T, *portWorld, *script){
		"a customer calls, is served and recorded":  customerCalls,
		"a caller gives up":                         callerGivesUp,
		"the agent declines":                        agentDeclines,
		"the agent holds, mutes and presses keys":   callControls,
		"a contact is saved in mid-call":            savedInMidCall,
		"the agent dials a tone and hears it":       dialsTheTone,
		"a dialled call can be spoken of at once":   hangsUpAtOnce,
		"a second call puts the first one on hold":  secondCall,
		"calls that fail say how":                   failingCalls,
		"a flow belongs to the call it is begun in": flowOfACall,
		"customers who share a number are offered":  sharedNumber,
		"calls are handed over":                     transfersCalls,
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			test(t, w, s)
		})
	}
}

func customerCalls(t *testing.T, w *portWorld, s *script) {
	known := w.customers[0]
	placed, call := w.ring(s, known.Phones[0].Raw, "来电人")
	if call.ID == "" || call.Direction != "in" || call.Number != known.Phones[0].E164 || call.Queue != "咨询" || call.Account != "sip:101@127.0.0.1" ||
		call.HeldBy != "none" || call.Transport == "" || call.AnsweredAt != "" {
		t.Errorf("ringing: %+v", call)
	}
	var pop struct {
		Call      string
		Customers []json.RawMessage
		TookMs    int `json:"took_ms"`
	}
	raw := s.until("customer.popped", call.ID)
	s.decode(raw, &pop)
	same(t, "members of customer.popped", names(t, raw), "call candidates customers took_ms")
	if len(pop.Customers) != 1 || pop.TookMs < 0 || pop.TookMs > 10_000 {
		t.Fatalf("%s", raw)
	}
	shape(t, pop.Customers[0], customerMembers)
	if !strings.Contains(string(pop.Customers[0]), known.ID) {
		t.Errorf("popped %s, want %s", pop.Customers[0], known.ID)
	}
	var changed struct{ Agent json.RawMessage }
	s.decode(s.until("agent.changed", state("ringing")), &changed)
	shape(t, changed.Agent, agentMembers)

	s.fails(codeNotNow, "not_answered_yet", "contact.save", map[string]any{"call": call.ID, "subject": "a", "content": "b"})
	s.fails(codeNotNow, "not_talking", "call.hold", map[string]any{"call": call.ID})
	s.fails(codeNotNow, "not_talking", "call.dtmf", map[string]any{"call": call.ID, "digits": "1"})
	s.fails(codeNotNow, "no_media", "call.stats", map[string]any{"call": call.ID})

	heard := strings.TrimPrefix(s.desk.cfg.Audio.Out, "wav:")
	before := len(readHeard(t, heard)) // earlier calls had the same tone
	same(t, "members of call.answer", s.call("call.answer", map[string]any{"call": call.ID}, nil), "")
	awaits(t, placed.Answered(), "the caller was not answered")
	call = s.changed(call.ID, state("talking"))
	answered, err := time.Parse(time.RFC3339, call.AnsweredAt)
	if err != nil || time.Since(answered) > time.Minute || call.Codec == "" || call.SRTP {
		t.Errorf("talking: %+v %v", call, err)
	}
	s.until("agent.changed", state("on_call"))
	s.fails(codeNotNow, "not_ringing", "call.answer", map[string]any{"call": call.ID})
	every(t, "the caller does not hear the agent", func() bool { return placed.HeardTone(agentTone, time.Second) >= toneShare })
	every(t, "the agent does not hear the caller", func() bool {
		return media.ToneLevel(tail(readHeard(t, heard)[before:], time.Second), media.Rate, demoPilot) >= toneShare
	})
	var st struct {
		Codec     string
		RxPackets int     `json:"rx_packets"`
		TxPackets int     `json:"tx_packets"`
		MOS       float64 `json:"mos"`
		SRTP      bool
	}
	same(t, "members", s.call("call.stats", map[string]any{"call": call.ID}, &st), "codec concealed jitter_ms lost mos rtt_ms rx_packets srtp tx_packets")
	if st.Codec != call.Codec || st.RxPackets == 0 || st.TxPackets == 0 || st.SRTP || st.MOS < 1 || st.MOS > 5 {
		t.Errorf("%+v", st)
	}
	var status struct{ Calls []json.RawMessage }
	s.call("desk.status", nil, &status)
	if len(status.Calls) != 1 {
		t.Fatalf("%d calls", len(status.Calls))
	}
	shape(t, status.Calls[0], callMembers)

	placed.HangUp()
	call = s.changed(call.ID, state("ended"))
	if call.EndedAt == "" || call.EndedBy != "them" {
		t.Errorf("ended: %+v", call)
	}
	s.until("agent.changed", state("wrap_up"))
	s.fails(codeNotNow, "call_ended", "call.hangup", map[string]any{"call": call.ID})
	record := s.active()
	if record.Call != call.ID || record.Customer == nil || record.Customer.ID != known.ID {
		t.Errorf("%+v", record)
	}
	var saved savedContact
	s.call("work.save", map[string]any{"id": record.ID, "ready": true}, &saved)
	if saved.Contact.Call != placed.ID() || saved.Contact.Customer != known.ID || saved.Contact.Direction != "in" {
		t.Errorf("%+v, want call %s", saved.Contact, placed.ID())
	}
	s.until("agent.changed", state("ready"))
	s.call("sync.now", nil, nil)
	if c, err := w.central.Contact(t.Context(), record.ID); err != nil || c.Seconds < 0 || c.Call != placed.ID() {
		t.Errorf("%+v %v", c, err)
	}
	s.call("agent.set_state", map[string]any{"state": "not_ready"}, nil)
}

func callerGivesUp(t *testing.T, w *portWorld, s *script) {
	placed, call := w.ring(s, "13700000001", "")
	s.until("customer.popped", call.ID, `"customers":[]`)
	placed.HangUp()
	call = s.changed(call.ID, state("ended"))
	if call.AnsweredAt != "" || call.EndedBy != "them" || call.EndReason == "" {
		t.Errorf("%+v", call)
	}
	var list struct{ Work []portWork }
	s.call("work.list", nil, &list)
	for _, r := range list.Work {
		if r.Call == call.ID {
			t.Errorf("a record of a call that nobody answered: %+v", r)
		}
	}
	s.call("agent.set_state", map[string]any{"state": "not_ready"}, nil)
}

func agentDeclines(t *testing.T, w *portWorld, s *script) {
	placed, call := w.ring(s, "13700000002", "")
	s.call("agent.set_state", map[string]any{"state": "not_ready"}, nil)
	s.call("call.hangup", map[string]any{"call": call.ID}, nil)
	call = s.changed(call.ID, state("ended"))
	if call.EndedBy != "me" || call.AnsweredAt != "" {
		t.Errorf("%+v", call)
	}
	placed.HangUp()
	awaits(t, placed.Done(), "the caller is still there")
}

func callControls(t *testing.T, w *portWorld, s *script) {
	placed, call := w.ring(s, "13700000003", "")
	id := map[string]any{"call": call.ID}
	s.call("call.answer", id, nil)
	s.changed(call.ID, state("talking"))
	every(t, "the caller does not hear the agent", func() bool { return placed.HeardTone(agentTone, 500*time.Millisecond) >= toneShare })

	s.call("call.hold", id, nil)
	same(t, "held by", s.changed(call.ID, state("held")).HeldBy, "me")
	s.until("agent.changed", state("hold"))
	s.fails(codeNotNow, "not_talking", "call.dtmf", map[string]any{"call": call.ID, "digits": "1"})
	s.call("call.resume", id, nil)
	same(t, "held by", s.changed(call.ID, state("talking")).HeldBy, "none")

	s.call("call.mute", map[string]any{"call": call.ID, "on": true}, nil)
	s.changed(call.ID, `"muted":true`)
	every(t, "the caller hears the muted agent", func() bool { return placed.HeardTone(agentTone, 300*time.Millisecond) < toneShare/10 })
	s.call("call.mute", map[string]any{"call": call.ID, "on": false}, nil)
	s.changed(call.ID, `"muted":false`)
	every(t, "the caller does not hear the agent again", func() bool { return placed.HeardTone(agentTone, 300*time.Millisecond) >= toneShare })

	s.call("call.dtmf", map[string]any{"call": call.ID, "digits": "1#9*"}, nil)
	every(t, "the keys do not arrive", func() bool { return placed.Digits() == "1#9*" })
	s.fails(codeParams, "", "call.dtmf", map[string]any{"call": call.ID, "digits": "1x"})
	s.fails(codeParams, "", "call.dtmf", map[string]any{"call": call.ID, "digits": ""})
	if c := s.finish(call.ID); c.EndedBy != "me" {
		t.Errorf("%+v", c)
	}
	awaits(t, placed.Done(), "the caller is still there")
}

// asAfterACrash copies a store's files as they lie on the disk now and opens the copy.
func asAfterACrash(t *testing.T, cfg workplaceConfig) *localstore.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	for _, end := range []string{"", "-wal"} {
		from, err := os.Open(cfg.StorePath + end)
		if end != "" && errors.Is(err, os.ErrNotExist) {
			continue // closed in order, all is in the file
		}
		if err != nil {
			t.Fatal(err)
		}
		to, err := os.Create(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(to, from); err != nil {
			t.Fatal(err)
		}
		from.Close()
		to.Close()
	}
	s, err := localstore.Open(t.Context(), localstore.Config{Path: path, Key: cfg.StoreKey, Org: cfg.Org, User: cfg.User, Log: cfg.Log, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func savedInMidCall(t *testing.T, w *portWorld, s *script) {
	known := w.customers[9]
	placed, call := w.ring(s, known.Phones[0].Raw, "")
	s.call("call.answer", map[string]any{"call": call.ID}, nil)
	s.changed(call.ID, state("talking"))
	s.until("customer.popped", call.ID)
	var saved savedContact
	s.call("contact.save", map[string]any{"call": call.ID, "subject": "故障报修", "content": "晚间网速慢", "outcome": "ticket"}, &saved)
	c := saved.Contact
	if c.Customer != known.ID || c.Call != placed.ID() || c.Content != "晚间网速慢" || c.Outcome != "ticket" || c.Direction != "in" {
		t.Errorf("%+v", c)
	}
	after := asAfterACrash(t, s.desk.cfg)
	kept, err := after.Contact(t.Context(), c.ID)
	if err != nil || kept.Content != "晚间网速慢" || kept.Customer != known.ID {
		t.Errorf("answered, but not durable: %+v %v", kept, err)
	}
	if out, err := after.Outbox(t.Context()); err != nil || out.Pending == 0 && s.desk.loop.current().Link.Outbox.SyncedAt < kept.At {
		t.Errorf("the contact waits in no outbox: %+v %v", out, err)
	}

	record := s.active()
	if record.ID != c.ID || record.Content != "晚间网速慢" {
		t.Errorf("the call's record is another one: %+v", record)
	}
	s.call("contact.save", map[string]any{"call": call.ID, "content": "晚间网速慢,已派单。"}, &saved)
	if saved.Contact.ID != c.ID || saved.Contact.Subject != "故障报修" || saved.Contact.Content != "晚间网速慢,已派单。" || saved.Contact.Outcome != "ticket" {
		t.Errorf("saved again: %+v", saved.Contact)
	}
	s.call("contact.save", map[string]any{"contact": c.ID, "subject": "网络故障"}, &saved)
	if saved.Contact.ID != c.ID || saved.Contact.Subject != "网络故障" || s.active().Subject != "网络故障" {
		t.Errorf("corrected: %+v, on screen %+v", saved.Contact, s.active())
	}
	s.finish(call.ID)
	s.call("contact.save", map[string]any{"call": call.ID, "subject": "补记", "content": "客户又补充了一点"}, &saved)
	if saved.Contact.ID == c.ID || saved.Contact.Call != placed.ID() {
		t.Errorf("after the record was closed: %+v", saved.Contact)
	}
	list, err := s.desk.store.Contacts(t.Context(), localstore.ContactFilter{Customer: known.ID, Limit: 10})
	if err != nil || len(list) != 1 || list[0].Subject != "网络故障" {
		t.Errorf("%+v %v", list, err)
	}
}

func dialsTheTone(t *testing.T, w *portWorld, s *script) {
	var placed struct{ Call string }
	same(t, "members", s.call("call.dial", map[string]any{"to": "701", "account": "sip:101@127.0.0.1"}, &placed), "call")
	call := s.changed(placed.Call, state("talking"))
	if call.Direction != "out" || call.Number != "701" || call.Account != "sip:101@127.0.0.1" {
		t.Errorf("%+v", call)
	}
	s.until("customer.popped", placed.Call, `"customers":[]`)
	heard := strings.TrimPrefix(s.desk.cfg.Audio.Out, "wav:")
	every(t, "the tone is not heard", func() bool {
		pcm, err := readTail(heard, 500*time.Millisecond)
		return err == nil && media.ToneLevel(pcm, media.Rate, 1004) > 0.5
	})
	s.finish(placed.Call)

	known := w.customers[10]
	e164 := known.Phones[0].E164
	s.call("call.dial", map[string]any{"to": e164}, &placed)
	s.until("customer.popped", placed.Call, known.ID)
	s.changed(placed.Call, state("talking"))
	other, err := w.floor.Find(t.Context(), e164)
	if err != nil {
		t.Fatal(err)
	}
	every(t, "the customer does not hear the agent", func() bool { return other.HeardTone(agentTone, 500*time.Millisecond) >= toneShare })
	other.HangUp()
	same(t, "ended by", s.changed(placed.Call, state("ended")).EndedBy, "them")
	s.drop(s.active().ID)
}

func hangsUpAtOnce(t *testing.T, _ *portWorld, s *script) {
	for range 5 {
		var placed struct{ Call string }
		s.call("call.dial", map[string]any{"to": "13700000480"}, &placed)
		s.call("call.hangup", map[string]any{"call": placed.Call}, nil)
		if c := s.changed(placed.Call, state("ended")); c.EndedBy != "me" || c.AnsweredAt != "" {
			t.Errorf("%+v", c)
		}
		s.until("customer.popped", placed.Call)
		s.drop(s.active().ID)
	}
}

func secondCall(t *testing.T, w *portWorld, s *script) {
	_, first := w.ring(s, "13700000004", "")
	s.call("call.answer", map[string]any{"call": first.ID}, nil)
	s.changed(first.ID, state("talking"))
	var second struct{ Call string }
	s.call("call.dial", map[string]any{"to": "700"}, &second)
	same(t, "held by", s.changed(first.ID, state("held")).HeldBy, "me")
	s.changed(second.Call, state("talking"))
	var st struct{ Calls []aCall }
	s.call("desk.status", nil, &st)
	if len(st.Calls) != 2 || st.Calls[0].State != "held" || st.Calls[1].State != "talking" {
		t.Errorf("%+v", st.Calls)
	}
	s.call("call.hangup", map[string]any{"call": second.Call}, nil)
	s.changed(second.Call, state("ended"))
	s.call("call.resume", map[string]any{"call": first.ID}, nil)
	s.changed(first.ID, state("talking"))
	s.call("call.hangup", map[string]any{"call": first.ID}, nil)
	s.changed(first.ID, state("ended"))
	s.until("customer.popped", second.Call)
	var list struct{ Work []portWork }
	s.call("work.list", nil, &list)
	same(t, "records of two calls", len(list.Work), 2)
	for _, r := range list.Work {
		s.drop(r.ID)
	}
	s.call("agent.set_state", map[string]any{"state": "not_ready"}, nil)
}

func failingCalls(t *testing.T, _ *portWorld, s *script) {
	for to, want := range map[string]aCall{
		"13700000404": {EndCode: 404, EndReason: "failed", EndedBy: "network"},
		"13700000486": {EndCode: 486, EndReason: "busy", EndedBy: "them"},
		"13700000603": {EndCode: 603, EndReason: "rejected", EndedBy: "them"},
		"5":           {EndCode: 404, EndReason: "failed", EndedBy: "network"},
	} {
		var placed struct{ Call string }
		s.call("call.dial", map[string]any{"to": to}, &placed)
		c := s.changed(placed.Call, state("ended"))
		if c.EndCode != want.EndCode || c.EndReason != want.EndReason || c.EndedBy != want.EndedBy || c.AnsweredAt != "" {
			t.Errorf("%s: %+v, want %+v", to, c, want)
		}
		if r := s.active(); r.Outcome != string(desk.OutcomeNoAnswer) {
			t.Errorf("%s: %+v", to, r)
		}
		s.until("customer.popped", placed.Call)
		s.drop(s.active().ID)
	}
}

func flowOfACall(t *testing.T, w *portWorld, s *script) {
	_, call := w.ring(s, w.customers[11].Phones[0].Raw, "")
	s.call("call.answer", map[string]any{"call": call.ID}, nil)
	s.changed(call.ID, state("talking"))
	s.until("flow.changed", call.ID) // one begins with the call
	var begun struct {
		Run  string
		Step aStep
	}
	s.call("flow.start", map[string]any{"flow": "complaint", "call": call.ID}, &begun)
	s.until("flow.changed", begun.Run, call.ID)
	r := s.active()
	if r.Call != call.ID || r.Flow != "complaint" || r.Step.Run != begun.Run || r.Customer == nil || r.Customer.ID != w.customers[11].ID {
		t.Errorf("%+v", r)
	}
	s.finish(call.ID)
}

func TestALeadsBoardAtThePort(t *testing.T) {
	w := openWorld(t)
	lead := drive(t, w.desk(t, "chen"))
	lead.until("sync.changed", `"online":true`)
	for range 2 { // a caller whom nobody serves
		if _, err := w.floor.Call(t.Context(), floor.Caller{Number: "13700000009", Name: "等候", Queue: "support"}); err != nil {
			t.Fatal(err)
		}
	}
	var seen struct {
		Queues []json.RawMessage
		Agents []json.RawMessage
		AsOf   time.Time `json:"as_of"`
		Stale  bool
	}
	raw := lead.until("board.changed", `"+8613700000009"`, `"offered":2`)
	same(t, "members of board.changed", names(t, raw), "agents as_of queues stale")
	var queue struct {
		ID, Name     string
		Waiting      []json.RawMessage
		LongestWaitS int `json:"longest_wait_s"`
		Offered      int
		Answered     int
	}
	every(t, "the longest wait does not grow", func() bool {
		same(t, "members of board.get", lead.call("board.get", nil, &seen), "agents as_of queues stale")
		lead.decode(seen.Queues[0], &queue)
		return queue.LongestWaitS > 0
	})
	shape(t, seen.Queues[0], "abandoned agents answered id longest_wait_s name offered waiting")
	if queue.ID != "support" || queue.Name != "咨询" || len(queue.Waiting) != 2 || queue.Answered != 0 || seen.Stale || time.Since(seen.AsOf) > time.Minute {
		t.Errorf("%+v %+v", queue, seen)
	}
	shape(t, queue.Waiting[0], "name number since tier")
	if len(seen.Agents) == 0 {
		t.Fatal("no agents")
	}
	shape(t, seen.Agents[0], agentMembers)
	var st struct {
		Role  string
		Phone []json.RawMessage
	}
	lead.call("desk.status", nil, &st)
	same(t, "role and phones", st.Role, "lead")
	same(t, "a lead without a phone account has none", len(st.Phone), 0)
	lead.fails(codeNotNow, "no_phone", "call.dial", map[string]any{"to": "701"})
}

func sharedNumber(t *testing.T, w *portWorld, s *script) {
	ids := map[string]string{}
	for name, raw := range map[string]string{"周家明": "0755-26990001", "周太太": "0755 2699 0001", "总机": "26990001"} {
		var saved struct{ Customer struct{ ID string } }
		s.call("customer.save", map[string]any{"customer": map[string]any{"name": name, "phones": []any{map[string]any{"label": "家里", "raw": raw}}}}, &saved)
		ids[name] = saved.Customer.ID
	}
	placed, call := w.ring(s, "075526990001", "")
	var pop struct {
		Customers  []struct{ Name string }
		Candidates []portCandidate
	}
	s.decode(s.until("customer.popped", call.ID), &pop)
	if len(pop.Customers) != 2 || len(pop.Candidates) != 3 {
		t.Fatalf("%+v", pop)
	}
	last := pop.Candidates[2]
	if last.Customer.Name != "总机" || last.Certain || last.Doubt != "area" || !pop.Candidates[0].Certain || pop.Candidates[0].Label != "家里" {
		t.Errorf("%+v", pop.Candidates)
	}
	s.call("call.answer", map[string]any{"call": call.ID}, nil)
	s.changed(call.ID, state("talking"))
	record := s.active()
	if record.Customer != nil || len(record.Candidates) != 3 || record.Nobody {
		t.Fatalf("somebody was chosen: %+v", record)
	}
	s.call("work.edit", map[string]any{"id": record.ID, "content": "问清是哪一位之前写的"}, nil)
	var chosen struct{ Work portWork }
	s.call("work.choose", map[string]any{"id": record.ID, "customer": ""}, &chosen)
	if !chosen.Work.Nobody || chosen.Work.Customer != nil {
		t.Errorf("%+v", chosen)
	}
	s.fails(codeNotFound, "", "work.choose", map[string]any{"id": record.ID, "customer": "x"})
	placed.HangUp()
	s.changed(call.ID, state("ended"))
	s.call("work.choose", map[string]any{"id": record.ID, "customer": ids["周太太"]}, &chosen) // late
	if chosen.Work.Nobody || chosen.Work.Customer == nil || chosen.Work.Customer.Name != "周太太" || chosen.Work.Content != "问清是哪一位之前写的" {
		t.Errorf("%+v", chosen)
	}
	var saved savedContact
	s.call("work.save", map[string]any{"id": record.ID, "ready": true}, &saved)
	if saved.Contact.Customer != ids["周太太"] || saved.Contact.Content != "问清是哪一位之前写的" {
		t.Errorf("%+v", saved.Contact)
	}
	s.call("sync.now", nil, nil)
	if c, err := w.central.Contact(t.Context(), record.ID); err != nil || c.Customer != ids["周太太"] || c.Identified != desk.ByAgent {
		t.Errorf("%+v %v", c, err)
	}
	s.call("agent.set_state", map[string]any{"state": "not_ready"}, nil)
}
