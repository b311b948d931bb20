//go:build !nowindow

package app

import (
	"slices"
	"testing"

	"github.com/callbench/callbench/ui/present"
)

// Which keys can be had is known only if all of them are tried: what is wanted meanwhile waits until that is done.
func TestAllKeysAreTriedBeforeThoseOfTheMoment(t *testing.T) {
	a := &alarm{want: make(chan []string, 1)}
	all, other := []string{"Ctrl+Alt+Enter", "Ctrl+Alt+H"}, []string{"Ctrl+Alt+Enter", "Ctrl+Alt+J"}
	for _, c := range []struct {
		name  string
		keys  present.HotKeys
		taken bool     // what waited was taken before
		want  []string // what waits then; nil: nothing does
	}{
		{"nothing is wanted", present.HotKeys{}, false, nil},
		{"the first screen", present.HotKeys{On: true, All: all}, false, all},
		{"a call rings before they were tried", present.HotKeys{On: true, All: all, Now: all[:1]}, false, all},
		{"and after that", present.HotKeys{On: true, All: all, Now: all[:1]}, true, all[:1]},
		{"nothing new", present.HotKeys{On: true, All: all, Now: all[:1]}, true, nil},
		{"the call is answered", present.HotKeys{On: true, All: all, Now: all[1:]}, true, all[1:]},
		{"and ends before that was taken", present.HotKeys{On: true, All: all}, false, []string{}},
		{"a key was changed", present.HotKeys{On: true, All: other}, true, other},
		{"they are given back", present.HotKeys{On: true, All: other}, true, []string{}},
		{"no such keys are wanted any more", present.HotKeys{}, true, []string{}},
	} {
		if c.taken && len(a.want) > 0 {
			<-a.want
		}
		a.hold(c.keys)
		if (len(a.want) > 0) != (c.want != nil) {
			t.Fatalf("%s: %d lists wait", c.name, len(a.want))
		}
		if c.want == nil {
			continue
		}
		got := <-a.want
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		a.want <- got // as if it had not been taken
	}
}
