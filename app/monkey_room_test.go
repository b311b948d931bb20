package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/sample"
	"github.com/callbench/callbench/softphone/audio"
	"github.com/callbench/callbench/ui"
	"github.com/callbench/callbench/ui/present"
)

// monkeyRoom is where a monkey plays: a desk whose loop is turned by hand, and a window on a canvas without a display.
type monkeyRoom struct {
	w       *workplace
	painter *ui.Painter
	screen  present.Screen
	lexicon lexicon
	passed  atomic.Int64 // the clock, in Unix nanoseconds: whoever sends to the loop reads it
	numbers []string
	calls   int
	written sync.WaitGroup
	stop    context.CancelFunc
	law     draftLaw
	broken  error // what a script asks for and there is not
}

func (m *monkeyRoom) clock() time.Time {
	return time.Unix(0, m.passed.Load()).In(time.FixedZone("CST", 8*3600))
}

func newMonkeyRoom(ctx context.Context, t *testing.T) (*monkeyRoom, error) {
	t.Helper()
	flows, err := shippedFlows()
	if err != nil {
		return nil, err
	}
	m := &monkeyRoom{}
	m.passed.Store(time.Date(2026, 11, 22, 9, 0, 0, 0, time.FixedZone("CST", 8*3600)).UnixNano())
	log := slog.New(slog.DiscardHandler)
	m.w, err = openWorkplace(ctx, workplaceConfig{
		Language: desk.ZhHans, StorePath: monkeyStore(t), StoreKey: [32]byte{1}, Org: "monkey", User: "lin", Flows: flows,
		Routes: demoRoutes(desk.ZhHans), Wish: desk.AgentReady, Now: m.clock, Log: log, Watch: []watcher{m.law.turn},
		Audio: audio.Config{In: "null", Out: "null", Ring: "null", Log: log},
	})
	if err != nil {
		return nil, err
	}
	exec := m.w.loop.exec
	m.w.loop.exec = func(c desk.Command) {
		if !m.phone(c) {
			exec(c)
		}
	}
	if err := m.fill(ctx); err != nil {
		return nil, err
	}
	ctx, m.stop = context.WithCancel(ctx)
	m.written.Go(func() { m.w.writer.run(ctx) })
	m.painter = ui.NewPainter(ui.Options{Lang: "zh-Hans"})
	m.painter.Hear(m.w.loop.send)
	m.painter.Resize(fyne.NewSize(1366, 768))
	m.w.begin(ctx)
	m.settle(ctx)
	return m, nil
}

// fill brings customers into the store; those with a number call.
func (m *monkeyRoom) fill(ctx context.Context) error {
	now := desk.MillisOf(m.clock())
	var rows []desk.Row
	for c := range sample.Customers(1, 60, "north", now) {
		rows = append(rows, row(desk.TableCustomer, c.ID, c))
		for _, k := range sample.Contacts(1, c, now) {
			rows = append(rows, row(desk.TableContact, k.ID, k))
		}
		for _, k := range sample.Callbacks(1, c, now) {
			rows = append(rows, row(desk.TableCallback, k.ID, k))
		}
		for _, k := range sample.Tickets(1, c, now) {
			rows = append(rows, row(desk.TableTicket, k.ID, k))
		}
		if len(c.Phones) > 0 {
			m.numbers = append(m.numbers, c.Phones[0].Raw)
		}
	}
	for i := range rows {
		rows[i].Seq = int64(i + 1)
	}
	_, err := m.w.store.ApplyPage(ctx, desk.Page{Epoch: "e", To: "1", Rows: rows, Last: true})
	return err
}

// settle turns the loop and answers look-ups until nothing waits, and brings what came of it to the window.
func (m *monkeyRoom) settle(ctx context.Context) {
	for {
		select {
		case e := <-m.w.loop.inbox:
			m.w.loop.take(e)
			continue
		default:
		}
		select {
		case c := <-m.w.reads:
			m.w.lookUp(ctx, c)
			continue
		case <-m.w.asks: // central is not there
			continue
		default:
		}
		break
	}
	s := m.w.loop.current()
	m.screen = present.Of(s, m.lexicon.in(s.Language), desk.MillisOf(m.clock()))
	m.painter.Window().Show(m.screen)
}

func (m *monkeyRoom) close() error {
	m.stop()
	m.written.Wait()
	return m.w.store.Close()
}

// phone is the telephone system: what is asked for happens at once.
func (m *monkeyRoom) phone(c desk.Command) bool {
	change := func(id string, f func(*desk.Call)) {
		if call, ok := m.w.loop.current().Call(id); ok && call.Live() {
			f(&call)
			m.w.loop.send(desk.CallChanged{Call: call})
		}
	}
	now := desk.MillisOf(m.clock())
	switch c := c.(type) {
	case desk.AnswerCall:
		change(c.Call, func(k *desk.Call) { k.State, k.AnsweredAt = desk.CallTalking, now })
	case desk.HangUpCall:
		change(c.Call, func(k *desk.Call) {
			k.State, k.EndedAt, k.EndedBy, k.EndReason = desk.CallEnded, now, "me", "hung_up"
		})
	case desk.HoldCall:
		change(c.Call, func(k *desk.Call) {
			k.State, k.HeldBy = desk.CallTalking, desk.HeldByNone
			if c.On {
				k.State, k.HeldBy = desk.CallHeld, desk.HeldByMe
			}
		})
	case desk.MuteCall:
		change(c.Call, func(k *desk.Call) { k.Muted = c.On })
	case desk.PlaceCall:
		m.calls++
		id := fmt.Sprintf("out%d", m.calls)
		m.w.loop.send(desk.CallPlaced{Draft: c.Draft, Call: id})
		m.w.loop.send(desk.CallChanged{Call: desk.Call{ID: id, Linked: id, State: desk.CallDialling, Direction: desk.Outbound, Number: c.To, StartedAt: now}})
	case desk.SendDigits:
	default:
		return false
	}
	return true
}

// world is what happens outside.
func (m *monkeyRoom) world(what string, n int) {
	send, s, now := m.w.loop.send, m.w.loop.current(), desk.MillisOf(m.clock())
	live := slices.DeleteFunc(slices.Clone(s.Calls), func(c desk.Call) bool { return !c.Live() })
	switch what {
	case "call", "stranger":
		if len(live) >= 4 {
			return
		}
		m.calls++
		number := m.numbers[n%len(m.numbers)]
		if what == "stranger" {
			number = fmt.Sprintf("1390000%04d", n)
		}
		id := fmt.Sprintf("in%d", m.calls)
		send(desk.CallChanged{Call: desk.Call{
			ID: id, Linked: id, State: desk.CallRinging, Direction: desk.Inbound, Number: number, Queue: []string{"咨询", "投诉"}[n%2], StartedAt: now,
		}})
	case "answer", "hang_up":
		if len(live) == 0 {
			return
		}
		c := live[n%len(live)]
		if what == "hang_up" {
			c.State, c.EndedAt, c.EndedBy, c.EndReason = desk.CallEnded, now, "them", "hung_up"
		} else if c.Direction == desk.Outbound && c.State == desk.CallDialling {
			c.State, c.AnsweredAt = desk.CallTalking, now
		}
		send(desk.CallChanged{Call: c})
	case "tick", "wait", "minute":
		m.passed.Add(int64(map[string]time.Duration{"tick": time.Second, "wait": 9 * time.Second, "minute": time.Minute}[what]))
		send(desk.Ticked{})
	case "lead", "agent":
		send(desk.SignedIn{Session: desk.Session{User: "lin", Name: "林小婷", Role: desk.Role(what), Group: "north", Org: "monkey"}, Phone: true})
	default:
		m.trouble(what, n, now)
	}
}

// trouble is what happens to link, phone account and sound.
func (m *monkeyRoom) trouble(what string, n int, now desk.Millis) {
	send := m.w.loop.send
	switch what {
	case "net_off":
		send(desk.LinkChanged{State: desk.CentralUnreachable, Reason: "timeout", NextTry: now + 5000})
	case "net_on":
		send(desk.LinkChanged{State: desk.CentralOnline})
	case "phone_off", "phone_on":
		state, reason := desk.Registered, ""
		if what == "phone_off" {
			state, reason = desk.RegFailed, "timeout"
		}
		send(desk.RegistrationChanged{Registration: desk.Registration{AOR: "sip:101@pbx", State: state, Reason: reason}})
	case "sound_lost":
		send(desk.AudioChanged{Audio: desk.Audio{Null: true, Problem: "lost"}})
	case "sound_back":
		send(desk.AudioChanged{Audio: desk.Audio{In: "headset", Out: "headset"}})
	case "board":
		send(desk.BoardSeen{Board: monkeyBoard(n, now)})
	case "busy_desk":
		for i := range 20 {
			send(desk.BoardSeen{Board: monkeyBoard(n+i, now)})
			send(desk.Ticked{})
		}
	case "notice":
		send(desk.NoticeRaised{Notice: desk.Notice{Level: desk.NoticeWarning, Code: "phone_refused"}})
	case "synced":
		send(desk.Synced{Outbox: desk.Outbox{Pending: n % 3, SyncedAt: now}, Cursor: "1"})
	default:
		m.broken = errors.Join(m.broken, fmt.Errorf("nothing outside is called %q", what))
	}
}

func monkeyBoard(n int, now desk.Millis) desk.Board {
	b := desk.Board{AsOf: now, Stale: n%7 == 0}
	for i := range n % 6 {
		b.Queues = append(b.Queues, desk.Queue{ID: fmt.Sprint(i), Name: fmt.Sprintf("队列 %d", i), Offered: n, Answered: n / 2, Waiting: []desk.WaitingCaller{
			{Call: fmt.Sprintf("w%d", n+i), Number: "13800138000", Name: "陈怡君", Since: now - 5000},
		}})
	}
	states := []desk.AgentStatus{desk.AgentReady, desk.AgentOnCall, desk.AgentWrapUp, desk.AgentNotReady, desk.AgentOffline}
	for i := range n % 40 {
		b.Agents = append(b.Agents, desk.Agent{User: fmt.Sprint(i), Name: fmt.Sprintf("坐席 %d", i), State: states[(i+n)%5], Since: now - 60000})
	}
	return b
}
