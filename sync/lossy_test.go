package sync_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/localstore"
	datasync "github.com/callbench/callbench/sync"
)

// lossy is a network that loses requests, loses answers, sends twice and sends old requests again, by
// its own dice. heal makes it a good one.
type lossy struct {
	seed *rand.Rand
	good bool
	old  []request // that may come again, each as the desk that it was from
}

// request is what a desk sent, with its token: a network may repeat it, but never in another's name.
type request struct {
	path, body string
	header     http.Header
}

var errLost = errors.New("lost on the way")

func (l *lossy) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	send := func(q request) (*http.Response, error) {
		again, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+r.URL.Host+q.path, strings.NewReader(q.body))
		if err != nil {
			return nil, err
		}
		again.Header = q.header.Clone()
		return http.DefaultTransport.RoundTrip(again)
	}
	now := request{r.URL.Path, string(text), r.Header.Clone()}
	if l.good {
		return send(now)
	}
	l.old = append(l.old, now)
	switch l.seed.IntN(6) {
	case 0:
		return nil, errLost
	case 1: // it arrives, the answer does not
		resp, err := send(now)
		if err == nil {
			resp.Body.Close()
		}
		return nil, errLost
	case 2: // something from before arrives first
		late := l.old[l.seed.IntN(len(l.old))]
		if resp, err := send(late); err == nil {
			resp.Body.Close()
		}
	case 3: // twice
		if resp, err := send(now); err == nil {
			resp.Body.Close()
		}
	}
	return send(now)
}

// history is one run of a few desks on a bad network.
type history struct {
	*rapid.T
	t         *testing.T
	s         *server
	dir       string
	net       *lossy
	desks     []*driven
	customers []string
	ticket    string
}

// driven is a desk without loops: each push and pull is a step of the test.
type driven struct {
	user, group, path string
	store             *localstore.Store
	client            *datasync.Client
	notes             map[string]int64  // contact → the op's number
	poison            map[string]bool   // ids of ops that must be refused
	sets              map[string]string // ticket subjects set here → op id
}

// fixedToken spares a sign-in.
type fixedToken string

func (f fixedToken) Load() string { return string(f) }
func (fixedToken) Save(string)    {}

func (h *history) start(d *driven) {
	store, err := localstore.Open(h.t.Context(), localstore.Config{Path: d.path, Key: [32]byte{1}, Org: h.s.central.Org(), User: d.user})
	if err != nil {
		h.Fatal(err)
	}
	d.store = store
	d.client = datasync.New(datasync.Config{
		URL: h.s.url(), User: d.user, Store: store, Transport: h.net, Tokens: fixedToken(h.s.tokens[d.user]),
		Password: func() (string, error) { return password, nil }, PageRows: 3,
	})
}

// kill ends a desk without a word and starts it again: all it knew in memory is gone.
func (h *history) kill(d *driven) {
	if err := d.store.Close(); err != nil {
		h.Fatal(err)
	}
	h.start(d)
}

func (h *history) commit(d *driven, changes ...desk.Change) (id string, n int64) {
	id = newID()
	done, err := d.store.Commit(h.t.Context(), desk.Intent{ID: id, Kind: "test", At: 1, Changes: changes})
	if err != nil {
		h.Fatal(err)
	}
	return id, done.N
}

// put makes central hold a row, as an administrator would.
func (h *history) put(table desk.Table, key string, row any) {
	text, err := json.Marshal(row)
	if err != nil {
		h.Fatal(err)
	}
	if _, err := h.s.central.Import(h.t.Context(), slices.Values([]desk.Row{{Table: table, Key: key, Body: text}})); err != nil {
		h.Fatal(err)
	}
}

func (h *history) desk() *driven { return rapid.SampledFrom(h.desks).Draw(h.T, "desk") }

func (h *history) steps() map[string]func(*rapid.T) {
	groups := []string{"sales", "repair"}
	return map[string]func(*rapid.T){
		"note": func(*rapid.T) {
			d, id := h.desk(), newID()
			customer := rapid.SampledFrom(h.customers).Draw(h.T, "customer")
			_, n := h.commit(d, change(desk.TableContact, id, desk.Contact{ID: id, Customer: customer, At: 1000, Content: "note"}))
			d.notes[id] = n
		},
		"set": func(*rapid.T) {
			d, subject := h.desk(), newID()
			fields, err := json.Marshal(map[string]string{"subject": subject})
			if err != nil {
				h.Fatal(err)
			}
			id, _ := h.commit(d, desk.Change{Table: desk.TableTicket, Key: h.ticket, Fields: fields})
			d.sets[subject] = id
		},
		"approve": func(*rapid.T) {
			h.commit(h.desk(), desk.Change{Table: desk.TableTicket, Key: h.ticket, Fields: json.RawMessage(`{"amount":"12.50","approval":"pending"}`)})
		},
		"correct": func(*rapid.T) {
			if d := h.desk(); len(d.notes) > 0 {
				id := slices.Sorted(maps.Keys(d.notes))[0]
				h.commit(d, desk.Change{Table: desk.TableContact, Key: id, Fields: json.RawMessage(`{"subject":"corrected"}`)})
			}
		},
		"poison": func(*rapid.T) {
			d := h.desk()
			id, _ := h.commit(d, desk.Change{Table: desk.TableContact, Key: newID(), Fields: json.RawMessage(`{"at":1,"agent":"root"}`)})
			d.poison[id] = true
		},
		"push": func(*rapid.T) { _, _ = h.desk().client.Push(h.t.Context()) },
		"pull": func(*rapid.T) { _, _ = h.desk().client.Pull(h.t.Context()) },
		"kill": func(*rapid.T) { h.kill(h.desk()) },
		"move": func(*rapid.T) {
			customer := rapid.SampledFrom(h.customers).Draw(h.T, "customer")
			h.put(desk.TableCustomer, customer, desk.Customer{ID: customer, Name: "张三", Group: rapid.SampledFrom(groups).Draw(h.T, "group")})
		},
		"forget": func(*rapid.T) { // a customer leaves a group, and central forgets that it did
			customer := rapid.SampledFrom(h.customers).Draw(h.T, "customer")
			h.put(desk.TableCustomer, customer, desk.Customer{ID: customer, Name: "张三", Group: rapid.SampledFrom(groups).Draw(h.T, "group")})
			if err := h.s.central.Compact(h.t.Context(), desk.MillisOf(time.Now().Add(time.Hour))); err != nil {
				h.Fatal(err)
			}
		},
	}
}

// settle heals the network and brings every desk to rest.
func (h *history) settle() {
	h.net.good = true
	for range 4 {
		for _, d := range h.desks {
			if _, err := d.client.Push(h.t.Context()); err != nil {
				h.Fatalf("push of %s on a good network: %v", d.user, err)
			}
			if _, err := d.client.Pull(h.t.Context()); err != nil {
				h.Fatalf("pull of %s on a good network: %v", d.user, err)
			}
		}
	}
}

// judge holds the outcome against the promise.
func (h *history) judge() {
	ctx := h.t.Context()
	if _, err := h.s.central.Verify(ctx); err != nil {
		h.Fatal(err)
	}
	replaced, err := h.s.central.Replaced(ctx, desk.TableTicket, h.ticket)
	if err != nil {
		h.Fatal(err)
	}
	row, err := h.s.central.Row(ctx, desk.TableTicket, h.ticket)
	if err != nil {
		h.Fatal(err)
	}
	kept := string(row.Body)
	for _, r := range replaced {
		kept += r.Value
	}
	for _, d := range h.desks {
		o, err := d.store.Outbox(ctx)
		if err != nil || o.Pending != 0 {
			h.Fatalf("%s: outbox %+v, %v", d.user, o, err)
		}
		refused := map[string]bool{}
		for _, r := range o.Refused {
			refused[r.Op.ID] = true
		}
		for id := range d.poison {
			if !refused[id] {
				h.Fatalf("%s: a refused op has no trace", d.user)
			}
		}
		for subject, id := range d.sets {
			if strings.Count(kept, subject) != 1 && !refused[id] {
				h.Fatalf("%s: subject %s is %d times at central, refused: %v", d.user, subject, strings.Count(kept, subject), refused[id])
			}
		}
		for id, n := range d.notes {
			c, err := h.s.central.Contact(ctx, id)
			if err != nil || c.N != n || c.Agent != d.user {
				h.Fatalf("%s: note %s of op %d at central: %+v, %v", d.user, id, n, c, err)
			}
		}
		h.judgeScope(d)
		h.judgeChain(d)
	}
}

// judgeChain: the desk's chain is in order, and central has signed all of it: both have the same.
func (h *history) judgeChain(d *driven) {
	r, err := d.store.CheckChain(h.t.Context())
	if err != nil || r.Count != 0 || r.Signed != r.Entries || r.Chains > 1 {
		h.Fatalf("%s: chain %+v, %v", d.user, r, err)
	}
	if least := int64(len(d.notes) + len(d.poison)); r.Entries < least || r.Ops < least {
		h.Fatalf("%s: %d contacts, chain %+v", d.user, least, r)
	}
}

// judgeScope: a desk holds its group's customers in full, others as stubs, and exactly the contacts
// that its group or the customer's group wrote.
func (h *history) judgeScope(d *driven) {
	ctx := h.t.Context()
	group := map[string]string{}
	for _, id := range h.customers {
		row, err := h.s.central.Row(ctx, desk.TableCustomer, id)
		if err != nil {
			h.Fatal(err)
		}
		var c desk.Customer
		if err := json.Unmarshal(row.Body, &c); err != nil {
			h.Fatal(err)
		}
		group[id] = c.Group
		held, err := d.store.Customer(ctx, id)
		if err != nil || held.Stub != (c.Group != d.group) || held.Group != c.Group {
			h.Fatalf("%s of %s holds %+v of a customer of %s, %v", d.user, d.group, held, c.Group, err)
		}
	}
	for _, author := range h.desks {
		for id := range author.notes {
			c, err := h.s.central.Contact(ctx, id)
			if err != nil {
				h.Fatal(err)
			}
			list, err := d.store.Contacts(ctx, localstore.ContactFilter{Customer: c.Customer, Limit: 1000})
			if err != nil {
				h.Fatal(err)
			}
			has := slices.ContainsFunc(list, func(c desk.Contact) bool { return c.ID == id })
			want := author.group == d.group || group[c.Customer] == d.group
			if has != want {
				h.Fatalf("%s of %s has the contact of %s (customer of %s): %v", d.user, d.group, author.group, group[c.Customer], has)
			}
		}
	}
}

// TestNothingIsLostOrDoubledOnABadNetwork drives desks step by step through a bad network: saving,
// syncing, being killed, customers moving between groups, old removals being forgotten. Afterwards every
// op was applied once and in order or is shown as refused, every desk holds exactly its scope, and the chains of
// desks and central are whole and the same.
func TestNothingIsLostOrDoubledOnABadNetwork(t *testing.T) {
	s := newServer(t, central.Config{})
	s.tokens = map[string]string{}
	for _, user := range []string{"li", "wang", "zhao"} {
		s.tokens[user] = s.token(user)
	}
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{T: rt, t: t, s: s, dir: t.TempDir(), ticket: newID()}
		h.net = &lossy{seed: rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "network"), 0))}
		for user, group := range map[string]string{"li": "sales", "wang": "sales", "zhao": "repair"} {
			d := &driven{
				user: user, group: group, path: filepath.Join(h.dir, user+".db"),
				notes: map[string]int64{}, poison: map[string]bool{}, sets: map[string]string{},
			}
			h.start(d)
			h.desks = append(h.desks, d)
		}
		slices.SortFunc(h.desks, func(a, b *driven) int { return strings.Compare(a.user, b.user) })
		defer func() {
			for _, d := range h.desks {
				_ = d.store.Close()
			}
		}()
		for _, group := range []string{"sales", "repair", "repair"} {
			id := newID()
			h.customers = append(h.customers, id)
			h.put(desk.TableCustomer, id, desk.Customer{ID: id, Name: "张三", Group: group})
		}
		h.put(desk.TableTicket, h.ticket, desk.Ticket{ID: h.ticket, Kind: "fault", Group: "sales", State: desk.TicketAccepted})
		rt.Repeat(h.steps())
		h.settle()
		h.judge()
	})
}
