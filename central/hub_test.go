package central

import (
	"testing"

	"github.com/callbench/callbench/desk"
)

func TestAStreamBeginsWithTheNewsOfItsScopeAndNoOthers(t *testing.T) {
	h := newHub()
	seqFor := func(u User) int64 {
		t.Helper()
		w := h.join(session{user: u, rule: PolicyGroup})
		defer h.leave(w)
		return h.refresh(w, w.scope)
	}
	li := User{Name: "li", Role: desk.RoleAgent, Group: "sales"}
	zhao := User{Name: "zhao", Role: desk.RoleAgent, Group: "repair"}
	root := User{Name: "root", Role: desk.RoleAdmin}
	for i, c := range []struct {
		seq            int64
		touched        touched
		li, zhao, root int64
	}{
		{10, touched{all: true}, 10, 10, 10},
		{20, touched{scopes: map[string]bool{"g:repair": true}}, 10, 20, 20},
		{25, touched{}, 10, 20, 25},
		{30, touched{scopes: map[string]bool{"g:sales": true}}, 30, 20, 30}, // before li's stream begins, after the token was looked at
		{40, touched{all: true}, 40, 40, 40},
	} {
		h.publish(c.seq, c.touched)
		if a, b, all := seqFor(li), seqFor(zhao), seqFor(root); a != c.li || b != c.zhao || all != c.root {
			t.Errorf("%d: %d, %d, %d, want %d, %d, %d", i, a, b, all, c.li, c.zhao, c.root)
		}
	}
}
