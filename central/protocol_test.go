package central_test

import (
	"net/http"
	"os"
	"regexp"
	"testing"

	"github.com/callbench/callbench/central"
	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/sync/wire"
)

// What docs/PROTOCOL.md shows by curl is sent here in its order.
func TestTheExamplesOfTheProtocolPageWork(t *testing.T) {
	page, err := os.ReadFile("../docs/PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile(`(?s)curl [^\n]*\$C/(\w+) -d '([^']*)'`).FindAllStringSubmatch(string(page), -1)
	if len(shown) < 5 {
		t.Fatalf("only %d examples", len(shown))
	}
	r := newRig(t, central.Config{})
	r.user("li", desk.RoleAgent, "sales")
	token := ""
	for _, one := range shown {
		status, text := r.post(one[1], token, one[2])
		if status != http.StatusOK {
			t.Errorf("%s: %d %s", one[1], status, text)
		}
		if one[1] == wire.MethodSignIn {
			var in wire.SignedIn
			if err := understand(text, &in); err != nil {
				t.Fatal(err)
			}
			token = in.Token
		}
	}
}
