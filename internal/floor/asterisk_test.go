//go:build asterisk

package floor

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/callbench/callbench/desk"
	"github.com/callbench/callbench/internal/testbed"
)

// appendConf makes Asterisk the phone of extension 8001 of the floor: it registers, answers with an
// echo, and dials out.
func appendConf(t *testing.T, pbx *testbed.Asterisk, f *Floor) {
	t.Helper()
	for name, text := range map[string]string{
		"pjsip.conf": `
[floor-auth]
type=auth
auth_type=userpass
username=8001
password=a-1
[floor]
type=aor
contact=sip:%[1]s
[floor]
type=endpoint
context=floor
disallow=all
allow=alaw
aors=floor
outbound_auth=floor-auth
from_user=8001
direct_media=no
rtp_symmetric=yes
[floor-registration]
type=registration
max_random_initial_delay=0
server_uri=sip:%[1]s
client_uri=sip:8001@%[1]s
contact_user=8001
outbound_auth=floor-auth
expiration=60
line=yes
endpoint=floor
`,
		"extensions.conf": `
[floor]
exten => 8001,1,Answer()
 same => n,Echo()
`,
	} {
		if name == "pjsip.conf" {
			text = fmt.Sprintf(text, f.Addr())
		}
		file, err := os.OpenFile(filepath.Join(pbx.Dir, "pbx", "etc", name), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteString(text); err != nil {
			t.Fatal(err)
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	pbx.Restart(t)
}

// TestAsteriskIsAPhoneOfTheFloor keeps floor and desk, which share a SIP stack, from sharing its
// mistakes: another maker's stack registers, is called and calls.
func TestAsteriskIsAPhoneOfTheFloor(t *testing.T) {
	pbx := testbed.StartAsterisk(t)
	f := run(t, Config{Agents: []Agent{ann}, RingOutside: Range{100 * time.Millisecond, 100 * time.Millisecond}})
	feed := watch(t, f)
	appendConf(t, pbx, f)
	until(t, feed, desk.AgentReachable)

	placed := place(t, f, Caller{Number: "13800138000", Name: "王芳", Pilot: 1000})
	get(t, placed.Answered(), "answer")
	tone(t, "the caller's pilot comes back from the echo", 1000, 0.5, placed.Heard)
	placed.HangUp()
	until(t, feed, desk.CallCompleted)

	pbx.Command(t, "channel originate PJSIP/13900001234@floor application Milliwatt")
	busy := until(t, feed, desk.AgentBusy)
	out, err := f.Find(t.Context(), "13900001234")
	if err != nil {
		t.Fatal(err)
	}
	if busy.Call != out.ID() {
		t.Errorf("busy with %s, not with %s", busy.Call, out.ID())
	}
	tone(t, "the customer hears Asterisk's milliwatt", 1004, 0.8, out.Heard)
	out.HangUp()
	until(t, feed, desk.AgentIdle)
}
