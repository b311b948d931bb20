// Package ui is the window: Fyne widgets that show a present.Screen and send the desk's events.
//
// A Window is made without the driver, so that it can be tested and drawn without a display. Draw and
// Close may be called from any goroutine; everything else belongs to Fyne's own. This file is the only
// one that crosses over. A Window has no goroutine of its own: Close stops the one timer that may be
// pending.
package ui

import (
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
	Scheme Scheme // light if empty
	Lang   string // until the first screen comes

	// Shown is told of each screen once its widgets have it, on Fyne's goroutine; it must not wait. May be
	// nil.
	Shown func(present.Screen)

	// SignIn gets a password for central that was typed; it must not block. Nil: there is nothing to type.
	SignIn func(password string)
}

// Window is the agent's window. New makes it, Attach puts it into a fyne.Window.
type Window struct {
	kit      *kit
	emit     func(desk.Event)
	shown    present.Screen
	canvas   fyne.Canvas
	content  *fyne.Container
	layer    *fyne.Container // what drops down over the work
	work     *fyne.Container
	top      *topPanel
	rail     *railPanel
	customer *customerPanel
	flow     *flowPanel
	note     *notePanel
	board    *boardPanel
	changes  *changesPanel
	status   *statusPanel
	hint     *hintPanel
	search   *searchPanel
	menu     *menuPanel
	keypad   *keypadPanel
	password *passwordPanel
	signIn   func(string)
	title    func(string)
	told     func(present.Screen)
	crossing[present.Screen]
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
	if o.Scheme == "" {
		o.Scheme = Light
	}
	w := &Window{kit: newKit(o.Scheme, o.Lang), emit: emit, told: o.Shown, signIn: o.SignIn}
	w.show = w.Show
	w.top = newTopPanel(w)
	w.rail = newRailPanel(w)
	w.customer = newCustomerPanel(w)
	w.flow = newFlowPanel(w)
	w.note = newNotePanel(w)
	w.board = newBoardPanel(w)
	w.changes = newChangesPanel(w)
	w.status = newStatusPanel(w)
	w.hint = newHintPanel(w.kit)
	w.search = newSearchPanel(w)
	w.menu = newMenuPanel(w)
	w.keypad = newKeypadPanel(w)
	w.password = newPasswordPanel(w)
	w.work = &fyne.Container{
		Objects: []fyne.CanvasObject{w.flow.content, w.note.content, w.customer.content}, // in the order of Tab
		Layout:  placed{least: fyne.NewSize(900, 460), put: w.placeWork},
	}
	w.board.content.Hide()
	w.layer = &fyne.Container{
		Objects: []fyne.CanvasObject{w.search.content, w.menu.content, w.keypad.content, w.password.content},
		Layout:  placed{put: w.placeLayer},
	}
	page := &canvas.Rectangle{FillColor: w.kit.pal.page}
	w.content = &fyne.Container{
		Objects: []fyne.CanvasObject{
			// Tab goes in this order: the talk first.
			page, w.work, w.changes.content, w.board.content, w.top.content, w.hint.content, w.rail.content, w.status.line, w.status.bar, w.layer,
		},
		Layout: placed{least: fyne.NewSize(1024, 640), put: w.place},
	}
	return w
}

// Theme is the Fyne theme the window is drawn with.
func (w *Window) Theme() fyne.Theme { return w.kit.look }

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
	if s.Lang != w.kit.look.lang {
		w.kit.speak(s.Lang)
	}
	old := w.shown
	w.shown = s
	if old.Note.Draft != s.Note.Draft {
		w.leaveDraft()
	}
	w.top.set(s.Top, s.Search.Field)
	w.search.set(s.Search)
	w.menu.set(s.Top.Choices)
	w.keypad.set(s.Top.Keypad)
	w.rail.set(s.Rail)
	switch s.View {
	case "board":
		w.board.set(s.Board)
	case "changes":
		w.changes.set(s.Changes)
	}
	if old.Flow.Kind != s.Flow.Kind { // before the flow brings its question into view
		w.work.Refresh()
	}
	w.customer.set(s.Customer)
	w.flow.set(s.Flow)
	w.note.set(s.Note)
	w.status.set(s.Status, s.Messages, s.Password.Open)
	w.password.set(s.Password)
	moved := w.hint.set(s.Hint)
	if old.View != s.View {
		w.switchView(s.View)
		moved = true
	}
	if moved || len(old.Messages) == 0 != (len(s.Messages) == 0) {
		w.content.Refresh()
	}
	if w.title != nil && old.Title != s.Title {
		w.title(s.Title)
	}
	if w.told != nil {
		w.told(s)
	}
}

func (w *Window) switchView(view string) {
	if view != "work" {
		w.leave()
	}
	for name, content := range map[string]*fyne.Container{"work": w.work, "changes": w.changes.content, "board": w.board.content} {
		if name == view {
			content.Show()
		} else {
			content.Hide()
		}
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
	switch w.focused() {
	case nil, w.top.search, w.top.dial, w.keypad.field, w.password.field:
	default:
		w.leave()
	}
}

// Cross runs f soon on Fyne's goroutine, for what is about the program's windows and not about what one
// of them shows: opening, quitting, a notification of the system.
func Cross(f func()) { fyne.Do(f) }
