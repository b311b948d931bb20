package localstore_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
)

// model is what the store must show: central's rows with the pending ops laid over them. center is a
// central server without mistakes that the pages come from.
type model struct {
	base    map[string]map[string]any // what central has said here
	removed map[string]bool           // said to be removed while ops were pending on it
	outbox  []desk.Op
	refused map[int64]bool

	central map[string]map[string]any
	log     []string // keys in the order they changed at central
	taken   int64    // ops central has
	bad     map[int64]bool
	cursor  int // how much of log the desk has
	epoch   int
}

var lawKeys = []string{"c1", "c2", "c3"}

// view is the law in one line: base, then the outbox in order.
func (m *model) view() map[string]map[string]any {
	v := map[string]map[string]any{}
	for k, row := range m.base {
		v[k] = maps.Clone(row)
	}
	for _, op := range m.outbox {
		for _, c := range op.Changes {
			if !m.removed[c.Key] {
				v[c.Key] = lay(v[c.Key], c.Fields)
			}
		}
	}
	return v
}

func lay(row map[string]any, fields json.RawMessage) map[string]any {
	if row = maps.Clone(row); row == nil {
		row = map[string]any{}
	}
	var set map[string]any
	if err := json.Unmarshal(fields, &set); err != nil {
		panic(err)
	}
	for name, v := range set {
		if v == nil {
			delete(row, name)
		} else {
			row[name] = v
		}
	}
	return row
}

func (m *model) pendingOn(key string) bool {
	return slices.ContainsFunc(m.outbox, func(op desk.Op) bool {
		return slices.ContainsFunc(op.Changes, func(c desk.Change) bool { return c.Key == key })
	})
}

// settle forgets removals on which nothing is pending any more.
func (m *model) settle() {
	maps.DeleteFunc(m.removed, func(key string, _ bool) bool { return !m.pendingOn(key) })
}

// push lets central take the next op: it applies it, or refuses it for ever.
func (m *model) push(refuse bool) {
	for _, op := range m.outbox {
		if op.N != m.taken+1 {
			continue
		}
		m.taken++
		if refuse {
			m.bad[op.N] = true
			return
		}
		for _, c := range op.Changes {
			m.central[c.Key] = lay(m.central[c.Key], c.Fields)
			m.log = append(m.log, c.Key)
		}
		return
	}
}

// pull makes the next page, of at most limit log entries; reset names everything instead.
func (m *model) pull(limit int, reset bool) (desk.Page, []string) {
	to, keys := len(m.log), m.log[m.cursor:]
	if reset {
		keys = slices.Sorted(maps.Keys(m.central))
	} else if len(keys) > limit {
		keys, to = keys[:limit], m.cursor+limit
	}
	p := desk.Page{Epoch: fmt.Sprint("e", m.epoch), From: at(m.cursor), To: at(to), Reset: reset, Last: to == len(m.log)}
	for _, k := range keys {
		r := desk.Row{Table: desk.TableCustomer, Key: k, Seq: int64(to)}
		if row, ok := m.central[k]; ok {
			r.Body, _ = json.Marshal(row)
		} else {
			r.Removed = true
		}
		p.Rows = append(p.Rows, r)
	}
	if p.Last {
		p.LastN = m.taken
	}
	for n := range m.bad {
		p.Refused = append(p.Refused, desk.Refusal{N: n, Code: "forbidden"})
	}
	return p, keys
}

func at(cursor int) string {
	if cursor == 0 {
		return ""
	}
	return fmt.Sprint(cursor)
}

// applied is what a page does to the model of the desk.
func (m *model) applied(p desk.Page, keys []string) {
	if p.Reset {
		for k := range m.base {
			if !slices.Contains(keys, k) {
				delete(m.base, k)
				if m.pendingOn(k) {
					m.removed[k] = true
				}
			}
		}
	}
	for _, k := range keys {
		if row, ok := m.central[k]; ok {
			m.base[k] = maps.Clone(row)
			delete(m.removed, k)
			continue
		}
		delete(m.base, k)
		if m.pendingOn(k) {
			m.removed[k] = true
		}
	}
	for n := range m.bad {
		m.refused[n] = true
	}
	m.outbox = slices.DeleteFunc(m.outbox, func(op desk.Op) bool { return m.bad[op.N] || p.Last && op.N <= p.LastN })
	m.settle()
	if p.From == at(m.cursor) || p.Reset {
		_, _ = fmt.Sscan(p.To, &m.cursor)
	}
}

// Whatever the desk, central and the network do, in whatever order: what is shown is what central last
// said with the pending ops on top, and the outbox is what was neither released nor refused.
func TestWhatIsShownIsCentralsRowsWithPendingOpsOnTop(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cfg := config(t.TempDir())
		s, err := localstore.Open(t.Context(), cfg)
		if err != nil {
			rt.Fatal(err)
		}
		defer func() { s.Close() }()
		m := &model{base: map[string]map[string]any{}, removed: map[string]bool{}, refused: map[int64]bool{}, central: map[string]map[string]any{}, bad: map[int64]bool{}}
		var old *desk.Page
		pull := func(reset bool) {
			p, keys := m.pull(rapid.IntRange(1, 4).Draw(rt, "limit"), reset)
			if _, err := s.ApplyPage(t.Context(), p); err != nil {
				rt.Fatalf("page %+v: %v", p, err)
			}
			m.applied(p, keys)
			old = &p
		}
		rt.Repeat(map[string]func(*rapid.T){
			"commit": func(rt *rapid.T) {
				var changes []desk.Change
				for range rapid.IntRange(1, 2).Draw(rt, "changes") {
					key, member := rapid.SampledFrom(lawKeys).Draw(rt, "key"), rapid.SampledFrom([]string{"title", "company"}).Draw(rt, "member")
					value := rapid.SampledFrom([]any{nil, "x", "y", "z"}).Draw(rt, "value")
					changes = append(changes, desk.Change{Table: desk.TableCustomer, Key: key, Fields: must(json.Marshal(map[string]any{member: value, "name": "n" + key}))})
				}
				done, err := s.Commit(t.Context(), desk.Intent{ID: uuid.NewString(), Kind: "customer.save", Changes: changes})
				if err != nil {
					rt.Fatal(err)
				}
				m.outbox = append(m.outbox, desk.Op{N: done.N, Changes: changes})
			},
			"push":   func(rt *rapid.T) { m.push(false) },
			"refuse": func(rt *rapid.T) { m.push(true) },
			"others write": func(rt *rapid.T) {
				key := rapid.SampledFrom(lawKeys).Draw(rt, "key")
				m.central[key] = lay(m.central[key], must(json.Marshal(map[string]any{"title": rapid.SampledFrom([]string{"p", "q"}).Draw(rt, "theirs"), "name": "n" + key})))
				m.log = append(m.log, key)
			},
			"others remove": func(rt *rapid.T) {
				if key := rapid.SampledFrom(lawKeys).Draw(rt, "key"); m.central[key] != nil {
					delete(m.central, key)
					m.log = append(m.log, key)
				}
			},
			"pull": func(rt *rapid.T) { pull(false) },
			"snapshot": func(rt *rapid.T) {
				m.epoch++
				pull(true)
			},
			"a page comes twice": func(rt *rapid.T) {
				if old == nil || old.From == old.To || old.Reset {
					rt.Skip("none that would not fit")
				}
				if _, err := s.ApplyPage(t.Context(), *old); err == nil {
					rt.Fatal("applied twice")
				}
			},
			"reopen": func(rt *rapid.T) {
				if err := s.Check(t.Context()); err != nil {
					rt.Fatal(err)
				}
				if err := s.Close(); err != nil {
					rt.Fatal(err)
				}
				if s, err = localstore.Open(t.Context(), cfg); err != nil {
					rt.Fatal(err)
				}
			},
			"": func(rt *rapid.T) { compare(t, rt, s, m) },
		})
	})
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func compare(t *testing.T, rt *rapid.T, s *localstore.Store, m *model) {
	t.Helper()
	view := m.view()
	for _, key := range lawKeys {
		c, err := s.Customer(t.Context(), key)
		row, want := view[key], err == nil
		if (row != nil) != want {
			rt.Fatalf("%s: model %v, store %+v, %v", key, row, c, err)
		}
		if row == nil {
			continue
		}
		var modelled desk.Customer
		if err := json.Unmarshal(must(json.Marshal(row)), &modelled); err != nil {
			rt.Fatal(err)
		}
		if !reflect.DeepEqual(c, modelled) {
			rt.Fatalf("%s: model %+v, store %+v", key, modelled, c)
		}
	}
	ops, err := s.Pending(t.Context(), 0, 0, 0)
	if err != nil || len(ops) != len(m.outbox) {
		rt.Fatalf("%d ops pending, model has %d, %v", len(ops), len(m.outbox), err)
	}
	for i, op := range ops {
		if op.N != m.outbox[i].N {
			rt.Fatalf("op %d is pending, model has %d", op.N, m.outbox[i].N)
		}
	}
	o, err := s.Outbox(t.Context())
	if err != nil || len(o.Refused) != len(m.refused) {
		rt.Fatalf("refused %+v, model has %v, %v", o.Refused, m.refused, err)
	}
	hits, err := s.Search(t.Context(), "nc", 0)
	if err != nil || len(hits) != len(view) {
		rt.Fatalf("search finds %d, model shows %d, %v", len(hits), len(view), err)
	}
}
