package app

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/callbench/callbench/desk"
)

// draftLaw watches a desk for the first of all promises: what the agent wrote is not lost. What was typed changes only
// by the agent's own doing (saving may add below it what still stands in a field of the flow), and a draft goes only where it became a contact. What is on disk in the end, unkept tells.
type draftLaw struct {
	mu     sync.Mutex
	saved  map[string]bool // drafts that became contacts; as many as calls were saved
	broken error           // the first fault
}

// turn is a watcher.
func (l *draftLaw) turn(t turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c, ok := t.e.(desk.WorkCommitted); ok && c.Contact != nil {
		if l.saved == nil {
			l.saved = map[string]bool{}
		}
		l.saved[c.Contact.ID] = true
	}
	for _, was := range t.before.Drafts {
		is, there := t.after.Draft(was.ID)
		switch {
		case !there && was.Content != "" && !l.saved[was.ID]:
			l.fault("%T drops the draft %s with %q", t.e, was.ID, was.Content)
		case there && was.Typed && !strings.HasPrefix(is.Content, was.Content) && !writes(t.e):
			l.fault("%T changes the note %s from %q to %q", t.e, was.ID, was.Content, is.Content)
		}
	}
}

func (l *draftLaw) fault(format string, args ...any) {
	if l.broken == nil {
		l.broken = fmt.Errorf(format, args...)
	}
}

// kept is the first fault; nil: there was none.
func (l *draftLaw) kept() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.broken
}

// writes reports whether an event may change a note that was typed.
func writes(e desk.Event) bool {
	switch e.(type) {
	case desk.NoteEdited, desk.ContactWritten, desk.DraftsRestored:
		return true
	default: // a phrase book's text is asked for
		return strings.Contains(fmt.Sprintf("%T", e), "Phrase")
	}
}

// unkept tells what of the written drafts is not on disk as it is in the state.
func unkept(here, kept []desk.Draft) error {
	for _, d := range here {
		if d.Content == "" && d.Subject == "" && d.NewName == "" {
			continue
		}
		i := slices.IndexFunc(kept, func(k desk.Draft) bool { return k.ID == d.ID })
		if i < 0 {
			return fmt.Errorf("draft %s with %q is not on disk", d.ID, d.Content)
		}
		if k := kept[i]; k.Content != d.Content || k.Subject != d.Subject || k.NewName != d.NewName {
			return fmt.Errorf("draft %s is %q on disk, %q in the state", d.ID, k.Content, d.Content)
		}
	}
	return nil
}
