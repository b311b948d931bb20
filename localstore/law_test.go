package localstore_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/race"
	"github.com/callbench/callbench/localstore"
)

// written is an op as the model knows it.
type written struct {
	id      string
	changes []desk.Change
	makes   map[string]bool // keys of rows that were not there
	needs   *written
	desk    string // under which id it has its number
	ended   time.Time
}

// centre is a central server without mistakes: what pages come from, and what a backup of it is.
type centre struct {
	epoch string
	rows  map[string]map[string]any
	log   []string            // keys in the order they changed
	taken map[string][]string // ids of the ops it has of each desk id, in the order of their numbers
	known map[string]bool     // ids of the ops it has, true: refused
}

func (c centre) copied() centre {
	c.rows, c.log, c.known = maps.Clone(c.rows), slices.Clone(c.log), maps.Clone(c.known)
	for k, row := range c.rows {
		c.rows[k] = maps.Clone(row)
	}
	taken := map[string][]string{}
	for id, list := range c.taken {
		taken[id] = slices.Clone(list)
	}
	c.taken = taken
	return c
}

// model is what the store must show: central's rows with the pending ops laid over them.
type model struct {
	base    map[string]map[string]any // what central has said here
	removed map[string]bool           // said to be removed while ops were pending on it
	outbox  []*written
	kept    []*written // released
	refused []*written
	all     []*written // in the order written
	now     time.Time

	desk, epoch, cursor string
	staged              *staged // a snapshot under way

	central centre
	backups []centre // the oldest first
	epochs  int
}

type staged struct {
	left, named []string
	from        int // of the log, after it
}

var lawKeys = []string{"c1", "c2", "c3"}

// view is the law in one line: base, then the outbox in order.
func (m *model) view() map[string]map[string]any {
	v := map[string]map[string]any{}
	for k, row := range m.base {
		v[k] = maps.Clone(row)
	}
	for _, op := range m.outbox {
		for _, c := range op.changes {
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

func touches(op *written, key string) bool {
	return slices.ContainsFunc(op.changes, func(c desk.Change) bool { return c.Key == key })
}

func (m *model) pendingOn(key string) bool {
	return slices.ContainsFunc(m.outbox, func(op *written) bool { return touches(op, key) })
}

// settle forgets removals on which nothing is pending any more.
func (m *model) settle() {
	maps.DeleteFunc(m.removed, func(key string, _ bool) bool { return !m.pendingOn(key) })
}

// push lets central take the next op: it applies it, or refuses it for ever. One that it knows by its id it only notes.
func (m *model) push(refuse bool) {
	c := &m.central
	numbered := m.numbered()
	if m.epoch != "" && m.epoch != c.epoch || len(c.taken[m.desk]) == len(numbered) {
		return // it would be told to pull first, or nothing is left
	}
	op := numbered[len(c.taken[m.desk])]
	if !slices.Contains(m.outbox, op) {
		panic("a number is missing")
	}
	c.taken[m.desk] = append(c.taken[m.desk], op.id)
	if _, known := c.known[op.id]; known {
		return
	}
	c.known[op.id] = refuse || op.needs != nil && c.known[op.needs.id]
	if c.known[op.id] {
		return
	}
	for _, ch := range op.changes {
		c.rows[ch.Key] = lay(c.rows[ch.Key], ch.Fields)
		c.log = append(c.log, ch.Key)
	}
}

// numbered are the ops of the desk id it has now, number 1 first.
func (m *model) numbered() []*written {
	return slices.DeleteFunc(slices.Clone(m.all), func(op *written) bool { return op.desk != m.desk })
}

func (m *model) n(op *written) int64 { return int64(slices.Index(m.numbered(), op)) + 1 }

// pull makes the next page, of at most limit rows; reset begins a snapshot that nobody needs.
func (m *model) pull(limit int, reset bool) (desk.Page, []string) {
	c := &m.central
	p := desk.Page{Epoch: c.epoch, From: m.cursor}
	if m.epoch != c.epoch || m.cursor == "" || reset {
		m.staged = &staged{left: slices.Sorted(maps.Keys(c.rows)), from: len(c.log)}
		p.Reset, p.TakenN = true, int64(len(c.taken[m.desk]))
		if p.TakenN > 0 {
			p.TakenID = c.taken[m.desk][p.TakenN-1]
		}
	}
	var keys []string
	at := 0
	if s := m.staged; s != nil {
		keys = s.left[:min(limit, len(s.left))]
		s.left = s.left[len(keys):]
		keys = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return c.rows[k] == nil }) // gone meanwhile
		s.named = append(s.named, keys...)
		at, p.Last = s.from, len(s.left) == 0
		p.To = fmt.Sprintf("%s staged %d %d", c.epoch, s.from, len(s.left))
	} else {
		if _, err := fmt.Sscanf(m.cursor, c.epoch+" %d", &at); err != nil {
			panic(m.cursor)
		}
		keys = c.log[at:]
		keys = keys[:min(limit, len(keys))]
		at += len(keys)
		p.Last = at == len(c.log)
	}
	if p.Last || m.staged == nil {
		p.To = fmt.Sprintf("%s %d", c.epoch, at)
	}
	for _, k := range keys {
		r := desk.Row{Table: desk.TableCustomer, Key: k, Seq: int64(len(c.log))}
		if row, ok := c.rows[k]; ok {
			r.Body = must(json.Marshal(row))
		} else {
			r.Removed = true
		}
		p.Rows = append(p.Rows, r)
	}
	if p.Last && m.staged == nil || p.Last && at == len(c.log) { // all their effects have been named
		p.LastN = int64(len(c.taken[m.desk]))
	}
	for i, id := range c.taken[m.desk] {
		if c.known[id] {
			p.Refused = append(p.Refused, desk.Refusal{N: int64(i) + 1, Code: "forbidden"})
		}
	}
	if len(m.backups) > 0 && p.Last {
		p.BackedUpN = int64(len(m.backups[0].taken[m.desk]))
	}
	return p, keys
}

// requeue is what a page of a restored central does first; deskID is the new one, if there is.
func (m *model) requeue(p desk.Page, deskID string) desk.Page {
	if !p.Reset || m.epoch == "" || p.Epoch == m.epoch {
		return p
	}
	after := slices.IndexFunc(m.all, func(op *written) bool { return op.id == p.TakenID && m.onDisk(op) })
	lost := slices.DeleteFunc(slices.Clone(m.kept), func(op *written) bool { return slices.Index(m.all, op) <= after })
	hole := slices.ContainsFunc(m.refused, func(op *written) bool { return op.desk == m.desk && slices.Index(m.all, op) > after })
	if len(lost) == 0 && !hole {
		return p
	}
	before := m.view()
	for _, op := range lost {
		for _, c := range op.changes {
			if before[c.Key] == nil {
				m.removed[c.Key] = true // it had left this desk
			}
		}
	}
	m.kept = slices.DeleteFunc(m.kept, func(op *written) bool { return slices.Contains(lost, op) })
	m.outbox = slices.DeleteFunc(slices.Clone(m.all), func(op *written) bool {
		return !slices.Contains(lost, op) && !slices.Contains(m.outbox, op)
	})
	m.renumber(deskID)
	p.LastN, p.Refused, p.BackedUpN = 0, nil, 0
	return p
}

func (m *model) onDisk(op *written) bool {
	return slices.Contains(m.outbox, op) || slices.Contains(m.kept, op) || slices.Contains(m.refused, op)
}

// renumber gives all that waits new numbers, but for what can never be applied.
func (m *model) renumber(deskID string) {
	m.desk = deskID
	for _, op := range m.outbox {
		if op.needs != nil && slices.Contains(m.refused, op.needs) {
			m.refused = append(m.refused, op)
			continue
		}
		op.desk = deskID
	}
	m.outbox = slices.DeleteFunc(m.outbox, func(op *written) bool { return slices.Contains(m.refused, op) })
	m.settle()
}

// applied is what a page does to the model of the desk.
func (m *model) applied(p desk.Page, keys []string, deskID string) {
	p = m.requeue(p, deskID)
	m.epoch, m.cursor = p.Epoch, p.To
	for _, k := range keys {
		i := slices.IndexFunc(p.Rows, func(r desk.Row) bool { return r.Key == k })
		if row := p.Rows[i]; !row.Removed {
			m.base[k] = lay(nil, row.Body)
			delete(m.removed, k)
			continue
		}
		delete(m.base, k)
		if m.pendingOn(k) {
			m.removed[k] = true
		}
	}
	if p.Last && m.staged != nil {
		m.sweep(p.LastN)
	}
	numbered := m.numbered()
	for _, r := range p.Refused {
		if op := numbered[r.N-1]; slices.Contains(m.outbox, op) {
			m.refused = append(m.refused, op)
			m.outbox = slices.DeleteFunc(m.outbox, func(o *written) bool { return o == op })
		}
	}
	if p.Last {
		for _, op := range numbered[:p.LastN] {
			if slices.Contains(m.outbox, op) {
				op.ended = m.now
				m.kept = append(m.kept, op)
				m.outbox = slices.DeleteFunc(m.outbox, func(o *written) bool { return o == op })
			}
		}
		for _, op := range numbered[:p.BackedUpN] {
			m.kept = slices.DeleteFunc(m.kept, func(o *written) bool { return o == op && m.now.Sub(op.ended) > 24*time.Hour })
		}
	}
	m.settle()
}

// sweep ends a snapshot: what it did not name is gone, but for what an op makes that central does not have yet.
func (m *model) sweep(lastN int64) {
	for k := range m.base {
		if slices.Contains(m.staged.named, k) {
			continue
		}
		delete(m.base, k)
		makes := false
		for _, op := range m.outbox {
			makes = makes || op.makes[k] && m.n(op) > lastN
		}
		if m.pendingOn(k) && !makes {
			m.removed[k] = true
		}
	}
	m.staged = nil
}

func newModel() *model {
	return &model{
		base: map[string]map[string]any{}, removed: map[string]bool{}, now: time.UnixMilli(int64(benchNow)), epochs: 1,
		central: centre{epoch: "e1", rows: map[string]map[string]any{}, taken: map[string][]string{}, known: map[string]bool{}},
	}
}

// lawRun is a model beside a store.
type lawRun struct {
	*model
	t   *testing.T
	cfg localstore.Config
	s   *localstore.Store
	old *desk.Page
}

func (l *lawRun) replica(rt *rapid.T) desk.Replica {
	r, err := l.s.Replica(l.t.Context())
	if err != nil {
		rt.Fatal(err)
	}
	return r
}

func (l *lawRun) pull(rt *rapid.T, reset bool) {
	p, keys := l.model.pull(rapid.IntRange(1, 4).Draw(rt, "limit"), reset)
	if _, err := l.s.ApplyPage(l.t.Context(), p); err != nil {
		rt.Fatalf("page %+v: %v", p, err)
	}
	l.applied(p, keys, l.replica(rt).Desk)
	l.old = &p
}

func (l *lawRun) commit(rt *rapid.T) {
	op := &written{id: uuid.NewString(), desk: l.desk, makes: map[string]bool{}}
	shown := l.view()
	for range rapid.IntRange(1, 2).Draw(rt, "changes") {
		key, member := rapid.SampledFrom(lawKeys).Draw(rt, "key"), rapid.SampledFrom([]string{"title", "company"}).Draw(rt, "member")
		value := rapid.SampledFrom([]any{nil, "x", "y", "z"}).Draw(rt, "value")
		op.changes = append(op.changes, desk.Change{Table: desk.TableCustomer, Key: key, Fields: must(json.Marshal(map[string]any{member: value, "name": "n" + key}))})
		op.makes[key] = shown[key] == nil
	}
	done, err := l.s.Commit(l.t.Context(), desk.Intent{ID: op.id, Kind: "customer.save", Changes: op.changes})
	if err != nil {
		rt.Fatal(err)
	}
	if done.N != int64(len(l.numbered()))+1 || done.Pending != len(l.outbox)+1 {
		rt.Fatalf("committed %+v, the model has %d", done, len(l.numbered()))
	}
	ops, err := l.s.Pending(l.t.Context(), done.N-1, 1, 0)
	if err != nil || len(ops) != 1 {
		rt.Fatalf("%d ops, %v", len(ops), err)
	}
	if ops[0].Needs > 0 {
		op.needs = l.numbered()[ops[0].Needs-1]
	}
	l.all, l.outbox = append(l.all, op), append(l.outbox, op)
}

func (l *lawRun) restore(rt *rapid.T) {
	if len(l.backups) == 0 {
		rt.Skip("no backup")
	}
	at := rapid.IntRange(0, len(l.backups)-1).Draw(rt, "backup")
	l.central = l.backups[at].copied()
	l.backups = l.backups[:at+1]
	l.epochs++
	l.central.epoch = fmt.Sprint("e", l.epochs)
	l.staged = nil
}

func (l *lawRun) reopen(rt *rapid.T) {
	err := l.s.Check(l.t.Context())
	if err == nil {
		err = l.s.Close()
	}
	if err == nil {
		l.s, err = localstore.Open(l.t.Context(), l.cfg)
	}
	if err != nil {
		rt.Fatal(err)
	}
}

func (l *lawRun) newDesk(rt *rapid.T) {
	r, err := l.s.NewDesk(l.t.Context())
	if err != nil || r.Desk == l.desk {
		rt.Fatalf("%+v, %v", r, err)
	}
	l.renumber(r.Desk)
}

// Whatever the desk, central and the network do, in whatever order, backups of central restored among it: what is shown
// is what central last said with the pending ops on top; the outbox is what was neither released nor refused, or was
// released by a central that has lost it; and no op is lost.
func TestWhatIsShownIsCentralsRowsWithPendingOpsOnTop(t *testing.T) {
	if race.On { // the law itself is the same without the detector
		checks := flag.Lookup("rapid.checks").Value
		before := checks.String()
		defer checks.Set(before)
		if err := checks.Set("5"); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		l := &lawRun{model: newModel(), t: t, cfg: config(t.TempDir())}
		l.cfg.Now = func() time.Time { return l.now }
		var err error
		if l.s, err = localstore.Open(t.Context(), l.cfg); err != nil {
			rt.Fatal(err)
		}
		defer func() { l.s.Close() }()
		l.desk = l.replica(rt).Desk
		rt.Repeat(map[string]func(*rapid.T){
			"commit": l.commit,
			"push":   func(*rapid.T) { l.push(false) },
			"push much": func(*rapid.T) {
				for range len(l.outbox) {
					l.push(false)
				}
			},
			"refuse": func(*rapid.T) { l.push(true) },
			"others write": func(rt *rapid.T) {
				key, c := rapid.SampledFrom(lawKeys).Draw(rt, "key"), &l.central
				c.rows[key] = lay(c.rows[key], must(json.Marshal(map[string]any{"title": rapid.SampledFrom([]string{"p", "q"}).Draw(rt, "theirs"), "name": "n" + key})))
				c.log = append(c.log, key)
			},
			"others remove": func(rt *rapid.T) {
				if key, c := rapid.SampledFrom(lawKeys).Draw(rt, "key"), &l.central; c.rows[key] != nil {
					delete(c.rows, key)
					c.log = append(c.log, key)
				}
			},
			"pull":     func(rt *rapid.T) { l.pull(rt, false) },
			"snapshot": func(rt *rapid.T) { l.pull(rt, true) },
			"central is backed up": func(*rapid.T) {
				if l.backups = append(l.backups, l.central.copied()); len(l.backups) > 3 {
					l.backups = l.backups[1:]
				}
			},
			"central is restored": l.restore,
			"a day passes":        func(*rapid.T) { l.now = l.now.Add(25 * time.Hour) },
			"a page comes twice": func(rt *rapid.T) {
				if l.old == nil || l.old.From == l.old.To {
					rt.Skip("none that would not fit")
				}
				if _, err := l.s.ApplyPage(t.Context(), *l.old); err == nil {
					rt.Fatal("applied twice")
				}
			},
			"a new desk id": l.newDesk,
			"reopen":        l.reopen,
			"":              func(rt *rapid.T) { compare(t, rt, l.s, l.model) },
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
		if want := m.outbox[i]; op.ID != want.id || op.N != m.n(want) {
			rt.Fatalf("op %d is %s, model has %s at %d", op.N, op.ID, want.id, m.n(want))
		}
	}
	o := outbox(t, s)
	if o.Pending != len(ops) || !same(m.refused, func(yield func(string) bool) {
		for _, r := range o.Refused {
			yield(r.Op.ID)
		}
	}) {
		rt.Fatalf("outbox %+v, model refused %d", o, len(m.refused))
	}
	kept, err := s.Released(t.Context())
	if err != nil || !same(m.kept, slices.Values(kept)) {
		rt.Fatalf("%d ops are kept, model has %d, %v", len(kept), len(m.kept), err)
	}
	hits, err := s.Search(t.Context(), "nc", 0)
	if err != nil || len(hits) != len(view) {
		rt.Fatalf("search finds %d, model shows %d, %v", len(hits), len(view), err)
	}
}

// same compares ops and ids; their order does not matter.
func same(ops []*written, ids func(func(string) bool)) bool {
	var want []string
	for _, op := range ops {
		want = append(want, op.id)
	}
	slices.Sort(want)
	return strings.Join(want, " ") == strings.Join(slices.Sorted(ids), " ")
}
