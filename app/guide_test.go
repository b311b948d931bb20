package app

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

// The guide must not call a note finished that lacks its outcome, nor tell of hanging up when that is over.
func TestTheGuideSaysWhatIsNextAfterACall(t *testing.T) {
	for _, c := range []struct {
		name string
		d    desk.Draft
		want string
	}{
		{"nothing written", desk.Draft{Ended: 9}, "wrap"},
		{"no outcome", desk.Draft{Ended: 9, Content: "退款"}, "wrap"},
		{"all there", desk.Draft{Ended: 9, Content: "退款", Outcome: desk.OutcomeResolved}, "finish"},
		{"still talking", desk.Draft{Answered: 5}, "note"},
	} {
		c.d.ID = "d"
		if got := newGuide().hint(desk.State{Active: "d", Drafts: []desk.Draft{c.d}}); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
