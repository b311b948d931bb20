package ui

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
	"github.com/callbench/callbench/ui/words"
)

// bench is a window on a canvas without a display, with the keys of a person and what it sends.
type bench struct {
	t      *testing.T
	p      *Painter
	w      *Window
	events []desk.Event
}

func newBench(t *testing.T, lang desk.Language) *bench {
	t.Helper()
	b := &bench{t: t, p: NewPainter(Options{Lang: string(lang)})}
	b.w = b.p.Window()
	b.w.emit = func(e desk.Event) { b.events = append(b.events, e) }
	return b
}

func screen(name string, lang desk.Language) present.Screen {
	return present.Of(gallery.State(name, lang), words.For(string(lang)).In(gallery.Zone()), gallery.Now())
}

// firstStep is a call that has just been answered, at the first step of its flow.
func firstStep() present.Screen { return firstStepIn(desk.ZhHans) }

func firstStepIn(lang desk.Language) present.Screen {
	s := gallery.State("popped", lang)
	talking := gallery.State("talking", lang)
	s.Calls, s.Agent = talking.Calls, talking.Agent
	d := s.Drafts[0]
	d.Answered = talking.Drafts[0].Answered
	s.Drafts = []desk.Draft{d}
	return present.Of(s, words.For(string(lang)).In(gallery.Zone()), gallery.Now())
}

// show lays the window out as it is on an agent's screen.
func (b *bench) show(s present.Screen) {
	b.w.Show(s)
	b.p.c.Resize(fyne.NewSize(1366, 768))
}

// typed types as Fyne's driver does: runes to what has the focus, else to the window.
func (b *bench) typed(text string) {
	for _, r := range text {
		if f := b.w.focused(); f != nil {
			f.TypedRune(r)
		} else {
			b.p.c.OnTypedRune()(r)
		}
	}
}

// press presses a key as Fyne's driver does: chords to what takes shortcuts and has the focus, else to
// the canvas; other keys likewise. A digit without a chord also types itself.
func (b *bench) press(names ...string) {
	for _, name := range names {
		parts := strings.Split(name, "+")
		key := fyne.KeyName(parts[len(parts)-1])
		if named, ok := map[fyne.KeyName]fyne.KeyName{"Enter": fyne.KeyReturn, "Esc": fyne.KeyEscape, "PageUp": fyne.KeyPageUp, "PageDown": fyne.KeyPageDown}[key]; ok {
			key = named
		}
		var mod fyne.KeyModifier
		for _, p := range parts[:len(parts)-1] {
			mod |= map[string]fyne.KeyModifier{"Ctrl": fyne.KeyModifierControl, "Alt": fyne.KeyModifierAlt, "Shift": fyne.KeyModifierShift}[p]
		}
		if mod != 0 {
			var s fyne.Shortcut = &desktop.CustomShortcut{KeyName: key, Modifier: mod}
			if name == "Ctrl+Z" { // the driver has a name of its own for it
				s = &fyne.ShortcutUndo{}
			}
			if f, ok := b.w.focused().(fyne.Shortcutable); ok {
				f.TypedShortcut(s)
			} else if c, ok := b.p.c.(fyne.Shortcutable); ok {
				c.TypedShortcut(s)
			}
			continue
		}
		if f := b.w.focused(); f != nil {
			f.TypedKey(&fyne.KeyEvent{Name: key})
		} else {
			b.p.c.OnTypedKey()(&fyne.KeyEvent{Name: key})
		}
		if len(name) == 1 {
			b.typed(name)
		}
	}
}

func (b *bench) took() []desk.Event {
	events := b.events
	b.events = nil
	return events
}

func (b *bench) wants(want desk.Event, what string) {
	b.t.Helper()
	got := b.took()
	if len(got) != 1 || got[0] != want {
		b.t.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}

func TestKeysDoWhatTheButtonsSay(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	for _, c := range []struct {
		state, key string
		want       desk.Event
	}{
		{"popped", "Ctrl+Enter", desk.AnswerPressed{Call: "call1"}},
		{"talking", "F7", desk.HoldPressed{Call: "call1", On: true}},
		{"held", "F7", desk.HoldPressed{Call: "call1"}},
		{"talking", "F6", desk.MutePressed{Call: "call1", On: true}},
		{"talking", "F10", desk.HangUpPressed{Call: "call1"}},
		{"talking", "Ctrl+Shift+H", desk.HangUpPressed{Call: "call1"}},
		{"talking", "Alt+Left", desk.FlowBack{Draft: "d1"}},
		{"wrapup", "F9", desk.SavePressed{Draft: "d1", Ready: true}},
		{"talking", "Ctrl+S", desk.SavePressed{Draft: "d1"}},
		{"second", "Ctrl+Enter", desk.AnswerPressed{Call: "call2"}},
		{"second", "Ctrl+J", desk.DraftChosen{Draft: "d2"}},
		{"several", "Ctrl+Shift+2", desk.CustomerChosen{Draft: "d1", Customer: "c2"}},
		{"several", "2", desk.FlowStarted{Draft: "d1", Flow: "enquiry"}},
		{"several", "Ctrl+Shift+0", desk.CustomerChosen{Draft: "d1"}},
		{"perhaps", "Ctrl+Shift+6", desk.CustomerChosen{Draft: "d1", Customer: "p马超"}},
		{"nobody", "Ctrl+Shift+1", desk.CustomerChosen{Draft: "d1", Customer: "p欧阳文静"}},
		{"idle", "F2", desk.StateChosen{State: desk.AgentNotReady, Reason: desk.ReasonBreak, Cause: desk.CauseSelf}},
		{"away", "F2", desk.StateChosen{State: desk.AgentReady, Cause: desk.CauseSelf}},
		{"board", "Ctrl+B", desk.ViewChosen{View: "work"}},
		{"idle", "Ctrl+U", desk.ViewChosen{View: "changes"}},
		{"idle", "Ctrl+1", desk.ViewChosen{View: "work"}},
		{"changes", "Ctrl+U", desk.ViewChosen{View: "work"}},
		{"changes", "Esc", desk.ViewChosen{View: "work"}},
		{"changes", "Up", desk.ChangeChosen{ID: "x1"}},
		{"changes", "Down", desk.ChangeChosen{ID: "o2"}},
		{"changes", "1", desk.ChangeSettled{ID: "o1", How: desk.SettleAgain}},
		{"changes", "2", desk.ChangeSettled{ID: "o1", How: desk.SettlePutAway}},
		{"changes", "3", nil},   // copies
		{"trouble", "Esc", nil}, // the first message is no notice: nothing to dismiss
	} {
		b.w.leave()
		b.show(screen(c.state, desk.ZhHans))
		b.took()
		b.press(c.key)
		if c.want == nil {
			if got := b.took(); len(got) != 0 {
				t.Errorf("%s %s: sent %#v", c.state, c.key, got)
			}
			continue
		}
		b.wants(c.want, c.state+" "+c.key)
		if c.state == "board" || c.state == "changes" {
			continue
		}
		if len(c.key) == 1 { // plain digits belong to the field that has the focus
			continue
		}
		b.press("Ctrl+N") // the same key while the note is being written
		b.took()
		b.press(c.key)
		b.wants(c.want, c.state+" "+c.key+" while writing")
	}
}

func TestDigitsInAFieldDoNotAnswerTheFlow(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := firstStep()
	b.show(s)
	b.press("Ctrl+N")
	b.typed("1 2 3")
	for _, e := range b.took() {
		if _, ok := e.(desk.NoteEdited); !ok {
			t.Errorf("typing digits into the note sent %#v", e)
		}
	}
	b.press("Alt+2")
	ask := s.Flow.Asks[0]
	b.wants(desk.AskEdited{Draft: "d1", Ask: ask.ID, Text: ask.Options[1].ID}, "Alt+2 while writing")
	if b.w.focused() != b.w.note.text {
		t.Error("Alt+2 took the focus from the note")
	}
	b.press("Esc")
	b.typed("ahf F9")
	if got := b.took(); len(got) != 0 {
		t.Errorf("letters without a field sent %#v", got)
	}
}

func TestAFlowIsNotAnsweredBeforeTheCallIs(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("popped", desk.ZhHans))
	b.press("1", "Enter", "Alt+2", "Enter")
	if got := b.took(); len(got) != 0 {
		t.Errorf("while it rings, digits and Enter sent %#v", got)
	}
}

func TestAStepWithSeveralQuestionsIsAnsweredByKeysAlone(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := firstStep()
	if len(s.Flow.Asks) != 3 {
		t.Fatalf("the complaint's first step has %d questions", len(s.Flow.Asks))
	}
	b.show(s)
	b.press("1")
	b.tab(false)
	b.tab(false)
	if b.w.focused() != b.w.flow.asks[1].field {
		t.Fatal("Tab does not lead to the field")
	}
	b.typed("三天没有到账")
	b.press("Enter")
	if b.w.focused() != b.w.flow.asks[2].options {
		t.Fatal("Enter in the field did not give the digits to the next question")
	}
	b.press("2", "Enter")
	got := b.took()
	if len(got) != 9 { // each choice, each letter, and the answers
		t.Fatalf("sent %#v", got)
	}
	answered, ok := got[len(got)-1].(desk.FlowAnswered)
	want := map[string]string{
		s.Flow.Asks[0].ID: s.Flow.Asks[0].Options[0].ID, s.Flow.Asks[1].ID: "三天没有到账", s.Flow.Asks[2].ID: s.Flow.Asks[2].Options[1].ID,
	}
	if !ok || len(answered.Answers) != len(want) {
		t.Fatalf("sent %#v, want answers %v", got, want)
	}
	for id, v := range want {
		if answered.Answers[id] != v {
			t.Errorf("%s: got %q, want %q", id, answered.Answers[id], v)
		}
	}
}

// typing is the first step of the complaint with something in its fields that nobody has sent yet.
func typing(unsent map[string]string) present.Screen {
	s := gallery.State("talking", desk.ZhHans)
	d := s.Drafts[0]
	run := *d.Run
	run.Step, run.Path, run.Answers = run.Path[0], nil, nil
	d.Run, d.Unsent = &run, unsent
	s.Drafts = []desk.Draft{d}
	return present.Of(s, words.For("zh-Hans").In(gallery.Zone()), gallery.Now())
}

func TestWhatStandsInAQuestionIsNeverOnlyInTheWindow(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := typing(nil)
	kind, what := s.Flow.Asks[0], s.Flow.Asks[1].ID
	b.show(s)
	b.press("2")
	b.tab(false)
	b.tab(false)
	b.typed("退")
	for _, want := range []desk.Event{
		desk.AskEdited{Draft: "d1", Ask: kind.ID, Text: kind.Options[1].ID}, desk.AskEdited{Draft: "d1", Ask: what, Text: "退"},
	} {
		if len(b.events) == 0 || b.events[0] != want {
			t.Fatalf("got %#v, want %#v first", b.events, want)
		}
		b.events = b.events[1:]
	}
	b.show(screen("idle", desk.ZhHans)) // another note, another view, a restart: the window forgets
	b.took()
	b.show(typing(map[string]string{kind.ID: kind.Options[1].ID, what: "退款"}))
	if got := b.w.flow.asks[1].field.Text; got != "退款" {
		t.Errorf("the field came back with %q", got)
	}
	if !b.w.flow.asks[0].options.list[1].o.Chosen {
		t.Error("the option came back not chosen")
	}
	b.press("Enter")
	got := b.took()
	if len(got) != 1 {
		t.Fatalf("Enter sent %#v", got)
	}
	answers := got[0].(desk.FlowAnswered).Answers
	if answers[kind.ID] != kind.Options[1].ID || answers[what] != "退款" {
		t.Errorf("Enter answered %v", answers)
	}
}

func TestAChoiceIsNotUndoneByAnOlderScreen(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	s := typing(nil)
	ask := s.Flow.Asks[0]
	b.show(s)
	for _, o := range ask.Options[:2] { // as by the mouse
		b.w.flow.choose(0, o.ID)
	}
	old := typing(map[string]string{ask.ID: ask.Options[0].ID}) // the echo of the first choice
	b.show(old)
	if got := b.w.flow.asks[0].value(); got != ask.Options[1].ID {
		t.Errorf("an echo put %q in place of the newer choice", got)
	}
	b.show(typing(map[string]string{ask.ID: ask.Options[1].ID}))
	b.show(old)
	if got := b.w.flow.asks[0].value(); got != ask.Options[0].ID {
		t.Errorf("a change from outside is not shown: %q stands", got)
	}
}

func TestALetterIsNotLostToAScreenDrawnBeforeIt(t *testing.T) {
	e := echo{}
	e.comes("d1", "", "")
	e.edited("a")
	e.comes("d1", "a", "a") // state and field agree
	e.edited("ab")
	if news, _ := e.comes("d1", "a", "ab"); news {
		t.Error("a screen made before the second letter takes it away")
	}
}

func TestARingingCallTakesNeitherFocusNorText(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("talking", desk.ZhHans))
	b.press("Ctrl+N")
	b.typed("已答应")
	note := b.w.note.text.Text
	b.show(screen("second", desk.ZhHans))
	if b.w.focused() != b.w.note.text {
		t.Error("a ringing call took the focus")
	}
	if b.w.note.text.Text != note {
		t.Errorf("a ringing call changed the note to %q", b.w.note.text.Text)
	}
	b.typed("。")
	if !strings.HasSuffix(b.w.note.text.Text, "已答应。") {
		t.Errorf("typing did not go on: %q", b.w.note.text.Text)
	}
}

func TestTypingIsNotLostWhileOldScreensAreDrawn(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	state := gallery.State("talking", desk.ZhHans)
	w := words.For("zh-Hans").In(gallery.Zone())
	echo := func(content string) present.Screen {
		s := state
		d := s.Drafts[0]
		d.Content, d.Typed = content, true
		s.Drafts = []desk.Draft{d}
		return present.Of(s, w, gallery.Now())
	}
	before := state.Drafts[0].Content
	b.show(echo(before))
	b.press("Ctrl+N")
	texts := []string{before}
	for i, r := range []rune("要求今日答复,否则投诉到12315") {
		b.typed(string(r))
		texts = append(texts, b.w.note.text.Text)
		b.show(echo(texts[max(0, i-3)])) // the state lags four letters behind
	}
	want := before + "要求今日答复,否则投诉到12315"
	if b.w.note.text.Text != want {
		t.Fatalf("got %q, want %q", b.w.note.text.Text, want)
	}
	b.press("Left", "Left")
	b.typed("x")
	b.show(echo(want))
	b.typed("y")
	if got := b.w.note.text.Text; !strings.HasSuffix(got, "3xy15") {
		t.Errorf("the caret moved: %q", got)
	}
	b.show(echo(b.w.note.text.Text))
	b.show(echo("another desk's words"))
	if got := b.w.note.text.Text; got != "another desk's words" {
		t.Errorf("a change from outside was not shown: %q", got)
	}
}

func TestAnotherDraftBringsItsOwnText(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("second", desk.ZhHans))
	b.press("Ctrl+N")
	b.typed("未完")
	s := gallery.State("second", desk.ZhHans)
	s.Active = "d2"
	b.show(present.Of(s, words.For("zh-Hans"), gallery.Now()))
	if got := b.w.note.text.Text; got != "" {
		t.Errorf("the second note begins with %q", got)
	}
	b.press("Ctrl+N")
	b.took()
	b.typed("新")
	got := b.took()
	if len(got) != 1 {
		t.Fatalf("sent %#v", got)
	}
	if e, ok := got[0].(desk.NoteEdited); !ok || e.Draft != "d2" || *e.Content != "新" {
		t.Errorf("typing into the second note sent %#v", got[0])
	}
}

func TestEscNeverHangsUp(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	for _, name := range gallery.Names() {
		b.show(screen(name, desk.ZhHans))
		for _, key := range []string{"Ctrl+N", "Ctrl+K", "Ctrl+D", "Ctrl+F2"} {
			b.press(key, "Esc", "Esc")
		}
		for _, e := range b.took() {
			_, hungUp := e.(desk.HangUpPressed)
			_, declined := e.(desk.DeclinePressed)
			if hungUp || declined {
				t.Errorf("%s: Esc sent %#v", name, e)
			}
		}
	}
}

func TestSearchIsWalkedByKeys(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("idle", desk.ZhHans))
	b.press("Ctrl+K")
	b.typed("chenyi")
	b.took()
	b.show(screen("search", desk.ZhHans))
	if !b.w.search.content.Visible() {
		t.Fatal("the found customers are not shown")
	}
	b.press("Down", "Enter")
	got := b.took()
	if len(got) == 0 || got[0] != (desk.CustomerOpened{Customer: "c4"}) {
		t.Errorf("Down, Enter sent %#v", got)
	}
	if b.w.search.content.Visible() || b.w.focused() != nil {
		t.Error("the search is still open")
	}
}

func TestTheDialFieldDialsWhatStandsInIt(t *testing.T) {
	b := newBench(t, desk.English)
	b.show(screen("idle", desk.English))
	b.press("Ctrl+D")
	b.typed("10086")
	b.took()
	b.press("Enter")
	b.wants(desk.DialPressed{To: "10086"}, "Enter in the dial field")
	b.show(screen("talking", desk.English))
	if b.w.top.dialBox.Visible() {
		t.Error("the dial field stands where the call should")
	}
}

func TestTheStateMenuIsChosenByDigits(t *testing.T) {
	b := newBench(t, desk.ZhHans)
	b.show(screen("idle", desk.ZhHans))
	b.press("Ctrl+F2", "3")
	b.wants(desk.StateChosen{State: desk.AgentNotReady, Reason: desk.ReasonMeal, Cause: desk.CauseSelf}, "third state")
	if b.w.menu.content.Visible() {
		t.Error("the menu is still open")
	}
}

func BenchmarkDrawRinging(b *testing.B) {
	p := NewPainter(Options{Lang: "zh-Hans"})
	state := gallery.State("popped", desk.ZhHans)
	w := words.For("zh-Hans").In(gallery.Zone())
	p.w.Show(present.Of(state, w, gallery.Now()))
	p.c.Resize(fyne.NewSize(1366, 768))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.w.Show(present.Of(state, w, gallery.Now()+desk.Millis(i*1000)))
	}
}

func BenchmarkPop(b *testing.B) {
	p := NewPainter(Options{Lang: "zh-Hans"})
	states := []present.Screen{screen("ringing", desk.ZhHans), screen("popped", desk.ZhHans)}
	p.w.Show(states[0])
	p.c.Resize(fyne.NewSize(1366, 768))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.w.Show(states[i%2])
	}
}

func BenchmarkBoard(b *testing.B) {
	p := NewPainter(Options{Lang: "zh-Hans"})
	state := gallery.State("board", desk.ZhHans)
	w := words.For("zh-Hans").In(gallery.Zone())
	p.w.Show(present.Of(state, w, gallery.Now()))
	p.c.Resize(fyne.NewSize(1366, 768))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.w.Show(present.Of(state, w, gallery.Now()+desk.Millis(i)*desk.Millis(time.Second/time.Millisecond)))
	}
}
