package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// manual is docs/AUTOMATION.md.
func manual(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "docs", "AUTOMATION.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// examples gives the messages that a text shows in one direction, each unfolded to one line.
func examples(text, arrow string) []string {
	var out []string
	code, open := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch rest, begins := strings.CutPrefix(line, arrow+" "); {
		case strings.HasPrefix(line, "```"):
			code, open = !code, false
		case !code:
		case begins:
			out, open = append(out, rest), true
		case open && strings.HasPrefix(line, "  "):
			out[len(out)-1] += strings.TrimSpace(line)
		default:
			open = false
		}
	}
	return out
}

func TestTheManualShowsEveryMethodAsItIs(t *testing.T) {
	text := manual(t)
	s := drive(t, aloneDesk(t))
	later := []string{"call.conference"}
	shown := map[string]bool{}
	for _, line := range examples(text, "→") {
		var req rpcRequest
		if err := json.Unmarshal([]byte(line), &req); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		shown[req.Method] = true
		if req.Method == "auth" || req.Method == "desk.quit" {
			continue
		}
		m := s.try(req.Method, req.Params)
		known := m.Error == nil || m.Error.Code != codeNoMethod
		if known == slices.Contains(later, req.Method) {
			t.Errorf("%s: %+v", line, m.Error)
		}
		if m.Error != nil && m.Error.Code == codeParams && !strings.Contains(line, `"q":"x"`) {
			t.Errorf("%s: %s", line, m.Error.Message)
		}
	}
	for method := range s.desk.port.methods() {
		if !shown[method] || !strings.Contains(text, "`"+method) {
			t.Errorf("the manual does not show %s", method)
		}
	}
	for _, method := range later {
		if !strings.Contains(text, "`"+method) {
			t.Errorf("the manual does not say that %s comes later", method)
		}
	}
	for _, name := range []string{
		"phone.registration", "call.changed", "customer.popped", "flow.changed", "sync.changed", "agent.changed",
		"board.changed", "notice",
	} {
		if !slices.ContainsFunc(examples(text, "←"), func(l string) bool { return strings.Contains(l, `"method":"`+name+`"`) }) {
			t.Errorf("the manual does not show %s", name)
		}
	}
}

func TestTheManualsTypesAreThePorts(t *testing.T) {
	text := manual(t)
	for title, members := range map[string]string{
		"Call": callMembers, "Customer": strings.Replace(customerMembers, "level name", "level match name", 1), "Contact": contactMembers,
		"Callback": callbackMembers, "Agent": agentMembers, "Step": stepMembers,
	} {
		_, section, found := strings.Cut(text, "\n### "+title+"\n")
		_, block, _ := strings.Cut(section, "\n```\n")
		block, _, closed := strings.Cut(block, "\n```\n")
		if !found || !closed {
			t.Errorf("%s is not shown", title)
			continue
		}
		object := strings.ReplaceAll(strings.ReplaceAll(block, "\n  ", ""), "{…}", "{}")
		shape(t, json.RawMessage(object), members)
	}
}

func TestTheManualsProfileIsTaken(t *testing.T) {
	_, rest, _ := strings.Cut(manual(t), "```toml\n")
	profile, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("no profile")
	}
	profile = strings.ReplaceAll(profile, "ca_file = \"ca.pem\"\n", "") // a certificate is made by centrald init
	dir := profileDir(t, map[string]string{"profile.toml": profile, "password": "x", "phone-password": "y"})
	p, err := readProfile(dir)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := (&program{}).fromProfile(p)
	if err != nil || cfg.User != "8021" || len(cfg.Phones) != 1 || cfg.Phones[0].Password != "y" {
		t.Errorf("%+v %v", cfg, err)
	}
	for name := range strings.FieldsSeq("lang url user password_file ca_file key_file in out ring aor registrar auth_user auto_answer srtp codecs") {
		if !strings.Contains(rest, "."+name+"`") && !strings.Contains(rest, "| `"+name+"`") {
			t.Errorf("%s is not explained", name)
		}
	}
}
