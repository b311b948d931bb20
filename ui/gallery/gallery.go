// Package gallery makes typical states of a desk: for goldens, for pictures in the documents and for
// looking at every face of the window without waiting for a call.
//
// It is pure: the same name and language always give the same state. The people in it are made up.
package gallery

import (
	"slices"
	"time"

	"github.com/callbench/callbench/assets"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/desk/flow"
)

// Zone is where the gallery's desk stands.
func Zone() *time.Location { return time.FixedZone("CST", 8*3600) }

// Now is the moment all states are seen at: 22 November 2026, 14:02:30 at the desk.
func Now() desk.Millis {
	return desk.MillisOf(time.Date(2026, 11, 22, 6, 2, 30, 0, time.UTC))
}

// ago is a moment before Now.
func ago(d time.Duration) desk.Millis { return Now() - desk.Millis(d/time.Millisecond) }

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// Names are the states that State knows, in the order of a shift.
func Names() []string {
	return []string{
		"away", "idle", "ringing", "popped", "talking", "browsing", "dialling", "several", "perhaps", "nobody", "unknown", "held", "second", "transfer", "consult", "wrapup", "saved",
		"offline", "refused", "changes", "stub", "granted", "pooled", "released", "trouble", "diskfull", "search", "day", "team", "board", "stale", "formula",
		"settings", "settings-sound", "settings-calls", "settings-about", "setup-phone", "setup-failed", "setup-sound", "setup-keys",
		"settings-phrases", "knowledge", "phrases", "practice", "practised", "aside", "nophone", "longflow",
		"customers", "customers_lead", "customers_none", "customers_unread", "customers_busy", "exporting", "import", "importing", "pool", "tasks", "tasks_move", "tasks_none",
	}
}

// Main are the states that show the main screens, for the documents.
func Main() []string {
	main := []string{"day", "popped", "talking", "wrapup", "several", "search", "offline", "changes", "board"}
	for _, name := range []string{"customers", "pool", "tasks", "team", "knowledge", "settings", "palette"} { // where there is one
		if slices.Contains(Names(), name) {
			main = append(main, name)
		}
	}
	return main
}

// State makes a state by its name; an unknown name gives an idle desk.
func State(name string, lang desk.Language) desk.State {
	s := quiet(lang)
	switch name {
	case "away":
		s.Agent.State, s.Agent.Reason, s.Wish = desk.AgentNotReady, desk.ReasonBreak, desk.AgentNotReady
		s.WishReason = desk.ReasonBreak
	case "ringing":
		s = ringing(s)
		s.Drafts[0].Looked, s.Drafts[0].Matches, s.Drafts[0].Customer, s.Drafts[0].Run = false, nil, "", nil
		s.Hint = "answer"
	case "popped":
		s = ringing(s)
	case "talking":
		s = talking(s)
		s.Hint = "flow"
	case "browsing":
		s = browsing(s)
	case "dialling":
		s = dialling(s)
	case "several":
		s = several(s)
	case "perhaps":
		s = perhaps(s)
	case "nobody":
		s = perhaps(s)
		s.Drafts[0].Nobody, s.Drafts[0].NewName = true, "周"
	case "unknown":
		s = unknown(s)
	case "transfer", "consult":
		s = goesAway(name, s)
	case "held":
		s = talking(s)
		s.Calls[0].State, s.Calls[0].HeldBy, s.Calls[0].Muted = desk.CallHeld, desk.HeldByMe, true
		s.Agent.State = desk.AgentHold
	case "second":
		s = second(s)
	case "wrapup":
		s = wrapUp(s)
		s.Hint = "finish"
	case "saved":
		s.Saved = &desk.SavedWork{Contact: "k9", N: 41, At: ago(20 * time.Second)}
		s.Link.Outbox.OldestN, s.Hint = 0, "dial:10086"
		s.Saved.Synced = true
	case "offline":
		s = talking(s)
		s.Link.State, s.Link.Reason = desk.CentralUnreachable, "timeout"
		s.Link.Outbox = desk.Outbox{Pending: 3, Oldest: ago(4 * time.Minute), OldestN: 39}
	case "refused":
		s.Saved = &desk.SavedWork{Contact: "k9", N: 41, At: ago(20 * time.Second), Synced: true}
		s.Link.Outbox.Refused = []desk.RefusedOp{{Op: desk.Op{N: 41}, Refusal: desk.Refusal{N: 41, Code: "conflict"}}}
		s.Notices = []desk.Notice{missed()}
	case "trouble":
		s = trouble(s)
	case "diskfull":
		s = wrapUp(s)
		s.Drafts[0].Problem, s.Drafts[0].Changed = "disk_full", Now()
		s.StoreProblem = "disk_full"
	case "search":
		s = searching(s)
	case "day", "team", "board", "stale", "formula":
		s = atWork(name, s)
	default:
		if of, found := ofSettings(name, s); found {
			return of
		}
		if of, found := ofSetup(name, quiet(lang)); found {
			return of
		}
		s = lists(name, ofCentral(name, ofBooks(name, s)))
	}
	return s
}

// ofBooks makes the states that show what can be read and written into notes.
func ofBooks(name string, s desk.State) desk.State {
	lang := s.Language
	switch name {
	case "practice", "practised", "aside":
		s = practice(name, s)
	case "knowledge":
		s = wrapUp(s)
		s.View, s.Books = "knowledge", books(lang)
	case "phrases":
		s = wrapUp(s)
		s.Books = books(lang)
		s.View, s.Knowledge.Text = "knowledge", map[desk.Language]string{desk.ZhHans: "cn", desk.ZhHant: "ㄔㄋ", desk.English: "promised"}[lang]
	case "settings-phrases":
		s.View, s.SettingsAt = "settings", desk.SettingsPhrases
		s.Settings.Phrases = books(lang)[lang][:4]
	}
	return s
}

// ofCentral makes the states that have to do with central.
func ofCentral(name string, s desk.State) desk.State {
	switch name {
	case "longflow":
		s = longFlow(s)
	case "nophone":
		s.Registrations, s.PhoneForm, s.Dial = nil, true, "13800138000"
		s.Notices = []desk.Notice{{ID: "n1", Level: desk.NoticeWarning, Code: "call_no_phone", At: ago(time.Second)}}
	case "changes":
		s = changes(s)
	case "stub":
		s = stub(talking(s))
		s.Drafts[0].NotOpened = "offline"
	case "released":
		c := browsing(s).Browsing
		c.Owner, c.PooledAt, c.PooledBy = "", ago(2*time.Second), "lin"
		s.Browsing, s.BrowseID, s.BrowseHistory = c, c.ID, history()
		s.Undo = &desk.Undo{Code: "released", Args: map[string]string{"name": s.Browsing.Name}, Until: Now() + 6000}
	case "pooled":
		c := desk.Customer{
			ID: "c7", Name: "何平", Company: "平安五金", Phones: []desk.Phone{{Raw: "13900139000"}}, Tier: desk.TierSleeping,
			PooledAt: ago(26 * time.Hour), PooledBy: "chen",
		}
		s.Browsing, s.BrowseID = &c, c.ID
	case "granted":
		s = granted(stub(talking(s)))
	}
	return s
}

// quiet is a desk that is ready, registered and synced.
func quiet(lang desk.Language) desk.State {
	return desk.State{
		Version: "0.1.0", Language: lang, View: "work", Wish: desk.AgentReady,
		Session:       desk.Session{User: "lin", Name: "林小婷", Role: desk.RoleAgent, Group: "service", Org: "demo", Desk: "d1"},
		Agent:         desk.Agent{User: "lin", Name: "林小婷", Extension: "101", State: desk.AgentReady, Since: ago(72 * time.Second)},
		Registrations: []desk.Registration{{AOR: "sip:101@127.0.0.1", State: desk.Registered}},
		Link:          desk.Link{State: desk.CentralOnline, Since: ago(hour), Outbox: desk.Outbox{SyncedAt: ago(25 * time.Second)}},
		Audio:         desk.Audio{In: "default", Out: "default"},
		Flows:         Flows(),
	}
}

// books are the phrases that ship.
func books(lang desk.Language) map[desk.Language][]desk.Phrase {
	return map[desk.Language][]desk.Phrase{lang: desk.ParsePhrases(string(assets.Phrases(string(lang))))}
}

// Flows are the flows that ship, parsed.
func Flows() []*flow.Flow {
	var list []*flow.Flow
	sources := assets.Flows()
	for _, name := range []string{"complaint.flow", "enquiry.flow"} {
		if f, problems := flow.Parse(name, sources[name]); !flow.Failed(problems) && f != nil {
			list = append(list, f)
		}
	}
	return list
}
