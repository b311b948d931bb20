package present_test

import (
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

func chinese(s desk.State) present.Screen {
	return present.Of(s, catalogue(desk.ZhHans), gallery.Now())
}

func TestTheTitleTellsNobodyWhoCalls(t *testing.T) {
	for _, lang := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English} {
		for _, name := range gallery.Names() {
			title := present.Of(gallery.State(name, lang), catalogue(lang), gallery.Now()).Title
			for _, private := range []string{"陈", "周", "K20817", "三田", "13800138000", "138", "020", "8765"} {
				if strings.Contains(title, private) {
					t.Errorf("%s %s: the title is %q", lang, name, title)
				}
			}
		}
	}
	if got := chinese(gallery.State("talking", desk.ZhHans)).Title; got != "通话中 · 投诉热线 – 坐席台" {
		t.Errorf("the title is %q", got)
	}
}

func TestTheWorstPhoneAccountIsShown(t *testing.T) {
	state := func(states ...desk.RegistrationState) desk.State {
		s := gallery.State("idle", desk.ZhHans)
		s.Registrations = nil
		for i, st := range states {
			s.Registrations = append(s.Registrations, desk.Registration{AOR: "sip:" + string(rune('1'+i)) + "01@pbx", State: st, Reason: "timeout"})
		}
		return s
	}
	for _, c := range []struct {
		states []desk.RegistrationState
		want   string
	}{
		{[]desk.RegistrationState{desk.Registered, desk.Registering}, "电话 201 注册中…"},
		{[]desk.RegistrationState{desk.Registering, desk.Unregistered, desk.Registered}, "电话 201 已注销"},
		{[]desk.RegistrationState{desk.Unregistered, desk.Registered, desk.RegFailed}, "电话 301 未注册"},
		{[]desk.RegistrationState{desk.Registered, desk.Registered}, "电话 101 正常"},
	} {
		if got := chinese(state(c.states...)).Status.Phone.Text; got != c.want {
			t.Errorf("%v: got %q, want %q", c.states, got, c.want)
		}
	}
	if got := chinese(state(desk.Registered, desk.RegFailed)).Messages; len(got) != 1 {
		t.Errorf("a failed account gives the messages %v", got)
	}
	if got := chinese(state(desk.Registered)).Messages; len(got) != 0 { // the failed one is gone
		t.Errorf("an account that is gone still gives %v", got)
	}
}

func TestTheBoardGoesByCentralsClock(t *testing.T) {
	here := chinese(gallery.State("board", desk.ZhHans))
	s := gallery.State("board", desk.ZhHans)
	s.Link.Skew = 90_000
	for i := range s.Board.Agents {
		s.Board.Agents[i].Since += s.Link.Skew
	}
	for _, q := range s.Board.Queues {
		for i := range q.Waiting {
			q.Waiting[i].Since += s.Link.Skew
		}
	}
	there := chinese(s)
	for i, c := range here.Board.Callers {
		if got := there.Board.Callers[i]; got != c {
			t.Errorf("caller %d is %+v, and %+v with another clock", i, c, got)
		}
	}
	for i, c := range here.Board.Agents {
		if got := there.Board.Agents[i]; got != c {
			t.Errorf("agent %d is %+v, and %+v with another clock", i, c, got)
		}
	}
	for i, q := range here.Board.Queues {
		if got := there.Board.Queues[i]; got != q {
			t.Errorf("queue %d is %+v, and %+v with another clock", i, q, got)
		}
	}
	if here.Top.Agent != there.Top.Agent {
		t.Error("the agent's own time goes by central's clock, too")
	}
	stale := gallery.State("stale", desk.ZhHans)
	if got := chinese(stale).Board.Live.Text; got != "数据停在 12 秒 前" {
		t.Errorf("a stale board says %q", got)
	}
	for skew, want := range map[desk.Millis]string{
		4_999: "", -4_999: "", 5_000: "本机时间比中心慢 5 秒", -7_200_000: "本机时间比中心快 2 小时",
	} {
		s.Link.Skew = skew
		if got := chinese(s).Status.Clock.Text; got != want {
			t.Errorf("skew %d: got %q, want %q", skew, got, want)
		}
	}
}

func TestARefusedRecordIsNotCalledSynced(t *testing.T) {
	s := gallery.State("refused", desk.ZhHans)
	if got := chinese(s).Note.Kept; got.Tone != present.Warn || !strings.Contains(got.Text, "退回") || !strings.Contains(got.Text, "班长") {
		t.Errorf("a refused record reads %q", got.Text)
	}
	s.Saved = &desk.SavedWork{N: 40, At: gallery.Now()}
	s.Link.Outbox.OldestN = 0
	for _, oldest := range []int64{0, 45} {
		s.Link.Outbox.OldestN = oldest
		if got := chinese(s).Note.Kept.Text; got != "已保存 14:02" {
			t.Errorf("a record that is not known to be synced reads %q", got)
		}
	}
	s.Saved.Synced = true
	if got := chinese(s).Note.Kept.Text; got != "已保存并同步 14:02" {
		t.Errorf("a synced record reads %q", got)
	}
}

func TestSomeoneLookedUpIsNotTakenForTheCaller(t *testing.T) {
	s := gallery.State("browsing", desk.ZhHans)
	p := chinese(s).Customer
	if p.Title != "陈意" || !strings.Contains(p.Browse.Text, "通话对象是 陈怡君") || p.Back.Text != "返回通话" || p.Back.Do != (desk.BrowseClosed{}) {
		t.Errorf("beside a talk: %q, %q, %+v", p.Title, p.Browse.Text, p.Back)
	}
	wrap := gallery.State("wrapup", desk.ZhHans)
	wrap.Browsing = s.Browsing
	if p := chinese(wrap).Customer; !strings.Contains(p.Browse.Text, "小结对象是 陈怡君") || p.Back.Text != "返回小结" {
		t.Errorf("beside a note: %q, %+v", p.Browse.Text, p.Back)
	}
	rings := gallery.State("popped", desk.ZhHans)
	rings.Browsing = s.Browsing
	if p := chinese(rings).Customer; p.Title != "陈怡君" || p.Back.Shown() {
		t.Errorf("a call that rings is hidden by %q", p.Title)
	}
	same := gallery.State("talking", desk.ZhHans)
	same.Browsing = &same.Drafts[0].Matches[0]
	if p := chinese(same).Customer; p.Back.Shown() || p.Draft == "" {
		t.Error("the caller is shown as someone else")
	}
	alone := gallery.State("search", desk.ZhHans)
	if p := chinese(alone).Customer; p.Browse.Text != "" || p.Back.Text != "关闭" {
		t.Errorf("without a note: %q, %+v", p.Browse.Text, p.Back)
	}
}

func TestNoticesOfTheDayAreWorded(t *testing.T) {
	for _, lang := range words.Languages() {
		w := words.For(lang).In(gallery.Zone())
		for _, args := range []map[string]string{
			{"number": "02087654321", "queue": "咨询热线"}, {"number": "02087654321"}, {"number": "", "queue": ""}, nil,
		} {
			text := present.NoticeText(w, desk.Notice{Code: "missed_call", At: gallery.Now(), Args: args})
			if !strings.Contains(text, "14:02") || strings.Contains(text, "  ") || strings.ContainsAny(text, "{}") {
				t.Errorf("%s %v: %q", lang, args, text)
			}
			if n := args["number"]; n != "" && !strings.Contains(text, "020 8765 4321 "+args["queue"]) {
				t.Errorf("%s %v: %q", lang, args, text)
			}
		}
		for _, code := range []string{"promise_needs_customer", "saving"} {
			if text := present.NoticeText(w, desk.Notice{Code: code}); strings.Contains(text, code) {
				t.Errorf("%s: %s reads %q", lang, code, text)
			}
		}
	}
}

func TestAWithheldNumberIsNotCalledNew(t *testing.T) {
	for _, number := range []string{"", "anonymous", "Anonymous"} {
		s := gallery.State("unknown", desk.ZhHans)
		s.Calls[0].Number, s.Calls[0].Name = number, number
		s.Drafts[0].Number = number
		got := present.Of(s, catalogue(desk.ZhHans), gallery.Now())
		if got.Customer.Title != "号码未显示，无法识别客户" {
			t.Errorf("%q: %s", number, got.Customer.Title)
		}
		if got.Top.Lines[0].Number != "号码未显示" || got.Customer.Phones[0].Do != nil {
			t.Errorf("%q: shown as %s, to be dialled: %v", number, got.Top.Lines[0].Number, got.Customer.Phones[0].Do)
		}
	}
	s := gallery.State("unknown", desk.ZhHans)
	if got := present.Of(s, catalogue(desk.ZhHans), gallery.Now()).Customer.Title; got != "新号码" {
		t.Errorf("a new number: %s", got)
	}
}

func TestTheHintsOfAStepTellTheWayOutOfAField(t *testing.T) {
	s := gallery.State("talking", desk.ZhHans)
	d := s.Drafts[0]
	run := *d.Run
	run.Step, run.Path, run.Answers = run.Path[0], nil, nil
	d.Run = &run
	s.Drafts = []desk.Draft{d}
	if got := present.Of(s, catalogue(desk.ZhHans), gallery.Now()).Status.Hints; !strings.Contains(got, "Esc") || !strings.Contains(got, "Tab") {
		t.Errorf("the hints are %q", got)
	}
}

// Two equal names are told apart by the customer number or, where one has none, by the address; and by the last contact.
func TestNamesakesWhoShareANumberAreToldApart(t *testing.T) {
	s := gallery.State("several", desk.ZhHans)
	d := &s.Drafts[0]
	if len(d.Matches) < 3 {
		t.Fatalf("%d are offered", len(d.Matches))
	}
	if p := chinese(s).Customer; strings.Contains(p.Choices[0].Why, "KH-1") {
		t.Error("nobody has the same name")
	}
	d.Matches[0].Name, d.Matches[0].Number, d.Matches[0].LastContactAt = "王伟", "KH-1", 0
	d.Matches[1].Name, d.Matches[1].Number, d.Matches[1].Address, d.Matches[1].LastContactAt = "王伟", "", "中山路100号", s.Agent.Since
	d.Matches[2].Number = "KH-3"
	p := chinese(s).Customer
	if a, b := p.Choices[0], p.Choices[1]; !strings.Contains(a.Why, "KH-1") || !strings.Contains(b.Why, "中山路100号") || !strings.Contains(b.Detail, "最近联系") || a.Detail == b.Detail {
		t.Errorf("%q %q and %q %q", a.Why, a.Detail, b.Why, b.Detail)
	}
	if strings.Contains(p.Choices[2].Why, "KH-3") {
		t.Errorf("a name of his own: %q", p.Choices[2].Why)
	}
}
