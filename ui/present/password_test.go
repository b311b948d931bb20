package present_test

import (
	"strings"
	"testing"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/ui/gallery"
	"github.com/callbench/callbench/ui/present"
)

func TestAPasswordIsAskedForWhereCentralRefusesItAndNowhereElse(t *testing.T) {
	for _, lang := range []desk.Language{desk.ZhHans, desk.ZhHant, desk.English} {
		form := func(change func(*desk.State)) present.PasswordForm {
			s := gallery.State("talking", lang)
			s.SignIn.Offered = true
			s.Link.State, s.Link.Reason = desk.CentralRefused, "wrong_password"
			change(&s)
			return present.Of(s, catalogue(lang), gallery.Now()).Password
		}
		f := form(func(*desk.State) {})
		if !f.Open.Enabled || f.Open.Key != "Ctrl+P" || !f.Send.Enabled || !strings.Contains(f.Lead, "lin") || f.Problem != "" {
			t.Errorf("%s: %+v", lang, f)
		}
		for what, change := range map[string]func(*desk.State){
			"the link is up":                 func(s *desk.State) { s.Link.State, s.Link.Reason = desk.CentralOnline, "" },
			"central is out of reach":        func(s *desk.State) { s.Link.State, s.Link.Reason = desk.CentralUnreachable, "timeout" },
			"the user is disabled":           func(s *desk.State) { s.Link.Reason = "disabled" },
			"the desk has no place for one":  func(s *desk.State) { s.SignIn.Offered = false },
			"the desk has to be wiped":       func(s *desk.State) { s.Wiping = true },
			"there have been too many tries": func(s *desk.State) { s.Link.Reason = "too_many_attempts" },
		} {
			if f := form(change); f.Open.Shown() {
				t.Errorf("%s: a password is asked for though %s", lang, what)
			}
		}
		busy := form(func(s *desk.State) { s.SignIn.Busy = true })
		if busy.Send.Enabled || busy.Send.Text == f.Send.Text || !busy.Close.Enabled {
			t.Errorf("%s: while central is asked: %+v", lang, busy)
		}
		for _, code := range []string{"wrong_password", "unreachable", "timeout", "too_many_attempts", "disabled", "not_kept"} {
			f := form(func(s *desk.State) { s.SignIn.Problem = code })
			if f.Problem == "" || strings.Contains(f.Problem, "{") || !f.Send.Enabled {
				t.Errorf("%s: %s reads %q", lang, code, f.Problem)
			}
		}
	}
}
