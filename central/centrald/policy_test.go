package main

import (
	"strings"
	"testing"
)

func TestThePolicyIsToldAndChanged(t *testing.T) {
	dir := t.TempDir()
	good(t, "long enough\n", "user", "add", "li", "--data", dir, "--role", "agent", "--group", "sales", "--password-stdin")
	for _, step := range []struct{ change, want string }{{"", "group"}, {"own", "own"}, {"", "own"}, {"all", "all"}, {"group", "group"}} {
		args := []string{"policy", "--json", "--data", dir}
		if step.change != "" {
			args = append(args, step.change)
		}
		if out := good(t, "", args...); out != `{"policy":"`+step.want+`","rows":0}`+"\n" {
			t.Errorf("%v: %s", args, out)
		}
	}
	if out := good(t, "", "policy", "--data", dir); out != "agents' desks hold: group\n" {
		t.Error(out)
	}
	if code, _, complaints := ask(t, "", "policy", "some", "--data", dir); code != exitUse || strings.Count(complaints, "\n") != 1 {
		t.Errorf("exit %d: %s", code, complaints)
	}
}
