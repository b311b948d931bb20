package central_test

import (
	"testing"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

func TestTheNinthStreamOfAUserEndsTheFirst(t *testing.T) {
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	token := r.token("li")
	first := lines(t, r.open(t.Context(), wire.MethodWatch, token, `{}`))
	next(t, first, "the first line", func(wire.Hint) bool { return true })
	var last <-chan wire.Hint
	for range 8 {
		last = lines(t, r.open(t.Context(), wire.MethodWatch, token, `{}`))
		next(t, last, "a line", func(wire.Hint) bool { return true })
	}
	ends(t, first, "the oldest stream")
	next(t, last, "the newest goes on", func(wire.Hint) bool { return true })
}
