// Package ui is the window: Fyne widgets that show a present.Screen and send the desk's events.
//
// A Window is made without the driver, so that it can be tested and drawn without a display. Draw and
// Close may be called from any goroutine; everything else belongs to Fyne's own. This file is the only
// one that crosses over. A Window has no goroutine of its own: Close stops the one timer that may be
// pending.
package ui

import (
	"maps"
	"reflect"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/present"
)

// frame is the least time between two drawings.
const frame = 16 * time.Millisecond

// Options say how a window looks.
type Options struct {
	Scheme Scheme // until the first screen comes; the system's if empty
	Lang   string // until the first screen comes

	// Shown is told of each screen once its widgets have it, on Fyne's goroutine; it must not wait. May be
	// nil.
	Shown func(present.Screen)

	// SignIn gets a password for central that was typed; it must not block. Nil: there is nothing to type.
	SignIn func(password string)

	// TryPhone gets a phone account that was typed (Extension, Server, PhoneUser, PhonePassword); it must not block.
	// Nil: there is nothing to type.
	TryPhone func(Form)

	// Caret is told where the caret of the field with the focus stands on the canvas, and how high a line is: an input
	// method puts its candidates there. It must not wait. Nil: there is none.
	Caret func(at fyne.Position, line float32)

	// Painted is told, on Fyne's goroutine and from within the drawing of a frame, that the first screen, or another
	// customer, is in that frame; it must not wait. Nil: nobody measures.
	Painted func()
}

// Window is the agent's window. New makes it, Attach puts it into a fyne.Window.
type Window struct {
	kit      *kit
	emit     func(desk.Event)
	caret    func(at fyne.Position, line float32)
	shown    present.Screen
	after    present.Deed   // to be done once the view has changed
	asked    fyne.Focusable // had the focus before an action began to wait for a chord
	canvas   fyne.Canvas
	content  *fyne.Container
	layer    *fyne.Container // what drops down over the work
	work     *fyne.Container
	talk     *fyne.Container // the flow, or the day over it while there is no talk
	stack    *fyne.Container // the views, one of them visible
	splits   []*split
	held     map[string]float64 // shares of panes that the settings have not taken over yet
	top      *topPanel
	rail     *railPanel
	customer *customerPanel
	flow     *flowPanel
	note     *notePanel
	day      *dayPanel
	board    *boardPanel
	team     *teamPanel
	changes  *changesPanel
	settings *settingsPanel
	setup    *setupPanel

	customers, tasks, table *listPanel

	views    map[string]viewPanel // by the id of present's table
	status   *statusPanel
	hint     *hintPanel
	search   *searchPanel
	menu     *menuPanel
	keypad   *keypadPanel
	handOver *handOverPanel
	password *passwordPanel
	mini     *miniBar
	compose  *composer
	sheet    *keysPanel
	signIn   func(string)
	title    func(string)
	told     func(present.Screen)
	beacon   *canvas.Raster // nil: nobody measures
	crossing[present.Screen]

	knowledge *knowledgePanel
}

// viewPanel is a view: what is seen of it, and what takes a screen while it is the one on screen. The calls have no
// set: their parts get every screen, so that what is typed there goes on while another view is looked at.
type viewPanel struct {
	content fyne.CanvasObject
	set     func(present.Screen)
}

// crossing hands values from any goroutine over to Fyne's: at most one a frame, and only the newest of
// those that come in between.
type crossing[T any] struct {
	show func(T) // on Fyne's goroutine

	mu      sync.Mutex // guards what follows; never held across a drawing
	next    *T
	timer   *time.Timer
	waiting bool // a drawing is on its way
	drawn   time.Time
	closed  bool
}

// New makes a window that sends what the agent does to emit, which must not block. There must be a
// current app already; its theme becomes ours.
func New(emit func(desk.Event), o Options) *Window {
	w := &Window{
		kit: newKit(o.Scheme, o.Lang), emit: emit, caret: o.Caret, told: o.Shown, signIn: o.SignIn, held: map[string]float64{},
	}
	w.show = w.Show
	w.compose = newComposer(w) // before the fields that it writes into
	w.top = newTopPanel(w)
	w.rail = newRailPanel(w)
	w.customer = newCustomerPanel(w)
	w.flow = newFlowPanel(w)
	w.note = newNotePanel(w)
	w.day = newDayPanel(w)
	w.board = newBoardPanel(w)
	w.team = newTeamPanel(w)
	w.changes = newChangesPanel(w)
	w.customers = newListPanel(w, func(s string) desk.Event { return desk.CustomersSought{Text: s} })
	w.tasks = newListPanel(w, nil)
	w.table = newListPanel(w, func(s string) desk.Event { return desk.TableNamed{Path: s} })
	w.settings = newSettingsPanel(w)
	w.setup = newSetupPanel(w, o.TryPhone)
	w.knowledge = newKnowledgePanel(w)
	w.status = newStatusPanel(w)
	w.hint = newHintPanel(w.kit)
	w.search = newSearchPanel(w)
	w.menu = newMenuPanel(w)
	w.keypad = newKeypadPanel(w)
	w.handOver = newHandOverPanel(w)
	w.password = newPasswordPanel(w)
	w.mini = newMiniBar(w)
	w.sheet = newKeysPanel(w)
	w.work = newWork(w)
	w.views = map[string]viewPanel{
		"work":      {content: w.work},
		"knowledge": {content: w.knowledge.content, set: func(s present.Screen) { w.knowledge.set(s.Knowledge) }},
		"board":     {content: w.board.content, set: func(s present.Screen) { w.board.set(s.Board) }},
		"team":      {content: w.team.content, set: func(s present.Screen) { w.team.set(s.Team) }},
		"changes":   {content: w.changes.content, set: func(s present.Screen) { w.changes.set(s.Changes) }},
		"settings":  {content: w.settings.content, set: func(s present.Screen) { w.settings.set(s.Settings) }},
		"setup":     {content: w.setup.content, set: func(s present.Screen) { w.setup.set(s.Setup) }},
	}
	w.views["import"] = viewPanel{content: w.table.content, set: func(s present.Screen) { w.table.set(s.Table) }}
	w.views["tasks"] = viewPanel{content: w.tasks.content, set: func(s present.Screen) { w.tasks.set(s.Tasks) }}
	w.views["customers"] = viewPanel{content: w.customers.content, set: func(s present.Screen) { w.customers.set(s.Customers) }}
	w.stack = newStack(w.kit, w.views)
	w.layer = &fyne.Container{
		Objects: []fyne.CanvasObject{w.search.content, w.menu.content, w.keypad.content, w.handOver.content, w.password.content, w.compose.content, w.sheet.content},
		Layout:  placed{put: w.placeLayer},
	}
	w.content = &fyne.Container{
		Objects: []fyne.CanvasObject{
			// No ground of its own: a canvas is cleared to the theme's background, which is the page, and to draw it once more takes
			// as long as all panes together. Tab goes in this order: the talk first.
			w.stack, w.top.content, w.hint.content, w.rail.content, w.status.line, w.status.bar, w.layer,
		},
		Layout: placed{least: fyne.NewSize(960, 540), put: w.place},
	}
	if o.Painted != nil {
		w.beacon = beacon(o.Painted)
		w.content.Objects = append(w.content.Objects, w.beacon)
	}
	return w
}

// Content is the window's content, for a canvas.
func (w *Window) Content() fyne.CanvasObject { return w.content }

// Attach puts the window into a fyne.Window: content, title and keys. On Fyne's goroutine.
func (w *Window) Attach(win fyne.Window) {
	win.SetPadded(false)
	win.SetContent(w.content)
	w.title = win.SetTitle
	w.listen(win.Canvas())
}

// listen takes the keys of a canvas.
func (w *Window) listen(c fyne.Canvas) {
	w.canvas = c
	c.SetOnTypedKey(w.typedKey)
	c.SetOnTypedRune(w.typedRune)
	for _, s := range chords() {
		c.AddShortcut(s, func(s fyne.Shortcut) { w.shortcut(s) })
	}
}

// Draw shows a value soon. From any goroutine; it never waits for the window.
func (c *crossing[T]) Draw(v T) {
	c.mu.Lock()
	c.next = &v
	if c.waiting || c.closed {
		c.mu.Unlock()
		return
	}
	c.waiting = true
	wait := frame - time.Since(c.drawn)
	if wait > 0 {
		c.timer = time.AfterFunc(wait, c.cross)
	}
	c.mu.Unlock()
	if wait <= 0 {
		c.cross()
	}
}

// cross hands over to Fyne's goroutine; its queue has no bound, but never holds more than one of ours.
func (c *crossing[T]) cross() { fyne.Do(c.flush) }

// flush draws the newest value, on Fyne's goroutine.
func (c *crossing[T]) flush() {
	c.mu.Lock()
	v, closed := c.next, c.closed
	c.next, c.waiting, c.drawn = nil, false, time.Now()
	c.mu.Unlock()
	if v != nil && !closed {
		c.show(*v)
	}
}

// Close stops drawing. What comes later is dropped.
func (c *crossing[T]) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.timer != nil {
		c.timer.Stop()
	}
}

// Show draws a screen at once; on Fyne's goroutine only.
func (w *Window) Show(s present.Screen) {
	reshaped := s.Lang != w.kit.look.lang && w.kit.speak(s.Lang)
	restyled := w.kit.restyle(s.Style) || reshaped
	old := w.shown
	w.shown = s
	w.settle()
	if old.Note.Draft != s.Note.Draft {
		w.leaveDraft()
	}
	w.top.set(s.Top, s.Search.Field)
	w.search.set(s.Search)
	w.compose.set(s.Phrases)
	w.menu.set(s.Top.Choices)
	w.keypad.set(s.Top.Keypad)
	w.handOver.set(s.Top.HandOver)
	w.rail.set(s.Rail)
	if v := w.views[s.View]; v.set != nil {
		v.set(s)
	}
	w.customer.set(s.Customer)
	w.flow.set(s.Flow)
	w.note.set(s.Note)
	w.day.set(s.Day)
	if w.day.content.Visible() != s.Day.Shown {
		if s.Day.Shown {
			w.flow.content.Hide()
			w.day.content.Show()
		} else {
			w.day.content.Hide()
			w.flow.content.Show()
		}
	}
	w.status.set(s.Status, s.Messages, s.Password.Open)
	w.password.set(s.Password)
	w.mini.set(s.Mini)
	w.sheet.set(s.Sheet)
	moved := w.hint.set(s.Hint)
	if old.View != s.View {
		w.switchView(s.View)
		moved = true
	}
	if !maps.Equal(old.Panes, s.Panes) { // before the flow brings its question into view
		placeAgain(w.stack)
		for _, split := range w.splits {
			split.box.Refresh()
		}
	}
	if moved || len(old.Messages) == 0 != (len(s.Messages) == 0) {
		placeAgain(w.content)
	}
	if old.View != s.View {
		d := w.after
		w.after = present.NoDeed
		w.deed(d)
	}
	w.waitForChord(old.Trial.Action)
	if restyled {
		w.repaint()
	}
	if w.title != nil && old.Title != s.Title {
		w.title(s.Title)
	}
	if w.told != nil {
		w.told(s)
	}
	if w.beacon != nil && (old.Lang == "" || !reflect.DeepEqual(old.Customer, s.Customer)) {
		w.beacon.Refresh() // not each time: a screen in which nothing differs is not drawn where nobody measures either
	}
}

func (w *Window) switchView(view string) {
	if view == "work" {
		w.leaveDraft()
	} else {
		w.leave()
	}
	for id, v := range w.views {
		if id != view {
			v.content.Hide()
		}
	}
	if views, is := w.stack.Layout.(*stacked); is {
		views.come(w.views[view].content, w.stack.Size())
	}
	if view == "knowledge" { // who goes there looks for something
		w.focus(w.knowledge.field)
	}
	if view == "settings" {
		w.settings.enter()
	}
}

func (w *Window) send(e desk.Event) {
	if e != nil && w.emit != nil {
		w.emit(e)
	}
}

func (w *Window) focused() fyne.Focusable {
	if w.canvas == nil {
		return nil
	}
	return w.canvas.Focused()
}

func (w *Window) focus(f fyne.Focusable) {
	if w.canvas != nil {
		w.canvas.Focus(f)
	}
}

// leave takes the focus away from every field, so that digits choose again.
func (w *Window) leave() {
	if w.canvas != nil {
		w.canvas.Unfocus()
	}
}

// leaveDraft takes the focus away from whatever belonged to the draft that was on screen: typing on, or
// pressing a button once more, must not reach another customer's record.
func (w *Window) leaveDraft() {
	w.search.before, w.menu.before, w.sheet.before, w.keypad.before, w.handOver.before = nil, nil, nil, nil, nil
	if w.shown.View != "work" {
		return // what is typed there is of no draft
	}
	switch w.focused() {
	case nil, w.top.search, w.top.dial, w.keypad.field, w.handOver.field, w.password.field:
	default:
		w.leave()
	}
}

// Cross runs f soon on Fyne's goroutine, for what is about the program's windows and not about what one
// of them shows: opening, quitting, a notification of the system.
func Cross(f func()) { fyne.Do(f) }
